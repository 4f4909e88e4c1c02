"""What a task asks of a node, and the pod that it is."""

# ruff: noqa: E402, F811 - each cell is a program of its own

# %% amounts of all kinds
from flytekit import Resources

answer = {
    "nothing": Resources(),
    "text": Resources(cpu="500m", mem="1Gi", gpu="1", ephemeral_storage="10Gi"),
    "numbers": Resources(cpu=2, mem=2048, gpu=1, ephemeral_storage=1024),
    "float": Resources(cpu=0.5),
    "positional": Resources("1", "2Gi", "1", "3Gi"),
    "pairs": Resources(cpu=("1", "2"), mem=("1Gi", "2Gi")),
    "equal": Resources(cpu="1") == Resources(cpu="1"),
    "different": Resources(cpu="1") == Resources(cpu="2"),
    "other spelling": Resources(cpu="1") == Resources(cpu=1),
    "representation": repr(Resources(cpu="500m", mem="1Gi")),
}

# %% a pair in a list
from flytekit import Resources

answer = {"cpu": Resources(cpu=["1", "2"]).cpu}

# %% amounts that are none
from flytekit import Resources
from programs import outcome

answer = {
    "a mapping": outcome(lambda: Resources(mem={})),
    "three": outcome(lambda: Resources(cpu=("1", "2", "3"))),
    "one in a list": outcome(lambda: Resources(cpu=["1"])),
    "nothing in a list": outcome(lambda: Resources(cpu=[])),
    "a pair of nothing": outcome(lambda: Resources(cpu=(None, None))),
    "bytes": outcome(lambda: Resources(mem=b"1Gi")),
    "an unknown name": outcome(lambda: Resources(tpu="1")),
}

# %% half a byte
from flytekit import Resources
from programs import outcome

answer = {"memory": outcome(lambda: Resources(mem=1.5).mem)}

# %% half a device
from flytekit import Resources
from programs import outcome

answer = {"device": outcome(lambda: Resources(gpu=0.5).gpu)}

# %% amounts that a cluster refuses
from flytekit import Resources
from programs import outcome

answer = {
    "no quantity": outcome(lambda: Resources(cpu="much").cpu),
    "no unit": outcome(lambda: Resources(mem="1GiB").mem),
    "negative": outcome(lambda: Resources(cpu=-1).cpu),
    "more than the limit": outcome(lambda: Resources(cpu=("2", "1")).cpu),
}

# %% resources are changed
from flytekit import Resources
from programs import outcome

resources = Resources(cpu="1")
answer = {
    "assign": outcome(lambda: setattr(resources, "cpu", "2")),
    "hash": outcome(lambda: hash(resources) == hash(Resources(cpu="1"))),
}

# %% requests and limits
from flytekit import Resources
from flytekit.core.resources import ResourceSpec
from programs import outcome

spec = ResourceSpec.from_multiple_resource(
    Resources(cpu=("1", "2"), mem="1Gi", gpu=[1, 2], ephemeral_storage="1Gi")
)
answer = {
    "requests": spec.requests,
    "limits": spec.limits,
    "nothing": ResourceSpec.from_multiple_resource(Resources()),
    "by hand": ResourceSpec(Resources(cpu="1"), limits=Resources(cpu="2")),
    "equal": spec == ResourceSpec(spec.requests, spec.limits),
    "one alone": outcome(lambda: ResourceSpec(Resources(cpu="1"))),
}

# %% resources as JSON
from flytekit import Resources
from programs import outcome

resources = Resources(cpu="1", mem=("1Gi", "2Gi"))
answer = {
    "dictionary": outcome(lambda: resources.to_dict()["cpu"]),
    "there and back": outcome(lambda: Resources.from_json(resources.to_json()) == resources),
}

# %% accelerators
from flytekit.extras.accelerators import A100, A100_80GB, H100, T4, V5E, V5P, V6E, GPUAccelerator
from programs import message, outcome

answer = {
    "a device": message(T4),
    "one of one's own": message(GPUAccelerator("mine")),
    "by name": message(GPUAccelerator(device="mine")),
    "any part": message(A100),
    "a part": message(A100.partition_2g_10gb),
    "whole": message(A100.unpartitioned),
    "another part": message(A100.partitioned("9g")),
    "a larger one": message(A100_80GB.partition_7g_80gb),
    "a slice": message(V5E.slice_2x4),
    "another slice": message(V5P.slice_2x2x1),
    "a third": message(V6E.slice_4x4),
    "no such part": outcome(lambda: A100.partition_9g),
    "no parts": outcome(lambda: H100.partition_1g_5gb),
    "device": A100.device,
}

# %% all devices
from flytekit.extras import accelerators
from programs import message

answer = {
    name: message(getattr(accelerators, name))
    for name in (
        *("A100", "A100_80GB", "A10G", "H100", "H200", "K80", "L4", "L40S", "L4_VWS", "M60"),
        *("P100", "P4", "RTX_PRO_6000", "T4", "V100", "V5E", "V5P", "V6E"),
    )
}

# %% what goes beyond amounts
from flytekit.core.resources import construct_extended_resources
from flytekit.extras.accelerators import A100, T4
from programs import outcome


def of(**given):
    found = construct_extended_resources(**given)
    found = found.to_flyte_idl() if hasattr(found, "to_flyte_idl") else found
    return found and found.SerializeToString(deterministic=True).hex()


answer = {
    "nothing": of(),
    "a device": of(accelerator=T4),
    "a part": of(accelerator=A100.partition_1g_5gb),
    "memory": of(shared_memory=True),
    "so much memory": of(shared_memory="2Gi"),
    "no memory": of(shared_memory=False),
    "both": of(accelerator=T4, shared_memory="1Gi"),
    "positional": outcome(lambda: construct_extended_resources(T4)),
}

# %% extended resources are a message
from flytekit.core.resources import construct_extended_resources
from flytekit.extras.accelerators import T4

found = construct_extended_resources(accelerator=T4, shared_memory=True)
answer = {
    "device": found.gpu_accelerator.device,
    "mount": [found.shared_memory.mount_path, found.shared_memory.mount_name],
}

# %% tasks with resources
from flytekit import Resources, task
from programs import outcome


@task(requests=Resources(cpu="500m", mem="1Gi"), limits=Resources(cpu="1", mem="2Gi"))
def add(a: int, b: int) -> int:
    return a + b


@task(requests=Resources(cpu="1"))
def double(a: int) -> int:
    return 2 * a


@task(limits=Resources(gpu="1"))
def half(a: float) -> float:
    return a / 2


def nothing() -> int:
    return 0


def define(requests):
    task(requests=requests)(nothing)


answer = {
    "both": add(a=1, b=2),
    "requests": double(a=2),
    "limits": half(a=3.0),
    "a pair in requests": outcome(
        lambda: task(requests=Resources(cpu=("1", "2")))(nothing) and None
    ),
    "no resources": outcome(lambda: define("1")),
}

# %% a pod template
from flytekit import PodTemplate
from kubernetes.client import V1Container, V1EnvVar, V1PodSpec
from programs import outcome

spec = V1PodSpec(
    containers=[V1Container(name="primary", env=[V1EnvVar(name="A", value="b")])],
    node_selector={"kubernetes.io/os": "linux"},
)
template = PodTemplate(
    pod_spec=spec, primary_container_name="primary", labels={"team": "ml"}, annotations={"a": "b"}
)
bare = PodTemplate()
answer = {
    "containers": [container.name for container in template.pod_spec.containers],
    "variable": template.pod_spec.containers[0].env[0].value,
    "selector": template.pod_spec.node_selector,
    "names": [template.primary_container_name, template.labels, template.annotations],
    "bare": [bare.primary_container_name, bare.labels, bare.annotations],
    "containers of a bare one": outcome(lambda: bare.pod_spec.containers),
    "hash": template.version_hash(),
    "hash of a bare one": bare.version_hash(),
    "equal": template == PodTemplate(spec, "primary", {"team": "ml"}, {"a": "b"}),
    "positional": PodTemplate(spec, "primary").labels,
    "no name": outcome(lambda: PodTemplate(spec, primary_container_name="")),
}

# %% a pod template keeps what it was given
from flytekit import PodTemplate
from kubernetes.client import V1Container, V1PodSpec

spec = V1PodSpec(containers=[V1Container(name="primary")])
template = PodTemplate(spec, "primary")
spec.containers[0].name = "changed afterwards"
answer = {"name": template.pod_spec.containers[0].name}

# %% a task with a pod template
from flytekit import PodTemplate, task
from kubernetes.client import V1Container, V1PodSpec


@task(pod_template=PodTemplate(V1PodSpec(containers=[V1Container(name="primary")])))
def double(a: int) -> int:
    return 2 * a


answer = {"value": double(a=2)}

# %% the address of objects in a store
from flytekit.configuration import DataConfig, S3Config
from flytekit.core.data_persistence import FileAccessProvider

storage = FileAccessProvider("/tmp/sandbox", "s3://bucket/raw", DataConfig(s3=S3Config()))
answer = {
    "remote": [storage.is_remote("s3://bucket/key"), storage.is_remote("/tmp/x")],
    "raw output": storage.raw_output_prefix,
}
