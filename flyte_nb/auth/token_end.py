"""When a token ends that says so itself."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timezone

_PARTS = 3
_LONGEST = 16_384  # characters


def ends_at(token: str) -> datetime | None:
    """Return when a JSON Web Token ends (RFC 7519, 4.1.4), None for what is none.

    Nobody's word is taken for anything but the time to ask for another one: the signature is
    the server's to check.
    """
    parts = token.split(".")
    if len(parts) != _PARTS or len(token) > _LONGEST:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), timezone.utc)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None
