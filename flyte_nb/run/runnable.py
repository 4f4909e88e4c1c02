"""What can be run by itself: tasks, workflows, launch plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import base_in_force
from flyte_nb.errors import InvalidValueError, UnknownArgumentError

from .near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .graph.node import Node
    from .handle.run import Run

_NAMES = (
    "isolate", "attempts", "fail_at", "preempt_after", "backoff", "cache", "overwrite_cache",
    "max_parallelism",
)  # fmt: skip


def most_retries(nodes: Iterable[Node]) -> int | None:
    """Return the most retries that a task of *nodes* has; None where that is not known."""
    most = 0
    for node in nodes:
        entity: Any = node.entity
        if entity is not None:
            if (found := entity.most_retries) is None:
                return None
            most = max(most, found)
    return most


class Runnable:
    """Gives an entity its ``run``."""

    interface: Any
    name: str

    @property
    def most_retries(self) -> int | None:
        """The most retries that a task of a run has; None where nobody knows before it runs."""
        return None

    def run(self, /, *args: Any, inputs: dict[str, Any] | None = None, **given: Any) -> Run:
        """Begin a run in the background and return it at once.

        Unlike a call it is kept in the history, can be watched, awaited and cancelled.

        Args:
            args: Inputs by position.
            inputs: Inputs by name, also those that are called as an option is.
            given: Inputs by name, and options: ``isolate``, ``attempts``, ``fail_at``,
                ``preempt_after``, ``backoff``, ``cache``, ``overwrite_cache``,
                ``max_parallelism``; see `RunOptions`.

        Raises:
            TypeTransformerFailedError: An input is missing, unknown or of a wrong type.
            InvalidValueError: An option has a value that it cannot have.

        Example:
            >>> run = train.run(epochs=3, isolate=True)
            >>> run.wait().phase
            <Phase.SUCCEEDED: 'succeeded'>
        """
        __tracebackhide__ = True
        return self.new_run(*args, inputs=inputs, **given).start()

    def new_run(self, /, *args: Any, inputs: dict[str, Any] | None = None, **given: Any) -> Run:
        """Return a run that has not begun; as for `run`."""
        __tracebackhide__ = True
        from .handle.run import Run
        from .run_options import RunOptions

        options = {name: given.pop(name) for name in _NAMES if name in given}
        for name in options:
            if name in self.interface.inputs and name not in (inputs or {}):
                raise InvalidValueError(
                    f"{self.name}.run({name}=…): there is an input and an option of that name",
                    hint=f"run(inputs={{{name!r}: …}}) gives the input",
                )
        for name in given.keys() - self.interface.inputs:  # else it is told as an unknown input
            if (hint := did_you_mean(name, _NAMES)).startswith("did you mean"):
                raise UnknownArgumentError(f"{self.name}.run() has no {name!r}", hint=hint)
        how = RunOptions(**options)
        if how.fail_at and (retries := self.most_retries) is not None:
            how.check_fail_at(retries, base_in_force().settings.attempt)
        return Run(self, self.checked_inputs(args, {**(inputs or {}), **given}), how)

    def checked_inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the inputs by name, as they are handed on: an iterator gone through.

        Raises:
            TypeTransformerFailedError: One is missing, unknown or of a wrong type.
        """
        bound: dict[str, Any] = self.interface.bind(args, kwargs)
        return {name: self.interface.check_input(name, value) for name, value in bound.items()}
