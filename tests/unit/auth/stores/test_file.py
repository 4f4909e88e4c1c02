"""Files that are not as we wrote them, and folders that nothing can be written to."""

import os
import subprocess
import sys
import time

import die_while_storing
import pytest

from flyte_nb.auth.stores import FileStore
from flyte_nb.errors import TokenStoreError
from flyte_nb.testing.token_store import LARGE, make_credentials

ENDPOINT = "flyte.example.com:443"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "a" / "tokens"


@pytest.fixture
def store(folder):
    return FileStore(folder)


@pytest.fixture
def file(store, folder):
    store.store(make_credentials(ENDPOINT))
    (path,) = folder.iterdir()
    return path


def refused(act):
    with pytest.raises(TokenStoreError) as caught:
        act()
    assert caught.value.__context__ is None
    return caught.value.args[0]


def test_nobody_else_can_read_them(store, folder, file):
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    store.store(make_credentials(ENDPOINT))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.name.startswith("flyte.example.com_443-")


def test_they_are_below_home_by_default(home):
    FileStore().store(make_credentials(ENDPOINT))
    (path,) = (home / ".flyte/flyte-nb/tokens").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert FileStore().describe == "files in ~/.flyte/flyte-nb/tokens, readable by you alone"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o602])
def test_what_others_can_read_is_refused_until_the_next_login(store, file, mode):
    file.chmod(mode)
    assert f"can be read by others (mode {mode:04o})" in refused(lambda: store.retrieve(ENDPOINT))
    assert file.stat().st_mode & 0o777 == mode
    store.store(mine := make_credentials(ENDPOINT, 1))
    assert store.retrieve(ENDPOINT) == mine
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"version": 1}', b'{"version": 2}', b"[" * 100_000],
)
def test_a_damaged_one_is_told_and_stays_until_the_next_login(store, file, content):
    file.write_bytes(content)
    assert "is damaged" in refused(lambda: store.retrieve(ENDPOINT))
    assert file.read_bytes() == content
    store.store(mine := make_credentials(ENDPOINT, 1))
    assert store.retrieve(ENDPOINT) == mine


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("access_token", "null"),
        ("access_token", "7"),
        ("refresh_token", "7"),
        ("expires_at", '"soon"'),
        ("expires_at", '"2031-01-01T00:00:00"'),
        ("expires_in", "1e999"),
        ("scopes", "[1]"),
        ("scopes", "null"),
    ],
)
def test_fields_of_another_kind_are_damage(store, file, field, value):
    import json

    data = json.loads(file.read_text())
    text = json.dumps({**data, field: "HERE"}).replace('"HERE"', value)
    file.write_text(text)
    assert "is damaged" in refused(lambda: store.retrieve(ENDPOINT))


def test_the_file_of_another_endpoint_is_none_of_this_one(store, file):
    other = make_credentials("other.example.com")
    store.store(other)
    (theirs,) = (path for path in file.parent.iterdir() if path != file)
    theirs.replace(file)
    assert "is damaged" in refused(lambda: store.retrieve(ENDPOINT))


def test_a_link_and_a_pipe_are_no_files(store, file, tmp_path):
    file.replace(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert "cannot be read" in refused(lambda: store.retrieve(ENDPOINT))
    file.unlink()
    os.mkfifo(file, 0o600)
    assert "is not a regular file" in refused(lambda: store.retrieve(ENDPOINT))


def test_a_folder_that_cannot_be_one(tmp_path):
    (tmp_path / "a").write_text("")
    store = FileStore(tmp_path / "a" / "tokens")
    mine = make_credentials(ENDPOINT)
    assert "cannot be written: " in refused(lambda: store.store(mine))
    assert "cannot be read: " in refused(lambda: store.retrieve(ENDPOINT))
    assert "cannot be removed: " in refused(lambda: store.delete(ENDPOINT))


def test_a_file_that_cannot_be_removed_is_told(store, file):
    file.unlink()
    file.mkdir()
    assert "cannot be removed: " in refused(lambda: store.delete(ENDPOINT))


def test_what_a_killed_writer_left_is_removed(store, folder, file):
    left = folder / f".{file.name}.new-0123"
    other = folder / f".x{file.name}.new-0123"
    for path in (left, other):
        path.write_text("token")
    store.store(make_credentials(ENDPOINT))
    assert left.exists()  # somebody may be writing it
    os.utime(left, (0, time.time() - 3600))
    store.store(make_credentials(ENDPOINT))
    assert not left.exists()
    left.write_text("token")
    store.delete(ENDPOINT)
    assert list(folder.iterdir()) == [other]


def test_whenever_it_is_killed_there_is_the_old_login_or_the_new(store, folder):
    old, new = make_credentials(ENDPOINT, 1, LARGE), die_while_storing.new(ENDPOINT)
    program = [sys.executable, die_while_storing.__file__, folder, ENDPOINT]
    seen = set()
    for steps in range(10, 900, 53):
        store.store(old)
        done = subprocess.run([*program, str(steps)], check=False)
        found = store.retrieve(ENDPOINT)
        assert found in (old, new)
        seen.add((done.returncode, found == new))
        store.delete(ENDPOINT)
        assert not list(folder.iterdir())
    assert {(-9, False), (-9, True), (0, True)} <= seen
