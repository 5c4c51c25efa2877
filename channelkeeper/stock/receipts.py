"""
What distributors report as received, against what we shipped, less what is on the road (STK-3c).

Exact for one product here, for many in arrays below; a test holds the two together. Pieces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from channelkeeper.core import weeks

AROUND_DAYS = 2  # Friday to Sunday may be booked the week after, Monday and Tuesday the week before
WINDOW_WEEKS = 4  # what was early or late evens out within a month
UNKNOWN = -1

Pieces = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Received:
    """
    A product's week.

    Attributes:
        reported: as received; None without a report.
        sure: shipped and arrived well within the week.
        either: arrived around the Sunday that ends it: in this week's report or the next one's.
    """

    reported: int | None
    sure: int
    either: int


def falls(arrived: date) -> tuple[date, bool]:
    """
    Return the week that a shipment's arrival belongs to, and whether the next one's report may hold it as well.

    Friday 20 to Tuesday 24 November lie around Sunday the 22nd: week 47, or the one after it.
    """
    week = weeks.monday_of(arrived)
    weekday = arrived.weekday()
    if weekday < AROUND_DAYS:
        return weeks.shift(week, -1), True
    return week, weekday >= 6 - AROUND_DAYS


def columns(
    arrived: npt.NDArray[np.datetime64], first_week: date
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return `falls` of many days (L,): how many weeks behind a first one, and whether the next report may hold it."""
    days = (arrived - np.datetime64(first_week, "D")).astype(np.int64)
    weekday = days % 7
    early = weekday < AROUND_DAYS
    return days // 7 - early, early | (weekday >= 6 - AROUND_DAYS)


def receipt_gap(past: Sequence[Received], *, inherited: int = 0) -> int:
    """
    Return by how many pieces the last week's receipts exceed what arrived; below 0 they fall short.

    What arrived around a Sunday may be in either report, but in one of them: the weeks are walked
    from the oldest on, each taking what the one before left. A shortage made up the week after is
    none there, nor is what was booked a week early. After a week without a report all that
    arrived in it may still come, or never.

    Args:
        past: consecutive weeks, the one judged last.
        inherited: arrived around the Sunday before the first of them.

    Returns:
        0 where they meet, or the last week has no report.

    Rule: STK-3c.
    """
    low, high, gap = 0, inherited, 0
    for week in past:
        if week.reported is None:
            low, high, gap = 0, high + week.sure + week.either, 0
            continue
        gap = max(0, week.reported - (week.sure + high + week.either)) + min(0, week.reported - (week.sure + low))
        taken = week.reported - gap - week.sure
        low, high = (
            week.either - min(week.either, taken - low) - max(gap, 0),
            week.either - max(0, taken - high) - min(gap, 0),
        )
    return gap


def receipt_gaps(reported: Pieces, sure: Pieces, either: Pieces) -> Pieces:
    """
    Return (S,) the gap of the last week of many products: `receipt_gap` in arrays.

    Args:
        reported: (S, W) pieces, UNKNOWN without a report.
        sure, either: (S, W+1) pieces; column 0 is the week before the first.
    """
    series = reported.shape[0]
    low, high, gap = np.zeros(series, np.int64), either[:, 0].astype(np.int64), np.zeros(series, np.int64)
    for column in range(reported.shape[1]):
        told, certain, maybe = reported[:, column], sure[:, column + 1], either[:, column + 1]
        known = told != UNKNOWN
        gap = np.maximum(0, told - (certain + high + maybe)) + np.minimum(0, told - (certain + low))
        taken = told - gap - certain
        next_low = maybe - np.minimum(maybe, taken - low) - np.maximum(gap, 0)
        next_high = maybe - np.maximum(0, taken - high) - np.minimum(gap, 0)
        low = np.where(known, next_low, 0)
        high = np.where(known, next_high, high + certain + maybe)
        gap = np.where(known, gap, 0)
    return gap
