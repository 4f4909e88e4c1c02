"""What the nodes of a run print is kept at a bounded size, and once."""

import contextlib
import sys

import pytest

from flyte_nb import task, workflow
from flyte_nb.run.handle.tee import KeptOutput
from flyte_nb.run.handle.transcript import Transcript
from flyte_nb.run.handle.transcript_room import KEPT_LINES, TranscriptRoom

LINE = "x" * 951  # 1,000 bytes as an object


def talks(room, lines=100, name="node"):
    transcript = Transcript(room)
    for n in range(lines):
        transcript.write(f"{name} {n} {LINE}"[: len(LINE)] + "\n")
    return transcript


def test_nodes_share_the_room_of_their_run_and_the_oldest_go_first():
    room = TranscriptRoom(max_bytes=1_000_000)
    nodes = []
    for n in range(15):
        nodes.append(talks(room, name=f"n{n}"))
        nodes[-1].ended(has_failed=False)
    assert room.used_bytes <= 1_000_000
    assert [len(node.lines()) for node in nodes[:3]] == [KEPT_LINES] * 3
    assert nodes[0].lines()[-1].startswith("n0 99 ")
    assert len(nodes[-1].lines()) == 100
    assert nodes[0].count == 100
    assert nodes[0].since(90, 60)[0] == 100


def test_what_failed_is_kept_longest():
    room = TranscriptRoom(max_bytes=1_000_000)
    failed = talks(room)
    failed.ended(has_failed=True)
    for _ in range(15):
        talks(room).ended(has_failed=False)
    assert len(failed.lines()) == 100


def test_ten_thousand_nodes_stay_in_it():
    room = TranscriptRoom(max_bytes=1_000_000)
    nodes = [talks(room, 5) for _ in range(2)]
    for _ in range(10_000):
        nodes.append(talks(room, 5))
        nodes[-1].ended(has_failed=False)
    assert room.used_bytes <= 1_000_000
    assert room.used_bytes == sum(sys.getsizeof(x) for node in nodes for x in node.lines())
    assert len(nodes[0].lines()) == 5  # it runs still


def test_where_only_running_nodes_talk_each_keeps_its_end():
    room = TranscriptRoom(max_bytes=100_000)
    nodes = [talks(room, 200) for _ in range(3)]
    assert all(KEPT_LINES <= len(node.lines()) <= 100 for node in nodes)


class Over:
    """Stands over a stream, as programs that log output do."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        return self.stream.write(text)

    def flush(self):
        self.stream.flush()


@pytest.mark.usefixtures("home", "session")
def test_output_is_kept_once_where_a_stream_stands_over_another_run_s():
    @task
    def says(a: int) -> int:
        print("one line")  # noqa: T201 - kept by the run
        return a

    output = KeptOutput()
    output.begin()
    try:
        with contextlib.redirect_stdout(Over(sys.stdout)):
            run = says.run(a=1).wait()
    finally:
        output.end()
    assert run.progress.nodes()[0].transcript.lines() == ["one line"]


@pytest.mark.usefixtures("home", "session")
def test_all_that_a_run_of_talkative_nodes_says_is_bounded():
    @task
    def talks(a: int) -> int:
        sys.stdout.write(f"{LINE}\n" * 900)
        return a

    @workflow
    def whole(a: int) -> int:
        for _ in range(60):
            a = talks(a=a)
        return a

    run = whole.run(a=1).wait()
    nodes = run.progress.nodes()
    assert sum(len(x) for node in nodes for x in node.transcript.lines()) < 33 << 20
    assert len(nodes[-1].transcript.lines()) == 900
    assert len(nodes[0].transcript.lines()) == KEPT_LINES


@pytest.mark.parametrize("form", ["\r{}%", "{}%\r"])
def test_of_a_progress_bar_what_it_says_last_is_kept(form):
    transcript = Transcript()
    for percent in (0, 50, 100):
        transcript.write(form.format(percent))
        assert transcript.lines() == [f"{percent}%"]
        assert transcript.since(0, 9) == (0, [], f"{percent}%")
    transcript.write("\n")
    transcript.write("done\r\n")
    assert transcript.lines() == ["100%", "done"]
