"""The masked field behind `%flyte_secret set`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from flyte_nb.errors import FlyteNbError

from ._base import STATIC, FlyteWidget

if TYPE_CHECKING:
    from collections.abc import Callable


class SecretField(FlyteWidget):
    """Asks for a secret and hands it to *keep*; no trait ever has it.

    Args:
        name: What the secret is called.
        place: Where it will be kept, in words.
        keep: Keeps the value and says in a line what it did; what it raises is shown.
    """

    _esm = STATIC / "secret_field.js"
    _css = STATIC / "secret_field.css"

    name = traitlets.Unicode().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)
    notice: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, place: str, keep: Callable[[str], str]) -> None:
        self._keep = keep
        super().__init__(name=name, place=place)
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"SecretField({self.name!r}): %flyte_secret set {self.name} --ask asks without it"

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Answer ``{"type": "keep", "value": …}``."""
        if not isinstance(message, dict) or message.get("type") != "keep":
            return
        try:
            self.notice = {"kind": "done", "text": self._keep(str(message.get("value", "")))}
        except FlyteNbError as error:
            self.notice = {"kind": "error", "text": str(error)}
