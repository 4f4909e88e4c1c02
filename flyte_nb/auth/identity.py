"""Who is logged in, where, for how long: what a session pill says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flyte_nb.config.platform import PlatformConfig
from flyte_nb.config.profiles import profile_at, profile_name
from flyte_nb.display import panel_text, pill_html
from flyte_nb.errors import AccessTokenNotFoundError

from .time_left import in_words, seconds_left

if TYPE_CHECKING:
    from datetime import datetime

    from .account import Account
    from .user import User


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who is logged in; shows itself in a notebook and in a terminal.

    Attributes:
        endpoint: Host and port of admin.
        profile: Name of the configuration in force.
        user: Who it is; None where nobody is logged in, or admin does not tell.
        is_logged_in: Whether there are tokens that admin takes.
        is_open: Whether admin wants no login.
        expires_at: When the access token ends, in UTC; None where that is not known.
        is_renewed: Whether it is renewed by itself.
        store: Where the tokens are kept.
        problem: Why nobody is logged in, or what else is to be said.
    """

    endpoint: str
    profile: str = ""
    user: User | None = None
    is_logged_in: bool = False
    is_open: bool = False
    expires_at: datetime | None = None
    is_renewed: bool = False
    store: str = ""
    problem: str = ""

    def rows(self) -> list[tuple[str, str]]:
        """Return it as labels and values."""
        rows = [("profile", self.profile), ("endpoint", self.endpoint)]
        if self.is_open:
            rows.append(("login", "not needed: admin wants none"))
        elif not self.is_logged_in:
            rows.append(("user", "nobody is logged in: %flyte_login"))
        else:
            rows.append(("user", str(self.user or "unknown")))
            rows.append(("time left", self._time_left()))
        if self.is_logged_in:
            rows.append(("kept in", self.store))
        if self.problem:
            rows.append(("note", self.problem))
        return [(label, value) for label, value in rows if value]

    def _time_left(self) -> str:
        left = "not known"
        if self.expires_at is not None:
            left = in_words(seconds_left(self.expires_at))
        return f"{left}, then renewed by itself" if self.is_renewed else left

    def __repr__(self) -> str:
        return panel_text("Flyte login", self.rows())

    def _repr_html_(self) -> str:
        is_good = self.is_logged_in or self.is_open
        return pill_html("Flyte login", self._pill(), is_good=is_good, note=self.problem)

    def _pill(self) -> list[str]:
        """Return what a pill says: who, where, how long, and where it is kept."""
        who = str(self.user or "unknown") if self.is_logged_in else "nobody is logged in"
        parts = ["no login needed" if self.is_open else who, self.endpoint, self.profile]
        if self.is_logged_in:
            ends = seconds_left(self.expires_at) if self.expires_at is not None else None
            left = "" if ends is None else f"{in_words(ends)} left"
            parts += [left, "renewed by itself" if self.is_renewed else "", self.store]
        elif not self.is_open:
            parts.append("%flyte_login")
        return [part for part in parts if part]


def _profile_of(account: Account) -> str:
    """Return the name of the configuration that reaches *account*, empty where none does."""
    if account.platform.endpoint == PlatformConfig.auto().endpoint:
        return profile_name()
    profile = profile_at(account.platform.endpoint)
    return "" if profile is None else profile.name


def identity_of(account: Account) -> Identity:
    """Return who is logged in to *account*.

    Raises:
        RemoteError: Admin could not be asked.
    """
    nobody = Identity(endpoint=account.admin.address, profile=_profile_of(account))
    try:
        user = account.user()
        is_open = account.token() is None
    except AccessTokenNotFoundError as error:
        had_tokens = account.keeper.current() is not None
        return replace(nobody, problem=str(error.args[0]) if had_tokens else "")
    credentials = account.keeper.current()
    if credentials is None or is_open:
        return replace(nobody, is_open=True)
    return replace(
        nobody,
        user=user,
        is_logged_in=True,
        expires_at=credentials.expires_at,
        is_renewed=account.is_renewed,
        store=account.keeper.describe,
        problem=account.keeper.notice or "",
    )
