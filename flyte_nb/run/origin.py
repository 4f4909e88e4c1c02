"""Where a function is defined, as far as that can be known in a notebook."""

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
