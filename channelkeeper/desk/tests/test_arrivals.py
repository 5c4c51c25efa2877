"""One arrival for all: finding, distributor's page and proposal name the same, closing days included (ORD-1d)."""

from datetime import date, datetime

import pytest

from channelkeeper.access.rules import whole
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.desk.queries import distributors
from channelkeeper.findings.models import Finding
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.seasons import actions as seasons
from channelkeeper.sheets.masters import Values
from channelkeeper.stock import actions as stock
from channelkeeper.stock.queries.products import standings
from channelkeeper.stock.tests.books import WEEK, monday_after, report, row

pytestmark = pytest.mark.django_db
SYSTEM = whole("test: arrivals")
MONDAY = monday_after(WEEK, hour=13)
TUESDAY_AND_FRIDAY = 0b10010


@pytest.fixture
def cast() -> Cast:
    """Return the cast; Hualian orders on Tuesdays and Fridays, a week ahead, and has told of nine weeks of tea."""
    cast = build_cast()
    build_shelf()
    Distributor.objects.filter(code="D001").update(order_weekdays=TUESDAY_AND_FRIDAY, lead_time_days=7)
    for back in range(8, -1, -1):
        week = weeks.shift(WEEK, -back)
        report("D001", [row("T500", 700, 420 if back else 0, 420)], week=week)
    return cast


def close(*, whose: str, first: date, last: date) -> None:
    days: Values = {"distributor": whose, "starts_on": first, "last_on": last, "label_zh": "休息"}
    assert not seasons.set_closed_days(rows=[days], by=SYSTEM, at=MONDAY).problems


def named(cast: Cast, at: datetime) -> tuple[set[date], float, float]:
    """Close the week and propose; return the arrivals that are named, and what is missed by then, as either says."""
    stock.close_week(week=WEEK, by=SYSTEM, at=at)
    finding = date.fromisoformat(Finding.objects.get(kind="below_band").figures["arrives_on"])
    before = distributors.summary(cast.rep.actor, "D001", at=at).arrives_on
    orders.propose(week=WEEK, by=SYSTEM, at=at)
    after = distributors.summary(cast.rep.actor, "D001", at=at).arrives_on
    order = Order.objects.get(distributor=cast.hualian)
    assert before is not None
    assert after is not None
    (standing,) = standings(cast.rep.actor, at=at, code="D001")
    missed = float(OrderLine.objects.get(order=order).missed_units)
    return {finding, before, after, order.arrives_on}, standing.short_units, missed


def test_a_weekday_and_a_lead_time_make_one_arrival(cast: Cast) -> None:
    arrivals, short, missed = named(cast, MONDAY)
    assert arrivals == {date(2026, 12, 1)}
    assert short == pytest.approx(missed, abs=0.01)


def test_once_tuesday_has_passed_friday_is_named(cast: Cast) -> None:
    """Closed and proposed on Thursday: the first weekday is over, the second still to come."""
    thursday = AT.replace(day=26)
    arrivals, short, missed = named(cast, thursday)
    assert arrivals == {date(2026, 12, 4)}
    assert short == pytest.approx(missed, abs=0.01)


def test_a_closed_distributor_takes_goods_in_when_it_opens(cast: Cast) -> None:
    close(whose="D001", first=date(2026, 12, 1), last=date(2026, 12, 8))
    arrivals, short, missed = named(cast, MONDAY)
    assert arrivals == {date(2026, 12, 9)}
    assert short == pytest.approx(missed, abs=0.01)
    assert short == pytest.approx(560, abs=1)  # 280 left of 840 in the two weeks before that of the 9th


def test_a_closed_factory_takes_orders_when_it_opens(cast: Cast) -> None:
    close(whose="", first=date(2026, 11, 23), last=date(2026, 12, 6))
    arrivals, short, missed = named(cast, MONDAY)
    assert arrivals == {date(2026, 12, 15)}  # ordered on Tuesday the 8th
    assert short == pytest.approx(missed, abs=0.01)
    assert short == pytest.approx(980, abs=1)
