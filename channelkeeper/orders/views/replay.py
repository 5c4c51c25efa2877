"""The replay of a distributor's own weeks: what the rule would have changed, as a sentence, a picture and a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.orders import asking, comparisons, replay, scenario_sheet
from channelkeeper.orders.rules import SEEN_BY
from channelkeeper.orders.views import marks
from channelkeeper.orders.views.marks import Figure
from channelkeeper.stock.queries import sums
from channelkeeper.web import charts, exports, pages

ROWS_SHOWN = 40


@dataclass(frozen=True)
class Row:
    """A product of the table, in the reader's language."""

    one: replay.ProductSides
    name: str
    inside_really: str
    inside_rule: str


@doors.page(SEEN_BY)
def replayed(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show a distributor's own weeks under the rule, beside what was really ordered."""
    at, language = doors.at(request), get_language() or ""
    place = network.distributor(request.actor, code, at=at)
    last_week = sums.last_week(request.actor, at=at) or BUSINESS.last_closed_week(at)
    form = asking.ReplayForm(request.GET)
    try:
        view = replay.of_distributor(request.actor, code, at=at, last_week=last_week, asked=form.asked())
    except replay.NothingToReplay as refusal:
        sentence = comparisons.said(refusal.code, refusal.figures, language)
        return render(
            request, "orders/nothing.html", {"name": place.name(language), "place": place, "sentence": sentence}
        )
    if file := exports.wanted(request, lambda: scenario_sheet.replay_table(view, language)):
        return file
    shown = _context(request, view, form)
    status = 422 if form.errors else 200
    return pages.render(request, "orders/replay.html", "orders/_replay.html", shown, status=status)


def _context(request: doors.ActorRequest, view: replay.ReplayView, form: asking.ReplayForm) -> dict[str, object]:
    language, asked, code = get_language() or "", request.GET.dict(), view.distributor.code
    shown = len(view.products) if asked.get("all") else ROWS_SHOWN
    faults = form.said()
    return {
        "fragment": pages.wants_fragment(request),
        "place": view.distributor,
        "name": view.distributor.name(language),
        "view": view,
        "sentence": view.sentence(language),
        "form": form,
        "faults": [(name, faults.get(name, "")) for name in form.fields],
        "figures": _figures(view, language),
        "chart": charts.replay(
            weeks=weeks.span(view.first_week, view.last_week),
            really=view.days_really,
            rule=view.days_rule,
            low=view.low_days,
            high=view.high_days,
        ),
        "notes": _notes(view),
        "rows": [_row(one, language) for one in view.products[:shown]],
        "folded": max(len(view.products) - shown, 0),
        "all_url": _query({**asked, "all": "1"}),
        "spans": [(count, _query({**asked, "weeks": str(count)}), count == view.count) for count in (13, 26, 52)],
        "can_ask": request.actor.role in READERS,
        "what_if_url": reverse("orders:what_if", args=[code]),
    }


def _figures(view: replay.ReplayView, language: str) -> list[Figure]:
    really, rule, base = view.really, view.rule, _("really %(value)s")
    whole, share = formats.whole, formats.percent

    def money(label: str, amount: Decimal, other: Decimal) -> Figure:
        return marks.money(label, amount, other, base, language)

    return [
        marks.figure(_("Stock-outs"), whole(Decimal(rule.out)), "", whole(Decimal(really.out)), base),
        money(_("Missed sales"), rule.lost_value, really.lost_value),
        marks.figure(_("In band"), share(rule.share_inside), "", share(really.share_inside), base),
        marks.figure(_("Mean days"), marks.days(rule.days), _("days"), marks.days(really.days), base),
        money(_("Mean stock"), rule.stock_value, really.stock_value),
        money(_("Above the band"), rule.above_value, really.above_value),
        marks.figure(_("Order swing"), marks.days(rule.swing), "×", marks.days(really.swing), base),
    ]


def _notes(view: replay.ReplayView) -> list[str]:
    """Return how demand was taken, and what the reader must know of these weeks."""
    notes = [
        _("Demand is what was sold; of weeks that ran out, what was expected at the time where that is more. "
          "The rule knew in each week only the weeks before it, and the factory is taken to deliver."),
        ngettext(
            "Days of the last %(count)s week rest in part on what is still expected.",
            "Days of the last %(count)s weeks rest in part on what is still expected.",
            view.expected_weeks,
        ) % {"count": view.expected_weeks},
    ]  # fmt: skip
    if view.silent_weeks:
        said = ngettext(
            "%(count)s week without a report is judged on neither side.",
            "%(count)s weeks without a report are judged on neither side.",
            view.silent_weeks,
        )
        notes.append(said % {"count": view.silent_weeks})
    return notes


def _row(one: replay.ProductSides, language: str) -> Row:
    return Row(
        one=one,
        name=one.product.name(language),
        inside_really=formats.percent(one.really.share_inside),
        inside_rule=formats.percent(one.rule.share_inside),
    )


def _query(asked: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in asked.items() if value})
