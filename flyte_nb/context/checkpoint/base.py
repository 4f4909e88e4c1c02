"""What every checkpoint can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from pathlib import Path


class Checkpoint(ABC):
    """State that survives a failed attempt (flytekit's ``Checkpoint``)."""

    @abstractmethod
    def prev_exists(self) -> bool:
        """Return whether the previous attempt saved anything."""

    @abstractmethod
    def restore(self, path: str | os.PathLike[str] | None = None) -> Path | None:
        """Copy the checkpoint into the folder *path*.

        Args:
            path: The folder, made if need be; by default a temporary one.

        Returns:
            The folder, or None when there is no checkpoint.

        Raises:
            CheckpointError: *path* is a file, or what was saved cannot be read.
        """

    @abstractmethod
    def save(self, cp: str | os.PathLike[str] | IO[bytes]) -> None:
        """Save a file, a folder's content, or what a binary reader gives.

        What was saved before under other names stays beside it. When this fails or is killed,
        all is as it was before.

        Raises:
            CheckpointError: There is no such file, the reader gives text, or it cannot be kept.
        """

    @abstractmethod
    def read(self) -> bytes | None:
        """Return the content of the newest saved file, or None when there is no checkpoint.

        Raises:
            CheckpointError: The newest is a folder of several files, or it cannot be read.
        """

    @abstractmethod
    def write(self, b: bytes) -> None:
        """Save *b*; `read` gives it back.

        Raises:
            CheckpointError: *b* is no bytes, or it cannot be kept.
        """
