"""A server on this machine to which a browser comes back from a login (RFC 8252, 7.3)."""

from __future__ import annotations

import errno
import socket
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_HOSTS = {"localhost": ("127.0.0.1", "::1"), "127.0.0.1": ("127.0.0.1",), "::1": ("::1",)}
_IDLE_S = 10.0  # after which a connection that says nothing is closed
_LOOK_S = 0.1  # how often it is seen that it was shut down
_LET_GO_S = 1.0  # for a login that was cancelled just now
_ANSWERS = {"code", "error"}
_OTHERS = "If another notebook sent you here, copy the address of this page into that one."
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Flyte login</title>
<meta name="viewport" content="width=device-width"><style>:root{{color-scheme:light dark}}
body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}}</style>
</head><body><h1>{title}</h1><p>{text}</p></body></html>"""


class RedirectServer:
    """Takes the browsers that are sent to one address, and no others.

    Args:
        redirect_uri: The address.
        state: What a browser brings that was sent out by this login.
        take: Called, in another thread, with the whole address that a browser was sent to.

    Raises:
        OSError: Nothing can listen there; it says why.
    """

    def __init__(self, redirect_uri: str, state: str, take: Callable[[str], None]) -> None:
        try:
            parts = urlsplit(redirect_uri)
            hosts, port = _HOSTS.get(parts.hostname or "", ()), parts.port or 80
        except ValueError:
            raise OSError(0, "it is no address") from None
        if not hosts or parts.scheme != "http":
            raise OSError(0, "it is not an address of this machine")
        self._handler = _handler(parts.path or "/", state, take)
        self._servers: list[_Server] = []
        until = time.monotonic() + _LET_GO_S
        while (problem := self._listen(hosts, port)) is not None:
            if problem.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise problem
            time.sleep(_LOOK_S / 2)
        for server in self._servers:
            threading.Thread(target=server.serve, name="flyte_nb login", daemon=True).start()

    def _listen(self, hosts: tuple[str, ...], port: int) -> OSError | None:
        """Listen at *hosts*, or return why not; an address that this machine has not is none."""
        problem = OSError(0, "nothing can listen there")
        for host in hosts:
            try:
                self._servers.append(_Server(host, port, self._handler))
            except OSError as error:
                problem = error
                if error.errno == errno.EADDRINUSE:  # the browser could come to that one
                    self._let_go()
                    break
        return None if self._servers else problem

    def _let_go(self) -> None:
        for server in self._servers:
            server.server_close()
        self._servers.clear()

    def close(self) -> None:
        """Let go of the address."""
        for server in self._servers:
            server.shutdown()
        self._let_go()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # Another program may not take the address over while somebody logs in.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), handler)

    def server_bind(self) -> None:
        """Take the address; without asking the name service, as the class above does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def serve(self) -> None:
        """Take browsers until it is shut down."""
        self.serve_forever(poll_interval=_LOOK_S)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that hangs up is no error, and its address holds a code."""


def _handler(path: str, state: str, take: Callable[[str], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _IDLE_S
        server_version = "flyte-nb"
        sys_version = ""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            said = parse_qs(parts.query)
            if parts.path != path or not said.keys() >= {"state"} or not said.keys() & _ANSWERS:
                self._answer(404, "Nothing here", "This is no answer to a login.")
                return
            if said["state"] != [state]:
                self._answer(404, "This is of another login", _OTHERS)
                return
            if "error" in said:
                self._answer(200, "Not logged in", "The notebook tells you why.")
            else:
                text = "You can close this page: the notebook goes on, and says whether it worked."
                self._answer(200, "Back to your notebook", text)
            take(self.path)

        def _answer(self, status: int, title: str, text: str) -> None:
            page = _PAGE.format(title=title, text=text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
            """Write no log: the address holds a code."""

    return Handler
