"""
Where the products of a distributor stood at a close, as it is kept for ever: one packed content per close.

One record per product, by its key. What follows from others (what can be sold, days) is reckoned when it is read, from
the very figures that the close had.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from channelkeeper.stock import packed
from channelkeeper.stock.packed import Buffer, Records
from channelkeeper.stock.rules import Band

CAUSES = ("season", "festival", "promotion", "trend", "stock_out")
BANDS = (Band.BELOW, Band.INSIDE, Band.ABOVE, Band.NONE)  # `band` is a place in it
PRICE_PLACES = 4
HORIZON_WEEKS = 14
_PACE_WEEKS = 4

_COLUMNS: tuple[tuple[str, str], ...] = (
    ("product_id", "<i4"),
    ("on_hand_units", "<i4"),  # pieces at the Sunday close
    ("low_units", "<i4"),  # of the estimate; equal to on_hand_units where reported
    ("high_units", "<i4"),
    ("expiring_units", "<i4"),  # of those at hand, what will expire before its turn (STK-1c)
    ("near_expiry_units", "<i4"),  # as last reported
    ("road_units", "<i4"),
    ("estimated", "|b1"),  # no report for the week: stock carried on by expectation
    ("uncertain", "|b1"),  # fewer than eight weekly reports: the expectation is a guess
    ("from_sell_in", "|b1"),  # and comes from what was bought before the reports
    ("band", "|u1"),  # judged once, on unrounded days
    ("price", "<i8"),  # 1/10,000 yuan per piece on the Sunday of the close
    ("per_day", "<f8"),  # mean expected units per day over the 28 days after the close
    ("trailing_per_day", "<f8"),  # mean over the last 28 days, as reported
    ("short_units", "<f8"),  # expected to be missed before an order of today arrives
    ("above_units", "<f8"),  # above the band's top
    ("low_days", "<f8"),
    ("high_days", "<f8"),
    ("spread", "<f4"),  # relative error of one week
    # Why the coming four weeks differ from the last four: natural logarithms, their sum is the whole change.
    *((cause, "<f4") for cause in CAUSES),
)


@lru_cache(maxsize=16)
def record_type(horizon_weeks: int = HORIZON_WEEKS) -> np.dtype[np.void]:
    """Return the structure of a record; `expected` are units per coming week."""
    return np.dtype([*_COLUMNS, ("expected", "<f4", (horizon_weeks,))])


def blank(count: int, *, horizon_weeks: int = HORIZON_WEEKS) -> Records:
    """Return records in which everything is 0."""
    return np.zeros(count, dtype=record_type(horizon_weeks))


def pack(records: Records, counts: Sequence[int]) -> list[bytes]:
    """
    Return the packed contents of several distributors.

    Args:
        records: of all, those of a distributor together.
        counts: how many each has, in their order; may be 0.
    """
    ends = np.cumsum(np.asarray(counts, dtype=np.int64))
    return [packed.pack_records(records[end - count : end]) for end, count in zip(ends.tolist(), counts, strict=True)]


def unpack(contents: Sequence[Buffer]) -> tuple[Records, list[int]]:
    """
    Return the records of several contents one after the other, and how many each has.

    Contents of other columns or another horizon are brought to today's: a column they lack is 0, and beyond their
    horizon it goes on at the pace of its last four weeks.
    """
    found = [packed.read_records(content) for content in contents]
    counts = [one.size for one in found]
    wanted = record_type(max((one.dtype["expected"].shape[0] for one in found), default=HORIZON_WEEKS))
    records = np.empty(sum(counts), dtype=wanted)
    start = 0
    for one in found:
        records[start : start + one.size] = one if one.dtype == wanted else _adapted(one, wanted)
        start += one.size
    return records, counts


def sellable_units(records: Records) -> npt.NDArray[np.int64]:
    """Return (S,) pieces at hand that will not expire before their turn (STK-1c)."""
    left = records["on_hand_units"].astype(np.int64) - records["expiring_units"]
    return np.asarray(np.maximum(left, 0), dtype=np.int64)


def days(records: Records, per_day: str = "per_day") -> npt.NDArray[np.float64]:
    """Return (S,) inventory days, not rounded, on one of the two paces; NaN where there is no figure (STK-1)."""
    pace = records[per_day]
    found = np.full(records.shape, np.nan)
    np.divide(sellable_units(records), pace, out=found, where=pace > 0)
    return found


def _adapted(records: Records, wanted: np.dtype[np.void]) -> Records:
    adapted = np.zeros(records.size, dtype=wanted)
    known = [name for name in records.dtype.names or () if name in (wanted.names or ()) and name != "expected"]
    for name in known:
        adapted[name] = records[name]
    expected = records["expected"]
    width = expected.shape[1]
    adapted["expected"][:, :width] = expected
    adapted["expected"][:, width:] = expected[:, -_PACE_WEEKS:].mean(axis=1, keepdims=True)
    return adapted
