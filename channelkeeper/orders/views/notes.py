"""Words above and within an order: what holds it together, what was cut, what begins and what leaves the range."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelkeeper.core import formats
from channelkeeper.orders import queries
from channelkeeper.orders.queries import OrderView
from channelkeeper.orders.rules import Bound
from channelkeeper.orders.views.marks import language
from channelkeeper.stock.rules import Band

NAMED = 4  # products named in a note, before the rest is counted


@dataclass(frozen=True)
class Note:
    """A line of words above the table: what it is about, and what it says."""

    label: str
    words: str


def notes(view: OrderView) -> list[Note]:
    """Return in words what holds the order together, what begins and what leaves the range."""
    return [*_hold_notes(view.holds), *_launch_notes(view), *_leaving_notes(view)]


def _hold_notes(holds: queries.Holds) -> Iterator[Note]:
    tongue = language()
    if holds.limit is not None and holds.limit_left is not None:
        limit, left = (formats.money(abs(value), tongue, short=True) for value in (holds.limit, holds.limit_left))
        words = _("%(left)s left of %(limit)s") if holds.limit_left >= 0 else _("%(left)s more than the %(limit)s")
        yield Note(_("Order limit"), words % {"left": left, "limit": limit})
    if holds.truck_pallets is not None:
        figures = {"pallets": formats.number(holds.pallets, 1), "truck": formats.number(holds.truck_pallets, 1)}
        said = _("%(pallets)s of %(truck)s pallets") % figures
        unknown = ngettext(
            "%(count)s product without a known pallet",
            "%(count)s products without a known pallet",
            holds.unknown_pallets,
        ) % {"count": holds.unknown_pallets}
        yield Note(_("Truck"), _joined([said, unknown] if holds.unknown_pallets else [said]))
    if holds.minimum is not None and holds.minimum_short:
        short, minimum = (formats.money(value, tongue, short=True) for value in (holds.minimum_short, holds.minimum))
        yield Note(
            _("Least an order comes to"), _("%(short)s short of %(minimum)s") % {"short": short, "minimum": minimum}
        )


def _launch_notes(view: OrderView) -> Iterator[Note]:
    said = [
        _("%(name)s, first fill %(cases)s cases")
        % {"name": line.name(language()), "cases": line.basis.first_fill_cases}
        for line in view.launched
    ]
    if said:
        yield Note(_("Launches"), _joined(said[:NAMED] + _more(len(said))))


def _leaving_notes(view: OrderView) -> Iterator[Note]:
    names = {line.product: line.name(language()) for line in view.lines}
    said = []
    for line in view.leaving:
        words = _("%(name)s until %(day)s") % {
            "name": line.name(language()),
            "day": formats.day(line.retires_on, language()),
        }
        if line.successor:
            words += _(" (then %(successor)s)") % {"successor": names.get(line.successor, line.successor)}
        said.append(words)
    if said:
        yield Note(_("Leave the range"), _joined(said[:NAMED] + _more(len(said))))


def _more(count: int) -> list[str]:
    return [_("and %(count)s more") % {"count": count - NAMED}] if count > NAMED else []


def _joined(parts: Iterable[str]) -> str:
    return ("、" if formats.is_chinese(language()) else ", ").join(parts)


def cut_words(group: queries.GroupView) -> str:
    """Return what was cut of a group and what that risks, in cases and yuan."""
    bound = {line.bound_by for line in group.lines}
    why = {
        Bound.LIMIT: _("the order limit does not reach"),
        Bound.TRUCK: _("the truck holds no more"),
        Bound.MINIMUM: _("the order is below its least amount"),
    }
    named = [words for one, words in why.items() if one in bound] or [_("what is there does not reach for all")]
    said = [_joined(named), _("%(cases)s cases less than due") % {"cases": formats.whole(Decimal(group.cut_cases))}]
    if group.risked_value:
        risked = formats.number(group.risked_cases, 1)
        worth = formats.money(group.risked_value, language(), short=True)
        said.append(_("%(cases)s cases, %(worth)s may go unserved") % {"cases": risked, "worth": worth})
    else:
        below = sum(line.band_after is Band.BELOW for line in group.lines)
        short = ngettext("%(count)s lands below the band", "%(count)s land below the band", below) % {"count": below}
        said.append(_joined([*([short] if below else []), _("nothing is expected to go unserved")]))
    return ("；" if formats.is_chinese(language()) else "; ").join(said)
