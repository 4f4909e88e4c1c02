"""Charts bring along what draws them, once per deck, and load nothing."""

import json
import pickle
import re
import sys
import zlib
from base64 import b64decode

import altair as alt
import pandas as pd
import plotly.graph_objects as go
import pytest
from bokeh.layouts import row
from bokeh.models import DataTable, TableColumn
from bokeh.plotting import figure as bokeh_figure

from flyte_nb import Deck
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.charts import draw_plotly, draw_vega
from flyte_nb.decks.library import Library


def plotly_chart(name="a"):
    return go.Figure(go.Scatter(x=[1, 2], y=[3, 4], name=name))


def altair_chart(name="a"):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", name]})
    return alt.Chart(frame).mark_bar().encode(x="a:Q", y="b:N")


def bokeh_chart(name="a"):
    figure = bokeh_figure(title=name)
    figure.line([1, 2], [3, 4])
    return figure


CHARTS = {"plotly": plotly_chart, "altair": altair_chart, "bokeh": bokeh_chart}


def scripts(deck):
    """Return the length of each script that stands in *deck*, unpacked."""
    found = re.findall(
        '<script(?: data-packed="([^"]*)")?[^>]*>(.*?)</script>', deck.html, re.DOTALL
    )
    return [len(zlib.decompress(b64decode(p)).decode() if p else s) for p, s in found]


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_the_library_comes_once_and_before_what_calls_it(chart):
    deck = Deck("d", "<p>first", auto_add_to_deck=False).append(chart()).append(chart())
    sizes = scripts(deck)
    assert [size > 500_000 for size in sizes] == [True, False, False]
    assert "src=" not in re.sub("(?s)<script.*?</script>", "", deck.html)
    assert deck.pieces()[0] == "<p>first"


def test_a_chart_that_needs_more_of_its_library_brings_that_alone():
    deck = Deck("d", bokeh_chart(), auto_add_to_deck=False)
    deck.append(DataTable(columns=[TableColumn(field="a")]))
    assert [size > 100_000 for size in scripts(deck)][:2] == [True, False]
    large = [size for size in scripts(deck) if size > 100_000]
    assert len(large) == len(set(large)) > 1


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_no_text_in_a_chart_ends_its_script(chart):
    plain, hostile = (
        Deck("d", chart(name), auto_add_to_deck=False).pieces()[-1]
        for name in ("plain", "</script><script>alert(1)</script><!--")
    )
    assert hostile.count("<script") == plain.count("<script")
    assert "<!--" not in hostile


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
@pytest.mark.parametrize("secret", ["pa<ss>wo&rd-7x", "pl<ain>only-9x", "ab/cd/ef-8x"])
def test_a_secret_in_a_chart_is_masked(chart, secret):
    LEAK_GUARD.add(secret)
    shown = LEAK_GUARD.mask(Deck("d", chart(secret), auto_add_to_deck=False).pieces()[-1])
    assert secret[-4:] not in shown
    assert "••••" in shown


def test_the_library_is_not_made_before_the_deck_is_looked_at():
    made = []

    def make():
        made.append(1)
        return "let a"

    deck = Deck("d", auto_add_to_deck=False).append(Library("k", make)).append(Library("k", make))
    assert not made
    assert deck.html == "<script>let a</script>"


@pytest.mark.parametrize(
    ("chart", "fits"),
    [
        (altair_chart(), True),
        (altair_chart().properties(width=200), True),
        (altair_chart().properties(width="container"), False),
        (bokeh_chart(), True),
        (bokeh_figure(sizing_mode="stretch_width"), False),
        (row(bokeh_figure(sizing_mode="scale_width"), bokeh_chart()), False),
    ],
)
def test_paper_is_as_wide_as_a_chart_that_does_not_grow_with_the_deck(chart, fits):
    drawn = Deck("d", chart, auto_add_to_deck=False).pieces()[-1]
    assert ("fit-content" in drawn) == fits


def test_a_long_library_is_packed():
    script = "/* ä </script> */" * 10_000
    deck = Deck("d", Library("k", lambda: script), auto_add_to_deck=False)
    assert len(deck.html) < len(script) / 3
    assert scripts(deck) == [len(script)]


def test_a_library_that_cannot_be_had_is_a_line():
    deck = Deck("d", Library("k", lambda: str(1 / 0)), auto_add_to_deck=False)
    assert "what draws the charts below cannot be had: ZeroDivisionError" in deck.html


def test_a_deck_with_charts_goes_to_another_process_as_it_is():
    deck = Deck("d", plotly_chart(), auto_add_to_deck=False)
    there = pickle.loads(pickle.dumps(deck))
    assert there.html == deck.html
    assert all(isinstance(piece, str) for piece in there.pieces())
    assert len(there.append(plotly_chart()).html) < 1.1 * len(deck.html)


SPEC = {"data": [{"type": "bar", "x": ["<a>", "b"], "y": [1]}], "layout": {}}
VEGA = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.20.1.json",
    "datasets": {"sales": [{"a": number, "b": "<x>"} for number in range(50)]},
    "data": {"name": "sales"},
    "mark": "bar",
}


class Shows:
    def __init__(self, mime, data):
        self._bundle = {"text/html": "<script src='http://cdn'></script>", mime: data}

    def _repr_mimebundle_(self, **_):
        return self._bundle


@pytest.mark.parametrize(
    ("mime", "data", "call"),
    [
        ("application/vnd.plotly.v1+json", SPEC, "Plotly.newPlot"),
        ("application/vnd.vegalite.v5+json", VEGA, "vegaEmbed"),
        ("application/vnd.vega.v5+json", {"$schema": "https://x/vega/v5.json"}, "vegaEmbed"),
    ],
)
def test_a_chart_by_its_mime_type_is_drawn_not_loaded(mime, data, call):
    deck = Deck("d", Shows(mime, data), auto_add_to_deck=False)
    assert call in deck.pieces()[-1]
    assert "http://cdn" not in deck.html


@pytest.mark.parametrize(
    "where", [{"data": {"url": "http://e/<x>"}}, {"layer": [{"data": {"url": "http://e/<x>"}}]}]
)
def test_data_at_an_address_are_missed_in_words(where):
    html = draw_vega({"mark": "bar", **where}).html
    assert "give the chart its data, not http://e/&lt;x&gt;" in html


def test_json_text_is_a_description_too():
    assert draw_plotly(json.dumps(SPEC)).html == draw_plotly(SPEC).html


@pytest.fixture
def nothing_installed(monkeypatch):
    for name in ("plotly", "vl_convert"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("nothing_installed")
def test_where_nothing_can_draw_it_its_data_are_shown_and_what_to_install():
    html = draw_plotly(SPEC)
    assert "pip install plotly" in html
    assert ">trace 1: 2 rows</caption>" in html
    assert "<td>&lt;a&gt;</td><td>1</td>" in html
    assert "<td>b</td><td></td>" in html


@pytest.mark.usefixtures("nothing_installed")
def test_data_of_a_chart_of_vega_are_shown_up_to_a_bound():
    html = draw_vega(VEGA)
    assert "pip install vl-convert-python" in html
    assert ">sales: 50 rows, the first 20</caption>" in html
    assert html.count("<tr>") == 21
    in_place = {"data": [{"name": "t", "values": [1, 2]}], "mark": "bar"}
    assert "<td>2</td>" in draw_vega(in_place)


def test_a_chart_that_altair_refuses_is_a_line():
    frame = pd.DataFrame({"a": range(6000)})
    deck = Deck("d", alt.Chart(frame).mark_bar().encode(x="a:Q"), auto_add_to_deck=False)
    assert "this Chart could not be drawn: MaxRowsError" in deck.html
