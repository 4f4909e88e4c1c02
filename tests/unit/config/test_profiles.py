"""Named configurations."""

import pytest

from flyte_nb.config.choice import install_chooser
from flyte_nb.config.file import get_config_file, locations
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.config.profiles import find_profile, profiles
from flyte_nb.config.view import files, profile_list
from flyte_nb.errors import ConfigError, ConfigFileError


class Chooser:
    def __init__(self, path):
        self.config_path = path


@pytest.fixture
def flyte(home):
    folder = home / ".flyte"
    folder.mkdir()
    (folder / "config.yaml").write_text("admin: {endpoint: usual}")
    (folder / "config-staging.yaml").write_text("admin: {endpoint: stage, authType: DeviceFlow}")
    (folder / "staging.yaml").write_text("admin: {endpoint: other}")
    (folder / "prod.yml").write_text("admin: {endpoint: prod.example.com}")
    (folder / "notes.txt").write_text("not a configuration")
    return folder


@pytest.fixture
def choose():
    undo = []
    yield lambda path: undo.append(install_chooser(Chooser(None if path is None else str(path))))
    for remove in reversed(undo):
        remove()


def test_a_profile_is_a_file_of_flytectl(flyte):
    found = {p.name: (p.endpoint, p.auth, p.is_active) for p in profiles()}
    assert found == {
        "default": ("usual", "standard", True),
        "prod": ("prod.example.com", "standard", False),
        "staging": ("stage", "DeviceFlow", False),
        "staging.yaml": ("other", "standard", False),
    }
    assert find_profile("staging") == str(flyte / "config-staging.yaml")
    assert find_profile("~/.flyte/staging.yaml") == str(flyte / "staging.yaml")
    assert find_profile("default") is None


@pytest.mark.usefixtures("flyte")
def test_a_file_of_any_name_can_be_chosen(tmp_path, choose):
    path = tmp_path / "elsewhere.config"
    path.write_text("[platform]\nurl = elsewhere\n")
    assert find_profile(str(path)) == str(path)
    choose(path)
    assert [(p.name, p.endpoint) for p in profiles() if p.is_active] == [(str(path), "elsewhere")]


def test_everything_follows_the_choice_and_comes_back(flyte, choose):
    choose(flyte / "prod.yml")
    assert PlatformConfig.auto().endpoint == "prod.example.com"
    choose(None)
    assert PlatformConfig.auto().endpoint == "usual"


def test_a_chosen_file_that_is_gone_is_an_error_not_another_cluster(flyte, choose):
    choose(flyte / "prod.yml")
    (flyte / "prod.yml").unlink()
    with pytest.raises(ConfigFileError, match=r"prod\.yml"):
        get_config_file()
    assert next(locations()).origin == "%flyte_context use"
    assert next(row[0] for row in files().rows) == "missing: mend it, or %flyte_context use default"
    assert "used" not in {row[0] for row in files().rows}


@pytest.mark.usefixtures("flyte")
def test_an_unknown_name_names_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'staging'"):
        find_profile("stagging")
    with pytest.raises(ConfigError, match=r"known: default, prod, staging, staging\.yaml"):
        find_profile("zzz")


def test_a_broken_file_is_listed_and_cannot_be_chosen(flyte):
    (flyte / "broken.yaml").write_text("admin: [")
    (problem,) = [p.problem for p in profiles() if p.name == "broken"]
    assert "broken.yaml:" in problem
    with pytest.raises(ConfigFileError, match=r"broken\.yaml:"):
        find_profile("broken")


@pytest.mark.usefixtures("flyte")
def test_the_list_says_what_is_stronger_than_any_file(environment):
    environment["FLYTE_PLATFORM_URL"] = "shell"
    view = profile_list()
    assert view.rows[0] == ("active", "default", "usual", "standard", "~/.flyte/config.yaml")
    assert any("FLYTE_PLATFORM_URL is set" in remark for remark in view.remarks)


@pytest.mark.usefixtures("home")
def test_without_any_file_there_is_the_default():
    assert [(p.name, p.path) for p in profiles()] == [("default", "")]
    assert profile_list().rows == (("active", "default", "", "", "no file"),)
