"""The decks that are made of a call: inputs, outputs, source, dependencies."""

import gc
import inspect
import time
import tracemalloc
import weakref
from html import unescape
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from flyte_nb import Deck, FlyteRecoverableException, current_context, new_context, task
from flyte_nb.decks import DeckField, TopFrameRenderer, timeit
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.listeners import RUN_ENDED
from flyte_nb.run.task_options import TaskOptions

ALL = ["Source Code", "Dependencies", "Input", "Output"]


@pytest.fixture
def decks():
    """Give the decks of each attempt of the last call, by name."""
    runs = []
    stop = RUN_ENDED.subscribe(runs.append)
    yield lambda: [{deck.name: deck for deck in a.decks} for a in runs[-1].attempts]
    stop()


@task(enable_deck=True)
def scale(frame: pd.DataFrame, by: int = 2, text: str = "<b>") -> pd.DataFrame:
    return frame * (by if text else 0)


def test_a_task_that_wants_decks_has_those_of_its_call(decks):
    scale(frame=pd.DataFrame({"col": [21]}))
    (found,) = decks()
    assert list(found) == ALL
    html = {name: deck.html for name, deck in found.items()}
    assert "<h3>frame</h3>\n" in html["Input"]
    assert "<td>21</td>" in html["Input"]
    assert "<h3>by</h3>\n" in html["Input"]
    assert ">&lt;b&gt;</pre>" in html["Input"]
    assert "<h3>o0</h3>\n" in html["Output"]
    assert "<td>42</td>" in html["Output"]
    assert "<td>pandas</td>" in html["Dependencies"]
    assert '<span class="nf">scale</span>' in html["Source Code"]


def test_nothing_is_made_before_somebody_looks(decks):
    class Looked:
        times = 0

        def _repr_html_(self):
            Looked.times += 1
            return "<i>"

    @task(enable_deck=True, pickle_untyped=True)
    def f(value) -> bool:
        return value is None

    f(value=Looked())
    (found,) = decks()
    assert Looked.times == 0
    assert "<i>" in found["Input"].html
    assert found["Input"].html == found["Input"].html
    assert Looked.times == 1


@pytest.mark.parametrize("retries", [0, 1])
def test_inputs_are_shown_as_they_were_given_and_outputs_as_they_were_returned(decks, retries):
    @task(enable_deck=True, retries=retries)
    def f(numbers: list[int]) -> list[int]:
        numbers.append(2)
        if current_context().attempt < retries:
            raise FlyteRecoverableException("again")
        return numbers

    f(numbers=[1]).append(3)
    html = {name: deck.html for name, deck in decks()[-1].items()}
    assert ">[1]</pre>" in html["Input"]
    assert ">[1, 2]</pre>" in html["Output"]


def test_a_failed_task_shows_what_it_had_not_yet_changed(decks):
    @task(enable_deck=True)
    def f(numbers: list[int]) -> int:
        numbers.append(2)
        raise KeyError

    with pytest.raises(KeyError):
        f(numbers=[1])
    assert ">[1]</pre>" in decks()[0]["Input"].html


class Counted(dict[str, int]):
    times = 0

    def __copy__(self):
        Counted.times += 1
        raise TypeError("there is only one")


@pytest.mark.parametrize(
    "fields",
    [(), (DeckField.SOURCE_CODE,), (DeckField.INPUT,), (DeckField.INPUT, DeckField.OUTPUT)],
)
def test_what_is_shown_alone_is_copied_and_as_it_is_where_it_cannot_be(decks, monkeypatch, fields):
    @task(enable_deck=True, deck_fields=fields)
    def f(value: Counted) -> Counted:
        Deck("Own", "x")
        return value

    monkeypatch.setattr(Counted, "times", 0)
    f(value=Counted(a=1))
    shown = [field for field in fields if field is not DeckField.SOURCE_CODE]
    assert Counted.times == 1 + len(shown)  # one is that which the task is given
    assert all("&#x27;a&#x27;: 1" in decks()[0][field.value].html for field in shown)


def doubled(value):
    if isinstance(value, list):
        value[:] = [2 * item for item in value]
    else:
        value *= 2
    return value


@pytest.mark.parametrize(
    ("value", "given", "returned"),
    [
        (np.ones(500_000), "[1., 1., 1.", "[2., 2., 2."),
        (pd.DataFrame({"a": np.ones(500_000)}), "<td>1.0</td>", "<td>2.0</td>"),
        (["-"] * 500_000, "['-', '-'", "['--', '--'"),
    ],
)
def test_no_deck_keeps_a_copy_of_what_is_large(decks, value, given, returned):
    @task(enable_deck=True, deck_fields=(DeckField.INPUT, DeckField.OUTPUT), pickle_untyped=True)
    def f(value: Any) -> Any:
        return doubled(value)

    f(value=1)  # what is imported for it
    tracemalloc.start()
    f(value=value)
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    html = {name: unescape(deck.html) for name, deck in decks()[-1].items()}
    assert given in html["Input"]
    assert returned in html["Output"]
    assert left < 2_000_000


class Exits:
    def __repr__(self):
        raise SystemExit


def test_what_ends_the_process_when_it_is_shown_ends_no_task(decks):
    @task(enable_deck=True, pickle_untyped=True)
    def f(value) -> int:
        return len(value)

    assert f(value=[Exits()] * 10_000) == 10_000
    assert "this list cannot be shown: SystemExit" in decks()[0]["Input"].html


class Slow:
    def to_html(self, numbers):
        time.sleep(0.5)
        return f"{len(numbers)} numbers"


def test_the_time_that_it_takes_to_show_a_value_is_not_that_of_the_attempt(decks):
    @task(enable_deck=True, timeout=0.3)
    def f(numbers: Annotated[list[int], Slow()]) -> Annotated[list[int], Slow()]:
        return numbers

    f(numbers=[0] * 100_000)
    html = {name: deck.html for name, deck in decks()[0].items()}
    assert "100000 numbers" in html["Input"]
    assert "100000 numbers" in html["Output"]


def test_a_value_that_holds_itself_is_shown_too(decks):
    @task(enable_deck=True)
    def f(n: int) -> Any:
        value: list[Any] = [n]
        value.append(value)
        return value

    f(n=1)
    assert ">[1, [...]]</pre>" in decks()[0]["Output"].html


def test_a_deck_that_was_looked_at_holds_no_value_any_more(decks):
    class Value:
        pass

    @task(enable_deck=True, deck_fields=(DeckField.INPUT,), pickle_untyped=True)
    def f(value) -> bool:
        return value is None

    value = Value()
    gone = weakref.ref(value)
    f(value=value)
    (found,) = decks()
    _ = found["Input"].html
    del value
    gc.collect()
    assert gone() is None


class Named(NamedTuple):
    top: Annotated[pd.DataFrame, TopFrameRenderer(2)]
    rest: int


ROWS = pd.DataFrame({"a": range(100, 130)})


@task(enable_deck=True)
def one(
    frame: Annotated[pd.DataFrame, TopFrameRenderer(2)],
) -> Annotated[pd.DataFrame, TopFrameRenderer(2)]:
    return frame


@task(enable_deck=True)
def several(
    frame: Annotated[pd.DataFrame, TopFrameRenderer(2)],
) -> tuple[Annotated[pd.DataFrame, TopFrameRenderer(2)], int]:
    return frame, 1


@task(enable_deck=True)
def named(frame: Annotated[pd.DataFrame, TopFrameRenderer(2)]) -> Named:
    return Named(frame, 1)


@pytest.mark.parametrize(
    ("of", "names"), [(one, ["o0"]), (several, ["o0", "o1"]), (named, ["top", "rest"])]
)
def test_a_renderer_in_a_type_shows_inputs_and_outputs(decks, of, names):
    of(frame=ROWS)
    (found,) = decks()
    for field in ("Input", "Output"):
        html = found[field].html
        assert "<td>100</td>" in html
        assert "<td>101</td>" not in html
        assert "<td>129</td>" in html
    assert [name for name in names if f"<h3>{name}</h3>" in found["Output"].html] == names


class Broken:
    def to_html(self, _):
        raise ValueError("no <column>")


def test_a_renderer_that_fails_ends_no_task(decks):
    @task(enable_deck=True)
    def f() -> Annotated[int, Broken()]:
        return 1

    assert f() == 1
    (found,) = decks()
    assert "Broken could not show this int: ValueError: no &lt;column&gt;" in found["Output"].html


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"deck_fields": (DeckField.OUTPUT, DeckField.INPUT)}, ["mine", "Input", "Output"]),
        ({"deck_fields": ["Input"]}, ["mine", "Input"]),
        ({"deck_fields": (DeckField.TIMELINE,)}, ["mine", "Timeline"]),
        ({"deck_fields": ()}, ["mine"]),
        ({"deck_fields": None}, ["mine"]),
        ({"enable_deck": None}, ["mine", "Timeline"]),
        ({"enable_deck": False}, ["mine", "Timeline"]),  # which are not shown
    ],
)
def test_which_decks_are_made(decks, options, names):
    @task(**{"enable_deck": True, **options})
    def f(x: int) -> int:
        Deck("mine", "x")
        with timeit("part"):
            return x

    f(x=1)
    assert list(decks()[0]) == names


@pytest.mark.parametrize("given", [("Inputs",), (None,), 3])
def test_fields_that_there_are_not(given):
    with pytest.raises(InvalidValueError, match="not a list of deck fields") as caught:
        TaskOptions(deck_fields=given)
    assert "DeckField.SOURCE_CODE" in str(caught.value)


def test_an_attempt_that_another_follows_keeps_its_own_decks_alone(decks):
    @task(enable_deck=True, retries=1)
    def f(x: int) -> int:
        attempt = current_context().attempt
        Deck(f"of {attempt}", "x")
        if not attempt:
            raise FlyteRecoverableException("again")
        return x

    f(x=1)
    assert list(map(list, decks())) == [["of 0"], ["of 1", *ALL]]


def test_a_failed_task_shows_what_it_was_given(decks):
    @task(enable_deck=True)
    def f(x: int) -> int:
        raise KeyError(x)

    with pytest.raises(KeyError):
        f(x=7)
    (found,) = decks()
    assert list(found) == ["Source Code", "Dependencies", "Input"]
    assert ">7</pre>" in found["Input"].html


def test_an_isolated_task_has_the_same():
    run = scale.run(frame=pd.DataFrame({"col": [21]}), isolate=True)
    (node,) = run.wait(60).progress.nodes()
    found = {deck.name: deck.html for deck in node.attempts[0].decks}
    assert list(found) == ALL
    assert "<td>42</td>" in found["Output"]


def test_what_has_no_source_says_so(decks):
    space = {"task": task}
    exec("@task(enable_deck=True)\ndef f() -> int:\n    return 1\nf()", space)
    assert "There is no source" in decks()[0]["Source Code"].html
    with pytest.raises(OSError, match="source"):
        inspect.getsource(space["f"].function)


def test_the_page_of_the_last_execution(shell):  # noqa: ARG001 - what shows it
    with new_context() as ctx:
        scale(frame=pd.DataFrame({"col": [21]}))
    page = ctx.get_deck()
    assert page.startswith("<!doctype html>")
    assert "<td>42</td>" in unescape(page)
    assert "<iframe" in page._repr_html_()
    assert "srcdoc" in page._repr_html_()


def test_the_page_where_nothing_shows_it_is_a_text():
    with new_context() as ctx:
        scale(frame=pd.DataFrame({"col": [21]}))
    assert type(ctx.get_deck()) is str
    assert "<td>42</td>" in unescape(ctx.get_deck())
