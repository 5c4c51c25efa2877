"""Realised days (STK-1) and turnover (STK-5), in scope and in one query."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import Cast, build_cast
from channelkeeper.stock import actions
from channelkeeper.stock.queries import days, reports
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row

pytestmark = pytest.mark.django_db
AT = monday_after(WEEK)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture(autouse=True)
def shelf() -> Shelf:
    return build_shelf()


def test_realised_days_are_what_the_four_weeks_after_sold(cast: Cast, shelf: Shelf) -> None:
    for back, sold in ((6, 70), (5, 70), (4, 140), (3, 70), (2, 0), (1, 70), (0, 70)):
        report("D001", [row("T500", 500, 0, sold, 280)], week=weeks.shift(WEEK, -back))
    with CaptureQueriesContext(connection) as queries:
        found = days.realised_days(SYSTEM, at=AT, code="D001", until=weeks.shift(WEEK, -3), count=4)
    # After week 41: 70 + 140 + 70 + 0 = 10 a day; after 42: 140 + 70 + 0 + 70; after 43: 70 + 0 + 70 + 70.
    assert found[shelf.tea.pk] == (
        Decimal(280) / (Decimal(280) / 28),
        Decimal(280) / (Decimal(280) / 28),
        Decimal(280) / (Decimal(210) / 28),
        None,  # the last of its four weeks has not come
    )
    assert len(queries) == 1
    assert days.realised_days(cast.other_rep.actor, at=AT, code="D001", until=WEEK, count=4) == {}


def test_an_unknown_week_leaves_no_realised_days(cast: Cast, shelf: Shelf) -> None:
    for back in (4, 3, 1, 0):
        report("D001", [row("T500", 500, 0, 70, 280)], week=weeks.shift(WEEK, -back))
    found = days.realised_days(SYSTEM, at=AT, code="D001", until=weeks.shift(WEEK, -4), count=1, product="T500")
    assert found == {shelf.tea.pk: (None,)}


def test_turnover_is_mean_stock_over_mean_daily_sales_of_reported_weeks(cast: Cast) -> None:
    for back, sold, closing in ((3, 50, 300), (2, 70, 280), (0, 140, 200)):
        week = weeks.shift(WEEK, -back)
        report("D001", [row("W550", 400, 0, sold, closing)], week=week)
        actions.close_week(week=week, by=SYSTEM, at=AT)
    actions.close_week(week=weeks.shift(WEEK, -1), by=SYSTEM, at=AT)
    found = days.turnover(cast.rep.actor, at=AT, since=weeks.shift(WEEK, -2), until=WEEK)
    assert found == {cast.hualian.pk: Decimal(260) / (Decimal(210) / 14)}
    assert days.turnover(cast.other_rep.actor, at=AT, since=weeks.shift(WEEK, -2), until=WEEK) == {}


def test_rates_and_reminders_count_the_reports(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30)])
    report("D003", [row("T500", 100, 0, 30)], at=monday_after(WEEK, 15))
    actions.close_week(week=WEEK, by=SYSTEM, at=monday_after(WEEK, 16))
    after = monday_after(WEEK, 16)
    assert reports.rates(SYSTEM, at=after, since=WEEK, until=WEEK) == [reports.Rate(WEEK, 3, 2, 1)]
    assert [one.code for one in reports.missing(SYSTEM, at=after, week=WEEK)] == ["D002"]
    assert reports.missing(SYSTEM, at=monday_after(WEEK, 11), week=WEEK) == []  # the time is not up
    assert [one.code for one in reports.missing(cast.other_rep.actor, at=after, week=WEEK)] == []
