"""Reads of this room: which actor a session or a token is."""

import hashlib
from datetime import date, datetime

from django.db.models import Q, QuerySet

from channelkeeper.access.models import RoleGrant, Substitution, Token, User
from channelkeeper.access.rules import Actor, Role
from channelkeeper.core.calendar import BUSINESS


def actor_of_user(
    user_id: int, *, role: str | None, stands_in_for_id: int | None, at: datetime
) -> Actor | None:
    """
    Return the user as an actor in a role that holds today.

    Args:
        user_id: who is signed in.
        role: the role chosen; None takes the first held.
        stands_in_for_id: the absent person, where one stands in; then the role must be theirs,
            arranged for today.
        at: now.

    Returns:
        None where the user is inactive, or holds no such role today.
    """
    on = BUSINESS.day(at)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    if stands_in_for_id:
        return _substitute(user, stands_in_for_id, on)
    held = list(roles_held(user_id, on=on))
    chosen = role if role in held else (held[0] if held and role is None else None)
    return Actor(role=Role(chosen), user_id=user.pk, name=user.name) if chosen else None


def roles_held(user_id: int, *, on: date) -> QuerySet[RoleGrant, str]:
    """Return the roles a user holds on a day, oldest grant first."""
    grants = RoleGrant.objects.filter(user_id=user_id, starts_on__lte=on)
    current = grants.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return current.order_by("starts_on", "pk").values_list("role", flat=True)


def actor_of_token(token: str, *, at: datetime) -> Actor | None:
    """Return the actor a program's token stands for; None for an unknown, ended or expired one."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = Token.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), digest=digest).first()
    if found is None:
        return None
    return actor_of_user(found.user_id, role=found.role, stands_in_for_id=None, at=at)


def _substitute(user: User, absent_id: int, on: date) -> Actor | None:
    arranged = Substitution.objects.filter(
        substitute=user, absent_id=absent_id, starts_on__lte=on, ends_on__gt=on
    ).first()
    if arranged is None or arranged.role not in roles_held(absent_id, on=on):
        return None
    return Actor(
        role=Role(arranged.role), user_id=user.pk, name=user.name, stands_in_for_id=arranged.absent_id
    )
