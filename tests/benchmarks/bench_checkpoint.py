"""What it costs to save a checkpoint, beside a plain copy that is on the disk as surely.

FLYTE_NB_CHECKPOINT_MB=1000 measures a gigabyte; the default is small, so that it takes seconds.
"""

import os
import shutil
import time

import pytest

from flyte_nb import current_context, task
from flyte_nb.context.checkpoint import SyncCheckpoint

MEGABYTES = int(os.environ.get("FLYTE_NB_CHECKPOINT_MB", "100"))
WARM_UP, ROUNDS = 3, 7


def plain_copy(source, target):
    with source.open("rb") as reader, target.open("wb") as out:
        shutil.copyfileobj(reader, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def test_save_a_large_file(benchmark, tmp_path):
    """In turns, so that both meet the same disk; a busy one adds nothing to the best times.

    Both leave the previous copy alone until the new one is on the disk.
    """
    source = tmp_path / "model.pt"
    with source.open("wb") as out:
        for _ in range(MEGABYTES):
            out.write(os.urandom(1_000_000))
    checkpoint = SyncCheckpoint(tmp_path / "checkpoint")
    copies, saves = [], []
    for n in range(WARM_UP + ROUNDS):
        target = tmp_path / f"copy-{n}"
        copies.append(seconds(lambda target=target: plain_copy(source, target)))
        (tmp_path / f"copy-{n - 1}").unlink(missing_ok=True)
        saves.append(seconds(lambda: checkpoint.save(source)))
        checkpoint._tidying and checkpoint._tidying.join()
        if n < WARM_UP:
            copies, saves = [], []
    ratio = min(saves) / min(copies)
    benchmark.extra_info.update(megabytes=MEGABYTES, beside_a_copy=ratio)
    benchmark.pedantic(checkpoint.save, args=(source,), rounds=1)
    assert checkpoint.restore(tmp_path / "back")


@task
def saves_a_number(n: int) -> int:
    current_context().checkpoint.write(b"%d" % n)
    return n


@pytest.mark.usefixtures("home")
def test_task_call_with_a_small_checkpoint(benchmark):
    assert benchmark(saves_a_number, n=1) == 1


@pytest.mark.usefixtures("home")
def test_write_a_small_checkpoint(benchmark, tmp_path):
    checkpoint = SyncCheckpoint(tmp_path)
    benchmark(checkpoint.write, b"epoch 3")
    assert checkpoint.read() == b"epoch 3"
