"""Whether an object can travel to another process by its name, as functions of modules do."""

from __future__ import annotations

import sys
from typing import Any


def global_name(thing: Any) -> str | None:
    """Return the name of *thing* in its module; None where it has none, or the module stays here.

    Those of a notebook or a script have none: their process is not the other one's. Modules of
    which `cloudpickle` was told that they go by value stay too.
    """
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return name if found is thing and not _goes_by_value(module) else None


def _goes_by_value(module: str) -> bool:
    cloudpickle = sys.modules.get("cloudpickle")
    if cloudpickle is None:
        return False
    parts = module.split(".")
    around = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
    return not around.isdisjoint(cloudpickle.list_registry_pickle_by_value())
