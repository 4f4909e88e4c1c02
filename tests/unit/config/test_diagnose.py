"""What a user should know of a configuration."""

import pytest

from flyte_nb.config.diagnose import problems
from flyte_nb.config.file import ConfigFile


@pytest.fixture
def said(tmp_path):
    """Return a function that gives the problems of a file and an environment, as text."""

    def said_(name, text, environ=(), mode=0o600):
        path = tmp_path / name
        path.write_text(text)
        path.chmod(mode)
        found = problems(ConfigFile(path), dict(environ))
        return [str(problem).replace(str(path), name) for problem in found]

    return said_


def test_a_good_file_has_none(said):
    flytectl = "admin:\n  endpoint: x\n  authType: Pkce\nlogger:\n  level: 5\nimages:\n  my: x:1\n"
    assert said("c.yaml", flytectl) == []
    assert said("c.config", "[platform]\nurl=x\n[images]\nmine=x:1\n[secrets]\nhost=h") == []


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("c.yaml", "admin:\n  endpont: x", "c.yaml:2: admin.endpont: did you mean admin.endpoint?"),
        ("c.yaml", "amdin:\n  endpoint: x", "c.yaml:2: amdin.endpoint: did you mean"),
        ("c.yaml", "zzz: 1", "c.yaml:1: zzz: nothing reads it"),
        ("c.config", "[platform]\nurll=x", "c.config:2: platform.urll: did you mean platform.url?"),
        ("c.yaml", "admin:\n  insecure: true\n  insecure: false", "c.yaml:3: 'insecure' stands in"),
        ("c.config", "[aws]\nretries=x", "c.config:2: aws.retries: not of type int"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(said, name, text, problem):
    assert any(line.startswith(problem) for line in said(name, text))


def test_a_setting_behind_the_environment_has_no_effect(said):
    environ = {"FLYTE_PLATFORM_URL": "other"}
    assert said("c.yaml", "admin: {endpoint: x}", environ) == [
        "c.yaml:1: admin.endpoint has no effect: FLYTE_PLATFORM_URL is stronger"
    ]


def test_a_secret_that_others_can_read(said):
    text = "[credentials]\nclient_secret=hunter2"
    assert said("c.config", text) == []
    (problem,) = said("c.config", text, mode=0o644)
    assert problem.startswith("c.config:2: credentials.client_secret is a secret and others can")
    assert "hunter2" not in problem


def test_a_file_of_a_secret_that_others_can_read(said, tmp_path):
    path = tmp_path / "secret"
    text = f"admin:\n  clientSecretLocation: {path}\n"
    assert said("c.yaml", text) == []
    path.write_text("hunter2")
    path.chmod(0o600)
    assert said("c.yaml", text) == []
    path.chmod(0o640)
    (problem,) = said("c.yaml", text)
    assert problem.startswith("c.yaml:2: admin.clientSecretLocation: others can read the secret")
    assert f"chmod 600 {path}" in problem
    environ = {"FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION": "a\0b"}
    assert "others" not in str(problems(None, environ))


def test_without_a_file_the_environment_is_looked_at():
    (problem,) = problems(None, {"FLYTE_AWS_RETRIES": "many"})
    assert str(problem) == "FLYTE_AWS_RETRIES: aws.retries: not a number; it is used as it stands"


def test_of_many_unknown_keys_the_first_are_enough(said):
    for name in ("c.yaml", "c.config"):
        text = "".join(f"zz{n}: 1\n" for n in range(5000))
        found = said(name, text if name == "c.yaml" else f"[a]\n{text}")
        assert len(found) == 51
        assert found[-1].endswith("nor maybe more that follows")


def test_a_long_key_is_not_said_in_full(said):
    (problem,) = said("c.yaml", f"? {'x' * 9999}\n: 1\n")
    assert len(problem) < 300


def test_defaults_are_what_the_settings_of_every_section_are_made_of(said):
    assert said("c.config", "[DEFAULT]\nhost=h\n[platform]\nurl=%(host)s:1\n") == []


@pytest.mark.parametrize("text", ["admin: 5\n", "admin:\n", "storage: {connection: x}\n"])
def test_a_value_where_settings_are_expected_is_said(tmp_path, text):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    found = [str(problem) for problem in problems(ConfigFile(path), {})]
    assert any("where settings are expected" in line for line in found)
