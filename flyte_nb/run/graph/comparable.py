"""What a cluster compares in a conditional: whole inputs and outputs, of one primitive type."""

from __future__ import annotations

import types
import typing
from enum import Enum
from typing import Any, Literal, Union

from flyte_nb.errors import WorkflowDefinitionError
from flyte_nb.run.describe import type_name
from flyte_nb.run.type_check import PRIMITIVES

from .promise import Promise, describe, refuse_text_of_a_promise

_NONE = type(None)


def check_comparison(left: Any, operator: str, right: Any, shown: str) -> None:
    """Refuse what a cluster would not compare.

    It registers no workflow that compares values of two types, not even an int and a float, and
    fails where one operand is no primitive.

    Args:
        left: A constant or a promise.
        operator: Between them.
        right: A constant or a promise.
        shown: The comparison in words.

    Raises:
        WorkflowDefinitionError: It is such a comparison.
    """
    kinds = [_kinds(left, shown), _kinds(right, shown)]
    if _NONE in kinds[0] | kinds[1]:  # what may be None is compared with it, and with the rest
        kinds = [kind | {_NONE} for kind in kinds] if {_NONE} in kinds else kinds
    common = kinds[0] & kinds[1]
    names = " and ".join("/".join(sorted(map(type_name, kind))) for kind in kinds)
    if not common:
        raise WorkflowDefinitionError(
            f"{shown}: {names} are not compared on a cluster",
            hint=_as_the_other(left, right) or "compare values of one type",
        )
    if operator not in {"==", "!="} and common <= {bool, _NONE}:
        raise WorkflowDefinitionError(f"{shown}: {names} have no order", hint="write == or !=")


def _kinds(operand: Any, shown: str) -> set[type]:
    """Return of which primitive types *operand* may be.

    Raises:
        WorkflowDefinitionError: It is a part of a promise, or may be something else.
    """
    if not isinstance(operand, Promise):
        if isinstance(operand, str):
            refuse_text_of_a_promise(operand, shown)
        found = _primitives(type(operand))
    elif operand._path:  # noqa: SLF001 - its attributes are promises
        raise WorkflowDefinitionError(
            f"{shown}: a cluster compares whole inputs and outputs, {describe(operand)} is a part",
            hint="return the part from a task of its own, and compare that",
        )
    else:
        found = _primitives(operand._type)  # noqa: SLF001
    if found is None:
        given = operand._type if isinstance(operand, Promise) else type(operand)  # noqa: SLF001
        raise WorkflowDefinitionError(
            f"{shown}: a {type_name(given)} cannot be compared in a workflow",
            hint="compare numbers, texts, booleans, times or None",
        )
    return found


def _primitives(kind: Any) -> set[type] | None:
    """Return the primitive types that *kind* is made of, None where it is of another."""
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        kinds = [_primitives(one) for one in typing.get_args(kind)]
        return set().union(*(one for one in kinds if one)) if all(kinds) else None
    if origin is Literal:
        return {type(value) for value in typing.get_args(kind)}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {str}  # its value, on a cluster
    return {kind} if kind in (*PRIMITIVES, _NONE) else None


def _as_the_other(left: Any, right: Any) -> str:
    """Return how to write a number so that it is of the other one's type; empty for no number."""
    for constant, other in ((left, right), (right, left)):
        if isinstance(other, Promise) and type(constant) is int and other._type is float:  # noqa: SLF001
            return f"write {float(constant)!r}"
    return ""
