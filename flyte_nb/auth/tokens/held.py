"""Tokens that are held, and when they have to be renewed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flyte_nb.auth.credentials import Credentials
    from flyte_nb.errors import FlyteNbError

AHEAD_S = 60.0
"""Seconds before its end that a token is renewed: calls that carry it take some of them, and
the clocks of two machines differ by some."""
AHEAD_PART = 0.1
"""But no more than this part of its life, or one that is good for a minute is never used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What a `TokenKeeper` has, never changed, only replaced.

    Attributes:
        credentials: The tokens, None where nobody is logged in.
        due: From when on they are to be renewed, in seconds since 1970; at once for none.
        ends: From when on the access token is worth nothing, in seconds since 1970.
        is_refused: Whether a server has refused the access token, whatever the clock says.
        error: Why the last renewal has failed.
        quiet_until: Until when nobody asks again, in seconds of the monotonic clock.
    """

    credentials: Credentials | None = None
    due: float = -math.inf
    ends: float = -math.inf
    is_refused: bool = False
    error: FlyteNbError | None = None
    quiet_until: float = -math.inf

    def is_good(self, now: float) -> bool:
        """Return whether there is an access token that a server may take."""
        return not self.is_refused and now < self.ends


def hold(
    credentials: Credentials | None,
    now: float,
    quiet_until: float,
    *,
    is_refused: bool = False,
    error: FlyteNbError | None = None,
) -> Held:
    """Return *credentials* with the times that matter.

    Args:
        credentials: The tokens.
        now: Seconds since 1970.
        quiet_until: Until when nobody asks again.
        is_refused: Whether a server has refused the access token.
        error: Why a renewal has failed.
    """
    due = ends = -math.inf
    if credentials is not None:
        ends = ends_of(credentials)
        # Without a token to renew them with, they are as good as they were until they end.
        ahead_s = min(AHEAD_S, AHEAD_PART * _life_s(credentials, ends - now))
        due = ends - ahead_s if credentials.refresh_token and ends < math.inf else ends
    return Held(
        credentials=credentials,
        due=-math.inf if is_refused else due,
        ends=ends,
        is_refused=is_refused,
        error=error,
        quiet_until=quiet_until,
    )


def ends_of(credentials: Credentials) -> float:
    """Return when the access token ends, in seconds since 1970; infinite when not told."""
    return math.inf if credentials.expires_at is None else credentials.expires_at.timestamp()


def moment(seconds: float) -> datetime:
    """Return *seconds* since 1970 as a time in UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def _life_s(credentials: Credentials, left_s: float) -> float:
    return max(0.0, left_s if credentials.expires_in is None else credentials.expires_in)
