"""The strip of four figures above a distributor's tabs."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelkeeper.core import formats
from channelkeeper.desk.queries.distributors import Summary
from channelkeeper.desk.views.lines import Figure


def strip(summary: Summary) -> list[Figure]:
    """Return days, products in band, turnover this year and open orders, each against its base."""
    if summary.sums is None:
        return []
    return [_days(summary), _inside(summary), _turnover(summary), _orders(summary)]


def _days(summary: Summary) -> Figure:
    assert summary.sums is not None
    now, before = summary.sums.days, summary.before.days if summary.before else None
    base = ""
    if now is not None and before is not None:
        base = _("%(change)s days on last week (%(before)s)") % {
            "change": _signed(now, before),
            "before": formats.days(before, 1),
        }
    about = "" if summary.sums.reported else _("about ")
    return Figure(_("Inventory days"), about + formats.days(now, 1), _("days"), base)


def _inside(summary: Summary) -> Figure:
    assert summary.sums is not None
    sums, before = summary.sums, summary.before
    share = formats.percent(sums.share_inside)
    base = share
    if before is not None:
        base = _("%(share)s, %(change)s on last week (%(before)s)") % {
            "share": share,
            "change": formats.signed(Decimal(sums.inside - before.inside)),
            "before": before.inside,
        }
    return Figure(_("Products in band"), formats.whole(Decimal(sums.inside)), f"/ {sums.products}", base)


def _turnover(summary: Summary) -> Figure:
    now, before = summary.turnover.this_year, summary.turnover.last_year
    base = ""
    if now is not None and before is not None:
        base = _("%(change)s days on the same weeks of last year (%(before)s)") % {
            "change": _signed(now, before),
            "before": formats.days(before, 1),
        }
    return Figure(_("Turnover this year"), formats.days(now, 1), _("days"), base)


def _orders(summary: Summary) -> Figure:
    count = summary.open_orders
    base = ngettext("%(count)s order not yet sent", "%(count)s orders not yet sent", count) % {"count": count}
    unit = _("yuan")
    return Figure(_("Open orders"), formats.yuan(summary.open_value), unit, base if count else _("none open"))


def _signed(now: Decimal, before: Decimal) -> str:
    """Return the difference of two figures as they are shown, so that the reader can check it."""
    tenth = Decimal("0.1")
    shown = [value.quantize(tenth, rounding=ROUND_HALF_UP) for value in (now, before)]
    return formats.signed(shown[0] - shown[1], 1)
