"""The variables of a run: those that were declared, and what Python itself needs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.config import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
# What a process cannot be without on each system, or finds its libraries by.
_OF_THE_SYSTEM = (
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
)
# Read by the loader, the allocator or the interpreter when a process starts, and never again.
_HEEDED = ("PYTHONPATH", "PYTHONUNBUFFERED")  # by what a run is given in any case
_AT_START = ("PYTHON", "LD_", "DYLD_", "MALLOC_", "GLIBC_TUNABLES")


def server_environment() -> dict[str, str]:
    """Return the variables of a process that belongs to no run: none of the user's own."""
    return {**_system(), "PATH": _path(), "LANG": "C.UTF-8"}


def whole_environment(
    declared: Mapping[str, str], folder: Path, cpu_count: int | None
) -> dict[str, str]:
    """Return all variables of a run.

    Args:
        declared: What is given; it wins.
        folder: The run's folder, with ``home`` and ``tmp`` in it.
        cpu_count: CPUs that numerical libraries shall use; None for what they find.
    """
    temporary = str(folder / "tmp")
    needed = {
        **_system(),
        "PATH": _path(),
        "LANG": "C.UTF-8",
        "HOME": str(folder / "home"),
        "TMPDIR": temporary,
    }
    if os.name == "nt":
        needed.update(USERPROFILE=str(folder / "home"), TEMP=temporary, TMP=temporary)
    if cpu_count is not None:
        needed.update(dict.fromkeys(_THREADS, str(cpu_count)))
    return {**needed, **declared}


def is_read_at_start(declared: Mapping[str, str]) -> bool:
    """Return whether a process that runs already would not heed one of the variables."""
    return any(name.startswith(_AT_START) and name not in _HEEDED for name in declared)


def users_home() -> str:
    """Return the user's HOME; empty where there is none."""
    try:
        return str(Path.home())
    except RuntimeError:
        return ""


def import_paths() -> tuple[str, ...]:
    """Return where this process imports from, the working directory by its name."""
    here = working_directory()
    return tuple(dict.fromkeys(name for path in sys.path if (name := str(path) or here)))


def working_directory() -> str:
    """Return the folder that this process is in; empty where that is no more."""
    try:
        return os.getcwd()  # noqa: PTH109 - the same
    except FileNotFoundError:
        return ""


def _system() -> dict[str, str]:
    own = environment()
    return {name: own[name] for name in _OF_THE_SYSTEM if name in own}


def _path() -> str:
    return os.pathsep.join(dict.fromkeys([str(Path(sys.executable).parent), *_default_path()]))


def _default_path() -> list[str]:
    if os.name == "nt":
        return [part for part in (environment().get("SYSTEMROOT"),) if part]
    return ["/usr/local/bin", "/usr/bin", "/bin"]
