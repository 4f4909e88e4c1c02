"""Nodes of a run in the order in which people read them: parts below what they are a part of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol, TypeVar

from .boxes import around

if TYPE_CHECKING:
    from collections.abc import Sequence


class HasPath(Protocol):
    """A node."""

    @property
    def path(self) -> str:
        """Ids of the nodes that it is in, and its own, joined by ``/``."""


N = TypeVar("N", bound=HasPath)


def nested(nodes: Sequence[N]) -> list[N]:
    """Return *nodes*, each after what it is inside of."""
    known = {node.path: node for node in nodes}
    inside: dict[str, list[N]] = defaultdict(list)
    for node in reversed(nodes):
        inside[around(node.path, known)].append(node)
    found: list[N] = []
    left = inside.pop("", [])
    while left:
        node = left.pop()
        found.append(node)
        left += inside.pop(node.path, ())  # once: a forged record may have a node inside itself
    return found + [node for rest in inside.values() for node in rest]


def depths(nodes: Sequence[HasPath]) -> dict[str, int]:
    """Return in how many others each of *nodes* is, by path; they come from `nested`."""
    found: dict[str, int] = {}
    for node in nodes:
        found[node.path] = found.get(around(node.path, found), -1) + 1
    return found
