"""What the server remembers: logins that are under way, codes, and tokens."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, TokenMixin
from authlib.oauth2.rfc8628 import DeviceCredentialMixin

from .clock import Clock

if TYPE_CHECKING:
    from .clients import Client


@dataclass(kw_only=True, slots=True)
class DeviceLogin(DeviceCredentialMixin):
    """A device login (RFC 8628), from its first request on.

    Attributes:
        device_code: What the device polls with.
        user_code: What the user types.
        client_id: Who asked.
        scope: For what.
        expires_at: Until when, in seconds since 1970.
        interval_s: Least time between two polls now; each ``slow_down`` adds five seconds.
        code_challenge: Challenge of PKCE, if one was sent.
        user: Who has approved; empty so far.
        is_denied: Whether somebody has denied it.
        is_used: Whether its tokens were handed out.
        polled_at: When it was polled, in seconds of the server's monotonic clock.
        early_s: By how much each poll that came too early was so.
    """

    device_code: str = field(repr=False)
    user_code: str
    client_id: str
    scope: str
    expires_at: float
    interval_s: float
    code_challenge: str = ""
    user: str = ""
    is_denied: bool = False
    is_used: bool = False
    polled_at: list[float] = field(default_factory=list)
    early_s: list[float] = field(default_factory=list)
    is_early: bool = False

    def get_client_id(self) -> str:
        """Return who asked."""
        return self.client_id

    def get_scope(self) -> str:
        """Return what was asked for."""
        return self.scope

    def get_user_code(self) -> str:
        """Return what the user types."""
        return self.user_code


@dataclass(kw_only=True, slots=True)
class Code(AuthorizationCodeMixin):
    """An authorization code (RFC 6749, section 4.1.2).

    Attributes:
        code: What the browser brings back.
        client_id: Whom it is for.
        redirect_uri: Where the browser was sent.
        scope: What the tokens are for.
        user: Who has approved.
        expires_at: Until when it is good, in seconds since 1970.
        code_challenge: Challenge of PKCE; empty without.
        is_used: Whether it has yielded tokens.
        family: The login that these belong to.
    """

    code: str = field(repr=False)
    client_id: str
    redirect_uri: str
    scope: str
    user: str
    expires_at: float
    code_challenge: str = ""
    is_used: bool = False
    family: str = field(default_factory=lambda: secrets.token_hex(8))

    def get_redirect_uri(self) -> str:
        """Return where the code was sent to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return what was asked for."""
        return self.scope


@dataclass(kw_only=True, slots=True)
class Token(TokenMixin):
    """An access token and the refresh token that was handed out with it.

    Attributes:
        access_token: What opens admin.
        refresh_token: What yields the next one; empty for none.
        client_id: Whom it was given to.
        user: Whose it is; empty for a client's own.
        scope: What it is for.
        grant_type: How it was got.
        expires_at: When the access token ends, in seconds since 1970.
        refresh_expires_at: When the refresh token ends.
        family: The login that it comes from; the same for all that refreshes yield.
        is_revoked: Whether the access token was ended before its time.
        is_refresh_revoked: Whether the refresh token was.
        rotated_at: When another refresh token took the place of this one; None so far.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    client_id: str
    user: str
    scope: str
    grant_type: str
    expires_at: float
    refresh_expires_at: float
    family: str = field(default_factory=lambda: secrets.token_hex(8))
    is_revoked: bool = False
    is_refresh_revoked: bool = False
    rotated_at: float | None = None

    def check_client(self, client: Client) -> bool:
        """Return whether it was given to that client."""
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        """Return what was asked for."""
        return self.scope


class State:
    """All that outlives a restart of the server; whoever reads or changes it holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.slow_downs = 0  # answers of slow_down still to be given for no reason
        self.device_logins: list[DeviceLogin] = []
        self.codes: list[Code] = []
        self.tokens: list[Token] = []

    def device_login(self, *, device_code: str = "", user_code: str = "") -> DeviceLogin | None:
        """Return the login of a code, None when there is none."""
        typed = _plain(user_code)
        for login in reversed(self.device_logins):
            if device_code == login.device_code or (typed and typed == _plain(login.user_code)):
                return login
        return None

    def code(self, code: str) -> Code | None:
        """Return an authorization code, None when it is unknown."""
        return next((known for known in self.codes if known.code == code), None)

    def note_poll(self, device_code: str, at_s: float) -> None:
        """Remember a poll, and whether it came too early."""
        login = self.device_login(device_code=device_code)
        if login is None:
            return
        missing_s = login.polled_at[-1] + login.interval_s - at_s if login.polled_at else 0.0
        login.is_early = missing_s > 0
        if login.is_early:
            login.early_s.append(missing_s)
        login.polled_at.append(at_s)

    def user_of(self, access_token: str) -> str | None:
        """Return the user or client whose a token is, None when it opens nothing now."""
        token = self.token(access_token)
        if token is None or token.access_token != access_token or token.is_revoked:
            return None
        is_good = self.clock.now() < token.expires_at
        return (token.user or token.client_id) if is_good else None

    def token(self, either: str) -> Token | None:
        """Return the token that has this access or refresh token."""
        pairs = ((token, (token.access_token, token.refresh_token)) for token in self.tokens)
        return next((token for token, pair in pairs if either and either in pair), None)

    def revoke_family(self, family: str) -> None:
        """End all that one login has yielded."""
        for token in self.tokens:
            if token.family == family:
                token.is_revoked = token.is_refresh_revoked = True


def _plain(user_code: str) -> str:
    """Return a user code as people may type it: RFC 8628, section 6.1."""
    return "".join(filter(str.isalnum, user_code)).upper()
