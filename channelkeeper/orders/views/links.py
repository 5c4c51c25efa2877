"""
One-time links: their maker's pages, and those that they open on the distributor's phone.

Chats open links to preview them, so reading an address changes nothing and tells nothing: what stands behind a link
is shown to a browser in which somebody has pressed the button, and that is what the book notes as opened. Whether a
link is unknown, spent, withdrawn or past its time, the answer is the same.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Actor, NotFound
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.orders import actions, forms, queries, rules, sentences
from channelkeeper.orders.queries import links
from channelkeeper.orders.queries.links import digest_of
from channelkeeper.orders.views import showing
from channelkeeper.orders.views.marks import language
from channelkeeper.orders.views.showing import Reader, Ways
from channelkeeper.web import pages

OPENED, ANSWERED = "opened_links", "answered_links"  # in the session, by a part of the link's digest
MOST_KEPT = 20  # links a browser remembers
WHY_PUBLIC = "Whoever holds a one-time link is a stranger: the link is what lets them in, to one order."
Answer = Callable[[], None]


@never_cache
@doors.page(STAFF, methods=("POST",))
def make(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Make a link and show it, this once: as an address, as a picture, and in a sentence for the chat."""
    at, asked = doors.at(request), forms.LinkForm(request.POST)
    try:
        made = actions.make_link(number=number, by=request.actor, at=at, days=asked.asked)
    except rules.Refusal as refusal:
        return showing.order_page(request, number, showing.reader_of(request, number), refusal=refusal)
    row = queries.order(request.actor, number, at=at).row
    address = request.build_absolute_uri(reverse("orders:by_link", args=[made.token]))
    context = {
        "row": row,
        "name": row.distributor(language()),
        "made": made,
        "address": address,
        "words": _words(row, made, address),
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white"),
    }
    return render(request, "orders/link_made.html", context)


@doors.page(STAFF, methods=("POST",))
def withdraw(request: doors.ActorRequest, number: str) -> HttpResponse:
    """Make the order's link worthless."""
    try:
        actions.withdraw_link(number=number, by=request.actor, at=doors.at(request))
    except rules.Refusal as refusal:
        return showing.order_page(request, number, showing.reader_of(request, number), refusal=refusal)
    pages.say(request, _("The link of order %(number)s does not work any more.") % {"number": number})
    return redirect("orders:order", number=number)


@never_cache
@doors.public(WHY_PUBLIC)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what stands behind a link: a button first, then the order; changes nothing."""
    try:
        holder = links.actor_of(token, at=doors.at(request))
        if (own := _own_page(request, holder)) is not None:
            return own
    except NotFound:
        return _gone(request, token)
    number = _number(holder)
    if _mark(token) not in request.session.get(OPENED, []):
        week = queries.order(holder, number, at=doors.at(request)).row.ordering_week
        return _quiet(render(request, "orders/link_closed.html", {"token": token, "week": week}))
    return _quiet(showing.order_page(request, number, _reader(request, holder, token)))


@never_cache
@doors.public(WHY_PUBLIC, methods=("POST",))
def open_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link in this browser; who is signed in has a page of their own."""
    try:
        holder = links.actor_of(token, at=doors.at(request))
        if (own := _own_page(request, holder)) is not None:
            return own
        actions.open_link(token=token, at=doors.at(request))
    except NotFound:
        return _gone(request, token)
    _remember(request, OPENED, _mark(token))
    return redirect("orders:by_link", token=token)


@never_cache
@doors.public(WHY_PUBLIC, methods=("POST",))
def accept_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Accept the order as it is."""
    return _answer(request, token, lambda: actions.accept_by_link(token=token, at=doors.at(request)))


@never_cache
@doors.public(WHY_PUBLIC, methods=("POST",))
def change_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with other quantities and the reason."""
    asked, reason = forms.quantities(request.POST.dict()), request.POST.get("reason", "")

    def answer() -> None:
        if asked.refused:
            raise actions.RefusedLines(asked.refused)
        actions.change_by_link(token=token, cases=asked.cases, reason=reason, at=doors.at(request))

    return _answer(request, token, answer, typed=asked)


@never_cache
@doors.public(WHY_PUBLIC, methods=("POST",))
def decline_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Decline the order, with the reason."""
    reason = request.POST.get("reason", "")
    return _answer(request, token, lambda: actions.decline_by_link(token=token, reason=reason, at=doors.at(request)))


def _answer(request: HttpRequest, token: str, answer: Answer, *, typed: forms.Quantities | None = None) -> HttpResponse:
    """Answer an order and lead back; a refusal stands on the page beside what was typed, and the link still opens."""
    reason = request.POST.get("reason", "")
    try:
        holder = links.actor_of(token, at=doors.at(request))
        if (own := _own_page(request, holder)) is not None:
            return own
        if _mark(token) not in request.session.get(OPENED, []):
            return redirect("orders:by_link", token=token)
        answer()
    except NotFound:
        return _gone(request, token)
    except actions.RefusedLines as refusal:
        asked = forms.Quantities(refused=refusal.refused, typed=typed.typed if typed else {})
        return _refused(request, holder, token, typed=asked, reason=reason)
    except rules.Refusal as refusal:
        return _refused(request, holder, token, refusal=refusal, typed=typed, reason=reason)
    _remember(request, ANSWERED, _mark(token))
    return redirect("orders:by_link", token=token)


def _refused(request: HttpRequest, holder: Actor, token: str, **more: object) -> HttpResponse:
    reader = _reader(request, holder, token)
    return _quiet(showing.order_page(request, _number(holder), reader, **more))  # type: ignore[arg-type]


def _gone(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a link that opens nothing: with thanks where this browser has answered by it, else as any other."""
    if _mark(token) in request.session.get(ANSWERED, []):
        return _quiet(render(request, "orders/link_answered.html"))
    said = sentences.TEXTS["orders.link_gone"]
    context = {"zh": said.render("zh", {}), "en": said.render("en", {})}
    return _quiet(render(request, "orders/link_gone.html", context, status=404))


def _own_page(request: HttpRequest, holder: Actor) -> HttpResponse | None:
    """Return the way to the order's own page for who is signed in and may see it; None for a stranger."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return None
    if not queries.numbers_seen(actor, at=doors.at(request), numbers=[_number(holder)]):
        raise NotFound("No such link.")
    return redirect("orders:order", number=_number(holder))


def _reader(request: HttpRequest, holder: Actor, token: str) -> Reader:
    return Reader(holder, doors.at(request), Ways.of("orders:{step}_by_link", token, by_link=True))


def _number(holder: Actor) -> str:
    if holder.one is None:
        raise NotFound("No such link.")
    return holder.one.key


def _mark(token: str) -> str:
    """Return what a browser's session remembers of a link: enough to know it, too little to use it."""
    return digest_of(token)[:16]


def _remember(request: HttpRequest, name: str, mark: str) -> None:
    held = [one for one in request.session.get(name, []) if one != mark]
    request.session[name] = [*held, mark][-MOST_KEPT:]


def _quiet(response: HttpResponse) -> HttpResponse:
    """
    Keep an address that lets somebody in out of search engines.

    Other sites are told nothing of it by the policy of all pages, `same-origin`. A stricter one would take the origin
    from the forms too, and every answer would be taken for another site's.
    """
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _words(row: queries.OrderRow, made: actions.MadeLink, address: str) -> str:
    """Return the sentence that goes into the chat with the link."""
    tongue = language()
    said = _(
        "Order proposal for %(name)s, %(week)s: %(lines)s products, %(amount)s, arrives %(day)s. Each line says why. "
        "Please accept, change or decline it before %(until)s: %(address)s"
    )
    return said % {
        "name": row.distributor(tongue),
        "week": formats.week(row.ordering_week, tongue),
        "lines": row.lines_ordered,
        "amount": formats.money(row.amount, tongue, short=True),
        "day": formats.day(row.arrives_on, tongue),
        "until": formats.moment(made.expires_at.astimezone(ZoneInfo(BUSINESS.zone)), tongue),
        "address": address,
    }
