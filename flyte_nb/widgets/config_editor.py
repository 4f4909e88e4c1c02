"""The editor behind `%flyte_config edit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from flyte_nb.config import view
from flyte_nb.config.editor import SecretPlace
from flyte_nb.config.editor.files import candidates
from flyte_nb.config.editor.rows import settings
from flyte_nb.config.mask import without_passwords
from flyte_nb.errors import ConfigConflictError, ConfigError, InvalidValueError

from ._base import STATIC, FlyteWidget

if TYPE_CHECKING:
    from flyte_nb.config.editor import ConfigEditor


class ConfigEditorPanel(FlyteWidget):
    """Shows the state of *editor* and passes on what is typed.

    Everything synced is public: a secret comes in as a message, waits in *editor*, and is
    mentioned here by the place that it will go to alone.
    """

    _esm = STATIC / "config_editor.js"
    _css = STATIC / "config_editor.css"

    path = traitlets.Unicode().tag(sync=True)
    files: Any = traitlets.List().tag(sync=True)
    settings: Any = traitlets.List().tag(sync=True)
    pending = traitlets.Dict().tag(sync=True)
    secrets = traitlets.Dict().tag(sync=True)
    problems = traitlets.Dict().tag(sync=True)
    diff = traitlets.Unicode().tag(sync=True)
    notice = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int().tag(sync=True)

    def __init__(self, editor: ConfigEditor) -> None:
        self._editor = editor
        super().__init__()
        self._show_file()
        self._show_changes()
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"{self._editor!r}\n{view.show(self._editor.config)!r}"

    def fallback_html(self) -> str:
        """Return the settings as a table."""
        return view.show(self._editor.config)._repr_html_()

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Do what *message* asks for; whatever is wrong with it becomes a notice."""
        message = message if isinstance(message, dict) else {}
        act = getattr(self, f"_do_{message.get('type')}", None)
        with self.hold_sync():
            try:
                if act is not None:
                    self.notice = {}
                    act(message)
            except ConfigConflictError as error:
                self.notice = {"kind": "conflict", "text": str(error.args[0])}
            except (ConfigError, ValueError) as error:
                self.notice = {"kind": "error", "text": str(error)}
            except OSError as error:
                self.notice = {"kind": "error", "text": f"{error.filename}: {error.strerror}"}
            finally:
                self._show_changes()
                self.answered += 1  # whatever happened: the front end waits for it

    def _do_propose(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        self._editor.propose(str(message.get("setting")), None if text is None else str(text))

    def _do_withdraw(self, message: dict[str, Any]) -> None:
        self._editor.withdraw(str(message.get("setting")))

    def _do_secret(self, message: dict[str, Any]) -> None:
        place = SecretPlace(message.get("place"))
        self._editor.keep_secret(str(message.get("setting")), str(message.get("value", "")), place)

    def _do_open(self, message: dict[str, Any]) -> None:
        self._editor.open(str(message.get("path", "")))
        self._show_file()

    def _do_refresh(self, _message: dict[str, Any]) -> None:
        self._editor.refresh()
        self._show_file()

    def _do_revert(self, _message: dict[str, Any]) -> None:
        self._editor.revert()
        self._show_file()

    def _do_save(self, _message: dict[str, Any]) -> None:
        done = self._editor.save()
        self.notice = {"kind": "done", "text": "\n".join(done) or "nothing to save"}
        self._show_file()

    def _show_file(self) -> None:
        self.path = self._editor.path
        self.files = candidates(self._editor.path)
        self.settings = settings(self._editor)

    def _show_changes(self) -> None:
        editor = self._editor
        self.pending = {
            name: None if text is None else without_passwords(text)
            for name, text in editor.pending.items()
        }
        self.secrets = {name: place.value for name, place in editor.secrets.items()}
        self.problems = {name: str(error.args[0]) for name, error in editor.errors.items()}
        try:
            self.diff = editor.plan().diff()
        except (ConfigError, InvalidValueError, OSError) as error:
            self.diff = ""
            self.notice = self.notice or {"kind": "error", "text": str(error)}
