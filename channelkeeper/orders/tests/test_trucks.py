"""What truck, limit, minimum and shelf life leave of an order, through the database, and what a cut risks (ORD-2)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from channelkeeper.catalog.models import Product
from channelkeeper.network.models import Distributor
from channelkeeper.orders import rules
from channelkeeper.orders.queries import LineView
from channelkeeper.orders.rules import Bound
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import House, build_house

pytestmark = pytest.mark.django_db
SOLD = ("T500", "T501", "W550")  # three products of Xinda, of 24 a case


@pytest.fixture
def house() -> House:
    """Return the house; Xinda sells 240 a week of three products that stand at 4, 8 and 12 days, 40 cases a pallet."""
    house = build_house()
    shelf, xinda = house.shelf, house.cast.xinda
    Product.objects.filter(code__in=SOLD).update(cases_per_layer=10, layers_per_pallet=4)
    for product, days in ((shelf.tea, 4), (shelf.lemon_tea, 8), (shelf.water, 12)):
        seed.stand(xinda, product, on_hand=round(days * 240 / 7), weekly=240)
    return house


def terms(**values: object) -> None:
    Distributor.objects.filter(code="D003").update(**values)


def proposed() -> dict[str, LineView]:
    """Propose Xinda's order and return its lines."""
    seed.propose(codes=["D003"])
    return {one.product: one for one in seed.see("D003-2026W48").lines}


def cases(lines: dict[str, LineView]) -> list[int]:
    return [lines[code].units // 24 for code in SOLD]


def covers(lines: dict[str, LineView]) -> list[float]:
    return [round(float(lines[code].days_after or 0), 1) for code in SOLD]


def test_without_limits_all_reach_the_middle_of_the_band(house: House) -> None:
    # 480 until the reading + 22.5 x 34.29 = 1,251.4; 137, 274 and 411 on hand, and 103 of tea are missed, not owed:
    # 1,011.4, 977.4 and 840.4 pieces.
    lines = proposed()
    assert cases(lines) == [42, 41, 35]
    assert {lines[code].bound_by for code in SOLD} == {Bound.NONE}
    assert all(abs(days - 22.5) < 0.4 for days in covers(lines))


def test_a_truck_is_shared_so_that_the_lowest_cover_rises_first(house: House) -> None:
    terms(truck_pallets=Decimal(2))  # 80 of the 118 cases
    lines = proposed()
    assert sum(cases(lines)) == 80
    # All three stand as high as a case of 24 lets them: 0.7 days.
    assert max(covers(lines)) - min(covers(lines)) <= 0.7
    assert {lines[code].bound_by for code in SOLD} == {Bound.TRUCK}
    for code in SOLD:
        line = lines[code]
        assert "车装不下，先给缺得多的" in line.sentence("zh")
        assert f"本该{line.wanted_units // 24}箱" in line.sentence("zh")
        assert rules.quantity(line.basis).units == line.wanted_units > line.units


def test_half_a_pallet_is_a_truck_too(house: House) -> None:
    terms(truck_pallets=Decimal("0.5"))
    lines = proposed()
    assert sum(cases(lines)) == 20
    assert cases(lines)[0] > cases(lines)[1] >= cases(lines)[2]


def test_a_truck_that_is_large_enough_cuts_nothing(house: House) -> None:
    terms(truck_pallets=Decimal(3))  # 120 cases
    assert cases(proposed()) == [42, 41, 35]


def test_what_stacks_in_no_known_way_takes_no_room(house: House) -> None:
    Product.objects.filter(code="W550").update(layers_per_pallet=None)
    terms(truck_pallets=Decimal(1))
    lines = proposed()
    assert cases(lines)[0] + cases(lines)[1] == 40
    assert (cases(lines)[2], lines["W550"].bound_by) == (35, Bound.NONE)


def test_a_limit_in_yuan_lets_no_product_starve(house: House) -> None:
    # Tea costs 52.80 a case, lemon tea 50.40, water 19.20; 4,956 yuan in all.
    terms(order_limit=Decimal(1500))
    lines = proposed()
    # Raised together from the bottom: 14, 12 and 7 cases are 1,478.40 yuan. The last 21.60 are no case of tea, but of
    # water.
    assert (cases(lines), covers(lines)) == ([14, 12, 8], [2.8, 2.4, 3.6])
    assert sum(one.amount for one in lines.values()) == Decimal("1497.60")
    assert all(lines[code].bound_by is Bound.LIMIT for code in SOLD)
    assert "额度不够" in lines["T500"].sentence("zh")


def test_a_cut_says_what_it_risks_in_both_languages(house: House) -> None:
    terms(truck_pallets=Decimal("0.2"))  # 8 cases
    tea = proposed()["T500"]
    # 480 expected until 6 December − 137 on hand − 103 missed before the arrival anyhow − 120 ordered = 120
    assert (tea.units, tea.basis.missed_units, tea.risked_units) == (120, Decimal(103), Decimal(120))
    assert "本该42箱，车装不下，先给缺得多的，到12月6日可能少卖5箱" in tea.sentence("zh")
    assert "5 cases may go unserved by 6 Dec" in tea.sentence("en")
    # With 134 of lemon tea and 69 of water: 120 x 2.20 + 134 x 2.10 + 69 x 0.80 yuan
    assert sum(one.risked_value for one in seed.see("D003-2026W48").lines) == Decimal("600.60")


def test_truck_and_limit_together_keep_both(house: House) -> None:
    terms(truck_pallets=Decimal(2), order_limit=Decimal(2000))
    lines = proposed()
    assert sum(cases(lines)) <= 80
    assert sum(one.amount for one in lines.values()) <= 2000


def test_a_small_order_is_lifted_to_its_minimum_inside_the_band_or_waits(house: House) -> None:
    terms(min_order_amount=Decimal(5200))  # 244 more than is due
    lines = proposed()
    assert (cases(lines), covers(lines)) == ([44, 43, 38], [23.8, 24.1, 24.6])
    assert {one.bound_by for one in lines.values()} == {Bound.MINIMUM}
    terms(min_order_amount=Decimal(5500))  # beyond what the band holds
    waiting = proposed()
    assert [one.units for one in waiting.values()] == [0, 0, 0]
    assert {one.bound_by for one in waiting.values()} == {Bound.MINIMUM}


def test_no_more_is_ordered_than_sells_before_it_expires(house: House) -> None:
    Product.objects.filter(code="M250").update(shelf_life_days=20)
    seed.stand(house.cast.xinda, house.shelf.milk, on_hand=0, weekly=336)
    milk = proposed()["M250"]
    # There on 1 December: 20 days of 48 sell from the start of that week on, 960 pieces, where 1,416 were due.
    assert milk.bound_by is Bound.SHELF_LIFE
    assert milk.units == 960
    assert rules.quantity(replace(milk.basis, fresh_units=None)).units == 1416
    assert "保质期" in milk.sentence("zh")


def test_a_product_that_leaves_is_ordered_for_the_days_left_only(house: House) -> None:
    Product.objects.filter(code="T501").update(retires_on=date(2026, 12, 11))
    tea = proposed()["T501"]
    # On sale until the 10th: ten days from the arrival on. 343 are expected from then on, 34 are left of the stock.
    assert tea.bound_by is Bound.RETIRE
    assert 0 < tea.units < 41 * 24
    assert tea.units % 24 == 0
    assert tea.basis.fresh_units is not None
    assert tea.units <= tea.basis.fresh_units
