"""Edits: exact bytes, proof, conflict, atomicity."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.edit import plan_edit
from flyte_nb.config.edit.lock import only_writer
from flyte_nb.config.edit.write import write_atomically
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.view import find_entry
from flyte_nb.errors import ConfigConflictError, ConfigError, InvalidValueError

SETS = [
    # name of the file, before, setting, value, after
    ("a.yaml", "", "admin.endpoint", "h", "admin:\n  endpoint: h\n"),
    ("a.yaml", "# top\n", "admin.insecure", "true", "# top\nadmin:\n  insecure: true\n"),
    (
        "a.yaml",
        "admin:\n    endpoint: 'a'   # why\n\n# next\nlogger:\n  level: 1\n",
        "admin.endpoint",
        "b",
        "admin:\n    endpoint: 'b'   # why\n\n# next\nlogger:\n  level: 1\n",
    ),
    ("a.yaml", 'admin: {endpoint: "a"}', "admin.endpoint", "b", 'admin: {endpoint: "b"}'),
    ("a.yaml", "admin: {a: 1}", "admin.clientId", "x", "admin: {a: 1, clientId: x}"),
    ("a.yaml", "admin: {}", "admin.clientId", "x", "admin: {clientId: x}"),
    (
        "a.yaml",
        "admin:\n  a: 1\n\nlogger: {}\n",
        "admin.scopes",
        "x,y",
        "admin:\n  a: 1\n  scopes: [x, y]\n\nlogger: {}\n",
    ),
    ("a.yaml", "admin:\n  scopes:\n  - a\n  - b\n", "admin.scopes", "c", "admin:\n  scopes: [c]\n"),
    ("a.yaml", "admin:\n  endpoint:\n", "admin.endpoint", "h", "admin:\n  endpoint: h\n"),
    (
        "a.yaml",
        "admin:\r\n  a: 1\r\n",
        "admin.endpoint",
        "h",
        "admin:\r\n  a: 1\r\n  endpoint: h\r\n",
    ),
    ("a.yaml", "admin:\n  a: 1", "admin.endpoint", "h", "admin:\n  a: 1\n  endpoint: h\n"),
    ("a.yaml", "admin:\n  endpoint: a", "admin.endpoint", "true", "admin:\n  endpoint: 'true'"),
    ("a.yaml", "admin:\n  audience: a", "admin.audience", "a: #b", "admin:\n  audience: 'a: #b'"),
    ("a.config", "", "platform.url", "h", "[platform]\nurl = h\n"),
    ("a.config", "[platform]\nurl=a\n", "platform.url", "b", "[platform]\nurl=b\n"),
    ("a.config", "[aws]\nENDPOINT : a\n", "aws.endpoint", "50%", "[aws]\nENDPOINT : 50%%\n"),
    (
        "a.config",
        "# c\n[platform]\n; d\ninsecure=true\n\n[aws]\nretries=1\n",
        "platform.url",
        "h",
        "# c\n[platform]\n; d\ninsecure=true\nurl = h\n\n[aws]\nretries=1\n",
    ),
    (
        "a.config",
        "[aws]\nretries=1",
        "platform.url",
        "h",
        "[aws]\nretries=1\n\n[platform]\nurl = h\n",
    ),
    (
        "a.config",
        "  [platform]\n  [aws]\n",
        "platform.url",
        "h",
        "  [platform]\n  url = h\n  [aws]\n",
    ),
    (
        "a.config",
        "[platform]\nurl = a\n\n# s3\n[aws]",
        "platform.insecure",
        "true",
        "[platform]\nurl = a\ninsecure = true\n\n# s3\n[aws]",
    ),
    (
        "a.yaml",
        "admin:\n  endpoint: &a !!str g\n",
        "admin.endpoint",
        "h",
        "admin:\n  endpoint: &a !!str h\n",
    ),
    ("a.yaml", "admin: # why\n", "admin.endpoint", "h", "admin: {endpoint: h} # why\n"),
    ("a.yaml", "admin: &a\n", "admin.endpoint", "h", "admin: &a {endpoint: h}\n"),
    ("a.yaml", "admin: {a: 1, }", "admin.clientId", "x", "admin: {a: 1,  clientId: x}"),
    (
        "a.yaml",
        "admin: {a: 1 # c\n  }",
        "admin.clientId",
        "x",
        "admin: {a: 1 # c\n  , clientId: x}",
    ),
    (
        "a.yaml",
        "x: &a 1\nadmin:\n  b: *a\ny: 2\n",
        "admin.clientId",
        "c",
        "x: &a 1\nadmin:\n  b: *a\n  clientId: c\ny: 2\n",
    ),
    ("a.yaml", "admin:\r  a: 1\r", "admin.endpoint", "h", "admin:\r  a: 1\r  endpoint: h\r"),
    ("a.yaml", "admin: {'a': 1}", "admin.clientId", "x", "admin: {'a': 1, 'clientId': 'x'}"),
    (
        "a.yaml",
        "admin: {'a': 1, b: 2}",
        "admin.audience",
        "x",
        "admin: {'a': 1, b: 2, audience: x}",
    ),
]
UNSETS = [
    (
        "a.yaml",
        "admin:\n  a: 1\n  endpoint: h # x\n  b: 2\n",
        "admin.endpoint",
        "admin:\n  a: 1\n  b: 2\n",
    ),
    ("a.yaml", "admin:\n  endpoint: h\n", "admin.endpoint", ""),
    ("a.yaml", "# a\nadmin:\n  endpoint: h\n# b\nx: 1\n", "admin.endpoint", "# a\n# b\nx: 1\n"),
    ("a.yaml", "admin:\n  # why\n  endpoint: h\n", "admin.endpoint", "admin: {}\n  # why\n"),
    ("a.yaml", "admin: # why\n  endpoint: h\n", "admin.endpoint", "admin: {} # why\n"),
    ("a.yaml", "admin: &a\n  endpoint: h # x\n\n  # y", "admin.endpoint", "admin: &a {}\n\n  # y"),
    (
        "a.yaml",
        "storage:\n  connection:\n    endpoint: e\n  type: s3\n",
        "storage.connection.endpoint",
        "storage:\n  type: s3\n",
    ),
    ("a.yaml", "storage:\n  connection:\n    endpoint: e", "storage.connection.endpoint", ""),
    ("a.yaml", "admin:\r  a: 1\r  endpoint: h\r", "admin.endpoint", "admin:\r  a: 1\r"),
    ("a.yaml", "admin: {endpoint: h, a: 1}", "admin.endpoint", "admin: {a: 1}"),
    ("a.yaml", "admin: {a: 1, endpoint: h}", "admin.endpoint", "admin: {a: 1}"),
    ("a.yaml", "admin: {a: 1, endpoint: h, b: 2}", "admin.endpoint", "admin: {a: 1, b: 2}"),
    ("a.yaml", "admin: { a: 1, endpoint: h }", "admin.endpoint", "admin: { a: 1 }"),
    ("a.yaml", "admin: {a: 1, endpoint: h, }", "admin.endpoint", "admin: {a: 1, }"),
    ("a.yaml", "admin: {a: 'x, y', endpoint: h}", "admin.endpoint", "admin: {a: 'x, y'}"),
    ("a.yaml", "admin: {endpoint: h} # why", "admin.endpoint", "admin: {} # why"),
    ("a.yaml", "admin: &a { endpoint: h, }", "admin.endpoint", "admin: &a {}"),
    ("a.yaml", "admin: {endpoint: , a: 1}", "admin.endpoint", "admin: {a: 1}"),
    ("a.yaml", "admin: {? endpoint : h, a: 1}", "admin.endpoint", "admin: {a: 1}"),
    ("a.yaml", "admin: {\n  endpoint: h,\n  a: 1\n  }", "admin.endpoint", "admin: {\n  a: 1\n  }"),
    (
        "a.yaml",
        "admin: {\r\n  a: 1,\r\n  endpoint: h\r\n  }",
        "admin.endpoint",
        "admin: {\r\n  a: 1\r\n  }",
    ),
    (
        "a.yaml",
        "admin: {a: 1, # a, b\n  endpoint: h, # why\n  b: 2}",
        "admin.endpoint",
        "admin: {a: 1, # a, b\n   # why\n  b: 2}",
    ),
    (
        "a.yaml",
        "admin: {a: 1, # a, b\n  endpoint: h\n  }",
        "admin.endpoint",
        "admin: {a: 1 # a, b\n  }",
    ),
    ("a.yaml", "admin: {a: 1,# c\n  endpoint: h}", "admin.endpoint", "admin: {a: 1 # c\n  }"),
    (
        "a.yaml",
        "admin: {endpoint: h # why, not\n  , a: 1}",
        "admin.endpoint",
        "admin: { # why, not\n   a: 1}",
    ),
    ("a.yaml", "admin: { # why\n  endpoint: h,\n  }", "admin.endpoint", "admin: { # why\n  }"),
    ("a.yaml", "admin: {endpoint: h, # why\n  a: 1}", "admin.endpoint", "admin: { # why\n  a: 1}"),
    ("a.yaml", "admin: {a: 1, endpoint: h,\n  b: 2}", "admin.endpoint", "admin: {a: 1,\n  b: 2}"),
    ("a.yaml", '{"admin": {"endpoint": "h"}, "x": 1}', "admin.endpoint", '{"admin": {}, "x": 1}'),
    (
        "a.yaml",
        "storage: {connection: {endpoint: e}, type: s3}",
        "storage.connection.endpoint",
        "storage: {connection: {}, type: s3}",
    ),
    ("a.yaml", "admin:\n  a: 1\n  scopes:\n  - x\n  - y\n", "admin.scopes", "admin:\n  a: 1\n"),
    ("a.yaml", "logger: {}\n", "admin.endpoint", "logger: {}\n"),
    ("a.config", "[platform]\nurl=a\ninsecure=1\n", "platform.url", "[platform]\ninsecure=1\n"),
]


def edited(folder, name, before, setting, value):
    path = folder / name
    path.write_bytes(before.encode())
    edit = plan_edit(path, find_entry(setting), value)
    edit.apply()
    return path.read_bytes().decode()


@pytest.mark.parametrize(("name", "before", "setting", "value", "after"), SETS)
def test_set_changes_these_bytes_only(tmp_path, name, before, setting, value, after):
    assert edited(tmp_path, name, before, setting, value) == after
    assert edited(tmp_path, name, after, setting, value) == after


@pytest.mark.parametrize(("name", "before", "setting", "after"), UNSETS)
def test_unset_removes_these_bytes_only(tmp_path, name, before, setting, after):
    assert edited(tmp_path, name, before, setting, None) == after
    assert ConfigFile(tmp_path / name).find(find_entry(setting)) is None


@pytest.mark.parametrize(
    ("before", "setting", "value"),
    [
        ({"admin": {"endpoint": "h"}}, "admin.clientId", 'a "b" \\ é'),
        ({"admin": {"endpoint": "h"}}, "admin.insecure", "true"),
        ({"admin": {"endpoint": "h"}}, "admin.scopes", "x,y"),
        ({"admin": {"scopes": ["a"]}}, "admin.scopes", "x,y"),
        ({"admin": {"scopes": "a"}}, "admin.scopes", "x,y"),
        ({"admin": {"clientId": None}}, "admin.clientId", "x"),
        ({"admin": {"clientId": 5}}, "admin.clientId", "x"),
        ({"admin": {}}, "admin.clientId", "x"),
        ({"admin": None}, "admin.clientId", "x"),
        ({"x": 1}, "storage.connection.endpoint", "e"),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_stays_json(tmp_path, before, setting, value, indent):
    entry = find_entry(setting)
    after = json.loads(
        edited(tmp_path, "a.yaml", json.dumps(before, indent=indent), setting, value)
    )
    found = after
    for key in entry.yaml_keys:
        found = found[key]
    assert found == {"x,y": ["x", "y"], "true": True}.get(value, value)
    plan_edit(tmp_path / "a.yaml", entry, None).apply()
    assert isinstance(json.loads((tmp_path / "a.yaml").read_text()), dict)


def test_a_byte_order_mark_stays(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfadmin: {endpoint: a}")
    plan_edit(path, find_entry("admin.endpoint"), "b").apply()
    assert path.read_bytes() == b"\xef\xbb\xbfadmin: {endpoint: b}"


@pytest.mark.parametrize(
    ("name", "text", "setting", "value", "error"),
    [
        ("a.yaml", "x: &a h\nadmin: {endpoint: *a}", "admin.endpoint", "b", ConfigError),
        ("a.yaml", "x: &a {b: 1}\nadmin: *a", "admin.endpoint", "b", ConfigError),
        ("a.yaml", "admin: {endpoint: &a h}\nx: *a", "admin.endpoint", "b", ConfigError),
        ("a.yaml", "admin: &a {endpoint: h}\nx: *a", "admin.endpoint", "b", ConfigError),
        ("a.yaml", "admin: &a {endpoint: h}\nx: *a", "admin.clientId", "b", ConfigError),
        ("a.yaml", "admin:\n  scopes: # why\n  - a\n", "admin.scopes", "b", ConfigError),
        ("a.yaml", "admin:\n  scopes:\n  # why\n  - a\n  x: 1", "admin.scopes", None, ConfigError),
        ("a.yaml", "admin:\n  clientId: a\n  clientId: b", "admin.clientId", None, ConfigError),
        ("a.yaml", "admin: {endpoint: # c\n  h, a: 1}", "admin.endpoint", None, ConfigError),
        ("a.yaml", "admin: {scopes: [a, # c\n  b], a: 1}", "admin.scopes", None, ConfigError),
        ("a.yaml", "x: |\n  t\nadmin:\n  y: |\n    t", "admin.clientId", "b", ConfigError),
        ("a.yaml", "admin:\n  endpoint: |\n    a\n", "admin.endpoint", "b", ConfigError),
        ("a.yaml", "admin: text", "admin.endpoint", "b", ConfigError),
        ("a.yaml", "admin:\n\tx", "admin.endpoint", "b", ConfigError),
        ("a.yaml", "", "sdk.logging_level", "10", ConfigError),
        ("a.config", "[platform]\nurl = a\n  b\n", "platform.url", "c", ConfigError),
        ("a.config", "", "credentials.client_secret", "hunter2", InvalidValueError),
        ("a.config", "", "platform.insecure", "maybe", InvalidValueError),
        ("a.config", "", "aws.retries", "many", InvalidValueError),
        ("a.config", "", "platform.url", "a\nb", InvalidValueError),
        ("a.config", "", "platform.url", "", InvalidValueError),
    ],
)
def test_what_cannot_be_done_leaves_the_file_alone(tmp_path, name, text, setting, value, error):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(error) as caught:
        plan_edit(path, find_entry(setting), value)
    assert path.read_text() == text
    assert "hunter2" not in str(caught.value)


VALUES = st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="\u2028\u2029\x85"),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip())
YAML = st.lists(
    st.sampled_from(
        [
            "# note",
            "",
            "admin:\n  endpoint: a # x\n  insecure: false\n  scopes: [a, b]",
            "admin: {endpoint: 'a', clientId: b}",
            "admin:\n    authType: Pkce\n    scopes:\n    - x\n    - y",
            "console:\n  endpoint: >-\n    folded\n",
            "storage:\n  connection:\n    endpoint: e\n    access-key: k\n  type: s3",
            "task: {project: p}",
            "images: {a: b}",
        ]
    ),
    unique_by=lambda block: block.split(":")[0],
    max_size=5,
).map("\n".join)


@given(YAML, st.sampled_from([e for e in all_entries() if e.yaml_keys and not e.secret]), VALUES)
def test_any_value_is_written_or_refused_and_nothing_else_changes(
    tmp_path_factory, text, entry, value
):
    folder = tmp_path_factory.mktemp("edit")
    path = folder / "a.yaml"
    path.write_text(text)
    before = {e: ConfigFile(path).document().value(e) for e in all_entries()}
    try:
        edit = plan_edit(path, entry, value)
    except (ConfigError, InvalidValueError):
        return
    edit.apply()
    assert ConfigFile(path).problems == ()
    after = {e: ConfigFile(path).document().value(e) for e in all_entries()}
    wanted = value.split(",") if entry.legacy.type_ is list else value
    assert entry.legacy.type_ is bool or after.pop(entry) == wanted
    after.pop(entry, None)
    assert all(after[e] == before[e] for e in after)


INI = st.lists(
    st.sampled_from(
        [
            "# note\n",
            "[platform]\nurl = a\n; between\ninsecure : false\n\n",
            "[aws]\nRETRIES=3\nendpoint = e\n",
            "[credentials]\nscopes=a,b\nclient_id =\n",
            "[images]\nmine = x:1\n",
        ]
    ),
    unique=True,
    max_size=5,
).map("".join)


@given(INI, st.sampled_from([e for e in all_entries() if not e.secret]), VALUES)
def test_the_same_for_ini(tmp_path_factory, text, entry, value):
    path = tmp_path_factory.mktemp("edit") / "a.config"
    path.write_text(text)
    before = {e: ConfigFile(path).document().value(e) for e in all_entries()}
    try:
        edit = plan_edit(path, entry, value)
    except (ConfigError, InvalidValueError):
        return
    edit.apply()
    after = {e: ConfigFile(path).document().value(e) for e in all_entries()}
    written = after.pop(entry)
    wanted = {list: value.split(","), str: value}.get(entry.legacy.type_, written)
    assert written == wanted
    assert all(after[e] == before[e] for e in after)
    plan_edit(path, entry, None).apply()
    assert ConfigFile(path).find(entry) is None


def test_a_new_file_is_its_owners_alone_and_an_old_one_keeps_its_mode(tmp_path):
    entry = find_entry("admin.endpoint")
    plan_edit(tmp_path / "new" / "a.yaml", entry, "h").apply()
    assert (tmp_path / "new" / "a.yaml").stat().st_mode & 0o777 == 0o600
    (tmp_path / "new" / "a.yaml").chmod(0o640)
    plan_edit(tmp_path / "new" / "a.yaml", entry, "i").apply()
    assert (tmp_path / "new" / "a.yaml").stat().st_mode & 0o777 == 0o640
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.yaml"]


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "real.yaml").write_text("admin: {endpoint: a}")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    plan_edit(tmp_path / "link.yaml", find_entry("admin.endpoint"), "b").apply()
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "admin: {endpoint: b}"


def test_a_change_in_between_is_refused_with_the_difference(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("admin: {endpoint: a}")
    edit = plan_edit(path, find_entry("admin.endpoint"), "b")
    path.write_text("admin: {endpoint: other}")
    with pytest.raises(ConfigError, match=r"\+admin: \{endpoint: other\}"):
        edit.apply()
    assert path.read_text() == "admin: {endpoint: other}"


def test_a_change_just_before_the_file_is_replaced_is_refused_with_the_difference(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("admin: {endpoint: other}")
    with pytest.raises(ConfigConflictError, match=r"\+admin: \{endpoint: other\}"):
        write_atomically(str(path), b"mine", expected=b"admin: {endpoint: a}")
    assert path.read_text() == "admin: {endpoint: other}"
    with pytest.raises(ConfigConflictError):
        write_atomically(str(path), b"mine", expected=None)
    with pytest.raises(ConfigConflictError):
        write_atomically(str(tmp_path / "gone.yaml"), b"mine", expected=b"x")
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]


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
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]


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
    plan_edit(tmp_path / "a.yaml", find_entry("admin.endpoint"), "h").apply()
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]
    (tmp_path / ".a.yaml.lock").symlink_to(tmp_path / "nowhere")
    plan_edit(tmp_path / "a.yaml", find_entry("admin.endpoint"), "i").apply()
    assert not (tmp_path / "nowhere").exists()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


@needs_root
def test_root_leaves_a_users_file_to_the_user(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("admin: {endpoint: a}")
    path.chmod(0o600)
    os.chown(path, 1234, 4321)
    plan_edit(path, find_entry("admin.endpoint"), "b").apply()
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


def test_a_hard_link_goes_on_holding_the_old_content(tmp_path):
    (tmp_path / "a.yaml").write_text("admin: {endpoint: a}")
    os.link(tmp_path / "a.yaml", tmp_path / "other.yaml")
    plan_edit(tmp_path / "a.yaml", find_entry("admin.endpoint"), "b").apply()
    assert (tmp_path / "other.yaml").read_text() == "admin: {endpoint: a}"


def test_the_diff_is_what_will_change(tmp_path):
    (tmp_path / "a.yaml").write_text("admin:\n  endpoint: a\n  insecure: true\n")
    lines = plan_edit(tmp_path / "a.yaml", find_entry("admin.endpoint"), "b").diff().splitlines()
    assert [line for line in lines[2:] if line[0] in "+-"] == ["-  endpoint: a", "+  endpoint: b"]


def test_a_process_that_is_killed_while_it_writes_leaves_one_of_the_two(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("admin: {endpoint: one}")
    code = (
        "import sys\n"
        "from flyte_nb.config.edit.write import write_atomically\n"
        "for n in range(10**6):\n"
        "    write_atomically(sys.argv[1], b'admin: {endpoint: two}' + b' ' * 4096 * (n % 9))\n"
    )
    for wait in (0.2, 0.25, 0.3, 0.35):
        with subprocess.Popen([sys.executable, "-c", code, str(path)]) as process:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(wait)
            process.kill()
        assert path.read_text().rstrip() in {"admin: {endpoint: one}", "admin: {endpoint: two}"}


def test_a_place_that_cannot_be_written_is_one_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be read: Not a directory"):
        plan_edit(tmp_path / "file" / "a.yaml", find_entry("admin.endpoint"), "b")
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(ConfigError, match="cannot be written: Is a directory"):
        write_atomically(str(tmp_path / "a.yaml"), b"x")


def test_a_name_that_no_file_can_have_is_one_error():
    with pytest.raises(ConfigError, match="cannot be the name"):
        plan_edit("a\0.yaml", find_entry("admin.endpoint"), "b")
