"""Modules under flytekit's name, in the way of the import system and nowhere else."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from textwrap import fill
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import ConfigError, NotProvidedError

from .names import modules

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "flytekit"
_GET_IT = "pip install flytekit has it; flyte_nb.compat.uninstall() makes way first"


@dataclass(frozen=True)
class Shim:
    """What is there now.

    Attributes:
        modules: How many modules.
        names: How many names they have.
        is_on: Whether they are there; what there would be, where not.
    """

    modules: int
    names: int
    is_on: bool = True

    def __repr__(self) -> str:
        if not self.is_on:
            return (
                f"flytekit is not flyte_nb's here: flyte_nb.compat.install() lends it {self.names}"
                f" names in {self.modules} modules, where flytekit itself is not installed"
            )
        return (
            f"flytekit is flyte_nb's here: {self.names} names in {self.modules} modules,"
            " until flyte_nb.compat.uninstall()"
        )


class _Module(ModuleType):
    """A module of flytekit whose names are looked up when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        known = modules()[self.__name__]
        if name == "__all__":
            return list(known)
        if f"{self.__name__}.{name}" in modules():  # as of a package that imports its parts
            return import_module(f"{self.__name__}.{name}")
        if name not in known:
            guess = _meant(self.__name__, name)
            raise AttributeError(
                f"{self.__name__}.{name} is not one of flyte_nb's names{guess}: {_GET_IT}"
            )
        place, ours = known[name]
        value = getattr(import_module(place), ours)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *modules()[self.__name__], *_parts(self.__name__)})


class _Finder(MetaPathFinder, Loader):
    """Finds the modules of the shim, and says what it has not instead of "no module named"."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname.partition(".")[0] != NAME:
            return None
        if fullname not in modules():
            parent, _, name = fullname.rpartition(".")
            guess = _meant(parent, name)
            raise NotProvidedError(
                f"flyte_nb has no {fullname}{guess}", hint=_GET_IT, name=fullname
            )
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name, _documentation(spec.name))

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: names come when they are asked for."""


def _parts(module: str) -> list[str]:
    """Return the names of the modules right below one."""
    parents = (name.rpartition(".") for name in modules())
    return [name for parent, _, name in parents if parent == module]


def _meant(module: str, name: str) -> str:
    """Return what somebody meant who asked *module* for *name*, as the end of a message."""
    from difflib import get_close_matches

    known = [*modules().get(module, ()), *_parts(module)]
    # A name that flytekit has and flyte_nb has not is no misspelling: it may be a little like one.
    found = get_close_matches(name[:100], known, n=1, cutoff=0.75)
    return f"; did you mean {found[0]!r}?" if found else ""


def _documentation(module: str) -> str:
    """Return what `help` begins with."""
    lists = (("Names", sorted(modules()[module])), ("Modules", _parts(module)))
    texts = (f"{title}: {', '.join(names)}." for title, names in lists if names)
    return "\n\n".join([f"flyte_nb's names of {module}.", *map(fill, texts)])


_finder = _Finder()
_lock = threading.Lock()


def is_installed() -> bool:
    """Return whether flytekit's name is flyte_nb's."""
    return _finder in sys.meta_path


def state() -> Shim:
    """Return what there is, or what there would be."""
    return Shim(len(modules()), sum(map(len, modules().values())), is_installed())


def install() -> Shim:
    """Let ``flytekit`` be flyte_nb's until `uninstall`, and say so.

    Raises:
        ConfigError: flytekit itself is installed.
    """
    with _lock:
        if not is_installed():
            if NAME in sys.modules or find_spec(NAME) is not None:
                raise ConfigError(
                    "flytekit is installed: its own name is its own",
                    hint="import from flytekit, or from flyte_nb; the shim is for where there is"
                    " no flytekit",
                )
            sys.meta_path.insert(0, _finder)
            TASK_LOGGER.info("%s", state())
    return state()


def uninstall() -> None:
    """Take flytekit's name away; what was imported by it goes on working."""
    with _lock:
        if is_installed():
            sys.meta_path.remove(_finder)
        for name in [name for name, m in sys.modules.items() if isinstance(m, _Module)]:
            del sys.modules[name]
