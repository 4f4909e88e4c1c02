"""Refreshing (RFC 6749, section 6) with rotation; reuse ends the login (RFC 9700, 4.14.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authlib.oauth2.rfc6749 import grants

if TYPE_CHECKING:
    from flyte_nb.testing.state import State, Token


class RefreshGrant(grants.RefreshTokenGrant):
    """Hands out tokens for refresh tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # noqa: N802 - Authlib's name
        """Whether the old refresh token ends and another one takes its place."""
        return bool(self.server.options.rotation)

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return the token that this one may renew."""
        state: State = self.server.state
        token = state.token(refresh_token)
        now = state.clock.now()
        if token is None or token.refresh_token != refresh_token:
            return None
        if token.is_refresh_revoked or now >= token.refresh_expires_at:
            return None
        if token.rotated_at is not None and (
            now - token.rotated_at >= self.server.options.refresh_grace_s
        ):
            state.revoke_family(token.family)
            return None
        return token

    def authenticate_user(self, refresh_token: Token) -> str:
        """Return whose the token is."""
        return refresh_token.user

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Note when a refresh token was used, if it may be used once only."""
        if self.server.options.rotation and refresh_token.rotated_at is None:
            refresh_token.rotated_at = self.server.state.clock.now()
