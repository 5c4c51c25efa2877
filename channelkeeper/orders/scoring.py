"""
The expert record in arrays: what a line would have led to had it been followed, and what it led to as it was ordered.

Both courses begin with the stock that was reported before the arrival and meet the same demand; they differ in what
came in. `docs/algorithms/record.md` tells it in worked numbers.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from channelkeeper.stock.queries.pasts import WeekBlock
from channelkeeper.stock.rules import COVER_DAYS, DAYS_PER_WEEK

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

COVER_WEEKS = COVER_DAYS // DAYS_PER_WEEK
AFTER_READING = timedelta(days=COVER_DAYS)  # by then it has shown how long the stock of the reading lasted


class Kind(StrEnum):
    """What became of a proposed line: followed, set by staff, changed or declined by the distributor, or never sent."""

    FOLLOWED = "followed"
    EDITED = "edited"
    CHANGED = "changed"
    DECLINED = "declined"
    NOT_SENT = "not_sent"


class Right(StrEnum):
    """Who came out better: the proposal, or whoever ordered otherwise; even within a case; mixed where each in one."""

    PROPOSAL = "proposal"
    ORDER = "order"
    EVEN = "even"
    MIXED = "mixed"


@dataclass(frozen=True)
class Lines:
    """
    L order lines of one closed week, as they were known then.

    Fields:
        row: (L,) its series in the block.
        first: the column of the week in which the orders were placed.
        arrival, reading: (L,) columns of the week of arrival and of the one whose close is the reading.
        proposed, units: (L,) pieces as proposed, and as the order stood in the end.
        sent: (L,) whether the order left.
        road: (L,) pieces on the road then, due by the reading.
        expected: (L,) pieces a week that were expected between arrival and reading.
        expected_after: (L,) pieces a week that were expected after the reading.
        high_days: (L,) the top of the band.
        case: (L,) pieces in a case.
    """

    row: Codes
    first: int
    arrival: Codes
    reading: Codes
    proposed: Amounts
    units: Amounts
    sent: Flags
    road: Amounts
    expected: Amounts
    expected_after: Amounts
    high_days: Amounts
    case: Amounts


@dataclass(frozen=True)
class Course:
    """
    What one way of ordering came to, (L,) pieces and days.

    Fields:
        missed: demand between arrival and reading that stock did not serve.
        stock: at the reading.
        excess: of it, above the top of the band.
        days: it lasted, by what the 28 days after really asked for; NaN where they asked for nothing.
    """

    missed: Amounts
    stock: Amounts
    excess: Amounts
    days: Amounts


@dataclass(frozen=True)
class Scored:
    """
    What L lines came to.

    Fields:
        known: (L,) whether every week that the score rests on is reported; nothing else holds where it is not.
        ordered: (L,) pieces that really took the proposal's place.
        followed, really: had it been followed, and as it was ordered.
        at_least: (L,) whether a week ran out, so that demand is known from below only.
    """

    known: Flags
    ordered: Amounts
    followed: Course
    really: Course
    at_least: Flags


@dataclass(frozen=True)
class _Window:
    """The weeks of the lines that arrive and are read in the same weeks."""

    before: Amounts  # (L,) stock at the close before the arrival
    received_before: Amounts  # (L,) what came between the close that was proposed on and the arrival
    received: Amounts  # (L, R) in the weeks from arrival to reading
    closing: Amounts  # (L, R)
    other: Amounts  # (L, R) what else moved the stock
    sold: Amounts  # (L, R)
    demand: Amounts  # (L, R)
    after: Amounts  # (L,) pieces a day in the 28 days after the reading
    known: Flags
    at_least: Flags


def score(lines: Lines, block: WeekBlock) -> Scored:
    """
    Return what lines came to.

    Args:
        lines: of one closed week.
        block: the weeks of their series.

    Rule: LEV-1a.
    """
    count = lines.row.size
    scored = Scored(
        np.zeros(count, dtype=np.bool_), np.zeros(count), _blank(count), _blank(count), np.zeros(count, dtype=np.bool_)
    )
    for arrival, reading in sorted(set(zip(lines.arrival.tolist(), lines.reading.tolist(), strict=True))):
        if reading + COVER_WEEKS >= block.count or arrival < 1:
            continue
        chosen = np.nonzero((lines.arrival == arrival) & (lines.reading == reading))[0]
        _score_alike(lines, block, chosen, arrival, reading, scored)
    return scored


def right(lines: Lines, scored: Scored) -> list[Right]:
    """
    Return who came out better, line by line: in pieces missed and in pieces above the band, each from a case on.

    Rule: LEV-1c.
    """
    missed = _side(scored.really.missed - scored.followed.missed, lines.case)
    excess = _side(scored.really.excess - scored.followed.excess, lines.case)
    return [_judged(one, other) for one, other in zip(missed.tolist(), excess.tolist(), strict=True)]


def _judged(missed: int, excess: int) -> Right:
    if missed == excess == 0:
        return Right.EVEN
    if min(missed, excess) >= 0:
        return Right.PROPOSAL
    return Right.ORDER if max(missed, excess) <= 0 else Right.MIXED


def _side(difference: Amounts, case: Amounts) -> Codes:
    """Return 1 where the proposal did better by a case or more, -1 where the order did, else 0."""
    clear = np.abs(difference) >= case  # never where a figure is unknown
    return np.where(clear, np.sign(np.where(clear, difference, 0)), 0).astype(np.int64)


def _score_alike(lines: Lines, block: WeekBlock, chosen: Codes, arrival: int, reading: int, scored: Scored) -> None:
    """Fill in the lines that arrive and are read in the same weeks."""
    seen = _window(lines, block, chosen, arrival, reading)
    ordered, received = _instead(lines, chosen, seen)
    really = _course(
        missed=(seen.demand - seen.sold).sum(1),
        stock=seen.closing[:, -1],
        after=seen.after,
        high_days=lines.high_days[chosen],
    )
    missed, stock = _played(seen, received)
    followed = _course(missed=missed, stock=stock, after=seen.after, high_days=lines.high_days[chosen])
    scored.known[chosen] = seen.known
    scored.at_least[chosen] = seen.at_least
    scored.ordered[chosen] = ordered
    for target, found in ((scored.followed, followed), (scored.really, really)):
        for name in ("missed", "stock", "excess", "days"):
            getattr(target, name)[chosen] = getattr(found, name)


def _window(lines: Lines, block: WeekBlock, chosen: Codes, arrival: int, reading: int) -> _Window:
    row, weeks, after = lines.row[chosen], slice(arrival, reading + 1), slice(reading + 1, reading + 1 + COVER_WEEKS)
    sold, out = block.sold[row, weeks], block.out[row, weeks]
    closing, received = block.closing[row, weeks], block.received[row, weeks]
    before = block.closing[row, arrival - 1]
    opening = np.concatenate([before[:, None], closing[:, :-1]], axis=1)
    sold_after, out_after = block.sold[row, after], block.out[row, after]
    demand_after = _demand(sold_after, out_after, lines.expected_after[chosen])
    received_before = block.received[row, lines.first : arrival].sum(1)
    whole = np.concatenate([sold, closing, received, sold_after], axis=1)
    return _Window(
        before=before,
        received_before=received_before,
        received=received,
        closing=closing,
        other=closing - opening - received + sold,
        sold=sold,
        demand=_demand(sold, out, lines.expected[chosen]),
        after=demand_after.sum(1) / COVER_DAYS,
        known=np.asarray(np.isfinite(whole).all(1) & np.isfinite(before + received_before), dtype=np.bool_),
        at_least=np.asarray(out.any(1) | out_after.any(1), dtype=np.bool_),
    )


def _demand(sold: Amounts, out: Flags, expected: Amounts) -> Amounts:
    """Return what was asked for: what was sold; in weeks that ran out what was expected, where that is more."""
    return np.where(out, np.maximum(sold, expected[:, None]), sold)


def _instead(lines: Lines, chosen: Codes, seen: _Window) -> tuple[Amounts, Amounts]:
    """
    Return (L,) the pieces that really took the proposal's place, and (L, R) what would have come had it been followed.

    An order that left came as it came, late or short: followed, it would have come likewise, with the proposed
    quantity. Where none left, what came from the arrival on, beyond what was on the road before, is what the
    distributor ordered otherwise; the proposal stands in its place.

    Rule: LEV-1b.
    """
    proposed, units, sent = lines.proposed[chosen], lines.units[chosen], lines.sent[chosen]
    came = seen.received.sum(1)
    of_road = np.minimum(np.maximum(lines.road[chosen] - seen.received_before, 0), came)
    ordered = np.where(sent, units, came - of_road)
    total = np.where(sent, np.maximum(came + proposed - units, 0), of_road + proposed)
    # The sum comes as the goods did, week for week; where none came, in the week of arrival.
    first = np.zeros(seen.received.shape)
    first[:, 0] = 1
    share = np.where((came > 0)[:, None], seen.received / np.where(came > 0, came, 1)[:, None], first)
    return ordered, share * total[:, None]


def _played(seen: _Window, received: Amounts) -> tuple[Amounts, Amounts]:
    """Return (L,) demand missed and the stock at the reading, had this come in instead."""
    stock, missed = seen.before, np.zeros(seen.before.shape)
    for week in range(received.shape[1]):
        there = stock + received[:, week]
        served = np.minimum(there, seen.demand[:, week])
        missed += seen.demand[:, week] - served
        stock = np.maximum(there - served + seen.other[:, week], 0)
    return missed, stock


def _course(*, missed: Amounts, stock: Amounts, after: Amounts, high_days: Amounts) -> Course:
    days = np.full(stock.shape, np.nan)
    np.divide(stock, after, out=days, where=after > 0)
    return Course(missed, stock, np.maximum(stock - high_days * after, 0), days)


def _blank(count: int) -> Course:
    return Course(*(np.zeros(count) for _ in range(4)))
