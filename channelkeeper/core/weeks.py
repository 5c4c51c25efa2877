"""
The business week: Monday to Sunday, named by its ISO number.

A week is held as the date of its Monday everywhere (columns, arrays, files), so that
arithmetic is date arithmetic and the 53-week years (2026 is one) need no special case.
"""

import re
from datetime import date, timedelta

WEEK = timedelta(days=7)
_ISO = re.compile(r"(\d{4})-?W(\d{1,2})")


class WeekError(ValueError):
    """A text that names no week, or a date that is not a Monday."""


def monday_of(day: date) -> date:
    """Return the Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


def sunday_of(week: date) -> date:
    """Return the Sunday on which the week that starts on `week` closes."""
    return week + timedelta(days=6)


def shift(week: date, weeks: int) -> date:
    """Return the Monday `weeks` weeks after `week`; negative goes back."""
    return week + WEEK * weeks


def between(first: date, last: date) -> int:
    """Return how many weeks `last` lies after `first`, both Mondays."""
    return (last - first).days // 7


def span(first: date, last: date) -> list[date]:
    """Return the Mondays from `first` to `last`, both included."""
    return [shift(first, index) for index in range(between(first, last) + 1)]


def label(week: date) -> str:
    """Return the ISO name of the week, as in `2026-W47`."""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02d}"


def number(week: date) -> int:
    """Return the ISO week number, 1 to 53."""
    return week.isocalendar().week


def parse(text: str) -> date:
    """
    Return the Monday of the week that `text` names.

    Args:
        text: `2026-W47`, `2026W47`, or the date of any day in it, `2026-11-18`.

    Raises:
        WeekError: no such week; 2025-W53 does not exist.
    """
    cleaned = text.strip().upper()
    named = _ISO.fullmatch(cleaned)
    try:
        if named:
            return date.fromisocalendar(int(named[1]), int(named[2]), 1)
        return monday_of(date.fromisoformat(cleaned))
    except ValueError as error:
        raise WeekError(f'"{text}" is not a week. Write 2026-W47, or a day in it as 2026-11-18.') from error
