"""Quantities of Kubernetes: amounts with a unit, which can be compared."""

from __future__ import annotations

import re
from numbers import Real
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

# Kubernetes apimachinery: pkg/api/resource/quantity.go (without a sign: resources are not negative)
QUANTITY = re.compile(
    r"\+?(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?P<unit>[numkMGTPE]|[KMGTPE]i|(?P<exponent>[eE][+-]?[0-9]+))?"
)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_MAX_EXPONENT = 3  # digits: more would be an amount that no machine has, and costs to compare


def is_quantity(amount: object) -> bool:
    """Return whether *amount* is a number or a text that Kubernetes takes for a quantity."""
    if isinstance(amount, bool) or not isinstance(amount, (Real, str)):
        return False
    match = QUANTITY.fullmatch(str(amount))
    return match is not None and len((match["exponent"] or "").lstrip("eE+-")) <= _MAX_EXPONENT


def quantity(amount: str | float) -> Decimal:
    """Return *amount* as a number without a unit.

    Example:
        >>> quantity("500m") < quantity(1) < quantity("1Ki")
        True

    Raises:
        ValueError: It is no quantity.
    """
    from decimal import Decimal

    match = QUANTITY.fullmatch(str(amount)) if is_quantity(amount) else None
    if match is None:
        raise ValueError(f"{amount!r} is no quantity")
    number, unit = Decimal(match["number"]), match["unit"] or ""
    if unit in _BINARY:
        return number * Decimal(1024 ** _BINARY[unit])
    exponent = int(match["exponent"][1:]) if match["exponent"] else _DECIMAL.get(unit, 0)
    return number.scaleb(exponent)
