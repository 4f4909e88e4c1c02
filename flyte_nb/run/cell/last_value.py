"""The value of a body's last expression, which the cell shows."""

from __future__ import annotations

from typing import Any


class LastValue:
    """Keeps the value that it is called with; in another process it is printed there instead.

    Attributes:
        value: The value, None so far.
    """

    def __init__(self) -> None:
        self.value: Any = None

    def __call__(self, value: Any) -> None:
        """Keep *value*."""
        self.value = value

    def __reduce__(self) -> Any:
        return _printer, ()


def _printer() -> Any:
    return print_value


def print_value(value: Any) -> None:
    """Print *value* as Python's own prompt does: nothing for None."""
    import sys

    if value is not None:
        sys.stdout.write(f"{value!r}\n")
