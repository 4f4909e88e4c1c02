"""What executions and launch plans carry: labels, annotations, where outputs go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from flyte_nb.errors import InvalidValueError

from .kubernetes.names import check_annotations, check_labels
from .message import Message, check_text


@dataclass(frozen=True)
class _Values(Message):
    CHECK: ClassVar[Any]  # (class name, values): what Kubernetes says of them

    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kind = type(self)
        kind.CHECK(kind.__name__, self.values)
        object.__setattr__(self, "values", dict(self.values))


class Labels(_Values):
    """Labels of an execution's resources (flyteidl ``admin.Labels``).

    Raises:
        InvalidValueError: One that Kubernetes would refuse.
    """

    IDL: ClassVar[str] = "admin.common_pb2.Labels"
    CHECK = staticmethod(check_labels)


class Annotations(_Values):
    """Annotations of an execution's resources (flyteidl ``admin.Annotations``).

    Raises:
        InvalidValueError: One that Kubernetes would refuse.
    """

    IDL: ClassVar[str] = "admin.common_pb2.Annotations"
    CHECK = staticmethod(check_annotations)


@dataclass(frozen=True)
class RawOutputDataConfig(Message):
    """Where files and tables of an execution go (flyteidl ``admin.RawOutputDataConfig``).

    Args:
        output_location_prefix: An address such as ``s3://bucket/prefix``.

    Raises:
        InvalidValueError: It is no text, or empty.
    """

    IDL: ClassVar[str] = "admin.common_pb2.RawOutputDataConfig"

    output_location_prefix: str

    def __post_init__(self) -> None:
        check_text(
            "RawOutputDataConfig",
            "output_location_prefix",
            self.output_location_prefix,
            required=True,
        )


@dataclass(frozen=True)
class AuthRole(Message):
    """The older way to say who an execution runs as (flyteidl ``admin.AuthRole``).

    Args:
        assumable_iam_role: Role of AWS.
        kubernetes_service_account: Service account of Kubernetes.
    """

    IDL: ClassVar[str] = "admin.common_pb2.AuthRole"

    assumable_iam_role: str | None = None
    kubernetes_service_account: str | None = None

    def __post_init__(self) -> None:
        for name in ("assumable_iam_role", "kubernetes_service_account"):
            check_text("AuthRole", name, getattr(self, name))


_PAIRS = {
    "json": "values",
    "encode": lambda envs: [{"key": key, "value": value} for key, value in envs.items()],
    "decode": lambda pairs: {pair["key"]: pair.get("value", "") for pair in pairs},
}


@dataclass(frozen=True)
class Envs(Message):
    """Variables of an execution's pods (flyteidl ``admin.Envs``); their values are not shown."""

    IDL: ClassVar[str] = "admin.common_pb2.Envs"

    envs: dict[str, str] = field(default_factory=dict, repr=False, metadata=_PAIRS)

    def __post_init__(self) -> None:
        check_mapping("Envs", "envs", self.envs)
        object.__setattr__(self, "envs", dict(self.envs))


def check_mapping(owner: str, name: str, value: Any) -> None:
    """Refuse what is no mapping of text to text.

    Raises:
        InvalidValueError: The message names *owner* and *name*.
    """
    if not isinstance(value, dict):
        raise InvalidValueError(f"{owner}({name}=…): {type(value).__name__} is no dictionary")
    for key, text in value.items():
        if not isinstance(key, str) or not isinstance(text, str):
            raise InvalidValueError(f"{owner}({name}=…): {key!r} is not a text with a text")
