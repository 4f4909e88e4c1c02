"""Having a program say what the token is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.auth.credentials import Credentials
from flyte_nb.display import printable
from flyte_nb.errors import AuthenticationError

from .steps import Run
from .tokens import is_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .steps import Flow, Ran

LIMIT_S = 60.0  # for a program that opens a browser too
_MOST_SHOWN = 200


def command_login(argv: Sequence[str], endpoint: str, *, limit_s: float = LIMIT_S) -> Flow:
    """Take what a program prints for the token.

    Args:
        argv: Program and arguments; no shell reads them.
        endpoint: Where the token will be good.
        limit_s: How long the program may take, in seconds.

    Raises:
        AuthenticationError: It did not begin, did not end, failed, or printed no token.
    """
    if not argv:
        raise AuthenticationError(
            "no command is configured that prints a token",
            hint="%flyte_config set credentials.command=PROGRAM,ARGUMENT",
        )
    program = printable(str(argv[0]))[:_MOST_SHOWN]
    ran: Ran = yield Run(tuple(str(part) for part in argv), limit_s)
    if ran.problem:
        raise AuthenticationError(
            f"{program} {ran.problem}", hint="run it in a terminal and look at what it says"
        )
    if ran.code != 0:
        said = f": {printable(ran.error)[:_MOST_SHOWN]}" if ran.error else ""
        raise AuthenticationError(
            f"{program} ended with {ran.code}{said}", hint="run it in a terminal to see more"
        )
    token = ran.output.strip()
    if not is_token(token):
        what = "no token" if not token else "something that is no token"
        raise AuthenticationError(
            f"{program} printed {what}", hint="it has to print a token, and nothing else"
        )
    return Credentials(token, for_endpoint=endpoint)
