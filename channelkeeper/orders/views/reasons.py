"""Stated reasons: what is said when an order differs from its proposal, how often, and at whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.orders import reason_sheet
from channelkeeper.orders.queries import reasons, record
from channelkeeper.orders.queries.reasons import By, Stated
from channelkeeper.orders.views.marks import language
from channelkeeper.web import exports, pages

SPANS = (13, 26, 52)


@dataclass(frozen=True)
class Choice:
    """A filter written as text."""

    label: str
    url: str
    active: bool
    count: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Row:
    """A reason in the reader's language."""

    stated: Stated
    step: str
    name: str


@doors.page(READERS)
def listed(request: doors.ActorRequest) -> HttpResponse:
    """Show the stated reasons in scope, or hand them out as a file."""
    asked, at = request.GET.dict(), doors.at(request)
    by = By(asked["by"]) if asked.get("by") in set(By) else By.REASON
    rows = reasons.stated(request.actor, at=at, since=_since(request), by=by)
    if file := exports.wanted(
        request, lambda: reason_sheet.table(rows, by=by, title=_sentence(rows), language=language())
    ):
        return file
    words = reason_sheet.step_words(language())
    context = {
        "sentence": _sentence(rows),
        "rows": [Row(one, words[one.step], one.name(language()) or _("nobody")) for one in rows],
        "by": by.value,
        "filters": [Choice(label, _query({**asked, "by": key.value}), key is by) for key, label in _groups().items()],
        "spans": _spans(asked),
    }
    return pages.render(request, "orders/reasons.html", "orders/_reasons.html", context)


def _since(request: doors.ActorRequest) -> date:
    asked = request.GET.get("weeks", "")
    count = int(asked) if asked in {str(one) for one in SPANS} else record.USUAL_WEEKS
    return record.since(BUSINESS.last_closed_week(doors.at(request)), count)


def _sentence(rows: list[Stated]) -> str:
    if not rows:
        return _("Nobody has said yet why an order differs from its proposal.")
    first = rows[0]
    said = ngettext("%(count)s reason was given", "%(count)s reasons were given", len(rows)) % {"count": len(rows)}
    most = ngettext(
        "; most often: %(reason)s, in %(orders)s order.",
        "; most often: %(reason)s, in %(orders)s orders.",
        first.orders,
    )
    return said + most % {"reason": first.reason, "orders": first.orders}


def _groups() -> Mapping[By, str]:
    return {By.REASON: _("by reason"), By.DISTRIBUTOR: _("by distributor"), By.REP: _("by rep")}


def _spans(asked: Mapping[str, str]) -> list[Choice]:
    chosen = asked.get("weeks", "")
    active = chosen if chosen in {str(one) for one in SPANS} else str(record.USUAL_WEEKS)
    return [
        Choice(_("%(count)s weeks") % {"count": count}, _query({**asked, "weeks": str(count)}), str(count) == active)
        for count in SPANS
    ]


def _query(asked: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in asked.items() if value})
