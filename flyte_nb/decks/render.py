"""Anything that a notebook can show, as HTML."""

from __future__ import annotations

import base64
import io
import sys
from html import escape
from typing import Any

from flyte_nb.context.logs import TASK_LOGGER

_IMAGES = (("image/png", "_repr_png_"), ("image/jpeg", "_repr_jpeg_"))


def to_html(value: Any) -> str:
    """Return *value* as HTML.

    Args:
        value: Text that is HTML already, an object with one of the notebook's ``_repr_*_``
            methods, or a matplotlib figure. Anything else is shown by its `repr`.
    """
    if isinstance(value, str):
        return value
    if _is_matplotlib_figure(value):
        return _figure(value)
    bundle = _mimebundle(value)
    for mime in ("text/html", "image/svg+xml"):
        if mime in bundle:
            return str(bundle[mime])
    for mime, _ in _IMAGES:
        if mime in bundle:
            return _image(bundle[mime], mime, alt=type(value).__name__)
    return f"<pre>{escape(repr(value))}</pre>"


def _mimebundle(value: Any) -> dict[str, Any]:
    """Return what *value* says of itself, by MIME type."""
    if isinstance(value, type):  # the class DataFrame has the methods too, but no data
        return {}
    methods = (("text/html", "_repr_html_"), ("image/svg+xml", "_repr_svg_"), *_IMAGES)
    shown = {mime: got for mime, name in methods if (got := _call(value, name)) is not None}
    bundle = _call(value, "_repr_mimebundle_")
    return {**shown, **bundle} if isinstance(bundle, dict) else shown


def _call(value: Any, method: str) -> Any:
    function = getattr(value, method, None)
    if not callable(function):
        return None
    try:
        shown = function()
    except Exception as error:  # noqa: BLE001 - a table that cannot show itself ends no training
        TASK_LOGGER.warning("%s of a %s failed: %r", method, type(value).__name__, error)
        return None
    return shown[0] if isinstance(shown, tuple) else shown  # (data, metadata)


def _is_matplotlib_figure(value: Any) -> bool:
    module = sys.modules.get("matplotlib.figure")  # who has a figure has imported it
    return module is not None and isinstance(value, module.Figure)


def _figure(figure: Any) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
    titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
    alt = "; ".join(title for title in titles if title) or "figure"
    return _image(buffer.getvalue(), "image/png", alt)


def _image(data: bytes | str, mime: str, alt: str) -> str:
    encoded = data if isinstance(data, str) else base64.b64encode(data).decode("ascii")
    return f'<img src="data:{mime};base64,{encoded}" alt="{escape(alt)}">'
