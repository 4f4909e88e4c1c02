"""The values that must not be shown, and the one thing that is done with them."""

from __future__ import annotations

import threading
from pickle import PickleBuffer
from typing import TYPE_CHECKING

from flyte_nb.config import environment

if TYPE_CHECKING:
    import re

    from typing_extensions import Buffer

    from .markup import Scan
    from .matcher import Matcher
    from .stream import StreamMask

SWITCH = "FLYTE_NB_LEAK_GUARD"
_LARGE = 16 * 1024  # characters of all parts of a value: each spelling of them costs memory
_OFF = {"off", "false", "no", "0"}


class LeakGuard:
    """Masks the values that it was told of, in any encoding, with ``••••``.

    Values shorter than six characters are left alone: they are in every second line of any
    output. The variable ``FLYTE_NB_LEAK_GUARD=off`` switches it off, ``%env`` does so for a
    notebook, at once; values are still taken in, so that it can be switched on again.

    Example:
        >>> guard = LeakGuard()
        >>> guard.add("correct-horse")
        >>> guard.mask("psql://me:correct-horse@db")
        'psql://me:••••@db'
    """

    __slots__ = (
        "_ends",
        "_in_memory",
        "_lock",
        "_matcher",
        "_patterns",
        "_unread",
        "_values",
        "_wide",
    )

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: frozenset[str] = frozenset()
        # Encoding a value and building the automaton is left to the first text that is shown.
        self._unread: list[str] = []
        self._patterns: set[bytes] = set()
        self._ends: dict[tuple[bytes, bytes], bytes] = {}
        self._matcher: Matcher | None = None
        self._in_memory: set[bytes] = set()  # the same as arrays of texts have it
        self._wide: Matcher | None = None

    def __repr__(self) -> str:
        return f"LeakGuard({len(self._values)} values{'' if self.is_on else ', off'})"

    @property
    def is_on(self) -> bool:
        """Whether it masks; anything but a clear "off" means that it does."""
        return environment().get(SWITCH, "").strip().lower() not in _OFF

    @property
    def is_active(self) -> bool:
        """Whether there is anything to mask and it is on."""
        return bool(self._values) and self.is_on

    @property
    def count(self) -> int:
        """How many values there are: where it has grown, what was masked before may have more."""
        return len(self._values)

    def add(self, value: str | bytes) -> None:
        """Mask *value* from now on.

        Args:
            value: What was handed out: a secret, a token. Bytes need not be text.
        """
        text = value if isinstance(value, str) else value.decode(errors="surrogateescape")
        if text in self._values:
            return
        with self._lock:
            self._values |= {text}
            self._unread.append(text)

    def clear(self) -> None:
        """Forget all values."""
        with self._lock:
            self._values = frozenset()
            self._unread.clear()
            self._patterns.clear()
            self._ends.clear()
            self._in_memory.clear()
            self._matcher = self._wide = None

    def mask(self, text: str, *, tags: bool = False) -> str:
        """Return *text* without the values; the same object when it has none.

        Args:
            text: Anything that is about to be shown or saved.
            tags: Whether it is HTML, where a tag may cut a value in two.
        """
        from .markup import TAGS

        data = text.encode(errors="surrogatepass") if self._values else b""
        found = self._scan(data, TAGS if tags else None, goes_on=False) if data else None
        if found is None or not found.edits:
            return text
        return found.masked().decode(errors="surrogatepass")

    def holds(self, data: Buffer) -> bool:
        """Return whether one of the values is in *data*, such as what is about to be written.

        That is not copied, and may be the memory of an array of texts, in UTF-16 or UTF-32.

        Raises:
            BufferError: The memory of *data* is not in one piece.
        """
        if not self.is_active or (matcher := self._current()) is None:
            return False
        view = PickleBuffer(data).raw()
        return matcher.is_in(view) or (self._wide is not None and self._wide.is_in(view))

    def stream(self, *, tags: bool = False) -> StreamMask:
        """Return what masks a text that comes in pieces.

        Args:
            tags: Whether it is HTML, where a tag may cut a value in two.
        """
        from .markup import TAGS
        from .stream import StreamMask

        markup = TAGS if tags else None
        return StreamMask(lambda data: self._scan(data, markup, goes_on=True))

    def _scan(self, data: bytes, markup: re.Pattern[bytes] | None, *, goes_on: bool) -> Scan | None:
        """Look at *data*; return None when nothing is to be masked."""
        from .markup import COLOURS, scan

        if not self.is_active or (matcher := self._current()) is None:
            return None
        if markup is None and b"\x1b" in data:
            markup = COLOURS
        return scan(matcher, data, markup, goes_on=goes_on)

    def _current(self) -> Matcher | None:
        if not self._unread:
            return self._matcher
        from .encodings import few_spellings, spellings, wide
        from .matcher import Matcher
        from .parts import ends, parts

        with self._lock:
            if not self._unread:
                return self._matcher
            for value in self._unread:
                found_parts = parts(value)
                is_large = sum(map(len, found_parts)) > _LARGE
                spell = few_spellings if is_large else spellings
                for part in found_parts:
                    self._patterns |= {
                        spelt.encode(errors="surrogatepass") for spelt in spell(part)
                    }
                    self._in_memory.update(wide(part))
                if (found := ends(value)) is not None:
                    first, last = map(str.encode, found)
                    self._ends[first, last] = value.encode()
            if self._patterns:
                self._matcher = Matcher(self._patterns, self._ends)
                self._wide = Matcher(self._in_memory)
            self._unread.clear()  # last: until here another thread has to wait
            return self._matcher


LEAK_GUARD = LeakGuard()
