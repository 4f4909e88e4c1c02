"""Every way in which a text is commonly written: in an address, in JSON, in a header, in a repr.

A table of what programs do, not of what they could: an escape that no common encoder writes,
such as ``%61`` for ``a``, is not looked for.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_WRAPPED = (64, 76)  # columns of PEM and of MIME: what openssl and base64(1) write
_TRIPLET = 3


def spellings(text: str) -> set[str]:
    """Return *text* in every encoding; escapes also one inside the other.

    Base64 is found inside of longer data too, such as ``user:secret`` in a header, where the
    character at each end that it shares with its neighbour is not covered.
    """
    escaped = set(_escaped(text))
    data = _as_bytes(text)
    encoded = {*_base64(data), *_wrapped(data), data.hex(), data.hex().upper()}
    # What is put into JSON is often encoded as a whole then (a docker config, a service key).
    for one in {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]} - {text}:
        encoded.update(_base64(_as_bytes(one)))
    twice = {outer for one in escaped for outer in _escaped_again(one)}
    in_address = {quote(one, safe="") for one in encoded}
    return escaped | twice | encoded | in_address | {_lower(one) for one in in_address}


def wide(text: str) -> Iterator[bytes]:
    """Yield *text* as arrays of NumPy, and programs in other languages, have it in memory."""
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield text.encode(encoding, "surrogatepass")


def few_spellings(text: str) -> set[str]:
    """Return *text* in the encodings that matter most; a large value has many parts."""
    plain = json.dumps(text)[1:-1]
    return {text, plain, json.dumps(plain)[1:-1], repr(text)[1:-1], *_base64(_as_bytes(text))}


def _escaped(text: str) -> Iterator[str]:
    yield text
    yield from _in_address(_as_bytes(text))
    yield from _in_json(text)
    yield from _in_python(text)
    yield from _in_html(text)
    yield from _in_shell(text)
    yield text.replace('"', '""')  # CSV


def _escaped_again(text: str) -> Iterator[str]:
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield from _in_python(text)  # a body of JSON as the value of a cell
    yield escape(text, quote=False)
    yield escape(text)
    yield escape(text).replace("&#x27;", "&#39;")
    in_address = quote(_as_bytes(text))
    yield from (in_address, in_address.replace("/", "%2F"))
    yield in_address.replace("/", "%2F").replace("%20", "+")


def _in_address(data: bytes) -> Iterator[str]:
    """RFC 3986, and what encoders leave out of it."""
    for safe in (
        "",
        "/",  # Python
        "!'()*",  # encodeURIComponent
        "!'()*/",
        "*",  # forms, Java
        ";,/?:@&=+$#!'()*",  # encodeURI
        "!#$%&'()*+,/:;=?@[]~",  # requests, of what is an address already
    ):
        whole = quote(data, safe=safe)
        for one in (whole, whole.replace("~", "%7E")):
            yield from (one, _lower(one))
            if "%20" in one:
                yield from (one.replace("%20", "+"), _lower(one.replace("%20", "+")))


def _in_json(text: str) -> Iterator[str]:
    """RFC 8259, section 7, and the stricter escapes of JSON inside of HTML."""
    for ascii_only in (True, False):
        plain = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        for one in (
            plain,
            plain.replace("/", "\\/"),  # PHP
            _as_code_points(plain, "<>&"),  # Go
            _as_code_points(plain, "<>&'"),  # Jinja, Django
            _as_code_points(plain.replace('\\"', '"'), "<>&'\"+`"),  # .NET
        ):
            yield one
            yield re.sub(r"\\u[0-9a-f]{4}", lambda m: "\\u" + m[0][2:].upper(), one)


def _in_python(text: str) -> Iterator[str]:
    """What `repr` and `ascii` show, with either quote."""
    data = _as_bytes(text)
    yield repr(text)[1:-1]
    yield ascii(text)[1:-1]
    yield repr(data)[2:-1]
    # After both quotes, repr takes the single one and so escapes it.
    yield repr("'\"" + text)[4:-1]
    yield repr(b"'\"" + data)[5:-1]


def _in_html(text: str) -> Iterator[str]:
    less = text.replace("&", "&amp;").replace("<", "&lt;")
    every = escape(text)
    for one in (
        text.replace("&", "&amp;").replace("'", "&#39;"),  # our decks: page.py
        less,
        less.replace("'", "&#39;").replace('"', "&#34;").replace(">", "&gt;"),
        escape(text, quote=False),
        every,
        every.replace("&#x27;", "&#39;"),
        every.replace("&#x27;", "&apos;"),
        every.replace("&#x27;", "&#39;").replace("/", "&#x2F;"),
    ):
        yield one
        yield one.encode("ascii", "xmlcharrefreplace").decode()


def _in_shell(text: str) -> Iterator[str]:
    yield text.replace("'", "'\"'\"'")
    yield text.replace("'", "'\\''")
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)


def _base64(data: bytes) -> Iterator[str]:
    """Yield what *data* becomes at each of the three places that it can have in longer data."""
    for before in range(_TRIPLET):
        bits = 8 * (before + len(data))
        encoded = b64encode(bytes(before) + data).rstrip(b"=")
        first = -(-8 * before // 6)
        ends = {bits // 6, len(encoded)}  # when more data follow, and when none do
        for end in ends:
            one = encoded[first:end]
            padding = b"=" * (-(before + len(data)) % _TRIPLET) if end == len(encoded) else b""
            for spelt in {one, one + padding}:
                yield spelt.decode()
                yield spelt.translate(_URL_SAFE).decode()


def _wrapped(data: bytes) -> Iterator[str]:
    encoded = b64encode(data).decode()
    for width in _WRAPPED:
        if len(encoded) > width:
            lines = (encoded[n : n + width] for n in range(0, len(encoded), width))
            yield from (line for line in lines if len(line) > width // 4)


def _as_code_points(text: str, characters: Iterable[str]) -> str:
    for character in characters:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _lower(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def _as_bytes(text: str) -> bytes:
    try:
        return text.encode(errors="surrogateescape")  # bytes of a variable that is no text
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass")
