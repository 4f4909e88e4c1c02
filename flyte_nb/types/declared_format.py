"""Classes of files and folders of a declared format, such as ``FlyteFile["csv"]``."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin

from flyte_nb.errors import InvalidValueError


def format_of(item: Any) -> str:
    """Return the format that stands in the brackets.

    Raises:
        InvalidValueError: It is annotated as something that is no text.
    """
    if get_origin(item) is Annotated:
        kind, extension = get_args(item)[:2]
        if kind is not str:
            raise InvalidValueError(f"a format is a str, annotated with its name; not {kind!r}")
        item = extension
    return str(item).strip().lstrip("~").lstrip(".")


@lru_cache(maxsize=256)
def with_format(kind: Any, name: str) -> Any:
    """Return the class of *kind* with the format *name*, always the same one."""
    base = kind.__origin__ or kind
    body = {"_format": name, "__origin__": base, "__module__": base.__module__}
    return type(f'{base.__name__}["{name}"]', (base,), body)


def again(base: Any, name: str, state: dict[str, Any]) -> Any:
    """Return what was pickled."""
    kind = base[name] if name else base
    found = kind.__new__(kind)
    vars(found).update(state, _downloader=None, _copy=None)
    return found
