"""What a value goes through for one input or output: it is converted, then checked."""

from __future__ import annotations

import typing
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError
from flyte_nb.run.copies import own_copy
from flyte_nb.run.describe import wrong_type
from flyte_nb.run.type_check import PRIMITIVES, check_for
from flyte_nb.types.place import Place

from .conversion import conversion_for
from .pickled import is_pickled
from .problem import ConversionError, Way

if TYPE_CHECKING:
    from .problem import Convert


class Gate:
    """The boundary of a task, for one input or output.

    Attributes:
        expected: The type that is declared.
        check: Says whether a value is of it.
        convert: What a value goes through before, None where nothing changes.
        is_changing: Whether an input can be changed in place, so that a task is given its own.
        is_pickled: Whether a cluster pickles it.
    """

    __slots__ = ("check", "convert", "expected", "is_changing", "is_pickled")

    def __init__(self, expected: Any) -> None:
        self.expected = expected
        self.check = check_for(expected)
        self.convert: Convert | None = conversion_for(expected)
        self.is_changing = _is_changing(expected)
        self.is_pickled = is_pickled(expected)

    @property
    def is_plain(self) -> bool:
        """Whether an input arrives as it is."""
        return self.convert is None and not self.is_changing

    def converted(self, value: Any, way: Way, where: str) -> Any:
        """Return what becomes of *value*.

        Raises:
            TypeTransformerFailedError: It cannot go that way.
        """
        convert = self.convert
        if convert is None:
            return value
        try:
            return convert(value, way)
        except ConversionError as error:
            raise TypeTransformerFailedError(f"{where}: {error.reason}", hint=error.hint) from None
        except RecursionError:
            raise InvalidValueError(f"{where}: it holds itself, or is nested too deep") from None

    def entering(self, value: Any, where: str) -> Any:
        """Return what a task is given for *value*: converted, and its own.

        Raises:
            TypeTransformerFailedError: It cannot be.
        """
        value = self.converted(value, Way.IN, where)
        return own_copy(value) if self.is_changing else value

    def passed(self, value: Any, way: Way, where: str) -> Any:
        """Return what becomes of *value*, of the type that is declared.

        Raises:
            TypeTransformerFailedError: It is not of that type.
        """
        taken = self.converted(value, way, where)
        if not self.check(taken):
            raise wrong_type(where, self.expected, taken)
        return taken


def _is_changing(expected: Any) -> bool:
    """Return whether a value of that type may be, or have in it, what can be changed."""
    args = typing.get_args(expected)
    if expected in (*PRIMITIVES, type(None), None) or typing.get_origin(expected) is typing.Literal:
        return False
    if typing.get_origin(expected) in (list, dict, set):
        return True
    if isinstance(expected, type) and issubclass(expected, (Enum, date, Place)):
        return False
    return any(map(_is_changing, args)) if args else True
