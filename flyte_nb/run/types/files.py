"""Files and folders: paths become objects, and what leaves a task is kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import running
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.display import short_path
from flyte_nb.types.addresses import keep
from flyte_nb.types.file import FlyteFile
from flyte_nb.types.kept import mark_kept
from flyte_nb.types.place import Place, is_remote, storage

from .problem import ConversionError, Way

if TYPE_CHECKING:
    from .problem import Convert


def to_place(kind: Any) -> Convert:
    """Return what takes an object of the class *kind*, or a path, and gives one of that class."""

    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, (str, os.PathLike)):
            return value
        if isinstance(value, Place) and value.noun != kind.noun:
            raise ConversionError(
                f"expected {kind.__name__}, got a {type(value).__name__}",
                f"declare {type(value).__name__}",
            )
        given = value if isinstance(value, Place) else kind(os.fspath(value))
        source = given.remote_source
        if source is None:
            path = str(given)
            _must_be_there(path, kind)
            to = getattr(given, "_remote_path", None)
            is_kept = way is Way.OUT and to is not False
            source = keep(path, storage(), to and os.fspath(to)) if is_kept else path
        elif way is Way.IN and running() is not None:
            return given.seen_as(kind)  # within a task: one pod
        found = (kind.copy_of if way is Way.IN_RUN else kind.arriving)(source)
        if way is Way.OUT:
            mark_kept(found)
            _warn_of_lost_change(given)
        if isinstance(given, FlyteFile):
            found.metadata = given.metadata
        return found

    return convert


def _warn_of_lost_change(given: Place) -> None:
    if given.was_changed_here:
        name = type(given).__name__
        TASK_LOGGER.warning(
            "%s: the task returns the %s that it was given, and has changed its copy of it:"
            " a cluster hands on what it was given; return %s(path of the copy)",
            short_path(str(given)), given.noun, name,
        )  # fmt: skip


def to_path_like(value: Any, way: Way) -> Any:
    """Return a file for a path that is declared as ``os.PathLike``; nothing is kept of it."""
    is_entering_run = way is Way.IN_RUN
    if isinstance(value, Place) and is_entering_run:
        return type(value).copy_of(value.remote_source or str(value))
    if not isinstance(value, (str, os.PathLike)) or isinstance(value, Place):
        return value
    address = os.fspath(value)
    if not is_remote(address):
        _must_be_there(address, FlyteFile)
    return FlyteFile.copy_of(address) if is_entering_run else FlyteFile(address)


def _must_be_there(path: str, kind: type[Place]) -> None:
    is_folder = os.path.isdir(path)  # noqa: PTH112 - as the user wrote it
    wants_folder = kind.dimensionality == "MULTIPART"
    if is_folder == wants_folder and os.path.exists(path):  # noqa: PTH110
        return
    if not os.path.exists(path):  # noqa: PTH110
        where = "" if os.path.isabs(path) else f" in {os.getcwd()}"  # noqa: PTH109, PTH117
        raise ConversionError(f"there is no {kind.noun} {path!r}{where}")
    is_what, other = ("a folder", "FlyteDirectory") if is_folder else ("no folder", "FlyteFile")
    raise ConversionError(
        f"{path!r} is {is_what}, and {kind.__name__} is declared", f"declare {other}"
    )
