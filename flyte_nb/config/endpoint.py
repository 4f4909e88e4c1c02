"""Where Flyte admin listens: from the text of the setting to scheme, host and port."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flyte_nb.config.mask import without_password
from flyte_nb.errors import ConfigError

_PORTS = {"https": 443, "http": 80}
_HINT = "write HOST, HOST:PORT or https://HOST:PORT, such as flyte.example.com"
# Underscores are not in the RFC, and in the names of Docker and Kubernetes.
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_MAX_HOST = 253
_MAX_TEXT = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A host and port that speak HTTP.

    Attributes:
        host: Name in ASCII, or address; an IPv6 one without its brackets.
        port: From 1 to 65535.
        is_secure: Whether TLS is spoken there.
    """

    host: str
    port: int
    is_secure: bool = True

    @property
    def scheme(self) -> str:
        """``https`` or ``http``."""
        return "https" if self.is_secure else "http"

    @property
    def address(self) -> str:
        """Host and port, as one writes them: ``flyte.example.com:443``, ``[::1]:443``."""
        return f"{self._written_host}:{self.port}"

    @property
    def url(self) -> str:
        """The base of every address there, without a slash at its end."""
        is_default = self.port == _PORTS[self.scheme]
        return f"{self.scheme}://{self._written_host if is_default else self.address}"

    @property
    def _written_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def parse_endpoint(text: str, *, insecure: bool = False) -> Endpoint:
    """Return the endpoint that *text* names.

    Args:
        text: ``host``, ``host:port``, either with ``dns:///``, ``https://`` or ``http://``
            before it. A scheme of HTTP decides whether TLS is spoken, else *insecure* does.
        insecure: Whether an endpoint without such a scheme is spoken to without TLS.

    Raises:
        ConfigError: It is no endpoint; the message says why, and hides a password in it.
    """
    if len(text) > _MAX_TEXT:
        raise _bad(f"{text[:40]}…", "it is too long")
    rest = text.strip().removeprefix("dns:///")
    scheme, _, rest = rest.rpartition("://")
    scheme = scheme.lower() or ("http" if insecure else "https")
    if scheme not in _PORTS:
        raise _bad(text, f"Flyte is not reached by {scheme}://")
    if "@" in rest:
        raise _bad(text, "a user or password cannot stand in it")
    if rest.count(":") > 1 and "[" not in rest:
        raise _bad(text, "an IPv6 address needs brackets", "write [::1] or [::1]:443")
    if any(c.isspace() or not c.isprintable() for c in rest):
        raise _bad(text, "there is a blank or a control character in it")
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad(text, "its port is not a number from 1 to 65535, or a bracket is open") from None
    if port == 0 or parts.netloc.endswith(":"):
        raise _bad(text, "its port is not a number from 1 to 65535")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise _bad(
            text,
            "it goes on after host and port",
            f"write {parts.netloc}: Flyte admin has a host of its own, and no path",
        )
    ascii_host = _checked_host(text, host, is_bracketed="[" in parts.netloc)
    port = _PORTS[scheme] if port is None else port
    return Endpoint(host=ascii_host, port=port, is_secure=scheme == "https")


def endpoint_problem(text: object) -> str:
    """Return why *text* is no endpoint; empty when it is one."""
    try:
        parse_endpoint(str(text))
    except ConfigError as error:
        return f"{error.args[0]}; {error.hint}"
    return ""


def _checked_host(text: str, host: str, *, is_bracketed: bool) -> str:
    if not host:
        raise _bad(text, "there is no host in it")
    if is_bracketed or re.fullmatch(r"[\d.]+", host):
        import ipaddress

        kind = ipaddress.IPv6Address if is_bracketed else ipaddress.IPv4Address
        try:
            return str(kind(host))
        except ValueError:
            raise _bad(text, f"{host} is not an IP address") from None
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    labels = name.removesuffix(".").split(".")
    if len(name) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise _bad(text, f"{host} is not the name of a host")
    return name


def _bad(text: str, reason: str, hint: str = _HINT) -> ConfigError:
    return ConfigError(
        f"the endpoint {without_password(text)!r} cannot be used: {reason}", hint=hint
    )
