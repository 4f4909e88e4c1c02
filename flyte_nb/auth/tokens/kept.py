"""The tokens for one endpoint in their store, as one process sees them come and go."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from flyte_nb.auth.masked import keep_secret
from flyte_nb.auth.stores import MemoryStore
from flyte_nb.errors import TokenStoreError

from .logouts import count_logouts, note_logout

if TYPE_CHECKING:
    from flyte_nb.auth.credentials import Credentials
    from flyte_nb.auth.stores import TokenStore

_MARKS = 64  # tokens that are remembered; there is a new one about every hour


class Kept:
    """What a store has for an endpoint, told from what this process has put there.

    A store that fails loses nothing: whoever has the tokens goes on having them, and `notice`
    says that they are nowhere else.

    Args:
        endpoint: Where the tokens are good.
        store: Where they are kept.
    """

    def __init__(self, endpoint: str, store: TokenStore) -> None:
        self._endpoint = endpoint
        self._store = store
        self._marks: deque[int] = deque(maxlen=_MARKS)
        self._problem = ""
        self._is_written = True
        self._logouts = 0  # those before tokens were put, or found, there

    @property
    def describe(self) -> str:
        """Where the tokens are, for the user."""
        return self._store.describe if self._is_written else MemoryStore.describe

    @property
    def notice(self) -> str:
        """What the user has to know of where the tokens are; empty while all is well."""
        return self._problem or self._store.notice

    def news(self) -> Credentials | None:
        """Return the tokens there if somebody else has put them there, None otherwise.

        What was written here is no news: a store that took it late, or not at all, would
        bring back tokens that were replaced since.
        """
        try:
            found = self._store.retrieve(self._endpoint)
        except TokenStoreError as error:
            self._problem = _sentence(error)
            return None
        if self._is_written:
            self._problem = ""
        if found is None or _mark(found) in self._marks:
            return None
        keep_secret(found)
        self._marks.append(_mark(found))
        self._count_logouts()
        return found

    def keep(self, credentials: Credentials) -> None:
        """Put tokens there."""
        keep_secret(credentials)
        self._marks.append(_mark(credentials))
        try:
            self._store.store(credentials)
        except TokenStoreError as error:
            self._problem = f"the login is gone when this kernel ends: {_sentence(error)}"
            self._is_written = False
        else:
            self._problem = ""
            self._is_written = True
        self._count_logouts()

    def delete(self) -> None:
        """Remove the tokens.

        Raises:
            TokenStoreError: They may still be there.
        """
        self._problem = ""
        self._is_written = True
        self._store.delete(self._endpoint)

    def log_out(self) -> None:
        """Remove the tokens, and let other kernels know that theirs are over.

        Raises:
            TokenStoreError: They may still be there.
        """
        if self._store.name != MemoryStore.name:  # no other kernel has those
            note_logout(self._place)
        self.delete()

    @property
    def is_over(self) -> bool:
        """Whether somebody has logged out since tokens were put, or found, there."""
        return self._is_written and count_logouts(self._place) > self._logouts

    def _count_logouts(self) -> None:
        # Those that cannot be read just now are not to come as new ones later.
        self._logouts = max(self._logouts, count_logouts(self._place))

    @property
    def _place(self) -> str:
        return f"{self._store.name} {self._endpoint}"


def _mark(credentials: Credentials) -> int:
    return hash((credentials.access_token, credentials.refresh_token))


def _sentence(error: TokenStoreError) -> str:
    return f"{error.args[0]} ({error.hint})" if error.hint else str(error.args[0])
