"""What a cluster would refuse is refused at once: by field, value and rule."""

from datetime import timedelta

import pytest

from flyte_nb import task
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import (
    Annotations,
    AuthRole,
    CronSchedule,
    Email,
    Envs,
    FixedRate,
    Identifier,
    Identity,
    Labels,
    Notification,
    OAuth2Client,
    OAuth2TokenRequest,
    Options,
    PagerDuty,
    PodTemplate,
    RawOutputDataConfig,
    Resources,
    ResourceSpec,
    Schedule,
    Secret,
    SecurityContext,
    Slack,
    WorkflowExecutionIdentifier,
    WorkflowExecutionPhase,
)
from flyte_nb.models.accelerators import GPUAccelerator, MultiInstanceGPUAccelerator
from flyte_nb.models.extended_resources import (
    ExtendedResources,
    SharedMemory,
    extended_resources,
)
from flyte_nb.models.notifications import EmailNotification

TERMINAL = "of SUCCEEDED, FAILED, ABORTED, TIMED_OUT"
TO_ME = {"recipients_email": ["me@example.com"]}
LARGE = {"a": "x" * 2**17, "b": "x" * 2**17}
NOT_ENV = "is not made of printable ASCII characters other than '='"
REFUSED = [
    # quantities
    (Resources, {"cpu": "2 cores"}, "Resources(cpu='2 cores'): not a quantity"),
    (Resources, {"mem": "1GiB"}, "Resources(mem='1GiB'): not a quantity"),
    (Resources, {"gpu": -1}, "Resources(gpu=-1): not a quantity"),
    (Resources, {"ephemeral_storage": "1e1000"}, "(ephemeral_storage='1e1000'): not a quantity"),
    (Resources, {"mem": ("1Gi", None)}, "Resources(mem=None): not a quantity"),
    (Resources, {"cpu": ["1"]}, "Resources(cpu=['1']): a pair is (request, limit)"),
    (
        Resources,
        {"mem": ("2Gi", "2G")},
        "Resources(mem=…): the request '2Gi' is greater than the limit '2G'",
    ),
    (
        ResourceSpec,
        {"requests": Resources(cpu=2), "limits": Resources(cpu="1500m")},
        "Resources(cpu=…): the request 2 is greater than the limit '1500m'",
    ),
    (
        ResourceSpec,
        {"requests": Resources(cpu=("1", "2")), "limits": Resources()},
        "ResourceSpec(requests=Resources(cpu=('1', '2'))): cpu is a pair",
    ),
    (
        ResourceSpec,
        {"requests": Resources(), "limits": None},
        "ResourceSpec(limits=<NoneType>): not Resources",
    ),
    (SharedMemory, {"size_limit": "1 Gi"}, "shared_memory='1 Gi': not a quantity"),
    (SharedMemory, {"size_limit": 1}, "SharedMemory(size_limit=1): is not text"),
    (SharedMemory, {"mount_path": " "}, "SharedMemory(mount_path=' '): is empty"),
    (extended_resources, {"shared_memory": 5}, "shared_memory=5: neither True nor a size"),
    (extended_resources, {"accelerator": "T4"}, "accelerator='T4': not an accelerator"),
    (
        ExtendedResources,
        {"gpu_accelerator": "T4"},
        "ExtendedResources(gpu_accelerator=<str>): not GPUAccelerator",
    ),
    (GPUAccelerator, {"device": ""}, "GPUAccelerator(device=''): is empty"),
    (
        GPUAccelerator,
        {"device": "a", "is_whole": 1},
        "GPUAccelerator(is_whole=1): not True or False",
    ),
    (
        GPUAccelerator,
        {"device": "a", "partition_size": "1g", "is_whole": True},
        "GPUAccelerator(device='a'): whole, and a part of '1g', at once",
    ),
    (
        MultiInstanceGPUAccelerator,
        {"device": "a", "parts": {"half": 2}},
        "MultiInstanceGPUAccelerator(parts={'half': …}): the value is not text",
    ),
    # labels and annotations, whose rules have tests of their own
    (Labels, {"values": {"a b": "c"}}, "Labels(values={'a b': 'c'}): the key is not made of"),
    (
        Labels,
        {"values": {"a": "v" * 64}},
        f"Labels(values={{'a': '{'v' * 64}'}}): the value is longer than 63 characters",
    ),
    (Annotations, {"values": {"": "c"}}, "Annotations(values={'': 'c'}): the key is empty"),
    (
        Annotations,
        {"values": LARGE},
        "Annotations(values=…): 262146 bytes together, keys included, and 262144 are allowed",
    ),
    (PodTemplate, {"annotations": LARGE}, "PodTemplate(annotations=…): 262146 bytes together"),
    (Options, {"labels": {"a": "b c"}}, "Options(labels={'a': 'b c'}): the value is not made of"),
    (
        Options,
        {"labels": [("a", "b")]},
        "Options(labels=<list>): neither Labels nor a short form of it",
    ),
    (
        Options,
        {"annotations": {"a": 1}},
        "Options(annotations={'a': 1}): the value is not text",
    ),
    # parallelism
    *(
        (
            Options,
            {"max_parallelism": value},
            f"Options(max_parallelism={value!r}): not a whole number from 0 to 2147483647",
        )
        for value in (-1, 2**31, True, "5", 1.0)
    ),
    (Options, {"overwrite_cache": "yes"}, "Options(overwrite_cache='yes'): not True or False"),
    (Options, {"notifications": "me"}, "Options(notifications='me'): not a list of notifications"),
    (Options, {"notifications": ["me"]}, "Options(notifications=['me']): not a notification"),
    # recipients
    *(
        (kind, {"phases": [6], "recipients_email": given}, f"{kind.__name__}({text}")
        for kind in (Email, PagerDuty, Slack)
        for given, text in (
            ([], "recipients_email=[]): nobody is told"),
            ("a@b.c", "recipients_email='a@b.c'): not a list"),
            (None, "recipients_email=None): not a list"),
            (["a@b.c", " "], "recipients_email=[' ']): not an address"),
            ([None], "recipients_email=[None]): not an address"),
        )
    ),
    (EmailNotification, {"recipients_email": []}, "EmailNotification(recipients_email=[]): nobody"),
    # names
    (Secret, {}, "Secret(): group is required"),
    (Secret, {"group": 3}, "Secret(group=3): is not text"),
    (Secret, {"group": "g", "env_var": "1ST"}, "Secret(env_var='1ST'): not the name of a variable"),
    (Secret, {"group": "g", "env_var": "OK\n"}, "Secret(env_var='OK\\n'): not the name of a varia"),
    (
        Secret,
        {"group": "g", "mount_requirement": "FILE"},
        "Secret(mount_requirement='FILE'): not a Secret.MountType",
    ),
    (Envs, {"envs": {"A=B": "x"}}, f"Envs(envs={{'A=B': …}}): the key {NOT_ENV}"),
    (Envs, {"envs": {"": "x"}}, f"Envs(envs={{'': …}}): the key {NOT_ENV}"),
    (Envs, {"envs": {"A": 1}}, "Envs(envs={'A': …}): the value is not text"),
    (Envs, {"envs": ["A=B"]}, "Envs(envs=<list>): not a dictionary"),
    (AuthRole, {"assumable_iam_role": 1}, "AuthRole(assumable_iam_role=1): is not text"),
    (
        Identity,
        {"k8s_service_account": "\ud800"},
        "Identity(k8s_service_account='\\ud800'): is not Unicode that UTF-8 can write",
    ),
    (
        Identity,
        {"k8s_service_account": "robot\n"},
        "Identity(k8s_service_account='robot\\n'): is not made of a-z, 0-9, '-' and '.'",
    ),
    (
        AuthRole,
        {"kubernetes_service_account": "Robot"},
        "AuthRole(kubernetes_service_account='Robot'): is not made of a-z",
    ),
    (
        Options,
        {"security_context": "the robot"},
        "Options(security_context='the robot'): is not made of a-z",
    ),
    (
        Options,
        {"raw_output_data_config": " "},
        "Options(raw_output_data_config=' '): is empty",
    ),
    (Identity, {"oauth2_client": "me"}, "Identity(oauth2_client=<str>): not OAuth2Client"),
    (
        OAuth2Client,
        {"client_id": "", "client_secret": Secret("g")},
        "OAuth2Client(client_id=''): is empty",
    ),
    (OAuth2TokenRequest, {"name": None}, "OAuth2TokenRequest(name=None): is not text"),
    (OAuth2TokenRequest, {"name": "a", "type_": 0}, "OAuth2TokenRequest(type_=<int>): not TokenTy"),
    (SecurityContext, {"run_as": "me"}, "SecurityContext(run_as=<str>): not Identity"),
    (SecurityContext, {"secrets": [None]}, "SecurityContext(secrets=<NoneType>): not Secret"),
    (
        RawOutputDataConfig,
        {"output_location_prefix": " "},
        "RawOutputDataConfig(output_location_prefix=' '): is empty",
    ),
    (
        WorkflowExecutionIdentifier,
        {"project": "p", "domain": "d", "name": None},
        "WorkflowExecutionIdentifier(name=None): is not text",
    ),
    (
        Identifier,
        {"resource_type": 9, "project": "p", "domain": "d", "name": "n", "version": "v"},
        "Identifier(resource_type=…): 9 is no ResourceType",
    ),
    # schedules
    (
        CronSchedule,
        {"schedule": "61 * * * *"},
        "(schedule='61 * * * *'): minute 61 is not one of 0",
    ),
    (
        CronSchedule,
        {"schedule": f"{'9' * 5000} * * * *"},
        f"minute {'9' * 200}… is not one of 0 to 59",
    ),
    (
        CronSchedule,
        {"schedule": "* *"},
        "CronSchedule(schedule='* *'): 2 fields: it takes minute, ",
    ),
    (CronSchedule, {}, "CronSchedule(schedule=None): is not text"),
    (
        CronSchedule,
        {"schedule": "daily", "offset": "P٣D"},
        "CronSchedule(offset='P٣D'): not an ISO 8601 duration",
    ),
    (CronSchedule, {"cron_expression": "0 0 * * ? *"}, "CronSchedule(cron_expression=…): Flyte's"),
    (FixedRate, {"duration": 60}, "FixedRate(duration=60): not a number of whole minutes"),
    (FixedRate, {"duration": timedelta(0)}, "(duration=datetime.timedelta(0)): not a number of"),
    (Schedule, {}, "Schedule(…): it has either a rate or a cron expression"),
]


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    REFUSED,
    ids=[f"{n}-{r[0].__name__}" for n, r in enumerate(REFUSED)],
)
def test_it_is_refused_by_field_value_and_rule(make, arguments, message):
    with pytest.raises(InvalidValueError) as caught:
        make(**arguments)
    assert message in caught.value.args[0]


@pytest.mark.parametrize(
    ("accelerator", "name"),
    [("T4", "T4"), ("nvidia-tesla-t4", "T4"), ("A100 80GB", "A100_80GB"), ("tpu-v5p", "V5P")],
)
def test_the_name_of_an_accelerator_is_answered_with_its_constant(accelerator, name):
    hint = f"from flyte_nb.models.accelerators import {name}, and write accelerator={name}"
    with pytest.raises(InvalidValueError) as caught:
        extended_resources(accelerator=accelerator)
    assert caught.value.hint == hint
    with pytest.raises(InvalidValueError) as caught:

        @task(accelerator=accelerator)
        def on_a_device() -> int:
            return 1

    assert caught.value.hint == hint


@pytest.mark.parametrize("accelerator", ["", "abacus", 5, b"T4"])
def test_what_names_no_accelerator_is_answered_with_all(accelerator):
    with pytest.raises(InvalidValueError) as caught:
        extended_resources(accelerator=accelerator)
    assert "A100_80GB" in caught.value.hint
    assert ", T4, " in caught.value.hint


RUNNING = [phase for phase in WorkflowExecutionPhase if not phase.is_terminal]


@pytest.mark.parametrize("make", [Email, PagerDuty, Slack])
@pytest.mark.parametrize(
    ("phases", "message"),
    [
        *(([p], f"(phases=[{p.name}]): an execution does not end in it") for p in RUNNING),
        (["RUNNING"], "(phases=[RUNNING]): an execution does not end in it"),
        ([6, 2], "(phases=[RUNNING]): an execution does not end in it"),
        (["FAILED", "DONE"], "(phases=['DONE']): there is no such phase"),
        (["failed"], "(phases=['failed']): there is no such phase"),
        ([99], "(phases=[99]): there is no such phase"),
        ([True], "(phases=[True]): there is no such phase"),
        ([None], "(phases=[None]): there is no such phase"),
        ([6.0], "(phases=[6.0]): there is no such phase"),
        ([], "(phases=[]): at least one phase"),
        (6, "(phases=6): at least one phase"),
        ("FAILED", "(phases='FAILED'): at least one phase"),
    ],
)
def test_phases_that_no_execution_ends_in_are_refused_with_those_it_does(make, phases, message):
    with pytest.raises(InvalidValueError) as caught:
        make(phases=phases, **TO_ME)
    assert caught.value.args[0] == make.__name__ + message
    assert caught.value.hint == TERMINAL


def test_one_notification_goes_one_way():
    mail, slack = Email([6], ["a@b.c"]).email, Slack([6], ["a@b.c"]).slack
    with pytest.raises(InvalidValueError, match=r"Notification\(\): nobody is told"):
        Notification([6])
    with pytest.raises(InvalidValueError, match=r"\(email=…, slack=…\): several ways at once"):
        Notification([6], email=mail, slack=slack)


@pytest.mark.parametrize(
    ("read", "data", "message"),
    [
        (Secret.from_json, [], "Secret: list is no JSON object"),
        (Secret.from_json, {"grp": "g"}, "Secret has no 'grp'"),
        (Secret.from_json, {"mountRequirement": "DISK"}, "'DISK' is no MountType"),
        (OAuth2Client.from_json, {"clientId": "a"}, "OAuth2Client: 'clientSecret' is missing"),
        (SecurityContext.from_json, {"secrets": {}}, "Secret: dict is no JSON list"),
        (Envs.from_json, {"values": [{"k": "a"}]}, "Envs, a pair has no 'k'"),
        (Resources.from_json, {"requests": [{"name": "RAM"}]}, "'RAM' is no resource"),
        (Resources.from_json, {"requests": [{"name": "CPU"}] * 2}, "Resources: CPU is there twice"),
        (
            Options.from_json,
            {"notifications": {"email": []}},
            "Options, notifications has no 'email'",
        ),
        (
            Schedule.from_json,
            {"rate": {"value": 2**32}},
            "FixedRate(value=4294967296): not a whole",
        ),
        (
            Schedule.from_json,
            {"rate": {"value": 2**32 - 1, "unit": "DAY"}},
            "FixedRate(value=4294967295): too long",
        ),
        (Email.from_json, {"phases": ["FAILED"]}, "Notification(): nobody is told"),
    ],
)
def test_json_that_admin_does_not_send(read, data, message):
    with pytest.raises(InvalidValueError) as caught:
        read(data)
    assert message in caught.value.args[0]
