"""Files, folders and tables as inputs and outputs of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .directory import FlyteDirectory
    from .file import FlyteFile
    from .frames import StructuredDataset

__all__ = ["FlyteDirectory", "FlyteFile", "StructuredDataset"]
_LATER = {
    "FlyteDirectory": ".directory",
    "FlyteFile": ".file",
    "StructuredDataset": ".frames",
}


def __getattr__(name: str) -> Any:
    """Import on first use (PEP 562)."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_LATER[name], __package__), name)
    return value
