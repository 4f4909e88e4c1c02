"""Tables, figures and pictures whose own HTML is missing, or would load something."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from .library import Drawing, Library
from .mime import FITTING, PAPER, image

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_SCRIPT = 1_000  # characters of what is no library


def _matplotlib(part: Any) -> str:
    figure = part.figure.figure  # the root: of a figure and of its parts alike
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
    titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
    alt = "; ".join(title for title in titles if title) or "figure"
    return image(buffer.getvalue(), "image/png", alt)


def _pillow(picture: Any) -> str:
    mode = picture.mode
    is_plain = mode in {"1", "L", "LA", "I;16", "P", "RGB", "RGBA"}  # what PNG knows
    buffer = io.BytesIO()
    (picture if is_plain else picture.convert("RGB")).save(buffer, format="png")
    width, height = picture.size
    return image(buffer.getvalue(), "image/png", f"picture of {width} by {height} pixels")


def _plotly(figure: Any) -> Drawing | str:
    from .charts import draw_plotly

    return draw_plotly(figure.to_json())


def _altair(chart: Any) -> Drawing | str:
    from .charts import draw_vega

    return draw_vega(chart.to_dict())


def _bokeh(model: Any) -> Drawing:
    from hashlib import sha256

    from bokeh.embed import components
    from bokeh.embed.bundle import bundle_for_objs_and_resources
    from bokeh.resources import INLINE

    script, div = components(model)
    bundle = bundle_for_objs_and_resources([model], INLINE)
    # Several plots of a deck need several parts of bokeh: each once, by its content.
    libraries = tuple(
        Library(f"bokeh {sha256(text.encode()).hexdigest()}", text.__str__)
        for text in bundle.js_raw
        if len(text) > _MOST_SCRIPT  # the rest says how much bokeh is to log
    )
    modes = {getattr(part, "sizing_mode", None) for part in model.references()}
    look = f"{PAPER};{FITTING}" if modes <= {None, "fixed"} else PAPER
    return Drawing(f'<div style="{look}">{div}</div>{script}', libraries)


def _arrow(table: Any) -> str:
    from .renderers import ArrowRenderer

    return ArrowRenderer().to_html(table)


# Class, as its package calls it -> what draws its values and those of its subclasses.
BUILT_IN: dict[str, Callable[[Any], str | Drawing | None]] = {
    "PIL.Image": _pillow,
    "altair.TopLevelMixin": _altair,
    "bokeh.LayoutDOM": _bokeh,
    "matplotlib.Axes": _matplotlib,
    "matplotlib.Figure": _matplotlib,
    "matplotlib.SubFigure": _matplotlib,
    "pandas.Series": lambda series: str(series.to_frame()._repr_html_()),
    "plotly.BaseFigure": _plotly,
    "pyarrow.RecordBatch": _arrow,
    "pyarrow.Table": _arrow,
}
