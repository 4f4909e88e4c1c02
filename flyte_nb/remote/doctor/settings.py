"""Checks that need no network: the file, the settings, the endpoint, the certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.auth.http.transport import certificates, tls_context
from flyte_nb.config.catalogue import Platform
from flyte_nb.config.diagnose import problems
from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.config.file import (
    CHOSEN,
    FILE_VARIABLE,
    OVERRIDE_VARIABLE,
    get_config_file,
    locations,
)
from flyte_nb.config.given import given
from flyte_nb.config.mask import without_password
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.config.resolve import Source, resolve
from flyte_nb.errors import ConfigError, InvalidValueError

from .check import Check, State, failure, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.config.file import ConfigFile
    from flyte_nb.config.resolve import Candidate

    from .facts import Deadline, Facts

FILE, SETTINGS, ENDPOINT, CERTIFICATES = "file", "settings", "endpoint", "certificates"
_MAX_PROBLEMS = 10
_NAMED = {CHOSEN, FILE_VARIABLE, OVERRIDE_VARIABLE}


def check_file(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say which configuration file is in force, and whether it can be read."""
    try:
        facts.file = get_config_file(facts.asked)
        if facts.file is not None:
            facts.file.checked_document()
    except ConfigError as error:
        yield failure(FILE, _first_line(error), error.hint or "mend the file, or name another one")
        return
    places = list(locations()) if facts.asked is None else []
    missing = [place for place in places if place.origin in _NAMED and not place.exists]
    if facts.file is None:
        found = f"there is none: looked at {', '.join(place.path for place in places)}"
    else:
        found = facts.file.path
    if missing:
        place = missing[0]
        finding = f"{place.origin} names {place.path}, which is not there; in force: {found}"
        yield warning(FILE, finding, f"mend or unset {place.origin}")
        return
    existing = [place for place in places if place.exists]
    if len(existing) > 1 and existing[0].origin not in _NAMED:
        also = ", ".join(place.path for place in existing[1:])
        advice = "only the first is read: merge or remove the others"
        yield warning(FILE, f"{found} hides {also}", advice)
    else:
        yield ok(FILE, found)


def check_settings(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say what is odd about settings."""
    elsewhere = (f"{Platform.URL.name}:", f"{Platform.URL.name} has no effect")  # the next check
    found = [p for p in problems(facts.file) if not p.message.startswith(elsewhere)]
    for problem in found[:_MAX_PROBLEMS]:
        state = State.FAILURE if problem.is_error else State.WARNING
        yield Check(SETTINGS, state, problem.message, f"look at {problem.where}")
    if len(found) > _MAX_PROBLEMS:
        finding = f"{len(found) - _MAX_PROBLEMS} more problems"
        yield warning(SETTINGS, finding, "mend the first ones, then ask again")
    if not found:
        yield ok(SETTINGS, "nothing is odd about them")


def check_endpoint(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say where admin is, and who says so."""
    facts.platform = _network_settings(facts.file)
    insecure = facts.platform.insecure
    try:
        text = Platform.URL.value(facts.file)
        endpoint = parse_endpoint(text, insecure=insecure)
    except (ConfigError, InvalidValueError) as error:
        yield failure(ENDPOINT, _first_line(error), error.hint)
        return
    facts.endpoint = endpoint
    first, *others = resolve(Platform.URL, facts.file).candidates
    hidden = [c for c in others if c.source is not Source.DEFAULT and c.value != first.value]
    finding = f"{endpoint.url}, from {_origin(first)}"
    if hidden:
        yield warning(
            ENDPOINT,
            f"{finding}; {_origin(hidden[0])} says {without_password(hidden[0].raw)}",
            f"the variable is stronger: unset {first.where} if the file is to count",
        )
    elif first.source is Source.DEFAULT or first.value != text:
        advice = "%flyte_config set admin.endpoint=HOST, unless the local sandbox is meant"
        yield warning(ENDPOINT, f"{endpoint.url}, because no other is configured", advice)
    elif insecure and endpoint.is_secure:
        yield warning(
            ENDPOINT,
            f"{finding}: its https:// counts, although {Platform.INSECURE.name} is true",
            f"write only one of them: %flyte_config unset {Platform.INSECURE.name}",
        )
    else:
        yield ok(ENDPOINT, finding)


def check_certificates(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say which certificates admin's is checked against, and whether they can be read."""
    platform = facts.platform
    if not facts.admin.is_secure:
        yield ok(CERTIFICATES, "none are needed without TLS")
        return
    if platform.insecure_skip_verify:
        yield ok(CERTIFICATES, f"none are used: {Platform.INSECURE_SKIP_VERIFY.name} is true")
        return
    name = Platform.CA_CERT_FILE_PATH.name
    try:
        tls_context(platform)
    except ConfigError as error:
        whose = name if platform.ca_cert_file_path else "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE"
        yield failure(CERTIFICATES, _first_line(error), f"mend {whose}: {error.hint}")
        return
    whose = name if platform.ca_cert_file_path else "public ones"
    yield ok(CERTIFICATES, f"{certificates(platform)} ({whose})")


def _network_settings(cfg: ConfigFile | None) -> PlatformConfig:
    """Return what the network needs; credentials are looked at on their own, later."""
    values = given(
        cfg,
        endpoint=Platform.URL,
        insecure=Platform.INSECURE,
        insecure_skip_verify=Platform.INSECURE_SKIP_VERIFY,
        ca_cert_file_path=Platform.CA_CERT_FILE_PATH,
        http_proxy_url=Platform.HTTP_PROXY_URL,
    )
    # A number in YAML is no path and no address: let the check of it say so.
    texts = {n: str(v) for n, v in values.items() if not isinstance(v, bool)}
    return PlatformConfig(**{**values, **texts})


def _origin(candidate: Candidate) -> str:
    return candidate.where or "the defaults"


def _first_line(error: ConfigError | InvalidValueError) -> str:
    return str(error.args[0]).partition("\n")[0]
