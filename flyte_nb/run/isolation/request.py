"""What is asked for: one call, and the world that it shall find itself in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flyte_nb.errors import InvalidValueError

from .limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class IsolatedRequest:
    """One call in a process of its own.

    Args:
        call: The function and its arguments, as `pack_call` makes it.
        environment: Every variable that the process shall have. What Python itself needs is
            added where it is missing, nothing else: see `caller.environment`.
        folder: An empty folder that is the run's alone and stays; a temporary one by default.
            The function starts in its ``work``; ``home`` is HOME, ``tmp`` is for temporary files.
        sys_path: Where the process imports from; what this one has by default.
        of_pod: Folders outside of its own that stand for what a pod has too, such as a store.
        limits: What it may use.
        fresh: Start an interpreter for it instead of copying one that waits: about 100 ms
            slower. Done by itself where a variable is read only when a process starts.
        spawn: Do without fork, as on Windows; None for what the system allows.

    Raises:
        InvalidValueError: A variable is one that no process can have.
    """

    call: bytes = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path | None = None
    sys_path: tuple[str, ...] | None = None
    of_pod: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    fresh: bool = False
    spawn: bool | None = None

    def __post_init__(self) -> None:
        for name, value in self.environment.items():
            if not name or set("=\0") & set(name) or "\0" in value:
                raise InvalidValueError(
                    f"{name!r} is no variable that a process can have",
                    hint="a name has no '=', and neither name nor value has a NUL",
                )
