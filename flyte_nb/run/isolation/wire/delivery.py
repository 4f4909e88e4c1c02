"""What the process of a run hands back when its function has ended."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, TYPE_CHECKING

from .observations import Observations

if TYPE_CHECKING:
    from .carried_error import CarriedError


class Ended(Enum):
    """How the function ended."""

    RETURNED = "returned"
    RAISED = "raised"
    NOT_PICKLABLE = "value not picklable"
    NOT_LOADED = "not loaded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What is known in the process itself.

    Attributes:
        ended: How the function ended.
        value: The pickled value, where it returned one that can be pickled.
        problem: What is wrong with the value, where it cannot be.
        error: What was raised, also when the call could not be loaded.
        threads: Names of the threads that the function left behind.
        seen: What it used that may not be in the pod.
    """

    ended: Ended
    value: bytes = b""
    problem: str = ""
    error: CarriedError | None = None
    threads: tuple[str, ...] = ()
    seen: Observations = field(default_factory=Observations)


def write_delivery(file: IO[bytes], delivery: Delivery) -> None:
    """Write *delivery* as all that is in *file*."""
    file.seek(0)
    pickle.dump(delivery, file, protocol=pickle.HIGHEST_PROTOCOL)
    file.truncate()
    file.flush()


def read_delivery(file: IO[bytes]) -> Delivery:
    """Return what was written."""
    file.seek(0)
    delivery = pickle.load(file)  # noqa: S301 - from a process that runs the user's own code
    assert isinstance(delivery, Delivery)  # noqa: S101
    return delivery
