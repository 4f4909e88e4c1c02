"""Integration: a full disk, a folder that cannot be written, little memory, a clock that jumps."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flyte_nb import FlyteRecoverableException, current_context, task
from flyte_nb.context.checkpoint import SyncCheckpoint
from flyte_nb.context.storage import FileAccess
from flyte_nb.errors import CheckpointError

SIZE = (1 << 30) if os.environ.get("FLYTE_NB_CASES") else (128 << 20)
MEASURE = r"""
import re, sys
from pathlib import Path
from flyte_nb.config.storage import DataConfig, S3Config
from flyte_nb.context.checkpoint import AsyncCheckpoint, SyncCheckpoint
from flyte_nb.context.storage import FileAccess
kind, root, source, target, endpoint = sys.argv[1:]
config = DataConfig(s3=S3Config(endpoint=endpoint, access_key_id="k", secret_access_key="s"))
files = FileAccess(data_config=config)
options = {"files": files}
if endpoint:  # loads the file system and its libraries
    files.exists(root + "/x")
small = Path(source).with_name("small")
small.write_bytes(b"x")
(AsyncCheckpoint if kind == "async" else SyncCheckpoint)(root + "/small", **options).save(small)
def peak():  # not ru_maxrss: that begins with what the parent process had
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
before = peak()
kinds = {"async": AsyncCheckpoint}
checkpoint = kinds.get(kind, SyncCheckpoint)(root + "/cp", **options)
if kind == "reader":
    with open(source, "rb") as reader:
        checkpoint.save(reader)
else:
    checkpoint.save(source)
restored = checkpoint.restore(target)
print((peak() - before) // 1024)
"""


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(SIZE)
        file.seek(SIZE - 3)
        file.write(b"end")
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no peak to read")
@pytest.mark.parametrize("kind", ["path", "reader", "async", "s3"])
def test_a_large_file_takes_little_memory(tmp_path, large, kind, request):
    root, endpoint = str(tmp_path / "store"), ""
    if kind == "s3":
        root, endpoint = request.getfixturevalue("bucket"), request.getfixturevalue("s3_server")
    command = [sys.executable, "-c", MEASURE, kind, root, large, tmp_path / "back", endpoint]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (restored,) = (tmp_path / "back").iterdir()
    assert restored.stat().st_size == SIZE
    with restored.open("rb") as file:
        file.seek(-3, os.SEEK_END)
        assert file.read() == b"end"
    assert int(done.stdout) < 64, f"{done.stdout} MiB"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_one_clear_error_and_the_previous_checkpoint_stays(small_disk):
    checkpoint = SyncCheckpoint(small_disk / "cp")
    checkpoint.write(b"good")
    for _ in range(3):  # what a failed save wrote is removed, or the second would find less room
        with pytest.raises(CheckpointError, match=r"saving failed: no space is left") as caught:
            checkpoint.write(b"x" * (2 << 20))
        assert caught.value.hint
    assert checkpoint.read() == b"good"
    checkpoint.write(b"y" * (700 << 10))
    assert len(checkpoint.read()) == 700 << 10


def test_a_file_that_may_not_grow_is_one_clear_error(tmp_path):
    """The same where nothing can be mounted: the system refuses long files."""
    checkpoint = SyncCheckpoint(tmp_path / "cp")
    checkpoint.write(b"good")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(CheckpointError, match="no space is left"):
            checkpoint.write(b"x" * (2 << 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert checkpoint.read() == b"good"
    assert sum(path.is_file() for path in (tmp_path / "cp").rglob("*")) == 2


@pytest.fixture(params=["file in its place", "read-only mount", "mode"])
def unwritable(request, tmp_path):
    """A folder that cannot be written, in three ways."""
    folder = tmp_path / "box"
    if request.param == "file in its place":
        folder.touch()
        yield folder
        return
    folder.mkdir()
    if request.param == "mode":
        if os.geteuid() == 0:
            pytest.skip("nothing is forbidden to root by its mode")
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    mount = shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", "ro", "tmpfs", folder]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_folder_that_cannot_be_written_is_one_clear_error(unwritable):
    with pytest.raises(CheckpointError, match="saving failed: "):
        SyncCheckpoint(unwritable / "cp").write(b"x")


def test_a_sandbox_that_cannot_be_written_does_not_hinder_who_only_asks(unwritable, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(unwritable))

    @task
    def asks() -> bool:
        return current_context().checkpoint.prev_exists()

    @task
    def saves():
        current_context().checkpoint.write(b"x")

    assert asks() is False
    with pytest.raises(CheckpointError, match="no checkpoint can be kept in") as caught:
        saves()
    assert "FLYTE_SDK_LOCAL_SANDBOX" in caught.value.hint


def test_a_missing_bucket_is_one_clear_error(s3):
    files = FileAccess(data_config=s3)
    checkpoint = SyncCheckpoint("s3://not-there/1", "s3://not-there/0", files=files)
    for call in (lambda: checkpoint.write(b"x"), checkpoint.prev_exists, checkpoint.read):
        with pytest.raises(CheckpointError, match="there is no bucket 'not-there'") as caught:
            call()
        assert caught.value.hint


def test_a_package_that_is_not_installed_is_named():
    program = (
        "import sys\nsys.modules['gcsfs'] = None\n"
        "from flyte_nb.context.checkpoint import SyncCheckpoint\nSyncCheckpoint('gs://b/x')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert 'pip install "flyte-nb[gcs]"' in done.stderr


def test_a_clock_that_jumps_back_changes_no_order(tmp_path):
    """In a process whose clock runs backwards, a year with each look at it."""
    program = (
        "import datetime as d, sys\n"
        "real, years = d.datetime, iter(range(1, 1000))\n"
        "class Jumps(real):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None):\n"
        "        return real(2900 - next(years), 1, 1, tzinfo=tz)\n"
        "d.datetime = Jumps\n"
        "from flyte_nb import current_context, task, FlyteRecoverableException\n"
        "import os\n"
        "@task(retries=2)\n"
        "def f() -> str:\n"
        "    c = current_context().checkpoint\n"
        "    seen = (c.read() or b'0').decode()\n"
        "    for n in range(int(seen) + 1, int(seen) + 4): c.write(b'%d' % n)\n"
        "    if len(sys.argv) > 1: raise FlyteRecoverableException('again')\n"
        "    return seen\n"
        "try: print(f())\n"
        "except FlyteRecoverableException: pass\n"
    )
    script = tmp_path / "script.py"
    script.write_text(program)
    environ = {**os.environ, "FLYTE_SDK_LOCAL_SANDBOX": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, script, "fail"], env=environ, check=True)
    done = subprocess.run([sys.executable, script], env=environ, capture_output=True, check=True)
    assert done.stdout == b"18\n"


def test_a_damaged_list_of_files_is_one_clear_error(tmp_path):
    SyncCheckpoint(tmp_path / "0").write(b"x")
    pointer = tmp_path / "0/_flyte_nb/CURRENT"
    second = SyncCheckpoint(tmp_path / "1", tmp_path / "0")
    for wrong in (b"", b"{", b"[]", b'{"files": {"../x": null}, "generation": 1}'):
        pointer.write_bytes(wrong)
        for call in (second.prev_exists, second.read, second.restore):
            with pytest.raises(CheckpointError):
                call()


def test_a_file_that_was_cut_short_is_not_taken_for_the_checkpoint(tmp_path):
    SyncCheckpoint(tmp_path / "0").write(b"whole")
    (tmp_path / "0/_flyte_nb/000001/_dst_cp").write_bytes(b"who")
    second = SyncCheckpoint(tmp_path / "1", tmp_path / "0")
    with pytest.raises(CheckpointError, match="is damaged: 5 bytes were saved, 3 are there"):
        second.read()
    with pytest.raises(CheckpointError, match="damaged"):
        second.restore(tmp_path / "out")


def test_the_working_folder_goes_when_a_checkpoint_fails(tmp_path, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(tmp_path))
    seen = []

    @task(retries=1)
    def fails():
        seen.append(Path(current_context().working_directory))
        current_context().checkpoint.restore()
        if len(seen) == 1:
            current_context().checkpoint.write(b"x")
            raise FlyteRecoverableException("again")
        current_context().checkpoint.save("nowhere")

    with pytest.raises(CheckpointError, match="there is no file or folder 'nowhere'"):
        fails()
    assert len(seen) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["flyte-nb"]
