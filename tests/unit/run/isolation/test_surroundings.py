"""Integration: what the process of a run finds itself in, and what it does not find."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from flyte_nb.errors import InvalidValueError, WorkspaceError
from flyte_nb.run.isolation import IsolatedProcess, IsolatedRequest
from flyte_nb.run.isolation.caller.fork_server import FORK_SERVER


def environment():
    return dict(os.environ)


def test_its_variables_are_those_declared_and_what_python_needs(run, environment):
    environment["A_SECRET_OF_THE_KERNEL"] = "hunter2"
    found = run(globals()["environment"], environment={"MODE": "fast", "LANG": "de_DE.UTF-8"}).value
    assert found.pop("MODE") == "fast"
    assert found.pop("LANG") == "de_DE.UTF-8"
    assert {"HOME", "PATH", "TMPDIR"} <= set(found) <= {"HOME", "PATH", "TMPDIR", "LD_LIBRARY_PATH"}


def test_no_variable_of_the_kernel_is_anywhere_in_its_process(run, environment):
    environment["A_SECRET_OF_THE_KERNEL"] = "hunter2"
    FORK_SERVER.close()

    def searches():
        import subprocess

        said = subprocess.run(["env"], capture_output=True, text=True, check=True).stdout
        files = [Path(f"/proc/{p}/environ") for p in ("self", os.getppid())]
        return said + "".join(f.read_text() for f in files if f.exists())

    assert "hunter2" not in run(searches).value


def test_it_starts_in_a_folder_of_its_own(run, tmp_path):
    def looks():
        import tempfile

        Path("file").write_text("x")
        return os.getcwd(), os.listdir(), tempfile.gettempdir(), str(Path.home())  # noqa: PTH109, PTH208

    cwd, files, temporary, home = run(looks, folder=tmp_path).value
    assert (cwd, files) == (str(tmp_path / "work"), ["file"])
    assert (temporary, home) == (str(tmp_path / "tmp"), str(tmp_path / "home"))
    assert (tmp_path / "work" / "file").exists()


def test_a_folder_that_nobody_gave_is_gone_afterwards(run, tmp_path, environment):
    environment["FLYTE_SDK_LOCAL_SANDBOX"] = str(tmp_path)
    assert run(os.getcwd).value.startswith(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_what_it_changes_stays_there(run, tmp_path):
    def changes():
        os.chdir("/")
        os.environ["PATH"] = "/nowhere"
        os.umask(0)
        sys.path.clear()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    before = Path.cwd(), dict(os.environ), list(sys.path)
    run(changes, folder=tmp_path)
    assert (Path.cwd(), dict(os.environ), list(sys.path)) == before
    assert run(os.getcwd, folder=tmp_path).value == str(tmp_path / "work")


def test_its_signals_are_python_s_own(run):
    def looks():
        names = ("SIGINT", "SIGTERM", "SIGCHLD", "SIGHUP")
        return [signal.getsignal(getattr(signal, name)) for name in names]

    default = [signal.SIG_DFL] * 3
    assert run(looks).value == [signal.default_int_handler, *default]


@pytest.mark.usefixtures("on_linux")
def test_it_has_no_descriptors_but_its_own(run):
    def looks():
        found = {}
        for fd in range(1_000):
            with contextlib.suppress(OSError):
                found[fd] = os.readlink(f"/proc/self/fd/{fd}")  # noqa: PTH115
        return found

    found = run(looks).value
    assert found.pop(0) == "/dev/null"
    others = [path for path in found.values() if not path.startswith("/memfd:flyte-nb")]
    assert all(path.startswith("pipe:") for path in others)
    assert (len(found), len(others)) == (5, 4)


def test_random_numbers_differ_between_runs(run):
    def draws():
        import random
        import uuid

        return random.random(), uuid.uuid4()

    assert len({run(draws).value for _ in range(3)}) == 3


@pytest.mark.usefixtures("on_linux")
def test_cpus_are_limited(run):
    def looks():
        return len(os.sched_getaffinity(0)), os.environ["OMP_NUM_THREADS"]

    assert run(looks, cpu_count=1).value == (1, "1")
    many = len(os.sched_getaffinity(0))
    assert run(looks, cpu_count=many + 5).value == (many, str(many + 5))
    assert run(looks, cpu_count=1, environment={"OMP_NUM_THREADS": "3"}).value == (1, "3")


def test_a_variable_that_is_read_at_start_has_its_effect(run):
    def looks():
        return hash("x"), sys.flags.hash_randomization

    first = run(looks, environment={"PYTHONHASHSEED": "1"}).value
    assert first == run(looks, environment={"PYTHONHASHSEED": "1"}).value
    assert run(looks, environment={"PYTHONHASHSEED": "0"}).value[1] == 0


@pytest.mark.parametrize("variable", [("", "x"), ("A=B", "x"), ("A\0", "x"), ("A", "x\0")])
def test_what_is_no_variable_is_refused_before_anything_starts(variable):
    with pytest.raises(InvalidValueError, match="no variable"):
        IsolatedRequest(call=b"", environment=dict([variable]))


def test_a_folder_that_cannot_be_made_is_told(run, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="file"):
        run(abs, 0, folder=tmp_path / "file")


def test_from_a_folder_that_is_no_more(run, tmp_path):
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert run(abs, -1, folder=tmp_path).value == 1


def test_secrets_are_not_in_the_repr():
    request = IsolatedRequest(call=b"hunter2", environment={"TOKEN": "hunter2"})
    assert "hunter2" not in repr(request)


@pytest.mark.usefixtures("on_linux")
def test_the_system_prefers_to_kill_it(run):
    assert run(lambda: int(Path("/proc/self/oom_score_adj").read_text())).value == 1000


def test_the_server_is_clean():
    server = psutil.Process(FORK_SERVER.pid)
    assert server.num_threads() == 1
    assert server.memory_info().rss < 60_000_000
    assert os.getsid(server.pid) == server.pid


def test_the_server_loads_nothing_that_starts_threads(run):
    heavy = {"numpy", "pandas", "IPython", "zmq", "ipykernel", "anywidget", "pytest"}
    assert run(lambda: heavy & set(sys.modules)).value == set()


def test_two_at_once_do_not_share_anything(request_of):
    def waits(n):
        Path("file").write_text(str(n))
        time.sleep(0.2)
        return Path("file").read_text()

    runs = [IsolatedProcess(request_of(waits, n)).start() for n in range(4)]
    assert [r.wait().value for r in runs] == ["0", "1", "2", "3"]
