"""When somebody has logged out of an endpoint last: for this user's other kernels.

~/.flyte/flyte-nb/logouts/1f0c3d5e9a7b2468     empty; one for each endpoint, written anew each time

Tokens that are missing from their store say less: a keyring may have lost them.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path


def note_logout(endpoint: str) -> None:
    """Let all know that somebody has logged out of *endpoint*, where a file can be written."""
    with suppress(OSError, RuntimeError):  # HOME may be unknown or read-only
        path = _path(endpoint)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)


def last_logout(endpoint: str) -> int:
    """Return a number that is another one after each logout from *endpoint*."""
    try:
        return _path(endpoint).stat().st_mtime_ns
    except (OSError, RuntimeError):
        return 0


def _path(endpoint: str) -> Path:
    name = hashlib.sha256(endpoint.encode(errors="surrogatepass")).hexdigest()[:16]
    return Path("~/.flyte/flyte-nb/logouts").expanduser() / name
