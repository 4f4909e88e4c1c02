"""Tokens in the memory of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .base import TokenStore

if TYPE_CHECKING:
    from flyte_nb.auth.credentials import Credentials


class MemoryStore(TokenStore):
    """Keeps tokens until this process ends, and nowhere else.

    Args:
        is_shared: Whether it has what all others have that are shared.
    """

    name = "memory"
    describe = "memory of this kernel: gone when it ends"
    _shared: ClassVar[dict[str, Credentials]] = {}

    def __init__(self, *, is_shared: bool = True) -> None:
        self._kept = self._shared if is_shared else {}

    def __reduce__(self) -> tuple[type[MemoryStore], tuple[()]]:
        return MemoryStore, ()  # tokens stay here

    def store(self, credentials: Credentials) -> Credentials:
        """Keep *credentials*; this cannot fail."""
        self._kept[credentials.for_endpoint] = credentials
        return credentials

    def retrieve(self, endpoint: str) -> Credentials | None:
        """Return the tokens for *endpoint*, None when there are none; this cannot fail."""
        return self._kept.get(endpoint)

    def delete(self, endpoint: str) -> None:
        """Forget the tokens for *endpoint*; this cannot fail."""
        self._kept.pop(endpoint, None)
