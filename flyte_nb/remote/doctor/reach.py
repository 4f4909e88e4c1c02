"""Getting through to admin: names, proxies, connections."""

from __future__ import annotations

import re
import socket
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from urllib3.util import make_headers

from flyte_nb.auth.http.transport import proxy_for
from flyte_nb.config.catalogue import Platform
from flyte_nb.config.mask import without_password

from .check import Check, failure, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Deadline, Facts

PROXY, LOGIN_PROXY, DNS, TCP = "proxy", "proxy for logins", "DNS", "TCP"
_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080}
_VARIABLES = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
_NAME_ADVICE = "look at the spelling, at the network and whether the VPN is on"
_REACH_ADVICE = "look at host and port, at the VPN and whether a firewall lets it through"
_SANDBOX = {"localhost", "127.0.0.1", "::1"}


class ProxyRefusedError(OSError):
    """The proxy does not connect; its one argument is the status that it gave, 0 for none."""


def check_proxy(facts: Facts, deadline: Deadline) -> Iterator[Check]:
    """Say which proxy stands before admin, and whether it can be reached."""
    facts.proxy = proxy_for(facts.admin.url, facts.platform, facts.admin)
    if facts.proxy is None:
        yield ok(PROXY, "none for this endpoint")
    else:
        yield _proxy_reached(PROXY, facts.proxy, _VARIABLES, deadline)


def check_login_proxy(facts: Facts, deadline: Deadline) -> Iterator[Check]:
    """Say whether the proxy that is configured for logins can be reached."""
    if facts.platform.http_proxy_url:
        name = Platform.HTTP_PROXY_URL.name
        yield _proxy_reached(LOGIN_PROXY, facts.platform.http_proxy_url, name, deadline)


def check_name(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say what the name of admin's host stands for. It waits for as long as the system does."""
    admin = facts.admin
    if facts.proxy is not None:
        yield ok(DNS, f"left to the proxy: it looks {admin.host} up")
        return
    try:
        facts.addresses = _look_up(admin.host, admin.port)
    except OSError as error:
        finding = f"{admin.host} is not found: {_reason(error)}"
        yield failure(DNS, finding, _NAME_ADVICE)
        return
    shown = sorted({str(entry[4][0]) for entry in facts.addresses})
    yield ok(DNS, f"{admin.host} is {', '.join(shown)}")


def check_connection(facts: Facts, deadline: Deadline) -> Iterator[Check]:
    """Say whether something listens at admin's port."""
    admin = facts.admin
    if facts.proxy is not None and not can_tunnel(facts):
        yield ok(TCP, "left to the proxy: it is asked below")
        return
    way = "" if facts.proxy is None else " through the proxy"
    try:
        connect(facts, deadline).close()
    except ProxyRefusedError as error:
        yield _refused_by_proxy(admin.address, int(error.args[0]))
    except OSError as error:
        advice = _REACH_ADVICE
        if admin.host in _SANDBOX:
            advice = "start the sandbox, or name your Flyte: %flyte_config set admin.endpoint=HOST"
        elif facts.platform.http_proxy_url:
            name = Platform.HTTP_PROXY_URL.name
            advice = f"if a proxy is needed, set HTTPS_PROXY: {name} is for logins only"
        finding = f"no connection to {admin.address}{way}: {_reason(error)}"
        yield failure(TCP, finding, advice)
    else:
        yield ok(TCP, f"{admin.address} accepts connections{way}")


def can_tunnel(facts: Facts) -> bool:
    """Return whether admin is reached by CONNECT through a proxy that we speak to in plain."""
    is_plain = facts.proxy is not None and _parts(facts.proxy)[0] == "http"
    return is_plain and facts.admin.is_secure


def connect(facts: Facts, deadline: Deadline) -> socket.socket:
    """Return a connection to admin, through the proxy where there is one.

    Raises:
        OSError: There is none; `ProxyRefusedError` when the proxy says so.
    """
    if facts.proxy is not None:
        return _tunnel(facts, deadline)
    return _connect_any(facts.addresses, deadline)


def _tunnel(facts: Facts, deadline: Deadline) -> socket.socket:
    parts = urlsplit(_with_scheme(facts.proxy or ""))
    headers = {}
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = dict(make_headers(proxy_basic_auth=user))
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=deadline.left_s)
    connection.set_tunnel(facts.admin.host, facts.admin.port, headers=headers)
    try:
        connection.connect()
    except (OSError, HTTPException) as error:
        connection.close()
        status = re.search(r"failed: (\d{3})", str(error))
        if status or isinstance(error, HTTPException):
            raise ProxyRefusedError(int(status[1]) if status else 0) from None
        raise
    tunnel: socket.socket = connection.sock
    connection.sock = None
    return tunnel


def _proxy_reached(name: str, proxy: str, setting: str, deadline: Deadline) -> Check:
    shown = without_password(proxy)
    try:
        scheme, host, port = _parts(proxy)
    except ValueError:
        return failure(name, f"{shown} is no address of a proxy", f"mend {setting}")
    if scheme.startswith("socks") and not _has_socks():
        advice = 'pip install "requests[socks]"'
        return failure(name, f"{shown} speaks SOCKS, and PySocks is not installed", advice)
    try:
        _connect_any(_look_up(host, port), deadline).close()
    except OSError as error:
        advice = f"mend {setting}, or list admin's host in NO_PROXY where it needs no proxy"
        return failure(name, f"{shown} is not reached: {_reason(error)}", advice)
    return ok(name, f"{shown} accepts connections")


def _refused_by_proxy(address: str, status: int) -> Check:
    if status == 407:  # noqa: PLR2004 - Proxy Authentication Required
        advice = f"write http://USER:PASSWORD@HOST:PORT into {_VARIABLES}"
        return failure(TCP, "the proxy wants a user and a password, or other ones", advice)
    said = f"answers {status}" if status else "does not speak HTTP"
    advice = "list admin's host in NO_PROXY, or ask who runs the proxy to let it through"
    return failure(TCP, f"the proxy does not connect to {address}: it {said}", advice)


def _look_up(host: str, port: int) -> list[Any]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:  # a label that is empty or too long
        raise OSError("not the name of a host") from None


def _connect_any(addresses: list[Any], deadline: Deadline) -> socket.socket:
    """Return a connection to the first address that answers; each gets its share of time."""
    last = OSError("it has no address")
    for n, (family, kind, protocol, _, address) in enumerate(addresses):
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(deadline.left_s / (len(addresses) - n))
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
        else:
            connection.settimeout(deadline.left_s)
            return connection
    raise last


def _parts(proxy: str) -> tuple[str, str, int]:
    """Return scheme, host and port of *proxy*; `ValueError` when it is none."""
    parts = urlsplit(_with_scheme(proxy))
    scheme = "socks5" if parts.scheme == "socks5h" else parts.scheme
    if scheme not in _PORTS or not parts.hostname:
        raise ValueError("no proxy")
    return scheme, parts.hostname, parts.port or _PORTS[scheme]


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _has_socks() -> bool:
    return find_spec("socks") is not None


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "refused, nothing listens there"
    return (error.strerror or str(error)).lower()
