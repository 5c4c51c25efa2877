"""What promotions and festivals are worth to a week."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from channelkeeper.access.rules import Permissions, Role
from channelkeeper.core import weeks

_HEADQUARTERS = frozenset({Role.HEADQUARTERS})
PERMISSIONS: Permissions = {
    "seasons.promotion.imported": _HEADQUARTERS,
    "seasons.festival.filled": _HEADQUARTERS,
}
DAYS_A_WEEK = 7


def days_in_week(*, starts_on: date, ends_on: date, week: date) -> int:
    """Return how many days of the week from Monday `week` lie in [starts_on, ends_on)."""
    first, end = max(starts_on, week), min(ends_on, week + timedelta(days=DAYS_A_WEEK))
    return max((end - first).days, 0)


def weeks_touched(*, starts_on: date, ends_on: date) -> list[date]:
    """Return the Mondays of the weeks that [starts_on, ends_on) touches."""
    return weeks.span(weeks.monday_of(starts_on), weeks.monday_of(ends_on - timedelta(days=1)))


def intensity_of_week(*, running: Sequence[tuple[Decimal, int]]) -> Decimal:
    """
    Return how strongly a product is promoted in a week.

    Args:
        running: of each promotion that touches the week its intensity, 0 to 1, and its days in
            the week, 0 to 7.

    Returns:
        The largest intensity x days ÷ 7; 0 where none runs. Two offers on one product share the
        same shelf and the same buyers, so they do not add up.

    Rule: SEA-1.
    """
    return max((intensity * days / DAYS_A_WEEK for intensity, days in running), default=Decimal(0))
