"""Giving tokens back (RFC 7009)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .forms import revocation_request
from .tokens import failed, refused

if TYPE_CHECKING:
    from flyte_nb.auth.client_config import ClientConfig
    from flyte_nb.auth.credentials import Credentials

    from .steps import Flow

_OK = 200


def revoke(client: ClientConfig, credentials: Credentials) -> Flow:
    """Have the server take the tokens no more; return them.

    The refresh token goes first: with it most servers let go of the others.

    Args:
        client: Who asks, and where.
        credentials: The tokens.

    Raises:
        AuthenticationError: The server did not do it.
    """
    tokens = {
        "refresh_token": credentials.refresh_token,
        "access_token": credentials.access_token,
    }
    problems = []
    for kind, token in tokens.items():
        if token:
            reply = yield revocation_request(client, token, kind)
            if reply.status == _OK:  # whatever it says (2.2); mostly nothing
                continue
            if reply.problem is not None:  # nor would it answer a second time
                raise failed(reply)
            body = reply.body if isinstance(reply.body, dict) else {}
            problems.append(refused(reply, str(body.get("error", reply.status))))
    if problems:
        raise problems[0]
    return credentials
