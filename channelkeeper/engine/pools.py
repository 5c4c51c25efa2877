"""
What products have in common: season, festival, trend and uplift, learned once from all series and handed on.

Learning (`fit_pools`) and use (`forecast.forecast`) are apart, so that the same code serves one product on a page and
a million series at the weekly close: a series' forecast depends on its own row and on the pools, on nothing else.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import block, season, uplift
from channelkeeper.engine.compiled import BLOCK_SERIES, loop
from channelkeeper.engine.history import History

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ROUNDS = 3
# Decay per week of two smoothers that look both ways: about six weeks for the level that an uplift is measured
# against, about half a year for the level that a season is measured against.
NEAR, FAR = 0.85, 0.965
# Pools gain nothing from more series than this, or than this many of each product.
MOST_SERIES, MOST_PER_PRODUCT = 20_000, 20
# The product's fast mean against its slow one, how much of the difference is believed, and its bounds: a trend
# that is damped at once. Chosen on rolling origins (docs/algorithms/forecast.md).
TREND_FAST, TREND_SLOW, TREND_BELIEVED, TREND_MOST = 0.40, 0.12, 0.35, 0.7
# Relative error of a week where nothing was learned.
PLAIN_ERROR = 0.5


@dataclass(frozen=True)
class Pools:
    """
    What series share.

    Fields:
        indices: season and festival per product, natural logs.
        uplift: (P, K) natural log of the uplift at promotion intensity 1.
        trend: (P,) natural log by which the product is expected to run above its level of the last months.
        error: a typical series' relative error of one week; series with little history are shrunk to it.
    """

    indices: season.Indices
    uplift: Amounts
    trend: Amounts
    error: float

    @staticmethod
    def none(*, products: int, kinds: int = 0) -> "Pools":
        """Return pools that know nothing: every index 0."""
        return Pools(season.Indices.flat(products), np.zeros((products, kinds)), np.zeros(products), PLAIN_ERROR)


@dataclass(frozen=True)
class _Sums:
    """(P, W) what a product's series sold without promotions, and what their levels amount to; both weighted."""

    over: Amounts
    under: Amounts
    gram: Amounts
    moment: Amounts
    noise: Amounts


def fit_pools(history: History) -> Pools:
    """
    Learn the indices that series share.

    Weeks out of stock and weeks without a report teach nothing. Level, uplift and season are found in turn, three
    rounds, each against what the others leave.

    Args:
        history: the past of all series; of more than 20,000 some of each product, at least 20, are used.

    Returns:
        The pools; an index is 0 where the history does not show it.
    """
    learned = _sample(history)
    products, promotion = history.products, learned.promotions()
    calendar = season.Calendar.of(history, 0, history.weeks)
    home = np.zeros(products, dtype=np.int64)
    home[history.product] = history.group
    beta, indices = np.zeros((products, promotion.shape[0])), season.Indices.flat(products)
    sums = _gather(learned, products, promotion, 1.0 / indices.factors(calendar), beta)
    for _ in range(ROUNDS - 1):
        beta = uplift.solve(sums.gram, sums.moment)
        indices = season.learn(sums.over, sums.under, home, history.groups, calendar)
        sums = _gather(learned, products, promotion, 1.0 / indices.factors(calendar), beta)
    beta = uplift.solve(sums.gram, sums.moment)
    indices = season.learn(sums.over, sums.under, home, history.groups, calendar)
    return Pools(indices, beta, _trend(sums.over, sums.under * indices.factors(calendar)), _typical(sums.noise))


def _sample(history: History) -> History:
    """Return evenly spread series of each product, all of them where they are few."""
    if history.series <= MOST_SERIES:
        return history
    quota = max(MOST_PER_PRODUCT, MOST_SERIES // history.products)
    order = np.argsort(history.product, kind="stable")
    count = np.bincount(history.product, minlength=history.products)
    size = count[history.product[order]]
    place = np.arange(order.size) - (np.cumsum(count) - count)[history.product[order]]
    kept = (size <= quota) | ((place + 1) * quota // size > place * quota // size)
    return history.rows(np.sort(order[kept]))


def _gather(history: History, products: int, promotion: Amounts, inverse: Amounts, beta: Amounts) -> _Sums:
    kinds = promotion.shape[0]
    sums = _Sums(
        np.zeros((products, history.weeks)),
        np.zeros((products, history.weeks)),
        np.zeros((products, kinds, kinds)),
        np.zeros((products, kinds)),
        np.zeros(history.series),
    )
    _gather_blocks(
        history.sold_units,
        history.censored,
        history.product,
        promotion,
        inverse,
        beta,
        sums.over,
        sums.under,
        sums.gram,
        sums.moment,
        sums.noise,
    )
    return sums


def _typical(noise: Amounts) -> float:
    sold = noise[noise > 0]
    # For a bell curve the standard deviation is 1.25 x the mean absolute deviation.
    return float(1.25 * np.median(sold)) if sold.size else PLAIN_ERROR


def _trend(over: Amounts, under: Amounts) -> Amounts:
    """Return (P,) what is believed of the log ratio between a product's fast and slow mean, noise and season out."""
    fast = _latest_mean(over, TREND_FAST) * _latest_mean(under, TREND_SLOW)
    slow = _latest_mean(over, TREND_SLOW) * _latest_mean(under, TREND_FAST)
    known = (fast > 0) & (slow > 0)
    ratio = np.log(np.where(known, fast, 1.0) / np.where(known, slow, 1.0))
    return np.asarray(TREND_BELIEVED * np.clip(ratio, -TREND_MOST, TREND_MOST), dtype=np.float64)


def _latest_mean(amounts: Amounts, newest: float) -> Amounts:
    ages = np.arange(amounts.shape[1] - 1, -1, -1)
    return np.asarray(amounts @ ((1 - newest) ** ages), dtype=np.float64)


@loop
def _gather_blocks(
    sold_units: Amounts,
    censored: Flags,
    product: Codes,
    promotion: Amounts,
    inverse: Amounts,
    beta: Amounts,
    over: Amounts,
    under: Amounts,
    gram: Amounts,
    moment: Amounts,
    noise: Amounts,
) -> None:
    """Add every series to its product's sums: (P, W) over and under, (P, K, K) gram, (P, K) moment; (S,) noise."""
    shape = (sold_units.shape[1], BLOCK_SERIES)
    units, known, lacking = np.empty(shape), np.empty(shape), np.empty(shape)
    inverses, rests, trust, plain = np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape)
    near, far, mass = np.empty(shape), np.empty(shape), np.empty(shape)
    mean, spread = np.empty(BLOCK_SERIES), np.empty(BLOCK_SERIES)
    for start in range(0, sold_units.shape[0], BLOCK_SERIES):
        count = min(BLOCK_SERIES, sold_units.shape[0] - start)
        block.read(sold_units, censored, start, count, units, known, lacking)
        block.spread_factors(inverse, product, start, count, inverses)
        block.spread_rests(promotion, beta, product, start, count, rests)
        _prepare(units, known, lacking, inverses, rests, plain, trust)
        _smooth(plain, trust, NEAR, near, mass)
        _smooth(plain, trust, FAR, far, mass)
        _describe(plain, trust, near, mean, spread)
        uplift.add_block(
            units, trust, near, inverses, beta, product, promotion, start, count, mean, spread, gram, moment
        )
        for place in range(count):
            noise[start + place] = spread[place]
            if mean[place] > 0:
                row = product[start + place]
                _add_sums(units, rests, trust, far, place, mean[place], over[row], under[row])


@loop
def _prepare(
    units: Amounts, known: Amounts, lacking: Amounts, inverses: Amounts, rests: Amounts, plain: Amounts, trust: Amounts
) -> None:
    """Fill plain, units without season and promotion, and trust: 0 without knowledge of demand, less in promotions."""
    for week in range(known.shape[0]):
        for place in range(known.shape[1]):
            away = 1.0 / rests[week, place] - 1.0
            plain[week, place] = units[week, place] * inverses[week, place] * rests[week, place]
            trust[week, place] = known[week, place] * (1.0 - lacking[week, place]) / (1.0 + 5.0 * away * away)


@loop
def _smooth(plain: Amounts, trust: Amounts, decay: float, level: Amounts, mass: Amounts) -> None:
    """Fill level with the mean of the weeks around each week, weights falling by `decay` per week either way."""
    weeks, places = plain.shape
    total, weight = np.zeros(places), np.zeros(places)
    for week in range(weeks):
        for place in range(places):
            total[place] = decay * total[place] + trust[week, place] * plain[week, place]
            weight[place] = decay * weight[place] + trust[week, place]
            level[week, place] = total[place]
            mass[week, place] = weight[place]
    total[:] = 0.0
    weight[:] = 0.0
    for week in range(weeks - 1, -1, -1):
        for place in range(places):
            both = mass[week, place] + weight[place]
            level[week, place] = (level[week, place] + total[place]) / both if both > 1e-9 else 0.0
            total[place] = decay * (total[place] + trust[week, place] * plain[week, place])
            weight[place] = decay * (weight[place] + trust[week, place])


@loop
def _describe(plain: Amounts, trust: Amounts, near: Amounts, mean: Amounts, spread: Amounts) -> None:
    """Fill (B,) each series' mean plain week, and its mean absolute distance from the near level over that mean."""
    count = np.zeros(mean.shape[0])
    mean[:] = 0.0
    spread[:] = 0.0
    for week in range(plain.shape[0]):
        for place in range(plain.shape[1]):
            mean[place] += trust[week, place] * plain[week, place]
            spread[place] += trust[week, place] * abs(plain[week, place] - near[week, place])
            count[place] += trust[week, place]
    for place in range(mean.shape[0]):
        spread[place] = spread[place] / mean[place] if mean[place] > 0 else 0.0
        mean[place] = mean[place] / count[place] if count[place] > 0 else 0.0


@loop
def _add_sums(
    units: Amounts, rests: Amounts, trust: Amounts, far: Amounts, place: int, mean: float, over: Amounts, under: Amounts
) -> None:
    """Add one series to its product: larger series count for more, but less than in proportion to their sales."""
    weight = 1.0 / np.sqrt(mean)
    for week in range(over.shape[0]):
        over[week] += weight * trust[week, place] * units[week, place] * rests[week, place]
        under[week] += weight * trust[week, place] * far[week, place]
