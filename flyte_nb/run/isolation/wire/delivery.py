"""What the process of a run hands back when its function has ended."""

from __future__ import annotations

import os
import pickle
import struct
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, TYPE_CHECKING, Any

import cloudpickle  # type: ignore[import-untyped]

from .observations import Observations

if TYPE_CHECKING:
    from .carried_error import CarriedError

_PLACE = struct.Struct("<Q")  # the last bytes: where the delivery begins, behind the value


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
        problem: What is wrong with the value, where it cannot be.
        error: What was raised, also when the call could not be loaded.
        threads: Names of the threads that the function left behind.
        seen: What it used that may not be in the pod.
    """

    ended: Ended
    problem: str = ""
    error: CarriedError | None = None
    threads: tuple[str, ...] = ()
    seen: Observations = field(default_factory=Observations)


def write_value(file: IO[bytes], value: Any) -> None:
    """Write *value* where `read_value` reads it; it is not held in memory a second time.

    Raises:
        Exception: Whatever pickling it raises.
    """
    file.seek(0)
    cloudpickle.dump(value, file)


def read_value(file: IO[bytes]) -> Any:
    """Return the value.

    Raises:
        Exception: Whatever rebuilding it raises.
    """
    file.seek(0)
    return pickle.load(file)  # noqa: S301 - from a process that runs the user's own code


def write_delivery(file: IO[bytes], delivery: Delivery) -> None:
    """Write *delivery* behind the value."""
    begin = file.seek(0, os.SEEK_END)
    pickle.dump(delivery, file, protocol=pickle.HIGHEST_PROTOCOL)
    file.write(_PLACE.pack(begin))
    file.flush()


def read_delivery(file: IO[bytes]) -> Delivery:
    """Return what was written."""
    file.seek(-_PLACE.size, os.SEEK_END)
    (begin,) = _PLACE.unpack(file.read(_PLACE.size))
    file.seek(begin)
    delivery = pickle.load(file)  # noqa: S301 - as above
    assert isinstance(delivery, Delivery)  # noqa: S101
    return delivery
