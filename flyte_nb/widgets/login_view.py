"""The panel behind `%flyte_login`: what to do, then who is logged in."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import traitlets

from flyte_nb.auth.accounts import last_login, log_out, login_for
from flyte_nb.auth.login.facts import facts_of, other_mode
from flyte_nb.auth.login.state import LoginState
from flyte_nb.auth.mode import Mode
from flyte_nb.errors import FlyteNbError

from ._base import STATIC
from ._followed import FollowedWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.auth.login.login import Login

_MOST = 20  # views that stay: of more logins a page shows the records alone
_views: deque[LoginView] = deque()


class LoginView(FollowedWidget):
    """Shows *login*, and those that follow on it by its buttons; does what these ask for.

    No trait has anything of it: what a page shows it has asked for, and is told by message. The
    widget stays when the login is over. A page puts it over the record that is displayed in its
    place, for as long as the kernel answers.

    Args:
        login: What is shown.
        on_change: Called after each change, with the view: in any thread.
    """

    _esm = STATIC / "login_view.js"
    _css = STATIC / "login_view.css"

    key = traitlets.Unicode().tag(sync=True)

    def __init__(self, login: Login, on_change: Callable[[LoginView], object]) -> None:
        self._login = login
        self._on_change = on_change
        self._stops: list[Callable[[], None]] = []
        self._busy = self._said = ""
        self.was_shown = False
        """Whether a page has shown it."""
        self.is_out = False
        """Whether its button has logged out."""
        super().__init__(key=uuid4().hex)
        _views.append(self)
        while len(_views) > _MOST:
            _views.popleft().close()

    def __repr__(self) -> str:
        return f"Login to {self._login.endpoint}"

    @property
    def login(self) -> Login:
        """What is shown now."""
        return self._login

    def begin(self) -> None:
        """Follow the login; what changes is told from now on."""
        self._follow(self._login)

    def close(self) -> None:
        """Let go of the login and of the front end."""
        self._stop()
        if self.comm is not None:
            self.layout.close()  # a model of its own, with a state of its own
        super().close()

    def _stop(self) -> None:
        while self._stops:
            self._stops.pop()()

    def _follow(self, login: Login) -> None:
        self._stop()
        self._login, self._said, self.is_out = login, "", False
        self._stops = [
            login.on_change(self._changed),
            login.account.keeper.on_change(self._send_facts),
        ]
        self._changed()

    def _changed(self) -> None:
        login = self._login
        if login.state is LoginState.CANCELLED:
            newer = last_login(login.account)
            if newer is not None and newer is not login:  # by a switch, here or in another cell
                self._follow(newer)
                return
        self._send_facts()
        self._on_change(self)

    def _send_facts(self) -> None:
        with self._lock:
            if self._pages and self.comm is not None:
                facts = facts_of(self._login)
                self.send({"type": "login", "busy": self._busy, "said": self._said} | facts)

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("type") == "hello":
            is_first, self.was_shown = not self.was_shown, True
            self._send_facts()
            if is_first:
                self._on_change(self)

    def _receive(self, widget: Any, message: Any, buffers: Any) -> None:
        kind = message.get("type") if isinstance(message, dict) else None
        act = getattr(self, f"_do_{kind}", None)
        if act is None:
            super()._receive(widget, message, buffers)
            return
        # Not under the lock, which what the login tells meanwhile would wait for.
        self._said = ""
        try:
            act(message)
        except FlyteNbError as error:
            self._say(error)

    def _do_cancel(self, _message: dict[str, Any]) -> None:
        self._login.cancel()

    def _do_paste(self, message: dict[str, Any]) -> None:
        self._login.paste(str(message.get("address", "")))

    def _do_switch(self, _message: dict[str, Any]) -> None:
        if other := other_mode(self._login):
            self._begin_another(Mode(other))

    def _do_retry(self, _message: dict[str, Any]) -> None:
        # Not where somebody is logged in; who has logged out since can be.
        if self._login.is_over and facts_of(self._login)["state"] != LoginState.AUTHORIZED.value:
            self._begin_another(self._login.asked_mode)

    def _begin_another(self, mode: Mode) -> None:
        old = self._login
        new = login_for(old.account, mode, is_fresh=old.is_fresh)
        if new is not self._login:  # else the end of the old one has led to it
            self._follow(new)

    def _do_refresh(self, _message: dict[str, Any]) -> None:
        self._apart("refreshing", self._refresh)

    def _do_logout(self, _message: dict[str, Any]) -> None:
        self._apart("logging out", self._log_out)

    def _refresh(self) -> str:
        renewed = self._login.account.keeper.renew()
        return "" if renewed is None else "The token was renewed."

    def _log_out(self) -> str:
        _, problem = log_out(self._login.account)
        self.is_out = True
        self._on_change(self)
        return problem

    def _apart(self, busy: str, work: Callable[[], str]) -> None:
        """Do *work*, which asks a server, where nobody waits for it."""
        if self._busy or self._login.state is not LoginState.AUTHORIZED:
            return
        self._busy = busy
        self._send_facts()

        def do() -> None:
            try:
                self._said = work()
            except FlyteNbError as error:
                self._said = _in_words(error)
            finally:
                self._busy = ""
                self._send_facts()

        threading.Thread(target=do, name="flyte_nb login view", daemon=True).start()

    def _say(self, error: FlyteNbError) -> None:
        self._said = _in_words(error)
        self._send_facts()


def _in_words(error: FlyteNbError) -> str:
    return f"{error.args[0]}; {error.hint}" if error.hint else str(error.args[0])
