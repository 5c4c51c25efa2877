"""
Sell-in of the time before the reports: what is expected to sell until eight weekly reports are in.

What a distributor bought is what it sold, but later and in lumps: a month's is spread over its weeks, a week's over
the weeks around it. Pure; pieces.
"""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from channelkeeper.core import weeks

OLDEST_WEEKS = 156  # three years: what the engine looks back over
SMOOTHED_WEEKS = 8  # orders come every one to four weeks: the mean of eight holds two of the slowest
_PIECES = np.dtype("<i4")

Amounts = npt.NDArray[np.float64]


def weeks_of_month(month: date) -> list[date]:
    """Return the Mondays of the weeks that belong to a month: those whose Thursday lies in it, four or five."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    first = weeks.monday_of(month.replace(day=1))
    found = weeks.span(first, weeks.monday_of(after))
    thursdays = timedelta(days=3)
    return [week for week in found if month.replace(day=1) <= week + thursdays < after]


def spread(units: int, over: int) -> list[int]:
    """
    Return whole pieces that add up to `units`, spread evenly.

    >>> spread(10, 4)
    [2, 3, 2, 3]
    """
    edges = [units * place // over for place in range(over + 1)]
    return [after - before for before, after in itertools.pairwise(edges)]


def pack(by_week: Mapping[date, int]) -> tuple[date, bytes]:
    """Return the first week and the packed pieces of the weeks from there on; weeks in between without any are 0."""
    first, last = min(by_week), max(by_week)
    units = [by_week.get(week, 0) for week in weeks.span(first, last)]
    return first, np.array(units, dtype=_PIECES).tobytes()


def unpack(first_week: date, units: bytes | memoryview) -> dict[date, int]:
    """Return the pieces by week."""
    found = np.frombuffer(units, dtype=_PIECES).tolist()
    return {weeks.shift(first_week, place): one for place, one in enumerate(found)}


def smoothed(units: Sequence[int] | npt.NDArray[np.int32]) -> Amounts:
    """
    Return what weekly sell-in says of weekly sell-out: the mean of the week and the seven before it.

    What is bought today is sold in the weeks after. At the beginning of as many weeks as there are.
    """
    sums = np.concatenate([[0.0], np.cumsum(np.asarray(units, dtype=np.float64))])
    ends = np.arange(1, len(sums))
    starts = np.maximum(ends - SMOOTHED_WEEKS, 0)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts), dtype=np.float64)
