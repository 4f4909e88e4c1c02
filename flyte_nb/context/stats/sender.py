"""Metrics to a statsd server, by a thread of their own: no name lookup holds up a cell."""

from __future__ import annotations

import atexit
import os
import queue
import re
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flyte_nb.config.catalogue import StatsD
from flyte_nb.config.file import get_config_file
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import ConfigError, InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .recorder import Emission, Tags

MAX_WAITING = 10_000  # values; those beyond are dropped, as UDP drops them
_EXIT_S = 1.0
_RETRY_S = 30.0  # after a name that nobody knows
_NOT_IN_A_NAME = re.compile(r"[^ -9;-{}~]")  # a colon and a bar end a name; it is ASCII
_NOT_IN_A_TAG = re.compile(r"[^ -\-/-9;-{}~]")  # nor has a tag a dot

# What a thread has to do: a method of the client and its arguments, an event to set, or to end.
_Work = tuple[str, tuple[Any, ...]] | threading.Event | None


class StatsdSender:
    """Sends metrics to one server, until it is stopped.

    Args:
        host: Its name.
        port: Its port, of UDP.
    """

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self.pid = os.getpid()
        self._waiting: queue.Queue[_Work] = queue.Queue(MAX_WAITING)
        self._client: Any = None
        self._next_try = 0.0
        self._has_warned = False
        threading.Thread(target=self._run, name="flyte-nb statsd", daemon=True).start()

    def put(self, method: str, *args: Any) -> None:
        """Let a method of the statsd client be called, soon."""
        with suppress(queue.Full):
            self._waiting.put_nowait((method, args))

    def flush(self, timeout_s: float) -> bool:
        """Wait until what was put so far is sent; return whether it is."""
        if os.getpid() != self.pid:  # a fork has no such thread
            return False
        sent = threading.Event()
        try:
            self._waiting.put(sent, timeout=timeout_s)
        except queue.Full:
            return False
        return sent.wait(timeout_s)

    def stop(self) -> None:
        """Send what was put so far, and end."""
        with suppress(queue.Full):
            self._waiting.put_nowait(None)

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            if isinstance(work, threading.Event):
                work.set()
            elif (client := self._connected()) is not None:
                getattr(client, work[0])(*work[1])
        if self._client is not None:
            self._client.close()

    def _connected(self) -> Any:
        """Return the client; None while the server's name is not known."""
        if self._client is not None or time.monotonic() < self._next_try:
            return self._client
        from statsd import StatsClient

        host, port = self.address
        try:
            self._client = StatsClient(host, port, ipv6=":" in host)
        except OSError as error:
            self._next_try = time.monotonic() + _RETRY_S
            if not self._has_warned:
                self._has_warned = True
                TASK_LOGGER.warning(
                    "metrics are recorded here only: statsd at %s:%s cannot be reached: %s",
                    *(host, port, error.strerror or error),
                )
        return self._client


_owning = threading.Lock()
_owned: StatsdSender | None = None


def _sender(host: str, port: int) -> StatsdSender:
    """Return this process's sender; one for another address takes the place of the one before."""
    global _owned  # noqa: PLW0603 - one in a process
    with _owning:
        owned = _owned
        if owned is None or owned.address != (host, port) or owned.pid != os.getpid():
            if owned is not None:
                owned.stop()
            owned = _owned = StatsdSender(host, port)
        return owned


@atexit.register
def _send_the_rest() -> None:
    if _owned is not None:
        _owned.flush(_EXIT_S)


def send_in_force(prefix: str, tags: Tags) -> Callable[[Emission], None] | None:
    """Return what sends a value to the statsd that is set up; None where none is.

    Unlike in a pod, where somebody has to listen at the default address, host or port must
    have been set.

    Args:
        prefix: What the names begin with, there.
        tags: Labels of all values, there.
    """
    try:
        found = _address()
    except (ConfigError, InvalidValueError) as error:
        TASK_LOGGER.warning("metrics are recorded here only: %s", error.args[0])
        return None
    if found is None:
        return None
    host, port, with_tags = found
    sender = _sender(host, port)

    def send(emission: Emission) -> None:
        labels = {**dict(tags), **dict(emission.tags)} if with_tags else {}
        name = wire_name(f"{prefix}.{emission.name}", labels)
        more = (emission.delta,) if emission.delta else ()
        sender.put(emission.kind.value, name, emission.value, emission.rate, *more)

    return send


def _address() -> tuple[str, int, bool] | None:
    """Return host, port and whether tags are sent; None where nothing is to be sent."""
    cfg = get_config_file()
    if all(entry.read(cfg) is None for entry in (StatsD.HOST, StatsD.PORT)):
        return None
    if StatsD.DISABLED.value(cfg):
        return None
    host, port = StatsD.HOST.value(cfg), StatsD.PORT.value(cfg)
    if not isinstance(port, int) or not 0 < port < 1 << 16:
        raise InvalidValueError(f"{StatsD.PORT.env_name} is {port!r}: not a port")
    return host, port, not StatsD.DISABLE_TAGS.value(cfg)


def wire_name(name: str, tags: dict[str, str]) -> str:
    """Return *name* with *tags* as flytekit sends them.

    Example:
        >>> wire_name("rows", {"table": "a.b"})
        'rows.__table=a_b'
    """
    parts = [_NOT_IN_A_NAME.sub("_", name)]
    for key in sorted(tags):
        value = _NOT_IN_A_TAG.sub("_", tags[key])
        if value:
            parts.append(f"__{_NOT_IN_A_TAG.sub('_', key)}={value}")
    return ".".join(parts)
