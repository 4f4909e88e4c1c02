"""One writer of a file at a time: a lock that its process holds, and that leaves nothing behind."""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from flyte_nb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, `write_atomically` only compares
    fcntl = None  # type: ignore[assignment]

LIMIT_S = 5.0  # a writer takes milliseconds; one that was stopped would keep others for ever
_PAUSE_S = 0.01
_IS_TAKEN = (errno.EACCES, errno.EAGAIN)


@contextmanager
def only_writer(target: Path, *, limit_s: float = LIMIT_S) -> Iterator[None]:
    """Keep others who ask for the same out while a file is looked at and replaced.

    The lock is on a hidden file next to it. Who holds it removes that file, and who then gets
    a lock on what was removed tries again; only a process that is killed leaves it behind,
    without a lock. Where it cannot be made or file systems know no locks, nobody is kept out.

    Args:
        target: The file; its folder is there.
        limit_s: Seconds to wait for another writer.

    Raises:
        ConfigError: Another one holds it all the time.
    """
    path = target.with_name(f".{target.name}.lock")
    descriptor = None
    if fcntl is not None:
        descriptor = _taken(path, target, time.monotonic() + limit_s)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                path.unlink()
            os.close(descriptor)


def _taken(path: Path, target: Path, until: float) -> int | None:
    """Return the descriptor that holds the lock, None where there are no locks."""
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError:  # such as one that another user's process left when it was killed
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _IS_TAKEN:
                os.close(descriptor)
                return None
        else:
            with suppress(OSError):  # removed by who held it before
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    return descriptor
        os.close(descriptor)
        if time.monotonic() > until:
            raise ConfigError(
                f"{target} is being written by another process; nothing was written",
                hint="try again; if it goes on, look for a kernel that hangs",
            )
        time.sleep(_PAUSE_S)
