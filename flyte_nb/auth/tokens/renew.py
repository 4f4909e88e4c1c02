"""Getting good tokens from whichever tokens there are."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from flyte_nb.errors import AccessTokenNotFoundError, AuthenticationError, FlyteNbError

from .held import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flyte_nb.auth.concurrency.apart import Apart
    from flyte_nb.auth.credentials import Credentials

    from .kept import Kept

T = TypeVar("T")

_LATE = 3  # how often others may come with other tokens while ours are refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a renewal has ended.

    Attributes:
        credentials: The tokens that are good; those that are there when it has failed.
        is_new: Whether the server has just handed them out.
        error: Why it has failed.
    """

    credentials: Credentials | None = None
    is_new: bool = False
    error: FlyteNbError | None = None


class Renewer:
    """Gets good tokens from those that there are, here and in the store.

    Args:
        endpoint: Where the tokens are good.
        refresh: Returns new tokens for old ones; `AccessTokenNotFoundError` says that the
            server renews them no more, any other error that it may do so later.
        kept: The tokens in their store.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        endpoint: str,
        refresh: Callable[[Credentials], Credentials],
        kept: Kept,
        clock: Callable[[], float],
    ) -> None:
        self._endpoint = endpoint
        self._refresh = refresh
        self._kept = kept
        self._clock = clock

    def renew(self, mine: Credentials | None, is_enough: Callable[[Credentials], bool]) -> Outcome:
        """Return the first tokens that are good, or what they are renewed to.

        Others are tried where the server renews some no more, and only there: after any other
        failure the same ones may still be renewed, later.

        Args:
            mine: The tokens that are here, None for none.
            is_enough: Whether tokens are good as they are.
        """
        left = None
        ended: BaseException | None = None
        for candidate in self._candidates(mine):
            left = candidate
            if is_enough(candidate):
                return Outcome(credentials=candidate)
            try:
                return Outcome(credentials=self._ask(candidate), is_new=True)
            except AccessTokenNotFoundError as error:
                ended = error
            except BaseException as error:  # noqa: BLE001 - whatever it is, the tokens stay
                return Outcome(credentials=candidate, error=told(error, self._endpoint))
        if ended is None:
            return Outcome(credentials=left)
        if left is not None and left.refresh_token:
            left = replace(left, refresh_token=None)  # nobody else is to try it
            self._kept.keep(left)
        return Outcome(credentials=left, error=told(ended, self._endpoint))

    def _candidates(self, mine: Credentials | None) -> Iterator[Credentials]:
        """Yield tokens to renew: those that another process has put there first."""
        if (news := self._kept.news()) is not None:
            yield news
        if mine is not None:
            yield mine
        for _ in range(_LATE):  # flytekit takes no lock
            if (news := self._kept.news()) is None:
                return
            yield news

    def _ask(self, old: Credentials) -> Credentials:
        """Renew *old*; what the server does not replace stays."""
        asked = self._clock()
        new = self._refresh(old)
        ends = new.expires_at if new.expires_in is None else moment(asked + new.expires_in)
        mine = replace(
            new,
            for_endpoint=self._endpoint,
            refresh_token=new.refresh_token or old.refresh_token,
            id_token=new.id_token or old.id_token,
            scopes=new.scopes or old.scopes,
            expires_at=ends,
        )
        self._kept.keep(mine)  # before anybody has them
        return mine


def outcome(work: Apart[T], endpoint: str, limit_s: float) -> T:
    """Wait for *work* on the tokens for *endpoint*.

    Raises:
        AuthenticationError: It has not ended in time; it goes on.
        FlyteNbError: What it has raised, without the frames that this passed: they have tokens.
    """
    if not work.wait(limit_s):
        raise AuthenticationError(
            f"no tokens for {endpoint} within {limit_s:g} s",
            hint="the identity provider, the keyring or another kernel does not answer: try again",
        )
    if (error := work.error) is None:
        return work.value
    raise copy.copy(error) if isinstance(error, FlyteNbError) else told(error, endpoint)


def told(error: BaseException, endpoint: str) -> FlyteNbError:
    """Return what a user is told of a failed renewal, without what led to it: that has tokens."""
    from flyte_nb.context.leak_guard import LEAK_GUARD

    if not isinstance(error, FlyteNbError):
        reason = type(error).__name__
        return AuthenticationError(f"the login for {endpoint} cannot be renewed: {reason}")
    mine = copy.copy(error)
    mine.args = (LEAK_GUARD.mask(str(error.args[0])),)
    mine.hint = LEAK_GUARD.mask(error.hint)
    if isinstance(mine, AccessTokenNotFoundError):
        mine.args = (f"the login for {endpoint} has ended: {mine.args[0]}",)
        mine.hint = mine.hint or "log in again: %flyte_login"
    return mine
