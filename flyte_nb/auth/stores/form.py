"""Tokens as text, for places that keep texts."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from flyte_nb.auth.credentials import Credentials

_VERSION = 1


def to_text(credentials: Credentials, **more: Any) -> str:
    """Return *credentials* as JSON in ASCII: some keyrings count, or know, no other letters.

    Args:
        credentials: What is to be kept.
        **more: What else is to stand there.
    """
    ends = credentials.expires_at
    return json.dumps(
        {
            "version": _VERSION,
            "endpoint": credentials.for_endpoint,
            "access_token": credentials.access_token,
            "refresh_token": credentials.refresh_token,
            "id_token": credentials.id_token,
            "expires_in": credentials.expires_in,
            "expires_at": None if ends is None else ends.astimezone(timezone.utc).isoformat(),
            "scopes": list(credentials.scopes),
            **more,
        }
    )


def from_text(text: str, endpoint: str) -> tuple[Credentials, dict[str, Any]] | None:
    """Return what `to_text` was given, None for any other text.

    Args:
        text: What was kept.
        endpoint: For which endpoint; what is another's is none for this one.
    """
    try:
        data = json.loads(text)
        if data["version"] != _VERSION or data["endpoint"] != endpoint:
            return None
        ends = data["expires_at"]
        credentials = Credentials(
            access_token=_text(data["access_token"]),
            refresh_token=_text_or_none(data["refresh_token"]),
            for_endpoint=endpoint,
            expires_in=None if data["expires_in"] is None else int(data["expires_in"]),
            id_token=_text_or_none(data["id_token"]),
            expires_at=None if ends is None else datetime.fromisoformat(ends),
            scopes=tuple(_text(scope) for scope in data["scopes"]),
        )
        if credentials.expires_at is not None and credentials.expires_at.tzinfo is None:
            return None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return credentials, data


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)
