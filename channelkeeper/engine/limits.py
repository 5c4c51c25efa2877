"""
What a truck, a limit in money and a minimum amount leave of the orders of a distributor's products.

One for the network in arrays and for the room `orders`, which keeps what it was given and what came of it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import order

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """(D,) what one order of each distributor may and must come to; NaN where there is none."""

    truck_pallets: Amounts
    order_limit: Amounts
    min_order_amount: Amounts


@dataclass(frozen=True)
class Wanted:
    """
    What S products of D distributors would be ordered by themselves.

    Fields:
        units: (S,) whole cases.
        bound_by: (S,) int8, what bound them so far.
        position_units: (S,) what would stand at the reading without the order; may be negative.
        per_day: (S,) units per day expected after the reading.
        high_days: (S,) the top of the band.
        units_per_case: (S,) >= 1.
        price: (S,) money per unit; 0 where none is known.
        pallets_per_unit: (S,) 0 where nobody has said how it stacks: it then takes no room.
        segment: (S,) which distributor, 0 .. D-1.
    """

    units: Amounts
    bound_by: order.Bounds
    position_units: Amounts
    per_day: Amounts
    high_days: Amounts
    units_per_case: Codes
    price: Amounts
    pallets_per_unit: Amounts
    segment: Codes


def fit(wanted: Wanted, limits: Limits) -> tuple[Amounts, order.Bounds]:
    """
    Return what is ordered within the limits, and what bound it.

    Raised to the minimum amount where cover stays in the band; then cut to the truck and to the limit, each shared so
    that the lowest cover rises first (ORD-2); an order that stays below its minimum amount waits as a whole.

    Returns:
        (S,) whole cases in units, and (S,) bounds: MINIMUM, TRUCK and LIMIT where they changed something.
    """
    units, bound = _raise_to_amount(wanted, limits)
    for name, cost, capacity in (
        (order.TRUCK, wanted.pallets_per_unit, limits.truck_pallets),
        (order.LIMIT, wanted.price, limits.order_limit),
    ):
        if np.isnan(capacity).all():
            continue
        filled = order.water_fill(
            position_units=wanted.position_units,
            per_day=wanted.per_day,
            order_units=units,
            units_per_case=wanted.units_per_case,
            cost_per_unit=cost,
            segment=wanted.segment,
            capacity=capacity,
        )
        cut = (filled < units) & (filled < wanted.units)  # what the minimum amount had added may go in silence
        units, bound = filled, np.where(cut, np.int8(name), bound)
    small = (_amounts(units * wanted.price, wanted, limits) < limits.min_order_amount)[wanted.segment] & (units > 0)
    return np.where(small, 0.0, units), np.where(small, np.int8(order.MINIMUM), bound).astype(np.int8)


def _raise_to_amount(wanted: Wanted, limits: Limits) -> tuple[Amounts, order.Bounds]:
    """Raise orders below their distributor's minimum amount, lowest cover first, no product above its band."""
    if np.isnan(limits.min_order_amount).all():
        return wanted.units, wanted.bound_by
    case = wanted.units_per_case.astype(np.float64)
    top = wanted.high_days * wanted.per_day - wanted.position_units
    free = (wanted.bound_by == order.NONE) & (wanted.price > 0)
    room = np.where(free, np.maximum(np.floor(top / case) * case - wanted.units, 0.0), 0.0)
    amount = _amounts(wanted.units * wanted.price, wanted, limits)
    missing = np.where(amount > 0, np.maximum(limits.min_order_amount - amount, 0.0), 0.0)
    missing = np.where(_amounts(room * wanted.price, wanted, limits) >= missing, missing, 0.0)
    stands = wanted.position_units + wanted.units
    extra = order.water_fill(
        position_units=stands,
        per_day=wanted.per_day,
        order_units=room,
        units_per_case=wanted.units_per_case,
        cost_per_unit=wanted.price,
        segment=wanted.segment,
        capacity=missing,
    )
    # What no case fits into is closed by one more case of the product that stands lowest.
    still = (_amounts(extra * wanted.price, wanted, limits) < missing)[wanted.segment] & (extra < room)
    extra += np.where(_lowest(stands + extra, wanted.per_day, still, wanted.segment), case, 0.0)
    return wanted.units + extra, np.where(extra > 0, np.int8(order.MINIMUM), wanted.bound_by)


def _lowest(units: Amounts, per_day: Amounts, chosen: Flags, segment: Codes) -> Flags:
    """Return (S,) true for the one chosen row of each distributor whose cover is lowest."""
    rows = np.nonzero(chosen)[0]
    line = rows[np.lexsort((units[rows] / per_day[rows], segment[rows]))]
    _, first = np.unique(segment[line], return_index=True)
    lowest = np.zeros(chosen.shape, dtype=np.bool_)
    lowest[line[first]] = True
    return lowest


def _amounts(money: Amounts, wanted: Wanted, limits: Limits) -> Amounts:
    """Return (D,) the sums over each distributor's rows."""
    sums = np.bincount(wanted.segment, money, minlength=limits.min_order_amount.size)
    return np.asarray(sums, dtype=np.float64)
