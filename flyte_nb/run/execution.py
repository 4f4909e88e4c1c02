"""The attempts of one call: which context each gets, and what follows its end."""

from __future__ import annotations

import inspect
import time
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from flyte_nb.context import AttemptParameters, RunScope, Workspace
from flyte_nb.context.current import base_in_force, current_context
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.context.overlay import EnvironmentOverlay
from flyte_nb.decks import Deck

from .copies import own_copy
from .describe import error_in_words
from .listeners import RUN_ENDED
from .origin import origin
from .outputs import describe_outputs
from .record import Attempt, Phase, TaskRun, phase_of
from .recovery import SYSTEM_RETRIES, injected_failure, is_of_the_system, is_recoverable
from .run_options import AS_DECLARED

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from flyte_nb.context.checkpoint.attempts import Call

    from .handle.progress import Progress
    from .outputs import Described
    from .task import Task
    from .task_decks import Show
    from .team import Team
    from .workflow_execution import WorkflowExecution


class Execution:
    """One call of *task*, from its first attempt to its record. Runs nothing itself.

    Args:
        task: The task.
        args: Inputs by position.
        kwargs: Inputs by name.
        within: The execution of a workflow that it is part of, None for one of its own.

    Attributes:
        how: How it is run.
        found: What is known of the process of an attempt that had one of its own, by the names of
            an `Attempt`.
    """

    __slots__ = (
        "_around",
        "_attempts",
        "_context",
        "_first",
        "_has_environment",
        "_inputs",
        "_of_all",
        "_overlay",
        "_progress",
        "_retries",
        "_scope",
        "_started",
        "_system_failures",
        "_task",
        "_team",
        "found",
        "how",
    )

    def __init__(
        self,
        task: Task,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        within: WorkflowExecution | None = None,
    ) -> None:
        base = base_in_force()
        settings = base.settings if within is None else within.settings
        self._task = task
        self._around = current_context()
        self._first = settings.attempt
        self._scope = RunScope(
            settings=settings,
            within=None if within is None else within.execution_id,
            workspace=Workspace(),
            outputs=base.outputs,
            identify=task.identify,
            enable_deck=task.options.enable_deck,
            deck_fields=task.options.decks_to_make,
            secret_rules=task.secret_rules(settings),
            called=partial(_call, task, args, kwargs),  # not a method: the inputs go with the run
        )
        self._retries = task.options.retries
        self._system_failures = 0
        self._progress: Progress | None = None
        self._has_environment = False
        self._team: Team | None = None
        self._of_all: EnvironmentOverlay | None = None
        self._inputs: dict[str, Show] = {}
        self.found: dict[str, Any] = {}
        self.how = AS_DECLARED
        if within is not None:
            self._join(within)
        self._attempts: list[Attempt] = []
        self._overlay: EnvironmentOverlay | None = None
        self._context: AttemptParameters | None = None
        self._started = 0.0

    def _join(self, within: WorkflowExecution) -> None:
        """Be a part of *within*."""
        self.how, self._team, self._of_all = within.how, within.team, within.variables
        self._scope.started_at = within.started_at
        self._scope.path = within.path
        if within.how.attempts is not None:
            self._retries = within.how.attempts - 1
        if within.progress is not None:
            self._progress = within.progress
            self._has_environment = within.one_at_a_time
            if within.how.fail_at and not self.is_isolated:
                self._scope.after_save = self._fail_after_save
            if (node := self._progress.node(within.path)) is not None:
                self._scope.transcript = node.transcript

    @property
    def is_isolated(self) -> bool:
        """Whether its attempts run in processes of their own."""
        return self.how.isolates and self._task.can_be_isolated

    @property
    def context(self) -> AttemptParameters:
        """The context of the attempt that runs."""
        assert self._context is not None  # noqa: S101 - there is one once it has begun
        return self._context

    def own_inputs(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the inputs of the attempt that begins, which may change them.

        Another one may follow, and begins with what the first began with.
        """
        if self._scope.deck_fields:
            from .task_decks import inputs_to_show

            self._inputs = inputs_to_show(self._task, self._scope)
        if not self._retries or self.is_isolated:  # a process has its own in any case
            return args, kwargs
        return own_copy(args), own_copy(kwargs)

    def around(self, body: Callable[..., Any]) -> Callable[..., Any]:
        """Return what an attempt calls instead of *body*: in a run it ends as a pod does."""
        if self._progress is None:
            return body
        from .as_in_pod import ending_as_a_pod

        number, task = self._number, self._task
        fails = number in self.how.fail_at
        if self._team is not None and not task.is_async:
            body = self._team.body(body)
        return ending_as_a_pod(body, task.name, number, fails=fails, is_async=task.is_async)

    def killing(self, kill: Callable[[], None]) -> AbstractContextManager[None]:
        """Let *kill* be called when the run is forced to end, for the length of a block."""
        return nullcontext() if self._team is None else self._team.killing(kill)

    def interrupted(self) -> None:
        """Tell the others of an execution of an interrupt, while this attempt ends well."""
        if self._team is not None:
            self._team.interrupted()

    def _fail_after_save(self, number: int) -> None:
        if number in self.how.fail_at:
            raise injected_failure(number, after_save=True)

    @property
    def _number(self) -> int:
        """Number of the attempt that runs, or is the next to run."""
        return self._first + len(self._attempts)

    def begin(self) -> AttemptParameters:
        """Return the context of the next attempt.

        Raises:
            SecretNotFoundError: A secret that the task wants in its environment is nowhere.
        """
        if self._team is not None:
            self._team.check()
        number, self.found = self._number, {}
        if not self.is_isolated:  # else it gets an environment of its own
            self._prepare(number)
        self._context = AttemptParameters(self._scope, number)
        if self._progress is not None:
            self._progress.attempt_began(self._scope.path, number)
        self._started = time.perf_counter()
        return self._context

    def _prepare(self, number: int) -> None:
        """Put into this process's environment what the attempt should find there."""
        is_pod = self._scope.settings.mode == "pod"
        task = self._task
        if not self._attempts and (
            task.wants_injection or (is_pod and task.options.secret_requests)
        ):
            self._inject()
        if task.options.environment:
            self._environment().set(task.options.environment)
        if number or is_pod or self._progress is not None:
            self._set_variables(number)

    def _inject(self) -> None:
        """Put secrets where a pod has them, for the length of the run."""
        from flyte_nb.context.secrets.injection import inject

        scope = self._scope
        folder = scope.workspace.directory
        set_variables = self._environment().set
        scope.secret_rules = inject(scope.secret_rules, lambda: folder("secrets"), set_variables)

    def _set_variables(self, attempt: int) -> None:
        """Set the variables of a pod.

        All of them in runs, and where pods are simulated; where several attempts run at a time,
        those that are the same for all: there is one environment. A plain call has the number of
        its attempt, from the second one on.
        """
        from .pod_variables import ATTEMPT, execution_variables, pod_variables

        execution = self._scope.execution_id
        if self._has_environment or self._scope.settings.mode == "pod":
            variables = pod_variables(execution, self._task.identify(execution), attempt)
        elif self._progress is not None:
            variables = execution_variables(execution)
        else:
            variables = {ATTEMPT: str(attempt)}
        (self._of_all or self._environment()).set(variables)

    def _environment(self) -> EnvironmentOverlay:
        if self._overlay is None:
            self._overlay = EnvironmentOverlay()
        return self._overlay

    def succeeded(self, value: Any) -> None:
        """Note that the attempt returned *value*.

        Raises:
            CheckpointError: What it still saved in the background could not be saved.
            InvalidValueError: What it said about an output cannot be kept.
            KeyboardInterrupt: It was to end meanwhile, and has made nothing of that.
        """
        if self._team is not None and self._team.is_stopped:
            from .lines import beginning_of

            __tracebackhide__ = True
            raise KeyboardInterrupt(
                f"{self._task.name} went on when it was interrupted: what it returned is dropped"
            ).with_traceback(beginning_of(self._task))
        context = self._context
        if context is None:
            return
        if (checkpoints := self._scope.run_checkpoints) is not None:
            checkpoints.end_attempt(self._number, Phase.SUCCEEDED.value)
        has_decks = context.decks or self._task.options.decks_to_make
        is_plain = not self._attempts and not has_decks and context.has_left_nothing
        if is_plain and self._progress is None:
            return  # nothing that anybody would look at: keep a plain call cheap
        self._end(Phase.SUCCEEDED, value=value)

    def failed(self, error: BaseException) -> bool:
        """Note that the attempt raised *error*; return whether another one follows."""
        if self._attempts and self._attempts[-1].phase is Phase.SUCCEEDED:
            self._attempts.pop()  # interrupted before its value could be returned
        # Whatever a task makes of an interrupt, none of its attempts follows that.
        was_ended = self._team is not None and self._team.is_stopped
        if was_ended or not isinstance(error, Exception):
            self._end(Phase.ABORTED if was_ended else phase_of(error), error)
            return False
        if self._may_follow(error):
            self._end(Phase.RETRYABLE_FAILURE, error)
            TASK_LOGGER.warning(
                "%s: attempt %d of %d failed, trying again: %s",
                self._task.name,
                self._number,
                self._retries + self._system_failures + 1,
                error_in_words(error),
            )
            return True
        self._end(Phase.FAILED, error)
        return False

    def _may_follow(self, error: Exception) -> bool:
        """Return whether another attempt follows the one that raised *error*.

        Preemptions have a budget of their own, as on a cluster.
        """
        if is_of_the_system(error):
            self._system_failures += 1
            return self._system_failures <= SYSTEM_RETRIES
        return self._number - self._system_failures < self._retries and is_recoverable(error)

    @property
    def pause_s(self) -> float:
        """Seconds to wait before the next attempt."""
        return self.how.pause_before(len(self._attempts))

    def close(self) -> None:
        """Tell who wants to show the run, and remove its files; call it again if interrupted."""
        try:
            if self._attempts and self._attempts[-1].phase is Phase.RETRYABLE_FAILURE:
                # Interrupted before the next attempt began.
                self._keep(replace(self._attempts.pop(), phase=Phase.ABORTED))
            is_told = RUN_ENDED and self._progress is None  # else who looks at that shows it
            if is_told and (
                len(self._attempts) > 1 or any(a.has_something_to_show for a in self._attempts)
            ):
                record = self._record()
                self._attempts.clear()  # told once, also when this is called again
                RUN_ENDED.tell(record)
        finally:
            if self._overlay is not None:
                self._overlay.undo()
            if self._scope.run_checkpoints is not None:
                self._scope.run_checkpoints.close()
            self._scope.workspace.close()

    def _record(self) -> TaskRun:
        return TaskRun(
            task_name=self._task.name,
            execution_id=self._scope.execution_id,
            started_at=self._scope.started_at,
            attempts=tuple(self._attempts),
            retries=self._retries,
            show_decks=self._task.options.enable_deck,
        )

    def _end(self, phase: Phase, error: BaseException | None = None, value: Any = None) -> None:
        context = self._context
        if context is None:
            return
        duration_s, number = time.perf_counter() - self._started, self._number
        stats, log, tracker = context.left_behind()
        outputs: Described = ()
        if tracker is not None and phase is Phase.SUCCEEDED and not self.found:
            outputs = describe_outputs(value, tracker, context)
        if phase is not Phase.SUCCEEDED and (checkpoints := self._scope.run_checkpoints):
            try:
                checkpoints.end_attempt(number, phase.value)
            except Exception as failure:  # noqa: BLE001 - the attempt's own error is told, not this
                TASK_LOGGER.warning("a checkpoint of this attempt was not saved: %s", failure)
        self._keep(
            Attempt(
                number=number,
                phase=phase,
                duration_s=duration_s,
                error="" if error is None else error_in_words(error),
                decks=self._decks(phase, value),
                show_decks=self._task.options.enable_deck is not False,
                metrics=() if stats is None else stats.metrics,
                log=() if log is None else log.lines(),
                **{"outputs": outputs, **self.found},
            )
        )

    def _decks(self, phase: Phase, value: Any) -> tuple[Deck, ...]:
        """Return the decks of the attempt that ends: its own, then those that are made of it."""
        found = [d for d in self.context.decks if isinstance(d, Deck) and not d.is_empty]
        if self._task.options.enable_deck:
            from .task_decks import decks_of_attempt, without_timeline

            found = without_timeline(found, self._task.options.decks_to_make)
            if phase is not Phase.RETRYABLE_FAILURE:  # those of the next would be the same
                has_value = phase is Phase.SUCCEEDED
                found.extend(decks_of_attempt(self._task, self._inputs, value, has_value=has_value))
        if found:
            self._around.keep_decks(self._scope.execution_id, self._task.name, found)
        return tuple(found)

    def _keep(self, attempt: Attempt) -> None:
        self._attempts.append(attempt)
        if self._progress is not None:
            self._progress.attempt_ended(self._scope.path, attempt)


def _call(task: Task, args: tuple[Any, ...], kwargs: dict[str, Any] | None) -> Call:
    """Return what tells this call from others; asked for by who uses a checkpoint."""
    from flyte_nb.context.checkpoint.attempts import Call

    inputs = inspect.signature(task.function).bind(*args, **(kwargs or {}))
    inputs.apply_defaults()
    return Call(
        task=task.name,
        version=task.version,
        origin=origin(task.function),
        inputs=inputs.arguments,
    )
