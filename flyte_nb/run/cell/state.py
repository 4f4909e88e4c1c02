"""What a name may stand for at one place of a body, and how that comes together from branches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

AROUND = 1
"""What the name is in the notebook, or in a pod: an input."""
BOUND = 2
"""What the body gave it."""
GONE = 4
"""Nothing any more: the body has deleted it."""

State: TypeAlias = Mapping[str, int]
"""Name to what it may be; a name that is not there is `AROUND` alone."""


def join(*states: State | None) -> dict[str, int] | None:
    """Return what names may be where several ways meet; None for a way that nothing comes by."""
    ways = [state for state in states if state is not None]
    if not ways:
        return None
    names = set().union(*ways)
    result = {}
    for name in names:
        bits = 0
        for way in ways:
            bits |= way.get(name, AROUND)
        result[name] = bits
    return result


def also_bound(state: State | None, names: frozenset[str]) -> dict[str, int] | None:
    """Return *state* where each of *names* may be bound too."""
    if state is None:
        return None
    return {**state, **{name: state.get(name, AROUND) | BOUND for name in names}}
