"""What stands for a value while a workflow is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from flyte_nb.errors import WorkflowDefinitionError
from flyte_nb.run.describe import type_name

from .parts import Field, NoPart, is_in_model, no_part, part_of, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from .expressions import ComparisonExpression
    from .node import Node


_SHOWN = "<promise of "  # how a text begins that stands for a value: it is none itself


class Promise:
    """An output of a node, or an input of the workflow, that has no value yet.

    A part of it is one as well: a field of a dataclass, an item of a list or a dictionary. It can
    be printed, which shows what it stands for. Whatever else needs the value is an error, at the
    line that needs it.
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
        is_alone = not self._path and self._node.entity is not None
        if is_alone and name == self._var and not hasattr(self._type, name):
            return self  # as flytekit has an only output by its name
        return self._part(name)

    def __getitem__(self, key: Any) -> Promise:
        if isinstance(key, (Promise, slice)):
            _refuse(self, "cut to size" if isinstance(key, slice) else "looked up by another")
        return self._part(key)

    def _part(self, key: Any) -> Promise:
        try:
            step, type_ = part_of(self._type, key, self._path)
        except NoPart as error:
            raise no_part(describe(self), error) from None
        return Promise(self._node, self._var, type_, (*self._path, step))

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
        return f"{_SHOWN}{describe(self)}, {type_name(self._type)}>"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return _refuse(self, "put into a text in a form") if format_spec else repr(self)


def is_in_document(promise: Promise) -> bool:
    """Return whether *promise* is a part of a model, see `is_in_model`."""
    return is_in_model(promise._path)  # noqa: SLF001 - its attributes are promises


def refuse_text_of_a_promise(text: str, where: str) -> None:
    """Refuse *text* that a promise was put into by printing it: it would be the same at every run.

    Raises:
        WorkflowDefinitionError: One was.
    """
    if said := described_in(text):
        raise WorkflowDefinitionError(
            f"{where}: the text has {said} in it, which has no value while this is declared",
            hint="make the text in a task; here a promise can only be printed",
        )


def described_in(text: str) -> str:
    """Return the promise that was put into *text* by printing it, in words; empty for none."""
    return text.partition(_SHOWN)[2].partition(",")[0].partition(">")[0]


def describe(promise: Promise) -> str:
    """Return which value *promise* stands for, in words."""
    # By object: the attributes of a promise are promises.
    var, path = promise._var, promise._path  # noqa: SLF001
    parts = "".join(f".{p}" if isinstance(p, Field) else f"[{p!r}]" for p in path)
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
    try:
        return take(outputs[promise._var], promise._path)  # noqa: SLF001
    except (LookupError, TypeError, AttributeError) as error:
        raise WorkflowDefinitionError(
            f"{describe(promise)} is not there: {type(error).__name__}: {error}"
        ) from None


def _refuse(promise: Promise, use: str) -> NoReturn:
    raise WorkflowDefinitionError(
        f"{describe(promise)} has no value while the workflow is declared: it cannot be {use}",
        hint="do that in a task; the body of a workflow only says which task gets what",
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
