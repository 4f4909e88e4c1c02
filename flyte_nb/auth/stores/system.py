"""Tokens in the system's keyring."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from flyte_nb.auth.concurrency.turn import turn
from flyte_nb.config import vault
from flyte_nb.errors import TokenStoreError

from . import parts
from .ask_keyring import LIMIT_S, Lost, ask
from .base import NoKeyringError, TokenStore
from .flytekits_items import FlytekitsItems, digests, remove
from .form import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.auth.credentials import Credentials

    from .ask_keyring import Keyring

T = TypeVar("T")

_TURN_S = 3.0  # a login is written in less; it is not to use up all the time for the keyring
_KNOWN = "flytekits"  # digests of what flytekit's items held when ours was written


class SystemKeyringStore(TokenStore):
    """Keeps the tokens of each endpoint in one item of the keyring.

    The endpoint, as the configuration writes it, is the name of the service, as in flytekit,
    and flytekit's login there is ours too: see `flytekits_items`.

    Args:
        limit_s: Seconds after which the keyring is not waited for any longer.
    """

    name = "keyring"

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._described = ""

    @property
    def describe(self) -> str:
        """Where tokens are kept, for the user; the keyring is asked what it is."""
        if not self._described:
            try:
                self._described = ask(lambda _: vault.backend(), "be used", limit_s=self._limit_s)
            except TokenStoreError:
                return "the keyring"
        return self._described

    def store(self, credentials: Credentials) -> Credentials:
        """Keep *credentials*, and read them back.

        Raises:
            TokenStoreError: The keyring does not take them, or loses them.
        """
        self._ask(lambda keyring: _store(keyring, credentials), "keep", credentials.for_endpoint)
        return credentials

    def retrieve(self, endpoint: str) -> Credentials | None:
        """Return the tokens for *endpoint*, None when there are none.

        Raises:
            TokenStoreError: The keyring does not answer, or what it has is damaged.
        """
        return self._ask(lambda keyring: _retrieve(keyring, endpoint), "read", endpoint)

    def delete(self, endpoint: str) -> None:
        """Forget the tokens for *endpoint*, those that flytekit has there too.

        Raises:
            TokenStoreError: The keyring may still have them.
        """
        with suppress(NoKeyringError):  # which has nothing
            self._ask(lambda keyring: _delete(keyring, endpoint), "delete", endpoint)

    def _ask(self, work: Callable[[Keyring], T], verb: str, endpoint: str) -> T:
        return ask(work, f"{verb} the login for {endpoint}", limit_s=self._limit_s)


def _store(keyring: Keyring, new: Credentials) -> None:
    with turn(f"keyring {new.for_endpoint}", _TURN_S):
        theirs = FlytekitsItems.read(keyring, new.for_endpoint)
        # Ours first: who dies between the two leaves items of flytekit's that ours knows.
        known = sorted(theirs.digests | digests(new))
        parts.write(keyring, new.for_endpoint, to_text(new, **{_KNOWN: known}))
        theirs.replace(keyring, new)


def _retrieve(keyring: Keyring, endpoint: str) -> Credentials | None:
    problem = ""
    text = None
    try:
        text = parts.read(keyring, endpoint)
    except Lost as error:
        problem = str(error)
    ours = None if text is None else from_text(text, endpoint)
    theirs = FlytekitsItems.read(keyring, endpoint)
    # What ours does not know flytekit has renewed, or logged in for, since ours was written.
    is_newer = ours is None or not theirs.digests <= set(map(str, ours[1].get(_KNOWN) or ()))
    if is_newer and (found := theirs.credentials(keyring, endpoint)) is not None:
        return found
    if ours is None and (problem or text is not None):
        raise Lost(problem or "it is damaged")
    return None if ours is None else ours[0]


def _delete(keyring: Keyring, endpoint: str) -> None:
    with turn(f"keyring {endpoint}", _TURN_S):
        remove(keyring, endpoint)
        parts.remove(keyring, endpoint)
