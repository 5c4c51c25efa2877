"""
The first kernel: what each series is expected to sell in the coming weeks, how sure that is, and why it changes.

`docs/algorithms/forecast.md` derives it; `pools.fit_pools` learns what series share. A better engine may stand behind
the same function.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import gamma, level, uplift
from channelkeeper.engine.compiled import BLOCK_SERIES
from channelkeeper.engine.history import History
from channelkeeper.engine.pools import Pools, fit_pools
from channelkeeper.engine.season import Calendar

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# The window in which a change is explained: the weeks that inventory days look at.
NEXT = 4
# A series' own error counts fully after about this many weeks.
ERROR_WEEKS = 4.0
LEAST_SPREAD, MOST_SPREAD = 0.02, 5.0


@dataclass(frozen=True)
class Forecast:
    """
    What S series are expected to sell over H coming weeks.

    Fields:
        mean_units: (S, H) expected demand per coming week.
        spread: (S,) standard deviation of one week's demand over its mean.
        trailing_units: (S,) mean demand per week over the last four weeks: weeks out of stock count with at least
            what was expected, unknown weeks are left out; 0 where all four are unknown.
        season, festival, promotion, trend, level: (S,) natural log of the change from the trailing weeks to the mean
            of the next four, by part; they sum to log(next / trailing). All 0 where either is 0. `trend` is what the
            product does everywhere; `level` is what is left: by how much the trailing weeks happened to lie below
            the series' own level.
        stock_out: (S,) natural log of trailing_units over what was really sold per known week of the last four.
    """

    mean_units: Amounts
    spread: Amounts
    trailing_units: Amounts
    season: Amounts
    festival: Amounts
    promotion: Amounts
    trend: Amounts
    level: Amounts
    stock_out: Amounts

    def quantile(self, probability: float) -> Amounts:
        """
        Return (S, H) the units that demand of a week stays below with the given probability.

        Raises:
            ValueError: the probability is not strictly between 0 and 1.
        """
        return gamma.quantiles(self.mean_units, self.spread, probability)


def forecast(history: History, *, horizon_weeks: int, pools: Pools | None = None, threads: int = 1) -> Forecast:
    """
    Return what each series is expected to sell.

    Args:
        history: the past, and the promotions known for the coming weeks; weeks beyond them have none.
        horizon_weeks: H >= 1, how many coming weeks.
        pools: what series share, learned from this or a larger history; by default from this one.
        threads: how many threads share the series.

    Returns:
        The forecast; 0 where nothing ever sold or nothing is known.

    Raises:
        ValueError: the horizon or the threads are below 1, or the pools miss a product or a kind of promotion.
    """
    if horizon_weeks < 1:
        raise ValueError(f"horizon_weeks is {horizon_weeks}; a forecast looks at least one week ahead.")
    shared = fit_pools(history) if pools is None else pools
    _check_pools(history, shared)
    past = Calendar.of(history, 0, history.weeks)
    ahead = Calendar.of(history, history.weeks, horizon_weeks)
    found = _levels(history, shared, past, threads)
    coming = _Weeks.of(history, shared, ahead, history.weeks)
    mean = found.level[:, None] * np.exp(shared.trend[history.product])[:, None] * coming.factors()
    return _explain(history, shared, past, found, coming, mean)


@dataclass(frozen=True)
class _Found:
    """What the kernel finds, see `level.levels`."""

    level: Amounts
    error: Amounts
    seen: Amounts
    lifted: Amounts


@dataclass(frozen=True)
class _Weeks:
    """(S, weeks) multipliers of some weeks, by part."""

    season: Amounts
    festival: Amounts
    promotion: Amounts

    @staticmethod
    def of(history: History, pools: Pools, calendar: Calendar, start: int) -> "_Weeks":
        weeks = calendar.slot.size
        return _Weeks(
            pools.indices.seasons(calendar)[history.product],
            pools.indices.feasts(calendar)[history.product],
            _lifts(history, pools, start, weeks),
        )

    def factors(self) -> Amounts:
        return self.season * self.festival * self.promotion


def _check_pools(history: History, pools: Pools) -> None:
    products, kinds = pools.uplift.shape
    if history.products > products:
        raise ValueError(f"The pools know {products} products; the history has product {history.products - 1}.")
    if history.kinds != kinds:
        raise ValueError(f"The pools know {kinds} kinds of promotion; the history has {history.kinds}.")


def _levels(history: History, pools: Pools, past: Calendar, threads: int) -> _Found:
    if threads < 1:
        raise ValueError(f"threads is {threads}; at least one must work.")
    series = history.series
    found = _Found(np.empty(series), np.empty(series), np.empty(series), np.empty((series, level.TRAILING)))
    inverse, promotion = 1.0 / pools.indices.factors(past), history.promotions()

    def part(first: int, last: int) -> None:
        level.levels(
            history.sold_units,
            history.censored,
            history.product,
            promotion,
            inverse,
            pools.uplift,
            first,
            last,
            found.level,
            found.error,
            found.seen,
            found.lifted,
        )

    blocks = -(-series // BLOCK_SERIES)
    cuts = [min(series, blocks * share // threads * BLOCK_SERIES) for share in range(threads + 1)]
    if threads == 1:
        part(0, series)
    else:
        with ThreadPoolExecutor(threads) as workers:
            list(workers.map(part, cuts[:-1], cuts[1:]))
    return found


def _lifts(history: History, pools: Pools, start: int, weeks: int) -> Amounts:
    """Return (S, weeks) the multiplier of the promotions from column `start`; 1 beyond the weeks known."""
    lifts = np.empty((history.series, weeks))
    uplift.lifts(history.promotions(), pools.uplift, history.product, start, lifts)
    return lifts


def _explain(history: History, pools: Pools, past: Calendar, found: _Found, coming: _Weeks, mean: Amounts) -> Forecast:
    """Put the forecast beside the last four weeks and say what makes the difference."""
    known = ~np.isnan(found.lifted)
    trailing = _mean_of_known(found.lifted, known)
    sold = _mean_of_known(_last_sold(history), known)
    recent = _recent(history, pools, past)
    following = _mean(mean[:, :NEXT])
    season, feast, promo = (
        _change(after[:, :NEXT], before, known)
        for after, before in (
            (coming.season, recent.season),
            (coming.festival, recent.festival),
            (coming.promotion, recent.promotion),
        )
    )
    told = (trailing > 0) & (following > 0)
    whole = np.log(np.where(told, following, 1.0) / np.where(told, trailing, 1.0))
    season, feast, promo, trend = (
        np.where(told, part, 0.0) for part in (season, feast, promo, pools.trend[history.product])
    )
    short = (sold > 0) & (trailing > sold)
    return Forecast(
        mean_units=mean,
        spread=_spread(found, pools),
        trailing_units=trailing,
        season=season,
        festival=feast,
        promotion=promo,
        trend=trend,
        level=whole - season - feast - promo - trend,
        stock_out=np.log(np.where(short, trailing, 1.0) / np.where(short, sold, 1.0)),
    )


def _last_sold(history: History) -> Amounts:
    """Return (S, TRAILING) what was sold in the last weeks; NaN where unknown or before the history."""
    last = history.sold_units[:, -level.TRAILING :]
    missing = np.full((history.series, level.TRAILING - last.shape[1]), np.nan)
    return np.concatenate([missing, last], 1)


def _recent(history: History, pools: Pools, past: Calendar) -> _Weeks:
    """Return the multipliers of the last weeks; 1 before the history."""
    count = min(level.TRAILING, history.weeks)
    calendar = Calendar(past.slot[-count:], past.festival[-count:])
    weeks = _Weeks.of(history, pools, calendar, history.weeks - count)
    missing = np.ones((history.series, level.TRAILING - count))
    return _Weeks(*(np.concatenate([missing, part], 1) for part in (weeks.season, weeks.festival, weeks.promotion)))


def _mean_of_known(amounts: Amounts, known: npt.NDArray[np.bool_]) -> Amounts:
    """Return (S,) the mean over the known weeks, 0 where there is none."""
    each = np.ones(known.shape[1])
    return np.asarray((np.where(known, amounts, 0.0) @ each) / np.maximum(known @ each, 1.0), dtype=np.float64)


def _mean(amounts: Amounts) -> Amounts:
    """Return (S,) the mean over a few weeks; as a product, which is much faster than a sum along short rows."""
    weeks = amounts.shape[1]
    return np.asarray(amounts @ np.full(weeks, 1.0 / weeks), dtype=np.float64)


def _change(after: Amounts, before: Amounts, known: npt.NDArray[np.bool_]) -> Amounts:
    """Return (S,) the log change of a multiplier from the known weeks before to the weeks after."""
    base = np.where(known.any(1), _mean_of_known(before, known), 1.0)
    return np.asarray(np.log(_mean(after) / base), dtype=np.float64)


def _spread(found: _Found, pools: Pools) -> Amounts:
    """Return (S,) a week's relative error: a series' own, shrunk to the typical one while it has shown few weeks."""
    own = np.sqrt(np.where(np.isnan(found.error), pools.error**2, found.error))
    own, typical = np.clip(own, LEAST_SPREAD, MOST_SPREAD), np.clip(pools.error, LEAST_SPREAD, MOST_SPREAD)
    # In logs, since a typical spread may be ten times that of a steady series.
    shrunk = (found.seen * np.log(own) + ERROR_WEEKS * np.log(typical)) / (found.seen + ERROR_WEEKS)
    return np.asarray(np.exp(shrunk), dtype=np.float64)
