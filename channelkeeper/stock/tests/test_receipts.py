"""What was received against what was shipped: STK-3c, for one product and for many at once."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkeeper.core import weeks
from channelkeeper.stock.receipts import UNKNOWN, Received, columns, falls, receipt_gap, receipt_gaps


@pytest.mark.parametrize(
    ("arrived", "week", "either"),
    [
        (date(2026, 11, 18), date(2026, 11, 16), False),  # Wednesday
        (date(2026, 11, 19), date(2026, 11, 16), False),
        (date(2026, 11, 20), date(2026, 11, 16), True),  # Friday
        (date(2026, 11, 22), date(2026, 11, 16), True),  # Sunday
        (date(2026, 11, 23), date(2026, 11, 16), True),  # Monday: around the Sunday before it
        (date(2026, 11, 24), date(2026, 11, 16), True),
        (date(2026, 11, 25), date(2026, 11, 23), False),
    ],
)
def test_what_arrives_around_a_sunday_belongs_to_either_week(arrived: date, week: date, either: bool) -> None:
    assert falls(arrived) == (week, either)


def test_many_days_fall_where_each_does() -> None:
    first, days = date(2026, 11, 2), [date(2026, 11, day) for day in range(1, 31)]
    column, either = columns(np.array(days, dtype="datetime64[D]"), first)
    expected = [falls(day) for day in days]
    assert column.tolist() == [weeks.between(first, week) for week, _ in expected]
    assert either.tolist() == [around for _, around in expected]


@pytest.mark.parametrize(
    ("past", "inherited", "gap"),
    [
        pytest.param([(48, 48, 0)], 0, 0, id="as shipped"),
        pytest.param([(40, 48, 0)], 0, -8, id="short by 8"),
        pytest.param([(60, 48, 0)], 0, 12, id="12 that nobody shipped"),
        pytest.param([(48, 0, 48)], 0, 0, id="Saturday's goods in this week's report"),
        pytest.param([(0, 0, 48)], 0, 0, id="or not yet"),
        pytest.param([(0, 0, 48), (48, 0, 0)], 0, 0, id="then in the next one"),
        pytest.param([(48, 0, 48), (48, 0, 0)], 0, 48, id="but not in both"),
        pytest.param([(0, 0, 48), (0, 0, 0)], 0, -48, id="nor in none"),
        pytest.param([(20, 0, 48), (28, 0, 0)], 0, 0, id="or a part in each"),
        pytest.param([(48, 0, 0)], 48, 0, id="left over from the week before"),
        pytest.param([(0, 48, 0), (48, 0, 0)], 0, 0, id="a truck a week late is made up"),
        pytest.param([(48, 0, 0), (0, 48, 0)], 0, 0, id="booked a week early"),
        pytest.param([(None, 48, 0), (48, 0, 0)], 0, 0, id="from the week without a report"),
        pytest.param([(None, 48, 0), (0, 0, 0)], 0, 0, id="or never"),
        pytest.param([(48, 48, 0), (None, 24, 0)], 0, 0, id="no report, nothing to judge"),
    ],
)
def test_receipts_are_held_against_shipments(past: list[tuple[int | None, int, int]], inherited: int, gap: int) -> None:
    assert receipt_gap([Received(*week) for week in past], inherited=inherited) == gap


_UNITS = st.integers(0, 60)
_WEEK = st.tuples(st.one_of(st.none(), _UNITS), _UNITS, _UNITS)


@given(st.lists(st.lists(_WEEK, min_size=4, max_size=4), min_size=1, max_size=6), _UNITS)
def test_the_arrays_say_what_the_rule_says(products: list[list[tuple[int | None, int, int]]], inherited: int) -> None:
    reported = np.array([[UNKNOWN if told is None else told for told, _, _ in one] for one in products], np.int64)
    sure = np.array([[0, *(certain for _, certain, _ in one)] for one in products], np.int64)
    either = np.array([[inherited, *(maybe for _, _, maybe in one)] for one in products], np.int64)
    expected = [receipt_gap([Received(*week) for week in one], inherited=inherited) for one in products]
    assert receipt_gaps(reported, sure, either).tolist() == expected


@given(st.lists(st.tuples(_UNITS, _UNITS, st.integers(0, 60)), min_size=1, max_size=6))
def test_honest_reports_never_differ(shipped: list[tuple[int, int, int]]) -> None:
    """Whatever part of a Sunday's goods is booked in which of the two weeks, nothing is found."""
    inherited, weeks = 0, []
    for sure, either, booked in shipped:
        now = min(booked, either)
        weeks.append(Received(sure + inherited + now, sure, either))
        inherited = either - now
    assert all(receipt_gap(weeks[: place + 1]) == 0 for place in range(len(weeks)))
