"""save, write, read, restore and prev_exists in every order, at every kind of address."""

import io
import os
import tempfile
import uuid
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from flyte_nb.context.checkpoint import AsyncCheckpoint, SyncCheckpoint
from flyte_nb.errors import CheckpointError

NAMES = st.sampled_from(["a", "b", "a/x", "a/y/z", "_dst_cp"])
DATA = st.binary(max_size=20)
SEVERAL = object()


class AnyOrder(RuleBasedStateMachine):
    """Attempts after attempts against a dictionary of files and what was saved last."""

    kind = SyncCheckpoint

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.work = Path(self.folder.name)
        self.root = self.new_root()
        self.number = 0
        self.previous, self.own = None, None  # (files, newest) each
        self.checkpoint = self.kind(f"{self.root}/0")

    def new_root(self):
        return str(self.work / "store")

    def teardown(self):
        if isinstance(self.checkpoint, AsyncCheckpoint):
            self.checkpoint.close()
        self.folder.cleanup()

    def saved(self, added, newest):
        files = self.own[0] if self.own else {}
        kept = {
            name: data
            for name, data in files.items()
            if not any(
                name == n or name.startswith(f"{n}/") or n.startswith(f"{name}/") for n in added
            )
        }
        self.own = ({**kept, **added}, newest)

    @property
    def current(self):
        return self.own or self.previous

    @rule(data=DATA)
    def write(self, data):
        self.checkpoint.write(data)
        self.saved({"_dst_cp": data}, data)

    @rule(data=DATA)
    def save_reader(self, data):
        self.checkpoint.save(io.BytesIO(data))
        self.saved({"_dst_cp": data}, data)

    @rule(name=st.sampled_from(["a", "b"]), data=DATA)
    def save_file(self, name, data):
        path = self.work / uuid.uuid4().hex / name
        path.parent.mkdir()
        path.write_bytes(data)
        self.checkpoint.save(path)
        path.write_bytes(b"changed after the save")
        self.saved({name: data}, data)

    @rule(files=st.dictionaries(NAMES, DATA, min_size=1))
    def save_folder(self, files):
        files = {n: d for n, d in files.items() if n != "a" or len(files) == 1}
        folder = self.work / uuid.uuid4().hex
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        self.checkpoint.save(folder)
        self.saved(files, next(iter(files.values())) if len(files) == 1 else SEVERAL)

    @rule()
    def save_that_is_interrupted(self):
        class Breaks(io.RawIOBase):
            def read(self, _size=-1):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            self.checkpoint.save(Breaks())

    @rule()
    def read(self):
        if self.current and self.current[1] is SEVERAL:
            with pytest.raises(CheckpointError, match="several files"):
                self.checkpoint.read()
        else:
            assert self.checkpoint.read() == (self.current[1] if self.current else None)

    @rule(choose=st.booleans())
    def restore(self, choose):
        target = self.work / uuid.uuid4().hex if choose else None
        restored = self.checkpoint.restore(target)
        if self.current is None:
            assert restored is None
            assert target is None or not target.exists()
            return
        assert target in (None, restored)
        files = {
            p.relative_to(restored).as_posix(): p.read_bytes()
            for p in restored.rglob("*")
            if p.is_file()
        }
        assert files == self.current[0]

    @rule()
    def next_attempt(self):
        if isinstance(self.checkpoint, AsyncCheckpoint):
            self.checkpoint.close()
        self.number += 1
        self.checkpoint = self.kind(f"{self.root}/{self.number}", f"{self.root}/{self.number - 1}")
        self.previous, self.own = self.own, None

    @invariant()
    def prev_exists(self):
        assert self.checkpoint.prev_exists() is (self.previous is not None)


class InMemory(AnyOrder):
    def new_root(self):
        return f"memory://{uuid.uuid4().hex}"


class InBackground(AnyOrder):
    kind = AsyncCheckpoint


@pytest.mark.parametrize(
    ("machine", "examples"), [(AnyOrder, 25), (InMemory, 40), (InBackground, 15)]
)
def test_any_order(machine, examples):
    examples *= 10 if os.environ.get("FLYTE_NB_CASES") else 1
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=20, deadline=None)
    )


def test_any_order_on_s3(s3, bucket):
    class OnS3(AnyOrder):
        @staticmethod
        def kind(*addresses):
            from flyte_nb.context.storage import FileAccess

            return SyncCheckpoint(*addresses, files=FileAccess(data_config=s3))

        def new_root(self):
            return f"{bucket}/{uuid.uuid4().hex}"

    run_state_machine_as_test(
        OnS3, settings=settings(max_examples=5, stateful_step_count=15, deadline=None)
    )
