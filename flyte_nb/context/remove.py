"""Removing folders, whatever interrupts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os


def remove_folder(path: str | os.PathLike[str]) -> None:
    """Remove a folder and all in it; what cannot be removed stays, and that is no error.

    An interrupt that comes in between is raised when everything is gone.
    """
    import shutil

    try:
        shutil.rmtree(path, ignore_errors=True)
    except BaseException as error:
        shutil.rmtree(path, ignore_errors=True)
        # An interrupt inside rmtree may come out as an error of a file descriptor.
        if isinstance(error, OSError) and isinstance(error.__context__, KeyboardInterrupt):
            raise error.__context__ from None
        raise
