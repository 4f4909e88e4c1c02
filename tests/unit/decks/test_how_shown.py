"""How decks are shown in this kernel."""

import pytest

from flyte_nb import deck_display
from flyte_nb.errors import InvalidValueError


@pytest.fixture(autouse=True)
def _as_before():
    before = deck_display()
    yield
    deck_display(before.mode, limit=before.limit_bytes)


def test_it_is_said_and_asked():
    assert deck_display().mode == "auto"
    assert deck_display().limit_bytes == 2_000_000
    deck_display("off")
    deck_display(limit="5MB")
    assert deck_display() == deck_display("off", limit=5_000_000)
    assert str(deck_display()).startswith("off: one line says")
    assert "a notebook keeps 5 MB" in str(deck_display())


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500kB", 500_000),
        ("1.5 MB", 1_500_000),
        ("1Mi", 1 << 20),
        ("2m", 2_000_000),
        (123_456, 123_456),
    ],
)
def test_sizes(text, size):
    assert deck_display(limit=text).limit_bytes == size


@pytest.mark.parametrize("limit", ["much", "", "-1", "1", "9TB", "100GB", "9" * 400, True, "nan"])
def test_what_is_no_size_is_refused(limit):
    with pytest.raises(InvalidValueError, match="the limit"):
        deck_display("off", limit=limit)
    assert deck_display().mode == "auto"


def test_an_unknown_way_is_refused():
    with pytest.raises(InvalidValueError, match="no way 'sometimes' to show decks: auto, off, al"):
        deck_display("sometimes")
