"""Tokens in files that only their user can read.

~/.flyte/flyte-nb/tokens/flyte.example.com-1f0c3d5e9a7b2468.json     one for each endpoint
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from flyte_nb.errors import TokenStoreError

from .base import TokenStore
from .form import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.auth.credentials import Credentials

FOLDER = Path("~/.flyte/flyte-nb/tokens")
_MAX_BYTES = 1 << 20
_ABANDONED_S = 60.0  # what is being written is in its place long before that
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HAS_MODES = os.name != "nt"  # on Windows the folder of the user keeps others out


class FileStore(TokenStore):
    """Keeps the tokens of each endpoint in a file with mode 0600, whole or not at all.

    A file that others can read, or that is another user's, is not trusted. Neither it nor a
    damaged one is touched until the next login replaces it.

    Args:
        folder: Where the files are; it is made, and closed to others.
    """

    name = "file"

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @property
    def describe(self) -> str:
        """Where tokens are kept, for the user."""
        return f"files in {self._folder}, readable by you alone"

    def store(self, credentials: Credentials) -> Credentials:
        """Keep *credentials*.

        Raises:
            TokenStoreError: The file cannot be written; then it is as it was.
        """
        path = self._path(credentials.for_endpoint)
        if (problem := _written(path, credentials)) is not None:
            _fail(path, f"cannot be written: {_reason(problem)}", "look at the folder's rights")
        self._remove_abandoned(path, _ABANDONED_S)
        return credentials

    def retrieve(self, endpoint: str) -> Credentials | None:
        """Return the tokens for *endpoint*, None when there are none.

        Raises:
            TokenStoreError: The file cannot be read, is damaged, or others can read it too.
        """
        path = self._path(endpoint)
        found = _read(path, endpoint)
        if isinstance(found, str):
            _fail(path, found)
        return found

    def delete(self, endpoint: str) -> None:
        """Forget the tokens for *endpoint*.

        Raises:
            TokenStoreError: The file cannot be removed.
        """
        path = self._path(endpoint)
        self._remove_abandoned(path, 0.0)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            problem = _reason(error)
        else:
            return
        _fail(path, f"cannot be removed: {problem}", "remove it by hand: a login is in it")

    def _path(self, endpoint: str) -> Path:
        digest = hashlib.sha256(endpoint.encode(errors="surrogatepass")).hexdigest()[:16]
        host = re.sub(r"[^a-zA-Z0-9.-]+", "_", endpoint)[:60].strip("._")
        try:
            return self._folder.expanduser() / f"{host}-{digest}.json"
        except RuntimeError:
            pass
        return _fail(self._folder, "cannot be found: nobody knows the user's home")

    def _remove_abandoned(self, path: Path, age_s: float) -> None:
        """Remove what processes that were killed have left of writing *path*."""
        for new in _beside(path):
            with suppress(OSError):  # written by another process just now, and in its place
                if time.time() - new.stat().st_mtime >= age_s:
                    new.unlink()


def _beside(path: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from [other for other in path.parent.iterdir() if other.name.startswith(_new(path))]


def _new(path: Path) -> str:
    return f".{path.name}.new-"


def _written(path: Path, credentials: Credentials) -> OSError | None:
    """Replace the file; return why that has failed."""
    new = path.with_name(_new(path) + os.urandom(8).hex())
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _HAS_MODES and path.parent.stat().st_mode & _OTHERS:
            path.parent.chmod(0o700)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(to_text(credentials))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        return error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    return None


def _read(path: Path, endpoint: str) -> Credentials | str | None:
    """Return what is in the file, or why that does not count."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())  # of what was opened, whatever is there later
            if not stat.S_ISREG(status.st_mode):
                return "is not a regular file"
            if _HAS_MODES and status.st_uid != os.geteuid():
                return "belongs to another user"
            if _HAS_MODES and status.st_mode & _OTHERS:
                return f"can be read by others (mode {stat.S_IMODE(status.st_mode):04o})"
            content = file.read(_MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"cannot be read: {_reason(error)}"
    found = from_text(content.decode("ascii", errors="replace"), endpoint)
    return "is damaged: no login is in it" if found is None else found[0]


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _fail(path: Path, problem: str, hint: str = "log in again, which replaces it") -> NoReturn:
    raise TokenStoreError(f"the file of the login, {path}, {problem}", hint=hint)
