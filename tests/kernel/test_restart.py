"""Integration: what a killed kernel has saved is there in the next one."""

import os
import re
import signal

import pytest
from kernels import kernels_of, shown

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL"),
]

SETUP = """
%load_ext flyte_nb
import os, signal
from flyte_nb import FlyteRecoverableException, current_context, task
"""
# The same cell for every kernel: in the first, its second attempt is killed once it has saved.
TRAIN = """
@task(retries=2)
def train(epochs: int, rate: float = 0.1):
    checkpoint = current_context().checkpoint
    print(checkpoint.prev_exists(), checkpoint.read(), flush=True)
    epoch = int(checkpoint.read() or b"0") + 1
    checkpoint.write(b"%d" % epoch)
    if "DOOMED" in os.environ:
        if epoch < 2:
            raise FlyteRecoverableException("pre-empted")
        os.kill(os.getpid(), signal.SIGKILL)

train(INPUTS)
"""
NOTHING = "False None"
ROW = re.compile(r"(\d+) +train +\w+ +(\d of \w+) +(\w+(?:, \w+)?) +(\d+|-) +1 B +[\d:]+ *(.*)")


@pytest.fixture
def kernel(tmp_path, home):  # noqa: ARG001 - where checkpoints are kept
    return kernels_of(tmp_path, SETUP)


def train(client, inputs):
    """Run the cell; return what its task found, and the lines before that."""
    *before, found = shown(client, TRAIN.replace("INPUTS", inputs)).splitlines()
    return found, "\n".join(before)


def checkpoints(client):
    """Return what is listed: id, attempt, how it ended, where it came from, whether it is next."""
    rows = map(ROW.search, shown(client, "%flyte_checkpoint list").splitlines())
    return [row.groups() for row in rows if row]


@pytest.fixture
def killed(kernel):
    """A kernel that was killed in the second attempt of a run, by nothing else."""
    with kernel(DOOMED="yes") as (manager, client):
        client.execute(TRAIN.replace("INPUTS", "epochs=10"))
        assert manager.provisioner.process.wait(60) == -signal.SIGKILL


@pytest.mark.usefixtures("killed")
def test_a_new_kernel_goes_on_from_what_the_killed_one_saved(kernel):
    with kernel() as (_, client):
        (number, attempt, *others), before = checkpoints(client)
        assert (number, attempt[:1], *others) == ("2", "2", "died", "1", "goes on from it")
        assert (before[0], before[1][:1], *before[2:]) == ("1", "1", "failed, retried", "-", "")
        found, said = train(client, "epochs=10")
        assert found == "True b'2'"
        assert "train goes on from checkpoint 2, of a run whose kernel ended" in said
        assert checkpoints(client)[0][2:] == ("succeeded", "2", "")
    with kernel() as (_, client):  # after a success there is nothing to go on from
        assert train(client, "epochs=10") == (NOTHING, "")


@pytest.mark.usefixtures("killed")
@pytest.mark.parametrize(
    ("inputs", "notebook"),
    [
        ("epochs=11", "train.ipynb"),
        ("epochs=10, rate=0.2", "train.ipynb"),
        ("epochs=10", "other.ipynb"),
    ],
)
def test_other_inputs_and_other_notebooks_begin_afresh_and_take_nothing_away(
    kernel, inputs, notebook
):
    with kernel(notebook) as (_, client):
        assert train(client, inputs) == (NOTHING, "")
    with kernel() as (_, client):
        assert train(client, "rate=0.1, epochs=10")[0] == "True b'2'"
