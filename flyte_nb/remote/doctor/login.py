"""Whether the login that is configured can work: first here, then with what admin offers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from flyte_nb.auth.mode import Mode, configured_mode, written_mode
from flyte_nb.config.catalogue import Credentials
from flyte_nb.config.platform import AuthType, PlatformConfig
from flyte_nb.display import printable
from flyte_nb.errors import ConfigError, InvalidValueError

from .check import Check, failure, ok, skipped, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.auth.discovery import ServerMetadata

    from .facts import Deadline, Facts

LOGIN, PROXY_TOKEN = "login", "proxy token"
_MODE = Credentials.AUTH_MODE.name
_PKCE, _DEVICE = written_mode(Mode.PKCE), written_mode(Mode.DEVICE)
_SECRET, _COMMAND = written_mode(Mode.CLIENT_CREDENTIALS), written_mode(Mode.COMMAND)
_Trouble = tuple[str, str]  # finding and advice


def check_login(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say whether the configured way to log in can work."""
    try:
        platform = PlatformConfig.auto(facts.file)
    except ConfigError as error:
        yield failure(LOGIN, str(error.args[0]).partition("\n")[0], error.hint)
        return
    way = _way(platform.auth_mode)
    if facts.is_offer_known and facts.offer is None:
        yield ok(LOGIN, "not needed")
        return
    if way is None:
        finding = f"{_MODE} is {printable(str(platform.auth_mode))!r}, which is no way to log in"
        yield failure(LOGIN, finding, f"write one of {_PKCE}, {_DEVICE}, {_SECRET}, {_COMMAND}")
        return
    trouble = _trouble_here(way, platform) or _trouble_there(way, facts.offer)
    asked = Credentials.AUTH_MODE.read(facts.file)
    if trouble:
        yield failure(LOGIN, *trouble)
    elif asked and _way(asked) != way:
        advice = f"keep one of them: {_MODE}, or the place of the secret"
        yield warning(
            LOGIN, f"{way}, because a secret was found, although {_MODE} says {asked}", advice
        )
    elif facts.is_offer_known or way in {_SECRET, _COMMAND}:
        yield ok(LOGIN, way)
    else:
        yield skipped(LOGIN, f"{way}; whether admin offers it is not known")


def check_proxy_token(facts: Facts, _deadline: Deadline) -> Iterator[Check]:
    """Say whether the program is there that logs in to a proxy in front of admin."""
    setting = Credentials.PROXY_COMMAND
    command = setting.read(facts.file)
    if command:
        trouble = _missing_program(command, setting.name)
        if trouble:
            yield failure(PROXY_TOKEN, *trouble)
        else:
            yield ok(PROXY_TOKEN, f"{_program(command)} is there; it was not run")


def _way(mode: AuthType | str) -> str | None:
    """Return how *mode* logs in, None for no known mode."""
    try:
        return written_mode(configured_mode(mode))
    except InvalidValueError:
        return None


def _trouble_here(way: str, platform: PlatformConfig) -> _Trouble | None:
    if way == _COMMAND:
        return _missing_program(platform.command, Credentials.COMMAND.name)
    if way != _SECRET:
        return None
    if not platform.client_credentials_secret:
        places = (
            Credentials.CLIENT_CREDENTIALS_SECRET_LOCATION.name,
            Credentials.CLIENT_CREDENTIALS_SECRET_ENV_VAR.name,
        )
        return f"{way} is configured, and no secret is found", f"set {' or '.join(places)}"
    if not platform.client_id:
        name = Credentials.CLIENT_ID.name
        return f"{way} is configured, and no client", f"%flyte_config set {name}=ID"
    return None


def _trouble_there(way: str, offer: ServerMetadata | None) -> _Trouble | None:
    if offer is None:
        return None
    if way == _DEVICE and not offer.device_authorization_endpoint:
        advice = f"%flyte_config set {_MODE}={_PKCE}, or ask who runs Flyte to allow device logins"
        return f"{way} is configured, and admin offers no device login", advice
    advice = f"%flyte_config set {_MODE}={_DEVICE}, if admin offers it"
    if way == _PKCE and not offer.authorization_endpoint:
        return f"{way} is configured, and admin offers no login by browser", advice
    methods = offer.code_challenge_methods_supported
    if way == _PKCE and methods and "S256" not in methods:
        return f"{way} is configured, and the server knows no S256", advice
    return None


def _missing_program(command: Any, setting: str) -> _Trouble | None:
    program = _program(command)
    if not program:
        return f"{setting} names no program", f"set {setting} to a list: program, then arguments"
    if shutil.which(str(command[0])) is None:
        advice = f"install it, or write its whole path as the first item of {setting}"
        return f"{setting}: the program {program} is not found", advice
    return None


def _program(command: Any) -> str:
    """Return the program of *command*; its arguments may hold a secret."""
    if not isinstance(command, (list, tuple)) or not command:
        return ""
    return printable(" ".join(str(command[0]).split()[:1]))
