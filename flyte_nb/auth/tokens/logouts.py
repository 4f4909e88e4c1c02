"""How often somebody has logged out of an endpoint: for this user's other kernels.

~/.flyte/flyte-nb/logouts/1f0c3d5e9a7b2468     a byte for each logout from one endpoint and store

Tokens that are missing from their store say less: a keyring may have lost them. A time would say
less, too: clocks are put back.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path


def note_logout(place: str) -> None:
    """Let all know that somebody has logged out of *place*, where a file can be written."""
    with suppress(OSError, RuntimeError):  # HOME may be unknown or read-only
        path = _path(place)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        with path.open("ab") as file:
            file.write(b".")


def count_logouts(place: str) -> int:
    """Return how often somebody has logged out of *place*, 0 where nobody knows."""
    try:
        return _path(place).stat().st_size
    except (OSError, RuntimeError):
        return 0


def _path(place: str) -> Path:
    name = hashlib.sha256(place.encode(errors="surrogatepass")).hexdigest()[:16]
    return Path("~/.flyte/flyte-nb/logouts").expanduser() / name
