"""Counts by hand: whom to count, counting on the phone, what was counted beside the report."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, NotFound, Role
from channelkeeper.core import sentences, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.sheets.columns import Column
from channelkeeper.sheets.masters import Values
from channelkeeper.stock import actions, count_file, counting
from channelkeeper.stock.queries import counts, credibility
from channelkeeper.stock.rules import COUNTERS
from channelkeeper.web import downloads, exports, pages, uploads

SEEN_BY = READERS | {Role.DISTRIBUTOR}
ROWS_A_PAGE = 100
FIGURES = ("cases", "units", "sold_since", "received_since", "near_expiry")
_FIELD = re.compile(rf"({'|'.join(FIGURES)}|note)\.(.+)")
COLUMNS = (
    Column("code", ("经销商编码",), ("Distributor",), "code"),
    Column("name", ("名称",), ("Name",)),
    Column("doubt", ("存疑金额",), ("In doubt, yuan",), "money"),
    Column("stock", ("库存金额",), ("Stock, yuan",), "money"),
    Column("score", ("可信度",), ("Believed",), "units"),
    Column("reasons", ("理由",), ("Why",), width=60),
    Column("counted_on", ("上次盘点",), ("Last counted",), "date"),
)


@dataclass(frozen=True)
class Row:
    """A distributor to count, in the reader's language."""

    view: credibility.ToCount
    name: str
    reasons: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Line:
    """A product to fill in, with what was written and what is wrong with it."""

    product: counts.ToFill
    name: str
    written: Mapping[str, str]
    words: str = ""


@doors.page(READERS)
def to_count(request: doors.ActorRequest) -> HttpResponse:
    """Show whom to count this week and why, the most money in doubt first; as a file too."""
    at, language = doors.at(request), get_language() or ""
    week = _week(request.GET.get("week", ""), BUSINESS.last_closed_week(at))
    found = credibility.to_count(request.actor, at=at, week=week)
    rows = [_row(one, language) for one in found]
    if file := exports.wanted(request, lambda: _table(rows, language)):
        return file
    page = Paginator(rows, ROWS_A_PAGE).get_page(doors.page_number(request))
    shown = {
        "rows": list(page),
        "page": page,
        "query": f"week={weeks.label(week)}&",
        "week": week,
        "label": weeks.label(week),
        "open": sum(not one.counted for one in found),
        "doubt": sum(one.doubt_value for one in found if not one.counted),
        "may_count": request.actor.role in COUNTERS,
    }
    return pages.render(request, "stock/to_count.html", "stock/_to_count.html", shown)


@doors.page(SEEN_BY)
def listed(request: doors.ActorRequest) -> HttpResponse:
    """Show the counts that were made, of one distributor where asked."""
    at, language = doors.at(request), get_language() or ""
    code = request.GET.get("distributor", "")
    page = counts.count_page(request.actor, at=at, code=code, page=doors.page_number(request))
    shown = {
        "page": page,
        "rows": [(row, row.name(language)) for row in page],
        "query": urlencode({"distributor": code}) + "&" if code else "",
        "code": code,
        "may_count": request.actor.role in COUNTERS,
    }
    return pages.render(request, "stock/counts.html", "stock/_counts.html", shown)


@doors.page(SEEN_BY)
def count(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Show one count beside the report of its week."""
    return _count(request, pk)


@doors.page(COUNTERS, methods=("GET", "POST"))
def new(request: doors.ActorRequest) -> HttpResponse:
    """Count a distributor: one row per product, made for the phone; what was left blank was not counted."""
    at, language = doors.at(request), get_language() or ""
    given = request.POST if request.method == "POST" else request.GET
    code = given.get("distributor", "")
    found = network.names(request.actor, at=at)
    senders = [(one, zh if language.startswith("zh") else en or zh) for one, zh, en in found]
    name = dict(senders).get(code)
    if name is None and request.method == "POST":
        raise NotFound(f"No distributor {code}.")
    code = code if name else ""
    written, day = _written(request.POST), _day(given.get("counted_on", ""), BUSINESS.day(at))
    words: dict[str, str] = {}
    if request.method == "POST" and code:
        words = _take_in(request, code, day, written)
        if not words:
            return redirect(f"{reverse('stock:counts')}?{urlencode({'distributor': code})}")
    shown = {
        "senders": senders,
        "code": code,
        "name": name,
        "day": day,
        "note": request.POST.get("note", ""),
        "lines": _lines(request, code, at, language, written, words) if code else [],
        "words": words.get("", ""),
        "faulty": sum(bool(one) for key, one in words.items() if key),
        "every": given.get("all") == "1",
        **_stands_for(day, at),
    }
    return render(request, "stock/count_new.html", shown, status=422 if words else 200)


@doors.page(COUNTERS, methods=("POST",))
def withdraw(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Withdraw a count that was a mistake."""
    try:
        reason = request.POST.get("reason", "")
        actions.withdraw_count(count_id=pk, reason=reason, by=request.actor, at=doors.at(request))
    except actions.WrongState as refusal:
        return _count(request, pk, words=refusal.say(get_language() or ""))
    pages.say(request, _("The count is withdrawn; the report stands again."))
    return redirect("stock:count", pk)


@doors.page(COUNTERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of counts, or take it in."""
    return uploads.import_page(
        request,
        partial(count_file.take_in, source="file"),
        title=_("Counts from a file"),
        back=(reverse("stock:counts"), _("Counts")),
        template_url=reverse("stock:counts_template"),
    )


@doors.page(COUNTERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(count_file.template(language=get_language() or ""), f"{_('Counts')}.xlsx")


def _count(request: doors.ActorRequest, pk: int, *, words: str = "") -> HttpResponse:
    language = get_language() or ""
    found = counts.count(request.actor, at=doors.at(request), pk=pk)
    shown = {
        "count": found,
        "view": found.view,
        "name": found.view.name(language),
        "label": weeks.label(found.view.week),
        "sunday": weeks.sunday_of(found.view.week),
        "lines": [(line, line.name(language)) for line in found.lines],
        "words": words,
        "may_withdraw": request.actor.role in COUNTERS and not found.view.withdrawn,
    }
    return render(request, "stock/count.html", shown, status=422 if words else 200)


def _stands_for(day: date, at: datetime) -> dict[str, Any]:
    week = counting.stands_for(day, last_closed=BUSINESS.last_closed_week(at))
    return {"sunday": weeks.sunday_of(week), "movement": counting.needs_movement(day, week)}


def _take_in(
    request: doors.ActorRequest, code: str, day: date, written: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Record what was filled in; return what is wrong by product, empty where nothing is."""
    rows, words = _rows(written, code, day)
    if words or not rows:
        return words or {"": _("Fill in at least one product.")}
    note, at = request.POST.get("note", ""), doors.at(request)
    result = actions.record_counts(rows=rows, source="page", note=note, by=request.actor, at=at)
    if result.problems:
        return {
            str(rows[problem.row]["product"]): sentences.render(problem.code, problem.figures, get_language() or "")
            for problem in reversed(result.problems)
        }
    number = len(result.changes)
    pages.say(request, _("Counted: %(number)s products. Days and proposal follow the count.") % {"number": number})
    return {}


def _written(post: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return what was written, by product and figure."""
    found: dict[str, dict[str, str]] = {}
    for field, text in post.items():
        named = _FIELD.fullmatch(field)
        if named and str(text).strip():
            found.setdefault(named[2], {})[named[1]] = str(text).strip()
    return found


def _rows(written: Mapping[str, Mapping[str, str]], code: str, day: date) -> tuple[list[Values], dict[str, str]]:
    """Return the rows that are filled in, and what is no number, by product."""
    rows: list[Values] = []
    words: dict[str, str] = {}
    for product, fields in written.items():
        figures: dict[str, int | None] = {}
        for name in FIGURES:
            text = fields.get(name, "")
            if text and not (text.isascii() and text.isdigit() and len(text) < 10):
                words[product] = _("“%(text)s” is not a whole number.") % {"text": text[:20]}
            figures[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        rows.append(
            {"distributor": code, "product": product, "counted_on": day, "note": fields.get("note", ""), **figures}
        )
    return rows, words


def _lines(
    request: doors.ActorRequest,
    code: str,
    at: datetime,
    language: str,
    written: Mapping[str, Mapping[str, str]],
    words: Mapping[str, str],
) -> list[Line]:
    every = (request.POST if request.method == "POST" else request.GET).get("all") == "1"
    found = counts.to_fill(request.actor, at=at, code=code, every=every)
    return [Line(one, one.name(language), written.get(one.code, {}), words.get(one.code, "")) for one in found]


def _row(one: credibility.ToCount, language: str) -> Row:
    reasons = tuple(reason.said(language) for reason in one.reasons)
    return Row(one, one.name(language), reasons, reverse("stock:report", args=[one.code, weeks.label(one.week)]))


def _table(rows: Sequence[Row], language: str) -> exports.Table:
    stop = "；" if language.startswith("zh") else "; "
    cells = [
        {
            "code": row.view.code,
            "name": row.name,
            "doubt": row.view.doubt_value,
            "stock": row.view.stock_value,
            "score": row.view.score,
            "reasons": stop.join(row.reasons),
            "counted_on": row.view.last_counted_on,
        }
        for row in rows
    ]
    return exports.Table("to-count", _("Whom to count"), COLUMNS, cells)


def _day(text: str, today: date) -> date:
    """Return the day that was chosen; today where none was, or one that is none."""
    try:
        return min(date.fromisoformat(text), today + timedelta(days=1)) if text else today
    except ValueError:
        return today


def _week(text: str, last: date) -> date:
    try:
        return min(weeks.parse(text), last) if text else last
    except weeks.WeekError:
        return last
