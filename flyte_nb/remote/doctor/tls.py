"""The TLS connection: whether there is one, and what the certificate says.

The ``ssl`` module shows a certificate only once it is trusted. One that is refused is
therefore fetched, and then trusted alone in a further handshake, to read it.
"""

from __future__ import annotations

import ipaddress
import ssl
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from flyte_nb.auth.http.transport import tls_context
from flyte_nb.config.catalogue import Platform
from flyte_nb.display import printable
from flyte_nb.errors import ConfigError

from .check import Check, failure, ok, warning
from .plain import first_bytes, speaks_http
from .reach import can_tunnel, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Deadline, Facts

TLS = "TLS"
_SOON = timedelta(days=14)
_INSECURE = Platform.INSECURE.name
_SKIP = Platform.INSECURE_SKIP_VERIFY.name
_CA_FILE = Platform.CA_CERT_FILE_PATH.name
# X509_V_FLAG_NO_CHECK_TIME of OpenSSL's x509_vfy.h; Python has no name for it.
_NO_CHECK_TIME = 0x200000
# X509_V_ERR_ of the same file.
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED = 9, 10, 18
_OTHER_NAME, _OTHER_ADDRESS = 62, 64
_UNKNOWN_ISSUER = {2, 19, 20, 21}


def check_tls(facts: Facts, deadline: Deadline) -> Iterator[Check]:
    """Say whether the connection is encrypted, and whether the certificate is good."""
    if not facts.admin.is_secure:
        yield _without_tls(facts, deadline)
        return
    if facts.proxy is not None and not can_tunnel(facts):
        yield ok(TLS, "not looked at through a proxy of this kind: see below")
        return
    skip_verify = facts.platform.insecure_skip_verify
    try:
        version, certificate = _handshake(facts, deadline, tls_context(facts.platform))
    except ssl.SSLCertVerificationError as error:
        refused = _refused(facts, error, _untrusted_certificate(facts, deadline))
        yield _unchecked(refused.finding, refused.advice) if skip_verify else refused
    except (OSError, ValueError) as error:
        yield _no_tls(facts, deadline, error)
    except ConfigError:  # only with skip_verify: its file of certificates is not needed
        yield _unchecked("the configured certificates cannot be read", f"mend {_CA_FILE}")
    else:
        if skip_verify:
            advice = f"switch the checking on: %flyte_config unset {_SKIP}"
            yield _unchecked("this one would be trusted anyway", advice)
        else:
            yield _trusted(version, certificate)


def _trusted(version: str, certificate: dict[str, Any]) -> Check:
    until = _date(certificate, "notAfter")
    finding = f"{version}, certificate by {_issuer(certificate)}"
    if until is None:
        return ok(TLS, finding)
    finding += f", valid until {until:%Y-%m-%d}"
    if until - datetime.now(timezone.utc) < _SOON:
        return warning(TLS, finding, "it expires soon: tell who runs Flyte to renew it")
    return ok(TLS, finding)


def _unchecked(finding: str, advice: str) -> Check:
    return warning(TLS, f"any certificate is accepted ({_SKIP}): {finding}", advice)


def _refused(
    facts: Facts, error: ssl.SSLCertVerificationError, certificate: dict[str, Any]
) -> Check:
    code, host = error.verify_code, facts.admin.host
    if code in {_EXPIRED, _NOT_YET_VALID}:
        word, key = ("expired", "notAfter") if code == _EXPIRED else ("begins only", "notBefore")
        date = _date(certificate, key)
        on = f" on {date:%Y-%m-%d}" if date else ""
        finding = f"the certificate {word}{on}"
        advice = "ask who runs Flyte to renew it; or is this machine's clock wrong?"
    elif code in {_OTHER_NAME, _OTHER_ADDRESS}:
        names = [printable(str(value)) for _, value in certificate.get("subjectAltName", ())]
        finding = f"the certificate is for {', '.join(names[:5]) or 'another host'}, not for {host}"
        advice = "use a name that the certificate has as endpoint"
    elif code == _SELF_SIGNED:
        finding = "the certificate is signed by itself, and not among those that are trusted"
        advice = f"get it from who runs Flyte: %flyte_config set {_CA_FILE}=FILE"
    elif code in _UNKNOWN_ISSUER:
        own = facts.platform.ca_cert_file_path
        trusted = f"by {own}" if own else "by default"
        finding = f"the certificate is signed by {_issuer(certificate)}, not trusted {trusted}"
        advice = f"get the certificate of that CA: %flyte_config set {_CA_FILE}=FILE"
    else:
        finding = f"the certificate is refused: {error.verify_message}"
        advice = "ask who runs Flyte"
    return failure(TLS, finding, advice)


def _no_tls(facts: Facts, deadline: Deadline, error: Exception) -> Check:
    if isinstance(error, TimeoutError):
        advice = "a firewall, or a port of another service: look at the port"
        return failure(TLS, "the connection is accepted, and then nothing comes", advice)
    if speaks_http(_plain(facts, deadline)):
        finding = f"{facts.admin.address} speaks HTTP without TLS"
        advice = f"another port, or, in a network you trust, %flyte_config set {_INSECURE}=true"
        return failure(TLS, finding, advice)
    reason = getattr(error, "reason", None)
    said = str(reason).replace("_", " ").lower() if reason else "the server breaks off"
    advice = "look at the port; the server may want another version of TLS, or a certificate"
    return failure(TLS, f"no TLS connection: {said}", advice)


def _without_tls(facts: Facts, deadline: Deadline) -> Check:
    if facts.proxy is not None:
        return warning(TLS, "none, and a proxy reads along", "use an endpoint that speaks TLS")
    said = _plain(facts, deadline)
    if not speaks_http(said) or b" 400 " in said[:13]:
        try:
            _handshake(facts, deadline, _unchecking())
        except (OSError, ValueError):
            pass
        else:
            finding = f"{facts.admin.address} speaks TLS, and the settings say to use none"
            advice = f"%flyte_config set {_INSECURE}=false, and no http:// in the endpoint"
            return failure(TLS, finding, advice)
    if not said:
        advice = "look at the port; a firewall may be in between"
        return failure(TLS, "no TLS is used, and the server says nothing to HTTP", advice)
    if not speaks_http(said):
        advice = "name the port of admin's HTTP gateway; this may be the one of gRPC"
        return failure(TLS, "no TLS is used, and the server does not speak HTTP/1.1", advice)
    if all(_is_loopback(entry[4][0]) for entry in facts.addresses):
        return ok(TLS, "none, on this machine itself")
    advice = "use an endpoint that speaks TLS wherever the network is not your own"
    return warning(TLS, "none: tokens can be read on their way", advice)


def _handshake(
    facts: Facts, deadline: Deadline, context: ssl.SSLContext
) -> tuple[str, dict[str, Any]]:
    """Return the version of TLS and the certificate; one that is not checked, undecoded."""
    name = facts.admin.host.partition("%")[0].rstrip(".")
    with connect(facts, deadline) as connection:
        connection.settimeout(deadline.left_s)
        with context.wrap_socket(connection, server_hostname=name) as tls:
            certificate: dict[str, Any] = dict(tls.getpeercert() or {})
            if context.verify_mode is ssl.CERT_NONE:
                certificate["der"] = tls.getpeercert(binary_form=True)
            return tls.version() or "TLS", certificate


def _untrusted_certificate(facts: Facts, deadline: Deadline) -> dict[str, Any]:
    """Return what a certificate says that was refused, nothing when it cannot be had."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    try:
        _, fetched = _handshake(facts, deadline, _unchecking())
        context.load_verify_locations(cadata=fetched["der"])
        return _handshake(facts, deadline, context)[1]
    except (OSError, ValueError):
        return {}


def _unchecking() -> ssl.SSLContext:
    """Return a context to look at a certificate; nothing is sent through it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _plain(facts: Facts, deadline: Deadline) -> bytes:
    try:
        with connect(facts, deadline) as connection:
            connection.settimeout(deadline.left_s)
            return first_bytes(connection, facts.admin)
    except OSError:
        return b""


def _issuer(certificate: dict[str, Any]) -> str:
    parts = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    keys = ("commonName", "organizationName", "organizationalUnitName")
    return next((printable(parts[key]) for key in keys if key in parts), "an unknown CA")


def _date(certificate: dict[str, Any], key: str) -> datetime | None:
    text = certificate.get(key)
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), timezone.utc) if text else None


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
