"""What is installed in a task's image, as far as its definition tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

# python:3.11-slim and flytekit:py3.11-1.16.0, behind any registry.
_IN_TAG = re.compile(r"(?:(?:^|/)python:|:py)(3\.\d+)")


def packages_of(image: Any) -> list[str] | None:
    """Return the packages of *image*, as pip takes them; None where nobody knows them.

    Args:
        image: The task's ``container_image``; flytekit's ``ImageSpec``, or an object with its
            attributes: packages, conda_packages, requirements, base_image.
    """
    if not _is_spec(image) or getattr(image, "base_image", None) is not None:
        return None
    found = [*(image.packages or ()), *(getattr(image, "conda_packages", None) or ())]
    requirements = getattr(image, "requirements", None)
    if requirements:
        try:
            lines = Path(requirements).read_text(encoding="utf-8").splitlines()
        except (OSError, TypeError, ValueError):
            return None
        found += [line for line in map(str.strip, lines) if line and line[0] not in "#-"]
    return [str(package) for package in found]


def python_of(image: Any) -> str | None:
    """Return the version of Python in *image*; None where nobody knows it."""
    if isinstance(image, str):
        found = _IN_TAG.search(image)
        return found and found[1]
    version = getattr(image, "python_version", None)
    return None if version is None else str(version)


def name_of(image: Any) -> str:
    """Return what an image is called that is given as text; empty for others."""
    return image if isinstance(image, str) else ""


def _is_spec(image: Any) -> bool:
    return hasattr(image, "packages") and not isinstance(image, str)
