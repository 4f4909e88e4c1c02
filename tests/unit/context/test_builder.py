"""Contexts with other values, copies, and what crosses to another process."""

import copy
import logging
import multiprocessing
import pickle
import threading
from datetime import datetime, timezone
from pathlib import Path

import pytest
from IPython.lib.pretty import pretty

from flyte_nb import (
    Deck,
    ExecutionParameters,
    FlyteContextManager,
    Secret,
    current_context,
    task,
)
from flyte_nb.context.checkpoint import SyncCheckpoint
from flyte_nb.context.states import ExecutionState
from flyte_nb.context.stats import TaggableStats
from flyte_nb.errors import CheckpointError, ContextAttributeError, SecretNotFoundError
from flyte_nb.models import WorkflowExecutionIdentifier


@pytest.fixture
def by_hand(tmp_path):
    """A context made by its constructor, as flytekit's users do in tests."""
    return ExecutionParameters(
        execution_date=datetime(2026, 1, 2, tzinfo=timezone.utc),
        tmp_dir=str(tmp_path),
        stats=TaggableStats(),
        execution_id=WorkflowExecutionIdentifier("p", "d", "n"),
        logging=logging.getLogger("mine"),
        raw_output_prefix="s3://bucket/raw",
        spark_session="spark",
    )


def inside(look, **options):
    """Return what *look* says of the context of a running task."""
    seen = []

    @task(**options)
    def runs():
        seen.append(look(current_context()))

    runs()
    return seen[0]


def test_the_constructor_takes_what_flytekits_takes(by_hand, tmp_path):
    assert by_hand.execution_id.name == "n"
    assert by_hand.working_directory == str(tmp_path)
    assert by_hand.raw_output_prefix == "s3://bucket/raw"
    assert by_hand.logging.name == "mine"
    assert (by_hand.output_metadata_prefix, by_hand.task_id) == (None, None)
    assert (by_hand.decks, by_hand.enable_deck, by_hand.attempt) == ([], False, 0)
    by_hand.default_deck.append("x")
    assert [deck.name for deck in by_hand.decks] == ["default"]
    assert by_hand.storage().raw_output_prefix == "s3://bucket/raw/"
    assert by_hand.mode.name == "LOCAL_TASK_EXECUTION"
    by_hand.at_end_of_attempt(lambda: None)
    assert "s3://bucket/raw" in pretty(by_hand)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        _ = by_hand.checkpoint
    with pytest.raises(SecretNotFoundError):
        by_hand.secrets.get("g", "k")


def test_attributes_of_the_task_type_are_found_by_any_case(by_hand):
    assert by_hand.spark_session == by_hand.SPARK_SESSION == by_hand.get("Spark_Session") == "spark"
    assert by_hand.has_attr("spark_session")
    assert not by_hand.has_attr("nope")


@pytest.mark.parametrize("error", [AttributeError, AssertionError, ContextAttributeError])
def test_what_is_not_there_is_one_clear_error(by_hand, error):
    assert not hasattr(by_hand, "nope")
    with pytest.raises(error, match=r"this context has no .nope.\n  hint: .*SPARK_SESSION"):
        _ = by_hand.nope
    with pytest.raises(error):
        by_hand.get("nope")
    assert getattr(current_context(), "nope", "default") == "default"


def test_an_error_inside_of_a_property_is_not_hidden(monkeypatch, by_hand):
    monkeypatch.setattr(ExecutionParameters, "task_id", property(lambda _: [].nope))
    with pytest.raises(AttributeError, match="'list' object has no attribute 'nope'"):
        _ = by_hand.task_id


def test_a_builder_changes_what_it_is_told_and_keeps_the_rest():
    def look(context):
        built = context.builder().add_attr("gpu", 4).build()
        enabled = built.with_enable_deck(enable_deck=True).build()
        assert (enabled.gpu, enabled.enable_deck, context.enable_deck) == (4, True, False)
        assert enabled.execution_id is context.execution_id
        assert enabled.task_id == context.task_id
        assert enabled.working_directory == context.working_directory
        assert enabled.checkpoint is context.checkpoint
        assert enabled.execution_date == context.execution_date
        assert enabled.mode is context.mode
        assert enabled.raw_output_prefix == context.raw_output_prefix
        assert enabled.output_metadata_prefix == context.output_metadata_prefix
        assert enabled.storage() is context.storage()
        assert not context.has_attr("gpu")
        return enabled.secrets is context.secrets

    assert inside(look)


def test_each_value_of_a_builder_can_be_set(tmp_path, by_hand):
    builder = ExecutionParameters.new_builder()
    assert (builder.stats, builder.working_dir, builder.decks, builder.attrs) == (
        None,
        None,
        [],
        {},
    )
    builder.stats = TaggableStats(tags={"a": "1"})
    builder.execution_date = by_hand.execution_date
    builder.execution_id = by_hand.execution_id
    builder.working_dir = str(tmp_path / "new" / "folder")
    builder.checkpoint = SyncCheckpoint(tmp_path / "cp")
    builder.decks = [Deck("mine")]
    builder.raw_output_prefix, builder.output_metadata_prefix = "gs://raw", "gs://meta"
    builder.logging = by_hand.logging
    builder.task_id = by_hand.task_id
    builder.enable_deck = True
    built = builder.build()
    assert Path(built.working_directory).is_dir()
    assert built.checkpoint is builder.checkpoint
    assert (built.raw_output_prefix, built.output_metadata_prefix) == ("gs://raw", "gs://meta")
    assert [deck.name for deck in built.decks] == ["mine"]
    assert (built.enable_deck, built.logging, built.execution_id.name) == (
        True,
        by_hand.logging,
        "n",
    )
    built.stats.incr("x")
    assert built.stats.metrics[0].tags == (("a", "1"),)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda c: c.builder().build()])
def test_copies_share_nothing_that_could_change(by_hand, make):
    by_hand.default_deck.append("first")
    by_hand.stats.extend_tags({"a": "1"})
    other = make(by_hand)
    other.decks.append(Deck("theirs"))
    other.stats.extend_tags({"b": "2"})
    by_hand.stats.incr("x")
    assert [deck.name for deck in by_hand.decks] == ["default"]
    assert by_hand.stats.metrics[0].tags == (("a", "1"),)
    assert other.default_deck.html == "first"
    assert other.log is not by_hand.log
    builder = by_hand.builder().add_attr("gpu", 1)
    builder.decks.append(Deck("built"))
    assert not by_hand.has_attr("gpu")
    assert len(by_hand.decks) == 1


def test_a_deep_copy_has_decks_of_its_own(by_hand):
    by_hand.default_deck.append("first")
    copy.deepcopy(by_hand).default_deck.append("second")
    assert by_hand.default_deck.html == "first"


def test_a_sandbox_has_a_folder_and_a_checkpoint_of_its_own_and_goes_with_the_run():
    def look(context):
        boxed = context.with_task_sandbox().build()
        assert Path(boxed.working_directory).parent == Path(context.working_directory)
        boxed.checkpoint.write(b"x")
        assert not context.checkpoint.prev_exists()
        assert boxed.checkpoint.read() == b"x"
        return boxed.working_directory

    assert not Path(inside(look)).exists()


def test_a_chain_of_builders_does_not_grow():
    context = current_context()
    for n in range(2000):
        context = context.builder().add_attr("n", n).build()
    assert context.n == 1999
    assert context.execution_id is current_context().execution_id


def _seen_from_another_process(context):
    context.stats.incr("there")
    return (
        str(context.execution_id),
        str(context.task_id),
        context.working_directory,
        context.attempt,
        context.mode.name,
        [deck.html for deck in context.decks],
        context.gpu,
    )


def test_it_crosses_to_another_process():
    def look(context):
        context.default_deck.append("here")
        built = context.builder().add_attr("gpu", 4).build()
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seen = pool.apply(_seen_from_another_process, (built,))
        assert context.stats.metrics == ()
        return seen == _seen_from_another_process(built)

    assert inside(look)


def test_what_crosses_keeps_the_rules_of_secrets_and_has_no_checkpoint(monkeypatch):
    monkeypatch.setenv("_FSEC_DB_PASSWORD", "hunter2-hunter2")

    def look(context):
        context.secrets.get("db", "password")
        crossed = pickle.dumps(context)
        assert b"hunter2" not in crossed
        return pickle.loads(crossed)

    other = inside(look, secret_requests=[Secret(group="db", key="password")])
    assert other.secrets.get("db", "password") == "hunter2-hunter2"
    assert "db/password: found" in pretty(other)
    with pytest.raises(CheckpointError, match="come from another process"):
        _ = other.checkpoint


def test_raw_outputs_stay_as_long_as_the_session_and_are_apart():
    def look(context):
        path = Path(context.raw_output_prefix, "data.csv")
        path.parent.mkdir(parents=True)
        path.write_text("1")
        assert context.output_metadata_prefix.startswith(context.raw_output_prefix)
        return path

    first, second = inside(look), inside(look)
    assert first.parent != second.parent
    assert first.read_text() == second.read_text() == "1"


def test_copies_of_what_crossed_keep_the_rules_of_secrets(monkeypatch, session):
    session.configure(mode="pod")
    monkeypatch.setenv("_FSEC_DB_PASSWORD", "hunter2-hunter2")
    crossed = inside(pickle.dumps)
    other = pickle.loads(crossed)
    for context in (other, copy.copy(other), copy.deepcopy(other), other.builder().build()):
        with pytest.raises(SecretNotFoundError, match="did not declare"):
            context.secrets.get("db", "password")


def test_a_context_made_by_hand_can_be_built_upon(tmp_path):
    bare = ExecutionParameters(None, str(tmp_path), None, None, None, None)
    assert bare.builder().checkpoint is None
    assert bare.builder().build().working_directory == str(tmp_path)
    own = bare.builder()
    own.stats = object()
    assert own.build().stats is own.stats
    with pytest.raises(AttributeError):
        own.nope = 3
    with pytest.raises(NotImplementedError):
        _ = bare.checkpoint


def test_threads_of_a_task_share_what_comes_into_being():
    def look(context):
        start = threading.Barrier(8)

        def emit():
            start.wait()
            context.stats.incr("x")

        threads = [threading.Thread(target=emit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return context.stats.metrics[0].value

    assert [inside(look) for _ in range(50)] == [8] * 50


def test_decks_of_a_derived_context_are_the_runs():
    def look(context):
        state = ExecutionState(
            context.working_directory, user_space_params=context.with_task_sandbox().build()
        )
        ctx = FlyteContextManager.current_context().with_execution_state(state)
        with FlyteContextManager.with_context(ctx):
            Deck("mine")
            current_context().default_deck.append("x")
        return [deck.name for deck in context.decks]

    assert inside(look) == ["mine", "default"]
