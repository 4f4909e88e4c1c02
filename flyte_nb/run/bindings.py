"""What an input of a node is given: a constant, a promise, or a container with promises in it."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError, WorkflowDefinitionError

from .describe import type_name, value_in_words, wrong_type
from .node import Node
from .promise import Promise, describe, value_of
from .type_check import check_for
from .type_relation import may_fit

if TYPE_CHECKING:
    from flyte_nb.context.states import CompilationState


_MAX_SHOWN = 3  # items of a list


class _Filled:
    """A list, tuple or dictionary with promises in it."""

    __slots__ = ("items", "keys")

    def __init__(self, items: list[Any], keys: tuple[Any, ...] | None) -> None:
        self.items = items
        self.keys = keys  # None for a list

    def resolve(self, values: dict[str, dict[str, Any]]) -> Any:
        found = [resolve(item, values) for item in self.items]
        return found if self.keys is None else dict(zip(self.keys, found, strict=True))


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
        if not _holds_promise(value):
            if not check_for(expected)(value):
                raise wrong_type(where, expected, value)
            return value
        is_list = not isinstance(value, dict)
        origin, args = typing.get_origin(expected) or expected, typing.get_args(expected)
        if origin not in (list if is_list else dict, Any):
            raise wrong_type(where, expected, value)
        inner = args[-1] if args else Any
        items = value if is_list else value.values()
        bound = [self.bind(item, inner, f"{where}, an item") for item in items]
        return _Filled(bound, None if is_list else tuple(value))

    def _promise(self, promise: Promise, expected: Any, where: str) -> Promise:
        node, offered = promise._node, promise._type  # noqa: SLF001 - its attributes are promises
        if node.graph is not self._graph:
            raise WorkflowDefinitionError(
                f"{where}: {describe(promise)} is of another workflow",
                hint="hand it over as an input of this one",
            )
        if not may_fit(offered, expected):
            raise TypeTransformerFailedError(
                f"{where}: expected {type_name(expected)},"
                f" {describe(promise)} is {type_name(offered)}"
            )
        if node.entity is not None:
            self.upstream[node] = None
        return promise


def in_words(binding: Any) -> str:
    """Return what an input is given, in a few words; no text, which may be a secret."""
    if isinstance(binding, Promise):
        return describe(binding)
    if not isinstance(binding, _Filled):
        return value_in_words(binding)
    shown = ", ".join(map(in_words, binding.items[:_MAX_SHOWN]))
    more = ", …" if len(binding.items) > _MAX_SHOWN else ""
    return f"[{shown}{more}]" if binding.keys is None else f"{{{shown}{more}}}"


def resolve(binding: Any, values: dict[str, dict[str, Any]]) -> Any:
    """Return what *binding* is now that all its nodes have ended.

    Lists and dictionaries are copies: in a cluster each task has its own, and changes nobody
    else's.

    Args:
        binding: As `Binder.bind` gave it.
        values: Node's id to its outputs by name.

    Raises:
        InvalidValueError: A list or dictionary that holds itself.
    """
    if isinstance(binding, _Filled):
        return binding.resolve(values)
    if isinstance(binding, Promise):
        binding = value_of(binding, values[binding._node.id])  # noqa: SLF001
    try:
        return _copy(binding)
    except RecursionError:
        raise InvalidValueError(
            f"a {type(binding).__name__} that holds itself cannot go from task to task"
        ) from None


def _copy(value: Any) -> Any:
    kind = type(value)
    if kind is list:
        return [_copy(item) if type(item) in (list, dict) else item for item in value]
    if kind is dict:
        return {
            key: _copy(item) if type(item) in (list, dict) else item for key, item in value.items()
        }
    return value


def _holds_promise(value: Any) -> bool:
    if isinstance(value, Promise):
        return True
    if isinstance(value, dict):
        return any(map(_holds_promise, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_promise, value))
