"""An identity provider elsewhere that admin leaves logins to, as companies have it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import requests
from requests.auth import HTTPBasicAuth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .clients import Client

# Those of flyteidl's OAuth2MetadataResponse, and those of RFC 7009 and RFC 9207.
_TOLD = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "response_types_supported",
    "scopes_supported",
    "token_endpoint_auth_methods_supported",
    "jwks_uri",
    "code_challenge_methods_supported",
    "grant_types_supported",
    "device_authorization_endpoint",
    "revocation_endpoint",
    "authorization_response_iss_parameter_supported",
)


class Provider:
    """An identity provider, as admin knows it.

    Args:
        metadata: What it says of itself (RFC 8414).
        clients: Those that admin has; one that has a secret asks about tokens (RFC 7662).
    """

    def __init__(self, metadata: Mapping[str, Any], clients: Iterable[Client]) -> None:
        self._metadata = metadata
        self._client = next(client for client in clients if client.secret)

    @property
    def metadata(self) -> dict[str, Any]:
        """What admin tells of it."""
        return {name: self._metadata[name] for name in _TOLD if name in self._metadata}

    def user_of(self, access_token: str) -> str | None:
        """Return whose a token is, None when it is not good."""
        name, secret = self._client.client_id, self._client.secret
        with requests.Session() as session:
            session.trust_env = False  # no proxy between two servers on loopback
            answer = session.post(
                self._metadata["introspection_endpoint"],
                data={"token": access_token},
                auth=HTTPBasicAuth(quote_plus(name), quote_plus(secret)),
                timeout=10,
            )
        found = answer.json() if answer.status_code == HTTPStatus.OK else {}
        return str(found.get("sub") or found["client_id"]) if found.get("active") else None
