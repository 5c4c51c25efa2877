"""Replay, what-if and the record for programs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Actor
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.orders import asking, replay, whatif
from channelkeeper.orders.queries import record
from channelkeeper.orders.rules import SEEN_BY
from channelkeeper.orders.scoring import Kind, Right
from channelkeeper.stock.queries import sums

router = Router(tags=["orders"])


class SideOut(Schema):
    """What one way of ordering came to; sums in yuan as text."""

    judged: int
    inside: int
    share_inside: float | None
    out: int
    lost_units: float | None
    lost_value: str
    days: float | None
    stock_value: str
    above_value: str
    swing: float | None


class WeekOut(Schema):
    """Inventory days of a week, as they were and under the rule."""

    week: str
    days_really: float | None
    days_rule: float | None


class ProductSidesOut(Schema):
    """A product as it went, and under the rule."""

    product: str
    name_zh: str
    name_en: str
    units_per_case: int
    really: SideOut
    rule: SideOut


class ReplayOut(Schema):
    """A distributor's weeks under the rule, beside what was really ordered."""

    distributor: str
    first_week: str
    last_week: str
    low_days: float
    high_days: float
    lead_weeks: int
    silent_weeks: int
    expected_weeks: int
    sentence_zh: str
    sentence_en: str
    really: SideOut
    rule: SideOut
    weeks: list[WeekOut]
    products: list[ProductSidesOut]


class ReplayIn(Schema):
    """How many weeks, and terms other than today's."""

    weeks: str = ""
    low: str = ""
    high: str = ""
    lead: str = ""


class WhatIfIn(Schema):
    """What is otherwise; left out is as it is. `lift` in %, `week` as 2026-W49."""

    low: str = ""
    high: str = ""
    lead: str = ""
    shelf: str = ""
    limit: str = ""
    promoted: str = ""
    week: str = ""
    lift: str = ""


class OutlookOut(Schema):
    """A product's next order and what it leads to."""

    units: int
    bound_by: str
    days_after: float | None
    band_after: str
    missed_units: float
    stock_value: str


class ProductOutlookOut(Schema):
    """A product as proposed today, and then."""

    product: str
    name_zh: str
    name_en: str
    units_per_case: int
    today: OutlookOut
    then: OutlookOut


class SumOut(Schema):
    """What an order amounts to; sums in yuan as text."""

    lines_ordered: int
    cases: int
    amount: str
    days_after: float | None
    inside_after: int
    missed_value: str
    stock_value: str


class WhatIfOut(Schema):
    """A scenario beside today's proposal."""

    distributor: str
    week: str
    estimated: bool
    order_on: str
    arrives_on: str
    reading_on: str
    lift: float | None
    sentence_zh: str
    sentence_en: str
    today: SumOut
    then: SumOut
    products: list[ProductOutlookOut]


class RecordIn(Schema):
    """Which part of the record."""

    by: record.By = record.By.DISTRIBUTOR
    weeks: int = Field(record.USUAL_WEEKS, ge=1, le=260)


class TallyOut(Schema):
    """What some scored lines came to; sums in yuan as text."""

    code: str
    name_zh: str
    name_en: str
    lines: int
    followed: int
    proposal: int
    order: int
    even: int
    mixed: int
    uncertain: int
    missed_followed: str
    missed_really: str
    excess_followed: str
    excess_really: str
    stock_followed: str
    stock_really: str


class RecordOut(Schema):
    """The record in groups."""

    total: TallyOut
    groups: list[TallyOut]


class ScoresIn(Schema):
    """Which scored lines."""

    weeks: int = Field(record.USUAL_WEEKS, ge=1, le=260)
    right: Right | None = None
    offset: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=200)


class ScoreOut(Schema):
    """A scored line: pieces, days, yuan as text; followed is had it been followed, really as it was ordered."""

    number: str
    week: str
    distributor: str
    product: str
    kind: Kind
    right: Right
    at_least: bool
    reason: str
    proposed_units: int
    ordered_units: int
    sentence_zh: str
    sentence_en: str
    missed_followed: float
    missed_really: float
    excess_followed: float
    excess_really: float
    days_followed: float | None
    days_really: float | None
    missed_value_followed: str
    missed_value_really: str
    excess_value_followed: str
    excess_value_really: str
    stock_value_followed: str
    stock_value_really: str


class ScoresOut(Schema):
    """Scored lines of a distributor."""

    total: TallyOut
    lines: list[ScoreOut]


@router.get("/replay/{code}", response=ReplayOut, summary="Replay of a distributor's weeks")
@doors.endpoint(SEEN_BY)
def replay_weeks(request: HttpRequest, code: str, asked: Query[ReplayIn]) -> dict[str, Any]:
    """Return a distributor's own weeks under the rule, beside what was really ordered; 422 with too few weeks."""
    form = asking.ReplayForm(asked.dict())
    wanted, at = form.asked(), doors.at(request)
    _check(form.said())
    last = sums.last_week(_actor(request), at=at) or BUSINESS.last_closed_week(at)
    return replay.of_distributor(_actor(request), code, at=at, last_week=last, asked=wanted).record()


@router.get("/what-if/{code}", response=WhatIfOut, summary="The next order under other terms")
@doors.endpoint(READERS)
def what_if(request: HttpRequest, code: str, asked: Query[WhatIfIn]) -> dict[str, Any]:
    """Return what the next order would be, beside today's proposal; nothing is kept."""
    form = asking.WhatIfForm(asked.dict())
    scenario, at = form.scenario(), doors.at(request)
    _check(form.said())
    week = sums.last_week(_actor(request), at=at) or BUSINESS.last_closed_week(at)
    return whatif.ask(_actor(request), code, at=at, week=week, scenario=scenario).record()


@router.get("/record/groups", response=RecordOut, summary="The expert record in groups")
@doors.endpoint(READERS)
def record_groups(request: HttpRequest, asked: Query[RecordIn]) -> dict[str, Any]:
    """Return what proposals were worth: had they been followed, and as it was ordered."""
    actor, at = _actor(request), doors.at(request)
    filters = record.Filters(since=record.since(BUSINESS.last_closed_week(at), asked.weeks))
    rows = record.tallies(actor, at=at, filters=filters, by=asked.by)
    total = record.total(actor, at=at, filters=filters)
    return {"total": total.record(), "groups": [row.record() for row in rows]}


@router.get("/record/lines/{code}", response=ScoresOut, summary="The expert record of a distributor")
@doors.endpoint(SEEN_BY)
def record_lines(request: HttpRequest, code: str, asked: Query[ScoresIn]) -> dict[str, Any]:
    """Return the scored lines of a distributor, the newest first; itself sees what was offered to it."""
    actor, at = _actor(request), doors.at(request)
    place = network.distributor(actor, code, at=at)
    since = record.since(BUSINESS.last_closed_week(at), asked.weeks)
    filters = record.Filters(since, place.code, asked.right)
    rows = record.listed(actor, at=at, filters=filters, limit=asked.limit, offset=asked.offset)
    total = record.total(actor, at=at, filters=record.Filters(since, place.code))
    return {"total": total.record(), "lines": [row.record() for row in rows]}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _check(faults: Mapping[str, str]) -> None:
    """
    Pass if nothing is wrong with what was asked.

    Raises:
        ValueError: something is; named by field.
    """
    if faults:
        raise ValueError("; ".join(f"{name}: {fault}" for name, fault in faults.items()))
