"""What can go wrong on the wire, on demand.

A fault stands between the wire and the server: it may let the request be processed, change the
answer, send something else, or nothing. Those that were added to `AuthServer.fault` for one path
nest in that order, the first on the outside, so one that answers by itself hides the later ones
until it is used up:

    server.fault("/token", faults.answer(503, Retry_After="1"), times=2)
    server.fault("/token", faults.hang_up())                      # the third one
    server.fault("/token", faults.lost(), grant_type="refresh_token")
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .exchange import Reply, Request

if TYPE_CHECKING:
    from .listener import Wire

Process = Callable[[], "Reply | None"]
Fault = Callable[[Request, "Wire", Process], "Reply | None"]


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()  # says `patch` to leave a member out; None is null


def answer(status: int, body: Any = None, **headers: str) -> Fault:
    """Answer with that status, and do nothing else.

    Args:
        status: Status of HTTP.
        body: Text, sent as it stands; anything else becomes JSON, None nothing.
        headers: More headers, with ``_`` for ``-``: ``Retry_After="1"``, ``Content_Type``.
    """
    if isinstance(body, str) or body is None:
        more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        reply = Reply(status=status, headers=more, body=(body or "").encode())
    else:
        reply = Reply.of_json(body, status, **headers)
    return lambda _request, _wire, _process: reply


def html(status: int = 502) -> Fault:
    """Answer with a page, as a proxy in front does whose server is away."""
    page = f"<!doctype html><title>{status}</title><h1>{status} Bad gateway</h1>"
    return answer(status, page, Content_Type="text/html")


def patch(**members: Any) -> Fault:
    """Change members of a good answer of JSON; `ABSENT` leaves one out."""

    def fault(_request: Request, _wire: Wire, process: Process) -> Reply | None:
        reply = process()
        if reply is None or reply.status != 200:  # noqa: PLR2004
            return reply
        body = {**json.loads(reply.body), **members}
        kept = {name: value for name, value in body.items() if value is not ABSENT}
        return replace(reply, body=json.dumps(kept).encode())

    return fault


def body(content: str | bytes) -> Fault:
    """Process the request and answer with another body, such as an empty one or no JSON."""
    data = content.encode() if isinstance(content, str) else content

    def fault(_request: Request, _wire: Wire, process: Process) -> Reply | None:
        reply = process()
        return reply and replace(reply, body=data)

    return fault


def truncated(missing: int = 10) -> Fault:
    """Process the request, and hang up before the last bytes of the answer."""

    def fault(_request: Request, wire: Wire, process: Process) -> None:
        reply = process()
        if reply is not None:
            wire.send(replace(reply, body=reply.body[:-missing]), missing=missing)
            wire.hang_up()

    return fault


def drip(pause_s: float = 0.01) -> Fault:
    """Process the request, and send the answer byte for byte."""

    def fault(_request: Request, wire: Wire, process: Process) -> None:
        reply = process()
        if reply is not None:
            wire.send(reply, pause_s=pause_s)

    return fault


def hang_up() -> Fault:
    """End the connection instead of processing the request."""
    return lambda _request, wire, _process: wire.hang_up()


def reset() -> Fault:
    """End the connection by a reset instead of processing the request."""
    return lambda _request, wire, _process: wire.hang_up(abruptly=True)


def lost() -> Fault:
    """Process the request, and end the connection before the answer."""

    def fault(_request: Request, wire: Wire, process: Process) -> None:
        process()
        wire.hang_up()

    return fault


class Silence:
    """Does not answer before somebody calls `release`; then the request is processed."""

    def __init__(self) -> None:
        self._released = threading.Event()

    def release(self) -> None:
        """Answer those who still wait, and do not keep anybody waiting again."""
        self._released.set()

    def __call__(self, _request: Request, wire: Wire, process: Process) -> Reply | None:
        """Wait, then let the request be processed."""
        while not self._released.wait(0.02):
            if wire.is_closing:
                return None
        return process()


def silence() -> Silence:
    """Return a fault that keeps a client waiting."""
    return Silence()
