"""Which modules an image has, by the packages that are installed in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # how a requirement begins (PEP 508)
_FOR_AN_EXTRA = re.compile(r";.*\bextra\b")


class ImagePackages:
    """The packages of an image, and those that they bring along.

    What a package brings along is known from the one that is installed here.

    Args:
        requirements: As pip takes them, for example ``"pandas>=2"``.
    """

    def __init__(self, requirements: Iterable[str]) -> None:
        self._names = _with_dependencies({_normal(requirement) for requirement in requirements})
        self._owners: Mapping[str, list[str]] | None = None

    def packages_of(self, module: str) -> list[str]:
        """Return the packages that install *module* here; empty for a file of the user's."""
        if self._owners is None:  # it reads every package: not before
            from importlib.metadata import packages_distributions

            self._owners = packages_distributions()
        return sorted(set(self._owners.get(module, ())))

    def has(self, module: str) -> bool:
        """Return whether the image has *module*."""
        if _normal(module) in self._names:
            return True
        return any(_normal(package) in self._names for package in self.packages_of(module))


def _with_dependencies(names: set[str]) -> set[str]:
    from importlib import metadata

    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            wanted = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        waiting += [_normal(line) for line in wanted if not _FOR_AN_EXTRA.search(line)]
    return found


def _normal(requirement: str) -> str:
    """Return the name of a package as PEP 503 writes it."""
    match = _NAME.match(requirement.strip())
    return re.sub(r"[-_.]+", "-", match[0]).lower() if match else ""
