"""Tells who keeps secrets out of sight which values the configuration has handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def on_secret(listener: Callable[[str], None]) -> None:
    """Call *listener* with each secret value from now on."""
    _listeners.append(listener)


def handed_out(secret: object) -> None:
    """Let everybody know of a secret value that is about to be handed out."""
    if isinstance(secret, str) and secret:
        for listener in _listeners:
            listener(secret)
