"""The session: settings that every later run follows."""

import subprocess
import sys

import pytest

from flyte_nb import Session, current_context, task
from flyte_nb.context.current import base_in_force
from flyte_nb.errors import InvalidValueError


@task
def where() -> str:
    return str(current_context().execution_id)


def test_settings_reach_the_context_and_the_tasks(session):
    session.configure(project="flytesnacks", domain="production", name="nightly-1")
    assert str(current_context().execution_id) == "ex:flytesnacks:production:nightly-1"
    assert where() == "ex:flytesnacks:production:nightly-1"


def test_without_a_name_each_run_has_a_fresh_one(session):
    assert where() != where() != str(session.parameters.execution_id)


def test_a_wrong_value_changes_nothing(session):
    with pytest.raises(InvalidValueError, match="project 'UPPER'"):
        session.configure(domain="production", project="UPPER")
    assert session.settings.domain == "local"


def test_changes_keep_decks_and_stats_of_the_cell(session):
    session.parameters.default_deck.append("kept")
    session.parameters.stats.inc("kept")
    session.configure(project="other")
    assert session.parameters.default_deck.html == "kept"
    assert [m.name for m in session.parameters.stats.metrics] == ["kept"]


def test_listeners_hear_of_changes_until_they_stop(session):
    heard = []
    stop = session.on_change(lambda: heard.append(session.settings.project))
    session.configure(project="one")
    session.reset()
    stop()
    session.configure(project="two")
    assert heard == ["one", "local"]


def test_the_newest_session_is_in_force(session):
    inner = Session()
    remove = inner.install()
    inner.configure(project="inner")
    assert base_in_force() is inner
    remove()
    assert base_in_force() is session


@pytest.mark.usefixtures("session")
def test_outside_of_tasks_there_is_a_context_with_a_working_directory():
    context = current_context()
    assert context.task_id is None
    assert context.working_directory == current_context().working_directory


def test_the_session_of_a_script_is_one_for_all_threads():
    code = (
        "import threading\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from flyte_nb import current_context\n"
        "barrier = threading.Barrier(16)\n"
        "def look(_):\n"
        "    barrier.wait()\n"
        "    return id(current_context())\n"
        "with ThreadPoolExecutor(16) as pool:\n"
        "    assert len(set(pool.map(look, range(16)))) == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
