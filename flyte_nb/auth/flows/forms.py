"""Building what a token endpoint is asked (RFC 6749, 2.3.1 and 4; RFC 7009)."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from .steps import Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flyte_nb.auth.client_config import ClientConfig

_POST, _BASIC = "client_secret_post", "client_secret_basic"


def token_request(
    client: ClientConfig, grant: str, secret: str | None = None, **parameters: str | None
) -> Post:
    """Return a question for tokens.

    Args:
        client: Who asks, and where.
        grant: What entitles to them (``grant_type``).
        secret: The client's, for one that has one.
        parameters: What else is to be sent; those that are None or empty are left out.
    """
    from oauthlib.oauth2.rfc6749.parameters import prepare_token_request

    given = {name: value for name, value in parameters.items() if value}
    headers = {}
    if secret is None:
        given["client_id"] = client.client_id
    elif sends_basic(client):
        headers["Authorization"] = basic_authorization(client.client_id, secret)
    else:
        given.update(client_id=client.client_id, client_secret=secret)
    form = prepare_token_request(grant, include_client_id="client_id" in given, **given)
    return Post(client.token_endpoint, form, headers)


def revocation_request(client: ClientConfig, token: str, kind: str) -> Post:
    """Return the request that gives *token* back.

    Args:
        client: Who asks, and where.
        token: The token.
        kind: ``refresh_token`` or ``access_token``.
    """
    from oauthlib.common import urlencode

    form = [("token", token), ("token_type_hint", kind), ("client_id", client.client_id)]
    return Post(str(client.revocation_endpoint), urlencode(form))


def sends_basic(client: ClientConfig) -> bool:
    """Return whether the client's secret goes into a header, which every server has to take."""
    return _POST not in client.secret_methods or _BASIC in client.secret_methods


def basic_authorization(client_id: str, client_secret: str) -> str:
    """Return the header that shows a client's secret; both are encoded first (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def scope_text(scopes: Sequence[str] | None) -> str:
    """Return *scopes* as a server takes them; what lists of flytekit's files hold is cleaned."""
    cleaned = (scope.strip("'[] ") for scope in scopes or ())
    return " ".join(scope for scope in cleaned if scope)
