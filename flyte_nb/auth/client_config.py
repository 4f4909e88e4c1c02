"""The OAuth client that logs in, and where: what admin says, under the user's own settings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.errors import AuthenticationError

from .discovery import read_client_config, read_server_metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    import requests

    from flyte_nb.config.platform import PlatformConfig


@dataclass(frozen=True)
class ClientConfig:
    """What a flow has to know (flytekit's ``ClientConfig``).

    Attributes:
        token_endpoint: Where tokens are handed out.
        authorization_endpoint: Where a browser logs in; empty where it cannot.
        redirect_uri: Where a browser comes back to.
        client_id: OAuth client.
        device_authorization_endpoint: Where a device login begins; None where there is none.
        scopes: Scopes to ask for.
        header_key: Header that takes the token, beside ``Authorization``.
        audience: Audience to ask for.
        code_challenge_methods: Methods of PKCE that the server says it knows.
        secret_methods: How a client may show its secret (RFC 8414); empty where not told.
        revocation_endpoint: Where tokens are given back (RFC 7009); None where they are not.
        issuer: Who hands tokens out (RFC 8414); empty where not told.
        sends_issuer: Whether a browser always comes back with the issuer (RFC 9207).
    """

    token_endpoint: str
    authorization_endpoint: str
    redirect_uri: str
    client_id: str
    device_authorization_endpoint: str | None = None
    scopes: tuple[str, ...] | list[str] | None = None
    header_key: str = "authorization"
    audience: str | None = None
    code_challenge_methods: tuple[str, ...] = ()
    secret_methods: tuple[str, ...] = ()
    revocation_endpoint: str | None = None
    issuer: str = ""
    sends_issuer: bool = False


class ClientConfigStore(ABC):
    """Says which client logs in (flytekit's ``ClientConfigStore``)."""

    @abstractmethod
    def get_client_config(self) -> ClientConfig:
        """Return it.

        Raises:
            RemoteError: It had to be asked for, and there was no such answer.
        """


class StaticClientConfigStore(ClientConfigStore):
    """Says what it was told.

    Args:
        cfg: The client.
    """

    def __init__(self, cfg: ClientConfig) -> None:
        self._cfg = cfg

    def get_client_config(self) -> ClientConfig:
        """Return the client that it was told."""
        return self._cfg


class RemoteClientConfigStore(ClientConfigStore):
    """Asks Flyte admin; once for all of its life.

    Args:
        session: From `flyte_nb.auth.http.transport.new_session`.
        platform: Where admin is, and what the user has set instead of admin's word.
    """

    def __init__(self, session: requests.Session, platform: PlatformConfig) -> None:
        self._session = session
        self._platform = platform
        self._found: ClientConfig | None = None

    def get_client_config(self) -> ClientConfig:
        """Return the client that admin names, with the user's settings before it.

        Raises:
            RemoteError: Admin could not be asked.
            AuthenticationError: It wants no login.
        """
        if self._found is None:
            self._found = discover(self._session, self._platform)
        if self._found is None:
            raise AuthenticationError(
                f"{self._platform.endpoint} wants no login",
                hint="call it as it is: flyte_nb.session() does",
            )
        return self._found


def discover(session: requests.Session, platform: PlatformConfig) -> ClientConfig | None:
    """Return the client that logs in and where, None where admin wants no login.

    Raises:
        ConfigError: The endpoint is none.
        RemoteError: Admin could not be asked, or its answer is none of admin.
    """
    admin = parse_endpoint(platform.endpoint, insecure=platform.insecure)
    server = read_server_metadata(session, admin)
    client = read_client_config(session, admin) if server is not None else None
    if server is None or client is None:
        return None
    found = ClientConfig(
        token_endpoint=server.token_endpoint,
        authorization_endpoint=server.authorization_endpoint or "",
        redirect_uri=client.redirect_uri,
        client_id=client.client_id,
        device_authorization_endpoint=server.device_authorization_endpoint,
        scopes=client.scopes,
        header_key=client.authorization_metadata_key,
        audience=client.audience or None,
        code_challenge_methods=server.code_challenge_methods_supported,
        secret_methods=server.token_endpoint_auth_methods_supported,
        revocation_endpoint=server.revocation_endpoint,
        issuer=server.issuer,
        sends_issuer=server.sends_issuer,
    )
    return with_settings(found, platform.client_id, platform.scopes, platform.audience)


def with_settings(
    found: ClientConfig,
    client_id: str | None = None,
    scopes: Sequence[str] | None = None,
    audience: str | None = None,
) -> ClientConfig:
    """Return *found* with what the user has set instead."""
    return replace(
        found,
        client_id=client_id or found.client_id,
        scopes=tuple(scopes or found.scopes or ()),
        audience=audience or found.audience,
    )
