"""The one HTTP session: deadlines, retries, proxies and certificates.

The session takes no more from the environment than proxies and public certificates: with
requests' own ``trust_env`` a password of ``~/.netrc`` would be sent along, and
``REQUESTS_CA_BUNDLE`` would be stronger than the configured certificates.
"""

from __future__ import annotations

import os
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies, select_proxy
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, ProxyError, ReadTimeoutError
from urllib3.util.retry import Retry
from urllib3.util.ssl_ import create_urllib3_context

from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.config.sources.environment import environment
from flyte_nb.errors import ConfigError

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

    from flyte_nb.config.endpoint import Endpoint
    from flyte_nb.config.platform import PlatformConfig

TIMEOUT_S = (5.0, 30.0)  # to connect, and between two pieces of an answer
_MAX_WAIT_S = 10.0  # before one more try, whatever the server asks for
_PASSING = (429, 502, 503, 504)
_REPEATABLE = ("GET", "HEAD")  # DELETE would end an execution twice


def new_session(
    platform: PlatformConfig,
    *,
    timeout_s: tuple[float, float] = TIMEOUT_S,
    retries: int | None = None,
) -> requests.Session:
    """Return a session to talk to the Flyte backend and its identity provider.

    It follows no redirect: an API has none, a login page of a proxy has, and a token must
    not travel to another host.

    Args:
        platform: Where Flyte is and how to reach it.
        timeout_s: Seconds to connect and to wait for a piece of the answer, for calls that
            give no `timeout` of their own.
        retries: Tries after the first, of calls that may be repeated; those of *platform*
            by default.

    Raises:
        ConfigError: The endpoint is none, or the file of certificates cannot be used.
    """
    admin = parse_endpoint(platform.endpoint, insecure=platform.insecure)
    session = _Session()
    session.trust_env = False
    # Exactly this line: with any other, admin answers in another casing.
    session.headers["Accept"] = "application/json"
    session.verify = not platform.insecure_skip_verify and certificates(platform)
    tries = _retry(platform.rpc_retries if retries is None else retries)
    mixed = None
    if session.verify and platform.ca_cert_file_path:
        tls_context(platform)  # says now what is wrong with the file
        mixed = create_urllib3_context()
        with suppress(OSError):  # without public ones the configured ones still count
            _load(mixed, public_certificates())
    # Admin is checked against the configured file alone; an identity provider elsewhere may
    # have a certificate that everybody trusts.
    session.mount("https://", _Adapter(platform, admin, timeout_s, tries, mixed))
    session.mount("http://", _Adapter(platform, admin, timeout_s, tries))
    for base in (admin.url, f"{admin.scheme}://{admin.address}"):
        session.mount(f"{base}/", _Adapter(platform, admin, timeout_s, tries))
    return session


def proxy_for(url: str, platform: PlatformConfig, admin: Endpoint) -> str | None:
    """Return the proxy through which *url* is asked, None for none.

    ``http_proxy_url`` is, as in flytekit, the way to an identity provider: whoever sets it
    may well reach admin without. Admin's host, and everything when it is not set, goes by
    the variables ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``.
    """
    if platform.http_proxy_url and urlsplit(url).hostname != admin.host:
        return platform.http_proxy_url
    return select_proxy(url, get_environ_proxies(url))


def public_certificates() -> str:
    """Return the file or folder of the certificates that every server is checked against."""
    environ = environment()
    return (
        environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
    )


def certificates(platform: PlatformConfig) -> str:
    """Return the file or folder of the certificates that admin's is checked against."""
    own = platform.ca_cert_file_path
    return os.path.expanduser(own) if own else public_certificates()  # noqa: PTH111 - as it stands


def tls_context(platform: PlatformConfig) -> ssl.SSLContext:
    """Return the context in which the session checks admin's certificate.

    Raises:
        ConfigError: The file of certificates cannot be used.
    """
    context = create_urllib3_context()
    context.check_hostname = True
    context.set_alpn_protocols(["http/1.1"])
    path = certificates(platform)
    try:
        _load(context, path)
    except (OSError, ValueError) as error:
        is_content = isinstance(error, ssl.SSLError)
        reason = "it holds no certificate in PEM form" if is_content else _reason(error)
        raise ConfigError(
            f"the certificates in {path!r} cannot be used: {reason}",
            hint="name a file that begins with -----BEGIN CERTIFICATE-----",
        ) from None
    return context


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        """Follow no redirect; the answer itself is handed out."""
        return


class _Adapter(HTTPAdapter):
    """Gives each call a deadline and its proxy."""

    def __init__(
        self,
        platform: PlatformConfig,
        admin: Endpoint,
        timeout_s: tuple[float, float],
        retries: Retry,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._platform = platform
        self._admin = admin
        self._timeout_s = timeout_s
        self._extra: dict[str, Any] = {} if context is None else {"ssl_context": context}
        super().__init__(max_retries=retries)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **{**self._extra, **kwargs})
        if self._platform.insecure_skip_verify:
            kinds = self.poolmanager.pool_classes_by_scheme
            self.poolmanager.pool_classes_by_scheme = {**kinds, "https": _UncheckedPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **{**self._extra, **kwargs})

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout_s
        if not kwargs.get("proxies"):
            proxy = proxy_for(request.url or "", self._platform, self._admin)
            kwargs["proxies"] = {"all": proxy} if proxy else {}
        try:
            return super().send(request, *args, **kwargs)
        except requests.ConnectionError as error:
            # What requests makes of a timeout after the last try.
            if isinstance(getattr(next(iter(error.args), None), "reason", None), ReadTimeoutError):
                raise requests.ReadTimeout(*error.args, request=request) from None
            raise


class _Unchecked(HTTPSConnection):
    """A connection whose certificate nobody checks, because the user has said so.

    urllib3 warns of it with every call, in whichever cell is running; `%flyte_config doctor` and
    the login say it once.
    """

    def connect(self) -> None:
        super().connect()
        self.is_verified = True


class _UncheckedPool(HTTPSConnectionPool):
    ConnectionCls = _Unchecked


class _Patience(Retry):
    """Retries that do not wait for as long as a server likes, nor again where nobody answers."""

    def is_exhausted(self) -> bool:
        return super().is_exhausted() or any(_is_dropped(past.error) for past in self.history)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, _MAX_WAIT_S)


def _is_dropped(error: Exception | None) -> bool:
    """Return whether a connection got no answer in all the time that there was for it.

    One that is refused is told of by a class below it, and may be taken in a moment.
    """
    cause = error.original_error if isinstance(error, ProxyError) else error
    return type(cause) is ConnectTimeoutError


def _retry(tries: int) -> Retry:
    tries = max(tries, 0)
    return _Patience(
        total=tries,
        read=min(tries, 1),  # for a connection gone stale; waiting again helps nobody
        other=0,  # such as a certificate, which stays as it is
        allowed_methods=_REPEATABLE,
        status_forcelist=_PASSING,
        backoff_factor=0.2,
        backoff_max=_MAX_WAIT_S,
        raise_on_status=False,  # the last answer is worth more than "too many"
    )


def _load(context: ssl.SSLContext, path: str) -> None:
    """Let *context* trust the file or folder at *path*, as requests does."""
    if os.path.isdir(path):  # noqa: PTH112
        context.load_verify_locations(capath=path)
    else:
        context.load_verify_locations(cafile=path)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
