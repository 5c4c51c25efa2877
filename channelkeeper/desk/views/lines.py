"""What the desk's pages have in common: a distributor as a line, written filters, the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.core import formats, weeks
from channelkeeper.desk import sentences
from channelkeeper.desk.queries.boards import Shop
from channelkeeper.stock.queries.ranks import Counted
from channelkeeper.stock.queries.sums import WeekSums
from channelkeeper.stock.rules import SENDERS, Band

_DIGITS = 7  # of a page's number
SHORTAGE_WEIGHS = 2  # a sale that is missed is gone, money that lies still comes back
STATES: Mapping[str, str] = {Band.BELOW: "below", Band.INSIDE: "in", Band.ABOVE: "above"}


@dataclass(frozen=True)
class ShopLine:
    """A distributor in the reader's language; `state` is the gauge's word for where its total stands."""

    shop: Shop
    name: str
    office: str
    state: str
    url: str
    report: str
    reason: str = ""

    @property
    def runs_out(self) -> bool:
        """Return whether what will run out is named first: a shortage weighs more than one product that lies still."""
        sums = self.shop.sums
        return sums.below > 0 and SHORTAGE_WEIGHS * sums.below > sums.above

    @property
    def misses(self) -> bool:
        """Return whether sales that may be missed are more than the money held."""
        return self.shop.sums.short_value > self.shop.sums.above_value


@dataclass(frozen=True)
class Choice:
    """A filter written as text, or a tab."""

    label: str
    url: str
    active: bool
    count: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure of the strip: what it is, how much, in what, against what."""

    label: str
    value: str
    unit: str = ""
    base: str = ""


@dataclass(frozen=True)
class Heading:
    """A column's head that sorts by it."""

    url: str
    active: bool


def nothing_yet(request: doors.ActorRequest, *, has_places: bool) -> HttpResponse:
    """Say that there is nothing to see yet, and how the first comes: a report, or a distributor to serve."""
    shown = {"has_places": has_places, "may_send": request.actor.role in SENDERS}
    return render(request, "desk/monday_empty.html", shown)


def week_of(text: str) -> date | None:
    """Return the week that an address names; None where it names none."""
    try:
        return weeks.parse(text) if text else None
    except weeks.WeekError:
        return None


def cell_url(code: str, product: str, week: date) -> str:
    """Return where the row of a product stands in a week's report, with file, sheet and cell."""
    query = urlencode({"line": product})
    return f"{reverse('stock:report', args=[code, weeks.label(week)])}?{query}#line"


def language() -> str:
    """Return the reader's language."""
    return get_language() or "zh-hans"


def state_word(band: str | Band) -> str:
    """Return the gauge's word for a band; empty where there is no cover."""
    return STATES.get(Band(band), "")


def shop_lines(shops: Sequence[Shop]) -> list[ShopLine]:
    """Return distributors as lines."""
    return [_shop_line(shop, language()) for shop in shops]


def report_word(sums: WeekSums) -> str:
    """Return how the week's report stands, in a word."""
    if not sums.reported:
        return pgettext("report", "missing")
    return pgettext("report", "in") if sums.on_time else pgettext("report", "in, late")


def days_now(sums: WeekSums) -> str:
    """Return the days of a total as they are said: about so many where the report is missing."""
    return ("" if sums.reported else _("about ")) + formats.days(sums.days)


def _shop_line(shop: Shop, tongue: str) -> ShopLine:
    return ShopLine(
        shop=shop,
        name=shop.place.name(tongue),
        office=shop.place.office(tongue),
        state=state_word(shop.sums.band),
        url=reverse("desk:distributor", args=[shop.place.code]),
        report=report_word(shop.sums),
        reason=sentences.reason(_reason(shop), tongue),
    )


def _reason(shop: Shop) -> dict[str, object]:
    sums = shop.sums
    return {
        "reported": sums.reported,
        "on_time": sums.on_time,
        "below": sums.below,
        "above": sums.above,
        "short_value": sums.short_value,
        "above_value": sums.above_value,
        "band": sums.band.value,
        "days": sums.days,
        "promises": shop.findings.in_talks,
    }


def monday_figures(first: Counted, shops: int, worst: Shop | None, *, manages: bool) -> dict[str, object]:
    """
    Return what Monday's sentence needs.

    Args:
        first: those to see first together.
        shops: how many there are in all.
    """
    return {
        "shops": shops,
        "first": first.shops,
        "rest": shops - first.shops,
        "below": first.below,
        "above_value": first.above_value,
        "missing": first.shops - first.reported,
        "name": worst.place.name(language()) if worst else "",
        "stake": worst.sums.stake if worst else Decimal(0),
        "manages": manages,
    }


def query(asked: Mapping[str, str]) -> str:
    """Return an address's query, empty choices left out; empty where none is left."""
    kept = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(kept)}" if kept else "?"


def page_number(text: str | None) -> int:
    """Return the page that an address asks for; the first where it asks for none."""
    return max(int(text), 1) if text and text.isascii() and text.isdigit() and len(text) < _DIGITS else 1


def page_of(number: int, count: int, size: int) -> Page[int]:
    """Return a page for the pager of a list that the database cut: nothing was read but the page shown."""
    return Paginator(range(count), size).get_page(number)


def rest_of(asked: Mapping[str, str]) -> str:
    """Return the query ready for one more choice behind it, for the pager."""
    kept = {name: value for name, value in asked.items() if value and name != "page"}
    return f"{urlencode(kept)}&" if kept else ""
