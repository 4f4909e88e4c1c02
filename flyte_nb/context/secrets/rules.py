"""Which secrets a task may have, and where else they are looked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte_nb.models import Secret

    from .names import SecretName


@dataclass(frozen=True, slots=True)
class SecretRules:
    """What the running task declared, and what the session adds to the places of a pod.

    Attributes:
        task: Name of the running task; empty outside of tasks, where everything may be read.
        declared: The secrets that it asked for.
        is_pod: Whether what a pod would not have is refused; otherwise it is warned about.
        dotenv: ``.env`` files that stand for variables.
        mounted: Secret to the file that this run has it in.
    """

    task: str = ""
    declared: tuple[Secret, ...] = ()
    is_pod: bool = False
    dotenv: tuple[str, ...] = ()
    mounted: Mapping[SecretName, str] = field(default_factory=dict)

    def declares(self, name: SecretName) -> bool:
        """Return whether the task asked for *name*, or for its whole group."""
        return any(
            s.group == name.group
            and s.key in {name.key, None}
            and s.group_version in {name.version, None}
            for s in self.declared
        )


EVERYTHING = SecretRules()
