"""Pod specs: what the API server takes, what it refuses, and where."""

import copy
import enum
import os
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.extended_resources import SharedMemory
from flyte_nb.models.kubernetes.schema import POD_SPEC, fields_of
from flyte_nb.models.kubernetes.spec import pod_spec_json

CASES = int(os.environ.get("FLYTE_NB_CASES", "2000"))


def container(**fields):
    return {"containers": [{"name": "primary", **fields}]}


def env(**fields):
    return container(env=[{"name": "FIRST", "value": "1"}, {"name": "SECOND", **fields}])


WHOLE = {
    "containers": [
        {
            "name": "primary",
            "image": "repo/image:1@sha256:abc",
            "env": [
                {"name": "A.b-c", "value": ""},
                {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
            ],
            "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}],
            "resources": {
                "requests": {"cpu": "500m", "memory": "1Gi", "nvidia.com/gpu": 1},
                "limits": {"cpu": 1, "memory": "1073741824", "nvidia.com/gpu": "1"},
            },
            "livenessProbe": {"httpGet": {"port": "http", "path": "/"}, "periodSeconds": 3},
            "readinessProbe": {"exec": {"command": ["true"]}},
            "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": True}],
        }
    ],
    "initContainers": [{"name": "init", "restartPolicy": "Always"}],
    "nodeSelector": {"example.com/disk": "ssd"},
    "tolerations": [{"operator": "Exists"}, {"key": "gpu", "effect": "NoSchedule"}],
    "volumes": [{"name": "data", "emptyDir": {"sizeLimit": 0.5}}, {"name": "more"}],
    "securityContext": {"runAsUser": 1000, "fsGroup": 0},
    "hostIPC": False,
}


def test_the_volume_of_shared_memory_is_the_platforms():
    spec = container(volumeMounts=[{"name": SharedMemory().mount_name, "mountPath": "/dev/shm"}])
    assert pod_spec_json(spec) == spec


def test_what_kubernetes_takes_stays_as_it_is():
    assert pod_spec_json(WHOLE) == WHOLE
    assert pod_spec_json(WHOLE) is not WHOLE


def test_names_of_the_client_become_those_of_json_and_nothing_is_left_out():
    class Policy(str, enum.Enum):
        NEVER = "Never"

    spec = {
        "containers": (),
        "init_containers": [{"name": "a", "liveness_probe": {"_exec": {"command": ("x",)}}}],
        "host_ipc": True,
        "nodeSelector": None,
        "restart_policy": Policy.NEVER,
        "priority": 7.0,
    }
    written = pod_spec_json(spec)
    assert written == {
        "containers": [],
        "initContainers": [{"name": "a", "livenessProbe": {"exec": {"command": ["x"]}}}],
        "hostIPC": True,
        "restartPolicy": "Never",
        "priority": 7,
    }
    assert type(written["restartPolicy"]) is str
    assert type(written["priority"]) is int


REFUSED = [
    # names of fields, the whole message
    (
        env(valueFrom={"secretKeyRef": {"nam": "s", "key": "k"}}),
        "spec.containers[0].env[1].valueFrom.secretKeyRef.nam: no such field; did you mean 'name'?",
    ),
    ({"containers": [], "node_selecter": {}}, "spec.node_selecter: no such field; did you mean 'n"),
    ({"containers": [], "zzz": 1}, "spec.zzz: no such field"),
    ({"containers": [], "a b": 1}, "spec['a b']: no such field"),
    ({"containers": [], 3: 1}, "spec: 3 is no name of a field"),
    ({"containers": [], "hostIPC": True, "host_ipc": True}, "spec.hostIPC: given twice"),
    # missing
    ({}, "spec.containers: missing"),
    ({"containers": None}, "spec.containers: missing"),
    ({"containers": [{"image": "x"}]}, "spec.containers[0].name: missing"),
    (env(valueFrom={"secretKeyRef": {"name": "s"}}), "env[1].valueFrom.secretKeyRef.key: missing"),
    # types
    ([], "spec: list, and V1PodSpec or a dictionary is wanted"),
    ({"containers": {}}, "spec.containers: dict, and a list is wanted"),
    ({"containers": ["x"]}, "spec.containers[0]: str, and V1Container or a dictionary is wanted"),
    ({"containers": [None]}, "spec.containers[0]: NoneType, and V1Container"),
    ({"containers": [], "nodeSelector": []}, "spec.nodeSelector: list, and a dictionary is wanted"),
    ({"containers": [], "nodeSelector": {"a": None}}, "spec.nodeSelector.a: nothing, and text"),
    ({"containers": [], "nodeSelector": {1: "a"}}, "spec.nodeSelector[1]: the key: int, and text"),
    ({"containers": [], "hostIPC": "yes"}, "spec.hostIPC: str, and true or false is wanted"),
    ({"containers": [], "hostIPC": 1}, "spec.hostIPC: int, and true or false is wanted"),
    ({"containers": [], "priority": "7"}, "spec.priority: str, and a whole number is wanted"),
    ({"containers": [], "priority": 1.5}, "spec.priority: float, and a whole number is wanted"),
    ({"containers": [], "priority": True}, "spec.priority: bool, and a whole number is wanted"),
    ({"containers": [], "priority": 2**53 + 1}, "spec.priority: beyond 2**53"),
    (env(value=3), "spec.containers[0].env[1].value: int, and text is wanted"),
    (container(command="sh"), "spec.containers[0].command: str, and a list is wanted"),
    (container(args=["\ud800"]), "spec.containers[0].args[0]: is not Unicode"),
    # names
    (container(name="Primary"), "containers[0].name: 'Primary' is not made of a-z"),
    (container(name=""), "containers[0].name: '' is empty"),
    (container(image=" x"), "containers[0].image: ' x' has blanks around it"),
    (
        {"containers": [{"name": "a"}, {"name": "a"}]},
        "containers[1].name: 'a' is taken by containe",
    ),
    (
        {**container(), "initContainers": [{"name": "primary"}]},
        "spec.initContainers[0].name: 'primary' is taken by containers[0].name",
    ),
    ({"containers": [], "volumes": [{"name": "a"}] * 2}, "spec.volumes[1].name: 'a' is taken by"),
    ({"containers": [], "volumes": [{"name": "A"}]}, "spec.volumes[0].name: 'A' is not made of"),
    ({"containers": [], "serviceAccountName": "a_b"}, "spec.serviceAccountName: 'a_b' is not made"),
    ({"containers": [], "hostname": "a.b"}, "spec.hostname: 'a.b' is not made of"),
    ({"containers": [], "nodeSelector": {"a b": "x"}}, "spec.nodeSelector['a b']: the key is not"),
    ({"containers": [], "nodeSelector": {"a": "x y"}}, "spec.nodeSelector.a: 'x y' is not made"),
    # variables
    (container(env=[{"name": "A=B"}]), "env[0].name: 'A=B' is not made of printable ASCII"),
    (container(env=[{"name": "A\n"}]), "env[0].name: 'A\\n' is not made of printable ASCII"),
    (container(env=[{"name": ""}]), "env[0].name: '' is not made of"),
    (
        env(value="v", valueFrom={"fieldRef": {"fieldPath": "x"}}),
        "env[1].valueFrom: a variable has",
    ),
    (env(valueFrom={}), "env[1].valueFrom: exactly one of configMapKeyRef, fieldRef, "),
    (container(envFrom=[{"prefix": "A"}]), "envFrom[0]: exactly one of configMapRef, secretRef"),
    # numbers and quantities
    (container(ports=[{"containerPort": 0}]), "ports[0].containerPort: 0 is not in 1 to 65535"),
    (container(ports=[{"containerPort": 65536}]), "containerPort: 65536 is not in 1 to 65535"),
    (container(ports=[{"containerPort": 1, "name": "a--b"}]), "ports[0].name: 'a--b' is not made"),
    (
        container(ports=[{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}]),
        "ports[1].name: 'a' is taken by ports[0].name",
    ),
    (container(livenessProbe={"tcpSocket": {"port": "1"}}), "tcpSocket.port: '1' is not made of"),
    (container(livenessProbe={"tcpSocket": {"port": 0}}), "tcpSocket.port: 0 is not in 1 to 65535"),
    (container(livenessProbe={}), "livenessProbe: exactly one of exec, grpc"),
    (
        container(resources={"requests": {"cpu": "2 cores"}}),
        "requests.cpu: '2 cores' is no quantit",
    ),
    (container(resources={"requests": {"cpu": -1}}), "requests.cpu: -1 is no quantity"),
    (container(resources={"limits": {"cpu": True}}), "limits.cpu: bool, and a whole number"),
    (container(resources={"limits": {"cpu": float("nan")}}), "limits.cpu: nan is no quantity"),
    (container(resources={"limits": {"cpu": "1" * 101}}), "limits.cpu: longer than 100"),
    (container(resources={"limits": {"mem": "1"}}), "limits.mem: the key is none of cpu, memory, "),
    (container(resources={"limits": {"gpu": 1}}), "did you mean 'nvidia.com/gpu'?"),
    (
        container(resources={"requests": {"memory": "2Gi"}, "limits": {"memory": "2G"}}),
        "resources.requests.memory: '2Gi' is more than the limit, '2G'",
    ),
    (
        container(resources={"requests": {"nvidia.com/gpu": 1}}),
        "resources.limits['nvidia.com/gpu']: missing: a resource that cannot be shared",
    ),
    (
        container(resources={"requests": {"a.b/c": 1}, "limits": {"a.b/c": 2}}),
        "resources.requests['a.b/c']: 1 is not the limit",
    ),
    ({"containers": [], "securityContext": {"runAsUser": -1}}, "runAsUser: -1 is not in 0 to 2147"),
    # one of a few
    ({"containers": [], "restartPolicy": "never"}, "'never' is none of Always, OnFailure, Never"),
    (container(imagePullPolicy="always"), "imagePullPolicy: 'always' is none of Always, IfNotPres"),
    ({"containers": [], "tolerations": [{}]}, "tolerations[0].operator: without a key"),
    (
        {"containers": [], "tolerations": [{"operator": "Exists", "key": "a", "value": "b"}]},
        "tolerations[0].value: has to be empty",
    ),
    (
        container(volumeMounts=[{"name": "data", "mountPath": "/data"}]),
        "spec.containers[0].volumeMounts[0].name: 'data' is not in spec.volumes: there is none",
    ),
    (
        {
            "containers": [],
            "initContainers": [
                {
                    "name": "a",
                    "volumeMounts": [
                        {"name": "cache", "mountPath": "/c"},
                        {"name": "dta", "mountPath": "/d"},
                    ],
                }
            ],
            "volumes": [{"name": "cache"}, {"name": "data"}],
        },
        "initContainers[0].volumeMounts[1].name: 'dta' is not in spec.volumes: it has 'cache', 'da",
    ),
    (
        container(volumeDevices=[{"name": "disk", "devicePath": "/dev/x"}]),
        "spec.containers[0].volumeDevices[0].name: 'disk' is not in spec.volumes: there is none",
    ),
    (
        {"containers": [], "volumes": [{"name": "a", "emptyDir": {}, "hostPath": {"path": "/"}}]},
        "spec.volumes[0]: a volume has one source, and it has emptyDir and hostPath",
    ),
    (
        {
            "containers": [],
            "volumes": [
                {
                    "name": "a",
                    "ephemeral": {"volumeClaimTemplate": {"spec": {}, "metadata": {"name": "x"}}},
                }
            ],
        },
        "volumeClaimTemplate.metadata.name: not allowed here, only labels and annotations",
    ),
]


@pytest.mark.parametrize(("spec", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_kubernetes_refuses(spec, message):
    with pytest.raises(InvalidValueError) as caught:
        pod_spec_json(spec)
    text = caught.value.args[0]
    assert text.startswith("spec")
    assert message in text


def test_a_number_that_python_cannot_write_is_refused():
    for spec in (
        container(resources={"limits": {"cpu": 10**5000}}),
        container(ports=[{"containerPort": -(10**5000)}]),
        container(env=[{"name": "A", "value": 10**5000}]),
    ):
        with pytest.raises(InvalidValueError):
            pod_spec_json(spec)


def test_a_whole_pod_is_told_from_its_spec():
    with pytest.raises(InvalidValueError) as caught:
        pod_spec_json({"apiVersion": "v1", "kind": "Pod", "spec": WHOLE})
    assert "give what is under its 'spec'" in caught.value.hint


@pytest.mark.parametrize("operator", ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_requirements_of_a_node(operator, count):
    terms = [{"key": "k", "operator": operator, "values": ["1"] * count}]
    required = {"nodeSelectorTerms": [{"matchExpressions": terms}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    wanted = {"In": (1, 2), "NotIn": (1, 2), "Exists": (0,), "DoesNotExist": (0,)}
    if count in wanted.get(operator, (1,)):
        assert pod_spec_json({"containers": [], "affinity": affinity})
    else:
        with pytest.raises(InvalidValueError, match=r"matchExpressions\[0\]\.values: "):
            pod_spec_json({"containers": [], "affinity": affinity})


@pytest.mark.parametrize(
    "place",
    [
        lambda secret: env(value=[secret]),
        lambda secret: env(value=secret, valueFrom={"fieldRef": {"fieldPath": "x"}}),
        lambda secret: env(value=secret, nam="x"),
        lambda secret: env(value=secret + "\ud800"),
        lambda secret: container(args=secret),
        lambda secret: container(command=[[secret]]),
        lambda secret: container(env=secret),
    ],
)
def test_no_message_holds_what_may_be_a_secret(place):
    with pytest.raises(InvalidValueError) as caught:
        pod_spec_json(place("hunter2"))
    assert "hunter2" not in str(caught.value)


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers() | st.builds(pow, st.just(10), st.just(5000)),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=8),
    st.binary(max_size=4),
    st.sampled_from([(), [], {}, [[]], [{}], "9" * 80 + "e999", "1" * 90 + "Ei"]),
)
WORDS = ["primary", "1Gi", "500m", "Exists", "In", "Always", "cpu", "a/b", "http", "key", ""]
OF_TYPE = {
    "str": st.sampled_from(WORDS),
    "int": st.integers(0, 70000),
    "bool": st.booleans(),
    "object": st.integers(0, 70000) | st.sampled_from(WORDS),
}


@cache
def right(kind, depth=3):
    """Return objects with fields of a *kind*, each of its type."""
    fields = fields_of(kind)
    if not fields:
        return OF_TYPE.get(kind, st.none())
    values = {}
    for field in fields.values():
        if depth or field.required:
            one = st.deferred(lambda kind=field.kind: right(kind, max(depth - 1, 0)))
            many = {
                "[": st.lists(one, max_size=1),
                "{": st.dictionaries(OF_TYPE["str"], one, max_size=2),
            }
            values[field.name] = many.get(field.many, one)
    required = {name: values[name] for name in values if fields[name].required}
    names = st.lists(st.sampled_from(sorted(values)), max_size=3) if values else st.just([])
    some = names.flatmap(lambda names: st.fixed_dictionaries({n: values[n] for n in names}))
    return st.builds(lambda one, more: {**one, **more}, st.fixed_dictionaries(required), some)


def places(value):
    """Yield every dictionary or list in *value*, with each key of it."""
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from places(item)


def one_of_its_places(spec):
    """By number: hypothesis prints what it chooses from, and some integers cannot be printed."""
    found = list(places(spec)) or [({}, "")]
    return st.integers(0, len(found) - 1).map(found.__getitem__)


@st.composite
def nearly_right(draw):
    """A pod spec with up to two places replaced, and up to one name."""
    spec = copy.deepcopy(draw(st.just(WHOLE) | st.just(WHOLE) | right(POD_SPEC)))
    for _ in range(draw(st.integers(0, 2))):
        inside, key = draw(one_of_its_places(spec))
        inside[key] = draw(ANYTHING)
    inside, key = draw(one_of_its_places(spec))
    if isinstance(inside, dict) and key in inside and draw(st.booleans()):
        inside[draw(ANYTHING.filter(is_hashable))] = inside.pop(key)
    return spec


def is_hashable(value):
    return not isinstance(value, (list, dict))


@settings(max_examples=CASES)
@given(nearly_right() | st.recursive(ANYTHING, st.lists))
def test_nothing_but_our_error_comes_out(spec):
    with suppress(InvalidValueError):
        once = pod_spec_json(spec)
        assert pod_spec_json(once) == once
