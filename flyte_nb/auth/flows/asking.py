"""Asking once more where an answer may come a little later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.auth.http.status import OK, PASSING

from .steps import Wait
from .tokens import KNOWN_ERRORS, PASSING_ERRORS, busy, failed, refused

if TYPE_CHECKING:
    from collections.abc import Generator

    from .steps import Post, Reply, Step

_TRIES = 3
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 10.0  # whatever the server asks for: somebody is waiting


def may_pass(reply: Reply) -> bool:
    """Return whether the same question may have another answer a little later."""
    if reply.problem is not None:
        return reply.problem.may_pass
    body = reply.body if isinstance(reply.body, dict) else {}
    error = body.get("error")
    if isinstance(error, str) and error in KNOWN_ERRORS:
        return error in PASSING_ERRORS
    return reply.status in PASSING or (reply.status == OK and not body)


def ask(question: Post) -> Generator[Step, Reply, Reply]:
    """Ask what may be asked more than once; return an answer that can be read.

    Raises:
        AuthenticationError: There is none, or it is a refusal.
    """
    pause = _FIRST_PAUSE_S
    for left in reversed(range(_TRIES)):
        reply = yield question
        if left and may_pass(reply):
            yield Wait(min(reply.retry_after_s or pause, _LONGEST_PAUSE_S))
            pause *= 2
            continue
        break
    if reply.problem is not None:
        raise failed(reply)
    body = reply.body if isinstance(reply.body, dict) else {}
    if isinstance(error := body.get("error"), str):
        raise refused(reply, error, str(body.get("error_description") or ""))
    if reply.status in PASSING:
        raise busy(reply)
    return reply
