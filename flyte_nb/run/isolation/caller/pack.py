"""A call, pickled so that a process that knows nothing of the notebook can make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from flyte_nb.run.isolation.inside.channel import Channel

from .unpicklable import why_not

Prepare = Callable[[Channel, Callable[[], Any]], Any]


def pack_call(
    function: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    prepare: Prepare | None = None,
) -> bytes:
    """Return the call of *function*, by value: what it uses of the notebook comes along.

    Args:
        function: What to call.
        args: Its arguments by position.
        kwargs: Its arguments by name.
        prepare: Called in the process instead of the function, with a `Channel` and with what
            calls the function; what it returns is the value of the run.

    Raises:
        InvalidValueError: An argument, or something that the function uses, cannot go to another
            process; it says which, and what to do.
    """
    call = (function, tuple(args), dict(kwargs or {}), prepare)
    try:
        data: bytes = cloudpickle.dumps(call)
    except Exception as error:  # noqa: BLE001 - objects raise what they like when pickled
        raise why_not(*call, error) from None
    return data
