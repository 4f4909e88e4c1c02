"""Save and restore, in every order, and what the next attempt finds."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from flyte_nb import FlyteRecoverableException, current_context, task
from flyte_nb.context.checkpoint import SyncCheckpoint
from flyte_nb.context.current import run_in
from flyte_nb.errors import CheckpointError


@pytest.fixture
def attempts(tmp_path):
    """Return a function that gives the checkpoint of attempt n."""

    def attempt(n):
        previous = tmp_path / str(n - 1) if n else None
        return SyncCheckpoint(
            tmp_path / str(n), previous, restored=lambda: tmp_path / f"restored-{n}"
        )

    return attempt


def test_the_first_attempt_has_nothing(attempts, tmp_path):
    first = attempts(0)
    assert not first.prev_exists()
    assert first.read() is None
    assert first.restore(tmp_path / "x") is None


def test_the_next_attempt_reads_what_was_written(attempts):
    attempts(0).write(b"epoch 3")
    assert attempts(1).prev_exists()
    assert attempts(1).read() == b"epoch 3"


def test_an_attempt_reads_its_own_write(attempts):
    attempts(0).write(b"old")
    second = attempts(1)
    second.write(b"new")
    assert second.read() == b"new"
    assert attempts(0).read() == b"old"


def test_only_the_attempt_before_is_looked_at_as_on_a_cluster(attempts):
    attempts(0).write(b"old")
    assert not attempts(2).prev_exists()
    assert attempts(2).read() is None


def test_files_of_several_saves_are_restored_together(attempts, tmp_path):
    (tmp_path / "model.pt").write_bytes(b"model")
    (tmp_path / "optimizer.pt").write_bytes(b"optimizer")
    first = attempts(0)
    first.save(tmp_path / "model.pt")
    first.save(str(tmp_path / "optimizer.pt"))
    restored = attempts(1).restore(tmp_path / "out")
    assert {p.name: p.read_bytes() for p in restored.iterdir()} == {
        "model.pt": b"model",
        "optimizer.pt": b"optimizer",
    }
    assert attempts(1).read() == b"optimizer"


def test_restore_goes_to_every_path_it_is_told(attempts, tmp_path):
    attempts(0).write(b"x")
    second = attempts(1)
    for target in (tmp_path / "one", str(tmp_path / "two"), None):
        assert [p.read_bytes() for p in second.restore(target).iterdir()] == [b"x"]


def test_a_folder_is_saved_with_what_is_in_it(attempts, tmp_path):
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "a").write_text("a")
    (source / "b").write_text("b")
    attempts(0).save(source)
    restored = attempts(1).restore(tmp_path / "out")
    assert (restored / "deep" / "a").read_text() == "a"
    with pytest.raises(CheckpointError, match="several files"):
        attempts(1).read()


def test_a_reader_is_saved(attempts):
    attempts(0).save(io.BytesIO(b"streamed"))
    assert attempts(1).read() == b"streamed"


def test_changing_a_restored_file_leaves_the_checkpoint_alone(attempts, tmp_path):
    attempts(0).write(b"good")
    restored = attempts(1).restore(tmp_path / "out")
    next(restored.iterdir()).write_bytes(b"spoilt")
    assert attempts(1).read() == b"good"


@pytest.mark.parametrize("wrong", [3, None, "", io.StringIO("text"), "no/such/file"])
def test_what_cannot_be_saved_leaves_the_last_one(attempts, wrong):
    first = attempts(0)
    first.write(b"good")
    with pytest.raises(CheckpointError):
        first.save(wrong)
    with pytest.raises(CheckpointError, match="takes bytes, not str"):
        first.write("text")
    assert first.read() == attempts(1).read() == b"good"


def test_a_file_is_no_place_to_restore_to(attempts, tmp_path):
    attempts(0).write(b"x")
    (tmp_path / "file").touch()
    with pytest.raises(CheckpointError, match="is a file"):
        attempts(1).restore(tmp_path / "file")


def test_a_folder_that_holds_the_checkpoint_is_refused(attempts, tmp_path):
    attempts(0).write(b"good")
    with pytest.raises(CheckpointError, match="holds the checkpoint itself"):
        attempts(0).save(tmp_path)
    assert attempts(0).read() == b"good"


def test_a_broken_link_is_one_clear_error(attempts, tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match="saving failed"):
        attempts(0).save(tmp_path / "source")


def test_a_file_takes_the_place_of_a_folder_of_that_name_and_back(attempts, tmp_path):
    (tmp_path / "in" / "x").mkdir(parents=True)
    (tmp_path / "in" / "x" / "y").write_text("deep")
    (tmp_path / "x").write_text("flat")
    first = attempts(0)
    first.save(tmp_path / "in")
    first.save(tmp_path / "x")
    assert (attempts(1).restore(tmp_path / "one") / "x").read_text() == "flat"
    first.save(tmp_path / "in")
    assert (attempts(1).restore(tmp_path / "two") / "x" / "y").read_text() == "deep"


def test_earlier_snapshots_are_removed(attempts, tmp_path):
    for n in range(5):
        attempts(0).write(b"%d" % n)
    assert [p.name for p in (tmp_path / "0/_flyte_nb").iterdir() if p.is_dir()] == ["000005"]


def test_a_buffer_of_any_shape_is_written(attempts):
    attempts(0).write(memoryview(b"abcdef")[::2])
    assert attempts(0).read() == b"ace"


def test_threads_of_one_task_save_and_read_at_once():
    @task
    def many() -> int:
        def work(n):
            checkpoint = current_context().checkpoint
            for _ in range(50):
                checkpoint.write(b"%d" % n)
                assert checkpoint.read() in {b"%d" % i for i in range(4)}
            return n

        context = current_context()
        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(lambda n: run_in(context, work, n), range(4)))

    assert many() == 6


class Saves(RuleBasedStateMachine):
    """Any order of saves, some of which die half way, against a plain dictionary."""

    def __init__(self):
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.checkpoint = SyncCheckpoint(self.root / "0")
        self.files = {}
        self.newest = None

    def teardown(self):
        self.folder.cleanup()

    @rule(data=st.binary(max_size=20))
    def write(self, data):
        self.checkpoint.write(data)
        self.files["_dst_cp"] = self.newest = data

    @rule(name=st.sampled_from("abc"), data=st.binary(max_size=20))
    def save_file(self, name, data):
        (self.root / name).write_bytes(data)
        self.checkpoint.save(self.root / name)
        self.files[name] = self.newest = data

    @rule()
    def save_that_dies(self):
        class Dies(io.RawIOBase):
            def read(self, _size=-1):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            self.checkpoint.save(Dies())

    @precondition(lambda self: self.files)
    @rule()
    def next_attempt(self):
        following = SyncCheckpoint(self.root / "1", self.root / "0")
        assert following.read() == self.newest
        restored = following.restore()
        assert {p.name: p.read_bytes() for p in restored.iterdir()} == self.files


TestSaves = Saves.TestCase
TestSaves.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)


def test_a_preempted_task_resumes():
    starts = []

    @task(retries=3)
    def train(epochs: int) -> int:
        checkpoint = current_context().checkpoint
        start = int(checkpoint.read() or b"0")
        starts.append((checkpoint.prev_exists(), start))
        for epoch in range(start, epochs):
            checkpoint.write(b"%d" % (epoch + 1))
            if epoch in (1, 3):
                raise FlyteRecoverableException("pre-empted")
        return epochs

    assert train(epochs=5) == 5
    assert starts == [(False, 0), (True, 2), (True, 4)]
