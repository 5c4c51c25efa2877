"""Goods on their way: a list, a file of them, the mark that they came."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.stock import actions, forms, shipment_file
from channelkeeper.stock.queries import shipments
from channelkeeper.stock.rules import PERMISSIONS, SENDERS
from channelkeeper.stock.views.reports import Filter
from channelkeeper.web import downloads, pages, uploads

SEEN_BY = READERS | {Role.DISTRIBUTOR}
RECORDERS = PERMISSIONS["stock.shipment.recorded"]


@doors.page(SEEN_BY)
def listed(request: doors.ActorRequest) -> HttpResponse:
    """Show shipments, at first those that nobody has marked as received."""
    return _page(request)


@doors.page(SENDERS, methods=("POST",))
def received(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Mark a shipment as received, or take the mark back."""
    form = forms.ReceivedForm(request.POST)
    if not form.is_valid():
        return _page(request, words=_("Write the day as 2026-11-24."))
    try:
        actions.mark_received(number=number, on=form.cleaned_data["on"], by=request.actor, at=doors.at(request))
    except ValueError:
        return _page(request, words=_("It cannot have come before it left, nor in the future."))
    pages.say(request, _("%(number)s is marked.") % {"number": number})
    return redirect("stock:shipments")


@doors.page(RECORDERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of shipments, or take it in."""
    return uploads.import_page(
        request,
        shipment_file.take_in,
        title=_("Shipments from a file"),
        back=(reverse("stock:shipments"), _("Shipments")),
        template_url=reverse("stock:shipments_template"),
    )


@doors.page(RECORDERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(shipment_file.template(language=get_language() or ""), f"{_('Shipments')}.xlsx")


def _page(request: doors.ActorRequest, *, words: str = "") -> HttpResponse:
    at, language = doors.at(request), get_language() or ""
    every, code = request.GET.get("all") == "1", request.GET.get("distributor", "")
    page = shipments.shipment_page(
        request.actor, at=at, code=code, only_road=not every, page=doors.page_number(request)
    )
    chosen = {name: value for name, value in (("distributor", code), ("all", "1" if every else "")) if value}
    address = reverse("stock:shipments")
    kept = urlencode({"distributor": code}) if code else ""
    shown = {
        "page": page,
        "rows": [(row, row.name(language)) for row in page],
        "query": urlencode(chosen) + "&" if chosen else "",
        "filters": [
            Filter(_("Not marked as received"), f"{address}?{kept}", not every),
            Filter(_("All shipments"), f"{address}?{kept}&all=1", every),
        ],
        "every": every,
        "code": code,
        "today": BUSINESS.day(at),
        "may_record": request.actor.role in RECORDERS,
        "may_record_sell_in": request.actor.role in PERMISSIONS["stock.sell_in.recorded"],
        "may_mark": request.actor.role in SENDERS,
        "words": words,
    }
    return pages.render(request, "stock/shipments.html", "stock/_shipments.html", shown, status=422 if words else 200)
