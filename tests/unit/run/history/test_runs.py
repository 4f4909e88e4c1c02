"""Runs as a user lists them, opens one, compares two and clears them away."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

import flyte_nb
from flyte_nb import task
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.history.choose import chosen_id, span
from flyte_nb.run.history.compare import Comparison, compare_runs
from flyte_nb.run.history.folder import HEAD
from flyte_nb.run.history.process import this_process
from flyte_nb.run.history.runs import clean_runs, run_record, runs
from flyte_nb.run.record import Phase
from flyte_nb.run.views.logs_view import run_logs
from flyte_nb.run.views.look import LOOKS

IDS = ["20260726-070150-1230003", "20260726-070149-1230002", "20260725-070148-4560001"]


@pytest.fixture
def keep(history, make_record):
    """Keep a run in the history, and return its record."""

    def kept(number=1, *, goes_on=False, **more):
        record = make_record(number, **more)
        mine = this_process()
        begun = replace(
            record, phase=Phase.RUNNING, host=mine.host, pid=mine.pid, process=mine.mark
        )
        history.begin(begun)
        if not goes_on:
            history.end(record)
        return record

    return kept


def names(found):
    return [head.name for head in found]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("last", 0),
        ("-1", 0),
        ("-3", 2),
        (IDS[1], 1),
        ("20260725", 2),
        ("456", 2),
        ("1230002", 1),
    ],
)
def test_an_id_may_be_cut_short(word, number):
    assert chosen_id(word, IDS) == IDS[number]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("123", "'123' may be 2 runs: 20260726-070150-1230003, 20260726-070149-1230002"),
        ("-4", "there is no run -4: there are 3"),
        ("1230009", "did you mean '123000"),
        ("", "there is no run ''"),
        ("-0", "there is no run '-0'"),
        ("*", "%flyte_runs lists those"),
    ],
)
def test_an_id_that_means_none_or_several_is_refused(word, message):
    with pytest.raises(InvalidValueError, match=None) as caught:
        chosen_id(word, IDS)
    assert message in str(caught.value)


def test_the_last_run_of_none_is_said_so(history):
    with pytest.raises(InvalidValueError, match="there is no run last: there are none"):
        run_record(history=history)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30m", 1_800), ("1.5h", 5_400), ("7d", 604_800), ("1 W", 604_800), (5, 5)],
)
def test_spans(text, seconds):
    assert span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "soon", "-2h", "2 years", None, float("inf"), "9" * 400 + "w"]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(InvalidValueError, match="write 90s"):
        span(text)


def test_runs_are_filtered(history, keep):
    now = datetime.now(timezone.utc)
    keep(1, name="notebook.train", at=now - timedelta(hours=3))
    keep(2, name="train", phase=Phase.FAILED, at=now - timedelta(hours=1))
    keep(3, name="notebook.evaluate", at=now - timedelta(minutes=1))
    keep(4, name="other", at=now, goes_on=True)
    assert names(runs(history=history)) == ["other", "notebook.evaluate", "train", "notebook.train"]
    assert names(runs(task="train", history=history)) == ["train", "notebook.train"]
    assert names(runs(task="notebook.*", history=history)) == [
        "notebook.evaluate",
        "notebook.train",
    ]
    assert names(runs(phase="failed", history=history)) == ["train"]
    assert names(runs(phase="RUNNING", history=history)) == ["other"]
    assert names(runs(phase="lost", history=history)) == []
    assert names(runs(since="2h", history=history)) == ["other", "notebook.evaluate", "train"]
    assert names(runs(since=now - timedelta(minutes=2), history=history)) == names(
        runs(last=2, history=history)
    )
    assert names(runs(task="train", last=1, history=history)) == ["train"]
    assert names(runs(here=True, history=history)) == ["other"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"phase": "lucky"}, "there is no phase 'lucky': queued, running"),
        ({"since": "soon"}, "'soon' is no time"),
        ({"last": 0}, "last=0"),
        ({"last": True}, "last=True"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(history, wrong, message):
    with pytest.raises(InvalidValueError, match=message):
        runs(**wrong, history=history)


def test_a_list_is_a_table_and_a_sequence(history, keep):
    for number in range(60):
        keep(number, name=f"task{number}")
    found = runs(history=history)
    assert len(found) == 60
    assert found[0].name == "task59"
    assert names(found[1:3]) == ["task58", "task57"]
    text, html = repr(found), found._repr_html_()
    assert text.startswith("The newest 50 runs")
    assert "there are more: --last N" in text
    assert repr(runs(last=60, history=history)).startswith("60 runs\n")
    assert found[-1].name == "task0"
    with pytest.raises(IndexError):
        found[60]
    assert "task59" in text
    assert "task59" in html
    assert "task9" not in html
    assert "No runs" in repr(runs(task="nope", history=history))
    assert repr(found[0]) == f"<run {found[0].id} of task task59, succeeded>"


def test_a_list_has_the_signs_and_colours_of_phases(history, keep):
    keep(1, phase=Phase.FAILED)
    keep(2, goes_on=True)
    found = runs(history=history)
    text, html = repr(found), found._repr_html_()
    for phase in (Phase.FAILED, Phase.RUNNING):
        assert f"{LOOKS[phase].sign} {phase.value}" in text
        assert f"{LOOKS[phase].sign}</span>{phase.value}</span>" in html
        assert LOOKS[phase].colour in html


def test_one_is_opened_by_what_a_list_holds_or_by_its_id(history, keep):
    record = keep(nodes=2)
    for run in (record.id, record.id[:13], "last", -1, runs(history=history)[0], record):
        assert run_record(run, history=history).id == record.id
    with pytest.raises(InvalidValueError, match="7 is no run"):
        run_record(7, history=history)


def test_one_that_is_damaged_says_so(history, keep):
    record = keep()
    (history.root / record.id / HEAD).write_text("{")
    with pytest.raises(InvalidValueError, match="cannot be read"):
        run_record("last", history=history)


def test_runs_are_removed_by_id_by_age_or_all(history, keep):
    now = datetime.now(timezone.utc)
    old, older = keep(1, at=now - timedelta(days=8)), keep(2, at=now - timedelta(days=9))
    new, goes_on = keep(3, at=now - timedelta(days=1)), keep(4, at=now, goes_on=True)
    (history.root / older.id / HEAD).write_text("{")
    assert clean_runs(older="7d", history=history) == 2
    assert history.ids() == [goes_on.id, new.id]
    assert clean_runs(everything=True, history=history) == 1
    assert history.ids() == [goes_on.id]
    with pytest.raises(InvalidValueError, match="goes on"):
        clean_runs("last", history=history)
    history.end(goes_on)
    assert clean_runs("last", -1, history=history) == 1
    assert old.id not in history.ids()


@pytest.mark.parametrize(
    ("ids", "more"),
    [((), {}), (("last",), {"older": "7d"}), ((), {"older": "7d", "everything": True})],
)
def test_what_is_to_be_removed_is_said_once(history, ids, more):
    with pytest.raises(InvalidValueError, match="which runs"):
        clean_runs(*ids, **more, history=history)


def test_two_runs_beside_each_other(make_record):
    a = make_record(1, nodes=2, inputs={"epochs": "3", "rate": "0.1"}, options={})
    b = make_record(
        2,
        nodes=3,
        deck="<i>other</i>",
        inputs={"epochs": "4", "rate": "0.1"},
        options={"attempts": 2},
        versions={"python": "3.12.1"},
    )
    slow = replace(b.nodes[1], ended=b.nodes[1].began + 4)
    both = Comparison(a, replace(b, nodes=(b.nodes[0], slow, b.nodes[2])))
    assert both.inputs() == [("≠", "epochs", "3", "4"), ("", "rate", "0.1", "0.1")]
    assert both.outputs() == [("", "o0", "4", "4")]
    assert both.nodes() == [
        ("", "n0 train", "succeeded, 1.5 s", "succeeded, 1.5 s"),
        ("≠", "n1 train", "succeeded, 1.5 s", "succeeded, 4.0 s"),
        ("≠", "n2 train", "-", "succeeded, 1.5 s"),
    ]
    assert ("≠", "python", "3.11.7", "3.12.1") in both.about()
    assert ("≠", "attempts", "-", "2") in both.about()
    assert ("", "took", "1.5 s", "1.5 s") in both.about()
    assert [(d.node, d.name, d.differs) for d in both.decks()] == [("n0 train", "summary", True)]
    shown = both._repr_mimebundle_()
    assert "≠  epochs  3" in shown["text/plain"]
    assert "Nodes: 2 differ" in shown["text/html"]
    assert shown["text/html"].count("<iframe data-flyte-nb-decks") == 2


def test_a_run_differs_in_nothing_from_itself(history, keep):
    keep(nodes=3)
    both = compare_runs("last", "last", history=history)
    rows = [*both.about(), *both.inputs(), *both.outputs(), *both.nodes()]
    assert {row[0] for row in rows} == {""}
    assert not any(pair.differs for pair in both.decks())


def test_one_run_is_compared_with_another_of_its_task(history, keep):
    first, second, _, third = (keep(n, name=name) for n, name in enumerate("aaba"))
    for named, pair in (
        (first, (first, third)),
        (second, (second, third)),
        (third, (second, third)),
    ):
        found = compare_runs(named.id, history=history)
        assert (found.a.id, found.b.id) == (pair[0].id, pair[1].id)
    with pytest.raises(InvalidValueError, match="there is no other run of b to compare 2026"):
        compare_runs("-2", history=history)


def test_logs_of_all_nodes_or_one(make_record):
    record = make_record(nodes=3)
    logs = run_logs(record)
    assert [title for title, _ in logs.parts] == [f"n{n} train: output (2 lines)" for n in range(3)]
    assert "    one\n    two" in repr(logs)
    assert len(run_logs(record, "n1/").parts) == 1
    assert len(run_logs(record, "train").parts) == 3
    with pytest.raises(InvalidValueError, match="no node 'n7'"):
        run_logs(record, "n7")
    assert "said nothing" in repr(run_logs(replace(record, nodes=())))


@pytest.mark.usefixtures("session")
def test_the_functions_are_public():
    @task
    def double(a: int) -> int:
        return 2 * a

    first, second = double.run(a=1).wait(), double.run(a=2).wait()
    assert [head.id for head in flyte_nb.runs(task="*double")] == [second.id, first.id]
    assert flyte_nb.run_record("-2").inputs == {"a": "1"}
    assert flyte_nb.compare_runs(first, second).inputs() == [("≠", "a", "1", "2")]
    assert flyte_nb.clean_runs(first) == 1
    assert flyte_nb.clean_runs(everything=True) == 1


@pytest.mark.parametrize("older", [-5, timedelta(hours=-2), float("nan"), "200000w"])
def test_a_time_that_is_none_removes_nothing(keep, history, older):
    kept = keep()
    with pytest.raises(InvalidValueError, match=r"is no time|there were no dates"):
        clean_runs(older=older, history=history)
    assert history.ids() == [kept.id]


@pytest.mark.parametrize("since", [-5, float("nan"), "200000w"])
def test_a_time_that_is_none_lists_nothing(history, since):
    with pytest.raises(InvalidValueError, match=r"is no time|there were no dates"):
        runs(since=since, history=history)
