"""The scope: who sees which distributors on which day. Every read of the product narrows through it."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from channelkeeper.access.rules import Actor, Role, whole
from channelkeeper.network import queries
from channelkeeper.network.models import Assignment, Distributor, DistributorUser, OfficeManager, Rep
from channelkeeper.network.tests.cast import AT, Cast, build_cast

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
ALL = ["D001", "D002", "D003"]


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def seen(actor: Actor, *, at: datetime = AT) -> list[str]:
    return sorted(queries.visible(actor, at=at).values_list("code", flat=True))


def test_everybody_sees_their_own(cast: Cast) -> None:
    staff = ("headquarters", "auditor", "manager", "other_manager", "rep", "other_rep")
    names = (*staff, "distributor_user", "other_distributor_user")
    found = {name: seen(getattr(cast, name).actor) for name in names}
    assert found == {
        "headquarters": ALL,
        "auditor": ALL,
        "manager": ["D001", "D002"],
        "other_manager": ["D003"],
        "rep": ["D001", "D002"],
        "other_rep": ["D003"],
        "distributor_user": ["D001"],
        "other_distributor_user": ["D003"],
    }


def test_the_system_sees_all_and_a_team_member_nothing(cast: Cast) -> None:
    member = Actor(role=Role.TEAM_MEMBER, user_id=cast.rep.user.pk, name="x")
    assert (seen(whole("a test")), seen(member)) == (ALL, [])


@pytest.mark.parametrize("role", sorted(set(Role) - queries.ALL))
def test_an_actor_without_a_person_sees_nothing(cast: Cast, role: Role) -> None:
    assert seen(Actor(role=role, user_id=None, name="x")) == []


@pytest.mark.parametrize("role", [Role.OFFICE_MANAGER, Role.FACTORY_REP, Role.DISTRIBUTOR])
def test_a_role_without_its_records_sees_nothing(cast: Cast, role: Role) -> None:
    assert seen(Actor(role=role, user_id=cast.headquarters.user.pk, name="x")) == []


def test_a_person_sees_only_what_the_role_chosen_shows(cast: Cast) -> None:
    as_distributor = Actor(role=Role.DISTRIBUTOR, user_id=cast.rep.user.pk, name="x")
    assert seen(as_distributor) == []


def test_a_rep_sees_a_distributor_from_the_first_day_to_the_day_before_the_last(cast: Cast) -> None:
    Assignment.objects.filter(distributor=cast.yongsheng).update(starts_on=TODAY, ends_on=TOMORROW)
    days = [seen(cast.rep.actor, at=AT + timedelta(days=days)) for days in (-1, 0, 1)]
    assert days == [["D001"], ["D001", "D002"], ["D001"]]


def test_the_day_turns_in_shanghai(cast: Cast) -> None:
    Assignment.objects.filter(distributor=cast.xinda).update(ends_on=TOMORROW)
    before, after = AT.replace(hour=15, minute=59), AT.replace(hour=16, minute=0)
    assert (seen(cast.other_rep.actor, at=before), seen(cast.other_rep.actor, at=after)) == (["D003"], [])


def test_a_manager_sees_an_office_only_while_managing_it(cast: Cast) -> None:
    OfficeManager.objects.filter(office=cast.east).update(ends_on=TODAY)
    assert seen(cast.manager.actor) == []


def test_a_substitute_sees_what_the_absent_person_would_and_nothing_of_their_own(cast: Cast) -> None:
    stand_in = Actor(
        role=Role.FACTORY_REP, user_id=cast.rep.user.pk, name="李伟", stands_in_for_id=cast.other_rep.user.pk
    )
    assert seen(stand_in) == ["D003"]


def test_nothing_is_seen_twice(cast: Cast) -> None:
    OfficeManager.objects.create(user=cast.manager.user, office=cast.east, starts_on=date(2025, 1, 1))
    extra = Rep.objects.create(code="Z9", user=cast.manager.user, office=cast.east)
    Assignment.objects.create(rep=extra, distributor=cast.hualian, starts_on=date(2023, 1, 1), ends_on=date(2023, 2, 1))
    DistributorUser.objects.create(user=cast.distributor_user.user, distributor=cast.yongsheng)
    assert seen(cast.manager.actor) == ["D001", "D002"]
    assert seen(cast.distributor_user.actor) == ["D001", "D002"]


@pytest.mark.parametrize("name", ["headquarters", "manager", "rep", "distributor_user"])
def test_the_scope_can_be_updated_locked_and_counted(cast: Cast, name: str) -> None:
    actor = getattr(cast, name).actor
    scope = queries.visible(actor, at=AT)
    count = len(seen(actor))
    assert scope.count() == count
    assert scope.update(grade="C") == count
    assert len(scope.select_for_update()) == count
    assert Distributor.objects.filter(grade="C").count() == count


@pytest.mark.parametrize("name", ["manager", "rep", "distributor_user"])
def test_a_scope_used_inside_another_read_is_one_statement(
    cast: Cast, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scope = queries.visible(getattr(cast, name).actor, at=AT)
    with django_assert_num_queries(1):
        list(Assignment.objects.filter(distributor__in=scope))


@pytest.mark.parametrize("name", ["headquarters", "manager", "rep", "distributor_user"])
def test_the_scope_neither_joins_nor_repeats(cast: Cast, name: str) -> None:
    outer = str(queries.visible(getattr(cast, name).actor, at=AT).query).split(" IN (")[0]
    assert "JOIN" not in outer
    assert "DISTINCT" not in outer


def test_offices_and_reps_are_narrowed_alike(cast: Cast) -> None:
    names = ("headquarters", "auditor", "manager", "rep", "distributor_user")
    offices = {name: [row.code for row in queries.offices(getattr(cast, name).actor, at=AT)] for name in names}
    reps = {name: [row.code for row in queries.reps(getattr(cast, name).actor, at=AT)] for name in names}
    assert offices == {
        "headquarters": ["E1", "W1"],
        "auditor": ["E1", "W1"],
        "manager": ["E1"],
        "rep": ["E1"],
        "distributor_user": [],
    }
    assert reps == {
        "headquarters": ["J01", "Y01"],
        "auditor": ["J01", "Y01"],
        "manager": ["J01"],
        "rep": ["J01"],
        "distributor_user": [],
    }


def test_who_is_in_charge_of_whom(cast: Cast) -> None:
    found = [queries.in_charge_of(getattr(cast, name).actor, at=AT) for name in ("headquarters", "manager", "rep")]
    assert found == [None, frozenset({cast.rep.user.pk}), frozenset()]
