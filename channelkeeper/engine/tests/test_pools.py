"""What series share: planted patterns are found again, noise is not taken for one, sums match a slow loop."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from channelkeeper.engine import festival, pools, season
from channelkeeper.engine.history import History
from channelkeeper.engine.tests.panels import history, lively

Amounts = npt.NDArray[np.float64]


def planted(
    *, weeks: int = 156, series: int = 40, uplift: float = 0.0, feast: float = 0.0, swing: float = 0.0, seed: int = 3
) -> History:
    """Return series of four products in two groups that share one season, festival and uplift, with noise."""
    chance = np.random.default_rng(seed)
    week = np.arange(weeks)
    promotion = (chance.random((series, weeks + 4)) < 0.12).astype(np.float64)
    column = festival.columns(history(np.ones((1, 1))).first_week, weeks)
    log = swing * np.cos(2 * np.pi * week / 52) + np.where(column == festival.WEEKS_BEFORE - 1, feast, 0.0)
    noise = chance.normal(0, 0.15, (series, weeks))
    sold = 50 * np.exp(log + uplift * promotion[:, :weeks] + noise)
    product = [row % 4 for row in range(series)]
    return history(sold, product=product, group=[code % 2 for code in product], promotion=promotion, calendar="CN")


def test_the_uplift_of_promotions_is_found() -> None:
    found = pools.fit_pools(planted(uplift=0.7)).uplift
    np.testing.assert_allclose(found, 0.7, atol=0.06)


def test_the_course_of_the_year_is_found() -> None:
    found = pools.fit_pools(planted(swing=0.5)).indices.season
    wanted = 0.5 * np.cos(2 * np.pi * np.arange(52) / 52)
    assert np.abs(found - found.mean(1, keepdims=True) - wanted).max() < 0.16


def test_the_festival_is_found_in_its_own_week() -> None:
    found = pools.fit_pools(planted(feast=0.9)).indices.feast
    assert (found.argmax(1) == festival.WEEKS_BEFORE - 1).all()
    assert (found.max(1) > 0.6).all()
    assert np.abs(np.delete(found, festival.WEEKS_BEFORE - 1, 1)).max() < 0.2


def test_a_festival_does_not_leak_into_the_season() -> None:
    found = pools.fit_pools(planted(feast=0.9)).indices.season
    assert np.abs(found).max() < 0.12


def test_without_a_festival_in_the_figures_none_is_used() -> None:
    found = pools.fit_pools(planted(swing=0.3)).indices
    # What the straight line over the weeks taken out misses of the season's bend remains.
    assert np.abs(found.feast).max() < 0.13


def test_noise_alone_teaches_next_to_nothing() -> None:
    found = pools.fit_pools(planted())
    assert np.abs(found.indices.season).max() < 0.12
    assert np.abs(found.uplift).max() < 0.06
    assert np.abs(found.trend).max() < 0.06


def test_a_product_that_sells_faster_everywhere_has_a_trend() -> None:
    sold = np.full((6, 104), 20.0)
    sold[:3, -8:] = 30.0
    found = pools.fit_pools(history(sold, product=[0, 0, 0, 1, 1, 1])).trend
    assert found[0] > 0.03
    assert abs(found[1]) < 1e-3


def test_less_than_most_of_a_year_shows_no_season() -> None:
    past = planted(swing=0.5, weeks=season.LEAST_WEEKS - 1)
    assert not pools.fit_pools(past).indices.season.any()


def test_one_year_of_a_season_is_believed_by_half() -> None:
    # Two groups of two products: half of the group's pattern, and a quarter of the nothing that products add to it.
    year = pools.fit_pools(planted(swing=0.5, weeks=52)).indices.season
    years = pools.fit_pools(planted(swing=0.5, weeks=208)).indices.season
    assert 0.3 < np.ptp(year, 1).mean() / np.ptp(years, 1).mean() < 0.75


def test_weeks_out_of_stock_and_without_report_teach_nothing() -> None:
    past = planted(swing=0.4)
    short = np.zeros(past.sold_units.shape, dtype=np.bool_)
    short[:, 20:30] = True
    emptied = past.sold_units.copy()
    emptied[short] = 0.0
    unknown = past.sold_units.copy()
    unknown[short] = np.nan
    product, group, plan = past.product.tolist(), past.group.tolist(), past.promotion
    as_short = pools.fit_pools(history(emptied, censored=short, product=product, group=group, promotion=plan))
    as_unknown = pools.fit_pools(history(unknown, product=product, group=group, promotion=plan))
    np.testing.assert_allclose(as_short.indices.season, as_unknown.indices.season, atol=1e-12)
    np.testing.assert_allclose(as_short.uplift, as_unknown.uplift, atol=1e-12)


@pytest.mark.parametrize("weeks", [1, 3, 30, 60])
def test_any_length_of_nothing_sold_is_borne(weeks: int) -> None:
    found = pools.fit_pools(history(np.zeros((3, weeks)), promotion=np.ones((3, weeks)), calendar="CN"))
    for part in (found.indices.season, found.indices.feast, found.uplift, found.trend):
        assert not part.any()
    assert found.error == pools.PLAIN_ERROR


def test_a_history_of_unknown_weeks_alone_is_borne() -> None:
    found = pools.fit_pools(history(np.full((2, 60), np.nan), calendar="CN"))
    assert not found.indices.season.any()


@pytest.mark.parametrize("products", [3, 7, 500])
def test_of_many_series_some_of_each_product_are_learned_from(products: int) -> None:
    # One product more in every tenth row: products neither evenly spread nor equally frequent.
    product = [row % products for row in range(30_000)] + [0] * 3000
    many = history(np.ones((33_000, 2)), product=product)
    found = pools._sample(many)
    taken, there = np.bincount(found.product), np.bincount(many.product)
    assert found.series <= max(pools.MOST_SERIES, pools.MOST_PER_PRODUCT * products) + products
    assert (taken >= np.minimum(there, pools.MOST_PER_PRODUCT)).all()
    assert np.ptp(taken) <= 1


def test_few_series_are_all_learned_from() -> None:
    past = lively(series=50, weeks=10)
    assert pools._sample(past) is past


def slow_sums(past: History, factor: Amounts, beta: Amounts) -> dict[str, Amounts]:
    """Return what `_gather_blocks` adds up, cell by cell."""
    shape = (past.products, past.weeks)
    sums = {"over": np.zeros(shape), "under": np.zeros(shape), "gram": np.zeros((past.products, 1, 1))}
    sums |= {"moment": np.zeros((past.products, 1)), "noise": np.zeros(past.series)}
    plan = past.promotions()[0]
    for row in range(past.series):
        product = int(past.product[row])
        lift = [math.exp(min(max(beta[product, 0] * plan[row, week], -1.5), 3.5)) for week in range(past.weeks)]
        clear = [
            not math.isnan(sold) and not past.censored[row, week] for week, sold in enumerate(past.sold_units[row])
        ]
        trust = [clear[week] / (1 + 5 * (lift[week] - 1) ** 2) for week in range(past.weeks)]
        sold = [float(past.sold_units[row, week]) if clear[week] else 0.0 for week in range(past.weeks)]
        plain = [sold[week] / lift[week] / factor[product, week] for week in range(past.weeks)]
        near = [mean_around(plain, trust, pools.NEAR, week) for week in range(past.weeks)]
        far = [mean_around(plain, trust, pools.FAR, week) for week in range(past.weeks)]
        total = sum(t * p for t, p in zip(trust, plain, strict=True))
        spread = sum(t * abs(p - n) for t, p, n in zip(trust, plain, near, strict=True)) / total
        mean = total / sum(trust)
        sums["noise"][row] = spread
        for week in range(past.weeks):
            sums["over"][product, week] += trust[week] * sold[week] / lift[week] / math.sqrt(mean)
            sums["under"][product, week] += trust[week] * far[week] / math.sqrt(mean)
            if trust[week] and plan[row, week]:
                base = max(near[week], 0.15 * mean) * factor[product, week]
                z = min(max(math.log((sold[week] + 0.05 * mean) / (base + 0.05 * mean)), -3.0), 4.0)
                weight = 1 / (1 + (spread / 0.5) ** 2) / max(1.0, abs(z - math.log(lift[week])) / 0.4)
                sums["gram"][product, 0, 0] += weight * plan[row, week] ** 2
                sums["moment"][product, 0] += weight * plan[row, week] * z
    return sums


def mean_around(plain: list[float], trust: list[float], decay: float, week: int) -> float:
    weights = [trust[other] * decay ** abs(other - week) for other in range(len(plain))]
    return sum(w * p for w, p in zip(weights, plain, strict=True)) / sum(weights)


def test_blocks_add_up_what_a_slow_loop_adds_up() -> None:
    past = lively(series=140, weeks=40)
    factor = np.exp(np.random.default_rng(2).normal(0, 0.2, (past.products, past.weeks)))
    beta = np.array([[0.9], [1.1], [0.4], [-0.2]])
    found = pools._gather(past, past.products, past.promotions(), 1 / factor, beta)
    for name, wanted in slow_sums(past, factor, beta).items():
        np.testing.assert_allclose(getattr(found, name), wanted, rtol=1e-8, atol=1e-8, err_msg=name)
