"""Keeps tokens out of what is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flyte_nb.config.mask import MASK

if TYPE_CHECKING:
    from .credentials import Credentials

_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9+/_=.~-]{24,}")


def without_tokens(text: str) -> str:
    """Return *text*, which somebody else has written, without what looks like a token."""
    return _LIKE_A_TOKEN.sub(MASK, text)


def keep_secret(credentials: Credentials | None) -> None:
    """Have the tokens of *credentials* masked in outputs and decks from now on."""
    if credentials is None:
        return
    from flyte_nb.context.leak_guard import LEAK_GUARD

    for token in (credentials.access_token, credentials.refresh_token, credentials.id_token):
        if token:
            LEAK_GUARD.add(token)
