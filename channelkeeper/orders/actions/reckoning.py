"""
From the positions of many distributors to order lines: the engine reckons in arrays, the rule decides each line.

Everything that a line rests on is rounded to the digits that are kept *before* the rule sees it, so the quantity can
be recomputed from the kept figures to the piece.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import order as engine
from channelkeeper.orders import rules
from channelkeeper.orders.rules import Basis, Bound, Cause, Group
from channelkeeper.stock.rules import DAYS_PER_WEEK, BandLimits

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

CAUSES = (Cause.SEASON, Cause.FESTIVAL, Cause.PROMOTION, Cause.TREND, Cause.STOCK_OUT)
_BOUNDS = tuple(Bound(name) for name in engine.BOUND_NAMES)
_CODES = {bound: code for code, bound in enumerate(_BOUNDS)}


@dataclass(frozen=True)
class Stock:
    """
    What is known of S series of any number of distributors.

    Fields:
        on_hand: (S,) pieces at the close, >= 0.
        mean_units: (S, H) expected sell-out per coming week, H >= longest lead + review + 4.
        arrivals: (S, H) pieces on the road and on open orders, by the coming week in which they arrive.
        lead_weeks, lead_days: (S,) Sunday closes between order and arrival, and days from the close to it.
        low_days, high_days: (S,) the band.
        units_per_case, min_order_cases: (S,) of the product, of the distributor.
        shelf_life_days: (S,) NaN where goods keep.
        barred_by: (S,) why a product may not be ordered; None where it may.
        causes: (S, 5) natural logarithms, in the order of `CAUSES`.
        price_per_unit: (S,) yuan.
    """

    on_hand: Codes
    mean_units: Amounts
    arrivals: Amounts
    lead_weeks: Codes
    lead_days: Codes
    low_days: Amounts
    high_days: Amounts
    units_per_case: Codes
    min_order_cases: Codes
    shelf_life_days: Amounts
    barred_by: Sequence[Bound | None]
    causes: Amounts
    price_per_unit: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line as proposed: what it rests on, what to order, what there is to say."""

    basis: Basis
    units: int
    bound_by: Bound
    group: Group
    cause: Cause
    change: Decimal
    price: Decimal


def reckon(stock: Stock, *, review_weeks: int = rules.REVIEW_WEEKS) -> Iterator[Proposed]:
    """Yield the line of each series, in order."""
    barred = np.array([_CODES[bound or Bound.NONE] for bound in stock.barred_by], dtype=np.int8)
    found = engine.propose(
        mean_units=stock.mean_units,
        on_hand=stock.on_hand.astype(np.float64),
        arrivals=stock.arrivals,
        lead_weeks=stock.lead_weeks,
        review_weeks=review_weeks,
        low_days=stock.low_days,
        high_days=stock.high_days,
        units_per_case=stock.units_per_case,
        min_order_cases=stock.min_order_cases,
        shelf_life_days=stock.shelf_life_days,
        orderable=barred == engine.NONE,
        barred_by=barred,
    )
    logs = zip(*(stock.causes[:, index].tolist() for index in range(len(CAUSES))), strict=True)
    for basis, causes, price in zip(
        bases(stock, found, review_weeks=review_weeks), logs, stock.price_per_unit, strict=True
    ):
        yield _line(basis, dict(zip(CAUSES, causes, strict=True)), price)


def bases(stock: Stock, found: engine.Order, *, review_weeks: int) -> Iterator[Basis]:
    """Yield what each line rests on, as it is kept."""
    weeks = np.arange(stock.mean_units.shape[1])
    by_reading = weeks < (stock.lead_weeks + review_weeks)[:, None]
    days = np.clip(stock.lead_days[:, None] - weeks * DAYS_PER_WEEK, 0, DAYS_PER_WEEK) / DAYS_PER_WEEK
    # The band stands in a float column: what is kept is what is judged.
    bands = {
        pair: BandLimits(Decimal(str(pair[0])), Decimal(str(pair[1])))
        for pair in set(zip(stock.low_days.tolist(), stock.high_days.tolist(), strict=True))
    }
    columns = zip(
        stock.on_hand.tolist(),
        np.rint(np.where(by_reading, stock.arrivals, 0).sum(1)).astype(np.int64).tolist(),
        _rounded((days * stock.mean_units).sum(1), 4),
        _rounded(found.expected_until_reading, 4),
        _rounded(found.short_units, 4),
        _rounded(stock.mean_units[:, : engine.COVER_WEEKS].mean(1) / DAYS_PER_WEEK, 6),
        _rounded(found.expected_per_day_after, 6),
        zip(stock.low_days.tolist(), stock.high_days.tolist(), strict=True),
        stock.units_per_case.tolist(),
        stock.min_order_cases.tolist(),
        _rounded_or_none(found.fresh_units, 4),
        stock.barred_by,
        strict=True,
    )
    for on_hand, road, arrival, reading, missed, now, after, band, case, minimum, fresh, barred in columns:
        yield Basis(on_hand, road, arrival, reading, missed, now, after, bands[band], case, minimum, fresh, barred)


def _line(basis: Basis, logs: dict[Cause, float], price: Decimal) -> Proposed:
    wanted = rules.quantity(basis)
    cause, change = rules.largest_cause(logs)
    group = rules.group_of(basis, wanted.units, cause, change)
    return Proposed(basis, wanted.units, wanted.bound_by, group, cause, change, price)


def _rounded(values: Amounts, places: int) -> list[Decimal]:
    """Return estimates as they are kept, to `places` decimals."""
    scaled = np.rint(values * 10**places).astype(np.int64).tolist()
    return [Decimal(value).scaleb(-places) for value in scaled]


def _rounded_or_none(values: Amounts, places: int) -> list[Decimal | None]:
    """Return estimates as they are kept; None for inf."""
    finite = np.isfinite(values)
    known = _rounded(np.where(finite, values, 0), places)
    return [value if there else None for value, there in zip(known, finite.tolist(), strict=True)]
