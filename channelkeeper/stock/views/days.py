"""Inventory days and turnover days by category, distributor, rep, office and region, down to a product's history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, NotFound, Role
from channelkeeper.core import weeks
from channelkeeper.network import queries as network
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.stock import periods
from channelkeeper.stock.queries import levels, sums, turnover
from channelkeeper.stock.queries.levels import Level, Within
from channelkeeper.stock.rules import USUAL_BAND
from channelkeeper.stock.views.reports import Filter
from channelkeeper.stock.views.trace import traced
from channelkeeper.web import exports, pages

SEEN_BY = READERS | {Role.DISTRIBUTOR}
PRODUCT = "product"
SPANS = (13, 26, 52)
FIRST_LEVEL = {
    Role.OFFICE_MANAGER: Level.REP,
    Role.FACTORY_REP: Level.DISTRIBUTOR,
    Role.DISTRIBUTOR: Level.CATEGORY,
}
# Where a line leads: one level down, bound to it.
BELOW = {
    Level.REGION: Level.OFFICE,
    Level.OFFICE: Level.REP,
    Level.REP: Level.DISTRIBUTOR,
    Level.DISTRIBUTOR: Level.CATEGORY,
}
BOUNDS = ("region", "office", "rep", "distributor", "category")
DAY_COLUMNS = (
    Column("code", ("编码",), ("Code",), "code"),
    Column("name", ("名称",), ("Name",)),
    Column("week", ("周",), ("Week",)),
    Column("forward", ("预计天数",), ("Forward days",), "quantity"),
    Column("trailing", ("过去28天天数",), ("Trailing days",), "quantity"),
    Column("realised", ("实际天数",), ("Realised days",), "quantity"),
    Column("low", ("带下限",), ("Band from",), "quantity"),
    Column("high", ("带上限",), ("Band to",), "quantity"),
)
TURNOVER_COLUMNS = (
    Column("code", ("编码",), ("Code",), "code"),
    Column("name", ("名称",), ("Name",)),
    Column("days", ("周转天数",), ("Turnover days",), "quantity"),
    Column("stock", ("平均库存",), ("Mean stock",), "quantity"),
    Column("sold", ("日均卖出",), ("Sold a day",), "quantity"),
    Column("weeks", ("计入周数",), ("Weeks counted",), "units"),
)


@dataclass(frozen=True)
class Point:
    """One week of a line as it is shown: days, and the band then."""

    week: date
    forward: Decimal | None
    trailing: Decimal | None
    realised: Decimal | None
    low: Decimal
    high: Decimal
    state: str


@dataclass(frozen=True)
class Shown:
    """A line in the reader's language; `points` are weeks, oldest first, None where none was closed."""

    code: str
    name: str
    url: str
    points: Sequence[Point | None]

    @property
    def last(self) -> Point | None:
        """Return the newest week."""
        return next((point for point in reversed(self.points) if point), None)

    @property
    def realised(self) -> Point | None:
        """Return the newest week whose realised days are known."""
        return next((point for point in reversed(self.points) if point and point.realised is not None), None)

    @property
    def forwards(self) -> list[Decimal | None]:
        """Return the days of each week."""
        return [point.forward if point else None for point in self.points]


@dataclass(frozen=True)
class Asked:
    """What a page is asked for: over what, bound to what, by its address."""

    level: str
    within: Within

    def address(self, name: str, **more: object) -> str:
        """Return the address of a page with the same question, but for some of it."""
        asked = {"level": self.level} | {bound: getattr(self.within, bound) for bound in BOUNDS} | more
        return f"{reverse(name)}?{urlencode({key: value for key, value in asked.items() if value})}"


@doors.page(SEEN_BY)
def days(request: doors.ActorRequest) -> HttpResponse:
    """Show inventory days by week of all lines of a level."""
    at, language = doors.at(request), get_language() or ""
    asked, count = _asked(request, at), _count(request)
    last = sums.last_week(request.actor, at=at)
    lines = _lines(request, asked, last, count) if last else []
    title = _("Inventory days")
    if file := exports.wanted(request, lambda: exports.Table("days", title, DAY_COLUMNS, _day_rows(lines))):
        return file
    shown = {
        "lines": lines,
        "week": last,
        "levels": _level_filters(request, asked, "stock:days", weeks=count),
        "spans": [
            Filter(_("%(weeks)s weeks") % {"weeks": span}, asked.address("stock:days", weeks=span), span == count)
            for span in SPANS
        ],
        "trail": _trail(request, asked, "stock:days"),
        "code": asked.within.distributor,
        "turnover_url": asked.address("stock:turnover"),
        "usual": USUAL_BAND,
        "language": language,
    }
    return pages.render(request, "stock/days.html", "stock/_days.html", shown)


@doors.page(SEEN_BY)
def product_days(request: doors.ActorRequest, code: str, product: str) -> HttpResponse:
    """Show a product's days at a distributor week by week, with the band then."""
    at, language, count = doors.at(request), get_language() or "", _count(request)
    distributor = network.distributor(request.actor, code, at=at)
    last = sums.last_week(request.actor, at=at)
    since = weeks.shift(last, 1 - count) if last else None
    found = (
        levels.days_of_products(request.actor, at=at, code=code, since=since, until=last, product=product)
        if last and since
        else []
    )
    if not found:
        raise NotFound(f"No product {product} at {code}.")
    line = _of_product(found[0], code, language)
    title = f"{line.name} {distributor.name(language)}"
    if file := exports.wanted(request, lambda: exports.Table(f"days-{code}", title, DAY_COLUMNS, _day_rows([line]))):
        return file
    address = reverse("stock:product_days", args=[code, product])
    shown = {
        "line": line,
        "distributor": distributor.name(language),
        "code": code,
        "points": [point for point in reversed(line.points) if point],
        "trace": traced(line.points),
        "spans": [
            Filter(_("%(weeks)s weeks") % {"weeks": span}, f"{address}?weeks={span}", span == count) for span in SPANS
        ],
        "back": Asked(PRODUCT, Within(distributor=code)).address("stock:days"),
    }
    return render(request, "stock/product_days.html", shown)


@doors.page(SEEN_BY)
def turnover_page(request: doors.ActorRequest) -> HttpResponse:
    """Show turnover days of a month, quarter or year of all lines of a level."""
    at, language = doors.at(request), get_language() or ""
    asked, last = _asked(request, at), sums.last_week(request.actor, at=at)
    period = _period(request, last) if last else None
    found = _turnovers(request, asked, period, last) if period and last else []
    rows = [(one, one.name(language), _turnover_url(asked, one, period)) for one in found]
    title = _("Turnover days")
    label = period.label if period else ""
    if file := exports.wanted(
        request, lambda: exports.Table(f"turnover-{label}", title, TURNOVER_COLUMNS, _turnover_rows(rows), label)
    ):
        return file
    shown = {
        "rows": rows,
        "period": period,
        "kinds": _kind_filters(asked, period, last) if period and last else [],
        "before": asked.address("stock:turnover", period=period.next(-1).label) if period else "",
        "after": asked.address("stock:turnover", period=period.next().label)
        if period and _is_past(period, last)
        else "",
        "levels": _level_filters(request, asked, "stock:turnover", period=label),
        "trail": _trail(request, asked, "stock:turnover"),
        "code": asked.within.distributor,
        "days_url": asked.address("stock:days"),
        "of_products": asked.level == PRODUCT,
        "narrowed": request.actor.role is Role.FACTORY_REP,
    }
    return pages.render(request, "stock/turnover.html", "stock/_turnover.html", shown)


def _asked(request: doors.ActorRequest, at: datetime) -> Asked:
    within = Within(**{bound: request.GET.get(bound, "") for bound in BOUNDS})
    level = request.GET.get("level", "")
    offered = [one for one, _label in _levels(request, within)]
    chosen = level if level in offered else FIRST_LEVEL.get(request.actor.role, Level.OFFICE)
    return Asked(str(chosen), within)


def _levels(request: doors.ActorRequest, within: Within) -> list[tuple[str, str]]:
    """Return the levels that a reader may look at, and what they are called."""
    own = request.actor.role is Role.DISTRIBUTOR
    above = [] if own else [(Level.REGION, _("Regions")), (Level.OFFICE, _("Offices")), (Level.REP, _("Reps"))]
    named = [*above, (Level.DISTRIBUTOR, _("Distributors")), (Level.CATEGORY, _("Categories"))]
    offered = [(level.value, label) for level, label in named]
    return [*offered, (PRODUCT, _("Products"))] if within.distributor else offered


def _count(request: doors.ActorRequest) -> int:
    asked = request.GET.get("weeks", "")
    return int(asked) if asked in {str(span) for span in SPANS} else SPANS[0]


def _level_filters(request: doors.ActorRequest, asked: Asked, page: str, **kept: object) -> list[Filter]:
    return [
        Filter(label, Asked(level, asked.within).address(page, **kept), level == asked.level)
        for level, label in _levels(request, asked.within)
    ]


def _trail(request: doors.ActorRequest, asked: Asked, page: str) -> list[tuple[str, str]]:
    """Return what the page is bound to, widest first, and where each leads; out of scope the code stays."""
    trail, so_far = [], Within()
    for bound in BOUNDS:
        code = getattr(asked.within, bound)
        if not code:
            continue
        so_far = Within(**{**vars(so_far), bound: code})
        name = code
        if bound == "distributor":
            found = network.distributors(request.actor, at=doors.at(request), codes=[code])
            name = found[0].name(get_language() or "") if found else code
        below = BELOW.get(Level(bound), Level.DISTRIBUTOR)
        trail.append((name, Asked(below.value, so_far).address(page)))
    return trail


def _lines(request: doors.ActorRequest, asked: Asked, last: date, count: int) -> list[Shown]:
    at, language, since = doors.at(request), get_language() or "", weeks.shift(last, 1 - count)
    within = asked.within
    if asked.level == PRODUCT:
        found = levels.days_of_products(
            request.actor, at=at, code=within.distributor, since=since, until=last, category=within.category
        )
        return [_of_product(line, within.distributor, language) for line in found]
    level = Level(asked.level)
    lines = levels.days_by_level(request.actor, at=at, level=level, since=since, until=last, within=within)
    return [
        Shown(
            line.code, line.name(language), _below(asked, level, line.code, count), [_point(one) for one in line.weeks]
        )
        for line in lines
    ]


def _below(asked: Asked, level: Level, code: str, count: int) -> str:
    """Return where a line leads: to its parts; a category of a distributor to its products."""
    within = Within(**{**vars(asked.within), level.value: code})
    below = BELOW[level].value if level in BELOW else PRODUCT if within.distributor else Level.DISTRIBUTOR.value
    return Asked(below, within).address("stock:days", weeks=count)


def _point(week: levels.LevelWeek | None) -> Point | None:
    if week is None:
        return None
    limits = week.limits
    return Point(
        week.week, week.forward, week.trailing, week.realised, limits.low_days, limits.high_days, week.band.value
    )


def _of_product(line: levels.ProductLine, code: str, language: str) -> Shown:
    points = [
        Point(
            one.week,
            _decimal(one.days),
            _decimal(one.trailing_days),
            real,
            Decimal(repr(one.low_days)),
            Decimal(repr(one.high_days)),
            one.band,
        )
        if one
        else None
        for one, real in zip(line.weeks, line.realised, strict=True)
    ]
    return Shown(line.code, line.name(language), reverse("stock:product_days", args=[code, line.code]), points)


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def _day_rows(lines: Sequence[Shown]) -> list[Mapping[str, Typed]]:
    return [
        {
            "code": line.code,
            "name": line.name,
            "week": weeks.label(point.week),
            "forward": _rounded(point.forward),
            "trailing": _rounded(point.trailing),
            "realised": _rounded(point.realised),
            "low": _rounded(point.low),
            "high": _rounded(point.high),
        }
        for line in lines
        for point in line.points
        if point
    ]


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 2)


# ---------------------------------------------------------------- turnover


def _period(request: doors.ActorRequest, last: date) -> periods.Period:
    try:
        return periods.parse(request.GET.get("period", ""))
    except periods.PeriodError:
        return periods.containing(last, "year")


def _is_past(period: periods.Period, last: date | None) -> bool:
    return last is not None and period.last_week < last


def _kind_filters(asked: Asked, period: periods.Period, last: date) -> list[Filter]:
    """Return month, quarter and year, each around the last week of the period that has been closed."""
    week = min(period.last_week, last)
    named = (("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year")))
    return [
        Filter(label, asked.address("stock:turnover", period=periods.containing(week, kind).label), kind == period.kind)
        for kind, label in named
    ]


def _turnovers(
    request: doors.ActorRequest, asked: Asked, period: periods.Period, last: date
) -> list[turnover.Turnover]:
    at, within = doors.at(request), asked.within
    if asked.level == PRODUCT:
        return turnover.turnover_of_products(
            request.actor, at=at, code=within.distributor, period=period, until=last, category=within.category
        )
    return turnover.turnover_by_level(
        request.actor, at=at, level=Level(asked.level), period=period, until=last, within=within
    )


def _turnover_url(asked: Asked, one: turnover.Turnover, period: periods.Period | None) -> str:
    if asked.level == PRODUCT or period is None:
        return ""
    level = Level(asked.level)
    within = Within(**{**vars(asked.within), level.value: one.code})
    below = BELOW[level].value if level in BELOW else PRODUCT if within.distributor else Level.DISTRIBUTOR.value
    return Asked(below, within).address("stock:turnover", period=period.label)


def _turnover_rows(rows: Sequence[tuple[turnover.Turnover, str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "name": name,
            "days": _rounded(one.days),
            "stock": _rounded(one.mean_stock),
            "sold": _rounded(one.sold_per_day),
            "weeks": one.weeks,
        }
        for one, name, _url in rows
    ]
