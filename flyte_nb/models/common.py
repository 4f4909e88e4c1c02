"""What executions and launch plans carry: labels, annotations, where outputs go."""

from __future__ import annotations

from .checks import check_mapping, check_text, check_texts
from .json_form import json_list, json_object
from .kubernetes.names import (
    check_annotations,
    check_labels,
    check_service_account,
    env_name_problem,
)
from .message import Message
from .record import field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


class _Values(Message):
    CHECK: ClassVar[Any]  # (class name, values): what Kubernetes says of them

    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kind = type(self)
        self._set(values=kind.CHECK(kind.__name__, self.values, field="values"))


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
        check_texts(self, "output_location_prefix", required=True)


class AuthRole(Message):
    """The older way to say who an execution runs as (flyteidl ``admin.AuthRole``).

    Args:
        assumable_iam_role: Role of AWS.
        kubernetes_service_account: Service account of Kubernetes.

    Raises:
        InvalidValueError: One is no text, or Kubernetes would refuse the service account.
    """

    IDL: ClassVar[str] = "admin.common_pb2.AuthRole"

    assumable_iam_role: str | None = None
    kubernetes_service_account: str | None = None

    def __post_init__(self) -> None:
        check_texts(self, "assumable_iam_role", "kubernetes_service_account")
        account = self.kubernetes_service_account
        check_service_account("AuthRole", "kubernetes_service_account", account)


def _from_pairs(pairs: Any) -> dict[Any, Any]:
    """Return what JSON has as a list of keys with values; `Envs` checks both."""
    members = (
        json_object("Envs, a pair", pair, ("key", "value")) for pair in json_list("Envs", pairs)
    )
    return {check_text("Envs", "key", one.get("key", "")): one.get("value", "") for one in members}


_PAIRS = {
    "json": "values",
    "keys_only": True,
    "encode": lambda envs: [{"key": key, "value": value} for key, value in envs.items()],
    "decode": _from_pairs,
}


class Envs(Message):
    """Variables of an execution's pods (flyteidl ``admin.Envs``); their values are not shown.

    Raises:
        InvalidValueError: A name that Kubernetes would refuse, or a value that is no text.
    """

    IDL: ClassVar[str] = "admin.common_pb2.Envs"

    envs: dict[str, str] = field(default_factory=dict, metadata=_PAIRS)

    def __post_init__(self) -> None:
        self._set(envs=check_mapping("Envs", "envs", self.envs, env_name_problem))
