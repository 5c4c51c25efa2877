"""Writes of this room, each with its refusals; the audit book is append-only in the database."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from channelkeeper.access import actions, queries
from channelkeeper.access.models import AuditLine, RoleGrant, Substitution, Token, User
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Refusal, Role, whole
from channelkeeper.access.tests.people import AT, PASSWORD, TODAY, acting, person

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
SYSTEM = whole("a test")


def headquarters() -> Actor:
    return acting(person("hq", Role.HEADQUARTERS), Role.HEADQUARTERS)


def verbs() -> list[str]:
    return list(AuditLine.objects.order_by("pk").values_list("verb", flat=True))


def test_a_new_person_signs_in_with_role_and_password() -> None:
    user_id = actions.create_user_in_role(
        login="rep", name="李伟", role=Role.FACTORY_REP, password=PASSWORD, by=headquarters(), at=AT
    )
    assert User.objects.get(pk=user_id).check_password(PASSWORD)
    assert list(queries.roles_held(user_id, on=TODAY)) == ["factory_rep"]
    assert verbs() == ["access.user.created", "access.role.granted"]


def test_a_password_like_the_name_is_refused() -> None:
    with pytest.raises(ValidationError):
        actions.create_user(login="zhangliwei", name="李伟", password="zhangliwei", by=headquarters(), at=AT)
    assert verbs() == []


@pytest.mark.parametrize(
    ("login", "name", "code"),
    [
        ("hq", "x", "access.login_taken"),
        ("a b", "x", "access.login_invalid"),
        ("", "x", "access.login_invalid"),
        ("x" * 151, "x", "access.login_invalid"),
        ("new", " ", "access.name_missing"),
    ],
)
def test_a_name_that_does_not_do_is_refused(login: str, name: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        actions.create_user(login=login, name=name, by=headquarters(), at=AT)
    assert refused.value.code == code


def test_ensuring_users_creates_renames_and_grants_once() -> None:
    known = person("known", name="旧名")
    people = [actions.NewPerson("known", "新名"), actions.NewPerson("new", "新人")]
    first = actions.ensure_users(people, role=Role.FACTORY_REP, by=SYSTEM, at=AT)
    second = actions.ensure_users(people, role=Role.FACTORY_REP, by=SYSTEM, at=AT + timedelta(days=1))
    known.refresh_from_db()
    assert (first, known.name, RoleGrant.objects.count()) == (second, "新名", 2)
    assert verbs() == ["access.user.created", "access.user.renamed"]
    assert not User.objects.get(login="new").has_usable_password()


def test_a_role_is_granted_once_and_ended() -> None:
    by, user = headquarters(), person("rep")
    actions.grant_role(user_id=user.pk, role=Role.FACTORY_REP, starts_on=TODAY, by=by, at=AT)
    with pytest.raises(Refusal) as held:
        actions.grant_role(user_id=user.pk, role=Role.FACTORY_REP, starts_on=TODAY, by=by, at=AT)
    with pytest.raises(Refusal) as same_day:
        actions.end_role(user_id=user.pk, role=Role.FACTORY_REP, ends_on=TODAY, by=by, at=AT)
    actions.end_role(user_id=user.pk, role=Role.FACTORY_REP, ends_on=TOMORROW, by=by, at=AT)
    assert (held.value.code, same_day.value.code) == ("access.role_held", "access.role_end")
    assert list(queries.roles_held(user.pk, on=TOMORROW)) == []


def test_nobody_is_granted_the_systems_role() -> None:
    with pytest.raises(NotAllowed):
        actions.grant_role(user_id=person("rep").pk, role=Role.SERVICE, starts_on=TODAY, by=headquarters(), at=AT)


def test_nobody_ends_their_own_account_or_role() -> None:
    by = headquarters()
    assert by.user_id is not None
    with pytest.raises(Refusal) as account:
        actions.end_user(user_id=by.user_id, by=by, at=AT)
    with pytest.raises(Refusal) as role:
        actions.end_role(user_id=by.user_id, role=Role.HEADQUARTERS, ends_on=TOMORROW, by=by, at=AT)
    assert (account.value.code, role.value.code) == ("access.own_role", "access.own_role")


def test_an_ended_account_is_closed() -> None:
    user = person("rep", Role.FACTORY_REP)
    actions.end_user(user_id=user.pk, by=headquarters(), at=AT)
    user.refresh_from_db()
    assert (user.is_active, verbs()) == (False, ["access.user.ended"])


def test_a_password_is_changed_by_who_knows_it() -> None:
    user = person("rep", Role.FACTORY_REP)
    by = acting(user, Role.FACTORY_REP)
    with pytest.raises(Refusal) as wrong:
        actions.change_password(present="wrong", new="another horse battery", by=by, at=AT)
    actions.change_password(present=PASSWORD, new="another horse battery", by=by, at=AT)
    user.refresh_from_db()
    assert (wrong.value.code, user.check_password("another horse battery")) == ("access.wrong_password", True)


def test_headquarters_sets_a_lost_password() -> None:
    user = person("rep", Role.FACTORY_REP)
    actions.set_password(user_id=user.pk, password="another horse battery", by=headquarters(), at=AT)
    user.refresh_from_db()
    assert user.check_password("another horse battery")


def test_the_language_is_kept() -> None:
    user = person("rep", Role.FACTORY_REP)
    actions.choose_language(language="en", by=acting(user, Role.FACTORY_REP), at=AT)
    user.refresh_from_db()
    assert (user.language, verbs()) == ("en", ["access.language.chosen"])


def arrange(by: Actor, absent: User, substitute: User, **more: Any) -> int:
    given: dict[str, Any] = {"role": Role.FACTORY_REP, "starts_on": TODAY, "ends_on": TODAY + timedelta(days=7)} | more
    return actions.arrange_substitute(absent_id=absent.pk, substitute_id=substitute.pk, by=by, at=AT, **given)


def test_a_substitution_is_arranged_once_and_ends() -> None:
    absent, substitute, by = person("a", Role.FACTORY_REP), person("b", Role.FACTORY_REP), headquarters()
    made = arrange(by, absent, substitute)
    with pytest.raises(Refusal) as again:
        arrange(by, absent, substitute, starts_on=TODAY + timedelta(days=6), ends_on=TODAY + timedelta(days=9))
    actions.end_substitute(substitution_id=made, by=by, at=AT + timedelta(days=2))
    assert again.value.code == "access.substitute_overlaps"
    assert Substitution.objects.get(pk=made).ends_on == TODAY + timedelta(days=2)
    assert verbs() == ["access.substitute.arranged", "access.substitute.ended"]


def test_a_substitution_that_has_not_begun_is_taken_back() -> None:
    by = headquarters()
    made = arrange(by, person("a", Role.FACTORY_REP), person("b", Role.FACTORY_REP), starts_on=TOMORROW)
    actions.end_substitute(substitution_id=made, by=by, at=AT)
    assert list(Substitution.objects.all()) == []
    with pytest.raises(NotFound):
        actions.end_substitute(substitution_id=made, by=by, at=AT)


@pytest.mark.parametrize("in_charge_of", [None, []])
def test_a_manager_arranges_it_only_for_those_in_their_charge(in_charge_of: list[int] | None) -> None:
    by = acting(person("m", Role.OFFICE_MANAGER), Role.OFFICE_MANAGER)
    absent, substitute = person("a", Role.FACTORY_REP), person("b", Role.FACTORY_REP)
    with pytest.raises(Refusal) as refused:
        arrange(by, absent, substitute, in_charge_of=in_charge_of)
    arrange(by, absent, substitute, in_charge_of=[absent.pk])
    assert refused.value.code == "access.outside_office"


def test_people_that_are_gone_are_not_found() -> None:
    absent, gone = person("a", Role.FACTORY_REP), person("b", Role.FACTORY_REP)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(NotFound):
        arrange(headquarters(), absent, gone)


def test_only_the_digest_of_a_token_is_kept() -> None:
    by = acting(person("rep", Role.FACTORY_REP), Role.FACTORY_REP)
    secret = actions.create_token(label=" erp ", days=30, by=by, at=AT)
    kept = Token.objects.get()
    assert (kept.label, kept.role, kept.digest) == ("erp", "factory_rep", queries.digest_of(secret))
    assert secret not in str(AuditLine.objects.get().figures)


@pytest.mark.parametrize(
    ("label", "days", "code"),
    [("", 30, "access.token_label"), ("x", 0, "access.token_days"), ("x", 367, "access.token_days")],
)
def test_a_token_has_a_label_and_an_end(label: str, days: int, code: str) -> None:
    by = acting(person("rep", Role.FACTORY_REP), Role.FACTORY_REP)
    with pytest.raises(Refusal) as refused:
        actions.create_token(label=label, days=days, by=by, at=AT)
    assert refused.value.code == code


def test_at_most_20_tokens_are_kept() -> None:
    by = acting(person("rep", Role.FACTORY_REP), Role.FACTORY_REP)
    for _ in range(20):
        actions.create_token(label="x", days=1, by=by, at=AT)
    with pytest.raises(Refusal) as refused:
        actions.create_token(label="x", days=1, by=by, at=AT)
    assert refused.value.code == "access.token_many"


def test_no_token_is_made_while_standing_in_nor_for_another() -> None:
    user, other = person("rep", Role.FACTORY_REP), person("other", Role.FACTORY_REP)
    standing_in = Actor(Role.FACTORY_REP, user.pk, "rep", stands_in_for_id=other.pk)
    with pytest.raises(Refusal) as refused:
        actions.create_token(label="x", days=1, by=standing_in, at=AT)
    assert refused.value.code == "access.token_standing_in"
    with pytest.raises(NotAllowed):
        actions.create_token(
            label="x", days=1, by=acting(user, Role.FACTORY_REP), at=AT, owner=acting(other, Role.FACTORY_REP)
        )


def test_a_token_is_revoked_by_its_owner_only() -> None:
    owner = acting(person("rep", Role.FACTORY_REP), Role.FACTORY_REP)
    other = acting(person("other", Role.FACTORY_REP), Role.FACTORY_REP)
    actions.create_token(label="x", days=1, by=owner, at=AT)
    token_id = Token.objects.get().pk
    with pytest.raises(NotFound):
        actions.revoke_token(token_id=token_id, by=other, at=AT)
    actions.revoke_token(token_id=token_id, by=owner, at=AT)
    assert list(Token.objects.all()) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HEADQUARTERS, Role.SERVICE}))
def test_only_headquarters_manages_people(role: Role) -> None:
    by, user_id = acting(person("x", role), role), person("y").pk
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (actions.create_user, {"login": "z", "name": "z"}),
        (actions.ensure_users, {"people": [], "role": Role.FACTORY_REP}),
        (actions.end_user, {"user_id": user_id}),
        (actions.grant_role, {"user_id": user_id, "role": Role.FACTORY_REP, "starts_on": TODAY}),
        (actions.end_role, {"user_id": user_id, "role": Role.FACTORY_REP, "ends_on": TODAY}),
        (actions.set_password, {"user_id": user_id, "password": PASSWORD}),
    ]
    for action, given in attempts:
        with pytest.raises(NotAllowed):
            action(**given, by=by, at=AT)
    assert verbs() == []


@pytest.mark.parametrize("role", [Role.FACTORY_REP, Role.DISTRIBUTOR, Role.TEAM_MEMBER, Role.AUDITOR])
def test_only_managers_and_headquarters_arrange_substitutes(role: Role) -> None:
    by = acting(person("x", role), role)
    with pytest.raises(NotAllowed):
        arrange(by, person("a", Role.FACTORY_REP), person("b", Role.FACTORY_REP))
    with pytest.raises(NotAllowed):
        actions.end_substitute(substitution_id=1, by=by, at=AT)


@pytest.mark.parametrize("statement", ["UPDATE access_auditline SET verb = 'x'", "DELETE FROM access_auditline"])
def test_the_database_refuses_to_change_the_audit_book(statement: str) -> None:
    triggers = import_module("channelkeeper.access.migrations.0002_audit_append_only")
    actions.record("access.test", by=SYSTEM, at=AT, subject=("x", 1))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(triggers.SQLITE[1])  # taken away from tests, so that they can empty the book
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert verbs() == ["access.test"]


def test_both_names_stand_in_the_audit_line_of_a_substitute() -> None:
    absent, user = person("absent", Role.FACTORY_REP, name="陈静"), person("user", name="李伟")
    by = Actor(Role.FACTORY_REP, user.pk, "李伟", stands_in_for_id=absent.pk)
    actions.record("access.test", by=by, at=AT, subject=("x", 1))
    line = queries.audit_lines(SYSTEM)[0]
    assert (line.actor, line.stands_in_for, line.role) == ("李伟", "陈静", "factory_rep")
