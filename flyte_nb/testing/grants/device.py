"""The device authorization grant (RFC 8628), with PKCE for whoever sends a challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidGrantError, UnauthorizedClientError
from authlib.oauth2.rfc8628 import (
    DEVICE_CODE_GRANT_TYPE,
    AuthorizationPendingError,
    DeviceAuthorizationEndpoint,
    DeviceCodeGrant,
    ExpiredTokenError,
    SlowDownError,
)
from flask import request as received

from flyte_nb.testing.state import DeviceLogin

from .pkce import check_challenge, check_verifier

if TYPE_CHECKING:
    from flyte_nb.testing.state import State

_SLOWER_S = 5  # RFC 8628, section 3.5


class DeviceAuthorization(DeviceAuthorizationEndpoint):
    """Begins a device login."""

    def authenticate_client(self, request: Any) -> Any:
        """Return the client, which has to be one for device logins."""
        client = super().authenticate_client(request)
        if not client.check_grant_type(DEVICE_CODE_GRANT_TYPE):
            raise UnauthorizedClientError
        check_challenge(received.form)
        return client

    @property
    def EXPIRES_IN(self) -> float:  # noqa: N802 - Authlib's name
        """How long the login may be approved, in seconds."""
        return float(self.server.options.device_lifetime_s)

    @property
    def INTERVAL(self) -> float:  # noqa: N802 - Authlib's name
        """Least time between two polls, in seconds."""
        return float(self.server.options.interval_s)

    def get_verification_uri(self) -> str:
        """Return the address of the page for people."""
        return f"{received.host_url}device"

    def save_device_credential(self, client_id: str, scope: str, data: dict[str, Any]) -> None:
        """Remember the login; codes and times go out as *data* has them."""
        state: State = self.server.state
        for name in ("interval", "expires_in"):  # 5, and not 5.0, where it is whole
            data[name] = int(data[name]) if data[name] == int(data[name]) else data[name]
        login = DeviceLogin(
            device_code=data["device_code"],
            user_code=data["user_code"],
            client_id=client_id,
            scope=scope or "",
            expires_at=state.clock.now() + data["expires_in"],
            interval_s=data["interval"],
            code_challenge=received.form.get("code_challenge", ""),
        )
        state.device_logins.append(login)


class DeviceGrant(DeviceCodeGrant):
    """Answers polls."""

    def query_device_credential(self, device_code: str) -> DeviceLogin:
        """Return the login that is polled."""
        login: DeviceLogin | None = self.server.state.device_login(device_code=device_code)
        if login is None or login.is_used:
            raise InvalidGrantError("The device code is unknown or was used")
        return login

    def validate_device_credential(self, credential: DeviceLogin) -> str:
        """Return who has approved (RFC 8628, section 3.5)."""
        state: State = self.server.state
        check_verifier(credential.code_challenge, received.form)
        if credential.is_denied:
            raise AccessDeniedError
        if state.clock.now() >= credential.expires_at:
            raise ExpiredTokenError
        if credential.is_early or state.slow_downs:
            if not credential.is_early:
                state.slow_downs -= 1
            credential.interval_s += _SLOWER_S
            raise SlowDownError
        if not credential.user:
            raise AuthorizationPendingError
        return credential.user

    def create_token_response(self) -> Any:
        """Hand out the tokens, once."""
        answer = super().create_token_response()
        self.request.credential.is_used = True
        return answer
