"""What can be appended to a deck, with the real libraries."""

import base64
import io
import re
import subprocess
import sys
from html import unescape
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from PIL import Image

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.render import render

SECRET = "a-password-of-many-letters"


def png_in(html):
    """Return the picture in *html*, and what is said of it."""
    data = re.fullmatch(
        r'<img style="[^"]*" src="data:image/png;base64,([A-Za-z0-9+/=]+)" alt="(.*)">', html
    )
    return Image.open(io.BytesIO(base64.b64decode(data[1]))), data[2]


def test_text_is_html_already():
    assert render("<b>") == "<b>"


@pytest.mark.parametrize(
    ("table", "cell"),
    [
        (pd.DataFrame({"a": ["<1>"]}), "<td>&lt;1&gt;</td>"),
        (pd.DataFrame({"a": ["<1>"]}).style, "&lt;1&gt;</td>"),
        (pd.Series(["<1>"], name="a"), "<td>&lt;1&gt;</td>"),
        (pl.DataFrame({"a": ["<1>"]}), "<td>&quot;&lt;1&gt;&quot;</td>"),
        (pl.Series("a", ["<1>"]), "<td>&quot;&lt;1&gt;&quot;</td>"),
        (pa.table({"a": ["<1>"]}), "<td>&lt;1&gt;</td>"),
        (pa.RecordBatch.from_pydict({"a": ["<1>"]}), "<td>&lt;1&gt;</td>"),
    ],
)
def test_a_table_is_its_cells_escaped(table, cell):
    if isinstance(table, pd.io.formats.style.Styler):
        table = table.format(escape="html")
    assert cell in render(table)


def test_a_subclass_is_shown_as_its_base():
    class Frame(pd.Series):
        pass

    assert "<td>1</td>" in render(Frame([1]))


def drawn(title='Loss < 1 "and" falling'):
    figure = Figure()
    figure.add_subplot(title=title).plot([1, 2])
    return figure


def drawn_in_part():
    part = Figure().subfigures(1, 2)[0].subfigures(2, 1)[1]
    part.add_subplot(title='Loss < 1 "and" falling').plot([1, 2])
    return part


@pytest.mark.parametrize(
    "shown",
    [drawn(), drawn().axes[0], drawn_in_part(), drawn_in_part().axes[0]],
    ids=["figure", "axes", "part of a figure", "axes of a part"],
)
def test_a_figure_is_an_image_that_says_what_it_is_of(shown):
    _, alt = png_in(render(shown))
    assert alt == "Loss &lt; 1 &quot;and&quot; falling"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "F", "I", "HSV"])
def test_a_picture_of_any_mode_is_an_image(mode):
    picture, alt = png_in(render(Image.new(mode, (3, 2))))
    assert picture.size == (3, 2)
    assert alt == "picture of 3 by 2 pixels"


IMAGE = '<img style="display:block;margin:.5em 0" src="data:image/{};base64,cG5n" alt="Shows">'


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
        (Shows(mimebundle={"text/plain": "i"}, html="<i>"), "<i>"),
        (Shows(png=b"png"), IMAGE.format("png")),
        (Shows(png="cG5n"), IMAGE.format("png")),
        (Shows(mimebundle={"image/webp": b"png"}),
         IMAGE.format("webp")),
        (Shows(markdown="*i*"), "<p><em>i</em></p>\n"),
        (Shows(latex="$a<b$"), "<pre>$a&lt;b$</pre>"),
        (Shows(mimebundle={"application/json": {"a": ["<i>"]}, "text/plain": "x"}),
         "<pre>{\n  &quot;a&quot;: [\n    &quot;&lt;i&gt;&quot;\n  ]\n}</pre>"),
        (Shows(mimebundle={"text/plain": "<i>"}), "<pre>&lt;i&gt;</pre>"),
    ],
)  # fmt: skip
def test_the_methods_of_the_notebook(value, html):
    assert render(value) == html


@pytest.mark.parametrize(
    ("svg", "fits"),
    [
        ("<svg/>", False),
        ("<svg viewBox='0 0 1 1' width='100%' height='5'/>", False),
        ("<?xml version='1.0'?><svg class='a' width='120.5pt' height='5'>…</svg>", True),
        ('<svg width="120"/>', True),
        ("<svg><rect width='10'/></svg>", False),
    ],
)
def test_a_drawing_lies_on_paper_of_its_own(svg, fits):
    html = render(Shows(html=None, svg=svg))
    assert html.endswith(f">{svg}</div>")
    assert "background:#fff" in html
    assert ("fit-content" in html) == fits


@pytest.mark.parametrize("own", [{"mimebundle": {"application/x-mine": 1}}, {"html": None}])
def test_what_says_nothing_that_is_known_is_shown_by_its_repr(own):
    assert "test_render.Shows object" in render(Shows(**own))


def test_a_bundle_is_asked_for_as_ipython_does():
    class Strict:
        def _repr_mimebundle_(self, include, exclude):
            return {"text/html": f"<i>{include}{exclude}"}

    assert render(Strict()) == "<i>NoneNone"


def test_anything_else_is_shown_by_its_repr_not_read_as_html():
    assert "{&#x27;a&#x27;: &#x27;&lt;b&gt;&#x27;}</pre>" in render({"a": "<b>"})
    assert ">None</pre>" in render(None)
    assert "DataFrame" in render(pd.DataFrame)


def test_a_long_repr_is_cut():
    html = render(bytearray(100_000))
    assert len(html) < 21_000
    assert "… 380,014 more characters" in html


class Counted:
    times = 0

    def __repr__(self):
        Counted.times += 1
        return "x"


@pytest.mark.parametrize("make", [list, tuple, dict.fromkeys, lambda items: {"rows": [[*items]]}])
def test_of_a_large_container_only_that_is_written_which_is_shown(make, monkeypatch):
    monkeypatch.setattr(Counted, "times", 0)
    value = make(Counted() for _ in range(100_000))
    html = render(value)
    assert len(html) < 21_000
    assert html.endswith("\n… and more</pre>")
    assert Counted.times < 10_000
    assert f">{repr(value)[:20_000]}\n" in unescape(html)


HOLDS_ITSELF: list[Any] = [1, {}]
HOLDS_ITSELF[1]["again"] = HOLDS_ITSELF


@pytest.mark.parametrize(
    "value",
    [
        [],
        (),
        set(),
        {},
        (1,),
        {"a": [1, (2,), {3}], (4,): {"b": {}}},
        [[[[[[[[1], 2], 3]]]]], frozenset({1})],
        HOLDS_ITSELF,
    ],
)
def test_a_container_is_shown_as_python_writes_it(value):
    assert f">{value!r}</pre>" in unescape(render(value))


class Raises:
    def _repr_html_(self):
        raise ValueError("no <table> today")

    def __repr__(self):
        return "<Raises>"


class Worse(Raises):
    def _repr_html_(self):
        class OddError(Exception):
            def __str__(self):
                raise ValueError

        raise OddError

    def __repr__(self):
        raise KeyError


def test_what_cannot_show_itself_ends_no_task_and_says_so(caplog):
    html = render(Raises())
    assert "_repr_html_ of this Raises failed: ValueError: no &lt;table&gt; today" in html
    assert "&lt;Raises&gt;</pre>" in html
    assert "_repr_html_ of this Raises failed: ValueError: no <table> today" in caplog.text


class NamesSecret(Raises):
    def _repr_html_(self):
        raise ValueError(f"{'x' * 480}{SECRET}{'y' * 80}")


@pytest.mark.parametrize(
    "value",
    [
        pa.table({"address": [f"{'x' * 80}{SECRET}{'y' * 80}"]}),
        [f"{'x' * 19_980}{SECRET}{'y' * 80}"],
        NamesSecret(),
    ],
    ids=["cell", "repr", "problem"],
)
def test_nothing_is_cut_inside_a_secret(value):
    LEAK_GUARD.add(SECRET)
    shown = LEAK_GUARD.mask(render(value))
    assert "••••" in shown
    assert SECRET[:8] not in shown


def test_not_even_one_that_cannot_say_why():
    html = render(Worse())
    assert "_repr_html_ of this Worse failed: OddError (its message cannot be shown)" in html
    assert "this Worse has no text: KeyError" in html


def test_an_interrupt_is_not_held_up():
    class Interrupted:
        def _repr_html_(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(Interrupted())


def test_showing_one_thing_imports_nothing_for_others():
    program = (
        "import sys\n"
        "from flyte_nb import Deck\n"
        "class Shows:\n"
        "    def _repr_html_(self): return '<i>'\n"
        "Deck('d', 1).append(Shows()).html\n"
        "print(*sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    packages = {name.partition(".")[0] for name in out.stdout.split()}
    heavy = {"numpy", "pandas", "polars", "pyarrow", "matplotlib", "plotly", "altair", "bokeh"}
    assert not packages & {*heavy, "PIL", "IPython", "markdown_it", "pygments", "vl_convert"}
