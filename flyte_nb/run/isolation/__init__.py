"""Runs a function in a process of its own, as a pod would.

::

    request   what to run: a pickled call, its variables, its folder, its limits
    process   start it, follow what it prints and sends, cancel it
    result    how it ended: always told, whatever the function does
    findings  what works here and will fail in the pod

    caller/   in the process that asks   server/  waits to be copied, once for each run
    watch/    one watcher for each run   inside/  in the process of the run
    wire/     what goes between them

Every run has a watcher, a process that adopts whatever the run leaves behind. So when the
function, the watcher, the server or the caller is killed, nothing of the run stays.
"""

from __future__ import annotations

from .caller.pack import Prepare, pack_call
from .events import Event, Message, Output
from .findings import Finding, findings
from .inside.channel import Channel
from .limits import Limits
from .process import IsolatedProcess, run_isolated
from .request import IsolatedRequest
from .result import IsolatedResult, Outcome

__all__ = [
    "Channel",
    "Event",
    "Finding",
    "IsolatedProcess",
    "IsolatedRequest",
    "IsolatedResult",
    "Limits",
    "Message",
    "Outcome",
    "Output",
    "Prepare",
    "findings",
    "pack_call",
    "run_isolated",
]
