from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from channelkeeper.core import weeks
from channelkeeper.desk.projection import COMING_WEEKS, Coming, project
from channelkeeper.stock.positions import CAUSES
from channelkeeper.stock.queries.products import ProductWeeks, Standing

WEEK = date(2026, 11, 16)
STANDING = Standing(
    product_id=1,
    code="T500",
    name_zh="冰红茶 500ml",
    name_en="Iced tea 500ml",
    units_per_case=24,
    category="DRINK",
    week=WEEK,
    on_hand_units=1512,
    estimated=False,
    uncertain=False,
    from_sell_in=False,
    low_units=1512,
    high_units=1512,
    road_units=0,
    near_expiry_units=0,
    expected_units=(1680.0,) * 8,
    spread=0.2,
    per_day=240.0,
    trailing_per_day=240.0,
    days=6.3,
    trailing_days=6.3,
    band="below",
    low_days=20.0,
    high_days=25.0,
    price_per_unit=Decimal("2.2000"),
    short_units=100.0,
    above_units=0.0,
    causes=dict.fromkeys(CAUSES, 0.0),
)
PAST = ProductWeeks(
    sold=(1680, None, 840, 1680), closing=(2400, None, 0, 1512), received=(0, None, 600, 3192), out=(2,)
)


def test_the_weeks_run_from_the_first_known_to_six_ahead() -> None:
    drawn = project(STANDING, PAST)
    assert drawn.weeks == weeks.span(weeks.shift(WEEK, -3), weeks.shift(WEEK, COMING_WEEKS))
    assert (drawn.stock, drawn.sold) == ([100.0, None, 0.0, 63.0], [70.0, None, 35.0, 70.0])
    assert (drawn.received, drawn.out) == ([2, 3], [2])


def test_the_band_is_its_days_times_what_sells_in_the_four_weeks_after() -> None:
    drawn = project(STANDING, PAST)
    # After the third week: 1,680 sold and three weeks of 1,680 expected, 240 a day: 20 days are 200 cases.
    assert drawn.band_low[2] == pytest.approx(200)
    assert drawn.band_high[-1] == pytest.approx(250)
    # After the first: 840, 1,680 and one expected week are known.
    assert drawn.band_low[0] == pytest.approx(20 * (840 + 1680 + 1680) / 3 / 7 / 24)


def test_without_an_order_the_stock_runs_down_and_never_below_nothing() -> None:
    drawn = project(STANDING, PAST)
    assert drawn.without_order == [0.0]
    assert drawn.with_order == []


def test_an_order_comes_in_the_week_it_arrives() -> None:
    order = Coming(arrives_on=date(2026, 12, 3), units=288 * 24)
    drawn = project(STANDING, PAST, order=order)
    # Week 48 runs out, week 49 gets 288 cases and sells 70.
    assert drawn.with_order == pytest.approx([0.0, 218.0, 148.0])


def test_goods_on_the_road_come_with_and_without_an_order() -> None:
    road = [24.0 * 100]
    drawn = project(STANDING, PAST, road=road, order=Coming(date(2026, 12, 3), 24))
    assert drawn.without_order[0] == pytest.approx(63 + 100 - 70)
    assert drawn.with_order[1] == pytest.approx(63 + 100 - 140 + 1)


def test_an_order_beyond_the_weeks_shown_is_not_drawn() -> None:
    late = project(STANDING, PAST, order=Coming(date(2027, 3, 1), 2400))
    assert late.with_order == [0.0] * COMING_WEEKS


def test_the_fan_widens_around_the_median() -> None:
    drawn = project(STANDING, PAST)
    for median, half, most in zip(drawn.median, drawn.half, drawn.most, strict=True):
        assert most[0] < half[0] < median < half[1] < most[1]


def test_a_short_forecast_goes_on_with_its_last_week() -> None:
    drawn = project(replace(STANDING, expected_units=(240.0, 480.0)), PAST)
    assert drawn.median[1:] == [drawn.median[1]] * (COMING_WEEKS - 1)


def test_a_product_without_weeks_is_drawn_from_what_is_expected() -> None:
    drawn = project(STANDING, ProductWeeks((), (), (), ()))
    assert (len(drawn.weeks), drawn.sold) == (COMING_WEEKS, [])
    assert drawn.band_low == pytest.approx([200.0] * COMING_WEEKS)
