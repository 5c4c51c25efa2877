"""What the forecast promises: scale, order of series, weeks that are not known, nothing sold, one series or many."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from channelkeeper.engine import festival, level, pools
from channelkeeper.engine.forecast import Forecast, forecast
from channelkeeper.engine.history import History
from channelkeeper.engine.pools import Pools, fit_pools
from channelkeeper.engine.tests.panels import history, lively

PARTS = ("season", "festival", "promotion", "trend", "level")


def columns(found: Forecast) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    return {field.name: getattr(found, field.name) for field in fields(found)}


def test_a_steady_seller_is_expected_to_go_on() -> None:
    found = forecast(history(np.full((2, 60), 30.0)), horizon_weeks=5)
    np.testing.assert_allclose(found.mean_units, 30.0)
    np.testing.assert_allclose(found.trailing_units, 30.0)
    for part in (*PARTS, "stock_out"):
        np.testing.assert_allclose(getattr(found, part), 0.0, atol=1e-12)


def test_one_series_alone_gets_what_it_gets_inside_a_thousand() -> None:
    past = lively(series=1000, weeks=104)
    shared = fit_pools(past)
    together = columns(forecast(past, horizon_weeks=6, pools=shared))
    for row in (0, 127, 128, 999):
        alone = columns(forecast(past.rows(np.array([row])), horizon_weeks=6, pools=shared))
        np.testing.assert_array_equal(alone["mean_units"][0], together["mean_units"][row])
        for name, values in alone.items():
            # A sum over weeks may be added up in another order.
            np.testing.assert_allclose(values[0], together[name][row], rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_threads_change_nothing(threads: int) -> None:
    past = lively(series=700, weeks=60)
    shared = fit_pools(past)
    one, several = (forecast(past, horizon_weeks=4, pools=shared, threads=count) for count in (1, threads))
    for name, values in columns(one).items():
        np.testing.assert_array_equal(columns(several)[name], values)


@settings(deadline=None, max_examples=25)
@given(some.floats(1e-3, 1e4), some.integers(0, 10_000))
def test_in_other_units_it_is_the_same_forecast(scale: float, seed: int) -> None:
    past = lively(series=12, weeks=70, seed=seed)
    larger = replace(past, sold_units=past.sold_units * scale)
    small, large = forecast(past, horizon_weeks=4), forecast(larger, horizon_weeks=4)
    np.testing.assert_allclose(large.mean_units, small.mean_units * scale, rtol=1e-6)
    np.testing.assert_allclose(large.spread, small.spread, rtol=1e-6)
    for part in PARTS:
        np.testing.assert_allclose(getattr(large, part), getattr(small, part), atol=1e-6)


@settings(deadline=None, max_examples=25)
@given(some.permutations(range(24)), some.integers(0, 10_000))
def test_the_order_of_series_does_not_matter(order: list[int], seed: int) -> None:
    past = lively(series=24, weeks=70, seed=seed)
    straight, mixed = (forecast(one, horizon_weeks=4) for one in (past, past.rows(np.array(order))))
    np.testing.assert_allclose(mixed.mean_units, straight.mean_units[order], rtol=1e-8)


@settings(deadline=None, max_examples=40)
@given(some.integers(0, 10_000), some.integers(0, 69), some.sampled_from(["unknown", "short"]))
def test_a_week_not_known_never_lowers_the_forecast_below_taking_it_as_zero(seed: int, week: int, kind: str) -> None:
    past = lively(series=12, weeks=70, seed=seed)
    shared = fit_pools(past)
    zero, instead = past.sold_units.copy(), past.sold_units.copy()
    zero[:, week] = 0.0
    instead[:, week] = math.nan if kind == "unknown" else 0.0
    clear, short = past.censored.copy(), past.censored.copy()
    clear[:, week], short[:, week] = False, kind == "short"
    taken = forecast(replace(past, sold_units=zero, censored=clear), horizon_weeks=4, pools=shared)
    open_ = forecast(replace(past, sold_units=instead, censored=short), horizon_weeks=4, pools=shared)
    assert (open_.mean_units >= taken.mean_units * (1 - 1e-9)).all()


@settings(deadline=None, max_examples=40)
@given(some.integers(1, 60), some.integers(1, 12), some.sampled_from([0.0, math.nan]), some.booleans())
def test_nothing_sold_is_nothing_expected(weeks: int, horizon: int, units: float, short: bool) -> None:
    sold = np.full((3, weeks), units)
    past = history(sold, censored=np.full(sold.shape, short), promotion=np.ones((3, weeks)), calendar="CN")
    found = forecast(past, horizon_weeks=horizon)
    assert not found.mean_units.any()
    for name, values in columns(found).items():
        assert np.isfinite(values).all(), name
    assert not found.quantile(0.9).any()


@settings(deadline=None, max_examples=25)
@given(some.integers(0, 10_000), some.integers(1, 120))
def test_every_figure_is_finite_and_no_mean_negative(seed: int, weeks: int) -> None:
    found = forecast(lively(series=20, weeks=weeks, seed=seed), horizon_weeks=8)
    for name, values in columns(found).items():
        assert np.isfinite(values).all(), name
    assert (found.mean_units >= 0).all()
    assert (found.spread > 0).all()


def test_the_parts_add_up_to_the_change() -> None:
    found = forecast(lively(series=300, weeks=104), horizon_weeks=6)
    told = found.trailing_units > 0
    whole = np.log(found.mean_units[told, :4].mean(1) / found.trailing_units[told])
    np.testing.assert_allclose(sum(getattr(found, part)[told] for part in PARTS), whole, atol=1e-9)


def test_what_comes_later_does_not_change_an_earlier_forecast() -> None:
    past = lively(series=30, weeks=90)
    changed = past.sold_units.copy()
    changed[:, 70:] = 999.0
    later = replace(past, sold_units=changed)
    for name, values in columns(forecast(past.until(70), horizon_weeks=4)).items():
        np.testing.assert_array_equal(columns(forecast(later.until(70), horizon_weeks=4))[name], values)


def test_arrays_of_any_layout_are_not_compiled_for_anew() -> None:
    past = lively(series=20, weeks=40)
    loops = [getattr(loop, "signatures") for loop in (level.levels, pools._gather_blocks)]  # noqa: B009
    forecast(past, horizon_weeks=2)
    known = [len(loop) for loop in loops]
    sold = np.asfortranarray(past.sold_units)
    sold.setflags(write=False)
    other = replace(past, sold_units=sold, product=past.product.astype(np.int32))
    for one in (other, past.until(20), past.rows(np.array([3, 1])), replace(past, promotion=None)):
        forecast(one, horizon_weeks=2)
    assert [len(loop) for loop in loops] == known


def promoted(**planned: float) -> History:
    """Return steady series promoted every tenth week at double sales, and what is planned for coming weeks."""
    plan = np.zeros((4, 84))
    plan[:, 5:80:10] = 1.0
    for week, intensity in planned.items():
        plan[:, 79 + int(week.removeprefix("week"))] = intensity
    return history(np.where(plan[:, :80] > 0, 40.0, 20.0), product=[0, 0, 1, 1], promotion=plan)


def test_a_planned_promotion_lifts_its_week_alone() -> None:
    plain, lifted = (forecast(promoted(week2=intensity), horizon_weeks=4) for intensity in (0.0, 1.0))
    np.testing.assert_allclose(plain.mean_units, 20.0, rtol=0.02)
    np.testing.assert_allclose(lifted.mean_units[:, 1], 40.0, rtol=0.06)
    np.testing.assert_array_equal(lifted.mean_units[:, [0, 2, 3]], plain.mean_units[:, [0, 2, 3]])
    assert (lifted.promotion > plain.promotion + 0.15).all()


def test_promotions_beyond_the_plan_are_none() -> None:
    np.testing.assert_allclose(forecast(promoted(), horizon_weeks=12).mean_units[:, 4:], 20.0, rtol=0.02)


def test_the_coming_festival_is_expected_and_named() -> None:
    weeks = 154  # the last closes on 13 December 2026; the festival of 2027 falls on 6 February
    column = festival.columns(history(np.ones((1, 1))).first_week, weeks)
    sold = np.where(column == festival.WEEKS_BEFORE - 1, 60.0, 20.0) * np.ones((4, 1))
    found = forecast(history(sold, product=[0, 0, 1, 1], calendar="CN"), horizon_weeks=10)
    assert (found.mean_units.argmax(1) == 6).all()
    assert (found.mean_units[:, 6] > 40).all()


def test_a_stock_out_among_the_last_weeks_is_lifted_and_told() -> None:
    sold = np.full((1, 60), 30.0)
    short = np.zeros(sold.shape, dtype=np.bool_)
    sold[0, -2], short[0, -2] = 6.0, True
    found = forecast(history(sold, censored=short), horizon_weeks=4)
    assert found.trailing_units[0] == pytest.approx(30.0)
    assert found.mean_units[0, 0] == pytest.approx(30.0)
    assert found.stock_out[0] == pytest.approx(math.log(30 / 24))


def test_unknown_weeks_are_left_out_of_the_trailing_mean() -> None:
    sold = np.full((1, 60), 30.0)
    sold[0, -3:] = [math.nan, 42.0, math.nan]
    assert forecast(history(sold), horizon_weeks=4).trailing_units[0] == pytest.approx(36.0)


def test_a_steady_series_is_surer_than_a_lumpy_one() -> None:
    chance = np.random.default_rng(5)
    steady, lumpy = chance.normal(50, 3, 104), np.where(chance.random(104) < 0.2, 250.0, 0.0)
    spread = forecast(history(np.stack([steady, lumpy])), horizon_weeks=1).spread
    assert spread[0] < 0.15
    assert spread[1] > 1.0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"horizon_weeks": 0}, "horizon_weeks is 0"),
        ({"threads": 0}, "threads is 0"),
        ({"pools": Pools.none(products=1, kinds=1)}, "know 1 products; the history has product 3"),
        ({"pools": Pools.none(products=4, kinds=2)}, "know 2 kinds of promotion; the history has 1"),
    ],
)
def test_what_cannot_be_asked_is_refused(change: dict[str, object], said: str) -> None:
    asked: dict[str, object] = {"horizon_weeks": 4, **change}
    with pytest.raises(ValueError, match=said):
        forecast(lively(series=4, weeks=20), **asked)  # type: ignore[arg-type]
