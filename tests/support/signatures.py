"""How something is called, in words that compare; runs in flytekit's environment too."""

from __future__ import annotations

import inspect
from typing import Any

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def parameters(module: Any, name: str) -> list[str] | str | None:
    """Return the names of the parameters of *name* in *module*.

    "no" where it is not there, None for what is not called or does not say how.
    """
    if not hasattr(module, name):
        return "no"
    value = getattr(module, name)
    try:
        found = inspect.signature(value).parameters.values() if callable(value) else None
    except (TypeError, ValueError):
        return None
    return None if found is None else [p.name for p in found if p.kind not in _VARIADIC]
