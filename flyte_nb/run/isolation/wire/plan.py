"""What the process of a run is told before it starts."""

from __future__ import annotations

import os
import pickle
import struct
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from flyte_nb.run.isolation.limits import Limits

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything about a run but the call itself.

    Attributes:
        environment: All its variables.
        declared: Names of those that were declared; the others are there for Python's sake.
        folder: Its folder.
        work: The working directory that it starts in.
        sys_path: Where it imports from.
        limits: What it may use.
        fresh: Whether it is to have an interpreter that was started for it.
        home: The user's HOME, where its files should not be.
        origin: The working directory of who asked for it.
        of_pod: Folders that a pod has too.
    """

    environment: dict[str, str]
    declared: frozenset[str]
    folder: str
    work: str
    sys_path: tuple[str, ...]
    limits: Limits
    fresh: bool
    home: str
    origin: str
    of_pod: tuple[str, ...] = ()


def nameless_file() -> IO[bytes]:
    """Return a file that goes with the last descriptor of it; in memory where that is possible."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("flyte-nb"), "w+b")
    return tempfile.TemporaryFile()


def write_plan(file: IO[bytes], plan: Plan, call: bytes) -> None:
    """Write what `read_plan` reads, and the call behind it."""
    header = pickle.dumps(plan)
    file.write(_LENGTH.pack(len(header)) + header)
    file.write(call)
    file.flush()


def read_plan(file: IO[bytes]) -> Plan:
    """Return the plan; the call is then what is left to read of *file*."""
    file.seek(0)
    (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
    plan = pickle.loads(file.read(length))  # noqa: S301 - from our own parent
    assert isinstance(plan, Plan)  # noqa: S101
    return plan
