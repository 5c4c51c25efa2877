"""Series side by side: a block of them is laid out weeks x series, so that loops over series become vector code."""

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import uplift
from channelkeeper.engine.compiled import loop

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@loop
def read(
    sold_units: Amounts, censored: Flags, start: int, count: int, units: Amounts, known: Amounts, lacking: Amounts
) -> None:
    """
    Lay out `count` series from row `start`; columns beyond them stay unknown.

    Args:
        sold_units, censored: (S, W) as in `History`.
        units: (W, B) filled with units sold, 0 where unknown.
        known: (W, B) filled with 1 where a report tells, else 0.
        lacking: (W, B) filled with 1 where the product was out of stock, else 0.
    """
    known[:, count:] = 0.0
    units[:, count:] = 0.0
    lacking[:, count:] = 0.0
    for week in range(sold_units.shape[1]):
        for place in range(count):
            sold = sold_units[start + place, week]
            known[week, place] = 1.0 if sold == sold else 0.0
            units[week, place] = sold if sold == sold else 0.0
            lacking[week, place] = 1.0 if censored[start + place, week] else 0.0


@loop
def spread_factors(factor: Amounts, product: Codes, start: int, count: int, out: Amounts) -> None:
    """Give each series of a block its product's factors: (P, W) -> (W, B); 1 beyond the block's series."""
    out[:, count:] = 1.0
    for week in range(factor.shape[1]):
        for place in range(count):
            out[week, place] = factor[product[start + place], week]


@loop
def spread_rests(promotion: Amounts, beta: Amounts, product: Codes, start: int, count: int, out: Amounts) -> None:
    """Give each series of a block 1 / the multiplier of its promotions: (K, S, weeks) -> (W, B); 1 where none runs."""
    out[:, :] = 0.0
    for kind in range(promotion.shape[0]):
        for week in range(out.shape[0]):
            for place in range(count):
                row = start + place
                out[week, place] += beta[product[row], kind] * promotion[kind, row, week]
    for week in range(out.shape[0]):
        for place in range(out.shape[1]):
            log = out[week, place]
            out[week, place] = 1.0 if log == 0.0 else np.exp(-uplift.bounded(log))
