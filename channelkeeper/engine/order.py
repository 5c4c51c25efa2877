"""
The next order of every product, and how a truck or a credit limit that does not reach for all of it is shared.

The exact rule, in Decimal and for one line, stands in the room `orders`; here is the same for the whole network in
arrays. `docs/algorithms/order.md` derives it with worked numbers.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import checks, filling

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bounds = npt.NDArray[np.int8]

# What bound an order, in the words of the file `proposals`.
NONE, CASE, MINIMUM, LIMIT, TRUCK, SHELF_LIFE, LAUNCH, RETIRE, CLOSED = range(9)
BOUND_NAMES = ("none", "case", "minimum", "limit", "truck", "shelf_life", "launch", "retire", "closed")

DAYS_PER_WEEK = 7
# Cover is read against four whole weeks, so that the weekday pattern cancels.
COVER_WEEKS = 4
COVER_DAYS = COVER_WEEKS * DAYS_PER_WEEK


@dataclass(frozen=True)
class Order:
    """
    What to order now, for S series, and what it leads to.

    Fields:
        units: (S,) to order, whole cases, >= 0.
        days_now: (S,) days of expected sell-out that the stock on hand lasts; NaN where nothing is expected.
        days_after: (S,) the same at the reading, with this order; NaN where nothing is expected then.
        bound_by: (S,) int8, which rule bound the order: NONE, CASE, MINIMUM ...
        expected_until_reading: (S,) units expected to sell from now to the reading.
        expected_per_day_after: (S,) units per day, mean of the 28 days after the reading.
        short_units: (S,) expected sell-out that stock and road cannot serve before this order arrives.
        above_units: (S,) stock on hand beyond the top of the band.
        position_units: (S,) what would stand at the reading without this order; negative where sell-out between
            its arrival and the reading would go unserved. What `water_fill` starts from.
        fresh_units: (S,) the most of this order that sells before it expires; inf where goods keep for ever.
    """

    units: Amounts
    days_now: Amounts
    days_after: Amounts
    bound_by: Bounds
    expected_until_reading: Amounts
    expected_per_day_after: Amounts
    short_units: Amounts
    above_units: Amounts
    position_units: Amounts
    fresh_units: Amounts


@dataclass(frozen=True)
class _Road:
    """What each series comes to without an order: (S,) units."""

    short: Amounts  # sell-out that goes unserved before the order arrives
    before: Amounts  # there when the order arrives: what is left, and what else arrives in that week
    position: Amounts  # there at the reading; negative where sell-out after the arrival needs the order


@dataclass(frozen=True)
class _Goal:
    """Cover to aim at: (S,) units per day, and units at the reading for the foot, middle and top of the band."""

    per_day: Amounts
    low: Amounts
    middle: Amounts
    high: Amounts


def weeks_until_reading(lead_weeks: Codes, review_weeks: int | Codes) -> Codes:
    """
    Return how many coming weeks end with the reading: the last Sunday close before the delivery after this one.

    Args:
        lead_weeks: (S,) Sunday closes between order and arrival, >= 0.
        review_weeks: weeks from one order to the next, >= 1.
    """
    return np.asarray(lead_weeks + review_weeks, dtype=np.int64)


def horizon_weeks(lead_weeks: Codes, review_weeks: int | Codes) -> int:
    """Return how many coming weeks `propose` must know the expectation of."""
    longest = int((lead_weeks + review_weeks).max()) if lead_weeks.size else int(np.max(review_weeks, initial=1))
    return longest + COVER_WEEKS


def propose(
    *,
    mean_units: Amounts,
    on_hand: Amounts,
    arrivals: Amounts,
    lead_weeks: Codes,
    review_weeks: int | Codes,
    low_days: Amounts,
    high_days: Amounts,
    units_per_case: Codes,
    min_order_cases: Codes,
    shelf_life_days: Amounts,
    orderable: Flags,
    barred_by: Bounds | None = None,
    capped_by: Bounds | None = None,
) -> Order:
    """
    Return the order that brings each product to the middle of its band at the reading.

    Sell-out that neither stock nor road can serve before the order arrives is lost, not owed, so the order does not
    refill it. Goods count as cover from the week in which they arrive.

    Args:
        mean_units: (S, H) expected sell-out per coming week, H >= longest lead + review + 4.
        on_hand: (S,) sellable units at the last Sunday close.
        arrivals: (S, H) units on the road or on open orders, by the coming week at whose start they arrive.
        lead_weeks: (S,) Sunday closes between order and arrival: 0 = there at the start of the coming week.
        review_weeks: weeks from one order to the next, >= 1; one for all, or (S,).
        low_days, high_days: (S,) the band, 0 < low < high.
        units_per_case: (S,) >= 1.
        min_order_cases: (S,) >= 0.
        shelf_life_days: (S,) days from arrival within which goods must be sold; NaN where they keep for ever.
        orderable: (S,) false where the product may not be ordered.
        barred_by: (S,) why, where it may not: LAUNCH, RETIRE or CLOSED (the default).
        capped_by: (S,) what ends those days: SHELF_LIFE (the default), or RETIRE where the product leaves first.

    Returns:
        The order; 0 with days NaN where nothing is expected.

    Raises:
        ValueError: a shape does not fit or a value is impossible; names the place and the value.
    """
    _check(mean_units, on_hand, arrivals, lead_weeks, review_weeks)
    _check_terms(mean_units.shape[0], low_days, high_days, units_per_case, min_order_cases, shelf_life_days)
    road = _drive(mean_units, on_hand, arrivals, lead_weeks, review_weeks)
    goal = _aim(mean_units, lead_weeks + review_weeks, low_days, high_days)
    case = units_per_case.astype(np.float64)
    cases, bound = _whole_cases(road, goal, case)
    cases, bound = _lift_to_minimum(road, goal, cases, bound, case, min_order_cases)
    sold = _sold_while_fresh(mean_units, lead_weeks, goal, shelf_life_days)
    fresh = np.maximum(sold - road.before, 0)
    cases, bound = _keep_fresh(cases, bound, np.floor(fresh / case), min_order_cases, capped_by)
    cases, bound = _bar(cases, bound, orderable, barred_by)
    return _order(mean_units, on_hand, road, goal, cases * case, bound, lead_weeks + review_weeks, high_days, fresh)


def water_fill(
    *,
    position_units: Amounts,
    per_day: Amounts,
    order_units: Amounts,
    units_per_case: Codes,
    cost_per_unit: Amounts,
    segment: Codes,
    capacity: Amounts,
) -> Amounts:
    """
    Return what each product gets when a distributor's truck, credit or supply does not reach for all of it.

    Every product's cover is raised together from the lowest up, in whole cases, until the next case of the product
    that stands lowest no longer fits; then the next lowest whose case fits, and so on, so no room is left that a
    wanted case would fit into. A product gets a case only while no product that could still take one stands lower.

    Args:
        position_units: (S,) what would stand at the reading without the order; may be negative.
        per_day: (S,) units per day expected after the reading, >= 0; products with 0 come last.
        order_units: (S,) wanted, whole cases, >= 0.
        units_per_case: (S,) >= 1.
        cost_per_unit: (S,) what a unit takes of the capacity (money, pallets), >= 0.
        segment: (S,) which distributor, 0 .. D-1.
        capacity: (D,) >= 0; NaN where there is no limit.

    Returns:
        (S,) whole cases in units, nowhere above the wanted order.

    Raises:
        ValueError: a shape does not fit or a value is impossible.

    Rule: ORD-2.
    """
    filling.check(position_units, per_day, order_units, units_per_case, cost_per_unit, segment, capacity)
    return filling.fill(
        position_units, per_day, order_units, units_per_case.astype(np.float64), cost_per_unit, segment, capacity
    )


def with_units(order: Order, units: Amounts, bound_by: Bounds) -> Order:
    """Return the order with other units, the days after them, and what bound them."""
    left = np.maximum(order.position_units + units, 0)
    days = np.where(units == order.units, order.days_after, _days(left, order.expected_per_day_after))
    return replace(order, units=units, days_after=days, bound_by=bound_by)


def _drive(
    mean_units: Amounts, on_hand: Amounts, arrivals: Amounts, lead_weeks: Codes, review_weeks: int | Codes
) -> _Road:
    """Sell week by week from what is there until the order arrives; what runs out is lost."""
    stock, short = on_hand.astype(np.float64), np.zeros(on_hand.shape)
    for week in range(int(lead_weeks.max()) if lead_weeks.size else 0):
        waiting = week < lead_weeks
        left = stock + arrivals[:, week] - mean_units[:, week]
        stock = np.where(waiting, np.maximum(left, 0), stock)
        short += np.where(waiting, np.maximum(-left, 0), 0)
    known = np.arange(mean_units.shape[1])
    within = (known >= lead_weeks[:, None]) & (known < np.reshape(lead_weeks + review_weeks, (-1, 1)))
    arriving, selling = np.where(within, arrivals, 0).sum(1), np.where(within, mean_units, 0).sum(1)
    first = np.take_along_axis(arrivals, lead_weeks[:, None], 1)[:, 0]
    return _Road(short, stock + first, stock + arriving - selling)


def _aim(mean_units: Amounts, reading: Codes, low_days: Amounts, high_days: Amounts) -> _Goal:
    after = reading[:, None] + np.arange(COVER_WEEKS)
    per_day = np.take_along_axis(mean_units, after, 1).sum(1) / COVER_DAYS
    return _Goal(per_day, low_days * per_day, (low_days + high_days) / 2 * per_day, high_days * per_day)


def _at_reading(road: _Road, order_units: Amounts) -> Amounts:
    """Return the units that stand at the reading after an order."""
    return np.maximum(road.position + order_units, 0)


def _whole_cases(road: _Road, goal: _Goal, case: Amounts) -> tuple[Amounts, Bounds]:
    """Return the case count nearest the middle; where a case is wider than the band, see docs/algorithms/order.md."""
    ideal = np.maximum(goal.middle - road.position, 0)
    fewer = np.floor(ideal / case)
    more = np.ceil(ideal / case)
    under, over = _at_reading(road, fewer * case), _at_reading(road, more * case)
    nearest = np.where(over - goal.middle < goal.middle - under, more, fewer)
    wide = (case > goal.high - goal.low) & (ideal > 0)
    cases = np.where(wide, np.where((over <= goal.high) | (under < goal.low), more, fewer), nearest)
    landed = np.where(cases == more, over, under)
    flagged = wide & ((landed < goal.low) | (landed > goal.high))
    return cases, np.where(flagged, CASE, NONE).astype(np.int8)


def _lift_to_minimum(
    road: _Road, goal: _Goal, cases: Amounts, bound: Bounds, case: Amounts, min_order_cases: Codes
) -> tuple[Amounts, Bounds]:
    """Raise a small order to the minimum if cover stays in the band, else let it wait."""
    small = (cases > 0) & (cases < min_order_cases)
    fits = _at_reading(road, min_order_cases * case) <= goal.high
    lifted = np.where(small, np.where(fits, min_order_cases, 0), cases)
    return lifted, np.where(small, np.int8(MINIMUM), bound)


def _sold_while_fresh(mean_units: Amounts, lead_weeks: Codes, goal: _Goal, shelf_life_days: Amounts) -> Amounts:
    """Return the units expected to sell between arrival and expiry; beyond the known weeks at the last pace known."""
    weeks = np.where(np.isnan(shelf_life_days), 0, shelf_life_days) / DAYS_PER_WEEK
    known = np.arange(mean_units.shape[1])[None, :]
    share = np.clip(lead_weeks[:, None] + weeks[:, None] - known, 0, 1) * (known >= lead_weeks[:, None])
    beyond = np.maximum(lead_weeks + weeks - mean_units.shape[1], 0)
    sold = (share * mean_units).sum(1) + beyond * DAYS_PER_WEEK * goal.per_day
    return np.where(np.isnan(shelf_life_days), np.inf, sold)


def _keep_fresh(
    cases: Amounts, bound: Bounds, most: Amounts, min_order_cases: Codes, capped_by: Bounds | None
) -> tuple[Amounts, Bounds]:
    """Cap the order so that all of it, behind the stock before it, sells before it expires; below the minimum, wait."""
    capped = cases > most
    allowed = np.where(most < min_order_cases, 0, most)
    by = np.int8(SHELF_LIFE) if capped_by is None else capped_by
    return np.where(capped, allowed, cases), np.where(capped, by, bound).astype(np.int8)


def _bar(cases: Amounts, bound: Bounds, orderable: Flags, barred_by: Bounds | None) -> tuple[Amounts, Bounds]:
    reason = np.full(cases.shape, CLOSED, dtype=np.int8) if barred_by is None else barred_by
    return np.where(orderable, cases, 0), np.where(orderable, bound, reason).astype(np.int8)


def _order(
    mean_units: Amounts,
    on_hand: Amounts,
    road: _Road,
    goal: _Goal,
    units: Amounts,
    bound: Bounds,
    reading: Codes,
    high_days: Amounts,
    fresh_units: Amounts,
) -> Order:
    per_day_now = mean_units[:, :COVER_WEEKS].sum(1) / COVER_DAYS
    until = np.where(np.arange(mean_units.shape[1]) < reading[:, None], mean_units, 0).sum(1)
    return Order(
        units=units,
        days_now=_days(on_hand, per_day_now),
        days_after=_days(_at_reading(road, units), goal.per_day),
        bound_by=bound,
        expected_until_reading=until,
        expected_per_day_after=goal.per_day,
        short_units=road.short,
        above_units=np.maximum(on_hand - high_days * per_day_now, 0),
        position_units=road.position,
        fresh_units=fresh_units,
    )


def _days(units: Amounts, per_day: Amounts) -> Amounts:
    """Return units / per_day; NaN where nothing is expected."""
    none = np.full(units.shape, np.nan)
    return np.asarray(np.divide(units, per_day, out=none, where=per_day > 0), dtype=np.float64)


def _check(
    mean_units: Amounts, on_hand: Amounts, arrivals: Amounts, lead_weeks: Codes, review_weeks: int | Codes
) -> None:
    series = mean_units.shape[0]
    if np.min(review_weeks, initial=1) < 1:
        least = int(np.min(review_weeks))
        raise ValueError(f"review_weeks is {least}; orders are reviewed at most weekly, so at least 1.")
    checks.column("lead_weeks", lead_weeks, series, least=0)
    needed = horizon_weeks(lead_weeks, review_weeks)
    if mean_units.ndim != 2 or mean_units.shape[1] < needed:
        raise ValueError(f"mean_units has shape {mean_units.shape}; the longest lead needs {needed} coming weeks.")
    if arrivals.shape != mean_units.shape:
        raise ValueError(f"arrivals has shape {arrivals.shape}, not {mean_units.shape} as mean_units.")
    checks.column("on_hand", on_hand, series, least=0)
    checks.finite("mean_units", mean_units, least=0)
    checks.finite("arrivals", arrivals, least=0)


def _check_terms(
    series: int,
    low_days: Amounts,
    high_days: Amounts,
    units_per_case: Codes,
    min_order_cases: Codes,
    shelf_life_days: Amounts,
) -> None:
    checks.column("low_days", low_days, series, least=0)
    checks.column("high_days", high_days, series, least=0)
    checks.column("units_per_case", units_per_case, series, least=1)
    checks.column("min_order_cases", min_order_cases, series, least=0)
    checks.column("shelf_life_days", np.where(np.isnan(shelf_life_days), 0.0, shelf_life_days), series, least=0)
    empty = np.nonzero(low_days >= high_days)[0]
    if empty.size:
        row = int(empty[0])
        raise ValueError(f"The band of series {row} runs from {low_days[row]} to {high_days[row]} days.")
