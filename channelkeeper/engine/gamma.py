"""Quantiles of the gamma distribution, for demand of a given mean and relative spread; no table, no library."""

import math

import numpy as np
import numpy.typing as npt

from channelkeeper.engine.compiled import loop

Amounts = npt.NDArray[np.float64]


def quantiles(mean: Amounts, spread: Amounts, probability: float) -> Amounts:
    """
    Return the quantile of a gamma distribution for each cell.

    Args:
        mean: (S, H) >= 0.
        spread: (S,) standard deviation / mean, > 0.
        probability: strictly between 0 and 1.

    Returns:
        (S, H), 0 where the mean is 0.

    Raises:
        ValueError: the probability is not strictly between 0 and 1.
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability is {probability}; it must lie strictly between 0 and 1.")
    unit = np.empty(spread.shape[0])
    _unit_quantiles(spread, probability, unit)
    return mean * unit[:, None]


@loop
def _unit_quantiles(spread: Amounts, probability: float, out: Amounts) -> None:
    """Fill (S,) the quantile of the gamma distribution with mean 1 and the given standard deviation."""
    for row in range(spread.shape[0]):
        shape = 1.0 / (spread[row] * spread[row])
        out[row] = _quantile(shape, probability) / shape


@loop
def _quantile(shape: float, probability: float) -> float:
    """Return x with P(shape, x) = probability: bisection in log x, closed by Newton's rule."""
    # The chance lies below (x^a e^-x... ) <= x^a / Gamma(a+1), so this start is never above the answer.
    low = (math.log(probability) + math.lgamma(shape + 1.0)) / shape
    if low < -690.0:
        return 0.0
    high = max(low, math.log(shape + 10.0 * math.sqrt(shape) + 40.0))
    middle = 0.5 * (low + high)
    for _ in range(60):
        away = _lower(shape, math.exp(middle)) - probability
        if away > 0:
            high = middle
        else:
            low = middle
        density = math.exp(shape * middle - math.exp(middle) - math.lgamma(shape))
        step = middle - away / density if density > 1e-280 else 0.5 * (low + high)
        closer = step if low < step < high else 0.5 * (low + high)
        if abs(closer - middle) < 1e-10:
            return math.exp(closer)
        middle = closer
    return math.exp(middle)


@loop
def _lower(shape: float, x: float) -> float:
    """Return the regularised lower incomplete gamma function: a series below the mean, a continued fraction above."""
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = 1.0 / shape
        total = term
        step = shape
        while abs(term) > 1e-14 * abs(total):
            step += 1.0
            term *= x / step
            total += term
        return front * total
    tiny = 1e-300
    b = x + 1.0 - shape
    c = 1.0 / tiny
    d = 1.0 / b
    fraction = d
    for count in range(1, 500):
        a = -count * (count - shape)
        b += 2.0
        d = a * d + b
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = b + a / c
        c = c if abs(c) > tiny else tiny
        fraction *= d * c
        if abs(d * c - 1.0) < 1e-14:
            break
    return 1.0 - front * fraction
