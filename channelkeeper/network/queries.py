"""Reads of this room. `visible` is the scope of everything that belongs to a distributor."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from channelkeeper.access.rules import Actor, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.models import Assignment, Distributor, DistributorUser, OfficeManager

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
    person, on = actor.seen_as_id, BUSINESS.day(at)
    if person is None:
        return distributors.none()
    if actor.role is Role.OFFICE_MANAGER:
        offices = OfficeManager.objects.filter(_holds(on), user_id=person).values("office_id")
        return distributors.filter(office_id__in=offices)
    if actor.role is Role.FACTORY_REP:
        served = Assignment.objects.filter(_holds(on), rep__user_id=person).values("distributor_id")
        return distributors.filter(pk__in=served)
    if actor.role is Role.DISTRIBUTOR:
        own = DistributorUser.objects.filter(user_id=person).values("distributor_id")
        return distributors.filter(pk__in=own)
    return distributors.none()


def _holds(on: date) -> Q:
    """Return the condition that a period [starts_on, ends_on) holds a day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
