"""The level kernel, against the same in slow Python loops, and what it promises about missing weeks."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from channelkeeper.engine import level
from channelkeeper.engine.history import History
from channelkeeper.engine.tests.panels import history, lively

Amounts = npt.NDArray[np.float64]


def fast(past: History, inverse: Amounts, beta: Amounts) -> tuple[Amounts, Amounts, Amounts, Amounts]:
    """Return level, error, weeks seen and lifted last weeks, from the compiled loops."""
    size = past.series
    found = np.empty(size), np.empty(size), np.empty(size), np.empty((size, level.TRAILING))
    level.levels(past.sold_units, past.censored, past.product, past.promotions(), inverse, beta, 0, size, *found)
    return found


def slow(past: History, inverse: Amounts, beta: Amounts, row: int) -> tuple[float, float, float, list[float]]:
    """Return the same for one series, week by week, as docs/algorithms/forecast.md tells it."""
    means = [[0.0, 0.0], [0.0, 0.0]]
    sales, begun, error, scale, seen = [0.0, 0.0], False, 0.0, 0.0, 0.0
    lifted: list[float] = []
    promotion = past.promotions()
    for week in range(past.weeks):
        sold, short = past.sold_units[row, week], past.censored[row, week]
        log = sum(beta[past.product[row], kind] * promotion[kind, row, week] for kind in range(past.kinds))
        lift = math.exp(min(max(log, -1.5), 3.5))
        now = _now(means)
        factor = lift / inverse[past.product[row], week]
        lifted.append(math.nan if math.isnan(sold) else max(sold, now * factor) if short else sold)
        for mean, rate in zip(means, (level.FAST, level.SLOW), strict=True):
            mean[0] *= 1 - rate
            mean[1] *= 1 - rate
        error, scale, seen = (level.ERROR_DECAY * part for part in (error, scale, seen))
        if math.isnan(sold):
            continue
        plain, weight = sold / factor, min(1 / lift, 1.0)
        before = [mean[0] / mean[1] if mean[1] > 0 else plain for mean in means]
        if not begun and not short:
            before = [max(old, plain) for old in before]
            for mean, old in zip(means, before, strict=True):
                mean[0] = mean[1] * old
        believed = []
        for old in before:
            usual = sales[0] / sales[1] if sales[1] > 0 else math.inf
            believed.append(min(max(plain, old) if short else plain, old + level.BELIEVED * max(old, usual)))
        if begun and not short:
            off = sum(before) / 2 - believed[1]
            error, scale, seen = error + weight * off**2, scale + weight * (sum(before) / 2) ** 2, seen + weight
        begun = begun or not short
        for mean, value in zip(means, believed, strict=True):
            mean[0] += weight * value
            mean[1] += weight
        if plain > 0 and not short:
            sales = [sales[0] + weight * believed[1], sales[1] + weight]
    return _now(means), error / scale if scale > 0 else math.nan, seen, lifted[-level.TRAILING :]


def _now(means: list[list[float]]) -> float:
    return sum(mean[0] / mean[1] for mean in means) / 2 if means[0][1] > 0 else 0.0


def factors(past: History, seed: int) -> tuple[Amounts, Amounts]:
    chance = np.random.default_rng(seed)
    inverse = np.exp(chance.normal(0, 0.2, (past.products, past.weeks)))
    return inverse, chance.normal(0.8, 0.3, (past.products, past.kinds))


@pytest.mark.parametrize("series", [1, 127, 300])
def test_blocks_give_what_a_slow_loop_gives(series: int) -> None:
    past = lively(series=series, weeks=60)
    inverse, beta = factors(past, series)
    found = fast(past, inverse, beta)
    for row in range(0, series, 7):
        *wanted, lifted = slow(past, inverse, beta, row)
        np.testing.assert_allclose([part[row] for part in found[:3]], wanted, rtol=1e-9)
        np.testing.assert_allclose(found[3][row], lifted, rtol=1e-9)


weeks_sold = some.lists(
    some.tuples(some.integers(0, 40), some.sampled_from(["known", "unknown", "short"])), min_size=6, max_size=40
)


def one(weeks: list[tuple[int, str]]) -> float:
    sold = np.array([[math.nan if kind == "unknown" else float(units) for units, kind in weeks]])
    past = history(sold, censored=np.array([[kind == "short" for _, kind in weeks]]))
    return float(fast(past, np.ones((1, len(weeks))), np.zeros((1, 0)))[0][0])


@settings(deadline=None)
@given(weeks_sold, some.data())
def test_not_knowing_a_week_never_lowers_the_level_below_taking_it_as_zero(
    weeks: list[tuple[int, str]], data: some.DataObject
) -> None:
    place = data.draw(some.integers(0, len(weeks) - 1))
    as_zero = [*weeks[:place], (0, "known"), *weeks[place + 1 :]]
    unknown = [*weeks[:place], (0, "unknown"), *weeks[place + 1 :]]
    assert one(unknown) >= one(as_zero) - 1e-9


@settings(deadline=None)
@given(weeks_sold, some.data(), some.integers(0, 40))
def test_a_week_out_of_stock_never_lowers_the_level_below_taking_it_as_zero(
    weeks: list[tuple[int, str]], data: some.DataObject, units: int
) -> None:
    place = data.draw(some.integers(0, len(weeks) - 1))
    as_zero = [*weeks[:place], (0, "known"), *weeks[place + 1 :]]
    short = [*weeks[:place], (units, "short"), *weeks[place + 1 :]]
    assert one(short) >= one(as_zero) - 1e-9


@settings(deadline=None)
@given(
    some.lists(some.tuples(some.integers(5, 12), some.sampled_from(["known", "unknown", "short"])), min_size=4),
    some.data(),
    some.integers(5, 12),
)
def test_once_a_week_in_stock_is_known_a_later_one_out_of_stock_counts_for_at_least_what_it_sold(
    weeks: list[tuple[int, str]], data: some.DataObject, units: int
) -> None:
    begun = [(7, "known"), *weeks]
    place = data.draw(some.integers(1, len(weeks)))
    known = [*begun[:place], (units, "known"), *begun[place + 1 :]]
    short = [*begun[:place], (units, "short"), *begun[place + 1 :]]
    assert one(short) >= one(known) - 1e-9


def test_a_product_always_out_of_stock_is_expected_to_sell_what_it_sold() -> None:
    assert one([(10, "short")] * 8) == pytest.approx(10.0)


def test_weeks_out_of_stock_before_the_first_in_stock_are_not_zeros() -> None:
    assert one([(0, "short")] * 5 + [(10, "known")] * 3) == pytest.approx(10.0)


def test_a_single_wild_week_is_believed_only_so_far() -> None:
    calm, wild = [(10, "known")] * 30, [(10, "known")] * 29 + [(10_000, "known")]
    assert one(wild) <= one(calm) * (1 + level.BELIEVED * (level.FAST + level.SLOW))


def test_sales_after_a_start_with_nothing_are_believed() -> None:
    assert one([(0, "known")] * 10 + [(20, "known")] * 30) == pytest.approx(20.0, rel=0.05)
