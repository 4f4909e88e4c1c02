"""Asking for JSON: a bounded answer, or one error that says what came instead."""

from __future__ import annotations

import json
import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests import exceptions as trouble
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    NameResolutionError,
    ProtocolError,
    ReadTimeoutError,
)

from flyte_nb.display import printable
from flyte_nb.errors import RemoteError

from .status import PASSING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        retry_after_s: How long it asks to be left alone; None when it did not tell.
    """

    url: str
    status: int
    body: Any = field(repr=False)  # tokens may be in it
    date: datetime | None = None
    retry_after_s: float | None = None

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
        session: From `flyte_nb.auth.http.transport.new_session`.
        url: What to ask for.
        headers: More headers than the session has.
        limit_s: Seconds after which no more of the answer is waited for.

    Raises:
        RemoteError: No answer, a redirect, a page of HTML, too long an answer, or 200 with
            something that is not JSON.
    """
    until = time.monotonic() + limit_s
    with _asked(session, "GET", url, limit_s, headers=headers) as response:
        return _answer(url, response, _read(url, response, until))


def post_json(
    session: requests.Session, url: str, body: Any, *, limit_s: float = LIMIT_S
) -> Answer:
    """Return the answer of *url* to *body*, sent as JSON; otherwise as `get_json`."""
    until = time.monotonic() + limit_s
    with _asked(session, "POST", url, limit_s, json=body) as response:
        return _answer(url, response, _read(url, response, until))


def post_form(
    session: requests.Session,
    url: str,
    form: str,
    *,
    headers: Mapping[str, str] | None = None,
    limit_s: float = LIMIT_S,
) -> Answer:
    """Return the answer of *url* to *form*, which is URL-encoded; otherwise as `get_json`."""
    until = time.monotonic() + limit_s
    kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    with _asked(session, "POST", url, limit_s, data=form, headers=kind) as response:
        return _answer(url, response, _read(url, response, until))


def get_bytes(
    session: requests.Session, url: str, *, what: str, most: int, limit_s: float
) -> bytes:
    """Return what is at an address whose text is a secret, as that of a signed link is.

    Args:
        session: From `flyte_nb.auth.http.transport.new_session`, without what logs in.
        url: What to ask for; no error names it.
        what: What errors call it.
        most: How many bytes it may have.
        limit_s: Seconds after which no more of the answer is waited for.

    Raises:
        RemoteError: No answer, too long an answer, or another status than 200.
    """
    until = time.monotonic() + limit_s
    with _asked(session, "GET", url, limit_s, what, headers={"Accept": "*/*"}) as response:
        if response.status_code != requests.codes.ok:
            raise RemoteError(
                f"{what}: the store answers {response.status_code}",
                hint="the link may have expired, or the file is gone: try again",
                status=response.status_code,
            )
        return _read(what, response, until, most, "open it in the console instead")


@contextmanager
def _asked(
    session: requests.Session, method: str, url: str, limit_s: float, what: str = "", **how: Any
) -> Iterator[requests.Response]:
    """Ask, and say in one error why that has failed."""
    try:
        with session.request(
            method, url, stream=True, timeout=(limit_s, limit_s), allow_redirects=False, **how
        ) as response:
            yield response
    # Plain OSError and ValueError: requests lets a few through, for files and addresses.
    except (requests.RequestException, OSError, ValueError) as error:
        raise _unreachable(what or url, error) from None


def _read(
    url: str,
    response: requests.Response,
    until: float,
    most: int = MAX_BYTES,
    hint: str = "this is not Flyte admin: look at the endpoint",
) -> bytes:
    body = bytearray()
    for piece in _pieces(response):
        body += piece
        if len(body) > most:
            raise RemoteError(
                f"{url} answers with more than {most:,} bytes",
                hint=hint,
                status=response.status_code,
            )
        if time.monotonic() > until:
            raise trouble.ReadTimeout
    return bytes(body)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """Yield what comes, when it comes: requests waits until it has as much as it was asked for."""
    if not hasattr(response.raw, "read1"):  # urllib3 1
        yield from response.iter_content(_PIECE)
        return
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            yield piece
    except ReadTimeoutError:
        raise trouble.ReadTimeout from None
    except ProtocolError:
        raise trouble.ChunkedEncodingError from None
    except DecodeError:
        raise trouble.ContentDecodingError from None
    except HTTPError:
        raise trouble.ConnectionError from None


def _answer(url: str, response: requests.Response, body: bytes) -> Answer:
    status = response.status_code
    date = _date(response.headers.get("Date", ""))
    wait = _retry_after(response.headers.get("Retry-After", ""), date)
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
            may_pass=status in PASSING,
            retry_after_s=wait,
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
                may_pass=True,  # it may have been cut short
            ) from None
    return Answer(url=url, status=status, body=parsed, date=date, retry_after_s=wait)


def _retry_after(text: str, date: datetime | None) -> float | None:
    """Return the seconds that a server asks for, which names them or a time (RFC 9110, 10.2.3)."""
    if text.strip().isascii() and text.strip().isdecimal():
        return float(text)
    until = _date(text)
    if until is None:
        return None
    now = date or datetime.now(timezone.utc)  # by its own clock, where it tells
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
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
        trouble.ChunkedEncodingError,
        "the connection broke off amid the answer",
        "try again; a proxy in between may cut answers short",
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
    if isinstance(getattr(next(iter(error.args), None), "reason", None), NameResolutionError):
        hint = "look at the endpoint, and whether a VPN is off"
        return RemoteError(f"{url}: nobody knows that host", hint=hint, may_pass=True)
    for kind, reason, hint in _REASONS:
        if isinstance(error, kind):
            return RemoteError(f"{url}: {reason}", hint=hint, may_pass=_may_pass(error))
    return RemoteError(f"{url}: it cannot be asked ({type(error).__name__})")


def _may_pass(error: Exception) -> bool:
    """Return whether *error* is one of the way there, and not of settings or certificates."""
    if isinstance(error, trouble.SSLError):
        cause = getattr(next(iter(error.args), None), "reason", None)
        return isinstance(next(iter(getattr(cause, "args", ())), None), ssl.SSLEOFError)
    return not isinstance(error, trouble.InvalidSchema)
