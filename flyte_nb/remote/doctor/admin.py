"""Questions to admin that need no token: its version, its clock, how it wants a login."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flyte_nb.auth.discovery import read_client_config, read_server_metadata
from flyte_nb.auth.http.fetch import get_json
from flyte_nb.auth.http.transport import new_session
from flyte_nb.config.catalogue import Credentials
from flyte_nb.display import printable
from flyte_nb.errors import RemoteError

from .check import Check, failure, ok, skipped, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from flyte_nb.auth.discovery import ServerMetadata

    from .facts import Deadline, Facts

ADMIN, CLOCK, OFFER = "admin", "clock", "login offered"
_OK = 200
_NEEDS_LOGIN = {401, 403}
_MAX_SKEW = timedelta(minutes=5)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_admin(facts: Facts, deadline: Deadline) -> Iterator[Check]:
    """Say which version of Flyte admin answers."""
    url = f"{facts.admin.url}/api/v1/version"
    try:
        with _session(facts, deadline) as session:
            answer = get_json(session, url, limit_s=deadline.left_s)
    except RemoteError as error:
        yield _no_admin(ADMIN, facts, error)
        return
    facts.server_date, facts.local_date = answer.date, datetime.now(timezone.utc)
    if answer.status in _NEEDS_LOGIN:
        yield ok(ADMIN, "it answers, and tells its version only after a login")
    elif answer.status != _OK:
        advice = "look at the endpoint; if it is right, ask who runs Flyte"
        yield failure(ADMIN, str(answer.refused().args[0]), advice)
    elif (version := _version(answer.body)) is None:
        advice = "look at the endpoint: this may be another service"
        yield warning(ADMIN, f"{url} answers, and names no version of Flyte", advice)
    else:
        yield ok(ADMIN, f"Flyte admin {version or 'of a version that it does not tell'}")


def check_clock(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say whether this machine's clock and admin's agree: tokens live by it."""
    if facts.server_date is None or facts.local_date is None:
        yield skipped(CLOCK, "admin does not tell the time")
        return
    ahead = facts.local_date - facts.server_date
    if abs(ahead) <= _MAX_SKEW:
        yield ok(CLOCK, "agrees with admin's")
        return
    minutes = abs(ahead) // timedelta(minutes=1)
    side = "ahead of" if ahead > timedelta() else "behind"
    advice = "set this machine's clock: tokens and certificates are judged by it"
    yield warning(CLOCK, f"{minutes:,} minutes {side} admin's", advice)


def check_offer(facts: Facts, deadline: Deadline) -> Iterator[Check]:
    """Say how admin wants its users to log in."""
    try:
        with _session(facts, deadline) as session:
            facts.offer = read_server_metadata(session, facts.admin, limit_s=deadline.left_s)
            facts.is_offer_known = True
            if facts.offer is None:
                yield ok(OFFER, "none: admin wants no login")
                return
            client = read_client_config(session, facts.admin, limit_s=deadline.left_s)
    except RemoteError as error:
        yield _no_admin(OFFER, facts, error)
        return
    finding = _ways(facts.offer)
    if client is None or not client.client_id:
        advice = f"%flyte_config set {Credentials.CLIENT_ID.name}=ID, unless it is set"
        yield warning(OFFER, f"{finding}; admin names no client to log in with", advice)
    elif readable := _readable(facts.offer):
        advice = "ask who runs Flyte for addresses with https"
        yield warning(OFFER, f"{finding}; {readable} is asked without TLS", advice)
    else:
        yield ok(OFFER, finding)


@contextmanager
def _session(facts: Facts, deadline: Deadline) -> Iterator[requests.Session]:
    """Give a session that tries once."""
    limit_s = deadline.left_s
    with new_session(facts.platform, timeout_s=(limit_s, limit_s), retries=0) as session:
        yield session


def _no_admin(name: str, facts: Facts, error: RemoteError) -> Check:
    finding = str(error.args[0])
    if error.status is not None and Credentials.PROXY_COMMAND.read(facts.file):
        advice = (
            f"that is the proxy that {Credentials.PROXY_COMMAND.name} logs in to; it is not run"
        )
        return warning(name, finding, advice)
    return failure(name, finding, error.hint or "look at the endpoint, or ask who runs Flyte")


def _version(body: Any) -> str | None:
    """Return the version in an answer (flyteidl ``GetVersionResponse``), None for no such."""
    body = body if isinstance(body, dict) else {}
    plane = body.get("control_plane_version", body.get("controlPlaneVersion"))
    if not isinstance(plane, dict):
        return None
    version = plane.get("Version", plane.get("version"))
    return printable(version) if isinstance(version, str) else ""


def _ways(offer: ServerMetadata) -> str:
    ways = []
    if offer.authorization_endpoint:
        ways.append("browser (Pkce)")
    if offer.device_authorization_endpoint:
        ways.append("device code (DeviceFlow)")
    ways.append("client secret")
    return f"{', '.join(ways)}; tokens from {urlsplit(offer.token_endpoint).hostname}"


def _readable(offer: ServerMetadata) -> str:
    """Return the host of an address that is asked without TLS, empty when there is none."""
    addresses = (
        offer.token_endpoint,
        offer.authorization_endpoint,
        offer.device_authorization_endpoint,
    )
    for parts in (urlsplit(address) for address in addresses if address):
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            return parts.hostname or ""
    return ""
