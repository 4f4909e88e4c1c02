"""Who interrupts a wait for a turn keeps nobody out."""

import signal
import threading
import time

import pytest

from flyte_nb.auth.concurrency import turn
from flyte_nb.auth.concurrency.turn import turn as take_turn


def interrupt_once_it_waits(what):
    """Press Stop when this thread has the lock of its process, and waits for another's."""
    main = threading.main_thread().ident

    def run():
        while not any(name == what and lock.locked() for (_, name), lock in turn._LOCKS.items()):
            time.sleep(0.01)
        signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=run, daemon=True).start()


def test_an_interrupt_while_another_process_has_it():
    others = turn._locked("a test", 0)
    interrupt_once_it_waits("a test")
    with pytest.raises(KeyboardInterrupt), take_turn("a test", 10):
        pytest.fail("another has it")
    others.release()
    begun = time.monotonic()
    with take_turn("a test", 10):
        assert time.monotonic() - begun < 5
