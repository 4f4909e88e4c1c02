"""A word of plain HTTP, to hear whether a port speaks it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from flyte_nb.config.endpoint import Endpoint

_ENOUGH = 64


def first_bytes(connection: socket.socket, admin: Endpoint) -> bytes:
    """Return how the answer to a request begins, nothing when there is none.

    Args:
        connection: Open, with a timeout.
        admin: Whom to ask.
    """
    request = f"GET /api/v1/version HTTP/1.1\r\nHost: {admin.address}\r\nConnection: close\r\n\r\n"
    said = b""
    with suppress(OSError):
        connection.sendall(request.encode("ascii"))
        while len(said) < _ENOUGH and (piece := connection.recv(_ENOUGH)):
            said += piece
    return said


def speaks_http(said: bytes) -> bool:
    """Return whether *said* begins an answer of HTTP/1."""
    return said.startswith(b"HTTP/1.")
