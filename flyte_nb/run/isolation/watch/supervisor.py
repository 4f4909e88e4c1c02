"""Watches one run from its start until nothing of it is left."""

from __future__ import annotations

import pickle
import time
from typing import TYPE_CHECKING, Protocol

from flyte_nb.run.isolation.result import Outcome
from flyte_nb.run.isolation.wire.frames import Command, Kind
from flyte_nb.run.isolation.wire.report import Report

from .ending import Ending, Step
from .link import PARENT, PARENTS_END
from .memory import MemoryMeter
from .storage import NOTHING_USED, used_in
from .transcript import Transcript
from .tree import wait_until_over

if TYPE_CHECKING:
    from flyte_nb.run.isolation.events import Stream
    from flyte_nb.run.isolation.wire.plan import Plan

    from .link import Line
    from .tree import Tree

_SAMPLE_S = 0.01  # of memory, where it has a limit
_RELAXED_S = 0.1  # where it only has a peak
_STORAGE_S = 0.25
_PART = 0.1  # of one CPU, at most, for measuring
_FLUSH_S = 0.05
_SETTLE_S = 0.1  # for helpers that end when the process does
_LAST_S = 5.0  # for what was killed to be gone
_CHANNEL = frozenset({"channel"})
_STREAMS: dict[str, tuple[Stream, Kind]] = {
    "stdout": ("stdout", Kind.STDOUT),
    "stderr": ("stderr", Kind.STDERR),
}


class Process(Protocol):
    """The process of a run, as whoever started it sees it."""

    @property
    def pid(self) -> int:
        """Its id."""

    def poll(self) -> int | None:
        """Return its exit code, minus the signal that ended it; None while it lives."""

    def usage(self) -> tuple[float, int]:
        """Return CPU seconds of all that ended, and the largest resident size, in bytes."""


class Supervisor:
    """Reads what the run prints and sends, measures it, and ends it when it has to.

    Args:
        plan: What was asked for.
        process: The process of the run.
        tree: It and all that it starts.
        line: What comes from it, and whom to tell.
        started: When it was started, in seconds of `time.monotonic`.
    """

    def __init__(
        self, plan: Plan, process: Process, tree: Tree, line: Line, started: float
    ) -> None:
        self._plan = plan
        self._process = process
        self._tree = tree
        self._line = line
        self._started = started
        self._ending = Ending(plan.limits, self._started)
        self._meter = MemoryMeter()
        self._transcript = Transcript(plan.limits.output_bytes)
        self._delivered = False
        self._sample_at = self._started
        self._storage_at = self._started
        self._flush_at = self._started

    def watch(self) -> None:
        """Return when the run has ended, all its processes are gone and the caller knows."""
        while (code := self._process.poll()) is None:
            now = time.monotonic()
            self._take_in(self._line.read(self._pause(now), without=self._ignored()))
            self._measure(time.monotonic())
            self._flush(time.monotonic())
        wall_s = time.monotonic() - self._started
        leaked = self._clean_up()
        self._take_in(self._line.drain())
        self._tell_output(is_end=True)
        report = self._report(code, wall_s, leaked)
        self._line.send(Kind.ENDED, pickle.dumps(report))
        self._line.flush()

    def _pause(self, now: float) -> float:
        times = [self._sample_at, self._storage_at]
        if self._transcript.has_pieces and not self._line.is_busy:
            times.append(self._flush_at)
        if self._ending.next_at is not None:
            times.append(self._ending.next_at)
        return max(0.0, min(times) - now)

    def _ignored(self) -> frozenset[str]:
        """Return what is not read while the caller does not keep up: output is left out instead."""
        return _CHANNEL if self._line.is_busy else frozenset()

    def _take_in(self, found: list[tuple[str, bytes]]) -> None:
        # What was printed before a message was in its pipe before it.
        for source, data in sorted(found, key=lambda one: one[0] == "channel"):
            if source in _STREAMS:
                self._transcript.feed(_STREAMS[source][0], data)
            elif source in {PARENT, PARENTS_END}:
                self._obey(data)
            elif source == "channel" and data:
                if not self._line.is_busy:
                    self._tell_output()
                self._line.send(Kind.CHUNKS, data)
            elif source == "status" and data:
                self._delivered = True
                self._ending.delivered(time.monotonic())

    def _obey(self, commands: bytes) -> None:
        if not commands or Command.KILL.value in commands:
            self._do(self._ending.kill())
        else:
            self._do(self._ending.cancel(time.monotonic()))

    def _do(self, step: Step) -> None:
        if step is Step.TERMINATE:
            self._tree.terminate()
        elif step is Step.KILL:
            self._tree.kill()

    def _measure(self, now: float) -> None:
        memory, used, begun = 0, NOTHING_USED, time.thread_time()
        if now >= self._sample_at:
            memory = self._meter.measure(self._tree.members)
            has_limit = self._plan.limits.memory_bytes is not None
            self._sample_at = _next(begun, _SAMPLE_S if has_limit else _RELAXED_S)
        if now >= self._storage_at:
            if self._plan.limits.storage_bytes is not None:
                used = used_in(self._plan.folder)
            self._storage_at = _next(begun, _STORAGE_S)
        self._do(self._ending.look(now, memory, used))

    def _flush(self, now: float) -> None:
        if now >= self._flush_at and self._transcript.has_pieces and not self._line.is_busy:
            self._flush_at = now + _FLUSH_S * self._tell_output()

    def _tell_output(self, *, is_end: bool = False) -> int:
        pieces = self._transcript.take(is_end=is_end)
        for stream, text in pieces:
            self._line.send(_STREAMS[stream][1], text.encode(errors="replace"))
        return len(pieces)

    def _clean_up(self) -> tuple[str, ...]:
        """Kill what the run left behind, and return what that was."""
        left = wait_until_over(self._tree, _SETTLE_S if self._ending.reason is None else 0)
        names = tuple(f"{_name(process)} ({process.pid})" for process in left)
        deadline = time.monotonic() + _LAST_S
        while left and time.monotonic() < deadline:
            self._tree.kill()
            left = wait_until_over(self._tree, _SETTLE_S)
            self._process.usage()  # and with it take leave of those that are over
        return names if self._ending.reason is None else ()

    def _report(self, code: int, wall_s: float, leaked: tuple[str, ...]) -> Report:
        cpu_s, largest = self._process.usage()
        reason, detail = self._ending.reason, self._ending.detail
        last = Ending(self._plan.limits, self._started + wall_s)
        if reason is None:
            used = NOTHING_USED
            if self._plan.limits.storage_bytes is not None:
                used = used_in(self._plan.folder)
            # What was too short to be seen would have ended it in a pod.
            last.look(self._started + wall_s, self._meter.add_largest(largest), used)
            if last.reason in {Outcome.OOM_KILLED, Outcome.STORAGE_EXCEEDED}:
                reason, detail = last.reason, last.detail
        return Report(
            reason=reason,
            detail=detail,
            delivered=self._delivered,
            exit_code=code,
            wall_s=wall_s,
            cpu_s=cpu_s,
            peak_memory_bytes=self._meter.peak_bytes,
            leaked_processes=leaked,
            dropped_bytes=self._transcript.dropped_bytes,
        )


def _next(begun: float, interval_s: float) -> float:
    """Return when to measure again: not so soon that measuring takes all the time.

    Args:
        begun: CPU time of this thread when it began to measure.
        interval_s: The interval where measuring is quick.
    """
    return time.monotonic() + max(interval_s, (time.thread_time() - begun) / _PART)


def _name(process: object) -> str:
    try:
        return str(process.name())  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - it may just have ended
        return "a process"
