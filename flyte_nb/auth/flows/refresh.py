"""Getting a new access token for an old one (RFC 6749, 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.errors import AccessTokenNotFoundError

from .forms import token_request
from .tokens import read_tokens

if TYPE_CHECKING:
    from flyte_nb.auth.client_config import ClientConfig
    from flyte_nb.auth.credentials import Credentials

    from .steps import Flow

GRANT = "refresh_token"


def refresh(client: ClientConfig, old: Credentials, secret: str | None = None) -> Flow:
    """Ask for tokens in the place of *old*; nobody is asked to log in.

    It is asked once, and once more where no answer came: the tokens may have been replaced, and
    some servers take the old one for a few seconds only. Whoever keeps the tokens knows when to
    ask again.

    Args:
        client: Who asks, and where.
        old: What is to be replaced; what the server does not replace stays.
        secret: The client's, for one that has one.

    Raises:
        AccessTokenNotFoundError: The server renews them no more, or they cannot be renewed.
        AuthenticationError: Anything else: they may be renewed later.
    """
    if not old.refresh_token:
        raise AccessTokenNotFoundError(
            "the access token has ended, and came without one to renew it",
            hint="log in again: %flyte_login; scope offline_access asks some servers for one",
        )
    question = token_request(
        client, GRANT, secret, refresh_token=old.refresh_token, audience=client.audience
    )
    reply = yield question
    if reply.problem is not None and reply.problem.may_pass and reply.status is None:
        reply = yield question
    return read_tokens(reply, old.for_endpoint, old=old)
