"""How much of a node a task asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from numbers import Real
from typing import TypeAlias

from flyte_nb.errors import InvalidValueError

Amount: TypeAlias = str | int | float
Range: TypeAlias = Amount | tuple[Amount, Amount] | list[Amount]

# Kubernetes apimachinery: pkg/api/resource/quantity.go (without a sign: resources are not negative)
_QUANTITY = re.compile(r"\+?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Resources:
    """Requests and limits of one task (flytekit's ``Resources``).

    Every field takes one amount, or ``(request, limit)``.

    Args:
        cpu: Cores, e.g. ``2``, ``0.5`` or ``"500m"``.
        mem: Bytes, e.g. ``2048`` or ``"2Gi"``.
        gpu: Number of accelerators.
        ephemeral_storage: Bytes of local disk, e.g. ``"10Gi"``.

    Raises:
        InvalidValueError: An amount is not a Kubernetes quantity, or a pair has not two amounts.

    Example:
        >>> Resources(cpu="500m", mem=("1Gi", "2Gi"))
        Resources(cpu='500m', mem=('1Gi', '2Gi'), gpu=None, ephemeral_storage=None)
    """

    cpu: Range | None = None
    mem: Range | None = None
    gpu: Range | None = None
    ephemeral_storage: Range | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, (list, tuple)):
                if len(value) != 2:  # noqa: PLR2004 - a request and a limit
                    raise InvalidValueError(
                        f"Resources({field.name}={value!r}): a pair is (request, limit)"
                    )
                value = tuple(value)
                object.__setattr__(self, field.name, value)
            for amount in value if isinstance(value, tuple) else (value,):
                _check(field.name, amount)


@dataclass(frozen=True)
class ResourceSpec:
    """Requests and limits apart (flytekit's ``ResourceSpec``)."""

    requests: Resources
    limits: Resources

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


def _check(field: str, amount: object) -> None:
    if amount is None:
        return
    is_number = isinstance(amount, Real) and not isinstance(amount, bool)
    if (is_number or isinstance(amount, str)) and _QUANTITY.fullmatch(str(amount)):
        return
    raise InvalidValueError(
        f"Resources({field}={amount!r}): not a quantity",
        hint="write a number with an optional unit, e.g. 2, '500m', '2Gi'",
    )
