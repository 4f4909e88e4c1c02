"""What went wrong in a store, in one sentence, whichever library says it."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTRAS = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("gs", "gcs"), "gcs"),
    **dict.fromkeys(("abfs", "abfss", "az"), "azure"),
    **dict.fromkeys(("http", "https"), "http"),
}
_SETTINGS = {
    "s3": "storage.connection.endpoint, FLYTE_AWS_ACCESS_KEY_ID and FLYTE_AWS_SECRET_ACCESS_KEY",
    "gcs": "GOOGLE_APPLICATION_CREDENTIALS, or `gcloud auth application-default login`",
    "azure": "FLYTE_AZURE_STORAGE_ACCOUNT_NAME and FLYTE_AZURE_STORAGE_ACCOUNT_KEY",
}
_NO_BUCKET = ("NoSuchBucket", "bucket does not exist", "ContainerNotFound", "container does not")
_REFUSED = ("Credentials", "Forbidden", "Unauthenticated", "ClientAuthentication", "RefreshError")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_UNWRITABLE = (errno.EROFS, errno.ENOTDIR, errno.EEXIST)
_ELSEWHERE = "choose a folder that can be written"
_UNREACHABLE = ("ConnectionError", "ConnectTimeout", "ConnectorError", "ServiceRequestError")


@contextmanager
def as_storage_error(doing: str, path: str) -> Iterator[None]:
    """Turn whatever a file system raises into a `StorageError` that names *path*.

    Args:
        doing: What is done, such as ``cannot write``.
        path: To what.

    Raises:
        StorageError: The body raised.
    """
    try:
        yield
    except StorageError:
        raise
    except Exception as error:  # each cloud's library has a tree of its own
        reason, hint = explain(error, path)
        raise StorageError(f"{doing} {path}: {reason}", hint=hint) from error


def is_missing_bucket(error: BaseException) -> bool:
    """Return whether *error* says that the bucket or container is not there."""
    chain = (error, error.__cause__)
    return any(word in f"{type(e).__name__} {e}" for e in chain if e for word in _NO_BUCKET)


def missing_package(protocol: str) -> StorageError:
    """Return the error for an address whose file system is not installed."""
    extra = EXTRAS.get(protocol)
    if extra is None:
        return StorageError(
            f"{protocol}:// is no store that fsspec knows or that is installed",
            hint="file, memory, s3, gs and abfs are known here",
        )
    return StorageError(
        f"what reads and writes {protocol}:// is not installed",
        hint=f'pip install "flyte-nb[{extra}]"',
    )


def explain(error: Exception, path: str) -> tuple[str, str]:
    """Return why *error* came of using *path*, and what to do about it."""
    protocol, _, rest = path.rpartition("://")
    words = _first_line(error)
    settings = _SETTINGS.get(EXTRAS.get(protocol, ""), "")
    look = f"look at {settings}" if settings else ""
    if protocol and is_missing_bucket(error):
        words, look = f"there is no bucket {rest.partition('/')[0]!r}", "make it, or mend its name"
    elif _is_one_of(error, PermissionError, _REFUSED):
        words, look = f"access was refused ({words})", look or _ELSEWHERE
    elif isinstance(error, FileNotFoundError):
        words, look = "there is nothing of that name", ""
    elif _is_one_of(error, (ConnectionError, TimeoutError), _UNREACHABLE):
        words = f"the server cannot be reached ({words})"
    elif isinstance(error, OSError) and error.errno in _FULL:
        words, look = f"no space is left there ({words})", "make room, or use another folder"
    elif isinstance(error, OSError) and error.errno in _UNWRITABLE:
        words, look = f"no file can be written there ({words})", _ELSEWHERE
    else:
        look = ""
    return words, look


def _is_one_of(error: Exception, kinds: Any, words: tuple[str, ...]) -> bool:
    return isinstance(error, kinds) or any(word in type(error).__name__ for word in words)


def _first_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (text.strip().splitlines() or [type(error).__name__])[0]
