"""How a secret is shown: not at all. Addresses, and whatever is called a secret.

Hiding too much does no harm: where a secret may go on, the mask stands for all that follows.
The time for it grows with the length of the text, and no faster.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .secret_names import MASK, secret_start

if TYPE_CHECKING:
    from .entry import ConfigEntry

__all__ = ["MASK", "shown", "without_password", "without_passwords"]

# Such as dns:/// and http://.
_START = re.compile(r"\s*[\"']?(?:dns:///)?(?:(?:[a-zA-Z][\w+.-]*:)?/{2,3})?")
_AROUND = 64  # characters before a word that are looked at
_DIGEST = re.compile(r"@sha\d+:[0-9a-fA-F]+")  # of an image
_ADDRESS_KEY = re.compile(r"(?i)(?:url|endpoint|proxy|address|host)[\"']?[:=]?\Z")


def shown(entry: ConfigEntry, value: Any) -> str:
    """Return a value of *entry* as it can be shown."""
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    if entry.secret:
        return MASK if text else ""
    return without_password(text) if entry.is_address else without_passwords(text)


def without_password(address: str) -> str:
    """Return *address* fit to be shown: user, password and query are masked."""
    start = _START.match(address)
    return _without_user(address, start.end() if start else 0)


def without_passwords(text: str, *, is_yaml: bool = False) -> str:
    """Return *text* without the secrets that it names and those of the addresses in it.

    Args:
        text: Any text, such as a line of a file or the arguments of a program.
        is_yaml: Whether it is a line of YAML in which the values of keys are masked already.
    """
    if (start := secret_start(text, is_yaml=is_yaml)) is not None:
        text = text[:start] + MASK
    if "@" not in text and not ("?" in text and "://" in text):
        return text
    pieces, at, before = [], 0, ""
    for found in re.finditer(r"\S+", text):
        word = found[0]
        if "@" in word or "?" in word:
            pieces += [text[at : found.start()], _without_user_in(word, before)]
            at = found.end()
        before = word if word not in {":", "="} else f"{before[-_AROUND:]}{word}"
    return "".join([*pieces, text[at:]])


def _without_user_in(word: str, before: str) -> str:
    """Mask user and password where *word* is an address, as one behind its key always is."""
    slashes, colon, sign = word.find("//"), word.find(":"), word.find("=")
    if _ADDRESS_KEY.search(before[-_AROUND:]):
        return without_password(word)
    if slashes >= 0 and (colon in {-1, slashes - 1} or colon > slashes):
        return _without_user(word, slashes + 2)
    if colon >= 0 and not 0 <= word.rfind("@") < colon:  # no git@host:path
        return _without_user(word, colon + 1, has_query=False)
    if sign >= 0 and _ADDRESS_KEY.search(word[:sign]):
        return _without_user(word, sign + 1)
    return word


def _without_user(address: str, start: int, *, has_query: bool = True) -> str:
    # The last @: a password may hold one. That of an image's digest is no such.
    at = address.rfind("@", start)
    while at >= 0 and _DIGEST.match(address, at):
        at = address.rfind("@", start, at)
    host = address[at:] if at >= 0 else address[start:]
    if has_query:
        host, mark, _ = host.partition("?")
        host += mark + MASK if mark else ""
    return address[:start] + (MASK if at >= 0 else "") + host
