"""What a run came to: the reports from inside and outside of its process, put into one."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from flyte_nb.run.isolation.result import IsolatedResult, Outcome
from flyte_nb.run.isolation.watch.amounts import in_bytes
from flyte_nb.run.isolation.wire.carried_error import carry
from flyte_nb.run.isolation.wire.delivery import Delivery, Ended, read_delivery, read_value
from flyte_nb.run.isolation.wire.observations import Observations
from flyte_nb.run.words import duration

if TYPE_CHECKING:
    from flyte_nb.run.isolation.limits import Limits
    from flyte_nb.run.isolation.wire.report import Report

_BY_SIGNAL = 128  # and the number of the signal: how shells and containers tell it
_OUT_OF_MEMORY = 137
_WHOLE_MACHINE = getattr(signal, "SIGKILL", None)


def conclude(report: Report, result: IO[bytes], limits: Limits) -> IsolatedResult:
    """Return how a run ended.

    Args:
        report: What whoever watched it says.
        result: Where its process wrote what the function came to.
        limits: What it might use.
    """
    delivery = _delivery(report, result)
    known = IsolatedResult(
        outcome=Outcome.LOST,
        message="",
        exit_code=_exit_code(report),
        wall_s=report.wall_s,
        cpu_s=report.cpu_s,
        peak_memory_bytes=report.peak_memory_bytes,
        leaked_threads=delivery.threads if delivery else (),
        leaked_processes=report.leaked_processes,
        dropped_bytes=report.dropped_bytes,
        seen=delivery.seen if delivery else Observations(),
    )
    facts = _of_function(delivery, result) if delivery is not None else {}
    if facts:
        facts["exit_code"] = _code_of(facts["outcome"], facts.get("error"))
        known = replace(known, **facts)
    if report.reason is not None:
        message = _of_reason(report.reason, report, limits)
        code = _OUT_OF_MEMORY if report.reason is Outcome.OOM_KILLED else known.exit_code
        return replace(known, outcome=report.reason, message=message, exit_code=code, value=None)
    if facts:
        return known
    outcome, message = _of_process(report)
    return replace(known, outcome=outcome, message=message)


def lost(words: str) -> IsolatedResult:
    """Return the result of a run of which nothing more is known."""
    return IsolatedResult(outcome=Outcome.LOST, message=words)


def _delivery(report: Report, result: IO[bytes]) -> Delivery | None:
    if not report.delivered:
        return None
    try:
        return read_delivery(result)
    except Exception as error:  # noqa: BLE001 - the user's code may have written there
        return Delivery(ended=Ended.NOT_PICKLABLE, problem="something", error=carry(error))


def _exit_code(report: Report) -> int:
    return report.exit_code if report.exit_code >= 0 else _BY_SIGNAL - report.exit_code


def _code_of(outcome: Outcome, error: BaseException | None) -> int:
    """Return what Python exits with when nobody catches *error*."""
    if isinstance(error, SystemExit) and (error.code is None or isinstance(error.code, int)):
        return (error.code or 0) & 0xFF
    return 0 if outcome is Outcome.RETURNED else 1


def _of_reason(reason: Outcome, report: Report, limits: Limits) -> str:
    after = f"after {duration(report.wall_s)}"
    if reason is Outcome.OOM_KILLED:
        return f"OOMKilled (exit code 137) {after}: memory {report.detail}"
    if reason is Outcome.DEADLINE_EXCEEDED:
        return f"DEADLINE_EXCEEDED: ended {after}, timeout {duration(limits.timeout_s or 0)}"
    if reason is Outcome.STORAGE_EXCEEDED:
        return f"evicted {after}: ephemeral storage {report.detail}"
    killed = report.exit_code == -(_WHOLE_MACHINE or 0)
    how = "killed when the grace was over" if killed else "ended within the grace"
    return f"{reason.value} {after}: {how} of {duration(limits.grace_s)}"


def _of_function(delivery: Delivery, result: IO[bytes]) -> dict[str, Any]:
    error = delivery.error
    if delivery.ended is Ended.RETURNED:
        return _returned(result)
    facts: dict[str, Any] = {"carried_error": error, "error": error and error.unpack()}
    words = error.summary if error else ""
    if delivery.ended is Ended.RAISED:
        return {"outcome": Outcome.RAISED, "message": words, **facts}
    if delivery.ended is Ended.NOT_LOADED:
        message = f"the function cannot be loaded in a fresh process: {words}"
        return {"outcome": Outcome.NOT_LOADED, "message": message, **facts}
    message = f"the value, a {delivery.problem}, cannot be handed back: {words}"
    return {"outcome": Outcome.VALUE_NOT_PICKLABLE, "message": message, **facts}


def _returned(result: IO[bytes]) -> dict[str, Any]:
    try:
        value = read_value(result)
    except Exception as error:  # noqa: BLE001 - as odd as the value's class
        words = carry(error)
        return {
            "outcome": Outcome.VALUE_NOT_PICKLABLE,
            "message": f"the value cannot be rebuilt in this process: {words.summary}",
            "error": error,
            "carried_error": words,
        }
    return {"outcome": Outcome.RETURNED, "message": "returned", "value": value}


def _of_process(report: Report) -> tuple[Outcome, str]:
    after = f"after {duration(report.wall_s)}"
    if report.exit_code >= 0:
        code = report.exit_code
        return Outcome.EXITED, f"ended its own process with exit code {code} {after}"
    number = -report.exit_code
    name = _signal_name(number)
    words = f"ended by {name} (exit code {_BY_SIGNAL + number}) {after}"
    if number == _WHOLE_MACHINE:
        peak = in_bytes(report.peak_memory_bytes)
        words += f": killed from outside, or the machine ran out of memory; it had up to {peak}"
    return Outcome.SIGNALLED, words


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
