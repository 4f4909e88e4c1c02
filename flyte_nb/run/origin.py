"""Where a function is defined, and what it is called, as far as a notebook can know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.config import environment

if TYPE_CHECKING:
    from collections.abc import Callable


def origin(function: Callable[..., Any]) -> str:
    """Return a file; for a notebook its path, or the folder where the server hides that."""
    names = getattr(function, "__globals__", {})
    known = names.get("__file__") or names.get("__vsc_ipynb_file__")  # the latter is VS Code's
    return str(known or environment().get("JPY_SESSION_NAME") or Path.cwd())


def entity_name(function: Callable[..., Any]) -> str:
    """Return what a cluster calls a task or a workflow: its module and its name.

    The module of a script is its file, as when the file is imported; a notebook has none.
    """
    module = function.__module__
    if module == "__main__":
        names = getattr(function, "__globals__", {})
        spec, file = names.get("__spec__"), names.get("__file__")
        module = spec.name if spec is not None else _module_of(Path(file)) if file else ""
    return f"{module}.{function.__qualname__}" if module else function.__qualname__


def _module_of(file: Path) -> str:
    """Return the name by which *file* is imported, with the packages around it."""
    parts = [file.stem]
    folder = file.resolve().parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)
