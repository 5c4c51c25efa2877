"""The pages of the orders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Role
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.orders import actions, forms, order_file, paper, queries, rules, sentences, sheet
from channelkeeper.orders.actions import Result
from channelkeeper.orders.queries import OrderRow
from channelkeeper.orders.rules import SEEN_BY, SETTLERS, State
from channelkeeper.orders.views import showing
from channelkeeper.orders.views.marks import language
from channelkeeper.orders.views.showing import said
from channelkeeper.web import downloads, exports, pages, uploads

Step = Callable[[doors.ActorRequest, str], None]


@dataclass(frozen=True)
class Choice:
    """A filter written as text."""

    label: str
    url: str
    active: bool
    count: int | None
    state: str = ""


@doors.page(SEEN_BY)
def orders(request: doors.ActorRequest) -> HttpResponse:
    """Show the orders in scope, the newest week's unless another is asked for."""
    return _list_page(request)


@doors.page(STAFF, methods=("POST",))
def offer_many(request: doors.ActorRequest) -> HttpResponse:
    """Offer the drafts that were chosen in the list; say of each that cannot be offered why not."""
    numbers = request.POST.getlist("number")
    done = actions.offer_many(numbers=numbers, by=request.actor, at=doors.at(request))
    count = sum(one.refusal is None for one in done)
    if count:
        told = ngettext("%(count)s draft is offered.", "%(count)s drafts are offered.", count)
        pages.say(request, told % {"count": count})
    left = [one for one in done if one.refusal is not None]
    if count and not left:
        return redirect(f"{reverse('orders:list')}?{request.GET.urlencode()}")
    return _list_page(request, left=left, status=200 if count else 422)


def _list_page(request: doors.ActorRequest, *, left: Sequence[actions.Offered] = (), status: int = 200) -> HttpResponse:
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
        "rows": [(row, row.distributor(language()), sentences.state_word(row.state, language())) for row in page],
        "filters": _state_choices(request.GET.dict(), tally, week),
        "weeks": _week_choices(known, week),
        "query": _rest({**request.GET.dict(), "page": ""}),
        "narrowed": bool(asked.states or asked.distributor),
        "own": request.actor.role is Role.DISTRIBUTOR,
        "can_propose": request.actor.role in STAFF,
        "drafts": request.actor.role in STAFF and any(row.state is State.PROPOSED for row in page),
        "left": [(one.number, said(one.refusal)) for one in left if one.refusal is not None],
        "nothing_chosen": status == 422 and not left,
        "propose_week": weeks.shift(closed, 1),
    }
    return pages.render(request, "orders/list.html", "orders/_rows.html", context, status=status)


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
    rows = [showing.row_of(line, refused=refused) for line in view.lines if line.product in touched]
    context = {**showing.frame(showing.reader_of(request, number), view), "rows": rows, "saved_at": at}
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
    content = sheet.workbook(view, language=language(), all_lines=request.GET.get("all") == "1")
    response = HttpResponse(content, content_type=sheet.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{sheet.filename(view)}"'
    return response


@doors.page(SEEN_BY)
def as_csv(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Hand the order out as CSV, with the workbook's columns; all lines with ?all=1."""
    view = queries.order(request.actor, number, at=doors.at(request))
    content = sheet.csv(view, language=language(), all_lines=request.GET.get("all") == "1")
    return downloads.file(content, sheet.filename(view, "csv"), "text/csv; charset=utf-8")


@doors.page(SEEN_BY)
def as_pdf(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Hand the order out on paper, for both sides to sign; all lines with ?all=1."""
    view = queries.order(request.actor, number, at=doors.at(request))
    shown = paper.context(view, language=language(), all_lines=request.GET.get("all") == "1")
    return exports.printed(request, paper.TEMPLATE, shown, view.row.number)


@doors.page(SETTLERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check an edited order file, or take it in."""
    form = uploads.Upload(request.POST or None, request.FILES or None)
    at = doors.at(request)
    outcome = order_file.take_in(**form.sent, by=request.actor, at=at) if form.is_valid() else None
    refused = bool(form.errors) or (outcome is not None and outcome.status == "refused")
    context = {"form": form, "outcome": outcome, "own": request.actor.role is Role.DISTRIBUTOR}
    return render(request, "orders/import.html", context, status=422 if refused else 200)


@doors.page(SEEN_BY)
def as_json(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Hand the order out as JSON, as the API does."""
    view = queries.order(request.actor, number, at=doors.at(request))
    response = JsonResponse(view.record(), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{view.row.number}.json"'
    return response


def _order_page(request: doors.ActorRequest, number: str, **more: Any) -> HttpResponse:
    return showing.order_page(request, number, showing.reader_of(request, number), **more)


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


def _offered_words(row: OrderRow) -> str:
    return _("Offered to %(name)s, %(lines)s lines, %(amount)s") % {
        "name": row.distributor(language()),
        "lines": row.lines_ordered,
        "amount": formats.money(row.amount, language(), short=True),
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
    comma = "，" if formats.is_chinese(language()) else ", "
    return comma.join(parts) or _("Nothing to propose")


def _list_sentence(tally: Mapping[State, queries.Tally], week: date) -> str:
    live = {state: one for state, one in tally.items() if state is not State.CANCELLED}
    ordering = formats.week(weeks.shift(week, 1), language())
    count = sum(one.orders for one in live.values())
    if not count:
        return _("No orders for %(week)s yet.") % {"week": ordering}
    amount = sum((one.amount for one in live.values()), rules.ZERO)
    told = ngettext(
        "%(week)s: %(count)s order, %(amount)s.", "%(week)s: %(count)s orders, %(amount)s together.", count
    ) % {"week": capfirst(ordering), "count": count, "amount": formats.money(amount, language(), short=True)}
    waiting = sum(live[state].orders for state in (State.PROPOSED, State.CHANGED, State.ACCEPTED) if state in live)
    if not waiting:
        return told
    return told + _(" %(count)s wait for us.") % {"count": waiting}


def _state_choices(asked: dict[str, str], tally: Mapping[State, queries.Tally], week: date) -> list[Choice]:
    def choice(label: str, state: str, count: int) -> Choice:
        query = _query({**asked, "week": weeks.label(week), "state": state, "page": ""})
        return Choice(label, f"?{query}", asked.get("state", "") == state, count)

    every = choice(_("All"), "", sum(one.orders for one in tally.values()))
    found = [state for state in State if state in tally]
    return [every, *(choice(sentences.state_word(one, language()), one.value, tally[one].orders) for one in found)]


def _week_choices(known: list[date], week: date) -> list[Choice]:
    if len(known) < 2:
        return []
    return [
        Choice(
            formats.week(weeks.shift(one, 1), language()), f"?{_query({'week': weeks.label(one)})}", one == week, None
        )
        for one in known
    ]


def _query(asked: dict[str, str]) -> str:
    """Return the query of an address, empty choices left out."""
    return urlencode({name: value for name, value in asked.items() if value})


def _rest(asked: dict[str, str]) -> str:
    """Return the query, ready for one more choice behind it."""
    query = _query(asked)
    return f"{query}&" if query else ""
