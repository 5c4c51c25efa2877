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
def bounded(log: float) -> float:
    """Return the log of an uplift within what is believed: 0.22 to 33 times."""
    return min(max(log, LEAST_LOG), MOST_LOG)


@inline
def log_uplift(beta: Amounts, own: int, promotion: Amounts, row: int, week: int) -> float:
    """Return the natural log of the uplift of a series-week: beta (P, K), its product, promotion (K, S, weeks)."""
    total = 0.0
    for kind in range(promotion.shape[0]):
        total += beta[own, kind] * promotion[kind, row, week]
    return bounded(total)


@loop
def lifts(promotion: Amounts, beta: Amounts, product: Codes, start: int, out: Amounts) -> None:
    """Fill (S, weeks) the multipliers of the promotions from column `start`; 1 beyond the columns known."""
    for row in range(out.shape[0]):
        for week in range(out.shape[1]):
            known = promotion.shape[0] > 0 and start + week < promotion.shape[2]
            log = log_uplift(beta, product[row], promotion, row, start + week) if known else 0.0
            out[row, week] = 1.0 if log == 0.0 else np.exp(log)


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
def add_block(
    units: Amounts,
    trust: Amounts,
    near: Amounts,
    inverses: Amounts,
    beta: Amounts,
    product: Codes,
    promotion: Amounts,
    start: int,
    count: int,
    mean: Amounts,
    spread: Amounts,
    gram: Amounts,
    moment: Amounts,
) -> None:
    """
    Add the promoted weeks of a block of series to their products' normal equations.

    Args:
        units, trust: (W, B) units, and how far a week counts; 0 where nothing is known.
        near: (W, B) units, the level around each week without season and promotion.
        inverses: (W, B) 1 / (season x festival).
        beta: (P, K) the uplifts of the round before: a week far from them counts less.
        product, promotion: as in `History`; the block's series stand in rows `start` to `start + count` - 1.
        mean, spread: (B,) each series' mean week, and its mean distance from the level over that: unsteady series
            teach less.
        gram, moment: (P, K, K) and (P, K), added to.
    """
    for week in range(units.shape[0]):
        for place in range(count):
            row = start + place
            if trust[week, place] == 0.0 or mean[place] <= 0.0 or not promoted(promotion, row, week):
                continue
            damping = 0.05 * mean[place]
            base = max(near[week, place], 0.15 * mean[place]) / inverses[week, place]
            z = min(max(np.log((units[week, place] + damping) / (base + damping)), -3.0), 4.0)
            own = product[row]
            away = abs(z - log_uplift(beta, own, promotion, row, week))
            weight = 1.0 / ((1.0 + (spread[place] / 0.5) ** 2) * max(1.0, away / 0.4))
            _add(gram, moment, own, promotion, row, week, weight, z)


@loop
def _add(
    gram: Amounts, moment: Amounts, own: int, promotion: Amounts, row: int, week: int, weight: float, z: float
) -> None:
    for one in range(promotion.shape[0]):
        moment[own, one] += weight * promotion[one, row, week] * z
        for other in range(promotion.shape[0]):
            gram[own, one, other] += weight * promotion[one, row, week] * promotion[other, row, week]
