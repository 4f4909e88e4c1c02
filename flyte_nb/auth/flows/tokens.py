"""Reading what a token endpoint answers (RFC 6749, 5.1 and 5.2)."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.http.status import PASSING
from flyte_nb.auth.masked import without_tokens
from flyte_nb.display import printable
from flyte_nb.errors import (
    AccessTokenNotFoundError,
    AuthenticationError,
    AuthenticationPending,
    LoginDeniedError,
    LoginExpiredError,
)

if TYPE_CHECKING:
    from .steps import Reply

_LONGEST_S = 10 * 366 * 24 * 3600  # what says more than that is no time that a token has
_MOST_SHOWN = 200
_HINTS = {
    "invalid_client": "look at admin.clientId and at the client's secret",
    "unauthorized_client": "ask who runs Flyte whether this client may log in in this way",
    "invalid_scope": "look at admin.scopes",
    "unsupported_grant_type": "the server knows no login of this kind: try another --mode",
}
_APPROVE = "log in again, and approve it, if that was not intended"
PASSING_ERRORS = ("temporarily_unavailable", "server_error")  # RFC 6749, 4.1.2.1; here too
_KINDS: dict[str, tuple[type[AuthenticationError], str]] = {
    "authorization_pending": (AuthenticationPending, "approve the login, then ask again"),
    "slow_down": (AuthenticationPending, "approve the login, then ask again later"),
    "access_denied": (LoginDeniedError, _APPROVE),
    "authorization_declined": (LoginDeniedError, _APPROVE),  # Azure's word for it
    "expired_token": (LoginExpiredError, "log in again: %flyte_login"),
}


KNOWN_ERRORS = frozenset({*_KINDS, *_HINTS, *PASSING_ERRORS, "invalid_request", "invalid_grant"})
"""Codes of OAuth; what else stands as ``error`` is no answer of a token endpoint."""


def read_tokens(reply: Reply, endpoint: str, *, old: Credentials | None = None) -> Credentials:
    """Return the tokens that a server hands out.

    Args:
        reply: What it said.
        endpoint: Where the tokens are good.
        old: Those that they replace: a server may leave out what stays (RFC 6749, 6).

    Raises:
        AuthenticationError: It hands out none; one of its subclasses says why.
    """
    from oauthlib.oauth2 import OAuth2Error
    from oauthlib.oauth2.rfc6749.parameters import parse_token_response

    if reply.problem is not None:
        raise failed(reply)
    body = reply.body if isinstance(reply.body, dict) else {}
    # Only texts: of others the library makes errors of its own, and loses tokens with them.
    texts = {key: value for key, value in body.items() if isinstance(value, str) and value}
    texts.pop("expires_in", None)
    texts.pop("expires_at", None)
    try:
        found = parse_token_response(json.dumps(texts))
    except OAuth2Error as error:
        raise refused(reply, error.error or "", error.description or "") from None
    kind = found.get("token_type", "Bearer")
    if kind.lower() != "bearer":
        raise AuthenticationError(
            f"the server hands out tokens of type {printable(kind)[:_MOST_SHOWN]!r}",
            hint="Flyte takes bearer tokens: ask who runs the identity provider",
            status=reply.status,
        )
    if not is_token(found["access_token"]):
        raise AuthenticationError(
            "the server hands out something that no header can carry as a token",
            hint="ask who runs the identity provider",
            status=reply.status,
        )
    expires_in = seconds(body.get("expires_in"))
    new = Credentials(
        access_token=found["access_token"],
        refresh_token=found.get("refresh_token"),
        for_endpoint=endpoint,
        expires_in=None if expires_in is None else int(expires_in),
        id_token=found.get("id_token"),
        scopes=tuple(found.get("scope") or ()),
    )
    if old is None:
        return new
    return replace(
        new,
        refresh_token=new.refresh_token or old.refresh_token,
        id_token=new.id_token or old.id_token,
        scopes=new.scopes or old.scopes,
    )


def is_token(text: str) -> bool:
    """Return whether *text* can be a bearer token (RFC 6750, 2.1): printable, and one word."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def seconds(value: Any) -> float | None:
    """Return a duration that a server writes as a number or as its text; None for no such thing."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number <= _LONGEST_S else None


def failed(reply: Reply) -> AuthenticationError:
    """Return the error that says that there was no answer that can be read."""
    problem = reply.problem
    assert problem is not None  # noqa: S101 - asked before
    return AuthenticationError(str(problem.args[0]), hint=problem.hint, status=problem.status)


def busy(reply: Reply) -> AuthenticationError:
    """Return the error that says that the server answers later, maybe."""
    hint = "try again a little later"
    return AuthenticationError(
        f"the server is busy: {reply.status}", hint=hint, status=reply.status
    )


def refused(reply: Reply, error: str, description: str = "") -> AuthenticationError:
    """Return the error for a code of OAuth with which a server refuses.

    Args:
        reply: What the server said.
        error: The code.
        description: What it says beside.
    """
    code = printable(error)[:_MOST_SHOWN]
    # Servers repeat what they were sent: a code, or a token.
    said = f": {without_tokens(printable(description)[:_MOST_SHOWN])}" if description else ""
    kind, hint = _KINDS.get(error, (AuthenticationError, _HINTS.get(error, "")))
    if error == "missing_token" and reply.status in PASSING:
        return busy(reply)
    if error == "missing_token":
        text = f"the server answers {reply.status} without a token"
        return AuthenticationError(text, hint="this may be another server", status=reply.status)
    if error == "invalid_grant":
        kind, hint = AccessTokenNotFoundError, "log in again: %flyte_login"
    return kind(f"the server says {code}{said}", hint=hint, status=reply.status, error=code)
