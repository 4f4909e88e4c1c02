"""What a single value of a pod spec has to be, where its type does not tell.

Only what the API server refuses for certain: ``pkg/apis/core/validation/validation.go``. Each
rule returns why a value is refused, None when it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias

from flyte_nb.models.quantity import is_quantity
from flyte_nb.models.shown import shown

from .choices import CHOICES, MAX_PORT, RANGES
from .names import (
    annotation_key_problem,
    annotation_value_problem,
    dns_label_problem,
    dns_subdomain_problem,
    env_name_problem,
    label_key_problem,
    label_value_problem,
)

Rule: TypeAlias = Callable[[Any], "str | None"]

_PORT_NAME = r"(?!-)(?!.*--)(?=.*[a-z])[a-z0-9-]{1,15}(?<!-)"
_RESOURCES_OF_CONTAINERS = ("cpu", "memory", "ephemeral-storage")
_RESOURCES_MEANT = {
    "mem": "memory",
    "gpu": "nvidia.com/gpu",
    "disk": "ephemeral-storage",
    "storage": "ephemeral-storage",
    "ephemeral_storage": "ephemeral-storage",
}


def rule_of(kind: str, name: str) -> Rule | None:
    """Return the rule for the field *name* of a type, and for each value of a list in it."""
    return _rules().get((_same_rules_as(kind), name))


def key_rule_of(kind: str, name: str) -> Rule | None:
    """Return the rule for the keys of the field *name* of a type."""
    return _KEYS.get((kind, name))


def is_quantity_field(kind: str, name: str) -> bool:
    """Return whether a field holds quantities; the client says text, numbers are taken too."""
    return (kind, name) in _QUANTITIES


def quantity_problem(value: object) -> str | None:
    """Return why *value* is no amount of a resource."""
    if is_quantity(value):
        return None
    return f"{shown(value)} is no quantity: a number with an optional unit, e.g. 2, '500m', '2Gi'"


def _same_rules_as(kind: str) -> str:
    return "V1Container" if kind == "V1EphemeralContainer" else kind


def _one_of(choices: str, value: str) -> str | None:
    known = choices.split()
    return None if value in known else f"{shown(value)} is none of {', '.join(known)}"


def _one_of_or_default(choices: str, value: str) -> str | None:
    return _one_of(choices, value) if value else None


def _between(low: int, high: int, value: int) -> str | None:
    return None if low <= value <= high else f"{shown(value)} is not in {low} to {high}"


def _named(problem_of: Rule, value: str) -> str | None:
    problem = problem_of(value)
    return problem and f"{shown(value)} {problem}"


def _named_if_any(problem_of: Rule, value: str) -> str | None:
    return _named(problem_of, value) if value else None


def _port(value: object) -> str | None:
    if isinstance(value, int):
        return _between(1, MAX_PORT, value)
    return _port_name(str(value))


def _port_name(value: str) -> str | None:
    if re.fullmatch(_PORT_NAME, value):
        return None
    return (
        f"{shown(value)} is not made of at most 15 of a-z, 0-9 and single inner '-', one a letter"
    )


def _image(value: str) -> str | None:
    return f"{shown(value)} has blanks around it" if value != value.strip() else None


def _resource(value: str) -> str | None:
    if "/" in value:
        return _named(label_key_problem, value)
    if value in _RESOURCES_OF_CONTAINERS or value.startswith("hugepages-"):
        return None
    meant = _RESOURCES_MEANT.get(value)
    ending = f"; did you mean {meant!r}?" if meant else ""
    known = ", ".join(_RESOURCES_OF_CONTAINERS)
    return f"is none of {known}, hugepages-…, or vendor.com/name{ending}"


_KEYS: dict[tuple[str, str], Rule] = {
    ("V1PodSpec", "nodeSelector"): label_key_problem,
    ("V1LabelSelector", "matchLabels"): label_key_problem,
    ("V1ObjectMeta", "labels"): label_key_problem,
    ("V1ObjectMeta", "annotations"): annotation_key_problem,
    ("V1ResourceRequirements", "limits"): _resource,
    ("V1ResourceRequirements", "requests"): _resource,
}

_QUANTITIES = {
    ("V1PodSpec", "overhead"),
    ("V1ResourceRequirements", "limits"),
    ("V1ResourceRequirements", "requests"),
    ("V1VolumeResourceRequirements", "limits"),
    ("V1VolumeResourceRequirements", "requests"),
    ("V1EmptyDirVolumeSource", "sizeLimit"),
    ("V1ResourceFieldSelector", "divisor"),
}

_OTHERS: dict[tuple[str, str], Rule] = {
    ("V1Container", "name"): partial(_named, dns_label_problem),
    ("V1Container", "image"): _image,
    ("V1EnvVar", "name"): partial(_named, env_name_problem),
    ("V1ContainerPort", "name"): lambda value: _port_name(value) if value else None,
    ("V1HTTPGetAction", "port"): _port,
    ("V1TCPSocketAction", "port"): _port,
    ("V1Volume", "name"): partial(_named, dns_label_problem),
    ("V1PodSpec", "hostname"): partial(_named_if_any, dns_label_problem),
    ("V1PodSpec", "subdomain"): partial(_named_if_any, dns_label_problem),
    ("V1PodSpec", "serviceAccountName"): partial(_named_if_any, dns_subdomain_problem),
    ("V1PodSpec", "priorityClassName"): partial(_named_if_any, dns_subdomain_problem),
    ("V1PodSpec", "runtimeClassName"): partial(_named, dns_subdomain_problem),
    ("V1PodSpec", "nodeName"): partial(_named_if_any, dns_subdomain_problem),
    ("V1PodSpec", "nodeSelector"): partial(_named, label_value_problem),
    ("V1LabelSelector", "matchLabels"): partial(_named, label_value_problem),
    ("V1LabelSelectorRequirement", "key"): partial(_named, label_key_problem),
    ("V1ObjectMeta", "labels"): partial(_named, label_value_problem),
    ("V1ObjectMeta", "annotations"): annotation_value_problem,
}


@cache
def _rules() -> dict[tuple[str, str], Rule]:
    rules = dict(_OTHERS)
    for where, (low, high) in RANGES.items():
        rules[where] = partial(_between, low, high)
    for line in CHOICES.strip().splitlines():
        kind, name, choices = line.split(maxsplit=2)
        rule = _one_of if name.startswith("!") else _one_of_or_default
        rules[kind, name.lstrip("!")] = partial(rule, choices)
    return rules
