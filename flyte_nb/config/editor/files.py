"""The files that an editor offers."""

from __future__ import annotations

from typing import Any

from flyte_nb.config.file import locations
from flyte_nb.config.profiles import profiles
from flyte_nb.display import short_path


def candidates(path: str) -> list[dict[str, Any]]:
    """Return the files that can be edited: those in use, the profiles, and *path* itself."""
    there = [place.path for place in locations() if place.exists]
    used = next(iter(there), None)
    named = [profile.path for profile in profiles() if profile.path]
    found = dict.fromkeys([path, *there, *named])
    return [{"path": path, "label": short_path(path), "inForce": path == used} for path in found]
