"""The renderers of flytekit, with the real libraries."""

import json
import subprocess
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from flyte_nb.decks import (
    ArrowRenderer,
    MarkdownRenderer,
    PythonDependencyRenderer,
    Renderable,
    SourceCodeRenderer,
    TopFrameRenderer,
)
from flyte_nb.decks.packages import installed_packages
from flyte_nb.errors import InvalidValueError

FRAME = pd.DataFrame({f"<c{n}>": [f"<{row}>" for row in range(30)] for n in range(5)})


def test_a_frame_of_pandas_is_what_pandas_makes_of_it():
    assert TopFrameRenderer().to_html(FRAME) == FRAME.to_html(max_rows=10, max_cols=100)
    assert TopFrameRenderer(4, 2).to_html(FRAME) == FRAME.to_html(max_rows=4, max_cols=2)


@pytest.mark.parametrize("kind", [pl.from_pandas, pa.Table.from_pandas])
def test_other_frames_are_their_first_rows(kind):
    html = TopFrameRenderer(max_rows=3, max_cols=2).to_html(kind(FRAME))
    assert html.count("<tr>") == 1 + 3
    assert html.count("<th ") == 2
    assert "<td>&lt;2&gt;</td>" in html
    assert "&lt;c1&gt; (" in html
    assert "3 of 30 rows, 5 columns" in html


def test_a_table_of_arrow_keeps_columns_of_one_name_apart():
    table = pa.Table.from_arrays([pa.array([1]), pa.array(["x"])], names=["a", "a"])
    html = ArrowRenderer().to_html(table)
    assert "a (int64)</th>" in html
    assert "a (string)</th>" in html
    assert "<tr><td>1</td><td>x</td></tr>" in html


def test_a_long_value_is_cut():
    assert len(ArrowRenderer().to_html(pa.table({"a": ["x" * 10_000]}))) < 500


@pytest.mark.parametrize("renderer", [TopFrameRenderer(), ArrowRenderer()])
def test_what_is_no_frame_is_refused(renderer):
    with pytest.raises(InvalidValueError, match="a list is no data frame"):
        renderer.to_html([1])


def test_markdown():
    html = MarkdownRenderer().to_html("# One\n\n|a|b|\n|-|-|\n|~~1~~|`<2>`|\n")
    assert "<h1>One</h1>" in html
    assert "<td><s>1</s></td>" in html
    assert "<code>&lt;2&gt;</code>" in html


def test_source_has_a_colour_for_each_theme():
    html = SourceCodeRenderer().to_html("def f(): return '<b>'")
    assert '<span class="k">def</span>' in html
    assert "&lt;b&gt;" in html
    assert "light-dark(#" in html.partition("</style>")[0]


def test_dependencies_are_those_that_pip_lists():
    command = [
        sys.executable,
        "-m",
        "pip",
        "list",
        "--format",
        "json",
        "--disable-pip-version-check",
    ]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    listed = {
        entry["name"].lower().replace("_", "-"): entry["version"] for entry in json.loads(out)
    }
    found = {name.lower().replace("_", "-"): version for name, version in installed_packages()}
    assert {name: found.get(name) for name in listed} == listed
    html = PythonDependencyRenderer().to_html()
    assert f"<td>numpy</td><td>{listed['numpy']}</td>" in html
    assert f"numpy=={listed['numpy']}\n" in html


def test_what_is_installed_later_is_found(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    assert "later" not in dict(installed_packages())
    (tmp_path / "later-2.0.dist-info").mkdir()
    (tmp_path / "later-2.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: later\nVersion: 2.0\n\nName: not this\n"
    )
    (tmp_path / "broken-1.0.dist-info").mkdir()
    found = dict(installed_packages())
    assert found["later"] == "2.0"
    assert "broken" not in found


def test_what_shadows_another_on_the_path_is_the_one(tmp_path, monkeypatch):
    (tmp_path / "numpy-0.0.1.dist-info").mkdir()
    (tmp_path / "numpy-0.0.1.dist-info" / "METADATA").write_text("Name: NumPy\nVersion: 0.0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = dict(installed_packages())
    assert found["NumPy"] == "0.0.1"
    assert "numpy" not in found


@pytest.mark.parametrize(
    ("value", "is_one"), [(MarkdownRenderer(), True), (TopFrameRenderer(), True), (3, False)]
)
def test_a_renderer_is_what_has_to_html(value, is_one):
    assert isinstance(value, Renderable) is is_one
