"""One text in the keyring, in parts where the keyring takes no long values.

A short text, or any where the backend takes it, is one item. Else its parts are written under
one of two slots, the one that is not in force, and then the item is replaced by an index of
them: whenever the process dies, what is read is all of the old text or all of the new.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from .ask_keyring import Abandoned, Lost

if TYPE_CHECKING:
    from .ask_keyring import Keyring

USER = "flyte-nb"
# Windows keeps 2560 bytes in UTF-16; what begins the items is not longer than the rest.
SIZE = 1200
_SLOTS = ("a", "b")
_MOST_PARTS = 1000
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Index:
    slot: str
    parts: int
    digest: str


def read(keyring: Keyring, service: str) -> str | None:
    """Return the text, None for none.

    Raises:
        Lost: Some of it is missing.
    """
    for _ in range(_TRIES):  # another process may replace it while it is read
        head = keyring.get(service, USER)
        index = None if head is None else _index(head)
        if index is None:
            return head
        found = [keyring.get(service, _user(index.slot, n)) for n in range(index.parts)]
        text = "".join(part or "" for part in found)
        if _digest(text) == index.digest:
            return text
    raise Lost("some of it is gone")


def write(keyring: Keyring, service: str, text: str) -> None:
    """Replace the text.

    Raises:
        Lost: The keyring does not keep what it is given.
    """
    head = keyring.get(service, USER)
    before = None if head is None else _index(head)
    # Where there are parts, the keyring has refused a long value before.
    if (before is None or len(text) <= SIZE) and _is_kept(keyring, service, USER, text):
        _clear(keyring, service)
        return
    slot, other = _SLOTS if before is None or before.slot == _SLOTS[1] else reversed(_SLOTS)
    pieces = [text[n : n + SIZE] for n in range(0, len(text), SIZE)]
    index = json.dumps({"in_parts": asdict(_Index(slot, len(pieces), _digest(text)))})
    items = [*((_user(slot, n), piece) for n, piece in enumerate(pieces)), (USER, index)]
    if not all(_is_kept(keyring, service, user, value) for user, value in items):
        raise Lost("it does not keep what it is given")
    _clear_slot(keyring, service, other)


def remove(keyring: Keyring, service: str) -> None:
    """Remove the text, and what writers that were killed have left.

    Raises:
        Lost: It is still there.
    """
    _clear(keyring, service)
    keyring.delete(service, USER)
    if keyring.get(service, USER) is not None:
        raise Lost("it is still there")


def _is_kept(keyring: Keyring, service: str, user: str, value: str) -> bool:
    """Write an item; return whether it is there then, whole."""
    try:
        keyring.set(service, user, value)
    except Abandoned:
        raise
    except Exception:
        if len(value) <= SIZE:
            raise  # length is not why
        return False
    return keyring.get(service, user) == value


def _clear(keyring: Keyring, service: str) -> None:
    for slot in _SLOTS:
        _clear_slot(keyring, service, slot)


def _clear_slot(keyring: Keyring, service: str, slot: str) -> None:
    """Remove the parts of a slot; who dies in the midst of that leaves the first ones."""
    count = 0
    while count < _MOST_PARTS and keyring.get(service, _user(slot, count)) is not None:
        count += 1
    for n in reversed(range(count)):
        keyring.delete(service, _user(slot, n))


def _index(head: str) -> _Index | None:
    """Return what *head* is the index of, None when it is the text itself."""
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        index = _Index(**json.loads(head)["in_parts"])
        if index.slot in _SLOTS and 0 < index.parts <= _MOST_PARTS:
            return index
    return None


def _user(slot: str, number: int) -> str:
    return f"{USER}/{slot}/{number}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
