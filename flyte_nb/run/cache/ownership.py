"""Whose code something is: the user's, which may change any minute, or a library's."""

from __future__ import annotations

import inspect
import os
import sys
from functools import lru_cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

_OURS = f"{Path(__file__).parents[2]}{os.sep}"
_STANDARD = f"{Path(os.__file__).parent}{os.sep}"
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


def users_code(value: Any) -> FunctionType | type | None:
    """Return the user's function or class that *value* is, or is wrapped around; else None.

    A task is around its function, and so is what `functools.lru_cache` or another decorator of
    a library returns.
    """
    if isinstance(value, type):
        return None if is_library_module(value.__module__) else value
    if isinstance(value, FunctionType) and not is_library_function(value):
        return value
    for _ in range(100):  # a chain may be a circle
        inner = inspect.getattr_static(value, "__wrapped__", None)
        if not isinstance(inner, FunctionType):
            return None
        if not is_library_function(inner):
            return inner
        value = inner
    return None


def is_named_code(value: Any) -> bool:
    """Return whether *value* is a class, a function or a module: it counts by its name."""
    return isinstance(value, (type, FunctionType, ModuleType)) or inspect.isbuiltin(value)


def name_of(value: Any) -> str:
    """Return module and name of a class, a function or a module."""
    if isinstance(value, ModuleType):
        return value.__name__
    return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"


def is_library_function(function: FunctionType) -> bool:
    """Return whether *function* came with a package or with Python."""
    file = function.__code__.co_filename
    if file.startswith("<") and not file.startswith("<frozen"):  # made by exec, by anybody
        return is_library_module(function.__globals__.get("__name__"))
    return _is_library_file(file)


def is_library_module(name: Any) -> bool:
    """Return whether the module *name* came with a package or with Python."""
    if name == "__main__":  # a notebook or a script, whatever has started it
        return False
    module = sys.modules.get(name) if isinstance(name, str) else None
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return _is_library_file(file)
    return name in sys.builtin_module_names or name in sys.stdlib_module_names


@lru_cache(maxsize=4096)
def _is_library_file(file: str) -> bool:
    if file.startswith("<"):
        return file.startswith("<frozen")
    path = os.path.abspath(file)  # noqa: PTH100 - a Path would cost ten times as much
    return path.startswith((_OURS, _STANDARD)) or any(part in path for part in _INSTALLED)
