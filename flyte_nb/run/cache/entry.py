r"""One kept value as a file: a line of magic, a line of JSON about it, the value, a checksum.

flyte-nb cache 1\n
{"key": "…", "task": "train", "version": "1", "stored_at": "…", "execution": "…", …}\n
<the value, pickled>
<16 bytes: BLAKE2b of all of the above>
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import IO, TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.describe import error_in_words

from .values import dump, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .call import CacheCall

_MAGIC = b"flyte-nb cache 1\n"
_CHECKSUM = 16  # bytes
_MOST_HEADER = 1 << 16  # bytes of the line about it
_CHUNK = 1 << 20
_TRIES = 100  # to open a file before another run replaces it
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class UnusableError(Exception):
    """There is a file, and no value can be had of it; the message says why."""


class TooLongError(Exception):
    """A value takes more room than it may."""


class SecretInsideError(Exception):
    """A value has a secret in it, which would lie in the file for anybody to read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheEntry:
    """A value that is kept, without the value.

    Attributes:
        key: What it is found by.
        task: Name of the task.
        version: Version of the values of the task.
        stored_at: When it was stored, in UTC.
        used_at: When it was used last, in UTC.
        execution: Name of the execution that computed it.
        inputs: What the task was called with, in words.
        size_bytes: Size of the file.
    """

    key: str
    task: str
    version: str
    stored_at: datetime
    used_at: datetime
    execution: str
    inputs: str
    size_bytes: int


class _Summed:
    """A file that sums up what is written to it.

    Args:
        file: Where it goes.
        most: Bytes that may be written.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self._left = most
        self._digest = hashlib.blake2b(digest_size=_CHECKSUM)

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self._left -= size
        if self._left < 0:
            raise TooLongError
        if LEAK_GUARD.is_active and LEAK_GUARD.holds(data):
            raise SecretInsideError
        self._digest.update(data)
        self._file.write(data)
        return size

    def end(self) -> None:
        self._file.write(self._digest.digest())


def write_entry(file: IO[bytes], call: CacheCall, value: Any, *, most: int) -> int:
    """Write the entry of *value*, which *call* gave; return its size in bytes.

    Raises:
        TooLongError: It takes more than *most* bytes.
        SecretInsideError: A secret that this session was handed out is in it.
        Exception: The value cannot be pickled, or not be written.
    """
    header = {
        "key": call.key,
        "task": call.task,
        "version": call.version,
        "stored_at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "execution": call.execution,
        "inputs": call.inputs,
    }
    summed = _Summed(file, most)
    summed.write(_MAGIC)
    summed.write(json.dumps(header).encode() + b"\n")
    dump(value, summed)
    summed.end()
    return file.tell()


def read_entry(path: Path, key: str) -> tuple[CacheEntry, Any]:
    """Return the entry in *path* and its value.

    Raises:
        FileNotFoundError: There is none.
        UnusableError: It is damaged, of another user, or its value cannot be made again.
    """
    with _opened(path) as (file, status):
        _check(file, status.st_size)
        file.seek(0)
        entry = _entry(file, status)
        if entry.key != key:
            raise UnusableError("it is that of another call")
        try:
            return entry, load(file)
        except Exception as error:  # whatever a class of the user's raises
            message = f"its value cannot be made again: {error_in_words(error)}"
            raise UnusableError(message) from error


def read_header(path: Path) -> CacheEntry:
    """Return the entry in *path*, without a look at its value.

    Raises:
        FileNotFoundError: There is none.
        UnusableError: It is damaged, or of another user.
    """
    with _opened(path) as (file, status):
        return _entry(file, status)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], os.stat_result]]:
    """Open a file that nobody else can have written."""
    try:
        for _ in range(_TRIES):
            before = path.lstat()
            _refuse_what_others_wrote(before)  # a pipe would have to be waited for
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                if os.path.samestat(before, status):
                    yield file, status
                    return
        raise UnusableError("it is replaced all the time")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnusableError(f"it cannot be read: {error.strerror}") from error


def _refuse_what_others_wrote(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):  # a link neither: to whose file?
        raise UnusableError("it is no plain file")
    if os.name == "nt":  # where permissions are not in the mode
        return
    if status.st_uid != os.geteuid():
        raise UnusableError("it belongs to another user, and reading it could run their code")
    if status.st_mode & _OTHERS_MAY_WRITE:
        raise UnusableError("others may write it, and reading it could run their code")


def _check(file: IO[bytes], size: int) -> None:
    """Refuse a file that is not as it was written."""
    digest = hashlib.blake2b(digest_size=_CHECKSUM)
    left = size - _CHECKSUM
    while left > 0:
        data = file.read(min(left, _CHUNK))
        if not data:
            break
        digest.update(data)
        left -= len(data)
    if left != 0 or file.read(_CHECKSUM) != digest.digest():
        raise UnusableError("it is damaged")


def _entry(file: IO[bytes], status: os.stat_result) -> CacheEntry:
    """Return what stands before the value; *file* is at the value then."""
    try:
        if file.readline(len(_MAGIC)) != _MAGIC:
            raise UnusableError("it is damaged, or of another version of this package")
        found = json.loads(file.readline(_MOST_HEADER))
        return CacheEntry(
            key=str(found["key"]),
            task=str(found["task"]),
            version=str(found["version"]),
            stored_at=datetime.fromisoformat(found["stored_at"]),
            used_at=datetime.fromtimestamp(status.st_mtime, timezone.utc),
            execution=str(found["execution"]),
            inputs=str(found["inputs"]),
            size_bytes=status.st_size,
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise UnusableError("it is damaged") from error
