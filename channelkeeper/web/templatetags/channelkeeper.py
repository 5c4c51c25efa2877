"""
Tags and filters of all pages: `{% load channelkeeper %}`.

Figures are written by `core.formats` in the reader's language; a missing figure is an en dash.
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.web import gauge as gauges
from channelkeeper.web import spark as sparks

register = template.Library()
ROWS_KEPT = 4096  # a few kB each; some hundred readers' lists
Figure = Decimal | float | int | str | None
_STATES: tuple[gauges.State, ...] = ("below", "in", "above")
_SIGNS = {"below": "M1 2h8L5 9z", "in": "M5 1a4 4 0 1 0 .01 0z", "above": "M1 8.5h8L5 1.5z"}


@register.simple_tag
def row(template_name: str, **figures: Hashable) -> SafeString:
    """
    Write a row of a list by a template that knows nothing but these figures and the reader's language.

    What was written is kept by exactly what it was written from: a list of fifty is made of rows
    that a worker has written before, and none of them can be stale.
    """
    return _row(template_name, language(), tuple(sorted(figures.items())))


@lru_cache(maxsize=ROWS_KEPT)
def _row(template_name: str, language: str, figures: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return SafeString(get_template(template_name).render(dict(figures)))


@register.simple_tag
def distributor_url(code: str) -> str:
    """
    Return where a distributor is shown, for pages of rooms below the one that shows it.

    The route's name stands in the setting CHANNELKEEPER_DISTRIBUTOR; empty without it, and without a code.
    """
    route = getattr(settings, "CHANNELKEEPER_DISTRIBUTOR", "")
    return reverse(route, args=[code]) if route and code else ""


def language() -> str:
    """Return the reader's language."""
    return translation.get_language() or "zh-hans"


def decimal_of(value: Any) -> Decimal | None:
    """Return the figure as Decimal; None for nothing, an empty text or no number."""
    if value is None or value == "":
        return None
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def _as_filter(name: str, write: Callable[[Decimal | None], str]) -> None:
    register.filter(name, lambda value: write(decimal_of(value)))


_as_filter("days", lambda value: formats.days(value))
_as_filter("days1", lambda value: formats.days(value, 1))
_as_filter("yuan", formats.yuan)
_as_filter("whole", formats.whole)
_as_filter("percent", formats.percent)
_as_filter("money", lambda value: formats.money(value, language()))
_as_filter("money_whole", lambda value: formats.money(value, language(), whole_yuan=True))
_as_filter("money_short", lambda value: formats.money(value, language(), short=True))
_as_filter("price", lambda value: formats.NOTHING if value is None else formats.number(value, 2))
_as_filter("decimal1", lambda value: formats.NOTHING if value is None else formats.number(value, 1))


@register.filter
def signed(value: Figure, places: int = 0) -> str:
    """Return a change with its sign."""
    return formats.signed(decimal_of(value), places)


@register.filter
def signed_percent(value: Figure) -> str:
    """Return a share (0.4) as a change in percent (+40%)."""
    share = decimal_of(value)
    return formats.NOTHING if share is None else f"{formats.signed(share * 100)}%"


@register.filter
def cases(units: int | None, units_per_case: int) -> str:
    """Return pieces as cases without the unit: 63, 3.2."""
    return formats.NOTHING if units is None else formats.cases(units, units_per_case, language(), unit=False)


@register.filter
def dash(value: Any) -> Any:
    """Return an en dash for zero and for nothing: a table shows what is there."""
    return formats.NOTHING if value in (None, "", 0, "0", "0.0", "0%") else value


@register.filter
def day(value: date | None) -> str:
    """Return 12月3日 or 3 Dec."""
    return formats.day(value, language())


@register.filter
def full_day(value: date | None) -> str:
    """Return 2026年12月3日 or 3 Dec 2026."""
    return formats.full_day(value, language())


@register.filter
def weekday(value: date | None) -> str:
    """Return 周一 or Mon."""
    return formats.weekday(value, language())


@register.filter
def week(value: date | None) -> str:
    """Return 第47周 or week 47, of a Monday."""
    return formats.week(value, language())


@register.filter
def week_short(value: date | None) -> str:
    """Return 47周 or W47, of a Monday, for axes."""
    return formats.week_short(value, language())


@register.filter
def moment(value: datetime | None) -> str:
    """Return 11月22日21:40 or 22 Nov 21:40, where the business is."""
    return formats.NOTHING if value is None else formats.moment(value.astimezone(ZoneInfo(BUSINESS.zone)), language())


@register.filter
def quantity(value: Figure) -> str:
    """Return a figure as a number field takes it: no grouping, a point, no trailing zeros."""
    figure = decimal_of(value)
    return "" if figure is None else f"{figure.normalize():f}"


def state_words() -> dict[str, str]:
    """Return each state's word in the reader's language."""
    return {"below": _("will run out"), "in": _("in band"), "above": _("lies still")}


@register.simple_tag
def sign(state: str) -> SafeString:
    """Return the state's sign alone: ▾ below, ● in, ▴ above the band; the word stands beside it."""
    return format_html(
        '<svg class="ck-sign" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">'
        '<path class="ck-g-fill-{}" d="{}" fill="{}"/></svg>',
        state,
        _SIGNS[state],
        gauges.MARKS[state],
    )


@register.simple_tag
def state(name: str) -> SafeString:
    """Return sign and word of a state, in its colour."""
    return format_html('<span class="ck-{}">{}{}</span>', name, sign(name), state_words()[name])


@register.filter
def state_class(days: Figure, band: str = "20-25") -> str:
    """Return ck-below or ck-above for days outside the band `low-high`, else nothing: inside stays ink."""
    figure = decimal_of(days)
    if figure is None:
        return ""
    low, high = (Decimal(end) for end in band.split("-"))
    found = gauges.state_of(figure, low, high)
    return "" if found == "in" else f"ck-{found}"


def days_said(days: Decimal) -> str:
    """Return days with their unit: 6天, 6 days, 1 day."""
    return ngettext("%(figure)s day", "%(figure)s days", gauges.rounded(days)) % {"figure": formats.days(days)}


def gauge_words(now: Decimal | None, after: Decimal | None, low: Decimal, high: Decimal, *, estimated: bool) -> str:
    """Return what a gauge says, for readers who do not see it."""
    if now is None:
        return _("No sales, no inventory days")
    figures = {"now": formats.days(now), "low": formats.days(low), "high": formats.days(high)}
    words = state_words()[gauges.state_of(now, low, high)]
    said = _("About %(now)s days, estimated without a report") % figures if estimated else days_said(now)
    if after is not None:
        said += _(", %(after)s after the order") % {"after": formats.days(after)}
    return said + _("; band %(low)s to %(high)s: %(words)s") % {**figures, "words": words}


def _known(state: str | None) -> gauges.State | None:
    return next((name for name in _STATES if name == state), None)


@register.simple_tag
def gauge(
    now: Figure = None,
    after: Figure = None,
    low: Figure = 20,
    high: Figure = 25,
    size: gauges.Size = "S",
    width: float | None = None,
    estimated_low: Figure = None,
    estimated_high: Figure = None,
    state: str | None = None,
    after_state: str | None = None,
    label: str = "",
    name: str = "",
) -> SafeString:
    """
    Draw the gauge.

    Args:
        now, after, low, high, size, width, estimated_low, estimated_high, state, after_state: see `gauge.layout`.
        label: what it says; made from the figures where empty.
        name: for quantities being typed: the form row finds its gauge by `data-gauge`.
    """
    days_now, days_after = decimal_of(now), decimal_of(after)
    band = decimal_of(low) or Decimal(20), decimal_of(high) or Decimal(25)
    interval = decimal_of(estimated_low), decimal_of(estimated_high)
    drawn = gauges.cached_layout(
        now=days_now,
        after=days_after,
        low=band[0],
        high=band[1],
        size=size,
        width=width,
        estimated_low=interval[0],
        estimated_high=interval[1],
        state=_known(state),
        after_state=_known(after_state),
    )
    said = label or gauge_words(days_now, days_after, *band, estimated=interval[0] is not None)
    identity = format_html(' data-gauge="{}"', name) if name else ""
    return mark_safe(gauges.svg(drawn, said, identity))  # noqa: S308  every text in it is escaped there


@register.inclusion_tag("web/_days_to.html")
def days_to(
    now: Figure = None,
    after: Figure = None,
    low: Figure = 20,
    high: Figure = 25,
    state: str | None = None,
    estimated: bool = False,
    name: str = "",
) -> dict[str, object]:
    """Write 6天 → 23天, as the phone does where a table has two columns; see `gauge`."""
    days_now = decimal_of(now)
    if state is None and days_now is not None:
        state = gauges.state_of(days_now, decimal_of(low) or Decimal(20), decimal_of(high) or Decimal(25))
    said = formats.NOTHING if days_now is None else days_said(days_now)
    days_after = decimal_of(after)
    return {
        "now": _("about %(figure)s") % {"figure": said} if estimated else said,
        "after": days_after,
        "after_said": "" if days_after is None else days_said(days_after),
        "state": state,
        "outside": state in ("below", "above"),
        "name": name,
    }


@register.inclusion_tag("web/_gauge.html")
def gauge_cells(
    now: Figure = None,
    after: Figure = None,
    low: Figure = 20,
    high: Figure = 25,
    estimated_low: Figure = None,
    estimated_high: Figure = None,
    state: str | None = None,
    after_state: str | None = None,
    name: str = "",
) -> dict[str, object]:
    """Write the three cells of a table: days now, the gauge, days after; see `gauge`."""
    days_now = decimal_of(now)
    if state is None and days_now is not None:
        state = gauges.state_of(days_now, decimal_of(low) or Decimal(20), decimal_of(high) or Decimal(25))
    return {
        "now": days_now,
        "after": decimal_of(after),
        "low": low,
        "high": high,
        "estimated_low": estimated_low,
        "estimated_high": estimated_high,
        "state": state,
        "after_state": after_state,
        "name": name,
        "outside": state in ("below", "above"),
        "estimated": decimal_of(estimated_low) is not None,
    }


@register.simple_tag
def spark(
    sold: Sequence[Figure],
    out: Collection[int] = (),
    expected: Figure = None,
    label: str = "",
) -> SafeString:
    """
    Draw weeks of sell-out as bars.

    Args:
        sold: units per week, oldest first, None without a report.
        out: places in `sold` of the weeks in which the product ran out.
        expected: units expected in a coming week.
        label: what it shows; made from the figures where empty.
    """
    weeks = [None if value is None else float(value) for value in map(decimal_of, sold)]
    flags = [index in out for index in range(len(weeks))]
    wanted = decimal_of(expected)
    drawn = sparks.layout(weeks, flags, None if wanted is None else float(wanted))
    said = label or _("Sell-out of %(weeks)s weeks, %(out)s of them out of stock") % {
        "weeks": len(weeks),
        "out": sum(flags),
    }
    return mark_safe(sparks.svg(drawn, said))  # noqa: S308  the label is escaped there, the rest are numbers


@register.simple_tag
def heat_step(share: Figure) -> str:
    """Return the class of a cell by its share in band (0.68): below 40, 55, 65, 75 percent, and above."""
    value = decimal_of(share)
    if value is None:
        return "ck-heat-1"
    return f"ck-heat-{1 + sum(value * 100 >= edge for edge in (40, 55, 65, 75))}"


@register.simple_tag
def dot_line(value: Figure, low: Figure = 70, high: Figure = 100, warn: Figure = 90) -> SafeString:
    """Draw one row of the on-time figure: a dot on the scale, hollow and red below `warn`; values are percents."""
    figure = decimal_of(value)
    start, end, limit = (decimal_of(edge) or Decimal(0) for edge in (low, high, warn))
    line = '<svg height="20" aria-hidden="true"><line class="ck-d-line" x1="0" y1="10" x2="100%" y2="10"/>'
    if figure is None:
        return mark_safe(f"{line}</svg>")  # noqa: S308  constant
    share = min(max((figure - start) / (end - start), Decimal(0)), Decimal(1)) * 96 + 2
    kind, radius = ("ck-d-hollow", 3) if figure < limit else ("ck-d-dot", 4)
    return mark_safe(f'{line}<circle class="{kind}" cx="{share:.1f}%" cy="10" r="{radius}"/></svg>')  # noqa: S308
