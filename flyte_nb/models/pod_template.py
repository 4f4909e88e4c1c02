"""A pod of the user's own for a task."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .checks import plain
from .kubernetes.names import check_annotations, check_labels, dns_label_problem
from .message import Message
from .shown import below, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, ClassVar

    from typing_extensions import Self

PRIMARY_CONTAINER_DEFAULT_NAME = "primary"
_KEYS = ("metadata", "podSpec", "primaryContainerName")
_KEYS_OF_METADATA = ("labels", "annotations")


class PodTemplate(Message):
    """The pod that a task runs in (flytekit's ``PodTemplate``, flyteidl's ``core.K8sPod``).

    Args:
        pod_spec: A ``kubernetes.client.V1PodSpec``, or a dictionary with the names of JSON
            (``nodeSelector``) or of the client (``node_selector``). It is copied, and stays what
            it was: an object an object, a dictionary a dictionary with its names. Without one:
            ``{"containers": []}``, whether or not `kubernetes` is installed.
        primary_container_name: Container that runs the task; Flyte adds it where the pod spec
            has none of that name.
        labels: Labels of the pod.
        annotations: Annotations of the pod.

    Two templates are equal when the cluster would get the same from both.

    Raises:
        InvalidValueError: Kubernetes would refuse it; the message names the path of the field.

    Example:
        >>> PodTemplate({"containers": [], "nodeSelector": {"disk": "ssd"}}).to_json()["podSpec"]
        {'containers': [], 'nodeSelector': {'disk': 'ssd'}}
    """

    IDL: ClassVar[str] = "core.tasks_pb2.K8sPod"

    pod_spec: Any = None
    primary_container_name: str = PRIMARY_CONTAINER_DEFAULT_NAME
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None

    def __post_init__(self) -> None:
        given = {"containers": []} if self.pod_spec is None else self.pod_spec
        _spec_json(given)
        self._set(pod_spec=_copied(given))
        name = self.primary_container_name
        problem = dns_label_problem(name)
        if problem:
            raise InvalidValueError(
                f"PodTemplate(primary_container_name={shown(name)}): {problem}",
                hint="it is the name of a container, such as 'primary'",
            )
        self._set(primary_container_name=plain(name))
        if self.labels is not None:
            self._set(labels=check_labels("PodTemplate", self.labels))
        if self.annotations is not None:
            self._set(annotations=check_annotations("PodTemplate", self.annotations))

    __hash__ = None  # type: ignore[assignment]  # its pod spec may change, as flytekit's

    def _line(self) -> str:
        return ", ".join(f"{label}: {text}" for label, text in self.rows())

    def to_json(self) -> dict[str, Any]:
        """Return what admin's HTTP interface takes.

        Raises:
            InvalidValueError: The pod spec was changed since, to what Kubernetes would refuse.
        """
        metadata = {name: dict(getattr(self, name) or {}) for name in _KEYS_OF_METADATA}
        return {
            "metadata": {name: values for name, values in metadata.items() if values},
            "podSpec": _spec_json(self.pod_spec),
            "primaryContainerName": self.primary_container_name,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` or admin made *data* of.

        Raises:
            InvalidValueError: It has a key that is none of a template, or a value is refused.
        """
        given = _members(data, _KEYS, "PodTemplate")
        metadata = _members(given.get("metadata", {}), _KEYS_OF_METADATA, "PodTemplate: metadata")
        return cls(
            given.get("podSpec"),
            given.get("primaryContainerName", PRIMARY_CONTAINER_DEFAULT_NAME),
            **metadata,
        )

    def to_v1_pod_spec(self) -> Any:
        """Return a new ``kubernetes.client.V1PodSpec``, whatever the template was made of.

        Raises:
            ImportError: `kubernetes` is not installed.
        """
        from .kubernetes.client_objects import as_client_object

        return as_client_object(self.to_json()["podSpec"])

    def version_hash(self) -> str:
        """Return what changes when the template does: flytekit's own hash of it.

        It depends on the fields that the release of `kubernetes` knows, as flytekit's does.
        """
        import hashlib
        import json

        from .kubernetes.client_objects import as_client_dict

        is_plain = isinstance(self.pod_spec, dict)
        spec = as_client_dict(_spec_json(self.pod_spec)) if is_plain else self.pod_spec.to_dict()
        data = {
            "pod_spec": spec,
            "primary_container_name": self.primary_container_name,
            "labels": self.labels,
            "annotations": self.annotations,
        }
        text = json.dumps(data, sort_keys=True, default=lambda value: value.to_dict())
        return hashlib.sha256(text.encode()).hexdigest()

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what a user wants to see: of variables and annotations the names only."""
        yield "primary container", self.primary_container_name
        try:
            spec = _spec_json(self.pod_spec)
        except InvalidValueError as error:  # changed since; a repr never fails
            yield "refused", str(error.args[0])
            spec = {}
        from .kubernetes.pod_rows import pod_rows

        yield from pod_rows(spec)
        if self.labels:
            yield "labels", ", ".join(f"{key}={value}" for key, value in self.labels.items())
        if self.annotations:
            yield "annotations", ", ".join(self.annotations)


def _members(data: object, known: tuple[str, ...], path: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise InvalidValueError(f"{path}: {type(data).__name__} is no JSON object")
    members = plain(data)
    for name in members:
        if not isinstance(name, str) or plain(name) not in known:
            raise InvalidValueError(
                f"{below(path, name)}: no such field",
                hint=f"it has {', '.join(known)}",
            )
    return {plain(name): value for name, value in members.items() if value is not None}


def _spec_json(spec: object) -> dict[str, Any]:
    from .kubernetes.spec import pod_spec_json  # which reads what Kubernetes knows

    return pod_spec_json(spec, "PodTemplate: spec")


def _copied(spec: Any) -> Any:
    """Return a copy of a pod spec that was checked, its values as built-in types."""
    if isinstance(spec, dict):
        return {plain(name): _copied(value) for name, value in plain(spec).items()}
    if isinstance(spec, (list, tuple)):
        return [_copied(value) for value in plain(spec)]
    if spec is None or isinstance(spec, (str, int, float)):
        return plain(spec)
    import copy

    return copy.deepcopy(spec)
