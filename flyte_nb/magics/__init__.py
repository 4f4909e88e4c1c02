"""The extension: what `%load_ext flyte_nb` adds to a shell, and takes away again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from .extension import Extension

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_loaded: WeakKeyDictionary[InteractiveShell, Extension] = WeakKeyDictionary()

__all__ = ["Extension", "load", "unload"]


def load(shell: InteractiveShell) -> Extension:
    """Add everything to *shell*; a second call changes nothing."""
    if shell not in _loaded:
        _loaded[shell] = Extension(shell)
    return _loaded[shell]


def unload(shell: InteractiveShell) -> None:
    """Leave *shell* as it was found."""
    extension = _loaded.pop(shell, None)
    if extension is not None:
        extension.close()
