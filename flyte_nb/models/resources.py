"""How much of a node a task asks for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from flyte_nb.errors import InvalidValueError

from .message import Message
from .quantity import is_quantity, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


@dataclass(frozen=True)
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
        Resources(cpu='500m', mem=('1Gi', '2Gi'), gpu=None, ephemeral_storage=None)
    """

    IDL: ClassVar[str] = "core.tasks_pb2.Resources"

    cpu: Range | None = None
    mem: Range | None = None
    gpu: Range | None = None
    ephemeral_storage: Range | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, (list, tuple)):
                if len(value) != _PAIR:
                    raise InvalidValueError(
                        f"Resources({field.name}={value!r}): a pair is (request, limit)"
                    )
                value = tuple(value)
                object.__setattr__(self, field.name, value)
            for amount in value if isinstance(value, tuple) else () if value is None else (value,):
                _check(field.name, amount)
            if isinstance(value, tuple):
                check_order(field.name, *value)

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
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                label = field.name.replace("_", " ")
                pair = isinstance(value, tuple)
                yield label, f"{value[0]} to {value[1]}" if pair else str(value)


@dataclass(frozen=True)
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
            if not isinstance(resources, Resources):
                raise InvalidValueError(f"ResourceSpec({half}={resources!r}): not Resources")
            for field in fields(resources):
                if isinstance(getattr(resources, field.name), tuple):
                    raise InvalidValueError(
                        f"ResourceSpec({half}={resources!r}): {field.name} is a pair",
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
        for field in fields(resource):
            value = getattr(resource, field.name)
            if isinstance(value, tuple):
                requests[field.name], limits[field.name] = value
            else:
                requests[field.name] = value
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
        unknown = data.keys() - {"requests", "limits"}
        if unknown:
            raise InvalidValueError(f"core.Resources has no {min(unknown)!r}")
        return cls(_from_entries(data.get("requests")), _from_entries(data.get("limits")))


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
    for entry in entries or ():
        name = by_idl.get(entry.get("name"))
        if name is None:
            raise InvalidValueError(f"{entry.get('name')!r} is no resource", hint=", ".join(by_idl))
        found[name] = entry.get("value")
    return Resources(**found)


def _check(field: str, amount: object) -> None:
    if not is_quantity(amount):
        raise InvalidValueError(
            f"Resources({field}={amount!r}): not a quantity",
            hint="write a number with an optional unit, e.g. 2, '500m', '2Gi'",
        )
