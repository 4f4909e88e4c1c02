"""Integration: a launch plan becomes the message that flytekit makes of the same module."""

import importlib
import itertools
import os
import sys

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flyte_nb import LaunchPlan
from flyte_nb.compat import install, uninstall

CASES = int(os.environ.get("FLYTE_NB_CASES", "60"))
NUMBERS = itertools.count()

HEAD = """
import enum
import typing
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from flytekit import (
    CronSchedule, Email, FixedRate, LaunchPlan, Labels, Annotations, WorkflowExecutionPhase, workflow
)
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from flytekit.models.common import AuthRole, RawOutputDataConfig
from flytekit.models.concurrency import ConcurrencyPolicy
from flytekit.models.security import Identity, SecurityContext

class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"

@dataclass
class Point:
    x: int
    name: str
    at: datetime
    colour: Colour = Colour.RED

nan, inf = float("nan"), float("inf")
"""  # noqa: E501 - as users write it

TEXT = st.text(st.characters(codec="utf-8"), max_size=300)
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | TEXT
SIMPLE = {
    "int": st.integers(-(2**63), 2**63 - 1).map(repr),
    "float": st.floats().map(lambda x: f"float({str(x)!r})"),
    "str": st.text(st.characters(codec="utf-8")).map(repr),
    "bool": st.booleans().map(repr),
    "datetime": st.datetimes().map(
        lambda at: f"datetime.fromisoformat({at.isoformat()!r}).replace(tzinfo=timezone.utc)"
    ),
    "timedelta": st.integers(-(10**15), 10**15).map(lambda n: f"timedelta(microseconds={n})"),
    "Colour": st.sampled_from(["Colour.RED", "Colour.BLUE"]),
    "date": st.dates().map(lambda at: f"date.fromisoformat({at.isoformat()!r})"),
    "typing.Literal['a', 'b']": st.sampled_from(["'a'", "'b'"]),
    "FlyteFile['csv']": st.sampled_from(["FlyteFile('s3://b/k.csv')", "'s3://b/k.csv'"]),
    "FlyteDirectory": st.just("'s3://b/k'"),
    "dict": st.recursive(PLAIN, lambda one: st.lists(one) | st.dictionaries(TEXT, one)).map(
        lambda one: repr({"k": one, 3: [one]})
    ),
    "Point": st.tuples(st.integers(-(2**63), 2**63 - 1), TEXT, st.datetimes()).map(
        lambda one: f"Point({one[0]}, {one[1]!r}, datetime.fromisoformat({one[2].isoformat()!r}))"
    ),
}
INPUT = st.sampled_from(sorted(SIMPLE)).flatmap(lambda name: st.tuples(st.just(name), SIMPLE[name]))


def wrapped(inner):
    """Lists, dictionaries and unions of what *inner* gives, as (type, value)."""
    return st.one_of(
        inner.map(lambda i: (f"typing.List[{i[0]}]", f"[{i[1]}]")),
        inner.map(lambda i: (f"typing.List[{i[0]}]", "[]")),
        inner.map(lambda i: (f"typing.Dict[str, {i[0]}]", f"{{'k': {i[1]}}}")),
    )


OPTIONAL = INPUT.map(lambda i: (f"typing.Optional[{i[0]}]", i[1]))
NOTHING = INPUT.map(lambda i: (f"typing.Optional[{i[0]}]", "None"))
EITHER = st.sampled_from(["3", "'x'"]).map(lambda v: ("typing.Union[int, str]", v))
INPUTS = st.one_of(INPUT, wrapped(st.recursive(INPUT, wrapped, max_leaves=3)), OPTIONAL, EITHER)
# Where it stands: the workflow's default, the launch plan's, or fixed.
PLACED = st.tuples(INPUTS | NOTHING, st.sampled_from(["", "default"])) | st.tuples(
    INPUTS, st.sampled_from(["plan", "fixed"])
)
OPTIONS = st.lists(
    st.sampled_from(
        [
            "labels=Labels({'a': 'b'})",
            "annotations=Annotations({'a': 'b c'})",
            "raw_output_data_config=RawOutputDataConfig('s3://b/x')",
            "max_parallelism=7",
            "overwrite_cache=True",
            "security_context=SecurityContext(run_as=Identity(k8s_service_account='me'))",
            "notifications=[Email([WorkflowExecutionPhase.FAILED], ['a@example.com'])]",
            "concurrency=ConcurrencyPolicy(max_concurrency=2)",
        ]
    ),
    unique=True,
    max_size=4,
)
SCHEDULE = st.sampled_from(
    ["", "", "schedule=FixedRate(timedelta(hours=3), kickoff_time_input_arg='at')"]
)


def source(placed, options, schedule):
    """Return the module that makes a launch plan of inputs at their places."""
    names = [f"i{number}" for number in range(len(placed))]
    parameters = ["at: datetime" if schedule else ""]
    inputs = {"plan": [], "fixed": []}
    late = []
    for name, ((kind, value), place) in zip(names, placed, strict=True):
        if place == "default":
            late.append(f"{name}: {kind} = {value}")
            continue
        parameters.append(f"{name}: {kind}")
        if place or schedule:  # with a schedule, all inputs must be given
            inputs[place or "plan"].append(f"{name!r}: {value}")
    given = ", ".join(filter(None, [*parameters, *late]))
    plan = ", ".join(filter(None, [*options, schedule]))
    return (
        f"{HEAD}@workflow\ndef wf({given}):\n    ...\n\n"
        f"plan = LaunchPlan.create(__name__, wf, default_inputs={{{', '.join(inputs['plan'])}}},"
        f" fixed_inputs={{{', '.join(inputs['fixed'])}}}, {plan})\n"
    )


def without_schemas(message):
    """Return *message* without what flytekit says of the fields of dataclasses."""
    if isinstance(message, list):
        return [without_schemas(one) for one in message]
    if not isinstance(message, dict):
        return message
    is_type = message.get("simple") == "STRUCT"
    kept = {k: without_schemas(v) for k, v in message.items() if not (is_type and k == "metadata")}
    if is_type and "structure" in kept:
        kept["structure"].pop("dataclassType", None)
        kept = {k: v for k, v in kept.items() if v != {}}
    return kept


def told(message):
    """Return *message* without what says nothing, and without the workflow's own name."""
    message = without_schemas(message)
    kept = {key: value for key, value in message.items() if key != "workflowId"}
    for empty in ("labels", "annotations", "rawOutputDataConfig"):
        if kept.get(empty) == {}:  # flytekit sends them all the same
            del kept[empty]
    return kept


@pytest.fixture
def _shim():
    install()
    yield
    uninstall()


@pytest.mark.usefixtures("_shim")
@settings(
    max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(PLACED, max_size=4), OPTIONS, SCHEDULE)
def test_a_module_makes_the_launch_plan_that_it_makes_with_flytekit(
    ask_flytekit, tmp_path, monkeypatch, placed, options, schedule
):
    module = f"module_of_case_{next(NUMBERS)}"
    (tmp_path / f"{module}.py").write_text(source(placed, options, schedule), encoding="utf-8")
    monkeypatch.setattr(LaunchPlan, "CACHE", {})
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    ours = importlib.import_module(module).plan
    del sys.modules[module]
    answer = ask_flytekit({"ask": "launch_plan", "folder": str(tmp_path), "module": module})
    assert told(MessageToDict(ours.to_flyte_idl())) == told(answer.get("value", answer))
    assert ours.spec().from_json(ours.to_json()) == ours.spec()
    theirs = ours.spec().from_json(answer["value"])  # with all that flytekit sends empty
    assert without_schemas(theirs.default_inputs) == ours.spec().default_inputs
    assert ours.spec().from_flyte_idl(ours.to_flyte_idl()) == ours.spec()
