"""Secret values for tests, every way to write them, and a search for what is left of them.

The search is simpler than the leak guard and knows nothing of it: ten characters in a row that
occur nowhere else give a value away, in whatever escapes they stand.
"""

from __future__ import annotations

import json
import random
import re
import string
from base64 import b64encode, encodebytes, urlsafe_b64encode
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What a password, a token or a key may look like; each {} becomes ten characters.
SHAPES = {
    "plain": "{}-{}",
    "quotes": "{}'\"`\\{}",
    "markup": "{}<b>&amp;&{}</b>",
    "address": "{}+/=?%&#:@{}",
    "umlauts": "{}äöüß €{}",
    "token": ".".join(["{}{}{}"] * 6),
    "pem": "-----BEGIN KEY-----\n{}{}{}{}\n{}{}{}{}\n{}+/{}\n-----END KEY-----",
}
_BASE64 = (b64encode, urlsafe_b64encode)
_BITS = 6
_CONTEXT = 40


def secret(name: str, shape: str) -> str:
    """Return a value of that shape, another one for each *name*."""
    rng = random.Random(f"{name}/{shape}")
    template = SHAPES[shape]
    letters = string.ascii_letters + string.digits
    return template.format(
        *("".join(rng.choices(letters, k=10)) for _ in range(template.count("{}")))
    )


def spellings(value: str) -> Iterator[str]:
    """Yield *value* as programs write it."""
    data = value.encode()
    yield value
    yield from (quote(value), quote(value, safe=""), quote_plus(value))
    yield from (json.dumps(value), json.dumps(value, ensure_ascii=False))
    yield from (escape(value), escape(value, quote=False), repr(value), repr(data))
    yield from (data.hex(), data.hex().upper())
    yield encodebytes(data).decode()
    for encode in _BASE64:
        for before in (b"", b"u", b"u:"):
            for after in (b"", b"@host"):
                encoded = encode(before + data + after).decode()
                yield from (encoded, encoded.rstrip("="), quote(encoded, safe=""))


def leaks(saved: str, values: Mapping[str, str]) -> list[str]:
    """Return what *saved*, a file of JSON, tells of each of the named values."""
    views = (saved, "\0".join(_texts(json.loads(saved))))
    return [
        f"{name}: …{view[max(0, at - _CONTEXT) : at + _CONTEXT]!r}…"
        for name, value in values.items()
        for needle in _needles(value)
        for view in views
        if (at := view.find(needle)) >= 0
    ]


def _needles(value: str) -> set[str]:
    found = set(spellings(value))
    for piece in re.findall("[0-9A-Za-z]{10}", value):
        data = piece.encode()
        found |= {piece, data.hex(), data.hex().upper()}
        for encode in _BASE64:
            for before in range(3):  # without what it shares with its neighbours at each end
                bits = 8 * before, 8 * (before + len(data))
                whole = encode(bytes(before) + data).decode()
                found.add(whole[-(-bits[0] // _BITS) : bits[1] // _BITS])
    return found


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
