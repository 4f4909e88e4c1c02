"""Reading and replacing a file, whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from flyte_nb.config.sources.content import read_content
from flyte_nb.errors import ConfigError

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


def write_atomically(path: str, content: bytes) -> None:
    """Put *content* in the place of a file; its mode stays, a new one is its owner's alone.

    Whenever the process dies, the file holds what it held or all of what is new.

    Raises:
        ConfigError: It cannot be written; then it is as it was.
    """
    target = Path(path)
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else _PRIVATE
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
