"""Launch plans: inputs, schedules and options of a workflow."""

import logging
from datetime import datetime, timedelta

import pytest

from flyte_nb import (
    CronSchedule,
    Email,
    FixedRate,
    Labels,
    LaunchPlan,
    Options,
    PagerDuty,
    Slack,
    WorkflowExecutionPhase,
    current_context,
    task,
    workflow,
)
from flyte_nb.context.entities import FlyteEntities
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import AuthRole, RawOutputDataConfig, SecurityContext
from flyte_nb.models.launch_plan import ConcurrencyPolicy, LaunchPlanSpec


@task
def add(a: int, b: int) -> int:
    return a + b


@workflow
def wf(a: int, b: int = 10) -> int:
    return add(a=a, b=b)


@workflow
def other(a: int = 1) -> int:
    return add(a=a, b=a)


@workflow
def at_a_time(at: datetime, a: int = 1) -> tuple[int, datetime]:
    return add(a=a, b=a), at


@pytest.fixture(autouse=True)
def _no_plans(monkeypatch):
    monkeypatch.setattr(LaunchPlan, "CACHE", {})


def test_calling_it_runs_the_workflow_with_its_inputs():
    plan = LaunchPlan.create("plan", wf, default_inputs={"a": 1}, fixed_inputs={"b": 5})
    assert plan() == 6
    assert plan(a=2) == 7
    assert plan.default_inputs == {"a": 1}
    assert plan.fixed_inputs == {"b": 5}
    assert plan.saved_inputs == {"a": 1, "b": 5}


def test_a_fixed_input_takes_the_place_of_a_default():
    plan = LaunchPlan.create("plan", wf, default_inputs={"a": 1, "b": 2}, fixed_inputs={"a": 3})
    assert plan.saved_inputs == {"a": 3, "b": 2}


def test_an_optional_input_is_none_on_a_cluster_and_so_here():
    @task
    def say(a: str | None) -> str:
        return repr(a)

    @workflow
    def wf(a: str | None) -> str:
        return say(a=a)

    assert LaunchPlan.create("plan", wf)() == "None"


@pytest.mark.parametrize(
    ("args", "inputs", "message"),
    [
        ((), {"b": 1}, r"plan\(b=…\): the launch plan has fixed it"),
        ((1,), {}, "given by name"),
        ((), {"c": 1}, "has no input 'c'"),
        ((), {"a": "1"}, "expected int, got str"),
        ((), {}, "needs a"),
    ],
)
def test_calls_that_are_refused(args, inputs, message):
    plan = LaunchPlan.create("plan", wf, fixed_inputs={"b": 5})
    with pytest.raises(ValueError, match=message):
        plan(*args, **inputs)


def test_it_is_a_node_with_an_execution_of_its_own():
    seen = []

    @task
    def look(a: int) -> int:
        seen.append(current_context().execution_id.name)
        return a

    @workflow
    def inner(a: int) -> int:
        return look(a=a)

    plan = LaunchPlan.create("inner plan", inner, default_inputs={"a": 3})

    @workflow
    def outer() -> int:
        return look(a=plan(a=look(a=4)))

    assert outer() == 4
    assert seen[0] == seen[2] != seen[1]

    def fixed() -> int:
        return LaunchPlan.create("fixed", inner, fixed_inputs={"a": 1})(a=2)

    with pytest.raises(InvalidValueError, match="has fixed it"):
        workflow(fixed)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: LaunchPlan.create("mine", wf), "mine"),
        (lambda: LaunchPlan.create(wf, "mine"), "mine"),
        (lambda: LaunchPlan.create(name="mine", workflow=wf), "mine"),
        (lambda: LaunchPlan.create(wf, default_inputs={}), wf.name),
        (lambda: LaunchPlan.get_or_create(wf, "mine"), "mine"),
        (lambda: LaunchPlan.get_or_create(workflow=wf), wf.name),
        (lambda: LaunchPlan.get_default_launch_plan(None, wf), wf.name),
    ],
)
def test_ways_to_make_one(call, name):
    plan = call()
    assert (plan.name, plan.workflow) == (name, wf)
    assert call() is plan


def test_a_cell_that_is_edited_and_run_again_replaces_it():
    before = LaunchPlan.create("plan", wf, default_inputs={"a": 1})
    after = LaunchPlan.get_or_create(wf, "plan", default_inputs={"a": 2})
    assert after is not before
    assert LaunchPlan.CACHE["plan"] is after
    assert [e for e in FlyteEntities.entities if e.name == "plan"] == [after]


def test_a_name_belongs_to_one_workflow():
    LaunchPlan.create("plan", wf)
    with pytest.raises(AssertionError, match=r"one of that name already, of the workflow .*wf"):
        LaunchPlan.create("plan", other)


def test_the_default_plan_has_nothing_of_its_own():
    with pytest.raises(ValueError, match="give it a name"):
        LaunchPlan.get_or_create(wf, default_inputs={"a": 1})

    @workflow(default_options=Options(labels={"team": "ml"}))
    def labelled() -> int:
        return add(a=1, b=1)

    assert LaunchPlan.get_or_create(labelled).labels == Labels({"team": "ml"})


EMAIL = Email([WorkflowExecutionPhase.SUCCEEDED], ["a@example.com"])
SLACK = Slack([WorkflowExecutionPhase.FAILED], ["#b"])


def test_options_one_by_one_or_together():
    plan = LaunchPlan.create(
        "plan",
        wf,
        notifications=[EMAIL],
        labels={"x": "y"},
        raw_output_data_config="s3://bucket/x",
        auth_role=AuthRole("role", "account"),
        options=Options(max_parallelism=3),
        concurrency=ConcurrencyPolicy(2),
        auto_activate=True,
    )
    assert plan.notifications == [EMAIL]
    assert plan.labels == Labels({"x": "y"})
    assert plan.max_parallelism == 3
    assert plan.raw_output_data_config == RawOutputDataConfig("s3://bucket/x")
    assert plan.security_context.run_as.iam_role == "role"
    assert plan.overwrite_cache is None
    assert plan.should_auto_activate
    assert LaunchPlan.create("bare", wf).notifications == []
    with pytest.raises(AttributeError, match="no attribute 'no_such_thing'"):
        plan.no_such_thing  # noqa: B018


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"default_inputs": {"c": 1}}, "has no input 'c'"),
        ({"default_inputs": {"a": "1"}}, r"wf\(a=…\): expected int, got str"),
        ({"fixed_inputs": {"a": 1.0}}, "expected int, got float"),
        ({"default_inputs": [1]}, "default_inputs is no dictionary: list of 1 item"),
        ({"labels": {"a b": "c"}}, "label"),
        ({"max_parallelism": -1}, "max_parallelism=-1"),
        ({"labels": {"a": "b"}, "options": Options(labels={"c": "d"})}, "labels is in both"),
        ({"options": {"labels": {}}}, "not Options"),
        ({"auth_role": "me"}, "not AuthRole"),
        ({"auth_role": AuthRole("a"), "security_context": SecurityContext()}, "one or the other"),
        ({"schedule": "0 8 * * *"}, "schedule=str of 9 characters is none"),
        ({"schedule": CronSchedule(schedule="daily")}, "no value for the input 'a'"),
        (
            {"schedule": FixedRate(timedelta(days=1), "b"), "fixed_inputs": {"a": 1}},
            "kickoff_time_input_arg='b' is no input of type datetime",
        ),
        (
            {"schedule": FixedRate(timedelta(days=1), "at"), "fixed_inputs": {"a": 1}},
            "kickoff_time_input_arg='at' is no input of type datetime",
        ),
        ({"concurrency": 3}, "concurrency=int 3: not ConcurrencyPolicy"),
        ({"auto_activate": "yes"}, "auto_activate=str of 3 characters: not True or False"),
    ],
)
def test_what_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        LaunchPlan.create("plan", wf, **given)
    assert "plan" not in LaunchPlan.CACHE


@pytest.mark.parametrize("name", ["", "  ", 3, None])
def test_names_that_are_none(name):
    with pytest.raises(InvalidValueError, match=r"not a name|no workflow"):
        LaunchPlan.create(name, wf if name is not None else None)
    with pytest.raises(InvalidValueError, match="is no workflow"):
        LaunchPlan.create("plan", add)


def test_a_schedule_is_kept_with_the_time_that_it_hands_over():
    schedule = CronSchedule(schedule="0 8 * * *", kickoff_time_input_arg="at")
    plan = LaunchPlan.create("plan", at_a_time, schedule=schedule)
    assert plan.schedule is schedule
    assert plan.to_json()["entityMetadata"]["schedule"] == {
        "cronSchedule": {"schedule": "0 8 * * *"},
        "kickoffTimeInputArg": "at",
    }


def test_raw_outputs_go_where_the_plan_says(tmp_path):
    @task
    def where() -> str:
        return current_context().raw_output_prefix

    @workflow
    def wf() -> str:
        return where()

    plan = LaunchPlan.create("plan", wf, raw_output_data_config=str(tmp_path))
    assert plan().startswith(f"{tmp_path}/")
    assert not wf().startswith(f"{tmp_path}/")


@pytest.mark.parametrize("disabled", [False, True])
def test_it_says_who_would_be_told(caplog, monkeypatch, disabled):
    monkeypatch.setattr(TASK_LOGGER, "propagate", True)
    caplog.set_level(logging.INFO, TASK_LOGGER.name)

    @task
    def fail(a: int) -> int:
        raise KeyError(a)

    @workflow
    def failing(a: int) -> int:
        return fail(a=a)

    given = {"notifications": [EMAIL, SLACK], "options": Options(disable_notifications=disabled)}
    LaunchPlan.create("plan", wf, fixed_inputs={"a": 1}, **given)()
    with pytest.raises(KeyError):
        LaunchPlan.create("failing plan", failing, fixed_inputs={"a": 1}, **given)()
    said = [r.getMessage() for r in caplog.records if "would tell" in r.getMessage()]
    expected = [
        "plan SUCCEEDED: a cluster would tell a@example.com",
        "failing plan FAILED: a cluster would tell #b",
    ]
    assert said == ([] if disabled else expected)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_it_says_who_would_be_told_of_what_was_stopped(caplog, monkeypatch, stop):
    monkeypatch.setattr(TASK_LOGGER, "propagate", True)
    caplog.set_level(logging.INFO, TASK_LOGGER.name)

    @task
    def stopped(a: int) -> int:
        raise stop(a)

    @workflow
    def stopping(a: int) -> int:
        return stopped(a=a)

    duty = PagerDuty([WorkflowExecutionPhase.ABORTED], ["duty@example.com", "b@example.com"])
    with pytest.raises(stop):
        LaunchPlan.create("plan", stopping, notifications=[EMAIL, SLACK, duty])(a=1)
    said = [r.getMessage() for r in caplog.records if "would tell" in r.getMessage()]
    assert said == ["plan ABORTED: a cluster would tell duty@example.com, b@example.com"]


def test_disabled_notifications_are_not_sent():
    data = {}
    for disabled in (False, True):
        options = Options(disable_notifications=disabled)
        plan = LaunchPlan.create(f"plan {disabled}", wf, options=options, notifications=[EMAIL])
        data[disabled] = plan.to_json()["entityMetadata"]
    assert data == {False: {"notifications": [EMAIL.to_json()]}, True: {}}
    assert EMAIL.to_json()["email"] == {"recipientsEmail": ["a@example.com"]}


def test_what_admin_is_sent_comes_back():
    plan = LaunchPlan.create(
        "plan",
        wf,
        fixed_inputs={"b": 5},
        schedule=None,
        notifications=[EMAIL],
        labels={"x": "y"},
        max_parallelism=2,
        overwrite_cache=True,
        concurrency=ConcurrencyPolicy(2),
    )
    data = plan.to_json()
    assert data["workflowId"]["name"] == wf.name
    assert data["workflowId"]["version"] == wf.version
    assert data["defaultInputs"]["parameters"] == {
        "a": {"var": {"type": {"simple": "INTEGER"}, "description": "a"}, "required": True}
    }
    assert data["fixedInputs"]["literals"] == {"b": {"scalar": {"primitive": {"integer": "5"}}}}
    assert data["concurrencyPolicy"] == {
        "max": 2,
        "behavior": "CONCURRENCY_LIMIT_BEHAVIOR_SKIP",
    }
    assert data["overwriteCache"] is True
    assert LaunchPlanSpec.from_json(data) == plan.spec()


def test_an_input_without_a_literal_is_named():
    @workflow
    def with_a_set(xs: set[int]) -> set[int]:
        return xs

    plan = LaunchPlan.create("plan", with_a_set)
    with pytest.raises(InvalidValueError, match=r"LaunchPlan\('plan'\), input 'xs': .*no literal"):
        plan.to_json()


def test_it_shows_what_it_is():
    plan = LaunchPlan.create(
        "plan",
        at_a_time,
        fixed_inputs={"a": 5},
        schedule=CronSchedule(schedule="0 8 * * *", kickoff_time_input_arg="at"),
        options=Options(labels={"team": "<b>"[1:2]}),
        concurrency=ConcurrencyPolicy(1),
    )
    shown = plan._repr_html_()
    for part in ("at_a_time", "5, fixed", "to be given", "0 8 * * *", "team=b"):
        assert part in shown
    assert repr(plan) == f"<launch plan plan of {at_a_time.name}>"


def test_tables_are_inputs_too():
    pandas = pytest.importorskip("pandas")

    @task
    def rows(df: pandas.DataFrame) -> int:
        return len(df)

    @workflow
    def count(df: pandas.DataFrame, more: int = 0) -> int:
        return add(a=rows(df=df), b=more)

    def table(*numbers):
        return pandas.DataFrame({"a": numbers})

    def plan(df, kind="default_inputs"):
        return LaunchPlan.get_or_create(count, f"a table as {kind}", **{kind: {"df": df}})

    for kind in ("default_inputs", "fixed_inputs"):
        first = plan(table(1, 2), kind)
        assert first() == 2
        assert plan(table(1, 2, 3), kind)() == 3  # another content takes its place
        assert "DataFrame" in first._repr_html_()
        assert repr(first)
    assert plan(table(1))(df=table(1, 2, 3, 4)) == 4
