"""Files replaced whole or not at all, by one writer at a time."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from flyte_nb.config.edit import plan_edit
from flyte_nb.config.edit.lock import only_writer
from flyte_nb.config.edit.write import write_atomically
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.view import find_entry
from flyte_nb.errors import ConfigConflictError, ConfigError


@pytest.fixture
def path(tmp_path):
    """A file with one setting."""
    path = tmp_path / "a.yaml"
    path.write_text("admin: {endpoint: a}")
    return path


def to_set(path, endpoint):
    return plan_edit(path, find_entry("admin.endpoint"), endpoint)


def names(folder):
    return [file.name for file in folder.iterdir()]


def test_a_new_file_is_its_owners_alone_and_an_old_one_keeps_its_mode(tmp_path):
    path = tmp_path / "new" / "a.yaml"
    to_set(path, "h").apply()
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    to_set(path, "i").apply()
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(path.parent) == ["a.yaml"]


def test_a_link_is_followed_and_stays_a_link(path):
    link = path.with_name("link.yaml")
    link.symlink_to(path.name)
    to_set(link, "b").apply()
    assert link.is_symlink()
    assert path.read_text() == "admin: {endpoint: b}"


def test_a_change_in_between_is_refused_with_the_difference(path):
    edit = to_set(path, "b")
    path.write_text("admin: {endpoint: other}")
    with pytest.raises(ConfigError, match=r"\+admin: \{endpoint: other\}"):
        edit.apply()
    assert path.read_text() == "admin: {endpoint: other}"


def test_a_change_just_before_the_file_is_replaced_is_refused_with_the_difference(tmp_path, path):
    with pytest.raises(ConfigConflictError, match=r"\+admin: \{endpoint: a\}"):
        write_atomically(str(path), b"mine", expected=b"admin: {endpoint: old}")
    assert path.read_text() == "admin: {endpoint: a}"
    with pytest.raises(ConfigConflictError):
        write_atomically(str(path), b"mine", expected=None)
    with pytest.raises(ConfigConflictError):
        write_atomically(str(tmp_path / "gone.yaml"), b"mine", expected=b"x")
    assert names(tmp_path) == ["a.yaml"]


EDITOR = """
import sys
from flyte_nb.config.edit import plan_edit
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.view import find_entry
from flyte_nb.errors import ConfigConflictError

path, entry = sys.argv[1], find_entry(sys.argv[2])
for n in range(40):
    assert ConfigFile(path).document().value(entry) == (f"v{n - 1}" if n else None), n
    while True:
        try:
            plan_edit(path, entry, f"v{n}").apply()
            break
        except ConfigConflictError:
            pass
"""


def test_two_kernels_lose_none_of_their_changes(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("# note\n")
    settings = ["admin.endpoint", "admin.clientId", "storage.connection.endpoint"]
    editors = [
        subprocess.Popen([sys.executable, "-c", EDITOR, str(path), setting]) for setting in settings
    ]
    assert [editor.wait(120) for editor in editors] == [0, 0, 0]
    document = ConfigFile(path).document()
    assert [document.value(find_entry(setting)) for setting in settings] == ["v39"] * 3
    assert names(tmp_path) == ["a.yaml"]


def test_a_writer_that_never_ends_is_not_waited_for(tmp_path):
    path = tmp_path / "a.yaml"
    with (
        only_writer(path),
        pytest.raises(ConfigError, match="is being written by another process"),
        only_writer(path, limit_s=0.1),
    ):
        pass
    with only_writer(path, limit_s=0):
        assert (tmp_path / ".a.yaml.lock").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []


def test_a_lock_on_what_was_removed_is_none(tmp_path):
    path, lock = tmp_path / "a.yaml", tmp_path / ".a.yaml.lock"
    with only_writer(path):
        lock.unlink()
        with lock.open("wb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            with pytest.raises(ConfigError), only_writer(path, limit_s=0.1):
                pass


def test_what_a_killed_writer_left_keeps_nobody_out(tmp_path):
    (tmp_path / ".a.yaml.lock").touch()
    to_set(tmp_path / "a.yaml", "h").apply()
    assert names(tmp_path) == ["a.yaml"]
    (tmp_path / ".a.yaml.lock").symlink_to(tmp_path / "nowhere")
    to_set(tmp_path / "a.yaml", "i").apply()
    assert not (tmp_path / "nowhere").exists()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


@needs_root
def test_root_leaves_a_users_file_to_the_user(path):
    path.chmod(0o600)
    os.chown(path, 1234, 4321)
    to_set(path, "b").apply()
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (1234, 4321, 0o600)


GUEST = """
import os, sys
from flyte_nb.config.edit.write import write_atomically
os.setgroups([])
os.setgid(1234)
os.setuid(1234)
write_atomically(sys.argv[1], b"a: 2")
"""


@needs_root
def test_who_cannot_keep_the_group_gives_no_rights_to_another():
    with TemporaryDirectory() as folder:  # those of pytest are within one that is root's alone
        path = Path(folder) / "a.yaml"
        path.write_text("a: 1")
        path.chmod(0o664)
        os.chown(folder, 1234, 1234)
        subprocess.run([sys.executable, "-c", GUEST, str(path)], check=True)
        found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (1234, 1234, 0o644)


def test_content_and_new_name_are_on_the_disk_in_that_order(tmp_path):
    calls = []
    sys.setprofile(lambda _, event, what: event == "c_call" and calls.append(what.__name__))
    try:
        write_atomically(str(tmp_path / "a.yaml"), b"x")
    finally:
        sys.setprofile(None)
    kept = [name for name in calls if name in {"write", "fsync", "replace"}]
    assert kept[-4:] == ["write", "fsync", "replace", "fsync"]


def test_a_hard_link_goes_on_holding_the_old_content(path):
    other = path.with_name("other.yaml")
    other.hardlink_to(path)
    to_set(path, "b").apply()
    assert other.read_text() == "admin: {endpoint: a}"


def test_a_process_that_is_killed_while_it_writes_leaves_one_of_the_two(path):
    code = (
        "import sys\n"
        "from flyte_nb.config.edit.write import write_atomically\n"
        "for n in range(10**6):\n"
        "    write_atomically(sys.argv[1], b'admin: {endpoint: b}' + b' ' * 4096 * (n % 9))\n"
    )
    for wait in (0.2, 0.25, 0.3, 0.35):
        with subprocess.Popen([sys.executable, "-c", code, str(path)]) as process:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(wait)
            process.kill()
        assert path.read_text().rstrip() in {"admin: {endpoint: a}", "admin: {endpoint: b}"}


def test_a_place_that_cannot_be_written_is_one_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be read: Not a directory"):
        to_set(tmp_path / "file" / "a.yaml", "b")
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(ConfigError, match="cannot be written: Is a directory"):
        write_atomically(str(tmp_path / "a.yaml"), b"x")
