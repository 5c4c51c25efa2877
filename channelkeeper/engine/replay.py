"""
What would have been: an order policy played over the weeks that really came, and what it came to.

A policy sees what was known at the start of a week and no more: its own stock, the goods on the road, and an
expectation that the caller makes from the weeks before. `docs/algorithms/replay.md` tells it in worked numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import checks, order

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# What to order at the start of a week: (week, stock (S,), arrivals (S, H) by coming week) -> (S,) units.
Policy = Callable[[int, Amounts, Amounts], Amounts]
# What a week's start expects: week -> (S, H) units per coming week, NaN in a row where nothing can be said.
Expect = Callable[[int], Amounts]


@dataclass(frozen=True)
class Path:
    """
    How N weeks went for S series, (S, N) units.

    Fields:
        stock: at the week's end; NaN before a series is there.
        lost: demand that was not served; 0 before a series is there.
        ordered: at the start of the week.
        received: in the week, before its sales.
    """

    stock: Amounts
    lost: Amounts
    ordered: Amounts
    received: Amounts


@dataclass(frozen=True)
class Terms:
    """
    The rule of a band for S series.

    Fields:
        low_days, high_days: (S,) the band, 0 < low < high.
        lead_weeks: (S,) Sunday closes between order and arrival; 0 = there at the start of the week.
        review_weeks: weeks from one order to the next, >= 1.
        units_per_case, min_order_cases: (S,).
        shelf_life_days: (S,) NaN where goods keep.
        orderable: (S, N) whether a series may be ordered in a week.
    """

    low_days: Amounts
    high_days: Amounts
    lead_weeks: Codes
    review_weeks: int
    units_per_case: Codes
    min_order_cases: Codes
    shelf_life_days: Amounts
    orderable: Flags

    @property
    def horizon_weeks(self) -> int:
        """How many coming weeks the rule must know the expectation of."""
        return order.horizon_weeks(self.lead_weeks, self.review_weeks)


@dataclass(frozen=True)
class Figures:
    """
    What a path came to, for S series over N weeks.

    Fields:
        days: (S, N) stock over the mean day of the four weeks that followed; NaN where none sold or none is known.
        judged, inside, below, above: (S,) weeks with days, and of them by the band, both ends inside.
        out: (S,) weeks that ended without stock although there was demand.
        lost_units: (S,) demand not served.
        mean_days: (S,) over the judged weeks; NaN without any.
        mean_units: (S,) stock at a week's end; NaN without any.
        above_units: (S,) mean stock beyond the top of the band, over the judged weeks; 0 without any.
        swing: (S,) variance of orders over that of demand; NaN where demand never changed.
    """

    days: Amounts
    judged: Codes
    inside: Codes
    below: Codes
    above: Codes
    out: Codes
    lost_units: Amounts
    mean_days: Amounts
    mean_units: Amounts
    above_units: Amounts
    swing: Amounts


def demand(*, sold: Amounts, out: Flags, expected: Amounts) -> Amounts:
    """
    Return what would have sold had there been stock.

    In stock it is what was sold. In a week that ran out demand was at least that (STK-6), and is taken as what was
    expected at the close before where that is more: given that it was at least what was sold, it is on average no
    less. In a week without a report it is what was expected.

    Args:
        sold: (S, N) units; NaN without a report.
        out: (S, N) weeks that ran out.
        expected: (S, N) units, each as of the close before its week.
    """
    return np.asarray(np.where(np.isnan(sold), expected, np.where(out, np.fmax(sold, expected), sold)))


def play(
    *,
    demand_units: Amounts,
    opening: Amounts,
    incoming: Amounts,
    lead_weeks: Codes,
    horizon_weeks: int,
    policy: Policy,
    other: Amounts | None = None,
    entering: Amounts | None = None,
) -> Path:
    """
    Return how the weeks would have gone under a policy.

    Each week: order on the stock of last week's close and the goods on the road; what arrives is there before the
    week's sales; what is not there is lost, not owed. Goods ordered before the first week arrive as they really did.

    Args:
        demand_units: (S, N) per week.
        opening: (S,) stock before the first week; NaN where a series is not there yet.
        incoming: (S, N) what really arrived: it counts in the weeks that an order of the first week is too late for.
        lead_weeks: (S,) weeks from order to arrival, >= 0.
        horizon_weeks: H, how many weeks of arrivals the policy sees.
        policy: what to order.
        other: (S, N) what else came in or went out (gifts, losses, returns), signed; nothing by default.
        entering: (S, N) stock with which a series that was not there enters at a week's end; NaN where it does not.

    Raises:
        ValueError: a shape does not fit.
    """
    series, count = demand_units.shape
    checks.shape("opening", opening, (series,))
    checks.shape("incoming", incoming, (series, count))
    road = np.zeros((series, count + max(horizon_weeks, int(lead_weeks.max(initial=0)) + 1)))
    here = ~np.isnan(opening)
    road[:, :count] = np.where(here[:, None] & (np.arange(count) < lead_weeks[:, None]), incoming, 0)
    stock = opening.copy()
    path = Path(*(np.zeros((series, count)) for _ in range(4)))
    rows = np.arange(series)
    for week in range(count):
        units = np.where(here, policy(week, np.where(here, stock, 0), road[:, week : week + horizon_weeks]), 0)
        road[rows, week + lead_weeks] += units
        there = stock + road[:, week]
        served = np.minimum(there, demand_units[:, week])
        stock = np.maximum(there - served + (0 if other is None else other[:, week]), 0)
        path.lost[:, week] = np.where(here, demand_units[:, week] - served, 0)
        path.received[:, week] = np.where(here, road[:, week], incoming[:, week])
        path.ordered[:, week] = units
        if entering is not None:
            fresh = ~here & ~np.isnan(entering[:, week])
            stock = np.where(fresh, entering[:, week], stock)
            _enter(road, incoming, np.nonzero(fresh)[0], week + 1, lead_weeks)
            here |= fresh
        path.stock[:, week] = stock
    return path


def _enter(road: Amounts, incoming: Amounts, fresh: Codes, week: int, lead_weeks: Codes) -> None:
    """Put on the road of series that have just come what was ordered for them before the rule took over."""
    for row in fresh:
        until = min(week + int(lead_weeks[row]), incoming.shape[1])
        road[row, week:until] += incoming[row, week:until]


def band(terms: Terms, expect: Expect) -> Policy:
    """Return the rule of the band as a policy: orders at each review, nothing where nothing can be said."""

    def ordered(week: int, stock: Amounts, arrivals: Amounts) -> Amounts:
        if week % terms.review_weeks:
            return np.zeros(stock.size)
        expected = expect(week)
        known: Flags = np.asarray(np.isfinite(expected).all(axis=1), dtype=np.bool_)
        width = terms.horizon_weeks
        found = order.propose(
            mean_units=np.where(known[:, None], expected, 0.0)[:, :width],
            on_hand=stock,
            arrivals=arrivals[:, :width],
            lead_weeks=terms.lead_weeks,
            review_weeks=terms.review_weeks,
            low_days=terms.low_days,
            high_days=terms.high_days,
            units_per_case=terms.units_per_case,
            min_order_cases=terms.min_order_cases,
            shelf_life_days=terms.shelf_life_days,
            orderable=known & terms.orderable[:, week],
        )
        return found.units

    return ordered


def following_per_day(demand_units: Amounts) -> Amounts:
    """
    Return (S, N) the mean units per day of the four weeks after each week.

    Args:
        demand_units: (S, N + 4) per week.
    """
    count = demand_units.shape[1] - order.COVER_WEEKS
    coming = np.lib.stride_tricks.sliding_window_view(demand_units[:, 1:], order.COVER_WEEKS, axis=1)
    return np.asarray(coming[:, :count].sum(axis=2) / order.COVER_DAYS)


def measure(path: Path, *, demand_units: Amounts, low_days: Amounts, high_days: Amounts) -> Figures:
    """
    Return what a path came to.

    Args:
        path: of N weeks.
        demand_units: (S, N + 4) per week; the last four may be what is expected where they are not over.
        low_days, high_days: (S,) the band.
    """
    count = path.stock.shape[1]
    checks.shape("demand_units", demand_units, (path.stock.shape[0], count + order.COVER_WEEKS))
    per_day = following_per_day(demand_units)
    days = np.full(path.stock.shape, np.nan)
    np.divide(path.stock, per_day, out=days, where=per_day > 0)
    known: Flags = np.asarray(np.isfinite(days), dtype=np.bool_)
    there: Flags = np.asarray(np.isfinite(path.stock), dtype=np.bool_)
    below, above = known & (days < low_days[:, None]), known & (days > high_days[:, None])
    excess = np.where(known, np.maximum(path.stock - high_days[:, None] * per_day, 0), 0)
    out = there & (path.stock <= 0) & (demand_units[:, :count] > 0)
    return Figures(
        days=days,
        judged=known.sum(1),
        inside=(known & ~below & ~above).sum(1),
        below=below.sum(1),
        above=above.sum(1),
        out=out.sum(1),
        lost_units=path.lost.sum(1),
        mean_days=_mean(days, known),
        mean_units=_mean(path.stock, there),
        above_units=np.nan_to_num(_mean(excess, known)),
        swing=swing(path.ordered, demand_units[:, :count]),
    )


def total_days(stock: Amounts, per_day: Amounts, price: Amounts) -> Amounts:
    """Return (N,) the days of all series together: Σ stock x price ÷ Σ per day x price; NaN where nothing sells."""
    known = np.isfinite(stock)
    held = (np.where(known, stock, 0) * price[:, None]).sum(0)
    pace = (np.where(known, per_day, 0) * price[:, None]).sum(0)
    return np.asarray(np.divide(held, pace, out=np.full(held.shape, np.nan), where=pace > 0))


def swing(ordered: Amounts, demand_units: Amounts) -> Amounts:
    """
    Return (S,) how strongly orders vary for each unit that demand varies: the ratio of their variances (bullwhip).

    NaN where demand never changed, but for the last digits of a float.

    Args:
        ordered, demand_units: (S, N).
    """
    spread = demand_units.var(1)
    changed = spread > 1e-9 * demand_units.mean(1) ** 2
    return np.asarray(np.divide(ordered.var(1), spread, out=np.full(spread.shape, np.nan), where=changed))


def _mean(values: Amounts, known: Flags) -> Amounts:
    """Return (S,) the mean of the known values; NaN without any."""
    number = known.sum(1)
    total = np.where(known, values, 0).sum(1)
    return np.asarray(np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0))
