"""Asking for JSON: a bounded answer, or one error that says what came instead."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests import exceptions as trouble
from urllib3.exceptions import ReadTimeoutError

from flyte_nb.display import printable
from flyte_nb.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 1 << 20  # a hundred times the largest document of discovery
LIMIT_S = 10.0
_PIECE = 1 << 14
_MAX_SHOWN = 200
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a server said.

    Attributes:
        url: What was asked for.
        status: Status of HTTP.
        body: The JSON; None when there is none, which only an answer other than 200 may have.
        date: The server's clock; None when it did not tell.
    """

    url: str
    status: int
    body: Any
    date: datetime | None = None

    def refused(self) -> RemoteError:
        """Return the error that says that this answer is not what was asked for."""
        said = self.body.get("message") if isinstance(self.body, dict) else None
        text = f": {printable(said)}" if isinstance(said, str) and said else ""
        return RemoteError(f"{self.url} answers {self.status}{text}", status=self.status)


def get_json(
    session: requests.Session,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    limit_s: float = LIMIT_S,
) -> Answer:
    """Return the answer of *url*, whatever its status.

    Args:
        session: From `flyte_nb.auth.transport.new_session`.
        url: What to ask for.
        headers: More headers than the session has.
        limit_s: Seconds after which no more of the answer is waited for.

    Raises:
        RemoteError: No answer, a redirect, a page of HTML, too long an answer, or 200 with
            something that is not JSON.
    """
    until = time.monotonic() + limit_s
    try:
        with session.get(
            url, headers=headers, stream=True, timeout=(limit_s, limit_s), allow_redirects=False
        ) as response:
            return _answer(url, response, _read(url, response, until))
    # Plain OSError and ValueError: requests lets a few through, for files and addresses.
    except (requests.RequestException, OSError, ValueError) as error:
        raise _unreachable(url, error) from None


def _read(url: str, response: requests.Response, until: float) -> bytes:
    body = b""
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > MAX_BYTES:
            raise RemoteError(
                f"{url} answers with more than {MAX_BYTES:,} bytes",
                hint="this is not Flyte admin: look at the endpoint",
                status=response.status_code,
            )
        if time.monotonic() > until:
            raise trouble.ReadTimeout
    return body


def _answer(url: str, response: requests.Response, body: bytes) -> Answer:
    status = response.status_code
    if status in _REDIRECTS:
        target = urlsplit(response.headers.get("Location", ""))
        host = printable(target.netloc.rpartition("@")[2]) or "another page"
        raise RemoteError(
            f"{url} answers {status} and sends on to {host}",
            hint="a proxy in front wants a login of its own (admin.proxyCommand), or the"
            " endpoint is another host's",
            status=status,
        )
    kind = response.headers.get("Content-Type", "")
    if "html" in kind.lower() or body.lstrip()[:1] == b"<":
        raise RemoteError(
            f"{url} answers {status} with a web page, not with JSON",
            hint="a proxy or another server answers instead of Flyte admin: look at the"
            " endpoint, and whether a proxy in front wants a login",
            status=status,
        )
    parsed = None
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        if status == requests.codes.ok:
            raise RemoteError(
                f"{url} answers with something that is not JSON",
                hint="this is not Flyte admin: look at the endpoint",
                status=status,
            ) from None
    return Answer(url=url, status=status, body=parsed, date=_date(response))


def _date(response: requests.Response) -> datetime | None:
    try:
        date = parsedate_to_datetime(response.headers.get("Date", ""))
    except (TypeError, ValueError, OverflowError):  # TypeError: Python 3.10 for no date at all
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)


# The most particular first. The text of an error is left out: it may name a proxy's password.
_REASONS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        trouble.ProxyError,
        "the proxy cannot be used",
        "look at HTTPS_PROXY, NO_PROXY and admin.httpProxyURL",
    ),
    (
        trouble.SSLError,
        "no trusted TLS connection",
        "%flyte_config doctor says what is wrong with the certificate",
    ),
    (
        trouble.Timeout,
        "no answer in time",
        "a firewall, a VPN that is off, or a busy server: try again",
    ),
    (
        trouble.InvalidSchema,
        "requests cannot speak to that proxy or address",
        'for a SOCKS proxy: pip install "requests[socks]"',
    ),
    (
        trouble.ContentDecodingError,
        "the answer is damaged",
        "a proxy in between may have changed it",
    ),
    (
        trouble.ConnectionError,
        "the connection was refused or broke off",
        "look at host and port, and at admin.insecure; a port that speaks gRPC only does not do",
    ),
)


def _unreachable(url: str, error: Exception) -> RemoteError:
    if error.args and isinstance(error.args[0], ReadTimeoutError):  # amid the answer
        error = trouble.ReadTimeout()
    for kind, reason, hint in _REASONS:
        if isinstance(error, kind):
            return RemoteError(f"{url}: {reason}", hint=hint)
    return RemoteError(f"{url}: it cannot be asked ({type(error).__name__})")
