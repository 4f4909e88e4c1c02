import logging
from contextlib import contextmanager

import pytest

from flyte_nb import ExecutionParameters, current_context, task
from flyte_nb.context.current import run_in
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.logs import TASK_LOGGER, CellHandler, LevelFollower, task_level


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


SECRET = "s3cr3t-Value-abcdefgh!"


@pytest.fixture
def handled():
    """What a handler of the user's own gets."""
    records = []
    handler = logging.Handler()
    handler.emit = records.append
    TASK_LOGGER.addHandler(handler)
    LEAK_GUARD.add(SECRET)
    yield records
    TASK_LOGGER.removeHandler(handler)


def test_a_field_is_masked_before_it_is_cut(handled):
    @task
    def logs():
        log = current_context().logging
        log.warning("x", extra={"payload": "p" * (2002 - len(SECRET)) + SECRET})
        seen.extend(current_context().log.lines())

    seen = []
    logs()
    assert SECRET[:8] not in repr(seen) + handled[0].payload


def test_what_a_child_logs_is_masked_and_kept(handled):
    @task
    def logs():
        current_context().logging.getChild("inner").warning("child says %s", SECRET)
        seen.extend(line.message for line in current_context().log.lines())

    seen = []
    logs()
    assert seen == ["child says ••••"] == [record.getMessage() for record in handled]
    assert handled[0].flyte_task.endswith("logs")


def test_what_cannot_describe_itself_harms_nobody(handled):
    class Broken:
        def __str__(self):
            raise RuntimeError

    TASK_LOGGER.warning("x", extra={"broken": Broken()})
    assert len(handled) == 1
    nowhere = ExecutionParameters(None, None, None, None, None, None)
    run_in(nowhere, TASK_LOGGER.warning, "no execution")
    assert handled[1].flyte_execution is None
