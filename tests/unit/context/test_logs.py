import logging
from contextlib import contextmanager

import pytest

from flyte_nb.context.logs import CellHandler, LevelFollower, task_level


@contextmanager
def root_handlers(*handlers):
    """The root logger as in a kernel; pytest gives it handlers of its own."""
    root = logging.getLogger()
    before, root.handlers[:] = root.handlers[:], handlers
    yield
    root.handlers[:] = before


def emit(level=logging.INFO):
    CellHandler().emit(
        logging.LogRecord("flyte_nb.task", level, "f", 1, "started %s", ("train",), None)
    )


def test_records_go_to_the_stdout_of_now(capsys):
    with root_handlers():
        emit()
    assert capsys.readouterr().out.endswith("INFO started train\n")


def test_the_level_is_that_of_the_setting(monkeypatch):
    assert task_level() == logging.INFO
    monkeypatch.setenv("FLYTE_SDK_LOGGING_LEVEL", "WARNING")
    assert task_level() == logging.WARNING


def test_a_wrong_level_is_said_and_the_default_is_used(monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOGGING_LEVEL", "loud")
    with pytest.warns(UserWarning, match="FLYTE_SDK_LOGGING_LEVEL is 'loud'"):
        assert task_level() == logging.INFO


def test_handlers_of_the_users_own_are_enough(capsys):
    with root_handlers(logging.NullHandler()):
        emit()
    assert capsys.readouterr().out == ""


def test_a_level_that_changes_is_followed_and_one_that_the_user_set_stays(monkeypatch):
    logger = logging.getLogger("flyte_nb.test")
    follower = LevelFollower(logger)
    assert logger.level == logging.INFO
    monkeypatch.setenv("FLYTE_SDK_LOGGING_LEVEL", "WARNING")
    follower.update()
    assert logger.level == logging.WARNING
    logger.setLevel(logging.DEBUG)
    follower.update()
    assert logger.level == logging.DEBUG
