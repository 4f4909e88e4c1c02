"""What a value goes through for one input or output: it is converted, then checked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError
from flyte_nb.run.copies import own_copy
from flyte_nb.run.describe import make_again, wrong_type
from flyte_nb.run.type_check import check_for

from .problem import ConversionError, Way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flyte_nb.types.table_form import TableForm

    from .problem import Convert

_PLAIN = (int, float, str, bool, timedelta, None, type(None))


def are_plain(kinds: Iterable[Any]) -> bool:
    """Return whether values of all these types arrive as they are."""
    return all(kind in _PLAIN for kind in kinds)


class Gate:
    """The boundary of a task, for one input or output.

    Args:
        expected: The type that is declared.
        form: What is declared of a table beside its type.

    Attributes:
        expected: The type that is declared.
        check: Says whether a value is of it.
        convert: What a value goes through before, None where nothing changes.
        is_changing: Whether an input can be changed in place, so that a task is given its own.
        is_pickled: Whether a cluster pickles it.
    """

    __slots__ = ("check", "convert", "expected", "is_changing", "is_pickled")

    def __init__(self, expected: Any, form: TableForm | None = None) -> None:
        self.expected = expected
        self.check = check_for(expected)
        self.convert: Convert | None = None
        self.is_changing = self.is_pickled = False
        if expected not in _PLAIN:
            self._look_closer(form)

    def _look_closer(self, form: TableForm | None) -> None:
        from .conversion import conversion_for
        from .pickled import is_changing, is_pickled

        self.convert = conversion_for(self.expected)
        self.is_changing = is_changing(self.expected)
        self.is_pickled = is_pickled(self.expected)
        if form is not None:
            from .frames import to_frame

            self.convert = to_frame(self.expected, form)

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
            raise self._refusal(value, where, error) from None
        except RecursionError:
            raise InvalidValueError(f"{where}: it holds itself, or is nested too deep") from None

    def _refusal(
        self, value: Any, where: str, error: ConversionError
    ) -> TypeTransformerFailedError:
        from .anew import defined_anew

        name = defined_anew(value, self.expected)
        return TypeTransformerFailedError(
            f"{where}: {error.reason}{f': {name} was defined anew since it was made' * bool(name)}",
            hint=make_again(name) if name else error.hint,
        )

    def entering(self, value: Any, where: str, way: Way) -> Any:
        """Return what a task is given for *value*: converted, and its own.

        Raises:
            TypeTransformerFailedError: It cannot be.
        """
        value = self.converted(value, way, where)
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
