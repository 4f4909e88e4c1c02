"""Notes what a run uses that may not be in the pod.

Imports and files come from audit hooks (PEP 578), variables from lookups in `os.environ`. Nothing
that the run does is changed by it.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

from flyte_nb.run.isolation.wire.observations import Observations

from .whose import is_brought, is_library, is_of_python, is_ours, is_the_users

if TYPE_CHECKING:
    from flyte_nb.run.isolation.wire.plan import Plan

_MOST = 500  # of each kind: nobody reads more, and a loop may open a million files
_FILES = frozenset({"open", "os.listdir", "os.scandir"})
_OF_IMPORTS = (".py", ".pyc", ".so", ".pyd")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# What every image has of its own, more or less.
_OF_SYSTEMS = (
    "/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr",
    "/var/cache", "/var/lib", "/var/run", "/Library", "/System", os.environ.get("SYSTEMROOT", ""),
)  # fmt: skip


class Observer:
    """Watches the process that it is made in, from `start` on.

    Args:
        plan: What the process was told.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._began = time.time()
        self._known = frozenset(sys.modules)
        self._modules: set[str] = set()
        self._files: dict[str, bool] = {}  # path -> whether it is worth a word
        self._variables: dict[str, bool] = {}  # name -> whether the user's own code asked

    def start(self) -> None:
        """Begin; there is no end to it but that of the process."""
        sys.addaudithook(self._hook)
        looked_up = self._looked_up

        class Environ(os._Environ):  # type: ignore[type-arg]  # noqa: SLF001
            """The environment, that tells which variables it has not."""

            def __getitem__(self, key: Any) -> Any:
                try:
                    return super().__getitem__(key)
                except KeyError:
                    looked_up(key)
                    raise

        # The class of the one that is there: others have taken it by `from os import environ`.
        os.environ.__class__ = Environ

    def seen(self) -> Observations:
        """Return what was seen so far."""
        modules = sorted(name for name in tuple(self._modules) if name in sys.modules)
        variables = dict(self._variables)
        return Observations(
            modules=tuple((name, getattr(sys.modules[name], "__file__", None)) for name in modules),
            files=tuple(path for path, is_worth in dict(self._files).items() if is_worth),
            variables=tuple(name for name, users in variables.items() if users),
            library_variables=tuple(name for name, users in variables.items() if not users),
        )

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        # What is raised here ends what the run was about to do.
        try:
            if event == "import":
                self._imported(args[0])
            elif event in _FILES:
                self._opened(args[0], args[2] if event == "open" else 0)
        except Exception:  # noqa: BLE001 - at the end of the process anything may be missing
            return

    def _imported(self, name: str) -> None:
        top = name.partition(".")[0]
        if top in self._modules or top in self._known or is_of_python(top):
            return
        if len(self._modules) < _MOST and is_the_users(sys._getframe(2)):  # noqa: SLF001
            self._modules.add(top)

    def _opened(self, path: Any, flags: int) -> None:
        if path is None or isinstance(path, int):
            return
        path = os.fsdecode(path)
        if path not in self._files and len(self._files) < _MOST:
            is_written = bool(flags & _WRITES)
            self._files[path] = (
                not path.endswith(_OF_IMPORTS)
                and self._is_elsewhere(path, is_written=is_written)
                and not is_brought(sys._getframe(2))  # noqa: SLF001
            )

    def _is_elsewhere(self, path: str, *, is_written: bool) -> bool:
        plan = self._plan
        full = os.path.normpath(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118
        is_absolute = os.path.isabs(path)  # noqa: PTH117
        if not is_absolute and os.pardir in path and not _is_below(full, plan.work):
            return True
        if _is_below(full, plan.folder):
            # It may be a file of the notebook's folder that is not here.
            beside = os.path.join(plan.origin, path)  # noqa: PTH118
            return not is_absolute and not os.path.lexists(full) and os.path.lexists(beside)
        if any(_is_below(full, folder) for folder in plan.of_pod):
            return False
        if not is_absolute:
            return True
        whole = os.path.join(full, "")  # noqa: PTH118 - it may be the folder itself
        if is_library(whole) or _is_below(full, sys.prefix) or _is_below(full, sys.base_prefix):
            return False
        return _is_below(full, plan.home) or (not is_written and self._is_of_machine(full))

    def _is_of_machine(self, path: str) -> bool:
        """Return whether the file at *path* was there before, and is none that an image has."""
        if any(_is_below(path, folder) for folder in _OF_SYSTEMS):
            return False
        try:
            return os.stat(path).st_ctime < self._began  # noqa: PTH116 - text is at hand
        except OSError:  # there is none: it is about to be made, or that is told anyway
            return False

    def _looked_up(self, name: Any) -> None:
        if not isinstance(name, str) or name in self._plan.declared:
            return
        if is_ours(sys._getframe(2)):  # noqa: SLF001
            return
        if len(self._variables) < _MOST and not self._variables.get(name):
            self._variables[name] = is_the_users(sys._getframe(2))  # noqa: SLF001


def _is_below(path: str, folder: str) -> bool:
    return bool(folder) and (path == folder or path.startswith(os.path.join(folder, "")))  # noqa: PTH118
