"""A text becomes a value of a type: as a word, as JSON, from a file, or as an expression."""

from __future__ import annotations

import json
import typing
from typing import TYPE_CHECKING, Any, Literal

from flyte_nb.display import visible
from flyte_nb.errors import NotProvidedError, TypeTransformerFailedError
from flyte_nb.run.describe import type_name

from . import kinds
from .examples import example
from .expression import is_expression
from .files import from_file
from .json_value import build
from .misfit import MisfitError
from .scalars import SCALARS, to_enum, to_literal

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_SHOWN = 60  # characters of what was typed


def convert(text: str, expected: Any, name: str, evaluate: Callable[[str, str], Any] | None) -> Any:
    """Return the value of type *expected* that *text* stands for.

    Args:
        text: As it was typed: ``=…`` is an expression, ``@…`` a file.
        expected: The type of the input.
        name: Its name.
        evaluate: Returns the value of a Python expression for an option; None for text of a
            file, in which nothing is one.

    Raises:
        TypeTransformerFailedError: It stands for nothing of that type; the message names the
            input, the text and the type, and the hint has an example.
        NotProvidedError: Who would read the file is not installed.
    """
    if evaluate is not None and is_expression(text):
        return evaluate(text[1:].strip(), f"--{name}")
    try:
        if text.startswith("@"):
            return from_file(text[1:], expected)
        return _of_text(text, kinds.bare(expected))
    except MisfitError as error:
        wanted = type_name(kinds.bare(expected))
        if not error.problem and not error.where and error.wanted == wanted:
            problem = f"not of type {wanted}"
        else:
            problem = f"{name}{error.where} {error.problem or f'has to be {error.wanted}'}"
        raise TypeTransformerFailedError(
            f"--{name} {_shown(text)}: {problem}",
            hint=f"e.g. {example(name, expected)}",
        ) from None
    except NotProvidedError as error:
        raise NotProvidedError(
            f"--{name} {_shown(text)}: {error.args[0]}", hint=error.hint
        ) from None


def _of_text(text: str, expected: Any) -> Any:  # noqa: PLR0911 - a case for each kind of type
    origin = typing.get_origin(expected) or expected
    if expected in (Any, object):
        return _any(text)
    if kinds.is_union(expected):
        return _one_of(text, typing.get_args(expected))
    if expected in SCALARS:
        return SCALARS[expected](text)
    if origin is Literal:
        return to_literal(text, typing.get_args(expected))
    if kinds.is_enum(expected):
        return to_enum(text, expected)
    if kinds.is_path(expected):
        return expected(text)
    if kinds.is_frame(expected):
        raise MisfitError("a file, or =expression")
    try:
        data = json.loads(text)
    except ValueError:
        is_by_json = origin in (*kinds.ARRAYS, dict) or kinds.is_record(expected)
        is_json = "JSON for " if is_by_json or kinds.is_model(expected) else ""
        raise MisfitError(is_json + type_name(expected)) from None
    return build(data, expected)


def _any(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _one_of(text: str, choices: tuple[Any, ...]) -> Any:
    """Return *text* as the first type that it can be; everything can be text, so that is last."""
    if type(None) in choices and text.lower() in {"null", "none"}:
        return None
    rest = [choice for choice in choices if choice is not type(None)]
    for choice in sorted(rest, key=lambda c: kinds.bare(c) is str):
        try:
            return _of_text(text, kinds.bare(choice))
        except MisfitError as error:
            if len(rest) == 1:
                raise
            del error
    raise MisfitError(" or ".join(map(type_name, rest)))


def _shown(text: str) -> str:
    from flyte_nb.context.leak_guard import LEAK_GUARD

    shown = visible(LEAK_GUARD.mask(text))
    return repr(shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…")
