"""What if (ORD-5b): another band, lead time, shelf, limit or promotion, beside the proposal of today."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelkeeper.access.rules import NotFound
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import comparisons, whatif
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.orders.rules import Bound
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import SYSTEM, W47, House, build_house
from channelkeeper.orders.whatif import Scenario

W49 = date(2026, 11, 30)


@pytest.fixture
def house() -> House:
    return build_house()


def _asked(code: str = "D001", **scenario: object) -> whatif.WhatIf:
    return whatif.ask(SYSTEM, code, at=AT, week=W47, scenario=Scenario(**scenario))  # type: ignore[arg-type]


def _of(found: whatif.WhatIf, product: str) -> whatif.ProductOutlook:
    return next(one for one in found.products if one.product.code == product)


@pytest.mark.django_db
def test_without_a_scenario_it_is_the_proposal_itself(house: House) -> None:
    seed.propose()
    found = _asked()
    proposed = {line.product: line.proposed_units for line in seed.see().lines}
    assert {one.product.code: one.today.units for one in found.products} == proposed
    assert {one.product.code: one.then.units for one in found.products} == proposed
    assert found.today == found.then
    assert found.sentence("zh") == "和今天的建议没有差别。"
    assert found.sentence("en") == "No difference to today's proposal."


@pytest.mark.django_db
def test_nothing_is_kept(house: House) -> None:
    _asked(low_days=Decimal(10), high_days=Decimal(15))
    assert (Order.objects.count(), OrderLine.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_lower_band_orders_less(house: House) -> None:
    # Lemon tea: 96 a day, 2,016 on hand, 1,344 out by the reading: 12.5 days are 1,200, so 528 are missing, 22 cases.
    lemon = _of(_asked(low_days=Decimal(10), high_days=Decimal(15)), "T501")
    assert lemon.then.units == 528
    assert lemon.then.days_after == Decimal("12.5")
    # Today's: 22.5 days are 2,160, so 1,488 are missing, 62 cases.
    assert lemon.today.units == 1488


@pytest.mark.django_db
def test_a_longer_way_is_judged_later_and_misses_more(house: House) -> None:
    found = _asked(lead_time_days=14)
    assert (found.timing.arrives_on, found.timing_then.arrives_on) == (date(2026, 12, 1), date(2026, 12, 8))
    tea = _of(found, "T500")
    # 1,512 of 1,764 a week: 252 are missed in the first week, all 1,764 of the second in the longer one.
    assert (tea.today.missed_units, tea.then.missed_units) == (Decimal("252.0000"), Decimal("2016.0000"))


@pytest.mark.django_db
def test_a_shelf_holds_no_more_cases_of_one_product(house: House) -> None:
    found = _asked(shelf_cases=5)
    assert max(one.then.units // one.product.units_per_case for one in found.products) == 5
    assert _of(found, "T500").then.bound_by is Bound.LIMIT


@pytest.mark.django_db
def test_a_limit_lifts_the_lowest_covers_first(house: House) -> None:
    found = _asked(limit=Decimal(9000))
    assert found.then.amount <= 9000
    assert found.today.amount > 9000
    covers = {one.product.code: one.then.days_after for one in found.products if one.then.units}
    left = [one.then.days_after for one in found.products if one.today.units and not one.then.units]
    assert covers
    assert all(days is not None and days >= max(filter(None, covers.values())) - 1 for days in left)


@pytest.mark.django_db
def test_a_promotion_lifts_its_week_and_the_order(house: House) -> None:
    # Half more of 672 in the week of the reading's arrival: 336 pieces, 14 cases, by the reading of 6 December.
    lemon = _of(_asked(promoted="T501", promotion_week=W49, lift=Decimal("0.5")), "T501")
    assert lemon.then.units - lemon.today.units == 336
    assert lemon.case_change == 14


@pytest.mark.django_db
def test_a_category_is_promoted_as_a_whole(house: House) -> None:
    found = _asked(promoted="DRINK", promotion_week=W49, lift=Decimal("0.5"))
    moved = {one.product.code for one in found.products if one.case_change}
    assert moved == {"T500", "T501"}  # water lies still for 80 days, milk is of another category
    assert found.lift == Decimal("0.5")


@pytest.mark.django_db
def test_without_a_lift_past_promotions_tell_it_or_nothing_does(house: House) -> None:
    found = _asked(promoted="T501", promotion_week=W49)
    assert found.lift is None
    assert found.today == found.then


@pytest.mark.django_db
def test_what_the_distributor_does_not_have_cannot_be_promoted(house: House) -> None:
    with pytest.raises(whatif.NotHere, match="This distributor has no product and no category T999"):
        _asked(promoted="T999", promotion_week=W49)


@pytest.mark.django_db
def test_a_distributor_that_was_not_closed_is_refused_with_a_sentence(house: House) -> None:
    with pytest.raises(whatif.NotClosed, match="nothing to reckon with"):
        whatif.ask(SYSTEM, "D001", at=AT, week=date(2026, 11, 9), scenario=Scenario())


@pytest.mark.django_db
def test_a_foreign_distributor_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        whatif.ask(house.cast.other_rep.actor, "D001", at=AT, week=W47, scenario=Scenario())


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["D001", "D003"])
def test_it_asks_as_often_for_one_product_as_for_five(house: House, code: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        _asked(code, lead_time_days=10)
    assert len(asked) == 13


FIGURES = {
    "cases": -212,
    "amount": Decimal(-52000),
    "stock": Decimal(-52000),
    "missed": Decimal(0),
    "days_today": Decimal(23),
    "days_then": Decimal(18),
    "inside_today": 41,
    "inside_then": 37,
}


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        (
            {},
            "比今天的建议少订212箱（5.2万元），库存少占5.2万元；盘点时从23天变成18天，37个在带内，原来41个。",
            "212 cases fewer (¥52,000), ¥52,000 less in stock; 18 days at the close, not 23, 37 in band, not 41.",
        ),
        (
            {"cases": 9, "amount": Decimal(300), "stock": Decimal("0.4"), "missed": Decimal(1200), "inside_then": 41},
            "比今天的建议多订9箱（300元），断货多丢1,200元；盘点时从23天变成18天。",
            "9 cases more (¥300), ¥1,200 more sales missed before it arrives; 18 days at the close, not 23.",
        ),
        (
            {"cases": 0, "amount": Decimal(0), "stock": Decimal(800), "missed": Decimal(-90), "days_then": None},
            "订的箱数和今天的建议一样，库存多占800元，断货少丢90元；37个在带内，原来41个。",
            "As many cases as proposed today, ¥800 more in stock, ¥90 fewer sales missed before it arrives; "
            "37 in band, not 41.",
        ),
    ],
)
def test_the_sentence_says_the_difference(changed: dict[str, object], zh: str, en: str) -> None:
    figures = FIGURES | changed
    assert comparisons.what_if(figures, "zh") == zh
    assert comparisons.what_if(figures, "en") == en
