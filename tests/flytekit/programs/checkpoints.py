"""State that survives an attempt: saved in one, read in the next."""

# ruff: noqa: E402 - each cell is a program of its own

# %% bytes, there and back
from flytekit.core.checkpointer import SyncCheckpoint

first = SyncCheckpoint("first")
first.write(b"epoch 3")
second = SyncCheckpoint(checkpoint_dest="second", checkpoint_src="first")
answer = {
    "before": [first.prev_exists(), second.prev_exists()],
    "read": second.read(),
    "again": second.read(),
}

# %% nothing before
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint

Path("in").mkdir()
alone = SyncCheckpoint("a")
empty = SyncCheckpoint("b", "")
answer = {
    "before": [alone.prev_exists(), empty.prev_exists()],
    "read": [alone.read(), empty.read()],
    "restored": [alone.restore(), alone.restore("in"), alone.restore(Path("in"))],
    "left alone": list(Path("in").iterdir()),
}

# %% a file by path and by text
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint

Path("model.bin").write_bytes(b"weights")
SyncCheckpoint("by_path").save(Path("model.bin"))
SyncCheckpoint("by_text").save("model.bin")
answer = {}
for name in ("by_path", "by_text"):
    then = SyncCheckpoint(f"{name}_then", name)
    folder = then.restore()
    answer[name] = [sorted(path.name for path in folder.iterdir()), then.read()]

# %% a reader
import io
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint

Path("model.bin").write_bytes(b"weights")
with Path("model.bin").open("rb") as reader:
    SyncCheckpoint("a").save(reader)
SyncCheckpoint("b").save(io.BytesIO(b"in memory"))
answer = {
    "file": SyncCheckpoint("c", "a").read(),
    "memory": SyncCheckpoint("d", "b").read(),
}

# %% a folder
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint

Path("state/deep").mkdir(parents=True)
Path("state/one.txt").write_text("1")
Path("state/deep/two.txt").write_text("2")
SyncCheckpoint("saved").save("state")
Path("target").mkdir()
restored = SyncCheckpoint("next", "saved").restore("target")
answer = {
    "where": restored == Path("target"),
    "files": {
        str(path.relative_to("target")): path.read_text()
        for path in sorted(Path("target").rglob("*.txt"))
    },
}

# %% a folder read as one file
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint
from programs import outcome

Path("state").mkdir()
for name in ("one", "two"):
    Path("state", name).write_text(name)
SyncCheckpoint("saved").save(Path("state"))
answer = {"read": outcome(SyncCheckpoint("next", "saved").read)}

# %% where it is restored
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint
from programs import outcome

SyncCheckpoint("saved").write(b"state")
Path("file").touch()
Path("here").mkdir()
answer = {
    "into a file": outcome(lambda: SyncCheckpoint("a", "saved").restore("file")),
    "here": SyncCheckpoint("b", "saved").restore("here") == Path("here"),
    "files here": len(list(Path("here").iterdir())),
    "somewhere": SyncCheckpoint("c", "saved").restore().is_dir(),
}

# %% into a folder that is not there
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint
from programs import outcome

SyncCheckpoint("saved").write(b"state")
restored = outcome(lambda: SyncCheckpoint("a", "saved").restore("new"))
answer = {"restored": restored, "there": Path("new").is_dir()}

# %% restored twice
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint

SyncCheckpoint("saved").write(b"state")
for name in ("one", "two"):
    Path(name).mkdir()
checkpoint = SyncCheckpoint("next", "saved")
answer = {
    "one": str(checkpoint.restore("one")),
    "two": str(checkpoint.restore("two")),
    "files in two": len(list(Path("two").iterdir())),
}

# %% what was saved in the same attempt
from flytekit.core.checkpointer import SyncCheckpoint

checkpoint = SyncCheckpoint("saved")
checkpoint.write(b"one")
first = checkpoint.read()
checkpoint.write(b"two")
answer = {
    "first": first,
    "second": checkpoint.read(),
    "next attempt": SyncCheckpoint("next", "saved").read(),
    "before": checkpoint.prev_exists(),
}

# %% bytes and a file
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint
from programs import outcome

Path("model.bin").write_bytes(b"weights")
checkpoint = SyncCheckpoint("saved")
checkpoint.write(b"bytes")
checkpoint.save("model.bin")
answer = {"read": outcome(SyncCheckpoint("next", "saved").read)}

# %% nothing where the previous one should be
from flytekit.core.checkpointer import SyncCheckpoint
from programs import outcome

checkpoint = SyncCheckpoint("next", "gone")
answer = {
    "before": checkpoint.prev_exists(),
    "read": outcome(checkpoint.read),
    "restored": outcome(checkpoint.restore),
}

# %% what cannot be saved
from flytekit.core.checkpointer import SyncCheckpoint
from programs import outcome

checkpoint = SyncCheckpoint("saved")
answer = {
    "a number": outcome(lambda: checkpoint.save(5)),
    "nothing": outcome(lambda: checkpoint.save(None)),
    "no file": outcome(lambda: checkpoint.save("gone.bin")),
    "text as bytes": outcome(lambda: checkpoint.write("text")),
    "bytes as a path": outcome(lambda: checkpoint.save(b"model.bin")),
}

# %% a text reader
import io

from flytekit.core.checkpointer import SyncCheckpoint
from programs import outcome

answer = {"text": outcome(lambda: SyncCheckpoint("saved").save(io.StringIO("text")))}

# %% the kind of a checkpoint
from flytekit import Checkpoint
from flytekit.core.checkpointer import Checkpoint as Base
from flytekit.core.checkpointer import SyncCheckpoint

answer = {
    "one": isinstance(SyncCheckpoint("a"), Checkpoint),
    "the same": Checkpoint is Base,
    "methods": sorted(name for name in dir(Base) if not name.startswith("_")),
}

# %% a checkpoint of one's own
from flytekit import Checkpoint, current_context


class InMemory(Checkpoint):
    def __init__(self):
        self.kept = None

    def prev_exists(self):
        return self.kept is not None

    def restore(self, path=None):
        return path

    def save(self, cp):
        self.kept = cp

    def read(self):
        return self.kept

    def write(self, b):
        self.kept = b


builder = current_context().builder()
builder.checkpoint = mine = InMemory()
ctx = builder.build()
ctx.checkpoint.write(b"state")
answer = {"read": ctx.checkpoint.read(), "mine": ctx.checkpoint is mine}

# %% a checkpoint outside of tasks
from flytekit import current_context
from programs import outcome

answer = {"checkpoint": outcome(lambda: isinstance(current_context().checkpoint.read(), bytes))}

# %% a checkpoint in a task
from flytekit import current_context, task

seen = {}


@task
def train(epochs: int) -> int:
    checkpoint = current_context().checkpoint
    seen["kind"] = type(checkpoint).__name__
    seen["before"] = checkpoint.prev_exists()
    seen["read"] = checkpoint.read()
    checkpoint.write(b"1")
    return epochs


answer = {"value": train(epochs=2), **seen}

# %% a second run goes on
from flytekit import current_context, task
from programs import outcome

read = []


@task
def train(epochs: int) -> int:
    checkpoint = current_context().checkpoint
    read.append(checkpoint.read())
    checkpoint.write(b"epoch 1")
    if len(read) == 1:
        raise MemoryError("in the middle")
    return epochs


first = outcome(lambda: train(epochs=2))
answer = {"value": train(epochs=2), "first failed": "raises" in first, "read": read}

# %% a retry goes on
from flytekit import current_context, task
from flytekit.exceptions.user import FlyteRecoverableException
from programs import outcome

read = []


@task(retries=2)
def train() -> int:
    checkpoint = current_context().checkpoint
    read.append(checkpoint.read())
    checkpoint.write(str(len(read)).encode())
    if len(read) < 3:
        raise FlyteRecoverableException("once more")
    return len(read)


answer = {"value": outcome(train), "read": read}

# %% the format of what is saved
from pathlib import Path

from flytekit.core.checkpointer import SyncCheckpoint

SyncCheckpoint("saved").write(b"state")
Path("model.bin").write_bytes(b"weights")
SyncCheckpoint("named").save("model.bin")
answer = {
    "bytes": sorted(path.name for path in Path("saved").iterdir()),
    "file": sorted(path.name for path in Path("named").iterdir()),
}
