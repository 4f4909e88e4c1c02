"""Asking a token endpoint, one question at a time: flytekit's functions of the same names."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from .client_config import ClientConfig
from .driver.driver import Driver
from .flows.asking import ask
from .flows.device import poll
from .flows.device_code import DeviceCodeResponse, device_request
from .flows.forms import basic_authorization, scope_text, token_request
from .flows.tokens import read_tokens
from .http.given_session import given_session

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from typing import Any

    import requests

    from .credentials import Credentials
    from .flows.steps import Flow, Step

    Tokens = tuple[str, str | None, int | None]

__all__ = [
    "DeviceCodeResponse",
    "GrantType",
    "get_basic_authorization_header",
    "get_device_code",
    "get_token",
    "poll_token_endpoint",
]

get_basic_authorization_header = basic_authorization


class GrantType(str, Enum):
    """What entitles to tokens."""

    CLIENT_CREDS = "client_credentials"
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant


def get_token(  # noqa: PLR0913, PLR0917 - flytekit's
    token_endpoint: str,
    scopes: Sequence[str] | None = None,
    authorization_header: str | None = None,
    client_id: str | None = None,
    device_code: str | None = None,
    audience: str | None = None,
    grant_type: GrantType = GrantType.CLIENT_CREDS,
    http_proxy_url: str | None = None,
    verify: bool | str | None = None,  # noqa: FBT001
    session: requests.Session | None = None,
    refresh_token: str | None = None,
) -> Tokens:
    """Ask for tokens once; return access token, refresh token and seconds to the end of the first.

    Args:
        token_endpoint: Where to ask.
        scopes: Scopes to ask for.
        authorization_header: Shows the client's secret.
        client_id: OAuth client, where no header names it.
        device_code: Of a device login.
        audience: Audience to ask for.
        grant_type: What entitles to tokens.
        http_proxy_url: Proxy to ask through.
        verify: File of certificates, or whether to check them.
        session: What asks; its own proxy and certificates count where none are given.
        refresh_token: What is renewed.

    Raises:
        AuthenticationPending: Nobody has approved the device login so far.
        AuthenticationError: There are no tokens.
    """
    client = _client(token_endpoint, client_id, audience, scopes)
    question = token_request(
        client,
        GrantType(grant_type).value,
        scope=scope_text(scopes),
        audience=audience,
        device_code=device_code,
        refresh_token=refresh_token,
    )
    if authorization_header:
        question = replace(question, headers={"Authorization": authorization_header})

    def flow() -> Flow:
        return read_tokens((yield question), "")

    with given_session(http_proxy_url, verify, session) as asking:
        return _as_told(Driver(asking).run(flow()))


def get_device_code(  # noqa: PLR0913, PLR0917 - flytekit's
    device_auth_endpoint: str,
    client_id: str,
    audience: str | None = None,
    scope: Sequence[str] | None = None,
    http_proxy_url: str | None = None,
    verify: bool | str | None = None,  # noqa: FBT001
    session: requests.Session | None = None,
) -> DeviceCodeResponse:
    """Begin a device login.

    Args:
        device_auth_endpoint: Where to ask.
        client_id: OAuth client.
        audience: Audience to ask for.
        scope: Scopes to ask for.
        http_proxy_url: As for `get_token`.
        verify: As for `get_token`.
        session: As for `get_token`.

    Raises:
        AuthenticationError: There are no codes.
    """
    client = replace(
        _client("", client_id, audience, scope),
        device_authorization_endpoint=device_auth_endpoint,
    )
    found: list[DeviceCodeResponse] = []

    def flow() -> Generator[Step, Any, Any]:
        reply = yield from ask(device_request(client, {}))
        found.append(DeviceCodeResponse.from_json_response(reply.body))

    with given_session(http_proxy_url, verify, session) as asking:
        Driver(asking).run(flow())
    return found[0]


def poll_token_endpoint(  # noqa: PLR0913, PLR0917 - flytekit's
    resp: DeviceCodeResponse,
    token_endpoint: str,
    client_id: str,
    audience: str | None = None,
    scopes: Sequence[str] | None = None,
    http_proxy_url: str | None = None,
    verify: bool | str | None = None,  # noqa: FBT001
) -> Tokens:
    """Ask until somebody has approved a device login; as `get_token` otherwise.

    Args:
        resp: What the login began with.
        token_endpoint: Where to ask.
        client_id: OAuth client.
        audience: Audience to ask for.
        scopes: Scopes that were asked for.
        http_proxy_url: As for `get_token`.
        verify: As for `get_token`.

    Raises:
        LoginDeniedError: The user has refused.
        LoginExpiredError: Nobody has approved in time.
        AuthenticationError: The server hands out no tokens.
    """
    client = _client(token_endpoint, client_id, audience, scopes)
    with given_session(http_proxy_url, verify, None) as asking:
        return _as_told(Driver(asking).run(poll(client, resp, time.monotonic(), "")))


def _client(
    token_endpoint: str,
    client_id: str | None,
    audience: str | None,
    scopes: Sequence[str] | None,
) -> ClientConfig:
    return ClientConfig(
        token_endpoint, "", "", client_id or "", scopes=tuple(scopes or ()), audience=audience
    )


def _as_told(credentials: Credentials) -> Tokens:
    return credentials.access_token, credentials.refresh_token, credentials.expires_in
