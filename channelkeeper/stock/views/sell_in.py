"""Sell-in of the time before the reports: a file of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.stock import sell_in_file
from channelkeeper.stock.rules import PERMISSIONS
from channelkeeper.web import downloads, uploads

RECORDERS = PERMISSIONS["stock.sell_in.recorded"]


@doors.page(RECORDERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of sell-in, or take it in."""
    form = uploads.Upload(request.POST or None, request.FILES or None)
    at = doors.at(request)
    outcome = sell_in_file.take_in(**form.sent, by=request.actor, at=at) if form.is_valid() else None
    shown = {
        "title": _("Sell-in before the first reports"),
        "back": {"url": reverse("stock:reports"), "label": _("Reports")},
        "template_url": reverse("stock:sell_in_template"),
        "form": form,
        "outcome": outcome,
    }
    refused = bool(form.errors) or (outcome is not None and outcome.status == "refused")
    return render(request, "web/import.html", shown, status=422 if refused else 200)


@doors.page(RECORDERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(sell_in_file.template(language=get_language() or ""), f"{_('Sell-in')}.xlsx")
