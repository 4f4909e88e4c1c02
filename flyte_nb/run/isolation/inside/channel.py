"""How code in the process of a run tells its caller something while it goes on."""

from __future__ import annotations

import itertools
import os
import pickle
from typing import TYPE_CHECKING, Any

import cloudpickle  # type: ignore[import-untyped]

from flyte_nb.run.isolation.wire.chunks import cut

if TYPE_CHECKING:
    from flyte_nb.run.isolation.wire.descriptors import Owned


class Channel:
    """Brings messages from the process of a run to its caller.

    Any thread may send, and so may processes that the run forks.

    Args:
        pipe: Where to.
    """

    __slots__ = ("_numbers", "_pipe")

    def __init__(self, pipe: Owned) -> None:
        self._pipe = pipe
        self._numbers = itertools.count()

    def send(self, kind: str, payload: Any) -> None:
        """Send *payload*; the caller gets a `Message`.

        It waits while the caller does not keep up. Once the caller has gone, or the user's code
        has closed the pipe, it does nothing.

        Args:
            kind: What it is, for example ``"log"``; without a NUL.
            payload: Whatever can be pickled.

        Raises:
            Exception: What pickling *payload* raises.
        """
        try:
            body = pickle.dumps(payload, protocol=pickle.HIGHEST_PROTOCOL)
        except Exception:  # noqa: BLE001 - of a class in a function, for example
            body = cloudpickle.dumps(payload)
        for chunk in cut(os.getpid(), next(self._numbers), kind, body):
            if not self._pipe.write(chunk):
                return
