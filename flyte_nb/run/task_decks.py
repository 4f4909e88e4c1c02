"""The decks that the runtime makes of an attempt: inputs, outputs, source, dependencies."""

from __future__ import annotations

import inspect
import typing
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from flyte_nb.decks import DeckField, TimeLineDeck
from flyte_nb.decks.problem import problem

from .copies import is_small, own_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from flyte_nb.context import RunScope
    from flyte_nb.decks import Deck
    from flyte_nb.decks.library import Drawing

    from .task import Task

    Show = Callable[[], str | Drawing]
    Types = Callable[[], Mapping[str, Any]]


def inputs_to_show(task: Task, scope: RunScope) -> dict[str, Show]:
    """Return what shows the inputs as they are now, by name, where a deck of them is asked for."""
    if DeckField.INPUT not in scope.deck_fields or scope.called is None:
        return {}
    return _showing(scope.called().inputs.items(), partial(_declared, task.function))


def decks_of_attempt(
    task: Task, inputs: Mapping[str, Show], value: Any, *, has_value: bool
) -> Iterator[Deck]:
    """Yield the decks that *task* asked for, in flytekit's order; none is made yet.

    Args:
        task: The task.
        inputs: What it was given, from `inputs_to_show` when the attempt began.
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
        yield made.values_deck(DeckField.INPUT.value, inputs)
    if DeckField.OUTPUT in asked and has_value and task.interface.outputs:
        names = tuple(task.interface.outputs)
        several = isinstance(value, tuple) and len(value) == len(names)
        outputs = zip(names, value, strict=True) if several else [(names[0], value)]
        types = partial(_outputs, task.function, names)
        yield made.values_deck(DeckField.OUTPUT.value, _showing(outputs, types))


def without_timeline(decks: list[Deck], asked: tuple[DeckField, ...]) -> list[Deck]:
    """Return *decks*, that of the times of parts only where the task asked for it."""
    if DeckField.TIMELINE in asked:
        return decks
    name = DeckField.TIMELINE.value
    return [deck for deck in decks if not (isinstance(deck, TimeLineDeck) and deck.name == name)]


def _showing(values: Iterable[tuple[str, Any]], types: Types) -> dict[str, Show]:
    return {name: _as_it_is(value, partial(_shown, name, types)) for name, value in values}


def _shown(name: str, types: Types, value: Any) -> str | Drawing:
    from flyte_nb.decks import made

    return made.shown(value, types().get(name))


def _as_it_is(value: Any, show: Callable[[Any], str | Drawing]) -> Show:
    """Return what shows *value* as it is now to who looks later.

    That needs a copy; of what is large, or cannot be copied, its HTML.
    """
    with suppress(Exception):  # whatever its class raises: then there is no copy
        if is_small(value):
            return partial(show, own_copy(value))
    try:
        html = show(value)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - as above: a deck ends no task
        html = problem(f"this {type(value).__name__} cannot be shown", error)
    return lambda: html


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
