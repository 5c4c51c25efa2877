"""Small histories for the engine's tests, drawn from a seed or by Hypothesis."""

from datetime import date

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import festival
from channelkeeper.engine.history import History

Amounts = npt.NDArray[np.float64]

MONDAY = date(2024, 1, 1)


def history(
    sold: Amounts,
    *,
    censored: npt.NDArray[np.bool_] | None = None,
    product: list[int] | None = None,
    group: list[int] | None = None,
    promotion: Amounts | None = None,
    first_week: date = MONDAY,
    calendar: str | None = None,
) -> History:
    """Return a history with one product in one group per row unless told otherwise."""
    rows = sold.shape[0]
    return History(
        sold_units=sold,
        censored=np.zeros(sold.shape, dtype=np.bool_) if censored is None else censored,
        first_week=first_week,
        group=np.array([0] * rows if group is None else group, dtype=np.int64),
        product=np.array(range(rows) if product is None else product, dtype=np.int64),
        promotion=promotion,
        calendar=calendar,
    )


def lively(*, series: int, weeks: int, products: int = 4, seed: int = 1, calendar: str | None = "CN") -> History:
    """Return counts with a season, a festival, promotions, stock-outs and missing reports; eight weeks planned."""
    chance = np.random.default_rng(seed)
    week = np.arange(weeks)
    column = festival.columns(MONDAY, weeks)
    level = chance.lognormal(3.0, 0.7, series)[:, None]
    shape = np.exp(0.4 * np.cos(2 * np.pi * week / 52.18) + np.where(column == festival.WEEKS_BEFORE - 1, 0.9, 0.0))
    promotion = (chance.random((series, weeks + 8)) < 0.1) * chance.random((series, weeks + 8))
    sold = chance.poisson(level * shape * np.exp(1.1 * promotion[:, :weeks])).astype(np.float64)
    censored = chance.random((series, weeks)) < 0.04
    sold[censored] = np.floor(sold[censored] * 0.4)
    sold[chance.random((series, weeks)) < 0.05] = np.nan
    product = [row % products for row in range(series)]
    return history(
        sold,
        censored=censored,
        product=product,
        group=[code % 2 for code in product],
        promotion=promotion,
        calendar=calendar,
    )
