"""The part of this room's API that is about inventory days and turnover days above the product."""

from decimal import Decimal
from typing import Any

from ninja import Router, Schema

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.stock import periods
from channelkeeper.stock.queries import levels, sums, turnover
from channelkeeper.stock.queries.levels import Level, Within

router = Router()
SEEN_BY = READERS | {Role.DISTRIBUTOR}
MOST_WEEKS = 104


class WeekOut(Schema):
    """A closed week of a line: days to a hundredth, null where there is no figure; values in CNY."""

    week: str
    forward_days: str | None
    trailing_days: str | None
    realised_days: str | None
    band: str
    low_days: str
    high_days: str
    stock_value: str
    expiring_value: str


class LineOut(Schema):
    """A category, distributor, rep, office or region over some weeks, oldest first."""

    code: str
    name_zh: str
    name_en: str
    weeks: list[WeekOut]


class DaysOut(Schema):
    """The lines of a level, the most stock first."""

    level: str
    currency: str
    lines: list[LineOut]


class TurnoverLineOut(Schema):
    """The turnover of a line in a period; `weeks` are the distributor-weeks that count."""

    code: str
    name_zh: str
    name_en: str
    days: str | None
    mean_stock_value: str
    sold_value_per_day: str
    weeks: int
    distributors: int


class TurnoverOut(Schema):
    """The lines of a level, the slowest first."""

    level: str
    period: str
    currency: str
    lines: list[TurnoverLineOut]


@router.get("/days", response=DaysOut, summary="Inventory days by week, above the product")
@doors.endpoint(SEEN_BY)
def days(
    request: doors.ActorRequest,
    level: Level = Level.DISTRIBUTOR,
    count: int = 13,
    region: str = "",
    office: str = "",
    rep: str = "",
    distributor: str = "",
    category: str = "",
) -> dict[str, Any]:
    """List the last `count` closed weeks of all lines in scope, at most 104."""
    at, last = doors.at(request), sums.last_week(request.auth, at=doors.at(request))
    lines = []
    if last is not None:
        since = weeks.shift(last, 1 - min(max(count, 1), MOST_WEEKS))
        within = Within(region, office, rep, distributor, category)
        lines = levels.days_by_level(request.auth, at=at, level=level, since=since, until=last, within=within)
    return {"level": level, "currency": "CNY", "lines": [_line(line) for line in lines]}


@router.get("/turnover", response=TurnoverOut, summary="Turnover days of a month, quarter or year")
@doors.endpoint(SEEN_BY)
def turnover_days(
    request: doors.ActorRequest,
    period: str = "",
    level: Level = Level.DISTRIBUTOR,
    region: str = "",
    office: str = "",
    rep: str = "",
    distributor: str = "",
    category: str = "",
) -> dict[str, Any]:
    """List the turnover of all lines in scope in `period`: 2026, 2026-Q4 or 2026-11, this year by default."""
    at = doors.at(request)
    last = sums.last_week(request.auth, at=at)
    chosen = periods.parse(period) if period else periods.containing(last or weeks.monday_of(BUSINESS.day(at)), "year")
    found = []
    if last is not None:
        within = Within(region, office, rep, distributor, category)
        found = turnover.turnover_by_level(request.auth, at=at, level=level, period=chosen, until=last, within=within)
    return {"level": level, "period": chosen.label, "currency": "CNY", "lines": [_turned(one) for one in found]}


def _line(line: levels.Line) -> dict[str, Any]:
    told = [_week(week) for week in line.weeks if week]
    return {"code": line.code, "name_zh": line.name_zh, "name_en": line.name_en, "weeks": told}


def _week(week: levels.LevelWeek) -> dict[str, Any]:
    return {
        "week": weeks.label(week.week),
        "forward_days": _text(week.forward),
        "trailing_days": _text(week.trailing),
        "realised_days": _text(week.realised),
        "band": week.band.value,
        "low_days": f"{week.limits.low_days:.2f}",
        "high_days": f"{week.limits.high_days:.2f}",
        "stock_value": f"{week.stock_value:.2f}",
        "expiring_value": f"{week.expiring_value:.2f}",
    }


def _turned(one: turnover.Turnover) -> dict[str, Any]:
    return {
        "code": one.code,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "days": _text(one.days),
        "mean_stock_value": f"{one.mean_stock:.2f}",
        "sold_value_per_day": f"{one.sold_per_day:.2f}",
        "weeks": one.weeks,
        "distributors": one.distributors,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
