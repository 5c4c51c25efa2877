"""How an order's page shows an order: its frame, its lines by group, its story; for whoever may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Actor, Role
from channelkeeper.core import formats
from channelkeeper.orders import forms, queries, rules, sentences
from channelkeeper.orders.queries import LineView, OrderView, links
from channelkeeper.orders.rules import SETTLERS, Group, State
from channelkeeper.orders.views import notes
from channelkeeper.orders.views.marks import language
from channelkeeper.stock.rules import Band

STEPS_OF_ANSWER = ("accept", "change", "decline")
LINES_SHOWN = 8  # of a group, before the rest is folded: will run out is never folded
GAUGE_STATES = {Band.BELOW: "below", Band.INSIDE: "in", Band.ABOVE: "above", Band.NONE: ""}
SIGNS = {
    Group.RUN_OUT: "below",
    Group.GROW: "in",
    Group.HOLD: "in",
    Group.SELL_DOWN: "above",
    Group.CUT: "below",
    Group.ENOUGH: "in",
    Group.IDLE: "",
}


@dataclass(frozen=True)
class Row:
    """A line as the page shows it, in the reader's language."""

    line: LineView
    name: str
    why: str
    reckoning: str
    state: str
    after_state: str
    value: str
    refused: str
    above: bool
    folded: bool


@dataclass(frozen=True)
class GroupRows:
    """A group of lines with its head."""

    view: queries.GroupView
    sign: str
    title: str
    note: str
    rows: list[Row]
    folded: int


@dataclass(frozen=True)
class Told:
    """A step of an order's story as the page tells it."""

    change: queries.ChangeView
    words: str
    name: str


@dataclass(frozen=True)
class Ways:
    """
    Where an answer to an order is sent.

    Attributes:
        accept, change, decline: addresses.
        by_link: whether a one-time link leads there: the page has no other ways then.
    """

    accept: str
    change: str
    decline: str
    by_link: bool = False

    @classmethod
    def of(cls, name: str, key: str, *, by_link: bool = False) -> "Ways":
        """Return the addresses whose names hold {step}."""
        accept, change, decline = (reverse(name.format(step=step), args=[key]) for step in STEPS_OF_ANSWER)
        return cls(accept, change, decline, by_link)


@dataclass(frozen=True)
class Reader:
    """Who reads an order's page, when, and where their answer goes."""

    actor: Actor
    at: datetime
    ways: Ways


def reader_of(request: doors.ActorRequest, number: str) -> Reader:
    """Return who is signed in, with the order's own addresses."""
    return Reader(request.actor, doors.at(request), Ways.of("orders:{step}", number))


def order_page(
    request: HttpRequest,
    number: str,
    reader: Reader,
    *,
    refusal: rules.Refusal | None = None,
    typed: forms.Quantities | None = None,
    reason: str = "",
) -> HttpResponse:
    """
    Return the page of an order, with what was refused of it and what was typed.

    Raises:
        NotFound: no such order in the reader's scope.
    """
    view = queries.order(reader.actor, number, at=reader.at)
    asked = typed or forms.Quantities()
    opened = set(request.GET.get("open", "").split(","))
    context = {
        **frame(reader, view),
        "groups": [_group(group, asked, opened) for group in view.groups],
        "story": [_told(one) for one in queries.story(reader.actor, number, at=reader.at)],
        "refusal": said(refusal) if refusal else "",
        "reason": reason,
        "band": _band(view),
        "again": _again(reader, view),
        "notes": notes.notes(view),
        "links": _links(reader, view),
        "link_days": rules.LINK_DAYS,
    }
    status = 422 if refusal or asked.refused else 200
    return render(request, "orders/order.html", context, status=status)


def frame(reader: Reader, view: OrderView) -> dict[str, Any]:
    """Return what the head, the foot and the steps of an order's page need."""
    role, row = reader.actor.role, view.row
    staff, open_to_answer = role in STAFF, row.state in (State.OFFERED, State.CHANGED)
    tongue = language()
    return {
        "order": view,
        "row": row,
        "ways": reader.ways,
        "name": row.distributor(tongue),
        "headline": view.headline(tongue),
        "headline_short": view.headline(tongue, short=True),
        "state_word": sentences.state_word(row.state, tongue),
        "own": role is Role.DISTRIBUTOR,
        "staff": staff,
        "editable": staff and row.state is State.PROPOSED,
        "answerable": role in SETTLERS and open_to_answer,
        "can_accept": role in SETTLERS and row.state is State.OFFERED,
        "can_withdraw": staff and row.state is State.OFFERED and row.opened_at is None,
        "can_cancel": staff and row.state not in (State.SENT, State.CANCELLED),
        "version": row.version,
        "worth": formats.money(row.amount.quantize(Decimal(1), ROUND_HALF_UP), tongue),
    }


@dataclass(frozen=True)
class DifferentRow:
    """A line that came out otherwise when the draft was proposed anew, in cases; `kept` is a person's quantity."""

    name: str
    before: int
    proposed: int
    kept: int | None


def _again(reader: Reader, view: OrderView) -> dict[str, Any] | None:
    """Return what came out otherwise when a draft was proposed anew, while that still matters: until it is offered."""
    if view.row.state is not State.PROPOSED:
        return None
    found = queries.reproposed(reader.actor, view, at=reader.at)
    if found is None:
        return None
    rows = [
        DifferentRow(
            name=one.now.name(language()) if one.now else one.product,
            before=one.before,
            proposed=one.proposed,
            kept=one.now.cases if one.now and one.now.edited else None,
        )
        for one in found.lines
    ]
    return {"at": found.replaced_at, "times": found.times, "rows": rows}


def _links(reader: Reader, view: OrderView) -> list[links.LinkView] | None:
    """Return the one-time links of an order that waits for an answer, for who may make one; else None."""
    if reader.actor.role not in STAFF or view.row.state not in rules.STEPS["linked"][0]:
        return None
    return links.links(reader.actor, view.row.number, at=reader.at)


def _group(group: queries.GroupView, asked: forms.Quantities, opened: set[str]) -> GroupRows:
    whole = group.group is Group.RUN_OUT or group.group.value in opened or len(group.lines) <= LINES_SHOWN + 1
    shown = len(group.lines) if whole else LINES_SHOWN
    rows = [
        row_of(line, refused=asked.refused, typed=asked.typed, folded=index >= shown)
        for index, line in enumerate(group.lines)
    ]
    title, note = _group_words(group)
    return GroupRows(group, SIGNS[group.group], title, note, rows, len(group.lines) - shown)


def row_of(
    line: LineView,
    *,
    refused: Mapping[str, rules.Refusal],
    typed: Mapping[str, str] | None = None,
    folded: bool = False,
) -> Row:
    """Return a line in the reader's language."""
    tongue, refusal = language(), refused.get(line.product)
    return Row(
        line=line,
        name=line.name(tongue),
        why=line.sentence(tongue, brief=True),
        reckoning=sentences.reckoning(line.figures, tongue),
        state=GAUGE_STATES[line.band_now],
        after_state=GAUGE_STATES[line.band_after],
        value=(typed or {}).get(line.product, str(line.cases)),
        refused=said(refusal) if refusal else "",
        above=isinstance(refusal, rules.ReasonMissing) or bool(line.reason),
        folded=folded and refusal is None,
    )


def _group_words(group: queries.GroupView) -> tuple[str, str]:
    """Return a group's title and what it means."""
    count = len(group.lines)
    number = {"count": count}
    arrives_on = formats.day(group.lines[0].arrives_on, language())
    worth = formats.money(group.above_value, language(), short=True)
    words = {
        Group.RUN_OUT: (
            _("Will run out, %(count)s to refill first"),
            _("stock does not last until %(day)s") % {"day": arrives_on},
        ),
        Group.GROW: (_("Can take more, %(count)s"), _("sells faster ahead")),
        Group.HOLD: (_("As usual, %(count)s"), _("up to the middle of the band")),
        Group.SELL_DOWN: (
            _("Sell down first, %(count)s"),
            _("%(worth)s lies above the band, nothing ordered") % {"worth": worth},
        ),
        Group.CUT: (_("Cut, %(count)s"), notes.cut_words(group)),
        Group.ENOUGH: (
            _("Nothing to order, %(count)s"),
            _("stock and road are enough"),
        ),
        Group.IDLE: (_("At rest, %(count)s"), _("no sales, none expected")),
    }
    title, note = words[group.group]
    return title % number, note


def _band(view: OrderView) -> str:
    """Return the band of most lines, for the head of the gauge."""
    bands = [(line.basis.band.low_days, line.basis.band.high_days) for line in view.lines]
    if not bands:
        return "20–25"
    low, high = max(set(bands), key=bands.count)
    return f"{low.normalize():f}–{high.normalize():f}"


def _told(one: queries.ChangeView) -> Told:
    words = {
        "proposed": _("Proposed"),
        "lapsed": _("Lapsed: a later week was proposed"),
        "edited": _("Quantity changed"),
        "undone": _("Change taken back"),
        "offered": _("Offered"),
        "withdrawn": _("Offer withdrawn"),
        "opened": _("Opened by the distributor"),
        "linked": _("Link for the phone made"),
        "unlinked": _("Link withdrawn"),
        "accepted": _("Accepted"),
        "changed": _("Changed by the distributor"),
        "declined": _("Declined"),
        "settled": _("Changes agreed to"),
        "sent": _("Sent"),
        "cancelled": _("Cancelled"),
    }
    name = one.name_zh if formats.is_chinese(language()) else one.name_en or one.name_zh
    return Told(one, words[one.verb], name)


def said(refusal: rules.Refusal) -> str:
    """Return a refusal in the reader's language."""
    return sentences.TEXTS[refusal.code].render(language(), refusal.figures)
