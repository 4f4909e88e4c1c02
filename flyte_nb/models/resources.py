"""How much of a node a task asks for."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .checks import check_kind, plain
from .json_form import json_list, json_object
from .message import Message
from .quantity import plain_amount, quantity, unit_of
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, ClassVar, TypeAlias, TypeVar

    from typing_extensions import Self

    R = TypeVar("R", bound="Resources")

Amount: TypeAlias = str | int | float
Range: TypeAlias = Amount | tuple[Amount, Amount] | list[Amount]

_PAIR = 2
_FRACTIONS = {"m": "a thousandth", "u": "a millionth", "n": "a billionth"}
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
        mem: Bytes, e.g. ``2048`` or ``"2Gi"``. ``"2m"`` are two thousandths of a byte, of which
            one is warned.
        gpu: Number of accelerators.
        ephemeral_storage: Bytes of local disk, e.g. ``"10Gi"``.

    Raises:
        InvalidValueError: An amount is not a Kubernetes quantity, or a `float` of what is counted;
            a pair has not two amounts, or its request is greater than its limit.

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
        self._set(**{name: _checked_range(name, getattr(self, name)) for name in _NAMES})
        for name in ("mem", "ephemeral_storage"):
            value = getattr(self, name)
            for amount in value if isinstance(value, tuple) else (value,):
                if problem := _fraction_problem(amount):
                    import warnings

                    # At the line that makes the object; between are this and its `__init__`.
                    warnings.warn(f"Resources({name}={amount!r}): {problem}", stacklevel=3)

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
        return _unwarned(cls, found)

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
        return cls(requests=_unwarned(Resources, requests), limits=_unwarned(Resources, limits))

    def effective_limits(self) -> Resources:
        """Return the limits that the platform enforces: a request without a limit is its own."""
        return _unwarned(
            Resources,
            {
                name: getattr(self.requests, name)
                if getattr(self.limits, name) is None
                else getattr(self.limits, name)
                for name in _NAMES
            },
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
    return _unwarned(Resources, found)


def _unwarned(kind: type[R], amounts: dict[str, Any]) -> R:
    """Return resources of amounts that were read: whoever wrote them was warned."""
    made = kind.__new__(kind)
    for name in _NAMES:
        object.__setattr__(made, name, _checked_range(name, amounts.get(name)))
    return made


def _fraction_problem(amount: Amount | None) -> str:
    """Return what Kubernetes reads in an amount of bytes that has the unit of a fraction."""
    unit = "" if amount is None else unit_of(amount)
    if unit not in _FRACTIONS:
        return ""
    number = str(amount).removesuffix(unit)
    return (
        f"{unit!r} is {_FRACTIONS[unit]} of a byte;"
        f" megabytes are {number + 'M'!r} or {number + 'Mi'!r}"
    )


def _checked_range(field: str, value: Any) -> Range | None:
    if not isinstance(value, (list, tuple)):
        return None if value is None else _checked(field, value)
    pair = plain(value)
    if len(pair) != _PAIR:
        raise InvalidValueError(f"Resources({field}={shown(value)}): a pair is (request, limit)")
    request, limit = (_checked(field, amount) for amount in pair)
    check_order(field, request, limit)
    return request, limit


def _checked(field: str, amount: object) -> Amount:
    found = plain_amount(amount)
    if found is None:
        raise InvalidValueError(
            f"Resources({field}={shown(amount)}): not a quantity",
            hint="write a number with an optional unit, e.g. 2, '500m', '2Gi'",
        )
    if field == "gpu" and quantity(found) != quantity(found).to_integral_value():
        raise InvalidValueError(f"Resources(gpu={shown(amount)}): a device is had as a whole")
    if isinstance(found, float) and field != "cpu":  # flytekit takes none either
        raise InvalidValueError(
            f"Resources({field}={shown(amount)}): a fraction; this is counted in whole numbers",
            hint="write a whole number or text, e.g. 1, 2048, '1Gi'",
        )
    return found
