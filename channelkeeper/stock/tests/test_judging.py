"""The close in arrays, held to the rules: STK-1, STK-1b, STK-2, STK-6."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from channelkeeper.core import weeks
from channelkeeper.engine.pools import Pools
from channelkeeper.stock import judging, packed, rules
from channelkeeper.stock.packed import Named

WEEK = date(2026, 11, 16)
NONE = judging.Arrivals(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))


def arrivals(*lines: tuple[int, int, int, bool]) -> judging.Arrivals:
    """Return shipment lines: row, pieces, week from the close, marked."""
    rows, units, at, marked = zip(*lines, strict=True)
    return judging.Arrivals(
        np.array(rows, dtype=np.int64),
        np.array(units, dtype=np.float64),
        np.array(at, dtype=np.int64),
        np.array(marked),
    )


def chunk(
    weekly: dict[int, list[tuple[int, int] | None]],
    *,
    owners: list[int] | None = None,
    prices: list[float] | None = None,
    goods: judging.Arrivals = NONE,
    lead: int = 1,
) -> judging.Chunk:
    """Return a chunk of series: each week (sold, closing), None where the distributor sent no report."""
    series, width = len(weekly), len(weekly[0])
    grid = packed.empty(weeks.shift(WEEK, 1 - width), series, width)
    distributor = np.array(owners or [0] * series, dtype=np.int64)
    for row, told in weekly.items():
        for column, one in enumerate(told):
            if one is not None:
                grid.sold[row, column], grid.closing[row, column] = one
                grid.received[row, column] = 0
                grid.flags[row, column] = packed.REPORTED | (packed.OUT if one[1] <= 0 else 0)
    return judging.Chunk(
        week=WEEK,
        grid=grid,
        promotion=np.zeros((series, width + judging.HORIZON_WEEKS)),
        distributor=distributor,
        product=np.arange(series, dtype=np.int64),
        group=np.zeros(series, dtype=np.int64),
        lead_weeks=np.full(int(distributor.max()) + 1, lead, dtype=np.int64),
        price=np.array(prices or [1.0] * series),
        near_expiry=np.zeros(series, dtype=np.int64),
        arrivals=goods,
        low_days=np.full(series, 20.0),
        high_days=np.full(series, 25.0),
        near_days=np.full(series, np.nan),
        shelf_life_days=np.full(series, np.nan),
    )


def judged(one: judging.Chunk) -> judging.Judged:
    return judging.judge(one, Pools.none(products=one.grid.sold.shape[0], kinds=1))


def test_bands_are_those_of_the_rule() -> None:
    days = np.array([0, 19.999, 20, 22.5, 25, 25.04, 60, np.nan])
    expected = [rules.judge(None if value != value else Decimal(repr(float(value)))) for value in days]
    assert [judging.BANDS[code] for code in judging.bands(days, 20.0, 25.0)] == expected


def test_steady_sales_have_the_days_of_the_rule() -> None:
    found = judged(chunk({0: [(70, 500)] * 30, 1: [(0, 40)] * 30}))
    assert found.per_day == pytest.approx([10, 0])
    assert found.days[0] == pytest.approx(50)
    assert np.isnan(found.days[1])
    assert [judging.BANDS[code].value for code in found.band] == ["above", "none"]
    assert found.trailing_per_day == pytest.approx([10, 0])
    assert found.above_units[0] == pytest.approx(250)
    assert found.short_units[0] == 0


def test_totals_are_those_of_the_rule() -> None:
    one = chunk({0: [(70, 500)] * 20, 1: [(14, 90)] * 20}, prices=[2.0, 10.0])
    found = judged(one)
    sums = judging.totals(one, found, np.ones(2, dtype=bool))
    days = sums.stock_value[0] / sums.expected_value_per_day[0]
    exact = rules.total_days(
        rules.Holding(Decimal(int(units)), Decimal(repr(float(pace))), Decimal(repr(float(price))))
        for units, pace, price in zip(found.stock.units, found.per_day, one.price, strict=True)
    )
    assert exact is not None
    assert days == pytest.approx(float(exact))
    assert (sums.products[0], sums.below[0], sums.inside[0], sums.above[0]) == (2, 0, 0, 2)
    assert sums.sold_value[0] == pytest.approx(280)


def test_what_stock_and_road_do_not_serve_before_an_order_arrives_is_short() -> None:
    without = judged(chunk({0: [(70, 20)] * 20}, lead=2))
    assert without.short_units[0] == pytest.approx(120)
    soon = judged(chunk({0: [(70, 20)] * 20}, lead=2, goods=arrivals((0, 70, 1, False))))
    assert soon.short_units[0] == pytest.approx(50)
    late = judged(chunk({0: [(70, 20)] * 20}, lead=2, goods=arrivals((0, 70, 3, False))))
    assert late.short_units[0] == pytest.approx(120)


def test_goods_held_by_the_report_are_not_on_the_road() -> None:
    goods = arrivals((0, 5, 0, False), (0, 7, -3, False), (0, 11, 1, True), (0, 13, 2, False), (0, 17, 99, False))
    road, every = judging.on_the_road(goods, np.array([0]))
    assert road[0, :3].tolist() == [11, 13, 0]
    assert every.tolist() == [41]


def test_overdue_goods_without_a_report_arrive_in_the_coming_week() -> None:
    goods = arrivals((0, 5, 0, False), (0, 7, -1, False), (0, 11, -2, False), (0, 13, -1, True))
    road, every = judging.on_the_road(goods, np.array([2]))
    assert road[0, 0] == 12  # held by the last report: 11; carried on as received: 13
    assert every.tolist() == [12]


@pytest.mark.parametrize("arrived", [-1, 0, 1, 2])
@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("missing", [0, 1, 3])
def test_the_road_is_that_of_the_rule(arrived: int, marked: bool, missing: int) -> None:
    day = weeks.shift(WEEK, arrived)
    away = rules.is_on_the_road(
        arrives_on=day, received_on=day if marked else None, reported=weeks.shift(WEEK, -missing), closed=WEEK
    )
    _, every = judging.on_the_road(arrivals((0, 9, arrived, marked)), np.array([missing]))
    assert every.tolist() == [9 if away else 0]


def test_a_missing_report_carries_the_stock_on() -> None:
    told: list[tuple[int, int] | None] = [(70, 300)] * 20 + [None, None]
    found = judged(chunk({0: told}, goods=arrivals((0, 50, -1, True), (0, 30, 0, False))))
    assert found.stock.estimated.tolist() == [True]
    assert found.stock.units.tolist() == [300 + 50 - 140]
    assert found.stock.low[0] <= found.stock.units[0]
    assert found.stock.high[0] >= found.stock.units[0] + 30  # they may have come
    assert found.road_units.tolist() == [30]


def test_an_estimate_never_falls_below_nothing() -> None:
    told: list[tuple[int, int] | None] = [(70, 20)] * 20 + [None, None, None]
    found = judged(chunk({0: told}))
    assert (found.stock.units[0], found.stock.low[0]) == (0, 0)


def test_half_a_year_without_a_report_is_unknown() -> None:
    told: list[tuple[int, int] | None] = [(70, 300)] * 5 + [None] * 27
    found = judged(chunk({0: told}))
    assert found.stock.unknown.tolist() == [True]


def test_each_distributor_is_missing_for_itself() -> None:
    one = chunk({0: [(7, 50), (7, 43)], 1: [(7, 50), None]}, owners=[0, 1])
    assert one.weeks_missing.tolist() == [0, 1]
    assert judged(one).stock.estimated.tolist() == [False, True]


def test_fewer_than_eight_reports_are_marked_as_uncertain() -> None:
    assert judged(chunk({0: [(7, 50)] * 7})).uncertain.tolist() == [True]
    assert judged(chunk({0: [(7, 50)] * 8})).uncertain.tolist() == [False]


def test_trailing_leaves_unknown_weeks_out_as_the_rule_does() -> None:
    one = chunk({0: [(70, 9), (70, 9), None, (140, 9), (0, 9)]})
    exact = rules.per_day([Decimal(70), None, Decimal(140), Decimal(0)])
    assert exact is not None
    assert judging.trailing_per_day(one.grid) == pytest.approx([float(exact)])


def test_a_promotion_counts_by_the_days_it_runs_in_a_week() -> None:
    rows = np.array([0])
    spread = judging.spread_promotions(
        [
            (date(2026, 11, 18), date(2026, 11, 25), 0.7, rows),  # Wednesday to Tuesday: 5 and 2 days
            (date(2026, 11, 23), date(2026, 11, 30), 0.1, rows),  # the stronger of two counts
            (date(2026, 1, 1), date(2026, 1, 8), 1.0, rows),  # before the window
            (date(2027, 1, 1), date(2027, 1, 8), 1.0, rows),  # after it
        ],
        first_week=WEEK,
        series=2,
        width=3,
    )
    assert spread[0] == pytest.approx([0.5, 0.2, 0])
    assert spread[1].tolist() == [0, 0, 0]


def test_a_named_product_has_the_flag_of_the_rule() -> None:
    grid = packed.empty(WEEK, 1, 1)
    packed.put_report(grid, WEEK, {0: Named(10, 5, 0, True)})
    assert grid.out.tolist() == [[True]]
