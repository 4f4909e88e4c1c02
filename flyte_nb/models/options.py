"""What can be chosen for a launch plan or for one execution."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .checks import check_bool, check_text, plain
from .common import Annotations, Labels, RawOutputDataConfig
from .json_form import json_object
from .kubernetes.names import check_annotations, check_labels, check_service_account
from .message import Message, one_of, rows_of
from .notifications import Notification
from .record import field
from .security import Identity, SecurityContext
from .shown import shown, shown_if_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, ClassVar

    from typing_extensions import Self

_MAX_PARALLELISM = 2**31 - 1


class Options(Message):
    """Options of a launch plan or an execution (flytekit's ``Options``).

    Its message is the part of flyteidl's ``admin.ExecutionSpec`` that it fills.

    Args:
        labels: Labels of Kubernetes resources; a dictionary will do.
        annotations: Their annotations; a dictionary will do.
        raw_output_data_config: Where files and tables go; the address alone will do.
        security_context: Who it runs as; the name of a service account will do.
        max_parallelism: How many nodes of the workflow run at a time at most; 0 for as many as
            the platform allows.
        notifications: Who is told of the end; one alone is a list of one.
        disable_notifications: Whether nobody is told.
        overwrite_cache: Whether cached outputs are computed again.

    Raises:
        InvalidValueError: A value that the cluster would refuse.

    Example:
        >>> Options(labels={"team": "ml"}, raw_output_data_config="s3://bucket/raw")
    """

    IDL: ClassVar[str] = "admin.execution_pb2.ExecutionSpec"

    labels: Labels | None = field(default=None, metadata=one_of(Labels))
    annotations: Annotations | None = field(default=None, metadata=one_of(Annotations))
    raw_output_data_config: RawOutputDataConfig | None = field(
        default=None, metadata=one_of(RawOutputDataConfig)
    )
    security_context: SecurityContext | None = field(default=None, metadata=one_of(SecurityContext))
    max_parallelism: int | None = None
    notifications: list[Notification] | None = None
    disable_notifications: bool | None = None
    overwrite_cache: bool | None = None

    def __post_init__(self) -> None:
        for name, convert in _CONVERT.items():
            value = getattr(self, name)
            if value is not None:
                self._set(**{name: convert(name, value)})

    @classmethod
    def default_from(
        cls, k8s_service_account: str | None = None, raw_data_prefix: str | None = None
    ) -> Options:
        """Return the options that say who runs and where outputs go."""
        return cls(
            security_context=k8s_service_account or None,  # type: ignore[arg-type]
            raw_output_data_config=raw_data_prefix or None,  # type: ignore[arg-type]
        )

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what a user wants to see: of notifications that are disabled, that they are."""
        for name, value in self.given():
            if self.disable_notifications and name == "notifications":
                continue
            if name == "disable_notifications" and value:
                yield "notifications", "disabled: nobody is told"
            else:
                yield from rows_of(name.replace("_", " "), value)

    def to_json(self) -> dict[str, Any]:
        """Return the fields of ``admin.ExecutionSpec`` that are set."""
        found = super().to_json()
        found.pop("notifications", None)
        if found.pop("disableNotifications", None):
            found["disableAll"] = True  # either nobody, or these: the message has one of both
        elif self.notifications is not None:
            found["notifications"] = {"notifications": [n.to_json() for n in self.notifications]}
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` or admin made *data* of.

        Raises:
            InvalidValueError: It has a key that options have not, or a value is refused.
        """
        given: Any = plain(data)
        if isinstance(given, dict):
            if "disableAll" in given:
                given["disableNotifications"] = given.pop("disableAll")
            listed = given.get("notifications")
            if isinstance(listed, dict):
                inside = json_object("Options, notifications", listed, ("notifications",))
                given["notifications"] = inside.get("notifications", [])
        return super().from_json(given)


def _model(kind: type[Message], short: Any) -> Any:
    """Return what turns a short form into *kind*: *short* makes one, None of what is none."""

    def convert(name: str, value: Any) -> Message:
        if isinstance(value, kind):
            return value
        made = short(name, value)
        if made is None:
            raise InvalidValueError(
                f"Options({name}={shown_if_plain(value)}): neither {kind.__name__}"
                " nor a short form of it"
            )
        return made  # type: ignore[no-any-return]

    return convert


def _labels(name: str, value: Any) -> Labels | None:
    return Labels(check_labels("Options", value, field=name)) if isinstance(value, dict) else None


def _annotations(name: str, value: Any) -> Annotations | None:
    if not isinstance(value, dict):
        return None
    return Annotations(check_annotations("Options", value, field=name))


def _raw_output_data_config(name: str, value: Any) -> RawOutputDataConfig | None:
    if not isinstance(value, str):
        return None
    return RawOutputDataConfig(check_text("Options", name, value, required=True) or "")


def _security_context(name: str, value: Any) -> SecurityContext | None:
    if isinstance(value, str):
        account = check_text("Options", name, value)
        check_service_account("Options", name, account)
        return SecurityContext(run_as=Identity(k8s_service_account=account))
    return SecurityContext.from_json(value) if isinstance(value, dict) else None


def _parallelism(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _MAX_PARALLELISM:
        raise InvalidValueError(
            f"Options({name}={shown(value)}): not a whole number from 0 to {_MAX_PARALLELISM}"
        )
    return value


def _boolean(name: str, value: Any) -> bool:
    check_bool("Options", name, value)
    return bool(value)


def _notifications(name: str, value: Any) -> list[Notification]:
    given = [value] if isinstance(value, (Notification, dict)) else value
    if not isinstance(given, (list, tuple)):
        raise InvalidValueError(f"Options({name}={shown(value)}): not a list of notifications")
    found = [Notification.from_json(one) if isinstance(one, dict) else one for one in plain(given)]
    for one in found:
        if not isinstance(one, Notification):
            raise InvalidValueError(f"Options({name}=[{shown(one)}]): not a notification")
    return found


_CONVERT: dict[str, Any] = {
    "labels": _model(Labels, _labels),
    "annotations": _model(Annotations, _annotations),
    "raw_output_data_config": _model(RawOutputDataConfig, _raw_output_data_config),
    "security_context": _model(SecurityContext, _security_context),
    "max_parallelism": _parallelism,
    "notifications": _notifications,
    "disable_notifications": _boolean,
    "overwrite_cache": _boolean,
}
