"""Real servers on the loopback interface: HTTP, TLS, a proxy, and ones that misbehave."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

HOST = "127.0.0.1"
NOT_FOUND = (404, {"Content-Type": "application/json"}, b'{"code":5,"message":"Not Found"}')
# What would lead a test's requests astray.
LEADING_ASTRAY = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NETRC"}


def forget_the_network(environ):
    """Remove the proxies and certificates of the machine that the tests run on."""
    for name in list(environ):
        if name.upper() in LEADING_ASTRAY or name.upper().endswith("_PROXY"):
            del environ[name]


def as_json(body, status=200, **headers):
    """An answer for `serve`."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


def as_html(status=200):
    return status, {"Content-Type": "text/html"}, b"<!doctype html><title>Sign in</title>"


class Site(ThreadingHTTPServer):
    """A server that answers by path, and remembers what it was asked."""

    daemon_threads = False  # so that closing waits for them

    def __init__(self, answers, context, *, is_polite):
        super().__init__((HOST, 0), _Handler)
        self.answers = answers
        self.asked = []
        self._context = context
        self._is_polite = is_polite

    @property
    def port(self):
        return self.server_port

    @property
    def address(self):
        return f"{HOST}:{self.port}"

    @property
    def url(self):
        return f"{'https' if self._context else 'http'}://{self.address}"

    @property
    def paths(self):
        return [path for _, path, _ in self.asked]

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(5)
        if self._is_polite and connection.recv(1, socket.MSG_PEEK) != b"\x16":  # no handshake
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\nThis is an HTTPS port")
            raise OSError("socketserver goes on with the next one")
        if self._context is not None:  # the handshake is left to the thread of the request
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def handle_error(self, *_):
        """Clients that hang up are what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def answer(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        found = self.server.answers.get(self.path, NOT_FOUND)
        status, headers, body = found(self) if callable(found) else found
        self.send_response_only(status)
        if "Date" not in headers:
            headers = {**headers, "Date": self.date_time_string()}
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - http.server's names

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def serve(answers, certificate=None, configure=None, *, is_polite=False):
    """A server that gives *answers*: path to (status, headers, body), or to a function.

    *certificate* is one of trustme's; with it TLS is spoken, and *is_polite* says so to whom
    speaks plain HTTP, as nginx and Go's servers do.
    """
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        if configure:
            configure(context)
    with Site(answers, context, is_polite=is_polite) as site:
        thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


@contextmanager
def unreachable():
    """An address whose packets are dropped: nobody takes the connections that wait there."""
    with socket.create_server((HOST, 0), backlog=0) as server, ExitStack() as waiting:
        for _ in range(3):
            client = waiting.enter_context(socket.socket())
            client.settimeout(0)
            client.connect_ex(server.getsockname())
        yield f"{HOST}:{server.getsockname()[1]}"


@contextmanager
def silent():
    """The address of a server that accepts connections and never says a word."""
    with socket.create_server((HOST, 0)) as server:
        yield f"{HOST}:{server.getsockname()[1]}"


@contextmanager
def blunt(*pieces, pause_s=0.0):
    """The address of a server that says *pieces* to whoever connects, and hangs up."""

    def run():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(1 << 16)
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(pause_s)
                except OSError:
                    pass

    server = socket.create_server((HOST, 0))
    thread = Thread(target=run)
    thread.start()
    try:
        yield f"{HOST}:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def closed():
    """An address at which nothing listens."""
    with socket.create_server((HOST, 0)) as server:
        return f"{HOST}:{server.getsockname()[1]}"


@contextmanager
def proxy(folder, credentials="user:hunter2"):
    """The address of a real proxy (proxy.py), which wants *credentials*."""
    port_file = folder / "port"
    options = {
        "--hostname": HOST,
        "--port": "0",
        "--port-file": str(port_file),
        "--num-acceptors": "1",
        "--num-workers": "1",
        "--log-level": "CRITICAL",
        "--basic-auth": credentials,
        "--data-dir": str(folder),
    }
    command = [sys.executable, "-m", "proxy", *(word for pair in options.items() for word in pair)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 60
            while not (port_file.exists() and port_file.read_text().strip()):
                assert process.poll() is None, "proxy.py ended"
                assert time.monotonic() < deadline, "proxy.py does not start"
                time.sleep(0.02)
            yield f"{HOST}:{port_file.read_text().strip()}"
        finally:
            process.terminate()
