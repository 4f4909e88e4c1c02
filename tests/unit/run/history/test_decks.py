"""Decks of past runs: shown, listed, saved, compared."""

import sys
import threading

import pytest
from IPython.lib.pretty import pretty

from flyte_nb import (
    Deck,
    compare_decks,
    list_decks,
    run_decks,
    run_record,
    save_decks,
    task,
    workflow,
)
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.how_shown import deck_display
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.history.calls import KEPT_CALLS, KeptCalls
from flyte_nb.run.history.deck_page import decks_in_cell, whole_page
from flyte_nb.run.history.folder import HistoryFolder, Limits
from flyte_nb.run.history.recorder import RECORDER
from flyte_nb.run.listeners import RUN_ENDED
from flyte_nb.run.record import Phase
from flyte_nb.run.report import CellReport


@pytest.fixture
def kept(make_record):
    """Keep records in the usual place: two with a deck, and one without after them."""

    def keep(*records):
        for record in records:
            HistoryFolder().begin(record)
            HistoryFolder().end(record)
        return records

    return keep(
        make_record(1, deck="<p>first"),
        make_record(2, deck="<p>second"),
        make_record(3, deck="", decks=0),
    )


def test_the_last_run_with_decks_is_shown(kept):
    page = run_decks()
    assert "<p>second" in page
    assert pretty(page) == "Decks: summary"
    assert "<iframe" in page._repr_html_()
    assert "<p>first" in run_decks("-2")
    assert "<p>first" in run_decks(kept[0].id[:20])


def test_a_run_without_decks_is_told_of(kept):
    with pytest.raises(InvalidValueError, match=r"of notebook\.train has no decks"):
        run_decks(kept[2].id)
    with pytest.raises(InvalidValueError, match="no run -3: there are 2"):
        run_decks("-3")


def test_there_may_be_none():
    with pytest.raises(InvalidValueError, match="no run has decks so far"):
        run_decks()
    assert list_decks().rows == ()


def test_they_are_listed(kept):
    assert [row[0] for row in list_decks().rows] == [kept[1].id, kept[0].id]
    assert list_decks().rows[0][4:] == ("summary", "0.1 MB")
    assert len(list_decks(1).rows) == 1


def test_a_name_that_is_known_to_be_a_secret_since_is_masked_in_the_list(kept):
    LEAK_GUARD.add("summary")
    assert "summary" not in repr(list_decks()) + list_decks()._repr_html_()
    assert list_decks().rows[0][0] == kept[1].id


@pytest.mark.usefixtures("kept")
def test_they_are_saved_to_a_file_that_is_replaced_if_it_is_one_of_ours(tmp_path):
    file = tmp_path / "report.html"
    assert save_decks(file) == file
    assert "<p>second" in file.read_text()
    save_decks(str(file), "-2")
    assert "<p>first" in file.read_text()
    file.write_text("<h1>mine")
    with pytest.raises(InvalidValueError, match="is there and no page of decks"):
        save_decks(file)
    assert file.read_text() == "<h1>mine"
    save_decks(file, overwrite=True)
    with pytest.raises(InvalidValueError, match="is a folder"):
        save_decks(tmp_path)
    with pytest.raises(InvalidValueError, match="cannot be written"):
        save_decks("/proc/none/here.html")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "file", ["x" * 300, "~nobody-of-that-name/d.html", "a\0b", "/dev/null/d.html"]
)
def test_a_file_that_cannot_be_is_one_sentence(file):
    with pytest.raises(InvalidValueError, match="cannot be written"):
        save_decks(file)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("last", [0, -1, True])
def test_fewer_than_one_cannot_be_listed(last):
    with pytest.raises(InvalidValueError, match="from 1 up"):
        list_decks(last)


@pytest.mark.usefixtures("kept")
def test_they_are_compared():
    found = compare_decks("-2")
    assert [(pair.name, pair.differs) for pair in found.pairs()] == [("summary", True)]
    bundle = found._repr_mimebundle_()
    assert "Decks: 1 differs" in bundle["text/plain"]
    assert bundle["text/html"].count("<iframe data-flyte-nb-decks") == 2
    assert "≠ summary" in bundle["text/html"]
    with pytest.raises(InvalidValueError, match="are the same run"):
        compare_decks("last")


def test_calls_are_kept_in_the_background_and_waited_for(make_record):
    KEPT_CALLS.keep([make_record(7, deck="<p>called")])
    assert "<p>called" in run_decks()
    KEPT_CALLS.keep([])


def test_calls_are_kept_in_several_threads_while_another_one_waits(make_record):
    failed = []
    records = [make_record(number, deck="<p>called") for number in range(1, 9)]

    def waits():
        while not done.is_set():
            try:
                KEPT_CALLS.wait()
            except RuntimeError as error:
                failed.append(error)

    done, before = threading.Event(), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        waiting = threading.Thread(target=waits)
        waiting.start()
        keeping = [threading.Thread(target=KEPT_CALLS.keep, args=([one],)) for one in records]
        for thread in keeping:
            thread.start()
        for thread in keeping:
            thread.join()
    finally:
        sys.setswitchinterval(before)
        done.set()
        waiting.join()
    assert not failed
    assert len(list_decks().rows) == len(records)


def test_without_a_configuration_there_is_no_file_and_no_error(make_record, tmp_path, monkeypatch):
    record = make_record(7, deck="<p>called")
    (tmp_path / "broken.yaml").write_text("admin: [")
    monkeypatch.setenv("FLYTECTL_CONFIG", str(tmp_path / "broken.yaml"))
    assert whole_page(record) is None


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_no_run_is_named_where_none_can_be_kept(make_record, tmp_path, monkeypatch, mode):
    record = make_record(7, deck="<p>called</p>" * 400_000)
    before = deck_display()
    deck_display(mode)
    try:
        assert f" {record.id}</code>" in decks_in_cell(record)
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(tmp_path / "file"))
        said = decks_in_cell(record).rpartition("</iframe>")[2]
    finally:
        deck_display(before.mode)
    assert record.id not in said
    assert "is not kept: the folder of runs cannot be written." in said


def test_a_page_that_was_written_before_the_run_stays(make_record):
    record = make_record(7, deck="<p>called")
    file = whole_page(record)
    assert [p.stat().st_mode & 0o777 for p in (*file.parents[:2], file)] == [0o700, 0o700, 0o600]
    KEPT_CALLS.keep([record])
    assert "<p>called" in run_decks(record.id)
    assert "<p>called" in file.read_text()


def test_a_page_that_was_written_while_the_run_went_on_is_not_its_last(make_record):
    whole_page(make_record(7, deck="<p>so far", phase=Phase.RUNNING))
    assert "<p>in the end" in whole_page(make_record(7, deck="<p>in the end")).read_text()


def test_what_cannot_be_kept_is_one_warning(make_record, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    calls = KeptCalls(lambda: HistoryFolder(tmp_path / "file"))
    for number in (1, 2):
        calls.keep([make_record(number)])
        calls.wait()
    assert caplog.text.count("decks are not kept in the history") == 1


def test_decks_that_are_the_same_are_one_file_and_there_is_an_end_of_them(session):  # noqa: ARG001
    @task(enable_deck=True)
    def shows(a: int) -> int:
        return a

    @workflow
    def many(a: int) -> int:
        found = shows(a=a)
        for _ in range(9):
            found = shows(a=found)
        return found

    run = many.run(a=1).wait()
    files = {d.file for n in run_record(run).nodes for a in n.attempts for d in a.decks}
    assert len(files) == 4  # source, dependencies, one input and one output
    assert run_decks(run).count("requirements.txt") == 1
    assert {path.name for path in (HistoryFolder().root / run.id / "decks").iterdir()} == files


def test_beyond_a_number_no_deck_is_made(monkeypatch, session):  # noqa: ARG001
    monkeypatch.setattr("flyte_nb.run.history.describe_run._MOST_DECK_FILES", 3)

    @task(enable_deck=True, deck_fields=[])
    def shows(a: int) -> int:
        for n in range(5):
            Deck(f"d{n}", f"<p>{n}</p>")
        return a

    run = shows.run(a=1).wait()
    decks = run_record(run).nodes[0].attempts[0].decks
    assert [bool(deck.file) for deck in decks] == [True] * 3 + [False] * 2
    assert [deck.name for deck in decks] == ["d0", "d1", "d2", "d3", "d4"]
    assert "than is kept of a run: d3, d4." in run_decks(run)._repr_html_()


def test_a_deck_that_is_too_large_to_be_kept_is_told_of(monkeypatch, session):  # noqa: ARG001
    monkeypatch.setattr("flyte_nb.run.history.describe_run._MOST_DECK_BYTES", 1_000_000)

    @task
    def shows() -> int:
        Deck("large <b>", "<p>the beginning</p>" * 60_000 + "<p>the end</p>")
        Deck("small", "y")
        return 1

    report = CellReport()
    stop = RUN_ENDED.subscribe(report.add)
    shows()
    stop()
    html = report._repr_mimebundle_()["text/html"]
    kept = "large &lt;b&gt; (1.2 MB but for the first 0.1 MB)."
    assert f"than is kept of a run: {kept}" in html
    run = shows.run().wait()
    assert kept in run_decks(run)._repr_html_()
    large, small = run_record(run).nodes[0].attempts[0].decks
    assert (large.size_bytes, small.kept_bytes) == (1_200_014, 0)
    text = run_record(run).read_deck(large.file)
    assert "The first 0.1 MB of 1.2 MB are shown." in text
    assert "<p>the beginning</p>" in text
    assert len(text) == large.kept_bytes < 130_000
    assert run_record(run).read_deck(small.file) == "y"


def test_where_there_is_no_room_for_a_beginning_a_deck_is_told_of(monkeypatch, session):  # noqa: ARG001
    monkeypatch.setattr("flyte_nb.run.history.describe_run._MOST_DECK_BYTES", 1_000)

    @task
    def shows() -> int:
        Deck("large", "x" * 1_100_000)
        return 1

    run = shows.run().wait()
    (deck,) = run_record(run).nodes[0].attempts[0].decks
    assert (deck.file, deck.size_bytes) == ("", 1_100_000)
    assert "than is kept of a run: large (1.1 MB)." in run_decks(run)._repr_html_()


def test_the_oldest_calls_go_as_the_oldest_runs_do(make_record, tmp_path, monkeypatch):
    history = HistoryFolder(tmp_path / "runs", Limits(count=2))
    monkeypatch.setattr(RECORDER, "_next_sweep", 0.0)
    calls = KeptCalls(lambda: history)
    calls.keep([make_record(number) for number in range(5)])
    calls.wait()
    for thread in threading.enumerate():
        if thread.name == "flyte-history":
            thread.join()
    assert history.ids() == [make_record(4).id, make_record(3).id]


@task(enable_deck=False)
def hides(a: int) -> int:
    Deck("unwanted", "<p>unwanted")
    return a


@task
def shows(a: int) -> int:
    Deck("seen", "<p>seen")
    return a


@workflow
def both(a: int) -> int:
    return shows(a=hides(a=a))


@pytest.fixture
def set_mode():
    yield deck_display
    deck_display("auto")


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("mode", ["auto", "off", "always"])
def test_what_is_shown_of_a_run_has_no_decks_of_tasks_that_want_none(set_mode, mode):
    set_mode(mode)
    run = both.run(a=1).wait(20)
    for shown in (run._repr_mimebundle_(), run_record(run.id).shown()):
        html, text = shown["text/html"], shown["text/plain"]
        assert ("unwanted" in html, "unwanted" in text) == (mode == "always",) * 2
        assert "seen" in html
        assert "seen" in text
    assert "<p>unwanted" in run_decks(run.id)


@pytest.mark.usefixtures("session")
def test_a_run_of_a_task_that_wants_no_decks_shown_has_no_page_of_decks():
    run = hides.run(a=1).wait(20)
    shown = run._repr_mimebundle_()
    assert "<iframe" not in shown["text/html"]
    assert "decks:" not in shown["text/plain"]
    assert "<p>unwanted" in run_decks(run.id)
