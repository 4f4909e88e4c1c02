"""Saves in the background: in order, bounded, and their errors are heard of."""

import io
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from flyte_nb import FlyteRecoverableException, current_context, task
from flyte_nb.context.checkpoint import AsyncCheckpoint, Checkpoint, SyncCheckpoint
from flyte_nb.errors import CheckpointError


class Slow(SyncCheckpoint):
    """A store that lets each save through when the test says so."""

    def __init__(self, folder):
        super().__init__(folder)
        self.gate = threading.Semaphore(0)
        self.saved = []

    def save(self, cp):
        assert self.gate.acquire(timeout=20)
        if isinstance(cp, Path) and cp.name == "bad":
            raise CheckpointError("the store said no")
        super().save(cp)
        self.saved.append(self.read())


@pytest.fixture
def slow(tmp_path):
    return Slow(tmp_path / "cp")


def test_save_returns_before_it_is_saved_and_the_order_is_kept(slow, tmp_path):
    with AsyncCheckpoint(slow) as checkpoint:
        (tmp_path / "f").write_bytes(b"one")
        checkpoint.save(tmp_path / "f")
        (tmp_path / "f").write_bytes(b"spoilt")  # a copy was taken
        checkpoint.write(b"two")
        assert slow.saved == []
        slow.gate.release(2)
        checkpoint.wait()
        assert slow.saved == [b"one", b"two"]
        assert checkpoint.read() == b"two"


def test_a_third_save_waits_for_the_first(slow):
    checkpoint = AsyncCheckpoint(slow)
    checkpoint.write(b"1")
    checkpoint.write(b"2")
    third = threading.Thread(target=checkpoint.write, args=(b"3",))
    third.start()
    third.join(0.2)
    assert third.is_alive()
    slow.gate.release()
    third.join(20)
    assert not third.is_alive()
    slow.gate.release(2)
    checkpoint.close()
    assert slow.saved == [b"1", b"2", b"3"]


def test_an_error_is_raised_by_the_next_call_and_once(slow, tmp_path):
    (tmp_path / "bad").touch()
    checkpoint = AsyncCheckpoint(slow)
    checkpoint.save(tmp_path / "bad")
    slow.gate.release(9)
    with pytest.raises(CheckpointError, match="said no"):
        checkpoint.wait()
    checkpoint.write(b"fine")
    checkpoint.close()
    assert slow.saved == [b"fine"]
    checkpoint.save(tmp_path / "bad")
    with pytest.raises(CheckpointError, match="said no"):
        checkpoint.close()


@pytest.mark.parametrize("wrong", [3, "", "no/such/file", io.StringIO("text")])
def test_what_cannot_be_saved_is_refused_at_once(tmp_path, wrong):
    with AsyncCheckpoint(tmp_path / "cp") as checkpoint:
        with pytest.raises((CheckpointError, ValueError)):
            checkpoint.save(wrong)
        assert checkpoint.read() is None


def test_local_copies_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "deep" / "f").write_bytes(b"x")
    with AsyncCheckpoint(tmp_path / "cp") as checkpoint:
        checkpoint.save(tmp_path / "folder")
        checkpoint.wait()
        assert [list(p.iterdir()) for p in (tmp_path / "tmp").iterdir()] == [[]]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_attempt_ends_when_its_saves_have():
    @task(retries=1)
    def train() -> str:
        checkpoint = AsyncCheckpoint(current_context().checkpoint)
        seen = (checkpoint.read() or b"").decode()
        for n in range(5):
            checkpoint.write(b"%d" % n)
        if not seen:
            raise FlyteRecoverableException("pre-empted")
        return seen

    assert train() == "4"


class Refuses(Checkpoint):
    def prev_exists(self):
        return False

    def restore(self, _path=None):
        return None

    def read(self):
        return None

    def save(self, _cp):
        raise CheckpointError("the store said no")

    write = save


def test_an_attempt_fails_when_a_save_in_the_background_does():
    @task
    def train() -> int:
        AsyncCheckpoint(Refuses()).write(b"x")
        return 1

    with pytest.raises(CheckpointError, match="said no"):
        train()


def test_the_error_of_the_task_counts_more_than_that_of_a_save():
    @task
    def train() -> int:
        AsyncCheckpoint(Refuses()).write(b"x")
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        train()


def test_python_ends_when_what_was_saved_has_arrived(tmp_path):
    program = (
        "import sys, time\n"
        "from flyte_nb.context.checkpoint import AsyncCheckpoint, SyncCheckpoint\n"
        "class Slow(SyncCheckpoint):\n"
        "    def save(self, cp):\n        time.sleep(0.3); super().save(cp)\n"
        "AsyncCheckpoint(Slow(sys.argv[1])).write(b'last')\n"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path / "cp"], check=True)
    assert SyncCheckpoint(tmp_path / "x", tmp_path / "cp").read() == b"last"


def test_the_users_own_error_is_not_replaced(tmp_path, caplog):
    (tmp_path / "file").touch()

    def fails():
        with AsyncCheckpoint(tmp_path / "file" / "below") as checkpoint:
            checkpoint.write(b"1")
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert "a checkpoint was not saved" in caplog.text
