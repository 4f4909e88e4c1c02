"""What every place for tokens does; the verbs are flytekit's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from flyte_nb.errors import TokenStoreError

if TYPE_CHECKING:
    from flyte_nb.auth.credentials import Credentials


class TokenStore(ABC):
    """A place that keeps the tokens of any number of endpoints.

    Whoever writes one proves it with `flyte_nb.testing.token_store.TokenStoreSuite`.
    """

    name: str
    """What it is, in a word."""

    @property
    @abstractmethod
    def describe(self) -> str:
        """Where tokens are kept, for the user."""

    @property
    def notice(self) -> str:
        """What the user has to know of where tokens are kept; empty while all is well."""
        return ""

    @abstractmethod
    def store(self, credentials: Credentials) -> Credentials:
        """Keep *credentials* in the place of those for the same endpoint, and return them.

        Raises:
            TokenStoreError: They cannot be kept.
        """

    @abstractmethod
    def retrieve(self, endpoint: str) -> Credentials | None:
        """Return the tokens for *endpoint*, None when there are none.

        Raises:
            TokenStoreError: It is not known whether there are any, or what is there is damaged.
        """

    @abstractmethod
    def delete(self, endpoint: str) -> None:
        """Forget the tokens for *endpoint*; nothing happens when there are none.

        Raises:
            TokenStoreError: They may still be there.
        """

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.describe})"


class NoKeyringError(TokenStoreError):
    """This system has no keyring."""
