"""What a code object does, and which names around it that depends on.

Told from the bytecode: it is what runs. The source of a file may have been edited since it was
imported, and a value that the old code made would be kept as one of the new. Comments, blank
lines and layout are not in it, and there is some where there is no source.
"""

from __future__ import annotations

import ast
import dis
import hashlib
import inspect
import linecache
import textwrap
import tokenize
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING

from .content import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT = 4096  # code objects
_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
_STORES = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_DEREF", "DELETE_DEREF"})
# Methods that change what they are called on, of collections; what they return is not used.
_CHANGING = frozenset(
    {"add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert"}
    | {"move_to_end", "pop", "popitem", "popleft", "remove", "reverse", "setdefault", "sort"}
    | {"update"}
)


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What counts of a function's code, with that of the functions inside of it.

    Attributes:
        digest: The same for code that does the same.
        reads: Names that it reads of its module, sorted.
        attributes: Names that it reads of objects; a module's functions are among them.
        stores: Names around it that it gives another value.
    """

    digest: bytes
    reads: tuple[str, ...]
    attributes: frozenset[str]
    stores: frozenset[str]


@lru_cache(maxsize=_KEPT)
def facts(code: CodeType) -> CodeFacts:
    """Return what counts of *code*; where it stands does not."""
    digest = hashlib.blake2b(digest_size=16)
    reads: set[str] = set()
    attributes: set[str] = set()
    stores: set[str] = set()
    for part in _nested(code):
        constants = [c for c in part.co_consts if not isinstance(c, CodeType)]
        counts = (part.co_argcount, part.co_posonlyargcount, part.co_kwonlyargcount, part.co_flags)
        names = (part.co_name, part.co_names, part.co_varnames, part.co_freevars, part.co_cellvars)
        handlers = getattr(part, "co_exceptiontable", b"")
        whole = (part.co_code, handlers, constants, counts, names)
        digest.update(content_hash(whole, _no_code).encode())
        attributes.update(part.co_names)
        for step in dis.get_instructions(part):
            if step.opname in _READS:
                reads.add(step.argval)
            elif step.opname in _STORES:
                stores.add(step.argval)
    return CodeFacts(
        digest.digest(), tuple(sorted(reads)), frozenset(attributes), frozenset(stores)
    )


@lru_cache(maxsize=_KEPT)
def changed_names(code: CodeType) -> frozenset[str]:
    """Return names whose collections *code* changes in place, as far as its source is there.

    What a function changes itself tells no two versions of it apart: a list that it appends to
    is another one after each call.
    """
    # inspect.getsource would look through all modules first, for a tenth of a second.
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    try:
        tree = ast.parse(textwrap.dedent("".join(inspect.getblock(lines))))
    except (SyntaxError, tokenize.TokenError, ValueError, RecursionError):
        return frozenset()  # a piece of a line, as of a lambda
    return frozenset(name for node in ast.walk(tree) if (name := _changed(node)))


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _no_code(_value: object) -> bytes:
    return b""  # constants have none


def _changed(node: ast.AST) -> str:
    """Return the name whose value the statement or target *node* changes in place; else nothing."""
    if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
        return _base(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        method = node.value.func
        if isinstance(method, ast.Attribute) and method.attr in _CHANGING:
            return _base(method.value)
    return ""


def _base(node: ast.expr) -> str:
    """Return the name that ``name.a[0].b`` begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
