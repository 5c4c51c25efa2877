"""The overview: the share in band over a year, reports on time, its lines and where they lead, the worst ten."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core import weeks
from channelkeeper.desk import sentences
from channelkeeper.desk.queries import levels
from channelkeeper.desk.queries import overview as overviews
from channelkeeper.desk.queries.levels import Group, Trend
from channelkeeper.desk.queries.overview import CHART_WEEKS, Overview
from channelkeeper.desk.views import drilling, lines
from channelkeeper.stock.queries.sums import Shares
from channelkeeper.web import charts, exports, pages

HUNDRED = Decimal(100)
FALLS_FROM = 3  # three weeks running is no chance any more
LEAST_ROWS_FOR_LOWEST = 2


@dataclass(frozen=True)
class HeatCell:
    """A group's week: the share, and the list behind it."""

    share: Decimal | None
    url: str


@dataclass(frozen=True)
class HeatRow:
    """A group over the weeks."""

    name: str
    cells: list[HeatCell]
    change: Decimal | None
    falling: bool


@dataclass(frozen=True)
class DotRow:
    """How punctually a group's reports come, in percent; whose are missing."""

    name: str
    percent: Decimal | None
    missing: int
    url: str


@doors.page(READERS)
def overview(request: doors.ActorRequest) -> HttpResponse:
    """Show how all in scope do, or the part of them in the address, line by line; or hand the lines out as a file."""
    at, asked = doors.at(request), drilling.asked(request)
    place = levels.place(request.actor, at=at, **asked.codes)
    if file := exports.wanted(request, lambda: drilling.table(request, place, asked)):
        return file
    if pages.wants_fragment(request):
        return pages.render(request, "", "desk/_levels.html", drilling.lines_of(request, place, asked))
    found = overviews.overview(request.actor, at=at, place=place, week=asked.week)
    if found is None or not (found.board.every.shops or place.trail or asked.week):
        return lines.nothing_yet(request, has_places=True)
    context = {
        "found": found,
        "week": found.week,
        "groups": len(found.trends),
        "distributors": found.board.every.shops,
        "sentence": sentences.overview(_figures(found), lines.language()),
        "chart": _chart(found),
        "has_last_year": bool(found.year_before),
        "dots": _dots(found),
        "weeks": found.weeks,
        "heat": [_heat(found, trend) for trend in found.trends],
        "worst": lines.shop_lines(found.worst),
        "look": _to_look_at(found),
        **drilling.shown(request, found.standing, place, asked, found.week),
    }
    return render(request, "desk/overview.html", context)


def _figures(found: Overview) -> dict[str, object]:
    share, before = found.share, found.share_a_year_ago
    falling = [trend for trend in found.trends if trend.falling_weeks >= FALLS_FROM]
    falling.sort(key=lambda trend: -trend.falling_weeks)
    known = [trend for trend in found.trends if trend.shares[-1] is not None]
    lowest = known[-1] if len(known) >= LEAST_ROWS_FOR_LOWEST else None
    return {
        "who": _who(found),
        "share": share if share is not None else Decimal(0),
        "points": None if share is None or before is None else _percent(share) - _percent(before),
        "falling": [(drilling.name_of(trend.group), trend.falling_weeks) for trend in falling],
        "lowest": (drilling.name_of(lowest.group), lowest.shares[-1]) if lowest else None,
    }


def _who(found: Overview) -> str:
    """Return whom the share is of: nothing for the whole country, the part looked at, the office, or the rep's own."""
    if found.place.last is not None:
        return found.place.last.name(lines.language())
    if found.by == levels.OFFICE:
        return ""
    if found.by == levels.REP and found.board.shops:
        return found.board.shops[0].place.office(lines.language())
    return _("Your distributors")


def _to_look_at(found: Overview) -> dict[str, object] | None:
    """Return the group whose distributors outside the band are to be looked at, with their number and list."""
    if found.by not in (levels.OFFICE, levels.REP):
        return None
    outside = found.outside
    known = [trend for trend in found.trends if outside.get(trend.group.code)]
    if not known:
        return None
    falling = [trend for trend in known if trend.falling_weeks >= FALLS_FROM]
    chosen = max(falling, key=lambda trend: trend.falling_weeks) if falling else known[-1]
    group = chosen.group
    return {
        "name": drilling.name_of(group),
        "number": outside[group.code],
        "url": _list_url(**{group.kind: group.code}, state="out"),
    }


def _chart(found: Overview) -> dict[str, object]:
    before = {row.week: _inside(row) for row in found.year_before}
    shown = [row for row in found.chart if row.below + row.inside + row.above]
    year_ago = [before.get(weeks.shift(row.week, -CHART_WEEKS)) for row in shown]
    return charts.shares(
        weeks=[row.week for row in shown],
        inside=[_inside(row) for row in shown],
        above=[_part(row.above, row) for row in shown],
        last_year=year_ago if any(value is not None for value in year_ago) else (),
    )


def _inside(row: Shares) -> Decimal | None:
    return _part(row.inside, row)


def _part(part: int, row: Shares) -> Decimal | None:
    judged = row.below + row.inside + row.above
    return HUNDRED * part / judged if judged else None


def _dots(found: Overview) -> list[DotRow]:
    """Return the groups by punctuality, the worst first."""
    rows = [
        DotRow(
            drilling.name_of(trend.group),
            None if trend.on_time is None else _percent(trend.on_time),
            trend.missing,
            _group_url(trend.group, state="missing"),
        )
        for trend in found.trends
    ]
    return sorted(rows, key=lambda row: (row.percent is None, row.percent or 0, row.name))


def _heat(found: Overview, trend: Trend) -> HeatRow:
    cells = [
        HeatCell(share, _group_url(trend.group, week=weeks.label(week)))
        for week, share in zip(found.weeks, trend.shares, strict=True)
    ]
    return HeatRow(drilling.name_of(trend.group), cells, _points(trend.shares), (_points(trend.shares) or 0) < 0)


def _points(shares: Sequence[Decimal | None]) -> Decimal | None:
    """Return the change in percent points, of the figures as they are shown."""
    known = [_percent(share) for share in shares if share is not None]
    return known[-1] - known[0] if len(known) > 1 else None


def _percent(share: Decimal) -> Decimal:
    return (share * HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def _group_url(group: Group, **more: str) -> str:
    """Return the list behind a group: its distributors, or the distributor itself."""
    if group.kind == levels.DISTRIBUTOR:
        return reverse("desk:distributor", args=[group.code])
    if not group.code:
        return reverse("desk:distributors")
    return _list_url(**{group.kind: group.code}, **more)


def _list_url(**asked: str) -> str:
    return f"{reverse('desk:distributors')}?{urlencode(asked)}"
