"""How much of a node a task asks for."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .checks import check_kind, plain
from .json_form import json_list, json_object
from .message import Message
from .quantity import plain_amount, quantity
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, ClassVar, TypeAlias

    from typing_extensions import Self

Amount: TypeAlias = str | int | float
Range: TypeAlias = Amount | tuple[Amount, Amount] | list[Amount]

_PAIR = 2
# Field to its name in flyteidl and in Kubernetes, in flytekit's order of a message.
_NAMES = {
    "cpu": ("CPU", "cpu"),
    "mem": ("MEMORY", "memory"),
    "gpu": ("GPU", "nvidia.com/gpu"),
    "ephemeral_storage": ("EPHEMERAL_STORAGE", "ephemeral-storage"),
}


class Resources(Message):
    """Requests and limits of one task (flytekit's ``Resources``).

    Every field takes one amount, or ``(request, limit)``. With one amount the platform makes the
    limit the same.

    Args:
        cpu: Cores, e.g. ``2``, ``0.5`` or ``"500m"``.
        mem: Bytes, e.g. ``2048`` or ``"2Gi"``.
        gpu: Number of accelerators.
        ephemeral_storage: Bytes of local disk, e.g. ``"10Gi"``.

    Raises:
        InvalidValueError: An amount is not a Kubernetes quantity, a pair has not two amounts, or
            its request is greater than its limit.

    Example:
        >>> Resources(cpu="500m", mem=("1Gi", "2Gi"))
        Resources(cpu='500m', mem=('1Gi', '2Gi'))
    """

    IDL: ClassVar[str] = "core.tasks_pb2.Resources"

    cpu: Range | None = None
    mem: Range | None = None
    gpu: Range | None = None
    ephemeral_storage: Range | None = None

    def __post_init__(self) -> None:
        for name in _NAMES:
            value: Any = getattr(self, name)
            if isinstance(value, (list, tuple)):
                pair = plain(value)
                if len(pair) != _PAIR:
                    raise InvalidValueError(
                        f"Resources({name}={shown(value)}): a pair is (request, limit)"
                    )
                request, limit = (_checked(name, amount) for amount in pair)
                check_order(name, request, limit)
                self._set(**{name: (request, limit)})
            elif value is not None:
                self._set(**{name: _checked(name, value)})

    def to_json(self) -> dict[str, Any]:
        """Return admin's ``core.Resources``: requests, and limits where a pair gives them."""
        return ResourceSpec.from_multiple_resource(self).to_json()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` or admin made *data* of.

        Raises:
            InvalidValueError: It is no ``core.Resources``.
        """
        spec = ResourceSpec.from_json(data)
        found = {}
        for name in _NAMES:
            request, limit = getattr(spec.requests, name), getattr(spec.limits, name)
            if request is None and limit is not None:
                raise InvalidValueError(
                    f"{name} has a limit and no request", hint="read it by ResourceSpec.from_json"
                )
            found[name] = request if limit is None else (request, limit)
        return cls(**found)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield request and limit of each resource, in words."""
        for name in _NAMES:
            value = getattr(self, name)
            if value is not None:
                label = name.replace("_", " ")
                pair = isinstance(value, tuple)
                yield label, f"{value[0]} to {value[1]}" if pair else str(value)


class ResourceSpec(Message):
    """Requests and limits apart (flytekit's ``ResourceSpec``).

    Raises:
        InvalidValueError: A request is greater than its limit, or one of the two holds pairs.
    """

    IDL: ClassVar[str] = "core.tasks_pb2.Resources"

    requests: Resources
    limits: Resources

    def __post_init__(self) -> None:
        for half in ("requests", "limits"):
            resources = getattr(self, half)
            check_kind("ResourceSpec", half, resources, Resources, required=True)
            for name in _NAMES:
                if isinstance(getattr(resources, name), tuple):
                    raise InvalidValueError(
                        f"ResourceSpec({half}={resources!r}): {name} is a pair",
                        hint="write one amount here, or Resources(…=(request, limit)) alone",
                    )
        for name in _NAMES:
            request, limit = getattr(self.requests, name), getattr(self.limits, name)
            if request is not None and limit is not None:
                check_order(name, request, limit)

    @classmethod
    def from_multiple_resource(cls, resource: Resources) -> ResourceSpec:
        """Return the two halves of *resource*; a single amount is a request alone."""
        requests, limits = {}, {}
        for name in _NAMES:
            value = getattr(resource, name)
            if isinstance(value, tuple):
                requests[name], limits[name] = value
            else:
                requests[name] = value
        return cls(requests=Resources(**requests), limits=Resources(**limits))

    def effective_limits(self) -> Resources:
        """Return the limits that the platform enforces: a request without a limit is its own."""
        return Resources(
            **{
                name: getattr(self.requests, name)
                if getattr(self.limits, name) is None
                else getattr(self.limits, name)
                for name in _NAMES
            }
        )

    def to_json(self) -> dict[str, Any]:
        """Return admin's ``core.Resources``."""
        halves = {"requests": _entries(self.requests), "limits": _entries(self.limits)}
        return {name: entries for name, entries in halves.items() if entries}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` or admin made *data* of.

        Raises:
            InvalidValueError: It is no ``core.Resources``.
        """
        found = json_object("Resources", data, ("requests", "limits"))
        return cls(_from_entries(found.get("requests")), _from_entries(found.get("limits")))


def check_order(field: str, request: Amount, limit: Amount) -> None:
    """Refuse a request that is greater than its limit.

    Raises:
        InvalidValueError: It is.
    """
    if quantity(request) > quantity(limit):
        raise InvalidValueError(
            f"Resources({field}=…): the request {request!r} is greater than the limit {limit!r}",
            hint="write (request, limit), the smaller one first",
        )


def _entries(resources: Resources) -> list[dict[str, str]]:
    return [
        {"name": idl, "value": str(getattr(resources, name))}
        for name, (idl, _) in _NAMES.items()
        if getattr(resources, name) is not None
    ]


def _from_entries(entries: Any) -> Resources:
    by_idl = {idl: name for name, (idl, _) in _NAMES.items()}
    found = {}
    for entry in json_list("Resources", [] if entries is None else entries):
        members = json_object("Resources, an entry", entry, ("name", "value"))
        idl = members.get("name")
        name = by_idl.get(plain(idl)) if isinstance(idl, str) else None
        if name is None:
            raise InvalidValueError(f"{shown(idl)} is no resource", hint=", ".join(by_idl))
        if name in found:
            raise InvalidValueError(f"Resources: {idl} is there twice")
        found[name] = members.get("value")
    return Resources(**found)


def _checked(field: str, amount: object) -> Amount:
    found = plain_amount(amount)
    if found is None:
        raise InvalidValueError(
            f"Resources({field}={shown(amount)}): not a quantity",
            hint="write a number with an optional unit, e.g. 2, '500m', '2Gi'",
        )
    if field == "gpu" and quantity(found) != quantity(found).to_integral_value():
        raise InvalidValueError(f"Resources(gpu={shown(amount)}): a device is had as a whole")
    return found
