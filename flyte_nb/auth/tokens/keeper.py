"""The tokens for one endpoint: kept good for as long as the server renews them."""

from __future__ import annotations

import copy
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn, TypeVar

from flyte_nb.auth.concurrency.apart import Apart
from flyte_nb.auth.concurrency.single_flight import SingleFlight
from flyte_nb.auth.concurrency.turn import turn
from flyte_nb.auth.stores import choose_store
from flyte_nb.errors import AccessTokenNotFoundError
from flyte_nb.installed import Installed

from .held import Held, ends_of, hold
from .kept import Kept
from .renew import Renewer, outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.auth.credentials import Credentials
    from flyte_nb.auth.stores import TokenStore
    from flyte_nb.errors import FlyteNbError

T = TypeVar("T")

WAIT_S = 60.0
"""Seconds that a call waits for tokens: for another process, the server, and the keyring."""
QUIET_S = 5.0
"""Seconds after a renewal, or a look that found nothing, until the next: neither a server that
is down nor one whose tokens end at once is asked with every call."""
_NOT_LOOKED = Held()
_LOG = logging.getLogger(__name__)


class TokenKeeper:
    """Hands out the tokens for an endpoint, and renews them: once, however many ask.

    Threads share one renewal, and so do the processes of this machine that share a store: under
    one lock each looks at first whether another has renewed the tokens. New ones are in the
    store before anybody gets them. All that is done in threads of its own, so that an interrupt
    loses no answer of the server: a refresh token is mostly good for one use.

    Args:
        endpoint: Where the tokens are good, as the configuration writes it.
        refresh: Returns new tokens for old ones; `AccessTokenNotFoundError` says that the
            server renews them no more, any other error that it may do so later.
        store: Where tokens are kept; the configured one by default.
        clock: Seconds since 1970.
        limit_s: Seconds that a call waits for tokens.
        quiet_s: Seconds after a renewal until the next.
    """

    def __init__(  # noqa: PLR0913 - who makes one gives three of them
        self,
        endpoint: str,
        refresh: Callable[[Credentials], Credentials],
        store: TokenStore | None = None,
        *,
        clock: Callable[[], float] = time.time,
        limit_s: float = WAIT_S,
        quiet_s: float = QUIET_S,
    ) -> None:
        self._endpoint = endpoint
        self._kept = Kept(endpoint, choose_store() if store is None else store)
        self._renewer = Renewer(endpoint, refresh, self._kept, clock)
        self._clock = clock
        self._limit_s = limit_s
        self._quiet_s = quiet_s
        self._held = _NOT_LOOKED
        self._renewals: SingleFlight[Credentials | None] = SingleFlight("flyte-tokens")
        self._listeners: Installed[Callable[[], None]] = Installed()
        self.on_change = self._listeners.add
        """Call a function after each change, in any thread; what this returns ends that."""

    def __repr__(self) -> str:
        return f"<keeper of the tokens for {self._endpoint}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a keeper of tokens is not pickled: they are for this process alone")

    @property
    def describe(self) -> str:
        """Where the tokens are, for the user."""
        return self._kept.describe

    @property
    def notice(self) -> str:
        """What the user has to know of where the tokens are; empty while all is well."""
        return self._kept.notice

    def token(self) -> Credentials | None:
        """Return tokens that are good, None where nobody is logged in.

        Those that end soon are renewed meanwhile, in the background.

        Raises:
            AccessTokenNotFoundError: They have ended, and the server renews them no more.
            RemoteError: They have ended and cannot be renewed now.
        """
        held = self._held
        if self._clock() < held.due:
            return held.credentials
        is_good = held.is_good(self._clock())
        if time.monotonic() < held.quiet_until:
            if held.error is not None and not is_good:
                raise copy.copy(held.error)
            return held.credentials
        renewal = self._renewal(held, held.credentials, is_refused=held.is_refused)
        return held.credentials if is_good else self._outcome(renewal)

    def renewed(self, rejected: Credentials) -> Credentials:
        """Return other tokens than those that a server has refused, whatever the clock says.

        Those that were renewed a moment ago are all that there are.

        Args:
            rejected: What the call carried.

        Raises:
            AccessTokenNotFoundError: There are none: somebody has to log in again.
            RemoteError: They cannot be renewed now.
        """
        held = self._held
        if _is_same(held.credentials, rejected):
            is_quiet = time.monotonic() < held.quiet_until
            if held.error is not None and held.is_refused and is_quiet:
                raise copy.copy(held.error)
            if held.error is None and is_quiet:
                return rejected  # the server refuses what it has just handed out
        elif held.credentials is not None and held.is_good(self._clock()):
            return held.credentials
        found = self._outcome(self._renewal(held, rejected, is_refused=True))
        if found is None:
            raise AccessTokenNotFoundError(
                f"nobody is logged in to {self._endpoint}", hint="%flyte_login logs in"
            )
        return found

    def renew(self) -> Credentials | None:
        """Return new tokens also where those that there are may be good; None for nobody's.

        Raises:
            AccessTokenNotFoundError: The server renews them no more.
            RemoteError: They cannot be renewed now; those that there are stay as good.
        """
        used = self.current()
        if used is None:
            return None
        return self._outcome(self._renewal(self._held, used, is_refused=False))

    def current(self) -> Credentials | None:
        """Return the tokens that there are, good or not, None for none."""

        def look() -> None:
            if self._held is _NOT_LOOKED:
                self._hold(self._kept.news(), is_quiet=False)

        if self._held is _NOT_LOOKED:
            self._do(look)
        return self._held.credentials

    def put(self, credentials: Credentials) -> Credentials:
        """Take over the tokens of a login, and return them; what was there before is gone."""
        mine = replace(credentials, for_endpoint=self._endpoint)
        self._take_over(mine, lambda: True)
        return mine

    def offer(self, credentials: Credentials, is_wanted: Callable[[], bool]) -> None:
        """Take over the tokens of a login, unless nobody wants them any more.

        Args:
            credentials: The tokens.
            is_wanted: Asked once they are kept, which takes a while where a keyring asks for its
                password; if they are not, what was there before is there again.
        """
        self._take_over(replace(credentials, for_endpoint=self._endpoint), is_wanted)

    def _take_over(self, mine: Credentials, is_wanted: Callable[[], bool]) -> None:
        def take_over() -> None:
            held = self._mine()  # first: news may be from after a logout
            before = self._kept.news() or held
            self._kept.keep(mine)
            if is_wanted():
                self._hold(mine, is_quiet=False)
            elif before is None:
                self._kept.delete()
                self._hold(None, is_quiet=False)
            else:
                self._kept.keep(before)
                self._hold(before, is_quiet=False)

        self._do(take_over)

    def forget(self, give_back: Callable[[Credentials], object] = lambda _: None) -> None:
        """Log out here: no tokens any more.

        Args:
            give_back: Has the server take tokens no more; called with each that there were, here
                and in the store, whether or not that forgets them.

        Raises:
            TokenStoreError: The store may still have them.
        """
        had: list[Credentials] = []

        def forget() -> None:
            # Another process may have renewed them meanwhile.
            had.extend(filter(None, (self._kept.news(), self._held.credentials)))
            self._hold(None)
            self._kept.log_out()

        try:
            self._do(forget)
        finally:
            for credentials in had:
                give_back(credentials)

    def _do(self, work: Callable[[], None]) -> None:
        """Do *work* with nobody else at these tokens, and tell of it."""

        def alone() -> None:
            try:
                with turn(f"tokens {self._endpoint}"):
                    work()
            finally:
                self._tell()

        self._outcome(Apart(alone, "flyte-tokens").start())

    def _renewal(
        self, seen: Held, used: Credentials | None, *, is_refused: bool
    ) -> Apart[Credentials | None]:
        """Return the one renewal of *used* that goes on."""

        def work() -> Credentials | None:
            try:
                with turn(f"tokens {self._endpoint}"):
                    return self._renew(seen, used, is_refused=is_refused)
            finally:
                if self._held is not seen:
                    self._tell()

        return self._renewals.join(None if used is None else used.access_token, work)

    def _outcome(self, work: Apart[T]) -> T:
        return outcome(work, self._endpoint, self._limit_s)

    def _renew(
        self, seen: Held, used: Credentials | None, *, is_refused: bool
    ) -> Credentials | None:
        """Hold, and return, other tokens than *used*."""
        held = self._held
        if held is not seen and time.monotonic() < held.quiet_until:  # somebody was faster
            if held.error is not None and _is_same(held.credentials, used):
                raise held.error
            return held.credentials
        bad = [used, held.credentials if held.is_refused else None]

        def is_enough(candidate: Credentials) -> bool:
            is_bad = any(_is_same(candidate, other) for other in bad)
            return not is_bad and self._clock() < ends_of(candidate)

        found = self._renewer.renew(self._mine(), is_enough)
        is_refused = is_refused and found.error is not None and _is_same(found.credentials, used)
        # Tokens that another has put there may have to be renewed at once.
        is_quiet = found.is_new or found.error is not None or found.credentials is None
        self._hold(found.credentials, is_quiet=is_quiet, is_refused=is_refused, error=found.error)
        if found.error is not None:
            raise found.error
        return found.credentials

    def _mine(self) -> Credentials | None:
        """Return the tokens that are held, None where somebody has logged out elsewhere."""
        return None if self._kept.is_over else self._held.credentials

    def _hold(
        self,
        credentials: Credentials | None,
        *,
        is_quiet: bool = True,
        is_refused: bool = False,
        error: FlyteNbError | None = None,
    ) -> None:
        quiet_until = time.monotonic() + self._quiet_s if is_quiet else 0.0
        now = self._clock()
        self._held = hold(credentials, now, quiet_until, is_refused=is_refused, error=error)

    def _tell(self) -> None:
        for function in self._listeners.items:
            try:
                function()
            except Exception as error:  # noqa: BLE001 - the tokens are good all the same
                _LOG.warning("a listener to tokens has failed: %s", type(error).__name__)


def _is_same(one: Credentials | None, other: Credentials | None) -> bool:
    return one is not None and other is not None and one.access_token == other.access_token
