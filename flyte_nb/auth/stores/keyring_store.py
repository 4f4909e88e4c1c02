"""The keyring's store as flytekit has it: functions of a class."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flyte_nb.auth.masked import keep_secret

from .base import NoKeyringError
from .system import SystemKeyringStore

if TYPE_CHECKING:
    from flyte_nb.auth.credentials import Credentials

_LOG = logging.getLogger(__name__)
_STORE = SystemKeyringStore()


class KeyringStore:
    """Tokens in the system's keyring, by flytekit's name and with its verbs.

    Where there is no keyring nothing is kept and nothing is found, as in flytekit;
    `flyte_nb.auth.stores.choose_store` gives a store that says so.
    """

    @staticmethod
    def store(credentials: Credentials) -> Credentials:
        """Keep *credentials*, and return them.

        Raises:
            TokenStoreError: The keyring does not take them, or loses them.
        """
        keep_secret(credentials)
        try:
            return _STORE.store(credentials)
        except NoKeyringError:
            _LOG.debug(
                "there is no keyring: the login for %s is not kept", credentials.for_endpoint
            )
        return credentials

    @staticmethod
    def retrieve(for_endpoint: str) -> Credentials | None:
        """Return the tokens for an endpoint, None when there are none.

        Raises:
            TokenStoreError: The keyring does not answer, or what it has is damaged.
        """
        try:
            found = _STORE.retrieve(for_endpoint)
        except NoKeyringError:
            return None
        keep_secret(found)
        return found

    @staticmethod
    def delete(for_endpoint: str) -> None:
        """Forget the tokens for an endpoint.

        Raises:
            TokenStoreError: The keyring may still have them.
        """
        _STORE.delete(for_endpoint)
