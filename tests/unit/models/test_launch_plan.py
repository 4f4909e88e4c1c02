"""Launch plans as admin and flytekit send them: nothing of them is lost."""

import json

import pytest

from flyte_nb.errors import InvalidValueError
from flyte_nb.models import (
    AuthRole,
    Identifier,
    SecurityContext,
    WorkflowExecutionIdentifier,
)
from flyte_nb.models.launch_plan import (
    ConcurrencyPolicy,
    LaunchPlanMetadata,
    LaunchPlanSpec,
)

ROLE = {"assumableIamRole": "arn:role", "kubernetesServiceAccount": "robot"}
WHOLE = {
    "workflowId": {
        "resourceType": "WORKFLOW",
        "project": "p",
        "domain": "d",
        "name": "n",
        "version": "v",
        "org": "us",
    },
    "entityMetadata": {
        "schedule": {"rate": {"value": 3, "unit": "HOUR"}, "kickoffTimeInputArg": "at"},
        "notifications": [{"phases": ["FAILED"], "email": {"recipientsEmail": ["a@b.c"]}}],
        "launchConditions": {
            "@type": "type.googleapis.com/google.protobuf.Duration",
            "value": "3s",
        },
    },
    "defaultInputs": {"parameters": {"x": {"var": {"type": {"simple": "INTEGER"}}}}},
    "fixedInputs": {"literals": {"y": {"scalar": {"noneType": {}}}}},
    "role": "arn:old",
    "labels": {"values": {"a": "b"}},
    "annotations": {"values": {"a": "b c"}},
    "auth": ROLE,
    "authRole": ROLE,
    "securityContext": {"runAs": {"k8sServiceAccount": "robot"}},
    "qualityOfService": {"tier": "HIGH"},
    "rawOutputDataConfig": {"outputLocationPrefix": "s3://b"},
    "maxParallelism": 3,
    "interruptible": False,
    "overwriteCache": True,
    "envs": {"values": [{"key": "A", "value": "b"}]},
    "executionEnvAssignments": [{"nodeIds": ["n0"], "taskType": "python-task"}],
    "clusterAssignment": {"clusterPoolName": "gpu"},
    "concurrencyPolicy": {"max": 2, "behavior": "CONCURRENCY_LIMIT_BEHAVIOR_SKIP"},
}


def of_admin(data):
    """What *data* is once admin had it."""
    from flyteidl.admin.launch_plan_pb2 import LaunchPlanSpec as Theirs
    from google.protobuf.json_format import MessageToDict, ParseDict

    return MessageToDict(ParseDict(data, Theirs()))


def test_there_are_no_fields_beside_these():
    from flyteidl.admin.launch_plan_pb2 import LaunchPlanSpec as Theirs

    assert {field.json_name for field in Theirs.DESCRIPTOR.fields} == set(WHOLE)


@pytest.mark.parametrize("name", [*WHOLE, "all"])
def test_each_field_comes_back_and_is_sent(name):
    data = WHOLE if name == "all" else {name: WHOLE[name]}
    spec = LaunchPlanSpec.from_json(json.loads(json.dumps(data)))
    assert spec.to_json() == data
    from google.protobuf.json_format import MessageToDict

    assert MessageToDict(spec.to_flyte_idl()) == of_admin(data)
    assert LaunchPlanSpec.from_flyte_idl(spec.to_flyte_idl()) == spec


def test_what_is_said_to_be_off_is_not_what_is_not_said():
    assert LaunchPlanSpec(interruptible=False) != LaunchPlanSpec()
    assert LaunchPlanSpec(interruptible=False).to_flyte_idl().HasField("interruptible")
    assert not LaunchPlanSpec().to_flyte_idl().HasField("interruptible")


def test_a_plan_as_flytekit_sends_it_has_an_empty_role():
    spec = LaunchPlanSpec.from_json({"authRole": {}, "labels": {}, "securityContext": {}})
    assert spec.auth_role == AuthRole()
    assert spec.security_context == SecurityContext()
    assert spec.to_json() == {"authRole": {}, "labels": {}, "securityContext": {}}


def test_an_organization_is_kept():
    for name, identifier in (
        ("execution", WorkflowExecutionIdentifier("p", "d", "n", org="us")),
        ("task", Identifier(1, "p", "d", "n", "v", "us")),
    ):
        assert identifier.to_flyte_idl().org == "us", name
        assert type(identifier).from_json(identifier.to_json()) == identifier
        assert str(identifier).endswith(":p:d:n") or str(identifier) == "TASK:p:d:n:v"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"role": 3}, "LaunchPlanSpec(role=3): is not text"),
        ({"interruptible": 0}, "LaunchPlanSpec(interruptible=0): not True or False"),
        ({"overwrite_cache": 1}, "LaunchPlanSpec(overwrite_cache=1): not True or False"),
        ({"auth": AuthRole()}, "LaunchPlanSpec(auth=<AuthRole>): not Auth"),
        ({"quality_of_service": "HIGH"}, "LaunchPlanSpec(quality_of_service=<str>): not dict"),
        ({"max_parallelism": 2**31}, "LaunchPlanSpec(max_parallelism=2147483648): not a whole nu"),
    ],
)
def test_what_is_of_another_kind_is_refused(given, message):
    with pytest.raises(InvalidValueError) as caught:
        LaunchPlanSpec(**given)
    assert message in caught.value.args[0]
    with pytest.raises(InvalidValueError, match="not dict"):
        LaunchPlanMetadata(launch_conditions=[])


def test_json_that_is_none_of_the_message_is_refused_when_it_is_sent():
    spec = LaunchPlanSpec(quality_of_service={"tier": {"a": 1}})
    with pytest.raises(InvalidValueError, match=r"LaunchPlanSpec: .*tier"):
        spec.to_flyte_idl()


@pytest.mark.parametrize("count", [0, -1, 2**31, 2**40, True, 1.0, "1", None])
def test_how_many_run_at_a_time_is_a_number_of_the_message(count):
    with pytest.raises(InvalidValueError, match=r"ConcurrencyPolicy\(max_concurrency=.*from 1 to"):
        ConcurrencyPolicy(count)
    for good in (1, 2**31 - 1):
        assert ConcurrencyPolicy(good).to_flyte_idl().max == good
