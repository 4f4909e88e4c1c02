import logging

import pytest

from flyte_nb.config import LocalSDK, Secrets
from flyte_nb.errors import InvalidValueError


def test_variable_wins_over_default():
    assert Secrets.ENV_PREFIX.read({}) == "_FSEC_"
    assert Secrets.ENV_PREFIX.read({"FLYTE_SECRETS_ENV_PREFIX": "X_"}) == "X_"


def test_an_empty_variable_is_a_value():
    assert Secrets.ENV_PREFIX.read({"FLYTE_SECRETS_ENV_PREFIX": ""}) == ""


def test_the_process_environment_is_read_each_time(monkeypatch):
    assert Secrets.DEFAULT_DIR.read() == "/etc/secrets"
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", " /tmp/s ")
    assert Secrets.DEFAULT_DIR.read() == "/tmp/s"


@pytest.mark.parametrize(("text", "level"), [("10", 10), ("warning", logging.WARNING)])
def test_a_level_is_a_number_or_a_name(text, level):
    assert LocalSDK.LOGGING_LEVEL.read({"FLYTE_SDK_LOGGING_LEVEL": text}) == level


def test_wrong_text_names_the_variable_and_the_rule():
    with pytest.raises(InvalidValueError, match=r"FLYTE_SDK_LOGGING_LEVEL is 'loud'.*\n.*Default"):
        LocalSDK.LOGGING_LEVEL.read({"FLYTE_SDK_LOGGING_LEVEL": "loud"})
