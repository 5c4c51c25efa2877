"""Reporting rates over some weeks, and whom to remind with which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core import sentences, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.sheets.columns import Column
from channelkeeper.stock.queries import rates, reports
from channelkeeper.stock.views.reports import Filter
from channelkeeper.web import exports, pages

ROWS_A_PAGE = 100
WEEKS = (4, 13, 26, 52)
COLUMNS = (
    Column("code", ("编码",), ("Code",), "code"),
    Column("name", ("名称",), ("Name",)),
    Column("expected", ("应交周报",), ("Owed",), "units"),
    Column("received", ("已交",), ("Came",), "units"),
    Column("on_time", ("准时",), ("On time",), "units"),
    Column("last_week", ("最后一份",), ("Last report",)),
)


@dataclass(frozen=True)
class Reminder:
    """A distributor whose report is late, and the words to send it."""

    code: str
    name: str
    words: str
    url: str


@doors.page(READERS)
def listed(request: doors.ActorRequest) -> HttpResponse:
    """Show who reports and who reports in time, over some weeks, the worst first; as a file too."""
    at, language = doors.at(request), get_language() or ""
    by = next((one for one in rates.BYS if one == request.GET.get("by")), rates.BYS[0])
    count = next((one for one in WEEKS if str(one) == request.GET.get("weeks")), 13)
    last = BUSINESS.last_closed_week(at)
    found = rates.rates_by(request.actor, at=at, by=by, since=weeks.shift(last, 1 - count), until=last)
    if file := exports.wanted(request, lambda: _table(found, language)):
        return file
    page = Paginator(found, ROWS_A_PAGE).get_page(doors.page_number(request))
    expected = sum(row.expected for row in found)
    shown = {
        "page": page,
        "rows": [(row, row.name(language)) for row in page],
        "query": f"by={by}&weeks={count}&",
        "count": count,
        "by": by,
        "came": sum(row.received for row in found) / expected if expected else None,
        "kept": sum(row.on_time for row in found) / expected if expected else None,
        "filters": [*_by_filters(by, count), *_week_filters(by, count)],
    }
    return pages.render(request, "stock/rates.html", "stock/_rates.html", shown)


@doors.page(READERS)
def reminders(request: doors.ActorRequest) -> HttpResponse:
    """Show whose report is late, each with words to copy into a chat."""
    at, language = doors.at(request), get_language() or ""
    week = BUSINESS.last_closed_week(at)
    found = reports.missing(request.actor, at=at, week=week)
    rows = [_reminder(row, week, language) for row in found]
    stop = "、" if language.startswith("zh") else ", "
    together = {"names": stop.join(row.name for row in rows), **_figures(week)}
    shown = {
        "rows": rows,
        "week": week,
        "sunday": weeks.sunday_of(week),
        "together": sentences.render("stock.remind_all", together, language) if rows else "",
    }
    return render(request, "stock/reminders.html", shown)


def _reminder(row: reports.Expected, week: date, language: str) -> Reminder:
    name = row.name(language)
    words = sentences.render("stock.remind", {"name": name, **_figures(week)}, language)
    return Reminder(row.code, name, words, f"{reverse('stock:upload')}?distributor={row.code}")


def _figures(week: date) -> dict[str, str]:
    return {"week": week.isoformat(), "monday": week.isoformat(), "sunday": weeks.sunday_of(week).isoformat()}


def _by_filters(by: str, count: int) -> list[Filter]:
    names = {"distributor": _("By distributor"), "rep": _("By rep"), "office": _("By office")}
    address = reverse("stock:rates")
    return [Filter(name, f"{address}?by={one}&weeks={count}", one == by) for one, name in names.items()]


def _week_filters(by: str, count: int) -> list[Filter]:
    address = reverse("stock:rates")
    return [
        Filter(_("%(count)s weeks") % {"count": one}, f"{address}?by={by}&weeks={one}", one == count) for one in WEEKS
    ]


def _table(found: Sequence[rates.RateRow], language: str) -> exports.Table:
    cells = [
        {
            "code": row.code,
            "name": row.name(language),
            "expected": row.expected,
            "received": row.received,
            "on_time": row.on_time,
            "last_week": weeks.label(row.last_week) if row.last_week else None,
        }
        for row in found
    ]
    return exports.Table("reporting-rates", _("Reporting rates"), COLUMNS, cells)
