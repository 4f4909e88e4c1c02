"""Shows a login while it goes on, below the cell that asked for it, and what became of it."""

from __future__ import annotations

import sys
import threading
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from IPython.display import display

from flyte_nb.auth.login.record import record, stand_in
from flyte_nb.auth.login.view import steps_html, steps_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.auth.login.login import Login
    from flyte_nb.widgets import LoginView

_LOGIN = ("flyte_nb.auth.login.login", "Login")  # by its names: it brings requests
_NOTHING = {"text/plain": "", "text/html": ""}
_PATIENCE_S = 2.0  # in which a page that can show the widget has said so


class LoginDisplay:
    """Shows logins in *shell*."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._is_notebook = hasattr(shell, "kernel")
        formatter: Any = shell.display_formatter
        self._formatter = formatter.ipython_display_formatter

    def install(self) -> Callable[[], None]:
        """Show each login that is the value of a cell; return what ends that."""
        if not self._is_notebook:
            return lambda: None
        self._formatter.for_type_by_name(*_LOGIN, self.show)
        return lambda: self._formatter.pop(".".join(_LOGIN), None)

    def show(self, login: Login) -> None:
        """Show *login* as it is, and each change of it."""
        if self._is_notebook:
            _Place(login)
        else:
            login.wait_for_steps()
            sys.stdout.write(f"{steps_text(login)}\n")

    def wait(self, login: Login) -> None:
        """Hold the cell until *login* is over; a Stop cancels it.

        Raises:
            AuthenticationError: Nobody is logged in.
        """
        if not self._is_notebook:
            from flyte_nb.auth.api import wait_for

            wait_for(login)
            return
        try:
            login.wait()
            login.settle(_PATIENCE_S)  # the record of the cell says who it is
        except KeyboardInterrupt:
            login.cancel()
            raise


class _Place:
    """The outputs of a cell that show a login.

    The first is the widget, and the record in the end: HTML, that a notebook keeps. The other is
    there while the login goes on: with the steps where no page shows the widget; where one does,
    with what is to be kept if the notebook is saved meanwhile, which the page does not show.
    """

    def __init__(self, login: Login) -> None:
        from flyte_nb.widgets import LoginView

        self._lock = threading.RLock()
        self._is_patient = True
        self._began = _now()
        self._seen: tuple[object, ...] = ()
        self._has_record = False
        self._beside: dict[str, str] = _NOTHING
        self._view = LoginView(login, self._look)
        self._timer = threading.Timer(_PATIENCE_S, self._lose_patience)
        self._timer.daemon = True
        with self._lock:  # a page may answer before all of it is displayed
            self._main: Any = display(self._view, display_id=True)
            self._aside: Any = display(_NOTHING, raw=True, display_id=True)
        self._timer.start()
        self._view.begin()

    def _lose_patience(self) -> None:
        self._is_patient = False
        self._look(self._view)

    def _look(self, view: LoginView) -> None:
        """Show what is so now."""
        login = view.login
        with self._lock:
            seen, before = (login, login.now, view.is_out), self._seen
            self._seen = seen
            if login.is_over:
                if seen == before:
                    return
                self._timer.cancel()
                self._main.update(record(login, view.key, _now(), is_out=view.is_out), raw=True)
                self._has_record = True
                self._show_beside(_NOTHING)
                return
            if before and before[0] is not login:
                self._began = _now()
                if self._has_record:  # another login, begun from the record of the last
                    place = f'data-flyte-nb-login="{view.key}"'
                    self._main.update(stand_in(login, place, self._began), raw=True)
            if not self._has_record:
                self._show_beside(self._meanwhile(login, view))

    def _meanwhile(self, login: Login, view: LoginView) -> dict[str, str]:
        if view.was_shown:
            return stand_in(login, f'data-flyte-nb-login-aside="{view.key}"', self._began)
        if self._is_patient:
            return _NOTHING
        return {"text/plain": steps_text(login), "text/html": steps_html(login)}

    def _show_beside(self, bundle: dict[str, str]) -> None:
        if self._beside != bundle:
            self._beside = bundle
            self._aside.update(bundle, raw=True)


def _now() -> datetime:
    return datetime.now(timezone.utc)
