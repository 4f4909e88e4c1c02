"""HTTP/1.1 on loopback: connections are kept open, as by an ingress, and can all be cut at once.

Flask's own server ends each connection after one answer, so that a client would never meet one
that has gone stale.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from .exchange import Request

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from .exchange import Reply

HOST = "127.0.0.1"
_ABRUPTLY = struct.pack("ii", 1, 0)


class Listener(ThreadingHTTPServer):
    """A server that hands each request to *answer*, in a thread of the connection's own.

    Args:
        port: Where to listen; 0 for any free one.
        answer: Called with the request and the connection; what it returns is sent, and None
            says that it has done all there was to do.
        context: Context of TLS; None for plain HTTP.

    Raises:
        OSError: The port is taken.
    """

    request_queue_size = 128  # as many threads may come at once

    def __init__(
        self,
        port: int,
        answer: Callable[[Request, Wire], Reply | None],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.is_closing = threading.Event()
        self._context = context
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        super().__init__((HOST, port), Wire)
        self._thread = _thread(self._accept)
        self._thread.start()

    def server_bind(self) -> None:
        """Bind without asking the name service what this machine is called."""
        TCPServer.server_bind(self)
        self.server_port = self.server_address[1]

    def close(self) -> None:
        """Listen no more, cut all connections, and wait for the threads."""
        self.is_closing.set()
        with suppress(OSError), socket.create_connection((HOST, self.server_port)):
            self._thread.join()  # it was waiting for a connection
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in still_open.values():
            thread.join()
        self.server_close()

    def _accept(self) -> None:
        while not self.is_closing.is_set():
            self.handle_request()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Return a connection; the handshake of TLS is left to its thread."""
        connection, address = super().get_request()
        if self._context is not None:
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread of its own."""
        thread = _thread(lambda: self.process_request_thread(request, client_address))
        with self._lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up, and refuse certificates, are what this is for."""


class Wire(BaseHTTPRequestHandler):
    """A connection, as faults see it."""

    server: Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    _request: Request | None = None

    @property
    def is_closing(self) -> bool:
        """Whether the server is about to end."""
        return self.server.is_closing.is_set()

    def send(self, reply: Reply, *, missing: int = 0, pause_s: float = 0) -> None:
        """Send an answer.

        Args:
            reply: What to send.
            missing: How many bytes more are announced than sent.
            pause_s: Time between two bytes of the body; 0 sends it at once.
        """
        if self._request is not None:
            self._request.status = reply.status
        self.send_response_only(reply.status)
        self.send_header("Date", self.date_time_string())
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body) + missing))
        self.end_headers()
        if self.command == "HEAD":
            return
        if not pause_s:
            self.wfile.write(reply.body)
            return
        for byte in reply.body:
            self.wfile.write(bytes([byte]))
            if self.server.is_closing.wait(pause_s):
                break

    def hang_up(self, *, abruptly: bool = False) -> None:
        """End the connection: in order, or as a machine does that was switched off."""
        self.close_connection = True
        if abruptly:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
            self.connection.close()

    def _exchange(self) -> None:
        self._request = None
        at_s = time.monotonic()
        target = urlsplit(self.path)
        if "Transfer-Encoding" in self.headers:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
            return
        self._request = request = Request(
            at_s=at_s,
            method=self.command,
            path=target.path,
            query_string=target.query,
            headers=Headers(self.headers.items()),
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        reply = self.server.answer(request, self)
        if reply is not None:
            self.send(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _exchange  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


def _thread(target: Callable[[], None]) -> threading.Thread:
    """Return a thread that keeps no process alive: a kernel may end while a server runs."""
    return threading.Thread(target=target, name="flyte_nb.testing", daemon=True)
