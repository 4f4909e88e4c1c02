"""Taking secrets out of plain data: one look where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD

if TYPE_CHECKING:
    from collections.abc import Iterator


def masked(data: Any) -> Any:
    """Return plain data without secrets; the same object when it has none."""
    if not LEAK_GUARD.is_active:
        return data
    # All texts at once: where nothing is found in them together, nothing is in any of them.
    together = "\0".join(_texts(data))
    return data if LEAK_GUARD.mask(together) is together else _each(data)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield name
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def _each(data: Any) -> Any:
    if isinstance(data, str):
        return LEAK_GUARD.mask(data)
    if isinstance(data, dict):
        return {LEAK_GUARD.mask(name): _each(value) for name, value in data.items()}
    return [_each(value) for value in data] if isinstance(data, list) else data
