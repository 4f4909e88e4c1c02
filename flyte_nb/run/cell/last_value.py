"""The value of a body's last expression, which the cell shows."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any

from flyte_nb.context.current import running

MAX_BYTES = 10_000_000
"""What a value takes at most to come from another process; of a larger one its text comes."""
_MAX_TEXT = 10_000
LAST_VALUE = "__flyte_last_value__"
"""Attribute of a function that hands on the value of its last expression: to whom."""


class LastValue:
    """Keeps the value that it is called with; in another process it is sent from there.

    Attributes:
        value: The value, None so far.
    """

    def __init__(self) -> None:
        self.value: Any = None

    def __call__(self, value: Any) -> None:
        """Keep *value*."""
        self.value = value

    def take(self, sent: SentValue) -> None:
        """Keep what another process has sent."""
        self.value = sent.value()

    def __reduce__(self) -> Any:
        return _sender, ()


@dataclass(frozen=True, slots=True)
class SentValue:
    """A value on its way from another process.

    Attributes:
        text: How it is shown.
        data: The value, pickled; None where that cannot be done, or is too large.
    """

    text: str
    data: bytes | None

    def value(self) -> Any:
        """Return the value, or what is shown as it would be where it cannot be rebuilt here."""
        if self.data is None:
            return _Shown(self.text)
        try:
            return pickle.loads(self.data)  # noqa: S301 - from a process of the user's own code
        except Exception:  # noqa: BLE001 - as odd as the value's class
            return _Shown(self.text)


class _Shown:
    """Stands for a value that stayed in its process."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _sender() -> Any:
    return send_value


def send_value(value: Any) -> None:
    """Send *value* to the process that has the cell; outside of an attempt do nothing."""
    send = getattr(getattr(running(), "scope", None), "send_value", None)
    if value is None or send is None:
        return
    import cloudpickle  # type: ignore[import-untyped]

    try:
        data: bytes | None = cloudpickle.dumps(value)
    except Exception:  # noqa: BLE001 - objects raise what they like when pickled
        data = None
    if data is not None and len(data) <= MAX_BYTES:
        send(SentValue(f"<{type(value).__qualname__}, which cannot be rebuilt here>", data))
    else:
        send(SentValue(_text(value), None))


def _text(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - as above
        text = f"<{type(value).__qualname__}, whose repr raises {type(error).__name__}>"
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
