"""Never ordered twice: proposed again, from two places at once, or with a receipt that is moved (ORD-1)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from channelkeeper.access.rules import Actor
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, rules
from channelkeeper.orders.models import Order, OrderChange, OrderLine
from channelkeeper.orders.rules import State
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, W47, House, build_house
from channelkeeper.stock.models import Shipment

pytestmark = pytest.mark.django_db(transaction=True)
SIXTY = timedelta(days=60)
W48 = date(2026, 11, 23)


@pytest.fixture
def house() -> House:
    return build_house()


def milk(number: str = NUMBER) -> tuple[int, int]:
    """Return what is on the road of milk, as its line knows it, and what is ordered."""
    line = seed.line("M250", number)
    assert rules.quantity(line.basis) == rules.Quantity(line.units, line.bound_by)
    return line.basis.road_units, line.units


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do several things at the same moment, each on a connection of its own; return what each came to."""
    barrier = Barrier(len(acts))

    def client(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except rules.Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(client, acts))


# ---------------------------------------------------------------- a receipt that is moved


def test_a_receipt_within_reach_is_not_ordered_again(house: House) -> None:
    seed.propose()
    # 672 until 6 December + 22.5 x 48 − 1,000 − 240 = 512: 43 cases of 12
    assert milk() == (240, 516)


def test_a_receipt_beyond_the_horizon_covers_nothing(house: House) -> None:
    Shipment.objects.update(arrives_on=date(2026, 11, 26) + SIXTY)
    seed.propose()
    # 672 + 1,080 − 1,000 = 752: what comes on 25 January helps nobody until 6 December.
    assert milk() == (0, 756)


@pytest.mark.parametrize(
    ("arrives_on", "counts"),
    [
        (date(2026, 12, 6), True),  # the reading's own Sunday
        (date(2026, 12, 7), False),  # the Monday after it
        (date(2026, 9, 27), True),  # sixty days overdue and in no report since: not lost, and not ordered again
    ],
)
def test_a_receipt_counts_to_the_reading_and_once(house: House, arrives_on: date, counts: bool) -> None:
    Shipment.objects.update(shipped_on=date(2026, 9, 21), arrives_on=arrives_on)
    seed.propose()
    assert milk() == ((240, 516) if counts else (0, 756))


def test_moving_a_receipt_to_and_fro_ends_where_it_began(house: House) -> None:
    seed.propose()
    was = milk()
    Shipment.objects.update(arrives_on=date(2026, 11, 26) + SIXTY)
    seed.propose(at=AT + timedelta(minutes=1))
    Shipment.objects.update(arrives_on=date(2026, 11, 26))
    seed.propose(at=AT + timedelta(minutes=2))
    assert milk() == was
    assert Order.objects.filter(distributor=house.cast.hualian).count() == 1


def test_an_open_order_sixty_days_overdue_is_counted_on_once(house: House) -> None:
    Shipment.objects.all().delete()
    seed.propose(codes=["D001"])
    ordered = seed.line("M250").units
    Order.objects.update(state=State.SENT, arrives_on=date(2026, 12, 1) - SIXTY)
    seed.stand(house.cast.hualian, house.shelf.milk, on_hand=664, weekly=336, week=W48)
    seed.propose(W48, at=AT + timedelta(days=7), codes=["D001"])
    second = "D001-2026W49"
    # 664 left after a week; what was ordered comes in the week that begins.
    assert milk(second)[0] == ordered
    assert milk(second)[1] == _needed(664 + ordered)


def test_an_order_moved_sixty_days_on_is_ordered_again_and_counts_when_it_comes_near(house: House) -> None:
    Shipment.objects.all().delete()
    seed.propose(codes=["D001"])
    ordered = seed.line("M250").units
    late = date(2026, 12, 1) + SIXTY  # Saturday, 30 January
    Order.objects.update(state=State.SENT, arrives_on=late)
    found = {}
    for later in range(1, 10):
        week = weeks.shift(W47, later)
        seed.stand(house.cast.hualian, house.shelf.milk, on_hand=664, weekly=336, week=week)
        seed.propose(week, at=AT + timedelta(weeks=later), codes=["D001"])
        number = f"D001-{weeks.label(weeks.shift(week, 1)).replace('-', '')}"
        found[week] = milk(number)
        Order.objects.filter(number=number).update(state=State.CANCELLED)
    reached = [week for week, (road, _) in found.items() if road]
    # Read on the Sunday of the week after the next: from the close of 17 January on it lies before the reading.
    assert reached == [date(2027, 1, 11), date(2027, 1, 18)]
    assert {found[week] for week in reached} == {(ordered, _needed(664 + ordered))}
    assert {pair for week, pair in found.items() if week not in reached} == {(0, _needed(664))}


def _needed(there: int) -> int:
    """Return the pieces of milk that two weeks and 22.5 days need beyond what is there, in cases of 12."""
    return max(round((672 + 1080 - there) / 12), 0) * 12


# ---------------------------------------------------------------- twice, and at once


def proposal(by: Actor, codes: list[str] | None = None) -> Callable[[], object]:
    return lambda: actions.propose(week=W47, by=by, at=AT, distributor_codes=codes)


def test_a_rep_and_the_weekly_run_at_once_make_one_order_each(house: House) -> None:
    cast = house.cast
    at_once(proposal(SYSTEM), proposal(cast.rep.actor), proposal(cast.manager.actor), proposal(SYSTEM, ["D001"]))
    numbers = sorted(Order.objects.values_list("number", flat=True))
    assert numbers == ["D001-2026W48", "D002-2026W48", "D003-2026W48"]
    assert OrderLine.objects.count() == 7
    assert OrderChange.objects.filter(verb="proposed").count() == 3
    assert milk() == (240, 516)


def test_an_edit_and_a_proposal_at_once_keep_the_edit(house: House) -> None:
    seed.propose()
    rep = house.cast.rep.actor
    at_once(
        lambda: actions.edit_lines(number=NUMBER, cases={"M250": 40}, by=rep, at=AT),
        proposal(SYSTEM),
        proposal(rep, ["D001"]),
    )
    assert seed.line("M250").units == 480
    assert Order.objects.count() == 3


def test_an_offer_and_a_proposal_at_once_leave_one_order_that_stands(house: House) -> None:
    seed.propose()
    before = [(one.product, one.units) for one in seed.see().lines]
    rep = house.cast.rep.actor
    at_once(lambda: actions.offer(number=NUMBER, by=rep, at=AT), proposal(SYSTEM), proposal(rep, ["D001"]))
    assert [(one.product, one.units) for one in seed.see().lines] == before
    assert (seed.kept().state, Order.objects.count()) == (State.OFFERED, 3)


def test_two_weeks_proposed_at_once_do_not_order_the_same_goods(house: House) -> None:
    """The week before and this week: whichever comes first, one order of Hualian is live, and it is this week's."""
    seed.stand(house.cast.hualian, house.shelf.milk, on_hand=664, weekly=336, week=W48)
    at = AT + timedelta(days=7)
    at_once(
        lambda: actions.propose(week=W47, by=SYSTEM, at=at, distributor_codes=["D001"]),
        lambda: actions.propose(week=W48, by=SYSTEM, at=at, distributor_codes=["D001"]),
    )
    seed.propose(W48, at=at, codes=["D001"])  # as the next run does
    live = Order.objects.filter(distributor=house.cast.hualian).exclude(state=State.CANCELLED)
    assert [one.week for one in live] == [W48]


def test_last_weeks_draft_is_offered_or_lapses_but_not_both(house: House) -> None:
    """Offered just as this week is proposed: its goods count as on their way, or it is cancelled and they do not."""
    Shipment.objects.all().delete()
    seed.propose(codes=["D001"])
    ordered = seed.line("M250").units
    seed.stand(house.cast.hualian, house.shelf.milk, on_hand=664, weekly=336, week=W48)
    at, rep = AT + timedelta(days=7), house.cast.rep.actor
    offered, _ = at_once(
        lambda: actions.offer(number=NUMBER, by=rep, at=at),
        lambda: actions.propose(week=W48, by=SYSTEM, at=at, distributor_codes=["D001"]),
    )
    road, units = milk("D001-2026W49")
    if isinstance(offered, rules.WrongState):
        assert (seed.kept().state, road, units) == (State.CANCELLED, 0, _needed(664))
    else:
        assert (seed.kept().state, road, units) == (State.OFFERED, ordered, _needed(664 + ordered))


def test_a_proposal_that_breaks_off_leaves_nothing(house: House) -> None:
    """The database refuses the last statement: neither order nor line nor story of that chunk is kept."""
    with connection.execute_wrapper(_broken), pytest.raises(ConnectionError):
        seed.propose()
    assert (Order.objects.count(), OrderLine.objects.count(), OrderChange.objects.count()) == (0, 0, 0)
    seed.propose()
    assert Order.objects.count() == 3


def _broken(execute: Callable[..., object], sql: str, params: object, many: bool, context: dict[str, object]) -> object:
    if sql.startswith('INSERT INTO "access_auditline"'):
        raise ConnectionError("lost")
    return execute(sql, params, many, context)
