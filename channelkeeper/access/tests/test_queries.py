"""Which actor a session or token is: roles by the day, substitutes, tokens, the audit book."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from channelkeeper.access import actions, queries
from channelkeeper.access.models import RoleGrant, Substitution, User
from channelkeeper.access.rules import Actor, NotAllowed, Role, whole
from channelkeeper.access.tests.people import AT, FIRST_DAY, TODAY, acting, person

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


def actor(user: User, role: Role | None = None, absent: User | None = None, *, days: int = 0) -> Actor | None:
    return queries.actor_of_user(
        user.pk, role=role, stands_in_for_id=absent.pk if absent else None, at=AT + timedelta(days=days)
    )


def stand_in(substitute: User, absent: User, role: Role) -> None:
    Substitution.objects.create(
        absent=absent, substitute=substitute, role=role.value, starts_on=TODAY, ends_on=TOMORROW, arranged_by=None
    )


def test_a_role_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    user = person("rep")
    RoleGrant.objects.create(user=user, role=Role.FACTORY_REP.value, starts_on=TODAY, ends_on=TOMORROW)
    roles = [found.role if (found := actor(user, days=days)) else None for days in (-1, 0, 1)]
    assert roles == [None, Role.FACTORY_REP, None]


def test_the_day_is_the_day_in_shanghai() -> None:
    user = person("rep")
    RoleGrant.objects.create(user=user, role=Role.FACTORY_REP.value, starts_on=TOMORROW)
    evening = AT.replace(hour=16)  # 16:00 UTC is midnight of the next day there
    found = queries.actor_of_user(user.pk, role=None, stands_in_for_id=None, at=evening)
    assert found == Actor(role=Role.FACTORY_REP, user_id=user.pk, name="rep")


def test_the_first_role_is_the_oldest_grant_and_another_must_be_held() -> None:
    user = person("both", Role.OFFICE_MANAGER)
    RoleGrant.objects.create(user=user, role=Role.FACTORY_REP.value, starts_on=FIRST_DAY - timedelta(days=1))
    first, chosen, foreign = actor(user), actor(user, Role.OFFICE_MANAGER), actor(user, Role.HEADQUARTERS)
    assert first is not None
    assert chosen is not None
    assert (first.role, chosen.role, foreign) == (Role.FACTORY_REP, Role.OFFICE_MANAGER, None)


def test_an_ended_account_acts_as_nobody() -> None:
    user = person("gone", Role.HEADQUARTERS)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert actor(user) is None


def test_a_substitute_acts_in_the_absent_ones_role_while_it_is_arranged() -> None:
    absent, substitute = person("absent", Role.FACTORY_REP, name="陈静"), person("sub", Role.OFFICE_MANAGER)
    stand_in(substitute, absent, Role.FACTORY_REP)
    expected = Actor(Role.FACTORY_REP, substitute.pk, "sub", absent.pk, stands_in_for_name="陈静")
    assert [actor(substitute, None, absent, days=days) for days in (-1, 0, 1)] == [None, expected, None]


def test_a_substitute_has_no_role_that_the_absent_one_lost_or_never_lent() -> None:
    absent, substitute = person("absent", Role.FACTORY_REP, Role.OFFICE_MANAGER), person("sub", Role.FACTORY_REP)
    stand_in(substitute, absent, Role.FACTORY_REP)
    assert actor(substitute, Role.OFFICE_MANAGER, absent) is None
    RoleGrant.objects.filter(user=absent, role=Role.FACTORY_REP.value).update(ends_on=TODAY)
    assert actor(substitute, Role.FACTORY_REP, absent) is None


def test_nobody_stands_in_without_an_arrangement() -> None:
    absent, other = person("absent", Role.FACTORY_REP), person("other", Role.FACTORY_REP)
    assert actor(other, Role.FACTORY_REP, absent) is None


def test_the_seats_are_own_roles_then_those_of_the_absent(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = person("user", Role.FACTORY_REP)
    for name in ("a", "b", "c"):
        stand_in(user, person(name, Role.FACTORY_REP), Role.FACTORY_REP)
    with django_assert_num_queries(2):
        seats = queries.seats(user.pk, on=TODAY)
    assert [(seat.role, seat.absent_name) for seat in seats] == [
        (Role.FACTORY_REP, ""),
        (Role.FACTORY_REP, "a"),
        (Role.FACTORY_REP, "b"),
        (Role.FACTORY_REP, "c"),
    ]


def test_only_one_seat_is_taken_without_asking() -> None:
    one, two = person("one", Role.FACTORY_REP), person("two", Role.FACTORY_REP, Role.OFFICE_MANAGER)
    found = [queries.actor_of_only_seat(user, at=AT) for user in (one, two, person("none"))]
    assert found == [acting(one, Role.FACTORY_REP), None, None]


def test_a_token_stands_for_its_owner_until_it_ends_or_the_role_does() -> None:
    user = person("rep", Role.FACTORY_REP)
    secret = actions.create_token(label="erp", days=30, by=acting(user, Role.FACTORY_REP), at=AT)
    later = AT + timedelta(days=30)
    assert queries.actor_of_token(secret, at=AT) == acting(user, Role.FACTORY_REP)
    assert queries.actor_of_token(secret + "x", at=AT) is None
    assert queries.actor_of_token(secret, at=later) is None
    RoleGrant.objects.filter(user=user).update(ends_on=TODAY)
    assert queries.actor_of_token(secret, at=AT) is None


def test_the_audit_book_is_read_by_distributor_verb_and_day() -> None:
    for verb, code, days in (("orders.order.sent", "D1", 0), ("orders.order.made", "D2", 0), ("stock.read", "D1", -1)):
        actions.record(verb, by=whole("a test"), at=AT + timedelta(days=days), subject=("x", 1), distributor_code=code)
    book = whole("a test")
    by_code = [line.verb for line in queries.audit_lines(book, distributor_code="D1")]
    by_verb = [line.verb for line in queries.audit_lines(book, verb="orders.")]
    by_day = [line.verb for line in queries.audit_lines(book, day=date(2026, 11, 23))]
    assert (by_code, by_verb, by_day) == (
        ["orders.order.sent", "stock.read"],
        ["orders.order.made", "orders.order.sent"],
        ["stock.read"],
    )


@pytest.mark.parametrize("role", [Role.OFFICE_MANAGER, Role.FACTORY_REP, Role.DISTRIBUTOR, Role.TEAM_MEMBER])
def test_only_headquarters_and_auditors_read_the_book_and_the_users(role: Role) -> None:
    reader = acting(person("x", role), role)
    with pytest.raises(NotAllowed):
        queries.audit_lines(reader)
    with pytest.raises(NotAllowed):
        queries.users(reader, at=AT)
