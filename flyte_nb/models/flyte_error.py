"""What the handler of a workflow's failure is told about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FlyteError:
    """A failure (flytekit's ``FlyteError``): an input ``err: FlyteError | None`` is given it.

    Attributes:
        message: What was raised: its type, and what it says.
        failed_node_id: Id of the workflow's node that failed.
    """

    message: str
    failed_node_id: str
