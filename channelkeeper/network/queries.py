"""Reads of this room. `visible` is the scope of everything that belongs to a distributor."""

from datetime import datetime

from django.db.models import Q, QuerySet

from channelkeeper.access.rules import Actor, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.models import Distributor

ALL = frozenset({Role.HEADQUARTERS, Role.AUDITOR, Role.SERVICE})


def visible(actor: Actor, *, at: datetime) -> QuerySet[Distributor]:
    """
    Return the distributors that the actor may see at that time; none for a role not named here.

    Every read of what belongs to a distributor narrows through this, as in
    `.filter(distributor__in=visible(actor, at=at))`.

    Args:
        actor: who asks; one that stands in sees what the absent person would.
        at: when; a rep sees its distributors only while assigned.
    """
    distributors = Distributor.objects.all()
    if actor.role in ALL:
        return distributors
    on = BUSINESS.day(at)
    person = actor.seen_as_id
    if actor.role is Role.OFFICE_MANAGER:
        return distributors.filter(_holds("office__managers__", on) & Q(office__managers__user_id=person)).distinct()
    if actor.role is Role.FACTORY_REP:
        return distributors.filter(_holds("assignments__", on) & Q(assignments__rep__user_id=person)).distinct()
    if actor.role is Role.DISTRIBUTOR:
        return distributors.filter(users__user_id=person)
    return distributors.none()


def _holds(prefix: str, on: object) -> Q:
    """Return the condition that a period [starts_on, ends_on) holds a day."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": on})
    )
