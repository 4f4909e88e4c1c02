"""Inputs and outputs of a cell's task with their types: written in its first line, or told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

from .declared import evaluated
from .naming import written_type
from .sorting import is_code
from .value_types import type_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .declared import Declared
    from .naming import Written


@dataclass(slots=True)
class Typed:
    """An input or an output.

    Attributes:
        name: Its name.
        kind: Its type.
        why: Why that says no more; empty where it says all.
        is_known: Whether the type is known yet.
    """

    name: str
    kind: Any
    why: str = ""
    is_known: bool = True

    def learn(self, value: Any) -> None:
        """Take the type of *value*."""
        told = type_of(value)
        self.kind, self.why, self.is_known = told.kind, told.why, True

    def written(self, names: dict[str, Any]) -> Written:
        """Return its type as code, where *names* are those of the notebook."""
        return written_type(self.kind, names)


def typed_inputs(
    inputs: Iterable[str], declared: Iterable[Declared], names: dict[str, Any]
) -> list[Typed]:
    """Return *inputs* with the types that are written for them, else with those of their values.

    Raises:
        InvalidValueError: One has no value to tell its type from, or is none.
    """
    written = {one.name: one for one in declared if one.text}
    return [
        Typed(name, evaluated("--in", written[name], names))
        if name in written
        else _told(name, names)
        for name in inputs
    ]


def _told(name: str, names: dict[str, Any]) -> Typed:
    if name not in names:
        raise InvalidValueError(
            f"--in {name}: there is no {name} here to tell its type from",
            hint=f"write --in {name}:int",
        )
    if is_code(names[name]):
        raise InvalidValueError(
            f"--in {name}: a {type(names[name]).__name__} cannot be an input",
            hint="leave it out: it comes along by itself",
        )
    told = type_of(names[name])
    return Typed(name, told.kind, told.why)


def typed_outputs(outputs: Iterable[Declared], names: dict[str, Any]) -> list[Typed]:
    """Return *outputs* with the types that are written for them.

    Raises:
        InvalidValueError: What is written is no type.
    """
    return [
        Typed(one.name, evaluated("--out", one, names))
        if one.text
        else Typed(one.name, Any, is_known=False)
        for one in outputs
    ]


def listing(typed: Iterable[Typed], names: dict[str, Any]) -> str:
    """Return names and types in a line."""
    return ", ".join(
        f"{one.name}: {one.written(names).text if one.is_known else '?'}" for one in typed
    )
