import logging
from contextlib import contextmanager

from flyte_nb.context.logs import CellHandler


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


def test_less_severe_than_the_setting_is_not_shown(capsys, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOGGING_LEVEL", "WARNING")
    with root_handlers():
        emit()
    assert capsys.readouterr().out == ""


def test_handlers_of_the_users_own_are_enough(capsys):
    with root_handlers(logging.NullHandler()):
        emit()
    assert capsys.readouterr().out == ""
