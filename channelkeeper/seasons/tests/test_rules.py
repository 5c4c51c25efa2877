"""SEA-1: how strongly a week is promoted; the days of the festivals; what a promotion must be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from channelkeeper.seasons import rules

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "days"),
    [
        (date(2026, 11, 23), date(2026, 11, 30), 7),
        (date(2026, 11, 1), date(2026, 12, 31), 7),
        (date(2026, 11, 25), date(2026, 11, 27), 2),
        (date(2026, 11, 29), date(2026, 12, 5), 1),
        (date(2026, 11, 1), date(2026, 11, 23), 0),
        (date(2026, 11, 30), date(2026, 12, 5), 0),
    ],
)
def test_the_days_of_a_promotion_in_a_week(starts_on: date, ends_on: date, days: int) -> None:
    assert rules.days_in_week(starts_on=starts_on, ends_on=ends_on, week=MONDAY) == days


@pytest.mark.parametrize(
    ("running", "intensity"),
    [
        ([], "0"),
        ([("1", 7)], "1"),
        ([("0.7", 2)], "0.2"),
        ([("0.5", 7), ("0.7", 2)], "0.5"),  # 0.5 against 0.2: the stronger counts
        ([("0.1", 7), ("0.7", 7)], "0.7"),
    ],
)
def test_the_strongest_promotion_counts_by_its_days(running: list[tuple[str, int]], intensity: str) -> None:
    given = [(Decimal(strength), days) for strength, days in running]
    assert rules.intensity_of_week(running=given) == Decimal(intensity)


def test_a_promotion_touches_the_weeks_of_its_days() -> None:
    found = rules.weeks_touched(starts_on=date(2026, 11, 29), ends_on=date(2026, 12, 8))
    assert found == [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)]
    assert rules.weeks_touched(starts_on=MONDAY, ends_on=date(2026, 11, 30)) == [MONDAY]


# As the State Council's holiday notices and the almanac have them.
@pytest.mark.parametrize(
    ("year", "spring", "mid_autumn"),
    [
        (2024, date(2024, 2, 10), date(2024, 9, 17)),
        (2025, date(2025, 1, 29), date(2025, 10, 6)),
        (2026, date(2026, 2, 17), date(2026, 9, 25)),
        (2027, date(2027, 2, 6), date(2027, 9, 15)),
        (2033, date(2033, 1, 31), date(2033, 9, 8)),
    ],
)
def test_the_festivals_fall_on_their_days(year: int, spring: date, mid_autumn: date) -> None:
    found = {day.code: day.on for day in rules.festivals_of(year)}
    assert found == {"spring_festival": spring, "mid_autumn": mid_autumn, "national_day": date(year, 10, 1)}


def test_festivals_come_by_day() -> None:
    assert [day.code for day in rules.festivals_of(2025)] == ["spring_festival", "national_day", "mid_autumn"]


@pytest.mark.parametrize("year", [1999, 2100])
def test_years_beyond_the_calendar_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="2000 to 2099"):
        rules.festivals_of(year)


WHOLE = {"code": "P1", "label_zh": "买赠", "starts_on": MONDAY, "last_on": MONDAY, "intensity": Decimal("0.3")}


@pytest.mark.parametrize(
    ("values", "flaws"),
    [
        ({}, []),
        ({"label_zh": None}, [("label_zh", "seasons.needed")]),
        ({"intensity": None}, [("intensity", "seasons.needed")]),
        ({"intensity": Decimal("1.1")}, [("intensity", "seasons.intensity")]),
        ({"intensity": Decimal("-0.1")}, [("intensity", "seasons.intensity")]),
        ({"last_on": date(2026, 11, 22)}, [("last_on", "seasons.period")]),
        ({"last_on": date(2027, 11, 23)}, []),  # 366 days
        ({"last_on": date(2027, 11, 24)}, [("last_on", "seasons.period")]),
        ({"label_en": "x" * 61}, [("label_en", "seasons.too_long")]),
    ],
)
def test_what_a_promotion_must_be(values: dict[str, Any], flaws: list[tuple[str, str]]) -> None:
    found = rules.flaws(WHOLE | values, is_new=True)
    assert [(column, code) for column, code, _ in found] == flaws
