"""What a function in a body reads of what is around it, by Python's own tables of symbols."""

from __future__ import annotations

import ast
import copy
import symtable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_AROUND = "_flyte_nb_around"


def bound_in(statements: list[ast.stmt]) -> frozenset[str]:
    """Return names that *statements* bind where they stand: not in a function or a class."""
    others = [n for s in statements for n in ast.walk(s) if isinstance(n, ast.Nonlocal)]
    before = _assigned(name for node in others for name in node.names)
    table = _table([*before, *statements])
    return frozenset(s.get_name() for s in table.get_symbols() if s.is_local())


def read_by(inner: Inner, bound: Iterable[str]) -> tuple[str, ...]:
    """Return names around the function *inner* that it reads when it is called, sorted.

    Args:
        inner: A function or a lambda; its decorators, defaults and annotations do not count.
        bound: Names that are bound around it.
    """
    # Without a name of its own in between: so it is a child of what is around it.
    if isinstance(inner, ast.Lambda):
        args = _bare(inner.args)
        statement: ast.stmt = ast.Expr(value=ast.Lambda(args=args, body=inner.body))
    else:
        statement = copy.copy(inner)
        statement.decorator_list, statement.returns = [], None
        statement.args = _bare(inner.args)
    around = _table([*_assigned(bound), statement])
    read: set[str] = set()
    for child in around.get_children():
        if isinstance(child, symtable.Function):
            read.update(child.get_frees())
        for table in _with_inner(child):
            read.update(s.get_name() for s in table.get_symbols() if s.is_global())
    return tuple(sorted(read))


def _assigned(names: Iterable[str]) -> list[ast.stmt]:
    """Return a statement that binds *names*, nothing for none."""
    targets: list[ast.expr] = [ast.Name(id=name, ctx=ast.Store()) for name in sorted(set(names))]
    return [ast.Assign(targets=targets, value=ast.Constant(value=None))] if targets else []


def _table(statements: list[ast.stmt]) -> symtable.SymbolTable:
    """Return the table of a function that consists of *statements*."""
    function = ast.parse(f"async def {_AROUND}(): pass").body[0]
    assert isinstance(function, ast.AsyncFunctionDef)  # noqa: S101 - it was just written
    function.body = statements or function.body
    module = ast.fix_missing_locations(ast.Module(body=[function], type_ignores=[]))
    return symtable.symtable(ast.unparse(module), "<cell>", "exec").get_children()[0]


def _with_inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _with_inner(child)


def _bare(args: ast.arguments) -> ast.arguments:
    """Return parameters without annotations; a default is None."""
    nothing = ast.Constant(value=None)
    return ast.arguments(
        posonlyargs=[ast.arg(arg=a.arg) for a in args.posonlyargs],
        args=[ast.arg(arg=a.arg) for a in args.args],
        vararg=ast.arg(arg=args.vararg.arg) if args.vararg else None,
        kwonlyargs=[ast.arg(arg=a.arg) for a in args.kwonlyargs],
        kw_defaults=[nothing if default else None for default in args.kw_defaults],
        kwarg=ast.arg(arg=args.kwarg.arg) if args.kwarg else None,
        defaults=[nothing for _ in args.defaults],
    )
