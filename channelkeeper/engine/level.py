"""
The level of each series: what it sells in a week without season, festival and promotion.

It is the mean of a fast and a slow exponential mean over the weeks that are known. All weights depend on which weeks
are known, never on what was sold in them, so the level rises with every single week's sales: to know less of a bad
week can only raise it.
"""

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import block
from channelkeeper.engine.compiled import BLOCK_SERIES, inline, loop

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Weights of the newest week in the fast and the slow mean, and how far above its level a week is believed, in
# multiples of the larger of level and mean week with sales. Chosen on rolling origins (docs/algorithms/forecast.md).
FAST, SLOW = 0.20, 0.08
BELIEVED = 1.5
# The weeks that the page calls "the last four weeks".
TRAILING = 4
# Errors are weighed over about half a year.
ERROR_DECAY = 0.96

# Rows of the state of a block.
FAST_SUM, FAST_WEIGHT, SLOW_SUM, SLOW_WEIGHT, SALE_SUM, SALE_WEIGHT = range(6)
BEGUN, ERROR, SCALE, SEEN, STATES = range(6, 11)


@loop
def levels(
    sold_units: Amounts,
    censored: Flags,
    product: Codes,
    promotion: Amounts,
    inverse: Amounts,
    beta: Amounts,
    first: int,
    last: int,
    level: Amounts,
    error: Amounts,
    seen: Amounts,
    lifted: Amounts,
) -> None:
    """
    Find the level and its error for the series `first` to `last` - 1.

    Args:
        sold_units, censored, product, promotion: as in `History`, promotion (K, S, >= W).
        inverse: (P, W) 1 / (season x festival).
        beta: (P, K) log uplift at intensity 1.
        level: (S,) filled with units per plain week.
        error: (S,) filled with the mean square of a week's relative error; NaN where nothing sold.
        seen: (S,) filled with how many recent weeks that rests on.
        lifted: (S, TRAILING) filled with demand in the last weeks: what was sold, or in a week out of stock at least
            what was expected; NaN where unknown.
    """
    weeks = sold_units.shape[1]
    units, known = np.empty((weeks, BLOCK_SERIES)), np.empty((weeks, BLOCK_SERIES))
    lacking, inverses = np.empty((weeks, BLOCK_SERIES)), np.empty((weeks, BLOCK_SERIES))
    rests, state = np.empty((weeks, BLOCK_SERIES)), np.empty((STATES, BLOCK_SERIES))
    demand = np.empty((TRAILING, BLOCK_SERIES))
    for start in range(first, last, BLOCK_SERIES):
        count = min(BLOCK_SERIES, last - start)
        block.read(sold_units, censored, start, count, units, known, lacking)
        block.spread_factors(inverse, product, start, count, inverses)
        block.spread_rests(promotion, beta, product, start, count, rests)
        _run(units, known, lacking, inverses, rests, state, demand)
        _finish(state, demand, start, count, level, error, seen, lifted)


@loop
def _run(
    units: Amounts, known: Amounts, lacking: Amounts, inverses: Amounts, rests: Amounts, state: Amounts, demand: Amounts
) -> None:
    """Walk the weeks of one block, oldest first."""
    state[:, :] = 0.0
    demand[:, :] = np.nan
    weeks = units.shape[0]
    for week in range(weeks):
        slot = week - weeks + TRAILING
        if slot >= 0:
            _lift(units[week], known[week], lacking[week], inverses[week], rests[week], state, demand[slot])
        _step(
            units[week],
            known[week],
            lacking[week],
            inverses[week],
            rests[week],
            state[FAST_SUM],
            state[FAST_WEIGHT],
            state[SLOW_SUM],
            state[SLOW_WEIGHT],
            state[SALE_SUM],
            state[SALE_WEIGHT],
            state[BEGUN],
            state[ERROR],
            state[SCALE],
            state[SEEN],
        )


@loop
def _lift(
    units: Amounts, known: Amounts, lacking: Amounts, inverses: Amounts, rests: Amounts, state: Amounts, demand: Amounts
) -> None:
    """Write the demand of one week, before it moves the level."""
    for place in range(units.shape[0]):
        expected = _level(state, place) / (inverses[place] * rests[place])
        sold = max(units[place], expected) if lacking[place] > 0 else units[place]
        demand[place] = sold if known[place] > 0 else np.nan


@inline
def _level(state: Amounts, place: int) -> float:
    """Return the level of one series of a block; 0 before anything is known."""
    level = 0.0
    if state[FAST_WEIGHT, place] > 0:
        fast = state[FAST_SUM, place] / state[FAST_WEIGHT, place]
        slow = state[SLOW_SUM, place] / state[SLOW_WEIGHT, place]
        level = 0.5 * (fast + slow)
    return level


@loop
def _step(
    units: Amounts,
    known: Amounts,
    lacking: Amounts,
    inverses: Amounts,
    rests: Amounts,
    fast_sum: Amounts,
    fast_weight: Amounts,
    slow_sum: Amounts,
    slow_weight: Amounts,
    sale_sum: Amounts,
    sale_weight: Amounts,
    begun: Amounts,
    error: Amounts,
    scale: Amounts,
    seen: Amounts,
) -> None:
    """Let one week move the level of every series of a block: (B,) each; plain selects, so that it becomes vectors."""
    for place in range(units.shape[0]):
        plain = units[place] * inverses[place] * rests[place]
        started, sold = fast_weight[place] > 0, sale_weight[place] > 0
        # Three means with one division: division is what this loop would spend its time on.
        one, two, three = (
            fast_weight[place] if started else 1.0,
            slow_weight[place] if started else 1.0,
            sale_weight[place] if sold else 1.0,
        )
        share = 1.0 / (one * two * three)
        fast = fast_sum[place] * two * three * share if started else plain
        slow = slow_sum[place] * one * three * share if started else plain
        usual = sale_sum[place] * one * two * share if sold else 1e300
        # Weeks out of stock before the first one in stock only say "at least": they rise to what that one shows.
        short, first = lacking[place] > 0, begun[place] == 0.0
        shown = plain if first and known[place] > 0 and not short else 0.0
        fast, slow = max(fast, shown), max(slow, shown)
        # Out of stock: demand was at least what was sold, so it counts as the level where that is more.
        fast_plain = max(plain, fast) if short else plain
        slow_plain = max(plain, slow) if short else plain
        fast_plain = min(fast_plain, fast + BELIEVED * max(fast, usual))
        slow_plain = min(slow_plain, slow + BELIEVED * max(slow, usual))
        # The more a promotion lifts a week, the less the week says about the plain level.
        weight = known[place] * min(rests[place], 1.0)
        off = 0.5 * (fast + slow) - slow_plain
        judged = 0.0 if short or first else weight
        error[place] = ERROR_DECAY * error[place] + judged * off * off
        scale[place] = ERROR_DECAY * scale[place] + judged * 0.25 * (fast + slow) * (fast + slow)
        seen[place] = ERROR_DECAY * seen[place] + judged
        fast_sum[place] = (1 - FAST) * fast_weight[place] * fast + weight * fast_plain
        fast_weight[place] = (1 - FAST) * fast_weight[place] + weight
        slow_sum[place] = (1 - SLOW) * slow_weight[place] * slow + weight * slow_plain
        slow_weight[place] = (1 - SLOW) * slow_weight[place] + weight
        begun[place] += 0.0 if short else known[place]
        # What was sold out of stock does not say what a usual week is.
        sale = weight if plain > 0 and not short else 0.0
        sale_sum[place] += sale * slow_plain
        sale_weight[place] += sale


@loop
def _finish(
    state: Amounts,
    demand: Amounts,
    start: int,
    count: int,
    level: Amounts,
    error: Amounts,
    seen: Amounts,
    lifted: Amounts,
) -> None:
    """Hand the state of a block to its series."""
    for place in range(count):
        row = start + place
        level[row] = _level(state, place)
        error[row] = state[ERROR, place] / state[SCALE, place] if state[SCALE, place] > 0 else np.nan
        seen[row] = state[SEEN, place]
        for week in range(TRAILING):
            lifted[row, week] = demand[week, place]
