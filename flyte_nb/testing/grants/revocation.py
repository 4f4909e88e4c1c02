"""Giving tokens back (RFC 7009)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc7009 import RevocationEndpoint

if TYPE_CHECKING:
    from flyte_nb.testing.state import State, Token


class Revocation(RevocationEndpoint):
    """Ends an access token alone, and with a refresh token the whole login."""

    CLIENT_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:  # noqa: ARG002
        """Return the token, whichever of the two it is."""
        token: Token | None = self.server.state.token(token_string)
        return token

    def revoke_token(self, token: Token, request: Any) -> None:
        """End what was given back."""
        state: State = self.server.state
        if request.form["token"] == token.access_token:
            token.is_revoked = True
        else:
            state.revoke_family(token.family)
