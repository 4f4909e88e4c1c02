"""Regular expressions, for which `re` is imported when one is first needed: it costs 3 ms."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re


def fullmatch(pattern: str, text: str) -> re.Match[str] | None:
    """Return the match of all of *text*, None where there is none."""
    import re

    return re.fullmatch(pattern, text)
