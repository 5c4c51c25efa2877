"""Reading what a chunk of proposals needs: a fixed handful of queries, however many distributors."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from channelkeeper.access.rules import Actor
from channelkeeper.catalog.queries import ProductView
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.engine import order as engine
from channelkeeper.network.queries import visible
from channelkeeper.network.rules import days_in
from channelkeeper.orders import rules
from channelkeeper.orders.actions import reckoning
from channelkeeper.orders.models import OrderLine
from channelkeeper.orders.rules import Cause
from channelkeeper.seasons import queries as seasons
from channelkeeper.stock.queries import for_orders

OPEN_ORDERS_WEEKS = 26  # an order that has not left for half a year will not leave any more


@dataclass(frozen=True, slots=True)
class Member:
    """A distributor of a chunk, with its terms of ordering."""

    pk: int
    code: str
    lead_time_days: int
    order_weekday: int
    min_order_cases: int
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Label:
    """What a promotion or festival is called, and its days, the last one included."""

    zh: str
    en: str
    starts_on: date | None
    ends_on: date | None


NO_LABEL = Label("", "", None, None)


def members(by: Actor, *, at: datetime, week: date, codes: Collection[str] | None) -> list[Member]:
    """Return the distributors in scope that are ours in the week of the order, by code."""
    ordering = weeks.shift(week, 1)
    found = visible(by, at=at).filter(starts_on__lte=weeks.sunday_of(ordering))
    found = found.exclude(ends_on__lte=ordering)
    if codes is not None:
        found = found.filter(code__in=codes)
    rows = found.values_list("pk", "code", "lead_time_days", "order_weekdays", "min_order_cases", "ends_on")
    found_members = (Member(*row[:3], days_in(row[3])[0], *row[4:]) for row in rows)
    return sorted(found_members, key=lambda member: member.code)


def timings(chosen: Sequence[Member], *, week: date, today: date) -> dict[int, rules.Timing]:
    """Return by distributor when its order is placed, arrives and is judged."""
    return {
        one.pk: rules.timing(
            order_on=rules.order_on(week=week, order_weekday=one.order_weekday, today=today),
            lead_time_days=one.lead_time_days,
        )
        for one in chosen
    }


def stock_of(
    block: for_orders.PositionBlock,
    chosen: Sequence[Member],
    times: dict[int, rules.Timing],
    products: dict[int, ProductView],
    open_units: dict[tuple[int, int], dict[int, int]],
) -> reckoning.Stock:
    """
    Return a block of positions as the reckoning takes it.

    Args:
        open_units: by (distributor, product) the pieces of open orders by coming week of arrival.
    """
    by_key = {one.pk: one for one in chosen}
    owners = [by_key[key] for key in block.distributor_id.tolist()]
    shelf = [products[key] for key in block.product_id.tolist()]
    lead_weeks = np.array([times[one.pk].lead_weeks for one in owners], dtype=np.int64)
    width = max(block.expected.shape[1], engine.horizon_weeks(lead_weeks, rules.REVIEW_WEEKS))
    return reckoning.Stock(
        on_hand=block.on_hand_units,
        mean_units=_longer(block.expected, width),
        arrivals=_arrivals(block, open_units, width),
        lead_weeks=lead_weeks,
        lead_days=np.array([_days_to_arrival(times[one.pk], block.week) for one in owners], dtype=np.int64),
        low_days=block.low_days,
        high_days=block.high_days,
        units_per_case=np.array([one.units_per_case for one in shelf], dtype=np.int64),
        min_order_cases=np.array([one.min_order_cases for one in owners], dtype=np.int64),
        shelf_life_days=np.array([one.shelf_life_days or np.nan for one in shelf], dtype=np.float64),
        barred_by=[
            rules.barred_by(
                launched_on=product.launched_on,
                retires_on=product.retires_on,
                ends_on=owner.ends_on,
                arrives_on=times[owner.pk].arrives_on,
            )
            for owner, product in zip(owners, shelf, strict=True)
        ],
        causes=block.causes,
        price_per_unit=block.price_per_unit,
    )


def open_units(
    by: Actor, *, at: datetime, week: date, distributor_ids: Sequence[int]
) -> dict[tuple[int, int], dict[int, int]]:
    """
    Return what open orders of other weeks still bring: pieces by (distributor, product) and coming week.

    An order is open from its offer until a shipment names it. One that should have come already is
    counted on for the coming week. Two queries.
    """
    since = weeks.shift(week, -OPEN_ORDERS_WEEKS)
    lines = OrderLine.objects.filter(
        order__distributor_id__in=distributor_ids,
        order__state__in=rules.OPEN,
        order__week__gte=since,
        order__week__lt=week,
        units__gt=0,
    ).values_list("order__number", "order__arrives_on", "order__distributor_id", "product_id", "units")
    shipped = for_orders.shipped_order_numbers(by, at=at, distributor_ids=distributor_ids, since=since)
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number, arrives_on, distributor_id, product_id, units in lines:
        if number not in shipped:
            column = max(weeks.between(weeks.shift(week, 1), weeks.monday_of(arrives_on)), 0)
            found[distributor_id, product_id][column] += units
    return found


class Labels:
    """What the promotions and festivals around a close are called: two queries."""

    def __init__(self, *, week: date, at: datetime, distributor_ids: Sequence[int]) -> None:
        coming = weeks.shift(week, 1)
        self._coming = coming
        self._festivals = seasons.festivals(starts_on=weeks.shift(coming, -6), ends_on=weeks.shift(coming, 10))
        self._promotions: dict[tuple[int | None, int], Label] = {}
        running = seasons.promotion_labels(
            distributor_ids=distributor_ids,
            product_ids=None,
            starts_on=weeks.shift(coming, -4),
            ends_on=weeks.shift(coming, engine.COVER_WEEKS),
            known_on=BUSINESS.day(at),
        )
        # The last one of a product wins: a coming promotion over one that has passed.
        for one in running:
            last = one.ends_on - timedelta(days=1)
            self._promotions[one.distributor_id, one.product_id] = Label(
                one.label_zh, one.label_en, one.starts_on, last
            )

    def of(self, cause: Cause, change: Decimal, distributor_id: int, product_id: int) -> Label:
        """Return the label of a line's cause; none where the cause has no name."""
        if cause is Cause.PROMOTION:
            at_all = self._promotions.get((None, product_id), NO_LABEL)
            return self._promotions.get((distributor_id, product_id), at_all)
        if cause is Cause.FESTIVAL:
            return self._festival(rising=change > 0)
        return NO_LABEL

    def _festival(self, *, rising: bool) -> Label:
        ahead = [one for one in self._festivals if one.on >= self._coming]
        behind = [one for one in self._festivals if one.on < self._coming]
        nearest = (ahead[:1] or behind[-1:]) if rising else (behind[-1:] or ahead[:1])
        return Label(nearest[0].name_zh, nearest[0].name_en, None, None) if nearest else NO_LABEL


def _longer(expected: reckoning.Amounts, width: int) -> reckoning.Amounts:
    """Return the expectation over `width` weeks; beyond what is known at the pace of the last four."""
    missing = width - expected.shape[1]
    if missing <= 0:
        return expected
    pace = expected[:, -engine.COVER_WEEKS :].mean(1)
    return np.concatenate([expected, np.repeat(pace[:, None], missing, axis=1)], axis=1)


def _arrivals(
    block: for_orders.PositionBlock, ordered: dict[tuple[int, int], dict[int, int]], width: int
) -> reckoning.Amounts:
    arrivals = np.zeros((block.arrivals.shape[0], width))
    arrivals[:, : block.arrivals.shape[1]] = block.arrivals
    for row, column, units in _places(block, ordered):
        if column < width:
            arrivals[row, column] += units
    return arrivals


def _places(
    block: for_orders.PositionBlock, ordered: dict[tuple[int, int], dict[int, int]]
) -> Iterator[tuple[int, int, int]]:
    if not ordered:
        return
    for row, key in enumerate(zip(block.distributor_id.tolist(), block.product_id.tolist(), strict=True)):
        for column, units in ordered.get(key, {}).items():
            yield row, column, units


def _days_to_arrival(timing: rules.Timing, week: date) -> int:
    """Return how many days of sell-out lie between the close and the arrival."""
    return (timing.arrives_on - weeks.shift(week, 1)).days
