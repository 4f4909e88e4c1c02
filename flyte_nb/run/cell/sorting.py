"""What the names that a body reads are in the notebook: inputs, imports, helpers, or nothing."""

from __future__ import annotations

import ast
import builtins
import difflib
import sys
import types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import TaskDefinitionError
from flyte_nb.run.runnable import Runnable

from .naming import import_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .flow import Flow
    from .name_walk import Read

_CODE = (
    type, types.FunctionType, types.BuiltinFunctionType, types.MethodType,
    types.MethodWrapperType, types.GenericAlias,
)  # fmt: skip
_OF_IPYTHON = frozenset({"_", "__", "___", "In", "Out", "_ih", "_oh", "_dh", "_i", "_ii", "_iii"})
_AUTOCALL = "IPython.core.autocall"  # of exit and quit in a notebook
_OWN = frozenset({"__name__", "__file__", "__doc__", "__builtins__", "__debug__"})


@dataclass(slots=True)
class Sorted:
    """The names that a body reads.

    Attributes:
        inputs: Those with a value, in the order in which they are read.
        imports: Lines that a module needs for the others.
        helpers: Functions, classes, tasks of the notebook.
    """

    inputs: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)


def sort_names(
    task: str,
    flow: Flow,
    names: Mapping[str, Any],
    *,
    listed: tuple[str, ...] | None = None,
    outputs: Iterable[str] = (),
) -> Sorted:
    """Return what the names are that a body reads.

    Args:
        task: Name of the task, for messages.
        flow: What the body does with names.
        names: Those of the notebook.
        listed: Inputs that ``--in`` names: then there are no others; None without it.
        outputs: Names that ``--out`` asks for.

    Raises:
        TaskDefinitionError: Names are nowhere defined, or not listed.
    """
    sorter = _Sorter(task, flow, names, listed, frozenset(outputs))
    for name, read in flow.reads.items():
        if name not in (listed or ()):
            sorter.take(name, read)
    return sorter.end()


class _Sorter:
    def __init__(
        self,
        task: str,
        flow: Flow,
        names: Mapping[str, Any],
        listed: tuple[str, ...] | None,
        outputs: frozenset[str],
    ) -> None:
        self._task, self._flow, self._names = task, flow, names
        self._listed, self._outputs = listed, outputs
        self._found = Sorted()
        self._missing: list[str] = []
        self._unlisted: list[str] = []

    def take(self, name: str, read: Read) -> None:
        """Sort *name* in."""
        if name in _OF_IPYTHON:
            if read.is_certain:
                raise self._own(name, read.line)
        elif name not in self._names or name in _OWN or _is_open(name, self._names[name]):
            if not _is_known(name, self._found) and read.is_certain:
                self._missing.append(name)
        elif type(self._names[name]).__module__ == _AUTOCALL:
            raise self._ends_kernel(name, read.line)
        elif is_code(self._names[name]):
            _add_code(name, self._names[name], self._found)
        elif (line := _constant_import(name, self._names[name])) is not None:
            self._found.imports.append(line)
        elif self._listed is not None:
            self._unlisted += [name] if read.is_certain else []
        # An output is there from a run before: it would be an input from the second run on.
        elif read.is_certain or name not in self._outputs:
            self._found.inputs.append(name)

    def end(self) -> Sorted:
        """Return what was sorted, where there is nothing to refuse."""
        if self._missing:
            raise _missing(self._task, self._missing, self._flow, self._names)
        listed = self._listed or ()
        if self._unlisted:
            raise TaskDefinitionError(
                f"{self._task} reads {_places(self._unlisted, self._flow)}, which --in does not"
                " list",
                hint=f"write --in {','.join([*listed, *self._unlisted])}",
            )
        self._found.inputs[:0] = listed
        return self._found

    def _own(self, name: str, line: int) -> TaskDefinitionError:
        return TaskDefinitionError(
            f"{self._task}, line {line}: {name} is IPython's own, and changes with each cell",
            hint="give its value a name of your own in a cell before",
        )

    def _ends_kernel(self, name: str, line: int) -> TaskDefinitionError:
        return TaskDefinitionError(
            f"{self._task}, line {line}: {name} is IPython's own here, and ends the kernel",
            hint="raise an exception, or import sys and write sys.exit(1)",
        )


def _places(names: list[str], flow: Flow) -> str:
    return ", ".join(f"{name} (line {flow.reads[name].line})" for name in names)


def is_code(value: Any) -> bool:
    """Return whether *value* is no input: a module, a function, a class, a task."""
    if isinstance(value, (*_CODE, types.ModuleType, Runnable)):
        return True
    if type(value).__module__.partition(".")[0] in {"typing", "flytekit"} and callable(value):
        return True
    # What a decorator has made of a function, as functools.cache; a ufunc.
    return callable(value) and isinstance(getattr(value, "__name__", None), str)


def dotted_imports(body: list[ast.stmt], names: Mapping[str, Any]) -> list[str]:
    """Return imports of modules that *body* only reaches through others: ``os.path.join``."""
    found = []
    for node in (node for statement in body for node in ast.walk(statement)):
        parts: list[str] = []
        base: ast.AST = node
        while isinstance(base, ast.Attribute):
            parts.insert(0, base.attr)
            base = base.value
        if not isinstance(base, ast.Name) or not parts:
            continue
        module = names.get(base.id)
        if not isinstance(module, types.ModuleType) or module.__name__ != base.id:
            continue
        path = base.id
        for part in parts:
            path = f"{path}.{part}"
            known = sys.modules.get(path)
            if known is None or known.__name__ != path:
                break
            found.append(f"import {path}")
    return list(dict.fromkeys(found))


def _add_code(name: str, value: Any, found: Sorted) -> None:
    line = None if _is_of_notebook(value) else import_of(name, value)
    if line is None:
        found.helpers.append(name)
    else:
        found.imports.append(line)


def _is_of_notebook(value: Any) -> bool:
    return getattr(value, "__module__", None) == "__main__" and not isinstance(
        value, types.ModuleType
    )


def _is_open(name: str, value: Any) -> bool:
    """Return whether *value* is the `open` that IPython has put in the place of Python's."""
    return (
        name == "open"
        and getattr(value, "__wrapped__", None) is builtins.open
        and (str(value.__globals__.get("__name__")).startswith("IPython."))
    )


def _constant_import(name: str, value: Any) -> str | None:
    """Return the import of something special that is called as in its module: ``Any``."""
    if type(value).__module__ not in {"typing", "typing_extensions"}:
        return None
    return import_of(name, value)


def _is_known(name: str, found: Sorted) -> bool:
    """Return whether Python knows *name* itself."""
    if name == "display" and hasattr(builtins, name):  # which IPython puts there
        found.imports.append("from IPython.display import display")
    return hasattr(builtins, name) or name in _OWN


def _missing(
    task: str, missing: list[str], flow: Flow, names: Mapping[str, Any]
) -> TaskDefinitionError:
    known = [n for n in (*flow.bound, *names, *vars(builtins)) if not n.startswith("_")]
    near = [
        f"{name}: did you mean {found[0]}?"
        for name in missing
        if (found := difflib.get_close_matches(name, known, n=1))
    ]
    verb = "is" if len(missing) == 1 else "are"
    return TaskDefinitionError(
        f"{task} reads {_places(missing, flow)}, which {verb} nowhere defined",
        hint="; ".join(near) or "define it in a cell before, or in the body",
    )
