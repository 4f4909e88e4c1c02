"""What works here and will fail in the pod: short, one line each, each with what to do.

Known from the code of the function without running it, and from what a run was seen to use.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flyte_nb.config import environment

from .image_packages import ImagePackages
from .inside.whose import is_library
from .used_by_code import used_by_code
from .wire.observations import Observations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from .result import IsolatedResult

Kind = Literal[
    "python", "global", "module", "image", "file", "variable", "secret", "thread", "process"
]
_OURS = frozenset({"flyte_nb", "flytekit"})  # the image has one or the other
# What every container has of its own, or what only says how a terminal looks.
_EVERYWHERE = frozenset({
    "COLUMNS", "COLORTERM", "DISPLAY", "EDITOR", "FORCE_COLOR", "HOME", "HOSTNAME", "LANG",
    "LANGUAGE", "LC_ALL", "LC_CTYPE", "LINES", "LOGNAME", "NO_COLOR", "OLDPWD", "PATH", "PWD",
    "SHELL", "TERM", "TMPDIR", "TZ", "USER", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
})  # fmt: skip
_NOTHING = Observations()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that the pod will not have.

    Attributes:
        kind: What it is.
        subject: Which one, for example the name of a module.
        advice: What is the matter, and what to do.
    """

    kind: Kind
    subject: str
    advice: str

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.advice}"


def findings(  # noqa: PLR0913 - all but two by name
    function: Callable[..., Any],
    result: IsolatedResult | None = None,
    *,
    image_packages: Iterable[str] | None = None,
    image_python: str | None = None,
    image_name: str = "",
    secrets: Iterable[str] = (),
    set_here: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Return what *function* relies on and a pod has not, the gravest first.

    Args:
        function: The function, a task, or what wraps one.
        result: A run of it, None for what the code alone tells.
        image_packages: What is installed in the image, as pip takes it, for example
            ``"pandas>=2"``; None where that is not known.
        image_python: Python's version in the image, for example ``"3.11"``; None as above.
        image_name: What the image is called, where its packages are not known.
        secrets: Those that a run asked for and its task did not declare, as it would do that.
        set_here: Names of the variables of this process; of its environment by default.
    """
    use = used_by_code(function)
    seen = _NOTHING if result is None else result.seen
    packages = None if image_packages is None else ImagePackages(image_packages)
    here = environment().keys() if set_here is None else set_here
    return (
        *_of_python(image_python),
        *_of_values(use.values),
        *_of_modules(use.modules, seen, packages),
        *_of_image(image_name, use.modules, seen, packages),
        *_of_files(seen, result),
        *_of_variables(seen, here),
        *_of_secrets(secrets),
        *_left_behind(result),
    )


def _of_python(image: str | None) -> Iterator[Finding]:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if image is not None and ".".join(image.split(".")[:2]) != here:
        yield Finding(
            kind="python",
            subject=here,
            advice=f"the image has {image}: use the same here, or an image with {here}",
        )


def _of_values(values: dict[str, str]) -> Iterator[Finding]:
    for name, kind in sorted(values.items()):
        yield Finding(
            kind="global",
            subject=name,
            advice=f"a value of the notebook ({kind}): make it an input, or set it inside",
        )


def _of_modules(
    referred: set[str], seen: Observations, packages: ImagePackages | None
) -> Iterator[Finding]:
    for name, file in _needed(referred, seen):
        if packages is not None and packages.has(name):
            continue
        if file is not None and not is_library(file):
            advice = f"a file of yours ({file}): put it into the image, or its code into a cell"
        elif packages is None:
            continue  # nobody knows what the image has
        else:
            owners = " or ".join(packages.packages_of(name)) or "what it belongs to"
            advice = f"not in the image: add {owners} to its packages"
        yield Finding(kind="module", subject=name, advice=advice)


def _of_image(
    name: str, referred: set[str], seen: Observations, packages: ImagePackages | None
) -> Iterator[Finding]:
    if name and packages is None:
        libraries = [one for one, file in _needed(referred, seen) if not file or is_library(file)]
        if libraries:
            yield Finding(
                kind="image",
                subject=name,
                advice=f"nobody here knows what is in it: see that it has {', '.join(libraries)}",
            )


def _needed(referred: set[str], seen: Observations) -> Iterator[tuple[str, str | None]]:
    """Yield each module that Python does not bring along, with its file here."""
    files = dict(seen.modules)
    for name in sorted(referred | set(files)):
        if name not in sys.stdlib_module_names | _OURS | {"", "__main__"}:
            yield name, files.get(name) or _file_here(name)


def _file_here(module: str) -> str | None:
    try:
        spec = sys.modules[module].__spec__ if module in sys.modules else find_spec(module)
    except (AttributeError, ImportError, ValueError):  # odd modules, made by hand
        return None
    if spec is None:
        return None
    return spec.origin or next(iter(spec.submodule_search_locations or ()), None)


def _of_files(seen: Observations, result: IsolatedResult | None) -> Iterator[Finding]:
    missing = missing_file(result)
    for path in dict.fromkeys([*seen.files, *filter(None, [missing])]):
        advice = "the pod starts in an empty folder of its own: make it an input"
        if not Path(path).is_absolute() and os.pardir not in path:
            advice = IN_THE_FOLDER
        elif Path(path).is_absolute():
            advice = "a file of this machine, which the pod has not: make it an input (FlyteFile)"
        yield Finding(kind="file", subject=path, advice=advice)


def missing_file(result: IsolatedResult | None) -> str | None:
    """Return the file that a run failed for and that is in the folder of the notebook."""
    error = None if result is None else result.error
    name = error.filename if isinstance(error, FileNotFoundError) else None
    if not isinstance(name, (str, os.PathLike)):
        return None
    path = os.fspath(name)
    is_beside = not os.path.isabs(path) and os.path.lexists(path)  # noqa: PTH117
    return path if is_beside else None


IN_THE_FOLDER = (
    "it is in the folder of the notebook, and the pod starts in an empty one of its own:"
    " make it an input (FlyteFile)"
)


def _of_variables(seen: Observations, here: Collection[str]) -> Iterator[Finding]:
    for name in seen.variables:
        state = "set here, not declared" if name in here else "neither set here nor declared"
        yield Finding(
            kind="variable",
            subject=name,
            advice=f"{state}: add it to the task's environment, or as a secret",
        )
    for name in seen.library_variables:
        is_its_own = name.startswith("_")  # set by the library itself, as polars does
        if name in here and name not in _EVERYWHERE and not is_its_own:
            yield Finding(
                kind="variable",
                subject=name,
                advice="a library asks for it; set here, not declared: add it if it matters",
            )


def _of_secrets(secrets: Iterable[str]) -> Iterator[Finding]:
    for one in secrets:
        yield Finding(
            kind="secret",
            subject=one,
            advice="asked for and not declared: the pod does not have it; add it to the"
            " secret_requests of the task",
        )


def _left_behind(result: IsolatedResult | None) -> Iterator[Finding]:
    for name in () if result is None else result.leaked_threads:
        if name.endswith("(not a daemon)"):
            advice = "still runs when the function has ended: the pod would wait for it"
            yield Finding(kind="thread", subject=name.partition(" (")[0], advice=advice)
    for name in () if result is None else result.leaked_processes:
        advice = "still runs when the function has ended: it is killed with the pod"
        yield Finding(kind="process", subject=name.partition(" (")[0], advice=advice)
