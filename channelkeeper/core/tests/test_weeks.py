"""Hazard 7: weeks, years of 53 weeks, business days across zones and summer times."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channelkeeper.core import weeks
from channelkeeper.core.calendar import BusinessCalendar


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W47", date(2026, 11, 16)),
        ("2026w47", date(2026, 11, 16)),
        (" 2026W47 ", date(2026, 11, 16)),
        ("2026-11-22", date(2026, 11, 16)),
        ("2026-W53", date(2026, 12, 28)),
        ("2027-01-01", date(2026, 12, 28)),
        ("2027-W01", date(2027, 1, 4)),
        ("2024-W01", date(2024, 1, 1)),
        ("2021-01-03", date(2020, 12, 28)),
        ("2020-W53", date(2020, 12, 28)),
    ],
)
def test_a_text_names_its_week(text: str, monday: date) -> None:
    assert weeks.parse(text) == monday


@pytest.mark.parametrize("text", ["2025-W53", "2026-W00", "2026-W54", "W47", "", "2026-13-01", "47", "2026-02-30"])
def test_a_text_that_names_no_week_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(weeks.WeekError, match="Write 2026-W47"):
        weeks.parse(text)


@given(some.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_day_lies_in_the_week_that_its_label_names(day: date) -> None:
    monday = weeks.monday_of(day)
    assert monday.weekday() == 0
    assert monday <= day <= weeks.sunday_of(monday)
    assert weeks.parse(weeks.label(monday)) == monday


def test_two_hundred_weeks_follow_each_other_without_gap_across_the_53rd() -> None:
    span = weeks.span(date(2025, 1, 6), weeks.shift(date(2025, 1, 6), 199))
    labels = [weeks.label(week) for week in span]
    assert len(set(labels)) == 200
    assert labels[labels.index("2026-W53") + 1] == "2027-W01"
    assert weeks.between(span[0], span[-1]) == 199


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "Asia/Shanghai", date(2026, 11, 22)),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "Asia/Shanghai", date(2026, 11, 23)),
        (datetime(1991, 7, 1, 15, 30, tzinfo=UTC), "Asia/Shanghai", date(1991, 7, 2)),  # summer time then
        (datetime(1992, 7, 1, 15, 30, tzinfo=UTC), "Asia/Shanghai", date(1992, 7, 1)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 25)),  # clocks go back
        (datetime(2026, 11, 22, 23, 0, tzinfo=timezone(timedelta(hours=-8))), "Asia/Shanghai", date(2026, 11, 23)),
    ],
)
def test_an_instant_has_one_business_day(at: datetime, zone: str, day: date) -> None:
    assert BusinessCalendar(zone=zone).day(at) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="carries no zone"):
        BusinessCalendar().day(datetime(2026, 11, 22, 12))  # noqa: DTZ001 (what is refused)


def test_a_week_closes_with_its_sunday_and_its_report_is_due_on_monday_noon() -> None:
    calendar = BusinessCalendar()
    sunday_night = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    assert calendar.last_closed_week(sunday_night) == date(2026, 11, 9)
    assert calendar.last_closed_week(sunday_night + timedelta(minutes=1)) == date(2026, 11, 16)
    assert calendar.report_due_at(date(2026, 11, 16)) == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
