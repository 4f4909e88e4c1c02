"""Quantities of Kubernetes: amounts with a unit, which can be compared."""

from __future__ import annotations

from .checks import plain
from .pattern import fullmatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from decimal import Decimal

# Kubernetes apimachinery: pkg/api/resource/quantity.go (without a sign: resources are not negative)
_QUANTITY = (
    r"\+?(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?P<unit>[numkMGTPE]|[KMGTPE]i|(?P<exponent>[eE][+-]?[0-9]+))?"
)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
# More would be an amount that no machine has, and costs to compare.
_MAX_EXPONENT = 3  # digits
_MAX_LENGTH = 100  # characters


def plain_amount(amount: object) -> str | int | float | None:
    """Return a number or text that Kubernetes takes for a quantity as a built-in type, else None.

    Example:
        >>> plain_amount("2Gi"), plain_amount(0.5), plain_amount("2 GiB")
        ('2Gi', 0.5, None)
    """
    if isinstance(amount, bool):
        return None
    found = plain(amount) if isinstance(amount, (str, int, float)) else _number(amount)
    return None if found is None or _matched(found) is None else found


def is_quantity(amount: object) -> bool:
    """Return whether *amount* is a number or a text that Kubernetes takes for a quantity."""
    return plain_amount(amount) is not None


def quantity(amount: str | float) -> Decimal:
    """Return *amount* as a number without a unit.

    Example:
        >>> quantity("500m") < quantity(1) < quantity("1Ki")
        True

    Raises:
        ValueError: It is no quantity.
    """
    from decimal import Decimal

    found = plain_amount(amount)
    match = None if found is None else _matched(found)
    if match is None:
        raise ValueError(f"{amount!r} is no quantity")
    number, unit = Decimal(match["number"]), match["unit"] or ""
    if unit in _BINARY:
        return number * Decimal(1024 ** _BINARY[unit])
    exponent = int(match["exponent"][1:]) if match["exponent"] else _DECIMAL.get(unit, 0)
    return number.scaleb(exponent)


def unit_of(amount: str | float) -> str:
    """Return the unit of an amount, empty text for none.

    Example:
        >>> unit_of("500m"), unit_of("2Gi"), unit_of(3)
        ('m', 'Gi', '')
    """
    match = _matched(amount)
    return "" if match is None or match["exponent"] else match["unit"] or ""


def _number(value: object) -> int | float | None:
    """Return a number of another package as Python's own: of NumPy, for example."""
    from numbers import Integral, Real

    if isinstance(value, Integral):
        return int(value)
    try:
        return float(value) if isinstance(value, Real) else None
    except OverflowError:  # a fraction
        return None


def _matched(amount: str | float) -> re.Match[str] | None:
    if isinstance(amount, int) and abs(amount) >= 10**_MAX_LENGTH:
        return None  # Python writes no number of more than 4300 digits
    text = str(amount)
    match = fullmatch(_QUANTITY, text) if len(text) <= _MAX_LENGTH else None
    if match and len((match["exponent"] or "").lstrip("eE+-")) > _MAX_EXPONENT:
        return None
    return match
