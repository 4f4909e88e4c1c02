"""What can be appended to a deck, with the real libraries."""

import base64
import re

import pandas as pd
import pytest
from matplotlib.figure import Figure

from flyte_nb.decks.render import to_html


def test_text_is_html_already():
    assert to_html("<b>") == "<b>"


def test_a_data_frame_is_its_table():
    assert "<td>1</td>" in to_html(pd.DataFrame({"a": [1]}))


def test_a_figure_is_an_image_that_says_what_it_is_of():
    figure = Figure()
    figure.add_subplot(title='Loss < 1 "and" falling').plot([1, 2])
    html = to_html(figure)
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", html)[1]
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert 'alt="Loss &lt; 1 &quot;and&quot; falling"' in html


class Shows:
    def __init__(self, **methods):
        for name, result in methods.items():
            setattr(self, f"_repr_{name}_", lambda *_, result=result, **__: result)


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (Shows(html="<i>"), "<i>"),
        (Shows(html=("<i>", {"isolated": True})), "<i>"),
        (Shows(mimebundle={"text/html": "<i>", "text/plain": "i"}), "<i>"),
        (Shows(mimebundle=({"text/html": "<i>"}, {})), "<i>"),
        (Shows(html=None, svg="<svg/>"), "<svg/>"),
        (Shows(mimebundle={"text/plain": "i"}, html="<i>"), "<i>"),
        (Shows(png=b"png"), '<img src="data:image/png;base64,cG5n" alt="Shows">'),
        (Shows(png="cG5n"), '<img src="data:image/png;base64,cG5n" alt="Shows">'),
    ],
)
def test_the_methods_of_the_notebook(value, html):
    assert to_html(value) == html


def test_anything_else_is_shown_by_its_repr_not_read_as_html():
    assert to_html({"a": "<b>"}) == "<pre>{&#x27;a&#x27;: &#x27;&lt;b&gt;&#x27;}</pre>"
    assert to_html(None) == "<pre>None</pre>"
    assert "DataFrame" in to_html(pd.DataFrame)


class Raises:
    def _repr_html_(self):
        raise ValueError("no table today")

    def __repr__(self):
        return "<Raises>"


def test_what_cannot_show_itself_ends_no_task(caplog):
    assert to_html(Raises()) == "<pre>&lt;Raises&gt;</pre>"
    assert "_repr_html_ of a Raises failed: ValueError('no table today')" in caplog.text
