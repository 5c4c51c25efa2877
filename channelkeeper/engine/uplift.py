"""What one promoted week sells more: learned in logs against the level around it, per product, shrunk to all."""

import numpy as np
import numpy.typing as npt

from channelkeeper.engine.compiled import inline, loop

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# Source of the bounds, rounds and strengths: the measurements on weekly shop data of docs/algorithms/forecast.md.
LEAST_LOG, MOST_LOG = -1.5, 3.5
PRODUCT_STRENGTH = 1.0
RIDGE = 1.0


@inline
def log_uplift(beta: Amounts, promotion: Amounts, row: int, week: int) -> float:
    """Return the natural log of the uplift of one series-week: beta (K,), promotion (K, S, weeks)."""
    total = 0.0
    for kind in range(promotion.shape[0]):
        total += beta[kind] * promotion[kind, row, week]
    return min(max(total, LEAST_LOG), MOST_LOG)


@inline
def promoted(promotion: Amounts, row: int, week: int) -> bool:
    """Return whether any kind of promotion runs in one series-week."""
    total = 0.0
    for kind in range(promotion.shape[0]):
        total += promotion[kind, row, week]
    return total > 0


def solve(gram: Amounts, moment: Amounts) -> Amounts:
    """
    Return the uplift per product from its normal equations, shrunk to the uplift of all products together.

    Args:
        gram: (P, K, K) Σ w x xᵀ.
        moment: (P, K) Σ w x z.

    Returns:
        (P, K) log uplift at intensity 1.
    """
    kinds = gram.shape[1]
    if kinds == 0:
        return moment
    ridge = np.eye(kinds)
    common = np.linalg.solve(gram.sum(0) + RIDGE * ridge, moment.sum(0))
    away = np.linalg.solve(gram + PRODUCT_STRENGTH * ridge, (moment - gram @ common)[..., None])[..., 0]
    return np.asarray(common + away, dtype=np.float64)


@loop
def add_row(
    sold: Amounts,
    known: Amounts,
    level: Amounts,
    inverse: Amounts,
    beta: Amounts,
    promotion: Amounts,
    row: int,
    mean: float,
    weight: float,
    gram: Amounts,
    moment: Amounts,
) -> None:
    """
    Add the promoted weeks of one series to its product's normal equations.

    Args:
        sold, known: (W,) units, and 1 where the week counts.
        level: (W,) units, the level around each week without season and promotion.
        inverse: (W,) 1 / (season x festival).
        beta: (K,) the uplift of the round before: a week far from it counts less.
        mean, weight: the series' mean in units and its trust.
        gram, moment: (K, K) and (K,), added to.
    """
    kinds = promotion.shape[0]
    for week in range(sold.shape[0]):
        if known[week] == 0.0 or not promoted(promotion, row, week):
            continue
        base = max(level[week], 0.15 * mean) / inverse[week]
        z = np.log((sold[week] + 0.05 * mean) / (base + 0.05 * mean))
        z = min(max(z, -3.0), 4.0)
        trust = weight / max(1.0, abs(z - log_uplift(beta, promotion, row, week)) / 0.4)
        for one in range(kinds):
            moment[one] += trust * promotion[one, row, week] * z
            for other in range(kinds):
                gram[one, other] += trust * promotion[one, row, week] * promotion[other, row, week]
