"""The folder of all runs."""

import json
import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from flyte_nb.run.history.folder import DECKS, HEAD, NODES, HistoryFolder, Limits
from flyte_nb.run.history.process import this_process
from flyte_nb.run.record import Phase


def begun(record, process=None):
    """Return *record* as it is while the run goes on, here or in another process."""
    process = process or this_process()
    return replace(
        record,
        phase=Phase.RUNNING,
        ended_at=None,
        host=process.host,
        pid=process.pid,
        process=process.mark,
    )


def heads(history):
    return list(history.heads())


def ids(history):
    return [head.id for head in history.heads()]


def test_a_run_is_there_from_its_beginning_and_whole_at_its_end(history, make_record):
    record = make_record(nodes=3, traceback="KeyError: 7")
    assert heads(history) == []
    history.begin(begun(record))
    (head,) = heads(history)
    assert head.goes_on
    assert head.outcome == "running"
    history.end(record)
    assert heads(history)[0].phase is Phase.SUCCEEDED
    found = history.read(record.id)
    assert found.to_json() == record.to_json()
    assert found.read_deck("0001.html") == "<b>deck</b>"


def test_the_newest_is_first(history, make_record):
    for number in (2, 3, 1):
        _keep(history, make_record(number))
    assert [head.started_at.second for head in heads(history)] == [51, 50, 49]


def _keep(history, record):
    history.begin(begun(record))
    history.end(record)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_nobody_else_can_read_it(history, make_record):
    os.umask(0)
    _keep(history, make_record(traceback="x"))
    for root, folders, files in os.walk(history.root):
        for name in [".", *folders]:
            assert stat.S_IMODE(Path(root, name).lstat().st_mode) == 0o700
        for name in files:
            assert stat.S_IMODE(Path(root, name).lstat().st_mode) == 0o600


def test_a_run_whose_process_has_ended_is_lost(history, make_record):
    code = (
        "from flyte_nb.run.history.process import this_process as p\n"
        "print(p().host, p().pid, p().mark, sep='|')"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    host, pid, mark = child.stdout.strip().split("|")
    gone = replace(this_process(), host=host, pid=int(pid), mark=mark)
    history.begin(begun(make_record(), gone))
    (head,) = heads(history)
    assert head.is_lost
    assert head.outcome == "lost: its kernel ended"
    assert head.seconds is None
    assert history.read(head.id).shown()["text/plain"].startswith("? ")


@pytest.mark.parametrize(
    ("change", "is_lost"),
    [
        ({}, False),
        ({"mark": "pid:[1] 17.25"}, False),  # a number in a name space that is not ours
        ({"host": "elsewhere"}, False),
        ({"mark": "nonsense"}, False),
    ],
)
def test_only_what_is_known_to_have_ended_is_lost(history, make_record, change, is_lost):
    history.begin(begun(make_record(), replace(this_process(), **change)))
    assert heads(history)[0].is_lost is is_lost


def test_a_process_of_the_same_number_that_began_later_is_another_one(history, make_record):
    space = this_process().mark.partition(" ")[0]
    history.begin(begun(make_record(), replace(this_process(), mark=f"{space} 17.25")))
    assert heads(history)[0].is_lost


@pytest.mark.parametrize("keep", [0, 1, 20, 200])
def test_a_file_that_was_cut_hides_its_run_and_no_other(history, make_record, keep):
    _keep(history, make_record(1))
    _keep(history, make_record(2))
    file = history.root / make_record(1).id / HEAD
    file.write_bytes(file.read_bytes()[:keep])
    assert ids(history) == [make_record(2).id]
    assert history.read(make_record(1).id) is None


def test_nodes_whose_lines_are_damaged_are_left_out(history, make_record):
    _keep(history, make_record(nodes=5))
    file = history.root / make_record().id / NODES
    lines = file.read_bytes().splitlines(keepends=True)
    lines[1] = b"\xff\x00 nonsense\n"
    lines[2] = b"[]\n"
    file.write_bytes(b"".join(lines)[:-20])
    found = history.read(make_record().id)
    assert [node.path for node in found.nodes] == ["n0", "n3"]


def test_what_is_no_run_is_left_alone(history, make_record):
    _keep(history, make_record())
    (history.root / "notes").mkdir()
    (history.root / "notes" / HEAD).write_text("{}")
    (history.root / "20260726-070148-1239f3c").write_text("a file")
    other = history.root / "20260726-070148-1239f3d"
    other.mkdir()
    (other / HEAD).mkdir()
    another = history.root / "20260726-070148-1239f3e"
    another.mkdir()  # a copy under another name
    (another / HEAD).write_bytes((history.root / make_record().id / HEAD).read_bytes())
    assert ids(history) == [make_record().id]
    old = HistoryFolder(history.root, Limits(age_s=-1.0, count=0))
    old.sweep()
    assert (history.root / "notes" / HEAD).exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_not_followed_and_not_removed(history, make_record, tmp_path):
    _keep(history, make_record())
    (history.root / make_record().id).rename(tmp_path / "elsewhere")
    (history.root / make_record().id).symlink_to(tmp_path / "elsewhere")
    assert ids(history) == []
    HistoryFolder(history.root, Limits(age_s=-1.0, count=0)).sweep()
    assert (tmp_path / "elsewhere" / HEAD).exists()


@pytest.mark.parametrize("file", ["../run.json", "/etc/passwd", "..", "", "0001.html/..", "x.html"])
def test_a_deck_outside_of_its_folder_is_none(history, make_record, file):
    _keep(history, make_record())
    path = history.root / make_record().id / NODES
    data = json.loads(path.read_text())
    data["attempts"][0]["decks"][0]["file"] = file
    path.write_text(json.dumps(data))
    record = history.read(make_record().id)
    assert record.read_deck(file) == ""
    assert record.shown()["text/html"]


def aged(history, run_id, seconds):
    at = time.time() - seconds
    for root, _, files in os.walk(history.root / run_id):
        for name in [".", *files]:
            os.utime(Path(root, name), (at, at))


def test_the_oldest_go_first_when_there_are_too_many(tmp_path, make_record):
    history = HistoryFolder(tmp_path / "runs", Limits(count=3))
    for number in range(1, 6):
        _keep(history, make_record(number))
    assert history.sweep() == 2
    assert ids(history) == [make_record(n).id for n in (5, 4, 3)]


def test_the_oldest_go_first_when_they_are_too_large(tmp_path, make_record):
    history = HistoryFolder(tmp_path / "runs", Limits(size_bytes=250_000))
    for number in range(1, 6):
        _keep(history, make_record(number, deck="x" * 100_000))
    history.sweep()
    assert ids(history) == [make_record(n).id for n in (5, 4)]
    assert 200_000 < history.size_bytes() < 250_000


def test_what_is_too_old_goes_whether_it_can_be_read_or_not(history, make_record):
    for number in range(1, 4):
        _keep(history, make_record(number))
    (history.root / make_record(2).id / HEAD).write_text("{")
    for number in (1, 2):
        aged(history, make_record(number).id, 31 * 86_400)
    assert history.sweep() == 2
    assert history.ids() == [make_record(3).id]


def test_a_run_that_goes_on_stays_and_one_that_is_in_the_making(tmp_path, make_record):
    history = HistoryFolder(tmp_path / "runs", Limits(count=0))
    history.begin(begun(make_record(1)))
    (history.root / make_record(2).id).mkdir()
    _keep(history, make_record(3))
    history.sweep()
    assert history.ids() == [make_record(2).id, make_record(1).id]


def test_what_a_killed_process_left_is_swept_after_a_while(history, make_record):
    _keep(history, make_record())
    for name in (".gone-1", ".gone-2", ".new-3"):
        (history.root / name).mkdir()
    os.utime(history.root / ".gone-1", (1, 1))
    os.utime(history.root / ".new-3", (1, 1))
    history.sweep()
    assert sorted(p.name for p in history.root.glob(".*")) == [".gone-2"]


def test_a_run_that_was_removed_while_it_went_on_is_kept_at_its_end(history, make_record):
    history.begin(begun(make_record()))
    assert history.remove(make_record().id)
    assert not history.remove(make_record().id)
    history.end(make_record())
    assert ids(history) == [make_record().id]


def test_the_folder_follows_the_setting(home, monkeypatch):
    assert HistoryFolder().root == home / ".flyte" / "flyte-nb" / "runs"
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", "~/elsewhere")
    assert HistoryFolder().root == home / "elsewhere" / "flyte-nb" / "runs"


def test_when_decks_cannot_be_written_the_end_is_told_all_the_same(history, make_record):
    history.begin(begun(make_record()))
    (history.root / make_record().id / DECKS).write_text("in the way")
    with pytest.raises(OSError, match="decks"):
        history.end(make_record())
    assert heads(history)[0].phase is Phase.SUCCEEDED
