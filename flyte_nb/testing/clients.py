"""The clients that the server knows: one for users, one for machines, as flyteadmin's own."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin, list_to_scope, scope_to_list
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE

SCOPES = ("all", "offline", "offline_access", "openid", "profile")
_LOOPBACK = {"127.0.0.1", "::1"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Client(ClientMixin):
    """A client (RFC 6749, section 2), public when it has no secret.

    Attributes:
        client_id: Its name.
        secret: Its password; empty for a public client.
        redirect_uris: Where browsers may be sent back to. For those of a loopback address any
            port will do (RFC 8252, section 7.3).
        grants: Grant types that it may use.
        auth_methods: How it may show its secret.
        scopes: What it may ask for.
    """

    client_id: str
    secret: str = field(default="", repr=False)
    redirect_uris: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    auth_methods: tuple[str, ...] = ("client_secret_basic", "client_secret_post")
    scopes: tuple[str, ...] = SCOPES

    def get_client_id(self) -> str:
        """Return its name."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return none: whoever has several has to say which."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return those of the scopes that it may ask for; by default ``all``."""
        asked = scope_to_list(scope) or ["all"]
        return str(list_to_scope([name for name in asked if name in self.scopes]))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether a browser may be sent back there."""
        return redirect_uri in self.redirect_uris or any(
            _differ_by_port_alone(redirect_uri, known) for known in self.redirect_uris
        )

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether that is its password."""
        return hmac.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        """Return whether it may show its secret like that."""
        return method in self.auth_methods if self.secret else method == "none"

    def check_response_type(self, response_type: str) -> bool:
        """Return whether a browser may log in for it."""
        return response_type == "code" and "authorization_code" in self.grants

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether it may use that grant."""
        return grant_type in self.grants


FLYTECTL = Client(
    client_id="flytectl",
    redirect_uris=(
        "http://localhost:53593/callback",
        "http://127.0.0.1/callback",
        "http://[::1]/callback",
    ),
    grants=("authorization_code", "refresh_token", DEVICE_CODE_GRANT_TYPE),
)
FLYTEPROPELLER = Client(
    client_id="flytepropeller",
    secret="fly+te pro/peller:50%&=?#~",  # noqa: S106 - made up, of all that has to be encoded
    grants=("client_credentials",),
)


def _differ_by_port_alone(uri: str, known: str) -> bool:
    try:
        one, other = urlsplit(uri), urlsplit(known)
        _ = one.port  # raises where it is none
    except ValueError:
        return False
    return (
        other.hostname in _LOOPBACK
        and "@" not in one.netloc
        and (one.scheme, one.hostname, one.path, one.query, one.fragment)
        == (other.scheme, other.hostname, other.path, other.query, other.fragment)
    )
