"""What is called a secret, in the lines of a file and in the arguments of a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_BOOLEAN = r"[\"']?(?:true|false|yes|no|on|off|null)[\"']?\s*"
# No secret: nothing, what is masked, a boolean; in YAML a collection, whose items are judged.
_HARMLESS = re.compile(rf"(?i)\Z|{MASK}|{_BOOLEAN}\Z")
_HARMLESS_YAML = re.compile(rf"(?i)\Z|{MASK}|[{{\[]|{_BOOLEAN}(?:[,}}\]]|\s#|\Z)")
_NO_VALUE = re.compile(rf"(?i)--|[\])}}]|{MASK}|\Z")  # behind a flag
_PORT = re.compile(r"\d{1,5}(?!\w)")


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


def secret_start(text: str, *, is_yaml: bool = False) -> int | None:
    """Return where the first value in *text* begins that is called a secret, None for none.

    Args:
        text: What to look at.
        is_yaml: Whether it is a line of YAML in which the values of keys are masked already.
    """
    comment = text.find("#") if is_yaml else 0
    for found in _names(text):
        before = text[max(0, found.start() - _AROUND) : found.start()]
        if sign := _ASSIGNED.match(text, found.end()):
            is_code = comment < 0 or sign.end() <= comment
            harmless = _HARMLESS_YAML if is_code else _HARMLESS
            is_value = not harmless.match(text, sign.end())
            is_value = is_value and not (sign[0] == ":" and _is_place(text, sign.end(), before))
        else:
            sign = _FLAG.match(text, found.end())
            is_value = sign is not None and _word(before).startswith("-")
            is_value = is_value and not _NO_VALUE.match(text, sign.end() if sign else 0)
        if sign and is_value:
            return sign.end()
    return None


def _names(text: str) -> Iterator[re.Match[str]]:
    low = text.lower()  # most texts have no such word, and that is seen ten times faster
    return _NAME.finditer(text) if any(part in low for part in _PARTS) else iter(())


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
