"""The public files become arrays, and what is wrong with them is named by file, row, column and value."""

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from channelkeeper.engine import frames

MONDAY = date(2026, 1, 5)


def weeks(*numbers: int) -> list[date]:
    return [MONDAY + timedelta(weeks=number) for number in numbers]


def long(**changes: list[Any]) -> pl.DataFrame:
    """Return two products of D1, one of which leaves out week 1, and one of D2, which reports in week 2 only."""
    columns: dict[str, Any] = {
        "distributor": ["D1", "D1", "D1", "D1", "D1", "D2"],
        "product": ["cola", "cola", "cola", "tea", "tea", "tea"],
        "week": weeks(0, 1, 2, 0, 2, 2),
        "sold_units": [10.0, 11.0, 12.0, 5.0, 7.0, 3.0],
        "in_stock": [True, True, False, True, True, True],
        "category": ["soft", "soft", "soft", "hot", "hot", "hot"],
        "promo_display": [0.0, 1.0, 0.0, 0.0, 0.5, 0.0],
    }
    return pl.DataFrame(columns | changes)


def wide(**changes: list[Any]) -> pl.DataFrame:
    columns: dict[str, Any] = {
        "distributor": ["D1", "D1", "D2"],
        "product": ["cola", "tea", "tea"],
        "first_week": weeks(0, 0, 2),
        "sold_units": [[10.0, 11.0, 12.0], [5.0, 0.0, 7.0], [3.0]],
        "in_stock": [[True, True, False], [True, True, True], [True]],
        "category": ["soft", "hot", "hot"],
        "promo_display": [[0.0, 1.0, 0.0], [0.0, 0.0, 0.5], [0.0]],
    }
    return pl.DataFrame(columns | changes)


def test_a_week_left_out_is_zero_where_the_distributor_reported_and_else_unknown() -> None:
    found = frames.history(long()).history
    np.testing.assert_array_equal(found.sold_units, [[10, 11, 12], [5, 0, 7], [math.nan, math.nan, 3]])


@pytest.mark.parametrize("as_of", [None, MONDAY + timedelta(days=13)])
def test_wide_and_long_files_become_the_same_arrays(as_of: date | None) -> None:
    one, other = (frames.history(frame, as_of=as_of) for frame in (long(), wide()))
    kept = one.keys.height
    assert other.keys.head(kept).rows() == one.keys.rows()
    np.testing.assert_array_equal(other.history.sold_units, one.history.sold_units)
    np.testing.assert_array_equal(other.history.censored, one.history.censored)
    np.testing.assert_array_equal(other.history.promotions(), one.history.promotions())
    np.testing.assert_array_equal(other.history.group, one.history.group)


def test_a_wide_file_whose_lists_fill_the_matrix_is_read_whole() -> None:
    found = frames.history(
        wide(
            first_week=weeks(0, 0, 0),
            sold_units=[[1, 2, 3], [4, None, 6], [7, 8, 9]],
            in_stock=[[True] * 3] * 3,
            promo_display=[[0.0] * 3] * 3,
        )
    )
    np.testing.assert_array_equal(found.history.sold_units, [[1, 2, 3], [4, math.nan, 6], [7, 8, 9]])


def test_names_promotions_and_calendar_are_kept() -> None:
    found = frames.history(long())
    assert found.keys.rows() == [("D1", "cola"), ("D1", "tea"), ("D2", "tea")]
    assert found.kinds == ("promo_display",)
    assert found.history.promotions()[0].tolist() == [[0, 1, 0], [0, 0, 0.5], [0, 0, 0]]
    assert found.history.product.tolist() == [0, 1, 1]
    assert found.next_week == MONDAY + timedelta(weeks=3)
    assert frames.weeks_after(found, 2) == weeks(3, 4)


def test_without_in_stock_a_closing_of_zero_is_out_of_stock() -> None:
    frame = long().drop("in_stock").with_columns(closing_units=pl.Series([4.0, 0.0, 2.0, 1.0, None, 0.0]))
    assert frames.history(frame).history.censored.tolist() == [[False, True, False], [False] * 3, [False, False, True]]


def test_as_of_leaves_out_weeks_that_had_not_closed() -> None:
    sunday = MONDAY + timedelta(days=13)
    assert frames.history(long(), as_of=sunday).history.weeks == 2
    assert frames.history(long(), as_of=sunday - timedelta(days=1)).history.weeks == 1


def test_a_plan_counts_as_far_as_it_was_known() -> None:
    plan = pl.DataFrame(
        {
            "distributor": ["D1", "D1", "D1", "D9"],
            "product": ["cola", "tea", "tea", "tea"],
            "week": weeks(3, 4, 5, 3),
            "known_on": [date(2026, 1, 20), date(2026, 1, 26), date(2026, 1, 1), None],
            "promo_feature": [1.0, 1.0, 0.3, 1.0],
        }
    )
    found = frames.history(long(), plan=plan, as_of=date(2026, 1, 25), horizon_weeks=3)
    assert found.kinds == ("promo_display", "promo_feature")
    assert found.history.promotions()[1, :, 3:].tolist() == [[1, 0, 0], [0, 0, 0.3], [0, 0, 0]]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (long(sold_units=[10, -4, 12, 5, 7, 3]), 'history, row 2, column sold_units: "-4" is not a number >= 0.'),
        (long(sold_units=[10.0, 1.0, math.inf, 5.0, 7.0, 3.0]), 'history, row 3, column sold_units: "inf" is not'),
        (long(sold_units=["1", "2", "3", "4", "5", "6"]), "history: column sold_units holds String, not numbers"),
        (
            long(week=[*weeks(0, 1), date(2026, 1, 20), *weeks(0, 2, 2)]),
            'row 3, column week: "2026-01-20" is not a Mon',
        ),
        (long(week=["2026-01-05"] * 6), "history: column week holds String, not dates"),
        (long(week=weeks(0, 1, 1, 0, 2, 2)), 'row 3, column week: "2026-01-12" is not listed once with the same dist'),
        (
            long(product=["cola", None, "cola", "tea", "tea", "tea"]),
            'history, row 2, column product: "None" is not a n',
        ),
        (long(promo_display=[0, 0, 0, 0, 0, -1]), 'history, row 6, column promo_display: "-1" is not a number >= 0.'),
        (long(in_stock=["yes"] * 6), "history: column in_stock holds String, not true and false."),
        (long(closing_units=[1, 2, -3, 4, 5, 6]), 'history, row 3, column closing_units: "-3" is not a number >= 0.'),
        (long().drop("product"), "history: there is no column product; it has distributor, week"),
        (long().head(0), "history: there is no row."),
        (wide(sold_units=[[1.0, 2.0, 3.0], [5.0, -1.0, 7.0], [3.0]]), 'history, row 2, column sold_units: "-1.0"'),
        (wide(in_stock=[[True], [True] * 3, [True]]), 'row 1, column in_stock: "1" is not as long as sold_units'),
        (wide(product=["tea", "tea", "tea"]), 'history, row 2, column product: "tea" is not listed once'),
        (wide(sold_units=[[1.0, 2.0, 3.0], [], [3.0]]), "history, row 2, column sold_units"),
        (wide(first_week=[date(2026, 1, 6), *weeks(0, 2)]), 'row 1, column first_week: "2026-01-06" is not a Monday'),
    ],
)
def test_a_faulty_history_is_refused_by_row_and_value(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(frames.Fault) as fault:
        frames.history(frame)
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"week": [date(2026, 1, 27)]}, 'plan, row 1, column week: "2026-01-27" is not a Monday.'),
        ({"known_on": ["2026-01-01"]}, "plan: column known_on holds String, not dates."),
        ({"promo_feature": [-1.0]}, 'plan, row 1, column promo_feature: "-1.0" is not a number >= 0.'),
        ({"product": [None]}, 'plan, row 1, column product: "None" is not a name.'),
    ],
)
def test_a_faulty_plan_is_refused(columns: dict[str, list[Any]], said: str) -> None:
    good = {"distributor": ["D1"], "product": ["cola"], "week": weeks(3), "promo_feature": [1.0]}
    with pytest.raises(frames.Fault) as fault:
        frames.history(long(), plan=pl.DataFrame(good | columns), horizon_weeks=3)
    assert said in str(fault.value)


def test_a_plan_lists_each_week_once() -> None:
    twice = pl.DataFrame({"distributor": ["D1"] * 2, "product": ["cola"] * 2, "week": weeks(3, 3)})
    with pytest.raises(frames.Fault, match="plan, row 2, column week"):
        frames.history(long(), plan=twice, horizon_weeks=3)


@pytest.mark.parametrize(("as_of", "intensity"), [(None, 0.2), (date(2026, 1, 25), 0.9), (date(2026, 2, 1), 0.2)])
def test_of_a_plan_that_changed_the_last_known_counts(as_of: date | None, intensity: float) -> None:
    changed = pl.DataFrame(
        {
            "distributor": ["D1"] * 3,
            "product": ["cola"] * 3,
            "week": weeks(5, 5, 5),
            "known_on": [date(2026, 1, 30), None, date(2026, 1, 20)],
            "promo_feature": [0.2, 0.5, 0.9],
        }
    )
    found = frames.history(long(), plan=changed, as_of=as_of, horizon_weeks=3)
    assert found.history.promotions()[1, 0, 5] == intensity


def test_a_day_before_the_first_close_is_refused() -> None:
    with pytest.raises(frames.Fault, match="no week had closed by 2026-01-10; the first starts on 2026-01-05"):
        frames.history(long(), as_of=date(2026, 1, 10))


def stock(**changes: list[Any]) -> pl.DataFrame:
    columns: dict[str, Any] = {"distributor": ["D1", "D1"], "product": ["cola", "tea"], "on_hand_units": [100.0, 20.5]}
    return pl.DataFrame(columns | changes)


def test_terms_left_out_are_the_contract_s() -> None:
    found = frames.positions(stock(units_per_case=[12, None]), low_days=20, high_days=25)
    assert found.codes("units_per_case").tolist() == [12, 1]
    assert found.codes("min_order_cases").tolist() == [0, 0]
    assert found.amounts("band_low_days").tolist() == [20, 20]
    assert np.isnan(found.amounts("shelf_life_days")).all()
    assert np.isnan(found.days("launched_on")).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"on_hand_units": [100, -1]}, 'positions, row 2, column on_hand_units: "-1" is not a number >= 0.'),
        ({"on_hand_units": [None, 1]}, 'positions, row 1, column on_hand_units: "None"'),
        ({"units_per_case": [0, 1]}, 'positions, row 1, column units_per_case: "0" is not a number >= 1.'),
        ({"units_per_case": [1.5, 1.0]}, 'positions, row 1, column units_per_case: "1.5" is not a whole number.'),
        ({"units_per_case": ["x", "y"]}, "positions: column units_per_case holds String, not numbers."),
        ({"band_low_days": [30, 10]}, 'positions, row 1, column band_high_days: "25.0" is not above band_low_days.'),
        ({"product": ["tea", "tea"]}, 'positions, row 2, column product: "tea" is not listed once with the same dist'),
        ({"shelf_life_days": [-5, None]}, 'positions, row 1, column shelf_life_days: "-5"'),
        ({"launched_on": ["2026-01-05", None]}, "positions: column launched_on holds String, not dates."),
    ],
)
def test_faulty_positions_are_refused(changes: dict[str, list[Any]], said: str) -> None:
    with pytest.raises(frames.Fault) as fault:
        frames.positions(stock(**changes), low_days=20, high_days=25)
    assert said in str(fault.value)


def road(**changes: list[Any]) -> pl.DataFrame:
    columns: dict[str, Any] = {"distributor": ["D1"] * 3, "product": ["tea"] * 3, "arrives_in_weeks": [0, 0, 9]}
    return pl.DataFrame(columns | {"units": [5.0, 7.0, 9.0]} | changes)


def test_arrivals_add_up_by_week_and_later_ones_are_no_cover() -> None:
    assert frames.arrivals(road(), stock().select(frames.KEYS), 3).tolist() == [[0, 0, 0], [12, 0, 0]]
    assert not frames.arrivals(None, stock().select(frames.KEYS), 3).any()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"units": [5, -7, 9]}, 'arrivals, row 2, column units: "-7" is not a number >= 0.'),
        ({"arrives_in_weeks": [0, 0, -1]}, 'arrivals, row 3, column arrives_in_weeks: "-1"'),
        (
            {"arrives_in_weeks": [0.0, 0.5, 1.0]},
            'arrivals, row 2, column arrives_in_weeks: "0.5" is not a whole number.',
        ),
        ({"product": ["tea", "tea", "milk"]}, 'arrivals, row 3, column product: "milk" is not in positions.'),
    ],
)
def test_faulty_arrivals_are_refused(changes: dict[str, list[Any]], said: str) -> None:
    with pytest.raises(frames.Fault) as fault:
        frames.arrivals(road(**changes), stock().select(frames.KEYS), 3)
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"distributor": ["D1", "D1"]}, 'distributors, row 2, column distributor: "D1" is not listed once'),
        ({"distributor": ["D1"], "review_days": [0]}, 'distributors, row 1, column review_days: "0" is not a number'),
        ({"distributor": ["D1"], "order_limit": [-1.0]}, 'distributors, row 1, column order_limit: "-1.0"'),
        ({"lead_time_days": [7]}, "distributors: there is no column distributor"),
    ],
)
def test_faulty_distributors_are_refused(columns: dict[str, list[Any]], said: str) -> None:
    with pytest.raises(frames.Fault) as fault:
        frames.distributors(pl.DataFrame(columns), pl.Series(["D1"]))
    assert said in str(fault.value)
