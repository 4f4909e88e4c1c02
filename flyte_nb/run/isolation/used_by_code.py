"""What a function uses by the names in its code, and in that of its helpers in the notebook."""

from __future__ import annotations

import dis
import functools
import inspect
from dataclasses import dataclass, field
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})
_CLASS_PARTS = (FunctionType, staticmethod, classmethod, property, functools.cached_property)


@dataclass(slots=True)
class CodeUse:
    """What a function needs to be there.

    Attributes:
        values: Names of the notebook's values that it reads, each with the name of its type.
        modules: Names of the modules that it refers to or imports, top level only.
    """

    values: dict[str, str] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)


def used_by_code(function: Callable[..., Any]) -> CodeUse:
    """Return what *function* uses; what it only uses through libraries is not looked at."""
    use = CodeUse()
    met: set[int] = set()
    waiting: list[Any] = [function]
    while waiting:
        thing = function_behind(waiting.pop())
        if id(thing) in met:
            continue
        met.add(id(thing))
        if isinstance(thing, type):
            waiting += _parts_of_class(thing)
        elif isinstance(thing, FunctionType):
            use.modules.update(_imported(thing.__code__))
            for name, value in _named(thing):
                waiting += _sort(name, value, use, is_notebook=_is_of_notebook(thing))
    return use


def function_behind(thing: Any) -> Any:
    """Return the function behind decorators, tasks and partial calls."""
    while isinstance(thing, functools.partial):
        thing = thing.func
    try:
        found = inspect.unwrap(thing) if callable(thing) else thing
    except Exception:  # noqa: BLE001 - it wraps itself, or has an odd __getattr__
        return thing
    return found.__func__ if inspect.ismethod(found) else found


def _sort(name: str, value: Any, use: CodeUse, *, is_notebook: bool) -> list[Any]:
    """Note *value* in *use*; return it if its code is to be looked at as well."""
    plain = function_behind(value)
    if isinstance(plain, ModuleType):
        use.modules.add(_top(plain.__name__))
        return []
    if isinstance(plain, (type, FunctionType, BuiltinFunctionType)):
        if plain.__module__ == "__main__":
            return [plain]
        use.modules.add(_top(plain.__module__ or ""))
        return []
    if (module := str(type(plain).__module__)) != "__main__":
        use.modules.add(_top(module))
    if is_notebook:
        use.values[name] = type(plain).__name__
    return []


def _named(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield each global and each variable around *function* that its code reads."""
    for name in sorted(set(_read(function.__code__))):
        if name in function.__globals__:
            yield name, function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not set yet
            continue


def _read(code: CodeType) -> Iterator[str]:
    for inner in _with_inner(code):
        for instruction in dis.get_instructions(inner):
            if instruction.opname in _READS:
                yield instruction.argval


def _imported(code: CodeType) -> Iterator[str]:
    for inner in _with_inner(code):
        for instruction in dis.get_instructions(inner):
            if instruction.opname == "IMPORT_NAME" and instruction.argval:
                yield _top(instruction.argval)


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)


def _parts_of_class(kind: type) -> list[Any]:
    parts: list[Any] = [base for base in kind.__bases__ if base.__module__ == "__main__"]
    for value in vars(kind).values():
        if isinstance(value, property):
            parts += [part for part in (value.fget, value.fset, value.fdel) if part]
        elif isinstance(value, functools.cached_property):
            parts.append(value.func)
        elif isinstance(value, _CLASS_PARTS):
            parts.append(getattr(value, "__func__", value))
    return parts


def _is_of_notebook(function: FunctionType) -> bool:
    """Return whether *function* lives in cells: a script comes to the pod as a whole."""
    names = function.__globals__
    return names.get("__name__") == "__main__" and "__file__" not in names


def _top(module: str) -> str:
    return module.partition(".")[0]
