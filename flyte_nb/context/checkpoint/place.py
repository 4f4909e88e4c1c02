"""Where the files of one checkpoint are kept: a local folder, or an address in a store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Place(ABC):
    """Names are relative to it, with slashes.

    Attributes:
        address: What to call it in a message.
    """

    address: str

    @abstractmethod
    def pointer(self) -> bytes | None:
        """Return what `move_pointer` wrote last, None when it never did."""

    @abstractmethod
    def move_pointer(self, data: bytes) -> None:
        """Write *data*, all of it or nothing, when everything stored before it is safe."""

    @abstractmethod
    def store(self, name: str, reader: IO[bytes], size: int) -> int:
        """Keep what *reader* gives, about *size* bytes; return how many it was."""

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """Return a reader of a file.

        Raises:
            FileNotFoundError: It is not there.
        """

    @abstractmethod
    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to the local path *target*, whose folder is there.

        Raises:
            FileNotFoundError: It is not there.
        """

    @abstractmethod
    def remove(self, names: Iterable[str]) -> None:
        """Remove files; what is gone already is no error."""

    @abstractmethod
    def listing(self) -> dict[str, int]:
        """Return each file that there is, and its size in bytes."""
