"""What comes back while a run goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Union

Stream = Literal["stdout", "stderr"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    r"""A piece of what the run, or a program that it started, printed.

    Attributes:
        stream: Where to.
        text: Never cut within a character; bytes that are no UTF-8 are shown as ``\ufffd``.
    """

    stream: Stream
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What `Channel.send` was given.

    Attributes:
        kind: The first argument.
        payload: The second one; None where it cannot be rebuilt here.
        problem: Why it cannot, else empty.
    """

    kind: str
    payload: Any
    problem: str = ""


Event = Union[Output, Message]  # noqa: UP007 - evaluated on Python 3.10 too, as an alias
