"""`Annotated[T, HashMethod(f)]`: inputs that are told apart by a function of their author's."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    StandIn = Callable[[Any], Any]

T = TypeVar("T")


class HashMethod(Generic[T]):
    """A type's annotation that says what tells its values apart (flytekit's ``HashMethod``).

    Args:
        function: Given a value, returns a text; of equal texts one counts for the other.

    Example:
        >>> HashMethod(str.lower).calculate("A")
        'a'
    """

    def __init__(self, function: Callable[[T], str]) -> None:
        self._function = function

    def calculate(self, obj: T) -> str:
        """Return what the function says of *obj*."""
        return self._function(obj)


@dataclass(frozen=True, slots=True)
class Hashed:
    """Stands for a value where only a text counts."""

    text: str


def stand_in(hint: Any) -> StandIn | None:
    """Return what puts a `Hashed` wherever the type *hint* has a hash method; None without any.

    As with flytekit also for the items of lists, the values of dictionaries, and optional ones.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        method = next(filter(_is_hash_method, arguments[1:]), None)
        return stand_in(arguments[0]) if method is None else _by(method)
    inner = stand_in(arguments[-1]) if origin in (list, dict) and arguments else None
    if origin in (typing.Union, types.UnionType):
        inner = next(filter(None, map(stand_in, arguments)), None)
    if inner is None:
        return None
    return lambda value: _inside(value, inner)


def _inside(value: Any, inner: StandIn) -> Any:
    if isinstance(value, list):
        return [inner(item) for item in value]
    if isinstance(value, dict):
        return {key: inner(item) for key, item in value.items()}
    return None if value is None else inner(value)


def _is_hash_method(annotation: Any) -> bool:
    """Return whether it is one, flytekit's own too: a cell may import either."""
    return any(
        kind.__name__ == "HashMethod" and kind.__module__.startswith(("flyte_nb.", "flytekit."))
        for kind in type(annotation).__mro__
    )


def _by(method: Any) -> StandIn:
    def hashed(value: Any) -> Hashed:
        text = method.calculate(value)
        if not isinstance(text, str):
            raise InvalidValueError(
                f"HashMethod: the function returned a {type(text).__name__}",
                hint="return a text: what is equal there counts as equal",
            )
        return Hashed(text)

    return hashed
