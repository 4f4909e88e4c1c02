"""Removing folders, whatever interrupts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator


def remove_folder(path: str | os.PathLike[str]) -> None:
    """Remove a folder and all in it; what cannot be removed stays, and that is no error.

    An interrupt that comes in between is raised when everything is gone.
    """
    import shutil

    with interrupts_as_such():
        try:
            shutil.rmtree(path, ignore_errors=True)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise


@contextmanager
def interrupts_as_such() -> Iterator[None]:
    """Raise an interrupt that the standard library made an error of its own of.

    One inside of `shutil.rmtree` becomes an error of a file descriptor, one inside of
    `threading.Condition.wait` one of a lock.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise error.__context__ from None
        raise
