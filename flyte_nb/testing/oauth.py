"""The authorization server: Authlib's, with the grants that Flyte's logins use."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from authlib.common.security import generate_token
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE
from flask import request as received

from .clients import SCOPES
from .grants.code import CodeGrant, OnlyS256
from .grants.device import DeviceAuthorization, DeviceGrant
from .grants.identity import Identity
from .grants.machine import MachineGrant
from .grants.refresh import RefreshGrant
from .grants.revocation import Revocation
from .state import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from .clients import Client
    from .options import Options
    from .state import Code, State

_REFRESH_TOKEN_LENGTH = 64


class OAuthServer(AuthorizationServer):
    """What Authlib asks about clients and tokens, answered from *state*.

    Args:
        app: The application that it belongs to.
        clients: The clients by name.
        state: What is remembered.
        options: Returns the options in force.
    """

    def __init__(
        self,
        app: Flask,
        clients: Mapping[str, Client],
        state: State,
        options: Callable[[], Options],
    ) -> None:
        self.state = state
        self.identity = Identity()
        self._options = options
        app.config["OAUTH2_SCOPES_SUPPORTED"] = SCOPES
        super().__init__(app, clients.get, self._keep)
        self.register_token_generator(
            "default",
            BearerTokenGenerator(
                lambda **_: generate_token(self.options.token_length),
                lambda **_: generate_token(_REFRESH_TOKEN_LENGTH),
                lambda *_: self.options.token_lifetime_s,
            ),
        )
        self.register_client_auth_method("client_secret_basic", _basic)
        self.register_endpoint(DeviceAuthorization)
        self.register_endpoint(Revocation)
        self.register_grant(CodeGrant, [OnlyS256()])
        self.register_grant(DeviceGrant)
        self.register_grant(MachineGrant)
        self.register_grant(RefreshGrant)

    @property
    def options(self) -> Options:
        """The options in force now."""
        return self._options()

    @property
    def grant_types(self) -> list[str]:
        """The grants that are offered now."""
        kinds = [grant.GRANT_TYPE for grant, _ in self._token_grants]
        return [
            kind for kind in kinds if kind != DEVICE_CODE_GRANT_TYPE or self.options.device_flow
        ]

    def generate_token(self, *args: Any, **kwargs: Any) -> Any:
        """Return the answer of the token endpoint."""
        if not self.options.refresh_tokens:
            kwargs["include_refresh_token"] = False
        answer = super().generate_token(*args, **kwargs)
        if kwargs.get("user") and "openid" in answer.get("scope", "").split():
            now = int(self.state.clock.now())
            claims = {"sub": kwargs["user"], "aud": kwargs["client"].client_id, "iat": now}
            issued = {"iss": received.host_url.rstrip("/"), "exp": now + answer["expires_in"]}
            answer["id_token"] = self.identity.token({**claims, **issued})
        return answer

    def _keep(self, answer: dict[str, Any], request: Any) -> None:
        now = self.state.clock.now()
        token = Token(
            access_token=answer["access_token"],
            refresh_token=answer.get("refresh_token", ""),
            client_id=request.client.client_id,
            user=request.user or "",
            scope=answer.get("scope", ""),
            grant_type=request.payload.grant_type,
            expires_at=now + answer["expires_in"],
            refresh_expires_at=now + self.options.refresh_lifetime_s,
        )
        before: Token | Code | None = request.refresh_token or request.authorization_code
        if before is not None:
            token.family = before.family
        self.state.tokens.append(token)


def _basic(query_client: Callable[[str], Client | None], request: Any) -> Client | None:
    """Authenticate as RFC 6749, section 2.3.1, has it: name and secret encoded as in a form.

    Authlib would take a secret that has a plus sign as it stands, encoded or not.
    """
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = secret = ""
    client = query_client(unquote_plus(name))
    if client is None or not client.check_client_secret(unquote_plus(secret)):
        raise InvalidClientError(status_code=401)
    return client
