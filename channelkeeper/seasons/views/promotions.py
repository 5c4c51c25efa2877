"""Pages of this room: promotions and festivals, and the file of promotions."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.seasons import actions, queries, sheet
from channelkeeper.web import downloads, pages, uploads

HEADQUARTERS = frozenset({Role.HEADQUARTERS})
MAY_SEE = READERS | {Role.DISTRIBUTOR}
YEARS_AHEAD = 2


@doors.page(MAY_SEE)
def promotions(request: doors.ActorRequest) -> HttpResponse:
    """List promotions, and the festivals of the coming year; the fragment where only the rows are asked for."""
    text, language = request.GET.get("q", "").strip(), get_language() or ""
    at = doors.at(request)
    page = queries.promotion_page(request.actor, at=at, text=text, page=doors.page_number(request))
    shown = {
        "page": page,
        "rows": [_row(row, language) for row in page],
        "text": text,
        "query": urlencode({"q": text}) + "&" if text else "",
        "festivals": [{"festival": day, "name": day.name(language)} for day in _coming_festivals(BUSINESS.day(at))],
        "may_change": request.actor.role in HEADQUARTERS,
    }
    return pages.render(request, "seasons/promotions.html", "seasons/_promotions.html", shown)


@doors.page(HEADQUARTERS, methods=("POST",))
def fill_festivals(request: doors.ActorRequest) -> HttpResponse:
    """Keep the festivals of this year and the two after it."""
    year = BUSINESS.day(doors.at(request)).year
    years = range(year, year + YEARS_AHEAD + 1)
    new = actions.fill_festivals(years=years, by=request.actor, at=doors.at(request))
    pages.say(request, ngettext("%(new)s new day is kept.", "%(new)s new days are kept.", new) % {"new": new})
    return redirect("seasons:list")


@doors.page(HEADQUARTERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of promotions, or take it in."""
    return uploads.import_page(
        request,
        sheet.take_in,
        title=_("Promotions from a file"),
        back=(reverse("seasons:list"), _("Promotions and festivals")),
        template_url=reverse("seasons:template"),
    )


@doors.page(MAY_SEE)
def export(request: doors.ActorRequest) -> HttpResponse:
    """Hand out the promotions in scope as a workbook."""
    at = doors.at(request)
    data = sheet.export(by=request.actor, at=at, language=get_language() or "")
    return downloads.workbook(data, f"{_('Promotions')}-{BUSINESS.day(at)}.xlsx")


@doors.page(HEADQUARTERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(sheet.template(language=get_language() or ""), f"{_('Promotions')}.xlsx")


def _coming_festivals(today: date) -> list[queries.FestivalView]:
    return queries.festivals(starts_on=today, ends_on=today + timedelta(days=366))


def _row(row: queries.PromotionView, language: str) -> dict[str, object]:
    return {
        "promotion": row,
        "label": row.label(language),
        "product": row.product(language),
        "distributor": row.distributor(language),
    }
