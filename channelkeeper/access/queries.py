"""Reads of this room: which actor a session or a token is, who may act as whom, and the audit book."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.core.paginator import Page
from django.db.models import Q, QuerySet

from channelkeeper.access import paging, rules
from channelkeeper.access.models import AuditLine, RoleGrant, Substitution, Token, User
from channelkeeper.access.rules import Actor, Role
from channelkeeper.core.calendar import BUSINESS


class Person(Protocol):
    """A user, as Django's sign-in hands it over."""

    pk: int
    name: str
    is_active: bool


@dataclass(frozen=True)
class Seat:
    """One way in which a user may act: in a role of their own, or in that of someone absent."""

    role: Role
    absent_id: int | None = None
    absent_name: str = ""

    @property
    def key(self) -> str:
        """Return what names the seat in a form: `factory_rep`, `factory_rep:12`."""
        return f"{self.role.value}:{self.absent_id}" if self.absent_id else self.role.value


def seats(user_id: int, *, on: date) -> list[Seat]:
    """Return all ways in which a user may act on a day: own roles first, oldest grant first, then the absent's."""
    arranged = Substitution.objects.filter(_holds(on), substitute_id=user_id).select_related("absent")
    stood_in_for = list(arranged.order_by("starts_on", "pk"))
    held = _roles_of([user_id, *(row.absent_id for row in stood_in_for)], on)
    own = [Seat(role) for role in held.get(user_id, [])]
    others = [
        Seat(Role(row.role), row.absent_id, row.absent.name)
        for row in stood_in_for
        if Role(row.role) in held.get(row.absent_id, [])
    ]
    return list(dict.fromkeys([*own, *others]))


def actor_of_user(user_id: int, *, role: str | None, stands_in_for_id: int | None, at: datetime) -> Actor | None:
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
    user = User.objects.filter(pk=user_id).first()
    return None if user is None else actor_of_person(user, role=role, stands_in_for_id=stands_in_for_id, at=at)


def actor_of_person(person: Person, *, role: str | None, stands_in_for_id: int | None, at: datetime) -> Actor | None:
    """As `actor_of_user`, of a user that is loaded already."""
    if not person.is_active:
        return None
    on = BUSINESS.day(at)
    if stands_in_for_id:
        return _substitute(person, stands_in_for_id, role, on)
    held = list(roles_held(person.pk, on=on))
    chosen = role if role in held else (held[0] if held and role is None else None)
    return Actor(role=Role(chosen), user_id=person.pk, name=person.name) if chosen else None


def actor_of_only_seat(person: Person, *, at: datetime) -> Actor | None:
    """Return the user in their one role; None where there is none, or a choice to make."""
    found = seats(person.pk, on=BUSINESS.day(at)) if person.is_active else []
    return actor_in(person, found[0]) if len(found) == 1 else None


def actor_in(person: Person, seat: Seat) -> Actor:
    """Return a user as the actor of one of their seats."""
    return Actor(
        role=seat.role,
        user_id=person.pk,
        name=person.name,
        stands_in_for_id=seat.absent_id,
        stands_in_for_name=seat.absent_name,
    )


def roles_held(user_id: int, *, on: date) -> QuerySet[RoleGrant, str]:
    """Return the roles a user holds on a day, oldest grant first."""
    grants = RoleGrant.objects.filter(_holds(on), user_id=user_id)
    return grants.order_by("starts_on", "pk").values_list("role", flat=True)


def user_ids(logins: Iterable[str]) -> dict[str, int]:
    """Return the ids of the users with these sign-in names; unknown names are left out."""
    return dict(User.objects.filter(login__in=set(logins)).values_list("login", "pk"))


@dataclass(frozen=True)
class TokenActor:
    """Who a program's token stands for, and when it was last used."""

    actor: Actor
    token_id: int
    last_used_on: date | None


def actor_of_token(token: str, *, at: datetime) -> Actor | None:
    """Return the actor a program's token stands for; None for an unknown, ended or expired one."""
    found = token_actor(token, at=at)
    return found.actor if found else None


def token_actor(token: str, *, at: datetime) -> TokenActor | None:
    """As `actor_of_token`, with what is needed to note that it was used."""
    digest = digest_of(token)
    current = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    found = Token.objects.filter(current, digest=digest).select_related("user").first()
    if found is None:
        return None
    actor = actor_of_person(found.user, role=found.role, stands_in_for_id=None, at=at)
    return TokenActor(actor, found.pk, found.last_used_on) if actor else None


def digest_of(token: str) -> str:
    """Return what is kept of a token. A token is 256 random bits: no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class TokenView:
    """A token as its owner sees it; the secret is shown once, when it is made, and never kept."""

    id: int
    label: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    last_used_on: date | None


def own_tokens(actor: Actor) -> list[TokenView]:
    """Return the actor's own tokens, the newest first; none while standing in."""
    if actor.user_id is None or actor.stands_in_for_id is not None:
        return []
    rows = Token.objects.filter(user_id=actor.user_id).order_by("-created_at", "-pk")
    return [
        TokenView(row.pk, row.label, Role(row.role), row.created_at, row.expires_at, row.last_used_on) for row in rows
    ]


@dataclass(frozen=True)
class SubstitutionView:
    """Who stands in for whom, in which role, in [starts_on, ends_on)."""

    id: int
    absent_id: int
    absent: str
    substitute: str
    role: Role
    starts_on: date
    ends_on: date
    arranged_by: str

    @property
    def last_on(self) -> date:
        """Return the last day of it."""
        return self.ends_on - timedelta(days=1)


def substitutions(*, on: date, of: Collection[int] | None = None) -> list[SubstitutionView]:
    """
    Return the substitutions that run or are to come, the next first.

    Args:
        on: today.
        of: users of whom either is one; None for all. The room that knows who is in charge narrows by it.
    """
    rows = Substitution.objects.filter(ends_on__gt=on).select_related("absent", "substitute", "arranged_by")
    if of is not None:
        rows = rows.filter(absent_id__in=of)
    return [
        SubstitutionView(
            id=row.pk,
            absent_id=row.absent_id,
            absent=row.absent.name,
            substitute=row.substitute.name,
            role=Role(row.role),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            arranged_by=row.arranged_by.name if row.arranged_by else "channelkeeper",
        )
        for row in rows.order_by("starts_on", "pk")
    ]


@dataclass(frozen=True)
class UserView:
    """A user and the roles held today."""

    id: int
    login: str
    name: str
    is_active: bool
    roles: tuple[Role, ...]


def staff(*, on: date, of: Collection[int] | None = None) -> list[UserView]:
    """Return active users who hold a staff role on a day, by name; `of` narrows to these users."""
    holders = RoleGrant.objects.filter(_holds(on), role__in=[role.value for role in rules.STAFF]).values("user_id")
    users = User.objects.filter(is_active=True, pk__in=holders)
    return _with_roles((users.filter(pk__in=of) if of is not None else users).order_by("name", "login"), on)


def users(actor: Actor, *, at: datetime, text: str = "", page: int = 1) -> "Page[UserView]":
    """
    Return one page of all users, by sign-in name.

    Raises:
        NotAllowed: neither headquarters nor auditor.
    """
    rules.check(actor, "access.user.listed", rules.PERMISSIONS)
    found = User.objects.order_by("login")
    if text:
        found = found.filter(Q(login__icontains=text) | Q(name__icontains=text))
    return paging.page_of(found, page, lambda rows: _with_roles(rows, BUSINESS.day(at)))


@dataclass(frozen=True)
class GrantView:
    """A role that a user holds in [starts_on, ends_on)."""

    role: Role
    starts_on: date
    ends_on: date | None


def user(actor: Actor, user_id: int, *, at: datetime) -> tuple[UserView, list[GrantView]]:
    """
    Return one user with all their grants, past ones too.

    Raises:
        NotAllowed: neither headquarters nor auditor.
        NotFound: no such user.
    """
    rules.check(actor, "access.user.listed", rules.PERMISSIONS)
    found = _with_roles(User.objects.filter(pk=user_id), BUSINESS.day(at))
    if not found:
        raise rules.NotFound(f"No user {user_id}.")
    grants = RoleGrant.objects.filter(user_id=user_id).order_by("starts_on", "pk")
    return found[0], [GrantView(Role(row.role), row.starts_on, row.ends_on) for row in grants]


@dataclass(frozen=True)
class AuditView:
    """A line of the audit book as it is read."""

    at: datetime
    actor: str
    stands_in_for: str
    role: str
    verb: str
    subject_kind: str
    subject_id: str
    distributor_code: str
    reason: str
    figures: dict[str, object]


def audit_lines(
    actor: Actor,
    *,
    distributor_code: str = "",
    verb: str = "",
    day: date | None = None,
    page: int = 1,
) -> "Page[AuditView]":
    """
    Return one page of the audit book, the newest line first.

    Args:
        actor: headquarters or auditor, who both see every distributor.
        distributor_code: only lines of this distributor.
        verb: only verbs that begin so: `orders.` or `orders.order.sent`.
        day: only lines of this business day.
        page: from 1; beyond the last is the last.

    Raises:
        NotAllowed: the role may not read it.
    """
    rules.check(actor, "access.audit.read", rules.PERMISSIONS)
    lines = AuditLine.objects.select_related("stands_in_for").order_by("-at", "-pk")
    if distributor_code:
        lines = lines.filter(distributor_code=distributor_code)
    if verb:
        lines = lines.filter(verb__startswith=verb)
    if day:
        start = datetime.combine(day, time.min, ZoneInfo(BUSINESS.zone))
        lines = lines.filter(at__gte=start, at__lt=start + timedelta(days=1))
    return paging.page_of(lines, page, lambda rows: [_audit_view(line) for line in rows])


def _audit_view(line: AuditLine) -> AuditView:
    return AuditView(
        at=line.at,
        actor=line.actor_name,
        stands_in_for=line.stands_in_for.name if line.stands_in_for else "",
        role=line.role,
        verb=line.verb,
        subject_kind=line.subject_kind,
        subject_id=line.subject_id,
        distributor_code=line.distributor_code,
        reason=line.reason,
        figures=line.figures,
    )


def _with_roles(found: Iterable[User], on: date) -> list[UserView]:
    rows = list(found)
    held = _roles_of([row.pk for row in rows], on)
    return [UserView(row.pk, row.login, row.name, row.is_active, tuple(held.get(row.pk, []))) for row in rows]


def _roles_of(user_ids: Collection[int], on: date) -> dict[int, list[Role]]:
    """Return the roles that each user holds on a day, the oldest grant first."""
    held: dict[int, list[Role]] = {}
    grants = RoleGrant.objects.filter(_holds(on), user_id__in=user_ids).order_by("starts_on", "pk")
    for user_id, role in grants.values_list("user_id", "role"):
        held.setdefault(user_id, []).append(Role(role))
    return held


def _substitute(person: Person, absent_id: int, role: str | None, on: date) -> Actor | None:
    for seat in seats(person.pk, on=on):
        if seat.absent_id == absent_id and role in (None, seat.role.value):
            return actor_in(person, seat)
    return None


def _holds(on: date) -> Q:
    """Return the condition that a period [starts_on, ends_on) holds a day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
