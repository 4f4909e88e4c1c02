"""Runs one attempt of a task in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.cell.last_value import LAST_VALUE
from flyte_nb.run.failures import add_note
from flyte_nb.run.isolation import (
    IsolatedProcess,
    IsolatedRequest,
    Outcome,
    findings,
    pack_call,
)
from flyte_nb.run.isolation.findings import IN_THE_FOLDER, missing_file
from flyte_nb.run.lines import beginning_of

from .bounds import limits_of
from .declared import declared
from .ended import value_of
from .image import name_of, packages_of, python_of
from .inside import Body, Inside
from .pod import pod_of
from .relay import Relay

if TYPE_CHECKING:
    from flyte_nb.context import AttemptParameters
    from flyte_nb.run.execution import Execution
    from flyte_nb.run.isolation import IsolatedResult
    from flyte_nb.run.task import Task


class IsolatedAttempt:
    """What an attempt calls instead of its function.

    Args:
        task: The task.
        execution: The call that it is an attempt of; it is told how the process ended.
    """

    def __init__(self, task: Task, execution: Execution) -> None:
        self._task = task
        self._execution = execution

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it and return its value; an interrupt ends it, the next one kills it.

        Raises:
            InvalidValueError: An input, or what the function uses, cannot go to another process.
            SecretNotFoundError: A secret that it declares is nowhere.
            PodFailedError: Its process ended without a value or an exception.
            BaseException: What the function raised, the user's own object.
        """
        __tracebackhide__ = True
        execution = self._execution
        relay = Relay(execution.context, getattr(self._task.function, LAST_VALUE, None))
        process = IsolatedProcess(self._request(execution.context, args, kwargs))
        try:
            with execution.killing(process.kill):
                result = process.start().wait(relay.take, execution.interrupted)
        except KeyboardInterrupt as error:
            raise error.with_traceback(beginning_of(self._task))  # noqa: B904 - the same
        finally:
            try:
                process.close()
            finally:
                self._note(relay, process.result)
        if result.outcome is Outcome.CANCELLED:
            raise KeyboardInterrupt().with_traceback(beginning_of(self._task))
        if (path := missing_file(result)) is not None:
            add_note(result.error, f"{path}: {IN_THE_FOLDER}")
        return value_of(result, self._task.name, is_recoverable=relay.is_recoverable)

    def _request(
        self, context: AttemptParameters, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> IsolatedRequest:
        """Return what is asked for: the call, and all that the process may know and use."""
        task, how, scope = self._task, self._execution.how, context.scope
        number, is_first = context.attempt, context.attempt == scope.settings.attempt
        secrets = f"secrets-{number}"
        variables, rules = declared(task, scope, number, lambda: scope.workspace.directory(secrets))
        pod = pod_of(task, scope, number, rules, fails=number in how.fail_at)
        body = Body(getattr(task, "original", task))
        return IsolatedRequest(
            call=pack_call(body, args, kwargs, prepare=Inside(pod, body)),
            environment=variables,
            folder=scope.workspace.directory(f"attempt-{number}"),
            limits=limits_of(task.options, how.preempt_after if is_first else None),
            of_pod=(pod.checkpoints, pod.settings.raw_output_prefix, str(scope.workspace.path(""))),
        )

    def _note(self, relay: Relay, result: IsolatedResult | None) -> None:
        """Tell the execution what is known of an attempt that is over."""
        execution, scope = self._execution, self._execution.context.scope
        if relay.checkpoint is not None:
            scope.checkpoints().take_in(*relay.checkpoint)
        found: dict[str, Any] = {"outputs": relay.outputs}
        if result is not None:
            found.update(
                outcome=result.outcome.value,
                exit_code=result.exit_code,
                peak_memory_bytes=result.peak_memory_bytes,
                cpu_s=result.cpu_s,
                findings=self._findings(relay, result),
            )
        execution.found = found

    def _findings(self, relay: Relay, result: IsolatedResult) -> tuple[str, ...]:
        image = self._task.options.container_image
        found = findings(
            self._task.function,
            result,
            image_packages=packages_of(image),
            image_python=python_of(image),
            image_name=name_of(image),
            secrets=relay.undeclared,
        )
        return tuple(LEAK_GUARD.mask(str(one)) for one in found)
