"""Reading and replacing a file, whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from types import EllipsisType

from flyte_nb.config.sources.content import read_content
from flyte_nb.errors import ConfigConflictError, ConfigError

from .difference import difference
from .lock import only_writer

_PRIVATE = 0o600


def real_path(path: str) -> str:
    """Return the file behind *path*: ``~`` is the user's home, links are followed.

    Raises:
        ConfigError: No file can have that name.
    """
    if "\0" in path:
        raise ConfigError(f"{path!r} cannot be the name of a file")
    return os.path.realpath(os.path.expanduser(path))  # noqa: PTH111


def read_bytes(path: str) -> bytes | None:
    """Return the content of a file, None when there is none.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        return read_content(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def check_content(path: str, expected: bytes | None) -> None:
    """See that a file holds what is expected, None for no file.

    Raises:
        ConfigConflictError: It does not; the message shows what somebody else has changed.
        ConfigError: It cannot be read.
    """
    found = read_bytes(path)
    if found != expected:
        theirs = difference(expected or b"", found or b"", path)
        raise ConfigConflictError(
            f"{path} was changed since it was read; nothing was written:\n{theirs}",
            hint="look at the change, then do it again",
        )


def write_atomically(
    path: str, content: bytes, *, expected: bytes | EllipsisType | None = ...
) -> bytes | None:
    """Put *content* in the place of a file, and return what the file holds then.

    Whenever the process dies, the file holds what it held or all of what is new. Its mode stays
    and, as far as the user may, its owner and group; a new file is its owner's alone. The file
    is a new one under the old name: a hard link to it goes on holding the old content.

    Others who write with this function wait. Who does not ask is seen until just before the
    file is replaced: no system replaces a file on condition that nobody has written to it.

    Args:
        path: The file.
        content: What it will hold.
        expected: What it must hold until then, None for no file; anything by default.

    Raises:
        ConfigConflictError: It holds something else; nothing is written.
        ConfigError: It cannot be written; then it is as it was.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with only_writer(target):
            descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                _pass_on(target, temporary)
                if not isinstance(expected, EllipsisType):
                    check_content(path, expected)
                Path(temporary).replace(target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            _keep_name(target.parent)
            return read_bytes(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None


def _pass_on(target: Path, temporary: str) -> None:
    """Give a file the owner, group and mode of the one that it will replace."""
    try:
        was = target.stat()
    except FileNotFoundError:
        Path(temporary).chmod(_PRIVATE)
        return
    mode = stat.S_IMODE(was.st_mode)
    chown = getattr(os, "chown", None)  # Windows has none
    if chown is None:
        Path(temporary).chmod(mode)
        return
    try:
        chown(temporary, -1, was.st_gid)
    except OSError:  # another group must not do what only the old one could
        mode = mode & ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
    Path(temporary).chmod(mode)
    with suppress(OSError):  # not allowed, or a user that this container does not know
        chown(temporary, was.st_uid, -1)


def _keep_name(folder: Path) -> None:
    """See that a crash of the machine does not undo a change of names in *folder*."""
    with suppress(OSError):  # Windows opens no folders, some file systems write none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
