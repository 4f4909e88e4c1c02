"""The decks that the runtime makes of an attempt: inputs, outputs, source, dependencies."""

from __future__ import annotations

import inspect
import typing
from functools import partial
from typing import TYPE_CHECKING, Any

from flyte_nb.decks import DeckField, TimeLineDeck

from .copies import own_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flyte_nb.context import RunScope
    from flyte_nb.decks import Deck

    from .task import Task


def inputs_to_show(scope: RunScope) -> dict[str, Any]:
    """Return the inputs as they are now, by name, where a deck of them is asked for."""
    if DeckField.INPUT not in scope.deck_fields or scope.called is None:
        return {}
    return {name: _as_it_is(value) for name, value in scope.called().inputs.items()}


def decks_of_attempt(
    task: Task, inputs: Mapping[str, Any], value: Any, *, has_value: bool
) -> Iterator[Deck]:
    """Yield the decks that *task* asked for, in flytekit's order; none is made yet.

    Args:
        task: The task.
        inputs: What it was given, as `inputs_to_show` had it when the attempt began.
        value: What it returned; the deck shows it as it is now.
        has_value: Whether it returned.
    """
    from flyte_nb.decks import made

    asked = task.options.decks_to_make
    if DeckField.SOURCE_CODE in asked:
        yield made.source_deck(DeckField.SOURCE_CODE.value, task.function)
    if DeckField.DEPENDENCIES in asked:
        yield made.dependencies_deck(DeckField.DEPENDENCIES.value)
    if DeckField.INPUT in asked and inputs:
        types = partial(_declared, task.function)
        yield made.values_deck(DeckField.INPUT.value, inputs, types)
    if DeckField.OUTPUT in asked and has_value and task.interface.outputs:
        names = tuple(task.interface.outputs)
        several = isinstance(value, tuple) and len(value) == len(names)
        outputs = zip(names, value, strict=True) if several else [(names[0], value)]
        types = partial(_outputs, task.function, names)
        yield made.values_deck(
            DeckField.OUTPUT.value, {name: _as_it_is(one) for name, one in outputs}, types
        )


def without_timeline(decks: list[Deck], asked: tuple[DeckField, ...]) -> list[Deck]:
    """Return *decks*, that of the times of parts only where the task asked for it."""
    if DeckField.TIMELINE in asked:
        return decks
    name = DeckField.TIMELINE.value
    return [deck for deck in decks if not (isinstance(deck, TimeLineDeck) and deck.name == name)]


def _as_it_is(value: Any) -> Any:
    """Return a copy of *value* for who looks later; itself where there can be none."""
    try:
        return own_copy(value)
    except Exception:  # noqa: BLE001 - whatever its class raises: a deck ends no task
        return value


def _declared(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of *function* with the renderers that are in them."""
    try:
        return typing.get_type_hints(inspect.unwrap(function), include_extras=True)
    except Exception:  # noqa: BLE001 - a name that is gone: shown without its renderer
        return {}


def _outputs(function: Callable[..., Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the types of the outputs *names*, as `_declared` does."""
    output = _declared(function).get("return")
    if isinstance(output, type) and hasattr(output, "_fields"):  # a NamedTuple
        return _declared(output)
    if isinstance(output, tuple):  # flytekit's way to write several outputs
        return dict(zip(names, output, strict=False))
    several = typing.get_args(output) if typing.get_origin(output) is tuple else (output,)
    return dict(zip(names, several, strict=False))
