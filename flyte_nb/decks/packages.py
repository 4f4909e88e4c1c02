"""What is installed beside us, read from its metadata: no other process, no import."""

from __future__ import annotations

import os
import re
import sys
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

T = TypeVar("T")
GROUP = "flyte_nb.renderers"
_FIELD = r"^{}:[ \t]*(\S.*?)[ \t\r]*$"
_NAME, _VERSION = (re.compile(_FIELD.format(name), re.MULTILINE) for name in ("Name", "Version"))

_reading = threading.Lock()
_read: dict[str, tuple[Any, Any]] = {}


def installed_packages() -> tuple[tuple[str, str], ...]:
    """Return name and version of each package that this Python can import, by name."""
    return _of_state("packages", _packages)


def renderer_entry_points() -> tuple[EntryPoint, ...]:
    """Return what installed packages offer to show values of their types by."""
    return _of_state("renderers", _entry_points)


def _of_state(what: str, read: Callable[[], T]) -> T:
    """Return what *read* gives, from before while nothing was installed or removed since."""
    with _reading:
        state = tuple((place, _changed_ns(place)) for place in sys.path)
        known = _read.get(what)
        if known is None or known[0] != state:
            known = _read[what] = (state, read())
        return known[1]


def _changed_ns(place: str) -> int:
    try:
        return os.stat(place or ".").st_mtime_ns  # noqa: PTH116 - a Path costs more than the call
    except (OSError, ValueError):
        return 0


def _packages() -> tuple[tuple[str, str], ...]:
    from importlib.metadata import distributions

    found: dict[str, tuple[str, str]] = {}
    for distribution in distributions():
        try:
            text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
        except (OSError, ValueError):
            continue  # half removed
        # Two fields of the head: to parse the whole costs ten times as much.
        name, version = (pattern.search(text) for pattern in (_NAME, _VERSION))
        if name is not None:
            key = re.sub(r"[-_.]+", "-", name[1]).lower()
            # The first one on the path is what is imported.
            found.setdefault(key, (name[1], "" if version is None else version[1]))
    return tuple(found[key] for key in sorted(found))


def _entry_points() -> tuple[EntryPoint, ...]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group=GROUP))
