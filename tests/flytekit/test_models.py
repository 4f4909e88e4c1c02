"""Integration: nouns become the messages that flytekit makes of the same arguments."""

import importlib
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recipes import cook

from flyte_nb.compat.names import modules

CASES = int(os.environ.get("FLYTE_NB_CASES", "200"))


def ours(module, name):
    place, here = modules()[module][name]
    return getattr(importlib.import_module(place), here)


def make(path, **kwargs):
    return {"make": path, "kwargs": {k: v for k, v in kwargs.items() if v is not None}}


def maybe(strategy):
    return st.none() | strategy


SECURITY = "flytekit.models.security."
WORD = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=12).filter(
    lambda word: word[0].isalnum() and word[-1].isalnum()
)
MAPPING = st.dictionaries(WORD, WORD, max_size=3)
SECRET = st.builds(
    lambda **k: make(SECURITY + "Secret", **k),
    group=WORD,
    key=maybe(WORD),
    group_version=maybe(WORD),
    mount_requirement=maybe(
        st.sampled_from(["ANY", "ENV_VAR", "FILE"]).map(
            lambda name: {"the": f"{SECURITY}Secret.MountType.{name}"}
        )
    ),
    env_var=maybe(st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True)),
)
IDENTITY = st.builds(
    lambda **k: make(SECURITY + "Identity", **k),
    iam_role=maybe(WORD),
    k8s_service_account=maybe(WORD),
    execution_identity=maybe(WORD),
)
CONTEXT = st.builds(
    lambda **k: make(SECURITY + "SecurityContext", **k),
    run_as=maybe(IDENTITY),
    secrets=maybe(st.lists(SECRET, min_size=1, max_size=3)),
)
PHASES = st.lists(
    st.sampled_from(["SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"]), min_size=1, max_size=4
).map(
    lambda names: [
        {"the": f"flytekit.models.core.execution.WorkflowExecutionPhase.{n}"} for n in names
    ]
)
NOTIFICATION = st.builds(
    lambda kind, phases, people: make(
        f"flytekit.core.notification.{kind}", phases=phases, recipients_email=people
    ),
    st.sampled_from(["Email", "Slack", "PagerDuty"]),
    PHASES,
    st.lists(WORD, min_size=1, max_size=3),
)
SCHEDULE = st.builds(
    lambda schedule, offset, at: make(
        "flytekit.core.schedule.CronSchedule",
        schedule=schedule,
        offset=offset,
        kickoff_time_input_arg=at,
    ),
    st.sampled_from(["*/5 * * * *", "0 8 * * mon-fri", "daily", "@hourly", "1,31 0-6/2 1 jan *"]),
    maybe(st.sampled_from(["PT30M", "P1D", "-PT1H"])),
    maybe(WORD),
) | st.builds(
    lambda minutes, at: make(
        "flytekit.core.schedule.FixedRate",
        duration={"seconds": 60 * minutes},
        kickoff_time_input_arg=at,
    ),
    st.integers(1, 100_000),
    maybe(WORD),
)
ACCELERATOR = st.sampled_from(
    ["T4", "A100", "A100.unpartitioned", "A100.partition_2g_10gb", "V5E.slice_4x8", "V5P"]
).map(lambda name: {"the": f"flytekit.extras.accelerators.{name}"})
COMMON = st.one_of(
    MAPPING.map(lambda values: make("flytekit.models.common.Labels", values=values)),
    MAPPING.map(lambda values: make("flytekit.models.common.Annotations", values=values)),
    MAPPING.map(lambda envs: make("flytekit.models.common.Envs", envs=envs)),
    WORD.map(
        lambda x: make("flytekit.models.common.RawOutputDataConfig", output_location_prefix=x)
    ),
    st.builds(
        lambda a, b: make(
            "flytekit.models.common.AuthRole", assumable_iam_role=a, kubernetes_service_account=b
        ),
        maybe(WORD),
        maybe(WORD),
    ),
)


@settings(
    max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(SECRET, IDENTITY, CONTEXT, NOTIFICATION, SCHEDULE, ACCELERATOR, COMMON))
def test_the_message_is_flytekits_and_comes_back(ask_flytekit, recipe):
    made = cook(recipe, ours)
    message = made.to_flyte_idl()
    data = None if message is None else message.SerializeToString(deterministic=True).hex()
    assert ask_flytekit({"ask": "message", "recipe": recipe}) == {"value": data}
    if message is not None:
        assert type(made).from_flyte_idl(message) == made
        assert type(made).from_json(made.to_json()) == made


BYTES = st.integers(1, 64) | st.sampled_from(["1.5", "2Gi", "100Mi"])


@settings(
    max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("mem", "ephemeral_storage"), BYTES),
            "cpu": BYTES | st.just("500m"),
            "gpu": st.integers(1, 64),  # flytekit takes parts as text, and Kubernetes does not
        },
    )
)
def test_resources_are_those_of_flytekits_container(ask_flytekit, amounts):
    resources = ours("flytekit.core.resources", "Resources")(**amounts)
    data = resources.to_flyte_idl().SerializeToString(deterministic=True).hex()
    assert ask_flytekit({"ask": "resources", "amounts": amounts}) == {"value": data}
    assert resources.from_json(resources.to_json()) == type(resources)(
        **{name: str(amount) for name, amount in amounts.items()}
    )


@pytest.mark.parametrize(
    ("recipe", "theirs"),
    [
        # A negative number of nodes reaches the admin, which refuses it.
        (make("flytekit.core.options.Options", max_parallelism=-1), None),
        # A variable's name may end in a line feed there.
        (make(SECURITY + "Secret", group="g", env_var="OK\n"), None),
        (make(SECURITY + "Secret", group="g", env_var="no"), "ValueError"),
        (make("flytekit.core.notification.Email", phases=[], recipients_email=["a"]), "Assertion"),
        (make("flytekit.core.notification.Email", phases=[2], recipients_email=["a"]), "Assertion"),
        (make("flytekit.core.notification.Email", phases=[4], recipients_email=[]), None),
        (make("flytekit.core.schedule.CronSchedule", schedule="61 * * * *"), "ValueError"),
        (make("flytekit.core.schedule.CronSchedule", cron_expression="x"), "Assertion"),
        (make("flytekit.core.schedule.FixedRate", duration={"seconds": 90}), "Assertion"),
        (make("flytekit.models.common.Labels", values={"a b": "c"}), None),
        (make("flytekit.core.resources.Resources", cpu="much"), None),
        (make("flytekit.core.resources.Resources", cpu=["2", "1"]), None),
        (make("flytekit.core.resources.Resources", cpu=[1, 2, 3]), "ValueError"),
        (make("flytekit.core.resources.Resources", mem={}), "Assertion"),
    ],
)
def test_what_is_refused_is_refused_by_an_error_of_flytekits_type(ask_flytekit, recipe, theirs):
    answer = ask_flytekit({"ask": "make", "recipe": recipe})
    assert answer.get("error", "").startswith(theirs or "") or theirs is None
    assert ("error" in answer) == (theirs is not None), answer
    error = {"Assertion": AssertionError}.get(theirs, ValueError)
    with pytest.raises(error):
        cook(recipe, ours)
