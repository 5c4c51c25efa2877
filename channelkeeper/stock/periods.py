"""
Months, quarters and years made of whole weeks: a week belongs to the one in which its Thursday lies.

So most of its days lie in it too, as ISO 8601 gives weeks to years.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from channelkeeper.core import weeks

_THURSDAY = timedelta(days=3)
_TEXT = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])))?")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class PeriodError(ValueError):
    """A text names no month, quarter or year."""


@dataclass(frozen=True)
class Period:
    """A month, quarter or year: [starts_on, ends_on) by the calendar."""

    kind: str  # month, quarter, year
    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """Return it as it is asked for: 2026-11, 2026-Q4, 2026."""
        year, month = self.starts_on.year, self.starts_on.month
        if self.kind == "year":
            return f"{year}"
        return f"{year}-Q{(month + 2) // 3}" if self.kind == "quarter" else f"{year}-{month:02d}"

    @property
    def first_week(self) -> date:
        """Return the Monday of its first week."""
        week = weeks.monday_of(self.starts_on)
        return week if week + _THURSDAY >= self.starts_on else weeks.shift(week, 1)

    @property
    def last_week(self) -> date:
        """Return the Monday of its last week."""
        week = weeks.monday_of(self.ends_on)
        return weeks.shift(week, -1) if week + _THURSDAY >= self.ends_on else week

    def next(self, count: int = 1) -> "Period":
        """Return the one so many after it, before it where below 0."""
        return _of(self.kind, _month(self.starts_on) + count * _MONTHS[self.kind])


def parse(text: str) -> Period:
    """
    Return the period that a text names: 2026, 2026-Q4 or 2026-11.

    Raises:
        PeriodError: it names none.
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise PeriodError(f"{text} is no year, quarter or month: write 2026, 2026-Q4 or 2026-11.")
    year, month, quarter = found.groups()
    kind = "month" if month else "quarter" if quarter else "year"
    number = int(month) if month else int(quarter) * 3 - 2 if quarter else 1
    if not 1 <= number <= 12 or not 1900 < int(year) < 9999:
        raise PeriodError(f"{text} is no year, quarter or month: write 2026, 2026-Q4 or 2026-11.")
    return _of(kind, int(year) * 12 + number - 1)


def containing(week: date, kind: str) -> Period:
    """Return the month, quarter or year that a week belongs to."""
    month = _month(week + _THURSDAY)
    return _of(kind, month - month % _MONTHS[kind])


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _of(kind: str, month: int) -> Period:
    """Return the period whose first month is so many months after the year 0."""
    end = month + _MONTHS[kind]
    return Period(kind, date(month // 12, month % 12 + 1, 1), date(end // 12, end % 12 + 1, 1))
