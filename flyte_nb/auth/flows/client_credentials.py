"""Logging in as a program that has a secret of its own (RFC 6749, 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.errors import AuthenticationError

from .asking import ask
from .forms import scope_text, token_request
from .tokens import read_tokens

if TYPE_CHECKING:
    from flyte_nb.auth.client_config import ClientConfig

    from .steps import Flow

GRANT = "client_credentials"


def client_credentials_login(client: ClientConfig, endpoint: str, secret: str | None) -> Flow:
    """Log in by the client's secret; nobody is asked.

    Args:
        client: Who asks, and where.
        endpoint: Where the tokens will be good.
        secret: The client's.

    Raises:
        AuthenticationError: There is no client or no secret, or the server refuses them.
    """
    for what, value, setting in (
        ("client", client.client_id, "credentials.client_id"),
        ("client secret", secret, "credentials.client_secret_location"),
    ):
        if not value:
            raise AuthenticationError(
                f"there is no {what} to log in with", hint=f"%flyte_config set {setting}=…"
            )
    question = token_request(
        client, GRANT, secret, scope=scope_text(client.scopes), audience=client.audience
    )
    reply = yield from ask(question)
    return read_tokens(reply, endpoint)
