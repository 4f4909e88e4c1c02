"""Files at every kind of address: a folder, memory, and a real S3 server."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from flyte_nb.config.storage import DataConfig, GenericPersistenceConfig, S3Config
from flyte_nb.context.storage import FileAccess
from flyte_nb.context.storage.streams import replace_file, upload
from flyte_nb.errors import StorageError


class Breaks(io.RawIOBase):
    """A reader that is interrupted after one piece."""

    def __init__(self, piece):
        super().__init__()
        self._pieces = [piece]

    def read(self, _size=-1):
        if not self._pieces:
            raise KeyboardInterrupt
        return self._pieces.pop()


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep" / "b c.txt").write_text("b")
    return folder


def test_a_file_comes_back(place, source, tmp_path):
    root, files = place
    address = files.join(root, "x", "a.txt")
    assert not files.exists(address)
    assert files.put(source / "a.txt", address) == address
    assert files.exists(address)
    assert Path(files.get(address, tmp_path / "new" / "a.txt")).read_text() == "a"


def test_a_folder_comes_back(place, source, tmp_path):
    root, files = place
    address = files.upload_directory(source, files.join(root, "folder"))
    back = Path(files.download_directory(address, tmp_path / "back"))
    assert {p.relative_to(back).as_posix() for p in back.rglob("*") if p.is_file()} == {
        "a.txt",
        "deep/b c.txt",
    }
    assert files.exists(address)


def test_what_is_written_later_by_others_is_seen(place, source):
    root, files = place
    address = files.join(root, "late", "a.txt")
    assert not files.exists(address)
    FileAccess(data_config=files.data_config).put(source / "a.txt", address)
    assert files.exists(address)


def test_what_is_not_there_is_one_clear_error(place, tmp_path):
    root, files = place
    for recursive in (False, True):
        with pytest.raises(StorageError, match=r"cannot read .*nope: there is nothing"):
            files.get(files.join(root, "nope"), tmp_path / "x", recursive=recursive)
    with pytest.raises(StorageError, match="there is no file or folder"):
        files.put(tmp_path / "nope", files.join(root, "x"))
    assert not (tmp_path / "x").exists()


def test_a_missing_bucket_is_named(s3, source, tmp_path):
    files = FileAccess(data_config=s3)
    for call in (
        lambda: files.put(source / "a.txt", "s3://no-such-bucket/a"),
        lambda: files.put(source, "s3://no-such-bucket/a"),
        lambda: files.get("s3://no-such-bucket/a", tmp_path / "x"),
    ):
        with pytest.raises(StorageError) as caught:
            call()
        assert "'no-such-bucket'" in str(caught.value) or "nothing of that name" in str(
            caught.value
        )
    with pytest.raises(StorageError, match="there is no bucket 'no-such-bucket'"):
        files.put(source / "a.txt", "s3://no-such-bucket/a")


def test_a_server_that_is_not_there_is_one_clear_error(source):
    settings = S3Config(endpoint="http://127.0.0.1:1", access_key_id="k", secret_access_key="s")
    files = FileAccess(data_config=DataConfig(s3=settings))
    with pytest.raises(StorageError, match="server cannot be reached") as caught:
        files.put(source / "a.txt", "s3://bucket/a")
    assert "storage.connection.endpoint" in caught.value.hint


@pytest.mark.parametrize(
    ("address", "extra"), [("gs://b/x", "gcs"), ("abfs://c/x", "azure"), ("s3://b/x", "s3")]
)
def test_a_package_that_is_not_installed_is_named(address, extra):
    program = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['gcsfs', 'adlfs', 's3fs']))\n"
        "from flyte_nb.context.storage import FileAccess\n"
        f"FileAccess().get({address!r}, 'x')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert f'pip install "flyte-nb[{extra}]"' in done.stderr


def test_an_unknown_protocol_is_one_clear_error(source):
    with pytest.raises(StorageError, match="ftpx:// is no store"):
        FileAccess().put(source / "a.txt", "ftpx://host/a")


def test_an_upload_that_is_interrupted_leaves_no_half_object(s3, bucket):
    fs = FileAccess(data_config=s3).get_filesystem("s3")
    name = bucket.removeprefix("s3://")
    with pytest.raises(KeyboardInterrupt):
        upload(fs, f"{name}/half", Breaks(b"x" * (9 << 20)))
    fs.invalidate_cache()
    assert not fs.exists(f"{name}/half")
    assert fs.list_multipart_uploads(name) == []


def test_a_local_copy_that_is_interrupted_leaves_what_was_there(tmp_path):
    target = tmp_path / "target"
    target.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        replace_file(Breaks(b"half"), target)
    assert target.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["target"]


def test_objects_carry_what_they_belong_to_unless_it_is_switched_off(s3, bucket, source):
    labels = {"execution": "a1"}
    fs = FileAccess(data_config=s3).get_filesystem("s3")
    FileAccess(data_config=s3, execution_metadata=labels).put(source / "a.txt", f"{bucket}/a")
    assert fs.metadata(f"{bucket}/a") == labels
    off = DataConfig(s3=s3.s3, generic=GenericPersistenceConfig(attach_execution_metadata=False))
    FileAccess(data_config=off, execution_metadata=labels).put(source / "a.txt", f"{bucket}/b")
    assert fs.metadata(f"{bucket}/b") == {}


def test_a_name_that_leads_out_of_the_folder_is_refused(s3, bucket, tmp_path):
    files = FileAccess(data_config=s3)
    fs = files.get_filesystem("s3")
    fs.pipe_file(f"{bucket}/f/../../escaped", b"x")
    with pytest.raises(StorageError, match="leads out of"):
        files.get(f"{bucket}/f", tmp_path / "in" / "back", recursive=True)
    assert not (tmp_path / "escaped").exists()


def test_the_local_folder_is_made_when_it_is_needed_and_gone_after(tmp_path):
    with FileAccess(tmp_path / "box") as files:
        assert not (tmp_path / "box").exists()
        folder = Path(files.get_random_local_directory())
        assert folder.is_dir()
        assert not Path(files.get_random_local_path("x.csv")).exists()
        assert files.raw_output_prefix.startswith(str(tmp_path / "box"))
    assert list((tmp_path / "box").iterdir()) == []


@pytest.mark.parametrize(
    "ending", ["1 / 0", "raise KeyboardInterrupt", "sys.exit(3)", "pass", "files.close()"]
)
def test_the_local_folder_goes_however_python_ends(tmp_path, ending):
    program = (
        "import sys\nfrom flyte_nb.context.storage import FileAccess\n"
        f"files = FileAccess({str(tmp_path)!r})\n"
        "open(files.get_random_local_directory() + '/f', 'w').close()\n" + ending
    )
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, check=False
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (("s3://b",), "s3://b"),
        (("s3://b/", "a", "c.txt"), "s3://b/a/c.txt"),
        (("/tmp/x", "/y/"), "/tmp/x/y"),
    ],
)
def test_join(parts, whole):
    assert FileAccess.join(*parts) == whole


def test_new_addresses_keep_the_name_of_the_file():
    files = FileAccess(raw_output_prefix="s3://bucket/raw")
    assert files.raw_output_prefix == "s3://bucket/raw/"
    first, second = (files.get_random_remote_path("/tmp/m.pt") for _ in range(2))
    assert first != second
    assert first.startswith("s3://bucket/raw/")
    assert first.endswith("/m.pt")
    assert files.get_random_remote_directory().count("/") == 4


@pytest.mark.parametrize(
    ("path", "is_remote"),
    [("s3://b/x", True), ("/tmp/x", False), ("file:///tmp/x", False), (Path("x"), False)],
)
def test_is_remote(path, is_remote):
    assert FileAccess.is_remote(path) is is_remote


def test_a_local_address_may_say_file(tmp_path, source):
    address = f"file://{tmp_path}/new/a"
    files = FileAccess()
    files.put(source / "a.txt", address)
    assert files.exists(address)
    assert Path(files.get(address, tmp_path / "b")).read_text() == "a"


def test_a_task_with_a_checkpoint_loads_no_file_system(tmp_path):
    program = (
        "import sys\nfrom flyte_nb import task, current_context\nimport flyte_nb.context.storage\n"
        "@task\ndef f() -> bytes:\n    c = current_context().checkpoint\n    c.write(b'1')\n"
        "    return c.read()\n"
        "assert f() == b'1'\nassert 'fsspec' not in sys.modules\n"
    )
    (tmp_path / "script.py").write_text(program)
    subprocess.run([sys.executable, tmp_path / "script.py"], check=True)
