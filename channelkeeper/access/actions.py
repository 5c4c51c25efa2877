"""Writes of this room. `record` is the audit line that every action of every room ends with."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from channelkeeper.access import queries, rules
from channelkeeper.access.models import AuditLine, RoleGrant, Substitution, Token, User
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Refusal, Role
from channelkeeper.core.calendar import BUSINESS

TOKENS_A_USER = 20
LONGEST_TOKEN_DAYS = 366
TOKEN_PREFIX = "ck_"  # so that secret scanners know one when they see it


def record(
    verb: str,
    *,
    by: Actor,
    at: datetime,
    subject: tuple[str, object],
    distributor_code: str = "",
    reason: str = "",
    figures: Mapping[str, Any] | None = None,
) -> None:
    """
    Write the audit line of an action, inside the action's transaction.

    Args:
        verb: namespaced, past tense: `orders.order.offered`.
        by: who acted.
        at: when.
        subject: kind and key of what was acted on: `("order", "SO-1204")`.
        distributor_code: whose it is, where it is a distributor's.
        reason: as given by the actor; the system's own reason stands in for it.
        figures: what changed, JSON-able; with what was done by a one-time link stands which.
    """
    told = {"link": by.one.link_id} if by.one else {}
    AuditLine.objects.create(
        at=at,
        actor_id=by.user_id,
        actor_name=by.name,
        role=by.role.value,
        stands_in_for_id=by.stands_in_for_id,
        verb=verb,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        distributor_code=distributor_code,
        reason=reason or by.reason,
        figures={**told, **(figures or {})},
    )


@transaction.atomic
def create_user(
    *,
    login: str,
    name: str,
    by: Actor,
    at: datetime,
    password: str | None = None,
    language: str = "zh-hans",
    email: str = "",
    phone: str = "",
) -> int:
    """
    Create a person who may sign in, still without a role.

    Args:
        login: 1 to 150 characters without blanks, not taken.
        name: as shown, 1 to 100 characters.
        password: None lets nobody in until one is set.

    Returns:
        The user's id.

    Raises:
        NotAllowed: the actor is not headquarters.
        Refusal: sign-in name or name does not do.
        django.core.exceptions.ValidationError: the password is too weak.
    """
    rules.check(by, "access.user.created", rules.PERMISSIONS)
    _check_person(login, name)
    if User.objects.filter(login=login).exists():
        raise Refusal("access.login_taken", login=login)
    user = User(login=login, name=name, language=language, email=email, phone=phone)
    _give_password(user, password)
    user.save()
    record("access.user.created", by=by, at=at, subject=("user", login), figures={"name": name})
    return user.pk


@transaction.atomic
def create_user_in_role(*, login: str, name: str, role: Role, password: str | None, by: Actor, at: datetime) -> int:
    """
    Create a person and give them a role from today; raises and returns as the two actions it is made of.

    Raises:
        NotAllowed: the actor is not headquarters.
        Refusal: sign-in name or name does not do.
        django.core.exceptions.ValidationError: the password is too weak.
    """
    user_id = create_user(login=login, name=name, password=password, by=by, at=at)
    grant_role(user_id=user_id, role=role, starts_on=BUSINESS.day(at), by=by, at=at)
    return user_id


@dataclass(frozen=True)
class NewPerson:
    """A person to be there after an import."""

    login: str
    name: str


@transaction.atomic
def ensure_users(people: Iterable[NewPerson], *, role: Role, by: Actor, at: datetime) -> dict[str, int]:
    """
    Create the people who are not there yet, rename those whose name is another, give all the role from today.

    Set-based, for imports of master data: a fixed number of statements. New people cannot
    sign in until headquarters sets a password.

    Returns:
        The user id of each sign-in name.

    Raises:
        NotAllowed: the actor is not headquarters.
        Refusal: a sign-in name or name does not do.
    """
    for verb in ("access.user.created", "access.user.renamed"):
        rules.check(by, verb, rules.PERMISSIONS)
    wanted = {person.login: person for person in people}
    for person in wanted.values():
        _check_person(person.login, person.name)
    known = {user.login: user for user in User.objects.select_for_update().filter(login__in=wanted)}
    fresh = [person for login, person in wanted.items() if login not in known]
    unusable = make_password(None)
    User.objects.bulk_create([User(login=new.login, name=new.name, password=unusable) for new in fresh])
    renamed = [user for login, user in known.items() if user.name != wanted[login].name]
    for user in renamed:
        user.name = wanted[user.login].name
    User.objects.bulk_update(renamed, ["name"])
    ids = queries.user_ids(wanted)
    granted = _grant_missing(ids.values(), role, BUSINESS.day(at))
    if fresh or granted:
        figures = {"created": [person.login for person in fresh], "granted": granted}
        record("access.user.created", by=by, at=at, subject=("users", role.value), figures=figures)
    if renamed:
        names = {user.login: user.name for user in renamed}
        record("access.user.renamed", by=by, at=at, subject=("users", role.value), figures=names)
    return ids


def _grant_missing(user_ids: Collection[int], role: Role, on: date) -> int:
    """Grant the role from a day on to those who do not hold it then; return how many."""
    current = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), role=role.value)
    holding = set(current.filter(user_id__in=user_ids).values_list("user_id", flat=True))
    missing = [user_id for user_id in user_ids if user_id not in holding]
    RoleGrant.objects.bulk_create([RoleGrant(user_id=user_id, role=role.value, starts_on=on) for user_id in missing])
    return len(missing)


@transaction.atomic
def end_user(*, user_id: int, by: Actor, at: datetime) -> None:
    """
    Let a person sign in no more, by password or token; what they did stays theirs.

    Raises:
        NotAllowed: the actor is not headquarters.
        NotFound: no such user.
        Refusal: it is the actor's own account.
    """
    rules.check(by, "access.user.ended", rules.PERMISSIONS)
    user = _locked_user(user_id)
    _check_not_own(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("access.user.ended", by=by, at=at, subject=("user", user.login))


@transaction.atomic
def grant_role(*, user_id: int, role: Role, starts_on: date, by: Actor, at: datetime) -> None:
    """
    Give a user a role from a date on, until it is ended.

    Raises:
        NotAllowed: the actor is not headquarters, or the role is the system's own.
        NotFound: no such user.
        Refusal: the user holds the role then or later.
    """
    rules.check(by, "access.role.granted", rules.PERMISSIONS)
    if role is Role.SERVICE:
        raise NotAllowed("Nobody signs in as the system.")
    user = _locked_user(user_id)
    running = Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)
    if RoleGrant.objects.filter(running, user=user, role=role.value).exists():
        raise Refusal("access.role_held")
    RoleGrant.objects.create(user=user, role=role.value, starts_on=starts_on)
    figures = {"role": role.value, "starts_on": starts_on.isoformat()}
    record("access.role.granted", by=by, at=at, subject=("user", user.login), figures=figures)


@transaction.atomic
def end_role(*, user_id: int, role: Role, ends_on: date, by: Actor, at: datetime) -> None:
    """
    End a user's role: held up to the day before `ends_on`.

    Raises:
        NotAllowed: the actor is not headquarters.
        NotFound: no such user, or the role is not held.
        Refusal: it is the actor's own role, or it ends before it starts.
    """
    rules.check(by, "access.role.ended", rules.PERMISSIONS)
    user = _locked_user(user_id)
    _check_not_own(user, by)
    grants = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on), user=user, role=role.value)
    grant = grants.order_by("starts_on").first()
    if grant is None:
        raise NotFound(f"{user.login} does not hold {role.value}.")
    if ends_on <= grant.starts_on:
        raise Refusal("access.role_end", starts_on=grant.starts_on.isoformat())
    grant.ends_on = ends_on
    grant.save(update_fields=["ends_on"])
    figures = {"role": role.value, "ends_on": ends_on.isoformat()}
    record("access.role.ended", by=by, at=at, subject=("user", user.login), figures=figures)


@transaction.atomic
def set_password(*, user_id: int, password: str, by: Actor, at: datetime) -> None:
    """
    Set another person's password; their sessions end.

    Raises:
        NotAllowed: the actor is not headquarters.
        NotFound: no such user.
        django.core.exceptions.ValidationError: the password is too weak.
    """
    rules.check(by, "access.password.set", rules.PERMISSIONS)
    user = _locked_user(user_id)
    _give_password(user, password)
    user.save(update_fields=["password"])
    record("access.password.set", by=by, at=at, subject=("user", user.login))


@transaction.atomic
def change_password(*, present: str, new: str, by: Actor, at: datetime) -> None:
    """
    Change the actor's own password; their other sessions end.

    Raises:
        NotAllowed: the system has no password.
        Refusal: the present password is wrong.
        django.core.exceptions.ValidationError: the new password is too weak.
    """
    rules.check(by, "access.password.changed", rules.PERMISSIONS)
    user = _locked_self(by)
    if not user.check_password(present):
        raise Refusal("access.wrong_password")
    _give_password(user, new)
    user.save(update_fields=["password"])
    record("access.password.changed", by=by, at=at, subject=("user", user.login))


@transaction.atomic
def choose_language(*, language: str, by: Actor, at: datetime) -> None:
    """
    Keep the language in which the actor reads pages and receives notices.

    Raises:
        NotAllowed: the system does not read.
    """
    rules.check(by, "access.language.chosen", rules.PERMISSIONS)
    user = _locked_self(by)
    user.language = language
    user.save(update_fields=["language"])
    record("access.language.chosen", by=by, at=at, subject=("user", user.login), figures={"language": language})


@transaction.atomic
def arrange_substitute(
    *,
    absent_id: int,
    substitute_id: int,
    role: Role,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
    in_charge_of: Collection[int] | None = None,
) -> int:
    """
    Let one person do the work of another in [starts_on, ends_on).

    Args:
        role: the absent person's, to be acted in.
        in_charge_of: the users that the actor is in charge of, from the room that knows offices.
            None stands for all, which only headquarters may be in charge of.

    Returns:
        The substitution's id.

    Raises:
        NotAllowed: the actor is neither headquarters nor manager.
        NotFound: no such users.
        Refusal: ACC-1 refuses it, someone else is in charge, or the same is arranged already.
    """
    rules.check(by, "access.substitute.arranged", rules.PERMISSIONS)
    _check_in_charge(by, absent_id, in_charge_of)
    absent, substitute = _locked_pair(absent_id, substitute_id)
    standing = rules.Standing(
        absent_id=absent_id,
        substitute_id=substitute_id,
        absent_roles=[Role(role) for role in queries.roles_held(absent_id, on=starts_on)],
        substitute_roles=[Role(role) for role in queries.roles_held(substitute_id, on=starts_on)],
    )
    on = BUSINESS.day(at)
    rules.check_substitution(by=by, role=role, standing=standing, starts_on=starts_on, ends_on=ends_on, on=on)
    same = Substitution.objects.filter(absent=absent, substitute=substitute, role=role.value)
    if same.filter(starts_on__lt=ends_on, ends_on__gt=starts_on).exists():
        raise Refusal("access.substitute_overlaps")
    made = Substitution.objects.create(
        absent=absent,
        substitute=substitute,
        role=role.value,
        starts_on=starts_on,
        ends_on=ends_on,
        arranged_by_id=by.user_id,
    )
    figures = {
        "absent": absent.login,
        "substitute": substitute.login,
        "role": role.value,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    record("access.substitute.arranged", by=by, at=at, subject=("substitution", made.pk), figures=figures)
    return made.pk


@transaction.atomic
def end_substitute(
    *, substitution_id: int, by: Actor, at: datetime, in_charge_of: Collection[int] | None = None
) -> None:
    """
    End a substitution today; one that has not begun is taken back.

    Raises:
        NotAllowed: the actor is neither headquarters nor manager.
        NotFound: no such substitution, or it has ended.
        Refusal: someone else is in charge.
    """
    rules.check(by, "access.substitute.ended", rules.PERMISSIONS)
    on = BUSINESS.day(at)
    found = Substitution.objects.select_for_update().filter(pk=substitution_id, ends_on__gt=on).first()
    if found is None:
        raise NotFound(f"No substitution {substitution_id} runs.")
    _check_in_charge(by, found.absent_id, in_charge_of)
    if found.starts_on >= on:
        found.delete()
    else:
        found.ends_on = on
        found.save(update_fields=["ends_on"])
    record("access.substitute.ended", by=by, at=at, subject=("substitution", substitution_id))


@transaction.atomic
def create_token(*, label: str, days: int, by: Actor, at: datetime, owner: Actor | None = None) -> str:
    """
    Make a key with which a program acts as the actor, in the actor's present role.

    Args:
        label: what it is for, 1 to 100 characters.
        days: how long it lasts, 1 to 366.
        owner: whom it stands for, where the system itself makes it for someone.

    Returns:
        The secret. It is shown this once; only its SHA-256 is kept.

    Raises:
        NotAllowed: the owner is not a person, or a person makes it for another.
        Refusal: standing in, no label, too long, or too many.
    """
    rules.check(by, "access.token.created", rules.PERMISSIONS)
    owner = owner or by
    if owner != by and by.role is not Role.SERVICE:
        raise NotAllowed("Nobody makes a token for another.")
    user = _locked_self(owner)
    _check_token(user, label, days, owner)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    made = Token.objects.create(
        user=user,
        role=owner.role.value,
        label=label.strip(),
        digest=queries.digest_of(secret),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record("access.token.created", by=by, at=at, subject=("token", made.pk), figures={"label": made.label})
    return secret


@transaction.atomic
def revoke_token(*, token_id: int, by: Actor, at: datetime) -> None:
    """
    Make one of the actor's own tokens worthless.

    Raises:
        NotAllowed: the system has no tokens.
        NotFound: no such token of the actor's.
    """
    rules.check(by, "access.token.revoked", rules.PERMISSIONS)
    found = Token.objects.filter(pk=token_id, user=_locked_self(by)).first()
    if found is None:
        raise NotFound(f"No token {token_id}.")
    found.delete()
    record("access.token.revoked", by=by, at=at, subject=("token", token_id), figures={"label": found.label})


def note_token_use(used: queries.TokenActor, *, at: datetime) -> None:
    """Keep the day on which a token was last used: one write a day, not one a request."""
    on = BUSINESS.day(at)
    if used.last_used_on != on:
        Token.objects.filter(pk=used.token_id).update(last_used_on=on)


def _check_person(login: str, name: str) -> None:
    if not 1 <= len(login) <= 150 or login.split() != [login]:
        raise Refusal("access.login_invalid", login=login)
    if not 1 <= len(name.strip()) <= 100:
        raise Refusal("access.name_missing")


def _give_password(user: User, password: str | None) -> None:
    if password is not None:
        password_validation.validate_password(password, user)
    user.set_password(password)


def _check_not_own(user: User, by: Actor) -> None:
    if user.pk in by.persons:
        raise Refusal("access.own_role")


def _check_in_charge(by: Actor, absent_id: int, in_charge_of: Collection[int] | None) -> None:
    """Pass if the actor is in charge of the absent person; only headquarters and the system are of all."""
    if by.role in (Role.HEADQUARTERS, Role.SERVICE) and in_charge_of is None:
        return
    if absent_id not in (in_charge_of or ()):
        raise Refusal("access.outside_office")


def _check_token(user: User, label: str, days: int, by: Actor) -> None:
    if by.stands_in_for_id is not None:
        raise Refusal("access.token_standing_in")
    if not 1 <= len(label.strip()) <= 100:
        raise Refusal("access.token_label")
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Refusal("access.token_days", limit=LONGEST_TOKEN_DAYS)
    if Token.objects.filter(user=user).count() >= TOKENS_A_USER:
        raise Refusal("access.token_many", limit=TOKENS_A_USER)


def _locked_user(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound(f"No user {user_id}.")
    return user


def _locked_self(by: Actor) -> User:
    if by.user_id is None:
        raise NotAllowed("Only a person may do this.")
    return _locked_user(by.user_id)


def _locked_pair(absent_id: int, substitute_id: int) -> tuple[User, User]:
    """Lock both people, always in the same order, so that two arrangements never wait for each other."""
    found = User.objects.select_for_update().filter(pk__in=[absent_id, substitute_id], is_active=True).order_by("pk")
    by_id = {user.pk: user for user in found}
    if absent_id not in by_id or substitute_id not in by_id:
        raise NotFound("No such people.")
    return by_id[absent_id], by_id[substitute_id]
