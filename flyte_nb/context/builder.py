"""Collects the values of a new context (flytekit's ``ExecutionParameters.Builder``)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import NoCheckpointError

if TYPE_CHECKING:
    from typing_extensions import Self

    from .parameters import ExecutionParameters


class _Value:
    """A value of the new context: the one that was set, else the one of the context before.

    It is looked at there only when it is wanted: a working directory comes into being by that.
    """

    def __init__(self, of_context: str, default: Any = None) -> None:
        self._name = of_context
        self._default = default

    def __get__(self, builder: Builder | None, _: type) -> Any:
        if builder is None:
            return self
        if self._name in builder.given:
            return builder.given[self._name]
        current = builder.current
        return self._default if current is None else getattr(current, self._name)

    def __set__(self, builder: Builder, value: Any) -> None:
        builder.given[self._name] = value


class _Checkpoint(_Value):
    """A context may have been made without one."""

    def __get__(self, builder: Builder | None, kind: type) -> Any:
        try:
            return super().__get__(builder, kind)
        except NoCheckpointError:
            return None


def _copied(stats: Any) -> Any:
    """Return a handle with tags of its own; what a user made may not know how to be copied."""
    return stats.copy() if hasattr(stats, "copy") else stats


class Builder:
    """Begins with all that *current* has, and shares nothing with it that could change.

    Attributes:
        current: What it begins with.
        given: What was set since, by its name there.
        attrs: Attributes of the task type, by upper-cased name.
        decks: The decks so far.
    """

    __slots__ = ("attrs", "current", "decks", "given")

    execution_id = _Value("execution_id")
    execution_date = _Value("execution_date")
    task_id = _Value("task_id")
    logging = _Value("logging")
    working_dir = _Value("working_directory")
    checkpoint = _Checkpoint("checkpoint")
    raw_output_prefix = _Value("raw_output_prefix")
    output_metadata_prefix = _Value("output_metadata_prefix")
    enable_deck = _Value("enable_deck", default=False)
    _stats = _Value("stats")

    def __init__(self, current: ExecutionParameters | None = None) -> None:
        self.current = current
        self.given: dict[str, Any] = {}
        self.attrs: dict[str, Any] = {} if current is None else dict(current.task_attributes)
        self.decks: list[Any] = [] if current is None else list(current.decks)

    @property
    def stats(self) -> Any:
        """Takes metrics: the same ones, with tags of its own."""
        if "stats" not in self.given and self.current is not None:
            self.given["stats"] = _copied(self.current.stats)
        return self._stats

    @stats.setter
    def stats(self, stats: Any) -> None:
        self.given["stats"] = stats

    def add_attr(self, key: str, v: Any) -> Self:
        """Set an attribute of the task type."""
        self.attrs[key.upper()] = v
        return self

    def sandboxed(self) -> Self:
        """Give it a folder and a checkpoint of its own, inside of the working directory."""
        from tempfile import mkdtemp

        from .checkpoint import SyncCheckpoint

        folder = mkdtemp(prefix="task-", dir=self.working_dir)
        self.working_dir = folder
        self.checkpoint = SyncCheckpoint(Path(folder, "__cp"))
        return self

    def build(self) -> ExecutionParameters:
        """Return the new context; its working directory is made if it is not there.

        Raises:
            OSError: It cannot be made.
        """
        from .parameters import ExecutionParameters

        given = dict(self.given)
        if given.get("working_directory"):
            Path(given["working_directory"]).mkdir(parents=True, exist_ok=True)
        if self.stats is not None:
            given["stats"] = _copied(self.stats)
        return ExecutionParameters.over(self.current, given, self.attrs, list(self.decks))
