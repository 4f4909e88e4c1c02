"""What a login yields: tokens, for whom and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from .token_end import ends_at


@dataclass(frozen=True)
class Credentials:
    """Tokens for one endpoint (flytekit's ``Credentials``); none is ever shown.

    Attributes:
        access_token: What calls carry.
        refresh_token: What a new access token is asked for with, if there is one.
        for_endpoint: Where the tokens are good, as the configuration writes it.
        expires_in: Seconds that the access token was good for when it came; None when not told.
        id_token: Who the user is, as the identity provider says it.
        expires_at: When the access token ends, in UTC; from *expires_in* and now if not given,
            or from the token itself, if that says it.
        scopes: What the tokens are good for, as far as the server said so.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    for_endpoint: str = "flyte-default"
    expires_in: int | None = None
    id_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = field(default=None, kw_only=True)
    scopes: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        if self.expires_at is None:
            ends = ends_at(self.access_token)
            if self.expires_in is not None:
                ends = datetime.now(timezone.utc) + timedelta(seconds=self.expires_in)
            object.__setattr__(self, "expires_at", ends)
