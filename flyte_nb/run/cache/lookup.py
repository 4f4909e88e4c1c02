"""The cache of tasks' values, as a run uses it: look up, else compute and store."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyte_nb.config.catalogue import Local
from flyte_nb.config.file import get_config_file
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.context.storage.failures import explain
from flyte_nb.run.describe import error_in_words

from .entry import SecretInsideError, TooLongError, UnusableError
from .folder import CacheFolder, Limits, cache_folder
from .found import CacheStatus, Hit, Miss
from .sweeper import Sweeper
from .turn import Turn
from .whole import has_lost_files

if TYPE_CHECKING:
    from collections.abc import Generator

    from .call import CacheCall
    from .entry import CacheEntry

    Steps = Generator[float, None, Hit | Miss]

WAIT_S = 3_600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.05
_SAID_AFTER_S = 1.0
_MOST_SAID = 1_000


class TaskCache:
    """The values of tasks that are kept in a folder; kernels and threads may share it.

    A run uses it so, with what `CachedTask.call` says of a call::

        found = task_cache().lookup(cached_task.call(args, kwargs))
        if isinstance(found, Hit):
            return found.value
        with found:
            found.store(value := compute())
        return value

    Args:
        root: The folder; the one of the setting ``sdk.local_sandbox`` by default.
        limits: What it may hold.
    """

    def __init__(self, root: Path | None = None, *, limits: Limits | None = None) -> None:
        folder = Path(cache_folder() if root is None else root).resolve()
        self._folder = CacheFolder(folder, Limits() if limits is None else limits)
        self._sweeper = Sweeper(self._folder)
        self._said: set[tuple[str, str]] = set()

    @property
    def root(self) -> Path:
        """The folder."""
        return self._folder.root

    def lookup(
        self, call: CacheCall, *, overwrite_cache: bool = False, wait_s: float = WAIT_S
    ) -> Hit | Miss:
        """Return the value that is kept for *call*, or what stores the one to be computed.

        Of equal calls of a task with ``serialize`` one gets a `Miss`, and the others wait here
        until that one has stored its value or given up. An interrupt ends the wait.

        Args:
            call: The call.
            overwrite_cache: Whether to compute the value anew, whatever is kept.
            wait_s: Seconds to wait for who computes the same; then it is computed here too.

        Raises:
            ConfigError: The configuration file cannot be used.
            InvalidValueError: A setting of the cache is none.
        """
        steps = self._steps(call, overwrite=overwrite_cache, wait_s=wait_s, in_loop=False)
        try:
            while True:
                time.sleep(next(steps))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    async def lookup_async(
        self, call: CacheCall, *, overwrite_cache: bool = False, wait_s: float = WAIT_S
    ) -> Hit | Miss:
        """Do as `lookup`, and let others of the event loop go on while it waits."""
        import asyncio

        steps = self._steps(call, overwrite=overwrite_cache, wait_s=wait_s, in_loop=True)
        while True:
            try:
                pause_s = next(steps)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            await asyncio.sleep(pause_s)

    def entries(self) -> list[CacheEntry]:
        """Return what is kept, the oldest first."""
        return self._folder.entries()

    def clear(self, task_name: str | None = None) -> int:
        """Remove the values of a task, of all by default; return how many there were."""
        if task_name is None:
            return self._folder.clear()
        keys = [entry.key for entry in self.entries() if entry.task == task_name]
        return sum(map(self._folder.remove, keys))

    def sweep(self) -> None:
        """Remove what is too old or too much now; it is done from time to time anyway."""
        self._folder.sweep()

    def _steps(self, call: CacheCall, *, overwrite: bool, wait_s: float, in_loop: bool) -> Steps:
        """Yield seconds to wait; return what was found."""
        is_enabled, overwrites = _settings()
        overwrite = overwrite or overwrites
        if not is_enabled or call.problem:
            if is_enabled:
                self._say(call.task, "its value is not kept", call.problem)
            return Miss(None, call, CacheStatus.CACHE_DISABLED)
        status = CacheStatus.CACHE_SKIPPED if overwrite else CacheStatus.CACHE_MISS
        if not overwrite:
            hit, status = self._read(call)
            if hit is not None:
                return hit
        if not call.serialize:
            return Miss(self._store, call, status)
        return (yield from self._turns(call, status, wait_s=wait_s, in_loop=in_loop))

    def _turns(
        self, call: CacheCall, status: CacheStatus, *, wait_s: float, in_loop: bool
    ) -> Steps:
        """Wait until another run has stored the value, or it is this one's turn to compute it."""
        with suppress(OSError):
            self._folder.make()
        began, pause_s, has_said = time.monotonic(), _FIRST_PAUSE_S, False
        while True:
            turn = Turn(self._folder.turn(call.key))
            if turn.take():
                return self._at_turn(call, status, turn)
            waited_s = time.monotonic() - began
            if turn.holder_waits_for_itself(in_loop=in_loop):
                break
            if waited_s > wait_s:
                TASK_LOGGER.warning(
                    "%s: another run has computed the same value for %.0f s, longer than this one"
                    " waits; it is computed here too",
                    call.task,
                    waited_s,
                )
                break
            if not has_said and waited_s > _SAID_AFTER_S:
                has_said = True
                TASK_LOGGER.info("%s: waits for another run, which computes its value", call.task)
            yield min(pause_s, max(0.0, wait_s - waited_s))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        return Miss(self._store, call, status)

    def _at_turn(self, call: CacheCall, status: CacheStatus, turn: Turn) -> Hit | Miss:
        """Return what whoever had the turn before has stored, if so."""
        try:
            if status is not CacheStatus.CACHE_SKIPPED:
                hit, status = self._read(call)
                if hit is not None:
                    turn.release()
                    return hit
            return Miss(self._store, call, status, turn)
        except BaseException:
            turn.release()
            raise

    def _read(self, call: CacheCall) -> tuple[Hit | None, CacheStatus]:
        try:
            found = self._folder.read(call.key)
        except UnusableError as error:
            what = "what was kept for it is not used, and computed anew"
            self._say(call.task, what, str(error), about=call.key)
            return None, CacheStatus.CACHE_LOOKUP_FAILURE
        if found is None:
            return None, CacheStatus.CACHE_MISS
        entry, value = found
        if has_lost_files(value):
            return None, CacheStatus.CACHE_LOOKUP_FAILURE
        return Hit(value=value, entry=entry), CacheStatus.CACHE_HIT

    def _store(self, call: CacheCall, value: Any, status: CacheStatus) -> CacheStatus:
        """Keep a value, or warn and go on: a cache must not fail what has succeeded."""
        what = "its value is not kept"
        try:
            self._sweeper.note(self._folder.write(call, value))
        except TooLongError:
            most = self._folder.limits.size_bytes
            self._say(call.task, what, f"it takes more than {most:,} bytes")
        except SecretInsideError:
            why = "a secret is in it, which would lie there in clear, as in a cluster's outputs"
            self._say(call.task, what, f"{why}; return something else, or read the secret anew")
        except OSError as error:
            self._say(call.task, what, explain(error, str(self.root))[0])
        except Exception as error:  # noqa: BLE001 - what cannot be pickled raises anything
            self._say(call.task, what, f"it cannot be pickled ({error_in_words(error)})")
        else:
            return CacheStatus.CACHE_POPULATED
        if status is not CacheStatus.CACHE_MISS:
            self._folder.remove(call.key)  # what was to be replaced must not be found again
        return CacheStatus.CACHE_PUT_FAILURE

    def _say(self, task: str, what: str, why: str, *, about: str = "") -> None:
        """Warn once in this process, of the same task or value for the same reason."""
        key = (about or task, why)
        if key in self._said:
            return
        if len(self._said) >= _MOST_SAID:
            self._said.clear()
        self._said.add(key)
        TASK_LOGGER.warning("%s: %s: %s", task, what, why)


def task_cache() -> TaskCache:
    """Return the cache of the setting ``sdk.local_sandbox`` as it is now.

    Raises:
        ConfigFileError: The configuration file cannot be used.
    """
    return _cache_of(cache_folder())


@cache
def _cache_of(root: str) -> TaskCache:
    return TaskCache(Path(root))


def _settings() -> tuple[bool, bool]:
    """Return whether the cache is used, and whether it is overwritten."""
    cfg = get_config_file()
    if cfg is not None:
        cfg.checked_document()
    return bool(Local.CACHE_ENABLED.value(cfg)), bool(Local.CACHE_OVERWRITE.value(cfg))
