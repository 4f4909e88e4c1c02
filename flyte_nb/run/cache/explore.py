"""Finding the user's code and values that a function depends on."""

from __future__ import annotations

import builtins
import hashlib
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from .code import changed_names, facts
from .namespaces import (
    LASTING,
    MISSING,
    Attributes,
    Cells,
    Defaults,
    annotated_names,
    members,
    unpacked,
)
from .ownership import is_library_module, is_named_code, name_of, users_code
from .watch import Told, Watch, alone, told

if TYPE_CHECKING:
    from .namespaces import Namespace

_MOST_NODES = 5_000
_CONSTANTS = frozenset({bool, int, float, complex, str, bytes, type(None), type(Ellipsis)})


class Node:
    """One function or class, with the values that it reads.

    Attributes:
        subject: It.
        edges: The name by which it uses another one, and the number of that.
    """

    def __init__(self, subject: Any) -> None:
        self.subject = subject
        self.edges: list[tuple[bytes, int]] = []
        self._parts = [alone(subject)]

    @property
    def digest(self) -> bytes:
        """What it is, whatever the others are that it uses."""
        return hashlib.blake2b(b"".join(self._parts), digest_size=32).digest()

    def add(self, label: str, digest: bytes) -> None:
        """Let it count what it reads as *label*."""
        self._parts.append(_fixed(label.encode("utf-8", "surrogatepass")) + _fixed(digest))

    def add_edge(self, label: str, number: int) -> None:
        """Let it count that it uses another one as *label*."""
        self.edges.append((_fixed(label.encode("utf-8", "surrogatepass")), number))


class Explorer:
    """Walks through code.

    Args:
        subject: The function or class where it begins, or what is around one.

    Attributes:
        nodes: What was found, in order.
        watch: Tells whether it would find something else now.
    """

    def __init__(self, subject: Any) -> None:
        self.nodes: list[Node] = []
        self.watch = Watch()
        self._numbers: dict[int, int] = {}
        self._number(users_code(subject) or subject)
        for node in self.nodes:  # grows meanwhile
            if len(self.nodes) < _MOST_NODES:
                self._explore(node)

    def _number(self, subject: Any) -> int:
        number = self._numbers.get(id(subject))
        if number is None:
            number = self._numbers[id(subject)] = len(self.nodes)
            self.nodes.append(Node(subject))
        return number

    def _explore(self, node: Node) -> None:
        subject = node.subject
        if isinstance(subject, FunctionType):
            self._explore_function(node, subject)
        elif isinstance(subject, type):
            self._explore_class(node, subject)

    def _explore_class(self, node: Node, kind: type) -> None:
        found = members(kind)
        self.watch.members(kind, frozenset(found))
        for name in sorted(found):
            self._use(node, f"member {name}", found[name], name)
        for number, base in enumerate(kind.__bases__):
            self._count(node, f"base {number}", base)

    def _explore_function(self, node: Node, function: FunctionType) -> None:
        attributes = Attributes(function)
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            self.watch.same(attributes, name, getattr(function, name))
        defaults = Defaults(function)
        for name in defaults.names:
            self._use(node, f"default {name}", defaults, name)
        cells = Cells(function)
        for name in function.__code__.co_freevars:
            self._read(node, f"closure {name}", cells, name)
        for name in facts(function.__code__).reads:
            self._read(node, f"global {name}", function.__globals__, name)
        for name in sorted(annotated_names(function)):  # whose methods it calls on its inputs
            code = users_code(function.__globals__.get(name))
            if code is not None:
                self._use(node, f"type {name}", function.__globals__, name)

    def _read(self, node: Node, label: str, where: Namespace, name: str) -> None:
        """Note that the function of *node* reads a name."""
        known = facts(node.subject.__code__)
        if name in known.stores:
            return  # its own state
        value = where.get(name, MISSING)
        if value is MISSING and hasattr(builtins, name):
            self.watch.same(where, name, MISSING)  # until a cell defines it
            where = vars(builtins)
        self._use(node, label, where, name)
        self._use_module(node, label, value, {id(value)})

    def _use_module(self, node: Node, label: str, module: Any, seen: set[int]) -> None:
        """Note which names of the user's *module* the function of *node* may read."""
        if not isinstance(module, ModuleType) or is_library_module(module.__name__):
            return
        inside = vars(module)
        for name in sorted(facts(node.subject.__code__).attributes & inside.keys()):
            value = inside[name]
            self._use(node, f"{label}.{name}", inside, name)
            if id(value) not in seen:
                self._use_module(node, f"{label}.{name}", value, seen | {id(value)})

    def _use(self, node: Node, label: str, where: Namespace, name: str) -> None:
        """Note that *node* uses what *where* calls *name*."""
        value = where.get(name, MISSING)
        inner = unpacked(value)
        if inner or name in LASTING or _is_constant(value):
            self.watch.same(where, name, value)
            for number, part in enumerate(inner or (value,)):
                self._count(node, f"{label} {number}", part)
        elif not self._is_own_state(node, name):
            seen = told(value)
            self.watch.equal(where, name, value, seen)
            self._add(node, label, seen)

    def _count(self, node: Node, label: str, value: Any) -> None:
        """Let code count by its graph or its name, a constant by its value."""
        code = users_code(value)
        if code is not None:
            node.add_edge(label, self._number(code))
        elif is_named_code(value):
            node.add(label, name_of(value).encode())
        else:
            self._add(node, label, told(value))

    def _add(self, node: Node, label: str, seen: Told) -> None:
        node.add(label, seen.digest)
        for number, code in enumerate(seen.codes):
            node.add_edge(f"{label}[{number}]", self._number(code))

    def _is_own_state(self, node: Node, name: str) -> bool:
        subject = node.subject
        return isinstance(subject, FunctionType) and name in changed_names(subject.__code__)


def _is_constant(value: Any) -> bool:
    """Return whether *value* stays what it is as long as it is the same object."""
    return (
        value is MISSING
        or type(value) in _CONSTANTS
        or is_named_code(value)
        or users_code(value) is not None
    )


def _fixed(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()
