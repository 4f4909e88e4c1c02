"""Who wins, and who else there was."""

from datetime import timedelta

import pytest

from flyte_nb.config.catalogue import AWS, Credentials, Platform
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.resolve import MASK, Source, resolve
from flyte_nb.errors import InvalidValueError


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a configuration file."""

    def write_(name, text):
        (tmp_path / name).write_text(text)
        return ConfigFile(tmp_path / name)

    return write_


@pytest.fixture
def yaml(write):
    return write("c.yaml", "# first\nadmin:\n  # second\n  endpoint: dns:///file\n")


def test_default_when_nobody_says_anything():
    found = resolve(Platform.URL, None, {})
    assert (found.value, found.explicit, found.winner.source) == (
        "localhost:30080",
        None,
        Source.DEFAULT,
    )


def test_file_over_default_with_its_line(yaml):
    found = resolve(Platform.URL, yaml, {})
    assert (found.value, found.winner.source) == ("file", Source.YAML)
    assert found.winner.where == f"{yaml.path}:4"
    assert found.winner.raw == "dns:///file"


def test_environment_over_file_and_the_file_stays_a_candidate(yaml):
    found = resolve(Platform.URL, yaml, {"FLYTE_PLATFORM_URL": "variable"})
    assert [c.value for c in found.candidates] == ["variable", "file", "localhost:30080"]
    assert found.winner.where == "FLYTE_PLATFORM_URL"


def test_an_empty_variable_hides_the_file_and_says_so(yaml):
    found = resolve(Platform.URL, yaml, {"FLYTE_PLATFORM_URL": ""})
    assert (found.value, found.winner.source) == ("localhost:30080", Source.DEFAULT)
    assert "it hides what a file says" in found.candidates[0].problem


def test_ini_with_the_line_of_each_option(write):
    cfg = write("c.config", "[platform]\n# why\nurl = one\n[aws]\nretries: 0\n\nbackoff_seconds=9")
    assert resolve(Platform.URL, cfg, {}).winner.where == f"{cfg.path}:3"
    assert resolve(AWS.RETRIES, cfg, {}).winner.where == f"{cfg.path}:5"
    assert resolve(AWS.RETRIES, cfg, {}).value == 0
    assert resolve(AWS.BACKOFF_SECONDS, cfg, {}).value == timedelta(seconds=9)


@pytest.mark.parametrize(
    ("name", "text", "entry", "problem"),
    [
        ("c.config", "[platform]\nurl = 100%", Platform.URL, "write each % as %%"),
        ("c.config", "[platform]\ninsecure = maybe", Platform.INSECURE, "not a boolean"),
        ("c.config", "[aws]\nretries = many", AWS.RETRIES, "not of type int"),
        ("c.yaml", "admin: {endpoint: 8089}", Platform.URL, "not text: put it in quotes"),
    ],
)
def test_what_cannot_be_used_says_why_and_raises_where_it_is_needed(
    write, name, text, entry, problem
):
    cfg = write(name, text)
    found = resolve(entry, cfg, {})
    assert problem in found.candidates[0].problem
    assert found.value == entry.default
    with pytest.raises(InvalidValueError, match=problem):
        entry.value(cfg)


def test_a_number_that_is_none_stays_text_and_says_so():
    found = resolve(AWS.RETRIES, None, {"FLYTE_AWS_RETRIES": "many"})
    assert found.value == "many"
    assert found.candidates[0].problem == "not a number; it is used as it stands"


def test_a_secret_is_masked_everywhere(write):
    cfg = write("c.config", "[credentials]\nclient_secret = hunter2-file")
    environ = {"FLYTE_CREDENTIALS_CLIENT_SECRET": "hunter2-variable"}
    found = resolve(Credentials.CLIENT_CREDENTIALS_SECRET, cfg, environ)
    assert [c.raw for c in found.candidates] == [MASK, MASK, ""]
    assert "hunter2" not in repr(found)
    assert found.value == "hunter2-variable"


def test_the_last_of_two_equal_keys_counts_with_its_own_line(write):
    cfg = write("c.yaml", "admin:\n  endpoint: one\n  endpoint: two\n")
    found = resolve(Platform.URL, cfg, {})
    assert (found.value, found.winner.where) == ("two", f"{cfg.path}:3")


def test_text_that_is_no_boolean_says_what_it_counts_as(write):
    cfg = write("c.yaml", "admin:\n  insecure: yess\n")
    found = resolve(Platform.INSECURE, cfg, {})
    assert found.value is True
    assert found.candidates[0].problem == "no boolean, and counts as true: write true or false"
