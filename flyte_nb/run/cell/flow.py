"""Which names a body reads before it binds them: a walk through its statements as they run.

At each place a name may be what it is around the body, what the body gave it, or gone. It is
read from around where the first of these can be. Two rules are made for notebooks, where a name
is often there from a run before: a loop is taken to run at least once, and a block under
``with`` to its end.
"""

# ruff: noqa: D102, N802 - methods that ast.NodeVisitor calls by the names of nodes

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .name_walk import NameWalk, Read
from .scopes import bound_in
from .state import AROUND, BOUND, GONE, also_bound, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .state import State


@dataclass(frozen=True, slots=True)
class Flow:
    """What a body does with names.

    Attributes:
        reads: Names that it reads from around it, in that order.
        bound: Names that it binds, whatever the way through it.
        unbound_at_end: Those of `bound` that it may reach its end without.
    """

    reads: dict[str, Read]
    bound: frozenset[str]
    unbound_at_end: frozenset[str]


def flow_of(body: list[ast.stmt]) -> Flow:
    """Return what *body* does with names, where it stands by itself."""
    bound = bound_in(body)
    walk = Walk(bound)
    walk.statements(body)
    end = walk.state or {}
    walk.all_that_wait()
    return Flow(walk.reads, bound, frozenset(n for n in bound if end.get(n, AROUND) & ~BOUND))


def read_past_functions(body: list[ast.stmt]) -> dict[str, int]:
    """Return names, with their lines, that classes in *body* read from around and bind too.

    Python looks for such a name in the module, past all functions: past an input as well.
    """
    found: dict[str, int] = {}
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.ClassDef):
            bound = bound_in(node.body)
            inside = Walk(bound)
            inside.statements(node.body)
            found.update((n, read.line) for n, read in inside.reads.items() if n in bound)
    return found


class Walk(NameWalk):
    """A walk through a body, in the order in which it runs."""

    def __init__(self, bound: frozenset[str]) -> None:
        super().__init__(bound)
        self._loops: list[tuple[list[Any], list[Any]]] = []  # states at `break` and `continue`

    def _branches(self, *ways: Iterable[ast.AST]) -> None:
        before, ends = self.state, []
        for way in ways:
            self.state = before
            self.statements(way)
            ends.append(self.state)
        self.state = join(*ends)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branches(node.body, node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self._branches([node.body], [node.orelse])

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        first, *others = node.values
        self.visit(first)
        self._branches(others, [])

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        entry, ends, is_complete = self.state, [], False
        for case in node.cases:
            self.state = entry
            self.visit(case.pattern)
            if case.guard is not None:
                self.visit(case.guard)
            self.statements(case.body)
            ends.append(self.state)
            is_complete = is_complete or (case.guard is None and _takes_all(case.pattern))
        self.state = join(*ends, None if is_complete else entry)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        if node.name:
            self.set(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.set(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self.set(node.rest)

    # Loops

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._loop(node, [node.target])

    visit_AsyncFor = visit_For  # noqa: N815 - as above

    def visit_While(self, node: ast.While) -> None:
        self._loop(node, [node.test], is_endless=bool(getattr(node.test, "value", False)))

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        head: list[ast.expr],
        *,
        is_endless: bool = False,
    ) -> None:
        breaks: list[Any] = []
        continues: list[Any] = []
        self.state = also_bound(self.state, bound_in(node.body))
        self._loops.append((breaks, continues))
        self.statements([*head, *node.body])
        self._loops.pop()
        self.state = None if is_endless else join(self.state, *continues)
        self.statements(node.orelse)
        self.state = join(self.state, *breaks)

    def visit_Break(self, _: ast.Break) -> None:
        self._loops[-1][0].append(self.state)
        self.state = None

    def visit_Continue(self, _: ast.Continue) -> None:
        self._loops[-1][1].append(self.state)
        self.state = None

    # Errors

    def visit_Raise(self, node: ast.Raise) -> None:
        self.generic_visit(node)
        self.state = None

    @contextmanager
    def _watched(self) -> Iterator[dict[str, int]]:
        """Collect all that names are inside: an error can come at any place."""
        watch = dict(self.state or {})
        self._watches.append(watch)
        try:
            yield watch
        finally:
            self._watches.pop()

    def visit_Try(self, node: Any) -> None:
        is_reached = self.state is not None
        with self._watched() as anywhere:
            ends = self._try_and_handlers(node)
        self.state = ends
        if node.finalbody:
            self.state = join(ends, anywhere) if is_reached else None
            self.statements(node.finalbody)
            self.state = ends
            self.statements(node.finalbody)

    visit_TryStar = visit_Try  # noqa: N815 - as above

    def _try_and_handlers(self, node: Any) -> State | None:
        is_reached = self.state is not None
        allowed = any(map(_catches_name_error, node.handlers))
        self._misses_allowed += allowed
        with self._watched() as tried:
            self.statements(node.body)
        self._misses_allowed -= allowed
        after_body = self.state
        ends = []
        for handler in node.handlers:
            self.state = dict(tried) if is_reached else None
            if handler.type is not None:
                self.visit(handler.type)
            if handler.name:
                self.set(handler.name)
            self.statements(handler.body)
            if handler.name:
                self.set(handler.name, GONE)
            ends.append(self.state)
        self.state = after_body
        self.statements(node.orelse)
        return join(self.state, *ends)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.visit(item.optional_vars)
        with self._watched() as anywhere:
            self.statements(node.body)
        if any(_suppresses(item.context_expr) for item in node.items):
            self.state = join(self.state, anywhere)

    visit_AsyncWith = visit_With  # noqa: N815 - as above


def _takes_all(pattern: ast.pattern) -> bool:
    while isinstance(pattern, ast.MatchAs):
        if pattern.pattern is None:
            return True
        pattern = pattern.pattern
    return False


def _catches_name_error(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and any(
        isinstance(node, ast.Name) and node.id in {"NameError", "UnboundLocalError"}
        for node in ast.walk(handler.type)
    )


def _suppresses(context: ast.expr) -> bool:
    function = context.func if isinstance(context, ast.Call) else context
    return getattr(function, "attr", getattr(function, "id", "")) == "suppress"
