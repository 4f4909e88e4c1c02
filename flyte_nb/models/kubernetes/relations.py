"""What the fields of one object in a pod spec have to be to each other.

Only what the API server refuses for certain: ``pkg/apis/core/validation/validation.go``.
"""

from __future__ import annotations

from flyte_nb.models.quantity import quantity
from flyte_nb.models.shown import below, shown

from .schema import fields_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

Object: TypeAlias = "dict[str, Any]"
SHARED_MEMORY = "flyte-shared-memory"  # the platform adds it for ``@task(shared_memory=…)``
Problem: TypeAlias = tuple[str, str]  # path below the object, what is wrong there


def problems_of(kind: str, data: Object) -> Iterator[Problem]:
    """Yield what is wrong with *data*, whose fields are right each by itself."""
    check = _CHECKS.get(kind)
    return check(data) if check else iter(())


def _pod(data: Object) -> Iterator[Problem]:
    containers = ("containers", "initContainers", "ephemeralContainers")
    yield from _repeated(data, containers, "name")
    yield from _repeated(data, ("volumes",), "name")
    known = [volume["name"] for volume in data.get("volumes", ())]
    for field in containers:
        for index, container in enumerate(data.get(field, ())):
            for where, problem in _mounted(container, known):
                yield f".{field}[{index}]{where}", problem


def _mounted(container: Object, volumes: list[str]) -> Iterator[Problem]:
    there_is = f"it has {', '.join(map(shown, volumes))}" if volumes else "there is none"
    for field in ("volumeMounts", "volumeDevices"):
        for index, mount in enumerate(container.get(field, ())):
            name = mount["name"]
            if name not in volumes and name != SHARED_MEMORY:
                yield f".{field}[{index}].name", f"{shown(name)} is not in spec.volumes: {there_is}"


def _container(data: Object) -> Iterator[Problem]:
    yield from _repeated(data, ("ports",), "name")
    yield from _repeated(data, ("volumeMounts",), "mountPath")


def _repeated(data: Object, lists: tuple[str, ...], name: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for field in lists:
        for index, item in enumerate(data.get(field, ())):
            where, value = f".{field}[{index}].{name}", item.get(name)
            if value and value in seen:
                yield where, f"{shown(value)} is taken by {seen[value][1:]}"
            seen[value] = where


def _env(data: Object) -> Iterator[Problem]:
    if data.get("value") and "valueFrom" in data:
        yield ".valueFrom", "a variable has either 'value' or 'valueFrom'"


def _env_source(data: Object) -> Iterator[Problem]:
    return _exactly_one(data, tuple(fields_of("V1EnvVarSource")))


def _env_from(data: Object) -> Iterator[Problem]:
    return _exactly_one(data, ("configMapRef", "secretRef"))


def _probe(data: Object) -> Iterator[Problem]:
    return _exactly_one(data, ("exec", "grpc", "httpGet", "tcpSocket"))


def _handler(data: Object) -> Iterator[Problem]:
    return _exactly_one(data, tuple(fields_of("V1LifecycleHandler")))


def _exactly_one(data: Object, names: tuple[str, ...]) -> Iterator[Problem]:
    found = [name for name in names if name in data]
    if len(found) != 1:
        given = f"it has {' and '.join(found)}" if found else "it has none"
        yield "", f"exactly one of {', '.join(names)} is wanted, and {given}"


def _volume(data: Object) -> Iterator[Problem]:
    sources = [name for name in data if name != "name"]
    if len(sources) > 1:
        yield "", f"a volume has one source, and it has {' and '.join(sources)}"


def _toleration(data: Object) -> Iterator[Problem]:
    exists = data.get("operator") == "Exists"
    if not data.get("key") and not exists:
        yield ".operator", "without a key it has to be 'Exists'"
    if exists and data.get("value"):
        yield ".value", "has to be empty where the operator is 'Exists'"


def _requirement(data: Object) -> Iterator[Problem]:
    operator, count = data["operator"], len(data.get("values", ()))
    if operator in {"In", "NotIn"} and not count:
        yield ".values", f"missing: {operator!r} compares with them"
    if operator in {"Exists", "DoesNotExist"} and count:
        yield ".values", f"{operator!r} compares with no value"
    if operator in {"Gt", "Lt"} and count != 1:
        yield ".values", f"{operator!r} compares with exactly one value"


def _resources(data: Object) -> Iterator[Problem]:
    requests, limits = data.get("requests", {}), data.get("limits", {})
    for name, amount in requests.items():
        shared = ("/" not in name or "kubernetes.io/" in name) and not name.startswith("hugepages-")
        if name not in limits:
            if not shared:
                yield (
                    below(".limits", name),
                    "missing: a resource that cannot be shared has a limit",
                )
        elif quantity(amount) > quantity(limits[name]):
            yield below(".requests", name), f"{amount!r} is more than the limit, {limits[name]!r}"
        elif not shared and quantity(amount) != quantity(limits[name]):
            yield below(".requests", name), f"{amount!r} is not the limit, and it cannot be shared"


_CHECKS: dict[str, Callable[[Object], Iterator[Problem]]] = {
    "V1PodSpec": _pod,
    "V1Container": _container,
    "V1EphemeralContainer": _container,
    "V1EnvVar": _env,
    "V1EnvVarSource": _env_source,
    "V1EnvFromSource": _env_from,
    "V1Probe": _probe,
    "V1LifecycleHandler": _handler,
    "V1Volume": _volume,
    "V1Toleration": _toleration,
    "V1NodeSelectorRequirement": _requirement,
    "V1LabelSelectorRequirement": _requirement,
    "V1ResourceRequirements": _resources,
}
