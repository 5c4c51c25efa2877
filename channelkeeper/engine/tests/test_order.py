"""ORD-1 for many products at once: a table of cases, a slow twin that tries every case count, and what always holds."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from channelkeeper.engine import order

Amounts = npt.NDArray[np.float64]


def terms(series: int = 1, **changes: Any) -> dict[str, Any]:
    """Return what `propose` takes: 70 a week, a week's lead, cases of 12, the band 20 to 25, unless changed."""
    asked: dict[str, Any] = {
        "mean_units": np.full((series, 10), 70.0),
        "on_hand": np.full(series, 200.0),
        "arrivals": np.zeros((series, 10)),
        "lead_weeks": np.full(series, 1),
        "review_weeks": 1,
        "low_days": np.full(series, 20.0),
        "high_days": np.full(series, 25.0),
        "units_per_case": np.full(series, 12),
        "min_order_cases": np.zeros(series, dtype=np.int64),
        "shelf_life_days": np.full(series, math.nan),
        "orderable": np.ones(series, dtype=np.bool_),
    }
    return asked | {name: np.array(value) if isinstance(value, list) else value for name, value in changes.items()}


def one(**changes: Any) -> tuple[float, float, str]:
    """Return units, days after and bound of a single product."""
    found = order.propose(**terms(**changes))
    return float(found.units[0]), float(found.days_after[0]), order.BOUND_NAMES[found.bound_by[0]]


def road(**weeks: float) -> Amounts:
    units = np.zeros((1, 10))
    for week, amount in weeks.items():
        units[0, int(week.removeprefix("week"))] = amount
    return units


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        # 2 weeks x 70 + 22.5 x 10 - 200 = 165: 13.75 cases, 14 are nearest: (200 - 140 + 168) / 10.
        ({}, (168.0, 22.8, "none")),
        ({"on_hand": [500.0]}, (0.0, 36.0, "none")),
        # On the road until the reading counts as cover; beyond it, it covers nothing yet.
        ({"arrivals": road(week1=70.0)}, (96.0, 22.6, "none")),
        ({"arrivals": road(week2=70.0)}, (168.0, 22.8, "none")),
        # Runs out in the third week, so 3 x 70 - 200 are lost: 70 + 225, 25 cases.
        ({"lead_weeks": [3]}, (300.0, 23.0, "none")),
        # Every second week: three weeks until the reading.
        ({"review_weeks": 2}, (240.0, 23.0, "none")),
        # Sold out before it arrives: 70 - 40 are lost, so 295 would be 30 too many. 70 + 225 = 295, 25 cases.
        ({"on_hand": [40.0]}, (300.0, 23.0, "none")),
        ({"on_hand": [0.0]}, (300.0, 23.0, "none")),
        # A case of 80 is 8 days: 2 land at 22 days, inside.
        ({"units_per_case": [80]}, (160.0, 22.0, "none")),
        # A case of 110: 1 lands at 17, below; 2 at 28, above. Never left below for the sake of a case.
        ({"units_per_case": [110]}, (220.0, 28.0, "case")),
        # A case of 300 on 19 days: one more or none, and none is below.
        ({"on_hand": [330.0], "units_per_case": [300]}, (300.0, 49.0, "case")),
        # A case of 300 on 20.5 days: none stays inside.
        ({"on_hand": [345.0], "units_per_case": [300]}, (0.0, 20.5, "none")),
        # A minimum of 2 cases lifts one: 330 + 24 - 140.
        ({"on_hand": [353.0], "min_order_cases": [3]}, (36.0, 24.9, "minimum")),
        ({"on_hand": [353.0], "min_order_cases": [4]}, (0.0, 21.3, "minimum")),
        ({"min_order_cases": [14]}, (168.0, 22.8, "none")),
        # Keeps 21 days: 210 sell from arrival on, 130 are there before it, so 80 fit.
        ({"shelf_life_days": [21.0]}, (72.0, 13.2, "shelf_life")),
        ({"shelf_life_days": [365.0]}, (168.0, 22.8, "none")),
        ({"orderable": [False]}, (0.0, 6.0, "closed")),
        ({"orderable": [False], "barred_by": np.array([order.RETIRE], dtype=np.int8)}, (0.0, 6.0, "retire")),
        ({"low_days": [10.0], "high_days": [12.0]}, (48.0, 10.8, "none")),
    ],
)
def test_an_order_brings_the_product_to_the_middle_of_its_band(
    changes: dict[str, Any], wanted: tuple[float, float, str]
) -> None:
    units, days, bound = one(**changes)
    assert (units, round(days, 9), bound) == wanted


def test_nothing_expected_is_nothing_ordered_and_no_days() -> None:
    found = order.propose(**terms(mean_units=np.zeros((1, 10))))
    assert found.units.tolist() == [0.0]
    assert np.isnan([found.days_now[0], found.days_after[0]]).all()
    assert found.above_units.tolist() == [200.0]


def test_a_product_that_sells_until_it_retires_is_ordered_for_that_and_has_no_days_after() -> None:
    mean = np.where(np.arange(10) < 2, 70.0, 0.0)[None, :]
    found = order.propose(**terms(mean_units=mean, on_hand=np.array([80.0])))
    assert found.units.tolist() == [60.0]
    assert math.isnan(found.days_after[0])


def test_what_cannot_be_served_and_what_lies_above_is_told() -> None:
    found = order.propose(**terms(3, on_hand=np.array([20.0, 400.0, 60.0]), lead_weeks=np.array([2, 1, 0])))
    assert found.short_units.tolist() == [120.0, 0.0, 0.0]
    assert found.above_units.tolist() == [0.0, 150.0, 0.0]
    assert found.days_now.tolist() == [2.0, 40.0, 6.0]
    assert found.expected_until_reading.tolist() == [210.0, 140.0, 70.0]
    assert found.position_units.tolist() == [-70.0, 260.0, -10.0]


def test_the_reading_is_the_last_close_before_the_delivery_after_this_one() -> None:
    assert order.weeks_until_reading(np.array([0, 2]), 1).tolist() == [1, 3]
    assert order.horizon_weeks(np.array([0, 2]), 2) == 8


def slow(asked: dict[str, Any], row: int) -> tuple[float, str]:
    """Return units and bound of one series by trying every case count, week by week."""
    mean, arrivals = asked["mean_units"][row], asked["arrivals"][row]
    lead, review, case = int(asked["lead_weeks"][row]), asked["review_weeks"], int(asked["units_per_case"][row])
    low, high = asked["low_days"][row], asked["high_days"][row]
    per_day = mean[lead + review : lead + review + 4].sum() / 28
    if not asked["orderable"][row]:
        return 0.0, "closed"

    position = asked["on_hand"][row]
    for week in range(lead + review):
        position += arrivals[week] - mean[week]
        if week < lead:
            position = max(position, 0.0)

    def stands(cases: int) -> float:
        return max(float(position) + cases * case, 0.0)

    middle = (low + high) / 2 * per_day
    most = int((mean.sum() + middle) / case) + 2
    nearest = min(range(most), key=lambda cases: (abs(position + cases * case - middle), cases))
    cases, bound = nearest, "none"
    if case > (high - low) * per_day and position < middle:
        inside = [count for count in range(most) if low * per_day <= stands(count) <= high * per_day]
        enough = [count for count in range(most) if stands(count) >= low * per_day]
        cases, bound = (inside[-1], "none") if inside else (enough[0], "case")
        if not per_day:
            cases, bound = int((middle - position) // case), "none"
    minimum = int(asked["min_order_cases"][row])
    if 0 < cases < minimum:
        cases, bound = (minimum, "minimum") if stands(minimum) <= high * per_day else (0, "minimum")
    return cases * case, bound


def drawn(seed: int, series: int, **changes: Any) -> dict[str, Any]:
    """Return a seeded mixture of lively, dead, starved and overstocked products; whole numbers, so sums are exact."""
    chance = np.random.default_rng(seed)
    mean = chance.integers(0, 40, (series, 12)) * (chance.random((series, 1)) < 0.9) * 1.0
    asked = terms(
        series,
        mean_units=mean,
        on_hand=chance.integers(0, 200, series) * 1.0,
        arrivals=np.where(chance.random((series, 12)) < 0.2, chance.integers(0, 60, (series, 12)), 0) * 1.0,
        lead_weeks=chance.integers(0, 4, series),
        review_weeks=int(chance.integers(1, 4)),
        units_per_case=chance.choice([1, 2, 6, 12, 24, 60], series),
        min_order_cases=chance.choice([0, 0, 0, 2, 5], series),
        orderable=chance.random(series) < 0.95,
    )
    return asked | changes


@settings(deadline=None, max_examples=60)
@given(some.integers(0, 100_000))
def test_arrays_order_what_trying_every_case_count_orders(seed: int) -> None:
    asked = drawn(seed, 12)
    found = order.propose(**asked)
    for row in range(12):
        units, bound = slow(asked, row)
        assert (found.units[row], order.BOUND_NAMES[found.bound_by[row]]) == (units, bound), (row, asked)


@settings(deadline=None, max_examples=60)
@given(some.integers(0, 100_000), some.booleans())
def test_orders_are_whole_cases_and_above_the_band_only_where_told(seed: int, fresh: bool) -> None:
    asked = drawn(seed, 200)
    if fresh:
        asked["shelf_life_days"] = np.random.default_rng(seed).integers(5, 60, 200) * 1.0
    found = order.propose(**asked)
    assert (found.units >= 0).all()
    assert not (found.units % asked["units_per_case"]).any()
    ordered = found.units > 0
    above = ordered & (found.days_after > asked["high_days"] * (1 + 1e-12))
    assert (found.bound_by[above] == order.CASE).all()
    below = ordered & (found.days_after < asked["low_days"] * (1 - 1e-12))
    assert np.isin(found.bound_by[below], [order.SHELF_LIFE]).all()
    for name in ("units", "expected_until_reading", "expected_per_day_after", "short_units", "above_units"):
        values = getattr(found, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    assert not np.isinf(found.days_now).any()
    assert not np.isinf(found.days_after).any()


@settings(deadline=None, max_examples=30)
@given(some.integers(0, 100_000))
def test_more_in_stock_never_orders_more_while_cases_are_pieces(seed: int) -> None:
    asked = drawn(seed, 100, units_per_case=np.ones(100, dtype=np.int64), min_order_cases=np.zeros(100, dtype=np.int64))
    less, more = (order.propose(**(asked | {"on_hand": asked["on_hand"] + extra})) for extra in (0.0, 25.0))
    assert (more.units <= less.units).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mean_units": np.full((1, 5), 70.0)}, "needs 6 coming weeks"),
        ({"mean_units": np.full((1, 10), math.nan)}, r"mean_units\[0, 0\] is nan"),
        ({"on_hand": [-1.0]}, r"on_hand\[0\] is -1.0"),
        ({"on_hand": [math.nan]}, r"on_hand\[0\] is nan"),
        ({"arrivals": np.zeros((1, 4))}, r"arrivals has shape \(1, 4\)"),
        ({"arrivals": road(week3=-5.0)}, r"arrivals\[0, 3\] is -5.0"),
        ({"lead_weeks": [-1]}, r"lead_weeks\[0\] is -1"),
        ({"lead_weeks": [1, 1]}, r"lead_weeks has shape \(2,\)"),
        ({"review_weeks": 0}, "review_weeks is 0"),
        ({"units_per_case": [0]}, r"units_per_case\[0\] is 0"),
        ({"min_order_cases": [-1]}, r"min_order_cases\[0\] is -1"),
        ({"shelf_life_days": [-3.0]}, r"shelf_life_days\[0\] is -3"),
        ({"low_days": [25.0]}, "runs from 25.0 to 25.0 days"),
    ],
)
def test_impossible_terms_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        order.propose(**terms(**changes))


def test_an_order_with_other_units_has_its_days_and_says_what_bound_it() -> None:
    found = order.propose(**terms(2))
    cut = order.with_units(found, np.array([168.0, 84.0]), np.array([order.NONE, order.TRUCK], dtype=np.int8))
    assert cut.days_after.tolist() == pytest.approx([22.8, 14.4])
    assert cut.bound_by.tolist() == [order.NONE, order.TRUCK]


def test_each_rhythm_of_orders_is_reckoned_as_if_alone() -> None:
    reviews = np.array([1, 2, 3])
    together = order.propose(**terms(3, review_weeks=reviews))
    alone = [order.propose(**terms(1, review_weeks=int(review))).units[0] for review in reviews]
    assert together.units.tolist() == alone


def test_goods_that_leave_the_range_are_ordered_only_as_far_as_they_sell() -> None:
    found = order.propose(**terms(1, shelf_life_days=[14.0], capped_by=np.array([order.RETIRE], dtype=np.int8)))
    # 130 are left when the order arrives; 140 sell in the two weeks after: room for 10, not for a case of 12.
    assert (found.units[0], order.BOUND_NAMES[found.bound_by[0]]) == (0.0, "retire")
