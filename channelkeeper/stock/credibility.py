"""
How far a report can be believed: five signs, each a rule of its own, and one score that chooses whom to count.

A sign is a reason to look, never a proof, and no score punishes anybody. Exact for one case here;
`credibility_signs` asks the same of many reports in arrays, and a test holds the two together.
Quantities are pieces.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from channelkeeper.stock.rules import Flow

# What each sign takes away at full strength: copied figures say nothing at all about the week, a round figure
# may be an honest estimate. Set on the drawn networks of `benchmarks credibility`.
WEIGHTS: Mapping[str, float] = {
    "copied": 0.6,
    "negative_sales": 0.5,
    "beyond_stock": 0.5,
    "jump": 0.45,
    "round": 0.4,
    "count": 0.5,
    "receipts": 0.3,
    "balance": 0.2,
}
FULL_SHARE = Decimal("0.1")  # a sign in a tenth of the lines has its full strength
COUNT_BELOW = 75  # a report with a lower score is on the list of whom to count
ROUND_LEAST_FIGURE = 20  # smaller figures are round by chance too often
ROUND_LEAST = 8  # figures to judge by
ROUND_SHARE = Decimal("0.5")  # one figure in ten ends in 0 by chance: half of eight or more hardly (4 in 1,000)
USUAL_WEEKS = 8  # a week is compared with the median of the eight before it
USUAL_LEAST = 4
LEAST_NEIGHBOURS = 4
JUMP_SPREADS = 3.5
JUMP_LEAST = math.log(1.5)  # half as much again, or a third less
LEAST_SPREAD = 0.12  # sales of a category swing an eighth from week to week without any reason
SMALLEST_PART = 0.02  # a week without sales is taken as a fiftieth of the usual one: a logarithm needs something
_MAD = 1.4826  # median absolute deviation -> standard deviation of a bell curve


@dataclass(frozen=True)
class Sign:
    """
    One reason to doubt a report.

    Attributes:
        kind: a key of `WEIGHTS`.
        strength: 0 to 1.
        figures: for its sentence `stock.sign_<kind>`.
    """

    kind: str
    strength: float
    figures: Mapping[str, Any] = field(default_factory=dict)


def sales_by_balance(flow: Flow) -> int:
    """
    Return what must have sold for the closing to be right: below 0 where more lies there than can.

    Opening + all that came in − gifts, losses and returns − closing. Negative sales, by the
    balance or as written, cannot be: goods came that nobody wrote down, or a figure is made up.

    Rule: STK-4b.
    """
    return flow.opening + flow.came_in - flow.gifts - flow.losses - flow.returns - flow.closing


def is_negative(flow: Flow) -> bool:
    """Return whether a line's sales are negative, as written or by the balance (STK-4b)."""
    return flow.sold < 0 or sales_by_balance(flow) < 0


def is_heap(figures: Sequence[int]) -> bool:
    """
    Return whether figures are heaps of round numbers: at least half of eight or more end in 0.

    Args:
        figures: sold and closing of a report's lines in the sender's unit; those below 20 tell
            nothing and are left out here.

    Rule: STK-4c.
    """
    told = [figure for figure in figures if figure >= ROUND_LEAST_FIGURE]
    ending_in_zero = sum(figure % 10 == 0 for figure in told)
    return len(told) >= ROUND_LEAST and ending_in_zero >= ROUND_SHARE * len(told)


def sold_beyond_stock(flow: Flow) -> int:
    """
    Return how many more pieces were sold than there were: opening and all that came in; 0 where it meets.

    Rule: STK-4d.
    """
    return max(0, flow.sold - (flow.opening + flow.came_in))


def change(sold: float, before: Sequence[float]) -> float | None:
    """
    Return by how much a week differs from the usual one, as a natural logarithm.

    Args:
        sold: of the week.
        before: of the known ones of the eight weeks before it.

    Returns:
        ln(sold ÷ median); None with fewer than four weeks, or where nothing sells.
    """
    usual = median(before) if len(before) >= USUAL_LEAST else 0.0
    return math.log(max(sold, SMALLEST_PART * usual) / usual) if usual > 0 else None


def spread(changes: Sequence[float]) -> float:
    """Return the robust spread of changes: 1.48 x their median distance from their median; 0 of none."""
    if not changes:
        return 0.0
    middle = median(changes)
    return _MAD * median([abs(one - middle) for one in changes])


def spreads(changes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (P,) `spread` of each row of changes (P, W); NaN is none, and no row has none but NaN."""
    middle = np.nanmedian(changes, axis=1, keepdims=True)
    return np.asarray(_MAD * np.nanmedian(np.abs(changes - middle), axis=1), dtype=np.float64)


def jump(*, own: float, own_spread: float, neighbours: Sequence[float]) -> float:
    """
    Return the part of a week's change that no neighbour shows, where it is too large for chance; else 0.

    What is left of the change when the median of the neighbours' is taken away. It is a jump if
    it is at least half as much again (or a third less) and three and a half spreads: the larger of
    the neighbours' and the own one, at least 0.12. With fewer than four neighbours nothing is said.

    Args:
        own: `change` of the week.
        own_spread: `spread` of the weeks before it.
        neighbours: `change` of the same category at the other distributors of the office.

    Rule: STK-4e.
    """
    if len(neighbours) < LEAST_NEIGHBOURS:
        return 0.0
    left = own - median(neighbours)
    return left if abs(left) >= least_jump(max(own_spread, spread(neighbours))) else 0.0


def least_jump(spread: float) -> float:
    """Return how far a change must be from its neighbours' to be a jump, at a spread (STK-4e)."""
    return max(JUMP_LEAST, JUMP_SPREADS * max(spread, LEAST_SPREAD))


def strength(lines: int, of: int) -> float:
    """Return how strong a sign in some of a report's lines is: full in a tenth of them."""
    return float(min(Decimal(1), Decimal(lines) / (FULL_SHARE * of))) if of else 0.0


def score(signs: Iterable[Sign]) -> int:
    """
    Return how far a report can be believed, 0 to 100: without a sign 100; each takes its share of what is left.

    Worked: copied figures at full strength leave 100 x (1 − 0.6) = 40; negative sales in 3 of 60
    lines have half their strength and leave 100 x (1 − 0.5 x 0.5) = 75; both leave 30.

    Rule: STK-4f.
    """
    left = 1.0
    for sign in signs:
        left *= 1 - WEIGHTS[sign.kind] * sign.strength
    return int(100 * left + 0.5)


def doubt_value(*, stock_value: Decimal, believed: int) -> Decimal:
    """
    Return the yuan of a stock that are in doubt: the part that the report's score leaves.

    The list of whom to count goes by it, the most first: ¥200,000 at a score of 40 come before
    ¥50,000 at 10.

    Rule: STK-4g.
    """
    return stock_value * (100 - believed) / 100
