"""What would have been: the weeks played under a policy, held by a loop over one series and by cases worked by hand."""

import math

import numpy as np
import pytest

from channelkeeper.engine import order, replay


def _terms(series: int, count: int, **other: object) -> replay.Terms:
    given: dict[str, object] = {
        "low_days": np.full(series, 20.0),
        "high_days": np.full(series, 25.0),
        "lead_weeks": np.ones(series, dtype=np.int64),
        "review_weeks": 1,
        "units_per_case": np.full(series, 12),
        "min_order_cases": np.zeros(series, dtype=np.int64),
        "shelf_life_days": np.full(series, np.nan),
        "orderable": np.ones((series, count), dtype=bool),
    }
    return replay.Terms(**(given | other))  # type: ignore[arg-type]


def _steady(weekly: float, terms: replay.Terms) -> replay.Expect:
    return lambda week: np.full((terms.lead_weeks.size, terms.horizon_weeks), weekly)


def test_a_steady_shop_reaches_the_middle_of_its_band_and_stays() -> None:
    # 70 a week are 10 a day; the middle of the band is 225 pieces at the close, a case is 1.2 days.
    demand, terms = np.full((1, 12), 70.0), _terms(1, 12)
    path = replay.play(
        demand_units=demand,
        opening=np.array([140.0]),
        incoming=np.zeros((1, 12)),
        lead_weeks=terms.lead_weeks,
        horizon_weeks=terms.horizon_weeks,
        policy=replay.band(terms, _steady(70, terms)),
    )
    found = replay.measure(
        path, demand_units=np.full((1, 16), 70.0), low_days=terms.low_days, high_days=terms.high_days
    )
    assert path.ordered[0, 0] == 228  # 140 and 70 out before, 70 out until the reading: 225 are missing, 18.75 cases
    assert path.stock[0, :3].tolist() == [70, 228, 230]
    assert (found.judged.tolist(), found.below.tolist(), found.inside.tolist()) == ([12], [1], [11])
    assert found.lost_units.tolist() == [0]


def test_what_is_not_there_is_lost_and_counts_as_out() -> None:
    terms = _terms(1, 2)
    path = replay.play(
        demand_units=np.array([[70.0, 70.0]]),
        opening=np.array([50.0]),
        incoming=np.array([[10.0, 999.0]]),  # the second week's goods are what the rule replaces
        lead_weeks=terms.lead_weeks,
        horizon_weeks=terms.horizon_weeks,
        policy=lambda week, stock, arrivals: np.zeros(1),
    )
    found = replay.measure(path, demand_units=np.full((1, 6), 70.0), low_days=terms.low_days, high_days=terms.high_days)
    assert path.lost.tolist() == [[10, 70]]
    assert path.received.tolist() == [[10, 0]]
    assert (found.out.tolist(), found.lost_units.tolist()) == ([2], [80])


def test_demand_of_a_week_that_ran_out_is_at_least_what_was_sold() -> None:
    found = replay.demand(
        sold=np.array([[5.0, 5.0, 5.0, np.nan]]),
        out=np.array([[False, True, True, False]]),
        expected=np.array([[9.0, 9.0, 3.0, 7.0]]),
    )
    assert found.tolist() == [[5, 9, 5, 7]]


def test_a_series_that_is_not_there_yet_enters_with_what_really_stood() -> None:
    terms = _terms(1, 3)
    path = replay.play(
        demand_units=np.full((1, 3), 7.0),
        opening=np.array([np.nan]),
        incoming=np.array([[0.0, 40.0, 12.0]]),
        lead_weeks=terms.lead_weeks,
        horizon_weeks=terms.horizon_weeks,
        policy=lambda week, stock, arrivals: np.full(1, 24.0),
        entering=np.array([[np.nan, 33.0, np.nan]]),
    )
    assert np.isnan(path.stock[0, 0])
    assert path.stock[0, 1:].tolist() == [33, 38]  # 33 + 12 that were under way - 7
    assert path.ordered.tolist() == [[0, 0, 24]]
    assert path.lost.tolist() == [[0, 0, 0]]


def test_days_of_all_together_weigh_by_price() -> None:
    stock, per_day = np.array([[100.0, np.nan], [10.0, 20.0]]), np.array([[10.0, 10.0], [1.0, 0.0]])
    days = replay.total_days(stock, per_day, np.array([1.0, 30.0]))
    assert days[0] == pytest.approx((100 + 300) / (10 + 30))
    assert np.isnan(days[1])


def test_swing_is_the_variance_of_orders_over_that_of_demand() -> None:
    path = replay.Path(np.ones((2, 4)), np.zeros((2, 4)), np.array([[0.0, 4, 0, 4], [0, 4, 0, 4]]), np.zeros((2, 4)))
    demand = np.array([[1.0, 3, 1, 3, 0, 0, 0, 0], [2, 2, 2, 2, 2, 2, 2, 2]])
    found = replay.measure(path, demand_units=demand, low_days=np.full(2, 20.0), high_days=np.full(2, 25.0))
    assert found.swing[0] == pytest.approx(4.0)
    assert np.isnan(found.swing[1])


def test_an_opening_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"opening has shape \(2,\), not \(1,\)\."):
        replay.play(
            demand_units=np.zeros((1, 3)),
            opening=np.zeros(2),
            incoming=np.zeros((1, 3)),
            lead_weeks=np.zeros(1, dtype=np.int64),
            horizon_weeks=5,
            policy=lambda week, stock, arrivals: np.zeros(1),
        )


@pytest.mark.parametrize("seed", range(6))
def test_the_arrays_do_what_a_loop_over_one_series_does(seed: int) -> None:
    chance = np.random.default_rng(seed)
    series, count = 7, 15
    terms = _terms(
        series,
        count,
        lead_weeks=chance.integers(0, 4, series),
        review_weeks=int(chance.integers(1, 3)),
        units_per_case=chance.integers(1, 30, series),
        min_order_cases=chance.integers(0, 4, series),
        orderable=chance.random((series, count)) < 0.9,
    )
    demand = chance.poisson(chance.lognormal(3, 1, (series, 1)), (series, count + 4)).astype(np.float64)
    demand[:, 9:] *= chance.random((series, 1)) > 0.2  # some sell nothing later
    incoming = chance.poisson(20, (series, count)).astype(np.float64)
    other = -chance.poisson(1, (series, count)).astype(np.float64)
    opening = np.where(chance.random(series) < 0.7, chance.poisson(60, series), np.nan).astype(np.float64)
    entering = np.where(chance.random((series, count)) < 0.3, 25.0, np.nan)
    expected = chance.lognormal(3, 1, (count, series, terms.horizon_weeks))
    path = replay.play(
        demand_units=demand[:, :count],
        opening=opening,
        incoming=incoming,
        lead_weeks=terms.lead_weeks,
        horizon_weeks=terms.horizon_weeks,
        policy=replay.band(terms, lambda week: expected[week]),
        other=other,
        entering=entering,
    )
    found = replay.measure(path, demand_units=demand, low_days=terms.low_days, high_days=terms.high_days)
    for row in range(series):
        stock, lost, ordered = _slowly(row, terms, demand, incoming, other, opening, entering, expected)
        np.testing.assert_allclose(path.stock[row], stock)
        np.testing.assert_allclose(path.lost[row], lost)
        np.testing.assert_allclose(path.ordered[row], ordered)
        judged, inside, out, above = _judged_slowly(stock, demand[row], 20.0, 25.0)
        assert (int(found.judged[row]), int(found.inside[row]), int(found.out[row])) == (judged, inside, out)
        assert found.above_units[row] == pytest.approx(above)


def _slowly(
    row: int,
    terms: replay.Terms,
    demand: np.ndarray,
    incoming: np.ndarray,
    other: np.ndarray,
    opening: np.ndarray,
    entering: np.ndarray,
    expected: np.ndarray,
) -> tuple[list[float], list[float], list[float]]:
    """Play one series week by week, its road in a dictionary."""
    count, lead, width = incoming.shape[1], int(terms.lead_weeks[row]), terms.horizon_weeks
    stock = float(opening[row])
    road: dict[int, float] = {}
    if not math.isnan(stock):
        road = {week: float(incoming[row, week]) for week in range(lead)}
    stocks, losses, orders = [], [], []
    for week in range(count):
        here, units = not math.isnan(stock), 0.0
        if here and week % terms.review_weeks == 0:
            units = _one_order(
                row, terms, week, stock, [road.get(week + ahead, 0.0) for ahead in range(width)], expected
            )
        road[week + lead] = road.get(week + lead, 0.0) + units
        lost = 0.0
        if here:
            there = stock + road.get(week, 0.0)
            sold = min(there, demand[row, week])
            lost, stock = demand[row, week] - sold, max(there - sold + other[row, week], 0.0)
        elif not math.isnan(entering[row, week]):
            stock = float(entering[row, week])
            for ahead in range(week + 1, min(week + 1 + lead, count)):
                road[ahead] = road.get(ahead, 0.0) + float(incoming[row, ahead])
        stocks.append(stock)
        losses.append(lost)
        orders.append(units)
    return stocks, losses, orders


def _one_order(
    row: int, terms: replay.Terms, week: int, stock: float, arrivals: list[float], expected: np.ndarray
) -> float:
    one = slice(row, row + 1)
    found = order.propose(
        mean_units=expected[week, one],
        on_hand=np.array([stock]),
        arrivals=np.array([arrivals]),
        lead_weeks=terms.lead_weeks[one],
        review_weeks=terms.review_weeks,
        low_days=terms.low_days[one],
        high_days=terms.high_days[one],
        units_per_case=terms.units_per_case[one],
        min_order_cases=terms.min_order_cases[one],
        shelf_life_days=terms.shelf_life_days[one],
        orderable=terms.orderable[one, week],
    )
    return float(found.units[0])


def _judged_slowly(stock: list[float], demand: np.ndarray, low: float, high: float) -> tuple[int, int, int, float]:
    """Count the judged weeks, those in band and those that ended empty, and average what lay above."""
    judged = inside = out = 0
    above = 0.0
    for week, units in enumerate(stock):
        if math.isnan(units):
            continue
        out += units <= 0 and demand[week] > 0
        per_day = demand[week + 1 : week + 5].sum() / 28
        if per_day > 0:
            judged += 1
            inside += low <= units / per_day <= high
            above += max(units - high * per_day, 0.0)
    return judged, inside, out, above / judged if judged else 0.0
