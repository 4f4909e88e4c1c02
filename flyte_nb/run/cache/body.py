"""The version of a function by its body, and by all of the user's code that it uses.

A graph: its nodes are the user's functions and classes, its edges the names by which one uses
another. Two functions have the same version when their graphs are the same: the same code, and
the same values under the names that it reads.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from .explore import Explorer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .explore import Node
    from .options import VersionParameters
    from .watch import Watch

RESTLESS = 3
"""How often in a row a value has to be another one to be called restless."""

_KEPT = 128  # functions and classes


class CacheFunctionBody:
    """The policy that is in force where nothing is said: the version is the function's body.

    Functions and classes of the notebook or of the user's own modules that the body uses count
    with theirs, and the values of globals do that it reads. Comments and layout do not count.
    """

    def get_version(self, salt: str, params: VersionParameters[..., Any]) -> str:
        """Return 64 characters that are the same for the same *salt* and body."""
        return salted(salt, Body(params.func).digest())

    def __repr__(self) -> str:
        return "CacheFunctionBody()"


class Body:
    """What a function or class does, looked at again whenever something that it uses changed.

    Args:
        subject: The function, or what is around one, or the class.

    Attributes:
        restless: A value that it reads and that was another one at each of the last looks;
            empty for none.
    """

    def __init__(self, subject: Any) -> None:
        self._subject = subject
        self._known: tuple[Watch, bytes] | None = None
        self._changed, self._times = "", 0
        self.restless = ""

    def digest(self) -> bytes:
        """Return 32 bytes that are the same for the same code and values."""
        known = self._known
        changed = "" if known is None else known[0].changed()
        self._note(changed)
        if known is None or changed is not None:
            explorer = Explorer(self._subject)
            known = self._known = (explorer.watch, _digest(explorer.nodes))
        return known[1]

    def _note(self, changed: str | None) -> None:
        """Note what was another one than at the look before."""
        self._times = self._times + 1 if changed and changed == self._changed else 1
        self._changed = changed or ""
        self.restless = self._changed if self._times >= RESTLESS else ""


class Bodies:
    """The bodies of what is met in inputs, the last ones of which are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Body] = OrderedDict()  # a body keeps its subject, and its id

    def digest(self, subject: Any) -> bytes:
        """Return what the function or class *subject* counts by."""
        body = self._kept.pop(id(subject), None) or Body(subject)
        self._kept[id(subject)] = body
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return body.digest()


def salted(salt: str, digest: bytes) -> str:
    """Return a version of 64 characters."""
    return hashlib.sha256(salt.encode("utf-8", "surrogatepass") + b"\0" + digest).hexdigest()


def _digest(nodes: Sequence[Node]) -> bytes:
    """Return what is the same for the same graph, whose first node is where it begins.

    Nodes are told apart by themselves, then by their neighbours too, and so on until this
    tells no more of them apart.
    """
    found = [node.digest for node in nodes]
    count = 0
    while True:
        refined = [
            hashlib.blake2b(
                b"".join([node.digest, *sorted(label + found[n] for label, n in node.edges)]),
                digest_size=32,
            ).digest()
            for node in nodes
        ]
        is_stable, count, found = len(set(refined)) == count, len(set(refined)), refined
        if is_stable:
            break
    whole = b"".join([found[0], *sorted(set(found))]) if found else b""
    return hashlib.blake2b(whole, digest_size=32).digest()
