"""What code depended on when it was explored, to tell whether it depends on something else now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from .code import facts
from .content import content_hash
from .namespaces import MISSING, members
from .ownership import name_of, users_code

if TYPE_CHECKING:
    from .namespaces import Namespace


@dataclass(frozen=True, slots=True)
class Told:
    """What tells a value from others.

    Attributes:
        digest: The same for the same value, whatever the user's code in it uses.
        codes: The user's functions and classes in it, in order.
        is_opaque: Whether only its class counts: it cannot be taken apart, as a connection.
    """

    digest: bytes
    codes: list[Any]
    is_opaque: bool = False

    def is_same(self, other: Told) -> bool:
        """Return whether *other* is of the same value, with the very same code in it."""
        return self.digest == other.digest and list(map(id, self.codes)) == list(
            map(id, other.codes)
        )


def told(value: Any) -> Told:
    """Return what tells *value* from others."""
    codes: list[Any] = []

    def meet(code: Any) -> bytes:
        user = users_code(code)
        if user is None:
            return name_of(code).encode()
        codes.append(user)
        return alone(user)

    try:
        return Told(content_hash(value, meet).encode(), codes)
    except Exception:  # noqa: BLE001 - too large, opaque, or an object with errors of its own
        user = users_code(type(value))
        return Told(name_of(type(value)).encode(), [] if user is None else [user], is_opaque=True)


def alone(subject: Any) -> bytes:
    """Return what a function or class is by itself, whatever it uses."""
    if isinstance(subject, FunctionType):
        return facts(subject.__code__).digest
    return hashlib.blake2b(name_of(subject).encode(), digest_size=32).digest()


class Watch:
    """Notes of what was seen, each with where to look again."""

    def __init__(self) -> None:
        self._same: list[tuple[Namespace, str, Any]] = []
        # By where and name: a value that many functions read is looked at once.
        self._equal: dict[tuple[int, str], tuple[Namespace, str, Told]] = {}
        self._opaque: dict[tuple[int, str], tuple[Namespace, str, type]] = {}
        self._members: list[tuple[type, frozenset[str]]] = []

    def same(self, where: Namespace, name: str, value: Any) -> None:
        """Note that *where* has that very object: code, or a constant."""
        self._same.append((where, name, value))

    def equal(self, where: Namespace, name: str, value: Any, seen: Told) -> None:
        """Note that *where* has a value that may change in place."""
        if seen.is_opaque:  # not to be walked through each time, only to find that again
            self._opaque[id(where), name] = (where, name, type(value))
        else:
            self._equal[id(where), name] = (where, name, seen)

    def members(self, kind: type, names: frozenset[str]) -> None:
        """Note that a class has these members."""
        self._members.append((kind, names))

    def changed(self) -> str | None:
        """Return the name of a value that is another one now, empty for code; None for nothing."""
        for where, name, value in self._same:
            if where.get(name, MISSING) is not value:
                return ""
        if any(members(kind).keys() != names for kind, names in self._members):
            return ""
        for where, name, kind in self._opaque.values():
            if type(where.get(name, MISSING)) is not kind:
                return name
        for where, name, seen in self._equal.values():
            if not told(where.get(name, MISSING)).is_same(seen):
                return name
        return None
