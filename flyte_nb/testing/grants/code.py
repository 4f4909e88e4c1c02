"""The authorization code grant (RFC 6749, section 4.1); public clients have to use PKCE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge

from flyte_nb.testing.state import Code

from .pkce import check_challenge, check_verifier

if TYPE_CHECKING:
    from flyte_nb.testing.clients import Client
    from flyte_nb.testing.state import State

_LIFETIME_S = 600


class CodeGrant(grants.AuthorizationCodeGrant):
    """Hands out codes to browsers and tokens for codes."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Remember a code before it is handed out."""
        state: State = self.server.state
        state.codes.append(
            Code(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                user=request.user,
                expires_at=state.clock.now() + _LIFETIME_S,
                code_challenge=request.payload.data.get("code_challenge", ""),
            )
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Return a code that is good; used twice it ends what it has yielded (section 4.1.2)."""
        state: State = self.server.state
        known = state.code(code)
        if known is None or known.client_id != client.client_id:
            return None
        if known.is_used:
            state.revoke_family(known.family)
            return None
        return known if state.clock.now() < known.expires_at else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Let a code yield no more tokens."""
        authorization_code.is_used = True

    def authenticate_user(self, authorization_code: Code) -> str:
        """Return who has approved."""
        return authorization_code.user


class OnlyS256(CodeChallenge):
    """PKCE as `flyte_nb.testing.grants.pkce` checks it."""

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:  # noqa: ARG002
        """Refuse to begin a login of a public client that sends no good challenge."""
        check_challenge(grant.request.payload.data, required=not grant.request.client.secret)

    def validate_code_verifier(self, grant: CodeGrant, result: Any) -> None:  # noqa: ARG002
        """Refuse a code for which the verifier is missing, or another one."""
        request = grant.request
        check_verifier(request.authorization_code.code_challenge, request.form)
