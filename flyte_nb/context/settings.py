"""The part of the context that a user sets."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass

from flyte_nb.config.catalogue import Local
from flyte_nb.config.file import get_config_file
from flyte_nb.errors import ConfigError, InvalidValueError
from flyte_nb.models.identifiers import (
    WorkflowExecutionIdentifier,
    check_execution_name,
    check_label,
)

MODES = ("local", "pod")
# What a configuration file or a variable can say of them.
FROM_CONFIGURATION = {"project": Local.USER_PROJECT, "domain": Local.USER_DOMAIN}
_MAX_ATTEMPT = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextSettings:
    """Where runs belong.

    Attributes:
        project: Flyte project.
        domain: Flyte domain, e.g. ``development``.
        name: Name of every execution from now on; empty for a fresh one each time.
        mode: ``local``, or ``pod`` to refuse what a pod would not have.
        attempt: Number of the first attempt of a run; those before it are taken as failed.
        raw_output_prefix: Address below which files and tables of runs go; empty for a folder
            that lasts as long as the session.
        dotenv: ``.env`` files in which secrets are looked for too.

    Raises:
        InvalidValueError: A value that Flyte admin would refuse.
    """

    project: str = "local"
    domain: str = "local"
    name: str = ""
    mode: str = "local"
    attempt: int = 0
    raw_output_prefix: str = ""
    dotenv: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_label("project", self.project)
        check_label("domain", self.domain)
        if self.name != "":
            check_execution_name(self.name)
        if self.mode not in MODES:
            raise InvalidValueError(f"mode {self.mode!r}: {' or '.join(MODES)}")
        if type(self.attempt) is not int or not 0 <= self.attempt <= _MAX_ATTEMPT:
            raise InvalidValueError(
                f"attempt {self.attempt!r}: a number from 0 to {_MAX_ATTEMPT:,}",
                hint="0 is the first attempt",
            )
        files: object = self.dotenv
        if not isinstance(files, tuple):
            raise InvalidValueError(f"dotenv {files!r}: not a tuple of paths")
        if self.raw_output_prefix != "":
            _check_address(self.raw_output_prefix)

    def new_execution_id(self) -> WorkflowExecutionIdentifier:
        """Return the identifier of the next execution."""
        name = self.name or f"a{os.urandom(10).hex()[:19]}"
        return WorkflowExecutionIdentifier(self.project, self.domain, name)


def configured() -> dict[str, str]:
    """Return the settings of runs that environment or configuration file say.

    What Flyte admin would refuse is left out, with a warning.
    """
    try:
        cfg = get_config_file()
        found = {name: entry.read(cfg) for name, entry in FROM_CONFIGURATION.items()}
    except ConfigError:
        return {}  # said by whatever needs the file
    good = {}
    for name, value in found.items():
        if value in (None, ""):
            continue
        if problem := problem_of(name, value):
            where = FROM_CONFIGURATION[name].env_name
            warnings.warn(f"{where}, or its place in the file: {problem}", stacklevel=2)
        else:
            good[name] = value
    return good


def problem_of(name: str, value: object) -> str:
    """Return why Flyte admin would refuse *value* as a project or a domain; else nothing."""
    try:
        check_label(name, value)
    except InvalidValueError as error:
        return str(error.args[0])
    return ""


def _check_address(value: object) -> None:
    """Refuse what neither is a local folder nor begins like an address of a store."""
    from .storage.provider import protocol_of

    if isinstance(value, str) and protocol_of(value) == "file":
        if os.path.isabs(value.removeprefix("file://")):  # noqa: PTH117
            return
        raise InvalidValueError(
            f"raw_output_prefix {value!r}: not an absolute path",
            hint="write s3://bucket/prefix, or a path that begins with /",
        )
    import fsspec

    known = {*fsspec.available_protocols()} - {"http", "https", "data"}  # which take nothing
    if not isinstance(value, str) or protocol_of(value) not in known:
        raise InvalidValueError(
            f"raw_output_prefix {value!r}: no store has such addresses",
            hint="write for example s3://bucket/prefix, gs://…, abfs://… or /a/folder",
        )
