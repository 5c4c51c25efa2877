"""The engine in floats and the rule in Decimal are one: ORD-1 on thousands of lines."""

from decimal import Decimal

import numpy as np
import pytest

from channelkeeper.engine import order as engine
from channelkeeper.orders import rules
from channelkeeper.orders.actions import reckoning
from channelkeeper.orders.rules import Bound, Cause
from channelkeeper.stock.rules import Band, BandLimits, judge

SERIES, WEEKS = 6_000, 14


def random_stock(seed: int) -> reckoning.Stock:
    """Return series of every kind: fast and slow, short and full, with wide cases, minimums, short lives, bars."""
    chance = np.random.default_rng(seed)
    pace = np.exp(chance.uniform(-2, 7, SERIES))
    mean = pace[:, None] * np.exp(chance.normal(0, 0.5, (SERIES, WEEKS)))
    mean[chance.random(SERIES) < 0.03] = 0
    lead_weeks = chance.integers(0, 5, SERIES)
    arrivals = np.where(chance.random((SERIES, WEEKS)) < 0.15, np.rint(pace[:, None] * chance.random((SERIES, 1))), 0)
    low = chance.choice([10.0, 17.5, 20.0, 30.0], SERIES)
    bars: list[Bound | None] = [None] * 30 + [Bound.LAUNCH, Bound.RETIRE, Bound.CLOSED]
    return reckoning.Stock(
        on_hand=np.rint(pace * chance.uniform(0, 9, SERIES)).astype(np.int64),
        mean_units=mean,
        arrivals=arrivals,
        lead_weeks=lead_weeks,
        lead_days=lead_weeks * 7 + chance.integers(0, 7, SERIES),
        low_days=low,
        high_days=low + chance.choice([2.5, 5.0, 10.0], SERIES),
        units_per_case=np.maximum(1, np.rint(pace * chance.uniform(0.01, 1.5, SERIES))).astype(np.int64),
        min_order_cases=chance.choice([0, 0, 3, 12], SERIES),
        shelf_life_days=chance.choice([np.nan, np.nan, 21.0, 45.0, 180.0], SERIES),
        barred_by=[bars[index] for index in chance.integers(0, len(bars), SERIES)],
        causes=chance.normal(0, 0.2, (SERIES, 5)),
        price_per_unit=[Decimal("2.10")] * SERIES,
    )


def propose(stock: reckoning.Stock) -> engine.Order:
    barred = np.array([engine.BOUND_NAMES.index(bound or "none") for bound in stock.barred_by], dtype=np.int8)
    return engine.propose(
        mean_units=stock.mean_units,
        on_hand=stock.on_hand.astype(np.float64),
        arrivals=stock.arrivals,
        lead_weeks=stock.lead_weeks,
        review_weeks=1,
        low_days=stock.low_days,
        high_days=stock.high_days,
        units_per_case=stock.units_per_case,
        min_order_cases=stock.min_order_cases,
        shelf_life_days=stock.shelf_life_days,
        orderable=barred == engine.NONE,
        barred_by=barred,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rule_and_engine_agree_on_band_bound_and_quantity(seed: int) -> None:
    stock = random_stock(seed)
    found = propose(stock)
    lines = list(reckoning.reckon(stock))
    assert {line.bound_by for line in lines} >= {Bound.NONE, Bound.CASE, Bound.MINIMUM, Bound.SHELF_LIFE, Bound.RETIRE}
    for index, line in enumerate(lines):
        engine_bound = Bound(engine.BOUND_NAMES[found.bound_by[index]])
        days = None if np.isnan(found.days_after[index]) else Decimal(float(found.days_after[index]))
        engine_band = judge(days, line.basis.band)
        assert (line.bound_by, line.units) == (engine_bound, found.units[index]), index
        assert rules.band_after(line.basis, line.units) is engine_band, index


def test_the_engines_quantity_lies_within_half_a_case_of_the_rules_exact_one() -> None:
    stock = random_stock(4)
    found = propose(stock)
    free = 0
    for index, line in enumerate(reckoning.reckon(stock)):
        width = line.basis.band.high_days - line.basis.band.low_days
        if line.bound_by is Bound.NONE and line.basis.units_per_case <= width * line.basis.per_day_after:
            off = abs(Decimal(float(found.units[index])) - rules.ideal_units(line.basis))
            assert off <= Decimal(line.basis.units_per_case) / 2 + Decimal("0.01"), index
            free += 1
    assert free > SERIES // 4


def test_a_line_recomputes_from_what_is_kept_with_it() -> None:
    """Digits are cut before the rule decides, so that nothing finer than what is kept decides."""
    for line in reckoning.reckon(random_stock(5)):
        basis = line.basis
        assert basis.per_day_after == basis.per_day_after.quantize(Decimal("0.000001"))
        assert basis.expected_until_reading_units == basis.expected_until_reading_units.quantize(Decimal("0.0001"))
        assert rules.quantity(basis) == rules.Quantity(line.units, line.bound_by)


def test_sell_out_until_the_day_of_arrival_counts_the_days_of_its_week() -> None:
    stock = random_stock(6)
    one = next(index for index in range(SERIES) if stock.lead_days[index] == 10 and stock.mean_units[index].any())
    line = list(reckoning.reckon(stock))[one]
    weeks = stock.mean_units[one]
    assert line.basis.expected_until_arrival_units == round(Decimal(float(weeks[0] + weeks[1] * 3 / 7)), 4)


def test_the_cause_is_the_largest_part_of_the_change() -> None:
    stock = random_stock(7)
    line = next(iter(reckoning.reckon(stock)))
    largest = reckoning.CAUSES[int(np.abs(stock.causes[0]).argmax())]
    assert line.cause in (largest, Cause.NONE)


def test_bands_keep_their_exact_ends() -> None:
    bands = {line.basis.band for line in reckoning.reckon(random_stock(8))}
    assert BandLimits(Decimal("17.5"), Decimal("22.5")) in bands
    assert judge(Decimal("22.5"), BandLimits(Decimal("17.5"), Decimal("22.5"))) is Band.INSIDE
