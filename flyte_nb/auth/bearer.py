"""Puts tokens on calls to admin, and takes them nowhere else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import requests
from requests.auth import AuthBase

from flyte_nb.config.mask import MASK
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import AccessTokenNotFoundError

from .flows.tokens import is_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from requests import PreparedRequest, Response

    from flyte_nb.config.endpoint import Endpoint

    from .credentials import Credentials

    class Tokens(Protocol):
        """Where the token of a call is from."""

        def token(self) -> Credentials | None:
            """Return one that is good, None where admin wants none."""

        def renewed(self, rejected: Credentials) -> Credentials | None:
            """Return another one than *rejected*, which admin has refused."""


_UNAUTHENTICATED = requests.codes.unauthorized
_PROXY_REFUSES = requests.codes.proxy_authentication_required


class _Header(str):
    """A header with a token, which is not shown with the headers of a call."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(f"Bearer {MASK}")


class ProxyToken:
    """The token of a proxy in front of admin, which a program prints.

    Args:
        fetch: Runs the program.
    """

    def __init__(self, fetch: Callable[[], str]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._value = ""

    def value(self) -> str:
        """Return the token; the program runs where there is none."""
        with self._lock:
            if not self._value:
                self._value = self._fetch()
                LEAK_GUARD.add(self._value)
            return self._value

    def drop(self, rejected: str) -> None:
        """Forget *rejected*: the proxy takes it no more."""
        with self._lock:
            if self._value == rejected:
                self._value = ""


class AdminAuth(AuthBase):
    """Puts tokens on the calls of a session to admin; renews them once where they are refused.

    Args:
        admin: The only place that hears them.
        tokens: Whence they are; None for calls that need none.
        header_key: Header that takes the token beside ``Authorization``.
        proxy: Whence a proxy's is, if there is one.
    """

    def __init__(
        self,
        admin: Endpoint,
        tokens: Tokens | None = None,
        header_key: Callable[[], str] = lambda: "",
        proxy: ProxyToken | None = None,
    ) -> None:
        self._bases = (f"{admin.url}/", f"{admin.scheme}://{admin.address}/")
        self._tokens = tokens
        self._header_key = header_key
        self._proxy = proxy

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the tokens on *request*."""
        if not (request.url or "").startswith(self._bases):
            return request
        credentials = None if self._tokens is None else self._tokens.token()
        proxy = "" if self._proxy is None else self._proxy.value()
        if credentials is None and not proxy:
            return request
        self._sign(request, credentials, proxy)
        body, at = request.body, _position(request.body)

        def again(response: Response, **how: Any) -> Response:
            if response.status_code not in {_UNAUTHENTICATED, _PROXY_REFUSES}:
                return response
            if at is None and body is not None and not isinstance(body, (str, bytes)):
                return response  # a body that can be sent once only

            def send(refused: Response, credentials: Credentials | None, proxy: str) -> Response:
                return self._send_again(refused, credentials, proxy, at, how)

            return self._again(response, credentials, proxy, send)

        request.register_hook("response", again)
        return request

    def _sign(self, request: PreparedRequest, credentials: Credentials | None, proxy: str) -> None:
        for token in (proxy, credentials.access_token if credentials else ""):
            if token and not is_token(token):  # of a keyring or file; requests would show it
                raise AccessTokenNotFoundError(
                    "the token that is kept is none that a header can carry",
                    hint="log in again: %flyte_login --again",
                )
        if credentials is not None:
            bearer = _Header(f"Bearer {credentials.access_token}")
            request.headers["Authorization"] = bearer
            if (key := self._header_key()) and key.lower() != "authorization":
                request.headers[key] = bearer
        if proxy:
            request.headers["Proxy-Authorization"] = _Header(f"Bearer {proxy}")

    def _again(
        self,
        response: Response,
        credentials: Credentials | None,
        proxy: str,
        send: Callable[[Response, Credentials | None, str], Response],
    ) -> Response:
        """Ask once more, with other tokens than those that were refused, if there are any.

        Where a proxy has a token of its own, that is renewed first: its refusal looks like admin's.
        """
        newer = proxy
        if proxy and self._proxy is not None:
            self._proxy.drop(proxy)
            newer = self._proxy.value()
        if newer != proxy:
            response = send(response, credentials, newer)
        if response.status_code != _UNAUTHENTICATED or self._tokens is None or credentials is None:
            return response
        renewed = self._tokens.renewed(credentials)
        if renewed is None or renewed.access_token == credentials.access_token:
            return response
        return send(response, renewed, newer)

    def _send_again(
        self,
        response: Response,
        credentials: Credentials | None,
        proxy: str,
        at: int | None,
        how: dict[str, Any],
    ) -> Response:
        _ = response.content  # read, so that the connection can be used again
        response.close()
        request = response.request.copy()
        if at is not None and request.body is not None:
            request.body.seek(at)  # type: ignore[union-attr]
        self._sign(request, credentials, proxy)
        second: Response = response.connection.send(request, **how)
        second.history.append(response)
        second.request = request
        return second


def _position(body: Any) -> int | None:
    """Return where a file is that is sent; None for what is none, or cannot be sent again."""
    try:
        return None if isinstance(body, (str, bytes)) else int(body.tell())
    except (AttributeError, OSError, ValueError):
        return None
