"""How a Flyte backend wants its users to log in: two documents that need no token."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flyte_nb.errors import RemoteError
from flyte_nb.models.json_form import in_either_case

from .http.fetch import LIMIT_S, get_json

if TYPE_CHECKING:
    import requests

    from flyte_nb.config.endpoint import Endpoint

_METADATA = "/.well-known/oauth-authorization-server"
_CLIENT = "/config/v1/flyte_client"
_IS_OFF = {404, 501}
_OK = 200
_DEFAULT_KEY = "flyte-authorization"
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerMetadata:
    """What the authorization server offers (RFC 8414; flyteidl ``OAuth2MetadataResponse``).

    Attributes:
        token_endpoint: Where tokens are handed out.
        issuer: Who hands them out; empty when not told.
        authorization_endpoint: Where a browser logs in; None when it cannot.
        device_authorization_endpoint: Where a device login begins; None when there is none.
        jwks_uri: Keys that tokens are signed with, if told.
        scopes_supported: Scopes that may be asked for.
        response_types_supported: OAuth response types.
        grant_types_supported: OAuth grants.
        code_challenge_methods_supported: Methods of PKCE.
        token_endpoint_auth_methods_supported: How a client shows its secret.
        revocation_endpoint: Where tokens are given back (RFC 7009); None when they are not.
        sends_issuer: Whether a browser always comes back with the issuer (RFC 9207).
    """

    token_endpoint: str
    issuer: str = ""
    authorization_endpoint: str | None = None
    device_authorization_endpoint: str | None = None
    jwks_uri: str | None = None
    scopes_supported: tuple[str, ...] = ()
    response_types_supported: tuple[str, ...] = ()
    grant_types_supported: tuple[str, ...] = ()
    code_challenge_methods_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ()
    revocation_endpoint: str | None = None
    sends_issuer: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicClient:
    """The client that users log in with (flyteidl ``PublicClientAuthConfigResponse``).

    Attributes:
        client_id: OAuth client; empty when the server names none.
        redirect_uri: Where a browser comes back to.
        scopes: Scopes to ask for.
        authorization_metadata_key: Header that takes the token.
        audience: Audience to ask for; empty for none.
        service_http_endpoint: Where admin serves HTTP; in practice empty.
    """

    client_id: str = ""
    redirect_uri: str = ""
    scopes: tuple[str, ...] = ()
    authorization_metadata_key: str = _DEFAULT_KEY
    audience: str = ""
    service_http_endpoint: str = ""


def read_server_metadata(
    session: requests.Session, admin: Endpoint, *, limit_s: float = LIMIT_S
) -> ServerMetadata | None:
    """Return what the authorization server offers, None when admin wants no login.

    Args:
        session: From `flyte_nb.auth.http.transport.new_session`.
        admin: Where admin listens.
        limit_s: Seconds to wait for the answer.

    Raises:
        RemoteError: No answer, or one that is no such document.
    """
    document = _document(session, admin.url + _METADATA, limit_s)
    if document is None:
        return None
    token_endpoint = document.address("token_endpoint")
    if token_endpoint is None:
        raise document.wrong("it names no token_endpoint")
    return ServerMetadata(
        token_endpoint=token_endpoint,
        issuer=document.text("issuer"),
        authorization_endpoint=document.address("authorization_endpoint"),
        device_authorization_endpoint=document.address("device_authorization_endpoint"),
        jwks_uri=document.address("jwks_uri"),
        scopes_supported=document.texts("scopes_supported"),
        response_types_supported=document.texts("response_types_supported"),
        grant_types_supported=document.texts("grant_types_supported"),
        code_challenge_methods_supported=document.texts("code_challenge_methods_supported"),
        token_endpoint_auth_methods_supported=document.texts(
            "token_endpoint_auth_methods_supported"
        ),
        revocation_endpoint=document.address("revocation_endpoint"),
        sends_issuer=document.flag("authorization_response_iss_parameter_supported"),
    )


def read_client_config(
    session: requests.Session, admin: Endpoint, *, limit_s: float = LIMIT_S
) -> PublicClient | None:
    """Return the client that users log in with, None when admin wants no login.

    Args:
        session: From `flyte_nb.auth.http.transport.new_session`.
        admin: Where admin listens.
        limit_s: Seconds to wait for the answer.

    Raises:
        RemoteError: No answer, or one that is no such document.
    """
    document = _document(session, admin.url + _CLIENT, limit_s)
    if document is None:
        return None
    # Not told: the usual header. Told to be empty: the one of HTTP.
    key = document.text("authorization_metadata_key", _DEFAULT_KEY) or "authorization"
    if not _HEADER_NAME.fullmatch(key):
        raise document.wrong("its authorization_metadata_key is not the name of a header")
    return PublicClient(
        client_id=document.text("client_id"),
        redirect_uri=document.text("redirect_uri"),
        scopes=document.texts("scopes"),
        authorization_metadata_key=key,
        audience=document.text("audience"),
        service_http_endpoint=document.text("service_http_endpoint"),
    )


def _document(session: requests.Session, url: str, limit_s: float) -> _Document | None:
    answer = get_json(session, url, limit_s=limit_s)
    if answer.status in _IS_OFF:
        return None
    if answer.status != _OK:
        raise answer.refused()
    document = _Document(url, answer.body)
    if not isinstance(answer.body, dict):
        raise document.wrong("it is not a JSON object")
    return document


class _Document:
    """A JSON object whose keys are in snake_case or lowerCamelCase."""

    def __init__(self, url: str, body: Any) -> None:
        self._url = url
        self._body = body
        self._is_readable = url.startswith("http://")  # as a sandbox is

    def text(self, name: str, default: str = "") -> str:
        value = self._value(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.wrong(f"its {name} is not text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._value(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(f"its {name} is not a list of texts")
        return tuple(value)

    def flag(self, name: str) -> bool:
        return self._value(name) is True

    def address(self, name: str) -> str | None:
        """Return an address; empty is none, as flyteadmin's own server writes it.

        Raises:
            RemoteError: It is none, or a secret sent there could be read on the way.
        """
        value = self.text(name)
        if not value:
            return None
        # A browser is sent to some of them: javascript: and the like must not get there. urlsplit
        # drops ends of lines, and a browser takes a backslash for a slash.
        is_clean = all(c.isprintable() and c not in {" ", "\\"} for c in value)
        try:
            parts = urlsplit(value if is_clean else "")
            is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
            is_address = is_address and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise self.wrong(f"its {name} is not an http address")
        if "@" in parts.netloc:
            raise self.wrong(f"its {name} has a user or password in it")
        if parts.scheme == "http" and not (self._is_readable or _is_loopback(parts.hostname)):
            raise self.wrong(f"its {name} is to be asked without TLS, and admin is not")
        return value

    def wrong(self, reason: str) -> RemoteError:
        return RemoteError(
            f"{self._url} does not say how to log in: {reason}",
            hint="this may not be Flyte admin: look at the endpoint",
            status=_OK,
        )

    def _value(self, name: str) -> Any:
        return in_either_case(self._body, name)


def _is_loopback(host: str | None) -> bool:
    """Return whether *host* is this machine."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
