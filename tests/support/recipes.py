"""Values as JSON that makes them again, by flytekit or by us; runs in flytekit's environment too.

``{"make": "flytekit.core.options.Options", "kwargs": {…}}`` is a call, ``{"the": "…"}`` a name,
``{"seconds": 60}`` a duration; everything else is itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def cook(recipe: Any, find: Callable[[str, str], Any]) -> Any:
    """Return what *recipe* makes.

    Args:
        recipe: See above.
        find: Returns what a module of flytekit calls by a name.
    """
    if isinstance(recipe, list):
        return [cook(one, find) for one in recipe]
    if not isinstance(recipe, dict):
        return recipe
    if "seconds" in recipe:
        return timedelta(seconds=recipe["seconds"])
    path = recipe.get("make") or recipe.get("the")
    if path is None:
        return {key: cook(value, find) for key, value in recipe.items()}
    # Names of modules are lower-case, and no other names are.
    parts = path.split(".")
    place = next(n for n, part in enumerate(parts) if part != part.lower())
    value = find(".".join(parts[:place]), parts[place])
    for name in parts[place + 1 :]:
        value = getattr(value, name)
    return value(**cook(recipe["kwargs"], find)) if "make" in recipe else value
