"""One distributor: its figures, and its products, order, reports and findings behind tabs."""

from collections.abc import Mapping

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channelkeeper.access import doors
from channelkeeper.access.rules import Role
from channelkeeper.core import formats, weeks
from channelkeeper.desk import projection, sentences, sheet
from channelkeeper.desk.queries import briefs, distributors, events
from channelkeeper.desk.queries.distributors import ProductRow, Summary
from channelkeeper.desk.rules import SEEN_BY
from channelkeeper.desk.views import lines, own, strips, ways
from channelkeeper.desk.views.lines import Choice
from channelkeeper.findings import queries as findings
from channelkeeper.orders import queries as orders
from channelkeeper.orders import sentences as order_words
from channelkeeper.stock.queries import sums as stock
from channelkeeper.stock.queries.products import ProductWeeks
from channelkeeper.stock.rules import SENDERS, Band
from channelkeeper.web import charts, exports, pages

TABS = ("products", "order", "reports", "findings")
FOLDED_AT = 20
REPORT_WEEKS = 26
RECENT_ORDERS = 26


@doors.page(SEEN_BY)
def distributor(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show a distributor; the tab, the filter and the opened row stand in the address."""
    if file := exports.wanted(request, lambda: _table(request, code)):
        return file
    at = doors.at(request)
    tab = request.GET.get("tab", TABS[0])
    found = briefs.brief(request.actor, code, at=at, drawn=tab not in TABS[1:])
    tongue = lines.language()
    figures = briefs.figures(found, tongue)
    context: dict[str, object] = {
        "code": code,
        "summary": found.summary,
        "name": found.summary.place.name(tongue),
        "office": found.summary.place.office(tongue),
        "own": request.actor.role is Role.DISTRIBUTOR,
        "proposal": found.summary.proposal,
        "waits": found.summary.waits,
        "sentence": sentences.distributor(figures, tongue),
        "figures": strips.strip(found.summary),
        "may_send": request.actor.role in SENDERS,
        "ways": ways.of_distributor(code, request.actor.role),
        "tab": tab if tab in TABS else TABS[0],
        "tabs": _tabs(code, tab if tab in TABS else TABS[0], found),
    }
    context |= _tab(request, tab, found)
    return pages.render(request, "desk/distributor.html", "desk/_tab.html", context)


@doors.page(SEEN_BY)
def chart(request: doors.ActorRequest, code: str, product: str) -> JsonResponse:
    """Hand out what the chart of a product draws."""
    at = doors.at(request)
    summary = distributors.summary(request.actor, code, at=at)
    row = distributors.product(request.actor, summary, product, at=at)
    return JsonResponse(_chart(request, summary, row))


def _table(request: doors.ActorRequest, code: str) -> exports.Table:
    at = doors.at(request)
    summary = distributors.summary(request.actor, code, at=at)
    return sheet.products(summary, distributors.products(request.actor, summary, at=at), lines.language())


def _tabs(code: str, tab: str, found: briefs.Brief) -> list[Choice]:
    address = reverse("desk:distributor", args=[code])
    proposal, counts = found.summary.proposal, found.summary.findings
    named: Mapping[str, tuple[str, int | None]] = {
        "products": (_("Products"), len(found.products)),
        "order": (pgettext("tab", "Order"), proposal.lines_ordered if proposal else None),
        "reports": (_("Reports"), None),
        "findings": (_("Findings"), counts.bad + counts.good),
    }
    return [
        Choice(label, address if key == TABS[0] else f"{address}?tab={key}", key == tab, count)
        for key, (label, count) in named.items()
    ]


def _tab(request: doors.ActorRequest, tab: str, found: briefs.Brief) -> dict[str, object]:
    at, summary = doors.at(request), found.summary
    code = summary.place.code
    if tab == "order":
        found_orders = orders.listed(
            request.actor, at=at, filters=orders.Filters(distributor=code), limit=RECENT_ORDERS
        )
        return {"orders": [(one, order_words.state_word(one.state, lines.language())) for one in found_orders]}
    if tab == "reports" and summary.sums:
        since = weeks.shift(summary.sums.week, 1 - REPORT_WEEKS)
        return {"history": stock.history(request.actor, at=at, code=code, since=since)[::-1]}
    if tab == "findings":
        views = findings.listed(request.actor, at=at, filters=findings.Filters(distributor=code))
        return {"talks": [(view, view.said(lines.language())) for view in views]}
    return _products(request, found) if tab in ("", "products") or tab not in TABS else {}


def _products(request: doors.ActorRequest, found: briefs.Brief) -> dict[str, object]:
    asked = request.GET.dict()
    band, opened = asked.get("band", ""), asked.get("open", "")
    chosen = [row for row in found.products if not band or row.standing.band == band]
    folded = len(chosen) > FOLDED_AT and not asked.get("all") and opened not in _codes(chosen[FOLDED_AT:])
    shown = chosen[:FOLDED_AT] if folded else chosen
    context: dict[str, object] = {
        "rows": own.product_lines(shown),
        "folded": len(chosen) - len(shown),
        "all_url": lines.query({**asked, "all": "1"}),
        "filters": _bands(asked, found),
        "band": band,
        "clear_url": lines.query({**asked, "band": "", "open": ""}),
        "rest": lines.rest_of({**asked, "open": ""}),
        "opened": opened,
    }
    row = next((row for row in shown if row.standing.code == opened), None)
    if row is not None:
        context |= _opened(found.summary, row)
    return context


def _codes(rows: list[ProductRow]) -> set[str]:
    return {row.standing.code for row in rows}


def _bands(asked: Mapping[str, str], found: briefs.Brief) -> list[Choice]:
    chosen = asked.get("band", "")

    def choice(label: str, band: str, count: int) -> Choice:
        address = lines.query({**asked, "band": band, "open": "", "all": ""})
        return Choice(label, address, band == chosen, count, lines.state_word(band) if band else "")

    counts = {band: sum(row.standing.band == band.value for row in found.products) for band in Band}
    return [
        choice(_("All"), "", len(found.products)),
        choice(_("Will run out"), Band.BELOW.value, counts[Band.BELOW]),
        choice(_("In band"), Band.INSIDE.value, counts[Band.INSIDE]),
        choice(_("Lie still"), Band.ABOVE.value, counts[Band.ABOVE]),
    ]


def _opened(summary: Summary, row: ProductRow) -> dict[str, object]:
    """Return what an opened row says: the chart's address, the words, the figures."""
    standing = row.standing
    return {
        "open_line": own.product_line(row),
        "open_words": _words(row),
        "open_url": reverse("desk:chart", args=[summary.place.code, standing.code]),
        "out_weeks": len(row.weeks.out) if row.weeks else 0,
    }


def _words(row: ProductRow) -> str:
    tongue = lines.language()
    if row.line is not None:
        return row.line.sentence(tongue)
    standing = row.standing
    figures = {
        "on_hand_units": standing.on_hand_units,
        "road_units": standing.road_units,
        "per_day_units": standing.per_day,
        "units_per_case": standing.units_per_case,
        "days": standing.days,
        "band": standing.band,
        "estimated": standing.estimated,
        "uncertain": standing.uncertain,
        "from_sell_in": standing.from_sell_in,
    }
    return sentences.product(figures, tongue)


def _chart(request: doors.ActorRequest, summary: Summary, row: ProductRow) -> dict[str, object]:
    at = doors.at(request)
    standing, tongue = row.standing, lines.language()
    road = distributors.road(request.actor, summary, standing.product_id, at=at)
    past = row.weeks or ProductWeeks((), (), (), ())
    drawn = projection.project(standing, past, road=road, order=_arrival(summary, row))
    flags = events.flags(
        at=at,
        distributor_id=summary.place.id,
        product_id=standing.product_id,
        weeks_shown=drawn.weeks,
        language=tongue,
    )
    order = formats.cases(row.line.units, standing.units_per_case, tongue) if row.line and row.line.units else ""
    return charts.product(
        weeks=drawn.weeks,
        stock=drawn.stock,
        sold=drawn.sold,
        received=drawn.received,
        out=drawn.out,
        band_low=drawn.band_low,
        band_high=drawn.band_high,
        median=drawn.median,
        half=drawn.half,
        most=drawn.most,
        with_order=drawn.with_order,
        without_order=drawn.without_order,
        flags=flags,
        order_label=_("order %(cases)s") % {"cases": order} if order else "",
        unit=_("cases"),
    )


def _arrival(summary: Summary, row: ProductRow) -> projection.Coming | None:
    if row.line is None or not row.line.units or summary.arrives_on is None:
        return None
    return projection.Coming(summary.arrives_on, row.line.units)
