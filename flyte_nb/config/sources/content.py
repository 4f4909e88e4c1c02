"""The bytes of a configuration file, whatever stands at its path."""

from __future__ import annotations

import os
import stat

from flyte_nb.errors import ConfigFileError

MAX_BYTES = 2 << 20  # ten times the largest one seen; a hostile one is read in a second


def read_content(path: str) -> bytes:
    """Return the content of a regular file; never wait, never read without end.

    Raises:
        ConfigFileError: It is no regular file, or too large.
        OSError: It cannot be read.
    """
    with open(path, "rb", opener=_open_now) as file:
        # Of what was opened: a path may lead elsewhere than when it was looked at.
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ConfigFileError(f"{path} is not a regular file")
        content = file.read(MAX_BYTES + 1) or b""
    if len(content) > MAX_BYTES:
        raise too_large(path)
    return content


def too_large(path: str) -> ConfigFileError:
    """Return the error for a file that is no configuration, by its size."""
    return ConfigFileError(
        f"{path} has more than {MAX_BYTES:,} bytes: too many for a configuration",
        hint="name the file that was meant",
    )


def _open_now(path: str, flags: int) -> int:
    # A pipe that nobody writes to would keep us waiting in the call.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
