"""Quantities: whole pieces. Cases are a way to order and to show, never a way to keep."""

from decimal import ROUND_HALF_UP, Decimal


def from_float(units: float) -> int:
    """
    Return an estimate of the engine as whole pieces, half up.

    Raises:
        ValueError: the estimate is not a finite number.
    """
    value = Decimal(repr(float(units)))
    if not value.is_finite():
        raise ValueError(f"{units} is no quantity.")
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def cases_of(units: int, units_per_case: int) -> Decimal:
    """Return pieces as cases, exact where they are whole, else to 0.1."""
    cases = Decimal(units) / Decimal(units_per_case)
    return cases if cases == cases.to_integral_value() else cases.quantize(Decimal("0.1"), ROUND_HALF_UP)
