"""The panel behind `%flyte_context edit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from flyte_nb.errors import InvalidValueError

from ._base import STATIC, FlyteWidget

if TYPE_CHECKING:
    from flyte_nb.notebook_session import Session

_FIELDS = ("project", "domain", "name")


class ContextPanel(FlyteWidget):
    """Shows the settings of *session* and changes them.

    The kernel holds the truth: what is typed arrives as a message, is tried on the session,
    and comes back through the traits, as a value or as a problem.
    """

    _esm = STATIC / "context_panel.js"
    _css = STATIC / "context_panel.css"

    project = traitlets.Unicode().tag(sync=True)
    domain = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    problems = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session) -> None:
        self._session = session
        super().__init__(**self._settings())
        self._stop = session.on_change(self._pull)
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        settings = ", ".join(f"{field}={value!r}" for field, value in self._settings().items())
        return f"ContextPanel({settings})"

    def fallback_html(self) -> str:
        """Return the context as a table."""
        return self._session.parameters._repr_html_()

    def close(self) -> None:
        """Let go of the session and of the front end."""
        if hasattr(self, "_stop"):
            self._stop()
        super().close()

    def _settings(self) -> dict[str, str]:
        return {field: getattr(self._session.settings, field) for field in _FIELDS}

    def _pull(self) -> None:
        with self.hold_sync():
            for field, value in self._settings().items():
                setattr(self, field, value)

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Answer ``{"type": "set", "field": …, "value": …}`` and ``{"type": "reset"}``."""
        kind = message.get("type") if isinstance(message, dict) else None
        if kind == "reset":
            self._session.reset()
            self.problems = {}
        elif kind == "set" and message.get("field") in _FIELDS:
            self._set(message["field"], str(message.get("value", "")))

    def _set(self, field: str, value: str) -> None:
        problems = {name: said for name, said in self.problems.items() if name != field}
        try:
            self._session.configure(**{field: value})
        except InvalidValueError as error:
            problems[field] = f"{error.args[0]}: {error.hint}"
        self.problems = problems
