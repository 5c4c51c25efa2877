"""From positions to proposals: terms of each distributor, what binds them, launches, successors and retirements."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from channelkeeper.engine import frames, planning
from channelkeeper.engine.policy import Policy

MONDAY = date(2025, 1, 6)
NEXT = MONDAY + timedelta(weeks=60)
POLICY = Policy(20.0, 25.0, review_weeks=1, lead_time_weeks=1, calendar=None)


def panel() -> frames.Panel:
    """Return 60 steady weeks: D1 sells 70 cola and 35 tea a week, D2 70 cola."""
    series = [("D1", "cola", 70.0), ("D1", "tea", 35.0), ("D2", "cola", 70.0)]
    rows = [(who, what, MONDAY + timedelta(weeks=week), sold) for who, what, sold in series for week in range(60)]
    return frames.history(pl.DataFrame(rows, ["distributor", "product", "week", "sold_units"], orient="row"))


def plan(stock: dict[str, list[Any]], terms: dict[str, list[Any]] | None = None) -> pl.DataFrame:
    """Return the proposals for some positions; cases of 10."""
    base = {"units_per_case": [10] * len(stock["product"]), "unit_price": [2.0] * len(stock["product"])}
    positions = frames.positions(pl.DataFrame(base | stock), low_days=20, high_days=25)
    given = planning.terms(None if terms is None else pl.DataFrame(terms), positions.keys, POLICY)
    road = frames.arrivals(None, positions.keys, planning.horizon_weeks(given))
    return planning.proposals_frame(panel=panel(), positions=positions, arrivals=road, terms_=given)


STOCK: dict[str, list[Any]] = {
    "distributor": ["D1", "D1", "D2"],
    "product": ["cola", "tea", "cola"],
    "on_hand_units": [203.0, 100.0, 403.0],
}


def test_every_position_gets_its_line_in_its_place() -> None:
    found = plan(STOCK)
    assert found.columns == [
        "distributor",
        "product",
        "order_units",
        "order_cases",
        "expected_units_per_day",
        "days_now",
        "days_after",
        "bound_by",
        "reason_zh",
        "reason_en",
    ]
    assert found.select("distributor", "product", "order_units", "order_cases", "bound_by").rows() == [
        ("D1", "cola", 160.0, 16, "none"),
        ("D1", "tea", 80.0, 8, "none"),
        ("D2", "cola", 0.0, 0, "none"),
    ]
    assert found["days_after"].round(6).to_list() == [22.3, 22.0, 26.3]
    assert found["days_now"].round(6).to_list() == [20.3, 20.0, 40.3]


def test_a_distributor_s_lead_time_overrides_the_policy() -> None:
    found = plan(STOCK, {"distributor": ["D1"], "lead_time_days": [14]})
    # Three weeks until the reading: 3 x 70 + 225 - 203.
    assert found["order_units"].to_list() == [230.0, 120.0, 0.0]


def test_rhythms_of_orders_differ_by_distributor() -> None:
    found = plan(STOCK, {"distributor": ["D2"], "review_days": [14]})
    assert found["order_units"].to_list() == [160.0, 80.0, 30.0]


def test_a_truck_and_a_limit_cut_the_highest_first() -> None:
    stock = STOCK | {"cases_per_pallet": [5.0, 5.0, 5.0]}
    truck = plan(stock, {"distributor": ["D1"], "truck_pallets": [4.0]})
    assert truck["order_cases"].sum() == 20
    assert truck["bound_by"].to_list()[:2] == ["truck", "truck"]
    assert abs(truck["days_after"][0] - truck["days_after"][1]) <= 2
    limit = plan(stock, {"distributor": ["D1"], "order_limit": [300.0]})
    assert limit["order_units"].sum() == 150
    assert limit["bound_by"].to_list() == ["limit", "limit", "none"]


def test_a_minimum_amount_lifts_within_the_band_or_lets_the_order_wait() -> None:
    # 240 pieces at 2 yuan; up to 25 days there is room for 2 cases of cola and 1 of tea.
    lifted = plan(STOCK, {"distributor": ["D1"], "min_order_amount": [540.0]})
    assert (lifted["order_units"] * 2).sum() == 540
    assert lifted["days_after"].max() == pytest.approx(26.3)  # D2, which orders nothing
    assert (lifted["days_after"][:2] <= 25).all()
    assert "minimum" in lifted["bound_by"].to_list()
    waiting = plan(STOCK, {"distributor": ["D1"], "min_order_amount": [1000.0]})
    assert waiting["order_units"].to_list() == [0.0, 0.0, 0.0]
    assert waiting["bound_by"].to_list() == ["minimum", "minimum", "none"]


def test_launch_and_retirement_bar_an_order_and_expect_nothing_outside() -> None:
    stock = STOCK | {
        "launched_on": [NEXT + timedelta(weeks=3), None, None],
        "retires_on": [None, NEXT + timedelta(weeks=1), NEXT + timedelta(weeks=30)],
    }
    found = plan(stock)
    assert found["bound_by"].to_list() == ["launch", "retire", "none"]
    assert found["order_units"].to_list() == [0.0, 0.0, 0.0]
    assert found["days_now"].round(6).to_list() == [81.2, 80.0, 40.3]


def test_a_successor_without_history_inherits_its_predecessor_s() -> None:
    found = plan({"distributor": ["D1"], "product": ["cola 2"], "on_hand_units": [203.0], "successor_of": ["cola"]})
    assert found["order_units"].to_list() == [160.0]


def test_a_product_without_any_history_is_not_ordered_and_has_no_days() -> None:
    found = plan({"distributor": ["D1"], "product": ["milk"], "on_hand_units": [5.0]})
    assert found.select("order_units", "days_now", "days_after").rows() == [(0.0, None, None)]
    assert found["reason_en"][0] == "Stock 5, 0 on the road; nothing is expected to sell."


def test_the_forecast_file_has_a_row_per_series_and_coming_week() -> None:
    found = planning.forecast_frame(panel(), 3)
    assert found.columns == ["distributor", "product", "week", "mean_units", "p10", "p50", "p90"]
    assert found["week"].to_list()[:4] == [NEXT, NEXT + timedelta(weeks=1), NEXT + timedelta(weeks=2), NEXT]
    np.testing.assert_allclose(found["mean_units"].to_numpy(), [70] * 3 + [35] * 3 + [70] * 3)
    assert (found["p10"] < found["p50"]).all()
    assert (found["p50"] < found["p90"]).all()
