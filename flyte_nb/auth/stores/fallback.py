"""A store that keeps tokens in memory where another one fails."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flyte_nb.errors import TokenStoreError

from .base import TokenStore
from .memory import MemoryStore

if TYPE_CHECKING:
    from flyte_nb.auth.credentials import Credentials


class FallbackStore(TokenStore):
    """Keeps tokens in the preferred store, and in memory while that one fails.

    The preferred one is tried again at each call: a keyring may be unlocked in the meantime.

    Args:
        preferred: Where tokens should be.
    """

    def __init__(self, preferred: TokenStore) -> None:
        self._preferred = preferred
        self._memory = MemoryStore()
        self._notice = ""
        self._is_in_memory = False

    @property
    def name(self) -> str:  # type: ignore[override]
        """What it is, in a word: that of where the tokens are now."""
        return self._now.name

    @property
    def describe(self) -> str:
        """Where tokens are kept now, for the user."""
        return self._now.describe

    @property
    def notice(self) -> str:
        """Why tokens are not where they should be; empty while they are."""
        return self._notice

    def store(self, credentials: Credentials) -> Credentials:
        """Keep *credentials*; this cannot fail."""
        try:
            self._preferred.store(credentials)
        except TokenStoreError as error:
            self._memory.store(credentials)
            self._fell_back(error)
            with suppress(TokenStoreError):  # or the next kernel is who was logged in before
                self._preferred.delete(credentials.for_endpoint)
        else:
            self._memory.delete(credentials.for_endpoint)
            self._recovered()
        return credentials

    def retrieve(self, endpoint: str) -> Credentials | None:
        """Return the tokens for *endpoint*, None when none can be found; this cannot fail."""
        in_memory = self._memory.retrieve(endpoint)
        try:
            kept = self._preferred.retrieve(endpoint)
        except TokenStoreError as error:
            self._fell_back(error)
            return in_memory
        if in_memory is None:
            self._recovered()
            return kept
        # Not written when they came; another process may have written others since then.
        return in_memory if kept is None or not _is_later(kept, in_memory) else kept

    def delete(self, endpoint: str) -> None:
        """Forget the tokens for *endpoint*.

        Raises:
            TokenStoreError: The preferred store may still have them.
        """
        self._memory.delete(endpoint)
        self._preferred.delete(endpoint)

    @property
    def _now(self) -> TokenStore:
        return self._memory if self._is_in_memory else self._preferred

    def _fell_back(self, error: TokenStoreError) -> None:
        hint = f" ({error.hint})" if error.hint else ""
        self._is_in_memory = True
        self._notice = f"the login is gone when this kernel ends: {error.args[0]}{hint}"

    def _recovered(self) -> None:
        self._is_in_memory = False
        self._notice = ""


def _is_later(one: Credentials, other: Credentials) -> bool:
    return (
        one.expires_at is not None
        and other.expires_at is not None
        and one.expires_at > other.expires_at
    )
