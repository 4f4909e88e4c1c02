"""The client credentials grant (RFC 6749, section 4.4)."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import grants


class MachineGrant(grants.ClientCredentialsGrant):
    """Hands out tokens to a client for itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")
