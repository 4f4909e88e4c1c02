"""Says of what failed in a workflow where that was, without changing what was raised."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .graph.node import Node

_NOTE = re.compile(r"in node (\S+) \(.*\)")


def say_where(error: BaseException, node: Node, path: str) -> None:
    """Add a note to *error* that says in which node it was raised (PEP 678).

    Python shows it below the message, from 3.11 on; in 3.10 it can be looked at. The innermost
    node says it first, and those around it leave it as it is.

    Args:
        error: The user's own, or one of ours; of the same type and arguments afterwards.
        node: Which has raised it.
        path: Of the nodes that this one is a part of, with a ``/`` at the end of each.
    """
    if not isinstance(error, Exception):
        return
    known = failed_node(error)
    here = f"{path}{node.id}"
    if known and re.match(re.escape(here) + "[/-]", known):
        return
    others = [note for note in getattr(error, "__notes__", ()) if not _is_note(note)]
    _set_notes(error, [*others, f"in node {here} ({node.called})"])


def add_note(error: BaseException | None, note: str) -> None:
    """Say *note* below the message of *error*, as `BaseException.add_note` does from 3.11 on."""
    _set_notes(error, [*getattr(error, "__notes__", ()), note])


def _set_notes(error: Any, notes: list[Any]) -> None:
    with suppress(Exception):  # one that lets nothing be added to it is raised as it is
        error.__notes__ = notes


def failed_node(error: BaseException) -> str:
    """Return the path of the node that raised *error*, empty where nobody has said it."""
    for note in getattr(error, "__notes__", ()):
        if found := _is_note(note):
            return found[1]
    return ""


def _is_note(note: object) -> re.Match[str] | None:
    return _NOTE.fullmatch(note) if isinstance(note, str) else None
