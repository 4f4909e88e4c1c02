"""Integration: pod templates become the message, the pod spec and the hash of flytekit's."""

import copy

import pytest

from flyte_nb.errors import InvalidValueError
from flyte_nb.models import PodTemplate

EMPTY = {"containers": []}
PRIMARY = {"containers": [{"name": "primary", "image": "repo/image:1"}]}
WHOLE = {
    "containers": [
        {
            "name": "primary",
            "image": "repo/image:1",
            "env": [
                {"name": "A", "value": "b"},
                {"name": "C", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
            ],
            "ports": [{"containerPort": 8080, "protocol": "TCP"}],
            "livenessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 3},
            "readinessProbe": {"httpGet": {"port": "http"}},
            "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": True}],
        },
        {"name": "sidecar", "image": "other:2", "resources": {"limits": {"cpu": "1"}}},
    ],
    "initContainers": [{"name": "fetch", "image": "fetch:1"}],
    "hostIPC": True,
    "nodeSelector": {"example.com/disk": "ssd"},
    "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}],
    "volumes": [{"name": "data", "emptyDir": {"sizeLimit": "1Gi"}}],
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "z", "operator": "In", "values": ["a", "b"]}]}
                ]
            }
        }
    },
}


@pytest.mark.parametrize("spec", [None, EMPTY, PRIMARY, WHOLE], ids=["no", "empty", "one", "all"])
@pytest.mark.parametrize("labels", [None, {}, {"team": "vision", "a.b/c": ""}])
@pytest.mark.parametrize("annotations", [None, {"note": "two words and é"}])
@pytest.mark.parametrize("name", ["primary", "main"])
def test_message_and_hash_are_flytekits(ask_flytekit, spec, labels, annotations, name):
    case = {"spec": spec, "name": name, "labels": labels, "annotations": annotations}
    theirs = ask_flytekit({"ask": "pod_template", **case})["value"]
    ours = PodTemplate(spec, name, labels, annotations)
    assert ours.to_flyte_idl().SerializeToString(deterministic=True).hex() == theirs["message"]
    assert ours.version_hash() == theirs["hash"]


def ask_in_a_task(ask_flytekit, spec):
    case = {"spec": spec, "name": "primary", "labels": None, "annotations": None}
    return ask_flytekit({"ask": "pod_template", **case})["value"]["in a task"]


@pytest.mark.parametrize("spec", [PRIMARY, WHOLE])
def test_a_pod_spec_with_its_primary_container_arrives_as_it_is(ask_flytekit, spec):
    assert PodTemplate(spec).to_json()["podSpec"] == ask_in_a_task(ask_flytekit, spec)


def test_a_missing_primary_container_is_the_tasks_to_add(ask_flytekit):
    """The template stays what the user gave; flytekit adds it when it serializes the task."""
    added = copy.deepcopy(EMPTY)
    added["containers"].append({"name": "primary", "image": "image"})
    assert ask_in_a_task(ask_flytekit, EMPTY) == added
    assert PodTemplate(EMPTY).to_json()["podSpec"] == EMPTY


def test_an_empty_name_is_refused_by_both(ask_flytekit):
    case = {"spec": EMPTY, "name": "", "labels": None, "annotations": None}
    assert ask_flytekit({"ask": "pod_template", **case}) == {"error": "FlyteValidationException"}
    with pytest.raises(InvalidValueError):
        PodTemplate(EMPTY, "")
