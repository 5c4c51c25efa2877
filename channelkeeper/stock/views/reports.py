"""Reports by week, one report, and what was learned of a sender's words."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, NotFound, Role
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.stock import actions
from channelkeeper.stock.queries import cells, credibility, intakes, reports
from channelkeeper.stock.rules import COUNTERS, SENDERS
from channelkeeper.web import pages

SEEN_BY = READERS | {Role.DISTRIBUTOR}
ROWS_A_PAGE = 100
OWN_WEEKS = 26
STATES = ("missing", "waiting", "due", "late", "on_time")


@dataclass(frozen=True)
class Filter:
    """A filter written as text."""

    label: str
    url: str
    active: bool
    count: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Row:
    """A report owed, in the reader's language."""

    view: reports.Expected
    name: str
    state: str
    url: str
    late_days: int


@doors.page(SEEN_BY)
def week(request: doors.ActorRequest) -> HttpResponse:
    """Show who reported a week; a distributor sees its own weeks."""
    if request.actor.role is Role.DISTRIBUTOR:
        return _own(request)
    at = doors.at(request)
    last = BUSINESS.last_closed_week(at)
    chosen = min(_asked_week(request.GET.get("week", ""), last), last)
    found = reports.week_of_reports(request.actor, at=at, week=chosen)
    state = request.GET.get("state", "")
    chosen_rows = [row for row in found.rows if state not in STATES or row.state == state]
    chosen_rows.sort(key=lambda row: (STATES.index(row.state), row.code))
    page = Paginator(chosen_rows, ROWS_A_PAGE).get_page(doors.page_number(request))
    shown = {
        "found": found,
        "page": page,
        "rows": [_row(row) for row in page],
        "week": chosen,
        "label": weeks.label(chosen),
        "sunday": weeks.sunday_of(chosen),
        "before": weeks.label(weeks.shift(chosen, -1)),
        "after": weeks.label(weeks.shift(chosen, 1)) if chosen < last else "",
        "filters": _filters(found, state, weeks.label(chosen)),
        "filtered": state in STATES,
        "query": f"week={weeks.label(chosen)}&state={state}&",
        "may_send": request.actor.role in SENDERS,
    }
    return pages.render(request, "stock/reports.html", "stock/_reports.html", shown)


def _own(request: doors.ActorRequest) -> HttpResponse:
    at = doors.at(request)
    last = BUSINESS.last_closed_week(at)
    owed = [
        row
        for code, *_ in network.names(request.actor, at=at)
        for row in reports.weeks_of_reports(
            request.actor, at=at, code=code, since=weeks.shift(last, 1 - OWN_WEEKS), until=last
        )
    ]
    waiting = intakes.waiting(request.actor, at=at)
    shown = {"rows": [_row(row) for row in owed], "waiting": waiting, "week": last, "newest": owed[0] if owed else None}
    return render(request, "stock/own_reports.html", shown)


@doors.page(SEEN_BY)
def report(request: doors.ActorRequest, code: str, week: str) -> HttpResponse:
    """Show a report, the version that counts or the one asked for; with `line` the cells behind a product's figures."""
    at, asked, line = doors.at(request), request.GET.get("version", ""), request.GET.get("line", "")
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    found = reports.report(request.actor, at=at, code=code, week=_week_of(week), version=version)
    language = get_language() or ""
    chosen = next((one for one in found.lines if one.code == line), None)
    believed = credibility.score_of(request.actor, at=at, code=code, week=found.week) if found.current else None
    lines = [(line, line.name(language)) for line in found.lines]
    shown = {
        "report": found,
        "name": found.name(language),
        "lines": lines,
        "label": weeks.label(found.week),
        "sunday": weeks.sunday_of(found.week),
        "out": sum(line.out for line in found.lines),
        "sold": sum(line.flow.sold for line in found.lines),
        "may_send": request.actor.role in SENDERS,
        "may_count": request.actor.role in COUNTERS,
        "score": believed[0] if believed and request.actor.role in COUNTERS else None,
        "reasons": [reason.said(language) for reason in believed[1]] if believed else [],
        "chosen": chosen,
        "chosen_name": chosen.name(language) if chosen else "",
        "own": _own_row(request, found, chosen) if chosen else None,
    }
    return render(request, "stock/report.html", shown)


def _own_row(request: doors.ActorRequest, found: reports.ReportView, line: reports.LineView) -> cells.OwnRow:
    return cells.own_row(
        request.actor,
        at=doors.at(request),
        code=found.code,
        week=found.week,
        product=line.code,
        version=found.version,
    )


@doors.page(SEEN_BY)
def file(request: doors.ActorRequest, code: str, week: str, version: int) -> HttpResponse:
    """Hand out the very file that a version came in: to be kept, never to be opened by the browser."""
    found = reports.sent_file(request.actor, at=doors.at(request), code=code, week=_week_of(week), version=version)
    response = HttpResponse(found.content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.filename, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@doors.page(SEEN_BY)
def codes(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show what was learned of a distributor's codes and units."""
    at, language = doors.at(request), get_language() or ""
    sender = next((one for one in network.names(request.actor, at=at) if one[0] == code), None)
    if sender is None:
        raise NotFound(f"No distributor {code}.")
    learned = reports.learned_codes(request.actor, at=at, code=code)
    shown = {
        "code": code,
        "name": sender[1] if language.startswith("zh") else sender[2] or sender[1],
        "codes": [(one, one.name(language)) for one in learned],
        "units": reports.learned_units(request.actor, at=at, code=code),
        "may_withdraw": request.actor.role in SENDERS,
    }
    return render(request, "stock/codes.html", shown)


@doors.page(SENDERS, methods=("POST",))
def withdraw_code(request: doors.ActorRequest, code: str, pk: int) -> HttpResponse:
    """Forget a code."""
    actions.withdraw_code(distributor_code=code, code_id=pk, by=request.actor, at=doors.at(request))
    pages.say(request, _("Forgotten. The next report asks again."))
    return redirect("stock:codes", code)


@doors.page(SENDERS, methods=("POST",))
def withdraw_unit(request: doors.ActorRequest, code: str, pk: int) -> HttpResponse:
    """Forget a unit word."""
    actions.withdraw_unit(distributor_code=code, unit_id=pk, by=request.actor, at=doors.at(request))
    pages.say(request, _("Forgotten. The next report asks again."))
    return redirect("stock:codes", code)


def _filters(found: reports.WeekOfReports, state: str, label: str) -> list[Filter]:
    address = f"{reverse('stock:reports')}?week={label}"
    every = Filter(_("All"), address, state not in STATES, len(found.rows))
    return [every] + [
        Filter(_state_name(one), f"{address}&state={one}", state == one, count)
        for one in STATES
        if (count := found.count(one)) or state == one
    ]


def _row(row: reports.Expected) -> Row:
    language = get_language() or ""
    url = ""
    if row.received_at is not None:
        url = reverse("stock:report", args=[row.code, weeks.label(row.week)])
    elif row.intake_id:
        url = reverse("stock:intake", args=[row.intake_id])
    late = 0
    if row.state == reports.LATE and row.received_at is not None:
        late = max((BUSINESS.day(row.received_at) - BUSINESS.report_due_at(row.week).date()).days, 1)
    return Row(row, row.name(language), _state_name(row.state), url, late)


def _state_name(state: str) -> str:
    return {
        "on_time": _("in, on time"),
        "late": _("in, late"),
        "waiting": _("waiting for mending"),
        "due": _("still due"),
        "missing": _("missing"),
    }[state]


def _asked_week(text: str, otherwise: date) -> date:
    try:
        return weeks.parse(text) if text else otherwise
    except weeks.WeekError:
        return otherwise


def _week_of(text: str) -> date:
    """Return the week of an address; raises NotFound where it names none."""
    try:
        return weeks.parse(text)
    except weeks.WeekError as error:
        raise NotFound(str(error)) from error
