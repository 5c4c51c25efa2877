"""When the Spring Festival falls, as a distance in weeks: it moves over ISO weeks 3 to 8 and takes its peak along."""

from datetime import date, timedelta
from functools import cache

import lunardate
import numpy as np
import numpy.typing as npt

FIRST_YEAR, LAST_YEAR = 2000, 2099
# People buy for the feast before it and sell off what is left after it: from five weeks ahead to four weeks after
# (the lantern feast closes the season in the third week).
WEEKS_BEFORE, WEEKS_AFTER = 5, 4
OFFSETS = WEEKS_BEFORE + WEEKS_AFTER + 1
AWAY = -1


@cache
def spring_festival(year: int) -> date:
    """
    Return the first day of the lunar year that begins in `year`.

    Raises:
        ValueError: the year is outside 2000 to 2099.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Spring Festival dates are known from {FIRST_YEAR} to {LAST_YEAR}, not for {year}.")
    first_day: date = lunardate.LunarDate(year, 1, 1).to_solar_date()
    return first_day


def weeks_from_festival(monday: date) -> int:
    """
    Return how many weeks the week of `monday` lies after the week that holds the nearest Spring Festival.

    Args:
        monday: first day of the week, 2000 to 2099.

    Returns:
        0 in the festival's own week, negative before it.
    """
    mondays = (
        _monday(spring_festival(year))
        for year in range(monday.year - 1, monday.year + 2)
        if FIRST_YEAR <= year <= LAST_YEAR
    )
    return min(((monday - start).days // 7 for start in mondays), key=abs)


def columns(first_week: date, weeks: int) -> npt.NDArray[np.int64]:
    """
    Return for each week its place in the festival season.

    Args:
        first_week: Monday of the first week.
        weeks: how many weeks.

    Returns:
        (weeks,) 0 .. OFFSETS-1 inside the season, AWAY outside it.
    """
    offsets = [weeks_from_festival(first_week + timedelta(weeks=week)) for week in range(weeks)]
    return np.array(
        [offset + WEEKS_BEFORE if -WEEKS_BEFORE <= offset <= WEEKS_AFTER else AWAY for offset in offsets],
        dtype=np.int64,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
