"""Counts by hand: they override the report's closing, are remembered, and make an estimate known (STK-4h, STK-4i)."""

from datetime import date
from typing import Any

import pytest

from channelkeeper.access.rules import Actor, NotAllowed, NotFound
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.sheets.masters import Result
from channelkeeper.stock import actions, counting, reading
from channelkeeper.stock.models import Count, CountLine, ReportLine
from channelkeeper.stock.queries import for_orders, products, shipments
from channelkeeper.stock.tests.books import SYSTEM, WEEK, report, row

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("counted_on", "week"),
    [
        (date(2026, 11, 21), date(2026, 11, 9)),  # Saturday of week 47: the Sunday before
        (date(2026, 11, 22), date(2026, 11, 16)),  # its Sunday
        (date(2026, 11, 24), date(2026, 11, 16)),
        (date(2026, 11, 29), date(2026, 11, 16)),  # week 48 has not ended yet
    ],
)
def test_a_count_stands_for_the_last_sunday(counted_on: date, week: date) -> None:
    assert counting.stands_for(counted_on, last_closed=date(2026, 11, 16)) == week


def test_what_moved_must_be_told_from_the_tuesday_on() -> None:
    told = [counting.needs_movement(date(2026, 11, day), date(2026, 11, 16)) for day in (22, 23, 24)]
    assert told == [False, False, True]


@pytest.mark.parametrize(
    ("counted", "reported", "gap"),
    [(495, 500, 0), (490, 500, 0), (480, 500, 20), (520, 500, -20), (0, 1, 1), (0, 0, 0)],
)
def test_counts_and_reports_agree_within_two_in_a_hundred(counted: int, reported: int, gap: int) -> None:
    assert counting.count_gap(counted=counted, reported=reported) == gap


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    build_shelf()
    return build_cast()


def counted(product: str = "T500", *, by: Actor = SYSTEM, code: str = "D001", **given: Any) -> Result:
    values: dict[str, Any] = {"distributor": code, "product": product, "counted_on": TUESDAY}
    values |= {"sold_since": 0, "received_since": 0}
    return actions.record_counts(rows=[{**values, **given}], source="page", by=by, at=AT)


def past(code: str = "D001", count: int = 10, last: int = 1) -> None:
    for back in range(count, last - 1, -1):
        report(code, [row("T500", 225, 70, 70), row("W550", 225, 70, 70)], week=weeks.shift(WEEK, -back))


def standing(product: str = "T500", code: str = "D001") -> products.Standing:
    return products.standings(SYSTEM, at=AT, code=code, product=product)[0]


def close() -> None:
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)


@pytest.mark.django_db
def test_a_count_overrides_the_closing_and_both_stay_readable(cast: Cast) -> None:
    past()
    report("D001", [row("T500", 225, 70, 70), row("W550", 225, 70, 70)])
    close()
    result = counted(cases=6, units=6, sold_since=20, received_since=10, by=cast.rep.actor)
    assert (result.new, result.problems) == (1, ())
    line = CountLine.objects.get()
    assert (line.counted_units, line.closing_units) == (150, 160)
    assert ReportLine.objects.get(report__week=WEEK, product__code="T500").closing_units == 225
    assert standing().on_hand_units == 160
    assert standing("W550").on_hand_units == 225
    told = products.product_weeks(SYSTEM, at=AT, code="D001", until=WEEK, count=2, product="T500")
    assert [one.closing for one in told.values()] == [(225, 160)]
    assert [one.sold for one in told.values()] == [(70, 70)]


@pytest.mark.django_db
def test_a_count_makes_an_estimate_known(cast: Cast) -> None:
    past()
    close()
    assert standing().estimated is True
    counted(units=140)
    found = standing()
    assert (found.estimated, found.on_hand_units, found.low_units, found.high_units) == (False, 140, 140, 140)
    assert standing("W550").estimated is True


@pytest.mark.django_db
def test_an_opening_count_stands_before_the_first_report(cast: Cast) -> None:
    counted(units=140, code="D002")
    close()
    assert not products.standings(SYSTEM, at=AT, code="D002")[0].estimated
    assert standing(code="D002").on_hand_units == 140


@pytest.mark.django_db
def test_the_report_of_the_week_after_is_held_against_the_count(cast: Cast) -> None:
    past()
    counted(units=140)
    known = reading.sender(cast.hualian.pk, weeks.shift(WEEK, 1))
    assert known.last_closing["T500"] == 140


@pytest.mark.django_db
def test_a_report_that_comes_after_the_count_does_not_undo_it(cast: Cast) -> None:
    past()
    counted(units=140)
    report("D001", [row("T500", 225, 70, 70)], at=AT)
    close()
    assert standing().on_hand_units == 140


@pytest.mark.django_db
def test_the_same_file_twice_counts_once_and_another_figure_anew(cast: Cast) -> None:
    assert counted(units=140).new == 1
    assert counted(units=140) == Result((), same=1)
    assert counted(units=150).changes[0].before["counted"] == 140
    assert list(CountLine.objects.order_by("pk").values_list("closing_units", flat=True)) == [140, 150]


@pytest.mark.django_db
def test_a_count_that_was_a_mistake_is_withdrawn_with_its_reason(cast: Cast) -> None:
    past()
    report("D001", [row("T500", 225, 70, 70), row("W550", 225, 70, 70)])
    close()
    counted(units=140)
    count = Count.objects.get()
    with pytest.raises(actions.WrongState, match="Say in a few words"):
        actions.withdraw_count(count_id=count.pk, reason=" ", by=cast.rep.actor, at=AT)
    actions.withdraw_count(count_id=count.pk, reason="wrong warehouse", by=cast.rep.actor, at=AT)
    assert standing().on_hand_units == 225
    with pytest.raises(actions.WrongState, match="withdrawn already"):
        actions.withdraw_count(count_id=count.pk, reason="again", by=cast.rep.actor, at=AT)


@pytest.mark.django_db
def test_without_a_report_a_withdrawn_count_leaves_the_estimate(cast: Cast) -> None:
    past()
    close()
    before = standing().on_hand_units
    counted(units=140)
    actions.withdraw_count(count_id=Count.objects.get().pk, reason="mistake", by=SYSTEM, at=AT)
    assert (standing().on_hand_units, standing().estimated) == (before, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "column", "code"),
    [
        ({"units": None}, "units", "count_nothing_counted"),
        ({"units": 5, "counted_on": date(2026, 11, 25)}, "counted_on", "count_ahead"),
        ({"units": 5, "counted_on": date(2026, 3, 2)}, "counted_on", "count_too_old"),
        ({"units": 5, "sold_since": None}, "sold_since", "count_movement_missing"),
        ({"units": 5, "received_since": 9}, "received_since", "count_below_zero"),
        ({"units": 5, "near_expiry": 6}, "near_expiry", "count_near_expiry"),
        ({"units": 200_000_000}, "units", "too_many_units"),
        ({"units": 5, "product": "NONE"}, "product", "no_such_product"),
        ({"units": 5, "distributor": "NONE"}, "distributor", "no_such_distributor"),
    ],
)
def test_faults_are_named_by_their_column(cast: Cast, given: dict[str, Any], column: str, code: str) -> None:
    values = {"product": "T500", **given}
    result = counted(**values)
    assert [(problem.column, problem.code) for problem in result.problems] == [(column, f"stock.{code}")]
    assert not Count.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_keeps_nothing(cast: Cast) -> None:
    values: dict[str, Any] = {
        "distributor": "D001",
        "product": "T500",
        "counted_on": date(2026, 11, 23),
        "units": 5,
    }
    result = actions.record_counts(rows=[values], source="file", by=SYSTEM, at=AT, dry_run=True)
    assert result.new == 1
    assert not Count.objects.exists()


@pytest.mark.django_db
def test_who_may_count(cast: Cast) -> None:
    for member in (cast.auditor, cast.rep, cast.manager, cast.headquarters):
        assert not counted(units=5, by=member.actor).problems
    with pytest.raises(NotAllowed):
        counted(units=5, by=cast.distributor_user.actor)
    assert counted(units=5, by=cast.other_rep.actor).problems[0].code == "stock.no_such_distributor"


@pytest.mark.django_db
def test_who_may_withdraw(cast: Cast) -> None:
    counted(units=5)
    pk = Count.objects.get().pk
    with pytest.raises(NotAllowed):
        actions.withdraw_count(count_id=pk, reason="no", by=cast.distributor_user.actor, at=AT)
    with pytest.raises(NotFound):
        actions.withdraw_count(count_id=pk, reason="no", by=cast.other_rep.actor, at=AT)


@pytest.mark.django_db
def test_what_arrived_before_the_count_is_in_it_and_no_longer_on_the_road(cast: Cast) -> None:
    past()
    line: dict[str, Any] = {"number": "F1", "distributor": "D001", "product": "T500", "units": 48}
    line |= {"shipped_on": date(2026, 11, 16), "arrives_on": date(2026, 11, 18)}
    assert not actions.record_shipments(rows=[line], by=SYSTEM, at=AT).problems
    close()
    assert standing().road_units == 48
    assert [one.units for one in shipments.road(SYSTEM, at=AT, distributor_ids=[cast.hualian.pk])] == [48]
    counted(units=140)
    assert standing().road_units == 0
    assert shipments.road(SYSTEM, at=AT, distributor_ids=[cast.hualian.pk]) == []
    block = for_orders.positions_for_orders(SYSTEM, at=AT, week=WEEK, distributor_ids=[cast.hualian.pk])
    assert block.arrivals.sum() == 0
