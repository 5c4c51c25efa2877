"""The bands that were set: a list, one set or put right, one ended, a file of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Refusal, Role
from channelkeeper.catalog import queries as catalog
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.stock import actions, band_file, forms
from channelkeeper.stock.queries import bands
from channelkeeper.stock.rules import PERMISSIONS, USUAL_BAND
from channelkeeper.stock.views.reports import Filter
from channelkeeper.web import downloads, exports, pages, uploads

SETTERS = PERMISSIONS["stock.band.set"]
SUBJECT = ("distributor", "category", "product")


@doors.page(READERS)
def listed(request: doors.ActorRequest) -> HttpResponse:
    """Show the bands that hold or will, at wish those that ended too; or all of them as a file."""
    if file := exports.wanted(request, lambda: _table(request)):
        return file
    return _page(request)


@doors.page(SETTERS, methods=("GET", "POST"))
def new(request: doors.ActorRequest) -> HttpResponse:
    """Set a band, or put one right from a day on: `from` names one whose subject and days are filled in."""
    choices = _choices(request)
    if request.method == "POST":
        form = forms.BandForm(request.POST, choices=choices)
    else:
        form = forms.BandForm(initial=_initial(request), choices=choices)
    if form.is_valid():
        result = actions.set_bands(rows=[form.cleaned_data], by=request.actor, at=doors.at(request))
        if not result.problems:
            pages.say(request, _("The band is set."))
            return redirect("stock:bands")
        uploads.say_beside(form, result.problems)
    return render(request, "stock/band.html", {"form": form, "usual": USUAL_BAND}, status=422 if form.errors else 200)


@doors.page(SETTERS, methods=("POST",))
def end(request: doors.ActorRequest, band_id: int) -> HttpResponse:
    """End a band after a day."""
    form = forms.EndForm(request.POST)
    if not form.is_valid():
        bands.band(request.actor, band_id, at=doors.at(request))
        return _page(request, words=_("Write the day as 2026-11-24."))
    last_on = form.cleaned_data["last_on"]
    try:
        actions.end_band(band_id=band_id, last_on=last_on, by=request.actor, at=doors.at(request))
    except Refusal as refusal:
        return _page(request, words=refusal.render(get_language() or ""))
    pages.say(request, _("The band ends on %(day)s.") % {"day": last_on.isoformat()})
    return redirect("stock:bands")


@doors.page(SETTERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of bands, or take it in."""
    return uploads.import_page(
        request,
        band_file.take_in,
        title=_("Bands from a file"),
        back=(reverse("stock:bands"), _("Bands")),
        template_url=reverse("stock:bands_template"),
    )


@doors.page(SETTERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(band_file.template(language=get_language() or ""), f"{_('Bands')}.xlsx")


def _page(request: doors.ActorRequest, *, words: str = "") -> HttpResponse:
    at, language = doors.at(request), get_language() or ""
    text, ended = request.GET.get("q", "").strip(), request.GET.get("all") == "1"
    page = bands.band_page(request.actor, at=at, text=text, ended=ended, page=doors.page_number(request))
    address, kept = reverse("stock:bands"), urlencode({"q": text} if text else {})
    shown = {
        "page": page,
        "rows": [_row(row, language) for row in page],
        "query": f"{urlencode({'q': text, 'all': '1' if ended else ''})}&",
        "filters": [
            Filter(_("Hold or will"), f"{address}?{kept}", not ended),
            Filter(_("Ended too"), f"{address}?{kept}{'&' if kept else ''}all=1", ended),
        ],
        "text": text,
        "ended": ended,
        "today": BUSINESS.day(at),
        "usual": USUAL_BAND,
        "may_set": request.actor.role in SETTERS,
        "everywhere": request.actor.role is Role.HEADQUARTERS,
        "words": words,
    }
    return pages.render(request, "stock/bands.html", "stock/_bands.html", shown, status=422 if words else 200)


def _table(request: doors.ActorRequest) -> exports.Table:
    rows = band_file.rows_of(bands.bands(request.actor, at=doors.at(request)))
    return exports.Table("bands", _("Bands"), band_file.COLUMNS, rows)


def _row(row: bands.BandView, language: str) -> dict[str, Any]:
    return {
        "band": row,
        "distributor": row.distributor(language),
        "what": row.product(language) or row.category(language),
        "code": row.product_code or row.category_code,
        "days": f"{row.low_days.normalize():f}–{row.high_days.normalize():f}",
    }


def _choices(request: doors.ActorRequest) -> dict[str, list[tuple[str, str]]]:
    language, at = get_language() or "", doors.at(request)
    products = sorted(catalog.identities(), key=lambda one: one.code)
    return {
        "distributor": network.choices(request.actor, at=at, language=language),
        "category": [(one.code, one.name(language)) for one in catalog.categories()],
        "product": [
            (one.code, f"{one.name_zh if language.startswith('zh') else one.name_en or one.name_zh} {one.code}")
            for one in products
        ],
    }


def _initial(request: doors.ActorRequest) -> dict[str, Any]:
    """Return what is filled in: the usual band from today on, or that of the band to put right."""
    at = doors.at(request)
    chosen = request.GET.get("from", "")
    today: dict[str, Any] = {"starts_on": BUSINESS.day(at), "distributor": request.GET.get("distributor", "")}
    if not chosen.isascii() or not chosen.isdigit():
        return today | {"low_days": USUAL_BAND.low_days, "high_days": USUAL_BAND.high_days}
    row = bands.band(request.actor, int(chosen), at=at)
    return today | {
        "distributor": row.distributor_code,
        "category": row.category_code,
        "product": row.product_code,
        "starts_on": max(row.starts_on, BUSINESS.day(at)),
        "low_days": row.low_days,
        "high_days": row.high_days,
        "reason": row.reason,
    }
