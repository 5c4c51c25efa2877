"""What if: the next order of one distributor under other terms; the scenario stands in the address, nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.orders import asking, comparisons, scenario_sheet, whatif
from channelkeeper.orders.views import marks
from channelkeeper.orders.views.marks import Figure
from channelkeeper.stock.queries import sums
from channelkeeper.web import exports, pages

ROWS_SHOWN = 40  # the products that it matters most for; the rest is folded


@dataclass(frozen=True)
class Row:
    """A product of the table, in the reader's language."""

    one: whatif.ProductOutlook
    name: str
    state: str
    after_state: str
    change: str
    stock_value: Decimal
    missed_today: Decimal
    missed_then: Decimal


@dataclass(frozen=True)
class Option:
    """Something that can be chosen in a list."""

    value: str
    label: str
    chosen: bool


@doors.page(READERS)
def what_if(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show what the next order would be, beside today's proposal; a part of the page where a field has changed."""
    at, language = doors.at(request), get_language() or ""
    place = network.distributor(request.actor, code, at=at)
    week = sums.last_week(request.actor, at=at) or BUSINESS.last_closed_week(at)
    form = asking.WhatIfForm(request.GET)
    scenario, faults = form.scenario(), form.said()
    try:
        found = whatif.ask(request.actor, code, at=at, week=week, scenario=scenario)
    except whatif.NotHere as refusal:
        faults["promoted"] = comparisons.said(refusal.code, refusal.figures, language)
        found = whatif.ask(request.actor, code, at=at, week=week, scenario=whatif.Scenario())
    except whatif.NotClosed as refusal:
        return render(request, "orders/nothing.html", _nothing(place, refusal, language))
    if file := exports.wanted(request, lambda: scenario_sheet.what_if_table(found, language)):
        return file
    context = _context(request, found, form, faults)
    status = 422 if faults else 200
    return pages.render(request, "orders/whatif.html", "orders/_whatif.html", context, status=status)


def _context(
    request: doors.ActorRequest, found: whatif.WhatIf, form: asking.WhatIfForm, faults: Mapping[str, str]
) -> dict[str, object]:
    language, asked = get_language() or "", request.GET.dict()
    shown = len(found.products) if asked.get("all") else ROWS_SHOWN
    return {
        "fragment": pages.wants_fragment(request),
        "place": found.distributor,
        "name": found.distributor.name(language),
        "found": found,
        "sentence": _opening(found, language),
        "form": form,
        "faults": [(name, faults.get(name, "")) for name in form.fields],
        "figures": _figures(found, language),
        "rows": [_row(one, language) for one in found.products[:shown]],
        "folded": max(len(found.products) - shown, 0),
        "all_url": _query({**asked, "all": "1"}),
        "clear_url": _clear(found, faults),
        "promoted": _promoted(found, asked.get("promoted", ""), language),
        "weeks": _weeks(found, asked.get("week", ""), language),
        "learned": _learned(found),
        "band": _band(found.scenario),
    }


def _clear(found: whatif.WhatIf, faults: Mapping[str, str]) -> str:
    asked = faults or not found.scenario.is_empty
    return reverse("orders:what_if", args=[found.distributor.code]) if asked else ""


def _band(scenario: whatif.Scenario) -> str:
    low, high = scenario.low_days, scenario.high_days
    return "20–25" if low is None or high is None else f"{formats.days(low)}–{formats.days(high)}"


def _opening(found: whatif.WhatIf, language: str) -> str:
    if found.scenario.is_empty:
        return _("What if it were otherwise? Change a figure and see %(name)s's next order.") % {
            "name": found.distributor.name(language)
        }
    return found.sentence(language)


def _figures(found: whatif.WhatIf, language: str) -> list[Figure]:
    today, then, base = found.today, found.then, _("%(value)s as proposed today")
    whole, days, ordered = formats.whole, formats.days, pgettext("quantity", "Order")

    def money(label: str, amount: Decimal, other: Decimal) -> Figure:
        return marks.money(label, amount, other, base, language)

    return [
        marks.figure(ordered, whole(Decimal(then.cases)), _("cases"), whole(Decimal(today.cases)), base),
        money(_("Amount"), then.amount, today.amount),
        marks.figure(_("Days at the close"), days(then.days_after, 1), _("days"), days(today.days_after, 1), base),
        marks.figure(
            _("Products in band"),
            str(then.inside_after),
            f"/ {len(found.products)}",
            str(today.inside_after),
            base,
        ),
        money(_("Stock at the close"), then.stock_value, today.stock_value),
        money(_("Missed before it arrives"), then.missed_value, today.missed_value),
    ]


def _row(one: whatif.ProductOutlook, language: str) -> Row:
    return Row(
        one=one,
        name=one.product.name(language),
        state=marks.GAUGE_STATES[one.today.band_after],
        after_state=marks.GAUGE_STATES[one.then.band_after],
        change=formats.signed(Decimal(one.case_change)) if one.case_change else "",
        stock_value=one.then.stock_units * one.price,
        missed_today=one.today.missed_units,
        missed_then=one.then.missed_units,
    )


def _promoted(found: whatif.WhatIf, chosen: str, language: str) -> list[Option]:
    """Return what may be promoted: the categories, then the products."""
    products = sorted((one.product for one in found.products), key=lambda product: product.code)
    categories = {one.category_code: one.category(language) for one in products}
    return [
        *(Option(code, label, code == chosen) for code, label in categories.items()),
        *(Option(one.code, one.name(language), one.code == chosen) for one in products),
    ]


def _weeks(found: whatif.WhatIf, chosen: str, language: str) -> list[Option]:
    def option(week: date) -> Option:
        label, said = weeks.label(week), f"{formats.week(week, language)} {formats.day(week, language)}"
        return Option(label, said, label == chosen)

    return [option(week) for week in asking.coming_weeks(found.week)]


def _learned(found: whatif.WhatIf) -> str:
    """Return by how much past promotions lifted sales, where that was asked for."""
    if not found.scenario.promoted or found.scenario.lift is not None:
        return ""
    if found.lift is None:
        return _("Nothing is known of past promotions; write by how much it lifts the week.")
    return _("As past promotions did: %(share)s more in that week.") % {"share": formats.percent(found.lift)}


def _nothing(place: network.DistributorView, refusal: whatif.NotClosed, language: str) -> dict[str, object]:
    sentence = comparisons.said(refusal.code, refusal.figures, language)
    return {"place": place, "name": place.name(language), "sentence": sentence}


def _query(asked: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in asked.items() if value})
