"""Everything that is odd about the configuration in force."""

from __future__ import annotations

import difflib
import os
import stat
from typing import TYPE_CHECKING

from .catalogue import all_entries
from .problem import Problem
from .resolve import Resolution, Source, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .file import ConfigFile

# Sections that hold names of the user's own, and YAML keys that flytectl reads and we do not.
_FREE = {"images"}
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
_WORLD_READABLE = stat.S_IRGRP | stat.S_IROTH


def problems(cfg: ConfigFile | None, environ: Mapping[str, str] | None = None) -> list[Problem]:
    """Return what a user should know, file first, then setting by setting."""
    resolutions = [resolve(entry, cfg, environ) for entry in all_entries()]
    found = [] if cfg is None else [*cfg.problems, *_unknown(cfg)]
    for resolution in resolutions:
        found += _of_setting(resolution)
    if cfg is not None:
        found += _readable_secrets(cfg, resolutions)
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
    if os.name == "nt" or not os.stat(cfg.path).st_mode & _WORLD_READABLE:  # noqa: PTH116
        return
    for resolution in resolutions:
        for candidate in resolution.candidates:
            in_file = candidate.source in {Source.INI, Source.YAML}
            if resolution.entry.secret and in_file and candidate.raw:
                message = (
                    f"{resolution.entry.name} is a secret and others can read this file: chmod 600"
                )
                yield Problem(message, candidate.where)


def _unknown(cfg: ConfigFile) -> Iterator[Problem]:
    """Yield a problem for each key that nobody reads, with the nearest one that is read."""
    known = set(_FLYTECTL_TOP) if cfg.is_yaml else set()
    for entry in all_entries():
        if not cfg.is_yaml:
            known |= {f"{p.section}.{p.option}" for p in (entry.legacy, *entry.older)}
        elif entry.yaml_entry is not None:
            known.add(entry.yaml_entry.switch)
    admin = {f"admin.{key}" for key in _FLYTECTL_ADMIN} if cfg.is_yaml else set()
    for path, line in cfg.paths():
        top = path.partition(".")[0]
        is_parent = any(name.startswith(f"{path}.") for name in known)
        if top in _FREE | _FLYTECTL_TOP or is_parent or path in known | admin:
            continue
        near = difflib.get_close_matches(path, known | admin, n=1, cutoff=0.75)
        advice = f"did you mean {near[0]}?" if near else "nothing reads it"
        yield Problem(f"{path}: {advice}", f"{cfg.path}:{line}")
