"""A product's weeks behind and ahead, as its chart draws them: pure reckoning on one product."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from channelkeeper.core import weeks
from channelkeeper.engine import gamma
from channelkeeper.stock.queries.products import ProductWeeks, Standing

COMING_WEEKS = 6
COVER_WEEKS = 4  # days of cover look at the mean of the four weeks after a close (STK-1)
DAYS_PER_WEEK = 7
HALF, MOST = (0.25, 0.75), (0.1, 0.9)
Range = tuple[float, float]


@dataclass(frozen=True)
class Coming:
    """A proposed quantity in pieces, on the day it arrives."""

    arrives_on: date
    units: int


@dataclass(frozen=True)
class Projection:
    """
    What the chart of a product draws, in cases. Past weeks first, then the coming ones.

    Attributes:
        weeks: all Mondays shown.
        stock, sold: of the past; None where no report tells.
        received, out: places of weeks with a receipt, and of weeks in which it ran out.
        band_low, band_high: both ends of the band in stock, for every week.
        median, half, most: of the coming weeks.
        with_order: stock at the close of each coming week, up to the week after the order arrives; empty without one.
        without_order: the same without the order, up to the week in which it runs out.
    """

    weeks: list[date]
    stock: list[float | None]
    sold: list[float | None]
    received: list[int]
    out: list[int]
    band_low: list[float]
    band_high: list[float]
    median: list[float]
    half: list[Range]
    most: list[Range]
    with_order: list[float]
    without_order: list[float]


def project(
    standing: Standing,
    past: ProductWeeks,
    *,
    road: Sequence[float] = (),
    order: Coming | None = None,
) -> Projection:
    """
    Return a product's past weeks and its coming six.

    Args:
        standing: after the last close.
        past: its weeks up to that close.
        road: pieces on the road by the coming week in which they arrive.
        order: the proposed quantity; None where nothing is proposed.
    """
    case = float(standing.units_per_case)
    ahead = _ahead(standing.expected_units)
    shown = [weeks.shift(standing.week, place + 1 - len(past.sold)) for place in range(len(past.sold) + COMING_WEEKS)]
    per_day = _per_day(past.sold, standing.expected_units, standing.per_day)
    fan = {probability: _quantile(ahead, standing.spread, probability) for probability in (*HALF, 0.5, *MOST)}
    return Projection(
        weeks=shown,
        stock=_cases(past.closing, case),
        sold=_cases(past.sold, case),
        received=[place for place, units in enumerate(past.received) if units],
        out=list(past.out),
        band_low=[standing.low_days * rate / case for rate in per_day],
        band_high=[standing.high_days * rate / case for rate in per_day],
        median=[value / case for value in fan[0.5]],
        half=[(low / case, high / case) for low, high in zip(fan[HALF[0]], fan[HALF[1]], strict=True)],
        most=[(low / case, high / case) for low, high in zip(fan[MOST[0]], fan[MOST[1]], strict=True)],
        with_order=_ordered(standing, ahead, road, order, case) if order else [],
        without_order=_until_empty(_stock_ahead(standing, ahead, road, case)),
    )


def _ahead(expected: Sequence[float]) -> list[float]:
    """Return what is expected in the coming weeks; the last known week goes on where the forecast ends."""
    known = list(expected[:COMING_WEEKS]) or [0.0]
    return [*known, *[known[-1]] * (COMING_WEEKS - len(known))]


def _per_day(sold: Sequence[int | None], expected: Sequence[float], now: float) -> list[float]:
    """
    Return for each week shown the mean sell-out per day over the four weeks after its close.

    Weeks that have passed count as they were sold, coming ones as expected; `now` stands where none is known.
    """
    flow: list[float | None] = [None if units is None else float(units) for units in sold]
    flow += list(expected) or [0.0]
    last = flow[-1]
    flow += [last] * max(0, len(sold) + COMING_WEEKS + COVER_WEEKS - len(flow))
    rates = []
    for place in range(len(sold) + COMING_WEEKS):
        known = [value for value in flow[place + 1 : place + 1 + COVER_WEEKS] if value is not None]
        rates.append(sum(known) / len(known) / DAYS_PER_WEEK if known else now)
    return rates


def _quantile(mean: Sequence[float], spread: float, probability: float) -> list[float]:
    cells = np.array([mean], dtype=np.float64)
    found = gamma.quantiles(cells, np.array([max(spread, 0.01)], dtype=np.float64), probability)
    return [float(value) for value in found[0]]


def _ordered(
    standing: Standing, ahead: Sequence[float], road: Sequence[float], order: Coming, case: float
) -> list[float]:
    """Return the stock with the order, up to the week after it arrives: beyond, the next order counts."""
    place = max(weeks.between(standing.week, weeks.monday_of(order.arrives_on)) - 1, 0)
    comes = [*road, *[0.0] * COMING_WEEKS]
    if place < COMING_WEEKS:
        comes[place] += order.units
    return _stock_ahead(standing, ahead, comes, case)[: place + 2]


def _until_empty(stock: list[float]) -> list[float]:
    """Return the closes up to the first at which nothing is left."""
    return stock[: stock.index(0.0) + 1] if 0.0 in stock else stock


def _stock_ahead(standing: Standing, ahead: Sequence[float], road: Sequence[float], case: float) -> list[float]:
    """Return the stock at the close of each coming week: what stands and comes, less what sells, never below 0."""
    comes = [*road, *[0.0] * COMING_WEEKS]
    stock, closes = float(standing.on_hand_units), []
    for sells, coming in zip(ahead, comes, strict=False):
        stock = max(stock + coming - sells, 0.0)
        closes.append(stock / case)
    return closes


def _cases(units: Sequence[int | None], case: float) -> list[float | None]:
    return [None if value is None else value / case for value in units]
