"""Sharing what does not reach: whole cases handed out by lowest cover first, exactly, in one sort."""

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import checks
from channelkeeper.engine.compiled import loop

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# Five cases of a fifth of a pallet fill a pallet: sums of fractions may miss a capacity by so much of it.
ROUNDING = 1e-9


def check(
    position_units: Amounts,
    per_day: Amounts,
    order_units: Amounts,
    units_per_case: Codes,
    cost_per_unit: Amounts,
    segment: Codes,
    capacity: Amounts,
) -> None:
    """
    Check what `order.water_fill` is given.

    Raises:
        ValueError: a shape does not fit or a value is impossible; names the place and the value.
    """
    series = order_units.shape[0]
    checks.shape("position_units", position_units, (series,))
    checks.finite("position_units", position_units, least=-np.finfo(np.float64).max)
    for name, column, least in (
        ("per_day", per_day, 0),
        ("order_units", order_units, 0),
        ("segment", segment, 0),
        ("units_per_case", units_per_case, 1),
        ("cost_per_unit", cost_per_unit, 0),
    ):
        checks.column(name, column, series, least=least)
    checks.finite("capacity", capacity, least=0, unknown=True)
    if series and int(segment.max()) >= capacity.shape[0]:
        raise ValueError(f"segment {int(segment.max())} has no capacity; there are {capacity.shape[0]}.")
    parts = np.nonzero(order_units % units_per_case)[0]
    if parts.size:
        row = int(parts[0])
        raise ValueError(f"order_units[{row}] is {order_units[row]}, not whole cases of {units_per_case[row]}.")


def fill(
    position_units: Amounts,
    per_day: Amounts,
    order_units: Amounts,
    case: Amounts,
    cost_per_unit: Amounts,
    segment: Codes,
    capacity: Amounts,
) -> Amounts:
    """Return (S,) units in whole cases; arguments as `order.water_fill`, checked."""
    cut = _overdrawn(order_units, cost_per_unit, segment, capacity)
    chosen = np.nonzero(cut[segment] & (order_units > 0))[0]
    given = order_units.copy()
    given[chosen] = 0
    owner = np.repeat(chosen, (order_units[chosen] / case[chosen]).astype(np.int64))
    rank = _rank_within(owner)
    cover = _cover(position_units[owner] + rank * case[owner], per_day[owner])
    line = np.lexsort((rank, owner, cover, segment[owner]))
    _hand_out(owner[line], segment[owner][line], case, cost_per_unit, capacity, given)
    return given


def _overdrawn(
    order_units: Amounts, cost_per_unit: Amounts, segment: Codes, capacity: Amounts
) -> npt.NDArray[np.bool_]:
    """Return (D,) true where the wanted orders do not fit; a NaN capacity never binds."""
    wanted = np.bincount(segment, order_units * cost_per_unit, minlength=capacity.shape[0])
    return np.asarray(wanted > capacity, dtype=np.bool_)


def _rank_within(owner: Codes) -> Codes:
    """Return for each entry of a grouped column its place within its group, from 0."""
    starts = np.concatenate(([True], owner[1:] != owner[:-1])) if owner.size else np.zeros(0, dtype=np.bool_)
    first = np.maximum.accumulate(np.where(starts, np.arange(owner.size), 0)) if owner.size else owner
    return np.asarray(np.arange(owner.size) - first, dtype=np.int64)


def _cover(units: Amounts, per_day: Amounts) -> Amounts:
    """Return days of cover before a case is added; where nothing is expected the case comes last."""
    none = np.full(units.shape, np.inf)
    return np.asarray(np.divide(units, per_day, out=none, where=per_day > 0), dtype=np.float64)


@loop
def _hand_out(
    owner: Codes, segment: Codes, case: Amounts, cost_per_unit: Amounts, capacity: Amounts, given: Amounts
) -> None:
    """Walk the cases, lowest cover first, and give each that fits; a product passed over once gets no later case."""
    left = capacity.copy()
    passed = np.zeros(given.shape[0], dtype=np.bool_)
    for index in range(owner.shape[0]):
        row = owner[index]
        cost = case[row] * cost_per_unit[row]
        if passed[row]:
            continue
        if cost <= left[segment[index]] + ROUNDING * capacity[segment[index]]:
            left[segment[index]] -= cost
            given[row] += case[row]
        else:
            passed[row] = True
