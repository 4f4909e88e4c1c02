"""Comparisons of values that are not there yet, for `conditional`."""

from __future__ import annotations

import operator
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

from flyte_nb.errors import WorkflowDefinitionError

from .comparable import check_comparison
from .promise import Promise, describe, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Expression:
    """What is true or false when its values are there; joined by ``&`` and ``|``."""

    __slots__ = ()

    def __and__(self, other: Any) -> ConjunctionExpression:
        return ConjunctionExpression(self, "&", other)

    def __or__(self, other: Any) -> ConjunctionExpression:
        return ConjunctionExpression(self, "|", other)

    def __bool__(self) -> NoReturn:
        raise WorkflowDefinitionError(
            f"{self} has no value while the workflow is declared: it cannot be a condition",
            hint="write conditional('name').if_(…).then(…).else_().then(…), with & and | in it",
        )

    def promises(self) -> Iterator[Promise]:
        """Yield what it is made of."""
        raise NotImplementedError

    def evaluate(self, values: dict[str, dict[str, Any]]) -> bool:
        """Return whether it is true.

        Args:
            values: Node's id to its outputs by name.

        Raises:
            WorkflowDefinitionError: Its values cannot be compared.
        """
        raise NotImplementedError


class ComparisonExpression(Expression):
    """Two operands, at least one of them a promise (flytekit's ``ComparisonExpression``).

    Raises:
        WorkflowDefinitionError: A cluster would not compare them, see `check_comparison`.
    """

    __slots__ = ("_left", "_operator", "_right")

    def __init__(self, left: Any, operator_: str, right: Any) -> None:
        self._left, self._operator, self._right = left, operator_, right
        check_comparison(left, operator_, right, repr(self))

    def promises(self) -> Iterator[Promise]:
        """Yield what it is made of."""
        yield from (one for one in (self._left, self._right) if isinstance(one, Promise))

    def evaluate(self, values: dict[str, dict[str, Any]]) -> bool:
        """Return whether it is true."""
        left, right = _value(self._left, values), _value(self._right, values)
        try:
            return bool(_COMPARE[self._operator](left, right))
        except TypeError:
            raise WorkflowDefinitionError(
                f"{self}: {type(left).__name__} and {type(right).__name__} have no order"
            ) from None

    def __repr__(self) -> str:
        left, right = operand_in_words(self._left), operand_in_words(self._right)
        return f"({left} {self._operator} {right})"


class ConjunctionExpression(Expression):
    """Both or one of two expressions (flytekit's ``ConjunctionExpression``)."""

    __slots__ = ("_left", "_operator", "_right")

    def __init__(self, left: Expression, operator_: str, right: Any) -> None:
        if not isinstance(right, Expression):
            raise WorkflowDefinitionError(
                f"{left} {operator_} …: {type(right).__name__} is no comparison",
                hint="each comparison in brackets: (a > 1) & (b < 2); a boolean has is_true()",
            )
        self._left, self._operator, self._right = left, operator_, right

    def promises(self) -> Iterator[Promise]:
        """Yield what it is made of."""
        yield from self._left.promises()
        yield from self._right.promises()

    def evaluate(self, values: dict[str, dict[str, Any]]) -> bool:
        """Return whether it is true."""
        left = self._left.evaluate(values)
        is_and = self._operator == "&"
        return self._right.evaluate(values) if left is is_and else left

    def __repr__(self) -> str:
        return f"({self._left} {self._operator} {self._right})"


def operand_in_words(operand: Any) -> str:
    """Return one side of a comparison; a text not, which may be a secret."""
    if isinstance(operand, Promise):
        return describe(operand)
    return "a text" if isinstance(operand, str) else repr(operand)


def _value(operand: Any, values: dict[str, dict[str, Any]]) -> Any:
    if isinstance(operand, Promise):
        operand = value_of(operand, values[operand._node.id])  # noqa: SLF001
    return operand.value if isinstance(operand, Enum) else operand  # a text on a cluster
