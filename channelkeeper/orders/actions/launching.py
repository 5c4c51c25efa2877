"""
Products at their beginning and at their end: what a launch plan starts with, and what a successor takes over.

A product that is new to a distributor has no weeks behind it, so no position; where a plan or a predecessor says what
to expect, it gets a row here, and a first order.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from channelkeeper.core import weeks
from channelkeeper.orders.actions import loading, reckoning
from channelkeeper.seasons import queries as seasons
from channelkeeper.seasons.rules import OrderPlan
from channelkeeper.stock.queries import for_orders
from channelkeeper.stock.rules import DAYS_PER_WEEK

NEW_DAYS = 56  # eight weeks on sale: from then on its own reports say more than a plan


@dataclass(frozen=True)
class _Start:
    """One product that begins at one distributor: its row, or none yet; what to expect; what to start with."""

    distributor_id: int
    product_id: int
    category_id: int
    row: int | None
    expected: reckoning.Amounts
    first_fill_cases: int


def widened(
    block: for_orders.PositionBlock,
    chosen: Sequence[loading.Member],
    times: Mapping[int, OrderPlan],
    shelf: loading.Articles,
    plans: seasons.LaunchPlans,
    ordered: Collection[tuple[int, int]],
    *,
    at: datetime,
) -> tuple[for_orders.PositionBlock, reckoning.Codes]:
    """
    Return a block with what begins at its distributors, and (S,) the cases of each first fill.

    What is expected of such a product is its launch plan's weeks, else what its predecessor sells from the day on which
    that one leaves the range, until eight weeks of its own are behind it. The first fill is for the first order alone:
    of what is on hand, was ever shipped or stands on an open order there is none.

    Args:
        ordered: (distributor, product) of what stands on open orders.
        at: what has left by this day is on the road.
    """
    starts = list(_starts(block, chosen, times, shelf, plans))
    fills = np.full(block.product_id.size, reckoning.NONE, dtype=np.int64)
    if not starts:
        return block, fills
    found = _known(block, starts, at)
    expected = block.expected.copy()
    first = [
        one.first_fill_cases if one.first_fill_cases and _is_first(block, one, supplied, ordered) else reckoning.NONE
        for one, supplied in zip(starts, found.supplied.tolist(), strict=True)
    ]
    for one, fill in zip(starts, first, strict=True):
        if one.row is not None:
            expected[one.row], fills[one.row] = one.expected, fill
    new = [place for place, one in enumerate(starts) if one.row is None]
    wide = _with_rows(replace(block, expected=expected), [starts[place] for place in new], found, new)
    fills = np.concatenate([fills, [first[place] for place in new]])
    order = np.lexsort((wide.product_id, wide.distributor_id))
    return _rows(wide, order), fills[order].astype(np.int64)


def _known(block: for_orders.PositionBlock, starts: Sequence[_Start], at: datetime) -> for_orders.Newcomers:
    return for_orders.newcomers(
        at=at,
        week=block.week,
        distributor_ids=np.array([one.distributor_id for one in starts], dtype=np.int64),
        product_ids=np.array([one.product_id for one in starts], dtype=np.int64),
        category_ids=np.array([one.category_id for one in starts], dtype=np.int64),
        width=block.expected.shape[1],
    )


def _is_first(
    block: for_orders.PositionBlock, one: _Start, supplied: bool, ordered: Collection[tuple[int, int]]
) -> bool:
    on_hand = one.row is not None and block.on_hand_units[one.row] > 0
    return not (on_hand or supplied or (one.distributor_id, one.product_id) in ordered)


def _starts(
    block: for_orders.PositionBlock,
    chosen: Sequence[loading.Member],
    times: Mapping[int, OrderPlan],
    shelf: loading.Articles,
    plans: seasons.LaunchPlans,
) -> Iterator[_Start]:
    """Yield what begins: launched within the last weeks or by the arrival, or taking over from what leaves."""
    begins = weeks.shift(block.week, 1).toordinal()
    planned = {product_id for _, product_id in plans.plans}
    heirs = {int(heir): int(key) for key, heir in zip(shelf.ids, shelf.successor_id, strict=True) if heir}
    present = set(block.distributor_id.tolist())
    if not planned and not heirs:
        return
    row_of = {
        key: row for row, key in enumerate(zip(block.distributor_id.tolist(), block.product_id.tolist(), strict=True))
    }
    for product_id in sorted(planned | heirs.keys()):
        place = int(shelf.places(np.array([product_id]))[0])
        launched, retires = shelf.launched_on[place], shelf.retires_on[place]
        if np.isnan(launched) or launched < begins - NEW_DAYS:
            continue
        for member in chosen:
            arrives = times[member.pk].arrives_on.toordinal()
            if member.pk not in present or launched > arrives or retires <= arrives:
                continue
            row, plan = row_of.get((member.pk, product_id)), plans.of(member.pk, product_id)
            if row is not None and not block.uncertain[row]:
                continue
            before = row_of.get((member.pk, heirs.get(product_id, 0)))
            expected = _expected(block, plan, before, launched, begins, shelf)
            if expected is not None:
                fill = plan.first_fill_cases if plan else 0
                yield _Start(member.pk, product_id, int(shelf.category_id[place]), row, expected, fill)


def _expected(
    block: for_orders.PositionBlock,
    plan: seasons.LaunchPlanView | None,
    before: int | None,
    launched: float,
    begins: int,
    shelf: loading.Articles,
) -> reckoning.Amounts | None:
    """Return (H,) units per coming week: the plan's, else the predecessor's from when it leaves; None for neither."""
    ahead = np.arange(block.expected.shape[1])
    if plan is not None and plan.weekly_units:
        week = ahead + (begins - _monday(launched)) // DAYS_PER_WEEK
        units = np.array([float(one) for one in plan.weekly_units])
        return np.where(week < 0, 0.0, units[np.clip(week, 0, units.size - 1)])
    if before is None:
        return np.zeros(ahead.size) if plan is not None else None
    leaves = shelf.retires_on[int(shelf.places(block.product_id[before : before + 1])[0])]
    since = np.nanmax([launched, leaves]) if not np.isnan(leaves) else np.inf
    return np.where(begins + DAYS_PER_WEEK * ahead + DAYS_PER_WEEK > since, block.expected[before], 0.0)


def _monday(day: float) -> int:
    """Return the first day of a day's week, both as `date.toordinal`: the plan's first week is that of the launch."""
    return weeks.monday_of(date.fromordinal(int(day))).toordinal()


def _with_rows(
    block: for_orders.PositionBlock, fresh: Sequence[_Start], found: for_orders.Newcomers, places: Sequence[int]
) -> for_orders.PositionBlock:
    """Return a block with rows for what has no position yet: nothing on hand, what is on the road, its band."""
    if not fresh:
        return block
    count, chosen = len(fresh), list(places)
    nothing = np.zeros(count, dtype=np.int64)
    return replace(
        block,
        distributor_id=np.concatenate([block.distributor_id, [one.distributor_id for one in fresh]]),
        product_id=np.concatenate([block.product_id, [one.product_id for one in fresh]]),
        on_hand_units=np.concatenate([block.on_hand_units, nothing]),
        expiring_units=np.concatenate([block.expiring_units, nothing]),
        estimated=np.concatenate([block.estimated, np.zeros(count, dtype=np.bool_)]),
        uncertain=np.concatenate([block.uncertain, np.ones(count, dtype=np.bool_)]),
        arrivals=np.concatenate([block.arrivals, found.arrivals[chosen]]),
        expected=np.concatenate([block.expected, np.stack([one.expected for one in fresh])]),
        low_days=np.concatenate([block.low_days, found.low_days[chosen]]),
        high_days=np.concatenate([block.high_days, found.high_days[chosen]]),
        causes=np.concatenate([block.causes, np.zeros((count, block.causes.shape[1]))]),
        prices=np.concatenate([block.prices, nothing]),
    )


def _rows(block: for_orders.PositionBlock, order: reckoning.Codes) -> for_orders.PositionBlock:
    return replace(
        block,
        **{
            name: getattr(block, name)[order]
            for name in (
                "distributor_id", "product_id", "on_hand_units", "expiring_units", "estimated", "uncertain", "arrivals",
                "expected", "low_days", "high_days", "causes", "prices",
            )
        },
    )  # fmt: skip
