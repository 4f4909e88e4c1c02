"""What stands for a value while a workflow is declared."""

from __future__ import annotations

import dataclasses
import typing
from typing import TYPE_CHECKING, Any, NoReturn

from flyte_nb.errors import WorkflowDefinitionError
from flyte_nb.run.describe import type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from .expressions import ComparisonExpression
    from .node import Node


class Promise:
    """An output of a node, or an input of the workflow, that has no value yet.

    A part of it is one as well: a field of a dataclass, an item of a list or a dictionary.
    Whatever else needs the value is an error, at the line that needs it.
    """

    # Names with an underscore: all others may be those of a dataclass's fields.
    __slots__ = ("_node", "_path", "_type", "_var")

    def __init__(self, node: Node, var: str, type_: Any, path: tuple[Any, ...] = ()) -> None:
        self._node = node
        self._var = var
        self._type = type_
        self._path = path

    def __getattr__(self, name: str) -> Promise:
        if name.startswith("_"):  # looked for by IPython, copy, pickle
            raise AttributeError(name)
        return Promise(
            self._node, self._var, self._type_of_field(name), (*self._path, _Field(name))
        )

    def __getitem__(self, key: Any) -> Promise:
        if isinstance(key, (Promise, slice)):
            _refuse(self, "cut to size" if isinstance(key, slice) else "looked up by another")
        return Promise(self._node, self._var, self._type_of_item(key), (*self._path, key))

    def __rshift__(self, other: Any) -> Any:
        """Let *other* run after this."""
        self._node.before(other)
        return other

    def with_overrides(self, **given: Any) -> Promise:
        """Give the call that this is the value of options of its own; return this."""
        self._node.with_overrides(**given)
        return self

    def is_true(self) -> ComparisonExpression:
        """Return whether it is, for `conditional`."""
        return _compare(self, "==", True)  # noqa: FBT003

    def is_false(self) -> ComparisonExpression:
        """Return whether it is, for `conditional`."""
        return _compare(self, "==", False)  # noqa: FBT003

    def is_none(self) -> ComparisonExpression:
        """Return whether it is, for `conditional`."""
        return _compare(self, "==", None)

    def __repr__(self) -> str:
        return f"<promise of {describe(self)}, {type_name(self._type)}>"

    def _type_of_field(self, name: str) -> Any:
        expected = self._type
        if expected is Any:
            return Any
        if isinstance(expected, type) and (
            dataclasses.is_dataclass(expected) or hasattr(expected, "model_fields")
        ):
            hints = typing.get_type_hints(expected)
            if name in hints:
                return hints[name]
            raise WorkflowDefinitionError(
                f"{describe(self)}: {type_name(expected)} has no field {name!r}",
                hint=f"it has {', '.join(hints)}",
            )
        return _refuse(self, f"asked for {name!r}")

    def _type_of_item(self, key: Any) -> Any:
        origin = typing.get_origin(self._type) or self._type
        args = typing.get_args(self._type)
        if origin is Any:
            return Any
        if origin is list and type(key) is int:
            return args[0] if args else Any
        if origin is dict:
            return args[1] if args else Any
        return _refuse(self, f"asked for its item {key!r}")


class _Field(str):
    """Name of a field on a path, where other texts are keys of dictionaries."""

    __slots__ = ()


def describe(promise: Promise) -> str:
    """Return which value *promise* stands for, in words."""
    # By object: the attributes of a promise are promises.
    var, path = promise._var, promise._path  # noqa: SLF001
    parts = "".join(f".{p}" if isinstance(p, _Field) else f"[{p!r}]" for p in path)
    owner = promise._node  # noqa: SLF001
    if owner.entity is None:
        return f"input {var}{parts}"
    output = "output" if list(owner.entity.interface.outputs) == ["o0"] else f"output {var}"
    return f"{output}{parts} of {owner.name}"


def value_of(promise: Promise, outputs: dict[str, Any]) -> Any:
    """Return the value that *promise* stands for, now that its node has ended.

    Args:
        promise: Of that node.
        outputs: The node's outputs, by name.

    Raises:
        WorkflowDefinitionError: The value has no such part.
    """
    value = outputs[promise._var]  # noqa: SLF001
    for part in promise._path:  # noqa: SLF001
        try:
            value = getattr(value, part) if isinstance(part, _Field) else value[part]
        except (LookupError, TypeError, AttributeError) as error:
            raise WorkflowDefinitionError(
                f"{describe(promise)} is not there: {type(error).__name__}: {error}"
            ) from None
    return value


def _refuse(promise: Promise, use: str) -> NoReturn:
    raise WorkflowDefinitionError(
        f"{describe(promise)} has no value while the workflow is declared: it cannot be {use}",
        hint="do that in a task; the body of a workflow only says which task gets what. repr(…)"
        " shows what stands for the value",
    )


def _compare(left: Promise, operator: str, right: Any) -> ComparisonExpression:
    from .expressions import ComparisonExpression

    return ComparisonExpression(left, operator, right)


def _comparer(operator: str) -> Callable[..., ComparisonExpression]:
    def compare(self: Promise, other: Any) -> ComparisonExpression:
        return _compare(self, operator, other)

    return compare


def _refuser(use: str) -> Callable[..., NoReturn]:
    def refuse(self: Promise, *_: object) -> NoReturn:
        _refuse(self, use)

    return refuse


_BINARY = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv"),
    *("mod", "pow", "and", "or", "xor", "lshift"),
)
_USES = {
    "a condition": ("bool",),
    "iterated over": ("iter", "len", "contains", "reversed"),
    "put into a text": ("str", "format"),
    "used as a number": ("int", "float", "complex", "index", "round"),
    "called": ("call",),
    "computed with": ("neg", "pos", "abs", "invert", *_BINARY, *(f"r{n}" for n in _BINARY)),
    "changed": ("setitem", "delitem"),
    "looked up in a set or a dictionary": ("hash",),
}
for _use, _names in _USES.items():
    for _name in _names:
        setattr(Promise, f"__{_name}__", _refuser(_use))
_COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
for _name, _operator in _COMPARE.items():
    setattr(Promise, f"__{_name}__", _comparer(_operator))
