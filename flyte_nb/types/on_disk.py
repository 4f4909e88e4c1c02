"""What files, folders and tables have in common: their value is what is on a disk."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar


class OnDisk:
    """A value that is, or may be, in a file or a folder of this machine.

    Attributes:
        noun: What people call it.
    """

    noun: ClassVar[str] = ""

    @property
    @abstractmethod
    def original(self) -> str | None:
        """The path of what it is, or is to be a copy of; None where there is none here."""

    @abstractmethod
    def extension(self) -> str:
        """Return the format."""
