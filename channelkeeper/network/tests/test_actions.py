"""Handing over, terms, substitutes: each with its refusals."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from channelkeeper.access import queries as access
from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed, NotFound, Refusal, Role
from channelkeeper.network import actions, queries, rules
from channelkeeper.network.models import Assignment, Distributor, Rep
from channelkeeper.network.tests.cast import AT, FIRST_DAY, Cast, Member, build_cast, member

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()


def hand_over(by: Member, code: str = "D001", rep: str = "J02", starts_on: date = TODAY) -> None:
    actions.hand_over(distributor_code=code, rep_code=rep, starts_on=starts_on, by=by.actor, at=AT)


@pytest.fixture
def colleague(cast: Cast) -> Member:
    """A second rep of the east office, J02."""
    second = member("rep3", "孙丽", Role.FACTORY_REP)
    Rep.objects.create(code="J02", user=second.user, office=cast.east)
    return second


def periods(code: str = "D001") -> list[tuple[str, date, date | None]]:
    rows = Assignment.objects.filter(distributor__code=code).order_by("starts_on")
    return list(rows.values_list("rep__code", "starts_on", "ends_on"))


def test_a_hand_over_ends_the_one_before_that_day(cast: Cast, colleague: Member) -> None:
    hand_over(cast.manager)
    assert periods() == [("J01", FIRST_DAY, TODAY), ("J02", TODAY, None)]
    line = AuditLine.objects.get()
    assert (line.verb, line.distributor_code, line.figures) == (
        "network.assignment.handed_over",
        "D001",
        {"rep": "J02", "starts_on": "2026-11-24"},
    )


def test_a_hand_over_twice_is_one(cast: Cast, colleague: Member) -> None:
    hand_over(cast.manager)
    hand_over(cast.manager)
    assert (len(periods()), AuditLine.objects.count()) == (2, 1)


def test_one_before_a_planned_one_lasts_until_it(cast: Cast, colleague: Member) -> None:
    hand_over(cast.headquarters, rep="Y01", starts_on=date(2027, 1, 1))
    hand_over(cast.headquarters)
    assert periods() == [
        ("J01", FIRST_DAY, TODAY),
        ("J02", TODAY, date(2027, 1, 1)),
        ("Y01", date(2027, 1, 1), None),
    ]


def test_the_same_day_again_corrects_the_rep(cast: Cast, colleague: Member) -> None:
    hand_over(cast.headquarters)
    hand_over(cast.headquarters, rep="Y01")
    assert periods() == [("J01", FIRST_DAY, TODAY), ("Y01", TODAY, None)]


def test_a_period_with_an_end_of_its_own_ends_at_the_hand_over_too(cast: Cast, colleague: Member) -> None:
    Assignment.objects.filter(distributor=cast.hualian).update(ends_on=date(2026, 12, 31))
    hand_over(cast.headquarters)
    assert periods() == [("J01", FIRST_DAY, TODAY), ("J02", TODAY, None)]


def test_a_manager_hands_over_only_within_the_office(cast: Cast, colleague: Member) -> None:
    with pytest.raises(NotFound):
        hand_over(cast.manager, code="D003")
    with pytest.raises(Refusal) as refused:
        hand_over(cast.manager, rep="Y01")
    assert refused.value.code == "network.rep_outside_office"
    with pytest.raises(NotFound):
        hand_over(cast.manager, rep="X99")


@pytest.mark.parametrize("name", ["rep", "auditor", "distributor_user"])
def test_others_neither_hand_over_nor_change_terms(cast: Cast, colleague: Member, name: str) -> None:
    by: Member = getattr(cast, name)
    with pytest.raises(NotAllowed):
        hand_over(by)
    with pytest.raises(NotAllowed):
        actions.change_terms(code="D001", terms={"grade": "A"}, by=by.actor, at=AT)


def test_terms_are_changed_and_told_with_what_they_were(cast: Cast) -> None:
    terms = {"grade": "A", "lead_time_days": 7, "order_weekdays": (1, 4)}
    actions.change_terms(code="D001", terms=terms, by=cast.manager.actor, at=AT)
    found = Distributor.objects.get(code="D001")
    assert (found.grade, found.lead_time_days, rules.days_in(found.order_weekdays)) == ("A", 7, (1, 4))
    assert AuditLine.objects.get().figures == {"grade": ["B", "A"], "order_weekdays": [[1], [1, 4]]}


def test_terms_that_do_not_do_are_refused(cast: Cast) -> None:
    result = actions.change_terms(code="D001", terms={"grade": "D"}, by=cast.manager.actor, at=AT)
    assert [(problem.column, problem.code) for problem in result.problems] == [("grade", "network.grade")]
    with pytest.raises(NotFound):
        actions.change_terms(code="D003", terms={"grade": "A"}, by=cast.manager.actor, at=AT)


def arrange(by: Member, absent: Member, substitute: Member, role: Role = Role.FACTORY_REP) -> int:
    return actions.arrange_substitute(
        absent_id=absent.user.pk,
        substitute_id=substitute.user.pk,
        role=role,
        starts_on=TODAY,
        ends_on=TOMORROW,
        by=by.actor,
        at=AT,
    )


def test_a_substitute_sees_the_distributors_of_the_absent_rep_until_the_end(cast: Cast, colleague: Member) -> None:
    arrange(cast.manager, cast.rep, colleague)
    seat = access.seats(colleague.user.pk, on=TODAY)[1]
    actor = access.actor_in(colleague.user, seat)
    assert [row.code for row in queries.distributors(actor, at=AT)] == ["D001", "D002"]
    tomorrow = AT + timedelta(days=1)
    assert access.seats(colleague.user.pk, on=TOMORROW) == [access.Seat(Role.FACTORY_REP)]
    gone = access.actor_of_user(colleague.user.pk, role="factory_rep", stands_in_for_id=cast.rep.user.pk, at=tomorrow)
    assert gone is None


def test_a_manager_arranges_it_only_among_the_reps_of_the_office(cast: Cast, colleague: Member) -> None:
    for absent, substitute in ((cast.other_rep, colleague), (cast.rep, cast.other_rep)):
        with pytest.raises(Refusal) as refused:
            arrange(cast.manager, absent, substitute)
        assert refused.value.code == "access.outside_office"


def test_headquarters_arranges_it_for_a_manager(cast: Cast) -> None:
    arrange(cast.headquarters, cast.manager, cast.other_manager, Role.OFFICE_MANAGER)
    seats = access.seats(cast.other_manager.user.pk, on=TODAY)
    assert [(seat.role, seat.absent_name) for seat in seats] == [
        (Role.OFFICE_MANAGER, ""),
        (Role.OFFICE_MANAGER, "周明"),
    ]


def test_another_offices_substitution_is_not_ended(cast: Cast, colleague: Member) -> None:
    made = arrange(cast.manager, cast.rep, colleague)
    with pytest.raises(Refusal):
        actions.end_substitute(substitution_id=made, by=cast.other_manager.actor, at=AT)
    actions.end_substitute(substitution_id=made, by=cast.manager.actor, at=AT)
    assert access.substitutions(on=TODAY) == []


@pytest.mark.parametrize("name", ["rep", "auditor", "distributor_user"])
def test_others_arrange_nothing(cast: Cast, colleague: Member, name: str) -> None:
    with pytest.raises(NotAllowed):
        arrange(getattr(cast, name), cast.rep, colleague)
    with pytest.raises(NotAllowed):
        actions.end_substitute(substitution_id=1, by=getattr(cast, name).actor, at=AT)


@pytest.mark.django_db(transaction=True)
def test_hand_overs_at_the_same_time_leave_no_overlap() -> None:
    cast = build_cast()

    def one(day: int) -> None:
        try:
            hand_over(cast.headquarters, rep="Y01" if day % 2 else "J01", starts_on=date(2026, 12, day))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(1, 9)))
    found = periods()
    assert [starts_on for _, starts_on, _ in found] == [FIRST_DAY, *(date(2026, 12, day) for day in range(1, 9))]
    assert [ends_on for _, _, ends_on in found] == [*(starts_on for _, starts_on, _ in found[1:]), None]
