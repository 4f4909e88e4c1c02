"""What can be said of a login, at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from flyte_nb.auth.mode import Mode

if TYPE_CHECKING:
    from datetime import datetime

    from flyte_nb.auth.user import User
    from flyte_nb.errors import FlyteNbError


class LoginState(str, Enum):
    """How far a login is."""

    DISCOVERING = "discovering"
    WAITING = "waiting"
    POLLING = "polling"
    AUTHORIZED = "authorized"
    DENIED = "denied"
    EXPIRED = "expired"
    FAILED = "failed"
    CANCELLED = "cancelled"

    def __str__(self) -> str:
        return self.value

    @property
    def is_over(self) -> bool:
        """Whether nothing comes after it."""
        return self not in {LoginState.DISCOVERING, LoginState.WAITING, LoginState.POLLING}


@dataclass(frozen=True, kw_only=True, slots=True)
class LoginMoment:
    """A login as it is now; codes and addresses that log in are not in its repr.

    Attributes:
        state: How far it is.
        mode: The way that was taken; auto as long as none is.
        reason: Why this one.
        user_code: What the user enters, while that helps.
        verification_uri: Where.
        verification_uri_complete: Where it need not be entered.
        authorization_url: Where the user's browser logs in and comes back from.
        paste_because: Why the address that the browser was sent to will have to be pasted.
        expires_at: When the user is no longer waited for, in UTC.
        interval_s: How often the server is asked.
        error: Why nobody is logged in.
        is_open: Whether admin wants no login.
        user: Who is logged in, once that is known.
    """

    state: LoginState = LoginState.DISCOVERING
    mode: Mode = Mode.AUTO
    reason: str = ""
    user_code: str | None = field(default=None, repr=False)
    verification_uri: str | None = None
    verification_uri_complete: str | None = field(default=None, repr=False)
    authorization_url: str | None = field(default=None, repr=False)
    paste_because: str = ""
    expires_at: datetime | None = None
    interval_s: float | None = None
    error: FlyteNbError | None = None
    is_open: bool = False
    user: User | None = None
