"""What a user sees of the configuration."""

import pytest

from flyte_nb.config.editor import change
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.view import explain, files, find_entry, show
from flyte_nb.errors import InvalidValueError


@pytest.fixture
def cfg(tmp_path, environment):
    path = tmp_path / "c.yaml"
    path.write_text(
        "admin:\n  endpont: x\n  endpoint: <b>host</b>\n  insecure: true\n"
        "storage: {connection: {secret-key: hunter2}}\n"
    )
    path.chmod(0o600)
    environment["FLYTE_PLATFORM_INSECURE"] = "off"
    return ConfigFile(path)


def test_show_lists_what_is_set_where_and_what_is_wrong(cfg):
    view = show(cfg)
    assert view.rows == (
        ("admin.endpoint", "<b>host</b>", f"{cfg.path}:3"),
        ("admin.insecure", "False", "FLYTE_PLATFORM_INSECURE"),
        ("storage.connection.secret-key", "••••", f"{cfg.path}:5"),
    )
    assert any("did you mean admin.endpoint?" in remark for remark in view.remarks)
    assert len(show(cfg, everything=True).rows) == 45


def test_no_secret_and_no_markup_of_a_value_comes_through(cfg):
    for view in (show(cfg), explain("aws.secret_access_key", cfg)):
        assert "hunter2" not in repr(view) + view._repr_html_()
    assert "<b>" not in show(cfg)._repr_html_()


def test_what_a_terminal_would_obey_is_seen(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(
        'admin: {clientId: "a\\x1b[2J\\nb"}\n"\\x1b]0;owned\\x07": 1\n"c\\nerror: d\\u202e": 1\n'
    )
    view = show(ConfigFile(path))
    text = repr(view)
    for seen in (
        r"a\x1b[2J\nb",
        r"\x1b]0;owned\x07: nothing reads it",
        r"c\nerror: d\u202e: nothing",
    ):
        assert seen in text
        assert seen in view._repr_html_()
    assert all(c.isprintable() or c == "\n" for c in text)


def test_explain_lists_every_candidate_the_one_in_force_first(cfg):
    view = explain("admin.insecure", cfg)
    assert [row[:3] for row in view.rows if len(row) == 3] == [
        ("in force", "FLYTE_PLATFORM_INSECURE", "False"),
        ("", f"{cfg.path}:4", "True"),
        ("", "default", "False"),
    ]


def test_the_default_is_marked_where_an_empty_variable_hides_the_file(cfg, environment):
    environment["FLYTE_PLATFORM_URL"] = ""
    assert [row[0] for row in explain("admin.endpoint", cfg).rows] == ["", "", "in force"]


@pytest.mark.parametrize("name", ["admin.endpoint", "platform.url", "flyte_platform_url"])
def test_a_setting_has_three_names(name):
    assert find_entry(name).env_names == ("FLYTE_PLATFORM_URL",)


def test_the_last_part_of_a_name_is_enough_where_one_setting_has_it():
    assert find_entry("audience").name == "admin.audience"
    assert find_entry("client_secret_location").name == "admin.clientSecretLocation"
    with pytest.raises(
        InvalidValueError, match=r"credentials\.client_secret or azure\.client_secret"
    ):
        find_entry("client_secret")
    with pytest.raises(InvalidValueError, match=r"did you mean admin\.endpoint or console"):
        find_entry("platform.endpoint")


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(InvalidValueError, match=r"no setting 'admin.endpont'\n.*admin.endpoint"):
        explain("admin.endpont")
    with pytest.raises(InvalidValueError, match="--all lists them"):
        explain("zzzzzz")


def test_a_broken_file_is_shown_with_what_is_wrong(tmp_path):
    (tmp_path / "c.yaml").write_text("admin:\n\tendpoint: x")
    (remark,) = [r for r in show(ConfigFile(tmp_path / "c.yaml")).remarks if "error" in r]
    assert "c.yaml:2:1: not YAML" in remark


def test_files_say_which_is_used(home):
    assert "No configuration file is there" in repr(files())
    (home / ".flyte").mkdir()
    for name in ("config", "config.yaml"):
        (home / ".flyte" / name).touch()
    states = [row[0] for row in files().rows]
    assert states == ["not there", "used", "hidden by the one above"]


def test_explain_says_when_the_file_is_broken(tmp_path):
    (tmp_path / "c.yaml").write_text("admin:\n\tendpoint: x")
    view = explain("admin.endpoint", ConfigFile(tmp_path / "c.yaml"))
    assert "c.yaml:2:1: not YAML" in view.remarks[-1]


@pytest.mark.usefixtures("home")
def test_a_change_that_has_no_effect_says_so(tmp_path, environment):
    path = str(tmp_path / "c.yaml")
    assert "no effect" in change("admin.endpoint", "a", path).remarks[-1]
    environment["FLYTECTL_CONFIG"] = path
    assert "no effect" not in change("admin.endpoint", "b").remarks[-1]
    environment["FLYTE_PLATFORM_URL"] = "c"
    assert "no effect" in change("admin.endpoint", "d").remarks[-1]


@pytest.mark.usefixtures("home")
def test_nothing_set_is_no_empty_table():
    assert repr(show()).splitlines()[0] == "Configuration (no file)"
    assert "setting " not in repr(show())


@pytest.mark.usefixtures("home")
def test_a_variable_that_names_no_file_is_said(environment):
    environment["FLYTECTL_CONFIG"] = "/nowhere/x.yaml"
    assert "note: FLYTECTL_CONFIG names /nowhere/x.yaml, which is not there" in show().remarks
