"""One at a time, of all threads and processes of a user on one machine."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filelock import BaseFileLock

LIMIT_S = 30.0  # longer than a question to an identity provider takes
_POLL_S = 0.02
# By process: a lock that another thread held while this process was forked stays locked here.
_LOCKS: dict[tuple[int, str], threading.Lock] = {}


@contextmanager
def turn(what: str, limit_s: float = LIMIT_S) -> Iterator[None]:
    """Keep others who do the same out.

    Whoever has it for longer than *limit_s*, and wherever there are no locks, is not waited for:
    what is done under it bears a second one at it, and nobody is to wait for ever. The lock goes
    with the process that has it, however that ends.

    To be called in threads that no interrupt reaches, those of `Apart`.

    Args:
        what: What is done, for example the renewal of the tokens of an endpoint.
        limit_s: Seconds to wait for the others.
    """
    until = time.monotonic() + limit_s
    lock = _LOCKS.setdefault((os.getpid(), what), threading.Lock())
    has_lock, file_lock = False, None
    try:
        has_lock = lock.acquire(timeout=limit_s)
        file_lock = _locked(what, until)
        yield
    finally:
        if file_lock is not None:
            file_lock.release()
        if has_lock:
            lock.release()


def _locked(what: str, until: float) -> BaseFileLock | None:
    """Return the lock of the file for *what*, None where it cannot be had."""
    from filelock import FileLock

    # Below HOME, which all processes of a user agree on: in a terminal XDG_RUNTIME_DIR and
    # TMPDIR may be other ones than in a desktop's notebook.
    folder = Path("~/.flyte/flyte-nb/locks").expanduser()
    path = folder / f"{hashlib.sha256(what.encode(errors='surrogatepass')).hexdigest()[:32]}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(path, mode=0o600)
        lock.acquire(timeout=max(0.0, until - time.monotonic()), poll_interval=_POLL_S)
    except (OSError, RuntimeError):  # a timeout is an OSError; HOME may be unknown or read-only
        return None
    return lock
