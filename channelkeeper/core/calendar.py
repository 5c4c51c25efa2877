"""
The one business calendar: instants become business days and weeks here and nowhere else.

The zone is Asia/Shanghai unless the installation says otherwise; the zone database knows
its summer times until 1991.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from channelkeeper.core import weeks


@dataclass(frozen=True)
class BusinessCalendar:
    """Turns instants into business days, and week closes into instants."""

    zone: str = "Asia/Shanghai"
    report_due_hour: int = 12  # a report is on time until noon of the Monday after its week

    def day(self, at: datetime) -> date:
        """
        Return the business day of an instant.

        Raises:
            ValueError: `at` carries no zone.
        """
        if at.tzinfo is None:
            raise ValueError(f"{at} carries no zone: it names no instant.")
        return at.astimezone(ZoneInfo(self.zone)).date()

    def week(self, at: datetime) -> date:
        """Return the Monday of the business week that holds the instant."""
        return weeks.monday_of(self.day(at))

    def last_closed_week(self, at: datetime) -> date:
        """Return the Monday of the last week whose Sunday lies wholly before the instant."""
        return weeks.shift(self.week(at), -1)

    def report_due_at(self, week: date) -> datetime:
        """Return the instant until which the report of a week is on time."""
        due_on = weeks.sunday_of(week) + timedelta(days=1)
        return datetime.combine(due_on, time(self.report_due_hour), ZoneInfo(self.zone))


BUSINESS = BusinessCalendar()
