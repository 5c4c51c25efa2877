"""
Counts by hand: for which close one stands, what it makes of the closing, when it differs from the report.

Pure; quantities are pieces.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from channelkeeper.core import weeks

OLDEST_WEEKS = 26  # an older close moves nothing that anyone still decides on
TOLERANCE = Decimal("0.02")  # two people counting one warehouse differ by as much


@dataclass(frozen=True)
class Counted:
    """What lay there on the day of the count, and what moved since the Sunday for which it stands."""

    counted: int
    sold_since: int = 0
    received_since: int = 0

    @property
    def closing(self) -> int:
        """Return what lay there on that Sunday night."""
        return self.counted + self.sold_since - self.received_since


def stands_for(counted_on: date, *, last_closed: date) -> date:
    """
    Return the week for whose close a count stands: the last one that ended by the evening of the count.

    Counted on Sunday 22 or Tuesday 24 November 2026: week 47, once that week has ended.

    Rule: STK-4h.
    """
    week = weeks.monday_of(counted_on + timedelta(days=1) - weeks.WEEK)
    return min(week, last_closed)


def needs_movement(counted_on: date, week: date) -> bool:
    """Return whether what moved since the Sunday must be told: from Tuesday on, by Monday morning nothing has."""
    return counted_on > weeks.sunday_of(week) + timedelta(days=1)


def count_gap(*, counted: int, reported: int) -> int:
    """
    Return by how many pieces a report's closing exceeds what was counted; 0 where they agree within 2%.

    Reported 500: 495 counted is agreement, 480 is a gap of 20.

    Rule: STK-4i.
    """
    gap = reported - counted
    return gap if abs(gap) > TOLERANCE * max(counted, reported) else 0
