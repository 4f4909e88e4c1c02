"""Whether it is the user's own code that does something, or a library."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE = str(Path(__file__).parents[3])
_BRINGS = tuple(
    os.path.join(_PACKAGE, *parts, "")  # noqa: PTH118
    for parts in (("context", "checkpoint"), ("context", "storage"), ("types",))
)
_LOADER = str(Path(__file__).with_name("main.py"))  # loads what the user refers to
_STANDARD = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
_IN_BETWEEN = ("<frozen", *(os.path.join(path, "importlib", "") for path in _STANDARD))  # noqa: PTH118
_ALSO_IN_BETWEEN = frozenset(
    os.path.join(path, name)  # noqa: PTH118
    for path in _STANDARD
    for name in ("os.py", "_collections_abc.py")
)
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_PREFIXES = tuple({_PACKAGE, *(os.path.join(path, "") for path in _STANDARD)})  # noqa: PTH118


def is_library(path: str) -> bool:
    """Return whether *path* belongs to Python, to an installed package or to this one."""
    return path.startswith(_PREFIXES) or any(part in path for part in _INSTALLED)


def is_the_users(frame: FrameType | None) -> bool:
    """Return whether code of the user's is behind *frame*, or the loading of the user's call."""
    while frame is not None and _is_in_between(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return False
    path = frame.f_code.co_filename
    return path == _LOADER or frame.f_globals.get("__name__") == _PICKLER or not is_library(path)


def is_ours(frame: FrameType | None) -> bool:
    """Return whether code of this package is behind *frame*: what runs the task, not the task."""
    while frame is not None and _is_in_between(frame.f_code.co_filename):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(_PACKAGE + os.sep)


def is_brought(frame: FrameType | None) -> bool:
    """Return whether *frame* works for what brings inputs, outputs and modules."""
    if frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        return True
    while frame is not None:
        if frame.f_code.co_filename.startswith(_BRINGS):
            return True
        frame = frame.f_back
    return False


_PICKLER = "cloudpickle.cloudpickle"  # imports the modules that the user's globals are


def _is_in_between(path: str) -> bool:
    return path.startswith(_IN_BETWEEN) or path in _ALSO_IN_BETWEEN


def is_of_python(module: str) -> bool:
    """Return whether *module* is in the standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names
