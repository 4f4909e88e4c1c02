"""Copies in pieces: a file of any size passes through a few megabytes of memory."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from pathlib import Path

PIECE = 1 << 20
_PART = 8 << 20  # of an upload; S3 wants 5 MiB at least, and at most 10,000 of them
_MOST_PARTS = 9_000


def copy(reader: IO[Any], writer: Any) -> int:
    """Copy all that *reader* gives; return how many bytes that was.

    Raises:
        InvalidValueError: *reader* gives text.
    """
    size = 0
    while piece := reader.read(PIECE):
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            raise InvalidValueError(
                "a binary reader is needed; this one gives text", hint="open(path, 'rb')"
            )
        writer.write(piece)
        size += len(piece)
    return size


def upload(
    fs: Any, path: str, reader: IO[bytes], size: int = 0, metadata: dict[str, str] | None = None
) -> int:
    """Write what *reader* gives to *path* of the file system *fs*; return how much that was.

    The object is there when all of it is, and not at all when this ends early.

    Args:
        fs: A file system of fsspec.
        path: Where to.
        reader: Gives the content.
        size: How much it will be, in bytes, as far as that is known.
        metadata: What the object is labelled with, where the store can do that.
    """
    part = max(_PART, -(-size // _MOST_PARTS))
    file = fs.open(path, "wb", block_size=part, **_labels(fs, metadata))
    try:
        written = copy(reader, file)
        file.close()
    except BaseException:
        # Leaving a `with` block would complete the object, half as it is. So would the
        # destructor, later.
        with suppress(Exception):
            file.discard()
        with suppress(Exception):
            file.closed = True
        raise
    return written


def download(fs: Any, path: str, target: Path) -> None:
    """Write what is at *path* of the file system *fs* to the local file *target*.

    One piece after the other: several at a time would be faster, and s3fs holds ten pieces of
    50 MiB in memory for that. The others have no such promise, so they are read in ranges.
    """
    if "s3" in _protocols(fs):
        fs.get_file(path, str(target), max_concurrency=1)
        return
    with fs.open(path, "rb", block_size=_PART) as reader, target.open("wb") as out:
        copy(reader, out)


def replace_file(reader: IO[bytes], target: Path, *, mode: int = 0o666) -> int:
    """Write what *reader* gives to the local file *target*, all of it or nothing.

    Args:
        reader: What is written.
        target: The file; its folder is made.
        mode: Who may read and write it, as far as the umask has it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name[:200]}.{os.urandom(4).hex()}")
    try:
        with open(partial, "wb", opener=lambda path, flags: os.open(path, flags, mode)) as out:
            size = copy(reader, out)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return size


def _labels(fs: Any, metadata: dict[str, str] | None) -> dict[str, Any]:
    protocols = _protocols(fs)
    if not metadata:
        return {}
    if "s3" in protocols:
        return {"Metadata": metadata}  # the name that boto gives it
    return {"metadata": metadata} if protocols & {"gs", "abfs"} else {}


def _protocols(fs: Any) -> set[str]:
    return {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
