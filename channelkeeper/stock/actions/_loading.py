"""Reading what a close needs from the tables: a handful of queries for a whole chunk of distributors."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from channelkeeper.core import weeks
from channelkeeper.jobs import bulk
from channelkeeper.network.rules import days_in
from channelkeeper.seasons import queries as seasons
from channelkeeper.seasons.rules import OrderPlan
from channelkeeper.stock import bands, judging, packed
from channelkeeper.stock import sell_in as cold_start
from channelkeeper.stock.models import PackedWeeks, Report, ReportLine, SellIn, ShipmentLine
from channelkeeper.stock.shelf import Shelf

NEW_WEEKS = 26  # who reports for half a year has eight reports, or needs no start any more
WINDOW_WEEKS = 156  # three years: what shows a season twice, and a Spring Festival three times
CHUNK_SERIES = 20_000
CHUNK_DISTRIBUTORS = 400
SAMPLE_SERIES = 20_000  # what is learned from; more teach nothing new and fill the memory


@dataclass(frozen=True)
class Member:
    """One distributor of a chunk."""

    pk: int
    code: str
    name_zh: str
    name_en: str
    lead_time_days: int
    order_weekdays: tuple[int, ...]
    series: int

    @property
    def terms(self) -> seasons.Terms:
        """Return how it orders."""
        return seasons.Terms(self.pk, self.order_weekdays, self.lead_time_days)


@dataclass(frozen=True)
class Told:
    """What is known of a distributor's current report of the week."""

    report_id: int
    on_time: bool
    received_at: datetime
    gaps: int


@dataclass(frozen=True)
class Rows:
    """
    Whose the rows of a chunk are, a distributor's together, by product key.

    Fields:
        place: key of a distributor -> its place.
        owner: (S,) places, ascending.
        product_ids: (S,) keys.
    """

    place: dict[int, int]
    owner: judging.Codes
    product_ids: judging.Codes

    def of(self, distributor_ids: judging.Codes, product_ids: judging.Codes) -> judging.Codes:
        """Return (L,) the rows of pairs of keys; -1 for those that are none."""
        if not self._keys.size:
            return np.full(distributor_ids.shape, -1, dtype=np.int64)
        places = np.array([self.place.get(key, -1) for key in distributor_ids.tolist()], dtype=np.int64)
        wanted = places * self._stride + product_ids
        row = np.minimum(np.searchsorted(self._keys, wanted), self._keys.size - 1)
        there = (self._keys[row] == wanted) & (product_ids < self._stride)
        return np.where(there, row, -1).astype(np.int64)

    @cached_property
    def distributor_ids(self) -> judging.Codes:
        """Return (S,) keys."""
        return np.array(list(self.place), dtype=np.int64)[self.owner]

    @cached_property
    def _stride(self) -> int:
        return int(self.product_ids.max(initial=0)) + 1

    @cached_property
    def _keys(self) -> judging.Codes:
        return np.asarray(self.owner * self._stride + self.product_ids, dtype=np.int64)


@dataclass(frozen=True)
class Loaded:
    """A chunk in arrays, and the keys of its rows."""

    members: tuple[Member, ...]
    rows: Rows
    chunk: judging.Chunk
    told: dict[int, Told]  # by place of the distributor; only those that reported the week
    plans: Mapping[int, OrderPlan]  # by key of the distributor: when the order that follows is placed and arrives

    @property
    def product_ids(self) -> judging.Codes:
        """Return (S,) the keys of the products."""
        return self.rows.product_ids


def members(distributors: QuerySet[Any], week: date) -> list[Member]:
    """Return the distributors that were ours in a week, by code, with how many series each has."""
    sunday = weeks.sunday_of(week)
    ours = distributors.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=week), starts_on__lte=sunday)
    counted = dict(PackedWeeks.objects.filter(distributor__in=ours).values_list("distributor_id", "products"))
    rows: list[tuple[int, str, str, str, int, int]] = list(
        ours.values_list("pk", "code", "name_zh", "name_en", "lead_time_days", "order_weekdays")
    )
    # Sorted here: the database's own order of texts is another one, and runs compare codes to continue.
    return sorted(
        (Member(*row[:-1], days_in(row[-1]), counted.get(row[0], 0)) for row in rows), key=lambda member: member.code
    )


def chunks(found: Sequence[Member]) -> Iterator[tuple[Member, ...]]:
    """Yield distributors in order, as many at a time as fit into memory."""
    chunk: list[Member] = []
    series = 0
    for member in found:
        if chunk and (series + member.series > CHUNK_SERIES or len(chunk) == CHUNK_DISTRIBUTORS):
            yield tuple(chunk)
            chunk, series = [], 0
        chunk.append(member)
        series += member.series
    if chunk:
        yield tuple(chunk)


def fit(found: Sequence[Member]) -> bool:
    """Return whether all are closed at once, and all are learned from."""
    return sum(1 for _ in islice(chunks(found), 2)) == 1 and len(sample(found)) == len(found)


def sample(found: Sequence[Member]) -> list[Member]:
    """Return evenly spread distributors that together have at most about 20,000 series."""
    total = sum(member.series for member in found)
    step = max(1, -(-total // SAMPLE_SERIES))
    return list(found[::step])


def load(chosen: Sequence[Member], *, week: date, on: date, shelf: Shelf, window_weeks: int = WINDOW_WEEKS) -> Loaded:
    """
    Return a chunk of distributors as arrays; eight queries, and one where some are new.

    Args:
        chosen: which distributors.
        week: the closed week; reports after it are not looked at.
        on: the day of the close: the order that follows is placed that day or later; shipments sent by then, and by
            the end of the week after, are known.
        shelf: the products with the prices of its Sunday.
    """
    owners, blocks = _blocks(chosen)
    place = {member.pk: index for index, member in enumerate(chosen)}
    bought = _bought([chosen[owner].pk for owner, block in zip(owners, blocks, strict=True) if _is_new(block, week)])
    known_since = [block.first_week for block in blocks] + [first for first, _ in bought.values()]
    first = max(min(known_since, default=week), judging.window_of(week, window_weeks))
    held = packed.unpack(blocks, first_week=min(first, week), last_week=week)
    grid, product_ids = held.grid, held.product_id
    owner = np.repeat(np.array(owners, dtype=np.int64), held.counts)
    product = np.searchsorted(np.array(shelf.ids, dtype=np.int64), product_ids)
    rows = Rows(place, owner, product_ids)
    plans = seasons.order_plans([member.terms for member in chosen], week=week, today=on)
    low_days, high_days = _bands(rows, shelf.category_ids[product], weeks.sunday_of(week))
    chunk = judging.Chunk(
        week=week,
        grid=grid,
        promotion=_promotion(grid, rows, week),
        distributor=owner,
        product=product,
        group=shelf.groups[product],
        lead_weeks=np.array([plans[member.pk].arrival_week for member in chosen], dtype=np.int64),
        price=shelf.prices[product],
        near_expiry=_near_expiry(rows, week),
        arrivals=_arrivals(rows, grid, owner, week, min(on, weeks.sunday_of(weeks.shift(week, 1)))),
        low_days=low_days,
        high_days=high_days,
        near_days=shelf.near_days[product],
        shelf_life_days=shelf.shelf_life_days[product],
        sell_in=_sell_in(bought, rows, grid) if bought else None,
    )
    return Loaded(tuple(chosen), rows, chunk, _told(place, week), plans)


def _blocks(chosen: Sequence[Member]) -> tuple[list[int], list[packed.Block]]:
    """Return the packed weeks of distributors in their order, and whose they are, by place."""
    found = PackedWeeks.objects.filter(distributor_id__in=[member.pk for member in chosen])
    kept = {
        row[0]: packed.Block(*row[1:]) for row in bulk.read(found.values_list("distributor_id", *packed.Block._fields))
    }
    places = [place for place, member in enumerate(chosen) if member.pk in kept]
    return places, [kept[chosen[place].pk] for place in places]


def _is_new(block: packed.Block, week: date) -> bool:
    """Return whether a distributor began to report so late that it may have fewer than eight reports."""
    return weeks.between(block.first_week, week) < NEW_WEEKS


def _bought(distributor_ids: Sequence[int]) -> dict[tuple[int, int], tuple[date, bytes]]:
    """Return the sell-in of the time before the reports, packed, by distributor and product. One query at most."""
    if not distributor_ids:
        return {}
    found = SellIn.objects.filter(distributor_id__in=distributor_ids)
    rows = found.values_list("distributor_id", "product_id", "first_week", "units")
    return {(owner, product): (first, bytes(units)) for owner, product, first, units in rows}


def _sell_in(bought: Mapping[tuple[int, int], tuple[date, bytes]], rows: Rows, grid: packed.Grid) -> judging.Amounts:
    """Return (S, W) what sell-in says of the weeks; NaN before its first and after its last, and where none is."""
    pairs = np.array(list(bought), dtype=np.int64).reshape(-1, 2)
    units = np.full(grid.sold.shape, np.nan)
    for row, (first_week, packed_units) in zip(
        rows.of(pairs[:, 0], pairs[:, 1]).tolist(), bought.values(), strict=True
    ):
        by_week = cold_start.smoothed(list(cold_start.unpack(first_week, packed_units).values()))
        start = weeks.between(grid.first_week, first_week)
        low, high = max(start, 0), min(start + by_week.size, grid.width)
        if row >= 0 and low < high:
            units[row, low:high] = by_week[low - start : high - start]
    return units


def _bands(rows: Rows, category_ids: judging.Codes, on: date) -> tuple[judging.Amounts, judging.Amounts]:
    """Return (S,) the ends of each product's band on the Sunday of the close (STK-2b)."""
    held = bands.load(distributor_ids=set(rows.place))
    return held.of(rows.distributor_ids, rows.product_ids, category_ids, on=on)


def _told(place: dict[int, int], week: date) -> dict[int, Told]:
    found = Report.objects.filter(distributor_id__in=list(place), week=week, current=True)
    rows = found.values_list("distributor_id", "pk", "on_time", "received_at", "gaps")
    return {place[row[0]]: Told(*row[1:]) for row in rows}


def _near_expiry(rows: Rows, week: date) -> judging.Codes:
    """Return (S,) pieces near expiry, as the report of the week says; 0 without one."""
    near = np.zeros(rows.product_ids.size, dtype=np.int64)
    lines = ReportLine.objects.filter(
        report__distributor_id__in=list(rows.place), report__week=week, report__current=True, near_expiry_units__gt=0
    )
    found = np.array(
        lines.values_list("report__distributor_id", "product_id", "near_expiry_units"), dtype=np.int64
    ).reshape(-1, 3)
    row = rows.of(found[:, 0], found[:, 1])
    near[row[row >= 0]] = found[row >= 0, 2]
    return near


def _arrivals(rows: Rows, grid: packed.Grid, owner: judging.Codes, week: date, known_by: date) -> judging.Arrivals:
    """Return the shipments sent by a day that not every distributor's last report holds for certain."""
    lines = (
        ShipmentLine.objects.filter(shipment__distributor_id__in=list(rows.place), shipment__shipped_on__lte=known_by)
        .annotate(arrived=Coalesce("shipment__received_on", "shipment__arrives_on"))
        .filter(arrived__gt=_certain_until(grid, owner, len(rows.place), week))
    )
    columns = ("shipment__distributor_id", "product_id", "units", "arrived", "shipment__received_on")
    found = bulk.read(lines.order_by("pk").values_list(*columns))
    distributor_id, product_id, units, arrived, received = zip(*found, strict=True) if found else ((),) * 5
    row = rows.of(np.array(distributor_id, dtype=np.int64), np.array(product_id, dtype=np.int64))
    known = row >= 0
    days = np.array(arrived, dtype="datetime64[D]") - np.datetime64(week, "D")
    return judging.Arrivals(
        row[known],
        np.array(units, dtype=np.float64)[known],
        np.asarray(days.astype(np.int64) // weeks.WEEK.days, dtype=np.int64)[known],
        np.array([one is not None for one in received], dtype=bool)[known],
    )


def _certain_until(grid: packed.Grid, owner: judging.Codes, count: int, week: date) -> date:
    """Return the Sunday up to which every distributor of the chunk has reported since."""
    told = judging.any_of(grid.reported, owner, count)
    reporting = told.any(axis=1)
    missing = int(told[reporting][:, ::-1].argmax(axis=1).max()) if reporting.any() else 0
    return weeks.sunday_of(weeks.shift(week, -missing))


def _promotion(grid: packed.Grid, rows: Rows, week: date) -> judging.Amounts:
    """Return (S, W+H) the promotions that were known when the order after the close was placed."""
    by_product = np.argsort(rows.product_ids, kind="stable")
    sorted_ids = rows.product_ids[by_product]
    width = grid.width + judging.HORIZON_WEEKS
    found = seasons.running_promotions(
        distributor_ids=set(rows.place),
        starts_on=grid.first_week,
        ends_on=weeks.shift(grid.first_week, width),
        known_on=weeks.sunday_of(week) + timedelta(days=1),
    )

    def rows_of(distributor_id: int | None, product_id: int) -> judging.Codes:
        if distributor_id is None:
            low, high = np.searchsorted(sorted_ids, [product_id, product_id + 1])
            return np.asarray(by_product[low:high], dtype=np.int64)
        row = rows.of(np.array([distributor_id]), np.array([product_id]))
        return row[row >= 0]

    planned = [
        (one.starts_on, one.ends_on, float(one.intensity), chosen)
        for one in found
        if (chosen := rows_of(one.distributor_id, one.product_id)).size
    ]
    return judging.spread_promotions(planned, first_week=grid.first_week, series=rows.product_ids.size, width=width)


def gapped_lines(report_ids: Sequence[int]) -> dict[int, list[tuple[int, int, int]]]:
    """Return by report the lines whose balance does not meet: (product, expected closing, closing), worst first."""
    left = (
        F("opening_units")
        + F("received_units")
        + F("other_in_units")
        - F("sold_units")
        - F("gifts_units")
        - F("losses_units")
        - F("returns_units")
    )
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    lines = ReportLine.objects.filter(report_id__in=report_ids).annotate(left=left).exclude(left=F("closing_units"))
    for report_id, *line in lines.values_list("report_id", "product_id", "left", "closing_units"):
        found[report_id].append(tuple(line))
    for of_report in found.values():
        of_report.sort(key=lambda line: (-abs(line[1] - line[2]), line[0]))
    return found
