"""Sell-in of the time before the reports: a file of it."""

from django.http import HttpResponse
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
    return uploads.import_page(
        request,
        sell_in_file.take_in,
        title=_("Sell-in before the first reports"),
        back=(reverse("stock:reports"), _("Reports")),
        template_url=reverse("stock:sell_in_template"),
    )


@doors.page(RECORDERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(sell_in_file.template(language=get_language() or ""), f"{_('Sell-in')}.xlsx")
