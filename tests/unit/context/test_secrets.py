"""Names, order and refusals of the secrets manager."""

import os
import pickle
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import Secret, current_context, task
from flyte_nb.context import SecretRules, SecretsManager
from flyte_nb.errors import ConfigFileError, InvalidValueError, SecretNotFoundError

secrets = SecretsManager()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "variable",
    [
        "_FSEC_MY_GROUP_DB_PASSWORD",
        "_FSEC_MYGROUP_DB_PASSWORD",
        "FLYTE_SECRETS_MY_GROUP_DB_PASSWORD",
        "FLYTE_SECRETS_MYGROUP_DB_PASSWORD",  # the specification's example
        "MY_GROUP_DB_PASSWORD",
    ],
)
def test_each_spelling_of_the_variable(monkeypatch, variable):
    monkeypatch.setenv(variable, " value \n")
    assert secrets.get(group="my_group", key="db_password") == "value"
    assert secrets.my_group.db_password == "value"
    assert secrets.get("my_group", "db_password", encode_mode="rb") == b"value"


def test_environment_wins_over_file(monkeypatch, folder):
    (folder / "g").mkdir()
    (folder / "g" / "k").write_text("from file\n")
    assert secrets.get("g", "k") == "from file"
    monkeypatch.setenv("_FSEC_G_K", "from variable")
    assert secrets.get("g", "k") == "from variable"


def test_prefixes_of_the_configuration_file(home, environment):
    (home / ".flyte").mkdir()
    (home / ".flyte" / "config").write_text("[secrets]\nenv_prefix = MY_")
    environment["MY_G_K"] = "by the prefix of the file"
    assert secrets.get("g", "k") == "by the prefix of the file"
    (home / ".flyte" / "config").write_text("[secrets]\nenv_prefix = YOUR_")
    with pytest.raises(SecretNotFoundError, match="YOUR_G_K"):
        secrets.get("g", "k")


def test_a_broken_configuration_file_is_one_clear_error(home):
    (home / ".flyte").mkdir()
    (home / ".flyte" / "config").write_text("junk")
    with pytest.raises(ConfigFileError, match="config:1: a setting stands before the first"):
        secrets.get("g", "k")


def test_group_version_and_prefixes(monkeypatch, folder):
    monkeypatch.setenv("FLYTE_SECRETS_ENV_PREFIX", "P_")
    monkeypatch.setenv("FLYTE_SECRETS_FILE_PREFIX", "p-")
    assert secrets.get_secrets_env_var("G", "k", "v1") == "P_G_V1_K"
    assert secrets.get_secrets_file("G", "K", "v1") == str(folder / "g" / "v1" / "p-k")


def test_bytes_of_a_binary_file(folder):
    (folder / "g").mkdir()
    (folder / "g" / "k").write_bytes(b"\xff\x00\x01")
    assert secrets.get("g", "k", encode_mode="rb") == b"\xff\x00\x01"
    with pytest.raises(SecretNotFoundError, match="not UTF-8 text"):
        secrets.get("g", "k")


def test_missing_says_every_name_and_path_tried(folder):
    with pytest.raises(ValueError, match="secret my_group/key was not found") as caught:
        secrets.get("my_group", "key")
    text = str(caught.value)
    tried = ["_FSEC_MY_GROUP_KEY", "_FSEC_MYGROUP_KEY", "FLYTE_SECRETS_MY_GROUP_KEY"]
    tried += ["FLYTE_SECRETS_MYGROUP_KEY", " MY_GROUP_KEY", str(folder / "my_group" / "key")]
    places = [text.index(name) for name in tried]
    assert places == sorted(places)
    assert "Secret(group='my_group', key='key')" in text


def test_a_folder_where_the_file_should_be_is_said(folder):
    (folder / "g" / "k").mkdir(parents=True)
    with pytest.raises(SecretNotFoundError, match="k: a folder"):
        secrets.get("g", "k")


def test_a_bare_key_matches_no_variable_of_the_shell(monkeypatch):
    monkeypatch.setenv("TOKEN_OF_THE_SHELL", "not for you")
    with pytest.raises(SecretNotFoundError):
        secrets.get(key="token_of_the_shell")


def test_a_bare_group_matches_no_variable_of_the_shell(monkeypatch):
    monkeypatch.setenv("TOKEN_OF_THE_SHELL", "not for you")
    with pytest.raises(SecretNotFoundError):
        secrets.get("token_of_the_shell")


def test_a_declared_bare_group_does(monkeypatch):
    monkeypatch.setenv("TOKEN_OF_THE_SHELL", "for you")
    rules = SecretRules(declared=(Secret(group="token_of_the_shell"),))
    declared = SecretsManager(rules=rules)
    assert declared.get("token_of_the_shell") == "for you"


def test_home_is_expanded(monkeypatch, folder):
    (folder / "g").mkdir()
    (folder / "g" / "k").write_text("x")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", "~")
    assert secrets.get("g", "k") == "x"
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", "~nobody-of-that-name")
    with pytest.raises(SecretNotFoundError):
        secrets.get("g", "k")


def test_a_mode_is_text_or_bytes():
    with pytest.raises(InvalidValueError, match="encode_mode 'zz'"):
        secrets.get("g", "k", encode_mode="zz")


@pytest.mark.usefixtures("environment")
def test_bytes_of_a_variable_that_is_no_text():
    os.environb[b"_FSEC_G_K"] = b"\xff"
    assert secrets.get("g", "k", encode_mode="rb") == b"\xff"


def test_settings_are_no_secrets(monkeypatch):
    monkeypatch.setenv("FLYTE_SECRETS_ENV_PREFIX", "P_")
    with pytest.raises(SecretNotFoundError):
        secrets.get("env", "prefix")


@pytest.mark.parametrize(
    "wrong", ["..", ".", "../x", "/etc/hostname", "a/b", "a\\b", "a\0", "\udfff", 3]
)
def test_no_name_leaves_the_folder(wrong):
    with pytest.raises(InvalidValueError, match="cannot be part of a secret's name"):
        secrets.get("g", wrong)


@pytest.mark.parametrize("nothing", [(), ("", ""), (None, None)])
def test_neither_group_nor_key(nothing):
    with pytest.raises(InvalidValueError, match="needs a group or a key"):
        secrets.get(*nothing)


@given(st.text(), st.text())
def test_any_names_end_in_a_value_or_in_our_error(group, key):
    with suppress(InvalidValueError, SecretNotFoundError):
        secrets.get(group, key)


def test_protocol_methods_are_not_taken_for_groups():
    assert pickle.loads(pickle.dumps(secrets)) == secrets
    assert not hasattr(secrets, "_repr_html_")


def test_a_task_reads_what_it_declared(monkeypatch):
    monkeypatch.setenv("_FSEC_DB_PASSWORD", "hunter2")

    @task(secret_requests=[Secret(group="db", key="password")])
    def length() -> int:
        return len(current_context().secrets.db.password)

    assert length() == 7
