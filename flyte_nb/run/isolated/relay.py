"""Takes what an attempt tells from its process as if it had happened here."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.run.isolation import Output

from . import decks
from .decks import ReceivedDecks
from .inside import CHECKPOINT, LAST, LOG, OUTPUTS, RECOVERABLE, SECRET, STAT

if TYPE_CHECKING:
    from flyte_nb.context import AttemptParameters
    from flyte_nb.context.checkpoint.history import Entry
    from flyte_nb.run.cell.last_value import LastValue
    from flyte_nb.run.isolation import Event, Message
    from flyte_nb.run.outputs import Described


class Relay:
    """What one attempt has told so far.

    Args:
        context: Its context here, which gets its decks, metrics and log.
        last_value: Takes the value of a cell's last expression; None where nobody wants it.

    Attributes:
        outputs: What it said about its outputs.
        undeclared: Secrets that it asked for and did not declare, as it would do that.
        is_recoverable: Whether what it raised asks for another attempt.
        checkpoint: What calls have in common that may resume it, and what it saved; None where
            it did not ask for its checkpoint.
    """

    def __init__(self, context: AttemptParameters, last_value: LastValue | None = None) -> None:
        self._context = context
        self._last_value = last_value
        self._decks = ReceivedDecks(context)
        self.outputs: Described = ()
        self.undeclared: dict[str, None] = {}
        self.is_recoverable = False
        self.checkpoint: tuple[str, Entry | None] | None = None

    def take(self, event: Event) -> None:
        """Take in what was printed or told; called in the context of the attempt."""
        if isinstance(event, Output):
            stream = sys.stdout if event.stream == "stdout" else sys.stderr
            stream.write(event.text)
        elif not event.problem:
            self._take_message(event)

    def _take_message(self, message: Message) -> None:
        payload: Any = message.payload
        if message.kind == LOG:
            record = logging.makeLogRecord(payload)
            logger, _, child = record.name.partition(f"{TASK_LOGGER.name}.")
            of_child = TASK_LOGGER.getChild(child) if child and not logger else TASK_LOGGER
            of_child.handle(record)
        elif message.kind == STAT:
            self._context.stats.take(payload)
        elif message.kind in {decks.NEW, decks.FRAGMENT, decks.PART, decks.DRAWN}:
            self._decks.take(message.kind, payload)
        elif message.kind == CHECKPOINT:
            self.checkpoint = payload
        elif message.kind == OUTPUTS:
            self.outputs = payload
        elif message.kind == RECOVERABLE:
            self.is_recoverable = payload
        elif message.kind == SECRET:
            self.undeclared[payload] = None
        elif message.kind == LAST and self._last_value is not None:
            self._last_value.take(payload)
