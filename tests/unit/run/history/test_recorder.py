"""Runs are kept from their beginning to their end, whatever becomes of them."""

import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import flyte_nb
from flyte_nb import Deck, FlyteRecoverableException, Session, current_context, task, workflow
from flyte_nb.config import LocalSDK
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.run.history.folder import HistoryFolder, Limits
from flyte_nb.run.history.recorder import Recorder
from flyte_nb.run.listeners import RUN_BEGAN
from flyte_nb.run.record import Phase

pytestmark = pytest.mark.usefixtures("session")
SECRET = "xK9-tulip-" + "hunter2-öß"


@task
def double(a: int) -> int:
    print("doubling", a)  # noqa: T201 - kept by the run
    return 2 * a


@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))


@task(retries=2)
def recovers(a: int) -> int:
    context = current_context()
    context.logging.info("trying")
    context.stats.incr("tries")
    Deck("summary", f"<b>{a}</b>")
    if len(TRIED) < 1:
        TRIED.append(1)
        raise FlyteRecoverableException("again")
    return a


TRIED = []


def test_all_of_a_run_is_kept():
    TRIED.clear()
    run = recovers.run(a=7, backoff=0.01).wait()
    record = flyte_nb.run_record(run)
    assert record.id == run.id
    assert (record.name, record.kind, record.phase) == (run.name, "task", Phase.SUCCEEDED)
    assert record.started_at == run.started_at
    assert record.ended_at == run.ended_at
    assert record.inputs == {"a": "7"}
    assert record.outputs == {"o0": "7"}
    assert record.options == {"backoff": 0.01}
    assert record.version == recovers.version
    assert record.versions["flyte-nb"] == flyte_nb.__version__
    assert record.execution == f"local:local:{run.execution_id.name}"
    (node,) = record.nodes
    assert [a.phase for a in node.attempts] == [Phase.RETRYABLE_FAILURE, Phase.SUCCEEDED]
    assert node.attempts[0].error == "FlyteRecoverableException: again"
    assert "INFO trying" in node.attempts[1].log
    assert node.attempts[1].metrics[0][:2] == ("tries", "1")
    assert record.read_deck(node.attempts[1].decks[0].file).startswith("<b>")
    assert record.attempts == 2
    assert record.decks == 2


class Broken(Deck):
    @property
    def html(self):
        return self.made()


class Raises(Broken):
    def made(self):
        raise KeyError("rows")


class NoText(Broken):
    def made(self):
        return None


@pytest.mark.parametrize(("kind", "why"), [(Raises, "KeyError"), (NoText, "NoneType")])
def test_a_deck_that_cannot_be_made_loses_no_end_of_a_run(kind, why):
    @task
    def draws() -> int:
        kind("broken", "<b>1</b>")
        return 1

    run = draws.run().wait()
    (head,) = flyte_nb.runs()
    assert head.phase is Phase.SUCCEEDED
    record = flyte_nb.run_record(run)
    (deck,) = record.nodes[0].attempts[0].decks
    assert "cannot be shown" in record.read_deck(deck.file)
    assert why in record.read_deck(deck.file)
    assert "text/html" in run._repr_mimebundle_()


def test_of_a_run_that_cannot_be_read_the_end_is_kept(caplog):
    class Nameless(Deck):
        @property
        def name(self):
            raise KeyError("name")

    @task
    def draws() -> int:
        Nameless("broken", "<b>1</b>")
        return 1

    draws.run().wait()
    (head,) = flyte_nb.runs()
    assert head.phase is Phase.SUCCEEDED
    assert "its nodes are not kept: KeyError" in caplog.text


def test_whoever_waited_finds_the_end_in_the_history():
    for number in range(20):
        run = double.run(a=number)
        run.wait()
        assert flyte_nb.run_record(run).outputs == {"o0": str(2 * number)}


def test_it_is_there_while_it_goes_on():
    may_end = threading.Event()

    @task
    def waits() -> int:
        may_end.wait(20)
        return 1

    run = waits.run()
    (head,) = flyte_nb.runs()
    assert head.goes_on
    assert head.id == run.id
    while (node := run.progress.node("n0")) is None or node.phase is not Phase.RUNNING:
        time.sleep(0.001)
    assert [node.phase for node in flyte_nb.run_record(head).nodes] == [Phase.RUNNING]
    may_end.set()
    run.wait()
    assert len(flyte_nb.runs(phase="running")) == 0
    assert [head.phase for head in flyte_nb.runs()] == [Phase.SUCCEEDED]


def test_a_failure_is_kept_with_its_traceback():
    @task
    def fails() -> int:
        raise KeyError("nothing")

    fails.run().wait()
    record = flyte_nb.run_record()
    assert record.phase is Phase.FAILED
    assert record.error == "KeyError: 'nothing'"
    assert "in fails" in record.traceback


def test_a_forced_end_is_kept():
    may_end = threading.Event()

    @task
    def hangs() -> int:
        while not may_end.wait(0.01):
            pass
        return 1

    run = hangs.run()
    run.cancel(force=True)
    assert run.done
    assert flyte_nb.run_record(run).phase is Phase.ABORTED
    may_end.set()


def test_a_run_in_this_thread_is_kept():
    quadruple.new_run(a=1).run_here()
    assert [node.path for node in flyte_nb.run_record().nodes] == ["n0", "n1"]


def test_a_run_that_was_never_begun_is_not():
    double.new_run(a=1)
    assert len(flyte_nb.runs()) == 0


def test_under_two_sessions_it_is_kept_once():
    inner = Session()
    remove = inner.install()
    double.run(a=1).wait()
    remove()
    inner.close()
    assert len(flyte_nb.runs()) == 1


def test_a_history_that_cannot_be_written_is_one_warning_and_no_failure(home, caplog):
    (home / ".flyte").write_text("a file where the folder would be")
    recorder = Recorder()
    stop = RUN_BEGAN.subscribe(recorder.began)
    for _ in range(3):
        assert double.run(a=1).result() == 2
    stop()
    said = [m for m in caplog.messages if "not kept in the history" in m]
    assert said


def test_one_recorder_warns_once(home, caplog):
    (home / ".flyte").write_text("a file where the folder would be")
    recorder = Recorder()
    for _ in range(3):
        assert recorder.began(double.new_run(a=1)) is None
    assert len(caplog.messages) == 1
    assert "runs are not kept in the history" in caplog.messages[0]


def test_a_disk_that_fills_up_meanwhile_is_a_warning(tmp_path, caplog):
    history = HistoryFolder(tmp_path / "runs")
    run = quadruple.new_run(a=1)
    end = Recorder(lambda: history).began(run)
    run.run_here()
    (history.root / run.id).rename(tmp_path / "gone")
    (history.root / run.id).write_text("in the way")
    end()
    assert len(caplog.messages) == 1


def test_an_observer_that_fails_changes_no_run(caplog):
    def fails(_):
        raise RuntimeError("broken")

    stop = RUN_BEGAN.subscribe(fails)
    assert double.run(a=1).result() == 2
    stop()
    assert "an observer failed for the run of" in caplog.text


def test_it_is_swept_from_time_to_time(tmp_path, make_record):
    history = HistoryFolder(tmp_path / "runs", Limits(count=2))
    for number in range(5):
        (history.root / make_record(number).id).mkdir(parents=True)
        history.end(make_record(number))
    run = double.new_run(a=1)
    end = Recorder(lambda: history).began(run)
    end()
    deadline = time.monotonic() + 10
    while len(history.ids()) > 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(history.ids()) == 2


def test_a_thousand_lines_of_each_of_many_nodes_are_bounded():
    @task
    def talks(a: int) -> int:
        print("\n".join(["words and words"] * 2_000))  # noqa: T201 - kept by the run
        return a

    def body(a: int) -> int:
        for _ in range(500):
            a = talks(a=a)
        return a

    workflow(body).run(a=1).wait()
    folder = HistoryFolder()
    assert folder.size_bytes() < 1_500_000
    node = flyte_nb.run_record().nodes[7]
    assert node.lines == 2_000
    assert node.transcript.count("\n") == 39


def test_no_secret_is_in_any_file():
    """Wherever a task can put one: in a name, a value, a line, an error, a deck, a metric."""

    @task(retries=1)
    def tells(word: str, words: list[Any]) -> str:
        LEAK_GUARD.add(SECRET)
        context = current_context()
        print("it is", SECRET)  # noqa: T201 - kept by the run
        print("\x1b[31m", SECRET[:4], "\x1b[0m", SECRET[4:], sep="")  # noqa: T201 - kept by the run
        for text in ("x" * 1_990 + SECRET, SECRET + "x" * 1_990):  # longer than what is kept
            print(text)  # noqa: T201 - kept by the run
            sys.stdout.write(f"{text}\n")
        context.logging.warning("it is %s", SECRET, extra={"token": SECRET})
        context.stats.incr(f"count.{SECRET}")
        Deck(SECRET, f"<b>{SECRET}</b><i>{SECRET[:5]}</i>{SECRET[5:]}")
        raise RuntimeError(f"{word} {words} {SECRET}\n{SECRET}")

    run = tells.run(word=SECRET, words=[SECRET, {SECRET: 1}]).wait()
    assert run.phase is Phase.FAILED
    record = flyte_nb.run_record(run)
    shown = record.shown()
    files = [path for path in HistoryFolder().root.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"run.json", "nodes.jsonl", "traceback.txt"}
    texts = [path.read_text() for path in files] + list(shown.values())
    for text in texts:
        for form in (
            SECRET,
            SECRET[:-2],
            SECRET.encode("unicode_escape").decode(),
            "hunter2",
            SECRET[:9],
        ):
            assert form not in text


def test_where_it_is_kept_follows_the_setting(home, monkeypatch):
    monkeypatch.setenv(LocalSDK.LOCAL_SANDBOX.env_name, str(home / "elsewhere"))
    double.run(a=1).wait()
    assert len(list(Path(home / "elsewhere" / "flyte-nb" / "runs").iterdir())) == 1
    assert not (home / ".flyte").exists()
