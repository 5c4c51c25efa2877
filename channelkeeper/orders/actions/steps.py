"""The steps in an order's life, each one transaction: check, find and lock, ask the rule, save, audit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channelkeeper.access.rules import Actor, NotFound, Role, check
from channelkeeper.orders import rules
from channelkeeper.orders.actions import edits, locking
from channelkeeper.orders.models import Order
from channelkeeper.orders.rules import State


@transaction.atomic
def offer(
    *,
    number: str,
    by: Actor,
    at: datetime,
    cases: Mapping[str, int] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """
    Offer a draft to its distributor, with the last edits where the page still held some.

    Args:
        number: of the order.
        cases, reasons: as in `edit_lines`; all or nothing.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is no draft.
        RefusedLines: an edit cannot stand.
        WrongQuantity: it orders nothing.
    """
    if cases:
        edits.edit_lines(number=number, cases=cases, reasons=reasons, by=by, at=at)
    order = _begin(number, "offered", by=by, at=at)
    rules.check_not_empty(number=number, lines_ordered=order.lines_ordered)
    order.offered_at, order.opened_at = at, None
    locking.finish(order, "offered", by=by, at=at)


@dataclass(frozen=True)
class Offered:
    """What came of one of several drafts: offered, or why not."""

    number: str
    refusal: rules.Refusal | None = None


def offer_many(*, numbers: Iterable[str], by: Actor, at: datetime) -> tuple[Offered, ...]:
    """
    Offer several drafts, each for itself: one that cannot be offered keeps none of the others back.

    Args:
        numbers: of the orders; each once, however often it is named.

    Raises:
        NotAllowed: the actor may not.
    """
    check(by, "orders.order.offered", rules.PERMISSIONS)
    return tuple(_offered(number, by=by, at=at) for number in dict.fromkeys(numbers))


def _offered(number: str, *, by: Actor, at: datetime) -> Offered:
    try:
        offer(number=number, by=by, at=at)
    except NotFound:
        return Offered(number, rules.WrongQuantity("no_such_order", number=number))
    except rules.Refusal as refusal:
        return Offered(number, refusal)
    return Offered(number)


@transaction.atomic
def withdraw_offer(*, number: str, by: Actor, at: datetime) -> None:
    """
    Take an offer back that its distributor has not opened: it is a draft again.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is not on offer, or has been opened.
    """
    order = _begin(number, "withdrawn", by=by, at=at)
    if order.opened_at is not None:
        raise rules.WrongState("already_opened", number=number, state=State.OFFERED.value)
    order.offered_at = None
    locking.finish(order, "withdrawn", by=by, at=at)


@transaction.atomic
def open_offer(*, number: str, by: Actor, at: datetime) -> bool:
    """
    Note that the distributor has opened an offer; return whether this was the first time.

    Raises:
        NotAllowed: the actor is no distributor.
        NotFound: no such order in scope.
    """
    check(by, "orders.order.opened", rules.PERMISSIONS)
    order = locking.locked(number, by=by, at=at)
    if order.state != State.OFFERED or order.opened_at is not None:
        return False
    order.opened_at = at
    locking.finish(order, "opened", by=by, at=at)
    return True


@transaction.atomic
def accept(*, number: str, by: Actor, at: datetime, reason: str = "") -> None:
    """
    Accept an offer as it is: by the distributor, or by its rep on its word.

    Args:
        reason: how it was agreed, where a rep accepts for the distributor.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is not on offer.
        ReasonMissing: a rep gives none.
    """
    order = _begin(number, "accepted", by=by, at=at)
    why = locking.reason_of(reason) if reason.strip() or by.role is not Role.DISTRIBUTOR else ""
    order.settled_at = at
    locking.finish(order, "accepted", by=by, at=at, reason=why)


@transaction.atomic
def decline(*, number: str, by: Actor, at: datetime, reason: str) -> None:
    """
    Decline an offer: by the distributor, or by its rep on its word. The order is cancelled.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is neither offered nor changed.
        ReasonMissing: none is given.
    """
    order = _begin(number, "declined", by=by, at=at)
    locking.finish(order, "declined", by=by, at=at, reason=locking.reason_of(reason))


@transaction.atomic
def settle(*, number: str, by: Actor, at: datetime) -> None:
    """
    Agree to the distributor's changes: the order counts as accepted.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: the distributor has changed nothing.
        WrongQuantity: nothing is left of it; it can be cancelled.
    """
    order = _begin(number, "settled", by=by, at=at)
    rules.check_not_empty(number=number, lines_ordered=order.lines_ordered)
    order.settled_at = at
    locking.finish(order, "settled", by=by, at=at)


@transaction.atomic
def send(*, number: str, by: Actor, at: datetime) -> None:
    """
    Send an accepted order: it can leave as a file.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is not accepted.
        EstimatedStock: it rests on estimated stock.
    """
    order = _begin(number, "sent", by=by, at=at)
    rules.check_sendable(number=number, estimated=order.estimated, lines_ordered=order.lines_ordered)
    order.sent_at = at
    locking.finish(order, "sent", by=by, at=at)


@transaction.atomic
def cancel(*, number: str, by: Actor, at: datetime, reason: str) -> None:
    """
    Cancel an order that has not been sent.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is sent or cancelled.
        ReasonMissing: none is given.
    """
    order = _begin(number, "cancelled", by=by, at=at)
    locking.finish(order, "cancelled", by=by, at=at, reason=locking.reason_of(reason))


def _begin(number: str, step: str, *, by: Actor, at: datetime) -> Order:
    """Return the order, locked and in the state after the step."""
    check(by, f"orders.order.{step}", rules.PERMISSIONS)
    order = locking.locked(number, by=by, at=at)
    locking.take_step(order, step, at=at)
    return order
