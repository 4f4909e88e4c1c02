"""What `@workflow` is given, checked when the workflow is defined."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

from .describe import value_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.models import Options


class WorkflowFailurePolicy(Enum):
    """What becomes of the other nodes when one has failed (flytekit's class of that name)."""

    FAIL_IMMEDIATELY = 0
    """No other one is begun."""
    FAIL_AFTER_EXECUTABLE_NODES_COMPLETE = 1
    """Those that do not wait for it are run."""


@dataclass(frozen=True, kw_only=True)
class WorkflowOptions:
    """What `@workflow` was given; see `workflow`.

    Raises:
        InvalidValueError: An option that a cluster would refuse.
    """

    failure_policy: WorkflowFailurePolicy | None = None
    interruptible: bool = False
    on_failure: Any = None
    docs: Any = None
    pickle_untyped: bool = False
    default_options: Options | None = None

    def __post_init__(self) -> None:
        policy = self.failure_policy
        if policy is not None and not isinstance(policy, WorkflowFailurePolicy):
            raise InvalidValueError(
                f"@workflow(failure_policy=…): {value_in_words(policy)} is not a"
                " WorkflowFailurePolicy",
                hint=" or ".join(map(str, WorkflowFailurePolicy)),
            )
        for name in ("interruptible", "pickle_untyped"):
            if not isinstance(getattr(self, name), bool):
                raise InvalidValueError(
                    f"@workflow({name}={getattr(self, name)!r}): not True or False"
                )
        if self.default_options is not None:
            _check_default_options(self.default_options)

    @property
    def fails_late(self) -> bool:
        """Whether nodes that wait for nothing that failed are run all the same."""
        return self.failure_policy is WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE

    def remarks(self) -> Iterator[str]:
        """Yield what was given, in words."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            name = field.name.replace("_", " ")
            if isinstance(value, Enum):
                value = value.name
            elif field.name == "docs":
                value = getattr(value, "short_description", value)
            elif field.name == "on_failure":
                value = value.name
            yield f"{name}: {value}"


def _check_default_options(options: Any) -> None:
    from flyte_nb.models import Options

    if not isinstance(options, Options):
        raise InvalidValueError(
            f"@workflow(default_options=…): {value_in_words(options)} is not Options"
        )
    if options != Options(labels=options.labels, annotations=options.annotations):
        raise InvalidValueError(
            "@workflow(default_options=…): a default launch plan has labels and annotations only",
            hint="give the others to LaunchPlan.create(name, workflow, options=…)",
        )
