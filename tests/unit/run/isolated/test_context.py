"""What task code finds in a process of its own, and what of it comes back."""

import os
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from flyte_nb import (
    Deck,
    FlyteContextManager,
    Resources,
    Secret,
    current_context,
    dynamic,
    map_task,
    task,
    workflow,
)
from flyte_nb.context.output_metadata import OutputMetadata
from flyte_nb.decks.deck import html_of
from flyte_nb.decks.timeline import TimeLineDeck
from flyte_nb.errors import SecretNotFoundError, TypeTransformerFailedError
from flyte_nb.run.record import Phase

# ruff: noqa: PTH109, PTH208, T201 - as users write it
pytestmark = pytest.mark.usefixtures("session")


class Found:
    def __init__(self, all_):
        self.all = all_


@task
def where() -> Found:
    ctx = current_context()
    return Found(
        {
            "pid": os.getpid(),
            "execution": ctx.execution_id,
            "task": ctx.task_id,
            "attempt": ctx.attempt,
            "date": ctx.execution_date,
            "raw": ctx.raw_output_prefix,
            "mode": ctx.mode.name,
            "folder": ctx.working_directory,
            "cwd": os.getcwd(),
            "files": os.listdir("."),
            "environ": dict(os.environ),
            "threads_see": seen_by_a_thread(),
            "has_ipython": "IPython" in sys.modules,
            "storage": FlyteContextManager.current_context().file_access.raw_output_prefix,
        }
    )


def seen_by_a_thread():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(current_context().attempt))
    thread.start()
    thread.join()
    return seen


def test_a_process_of_its_own_with_the_same_context(session):
    session.configure(project="p1", domain="d1")
    os.environ["OF_THE_NOTEBOOK"] = "1"
    run = where.run(isolate=True)
    found = run.result(60).all
    assert found["pid"] != os.getpid()
    assert found["execution"] == run.execution_id
    assert found["execution"].project == "p1"
    assert found["task"] == where.identify(run.execution_id)
    assert found["date"] == run.started_at
    assert found["raw"].endswith(f"/raw/{run.execution_id.name}/n0/")
    assert found["storage"] == found["raw"]
    assert found["raw"].startswith(str(session.outputs.path("raw")))
    assert found["mode"] == "TASK_EXECUTION"
    assert found["threads_see"] == [0]
    assert not found["has_ipython"]
    assert found["cwd"] == found["folder"] != os.getcwd()
    assert found["files"] == []
    assert not Path(found["folder"]).exists()  # it is gone with the run
    variables = found["environ"]
    assert "OF_THE_NOTEBOOK" not in variables
    assert variables["FLYTE_INTERNAL_EXECUTION_ID"] == run.execution_id.name
    assert variables["FLYTE_INTERNAL_TASK_NAME"] == where.name
    assert variables["FLYTE_ATTEMPT_NUMBER"] == "0"
    assert "FLYTE_ATTEMPT_NUMBER" not in os.environ


def test_only_the_declared_environment():
    os.environ["MODEL"] = "of the notebook"

    @task(environment={"MODEL": "declared"})
    def reads() -> tuple[str, str]:
        return os.environ["MODEL"], os.environ.get("OTHER", "none")

    os.environ["OTHER"] = "here"
    assert reads.run(isolate=True).result(60) == ("declared", "none")
    assert os.environ["MODEL"] == "of the notebook"


def test_declared_secrets_and_no_others(session, tmp_path):
    os.environ.update(_FSEC_GROUP_KEY="from-a-variable", _FSEC_OTHER_KEY="not-declared")
    dotenv = tmp_path / ".env"
    dotenv.write_text("_FSEC_DOT_KEY=from-dotenv\n_FSEC_WHOLE_ONE=1st-of-group\n")
    session.configure(dotenv=(str(dotenv),))

    @task(
        secret_requests=[
            Secret(group="group", key="key"),
            Secret(group="dot", key="key", env_var="FROM_DOT"),
            Secret(group="group", key="key", mount_requirement=Secret.MountType.FILE),
            Secret(group="whole"),
        ]
    )
    def reads() -> dict:
        secrets = current_context().secrets
        found = {
            "get": secrets.get("group", "key"),
            "dot": secrets.get("dot", "key"),
            "variable": os.environ["FROM_DOT"],
            "file": Path(secrets.get_secrets_file("group", "key")).read_text(),
            "whole": secrets.get("whole", "one"),
        }
        try:
            secrets.get("other", "key")
        except SecretNotFoundError as error:
            found["other"] = error.args[0]
        return found

    found = reads.run(isolate=True).result(60)
    assert found["get"] == found["file"] == "from-a-variable"
    assert found["dot"] == found["variable"] == "from-dotenv"
    assert found["whole"] == "1st-of-group"
    assert "did not declare" in found["other"]


def test_a_secret_that_is_nowhere_starts_no_process(attempts):
    @task(secret_requests=[Secret(group="no", key="where")])
    def reads() -> None: ...

    run = reads.run(isolate=True)
    (attempt,) = attempts(run)
    assert "would not start" in str(run.error)
    assert attempt.exit_code is None
    assert attempt.phase is Phase.FAILED


def test_decks_metrics_log_and_output_come_back(attempts, capsys):
    @task
    def reports(a: int) -> str:
        ctx = current_context()
        print("to stdout")
        print("to stderr", file=sys.stderr)
        Deck("own", "<p>1").append("<p>2")
        ctx.default_deck.append("default")
        now = ctx.execution_date
        ctx.timeline_deck.append_time_info(
            {
                "Name": "part",
                "Start": now,
                "Finish": now + timedelta(seconds=1),
                "WallTime": 1.0,
                "ProcessTime": 0.5,
            }
        )
        ctx.stats.incr("rows", 3, tags={"t": "x"})
        ctx.stats.gauge("level", 1.5)
        ctx.logging.warning("said %d", a, extra={"field": object()})
        ctx.logging.getChild("inner").error("of a child")
        try:
            {}[a]
        except KeyError:
            ctx.logging.exception("with a traceback")
        value = f"value {a}"
        ctx.output_metadata_tracker.add(value, OutputMetadata(dynamic_partitions={"day": "mon"}))
        return value

    run = reports.run(a=1, isolate=True)
    (attempt,) = attempts(run)
    assert run.result() == "value 1"
    assert {deck.name: deck.html for deck in attempt.decks[:2]} == {
        "own": "<p>1\n<p>2",
        "default": "default",
    }
    assert "part" in attempt.decks[2].html
    rows, level = attempt.metrics
    assert (rows.name, rows.value, rows.tags) == ("rows", 3, (("t", "x"),))
    assert (level.name, level.value) == ("level", 1.5)
    assert [line.message.partition("\n")[0] for line in attempt.log] == [
        "said 1",
        "of a child",
        "with a traceback",
    ]
    assert "KeyError: 1" in attempt.log[2].message
    assert attempt.log[0].fields[0][0] == "field"
    assert attempt.outputs == (("o0", "partition day", "mon"),)
    assert attempt.cpu_s > 0
    assert attempt.peak_memory_bytes > 1_000_000
    shown = capsys.readouterr()
    assert "to stdout" in shown.out
    assert "to stderr" in shown.err
    (node,) = run.progress.nodes()
    assert {"to stdout", "to stderr"} <= set(node.transcript.lines())


class Framed(Deck):
    @property
    def html(self):
        return f"<h1>{self.name}</h1>{super().html}"


class Listed(TimeLineDeck):
    @property
    def html(self):
        return f"{len(self.time_info)} parts"


class Broken(Deck):
    @property
    def html(self):
        raise KeyError(self.name)


class Exits(Deck):
    @property
    def html(self):
        sys.exit(3)


@pytest.mark.parametrize("fails", [False, True])
def test_a_deck_that_its_class_draws_comes_back_as_that(attempts, fails):
    @task
    def draws() -> None:
        Framed("mine", "<p>1").append("<p>2")
        now = current_context().execution_date
        part = {"Name": "part", "Start": now, "Finish": now, "WallTime": 1.0, "ProcessTime": 0.5}
        Listed("parts").append_time_info(part)
        Broken("broken", "<p>")
        Exits("exits", "<p>")
        Deck("plain", "<p>3")
        if fails:
            raise ValueError

    run = draws.run(isolate=True)
    (attempt,) = attempts(run)
    assert isinstance(run.error, ValueError) == fails
    assert attempt.phase is (Phase.FAILED if fails else Phase.SUCCEEDED)
    assert [html_of(deck) for deck in attempt.decks[:5]] == [
        "<h1>mine</h1><p>1\n<p>2",
        "1 parts",
        "<p>This deck cannot be shown: KeyError when its html was made</p>",
        "<p>This deck cannot be shown: SystemExit when its html was made</p>",
        "<p>3",
    ]


def test_what_was_told_stays_when_the_attempt_dies(attempts):
    @task
    def dies() -> None:
        Framed("mine", "half too")
        ctx = current_context()
        Deck("of the dead", "half")
        ctx.stats.incr("steps")
        ctx.logging.warning("last words")
        print("printed")
        sys.stdout.flush()
        os._exit(7)

    run = dies.run(isolate=True)
    (attempt,) = attempts(run)
    assert [deck.html for deck in attempt.decks] == ["half too", "half"]
    assert [metric.name for metric in attempt.metrics] == ["steps"]
    assert [line.message for line in attempt.log] == ["last words"]
    assert run.progress.nodes()[0].transcript.lines()[0] == "printed"


@dataclass
class Row:
    a: int


@task
async def doubles(row: Row) -> Row:
    assert current_context().attempt == 0
    return Row(2 * row.a)


@task
def pid(a: int) -> int:  # noqa: ARG001 - a call for each item
    return os.getpid()


@dynamic
def pids(n: int) -> list[int]:
    return [pid(a=a) for a in range(n)]


@workflow
def inner(a: int) -> int:
    return pid(a=a)


@workflow
def outer(a: int) -> tuple[int, list[int], list[int]]:
    return inner(a=a), map_task(pid)(a=[1, 2]), pids(n=2)


def test_a_coroutine_and_a_class_of_the_notebook():
    found = doubles.run(row=Row(2), isolate=True).result(60)
    assert found == Row(4)
    assert type(found) is Row


def test_each_task_of_a_workflow_has_its_own():
    run = outer.run(a=1, isolate=True)
    one, mapped, dynamically = run.result(60)
    assert len({one, *mapped, *dynamically, os.getpid()}) == 6
    tasks = [node for node in run.progress.nodes() if node.kind == "task"]
    assert [node.attempts[0].exit_code for node in tasks] == [0] * 5


def test_tasks_with_variables_of_their_own_run_side_by_side(tmp_path):
    @task(environment={"MINE": "1"})
    def meets(own: str, other: str) -> str:
        Path(own).touch()
        deadline = time.monotonic() + 20
        while not Path(other).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        return os.environ["MINE"] if Path(other).exists() else "alone"

    a, b = (str(tmp_path / name) for name in "ab")
    run = map_task(meets).run(own=[a, b], other=[b, a], isolate=True, max_parallelism=2)
    assert run.result(60) == ["1", "1"]


def test_a_task_that_calls_another_is_one_pod():
    @task
    def calls() -> tuple[int, int]:
        return os.getpid(), pid(a=1)

    mine, inner = calls.run(isolate=True).result(60)
    assert mine == inner


def test_the_value_is_checked_where_it_is_made():
    @task
    def wrong() -> int:
        return lambda: 1

    with pytest.raises(TypeTransformerFailedError, match="declares"):
        wrong.run(isolate=True).result(60)


def test_cpus():
    @task(requests=Resources(cpu="500m"))
    def cpus() -> int:
        return len(os.sched_getaffinity(0))

    assert cpus.run(isolate=True).result(60) == 1
