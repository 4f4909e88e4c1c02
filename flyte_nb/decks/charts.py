"""Charts by their description, drawn in the deck by a library that comes along in it.

A deck loads nothing: what it is drawn by is in it. Where that cannot be had, its data are shown.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from typing import Any

from .chart_data import data_html
from .library import Drawing, Library
from .mime import FITTING, PAPER
from .problem import note

_VERSION = re.compile(r"/v(\d+)\.(\d+)")
# What stands before a script is what it draws in: no id, of which a page may have two. It lies in
# another one, which stays as wide as the deck whatever style the library gives to its own.
_PLACE = f'<div style="{PAPER}"><div style="width:100%"></div></div>'
_FITTING_PLACE = f'<div style="{PAPER};{FITTING}"><div></div></div>'
_DRAW = "const at = document.currentScript.previousElementSibling.firstElementChild;"
_FAILED = "error => { at.textContent = `This chart cannot be drawn: ${error}`; }"


def draw_plotly(figure: dict[str, Any] | str) -> Drawing | str:
    """Return a figure of plotly, from its description as data or as JSON."""
    if find_spec("plotly") is None:
        return _data(figure, "plotly", "plotly")
    # Not the text of plotly itself: it has an escape for "/", in which no secret is found.
    figure = json.loads(figure) if isinstance(figure, str) else figure
    return Drawing(
        f"{_PLACE}<script>{{{_DRAW}const figure = {_json(figure)};"
        f"if (figure.layout?.width) at.parentElement.style.cssText += '{FITTING}';"
        "Plotly.newPlot(at, {...figure, config: {responsive: true, displaylogo: false,"
        f" ...figure.config}}}}).catch({_FAILED});}}</script>",
        (Library("plotly", _plotly_js),),
    )


def draw_vega(chart: dict[str, Any] | str) -> Drawing | str:
    """Return a chart of Vega or Vega-Lite, from its description as data or as JSON."""
    if find_spec("vl_convert") is None:
        return _data(chart, "vl-convert-python", "this chart")
    chart = json.loads(chart) if isinstance(chart, str) else chart
    schema = str(chart.get("$schema", ""))
    mode = "vega" if "/vega/" in schema else "vega-lite"
    version = "_".join(found.groups()) if (found := _VERSION.search(schema)) else ""
    options = _json({"mode": mode, "actions": False})
    width = chart.get("width")
    is_fixed = isinstance(width, int) or (mode == "vega-lite" and width != "container")
    return Drawing(
        f"{_elsewhere(chart)}{_FITTING_PLACE if is_fixed else _PLACE}<script>{{{_DRAW}"
        f"vegaEmbed(at, {_json(chart)}, {options}).catch({_FAILED});}}</script>",
        (Library("vega", lambda: _vega_js(version if mode == "vega-lite" else "")),),
    )


def _elsewhere(chart: Any) -> str:
    """Return a line about data of a chart that lie at an address; nothing where all are in it."""
    parts = [chart]
    for part in parts:
        data = part.get("data") if isinstance(part, dict) else None
        if isinstance(data, dict) and "url" in data:
            return note(f"A deck loads nothing: give the chart its data, not {data['url']}.")
        parts += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return ""


def _data(description: dict[str, Any] | str, package: str, what: str) -> str:
    """Return the data of a chart that nothing here can draw, and what to install."""
    missing = f"what draws {what} without network is not installed: pip install {package}"
    return note(f"{missing}. These are its data:") + data_html(description)


def _json(data: Any) -> str:
    """Return *data* so that no text in it ends the script that it stands in.

    What is escaped is all that encoders for HTML escape, and no more, so that secrets are found.
    """
    text = json.dumps(data, default=str)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _plotly_js() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _vega_js(version: str) -> str:
    """Return Vega, Vega-Lite and what embeds them; the first time takes seconds."""
    import vl_convert

    versions = [each.replace(".", "_") for each in vl_convert.get_vegalite_versions()]
    known = version if version in versions else versions[-1]
    return str(vl_convert.javascript_bundle(vl_version=known))  # type: ignore[call-arg]
