"""When orders are placed, arrive and are read, through the database: weekdays, closing days, a festival (SEA-2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import rules
from channelkeeper.orders.models import Order
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, House, build_house
from channelkeeper.seasons import actions as seasons
from channelkeeper.sheets.masters import Values

pytestmark = pytest.mark.django_db
TUESDAY_AND_FRIDAY = 0b10010
W03 = date(2027, 1, 18)  # closed before the last order week before Spring Festival, 6 February 2027
SPRING = AT.replace(year=2027, month=1, day=26)  # Tuesday
Plan = tuple[date, date, date, int, int]


@pytest.fixture
def house() -> House:
    return build_house()


def close(first: date, last: date, *, whose: str = "D001") -> None:
    """Close a distributor, or the factory (empty), from one day to another."""
    days: Values = {"distributor": whose, "starts_on": first, "last_on": last, "label_zh": "休息"}
    assert not seasons.set_closed_days(rows=[days], by=SYSTEM, at=AT).problems


def plan(number: str = NUMBER) -> Plan:
    order = seed.kept(number)
    return order.order_on, order.arrives_on, order.reading_on, order.lead_weeks, order.review_weeks


def cover(product: str, number: str = NUMBER) -> Decimal:
    """Return a line's days after, for which its quantity must be what the rule says of its basis."""
    line = seed.line(product, number)
    assert rules.quantity(line.basis) == rules.Quantity(line.units, line.bound_by)
    assert line.days_after is not None
    return round(line.days_after, 1)


@pytest.mark.parametrize(
    ("days_later", "expected"),
    [
        (0, (date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 6), 1, 1)),  # Tuesday itself
        (1, (date(2026, 11, 27), date(2026, 12, 4), date(2026, 12, 6), 1, 1)),  # Wednesday: Friday is to come
        (4, (date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 6), 1, 1)),  # Saturday: both have passed
    ],
)
def test_of_two_weekdays_the_next_one_is_taken(house: House, days_later: int, expected: Plan) -> None:
    Distributor.objects.filter(code="D001").update(order_weekdays=TUESDAY_AND_FRIDAY)
    seed.propose(at=AT + timedelta(days=days_later))
    assert plan() == expected


def test_no_arrival_is_planned_on_a_closed_day(house: House) -> None:
    close(date(2026, 12, 1), date(2026, 12, 3))
    seed.propose()
    # Nor is the next order placed on Tuesday the 1st: it is on the 8th, there on the 15th.
    assert plan() == (date(2026, 11, 24), date(2026, 12, 4), date(2026, 12, 13), 1, 2)
    milk = seed.line("M250")
    # Eleven days of 48 until the arrival; three weeks of 336 + 22.5 x 48 − 1,240 = 848: 71 cases of 12
    assert (milk.basis.expected_until_arrival_units, milk.units) == (Decimal(528), 852)


def test_ten_closed_days_of_the_distributor_are_covered_by_the_order_before(house: House) -> None:
    close(date(2026, 12, 1), date(2026, 12, 10))
    seed.propose()
    # There on the 11th. The next order is placed on Tuesday the 15th, there on the 22nd: read on the 20th.
    assert plan() == (date(2026, 11, 24), date(2026, 12, 11), date(2026, 12, 20), 2, 2)
    milk = seed.line("M250")
    # Four weeks of 336 + 22.5 x 48 − 1,000 − 240 = 1,184: 99 cases of 12
    assert (milk.basis.expected_until_reading_units, milk.units) == (Decimal(1344), 1188)
    assert cover("M250") == Decimal("22.6")


def test_a_day_off_at_the_factory_holds_up_no_truck(house: House) -> None:
    close(date(2026, 12, 1), date(2026, 12, 1), whose="")
    seed.propose()
    assert plan()[:2] == (date(2026, 11, 24), date(2026, 12, 1))
    # But the next order waits for Tuesday the 8th: this one is read on the 13th.
    assert plan()[2:] == (date(2026, 12, 13), 1, 2)


def test_an_order_waits_for_a_factory_that_is_closed(house: House) -> None:
    close(date(2026, 11, 23), date(2026, 11, 28), whose="")
    seed.propose()
    assert {one.order_on for one in Order.objects.all()} == {date(2026, 12, 1)}
    assert {one.arrives_on for one in Order.objects.all()} == {date(2026, 12, 8)}
    tea = seed.line("T500")
    # 1,512 of 3,528 in the two weeks before the 8th: 2,016 are missed.
    assert tea.basis.missed_units == Decimal(2016)


def test_closed_days_of_another_move_nothing(house: House) -> None:
    close(date(2026, 11, 24), date(2026, 12, 10), whose="D003")
    seed.propose()
    assert plan()[:3] == (date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 6))
    assert plan("D003-2026W48")[:2] == (date(2026, 12, 15), date(2026, 12, 22))


@pytest.mark.parametrize(("closed", "reading", "weeks", "cases"), [(False, 7, 1, 62), (True, 28, 4, 146)])
def test_spring_festival_is_covered_by_the_order_before(
    house: House, closed: bool, reading: int, weeks: int, cases: int
) -> None:
    """The factory takes no orders from 1 to 16 February, Hualian is closed from the 4th to the 13th."""
    seed.stand(house.cast.hualian, house.shelf.lemon_tea, on_hand=2016, weekly=672, week=W03)
    if closed:
        close(date(2027, 2, 1), date(2027, 2, 16), whose="")
        close(date(2027, 2, 4), date(2027, 2, 13))
    seed.propose(W03, at=SPRING, codes=["D001"])
    number = "D001-2027W04"
    assert plan(number) == (date(2027, 1, 26), date(2027, 2, 2), date(2027, 2, reading), 1, weeks)
    # 672 x (1 + weeks) + 22.5 x 96 − 2,016: 1,488 pieces to 7 February, 3,504 to the 28th
    assert seed.line("T501", number).units == cases * 24
    assert cover("T501", number) == Decimal("22.5")


def test_orders_of_the_closed_weeks_are_all_for_the_first_day_after(house: House) -> None:
    close(date(2027, 2, 1), date(2027, 2, 16), whose="")
    found = []
    for later in (1, 2, 3):
        week, at = W03 + timedelta(weeks=later), SPRING + timedelta(weeks=later)
        seed.stand(house.cast.hualian, house.shelf.lemon_tea, on_hand=2016, weekly=672, week=week)
        seed.propose(week, at=at, codes=["D001"])
        order = Order.objects.get(distributor=house.cast.hualian, week=week)
        found.append((order.order_on, order.arrives_on, order.reading_on))
    assert found == [
        (date(2027, 2, 23), date(2027, 3, 2), date(2027, 3, 7)),
        (date(2027, 2, 23), date(2027, 3, 2), date(2027, 3, 7)),
        (date(2027, 2, 23), date(2027, 3, 2), date(2027, 3, 7)),
    ]
