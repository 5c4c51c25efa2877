"""Money: Decimal yuan with VAT, to the fen. Floats reach money through `from_float` alone."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def to_fen(amount: Decimal) -> Decimal:
    """Return the amount rounded half up to the fen."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def from_float(amount: float) -> Decimal:
    """
    Return an estimate of the engine as money, rounded half up to the fen.

    Raises:
        ValueError: the estimate is not a finite number.
    """
    value = Decimal(repr(float(amount)))
    if not value.is_finite():
        raise ValueError(f"{amount} is no amount of money.")
    return to_fen(value)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """
    Split an amount by weights so that the parts add up to it, to the fen.

    The fen that rounding down leaves over go to the largest remainders (Hamilton's
    method), the first of equals first.

    Args:
        amount: yuan, to the fen; may be negative.
        weights: >= 0, not all zero.

    Raises:
        ValueError: a weight is negative, all are zero, or the amount has parts of a fen.
    """
    total = sum(weights, Decimal(0))
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Weights must be 0 or more, and one of them above 0.")
    if amount != to_fen(amount):
        raise ValueError(f"{amount} has parts of a fen.")
    exact = [amount * weight / total for weight in weights]
    parts = [share.quantize(FEN, rounding=ROUND_FLOOR) for share in exact]
    left = int((amount - sum(parts, ZERO)) / FEN)
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[:left]:
        parts[index] += FEN
    return parts
