"""What promotions and festivals are worth to a week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import lunardate

from channelkeeper.access.rules import Permissions, Role
from channelkeeper.core import weeks
from channelkeeper.engine import festival

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


@dataclass(frozen=True)
class FestivalDay:
    """A festival on its day of a year."""

    code: str
    name_zh: str
    name_en: str
    on: date


def festivals_of(year: int) -> list[FestivalDay]:
    """
    Return the festivals around which people buy otherwise, by day.

    The Spring Festival is the first day of the first lunar month, as the engine counts it; the
    Mid-Autumn Festival is the fifteenth of the eighth.

    Raises:
        ValueError: the year is outside 2000 to 2099.
    """
    days = [
        FestivalDay("spring_festival", "春节", "Spring Festival", festival.spring_festival(year)),
        FestivalDay("mid_autumn", "中秋节", "Mid-Autumn Festival", lunardate.LunarDate(year, 8, 15).to_solar_date()),
        FestivalDay("national_day", "国庆节", "National Day", date(year, 10, 1)),
    ]
    return sorted(days, key=lambda day: day.on)


NEEDED = ("label_zh", "starts_on", "last_on", "intensity")
LONGEST = {"code": 40, "label_zh": 60, "label_en": 60}
LONGEST_PROMOTION_DAYS = 366

Flaw = tuple[str, str, dict[str, Any]]  # column, code of the sentence, its figures


def flaws(values: Mapping[str, Any], *, is_new: bool) -> Iterator[Flaw]:
    """
    Yield what is wrong with a promotion's own figures.

    Args:
        values: by column, those that were given; None is a blank.
        is_new: whether the promotion must be complete.
    """
    for column in NEEDED:
        if values.get(column) in (None, "") and (is_new or column in values):
            yield column, "seasons.needed", {}
    for column, length in LONGEST.items():
        if len(str(values.get(column) or "")) > length:
            yield column, "seasons.too_long", {"length": length}
    strength = values.get("intensity")
    if strength is not None and not 0 <= strength <= 1:
        yield "intensity", "seasons.intensity", {"value": f"{strength:f}"}
    starts_on, last_on = values.get("starts_on"), values.get("last_on")
    if starts_on and last_on and not 0 <= (last_on - starts_on).days < LONGEST_PROMOTION_DAYS:
        yield "last_on", "seasons.period", {"days": LONGEST_PROMOTION_DAYS}
