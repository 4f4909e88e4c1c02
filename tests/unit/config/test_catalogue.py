"""The settings themselves."""

import logging
from datetime import timedelta

import pytest

from flyte_nb.config.catalogue import AWS, LocalSDK, Platform, Secrets, StatsD, all_entries
from flyte_nb.errors import InvalidValueError


def test_each_has_a_sentence_and_names_of_its_own():
    entries = all_entries()
    assert all(entry.doc.endswith(".") for entry in entries)
    assert len({entry.name for entry in entries}) == len(entries)
    assert len({entry.env_names[0] for entry in entries}) == len(entries)


def test_what_is_a_secret_is_marked():
    assert {entry.env_names[0] for entry in all_entries() if entry.secret} == {
        "FLYTE_CREDENTIALS_CLIENT_SECRET",
        "FLYTE_AWS_SECRET_ACCESS_KEY",
        "FLYTE_AZURE_STORAGE_ACCOUNT_KEY",
        "FLYTE_AZURE_CLIENT_SECRET",
    }


def test_the_process_environment_is_read_each_time(monkeypatch):
    assert Secrets.DEFAULT_DIR.read() is None
    assert Secrets.DEFAULT_DIR.value() == "/etc/secrets"
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", "/tmp/s")
    assert Secrets.DEFAULT_DIR.read() == Secrets.DEFAULT_DIR.value() == "/tmp/s"


@pytest.mark.parametrize(("text", "level"), [("10", 10), ("warning", logging.WARNING)])
def test_a_level_is_a_number_or_a_name(monkeypatch, text, level):
    monkeypatch.setenv("FLYTE_SDK_LOGGING_LEVEL", text)
    assert LocalSDK.LOGGING_LEVEL.value() == level


def test_wrong_text_names_the_variable_and_the_rule(monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOGGING_LEVEL", "loud")
    with pytest.raises(InvalidValueError, match=r"FLYTE_SDK_LOGGING_LEVEL is 'loud': not a log"):
        LocalSDK.LOGGING_LEVEL.value()


def test_statsd_has_two_names_of_which_its_own_wins(monkeypatch):
    monkeypatch.setenv("FLYTE_SECRETS_HOST", "older")
    assert StatsD.HOST.value() == "older"
    monkeypatch.setenv("FLYTE_STATSD_HOST", "newer")
    assert StatsD.HOST.value() == "newer"


@pytest.mark.parametrize(
    ("entry", "text", "value"),
    [
        (Platform.URL, "dns:///host", "host"),
        (Platform.INSECURE, "n", True),
        (Platform.INSECURE, "off", False),
        (Platform.INSECURE, "", False),
        (AWS.RETRIES, "0", 0),
        (AWS.RETRIES, "many", "many"),
        (AWS.BACKOFF_SECONDS, "7", timedelta(seconds=7)),
        (LocalSDK.WORKFLOW_PACKAGES, "a, b", ["a", " b"]),
    ],
)
def test_text_of_the_environment_means_what_it_does_in_flytekit(monkeypatch, entry, text, value):
    monkeypatch.setenv(entry.env_names[0], text)
    assert entry.read() == value
