"""The part of the context that a user sets."""

from __future__ import annotations

import os
from dataclasses import dataclass

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.identifiers import (
    WorkflowExecutionIdentifier,
    check_execution_name,
    check_label,
)

MODES = ("local", "pod")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextSettings:
    """Where runs belong.

    Attributes:
        project: Flyte project.
        domain: Flyte domain, e.g. ``development``.
        name: Name of every execution from now on; empty for a fresh one each time.
        mode: ``local``, or ``pod`` to refuse what a pod would not have.
        dotenv: ``.env`` files in which secrets are looked for too.

    Raises:
        InvalidValueError: A value that Flyte admin would refuse.
    """

    project: str = "local"
    domain: str = "local"
    name: str = ""
    mode: str = "local"
    dotenv: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_label("project", self.project)
        check_label("domain", self.domain)
        if self.name != "":
            check_execution_name(self.name)
        if self.mode not in MODES:
            raise InvalidValueError(f"mode {self.mode!r}: {' or '.join(MODES)}")

    def new_execution_id(self) -> WorkflowExecutionIdentifier:
        """Return the identifier of the next execution."""
        name = self.name or f"a{os.urandom(10).hex()[:19]}"
        return WorkflowExecutionIdentifier(self.project, self.domain, name)
