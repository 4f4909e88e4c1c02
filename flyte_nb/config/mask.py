"""How a secret is shown: not at all. What is called one, and where an address holds one.

Hiding too much does no harm: where a secret may go on, the mask stands for all that follows.
The time for it grows with the length of the text, and no faster.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .entry import ConfigEntry

MASK = "••••"
# By the last word, known to us or not: a tokenUrl is no secret, nor a clientSecretLocation. An
# access key alone is the name of who has the secret key.
_NAME = re.compile(
    r"(?i)(?=[aempstAEMPST])(?:secrets?|passw(?:or)?ds?|passphrases?|passcodes?|tokens?|authorization"
    r"|(?:secret|private|account|api|shared|storage|signing|encryption|master)"
    r"(?:[-_. ]?access)?[-_. ]?keys?"
    r"|(?<![a-z])(?:pass|pwd)|(?-i:(?<=[a-z])(?:Pass|Pwd)))"
    r"(?:[-_.]?(?:values?|text|data|plain|pem|b64|base64))?[\d_]*(?![-_.]?[^\W_])"
)
_PARTS = ("secret", "pass", "pwd", "token", "authorization", "key")
_ASSIGNED = re.compile(r"[\"'\s]*[:=][=>\s]*")
_FLAG = re.compile(r"[\"']?[,\s]+")
_WORD = re.compile(r"[^\s,\"'=\[({]*")
_AROUND = 64  # characters before a name that are looked at
_LEAD = " \t#;\"'-{,[("  # what may stand before a key
# No secret: nothing, what is masked, a boolean; behind a flag another one; of YAML a mapping.
_NOTHING = rf"\Z|{MASK}|[\"']?(?:true|false|yes|no|on|off|null)[\"']?\s*(?:\Z|[,}}\]]|\s#)"
_HARMLESS = re.compile(rf"(?i){_NOTHING}")
_NO_VALUE = re.compile(rf"(?i)--|[\])}}]|{_NOTHING}")
_PORT = re.compile(r"\d{1,5}(?!\w)")

_START = re.compile(r"\s*[\"']?(?:(?:[a-zA-Z][\w+.-]*:)?/{2,3})*")  # such as dns:///https://
_DIGEST = re.compile(r"@sha\d+:[0-9a-fA-F]+")  # of an image
_ADDRESS_KEY = re.compile(r"(?i)(?:url|endpoint|proxy|address|host)[\"']?[:=]?\Z")


def shown(entry: ConfigEntry, value: Any) -> str:
    """Return a value of *entry* as it can be shown."""
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    if entry.secret:
        return MASK if text else ""
    return without_password(text) if entry.is_address else without_passwords(text)


def names_secret(text: str, *, is_assigned: bool = False) -> bool:
    """Return whether *text*, such as a line, names a secret, except to say yes or no to it.

    Args:
        text: What to look at.
        is_assigned: Whether only names count that ``=`` or ``:`` follows.
    """
    for found in _names(text):
        sign = _ASSIGNED.match(text, found.end())
        if sign is None and is_assigned:
            continue
        value = sign and _HARMLESS.match(text, sign.end())
        if not value or value[0] in {"", MASK}:
            return True
    return False


def is_secret_key(key: str) -> bool:
    """Return whether the last word of *key* is one for a secret."""
    key = key[-_AROUND:].rstrip(" \t.:-'\"")
    return any(found.end() == len(key) for found in _names(key))


def is_harmless(value: str) -> bool:
    """Return whether what is called a secret is none: nothing, or a boolean."""
    return _HARMLESS.match(value) is not None


def without_password(address: str) -> str:
    """Return *address* fit to be shown: user, password and query are masked."""
    start = _START.match(address)
    return _without_user(address, start.end() if start else 0)


def without_passwords(text: str, *, may_nest: bool = False) -> str:
    """Return *text* without the secrets that it names and those of the addresses in it.

    Args:
        text: Any text, such as a line of a file or the arguments of a program.
        may_nest: Whether a bracket behind a name begins a collection, which is no secret itself.
    """
    text = _without_named(text, may_nest=may_nest)
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


def _names(text: str) -> Iterator[re.Match[str]]:
    low = text.lower()  # most texts have no such word, and that is seen ten times faster
    return _NAME.finditer(text) if any(part in low for part in _PARTS) else iter(())


def _without_named(text: str, *, may_nest: bool) -> str:
    comment = text.find("#") if may_nest else -1
    for found in _names(text):
        before = text[max(0, found.start() - _AROUND) : found.start()]
        if sign := _ASSIGNED.match(text, found.end()):
            is_code = may_nest and (comment < 0 or sign.end() <= comment)
            is_nested = is_code and text.startswith(("{", "["), sign.end())
            is_value = not _HARMLESS.match(text, sign.end()) and not is_nested
            is_value = is_value and not (sign[0] == ":" and _is_place(text, sign.end(), before))
        else:
            sign = _FLAG.match(text, found.end())
            is_value = sign is not None and _word(before).startswith("-")
            is_value = is_value and not _NO_VALUE.match(text, sign.end() if sign else 0)
        if sign and is_value:
            return text[: sign.end()] + MASK
    return text


def _is_place(text: str, at: int, before: str) -> bool:
    """Return whether a colon without a blank is an address's: ``//token:80``, ``x/token:v1``."""
    word = _word(before)
    is_key = not before[: len(before) - len(word)].strip(_LEAD)
    is_port = not is_key and _PORT.match(text, at) is not None
    return "/" in word or text.startswith("//", at) or is_port


def _word(before: str) -> str:
    """Return the beginning of the word that goes on behind *before*."""
    found = _WORD.match(before[::-1])
    return found[0][::-1] if found else ""


def _without_user_in(word: str, before: str) -> str:
    """Mask user and password where *word* is an address, as one behind its key always is."""
    slashes, colon, sign = word.find("//"), word.find(":"), word.find("=")
    if _ADDRESS_KEY.search(before[-_AROUND:]):
        return without_password(word)
    if slashes >= 0 and (colon in {-1, slashes - 1} or colon > slashes):
        return _without_user(word, slashes + 2)
    if colon >= 0 and not 0 <= word.find("@") < colon:  # no git@host:path
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
