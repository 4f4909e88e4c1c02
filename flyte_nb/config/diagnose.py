"""Everything that is odd about the configuration in force."""

from __future__ import annotations

import difflib
import os
import stat
from typing import TYPE_CHECKING

from .catalogue import Credentials, all_entries
from .file import Snapshot
from .problem import Problem, shortened
from .resolve import Resolution, Source, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .file import ConfigFile

# Sections that hold names of the user's own, and YAML keys that flytectl reads and we do not.
_FREE = {"images", "DEFAULT"}
_FLYTECTL_TOP = {"logger", "storage", "union", "files", "project", "sandbox"}
_FLYTECTL_ADMIN = {
    "authorizationHeader",
    "authorizationServerUrl",
    "clientId",
    "clientSecretEnvVar",
    "clientSecretLocation",
    "defaultOrg",
    "defaultServiceConfig",
    "deviceFlowConfig",
    "maxBackoffDelay",
    "maxMessageSizeBytes",
    "maxRetries",
    "perRetryTimeout",
    "pkceConfig",
    "tokenRefreshWindow",
    "tokenUrl",
    "useAudienceFromAdmin",
    "useAuth",
}
_MAX_UNKNOWN = 50  # keys; whoever has more reads no further
_WORLD_READABLE = stat.S_IRGRP | stat.S_IROTH


def problems(cfg: ConfigFile | None, environ: Mapping[str, str] | None = None) -> list[Problem]:
    """Return what a user should know, file first, then setting by setting."""
    cfg = None if cfg is None else Snapshot(cfg)
    resolutions = [resolve(entry, cfg, environ) for entry in all_entries()]
    found = [] if cfg is None else [*cfg.problems, *_unknown(cfg)]
    for resolution in resolutions:
        found += _of_setting(resolution)
    if cfg is not None:
        found += _readable_secrets(cfg, resolutions)
    found += _readable_location(resolutions)
    return found


def _of_setting(resolution: Resolution) -> Iterator[Problem]:
    name = resolution.entry.name
    first, *others = resolution.candidates[:-1] or resolution.candidates
    for candidate in (first, *others):
        if candidate.problem:
            is_error = candidate.value is None
            yield Problem(f"{name}: {candidate.problem}", candidate.where, is_error=is_error)
    for hidden in others:
        if hidden.source is not Source.DEFAULT and hidden.value != first.value:
            yield Problem(f"{name} has no effect: {first.where} is stronger", hidden.where)


def _readable_secrets(cfg: ConfigFile, resolutions: Iterable[Resolution]) -> Iterator[Problem]:
    if not _is_readable(cfg.path):
        return
    for resolution in resolutions:
        for candidate in resolution.candidates:
            in_file = candidate.source in {Source.INI, Source.YAML}
            if resolution.entry.secret and in_file and candidate.raw:
                message = (
                    f"{resolution.entry.name} is a secret and others can read this file: chmod 600"
                )
                yield Problem(message, candidate.where)


def _readable_location(resolutions: Iterable[Resolution]) -> Iterator[Problem]:
    """Yield a problem where others can read the file that a setting says the secret is in."""
    for resolution in resolutions:
        if resolution.entry is not Credentials.CLIENT_CREDENTIALS_SECRET_LOCATION:
            continue
        path = resolution.value
        if isinstance(path, str) and path and _is_readable(os.path.expanduser(path)):  # noqa: PTH111
            message = f"{resolution.entry.name}: others can read the secret: chmod 600 {path}"
            yield Problem(message, resolution.winner.where)


def _is_readable(path: str) -> bool:
    """Return whether more than its owner can read a file."""
    try:
        return os.name != "nt" and bool(os.stat(path).st_mode & _WORLD_READABLE)  # noqa: PTH116
    except (OSError, ValueError):  # not there, or no longer; a zero byte is in its name
        return False


def _unknown(cfg: ConfigFile) -> Iterator[Problem]:
    """Yield a problem for each key that nobody reads, with the nearest one that is read."""
    known = set(_FLYTECTL_TOP) if cfg.is_yaml else set()
    for entry in all_entries():
        if not cfg.is_yaml:
            known |= {f"{p.section}.{p.option}" for p in (entry.legacy, *entry.older)}
        elif entry.yaml_entry is not None:
            known.add(entry.yaml_entry.switch)
    if cfg.is_yaml:
        known |= {f"admin.{key}" for key in _FLYTECTL_ADMIN}
    parents = {
        ".".join(name.split(".")[:n]) for name in known for n in range(1, name.count(".") + 1)
    }
    said = 0
    for path, line in cfg.paths():
        if path in parents and path not in known and not _is_mapping(cfg, path):
            message = f"{path}: it holds a value, or nothing, where settings are expected below it"
            yield Problem(message, f"{cfg.path}:{line}")
            continue
        top = path.partition(".")[0]
        if top in _FREE | _FLYTECTL_TOP or path in known or path in parents:
            continue
        said += 1
        if said > _MAX_UNKNOWN:
            message = f"{shortened(path)}: nothing reads it, nor maybe more that follows"
            yield Problem(message, f"{cfg.path}:{line}")
            return
        # A name that is much longer than each of ours is like none, which takes long to find.
        near = difflib.get_close_matches(path[:100], known, n=1, cutoff=0.75)
        advice = f"did you mean {near[0]}?" if near else "nothing reads it"
        yield Problem(f"{shortened(path)}: {advice}", f"{cfg.path}:{line}")


def _is_mapping(cfg: ConfigFile, path: str) -> bool:
    value = getattr(cfg.document(), "data", None)
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return isinstance(value, dict)
