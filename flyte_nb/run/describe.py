"""Types and values in the words of an error message: short, and never a secret."""

from __future__ import annotations

import typing
from itertools import islice
from typing import Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import FlyteNbError, TypeTransformerFailedError

_SHOWN = (bool, int, float, type(None))
_SIZED = (str, bytes, list, tuple, dict, set, frozenset)
_MAX_TEXT = 60  # characters
_ARRAYS = ("numpy", "pandas", "polars", "pyarrow", "torch")


def type_name(expected: Any) -> str:
    """Return a type as a user writes it."""
    is_class = isinstance(expected, type) and not typing.get_args(expected)
    return expected.__name__ if is_class else str(expected).replace("typing.", "")


def value_in_words(value: Any) -> str:
    """Return what *value* is, on one line.

    Numbers are shown. Text is not: it may be a secret, and the message ends in the notebook.
    """
    kind = type(value)
    if kind in _SHOWN:
        return f"{kind.__name__} {value!r}" if value is not None else "None"
    if kind in _SIZED:
        unit = "character" if kind is str else "byte" if kind is bytes else "item"
        return f"{kind.__name__} of {len(value):,} {unit}{'' if len(value) == 1 else 's'}"
    package = kind.__module__.partition(".")[0]
    if package not in _ARRAYS:
        return kind.__name__
    shape = getattr(value, "shape", ())
    name = f"{package}.{kind.__name__}"
    return f"{name} of shape {tuple(shape)}" if shape and isinstance(shape, tuple) else name


def input_in_words(value: Any) -> str:
    """Return *value* as its author wrote it into code that everybody reads, on one line."""
    if type(value) not in (*_SHOWN, str):
        return value_in_words(value)
    text = repr(LEAK_GUARD.mask(value)) if type(value) is str else repr(value)
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"


def wrong_type(where: str, expected: Any, value: Any) -> TypeTransformerFailedError:
    """Return the error for *value*, which is not of the type that *where* expects."""
    from .types.anew import defined_anew

    text = f"{where}: expected {type_name(expected)}, got {value_in_words(value)}"
    if found := wrong_item(value, expected):
        text = f"{text}: {found}"
    if name := defined_anew(value, expected):
        return TypeTransformerFailedError(
            f"{text}: {name} was defined anew since it was made", hint=make_again(name)
        )
    return TypeTransformerFailedError(text, hint=conversion(value, expected))


def wrong_item(value: Any, expected: Any) -> str:
    """Return which item of a list or a dictionary is of a wrong type; empty for none of these."""
    args = typing.get_args(expected)
    if typing.get_origin(expected) is not type(value) or type(value) not in (list, dict):
        return ""
    from .type_check import MAX_ITEMS, check_for

    if isinstance(value, dict) and (wrong := [k for k in value if not check_for(args[0])(k)]):
        return f"a key is {value_in_words(wrong[0])}"
    fits = check_for(args[-1])
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in islice(items, MAX_ITEMS):
        if not fits(item):
            return f"item {input_in_words(name)} is {value_in_words(item)}"
    return ""


def make_again(name: str) -> str:
    """Return what to do about an object of an earlier class *name*."""
    return f"run the cell again that made it, for the {name} that there is now"


def conversion(value: Any, expected: Any) -> str:
    """Return how to make *value* fit, where that is one call; else nothing."""
    is_number = isinstance(value, (int, float)) or (
        type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0
    )
    if isinstance(value, int) and not isinstance(value, bool) and expected is int:
        return "an int has 64 bits on a cluster; hand a larger one over as a text"
    if isinstance(value, str) and expected is str:
        is_plain = type(value) is str
        return "" if not is_plain else "it has half a surrogate pair, which no message takes"
    if value is None and expected in (Any, object):
        return "a cluster pickles what has no type, but not None: declare Optional[…]"
    if is_number and expected in (int, float, str, bool):
        return f"convert it first: {type_name(expected)}(…); a cluster does not do it for you"
    if value_in_words(value).startswith("numpy.ndarray") and getattr(
        value.dtype, "hasobject", False
    ):
        return "a cluster does not write arrays of objects: give it a dtype, or return a list"
    return ""


def error_in_words(error: BaseException, limit: int = 200) -> str:
    """Return type and message of *error*, masked, on one line of at most *limit* characters."""
    name = type(error).__name__
    try:
        # Of ours the message alone: the hint is for who reads the whole.
        said = str(error.args[0]) if isinstance(error, FlyteNbError) else str(error)
        lines = LEAK_GUARD.mask(said).strip().splitlines()  # first: half a value is not found
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a user's exception may fail to describe itself
        return f"{name} (its message cannot be shown)"
    text = f"{name}: {lines[0]}" if lines else name
    cut = len(text) > limit or len(lines) > 1
    return f"{text[: limit - 1]}…" if cut else text
