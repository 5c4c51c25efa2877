"""Cold start: sell-in from the ERP stands in for sell-out until eight weekly reports are in."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from channelkeeper.access.rules import NotAllowed
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.sheets import writer
from channelkeeper.sheets.masters import Result
from channelkeeper.stock import actions, sell_in, sell_in_file
from channelkeeper.stock.models import SellIn
from channelkeeper.stock.queries import products
from channelkeeper.stock.tests.books import SYSTEM, WEEK, report, row
from channelkeeper.stock.tests.test_views import browse, text_of


@pytest.mark.parametrize(
    ("month", "first", "number"),
    [
        (date(2026, 10, 1), date(2026, 9, 28), 5),  # Thursday the 1st
        (date(2026, 11, 1), date(2026, 11, 2), 4),
        (date(2026, 1, 1), date(2025, 12, 29), 5),
    ],
)
def test_a_week_belongs_to_the_month_of_its_thursday(month: date, first: date, number: int) -> None:
    found = sell_in.weeks_of_month(month)
    assert (found[0], len(found)) == (first, number)


def test_every_week_belongs_to_one_month() -> None:
    months = [date(2025 + place // 12, place % 12 + 1, 1) for place in range(24)]
    found = [week for month in months for week in sell_in.weeks_of_month(month)]
    assert found == weeks.span(found[0], found[-1])


def test_a_months_pieces_are_spread_evenly_and_add_up() -> None:
    assert sell_in.spread(10, 4) == [2, 3, 2, 3]
    assert [sum(sell_in.spread(units, 5)) for units in range(50)] == list(range(50))


def test_packed_weeks_come_back_with_zeros_between() -> None:
    first, packed = sell_in.pack({date(2026, 11, 2): 5, date(2026, 11, 16): 7})
    assert sell_in.unpack(first, packed) == {date(2026, 11, 2): 5, date(2026, 11, 9): 0, date(2026, 11, 16): 7}


def test_lumps_of_orders_are_smoothed_over_eight_weeks() -> None:
    assert sell_in.smoothed([400, 0, 0, 0, 400, 0, 0, 0]).tolist()[-1] == 100.0
    assert sell_in.smoothed([80, 0]).tolist() == [80.0, 40.0]


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    build_shelf()
    return build_cast()


def line(**given: Any) -> dict[str, Any]:
    return {"distributor": "D002", "product": "T500", "week": "2026-W40", "units": 480} | given


def record(*rows: dict[str, Any]) -> Result:
    return actions.record_sell_in(rows=rows, by=SYSTEM, at=AT)


def kept() -> dict[date, int]:
    one = SellIn.objects.get()
    return sell_in.unpack(one.first_week, one.units)


@pytest.mark.django_db
def test_weeks_and_months_come_in_and_the_same_again_changes_nothing(cast: Cast) -> None:
    rows = [line(), line(week=None, month="2026-10", units=None, cases=10)]
    with_overlap = record(*rows)
    assert [problem.code for problem in with_overlap.problems] == ["stock.sell_in_twice"]  # week 40 is of October
    assert record(rows[1]).new == 1
    assert kept() == dict(zip(weeks.span(date(2026, 9, 28), date(2026, 10, 26)), [48] * 5, strict=True))
    assert record(rows[1]) == Result((), same=1)
    changed = record(line())
    assert (changed.new, dict(changed.changes[0].after)["units"]) == (0, 672)
    assert kept()[date(2026, 9, 28)] == 480


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "column", "code"),
    [
        ({"month": "2026-10"}, "week", "sell_in_week_or_month"),
        ({"week": None}, "week", "sell_in_week_or_month"),
        ({"week": "soon"}, "week", "sell_in_no_week"),
        ({"week": None, "month": "2026-13"}, "month", "sell_in_no_month"),
        ({"week": "2026-W48"}, "week", "sell_in_ahead"),
        ({"week": "2022-W40"}, "week", "sell_in_too_old"),
        ({"cases": 3}, "cases", "cases_or_units"),
        ({"units": 200_000_000}, "units", "too_many_units"),
        ({"product": "NONE"}, "product", "no_such_product"),
        ({"distributor": "NONE"}, "distributor", "no_such_distributor"),
    ],
)
def test_faults_are_named_by_their_column(cast: Cast, given: dict[str, Any], column: str, code: str) -> None:
    result = record(line(**given))
    assert [(problem.column, problem.code) for problem in result.problems] == [(column, f"stock.{code}")]
    assert not SellIn.objects.exists()


@pytest.mark.django_db
def test_only_headquarters_import_it(cast: Cast) -> None:
    for member in (cast.rep, cast.manager, cast.auditor, cast.distributor_user):
        with pytest.raises(NotAllowed):
            actions.record_sell_in(rows=[line()], by=member.actor, at=AT)
        assert browse(member).get(reverse("stock:sell_in_import")).status_code == 403


@pytest.mark.django_db
def test_a_file_is_checked_then_taken_in(cast: Cast) -> None:
    rows: list[dict[str, Any]] = [line(), line(product="W550", week=None, month="2026-10")]

    def sent(do: str) -> Any:
        file = SimpleUploadedFile("进货.xlsx", writer.write_table(sell_in_file.COLUMNS, rows, "进货"))
        return browse(cast.headquarters).post(reverse("stock:sell_in_import"), {"file": file, "do": do})

    assert "The file is fine: 2 new" in text_of(sent("check"))
    assert not SellIn.objects.exists()
    assert "Taken in: 2 new" in text_of(sent("take"))
    assert SellIn.objects.count() == 2
    assert browse(cast.headquarters).get(reverse("stock:sell_in_template")).content.startswith(b"PK")
    assert max(kept_weeks()) < WEEK


def kept_weeks() -> list[date]:
    return [week for one in SellIn.objects.all() for week in sell_in.unpack(one.first_week, one.units)]


def buys(code: str, units: int, *, until: date, count: int = 60) -> None:
    rows = [
        line(distributor=code, week=weeks.label(weeks.shift(until, -back)), units=units * 4 if back % 4 == 0 else 0)
        for back in range(count)
    ]
    assert not record(*rows).problems


def opens_with(code: str, units: int) -> None:
    given: dict[str, Any] = {"distributor": code, "product": "T500", "units": units, "counted_on": date(2026, 11, 23)}
    assert not actions.record_counts(rows=[given], source="page", by=SYSTEM, at=AT).problems


def standing(code: str) -> products.Standing:
    return products.standings(SYSTEM, at=AT, code=code)[0]


@pytest.mark.django_db
def test_a_new_distributor_is_judged_by_its_sell_in_and_an_opening_count(cast: Cast) -> None:
    buys("D002", 140, until=WEEK)
    opens_with("D002", 450)
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)
    found = standing("D002")
    assert (found.on_hand_units, found.estimated, found.uncertain, found.from_sell_in) == (450, False, True, True)
    assert found.per_day == pytest.approx(20, rel=0.15)
    assert found.days == pytest.approx(22.5, rel=0.15)


@pytest.mark.django_db
@pytest.mark.parametrize(("reports", "from_sell_in"), [(1, True), (7, True), (8, False)])
def test_sell_in_counts_until_the_eighth_report(cast: Cast, reports: int, from_sell_in: bool) -> None:
    first = weeks.shift(WEEK, 1 - reports)
    buys("D002", 140, until=weeks.shift(first, -1))
    for week in weeks.span(first, WEEK):
        report("D002", [row("T500", 225, 70, 70)], week=week)
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)
    found = standing("D002")
    assert (found.from_sell_in, found.uncertain) == (from_sell_in, from_sell_in)
    if reports == 8:
        assert found.per_day == pytest.approx(10, rel=0.05)
    if reports == 1:
        assert found.per_day > 14


@pytest.mark.django_db
def test_sell_in_that_comes_after_the_close_is_followed_at_once(cast: Cast) -> None:
    opens_with("D002", 450)
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)
    assert (standing("D002").per_day, standing("D002").from_sell_in) == (0, False)
    buys("D002", 140, until=WEEK)
    assert standing("D002").from_sell_in
