"""Edits: exact bytes, and proof that nothing else changes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.edit import plan_edit
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.view import find_entry
from flyte_nb.errors import ConfigError, InvalidValueError

# before, setting, value, after
YAML_SETS = [
    ("", "admin.endpoint", "h", "admin:\n  endpoint: h\n"),
    ("# top\n", "admin.insecure", "true", "# top\nadmin:\n  insecure: true\n"),
    (
        "admin:\n    endpoint: 'a'   # why\n\n# next\nlogger:\n  level: 1\n",
        "admin.endpoint",
        "b",
        "admin:\n    endpoint: 'b'   # why\n\n# next\nlogger:\n  level: 1\n",
    ),
    ('admin: {endpoint: "a"}', "admin.endpoint", "b", 'admin: {endpoint: "b"}'),
    ("admin: {a: 1}", "admin.clientId", "x", "admin: {a: 1, clientId: x}"),
    ("admin: {}", "admin.clientId", "x", "admin: {clientId: x}"),
    (
        "admin:\n  a: 1\n\nlogger: {}\n",
        "admin.scopes",
        "x,y",
        "admin:\n  a: 1\n  scopes: [x, y]\n\nlogger: {}\n",
    ),
    ("admin:\n  scopes:\n  - a\n  - b\n", "admin.scopes", "c", "admin:\n  scopes: [c]\n"),
    ("admin:\n  endpoint:\n", "admin.endpoint", "h", "admin:\n  endpoint: h\n"),
    ("admin:\r\n  a: 1\r\n", "admin.endpoint", "h", "admin:\r\n  a: 1\r\n  endpoint: h\r\n"),
    ("admin:\n  a: 1", "admin.endpoint", "h", "admin:\n  a: 1\n  endpoint: h\n"),
    ("admin:\n  endpoint: a", "admin.endpoint", "true", "admin:\n  endpoint: 'true'"),
    ("admin:\n  audience: a", "admin.audience", "a: #b", "admin:\n  audience: 'a: #b'"),
    ("admin:\n  endpoint: &a !!str g\n", "admin.endpoint", "h", "admin:\n  endpoint: &a !!str h\n"),
    ("admin: # why\n", "admin.endpoint", "h", "admin: {endpoint: h} # why\n"),
    ("admin: &a\n", "admin.endpoint", "h", "admin: &a {endpoint: h}\n"),
    ("admin: {a: 1, }", "admin.clientId", "x", "admin: {a: 1,  clientId: x}"),
    ("admin: {a: 1 # c\n  }", "admin.clientId", "x", "admin: {a: 1 # c\n  , clientId: x}"),
    (
        "x: &a 1\nadmin:\n  b: *a\ny: 2\n",
        "admin.clientId",
        "c",
        "x: &a 1\nadmin:\n  b: *a\n  clientId: c\ny: 2\n",
    ),
    ("admin:\r  a: 1\r", "admin.endpoint", "h", "admin:\r  a: 1\r  endpoint: h\r"),
    ("admin: {'a': 1}", "admin.clientId", "x", "admin: {'a': 1, 'clientId': 'x'}"),
    ("admin: {'a': 1, b: 2}", "admin.audience", "x", "admin: {'a': 1, b: 2, audience: x}"),
]
INI_SETS = [
    ("", "platform.url", "h", "[platform]\nurl = h\n"),
    ("[platform]\nurl=a\n", "platform.url", "b", "[platform]\nurl=b\n"),
    ("[aws]\nENDPOINT : a\n", "aws.endpoint", "50%", "[aws]\nENDPOINT : 50%%\n"),
    (
        "# c\n[platform]\n; d\ninsecure=true\n\n[aws]\nretries=1\n",
        "platform.url",
        "h",
        "# c\n[platform]\n; d\ninsecure=true\nurl = h\n\n[aws]\nretries=1\n",
    ),
    ("[aws]\nretries=1", "platform.url", "h", "[aws]\nretries=1\n\n[platform]\nurl = h\n"),
    ("  [platform]\n  [aws]\n", "platform.url", "h", "  [platform]\n  url = h\n  [aws]\n"),
    (
        "[platform]\nurl = a\n\n# s3\n[aws]",
        "platform.insecure",
        "true",
        "[platform]\nurl = a\ninsecure = true\n\n# s3\n[aws]",
    ),
]
# before, setting, after
YAML_UNSETS = [
    ("admin:\n  a: 1\n  endpoint: h # x\n  b: 2\n", "admin.endpoint", "admin:\n  a: 1\n  b: 2\n"),
    ("admin:\n  endpoint: h\n", "admin.endpoint", ""),
    ("# a\nadmin:\n  endpoint: h\n# b\nx: 1\n", "admin.endpoint", "# a\n# b\nx: 1\n"),
    ("admin:\n  # why\n  endpoint: h\n", "admin.endpoint", "admin: {}\n  # why\n"),
    ("admin: # why\n  endpoint: h\n", "admin.endpoint", "admin: {} # why\n"),
    ("admin: &a\n  endpoint: h # x\n\n  # y", "admin.endpoint", "admin: &a {}\n\n  # y"),
    (
        "storage:\n  connection:\n    endpoint: e\n  type: s3\n",
        "storage.connection.endpoint",
        "storage:\n  type: s3\n",
    ),
    ("storage:\n  connection:\n    endpoint: e", "storage.connection.endpoint", ""),
    ("admin:\r  a: 1\r  endpoint: h\r", "admin.endpoint", "admin:\r  a: 1\r"),
    ("admin: {endpoint: h, a: 1}", "admin.endpoint", "admin: {a: 1}"),
    ("admin: {a: 1, endpoint: h}", "admin.endpoint", "admin: {a: 1}"),
    ("admin: {a: 1, endpoint: h, b: 2}", "admin.endpoint", "admin: {a: 1, b: 2}"),
    ("admin: { a: 1, endpoint: h }", "admin.endpoint", "admin: { a: 1 }"),
    ("admin: {a: 1, endpoint: h, }", "admin.endpoint", "admin: {a: 1, }"),
    ("admin: {a: 'x, y', endpoint: h}", "admin.endpoint", "admin: {a: 'x, y'}"),
    ("admin: {endpoint: h} # why", "admin.endpoint", "admin: {} # why"),
    ("admin: &a { endpoint: h, }", "admin.endpoint", "admin: &a {}"),
    ("admin: {endpoint: , a: 1}", "admin.endpoint", "admin: {a: 1}"),
    ("admin: {? endpoint : h, a: 1}", "admin.endpoint", "admin: {a: 1}"),
    ("admin: {\n  endpoint: h,\n  a: 1\n  }", "admin.endpoint", "admin: {\n  a: 1\n  }"),
    ("admin: {\r\n  a: 1,\r\n  endpoint: h\r\n  }", "admin.endpoint", "admin: {\r\n  a: 1\r\n  }"),
    (
        "admin: {a: 1, # a, b\n  endpoint: h, # why\n  b: 2}",
        "admin.endpoint",
        "admin: {a: 1, # a, b\n   # why\n  b: 2}",
    ),
    ("admin: {a: 1, # a, b\n  endpoint: h\n  }", "admin.endpoint", "admin: {a: 1 # a, b\n  }"),
    ("admin: {a: 1,# c\n  endpoint: h}", "admin.endpoint", "admin: {a: 1 # c\n  }"),
    (
        "admin: {endpoint: h # why, not\n  , a: 1}",
        "admin.endpoint",
        "admin: { # why, not\n   a: 1}",
    ),
    ("admin: { # why\n  endpoint: h,\n  }", "admin.endpoint", "admin: { # why\n  }"),
    ("admin: {endpoint: h, # why\n  a: 1}", "admin.endpoint", "admin: { # why\n  a: 1}"),
    ("admin: {a: 1, endpoint: h,\n  b: 2}", "admin.endpoint", "admin: {a: 1,\n  b: 2}"),
    ('{"admin": {"endpoint": "h"}, "x": 1}', "admin.endpoint", '{"admin": {}, "x": 1}'),
    (
        "storage: {connection: {endpoint: e}, type: s3}",
        "storage.connection.endpoint",
        "storage: {connection: {}, type: s3}",
    ),
    ("admin:\n  a: 1\n  scopes:\n  - x\n  - y\n", "admin.scopes", "admin:\n  a: 1\n"),
    ("logger: {}\n", "admin.endpoint", "logger: {}\n"),
]
INI_UNSETS = [
    ("[platform]\nurl=a\ninsecure=1\n", "platform.url", "[platform]\ninsecure=1\n"),
]


def of_both(yaml, ini):
    return [("a.yaml", *row) for row in yaml] + [("a.config", *row) for row in ini]


def edited(path, before, setting, value):
    path.write_bytes(before.encode())
    plan_edit(path, find_entry(setting), value).apply()
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("name", "before", "setting", "value", "after"), of_both(YAML_SETS, INI_SETS)
)
def test_set_changes_these_bytes_only(tmp_path, name, before, setting, value, after):
    assert edited(tmp_path / name, before, setting, value) == after
    assert edited(tmp_path / name, after, setting, value) == after


@pytest.mark.parametrize(("name", "before", "setting", "after"), of_both(YAML_UNSETS, INI_UNSETS))
def test_unset_removes_these_bytes_only(tmp_path, name, before, setting, after):
    assert edited(tmp_path / name, before, setting, None) == after
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
        edited(tmp_path / "a.yaml", json.dumps(before, indent=indent), setting, value)
    )
    found = after
    for key in entry.yaml_keys:
        found = found[key]
    assert found == {"x,y": ["x", "y"], "true": True}.get(value, value)
    plan_edit(tmp_path / "a.yaml", entry, None).apply()
    assert isinstance(json.loads((tmp_path / "a.yaml").read_text()), dict)


def test_a_byte_order_mark_stays(tmp_path):
    after = edited(tmp_path / "a.yaml", "\ufeffadmin: {endpoint: a}", "admin.endpoint", "b")
    assert after == "\ufeffadmin: {endpoint: b}"


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


def test_a_name_that_no_file_can_have_is_one_error():
    with pytest.raises(ConfigError, match="cannot be the name"):
        plan_edit("a\0.yaml", find_entry("admin.endpoint"), "b")


def test_the_diff_is_what_will_change(tmp_path):
    (tmp_path / "a.yaml").write_text("admin:\n  endpoint: a\n  insecure: true\n")
    lines = plan_edit(tmp_path / "a.yaml", find_entry("admin.endpoint"), "b").diff().splitlines()
    assert [line for line in lines[2:] if line[0] in "+-"] == ["-  endpoint: a", "+  endpoint: b"]


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


def tried(path, text, entry, value):
    """Return every value before the edit and after it, None where it is refused."""
    path.write_text(text)
    before = values(path)
    try:
        edit = plan_edit(path, entry, value)
    except (ConfigError, InvalidValueError):
        return None
    edit.apply()
    return before, values(path)


def values(path):
    document = ConfigFile(path).document()
    return {entry: document.value(entry) for entry in all_entries()}


@given(YAML, st.sampled_from([e for e in all_entries() if e.yaml_keys and not e.secret]), VALUES)
def test_any_value_is_written_or_refused_and_nothing_else_changes(
    tmp_path_factory, text, entry, value
):
    path = tmp_path_factory.mktemp("edit") / "a.yaml"
    if (found := tried(path, text, entry, value)) is None:
        return
    before, after = found
    assert ConfigFile(path).problems == ()
    wanted = value.split(",") if entry.legacy.type_ is list else value
    assert entry.legacy.type_ is bool or after.pop(entry) == wanted
    after.pop(entry, None)
    assert all(after[e] == before[e] for e in after)


@given(INI, st.sampled_from([e for e in all_entries() if not e.secret]), VALUES)
def test_the_same_for_ini(tmp_path_factory, text, entry, value):
    path = tmp_path_factory.mktemp("edit") / "a.config"
    if (found := tried(path, text, entry, value)) is None:
        return
    before, after = found
    written = after.pop(entry)
    wanted = {list: value.split(","), str: value}.get(entry.legacy.type_, written)
    assert written == wanted
    assert all(after[e] == before[e] for e in after)
    plan_edit(path, entry, None).apply()
    assert ConfigFile(path).find(entry) is None
