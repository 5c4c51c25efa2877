"""Reading what a close needs from the tables: a handful of queries for a whole chunk of distributors."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from channelkeeper.core import weeks
from channelkeeper.network.rules import days_in
from channelkeeper.seasons import queries as seasons
from channelkeeper.stock import bands, judging, packed
from channelkeeper.stock.models import Report, ReportLine, Series, ShipmentLine
from channelkeeper.stock.rules import lead_weeks
from channelkeeper.stock.shelf import Shelf

WINDOW_WEEKS = 156  # three years: what shows a season twice, and a Spring Festival three times
CHUNK_SERIES = 10_000
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
    order_weekday: int
    series: int


@dataclass(frozen=True)
class Told:
    """What is known of a distributor's current report of the week."""

    report_id: int
    on_time: bool
    received_at: datetime
    gaps: int


@dataclass(frozen=True)
class Loaded:
    """A chunk in arrays, and the keys of its rows."""

    members: tuple[Member, ...]
    product_ids: tuple[int, ...]
    chunk: judging.Chunk
    told: dict[int, Told]  # by place of the distributor; only those that reported the week


def members(distributors: QuerySet[Any], week: date) -> list[Member]:
    """Return the distributors that were ours in a week, by code, with how many series each has."""
    sunday = weeks.sunday_of(week)
    ours = distributors.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=week), starts_on__lte=sunday)
    counted = dict(
        Series.objects.filter(distributor__in=ours).values_list("distributor_id").annotate(number=Count("pk"))
    )
    rows: list[tuple[int, str, str, str, int, int]] = list(
        ours.values_list("pk", "code", "name_zh", "name_en", "lead_time_days", "order_weekdays")
    )
    # Sorted here: the database's own order of texts is another one, and runs compare codes to continue.
    return sorted(
        (Member(*row[:-1], days_in(row[-1])[0], counted.get(row[0], 0)) for row in rows), key=lambda member: member.code
    )


def chunks(found: Sequence[Member]) -> Iterator[tuple[Member, ...]]:
    """Yield distributors in order, as many at a time as fit into memory."""
    chunk: list[Member] = []
    for member in found:
        full = sum(one.series for one in chunk) + member.series > CHUNK_SERIES or len(chunk) == CHUNK_DISTRIBUTORS
        if chunk and full:
            yield tuple(chunk)
            chunk = []
        chunk.append(member)
    if chunk:
        yield tuple(chunk)


def sample(found: Sequence[Member]) -> list[Member]:
    """Return evenly spread distributors that together have at most about 20,000 series."""
    total = sum(member.series for member in found)
    step = max(1, -(-total // SAMPLE_SERIES))
    return list(found[::step])


def load(chosen: Sequence[Member], *, week: date, on: date, shelf: Shelf, window_weeks: int = WINDOW_WEEKS) -> Loaded:
    """
    Return a chunk of distributors as arrays; seven queries.

    Args:
        chosen: which distributors.
        week: the closed week; reports after it are not looked at.
        on: the day of the close; shipments sent by then, and by the end of the week after, are known.
        shelf: the products with the prices of its Sunday.
    """
    keys, rows = _series([member.pk for member in chosen])
    place = {member.pk: index for index, member in enumerate(chosen)}
    first = max(min((row.first_week for row in rows), default=week), judging.window_of(week, window_weeks))
    grid = packed.unpack(rows, first_week=min(first, week), last_week=week)
    owner = np.array([place[distributor] for distributor, _ in keys], dtype=np.int64)
    product = np.array([shelf.index[key] for _, key in keys], dtype=np.int64)
    row_of = {key: row for row, key in enumerate(keys)}
    low_days, high_days = _bands(keys, shelf.category_ids[product], weeks.sunday_of(week))
    chunk = judging.Chunk(
        week=week,
        grid=grid,
        promotion=_promotion(grid, keys, week),
        distributor=owner,
        product=product,
        group=shelf.groups[product],
        lead_weeks=np.array([_lead(member, week) for member in chosen], dtype=np.int64),
        price=shelf.prices[product],
        near_expiry=_near_expiry(row_of, place, week),
        arrivals=_arrivals(row_of, place, grid, owner, week, min(on, weeks.sunday_of(weeks.shift(week, 1)))),
        low_days=low_days,
        high_days=high_days,
        near_days=shelf.near_days[product],
        shelf_life_days=shelf.shelf_life_days[product],
    )
    return Loaded(tuple(chosen), tuple(key for _, key in keys), chunk, _told(place, week))


def _series(distributor_ids: Sequence[int]) -> tuple[list[tuple[int, int]], list[packed.Row]]:
    found = Series.objects.filter(distributor_id__in=distributor_ids).order_by("distributor_id", "product_id")
    keys, rows = [], []
    for distributor_id, product_id, *columns in found.values_list(
        "distributor_id", "product_id", *packed.Row._fields
    ).iterator(chunk_size=5000):
        keys.append((distributor_id, product_id))
        rows.append(packed.Row(*columns))
    return keys, rows


def _bands(
    keys: Sequence[tuple[int, int]], category_ids: judging.Codes, on: date
) -> tuple[judging.Amounts, judging.Amounts]:
    """Return (S,) the ends of each product's band on the Sunday of the close (STK-2b)."""
    distributor_ids, product_ids = (np.array([key[side] for key in keys], dtype=np.int64) for side in (0, 1))
    held = bands.load(distributor_ids=set(distributor_ids.tolist()))
    return held.of(distributor_ids, product_ids, category_ids, on=on)


def _lead(member: Member, week: date) -> int:
    return lead_weeks(week=week, order_weekday=member.order_weekday, lead_time_days=member.lead_time_days)


def _told(place: dict[int, int], week: date) -> dict[int, Told]:
    found = Report.objects.filter(distributor_id__in=list(place), week=week, current=True)
    rows = found.values_list("distributor_id", "pk", "on_time", "received_at", "gaps")
    return {place[row[0]]: Told(*row[1:]) for row in rows}


def _near_expiry(row_of: dict[tuple[int, int], int], place: dict[int, int], week: date) -> judging.Codes:
    """Return (S,) pieces near expiry, as the report of the week says; 0 without one."""
    near = np.zeros(len(row_of), dtype=np.int64)
    lines = ReportLine.objects.filter(
        report__distributor_id__in=list(place), report__week=week, report__current=True, near_expiry_units__gt=0
    )
    for distributor_id, product_id, units in lines.values_list(
        "report__distributor_id", "product_id", "near_expiry_units"
    ):
        near[row_of[distributor_id, product_id]] = units
    return near


def _arrivals(
    row_of: dict[tuple[int, int], int],
    place: dict[int, int],
    grid: packed.Grid,
    owner: judging.Codes,
    week: date,
    known_by: date,
) -> judging.Arrivals:
    """Return the shipments sent by a day that not every distributor's last report holds for certain."""
    lines = (
        ShipmentLine.objects.filter(shipment__distributor_id__in=list(place), shipment__shipped_on__lte=known_by)
        .annotate(arrived=Coalesce("shipment__received_on", "shipment__arrives_on"))
        .filter(arrived__gt=_certain_until(grid, owner, len(place), week))
    )
    found = lines.order_by("pk").values_list(
        "shipment__distributor_id", "product_id", "units", "arrived", "shipment__received_on"
    )
    known = [
        (row_of[distributor_id, product_id], units, weeks.between(week, weeks.monday_of(arrived)), bool(received))
        for distributor_id, product_id, units, arrived, received in found
        if (distributor_id, product_id) in row_of
    ]
    row, units, at, marked = zip(*known, strict=True) if known else ((), (), (), ())
    return judging.Arrivals(
        np.array(row, dtype=np.int64),
        np.array(units, dtype=np.float64),
        np.array(at, dtype=np.int64),
        np.array(marked, dtype=bool),
    )


def _certain_until(grid: packed.Grid, owner: judging.Codes, count: int, week: date) -> date:
    """Return the Sunday up to which every distributor of the chunk has reported since."""
    told = np.zeros((count, grid.width), dtype=bool)
    np.logical_or.at(told, owner, grid.reported)
    reporting = told.any(axis=1)
    missing = int(told[reporting][:, ::-1].argmax(axis=1).max()) if reporting.any() else 0
    return weeks.sunday_of(weeks.shift(week, -missing))


def _promotion(grid: packed.Grid, keys: Sequence[tuple[int, int]], week: date) -> judging.Amounts:
    """Return (S, W+H) the promotions that were known when the order after the close was placed."""
    rows_of_product: dict[int, list[int]] = defaultdict(list)
    for row, (_, product_id) in enumerate(keys):
        rows_of_product[product_id].append(row)
    rows_of_key = {key: [row] for row, key in enumerate(keys)}
    width = grid.width + judging.HORIZON_WEEKS
    found = seasons.running_promotions(
        distributor_ids={distributor for distributor, _ in keys},
        starts_on=grid.first_week,
        ends_on=weeks.shift(grid.first_week, width),
        known_on=weeks.sunday_of(week) + timedelta(days=1),
    )
    planned = [
        (one.starts_on, one.ends_on, float(one.intensity), np.array(rows, dtype=np.int64))
        for one in found
        if (
            rows := rows_of_product.get(one.product_id, ())
            if one.distributor_id is None
            else rows_of_key.get((one.distributor_id, one.product_id), ())
        )
    ]
    return judging.spread_promotions(planned, first_week=grid.first_week, series=len(keys), width=width)


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
