"""The kernel's one way out: everything that a front end sees is sent by its `Session`."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard.bundle import mask_bundle, mask_json
from flyte_nb.context.leak_guard.stream import GLIMPSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.context.leak_guard import LeakGuard
    from flyte_nb.context.leak_guard.stream import StreamMask

# By message type (jupyter-client's documentation, "Messaging in Jupyter"). What is not here
# holds no output: the code of a cell, completions, the state of the kernel.
_BUNDLES = {"display_data", "update_display_data", "execute_result", "inspect_reply"}
_JSON = {"error", "execute_reply", "input_request", "debug_reply", "debug_event"}
_COMMS = {"comm_open", "comm_msg"}
_IN_ORDER = _BUNDLES | {"error", "clear_output", "input_request"}

# What is held back of a stream and may be the beginning of a secret is shown after this time:
# prompts and progress bars stay live. More than a glimpse of one has to wait for longer.
_SOON_S = 0.2
_LATE_S = 5.0


@dataclass(kw_only=True, slots=True)
class _Held:
    """A stream whose end may be the beginning of a secret."""

    mask: StreamMask
    socket: Any
    message: dict[str, Any]
    identity: Any
    since: float


def guard_kernel(guard: LeakGuard, session: Any) -> Callable[[], None]:
    """Mask what *session* sends; return what ends that."""
    output = _KernelOutput(guard, session)
    session.send = output.send

    def undo() -> None:
        output.close()
        # Who has wrapped ours in the meantime keeps it, and it passes everything on.
        if session.__dict__.get("send") == output.send:
            del session.send

    return undo


class _KernelOutput:
    """Stands in for the `send` of *session*; called in any thread."""

    def __init__(self, guard: LeakGuard, session: Any) -> None:
        self._guard = guard
        self._session = session
        self._send = session.send
        self._lock = threading.RLock()
        self._held: dict[tuple[str, Any], _Held] = {}
        self._timer: threading.Timer | None = None
        self._is_open = True
        self._pid = os.getpid()

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Send a message as `Session.send` does, masked."""
        is_message = isinstance(msg_or_type, dict)
        kind = msg_or_type["msg_type"] if is_message else msg_or_type
        # A fork has neither our timer nor, maybe, a lock that is free: it holds nothing back.
        if self._held and not self._is_fork:
            parent = kwargs.get("parent")
            if kind == "status" and (content or {}).get("execution_state") == "idle":
                self._release(lambda key, _: key[1] == _identifier(parent))
            elif kind in _IN_ORDER:
                self._release(glimpse=GLIMPSE)
        if not self._is_open or not self._guard.is_active:
            if self._held and not self._is_fork:
                self._release()
            return self._send(stream, msg_or_type, content, *args, **kwargs)
        if kind == "stream":
            if not is_message:
                msg_or_type = self._message(content, *args, **kwargs)
            return self._send_text(stream, msg_or_type, kwargs.get("ident"))
        if is_message:
            masked = {**msg_or_type, "content": self._masked(kind, msg_or_type["content"])}
            return self._send(stream, masked, content, *args, **kwargs)
        return self._send(stream, msg_or_type, self._masked(kind, content), *args, **kwargs)

    def close(self) -> None:
        """Send what was held back; from now on everything passes."""
        self._is_open = False
        self._release()

    @property
    def _is_fork(self) -> bool:
        return os.getpid() != self._pid

    def _masked(self, kind: str, content: Any) -> Any:
        if kind in _BUNDLES and isinstance(content.get("data"), dict):
            data = mask_bundle(self._guard, content["data"])
            metadata = mask_json(self._guard, content.get("metadata", {}))
            return {**content, "data": data, "metadata": metadata}
        # What the browser has typed comes back to it as an echo; masked, it would be edited.
        is_echo = kind == "comm_msg" and content.get("data", {}).get("method") == "echo_update"
        if kind in _JSON or (kind in _COMMS and not is_echo):
            return mask_json(self._guard, content)
        return content

    def _message(self, content: Any, parent: Any = None, _ident: Any = None, **kwargs: Any) -> Any:
        given = {name: kwargs.get(name) for name in ("header", "metadata")}
        return self._session.msg("stream", content, parent=kwargs.get("parent", parent), **given)

    def _send_text(self, socket: Any, message: dict[str, Any], identity: Any) -> Any:
        text = message["content"]["text"]
        if self._is_fork:
            return self._send_shown(socket, message, identity, self._guard.mask(text))
        with self._lock:
            key = (message["content"]["name"], _identifier(message["parent_header"]))
            held = self._held.pop(key, None)
            mask = held.mask if held else self._guard.stream()
            shown = mask.feed(text)
            if mask:
                self._held[key] = _Held(
                    mask=mask,
                    socket=socket,
                    message=message,
                    identity=identity,
                    since=time.monotonic(),
                )
                self._wait(_SOON_S)
            return self._send_shown(socket, message, identity, shown)

    def _send_shown(self, socket: Any, message: dict[str, Any], identity: Any, shown: str) -> Any:
        if not shown:
            return message
        content = {**message["content"], "text": shown}
        return self._send(socket, {**message, "content": content}, ident=identity)

    def _release(
        self,
        which: Callable[[tuple[str, Any], _Held], bool] = lambda *_: True,
        glimpse: int | None = None,
    ) -> None:
        """Send what was held back; forget those streams unless only a *glimpse* is allowed."""
        with self._lock:
            for key, held in list(self._held.items()):
                if not which(key, held):
                    continue
                shown = held.mask.release(glimpse)
                if shown:
                    # A message of its own: the other one has been sent under its number.
                    again = self._session.msg("stream", held.message["content"])
                    again["parent_header"] = held.message["parent_header"]
                    self._send_shown(held.socket, again, held.identity, shown)
                if glimpse is None:
                    del self._held[key]

    def _wait(self, seconds: float) -> None:
        if self._timer is None or not self._timer.is_alive():
            self._timer = threading.Timer(seconds, self._tick)
            self._timer.daemon = True
            self._timer.start()

    def _tick(self) -> None:
        """Show what has waited long enough."""
        with self._lock:
            now = time.monotonic()
            self._release(lambda _, held: held.since + _LATE_S <= now)
            self._release(lambda _, held: held.since + _SOON_S <= now, glimpse=GLIMPSE)
            self._timer = None
            if self._held:
                is_new = any(held.since + _SOON_S > now for held in self._held.values())
                self._wait(_SOON_S if is_new else _LATE_S)


def _identifier(parent: Any) -> Any:
    """Return which request a message belongs to, of the request or of its header."""
    parent = parent or {}
    return parent.get("header", parent).get("msg_id")
