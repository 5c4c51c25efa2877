"""One-time links: made by the rep, opened and spent by whoever holds them, withdrawn by the rep."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.orders import rules
from channelkeeper.orders.actions import edits, locking, steps
from channelkeeper.orders.models import OrderLink
from channelkeeper.orders.queries import links

TOKEN_BYTES = 24  # 192 bits, and a picture that a phone still reads from paper


@dataclass(frozen=True)
class MadeLink:
    """A link as it was made. The token is told this once; only its SHA-256 is kept."""

    id: int
    token: str
    number: str
    expires_at: datetime


@transaction.atomic
def make_link(*, number: str, by: Actor, at: datetime, days: int = rules.LINK_DAYS) -> MadeLink:
    """
    Make a link with which the distributor answers one order without signing in; it takes the place of an earlier one.

    Args:
        number: of the order.
        days: how long it lasts, 1 to 30.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it does not wait for an answer.
        WrongQuantity: it would last too long.
    """
    check(by, "orders.link.made", rules.PERMISSIONS)
    rules.check_link_days(days)
    order = locking.locked(number, by=by, at=at)
    rules.next_state(number=number, state=rules.State(order.state), step="linked")
    replaced = OrderLink.objects.filter(order=order, spent_at=None, withdrawn_at=None).update(withdrawn_at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = OrderLink.objects.create(
        order=order,
        digest=links.digest_of(token),
        made_by_id=by.user_id,
        made_by_name=by.name,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    locking.note(order, "linked", by=by, at=at).save()
    figures = {"order": number, "expires_at": made.expires_at.isoformat(), "replaced": replaced}
    _record("made", made, by=by, at=at, figures=figures)
    return MadeLink(made.pk, token, number, made.expires_at)


@transaction.atomic
def withdraw_link(*, number: str, by: Actor, at: datetime) -> None:
    """
    Make an order's link worthless.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongQuantity: there is none that still opens it.
    """
    check(by, "orders.link.withdrawn", rules.PERMISSIONS)
    order = locking.locked(number, by=by, at=at)
    found = OrderLink.objects.select_for_update(of=("self",)).filter(order=order, spent_at=None, withdrawn_at=None)
    live = next((one for one in found.select_related("order__distributor") if links.opens(one, at=at)), None)
    if live is None:
        raise rules.WrongQuantity("no_link", number=number)
    live.withdrawn_at = at
    live.save(update_fields=["withdrawn_at"])
    locking.note(order, "unlinked", by=by, at=at).save()
    _record("withdrawn", live, by=by, at=at, figures={"order": number})


@transaction.atomic
def open_link(*, token: str, at: datetime) -> str:
    """
    Note that somebody has opened a link; return the number of its order, which counts as opened too.

    Raises:
        NotFound: it does not open anything.
    """
    link = _locked(token, at=at)
    by = links.holder(link)
    check(by, "orders.link.opened", rules.PERMISSIONS)
    link.opened_at, link.opened_times = link.opened_at or at, link.opened_times + 1
    link.save(update_fields=["opened_at", "opened_times"])
    _record("opened", link, by=by, at=at, figures={"order": link.order.number, "times": link.opened_times})
    steps.open_offer(number=link.order.number, by=by, at=at)
    return link.order.number


@transaction.atomic
def accept_by_link(*, token: str, at: datetime) -> None:
    """
    Accept the order of a link as it is; the link is spent.

    Raises:
        NotFound: the link does not open anything.
        WrongState: the order is not on offer.
    """
    link, by = _spend(token, "accepted", at=at)
    steps.accept(number=link.order.number, by=by, at=at)


@transaction.atomic
def change_by_link(*, token: str, cases: Mapping[str, int], reason: str, at: datetime) -> None:
    """
    Answer the order of a link with other quantities; the link is spent.

    Args:
        cases, reason: as in `change`.

    Raises:
        NotFound: the link does not open anything.
        ReasonMissing: no reason is given.
        RefusedLines: a product is not in it, or a quantity is impossible.
    """
    link, by = _spend(token, "changed", at=at)
    edits.change(number=link.order.number, cases=cases, reason=reason, by=by, at=at)


@transaction.atomic
def decline_by_link(*, token: str, reason: str, at: datetime) -> None:
    """
    Decline the order of a link; the link is spent.

    Raises:
        NotFound: the link does not open anything.
        ReasonMissing: none is given.
    """
    link, by = _spend(token, "declined", at=at)
    steps.decline(number=link.order.number, by=by, at=at, reason=reason)


def _spend(token: str, step: str, *, at: datetime) -> tuple[OrderLink, Actor]:
    """Return a link that is spent on a step, and who acts by it; a refusal of the step takes it back."""
    link = _locked(token, at=at)
    by = links.holder(link)
    check(by, "orders.link.used", rules.PERMISSIONS)
    link.spent_at, link.spent_on = at, step
    link.save(update_fields=["spent_at", "spent_on"])
    _record("used", link, by=by, at=at, figures={"order": link.order.number, "step": step})
    return link, by


def _locked(token: str, *, at: datetime) -> OrderLink:
    """
    Return a link that opens its order, for changing: of two who use it at once, the second finds it spent.

    Raises:
        NotFound: it opens nothing.
    """
    # The order first, as everybody else does who changes a link: two locks in two orders would wait for each other.
    found = links.by_token(token).first()
    if found is None:
        raise NotFound("No such link.")
    locking.locked(found.order.number, by=links.holder(found), at=at)
    link = links.by_token(token).select_for_update(of=("self",)).get()
    if not links.opens(link, at=at):
        raise NotFound("No such link.")
    return link


def _record(verb: str, link: OrderLink, *, by: Actor, at: datetime, figures: Mapping[str, object]) -> None:
    access.record(
        f"orders.link.{verb}",
        by=by,
        at=at,
        subject=("link", link.pk),
        distributor_code=link.order.distributor.code,
        figures=figures,
    )
