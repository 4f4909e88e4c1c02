"""How a secret is shown: not at all."""

from __future__ import annotations

import re

MASK = "••••"
_USER_INFO = re.compile(r"(?P<before>(?<!\w)\w+://[^\s/:@]*:)[^\s/@]+(?=@)")


def without_passwords(text: str) -> str:
    """Return *text* with the password of each ``scheme://user:password@host`` masked."""
    return _USER_INFO.sub(rf"\g<before>{MASK}", text)
