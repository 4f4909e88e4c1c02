"""What of a run is drawn as one box: a node, nodes inside of it, or many that are alike."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .layout import ranks
from .look import phase_of_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flyte_nb.run.history.lost import PhaseSeen

MAX_BOXES = 150
_MANY = 6  # equal nodes beside each other, from which on they are one box
_MAX_LEVELS = 12
_IN_CASE = re.compile(r"(.+)-\d+-n\d+")


class NodeLike(Protocol):
    """What is drawn of a node: as of `NodeProgress` and of what a record keeps of it."""

    @property
    def path(self) -> str:
        """Ids of the nodes that it is in, and its own, joined by ``/``."""

    @property
    def name(self) -> str:
        """What it is called for people."""

    @property
    def calls(self) -> str:
        """Name of what it calls."""

    @property
    def kind(self) -> str:
        """``task``, ``workflow``, ``map task`` and so on."""

    @property
    def upstream(self) -> Sequence[str]:
        """Paths of the nodes that it waits for."""

    @property
    def phase(self) -> PhaseSeen:
        """Where it is."""

    @property
    def seconds(self) -> Any:
        """How long it took, or a function that returns that; None before it has begun."""


@dataclass(slots=True, eq=False)
class Box:
    """One box.

    Attributes:
        key: Path of its node, with something after it where it stands for several.
        title: What it is called.
        kind: As of the node.
        phase: Where it is.
        seconds: How long it took, None where it has no time of its own.
        upstream: Keys of the boxes beside it that it waits for.
        inside: Boxes that are drawn in it.
        counts: How many nodes it stands for, by phase; empty for one alone.
    """

    key: str
    title: str
    kind: str
    phase: PhaseSeen
    seconds: float | None = None
    upstream: set[str] = field(default_factory=set)
    inside: list[Box] = field(default_factory=list)
    counts: Counter[PhaseSeen] = field(default_factory=Counter)


def boxes(nodes: Iterable[NodeLike], most: int = MAX_BOXES) -> list[Box]:
    """Return the outermost boxes of *nodes*; not more than *most* with those inside.

    Items of a map task are one box. So are equal nodes beside each other where there are many;
    and where there are too many boxes, what is inside of another, and at last each level.
    """
    known = {node.path: node for node in nodes}
    children: dict[str, list[NodeLike]] = defaultdict(list)
    for node in known.values():
        children[around(node.path, known)].append(node)
    deepest = max((path.count("/") + path.count("-n") for path in known), default=0)
    for depth in range(deepest + 1, -1, -1):
        found = _beside(children[""], children, depth)
        if _number(found) <= most:
            return found
    return _levels(found)


def around(path: str, known: Any) -> str:
    """Return the path, among those that are *known*, of what the node at *path* is in."""
    level, _, own = path.rpartition("/")
    while in_case := _IN_CASE.fullmatch(own):
        own = in_case[1]
        conditional = f"{level}/{own}" if level else own
        if conditional in known:
            return conditional
    while level and level not in known:
        level = level.rpartition("/")[0]
    return level


def short_name(node: NodeLike) -> str:
    """Return what a node is called, in as few words as tell it from others."""
    own = node.path.rpartition("/")[2]
    if node.name and node.name not in (own, node.calls):
        return node.name
    calls = node.calls if node.kind == "launch plan" else node.calls.rpartition(".")[2]
    return calls or node.name or own


def seconds_of(node: NodeLike) -> float | None:
    """Return how long a node took."""
    value: float | None = node.seconds() if callable(node.seconds) else node.seconds
    return value


def _beside(some: list[NodeLike], children: dict[str, list[NodeLike]], depth: int) -> list[Box]:
    """Return the boxes of nodes that are in the same one; *depth* says how deep to look."""
    found = {node.path: _box(node, children, depth) for node in some}
    for node in some:
        found[node.path].upstream = {path for path in node.upstream if path in found}
    return _stacked(list(found.values()))


def _box(node: NodeLike, children: dict[str, list[NodeLike]], depth: int) -> Box:
    box = Box(node.path, short_name(node), node.kind, node.phase, seconds_of(node))
    inside = children.get(node.path, [])
    if node.kind == "map task":
        box.counts = Counter(item.phase for item in inside)
    elif inside and depth > 0:
        box.inside = _beside(inside, children, depth - 1)
    elif inside:
        box.counts = _phases_below(node.path, children)
    return box


def _phases_below(path: str, children: dict[str, list[NodeLike]]) -> Counter[PhaseSeen]:
    """Count the nodes in the one at *path* that have none in them."""
    counts: Counter[PhaseSeen] = Counter()
    below = list(children.get(path, ()))
    while below:
        node = below.pop()
        if inside := children.get(node.path):
            below += inside
        else:
            counts[node.phase] += 1
    return counts


def _stacked(some: list[Box]) -> list[Box]:
    """Return the boxes, with those that are alike as one where they are many."""
    if len(some) <= _MANY:
        return some
    after: dict[str, set[str]] = defaultdict(set)
    for box in some:
        for key in box.upstream:
            after[key].add(box.key)
    alike: dict[Any, list[Box]] = defaultdict(list)
    for box in some:
        is_plain = not (box.inside or box.counts)
        place = (frozenset(box.upstream), frozenset(after[box.key])) if is_plain else box.key
        alike[box.title, box.kind, place].append(box)
    becomes: dict[str, str] = {}
    found = []
    for group in alike.values():
        box = group[0] if len(group) <= _MANY else _stack(group)
        becomes.update((one.key, box.key) for one in group if box is not group[0])
        found += group if box is group[0] else [box]
    for box in found:
        box.upstream = {becomes.get(key, key) for key in box.upstream}
    return found


def _stack(group: list[Box], title: str = "", suffix: str = "*") -> Box:
    counts: Counter[PhaseSeen] = Counter()
    for box in group:
        counts.update(box.counts or [box.phase])
    first = group[0]
    return Box(
        first.key + suffix,
        title or first.title,
        first.kind,
        phase_of_many(counts),
        upstream=set(first.upstream),
        counts=counts,
    )


def _number(some: list[Box]) -> int:
    return sum(1 + _number(box.inside) for box in some)


def _levels(some: list[Box]) -> list[Box]:
    """Return one box for all that wait equally long."""
    places = {box.key: n for n, box in enumerate(some)}
    level = ranks(len(some), [(places[k], n) for n, box in enumerate(some) for k in box.upstream])
    per_box = -(-(max(level) + 1) // _MAX_LEVELS)
    groups: dict[int, list[Box]] = defaultdict(list)
    for box, number in zip(some, level, strict=True):
        groups[number // per_box].append(box)
    found: list[Box] = []
    for number, group in sorted(groups.items()):
        first, last = number * per_box + 1, min((number + 1) * per_box, max(level) + 1)
        title = f"Level {first:,}" if first == last else f"Levels {first:,} to {last:,}"
        box = _stack(group, title, suffix="#")
        box.kind, box.upstream = "level", {found[-1].key} if found else set()
        found.append(box)
    return found
