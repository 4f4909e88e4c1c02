"""Runs the call in the process that was made for it, and hands back what came of it."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from typing import TYPE_CHECKING, Any

from flyte_nb.run.isolation.used_by_code import function_behind
from flyte_nb.run.isolation.wire.carried_error import carry
from flyte_nb.run.isolation.wire.delivery import Delivery, Ended, write_delivery, write_value
from flyte_nb.run.isolation.wire.descriptors import Owned

from .channel import Channel
from .exits import flush_streams, leaked_threads, run_exit_handlers
from .observe import Observer
from .surroundings import settle_in

if TYPE_CHECKING:
    from typing import IO, NoReturn

    from flyte_nb.run.isolation.wire.plan import Plan

DELIVERED = b"d"


def run(plan: Plan, call: IO[bytes], result: IO[bytes], channel: int, status: int) -> NoReturn:
    """Run *call* and end this process.

    Args:
        plan: What was asked for.
        call: A function, its arguments and what prepares for it, pickled; closed by this.
        result: Where the delivery goes.
        channel: Descriptor that messages go to.
        status: Descriptor that is told when the delivery is complete.
    """
    told, delivered = Owned(status), Owned(result.fileno())
    settle_in(plan)
    observer = Observer(plan)
    observer.start()
    delivery = _delivery(call, Channel(Owned(channel)), observer, result)
    flush_streams()
    if delivered.is_ours():
        write_delivery(result, delivery)
        told.write(DELIVERED)
    run_exit_handlers()
    os._exit(0)


def _delivery(call: IO[bytes], channel: Channel, observer: Observer, result: IO[bytes]) -> Delivery:
    own_pid, delivered = os.getpid(), Owned(result.fileno())
    threads = frozenset(thread.ident for thread in threading.enumerate())
    try:
        with call:
            function, args, kwargs, prepare = pickle.load(call)  # noqa: S301 - from who runs us
        _fill_main(function)
    except BaseException as error:  # noqa: BLE001 - handed back
        return Delivery(ended=Ended.NOT_LOADED, error=carry(error), seen=observer.seen())
    value = None
    try:
        value = _called(function, args, kwargs, prepare, channel)
    except BaseException as error:  # noqa: BLE001 - handed back
        ended: dict[str, Any] = {"ended": Ended.RAISED, "error": carry(error)}
    else:
        ended = {"ended": Ended.RETURNED}
    if os.getpid() != own_pid:
        flush_streams()
        os._exit(0)  # a copy that the function forked, and that came out of it as well
    if ended["ended"] is Ended.RETURNED and delivered.is_ours():
        ended = _handed_back(value, result)
    return Delivery(**ended, threads=leaked_threads(threads), seen=observer.seen())


def _called(function: Any, args: Any, kwargs: Any, prepare: Any, channel: Channel) -> Any:
    if prepare is None:
        return function(*args, **kwargs)
    return prepare(channel, lambda: function(*args, **kwargs))


def _handed_back(value: Any, result: IO[bytes]) -> dict[str, Any]:
    try:
        write_value(result, value)
    except BaseException as error:  # noqa: BLE001 - the value's own code may raise anything
        return {
            "ended": Ended.NOT_PICKLABLE,
            "problem": type(value).__qualname__,
            "error": carry(error),
        }
    return {"ended": Ended.RETURNED}


def _fill_main(function: Any) -> None:
    """Let ``__main__`` be the notebook's, as far as it came along.

    Workers of `multiprocessing` and plain pickle look for functions and classes there.
    """
    function = function_behind(function)
    names = getattr(function, "__globals__", {})
    if names.get("__name__") == "__main__":
        main = sys.modules["__main__"].__dict__
        main.update((name, value) for name, value in names.items() if not name.startswith("__"))
        main.setdefault(function.__name__, function)
