"""The lines of the overview and where each leads: one level down, and at last to the cell of the sender's workbook."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.core import formats, weeks
from channelkeeper.desk import sheet
from channelkeeper.desk.queries import levels
from channelkeeper.desk.queries.levels import Group, Place, ProductNow, Standing, Trend
from channelkeeper.desk.views import lines
from channelkeeper.stock.queries import sums as stock
from channelkeeper.stock.rules import Band
from channelkeeper.web import exports

HUNDRED = Decimal(100)
SORTS = ("name", "days", "share", "on_time", "missing", "missed", "held", "stock", "turnover")
# Their turnover adds up hundreds of distributors over a year: it comes after the page, in a request of its own.
COMES_LATER = (levels.OFFICE, levels.REP)


@dataclass(frozen=True)
class Asked:
    """
    What the address asks for.

    Attributes:
        office, rep, distributor: codes of the part looked at.
        week: a closed one; None for the last.
        sort: one of SORTS; empty for what is most at stake first.
        turnover: whether it is asked for at once.
    """

    office: str = ""
    rep: str = ""
    distributor: str = ""
    week: date | None = None
    sort: str = ""
    turnover: bool = False

    @property
    def codes(self) -> dict[str, str]:
        """Return the codes by what they are of."""
        return {"office": self.office, "rep": self.rep, "distributor": self.distributor}

    def address(self, **more: str) -> str:
        """Return the overview's address with the same question, but for some of it."""
        asked = self.codes | {"week": weeks.label(self.week) if self.week else "", "sort": self.sort} | more
        return reverse("desk:overview") + lines.query(asked).removesuffix("?")


@dataclass(frozen=True)
class Line:
    """
    A line as it is shown; shares are whole percents, None where there is no figure.

    Attributes:
        url: one level down; empty where there is none.
        missing: reports; None for a product, whose distributor it is that reports.
        estimated: whether the stock is.
    """

    code: str
    name: str
    url: str
    days: Decimal | None
    low: Decimal | None
    high: Decimal | None
    state: str
    inside: int
    judged: int
    on_time: Decimal | None
    missing: int | None
    short_value: Decimal
    above_value: Decimal
    stock_value: Decimal
    turnover: Decimal | None
    estimated: bool = False

    @property
    def share(self) -> Decimal | None:
        """Return the share in band, percent."""
        return percent(levels.share(self.inside, self.judged))


def asked(request: doors.ActorRequest) -> Asked:
    """Return what the address asks for; a week or an order that is none asks for nothing."""
    get = request.GET.get
    sort = get("sort", "")
    return Asked(
        office=get("office", ""),
        rep=get("rep", ""),
        distributor=get("distributor", ""),
        week=lines.week_of(get("week", "")),
        sort=sort if sort in SORTS else "",
        turnover=get("turnover") == "1" or sort == "turnover",
    )


def lines_of(request: doors.ActorRequest, place: Place, wanted: Asked) -> dict[str, object]:
    """Return what the lines alone show, turnover with them: the part that comes after the page."""
    at = doors.at(request)
    week = wanted.week or stock.last_week(request.actor, at=at)
    if week is None:
        return {}
    standing = levels.standing(request.actor, at=at, place=place, week=week)
    return shown(request, standing, place, wanted, week, whole=True)


def shown(
    request: doors.ActorRequest, standing: Standing, place: Place, wanted: Asked, week: date, *, whole: bool = False
) -> dict[str, object]:
    """
    Return what the table of lines shows.

    Args:
        whole: whether turnover is asked for, however long it takes.
    """
    known = whole or wanted.turnover or place.by not in COMES_LATER
    days = levels.turnovers(request.actor, at=doors.at(request), place=place, week=week) if known else {}
    trail = _trail(place, wanted)
    return {
        "place": place,
        "week": week,
        "year": week.isocalendar().year,
        "lines": _sorted(_lines(standing, place, wanted, week, days), wanted.sort),
        "total": _of_trend(standing.whole, wanted, _("Together"), "", days) if standing.whole else None,
        "known": known,
        "later_url": "" if known else wanted.address(turnover="1"),
        "heads": {name: _heading(name, wanted) for name in SORTS},
        "trail": trail,
        "up": trail[-2] if len(trail) > 1 else (_("Overview"), reverse("desk:overview")),
        "before": wanted.address(week=weeks.label(weeks.shift(week, -1))),
        "after": wanted.address(week=weeks.label(weeks.shift(week, 1))) if wanted.week else "",
    }


def table(request: doors.ActorRequest, place: Place, wanted: Asked) -> exports.Table:
    """Return the lines as a file, turnover with them."""
    at = doors.at(request)
    week = wanted.week or stock.last_week(request.actor, at=at)
    title = place.last.name(lines.language()) if place.last else _("Overview")
    if week is None:
        return sheet.levels(title, "", [])
    standing = levels.standing(request.actor, at=at, place=place, week=week)
    days = levels.turnovers(request.actor, at=at, place=place, week=week)
    found = _sorted(_lines(standing, place, wanted, week, days), wanted.sort)
    return sheet.levels(title, weeks.label(week), [{**vars(line), "share": line.share} for line in found])


def name_of(group: Group) -> str:
    """Return a line's name in the reader's language."""
    chinese = formats.is_chinese(lines.language())
    return (chinese and group.name_zh) or group.name_en or group.name_zh or _("nobody's")


def percent(share: Decimal | None) -> Decimal | None:
    """Return a share in whole percents."""
    return None if share is None else (share * HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def _lines(
    standing: Standing, place: Place, wanted: Asked, week: date, turnover: Mapping[str, Decimal | None]
) -> list[Line]:
    if place.by == levels.PRODUCT:
        reported = standing.whole is not None and not standing.whole.missing
        return [_of_product(one, wanted, week, turnover, reported=reported) for one in standing.products]
    return [
        _of_trend(trend, wanted, name_of(trend.group), _below(trend.group, wanted), turnover)
        for trend in sorted(standing.trends, key=lambda trend: -trend.stake)
    ]


def _of_trend(trend: Trend, wanted: Asked, name: str, url: str, turnover: Mapping[str, Decimal | None]) -> Line:
    now, last, nothing = trend.now, trend.counts[-1], Decimal(0)
    band = now.band if now else Band.NONE
    return Line(
        code=trend.group.code,
        name=name,
        url=url,
        days=now.forward if now else None,
        low=now.limits.low_days if now else None,
        high=now.limits.high_days if now else None,
        state=lines.state_word(band),
        inside=last.inside if last else 0,
        judged=last.below + last.inside + last.above if last else 0,
        on_time=percent(trend.on_time),
        missing=trend.missing,
        short_value=now.short_value if now else nothing,
        above_value=now.above_value if now else nothing,
        stock_value=now.stock_value if now else nothing,
        turnover=turnover.get(trend.group.code) if trend.group.code else None,
    )


def _of_product(
    one: ProductNow, wanted: Asked, week: date, turnover: Mapping[str, Decimal | None], *, reported: bool
) -> Line:
    return Line(
        code=one.code,
        name=one.name(lines.language()),
        url=_cell(wanted.distributor, one.code, week, reported=reported),
        days=one.days,
        low=one.limits.low_days,
        high=one.limits.high_days,
        state=lines.state_word(one.band),
        inside=int(one.band is Band.INSIDE),
        judged=int(one.band is not Band.NONE),
        on_time=None,
        missing=None,
        short_value=one.short_value,
        above_value=one.above_value,
        stock_value=one.stock_value,
        turnover=turnover.get(one.code),
        estimated=one.past.estimated,
    )


def _cell(code: str, product: str, week: date, *, reported: bool) -> str:
    """Return where a product's figures come from: its row of the week's report, else its days week by week."""
    if not reported:
        return reverse("stock:product_days", args=[code, product])
    return lines.cell_url(code, product, week)


def _below(group: Group, wanted: Asked) -> str:
    return wanted.address(**{group.kind: group.code}, sort="") if group.code else ""


def _trail(place: Place, wanted: Asked) -> list[tuple[str, str]]:
    """Return the steps that lead to a part, the widest first, each with its address; the last is where one is."""
    found, codes = [], {"office": "", "rep": "", "distributor": "", "sort": ""}
    for step in place.trail:
        codes = {**codes, step.kind: step.code}
        found.append((step.name(lines.language()), wanted.address(**codes)))
    return found


def _heading(name: str, wanted: Asked) -> lines.Heading:
    return lines.Heading(wanted.address(sort=name), wanted.sort == name)


def _sorted(rows: list[Line], sort: str) -> list[Line]:
    """Return lines in an order: names from A, days from the least, shares from the worst, money from the most."""
    key = _KEYS.get(sort)
    return sorted(rows, key=key) if key else rows


def _least(of: Callable[[Line], Decimal | None]) -> Callable[[Line], Any]:
    return lambda line: (of(line) is None, of(line) or 0, line.code)


def _most(of: Callable[[Line], Decimal | int | None]) -> Callable[[Line], Any]:
    return lambda line: (of(line) is None, -(of(line) or 0), line.code)


_KEYS: Mapping[str, Callable[[Line], Any]] = {
    "name": lambda line: (line.name, line.code),
    "days": _least(lambda line: line.days),
    "share": _least(lambda line: line.share),
    "on_time": _least(lambda line: line.on_time),
    "missing": _most(lambda line: line.missing),
    "missed": _most(lambda line: line.short_value),
    "held": _most(lambda line: line.above_value),
    "stock": _most(lambda line: line.stock_value),
    "turnover": _most(lambda line: line.turnover),
}
