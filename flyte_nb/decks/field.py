"""Which decks a task can have made for it."""

from __future__ import annotations

from enum import Enum


class DeckField(str, Enum):
    """A deck that the runtime makes of a task (flytekit's ``DeckField``).

    Example:
        >>> @task(enable_deck=True, deck_fields=(DeckField.INPUT, DeckField.OUTPUT))
        ... def double(x: int) -> int:
        ...     return 2 * x
    """

    INPUT = "Input"
    OUTPUT = "Output"
    SOURCE_CODE = "Source Code"
    TIMELINE = "Timeline"
    DEPENDENCIES = "Dependencies"


ALL_FIELDS = (
    DeckField.SOURCE_CODE,
    DeckField.DEPENDENCIES,
    DeckField.TIMELINE,
    DeckField.INPUT,
    DeckField.OUTPUT,
)
"""What ``@task(enable_deck=True)`` means, in flytekit's order."""
