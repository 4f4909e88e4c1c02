"""Which files make up a checkpoint. Whoever moves the pointer to a new manifest has saved."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from flyte_nb.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "_flyte_nb"  # holds all that is ours; files beside it are as flytekit leaves them
POINTER = f"{FOLDER}/CURRENT"


class Stored(NamedTuple):
    """Where one file is kept: its place below the checkpoint's root, and its size in bytes."""

    at: str
    size: int


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The state after one save.

    Attributes:
        generation: Number of the save, from 1. Generations are told apart by it alone: the
            clock may jump.
        files: Name to where it is kept; None for an empty folder.
        newest: The file that `read` gives; None when the newest is a folder of several.
        saved_at: When, in UTC, for whoever looks at it.
    """

    generation: int = 0
    files: Mapping[str, Stored | None] = field(default_factory=dict)
    newest: str | None = None
    saved_at: str = field(default_factory=_now)

    @property
    def size_bytes(self) -> int:
        """Size of all files."""
        return sum(stored.size for stored in self.files.values() if stored)

    @property
    def places(self) -> set[str]:
        """Everything that must stay."""
        return {stored.at for stored in self.files.values() if stored}

    @property
    def next_folder(self) -> str:
        """Where the files of the next save go."""
        return f"{FOLDER}/{self.generation + 1:06d}"

    def after(self, added: Mapping[str, Stored | None], newest: str | None) -> Manifest:
        """Return the state after *added* was saved: it counts where names are in the way."""
        kept = {name: at for name, at in self.files.items() if not _in_the_way(name, added)}
        return replace(
            self,
            generation=self.generation + 1,
            files={**kept, **added},
            newest=newest,
            saved_at=_now(),
        )

    def to_json(self) -> bytes:
        """Return it as it is kept."""
        return json.dumps(
            {
                "generation": self.generation,
                "newest": self.newest,
                "saved_at": self.saved_at,
                "files": self.files,
            }
        ).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Return what `to_json` wrote.

        Raises:
            CheckpointError: It did not write this, or a name leads out of the folder.
        """
        try:
            found = json.loads(data)
            files = {n: None if at is None else Stored(*at) for n, at in found["files"].items()}
            manifest = cls(**{**found, "files": files})
            for name in (*files, *manifest.places):
                refuse_outside(name)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            if isinstance(error, CheckpointError):
                raise
            raise CheckpointError(f"the checkpoint's list of files is damaged: {error}") from error
        return manifest


def refuse_outside(name: str) -> None:
    """Refuse a name that would be restored elsewhere than in the folder.

    Raises:
        CheckpointError: It would.
    """
    windows = os.name == "nt"
    parts = (name.replace("\\", "/") if windows else name).split("/")
    if ".." in parts or "" in parts or (windows and ":" in parts[0]):
        raise CheckpointError(f"the checkpoint has a file named {name!r}, outside of its folder")


def _in_the_way(name: str, added: Mapping[str, object]) -> bool:
    """Return whether *name* cannot be beside *added*: a file where that has a folder, or so."""
    parts = name.split("/")
    above = ("/".join(parts[:n]) for n in range(1, len(parts) + 1))
    return any(path in added for path in above) or any(n.startswith(f"{name}/") for n in added)
