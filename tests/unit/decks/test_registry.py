"""Renderers of types: registered here, or offered by installed packages."""

import sys

import pandas as pd
import pytest

from flyte_nb import Deck
from flyte_nb.decks import TopFrameRenderer, register_renderer
from flyte_nb.errors import InvalidValueError


class Forest:
    def _repr_html_(self):
        return "<i>by itself</i>"


class Jungle(Forest):
    pass


def shown(value):
    return Deck("d", value, auto_add_to_deck=False).html


@pytest.fixture
def register():
    removers = []

    def add(*args):
        removers.append(register_renderer(*args))
        return removers[-1]

    yield add
    for remove in removers:
        remove()


class Trees:
    def to_html(self, forest):
        return f"<b>trees of a {type(forest).__name__}</b>"


@pytest.mark.parametrize("renderer", [Trees, Trees(), Trees().to_html])
def test_it_comes_before_what_a_value_says_of_itself(register, renderer):
    remove = register(Forest, renderer)
    assert shown(Forest()) == "<b>trees of a Forest</b>"
    assert shown(Jungle()) == "<b>trees of a Jungle</b>"
    remove()
    assert shown(Forest()) == "<i>by itself</i>"


def test_that_of_the_nearest_class_wins_then_the_last(register):
    register(Jungle, lambda _: "near")
    register(Forest, lambda _: "far")
    assert (shown(Jungle()), shown(Forest())) == ("near", "far")
    register(Jungle, lambda _: "newer")
    assert shown(Jungle()) == "newer"


def test_what_it_returns_may_be_anything_that_a_deck_takes(register):
    register(Forest, lambda _: pd.DataFrame({"trees": [7]}))
    assert "<td>7</td>" in shown(Forest())
    register(Forest, lambda forest: forest)
    assert shown(Forest()) == "<i>by itself</i>"


def test_it_may_be_for_a_type_of_another_package(register):
    register(pd.DataFrame, TopFrameRenderer(2))
    assert shown(pd.DataFrame({"a": range(9)})).count("<tr>") == 3  # first, dots, last


def test_one_that_fails_is_a_line_and_the_value_without_it(register, caplog):
    register(Forest, Fails())
    html = shown(Forest())
    assert "Fails could not show this Forest: ZeroDivisionError: no &lt;b&gt;" in html
    assert "test_registry.Forest object" in html
    assert "Fails could not show this Forest" in caplog.text


class Fails:
    def to_html(self, _):
        raise ZeroDivisionError("no <b>")


def test_two_that_go_round_in_a_circle_are_a_line(register):
    register(Forest, lambda _: Jungle())
    register(Jungle, lambda _: Forest())
    assert "RecursionError" in shown(Forest())


@pytest.mark.parametrize(
    ("args", "message"),
    [(("Forest", str), "not a type"), ((Forest, 3), "3 is no renderer")],
)
def test_what_cannot_be_registered(args, message):
    with pytest.raises(InvalidValueError, match=message):
        register_renderer(*args)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package that offers renderers, as the first on the path."""

    def install(points, module=""):
        metadata = tmp_path / "grove-1.0.dist-info"
        metadata.mkdir(exist_ok=True)
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: grove\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[flyte_nb.renderers]\n{points}\n")
        (tmp_path / "grove_decks.py").write_text(module)
        monkeypatch.syspath_prepend(tmp_path)

    yield install
    sys.modules.pop("grove_decks", None)


MODULE = "def show(forest): return 'from a package'"


@pytest.mark.parametrize("name", [f"{__name__}.Forest", f"{__name__.partition('.')[0]}.Forest"])
def test_an_installed_package_offers_one_that_is_imported_when_it_is_needed(installed, name):
    installed(f"{name} = grove_decks:show", MODULE)
    shown(3)
    assert "grove_decks" not in sys.modules
    assert shown(Jungle()) == "from a package"


def test_what_is_registered_here_comes_before_it(installed, register):
    installed(f"{__name__}.Forest = grove_decks:show", MODULE)
    register(Forest, lambda _: "from here")
    assert shown(Forest()) == "from here"


@pytest.mark.parametrize("module", ["", "raise RuntimeError('half built')"])
def test_one_that_cannot_be_imported_is_a_line(installed, module):
    installed(f"{__name__}.Forest = grove_decks:show", module)
    html = shown(Forest())
    assert "the renderer of this Forest cannot be had: " in html
    assert "Forest object" in html
