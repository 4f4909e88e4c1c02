"""Pod templates: of dictionaries, of the client's objects, to JSON and flyteidl and back."""

import copy
import json
import os
import pickle
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flyte_nb.errors import InvalidValueError
from flyte_nb.models import PodTemplate

CASES = int(os.environ.get("FLYTE_NB_CASES", "2000"))
SPEC = {
    "containers": [
        {
            "name": "primary",
            "image": "repo/image:1",
            "env": [{"name": "TOKEN", "value": "hunter2"}],
            "ports": [{"containerPort": 8080}],
            "livenessProbe": {"exec": {"command": ["true"]}},
            "resources": {"requests": {"cpu": "1"}},
        }
    ],
    "initContainers": [{"name": "fetch"}],
    "nodeSelector": {"disk": "ssd"},
    "hostIPC": True,
}
WHOLE = {"pod_spec": SPEC, "labels": {"team": "vision"}, "annotations": {"note": "hunter2"}}
JSON = {
    "metadata": {"labels": {"team": "vision"}, "annotations": {"note": "hunter2"}},
    "podSpec": SPEC,
    "primaryContainerName": "primary",
}


@pytest.fixture
def client():
    return pytest.importorskip("kubernetes.client")


@pytest.fixture
def client_spec(client):
    """SPEC as an object of the client."""
    return client.V1PodSpec(
        containers=[
            client.V1Container(
                name="primary",
                image="repo/image:1",
                env=[client.V1EnvVar(name="TOKEN", value="hunter2")],
                ports=[client.V1ContainerPort(container_port=8080)],
                liveness_probe=client.V1Probe(_exec=client.V1ExecAction(command=["true"])),
                resources=client.V1ResourceRequirements(requests={"cpu": "1"}),
            )
        ],
        init_containers=[client.V1Container(name="fetch")],
        node_selector={"disk": "ssd"},
        host_ipc=True,
    )


def test_defaults():
    template = PodTemplate()
    assert template.pod_spec == {"containers": []}
    assert (template.primary_container_name, template.labels) == ("primary", None)
    assert template.to_json() == {
        "metadata": {},
        "podSpec": {"containers": []},
        "primaryContainerName": "primary",
    }


def test_arguments_stand_in_flytekits_order():
    template = PodTemplate(SPEC, "main", {"a": "b"}, {"c": "d"})
    assert (template.primary_container_name, template.labels) == ("main", {"a": "b"})
    assert template.annotations == {"c": "d"}


def test_the_callers_dictionaries_are_copied():
    given = copy.deepcopy(WHOLE)
    template = PodTemplate(**given)
    given["pod_spec"]["containers"][0]["image"] = "other"
    given["labels"]["team"] = given["annotations"]["note"] = "other"
    assert template.to_json() == JSON


def test_the_callers_object_is_copied_and_stays_an_object(client, client_spec):
    template = PodTemplate(client_spec)
    client_spec.containers[0].image = "other"
    assert isinstance(template.pod_spec, client.V1PodSpec)
    assert template.to_json()["podSpec"] == SPEC


def test_names_that_the_user_wrote_stay_his():
    template = PodTemplate({"containers": [], "node_selector": {"a": "b"}})
    assert template.pod_spec == {"containers": [], "node_selector": {"a": "b"}}
    assert template.to_json()["podSpec"] == {"containers": [], "nodeSelector": {"a": "b"}}


def test_objects_and_dictionaries_may_hold_each_other(client):
    inside = {"containers": [client.V1Container(name="a", image="x")], "hostIPC": None}
    assert PodTemplate(inside) == PodTemplate({"containers": [{"name": "a", "image": "x"}]})


def test_an_object_is_what_the_client_itself_would_send(client, client_spec):
    sent = client.ApiClient().sanitize_for_serialization(client_spec)
    assert PodTemplate(client_spec).to_json()["podSpec"] == sent == SPEC


def test_an_object_is_made_when_asked_for(client, client_spec):
    made = PodTemplate(SPEC).to_v1_pod_spec()
    assert made == client_spec
    numbers = {"containers": [{"name": "a", "resources": {"limits": {"cpu": 2}}}]}
    limits = PodTemplate(numbers).to_v1_pod_spec().containers[0].resources.limits
    assert limits == {"cpu": "2"}
    assert isinstance(made, client.V1PodSpec)


def test_an_object_is_checked_as_a_dictionary_is(client):
    spec = client.V1PodSpec(containers=[client.V1Container(name="a", image_pull_policy="often")])
    with pytest.raises(InvalidValueError, match=r"spec\.containers\[0\]\.imagePullPolicy: 'often'"):
        PodTemplate(spec)
    with pytest.raises(InvalidValueError, match="spec: V1Container, and V1PodSpec"):
        PodTemplate(client.V1Container(name="a"))


def test_types_that_a_release_of_the_client_renamed_are_known():
    def model(name, attributes):
        maps = {"attribute_map": attributes, "openapi_types": dict.fromkeys(attributes, "str")}
        return type(name, (), {**maps, "to_dict": vars})()

    claim = model("V1ResourceClaim", {"name": "name"})  # CoreV1ResourceClaim since
    claim.name = "gpu"
    spec = {"containers": [{"name": "a", "resources": {"claims": [claim]}}]}
    written = PodTemplate(spec).to_json()["podSpec"]
    assert written["containers"][0]["resources"] == {"claims": [{"name": "gpu"}]}


@pytest.mark.parametrize("name", ["", "Primary", "a.b", "a" * 64, None, 3, "a\n"])
def test_the_primary_container_has_a_name_that_a_container_can_have(name):
    with pytest.raises(InvalidValueError, match=r"PodTemplate\(primary_container_name="):
        PodTemplate(primary_container_name=name)


@pytest.mark.parametrize("field", ["labels", "annotations"])
def test_labels_and_annotations_are_checked(field):
    with pytest.raises(InvalidValueError, match=rf"PodTemplate\({field}=\{{'a b': 'c'\}}\)"):
        PodTemplate(**{field: {"a b": "c"}})


def test_a_wrong_field_is_named_by_its_path():
    with pytest.raises(InvalidValueError) as caught:
        PodTemplate({"containers": [{"name": "a", "imagePullPolcy": "Always"}]})
    path = "PodTemplate: spec.containers[0].imagePullPolcy"
    assert caught.value.args[0] == f"{path}: no such field; did you mean 'imagePullPolicy'?"


def test_json_there_and_back():
    template = PodTemplate(**WHOLE)
    assert template.to_json() == JSON
    assert PodTemplate.from_json(json.loads(json.dumps(JSON))) == template
    assert PodTemplate.from_json({}) == PodTemplate()
    assert PodTemplate(**WHOLE) != PodTemplate(SPEC)
    assert PodTemplate(SPEC) != SPEC


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "PodTemplate: list is no JSON object"),
        ({"metadata": 0}, "PodTemplate: metadata: int is no JSON object"),
        ({"metadata": {"name": "x"}}, "PodTemplate: metadata.name: no such field"),
        ({"dataConfig": {}}, "PodTemplate.dataConfig: no such field"),
        ({"podSpec": {"containers": 1}}, "PodTemplate: spec.containers: int"),
        ({"primaryContainerName": 1}, "PodTemplate(primary_container_name=1)"),
    ],
)
def test_json_of_something_else_is_refused(data, message):
    with pytest.raises(InvalidValueError) as caught:
        PodTemplate.from_json(data)
    assert message in caught.value.args[0]


def test_the_message_of_flyteidl():
    tasks_pb2 = pytest.importorskip("flyteidl.core.tasks_pb2")
    from google.protobuf.json_format import MessageToDict

    template = PodTemplate(**WHOLE, primary_container_name="main")
    message = template.to_flyte_idl()
    assert isinstance(message, tasks_pb2.K8sPod)
    assert message.metadata.labels == {"team": "vision"}
    assert message.primary_container_name == "main"
    assert MessageToDict(message.pod_spec) == SPEC
    again = PodTemplate.from_flyte_idl(tasks_pb2.K8sPod.FromString(message.SerializeToString()))
    assert again == template
    port = again.pod_spec["containers"][0]["ports"][0]["containerPort"]
    assert type(PodTemplate(again.pod_spec).to_json()["podSpec"]) is dict
    assert port == 8080
    assert PodTemplate.from_flyte_idl(tasks_pb2.K8sPod()) == PodTemplate()


def test_a_pod_spec_that_was_broken_since_is_refused_when_it_is_sent():
    template = PodTemplate(**WHOLE)
    template.pod_spec["restartPolicy"] = "sometimes"
    with pytest.raises(InvalidValueError, match=r"spec\.restartPolicy"):
        template.to_json()
    assert "restartPolicy" in repr(template)


def test_the_hash_follows_content_and_not_the_kind_of_object(client_spec):
    template = PodTemplate(**WHOLE)
    assert template.version_hash() == PodTemplate(**WHOLE).version_hash()
    assert len(template.version_hash()) == 64
    others = [
        PodTemplate(SPEC),
        PodTemplate(**WHOLE, primary_container_name="x"),
        PodTemplate(**{**WHOLE, "pod_spec": {"containers": []}}),
        PodTemplate(**{**WHOLE, "labels": {"team": "x"}}),
    ]
    assert len({template.version_hash(), *(t.version_hash() for t in others)}) == 5
    assert PodTemplate(client_spec).version_hash() == PodTemplate(SPEC).version_hash()


def test_a_template_is_data(client_spec):
    template = PodTemplate(**WHOLE)
    assert pickle.loads(pickle.dumps(template)) == template
    assert copy.deepcopy(template) == template == copy.copy(template)
    assert PodTemplate(client_spec) == PodTemplate(SPEC)
    with pytest.raises(AttributeError):
        template.labels = {}
    with pytest.raises(TypeError, match="unhashable"):
        hash(template)


def test_what_is_shown_holds_no_value_of_a_variable_and_no_annotation(client_spec):
    for spec in (SPEC, client_spec):
        template = PodTemplate(**{**WHOLE, "pod_spec": spec})
        for text in (repr(template), template._repr_html_()):
            assert "hunter2" not in text
            for part in ("repo/image:1", "TOKEN", "disk=ssd", "team=vision", "fetch", "note"):
                assert part in text


def test_a_table_shows_what_tells_pods_apart():
    template = PodTemplate(
        {
            "containers": [
                {
                    "name": "primary",
                    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": 2}},
                    "volumeMounts": [
                        {"name": "data", "mountPath": "/data", "readOnly": True},
                        {"name": "tmp", "mountPath": "/tmp"},
                    ],
                }
            ],
            "volumes": [
                {"name": "data", "persistentVolumeClaim": {"claimName": "d"}},
                {"name": "tmp"},
            ],
            "tolerations": [
                {"key": "gpu", "value": "t4", "effect": "NoSchedule"},
                {"key": "spot", "operator": "Exists"},
                {"operator": "Exists", "effect": "NoExecute"},
            ],
        },
        labels={"team": "vision"},
    )
    assert dict(template.rows()) == {
        "primary container": "primary",
        "container primary": "the task's image",
        "container primary, requests": "cpu=1, memory=1Gi",
        "container primary, limits": "cpu=2",
        "container primary, mounts": "data at /data (read-only), tmp at /tmp",
        "volumes": "data (persistentVolumeClaim), tmp (emptyDir)",
        "tolerations": "gpu=t4:NoSchedule, spot, all taints:NoExecute",
        "labels": "team=vision",
    }
    assert "data at /data (read-only)" in template._repr_html_()
    assert "gpu=t4:NoSchedule" in repr(template)


def test_a_script_in_a_label_is_text():
    html = PodTemplate({"containers": [{"name": "a", "image": "<script>"}]})._repr_html_()
    assert "<script>" not in html


def test_neither_kubernetes_nor_flyteidl_is_needed_or_imported():
    program = (
        "import sys\n"
        "sys.modules['kubernetes'] = sys.modules['flyteidl'] = None\n"
        "from flyte_nb.models import PodTemplate\n"
        "t = PodTemplate({'containers': [{'name': 'a'}]})\n"
        "t = PodTemplate.from_json(t.to_json())\n"
        "repr(t), t._repr_html_(), t.version_hash()\n"
        "for ask, wanted in (t.to_v1_pod_spec, 'kubernetes'), (t.to_flyte_idl, 'flyteidl'):\n"
        "    try: ask()\n"
        "    except ImportError as error: assert f'pip install {wanted}' in str(error), error\n"
        "    else: raise AssertionError(wanted)\n"
    )
    pytest.importorskip("google.protobuf")  # asked for before flyteidl
    subprocess.run([sys.executable, "-c", program], check=True)


def test_importing_the_models_loads_no_part_of_the_checks():
    program = (
        "import sys, flyte_nb.models\n"
        "assert not [n for n in sys.modules if 'kubernetes' in n or 'pod_template' in n]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=3)
    | st.text(st.characters(exclude_categories=()), max_size=5)
    | st.sampled_from(["podSpec", "metadata", "labels", "containers", "name", "primary"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=2)
        | st.builds(lambda one: {"containers": [{"name": "a", "image": one}]}, inner)
    ),
    max_leaves=4,
)


@settings(max_examples=CASES)
@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_nothing_but_our_error_comes_out(spec, name, labels, annotations):
    for make in (
        lambda: PodTemplate(spec),
        lambda: PodTemplate(primary_container_name=name),
        lambda: PodTemplate(labels=labels, annotations=annotations),
        lambda: PodTemplate.from_json(spec),
        lambda: PodTemplate.from_json({"podSpec": spec, "metadata": {"labels": labels}}),
    ):
        with suppress(InvalidValueError):
            template = make()
            assert PodTemplate.from_flyte_idl(template.to_flyte_idl()) == template
            assert repr(template)
            assert len(template.version_hash()) == 64
