"""Scoring the expert record: lines whose weeks have passed, in chunks of distributors that each commit (LEV-1)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, check
from channelkeeper.core import money, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import actions as jobs
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import reps_on, visible
from channelkeeper.orders import rules, scoring
from channelkeeper.orders.models import Order, OrderChange, OrderLine, Score
from channelkeeper.orders.rules import State
from channelkeeper.orders.scoring import Kind
from channelkeeper.stock.queries import pasts
from channelkeeper.stock.rules import DAYS_PER_WEEK

KIND = "orders.score"
CHUNK_DISTRIBUTORS = 100
MOST_WEEKS = 26  # an order is looked at again for half a year: a report that comes later changes no mind
Progress = Callable[[int, int], None]

SCORE = (
    "order_id", "distributor_id", "product_id", "week", "rep_code", "kind", "right", "at_least", "shown",
    "proposed_units", "ordered_units", "reason", "units_per_case", "low_days", "high_days", "missed_followed",
    "missed_really", "excess_followed", "excess_really", "days_followed", "days_really", "stock_followed",
    "stock_really", "missed_value_followed", "missed_value_really", "excess_value_followed", "excess_value_really",
    "stock_value_followed", "stock_value_really", "scored_at",
)  # fmt: skip


@dataclass(frozen=True)
class ScoredWeek:
    """What scoring a week came to: lines that were proposed or ordered, and of them those whose weeks are all told."""

    week: date
    orders: int
    lines: int
    scored: int


class _Line(NamedTuple):
    """What a kept line and its order say."""

    order_id: int
    distributor_id: int
    product_id: int
    proposed_units: int
    units: int
    reason: str
    road_units: int
    until_arrival: Any
    until_reading: Any
    per_day_after: Any
    low_days: float
    high_days: float
    units_per_case: int
    price_per_unit: Any
    lead_weeks: int
    review_weeks: int
    arrives_on: date
    reading_on: date
    state: str
    offered_at: datetime | None


_COLUMNS = (
    "order_id", "order__distributor_id", "product_id", "proposed_units", "units", "reason", "road_units",
    "expected_until_arrival_units", "expected_until_reading_units", "per_day_after", "low_days", "high_days",
    "units_per_case", "price_per_unit", "order__lead_weeks", "order__review_weeks", "order__arrives_on",
    "order__reading_on", "order__state", "order__offered_at",
)  # fmt: skip


@dataclass(frozen=True)
class _Told:
    """What the story of some orders says: products that the distributor changed, and why orders were declined."""

    changed: frozenset[tuple[int, int]]
    declined: Mapping[int, str]


def due_weeks(*, by: Actor, at: datetime) -> list[date]:
    """Return the closed weeks whose orders can be scored by now, oldest first; those long scored are left out."""
    last = weeks.sunday_of(BUSINESS.last_closed_week(at))
    since = weeks.shift(BUSINESS.last_closed_week(at), -MOST_WEEKS)
    found = Order.objects.filter(distributor__in=visible(by, at=at), week__gte=since)
    found = found.filter(reading_on__lte=last - scoring.AFTER_READING)
    return list(found.order_by("week").values_list("week", flat=True).distinct())


def score(*, week: date, by: Actor, at: datetime, progress: Progress | None = None) -> ScoredWeek:
    """
    Score the lines proposed on a closed week, of all distributors: run again it comes to the same.

    A line is scored once every week that it rests on is reported, to 28 days behind its reading; until then it
    has no score, and a run later finds it. Killed, it goes on behind the last chunk.

    Args:
        week: the closed week that the orders rest on.
        progress: told (distributors done, distributors in all) after every chunk.

    Raises:
        NotAllowed: the actor may not.
    """
    check(by, "orders.record.scored", rules.PERMISSIONS)
    orders = _orders(by, at, week)
    owners = sorted({distributor for distributor, _ in orders})
    run = jobs.start(kind=KIND, key=weeks.label(week), total=len(owners), at=at)
    left = [one for one in owners if not run.last_key or one > int(run.last_key)]
    try:
        for start in range(0, len(left), CHUNK_DISTRIBUTORS):
            chunk = left[start : start + CHUNK_DISTRIBUTORS]
            pks = [pk for owner, pk in orders if chunk[0] <= owner <= chunk[-1]]
            done = len(owners) - len(left) + start + len(chunk)
            with transaction.atomic():
                _score_chunk(by, at, week, chunk, pks)
                jobs.step(run_id=run.run_id, last_key=str(chunk[-1]), done=done, at=at)
            if progress:
                progress(done, len(owners))
    except BaseException as error:
        jobs.fail(run_id=run.run_id, at=at, message=f"{type(error).__name__}: {error}")
        raise
    return _finish(by, at, week, run, [pk for _, pk in orders])


def _orders(by: Actor, at: datetime, week: date) -> list[tuple[int, int]]:
    """Return (distributor, order) of a week: the last order of each, and those that were declined before it."""
    found = Order.objects.filter(distributor__in=visible(by, at=at), week=week).order_by("pk")
    every = list(found.values_list("distributor_id", "pk"))
    last = dict(every)
    declined = OrderChange.objects.filter(order__week=week, verb="declined").values_list("order_id", flat=True)
    refused = set(declined)
    return [(owner, pk) for owner, pk in every if last[owner] == pk or pk in refused]


def _score_chunk(by: Actor, at: datetime, week: date, distributor_ids: Sequence[int], orders: Sequence[int]) -> None:
    """Score some distributors' orders: four reads and two writes."""
    found = OrderLine.objects.filter(order_id__in=orders).order_by("order__distributor_id", "product_id")
    lines = [_Line(*row) for row in found.values_list(*_COLUMNS)]
    last = max((weeks.monday_of(line.reading_on) for line in lines), default=week)
    block = pasts.week_block(
        by,
        at=at,
        distributor_ids=distributor_ids,
        first_week=week,
        last_week=min(weeks.shift(last, scoring.COVER_WEEKS), BUSINESS.last_closed_week(at)),
    )
    rows = {
        key: row for row, key in enumerate(zip(block.distributor_id.tolist(), block.product_id.tolist(), strict=True))
    }
    held = [line for line in lines if (line.distributor_id, line.product_id) in rows]
    stage = _stage(held, rows, block)
    scored = scoring.score(stage, block)
    Score.objects.filter(order_id__in=orders).delete()
    bulk.insert(Score, SCORE, _rows(held, stage, scored, _told(orders), _reps(held, week), week=week, at=at))


def _stage(lines: Sequence[_Line], rows: Mapping[tuple[int, int], int], block: pasts.WeekBlock) -> scoring.Lines:
    """Return lines as arrays; column 0 of the block is the closed week that they were proposed on."""
    lead = np.array([line.lead_weeks for line in lines], dtype=np.int64)
    review = np.array([line.review_weeks for line in lines], dtype=np.int64)

    def column(values: Iterator[Any]) -> scoring.Amounts:
        return np.array([float(value) for value in values], dtype=np.float64)

    return scoring.Lines(
        row=np.array([rows[line.distributor_id, line.product_id] for line in lines], dtype=np.int64),
        first=1,
        arrival=1 + lead,
        reading=lead + review,
        proposed=column(line.proposed_units for line in lines),
        units=column(line.units for line in lines),
        sent=np.array([line.state == State.SENT for line in lines], dtype=np.bool_),
        road=column(line.road_units for line in lines),
        expected=column(_weekly(line) for line in lines),
        expected_after=column(line.per_day_after * DAYS_PER_WEEK for line in lines),
        high_days=column(line.high_days for line in lines),
        case=column(line.units_per_case for line in lines),
    )


def _weekly(line: _Line) -> float:
    """Return the pieces a week that were expected between arrival and reading."""
    days = (line.reading_on - line.arrives_on).days + 1
    return float(line.until_reading - line.until_arrival) / days * DAYS_PER_WEEK


def _told(orders: Sequence[int]) -> _Told:
    found = OrderChange.objects.filter(order_id__in=orders, verb__in=("changed", "declined"))
    changed, declined = set(), {}
    for order_id, product_id, verb, reason in found.values_list("order_id", "product_id", "verb", "reason"):
        if verb == "declined":
            declined[order_id] = reason
        elif product_id is not None:
            changed.add((order_id, product_id))
    return _Told(frozenset(changed), declined)


def _reps(lines: Sequence[_Line], week: date) -> dict[int, str]:
    """Return by distributor the rep who served it when the order was placed."""
    owners = {line.distributor_id for line in lines}
    return {owner: rep.code for owner, rep in reps_on(owners, day=weeks.shift(week, 1)).items()}


def _rows(
    lines: Sequence[_Line],
    stage: scoring.Lines,
    scored: scoring.Scored,
    told: _Told,
    reps: Mapping[int, str],
    *,
    week: date,
    at: datetime,
) -> Iterator[Sequence[Any]]:
    """Yield the scores of lines of which something was proposed or ordered, as far as their weeks are told."""
    judged = scoring.right(stage, scored)
    for place, line in enumerate(lines):
        if not scored.known[place]:
            continue
        ordered = round(float(scored.ordered[place]))
        if not (line.proposed_units or ordered):
            continue
        kind = _kind(line, told)
        yield (
            line.order_id, line.distributor_id, line.product_id, week, reps.get(line.distributor_id, ""), kind.value,
            judged[place].value, bool(scored.at_least[place]), line.offered_at is not None, line.proposed_units,
            ordered, told.declined.get(line.order_id, line.reason), line.units_per_case, line.low_days,
            line.high_days, *_figures(scored, place, line), at,
        )  # fmt: skip


def _kind(line: _Line, told: _Told) -> Kind:
    if line.order_id in told.declined:
        return Kind.DECLINED
    if line.state != State.SENT:
        return Kind.NOT_SENT
    if line.units == line.proposed_units:
        return Kind.FOLLOWED
    return Kind.CHANGED if (line.order_id, line.product_id) in told.changed else Kind.EDITED


def _figures(scored: scoring.Scored, place: int, line: _Line) -> Iterator[Any]:
    """Yield the figures of both courses in the order of the columns: pieces and days, then yuan."""
    courses, price = (scored.followed, scored.really), float(line.price_per_unit)
    for name in ("missed", "excess", "days", "stock"):
        for course in courses:
            value = float(getattr(course, name)[place])
            yield None if np.isnan(value) else value
    for name in ("missed", "excess", "stock"):
        for course in courses:
            yield money.from_float(float(getattr(course, name)[place]) * price)


def _finish(by: Actor, at: datetime, week: date, run: jobs.Going, orders: Sequence[int]) -> ScoredWeek:
    """Say that a week is scored, with its audit line."""
    scored = Score.objects.filter(order__in=orders).count()
    lines = OrderLine.objects.filter(order__in=orders, proposed_units__gt=0).count()
    found = ScoredWeek(week, len(orders), lines, scored)
    with transaction.atomic():
        jobs.finish(run_id=run.run_id, at=at)
        access.record(
            "orders.record.scored",
            by=by,
            at=at,
            subject=("week", weeks.label(week)),
            figures={"orders": found.orders, "lines": found.lines, "scored": found.scored},
        )
    return found
