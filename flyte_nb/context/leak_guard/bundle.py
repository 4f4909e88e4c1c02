"""What a notebook shows: data by MIME type, and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .guard import LeakGuard

_WITH_TAGS = {"text/html", "image/svg+xml", "text/markdown", "application/xml", "text/xml"}
_BINARY = ("image/", "audio/", "video/", "font/", "application/pdf", "application/octet-stream")
_SEPARATOR = "\0"


def mask_bundle(guard: LeakGuard, bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *bundle*, which is data by MIME type; images and sounds stay."""
    return {mime: _masked(guard, mime, data) for mime, data in bundle.items()}


def mask_json(guard: LeakGuard, value: Any) -> Any:
    """Return *value*, of dictionaries and lists, with all its texts masked; itself if none is."""
    # One look at all texts together: a table of a million short ones has hardly ever a secret.
    texts = _SEPARATOR.join(_texts(value))
    return value if guard.mask(texts) == texts else _walk(value, guard.mask)


def _masked(guard: LeakGuard, mime: str, data: Any) -> Any:
    if mime in _WITH_TAGS and isinstance(data, str):
        return guard.mask(data, tags=True)
    if mime.startswith(_BINARY) and mime not in _WITH_TAGS:
        return data
    return mask_json(guard, data)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _walk(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {_walk(key, mask): _walk(inner, mask) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_walk(inner, mask) for inner in value]
    return value
