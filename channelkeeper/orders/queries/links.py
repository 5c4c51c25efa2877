"""One-time links: whom one lets in, and what is known of those of an order."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from channelkeeper.access.rules import Actor, NotFound, Pass, Role
from channelkeeper.orders import queries, rules
from channelkeeper.orders.models import OrderLink
from channelkeeper.orders.rules import LinkLife, State


@dataclass(frozen=True)
class LinkView:
    """A one-time link as its maker sees it; nobody can read it again."""

    id: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    opened_times: int
    spent_at: datetime | None
    spent_on: str
    withdrawn_at: datetime | None
    opens: bool


def digest_of(token: str) -> str:
    """Return what is kept of a link's token. It is 192 random bits: no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(token: str) -> QuerySet[OrderLink]:
    """Return the link of a token, with its order and distributor; whether it still opens is asked of `opens`."""
    return OrderLink.objects.filter(digest=digest_of(token)).select_related("order__distributor")


def holder(link: OrderLink) -> Actor:
    """Return who acts by a link: the distributor, with its one order in scope and nothing else."""
    order = link.order
    return Actor(
        role=Role.DISTRIBUTOR,
        user_id=None,
        name=order.distributor.name_zh,
        one=Pass(link.pk, "order", order.number),
    )


def opens(link: OrderLink, *, at: datetime) -> bool:
    """Return whether a link opens its order now."""
    return rules.opens(
        LinkLife(
            made_at=link.made_at,
            expires_at=link.expires_at,
            ended_at=link.spent_at or link.withdrawn_at,
            offered_at=link.order.offered_at,
            state=State(link.order.state),
        ),
        at=at,
    )


def actor_of(token: str, *, at: datetime) -> Actor:
    """
    Return who acts by a token. One query.

    Raises:
        NotFound: unknown, spent, withdrawn, past its time, or its offer was taken back: it is all the same.
    """
    found = by_token(token).first()
    if found is None or not opens(found, at=at):
        raise NotFound("No such link.")
    return holder(found)


def links(actor: Actor, number: str, *, at: datetime) -> list[LinkView]:
    """Return the links of an order, the newest first; none where it is out of scope. One query."""
    found = OrderLink.objects.filter(order__in=queries.in_scope(actor, at=at).filter(number=number))
    return [_view(one, at) for one in found.select_related("order").order_by("-pk")]


def _view(one: OrderLink, at: datetime) -> LinkView:
    return LinkView(
        id=one.pk,
        made_by=one.made_by_name,
        made_at=one.made_at,
        expires_at=one.expires_at,
        opened_at=one.opened_at,
        opened_times=one.opened_times,
        spent_at=one.spent_at,
        spent_on=one.spent_on,
        withdrawn_at=one.withdrawn_at,
        opens=opens(one, at=at),
    )
