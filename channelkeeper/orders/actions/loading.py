"""Reading what a chunk of proposals needs: a fixed handful of queries, however many distributors."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from channelkeeper.access.rules import Actor
from channelkeeper.catalog.queries import ProductView
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.engine import limits
from channelkeeper.engine import order as engine
from channelkeeper.network.queries import visible
from channelkeeper.network.rules import days_in
from channelkeeper.orders import rules
from channelkeeper.orders.actions import reckoning
from channelkeeper.orders.models import OrderLine
from channelkeeper.orders.rules import Cause
from channelkeeper.seasons import queries as seasons
from channelkeeper.seasons.rules import OrderPlan
from channelkeeper.stock.queries import for_orders
from channelkeeper.stock.rules import DAYS_PER_WEEK

NEVER = date.max.toordinal()
_TERMS = ("min_order_cases", "truck_pallets", "order_limit", "min_order_amount", "ends_on")
OPEN_ORDERS_WEEKS = 26  # an order that has not left for half a year will not leave any more


@dataclass(frozen=True, slots=True)
class Member:
    """A distributor of a chunk, with its terms of ordering; money in yuan."""

    pk: int
    code: str
    lead_time_days: int
    order_weekdays: tuple[int, ...]
    min_order_cases: int
    truck_pallets: Decimal | None
    order_limit: Decimal | None
    min_order_amount: Decimal | None
    ends_on: date | None

    @property
    def terms(self) -> seasons.Terms:
        """Return how it orders."""
        return seasons.Terms(self.pk, self.order_weekdays, self.lead_time_days)


@dataclass(frozen=True)
class Articles:
    """
    The company's products in columns, by their keys.

    Fields:
        ids: (P,) ascending.
        units_per_case, cases_per_pallet: (P,) NONE where nobody has said.
        shelf_life_days: (P,) NaN where goods keep.
        launched_on, retires_on: (P,) days as `date.toordinal`; NaN where there is none.
        price: (P,) yuan per piece x 10 ** 8; 0 where none is known.
        successor_id: (P,) 0 where there is none.
        category_id: (P,) keys.
        views: the products themselves, in the same order.
    """

    ids: reckoning.Codes
    units_per_case: reckoning.Codes
    cases_per_pallet: reckoning.Codes
    shelf_life_days: reckoning.Amounts
    launched_on: reckoning.Amounts
    retires_on: reckoning.Amounts
    price: reckoning.Codes
    successor_id: reckoning.Codes
    category_id: reckoning.Codes
    views: tuple[ProductView, ...]

    def places(self, product_ids: reckoning.Codes) -> reckoning.Codes:
        """Return where products stand in the columns."""
        return np.asarray(np.searchsorted(self.ids, product_ids), dtype=np.int64)

    def view(self, product_id: int) -> ProductView:
        """Return a product."""
        return self.views[int(np.searchsorted(self.ids, product_id))]


@dataclass(frozen=True, slots=True)
class Label:
    """What a promotion or festival is called, and its days, the last one included."""

    zh: str
    en: str
    starts_on: date | None
    ends_on: date | None


NO_LABEL = Label("", "", None, None)


def articles(products: Mapping[int, ProductView]) -> Articles:
    """Return products in columns; with the prices they carry."""
    views = tuple(products[key] for key in sorted(products))
    ids = {one.code: one.id for one in views}

    def whole(values: Iterable[int | None]) -> reckoning.Codes:
        return np.array([reckoning.NONE if value is None else value for value in values], dtype=np.int64)

    def amounts(values: Iterable[int | None]) -> reckoning.Amounts:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    return Articles(
        ids=whole(one.id for one in views),
        units_per_case=whole(one.units_per_case for one in views),
        cases_per_pallet=whole(one.cases_per_pallet for one in views),
        shelf_life_days=amounts(one.shelf_life_days for one in views),
        launched_on=amounts(one.launched_on.toordinal() if one.launched_on else None for one in views),
        retires_on=amounts(one.retires_on.toordinal() if one.retires_on else None for one in views),
        price=whole(int((one.price_per_unit or 0) * 10**reckoning.PRICE_PLACES) for one in views),
        successor_id=whole(ids.get(one.successor_code, 0) for one in views),
        category_id=whole(one.category_id for one in views),
        views=views,
    )


def members(by: Actor, *, at: datetime, week: date, codes: Collection[str] | None) -> list[Member]:
    """Return the distributors in scope that are ours in the week of the order, by code."""
    ordering = weeks.shift(week, 1)
    found = visible(by, at=at).filter(starts_on__lte=weeks.sunday_of(ordering))
    found = found.exclude(ends_on__lte=ordering)
    if codes is not None:
        found = found.filter(code__in=codes)
    rows: Iterable[tuple[Any, ...]] = found.values_list("pk", "code", "lead_time_days", "order_weekdays", *_TERMS)
    ours = (Member(*(*row[:3], days_in(row[3]), *row[4:])) for row in rows)
    return sorted(ours, key=lambda member: member.code)


def timings(chosen: Sequence[Member], *, week: date, today: date) -> dict[int, OrderPlan]:
    """Return by distributor when its order is placed, arrives and is judged. One query."""
    return seasons.order_plans([one.terms for one in chosen], week=week, today=today)


def stock_of(
    block: for_orders.PositionBlock,
    chosen: Sequence[Member],
    times: Mapping[int, OrderPlan],
    shelf: Articles,
    open_units: Mapping[tuple[int, int], Mapping[int, int]],
    first_fills: reckoning.Codes | None = None,
) -> reckoning.Stock:
    """
    Return a block of positions as the reckoning takes it.

    Args:
        block: those of a distributor together, by product key.
        open_units: by (distributor, product) the pieces of open orders by coming week of arrival.
        first_fills: (S,) cases that a launch starts with, see `launching.widened`; none by default.
    """
    keys, segment = np.unique(block.distributor_id, return_inverse=True)
    by_key = {one.pk: one for one in chosen}
    owners = [by_key[key] for key in keys.tolist()]
    plans = [times[one.pk] for one in owners]
    place = shelf.places(block.product_id)

    def of_plan(values: Iterable[int]) -> reckoning.Codes:
        return np.array(list(values), dtype=np.int64)[segment]

    lead, review = of_plan(one.arrival_week for one in plans), of_plan(one.review_weeks for one in plans)
    arrives = of_plan(one.arrives_on.toordinal() for one in plans)
    width = max(block.expected.shape[1], engine.horizon_weeks(lead, review))
    sells, leaves_first = _days_to_sell(shelf, place, arrives)
    return reckoning.Stock(
        on_hand=block.on_hand_units,
        expiring=block.expiring_units,
        mean_units=_while_sold(_longer(block.expected, width), shelf, place, block.week),
        arrivals=_arrivals(block, open_units, width),
        lead_weeks=lead,
        review_weeks=review,
        lead_days=of_plan(_days_to_arrival(one, block.week) for one in plans),
        low_days=block.low_days,
        high_days=block.high_days,
        units_per_case=shelf.units_per_case[place],
        min_order_cases=of_plan(one.min_order_cases for one in owners),
        first_fill_cases=np.full(place.size, reckoning.NONE) if first_fills is None else first_fills,
        cases_per_pallet=shelf.cases_per_pallet[place],
        days_to_sell=sells,
        leaves_first=leaves_first,
        barred_by=_barred(
            shelf, place, arrives, of_plan(one.ends_on.toordinal() if one.ends_on else NEVER for one in owners)
        ),
        causes=block.causes,
        price=shelf.price[place],
        segment=segment.astype(np.int64),
        limits=limits_of([(one.truck_pallets, one.order_limit, one.min_order_amount) for one in owners]),
    )


def limits_of(terms: Sequence[tuple[Decimal | None, Decimal | None, Decimal | None]]) -> limits.Limits:
    """Return the limits of some distributors: (truck in pallets, order limit, minimum amount) each."""
    columns = [
        np.array([np.nan if value is None else float(value) for value in column], dtype=np.float64)
        for column in zip(*terms, strict=True)
    ] or [np.zeros(0)] * 3
    return limits.Limits(*columns)


def _days_to_sell(
    shelf: Articles, place: reckoning.Codes, arrives: reckoning.Codes
) -> tuple[reckoning.Amounts, reckoning.Flags]:
    """Return (S,) days from arrival until goods expire or leave the range, and whether they leave it first."""
    keeps, leaves = shelf.shelf_life_days[place], np.maximum(shelf.retires_on[place] - arrives, 0)
    leaves_first = ~np.isnan(leaves) & ~(keeps <= leaves)
    return np.where(leaves_first, leaves, keeps), leaves_first


def _while_sold(expected: reckoning.Amounts, shelf: Articles, place: reckoning.Codes, week: date) -> reckoning.Amounts:
    """Expect nothing in weeks before a product's launch and from its retirement on."""
    monday = weeks.shift(week, 1).toordinal() + DAYS_PER_WEEK * np.arange(expected.shape[1])
    launched, retires = shelf.launched_on[place][:, None], shelf.retires_on[place][:, None]
    return np.where((monday + DAYS_PER_WEEK <= launched) | (monday >= retires), 0.0, expected)


def _barred(shelf: Articles, place: reckoning.Codes, arrives: reckoning.Codes, ends: reckoning.Codes) -> engine.Bounds:
    """Return (S,) why a product may not be ordered: `rules.barred_by` in columns."""
    late, early = shelf.retires_on[place] <= arrives, shelf.launched_on[place] > arrives
    return np.select([ends <= arrives, early, late], [engine.CLOSED, engine.LAUNCH, engine.RETIRE], engine.NONE).astype(
        np.int8
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

    def of(self, cause: Cause, rising: bool, distributor_id: int, product_id: int) -> Label:
        """Return the label of a line's cause; none where the cause has no name."""
        if cause is Cause.PROMOTION:
            at_all = self._promotions.get((None, product_id), NO_LABEL)
            return self._promotions.get((distributor_id, product_id), at_all)
        if cause is Cause.FESTIVAL:
            return self._festival(rising=rising)
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
    block: for_orders.PositionBlock, ordered: Mapping[tuple[int, int], Mapping[int, int]], width: int
) -> reckoning.Amounts:
    arrivals = np.zeros((block.arrivals.shape[0], width))
    arrivals[:, : block.arrivals.shape[1]] = block.arrivals
    if not ordered:
        return arrivals
    row_of = {
        key: row for row, key in enumerate(zip(block.distributor_id.tolist(), block.product_id.tolist(), strict=True))
    }
    for key, columns in ordered.items():
        for column, units in columns.items():
            if key in row_of and column < width:
                arrivals[row_of[key], column] += units
    return arrivals


def _days_to_arrival(timing: OrderPlan, week: date) -> int:
    """Return how many days of sell-out lie between the close and the arrival."""
    return (timing.arrives_on - weeks.shift(week, 1)).days
