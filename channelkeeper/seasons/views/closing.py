"""Pages of closing days: the list with the coming weeks, setting, putting right, removing, and the file."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.seasons import actions, closing_file, forms
from channelkeeper.seasons.queries import closing
from channelkeeper.seasons.rules import PERMISSIONS
from channelkeeper.web import downloads, exports, pages, uploads

MAY_SEE = READERS | {Role.DISTRIBUTOR}
SETTERS = PERMISSIONS["seasons.closed_days.set"]


@doors.page(MAY_SEE)
def listed(request: doors.ActorRequest) -> HttpResponse:
    """List the closing days that hold or come, and the weeks they lie in; or all of them as a file."""
    if file := exports.wanted(request, lambda: _table(request)):
        return file
    at, language = doors.at(request), get_language() or ""
    text, past = request.GET.get("q", "").strip(), request.GET.get("all") == "1"
    page = closing.closed_page(request.actor, at=at, text=text, past=past, page=doors.page_number(request))
    kept = {"q": text} if text else {}
    address = reverse("seasons:closing")
    shown = {
        "page": page,
        "rows": [_row(row, request) for row in page],
        "query": f"{urlencode({'q': text, 'all': '1' if past else ''})}&",
        "coming_url": f"{address}?{urlencode(kept)}",
        "past_url": f"{address}?{urlencode(kept | {'all': '1'})}",
        "text": text,
        "past": past,
        "weeks": [_week(week, language) for week in closing.closed_weeks(request.actor, at=at)],
        "weeks_ahead": closing.WEEKS_AHEAD,
        "may_set": request.actor.role in SETTERS,
    }
    return pages.render(request, "seasons/closing.html", "seasons/_closing.html", shown)


@doors.page(SETTERS, methods=("GET", "POST"))
def new(request: doors.ActorRequest) -> HttpResponse:
    """Set closing days of the factory or of a distributor."""
    initial = {"distributor": request.GET.get("distributor", "")}
    factory = request.actor.role is Role.HEADQUARTERS
    form = forms.ClosedDaysForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        choices=network.choices(request.actor, at=doors.at(request), language=get_language() or ""),
        factory=factory,
    )
    return _filled_in(request, form, None)


@doors.page(SETTERS, methods=("GET", "POST"))
def change(request: doors.ActorRequest, closed_id: int) -> HttpResponse:
    """Put closing days right, the first day too."""
    one = closing.closed_one(request.actor, closed_id, at=doors.at(request))
    form = forms.ClosedDaysForm(
        request.POST if request.method == "POST" else None,
        initial={
            "starts_on": one.starts_on, "last_on": one.last_on, "label_zh": one.label_zh, "label_en": one.label_en,
        },
        choices=(),
        factory=False,
        whose=one.distributor_code,
    )  # fmt: skip
    return _filled_in(request, form, one)


@doors.page(SETTERS, methods=("POST",))
def remove(request: doors.ActorRequest, closed_id: int) -> HttpResponse:
    """Remove closing days."""
    actions.remove_closed_days(closed_id=closed_id, by=request.actor, at=doors.at(request))
    pages.say(request, _("The closing days are removed."))
    return redirect("seasons:closing")


@doors.page(SETTERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of closing days, or take it in."""
    return uploads.import_page(
        request,
        closing_file.take_in,
        title=_("Closing days from a file"),
        back=(reverse("seasons:closing"), _("Closing days")),
        template_url=reverse("seasons:closing_template"),
    )


@doors.page(SETTERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(closing_file.template(language=get_language() or ""), f"{_('Closing days')}.xlsx")


def _filled_in(request: doors.ActorRequest, form: forms.ClosedDaysForm, one: closing.ClosedView | None) -> HttpResponse:
    """Keep what a form says, or show it with what is wrong."""
    if form.is_valid():
        result = actions.set_closed_days(
            rows=[form.cleaned_data],
            by=request.actor,
            at=doors.at(request),
            instead_of=one.id if one else None,
        )
        if not result.problems:
            pages.say(request, _("The closing days are kept."))
            return redirect("seasons:closing")
        uploads.say_beside(form, result.problems)
    whose = (one.distributor(get_language() or "") or _("the factory")) if one else ""
    shown = {"form": form, "one": one, "whose": whose}
    return render(request, "seasons/closing_edit.html", shown, status=422 if form.errors else 200)


def _table(request: doors.ActorRequest) -> exports.Table:
    rows = closing_file.rows_of(closing.closed(request.actor, at=doors.at(request)))
    return exports.Table("closing-days", _("Closing days"), closing_file.COLUMNS, rows)


def _row(row: closing.ClosedView, request: doors.ActorRequest) -> dict[str, Any]:
    language, at = get_language() or "", doors.at(request)
    return {
        "closed": row,
        "label": row.label(language),
        "distributor": row.distributor(language),
        "over": row.ends_on <= BUSINESS.day(at),
        "may_change": bool(row.distributor_code) or request.actor.role is Role.HEADQUARTERS,
    }


def _week(week: closing.ClosedWeek, language: str) -> dict[str, Any]:
    return {
        "week": week.week,
        "factory": week.factory,
        "whole": len(week.factory) == 7,
        "names": week.names(language),
        "more": week.distributors - len(week.named),
    }
