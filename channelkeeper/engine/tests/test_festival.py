"""The Spring Festival's dates, against those that China's State Council announced for the public holidays."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from channelkeeper.engine import festival


@pytest.mark.parametrize(
    ("year", "first_day"),
    [
        (2000, date(2000, 2, 5)),
        (2008, date(2008, 2, 7)),
        (2015, date(2015, 2, 19)),
        (2020, date(2020, 1, 25)),
        (2023, date(2023, 1, 22)),
        (2024, date(2024, 2, 10)),
        (2025, date(2025, 1, 29)),
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
    ],
)
def test_the_festival_falls_on_its_published_day(year: int, first_day: date) -> None:
    assert festival.spring_festival(year) == first_day


def test_every_festival_of_the_century_falls_between_21_january_and_21_february() -> None:
    days = [festival.spring_festival(year) for year in range(2000, 2100)]
    assert min((day.month, day.day) for day in days) == (1, 21)
    assert max((day.month, day.day) for day in days) <= (2, 21)
    assert {day.isocalendar().week for day in days} == {3, 4, 5, 6, 7, 8}


@pytest.mark.parametrize("year", [1999, 2100])
def test_a_year_outside_the_table_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match=f"not for {year}"):
        festival.spring_festival(year)


def test_the_weeks_before_the_festival_of_2026_count_down_to_it() -> None:
    mondays = [date(2026, 2, 2) + timedelta(weeks=week) for week in range(5)]
    assert [festival.weeks_from_festival(monday) for monday in mondays] == [-2, -1, 0, 1, 2]


def test_weeks_outside_the_festival_season_are_away() -> None:
    found = festival.columns(date(2026, 1, 5), 14)
    assert found.tolist() == [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1]


@given(some.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_a_week_is_never_more_than_28_weeks_from_the_nearest_festival(day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    assert abs(festival.weeks_from_festival(monday)) <= 28


@given(some.dates(date(2001, 1, 1), date(2097, 12, 31)))
def test_each_season_has_every_week_once_in_order(day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    found = festival.columns(monday, 60)
    season = found[found != festival.AWAY]
    steps = np.diff(season)
    assert set(steps.tolist()) <= {1, 1 - festival.OFFSETS}
