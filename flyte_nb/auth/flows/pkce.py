"""Logging in by a browser that comes back (RFC 6749, 4.1; RFC 7636; RFC 8252)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from flyte_nb.display import printable
from flyte_nb.errors import AuthenticationError, LoginExpiredError

from .challenge import new_challenge
from .forms import scope_text, token_request
from .steps import BrowserPrompt, Listen, Reply, TakeRedirect, Wait
from .tokens import read_tokens, refused

if TYPE_CHECKING:
    from collections.abc import Generator

    from flyte_nb.auth.client_config import ClientConfig

    from .steps import Flow, Redirected, Step

GRANT = "authorization_code"
LIMIT_S = 600.0  # for somebody to type a password and find a second factor
_NO_REPLY = Reply(0.0)


def pkce_login(client: ClientConfig, endpoint: str, *, limit_s: float = LIMIT_S) -> Flow:
    """Log in by a browser; where it cannot come back to this machine, by its address.

    Args:
        client: Who asks, and where.
        endpoint: Where the tokens will be good.
        limit_s: How long the browser is waited for, in seconds.

    Raises:
        LoginDeniedError: The user, or the server, has refused.
        LoginExpiredError: No browser has come back in time.
        AuthenticationError: The server does not do it, or hands out no tokens.
    """
    if not client.authorization_endpoint or not client.redirect_uri:
        raise AuthenticationError(
            "the server offers no login by browser",
            hint="%flyte_login --mode device logs in by a code",
        )
    methods = client.code_challenge_methods
    if methods and "S256" not in methods:
        raise AuthenticationError(
            "the server knows no PKCE by S256, without which a login by browser is not safe",
            hint="%flyte_login --mode device logs in by a code, if the server offers it",
        )
    challenge, state = new_challenge(), secrets.token_urlsafe(32)
    problem = yield Listen(client.redirect_uri, state)
    url = _authorization_url(client, state, challenge.parameters)
    yield BrowserPrompt(url=url, expires_in_s=limit_s, problem=problem)
    code = yield from _take_code(state, client, limit_s)
    # Once only: a second question with the same code is an attack to the server (RFC 6749, 4.1.2).
    reply = yield token_request(
        client,
        GRANT,
        code=code,
        redirect_uri=client.redirect_uri,
        code_verifier=challenge.verifier,
    )
    return read_tokens(reply, endpoint)


def why_not_from(authorization_url: str, url: str) -> str:
    """Return why a browser that was sent out did not come back with *url*, empty where it may."""
    said = _parameters(url)
    if not {"code", "error"} & said.keys():
        return "there is no code of a login in that address"
    if said.get("state") != _parameters(authorization_url).get("state"):
        return "that address is of another login"
    return ""


def _authorization_url(client: ClientConfig, state: str, challenge: dict[str, str]) -> str:
    from oauthlib.common import add_params_to_uri

    parameters = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": scope_text(client.scopes),
        "audience": client.audience,
        "state": state,
        **challenge,
    }
    given = [(name, value) for name, value in parameters.items() if value]
    return str(add_params_to_uri(client.authorization_endpoint, given))


def _take_code(state: str, client: ClientConfig, limit_s: float) -> Generator[Step, Any, str]:
    """Wait for the browser that was sent out; others that come are none of ours."""
    now = yield Wait(0.0)
    ends = now + limit_s
    while now < ends:
        came: Redirected = yield TakeRedirect(ends - now)
        now = came.at
        said = _parameters(came.url)
        if not secrets.compare_digest(
            said.get("state", "").encode(errors="replace"), state.encode()
        ):
            continue
        _check_issuer(client, came.url)
        if error := said.get("error"):
            raise refused(_NO_REPLY, error, said.get("error_description", ""))
        if code := said.get("code"):
            return code
    raise LoginExpiredError(
        f"no browser has come back in {limit_s:.0f} s", hint="log in again: %flyte_login"
    )


def _check_issuer(client: ClientConfig, url: str) -> None:
    """Refuse the answer of another server (RFC 9207, 2.4)."""
    issuers = _all_parameters(url).get("iss", [])
    if not client.issuer or issuers == [client.issuer]:
        return
    if issuers or client.sends_issuer:
        whence = printable(" and ".join(issuers)) or "a server that does not say which it is"
        raise AuthenticationError(
            f"the browser comes from {whence}, and was sent to {client.issuer}",
            hint="log in again: %flyte_login; if it stays so, ask who runs the cluster",
        )


def _parameters(url: str) -> dict[str, str]:
    """Return what a browser brings; of a parameter that comes twice nothing (RFC 6749, 3.1)."""
    return {name: found[0] for name, found in _all_parameters(url).items() if len(found) == 1}


def _all_parameters(url: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(url.strip()).query, max_num_fields=50)
    except ValueError:
        return {}
