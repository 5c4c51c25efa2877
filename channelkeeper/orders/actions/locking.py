"""What all steps in an order's life share: find it in scope and lock it, write its sums and its story."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.orders import queries, rules
from channelkeeper.orders.actions import stuffing
from channelkeeper.orders.actions.proposing import totals_fields
from channelkeeper.orders.models import Order, OrderChange, OrderLine
from channelkeeper.orders.rules import State

MOST_REASON = 200  # characters, as the column holds


def locked(number: str, *, by: Actor, at: datetime) -> Order:
    """
    Return an order for changing; whoever else would change it waits.

    Raises:
        NotFound: no such order in the actor's scope; for a distributor, none that was offered to it.
    """
    found = queries.in_scope(by, at=at).filter(number=number)
    order = found.select_related("distributor").select_for_update(of=("self",)).first()
    if order is None or (by.role is Role.DISTRIBUTOR and not queries.is_shown(order)):
        raise NotFound(f"No order {number}.")
    return order


def take_step(order: Order, step: str, *, at: datetime) -> None:
    """
    Put an order into the state after a step; not saved yet.

    Raises:
        WrongState: the step is not open.
    """
    order.state = rules.next_state(number=order.number, state=State(order.state), step=step).value
    order.changed_at = at


def reason_of(text: str) -> str:
    """
    Return a reason as it is kept.

    Raises:
        ReasonMissing: it is empty.
    """
    reason = " ".join(text.split())[:MOST_REASON]
    if not reason:
        raise rules.ReasonMissing("reason_missing")
    return reason


def sum_up(order: Order) -> None:
    """Bring an order's sums in line with its lines; not saved yet."""
    lines = OrderLine.objects.filter(order=order)
    totals = rules.totals(rules.Line(queries.basis_of(line), line.units, line.price_per_unit) for line in lines)
    for name, value in totals_fields(totals).items():
        setattr(order, name, value)


def note(order: Order, verb: str, *, by: Actor, at: datetime, reason: str = "", **more: Any) -> OrderChange:
    """Return a row of the order's story; not saved yet."""
    told = {"by_id": by.user_id, "by_name": by.name, "link_id": by.one.link_id if by.one else None}
    return OrderChange(order=order, at=at, verb=verb, reason=reason, **told, **more)


def finish(
    order: Order, verb: str, *, by: Actor, at: datetime, reason: str = "", rows: Iterable[OrderChange] = ()
) -> None:
    """Save an order after a step, with its story and the audit line."""
    order.save()
    told = list(rows) or [note(order, verb, by=by, at=at, reason=reason)]
    OrderChange.objects.bulk_create(told)
    if verb in stuffing.WATCHED:
        stuffing.watch(order, at=at)
    edits = [(one.product.code, one.before_units, one.after_units) for one in told if one.product is not None]
    access.record(
        f"orders.{'line' if verb in ('edited', 'undone') else 'order'}.{verb}",
        by=by,
        at=at,
        subject=("order", order.number),
        distributor_code=order.distributor.code,
        reason=reason,
        figures={
            "state": order.state,
            "lines": order.lines_ordered,
            "cases": order.cases,
            "amount": str(order.amount),
            **({"edits": edits} if edits else {}),
        },
    )
