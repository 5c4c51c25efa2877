"""A history that cannot be right is refused with place and value."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from channelkeeper.engine.history import History, slots
from channelkeeper.engine.tests.panels import MONDAY, history


def good() -> History:
    return history(np.array([[1.0, 2.0, np.nan], [4.0, 0.0, 6.0]]), promotion=np.zeros((2, 5)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sold_units": np.array([[1.0, -2.0, 3.0], [4.0, 5.0, 6.0]])}, r"sold_units\[0, 1\] is -2.0"),
        ({"sold_units": np.array([[1.0, 2.0, 3.0], [4.0, np.inf, 6.0]])}, r"sold_units\[1, 1\] is inf"),
        ({"sold_units": np.array([1.0, 2.0])}, "1 dimensions"),
        ({"censored": np.zeros((2, 2), dtype=np.bool_)}, r"censored has shape \(2, 2\), not \(2, 3\)"),
        ({"first_week": date(2024, 1, 3)}, "2024-01-03, a Wednesday"),
        ({"group": np.array([0, -1])}, r"group\[1\] is -1"),
        ({"group": np.array([0.0, 1.0])}, "group holds float64"),
        ({"product": np.array([0])}, r"product has shape \(1,\)"),
        ({"product": np.array([0, 0]), "group": np.array([0, 1])}, "product 0|product\\[0\\] is 0 in group 0"),
        ({"promotion": np.zeros((2, 2))}, "promotion has shape"),
        ({"promotion": np.full((2, 5), -0.5)}, r"promotion\[0, 0\] is -0.5"),
        ({"calendar": "US"}, 'calendar is "US"'),
    ],
)
def test_an_impossible_history_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(good(), **change)  # type: ignore[arg-type]


def test_an_earlier_history_keeps_its_weeks_and_the_plan() -> None:
    earlier = good().until(2)
    assert earlier.sold_units.tolist() == [[1.0, 2.0], [4.0, 0.0]]
    assert earlier.promotions().shape == (1, 2, 5)


@pytest.mark.parametrize("week", [0, 4])
def test_a_history_cannot_end_outside_itself(week: int) -> None:
    with pytest.raises(ValueError, match=f"cannot end after week {week}"):
        good().until(week)


def test_chosen_rows_come_in_the_chosen_order() -> None:
    assert good().rows(np.array([1, 0])).sold_units[0].tolist() == [4.0, 0.0, 6.0]


def test_a_53rd_week_shares_the_place_of_the_52nd() -> None:
    assert slots(date(2026, 12, 14), 4).tolist() == [50, 51, 51, 0]
    assert slots(MONDAY, 2).tolist() == [0, 1]
