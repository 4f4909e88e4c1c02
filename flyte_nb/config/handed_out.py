"""Tells who keeps secrets out of sight which values the configuration has handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Callable

_listeners: Installed[Callable[[str], None]] = Installed()
on_secret = _listeners.add


def handed_out(secret: object) -> None:
    """Let everybody know of a secret value that is about to be handed out."""
    if isinstance(secret, str) and secret:
        for listener in _listeners.items:
            listener(secret)
