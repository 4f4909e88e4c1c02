"""Which file, and what it says now."""

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.config import file as config_file
from flyte_nb.config.catalogue import Credentials, Platform, all_entries
from flyte_nb.config.entry import LegacyConfigEntry, YamlConfigEntry
from flyte_nb.config.file import ConfigFile, get_config_file, locations
from flyte_nb.config.images import ImageConfig
from flyte_nb.config.objects import Config
from flyte_nb.errors import ConfigFileError, InvalidValueError


def endpoint(cfg=None):
    return Platform.URL.value(get_config_file(cfg))


@pytest.fixture
def folder(home, tmp_path):
    """An empty HOME, and an empty working directory."""
    os.chdir(tmp_path)
    (home / ".flyte").mkdir()
    return home / ".flyte"


def test_the_usual_places_in_their_order(folder, tmp_path, environment):
    assert get_config_file() is None
    places = [
        (folder / "config.yaml", "admin: {endpoint: home-yaml}"),
        (folder / "config", "[platform]\nurl=home-ini"),
        (tmp_path / "flytekit.config", "[platform]\nurl=here"),
        (tmp_path / "flytectl.yaml", "admin: {endpoint: flytectl}"),
        (tmp_path / "override.yaml", "admin: {endpoint: override}"),
    ]
    expected = ["home-yaml", "home-ini", "here", "flytectl", "override"]
    variables = {"flytectl": config_file.FILE_VARIABLE, "override": config_file.OVERRIDE_VARIABLE}
    for (path, text), value in zip(places, expected, strict=True):
        path.write_text(text)
        if value in variables:
            environment[variables[value]] = str(path)
        assert endpoint() == value


def test_a_variable_that_names_no_file_is_passed_over(folder, environment):
    (folder / "config.yaml").write_text("admin: {endpoint: home}")
    environment[config_file.FILE_VARIABLE] = "/nowhere.yaml"
    assert endpoint() == "home"
    assert [place.exists for place in locations()] == [False, False, False, True]


def test_home_and_path_objects_are_accepted(folder):
    (folder / "mine.yml").write_text("admin: {endpoint: mine}")
    assert endpoint("~/.flyte/mine.yml") == endpoint(folder / "mine.yml") == "mine"


@pytest.mark.parametrize(
    ("name", "is_yaml"), [("a.yaml", True), ("a.yml", True), ("myyaml", True), ("A.YAML", False)]
)
def test_the_kind_goes_by_the_ending(tmp_path, name, is_yaml):
    (tmp_path / name).touch()
    assert ConfigFile(tmp_path / name).is_yaml is is_yaml


def test_a_change_is_seen_at_the_next_read(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("admin: {endpoint: one}")
    cfg = ConfigFile(path)
    assert endpoint(cfg) == "one"
    path.write_text("admin: {endpoint: two}")
    os.utime(path, ns=(1, 1))
    assert endpoint(cfg) == "two"
    (tmp_path / "new").write_text("admin: {endpoint: six}")
    os.utime(tmp_path / "new", ns=(1, 1))
    (tmp_path / "new").replace(path)
    assert endpoint(cfg) == "six"
    path.unlink()
    with pytest.raises(ConfigFileError, match="No such file"):
        endpoint(cfg)


def test_an_unchanged_file_is_not_parsed_again(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("admin: {endpoint: one}")
    assert ConfigFile(path).document() is ConfigFile(path).document()


def test_a_missing_file_that_was_asked_for_is_an_error(tmp_path):
    for name in ("missing.yaml", "missing.config"):
        with pytest.raises(ConfigFileError, match="cannot be read: No such file"):
            Config.auto(tmp_path / name)


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    with (tmp_path / "huge.yaml").open("wb") as huge:
        huge.truncate(100 << 20)
    for name in ("fifo", "folder", "loop", "huge"):
        with pytest.raises(ConfigFileError, match=name):
            ConfigFile(tmp_path / f"{name}.yaml")
    with pytest.raises(ConfigFileError):
        ConfigFile("nul\0.yaml")


BROKEN = {
    "tab.yaml": ("admin:\n\tendpoint: x", r"tab.yaml:2:1: not YAML: .*\n    \\tendpoint: x"),
    "list.yaml": ("- a", r"list.yaml:1: a mapping is expected here, not a list"),
    "text.yaml": ("text", r"a mapping is expected here, not a str"),
    "deep.yaml": ("[" * 100_000, r"not YAML: more than 100 levels deep"),
    "no-section.config": ("url=x", r"no-section.config:1: a setting stands before the first"),
    "twice.config": ("[a]\nb=1\nb=2", r"twice.config:3: 'b' stands in \[a\] twice"),
    "sections.config": ("[a]\n[b]\n[a]", r"sections.config:3: section \[a\] stands here twice"),
    "junk.config": ("[a]\njunk", r"junk.config:2: not a line that an INI file has"),
    "internal.config": ("[internal]\na=1", r"\[internal\] is reserved"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_says_where_and_why(tmp_path, name):
    text, message = BROKEN[name]
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigFileError, match=message):
        Config.auto(tmp_path / name)


@pytest.mark.parametrize("name", ["a.yaml", "a.config"])
@pytest.mark.parametrize("content", ["x: é".encode("utf-16"), b"\xff\xfe", b"admin: \x00", b"\x80"])
def test_what_is_no_text_is_a_problem_of_the_file(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert ConfigFile(tmp_path / name).problems[0].is_error


def test_an_empty_file_is_no_problem(tmp_path):
    for name in ("empty.yaml", "empty.config"):
        (tmp_path / name).touch()
        assert ConfigFile(tmp_path / name).problems == ()
        assert Config.auto(tmp_path / name).platform.endpoint == "localhost:30080"


def test_aliases_that_multiply_are_refused_with_their_place(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60)]
    (tmp_path / "bomb.yaml").write_text("\n".join([*lines, "admin: {endpoint: *a59}"]))
    with pytest.raises(ConfigFileError, match=r"bomb.yaml:6:\d+: not YAML: more than 200,000"):
        Config.auto(tmp_path / "bomb.yaml")


@given(st.binary(max_size=300) | st.text("[]{}:=-#&*!|>%@'\"\n\t ab").map(str.encode))
def test_any_bytes_give_values_or_a_problem(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("f.yaml", "f.config"):
        (folder / name).write_bytes(content)
        cfg = ConfigFile(folder / name)
        list(cfg.paths())
        found = [cfg.find(entry) for entry in all_entries()]
        assert cfg.images is not None
        if any(problem.is_error for problem in cfg.problems):
            assert name.endswith("config") or found == [None] * len(found)


def test_flytekits_own_ways_to_what_a_file_says(tmp_path):
    (tmp_path / "c.yaml").write_text("admin: {endpoint: a, retries: 0, scopes: [x]}")
    cfg = ConfigFile(tmp_path / "c.yaml")
    assert cfg.yaml_config == {"admin": {"endpoint": "a", "retries": 0, "scopes": ["x"]}}
    assert cfg.legacy_config is None
    assert cfg.get(YamlConfigEntry("admin.retries", int)) == 0
    assert cfg.get(YamlConfigEntry("admin.endpoint.deeper")) is None
    assert cfg.get(LegacyConfigEntry("platform", "url")) is None
    ini = "[DEFAULT]\nhost=h\n[aws]\nretries=x\nendpoint=%(host)s:1\nb=%"
    (tmp_path / "c.config").write_text(ini)
    cfg = ConfigFile(tmp_path / "c.config")
    assert cfg.yaml_config is None
    assert cfg.legacy_config.get("aws", "endpoint") == "h:1"
    assert cfg.get(LegacyConfigEntry("aws", "endpoint")) == "h:1"
    assert cfg.get(LegacyConfigEntry("aws", "none")) is None
    with pytest.raises(InvalidValueError, match=r"c.config:4: aws.retries: not of type int"):
        cfg.get(LegacyConfigEntry("aws", "retries", int))


def test_a_list_in_hand_is_no_way_to_change_what_the_file_says(tmp_path):
    (tmp_path / "c.yaml").write_text("admin: {scopes: [a]}")
    Config.auto(tmp_path / "c.yaml").platform.scopes.append("b")
    assert Config.auto(tmp_path / "c.yaml").platform.scopes == ["a"]


def test_what_is_merged_is_found_where_it_is_written_and_is_no_duplicate(tmp_path):
    text = "base: &b\n  endpoint: a\n  clientId: c\nadmin:\n  <<: *b\n  endpoint: d\n"
    (tmp_path / "c.yaml").write_text(text)
    cfg = ConfigFile(tmp_path / "c.yaml")
    assert cfg.problems == ()
    assert (cfg.find(Platform.URL).value, cfg.find(Platform.URL).line) == ("d", 6)
    client = cfg.find(Credentials.CLIENT_ID)
    assert (client.value, client.line) == ("c", 3)


def test_a_line_ends_where_it_ends_in_flytekit(tmp_path):
    (tmp_path / "c.config").write_bytes("[platform]\rurl = a\x85b\u2028c\x0bd\r\n# x\n".encode())
    cfg = ConfigFile(tmp_path / "c.config")
    assert (cfg.find(Platform.URL).value, cfg.find(Platform.URL).line) == ("a\x85b\u2028c\x0bd", 2)


def test_a_byte_order_mark_is_no_text(tmp_path):
    for name, text in (("c.config", "[platform]\nurl = h"), ("c.yaml", "admin: {endpoint: h}")):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert Config.auto(tmp_path / name).platform.endpoint == "h"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.config", "[credentials]\nclient_secret = hunter2\nclient_secret = hunter2"),
        ("c.config", "[credentials]\nclient_secret hunter2"),
        ("c.config", "http://u:hunter2@host"),
        ("c.yaml", "admin:\n  clientSecret: 'a' hunter2\n"),
    ],
)
def test_a_problem_repeats_no_line_with_a_secret(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    (problem,) = ConfigFile(tmp_path / name).problems
    assert problem.is_error
    assert "hunter2" not in str(problem)


def test_an_image_with_a_stray_percent_is_a_problem_and_an_error_with_its_place(tmp_path):
    (tmp_path / "c.config").write_text("[images]\na = b:1\nc = 50%\n")
    cfg = ConfigFile(tmp_path / "c.config")
    assert re.search(r"c.config:3: images.c: write each % as %%", str(cfg.problems[0]))
    with pytest.raises(ConfigFileError, match=r"c.config:3: images.c: write each %"):
        ImageConfig.auto(cfg)
    assert Config.auto(cfg).platform.endpoint == "localhost:30080"


def test_references_that_multiply_are_a_problem_of_their_setting(tmp_path):
    lines = [f"l{n} = {f'%(l{n - 1})s' * 10}" for n in range(1, 9)]
    text = "\n".join(["[platform]", "l0 = x", *lines, "url = %(l8)s", "ca_cert_file_path = %(l1)s"])
    (tmp_path / "c.config").write_text(text)
    cfg = ConfigFile(tmp_path / "c.config")
    assert "lead to too many others" in cfg.find(Platform.URL).problem
    assert cfg.find(Platform.CA_CERT_FILE_PATH).value == "x" * 10
    (tmp_path / "c.config").write_text(f"[platform]\na={'x' * 3000}\nurl=%(a)s%(a)s")
    assert "lead to too many others" in cfg.find(Platform.URL).problem


@pytest.mark.parametrize(
    "value", ["!!int ''", "!!bool x", "!!timestamp x", "!!float ''", "!!x y", "{[a]: b}", "*n"]
)
def test_a_value_that_is_not_of_its_tag_says_where(tmp_path, value):
    (tmp_path / "c.yaml").write_text(f"a: 1\nb: {value}\n")
    with pytest.raises(ConfigFileError, match=r"c.yaml:2:\d+: not YAML: "):
        Config.auto(tmp_path / "c.yaml")
