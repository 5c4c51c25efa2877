"""Distributors with their rep of the day, and the search by name, sound and code."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from channelkeeper.access.rules import NotFound
from channelkeeper.network import queries
from channelkeeper.network.models import Assignment, Distributor
from channelkeeper.network.tests.cast import AT, Cast, build_cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def test_a_distributor_comes_with_office_terms_and_rep(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = queries.distributor(cast.rep.actor, "D001", at=AT)
    assert (found.name("zh-hans"), found.name("en"), found.office("en")) == (
        "华联商贸",
        "Hualian Trading",
        "Jiangzhou office",
    )
    assert (found.rep_code, found.rep_name, found.lead_time_days, found.order_weekdays) == ("J01", "李伟", 7, (1,))


def test_one_of_another_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        queries.distributor(cast.rep.actor, "D003", at=AT)
    with pytest.raises(NotFound):
        queries.distributor(cast.rep.actor, "D999", at=AT)


def test_many_distributors_are_one_statement(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = queries.distributors(cast.headquarters.actor, at=AT)
    assert [row.code for row in found] == ["D001", "D002", "D003"]


def test_the_rep_is_that_of_the_day_even_after_many(cast: Cast) -> None:
    Assignment.objects.filter(distributor=cast.hualian).update(ends_on=TODAY)
    Assignment.objects.create(distributor=cast.hualian, rep=cast.other_rep_record, starts_on=TODAY)
    days = (AT - timedelta(days=1), AT)
    by_day = [queries.distributor(cast.headquarters.actor, "D001", at=at).rep_code for at in days]
    assert by_day == ["J01", "Y01"]
    assert queries.rep_on(cast.hualian.pk, day=TODAY) == queries.RepOfDay("Y01", "陈静", cast.other_rep.user.pk)
    assert queries.rep_on(cast.hualian.pk, day=date(2020, 1, 1)) is None


def test_only_those_that_are_ours_that_day(cast: Cast) -> None:
    Distributor.objects.filter(pk=cast.yongsheng.pk).update(ends_on=TODAY)
    ours = queries.distributors(cast.headquarters.actor, at=AT, ours=True)
    assert [row.code for row in ours] == ["D001", "D003"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("华联", ["D001"]),
        ("hlsm", ["D001"]),
        ("YS", ["D002"]),
        ("d00", ["D001", "D002"]),
        ("trading", ["D001"]),
        ("鑫达", []),  # of the other office
        ("xdsh", []),
        ("%", []),
        ("", []),
        ("  ", []),
    ],
)
def test_the_search_finds_by_name_sound_or_code_within_the_scope(cast: Cast, text: str, codes: list[str]) -> None:
    assert [row.code for row in queries.search(cast.rep.actor, text, at=AT)] == codes


def test_assignments_of_others_are_not_listed(cast: Cast) -> None:
    assert [row.distributor_code for row in queries.assignments(cast.rep.actor, at=AT)] == ["D001", "D002"]
    assert queries.assignments(cast.rep.actor, at=AT, distributor_code="D003") == []
