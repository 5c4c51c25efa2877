"""The pages of the orders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Role
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.orders import actions, forms, queries, rules, sentences, sheet
from channelkeeper.orders.actions import Result
from channelkeeper.orders.queries import LineView, OrderRow, OrderView
from channelkeeper.orders.rules import SEEN_BY, SETTLERS, Group, State
from channelkeeper.stock.rules import Band
from channelkeeper.web import pages

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
Step = Callable[[doors.ActorRequest, str], None]


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
class Choice:
    """A filter written as text."""

    label: str
    url: str
    active: bool
    count: int | None
    state: str = ""


@dataclass(frozen=True)
class Told:
    """A step of an order's story as the page tells it."""

    change: queries.ChangeView
    words: str
    name: str


@doors.page(SEEN_BY)
def orders(request: doors.ActorRequest) -> HttpResponse:
    """Show the orders in scope, the newest week's unless another is asked for."""
    at = doors.at(request)
    known = queries.order_weeks(request.actor, at=at)
    asked = forms.FilterForm(request.GET).filters()
    week = asked.week or (known[0] if known else BUSINESS.last_closed_week(at))
    filters = queries.Filters(week=week, states=asked.states, distributor=asked.distributor)
    tally = queries.tally(request.actor, at=at, week=week)
    page = queries.order_page(request.actor, at=at, filters=filters, page=doors.page_number(request))
    closed = BUSINESS.last_closed_week(at)
    context = {
        "sentence": _list_sentence(tally, week),
        "week": week,
        "ordering_week": weeks.shift(week, 1),
        "page": page,
        "rows": [(row, row.distributor(_language()), sentences.state_word(row.state, _language())) for row in page],
        "filters": _state_choices(request.GET.dict(), tally, week),
        "weeks": _week_choices(known, week),
        "query": _rest({**request.GET.dict(), "page": ""}),
        "narrowed": bool(asked.states or asked.distributor),
        "own": request.actor.role is Role.DISTRIBUTOR,
        "can_propose": request.actor.role in STAFF,
        "propose_week": weeks.shift(closed, 1),
    }
    return pages.render(request, "orders/list.html", "orders/_rows.html", context)


@doors.page(STAFF, methods=("POST",))
def propose(request: doors.ActorRequest) -> HttpResponse:
    """Propose on the last closed week: for one distributor, or for all in scope."""
    at, code = doors.at(request), request.POST.get("distributor", "")
    week = BUSINESS.last_closed_week(at)
    found = actions.propose(week=week, by=request.actor, at=at, distributor_codes=[code] if code else None)
    pages.say(request, _proposed_words(found))
    if code and found.outcomes[0].number:
        return redirect("orders:order", number=found.outcomes[0].number)
    return redirect("orders:list")


@doors.page(SEEN_BY)
def order(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Show an order with its lines, and what can be done about it."""
    if request.actor.role is Role.DISTRIBUTOR:
        actions.open_offer(number=number, by=request.actor, at=doors.at(request))
    return _order_page(request, number)


@doors.page(STAFF, methods=("POST",))
def edit(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Keep what was typed into a draft; answer with the lines and sums that are others now."""
    at, asked = doors.at(request), forms.quantities(request.POST.dict())
    try:
        done = actions.edit_lines(
            number=number, cases=asked.cases, reasons=asked.reasons, by=request.actor, at=at, whole=False
        )
    except rules.Refusal as refusal:
        return _order_page(request, number, refusal=refusal, typed=asked)
    refused = {**asked.refused, **done.refused}
    if not pages.wants_fragment(request):
        typed = forms.Quantities(refused=refused, typed=asked.typed)
        return _order_page(request, number, typed=typed) if refused else redirect("orders:order", number=number)
    view = queries.order(request.actor, number, at=at)
    touched = {*asked.cases, *asked.refused}
    rows = [_row(line, refused=refused) for line in view.lines if line.product in touched]
    context = {**_frame(request, view), "rows": rows, "saved_at": at}
    return render(request, "orders/_saved.html", context)


@doors.page(STAFF, methods=("POST",))
def undo(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Take the last step of edits back."""

    def step(request: doors.ActorRequest, number: str) -> None:
        codes = actions.undo_edit(number=number, by=request.actor, at=doors.at(request))
        count = len(codes)
        said = ngettext("%(count)s quantity taken back.", "%(count)s quantities taken back.", count)
        pages.say(request, said % {"count": count})

    return _step(request, number, step)


@doors.page(STAFF, methods=("POST",))
def offer(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Offer a draft to its distributor, with what was typed last."""
    asked = forms.quantities(request.POST.dict())
    if asked.refused:
        return _order_page(request, number, typed=asked)

    def step(request: doors.ActorRequest, number: str) -> None:
        at = doors.at(request)
        actions.offer(number=number, by=request.actor, at=at, cases=asked.cases, reasons=asked.reasons)
        row = queries.order(request.actor, number, at=at).row
        pages.say(request, _offered_words(row), undo=reverse("orders:withdraw", args=[number]))

    return _step(request, number, step, typed=asked)


@doors.page(STAFF, methods=("POST",))
def withdraw(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Take an offer back that was not opened."""

    def step(request: doors.ActorRequest, number: str) -> None:
        actions.withdraw_offer(number=number, by=request.actor, at=doors.at(request))
        pages.say(request, _("Order %(number)s is a draft again.") % {"number": number})

    return _step(request, number, step)


@doors.page(SETTLERS, methods=("POST",))
def accept(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Accept an offer as it is."""

    def step(request: doors.ActorRequest, number: str) -> None:
        reason = request.POST.get("reason", "")
        actions.accept(number=number, by=request.actor, at=doors.at(request), reason=reason)
        pages.say(request, _("Order %(number)s is accepted.") % {"number": number})

    return _step(request, number, step)


@doors.page(SETTLERS, methods=("POST",))
def change(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Answer an offer with other quantities and the reason."""
    asked = forms.quantities(request.POST.dict())
    if asked.refused:
        return _order_page(request, number, typed=asked, reason=request.POST.get("reason", ""))

    def step(request: doors.ActorRequest, number: str) -> None:
        reason = request.POST.get("reason", "")
        actions.change(number=number, cases=asked.cases, reason=reason, by=request.actor, at=doors.at(request))
        pages.say(
            request, _("The changes of order %(number)s are kept; its factory rep settles them.") % {"number": number}
        )

    return _step(request, number, step, typed=asked)


@doors.page(SETTLERS, methods=("POST",))
def decline(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Decline an offer, with the reason."""

    def step(request: doors.ActorRequest, number: str) -> None:
        reason = request.POST.get("reason", "")
        actions.decline(number=number, by=request.actor, at=doors.at(request), reason=reason)
        pages.say(request, _("Order %(number)s is declined.") % {"number": number})

    return _step(request, number, step)


@doors.page(STAFF, methods=("POST",))
def settle(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Agree to the distributor's changes."""

    def step(request: doors.ActorRequest, number: str) -> None:
        actions.settle(number=number, by=request.actor, at=doors.at(request))
        pages.say(request, _("Order %(number)s is accepted as changed.") % {"number": number})

    return _step(request, number, step)


@doors.page(STAFF, methods=("POST",))
def send(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Send an accepted order."""

    def step(request: doors.ActorRequest, number: str) -> None:
        actions.send(number=number, by=request.actor, at=doors.at(request))
        pages.say(request, _("Order %(number)s is sent; take it along as Excel or JSON.") % {"number": number})

    return _step(request, number, step)


@doors.page(STAFF, methods=("POST",))
def cancel(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Cancel an order that was not sent, with the reason."""

    def step(request: doors.ActorRequest, number: str) -> None:
        reason = request.POST.get("reason", "")
        actions.cancel(number=number, by=request.actor, at=doors.at(request), reason=reason)
        pages.say(request, _("Order %(number)s is cancelled.") % {"number": number})

    return _step(request, number, step)


@doors.page(SEEN_BY)
def excel(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Hand the order out as a workbook in the reader's language; all lines with ?all=1."""
    view = queries.order(request.actor, number, at=doors.at(request))
    content = sheet.workbook(view, language=_language(), all_lines=request.GET.get("all") == "1")
    response = HttpResponse(content, content_type=sheet.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{sheet.filename(view)}"'
    return response


@doors.page(SEEN_BY)
def as_json(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Hand the order out as JSON, as the API does."""
    view = queries.order(request.actor, number, at=doors.at(request))
    response = JsonResponse(view.record(), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{view.row.number}.json"'
    return response


def _step(
    request: doors.ActorRequest, number: str, step: Step, *, typed: forms.Quantities | None = None
) -> HttpResponse:
    """Take a step and lead back to the order; a refusal stands on the page, beside what was typed."""
    try:
        step(request, number)
    except actions.RefusedLines as refusal:
        asked = forms.Quantities(refused=refusal.refused, typed=typed.typed if typed else {})
        return _order_page(request, number, typed=asked, reason=request.POST.get("reason", ""))
    except rules.Refusal as refusal:
        return _order_page(request, number, refusal=refusal, typed=typed, reason=request.POST.get("reason", ""))
    return redirect("orders:order", number=number)


def _order_page(
    request: doors.ActorRequest,
    number: str,
    *,
    refusal: rules.Refusal | None = None,
    typed: forms.Quantities | None = None,
    reason: str = "",
) -> HttpResponse:
    at = doors.at(request)
    view = queries.order(request.actor, number, at=at)
    asked = typed or forms.Quantities()
    opened = set(request.GET.get("open", "").split(","))
    context = {
        **_frame(request, view),
        "groups": [_group(group, asked, opened) for group in view.groups],
        "story": [_told(one) for one in queries.story(request.actor, number, at=at)],
        "refusal": _said(refusal) if refusal else "",
        "reason": reason,
        "band": _band(view),
    }
    status = 422 if refusal or asked.refused else 200
    return render(request, "orders/order.html", context, status=status)


def _frame(request: doors.ActorRequest, view: OrderView) -> dict[str, Any]:
    """Return what the head, the foot and the steps of an order's page need."""
    role, row = request.actor.role, view.row
    staff, open_to_answer = role in STAFF, row.state in (State.OFFERED, State.CHANGED)
    language = _language()
    return {
        "order": view,
        "row": row,
        "name": row.distributor(language),
        "headline": view.headline(language),
        "headline_short": view.headline(language, short=True),
        "state_word": sentences.state_word(row.state, language),
        "own": role is Role.DISTRIBUTOR,
        "staff": staff,
        "editable": staff and row.state is State.PROPOSED,
        "answerable": role in SETTLERS and open_to_answer,
        "can_accept": role in SETTLERS and row.state is State.OFFERED,
        "can_withdraw": staff and row.state is State.OFFERED and row.opened_at is None,
        "can_cancel": staff and row.state not in (State.SENT, State.CANCELLED),
        "version": row.version,
        "worth": formats.money(row.amount.quantize(Decimal(1), ROUND_HALF_UP), language),
    }


def _group(group: queries.GroupView, asked: forms.Quantities, opened: set[str]) -> GroupRows:
    whole = group.group is Group.RUN_OUT or group.group.value in opened or len(group.lines) <= LINES_SHOWN + 1
    shown = len(group.lines) if whole else LINES_SHOWN
    rows = [
        _row(line, refused=asked.refused, typed=asked.typed, folded=index >= shown)
        for index, line in enumerate(group.lines)
    ]
    title, note = _group_words(group)
    return GroupRows(group, SIGNS[group.group], title, note, rows, len(group.lines) - shown)


def _row(
    line: LineView,
    *,
    refused: Mapping[str, rules.Refusal],
    typed: Mapping[str, str] | None = None,
    folded: bool = False,
) -> Row:
    language, refusal = _language(), refused.get(line.product)
    return Row(
        line=line,
        name=line.name(language),
        why=line.sentence(language, brief=True),
        reckoning=sentences.reckoning(line.figures, language),
        state=GAUGE_STATES[line.band_now],
        after_state=GAUGE_STATES[line.band_after],
        value=(typed or {}).get(line.product, str(line.cases)),
        refused=_said(refusal) if refusal else "",
        above=isinstance(refusal, rules.ReasonMissing) or bool(line.reason),
        folded=folded and refusal is None,
    )


def _group_words(group: queries.GroupView) -> tuple[str, str]:
    """Return a group's title and what it means."""
    count = len(group.lines)
    number = {"count": count}
    arrives_on = formats.day(group.lines[0].arrives_on, _language())
    worth = formats.money(group.above_value, _language(), short=True)
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
        Group.CUT: (_("Cut, %(count)s"), _("what is there does not reach for all")),
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
        "accepted": _("Accepted"),
        "changed": _("Changed by the distributor"),
        "declined": _("Declined"),
        "settled": _("Changes agreed to"),
        "sent": _("Sent"),
        "cancelled": _("Cancelled"),
    }
    name = one.name_zh if formats.is_chinese(_language()) else one.name_en or one.name_zh
    return Told(one, words[one.verb], name)


def _said(refusal: rules.Refusal) -> str:
    """Return a refusal in the reader's language."""
    return sentences.TEXTS[refusal.code].render(_language(), refusal.figures)


def _offered_words(row: OrderRow) -> str:
    return _("Offered to %(name)s, %(lines)s lines, %(amount)s") % {
        "name": row.distributor(_language()),
        "lines": row.lines_ordered,
        "amount": formats.money(row.amount, _language(), short=True),
    }


def _proposed_words(found: actions.ProposedWeek) -> str:
    made, kept = found.count(Result.CREATED), found.count(Result.REFRESHED)
    left, none = found.count(Result.UNTOUCHED), found.count(Result.NO_POSITIONS)
    parts = [_("%(count)s proposed") % {"count": made}] if made else []
    if kept:
        parts.append(_("%(count)s drafts brought up to date") % {"count": kept})
    if left:
        parts.append(_("%(count)s left as they are, already offered") % {"count": left})
    if none:
        parts.append(_("%(count)s without a weekly close") % {"count": none})
    comma = "，" if formats.is_chinese(_language()) else ", "
    return comma.join(parts) or _("Nothing to propose")


def _list_sentence(tally: Mapping[State, queries.Tally], week: date) -> str:
    live = {state: one for state, one in tally.items() if state is not State.CANCELLED}
    ordering = formats.week(weeks.shift(week, 1), _language())
    count = sum(one.orders for one in live.values())
    if not count:
        return _("No orders for %(week)s yet.") % {"week": ordering}
    amount = sum((one.amount for one in live.values()), rules.ZERO)
    said = ngettext(
        "%(week)s: %(count)s order, %(amount)s.", "%(week)s: %(count)s orders, %(amount)s together.", count
    ) % {"week": ordering, "count": count, "amount": formats.money(amount, _language(), short=True)}
    waiting = sum(live[state].orders for state in (State.PROPOSED, State.CHANGED, State.ACCEPTED) if state in live)
    if not waiting:
        return said
    return said + _(" %(count)s wait for us.") % {"count": waiting}


def _state_choices(asked: dict[str, str], tally: Mapping[State, queries.Tally], week: date) -> list[Choice]:
    def choice(label: str, state: str, count: int) -> Choice:
        query = _query({**asked, "week": weeks.label(week), "state": state, "page": ""})
        return Choice(label, f"?{query}", asked.get("state", "") == state, count)

    every = choice(_("All"), "", sum(one.orders for one in tally.values()))
    found = [state for state in State if state in tally]
    return [every, *(choice(sentences.state_word(one, _language()), one.value, tally[one].orders) for one in found)]


def _week_choices(known: list[date], week: date) -> list[Choice]:
    if len(known) < 2:
        return []
    return [
        Choice(
            formats.week(weeks.shift(one, 1), _language()), f"?{_query({'week': weeks.label(one)})}", one == week, None
        )
        for one in known
    ]


def _language() -> str:
    return get_language() or "zh-hans"


def _query(asked: dict[str, str]) -> str:
    """Return the query of an address, empty choices left out."""
    return urlencode({name: value for name, value in asked.items() if value})


def _rest(asked: dict[str, str]) -> str:
    """Return the query, ready for one more choice behind it."""
    query = _query(asked)
    return f"{query}&" if query else ""
