"""What a cell shows of its runs."""

import re
import threading

import pytest

from flyte_nb import Deck, FlyteRecoverableException, current_context, task
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.execution import Execution
from flyte_nb.run.listeners import RUN_ENDED
from flyte_nb.run.record import Phase
from flyte_nb.run.report import SHOWN_RUNS, CellReport
from flyte_nb.run.words import duration


@pytest.fixture
def report():
    report = CellReport()
    stop = RUN_ENDED.subscribe(report.add)
    yield report
    stop()


def shown(report):
    bundle = report.take()._repr_mimebundle_()
    return bundle["text/plain"], bundle["text/html"]


@task(enable_deck=True, retries=1)
def flaky(name: str) -> int:
    Deck(name, f"<p>{name}</p>")
    if not current_context().checkpoint.prev_exists():
        current_context().checkpoint.write(b"x")
        raise FlyteRecoverableException("<gone>")
    return 1


def test_attempts_and_decks_in_text_and_html(report):
    flaky(name="plots")
    text, html = shown(report)
    lines = text.splitlines()
    assert "flaky: succeeded, attempt 2 of 2, " in lines[0]
    assert re.search(r"attempt 1: failed after [\w ]+, then retried: Flyte", lines[1])
    assert lines[1].endswith("FlyteRecoverableException: <gone>")
    assert lines[-1] == "  decks: plots, Source Code, Dependencies, Input, Output"
    assert "&lt;gone&gt;" in html
    assert "<gone>" not in html
    assert "Attempt 1" in html
    assert "Attempt 2" in html


def test_names_of_decks_in_text_are_visible_masked_and_not_too_many(report):
    @task(enable_deck=True)
    def names() -> int:
        for number in range(1_000):
            Deck(f"\x1b[2J {number} handed-out-secret", "x")
        return 1

    LEAK_GUARD.add("handed-out-secret")
    names()
    text, _ = shown(report)
    assert "decks: \\x1b[2J 0 ••••, " in text
    assert "handed-out" not in text
    assert "\x1b" not in text
    assert text.endswith(" more")
    assert len(text) < 1_000


def test_nothing_to_show_of_a_plain_call(report):
    @task
    def plain() -> int:
        return 1

    plain()
    assert not report


def test_a_failed_task_shows_its_decks(report):
    @task(enable_deck=True)
    def fails() -> int:
        Deck("inputs", "<p>1</p>")
        raise KeyError("boom")

    with pytest.raises(KeyError):
        fails()
    text, html = shown(report)
    assert "fails: failed, " in text
    assert "inputs" in html


def test_an_interrupted_task_shows_its_decks(report):
    runs = []
    stop = RUN_ENDED.subscribe(runs.append)

    @task(enable_deck=True, retries=3)
    def stopped() -> int:
        Deck("so far", "<p>1</p>")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    stop()
    assert runs[0].phase is Phase.ABORTED
    assert len(runs[0].attempts) == 1
    assert "so far" in shown(report)[1]


def test_undeclared_decks_are_shown_with_a_note_and_refused_ones_are_not(report):
    def f() -> int:
        Deck("d", "<p>x</p>")
        return 1

    task(f)()
    assert "only with @task(enable_deck=True)" in shown(report)[1]
    task(enable_deck=False)(f)()
    text, html = shown(report)
    assert "decks:" not in text
    assert "<iframe" not in html


def test_a_loop_of_tasks_gives_a_bounded_report(report):
    @task(enable_deck=True)
    def one(n: int) -> int:
        Deck(f"deck {n}", "x" * 1000)
        return n

    for n in range(1000):
        one(n=n)
    text, html = shown(report)
    assert f"1,000 runs (1,000 succeeded); the last {SHOWN_RUNS}:" in text
    assert html.count("<iframe data-flyte-nb-decks") == SHOWN_RUNS
    assert "deck 999" in html


def test_runs_of_threads_are_all_counted(report):
    @task(enable_deck=True)
    def one(n: int) -> int:
        Deck("d", "x")
        return n

    threads = [threading.Thread(target=lambda: [one(n=n) for n in range(100)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "800 runs" in shown(report)[0]


def test_a_long_message_of_many_lines_is_cut_to_one(report):
    @task(retries=1)
    def f():
        if not current_context().checkpoint.prev_exists():
            current_context().checkpoint.write(b"x")
            raise FlyteRecoverableException("first\n  decks: forged\n" + "x" * 1_000_000)

    f()
    text, html = shown(report)
    assert "FlyteRecoverableException: first…" in text
    assert "forged" not in text + html
    assert len(html) < 5_000


def test_times_and_metrics_are_in_the_record():
    runs = []
    stop = RUN_ENDED.subscribe(runs.append)

    @task(enable_deck=True)
    def f():
        current_context().stats.inc("rows", 3)
        Deck("d", "x")
        threading.Event().wait(0.02)

    f()
    stop()
    (attempt,) = runs[0].attempts
    assert [(m.name, m.value) for m in attempt.metrics] == [("rows", 3)]
    assert 0.02 <= attempt.duration_s == runs[0].duration_s < 60


def test_what_is_no_deck_in_the_list_of_decks_is_left_out(report):
    @task(enable_deck=True)
    def f():
        Deck("d", "x")
        current_context().decks.append("no deck")

    f()
    assert "decks: d" in shown(report)[0]


def test_an_interrupt_between_two_attempts_is_an_abort():
    runs = []
    stop = RUN_ENDED.subscribe(runs.append)

    execution = Execution(flaky)
    execution.begin().default_deck.append("x")
    assert execution.failed(FlyteRecoverableException("gone"))
    execution.close()
    stop()
    assert runs[0].phase is Phase.ABORTED


def test_a_deck_with_nothing_in_it_is_not_shown(report):
    @task(enable_deck=True, deck_fields=())
    def f() -> str:
        return current_context().default_deck.name

    f()
    assert not report


def test_taking_starts_afresh(report):
    flaky(name="d")
    assert report.take()
    assert not report


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1e-5, "under 1 ms"), (0.0123, "12 ms"), (1.25, "1.2 s"), (125, "2 min 5 s")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
