"""Launches and run-outs through the database: the first fill once, the plan's weeks, what a successor takes over."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from channelkeeper.catalog.models import Price, Product
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions
from channelkeeper.orders.models import Order
from channelkeeper.orders.queries import LineView
from channelkeeper.orders.rules import Bound
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, House
from channelkeeper.seasons.models import LaunchPlan
from channelkeeper.stock.models import Band

W48 = date(2026, 11, 23)
NEXT_TUESDAY = AT + timedelta(days=7)
SECOND = "D001-2026W49"


@pytest.fixture
def house(db: None) -> House:
    return seed.build_house()


def fresh(house: House, *, code: str = "T900", launched_on: date = W48) -> Product:
    """Return a product that no report knows: 15 a case, ¥3."""
    like = house.shelf.new
    made = Product.objects.create(
        code=code, name_zh="青柑茶", name_en="Green orange tea", brand=like.brand, category=like.category,
        units_per_case=15, launched_on=launched_on,
    )  # fmt: skip
    Price.objects.create(product=made, starts_on=date(2024, 1, 1), price_per_unit=Decimal("3.00"))
    return made


def planned(product: Product, *, cases: int) -> None:
    """Plan a launch at all distributors: so many cases first, 105 pieces a week."""
    LaunchPlan.objects.create(product=product, first_fill_cases=cases, weekly_units=[105] * 8)


def ordered(number: str = NUMBER) -> LineView:
    return seed.line("T900", number)


def next_week(house: House) -> None:
    """Close week 48 as week 47 stood, and propose the order after it."""
    seed.stand(house.cast.hualian, house.shelf.tea, on_hand=8000, weekly=1764, week=W48)
    seed.propose(W48, at=NEXT_TUESDAY, codes=["D001"])


def settled(house: House) -> None:
    """Take the first order on until it is sent."""
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    actions.accept(number=NUMBER, by=house.cast.distributor_user.actor, at=AT)
    actions.send(number=NUMBER, by=house.cast.rep.actor, at=AT)


@pytest.mark.parametrize(("cases", "units", "bound"), [(40, 600, Bound.LAUNCH), (10, 435, Bound.NONE)])
def test_a_launch_is_ordered_by_its_plan_and_at_least_its_first_fill(
    house: House, cases: int, units: int, bound: Bound
) -> None:
    planned(fresh(house), cases=cases)
    seed.propose(codes=["D001"])
    line = ordered()
    # There on 1 December: 105 of the first week are lost, 105 sell by the reading; 105 + 22.5 x 15 = 442.5 pieces.
    assert (line.units, line.bound_by) == (units, bound)
    assert line.amount == units * 3
    assert ("首铺40箱" in line.sentence("zh")) is (bound is Bound.LAUNCH)


def test_a_distributor_s_own_plan_stands_before_the_one_for_all(house: House) -> None:
    product = fresh(house)
    planned(product, cases=40)
    LaunchPlan.objects.create(product=product, distributor=house.cast.hualian, first_fill_cases=50, weekly_units=[105])
    seed.propose(codes=["D001", "D002"])
    assert (ordered().units, seed.line("T900", "D002-2026W48").units) == (750, 600)


def test_a_launch_has_the_band_that_was_set_for_it(house: House) -> None:
    product = fresh(house)
    planned(product, cases=0)
    Band.objects.create(
        product=product, subject=f"p{product.pk}", starts_on=date(2026, 1, 1), low_days=8, high_days=12, set_at=AT
    )
    seed.propose(codes=["D001"])
    # 105 until the reading + 10 x 15 = 255
    assert ordered().units == 255


def test_a_first_fill_on_an_open_order_or_on_the_road_is_not_ordered_again(house: House) -> None:
    product = fresh(house)
    planned(product, cases=40)
    seed.propose(codes=["D001"])
    settled(house)
    next_week(house)
    # Read on 13 December: 105 until then + 337.5 are due and 600 stand on the open order.
    assert (ordered(SECOND).units, ordered(SECOND).basis.road_units) == (0, 600)
    seed.ship(house.cast.hualian, product, 600, arrives_on=date(2026, 12, 3), order_number=NUMBER)
    seed.propose(W48, at=NEXT_TUESDAY, codes=["D001"])
    assert (ordered(SECOND).units, ordered(SECOND).basis.road_units) == (0, 600)


def test_what_was_shipped_once_has_no_first_fill_any_more(house: House) -> None:
    product = fresh(house)
    planned(product, cases=40)
    seed.ship(house.cast.hualian, product, 15, arrives_on=date(2026, 11, 21))
    seed.propose(codes=["D001"])
    assert (ordered().units, ordered().bound_by) == (435, Bound.NONE)


def test_a_launch_after_the_arrival_waits(house: House) -> None:
    planned(fresh(house, launched_on=date(2026, 12, 10)), cases=40)
    seed.propose(codes=["D001"])
    assert "T900" not in {line.product for line in seed.see().lines}


def test_a_successor_sells_what_its_predecessor_sold_and_that_one_runs_out(house: House) -> None:
    heir, old = fresh(house), house.shelf.lemon_tea
    Product.objects.filter(pk=old.pk).update(successor=heir, retires_on=date(2026, 12, 7))
    seed.propose(codes=["D001"])
    # Lemon tea stands at 2,016 and sells 672 a week until the 7th: nothing more of it is needed.
    assert seed.line("T501").units == 0
    # Its successor sells 672 a week from the 7th on: 22.5 x 96 = 2,160 pieces for it, none before.
    assert ordered().units == 2160
    assert Order.objects.get(number=NUMBER).lines.get(product=heir).expected_until_reading_units == 0
