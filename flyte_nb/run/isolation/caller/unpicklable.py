"""Finds out what of a call cannot go to another process: the argument or global, and its part."""

from __future__ import annotations

import inspect
from types import CodeType
from typing import TYPE_CHECKING, Any

import cloudpickle  # type: ignore[import-untyped]

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.isolation.used_by_code import function_behind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_DEEPEST = 6
_MOST_PARTS = 1000
_END_KERNEL = {"ExitAutocall", "ZMQExitAutocall"}  # exit and quit of a notebook
_HINTS = (
    ({"lock", "RLock", "_RLock", "Condition", "Event", "Semaphore", "_thread._local"},
     "make it inside of the function"),
    ({"TextIOWrapper", "BufferedReader", "BufferedWriter", "BufferedRandom", "FileIO"},
     "pass the path, and open the file inside of the function"),
    ({"generator", "coroutine", "async_generator", "list_iterator", "map", "filter", "zip"},
     "pass a list of what it yields"),
    ({"socket", "SSLSocket", "Connection", "Cursor", "Session", "Engine", "Client"},
     "pass what it is made from, and connect inside of the function"),
    (_END_KERNEL, "raise an exception, or import sys and write sys.exit(1)"),
)  # fmt: skip
_HINT = "make it inside of the function, or pass what it is made from"


def why_not(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    prepare: Any,
    error: Exception,
) -> InvalidValueError:
    """Return the error for a call that pickling ended with *error*."""
    name = getattr(function, "__name__", type(function).__name__)
    for what, value in _parts_of_the_call(function, args, kwargs):
        if _can_go(value):
            continue
        path, culprit = _deepest(value)
        kind = type(culprit)
        return InvalidValueError(
            f"{name} cannot run in another process: {what}{path} cannot be pickled:"
            f" it is a {_full_name(kind)}",
            hint=next((hint for kinds, hint in _HINTS if kind.__name__ in kinds), _HINT),
        )
    whose = "what prepares it" if prepare is not None and not _can_go(prepare) else "it"
    return InvalidValueError(
        f"{name} cannot run in another process: {whose} cannot be pickled:"
        f" {type(error).__name__}: {_first_line(error)}",
        hint=_HINT,
    )


def _parts_of_the_call(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield each argument, then each thing of the notebook that the function uses."""
    for name, value in _arguments(function, args, kwargs):
        yield f"argument {name!r}", value
    yield from _used(function_behind(function), set())


def _arguments(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> list[tuple[str, Any]]:
    try:
        return list(inspect.signature(function).bind(*args, **kwargs).arguments.items())
    except (TypeError, ValueError):
        return [*((str(n), value) for n, value in enumerate(args)), *kwargs.items()]


def _used(function: Any, met: set[int]) -> Iterator[tuple[str, Any]]:
    """Yield what *function* uses by name, that of its helpers before these."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType) or id(function) in met:
        return
    met.add(id(function))
    where = f" of {function.__name__}"
    known = [(f"default of {name!r}{where}", value) for name, value in _defaults(function)]
    cells = zip(code.co_freevars, function.__closure__ or (), strict=False)
    for name, cell in cells:
        try:
            known.append((f"variable {name!r} around {function.__name__}", cell.cell_contents))
        except ValueError:  # not set yet
            continue
    own = function.__globals__
    known += [(f"global {name!r}", own[name]) for name in _names(code) if name in own]
    for what, value in known:
        helper = function_behind(value)
        if getattr(helper, "__module__", None) == "__main__":
            yield from _used(helper, met)
        if value is not function:
            yield what, value


def _defaults(function: Any) -> list[tuple[str, Any]]:
    return [
        (name, parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not parameter.empty
    ]


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _deepest(value: Any) -> tuple[str, Any]:
    """Return the innermost part that cannot be pickled, and the way to it from *value*."""
    path = ""
    if type(value).__name__ in _END_KERNEL:
        return path, value
    for _ in range(_DEEPEST):
        for step, part in _parts(value):
            if part is not value and not _can_go(part):
                path, value = path + step, part
                break
        else:
            break
    return path, value


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        items: list[tuple[str, Any]] = [(f"[{_short(key)}]", part) for key, part in value.items()]
    elif isinstance(value, (list, tuple)):
        items = [(f"[{n}]", part) for n, part in enumerate(value)]
    elif isinstance(value, (set, frozenset)):
        items = [("{…}", part) for part in value]
    elif isinstance(getattr(value, "__dict__", None), dict) and not isinstance(value, type):
        items = [(f".{name}", part) for name, part in vars(value).items()]
    else:
        items = []
    return items[:_MOST_PARTS]


def _short(key: Any) -> str:
    return repr(key) if type(key) in {str, int, bool} and len(repr(key)) < 40 else "…"  # noqa: PLR2004


def _can_go(value: Any) -> bool:
    try:
        cloudpickle.dumps(value)
    except Exception:  # noqa: BLE001 - objects raise what they like when pickled
        return False
    return True


def _full_name(kind: type) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _first_line(error: Exception) -> str:
    try:
        return (str(error).splitlines() or [""])[0][:200]
    except Exception:  # noqa: BLE001 - as above
        return "(its message cannot be shown)"
