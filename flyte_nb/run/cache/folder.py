"""The folder of all kept values: a file for each, whole or not there.

    ~/.flyte/flyte-nb/cache/3f2a….value    one value
    ~/.flyte/flyte-nb/cache/.3f2a….turn    who computes it is at work
    ~/.flyte/flyte-nb/cache/.new-8c1d…     a value that is being written

Kernels share it. A file that is used is touched: the one that was not used for longest goes
first.
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.config import LocalSDK

from .entry import CacheEntry, UnusableError, read_entry, read_header, write_entry
from .turn import OPEN_FOR_US, remove_abandoned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .call import CacheCall

_VALUE = re.compile(r"[0-9a-f]{32}\.value")
_NEW, _TURN = ".new-", ".turn"
_ABANDONED_S = 3_600.0  # since a byte was last written to it


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the folder may hold.

    Attributes:
        age_s: Seconds since a value was used last: 30 days.
        size_bytes: Bytes of all values together: 10 GiB; no single one may have more.
        count: Number of values.
    """

    age_s: float = 30 * 86_400.0
    size_bytes: int = 10 << 30
    count: int = 10_000


def cache_folder() -> str:
    """Return where it is: below the setting ``sdk.local_sandbox``, else in ``~/.flyte``.

    Raises:
        ConfigFileError: The configuration file cannot be used.
    """
    sandbox = LocalSDK.LOCAL_SANDBOX.in_force() or "~/.flyte"
    # Asked for at each call, and a Path would take five times as long.
    parts = os.path.expanduser(sandbox), "flyte-nb", "cache"  # noqa: PTH111
    return os.path.abspath(os.path.join(*parts))  # noqa: PTH100, PTH118


class CacheFolder:
    """All kept values.

    Args:
        root: Where they are; made when something is stored.
        limits: How many there may be.
    """

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root = root
        self.limits = limits

    def read(self, key: str) -> tuple[CacheEntry, Any] | None:
        """Return the entry of *key* and its value, None when there is none.

        Raises:
            UnusableError: There is one, and its value cannot be had.
        """
        path = self._path(key)
        try:
            found = read_entry(path, key)
        except FileNotFoundError:
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def write(self, call: CacheCall, value: Any) -> int:
        """Keep *value*, which *call* gave, in place of what was kept; return its size in bytes.

        Whoever is killed meanwhile leaves what was there before.

        Raises:
            Exception: It cannot be pickled, or not be written.
        """
        self.make()
        new = self.root / f"{_NEW}{os.urandom(8).hex()}"
        try:
            with open(new, "xb", opener=OPEN_FOR_US) as file:
                size = write_entry(file, call, value, most=self.limits.size_bytes)
            new.replace(self._path(call.key))
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        return size

    def make(self) -> None:
        """Make the folder, if need be, for this user alone.

        Raises:
            OSError: It cannot be made.
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name != "nt" and stat.S_IMODE(self.root.stat().st_mode) & 0o077:
            with suppress(OSError):  # not ours: the files are for us alone in any case
                self.root.chmod(0o700)

    def entries(self) -> list[CacheEntry]:
        """Return what is kept, the oldest first; files that cannot be used are left out."""
        found = []
        for path, _ in self._files():
            with suppress(FileNotFoundError, UnusableError):
                found.append(read_header(path))
        return sorted(found, key=lambda entry: (entry.stored_at, entry.key))

    def remove(self, key: str) -> bool:
        """Remove the value of *key*; return whether there was one."""
        try:
            self._path(key).unlink()
        except OSError:
            return False
        return True

    def clear(self) -> int:
        """Remove all values, those too that cannot be used; return how many there were."""
        return sum(self.remove(path.stem) for path, _ in self._files())

    def sweep(self) -> None:
        """Remove what is too old or too much, and what dead processes left behind."""
        now, limits = time.time(), self.limits
        self._remove_abandoned(now)
        found = [(status.st_mtime, status.st_size, path) for path, status in self._files()]
        count, size = len(found), sum(size for _, size, _ in found)
        for used, bytes_, path in sorted(found):
            is_old = now - used > limits.age_s
            if not is_old and count <= limits.count and size <= limits.size_bytes:
                return
            with suppress(OSError):
                path.unlink()
            count, size = count - 1, size - bytes_

    def turn(self, key: str) -> Path:
        """Return the file of whose turn it is to compute the value of *key*."""
        return self.root / f".{key}{_TURN}"

    def _path(self, key: str) -> Path:
        return self.root / f"{key}.value"

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for entry in self._scan():
            if _VALUE.fullmatch(entry.name):
                with suppress(OSError):  # gone meanwhile
                    yield Path(entry.path), entry.stat(follow_symlinks=False)

    def _scan(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root) as found:
                return list(found)
        except OSError:
            return []

    def _remove_abandoned(self, now: float) -> None:
        for entry in self._scan():
            if not entry.name.startswith(_NEW) and not entry.name.endswith(_TURN):
                continue
            with suppress(OSError):
                if now - entry.stat(follow_symlinks=False).st_mtime < _ABANDONED_S:
                    continue
                if entry.name.startswith(_NEW):
                    Path(entry.path).unlink()
                else:
                    remove_abandoned(Path(entry.path))
