"""Which names are read and bound, statement by statement: names, functions, comprehensions."""

# ruff: noqa: D102 - methods that ast.NodeVisitor calls by the names of nodes

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .scopes import bound_in, read_by
from .state import AROUND, BOUND, GONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .state import State


@dataclass(frozen=True, slots=True)
class Read:
    """A name that is read from around the body.

    Attributes:
        line: Where that is first.
        is_certain: Whether no way leads there by which the body binds it.
    """

    line: int
    is_certain: bool


class NameWalk(ast.NodeVisitor):
    """A walk through a body, in the order in which it runs.

    Args:
        bound: Names that the body binds.

    Attributes:
        state: What names may be here; None where nothing comes.
        reads: Names that were read from around, so far.
        waiting: Name of a function to what it reads when it is called.
    """

    def __init__(self, bound: frozenset[str]) -> None:
        self._bound = bound
        self.state: State | None = {}
        self.reads: dict[str, Read] = {}
        self.waiting: dict[str, tuple[tuple[str, ...], int]] = {}
        self._calling: set[str] = set()
        self._hidden: list[frozenset[str]] = []  # targets of comprehensions around here
        self._watches: list[dict[str, int]] = []  # all that names have been since a `try`
        self._misses_allowed = 0  # depth of `try` that catches a NameError

    def statements(self, body: Iterable[ast.AST]) -> None:
        """Walk through *body*."""
        for statement in body:
            self.visit(statement)

    def all_that_wait(self) -> None:
        """Count what functions read that may be called later."""
        for name in list(self.waiting):
            self._called(name)

    # Names

    def read(self, name: str, line: int) -> None:
        """Note that *name* is read here."""
        if self.state is None or any(name in hidden for hidden in self._hidden):
            return
        bits = self.state.get(name, AROUND)
        if bits & AROUND:
            certain = bits == AROUND and not self._misses_allowed
            before = self.reads.get(name)
            if before is None or (certain and not before.is_certain):
                self.reads[name] = Read(before.line if before else line, certain)
        self._called(name)

    def _called(self, name: str) -> None:
        """Count what the function *name* reads: it may be called here."""
        if name in self.waiting and name not in self._calling:
            self._calling.add(name)
            names, line = self.waiting[name]
            for inner in names:
                self.read(inner, line)
            self._calling.discard(name)

    def set(self, name: str, bits: int = BOUND) -> None:
        """Note what *name* is from here on."""
        if self.state is None:
            return
        self.state = {**self.state, name: bits}
        for watch in self._watches:
            watch[name] = watch.get(name, AROUND) | bits
        self.waiting.pop(name, None)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.read(node.id, node.lineno)
        elif isinstance(node.ctx, ast.Del):
            self.read(node.id, node.lineno)
            self.set(node.id, GONE)
        elif not any(node.id in hidden for hidden in self._hidden):
            self.set(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if not isinstance(node.value, ast.Lambda) or len(names) < len(node.targets):
            self.visit(node.value)
            self.statements(node.targets)
            return
        self.statements(_evaluated(node.value.args))
        for name in names:
            self.set(name)
            self._wait(name, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.read(node.target.id, node.lineno)
        self.visit(node.value)
        self.visit(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        # In a function the annotation of a name is not evaluated.
        if node.value is not None:
            self.visit(node.value)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.set(node.target.id)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.set(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.set(alias.asname or alias.name)

    # Functions and classes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.statements([*node.decorator_list, *_evaluated(node.args)])
        if node.returns is not None:
            self.visit(node.returns)
        self.set(node.name)
        self._wait(node.name, node)
        if node.decorator_list:  # which may call it
            self._called(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name that ast calls

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.statements(_evaluated(node.args))
        for name in read_by(node, self._bound):
            self.read(name, node.lineno)

    def _wait(self, name: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self.waiting[name] = (read_by(node, self._bound), node.lineno)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.statements([*node.decorator_list, *node.bases, *(k.value for k in node.keywords)])
        inside = type(self)(self._bound | bound_in(node.body))
        later: set[str] = set()
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                # What is bound in the class is not seen by its methods.
                later.update(read_by(statement, self._bound))
                inside.statements([*statement.decorator_list, *_evaluated(statement.args)])
                inside.set(statement.name)
            else:
                inside.visit(statement)
        for name, read in inside.reads.items():
            self.read(name, read.line)
        self.set(node.name)
        self.waiting[node.name] = (tuple(sorted(later)), node.lineno)
        if node.decorator_list:
            self._called(node.name)

    # Comprehensions

    def _comprehension(self, node: Any, *results: ast.expr) -> None:
        targets = frozenset(
            name.id
            for generator in node.generators
            for name in ast.walk(generator.target)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        )
        self.visit(node.generators[0].iter)
        self._hidden.append(targets)
        for number, generator in enumerate(node.generators):
            if number:
                self.visit(generator.iter)
            self.visit(generator.target)
            self.statements(generator.ifs)
        self.statements(results)
        self._hidden.pop()

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._comprehension(node, node.elt)

    visit_SetComp = visit_GeneratorExp = visit_ListComp  # noqa: N815 - as above

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node, node.key, node.value)


def _evaluated(args: ast.arguments) -> list[ast.expr]:
    """Return what a definition evaluates at once: defaults and annotations."""
    everybody = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    annotations = [arg.annotation for arg in everybody if arg is not None and arg.annotation]
    return [*args.defaults, *(d for d in args.kw_defaults if d is not None), *annotations]
