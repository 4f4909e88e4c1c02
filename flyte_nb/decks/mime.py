"""What a value says of itself: the notebook's ``_repr_*_`` methods."""

from __future__ import annotations

import base64
import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

from .problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from .library import Drawing

# From the richest to the plainest.
_METHODS = {
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "image/gif": "",
    "image/webp": "",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
    "text/plain": "",
}
_HEAD = 10_000  # characters of a drawing in which it has begun
_BLOCK = "display:block;margin:.5em 0"
# Figures are white, with black lines: on a dark page they need their paper.
PAPER = "background:#fff;color:#000;color-scheme:light;overflow-x:auto;margin:.5em 0"
FITTING = "width:fit-content;max-width:100%"
"""How wide that of a figure is which does not itself grow with the deck."""
_HAS_WIDTH = re.compile(r"<svg\b[^>]*\swidth=[\"']?[\d.]+(?!\s*%)[\s\w.]*[\"'>]")


def by_mime(value: Any) -> tuple[str | Drawing | None, str]:
    """Return *value* as HTML, None where it says nothing of itself; and what went wrong."""
    problems: list[str] = []
    if isinstance(value, type):  # the class DataFrame has the methods too, but no data
        return None, ""
    alt = type(value).__name__
    bundle = _call(value, "_repr_mimebundle_", problems, include=None, exclude=None)
    found: dict[str, Any] = bundle if isinstance(bundle, dict) else {}
    # A chart before its HTML, which would load the library from the web.
    for mime in (*(m for m in found if m not in _METHODS), *_METHODS):
        data = found.get(mime)
        if data is None and _METHODS.get(mime):
            data = _call(value, _METHODS[mime], problems)
        try:
            if data is not None and (shown := _shown(mime, data, alt)) is not None:
                return shown, "".join(problems)
        except Exception as error:  # noqa: BLE001 - what shows a value ends no training
            problems.append(problem(f"{mime} of this {alt} cannot be shown", error))
    return None, "".join(problems)


def image(data: bytes | str, mime: str, alt: str) -> str:
    """Return a picture, of bytes or of base64, that loads nothing."""
    encoded = data if isinstance(data, str) else base64.b64encode(data).decode("ascii")
    encoded = escape(encoded.strip())
    return f'<img style="{_BLOCK}" src="data:{mime};base64,{encoded}" alt="{escape(alt)}">'


def _shown(mime: str, data: Any, alt: str) -> str | Drawing | None:
    """Return *data* as HTML, None for what is not known here."""
    if mime.startswith(_CHARTS):
        from . import charts

        return (charts.draw_plotly if "plotly" in mime else charts.draw_vega)(data)
    if mime.startswith("image/") and mime != "image/svg+xml":
        return image(data, mime, alt)
    show = _TEXTS.get(mime)
    return None if show is None else show(data)


def _markdown(text: Any) -> str:
    from .renderers import MarkdownRenderer

    return MarkdownRenderer().to_html(str(text))


def _plain(text: Any) -> str:
    return f"<pre>{escape(str(text))}</pre>"


def _svg(svg: Any) -> str:
    look = f"{PAPER};{FITTING}" if _HAS_WIDTH.search(str(svg)[:_HEAD]) else PAPER
    return f'<div style="{look}">{svg}</div>'


_CHARTS = ("application/vnd.vegalite.", "application/vnd.vega.", "application/vnd.plotly.")
_TEXTS: dict[str, Callable[[Any], str]] = {
    "text/html": str,
    "image/svg+xml": _svg,
    "text/markdown": _markdown,
    "text/latex": _plain,
    "application/json": lambda data: _plain(json.dumps(data, indent=2, default=str)),
    "text/plain": _plain,
}


def _call(value: Any, name: str, problems: list[str], **kwargs: Any) -> Any:
    """Return what a method gives, None where there is none or where it fails."""
    try:
        method = getattr(value, name, None)
        shown = method(**kwargs) if callable(method) else None
    except Exception as error:  # noqa: BLE001 - as above
        problems.append(problem(f"{name} of this {type(value).__name__} failed", error))
        return None
    return shown[0] if isinstance(shown, tuple) else shown  # (data, metadata)
