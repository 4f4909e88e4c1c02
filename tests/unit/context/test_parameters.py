"""The attributes that a task sees."""

import logging
from datetime import timezone
from pathlib import Path

from IPython.lib.pretty import pretty

from flyte_nb import (
    Deck,
    ExecutionParameters,
    FlyteRecoverableException,
    Secret,
    current_context,
    task,
)
from flyte_nb.models import ResourceType


def inside(look, **options):
    """Return what *look* says of the context of a running task."""
    seen = []

    @task(**options)
    def runs():
        seen.append(look(current_context()))

    runs()
    return seen[0]


def test_identifiers_are_of_this_run_and_this_task():
    context = inside(lambda c: c)
    assert isinstance(context, ExecutionParameters)
    assert context.task_id.resource_type is ResourceType.TASK
    assert context.task_id.name.endswith("runs")
    assert len(context.task_id.version) == 12
    assert context.execution_id.name.startswith("a")
    assert len(context.execution_id.name) == 20
    assert context.execution_id != inside(lambda c: c.execution_id)


def test_the_version_follows_the_source():
    @task
    def one() -> int:
        return 1

    @task
    def two() -> int:
        return 2

    assert one.version == one.version != two.version


def test_date_is_aware():
    assert inside(lambda c: c.execution_date).tzinfo is timezone.utc


def test_the_working_directory_is_there_for_the_run_only():
    path = inside(lambda c: c.working_directory)
    assert not Path(path).exists()

    def use(context):
        file = Path(context.working_directory, "data.csv")
        file.write_text("1,2")
        return file.read_text()

    assert inside(use) == "1,2"


def test_no_directory_is_made_for_who_asks_for_none(tmp_path, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(tmp_path / "box"))
    inside(lambda c: c.execution_id)
    assert not (tmp_path / "box").exists()
    inside(lambda c: c.working_directory)
    assert list((tmp_path / "box").iterdir()) == []


def test_logging_is_a_logger():
    assert isinstance(inside(lambda c: c.logging), logging.Logger)


def test_the_default_deck_is_one_and_keeps_its_first_append():
    def use(context):
        context.default_deck.append("first")
        context.default_deck.append("second")
        return [(deck.name, deck.html) for deck in context.decks]

    assert inside(use) == [("default", "first\nsecond")]


def test_decks_made_in_the_task_are_its_decks_only():
    outside = list(current_context().decks)
    assert inside(lambda c: [Deck("mine")] == c.decks)
    assert current_context().decks == outside


def test_panel_shows_names_and_never_values(monkeypatch):
    monkeypatch.setenv("_FSEC_DB_PASSWORD", "hunter2-hunter2")

    def show(context):
        context.secrets.get("db", "password")
        return pretty(context) + context._repr_html_() + repr(context)

    panel = inside(show, secret_requests=[Secret(group="db", key="password")])
    assert "db/password" in panel
    assert "runs" in panel
    assert "hunter2" not in panel


def test_panel_escapes_what_it_shows():
    def show(context):
        Deck("<script>")
        return context._repr_html_()

    assert "<script>" not in inside(show)


def test_enable_deck_says_what_the_task_asked_for():
    assert inside(lambda c: c.enable_deck, enable_deck=True)
    assert not inside(lambda c: c.enable_deck, enable_deck=False)
    assert not inside(lambda c: c.enable_deck)


def test_each_attempt_has_a_working_directory_of_its_own():
    seen = []

    @task(retries=1)
    def twice():
        seen.append(current_context().working_directory)
        if len(seen) == 1:
            raise FlyteRecoverableException("gone")

    twice()
    assert len(set(seen)) == 2
