"""How a run is done: what its caller chooses, and a cluster does not ask the task for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flyte_nb.errors import InvalidValueError

_MAX_ATTEMPTS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """How a run is done.

    Attributes:
        isolate: Whether each task runs in a process of its own, with its limits enforced and with
            only the variables and secrets that it declares. The body of a dynamic task, which
            makes a graph, runs here all the same; the tasks that it calls do not.
        attempts: How many attempts each task has; None for one and its ``retries``.
        fail_at: Numbers of attempts, from 0, that fail: after their first checkpoint, else at
            their end. The next one goes on from the checkpoint, as after a real failure.
        preempt_after: Seconds after which the first attempt of each task is preempted: SIGTERM,
            and SIGKILL when the grace is over. Its task runs isolated.
        backoff: Seconds to wait before the second attempt, doubled before each further one, a
            minute at most.
        cache: Whether kept values are used, and new ones kept.
        overwrite_cache: Whether values are computed again, whatever is kept.
        max_parallelism: How many nodes run at a time; None for what the launch plan says.

    Raises:
        InvalidValueError: A number is out of its range, or two options contradict each other.
    """

    isolate: bool = False
    attempts: int | None = None
    fail_at: tuple[int, ...] = ()
    preempt_after: float | None = None
    backoff: float = 0.0
    cache: bool = True
    overwrite_cache: bool = False
    max_parallelism: int | None = None

    def __post_init__(self) -> None:
        for name in ("isolate", "cache", "overwrite_cache"):
            if not isinstance(getattr(self, name), bool):
                raise _refused(name, getattr(self, name), "it has to be True or False")
        for name in ("attempts", "max_parallelism"):
            value = getattr(self, name)
            if value is not None and not (_is_count(value) and 1 <= value <= _MAX_ATTEMPTS):
                raise _refused(
                    name, value, f"it has to be a whole number from 1 to {_MAX_ATTEMPTS:,}"
                )
        if self.overwrite_cache and not self.cache:
            rule = "nothing is kept of a run without the cache"
            raise _refused("overwrite_cache", self.overwrite_cache, rule)
        numbers: Any = (self.fail_at,) if _is_count(self.fail_at) else self.fail_at
        if not isinstance(numbers, (tuple, list)) or not all(map(_is_count, numbers)):
            raise _refused(
                "fail_at", self.fail_at, "it takes numbers of attempts, and the first one is 0"
            )
        object.__setattr__(self, "fail_at", tuple(numbers))
        for name in ("preempt_after", "backoff"):
            value = getattr(self, name)
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if (value is not None or name == "backoff") and not (is_number and value >= 0):
                raise _refused(name, value, "it takes seconds, from 0 up")

        if self.attempts is not None:
            self.check_fail_at()

    def check_fail_at(self, retries: int = 0, first: int = 0) -> None:
        """Refuse an attempt in ``fail_at`` that there will not be.

        Args:
            retries: Those of the task, which count where ``attempts`` is not given.
            first: Number of the attempt that the run begins with.

        Raises:
            InvalidValueError: There will be no such attempt.
        """
        attempts = retries + 1 if self.attempts is None else self.attempts
        # A preempted attempt does not count; there is one at least.
        last = max(attempts - 1, first) + (self.preempt_after is not None)
        if self.fail_at and max(self.fail_at) > last:
            of = f"{retries=}" if self.attempts is None else f"{attempts=}"
            raise _refused(
                "fail_at",
                self.fail_at,
                f"attempts are counted from 0, and with {of} the last is {last}",
                hint="the option attempts allows more",
            )

    def pause_before(self, attempt: int) -> float:
        """Return seconds to wait before the attempt of that number."""
        return min(self.backoff * 2.0 ** min(attempt - 1, 20), 60.0) if attempt else 0.0

    @property
    def isolates(self) -> bool:
        """Whether tasks run in processes of their own: a preemption needs one to end."""
        return self.isolate or self.preempt_after is not None


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _refused(name: str, value: Any, rule: str, hint: str = "") -> InvalidValueError:
    return InvalidValueError(f"run({name}={value!r}): {rule}", hint=hint)


AS_DECLARED = RunOptions()
