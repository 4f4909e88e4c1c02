"""A recorded run on a page and in a terminal."""

import threading
from dataclasses import replace
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest

from flyte_nb import Deck, current_context, task, workflow
from flyte_nb.run.cache.found import CacheStatus
from flyte_nb.run.history.compare import Comparison
from flyte_nb.run.history.node_record import AttemptRecord, DeckRecord, NodeRecord
from flyte_nb.run.history.record import RunRecord
from flyte_nb.run.record import Phase
from flyte_nb.run.views.html_parts import LETTERS
from flyte_nb.run.views.logs_view import run_logs
from flyte_nb.run.views.look import LOOKS

AT = datetime(2026, 7, 26, 7, 1, 48, tzinfo=timezone.utc)
HOSTILE = "</pre></details></table><script>alert(1)</script>\x1b[2J\u202e'\"<img src=x onerror=a()>"
VOID = {"br", "img", "meta", "input", "hr"}

pytestmark = pytest.mark.usefixtures("home")


class Tags(HTMLParser):
    """Which elements there are; that each is closed where it should be."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen, self.attributes, self.texts = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def node(n=0, **more):
    fields = {
        "path": f"n{n}",
        "name": f"n{n}",
        "calls": "train",
        "kind": "task",
        "phase": Phase.SUCCEEDED,
        "began": AT.timestamp() + n,
        "ended": AT.timestamp() + n + 0.5,
    }
    return NodeRecord(**{**fields, **more})


def run(*nodes, **more):
    fields = {
        "id": "20260726-070148-1239f3c",
        "name": "notebook.train",
        "kind": "workflow",
        "phase": Phase.SUCCEEDED,
        "started_at": AT,
        "ended_at": AT,
    }
    return RunRecord(**{**fields, **more}, nodes=tuple(nodes))


def test_all_that_is_known_is_shown():
    attempts = (
        AttemptRecord(number=0, phase=Phase.RETRYABLE_FAILURE, error="Again: now", duration_s=2),
        AttemptRecord(
            number=1,
            phase=Phase.FAILED,
            error="KeyError: 7",
            outcome="OOMKilled",
            exit_code=137,
            peak_memory_bytes=3 << 20,
            findings=("file /tmp/x: not in the pod",),
            metrics=(("rows", "3", "", ""), *((f"m{n}", "1", "", "") for n in range(20))),
            outputs=(("o0", "partition day", "monday"),),
            log="07:01 INFO said",
        ),
    )
    record = run(
        node(0, cache=CacheStatus.CACHE_HIT),
        node(1, phase=Phase.FAILED, attempts=attempts, error="KeyError: 7", upstream=("n0",)),
        phase=Phase.FAILED,
        error="KeyError: 7",
        traceback="Traceback (most recent call last)\nKeyError: 7",
        inputs={"epochs": "3"},
        options={"attempts": 2},
        notebook="work/train.ipynb",
    )
    shown = record.shown()
    for text in (
        "failed", "epochs", "KeyError: 7", "2 attempts", "from the cache", "OOMKilled",
        "exit code 137", "3.0 MiB of memory", "file /tmp/x: not in the pod", "Traceback",
        "1: failed after 2.0 s, then retried", "2: failed after", "07:01 INFO said", "attempts=2",
        "work/train.ipynb", "Works here, will fail in the pod", "Metrics of attempt 2", "rows",
    ):  # fmt: skip
        assert text in shown["text/html"], text
        assert text in shown["text/plain"], text
    assert "… 11 more" in shown["text/plain"]
    for text in ("partition day", "<svg"):
        assert text in shown["text/html"]


def test_what_is_hostile_is_text():
    deck = DeckRecord(name=HOSTILE, size_bytes=10, file="0001.html")
    attempt = AttemptRecord(
        number=0,
        phase=Phase.FAILED,
        error=HOSTILE,
        findings=(HOSTILE,),
        metrics=((HOSTILE,) * 4,),
        outputs=((HOSTILE,) * 3,),
        decks=(deck,),
    )
    hostile = node(
        name=HOSTILE,
        calls=HOSTILE,
        kind=HOSTILE,
        error=HOSTILE,
        transcript=f"{HOSTILE}\n{HOSTILE}",
        attempts=(attempt, replace(attempt, number=1)),
        inputs={HOSTILE: HOSTILE},
    )
    record = run(
        hostile,
        replace(hostile, path="n1", upstream=(HOSTILE,)),
        name=HOSTILE,
        kind=HOSTILE,
        error=HOSTILE,
        traceback=HOSTILE,
        inputs={HOSTILE: HOSTILE},
        options={HOSTILE: HOSTILE},
        notebook=HOSTILE,
        read_deck=lambda _: HOSTILE,
    )
    for thing in (record, Comparison(record, replace(record, error="other"))):
        shown = thing._repr_mimebundle_()
        tags = Tags(shown["text/html"])
        assert "img" not in tags.seen
        assert not [name for name, _ in tags.attributes if name.startswith("on")]
        assert tags.seen.count("script") == tags.seen.count("iframe") > 0
        assert "\x1b" not in shown["text/plain"]
        outside = [value or "" for name, value in tags.attributes if name != "srcdoc"]
        assert not [text for text in (*tags.texts, *outside) if "\u202e" in text]
        assert "\u202e" not in shown["text/plain"]
    logs = run_logs(record)
    assert "script" not in Tags(logs._repr_html_()).seen
    assert "\x1b" not in repr(logs)


def luminance(colour):
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(colour):
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("#212121", "#ffffff"),
        ("#212121", "#f5f5f5"),
        ("#ffffff", "#111111"),
        ("#e1e1e1", "#212121"),
    ],
)
def test_the_colours_of_phases_can_be_read_as_letters(text, ground):
    for look in LOOKS.values():
        mixed = zip(rgb(look.colour), rgb(text), strict=True)
        share = LETTERS / 100
        shown = luminance([share * colour + (1 - share) * other for colour, other in mixed])
        less, more = sorted((shown, luminance(rgb(ground))))
        assert (more + 0.05) / (less + 0.05) >= 4.5


def test_a_page_needs_no_script_no_sheet_and_no_address():
    html = run(node(0, transcript="said"), node(1, upstream=("n0",))).shown()["text/html"]
    tags = Tags(html)
    assert not {"script", "style", "link", "img", "iframe"} & {*tags.seen}
    assert not [value for name, value in tags.attributes if name in {"id", "class", "src", "href"}]


@pytest.mark.parametrize("phase", [Phase.SUCCEEDED, Phase.FAILED])
def test_ten_thousand_nodes_are_a_bounded_page(phase):
    said = "words " * 80
    nodes = [
        node(
            n, upstream=(f"n{n - 1}",) if n else (), phase=phase, transcript="\n".join([said] * 100)
        )
        for n in range(10_000)
    ]
    shown = run(*nodes).shown()
    assert len(shown["text/html"]) < 800_000
    assert len(shown["text/plain"]) < 100_000
    assert f"10,000 nodes: 10,000 {phase.value}" in shown["text/html"]
    assert f"… 9,900 more: 9,900 {phase.value}" in shown["text/html"]
    both = Comparison(run(*nodes), run(*nodes[:5_000]))._repr_mimebundle_()
    assert len(both["text/html"]) < 100_000
    assert "Nodes: 5,000 differ" in both["text/plain"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (CacheStatus.CACHE_HIT, "task, succeeded, under 1 ms, from the cache"),
        (CacheStatus.CACHE_POPULATED, "task, succeeded, under 1 ms, stored in the cache"),
        (CacheStatus.CACHE_MISS, "task, succeeded, under 1 ms<"),
    ],
)
def test_of_one_task_it_is_said_what_the_cache_had(status, said):
    shown = run(node(0, cache=status), kind="task").shown()
    assert said in shown["text/html"]
    assert said.partition("ms, ")[2] in shown["text/plain"]


def test_what_failed_is_shown_before_what_did_not():
    nodes = [node(n, phase=Phase.FAILED if n == 9_000 else Phase.SUCCEEDED) for n in range(10_000)]
    shown = run(*nodes).shown()
    assert "n9000" in shown["text/html"]
    assert "n9000" in shown["text/plain"]


def test_many_large_decks_are_bounded():
    decks = tuple(DeckRecord(name=f"d{n}", size_bytes=9, file=f"{n:04d}.html") for n in range(50))
    attempt = AttemptRecord(number=0, phase=Phase.SUCCEEDED, decks=decks)
    record = run(node(attempts=(attempt,)), read_deck=lambda _: "x" * 500_000)
    html = record.shown()["text/html"]
    assert len(html) < 2_010_000
    assert "Cut to the 2.0 MB that a notebook keeps: d0 (0.5 MB), d1 (0.5 MB)," in html
    assert "33 more decks not shown here" in html


@pytest.mark.usefixtures("session")
def test_a_run_shows_itself_as_it_is_now():
    may_end = threading.Event()

    @task(enable_deck=True)
    def waits(a: int) -> int:
        print("waiting")  # noqa: T201 - kept by the run
        Deck("summary", "<b>deck</b>")
        may_end.wait(20)
        return a

    @workflow
    def twice(a: int) -> int:
        return waits(a=waits(a=a))

    held = twice.run(a=1)
    assert "running" in held._repr_mimebundle_()["text/html"]
    may_end.set()
    held.wait()
    shown = held._repr_mimebundle_()
    assert "succeeded" in shown["text/plain"]
    assert "waiting" in shown["text/html"]
    assert "<iframe" in shown["text/html"]


@pytest.mark.usefixtures("session")
def test_checkpoints_of_the_run_are_listed_and_no_others():
    @task
    def saves(a: int) -> int:
        current_context().checkpoint.write(b"%d" % a)
        raise KeyError(a)

    first, second = (saves.run(a=a).wait() for a in (1, 2))
    for number, held in (("1", first), ("2", second)):
        lines = held._repr_mimebundle_()["text/plain"].partition("Checkpoints")[2].splitlines()
        rows = [line.split() for line in lines[2:] if line.startswith("  ")]
        assert [row[0] for row in rows if row[0].isdecimal()] == [number]


def test_a_failure_is_told_in_full_once():
    error = "ValueError: the table has no column day"
    found = run(
        node(0, error="KeyError: 'other'", phase=Phase.FAILED),
        node(1, error=error, phase=Phase.FAILED, transcript="reading", lines=1),
        phase=Phase.FAILED,
        error=error,
        traceback=f"Traceback (most recent call last):\n  File x\n{error}\n",
    )
    html, text = found.shown()["text/html"], found.shown()["text/plain"]
    shown = html.replace(f"File x\n{error}", "")  # folded
    assert shown.count(error) == 1
    assert f"{error} (in n1 train)" in html
    assert html.count("KeyError: &#x27;other&#x27;") == 1
    assert text.count(error) == 1
    assert text.endswith(error)
    assert f"{error} (in n1 train)" in replace(found, traceback="").shown()["text/plain"]


def test_what_nodes_were_given_is_shown_and_compared():
    a = run(node(0, inputs={"a": "1"}, outputs={"o0": "2"}), node(1, inputs={"a": "2"}))
    b = replace(a, nodes=(a.nodes[0], node(1, inputs={"a": "3"})))
    assert "a=1 → o0=2" in a.shown()["text/plain"]
    assert "a=1 → o0=2" in a.shown()["text/html"]
    long = replace(a, nodes=(node(0, inputs={"a": "x" * 190}), a.nodes[1]))
    assert "x" * 190 in long.shown()["text/html"].partition("Inputs")[2]
    compared = Comparison(a, b)
    assert compared.values() == [("≠", "n1 train: input a", "2", "3")]
    assert "n1 train: input a" in repr(compared._repr_mimebundle_()["text/html"])


def test_how_much_was_dropped_is_said():
    nodes = [node(n, transcript="last", lines=1_000) for n in range(1_200)]
    found = run(*nodes)
    said = "1,198,800 of 1,200,000 lines of output were dropped"
    for text in found.shown().values():
        assert said in text
        assert "inputs and outputs are kept of the first 1,000 nodes" in text
    assert said in repr(run_logs(found))
    assert "dropped" not in run(node(0, transcript="a\nb", lines=2)).shown()["text/html"]
