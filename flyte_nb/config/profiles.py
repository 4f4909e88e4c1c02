"""Named configurations: the files that flytectl keeps in ``~/.flyte``."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from flyte_nb.errors import ConfigError, ConfigFileError

from .catalogue import Credentials, Platform
from .choice import chosen_path
from .endpoint import parse_endpoint
from .file import ConfigFile, Snapshot, usual_locations
from .platform import AuthType, PlatformConfig
from .resolve import resolve

DEFAULT = "default"
_ELSEWHERE = (
    Credentials.CLIENT_CREDENTIALS_SECRET_LOCATION,
    Credentials.CLIENT_CREDENTIALS_SECRET_ENV_VAR,
)
_ENDINGS = (".yaml", ".yml")
_PREFIX = "config-"


@dataclass(frozen=True, slots=True)
class Profile:
    """A configuration file that can be chosen by name.

    Attributes:
        name: What to call it; ``default`` is the first of the usual places.
        path: The file; empty where there is none.
        endpoint: Flyte admin, as the file has it.
        auth: How to log in, as the file has it.
        is_active: Whether it is the one in use.
        problem: Why it cannot be used; empty when it can.
    """

    name: str
    path: str
    endpoint: str = ""
    auth: str = ""
    is_active: bool = False
    problem: str = ""


def profiles() -> list[Profile]:
    """Return the configurations there are, the default first, then by name."""
    active = chosen_path()
    usual = next((place.path for place in usual_locations() if place.exists), "")
    found = [_profile(DEFAULT, usual, is_active=active is None)]
    paths = _named_files()
    if active is not None and active not in paths.values():
        paths[active] = active
    found += [_profile(name, path, is_active=path == active) for name, path in paths.items()]
    return found


def profile_at(endpoint: str) -> Profile | None:
    """Return the first configuration whose file has *endpoint*, None if none has.

    Raises:
        ConfigError: The endpoint is none.
    """
    parse_endpoint(endpoint)
    return next((profile for profile in profiles() if _is_at(profile, endpoint)), None)


def platform_of(profile: Profile) -> PlatformConfig:
    """Return how the file of *profile* reaches Flyte.

    The variables of this process are for the configuration in force, and do not count.

    Raises:
        ConfigError: The file, or the one with the client's secret, cannot be used.
    """
    return PlatformConfig.auto(Snapshot(ConfigFile(profile.path), {}))


def profile_name() -> str:
    """Return what the configuration in force is called; its path where it has no name."""
    active = chosen_path()
    named = {path: name for name, path in _named_files().items()}
    return DEFAULT if active is None else named.get(active, active)


def find_profile(name: str) -> str | None:
    """Return the file called *name*, None for the default one.

    Args:
        name: ``default``, the NAME of ``~/.flyte/config-NAME.yaml`` or ``~/.flyte/NAME.yaml``,
            or a path.

    Raises:
        ConfigError: There is no such file, or it cannot be used.
    """
    named = _named_files()
    if name == DEFAULT:
        return None
    if not name.strip():
        raise ConfigError(
            "which configuration? Give its name", hint="%flyte_context use lists them"
        )
    full = os.path.expandvars(os.path.expanduser(name))  # noqa: PTH111
    path = named.get(name, os.path.abspath(full))  # noqa: PTH100
    if name not in named and not os.path.exists(path):  # noqa: PTH110
        near = difflib.get_close_matches(name, [DEFAULT, *named], n=1)
        known = f"did you mean {near[0]!r}?" if near else f"known: {', '.join([DEFAULT, *named])}"
        raise ConfigError(f"there is no configuration {name!r}", hint=known)
    ConfigFile(path).checked_document()
    return path


def _is_at(profile: Profile, endpoint: str) -> bool:
    if not profile.endpoint:
        return False
    insecure = bool(resolve(Platform.INSECURE, ConfigFile(profile.path), {}).value)
    try:
        there = parse_endpoint(profile.endpoint, insecure=insecure)
    except ConfigError:
        return False
    return there == parse_endpoint(endpoint, insecure=insecure)


def _named_files() -> dict[str, str]:
    """Return name to path. Where two files have one name, the one with ``config-`` has it."""
    folder = Path("~/.flyte").expanduser()
    try:
        names = sorted(path.name for path in folder.iterdir() if _is_file(path))
    except OSError:
        return {}
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda name: not name.startswith(_PREFIX)):
        stem, ending = os.path.splitext(name)  # noqa: PTH122
        short = stem.removeprefix(_PREFIX)
        if ending not in _ENDINGS or stem == "config" or name.startswith("."):
            continue
        # `default` and a name that is taken can still be had by the name of the file.
        is_taken = short in found or short in {DEFAULT, ""}
        found[name if is_taken else short] = str(folder / name)
    return dict(sorted(found.items()))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a link that leads round in a circle
        return False


def _profile(name: str, path: str, *, is_active: bool) -> Profile:
    if not path:
        return Profile(name, "", is_active=is_active)
    try:
        cfg = ConfigFile(path)
        cfg.checked_document()
    except ConfigFileError as error:
        return Profile(name, path, is_active=is_active, problem=str(error.args[0]))
    endpoint, auth = (
        resolve(entry, cfg, {}).value for entry in (Platform.URL, Credentials.AUTH_MODE)
    )
    is_elsewhere = any(entry.read(cfg) for entry in _ELSEWHERE)  # a secret, which decides the mode
    auth = AuthType.CLIENTSECRET.value if is_elsewhere else auth
    return Profile(name, path, str(endpoint), str(auth), is_active=is_active)
