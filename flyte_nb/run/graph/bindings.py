"""What an input of a node is given: a constant, a promise, or a container with promises in it."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Any, Union

from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError, WorkflowDefinitionError
from flyte_nb.run.copies import is_model, own_copy
from flyte_nb.run.describe import type_name, value_in_words, wrong_type
from flyte_nb.run.type_relation import could_fit, may_fit, message_origin
from flyte_nb.run.types.anew import is_anew
from flyte_nb.run.types.gate import Gate
from flyte_nb.run.types.problem import Way
from flyte_nb.run.types.relation import cast_for, refused

from .node import Node
from .promise import Promise, describe, is_in_document, refuse_text_of_a_promise, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context.states import CompilationState


_UNKNOWN: Any = object()  # the type of an item of an untyped dictionary
_MAX_SHOWN = 3  # items of a list
_ONE_OF_SEVERAL = "a cluster asks that it always fits: look in a task of which type it is"
_MAX_LOOKED_AT = 10_000  # items of an array of objects


class _Filled:
    """A list, tuple or dictionary with promises in it."""

    __slots__ = ("items", "keys", "kind")

    def __init__(self, kind: type, items: list[Any], keys: tuple[Any, ...]) -> None:
        self.kind = kind
        self.items = items
        self.keys = keys  # of a dictionary

    def __repr__(self) -> str:
        return f"{self.kind.__name__}({self.items}, {self.keys})"

    def resolve(self, values: dict[str, dict[str, Any]]) -> Any:
        found = [resolve(item, values) for item in self.items]
        return self.kind(zip(self.keys, found, strict=True) if self.kind is dict else found)


class _Cast:
    """A promise whose value becomes another one on the way."""

    __slots__ = ("make", "promise")

    def __init__(self, promise: Promise, make: Callable[[Any], Any]) -> None:
        self.promise = promise
        self.make = make

    def __repr__(self) -> str:
        return repr(self.promise)

    def resolve(self, values: dict[str, dict[str, Any]]) -> Any:
        return self.make(resolve(self.promise, values))


class Binder:
    """Checks what the body of a workflow hands on, while it is declared.

    Args:
        graph: The workflow's; promises of another are refused.

    Attributes:
        upstream: The nodes whose outputs were handed on, each once, in order.
    """

    __slots__ = ("_graph", "upstream")

    def __init__(self, graph: CompilationState) -> None:
        self._graph = graph
        self.upstream: dict[Node, None] = {}

    def bind(self, value: Any, expected: Any, where: str) -> Any:
        """Return the binding for *value*.

        Args:
            value: What is given.
            expected: The type that is needed.
            where: What needs it, for messages.

        Raises:
            TypeTransformerFailedError: It is not, or may never be, of that type.
            WorkflowDefinitionError: It is a promise of another workflow.
        """
        if isinstance(value, Promise):
            return self._promise(value, expected, where)
        if isinstance(value, Node):
            raise TypeTransformerFailedError(f"{where}: {value.name} returns nothing")
        try:
            is_plain = not _holds_promise(value, where)
        except RecursionError:
            raise InvalidValueError(f"{where}: it holds itself, or is nested too deep") from None
        if is_plain:
            if expected is _UNKNOWN:
                return own_copy(value)
            taken = Gate(expected).passed(value, Way.IN, where)
            return own_copy(taken)  # as it is now: the body may change it for the next call
        kind = type(value)
        for arm in _arms(expected):
            origin, args = message_origin(arm) or arm, typing.get_args(arm)
            if origin not in (kind, Any) or kind not in (list, dict, tuple):
                continue
            inner = args[-1] if args and kind is not tuple else _UNKNOWN
            items = list(value.values()) if kind is dict else list(value)
            try:
                bound = [self.bind(item, inner, f"{where}, an item") for item in items]
            except TypeTransformerFailedError:
                if arm is expected:
                    raise
                continue  # another type of the union may take it
            return _Filled(kind, bound, tuple(value) if kind is dict else ())
        raise wrong_type(where, expected, value)

    def _promise(self, promise: Promise, expected: Any, where: str) -> Promise | _Cast:
        node, offered = promise._node, promise._type  # noqa: SLF001 - its attributes are promises
        if node.graph is not self._graph:
            raise WorkflowDefinitionError(
                f"{where}: {describe(promise)} is of another workflow",
                hint="hand it over as an input of this one",
            )
        is_same = offered is expected  # as nearly always, and then nothing is to be looked at
        cast = None if is_same else cast_for(offered, expected)
        if not is_same and expected is not _UNKNOWN and cast is None:
            fits = could_fit if is_in_document(promise) else may_fit
            hint = "" if is_in_document(promise) else refused(offered, expected)
            if hint or not fits(offered, expected):
                one_of_several = _ONE_OF_SEVERAL if could_fit(offered, expected) else ""
                raise _unfit(where, expected, promise, hint or one_of_several)
        if node.entity is not None:
            self.upstream[node] = None
        return promise if cast is None else _Cast(promise, cast)


def _unfit(where: str, expected: Any, promise: Promise, hint: str) -> TypeTransformerFailedError:
    offered = promise._type  # noqa: SLF001 - its attributes are promises
    text = f"{where}: expected {type_name(expected)}, {describe(promise)} is {type_name(offered)}"
    if name := is_anew(offered, expected):
        return TypeTransformerFailedError(
            f"{text}: {name} was defined anew",
            hint=f"run the cells again that define tasks with {name}",
        )
    return TypeTransformerFailedError(text, hint=hint)


def in_words(binding: Any) -> str:
    """Return what an input is given, in a few words; no text, which may be a secret."""
    if isinstance(binding, (Promise, _Cast)):
        return describe(binding if isinstance(binding, Promise) else binding.promise)
    if not isinstance(binding, _Filled):
        return value_in_words(binding)
    shown = ", ".join(map(in_words, binding.items[:_MAX_SHOWN]))
    more = ", …" if len(binding.items) > _MAX_SHOWN else ""
    return f"{{{shown}{more}}}" if binding.kind is dict else f"[{shown}{more}]"


def resolve(binding: Any, values: dict[str, dict[str, Any]]) -> Any:
    """Return what *binding* is now that all its nodes have ended.

    It is a copy, see `own_copy`: in a cluster each task has its own, and changes nobody else's.

    Args:
        binding: As `Binder.bind` gave it.
        values: Node's id to its outputs by name.

    Raises:
        InvalidValueError: It is nested too deep, or holds itself.
    """
    if isinstance(binding, (_Filled, _Cast)):
        return binding.resolve(values)
    if isinstance(binding, Promise):
        binding = value_of(binding, values[binding._node.id])  # noqa: SLF001
    return own_copy(binding)


def _arms(expected: Any) -> tuple[Any, ...]:
    """Return the types of a union; of any other type itself."""
    is_union = typing.get_origin(expected) in (Union, types.UnionType)
    return typing.get_args(expected) if is_union else (expected,)


def _holds_promise(value: Any, where: str) -> bool:
    """Return whether a list, tuple or dictionary has a promise in it, however deep.

    Raises:
        WorkflowDefinitionError: Something else has, where nobody could put its value.
    """
    if isinstance(value, (Promise, Node)):
        return True
    kind = type(value)
    if kind is str:
        refuse_text_of_a_promise(value, where)
        return False
    if isinstance(value, dict):
        if any(isinstance(key, Promise) for key in value):
            raise _hidden(where, "a key of a dictionary")
        return any(_holds_promise(item, where) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_promise(item, where) for item in value)
    if isinstance(value, (set, frozenset)) or kind.__name__ == "deque":
        inside: Any = value
    elif is_model(value) and hasattr(value, "__dict__"):
        inside = vars(value).values()
    elif kind.__module__ == "numpy" and getattr(getattr(value, "dtype", None), "hasobject", False):
        inside = value.ravel()[:_MAX_LOOKED_AT].tolist()
    else:
        return False
    if any(_holds_promise(item, where) for item in inside):
        raise _hidden(where, f"a {kind.__name__}")
    return False


def _hidden(where: str, what: str) -> WorkflowDefinitionError:
    return WorkflowDefinitionError(
        f"{where}: {what} cannot be made of a value that is not there yet",
        hint="make it in a task, which has the value",
    )
