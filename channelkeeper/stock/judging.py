"""
The weekly close in arrays: stock at hand, known or estimated, its days, its band, what will be missed.

Series are rows, weeks columns; what `rules` says of one case is said here of all, and a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from channelkeeper.core import weeks
from channelkeeper.engine import forecast, order
from channelkeeper.engine.history import History
from channelkeeper.engine.pools import Pools
from channelkeeper.stock import packed
from channelkeeper.stock.rules import COVER_DAYS, DAYS_PER_WEEK, LEAST_REPORTS, SLOW_DAYS, SLOW_WEEKS, Band

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

HORIZON_WEEKS = 14  # the longest lead time that is looked ahead over (9 weeks), a week of review, four of cover
REVIEW_WEEKS = 1
MOST_LEAD_WEEKS = HORIZON_WEEKS - REVIEW_WEEKS - order.COVER_WEEKS
TRAILING_WEEKS = 4
# An estimate is shown from its 10th to its 90th percentile: as many standard deviations of a bell curve.
INTERVAL = 1.2816
# Without a report for longer than half a year nothing is carried on: the stock is then unknown, not estimated.
MOST_MISSING_WEEKS = 26

BANDS = (Band.BELOW, Band.INSIDE, Band.ABOVE, Band.NONE)
BELOW, INSIDE, ABOVE, NO_BAND = range(4)


@dataclass(frozen=True)
class Arrivals:
    """
    Shipments of a chunk, one entry per shipment line of a known series.

    Fields:
        row: (L,) which series.
        units: (L,) pieces.
        week: (L,) weeks from the close to the week of arrival: 0 the closed week itself, 1 the coming one, below 0
            before; as marked by a person, else as planned.
        marked: (L,) whether a person marked it as received.
    """

    row: Codes
    units: Amounts
    week: Codes
    marked: Flags


@dataclass(frozen=True)
class Chunk:
    """
    What is known of S series of D distributors at the close of a week.

    Fields:
        week: the closed week, the last column of the grid.
        grid: (S, W) the reported weeks.
        promotion: (S, W+H) intensity of promotions known at the close.
        distributor: (S,) 0 .. D-1.
        product, group: (S,) codes of the whole company's products and categories.
        lead_weeks: (D,) in which coming week the order that follows arrives; 0 is the one after the close.
        price: (S,) yuan per piece on the Sunday of the close.
        near_expiry: (S,) pieces as last reported.
        arrivals: goods on the road and goods received since the last report.
        low_days, high_days: (S,) the band that was set for it (STK-2b).
        near_days: (S,) days that goods near expiry have left at most; NaN where nobody says.
        shelf_life_days: (S,) NaN where goods keep for ever.
        sell_in: (S, W) units a week by what was bought before the reports (`sell_in.smoothed`), NaN where nothing is
            known; None where it is of no series.
    """

    week: date
    grid: packed.Grid
    promotion: Amounts
    distributor: Codes
    product: Codes
    group: Codes
    lead_weeks: Codes
    price: Amounts
    near_expiry: Codes
    arrivals: Arrivals
    low_days: Amounts
    high_days: Amounts
    near_days: Amounts
    shelf_life_days: Amounts
    sell_in: Amounts | None = None

    @property
    def distributors(self) -> int:
        """Return how many distributors."""
        return int(self.lead_weeks.size)

    @cached_property
    def history(self) -> History:
        """
        Return the weeks as the engine takes them: without a report unknown, out of stock censored.

        Until eight reports are in, sell-in stands in place of those that are missing.
        """
        sold = np.where(self.grid.reported, self.grid.sold, np.nan)
        if self.sell_in is not None:
            sold = np.where(self.from_sell_in[:, None] & ~self.grid.reported, self.sell_in, sold)
        return History(sold, self.grid.out, self.grid.first_week, self.group, self.product, self.promotion)

    @cached_property
    def uncertain(self) -> Flags:
        """Return (S,) which series have fewer than eight weekly reports."""
        return np.asarray(self.grid.reported.sum(axis=1) < LEAST_REPORTS, dtype=np.bool_)

    @cached_property
    def from_sell_in(self) -> Flags:
        """Return (S,) which series' expectation comes from sell-in, for want of eight reports."""
        if self.sell_in is None:
            return np.zeros(self.grid.sold.shape[0], dtype=np.bool_)
        return self.uncertain & ~np.isnan(self.sell_in).all(axis=1)

    @cached_property
    def weeks_missing(self) -> Codes:
        """Return (D,) how many weeks lie behind the last report: 0 reported, W where none is known."""
        told = any_of(self.grid.reported, self.distributor, self.distributors)
        last = told[:, ::-1].argmax(axis=1)
        return np.where(told.any(axis=1), last, self.grid.width).astype(np.int64)

    @property
    def weeks_unknown(self) -> Codes:
        """Return (S,) how many weeks lie behind the last report or count by hand: W where neither is known."""
        counted = self.grid.counted
        last = np.where(counted.any(axis=1), counted[:, ::-1].argmax(axis=1), self.grid.width)
        return np.minimum(self.weeks_missing[self.distributor], last).astype(np.int64)


@dataclass(frozen=True)
class Stock:
    """(S,) pieces at the Sunday close; the interval is the figure itself where a report tells."""

    units: Codes
    low: Codes
    high: Codes
    estimated: Flags
    unknown: Flags


@dataclass(frozen=True)
class Judged:
    """
    Where S series stand at a close.

    Fields:
        stock: at hand.
        expiring_units: (S,) pieces of it that will expire before their turn (STK-1c): days, what is short and what
            lies above the band rest on the others.
        road: (S, H) pieces by the coming week in which they arrive; overdue ones in the first.
        road_units: (S,) all pieces on the road, later ones included.
        expected: (S, H) units per coming week.
        spread: (S,) standard deviation of one week's demand over its mean.
        per_day, trailing_per_day: (S,) units/day.
        days, trailing_days: (S,) not rounded; NaN where there is no figure.
        band: (S,) BELOW, INSIDE, ABOVE, NO_BAND.
        short_units: (S,) expected to be missed before an order of today arrives.
        above_units: (S,) on hand above the top of the band.
        uncertain: (S,) fewer than eight weekly reports.
        from_sell_in: (S,) of these, those whose expectation comes from sell-in.
        parts: season, festival, promotion, trend, stock_out, each (S,) natural logs.
    """

    stock: Stock
    expiring_units: Codes
    road: Amounts
    road_units: Codes
    expected: Amounts
    spread: Amounts
    per_day: Amounts
    trailing_per_day: Amounts
    days: Amounts
    trailing_days: Amounts
    band: Codes
    short_units: Amounts
    above_units: Amounts
    uncertain: Flags
    from_sell_in: Flags
    parts: dict[str, Amounts]

    @property
    def sellable_units(self) -> Codes:
        """Return (S,) pieces at hand that will not expire before their turn."""
        return np.asarray(np.maximum(self.stock.units - self.expiring_units, 0), dtype=np.int64)


def judge(chunk: Chunk, pools: Pools) -> Judged:
    """Return where every series of a chunk stands, given what all series have in common."""
    history = chunk.history
    ahead = forecast.forecast(history, horizon_weeks=HORIZON_WEEKS, pools=pools)
    missing = chunk.weeks_unknown
    stock = at_hand(chunk, history, pools, ahead.spread, missing)
    road, road_units = on_the_road(chunk.arrivals, missing)
    per_day = ahead.mean_units[:, : order.COVER_WEEKS].sum(1) / COVER_DAYS
    lost = expiring(chunk, stock.units, ahead.mean_units)
    sellable = np.maximum(stock.units - lost, 0)
    days = _days(sellable, per_day)
    trailing = trailing_per_day(chunk.grid)
    short, above = _short_and_above(chunk, ahead.mean_units, sellable, road)
    return Judged(
        stock=stock,
        expiring_units=lost,
        road=road,
        road_units=road_units,
        expected=ahead.mean_units,
        spread=ahead.spread,
        per_day=per_day,
        trailing_per_day=trailing,
        days=days,
        trailing_days=_days(sellable, trailing),
        band=bands(days, chunk.low_days, chunk.high_days),
        short_units=short,
        above_units=above,
        uncertain=chunk.uncertain,
        from_sell_in=chunk.from_sell_in,
        parts={name: getattr(ahead, name) for name in ("season", "festival", "promotion", "trend", "stock_out")},
    )


def any_of(flags: Flags, owner: Codes, count: int) -> Flags:
    """Return (count, W) whether any row of an owner has a flag; (S,) owners 0 .. count-1, in any order."""
    if not (owner[1:] >= owner[:-1]).all():
        place = np.argsort(owner, kind="stable")
        flags, owner = flags[place], owner[place]
    held = np.bincount(owner, minlength=count)
    found = np.zeros((count, flags.shape[1]), dtype=np.bool_)
    starts = (np.cumsum(held) - held)[held > 0]
    if starts.size:
        found[held > 0] = np.logical_or.reduceat(flags, starts, axis=0)
    return found


def bands(days: Amounts, low: Amounts | float, high: Amounts | float) -> Codes:
    """Return (S,) where covers stand against their bands; both ends are inside (STK-2)."""
    known = ~np.isnan(days)
    return np.select([~known, days < low, days > high], [NO_BAND, BELOW, ABOVE], INSIDE).astype(np.int64)


def expiring(chunk: Chunk, units: Codes, mean_units: Amounts) -> Codes:
    """
    Return (S,) pieces that will expire before their turn, as `rules.expiring_units` says of one product (STK-1c).

    Args:
        units: (S,) pieces at hand.
        mean_units: (S, H) expected per coming week.
    """
    near = np.minimum(chunk.near_expiry, units)
    bounds = [(near, chunk.near_days), (units, chunk.shelf_life_days)]
    left = [np.where(np.isnan(days), 0, held - _sold_within(days, mean_units)) for held, days in bounds]
    lost = np.floor(np.maximum(np.maximum(*left), 0) + 0.5)
    return np.where(mean_units.sum(axis=1) > 0, lost, 0).astype(np.int64)


def _sold_within(days: Amounts, mean_units: Amounts) -> Amounts:
    """Return (S,) units that sell within some days from the close on; days that are NaN sell nothing."""
    width = mean_units.shape[1]
    ahead = np.nan_to_num(days)
    whole = np.minimum(ahead // DAYS_PER_WEEK, width).astype(np.int64)
    after = ahead - whole * DAYS_PER_WEEK
    until = np.concatenate([np.zeros((mean_units.shape[0], 1)), mean_units.cumsum(axis=1)], axis=1)
    pace = np.concatenate([mean_units, mean_units.mean(axis=1, keepdims=True)], axis=1)
    rows = np.arange(mean_units.shape[0])
    return np.asarray(until[rows, whole] + pace[rows, whole] * after / DAYS_PER_WEEK, dtype=np.float64)


def slow(chunk: Chunk, judged: Judged) -> Flags:
    """Return (S,) whether stock lies still, as `rules.is_slow` says of one product (STK-7)."""
    units = judged.sellable_units
    livelier = np.maximum(judged.per_day, judged.trailing_per_day)
    long = (livelier > 0) & (units > float(SLOW_DAYS) * livelier)
    return np.asarray((units > 0) & (long | (idle_weeks(chunk.grid) >= SLOW_WEEKS)), dtype=np.bool_)


def idle_weeks(grid: packed.Grid) -> Codes:
    """Return (S,) how many of the last reported weeks, one after the other, sold nothing though goods were there."""
    idle = (grid.sold == 0) & (grid.closing > 0) & grid.reported
    stopped = (grid.reported & ~idle)[:, ::-1]  # a week without a report neither counts nor ends it
    counted = np.where(stopped.any(axis=1), stopped.argmax(axis=1), grid.width)
    column = np.arange(grid.width)
    return np.asarray((idle[:, ::-1] & (column < counted[:, None])).sum(axis=1), dtype=np.int64)


def trailing_per_day(grid: packed.Grid) -> Amounts:
    """Return (S,) the mean units/day of the known of the last four weeks, as reported; 0 where none is known."""
    sold, known = grid.sold[:, -TRAILING_WEEKS:], grid.reported[:, -TRAILING_WEEKS:]
    total = np.where(known, sold, 0).sum(axis=1, dtype=np.float64)
    return np.asarray(total / np.maximum(known.sum(axis=1), 1) / DAYS_PER_WEEK, dtype=np.float64)


def at_hand(chunk: Chunk, history: History, pools: Pools, spread: Amounts, missing: Codes) -> Stock:
    """
    Return the stock at the close: as reported, else carried on from the last report.

    Estimate = last closing + what was received since − what was expected to sell since, never
    below 0. Goods whose planned day passed without a mark raise the upper end: they may be there.

    Args:
        spread: (S,) relative error of one week.
        missing: (S,) weeks since the last report.
    """
    last = _last_closing(chunk.grid, missing)
    estimated, unknown = missing > 0, last < 0
    base = np.where(unknown, 0, last).astype(np.float64)
    sold = _sold_since(history, pools, missing)
    received = _arrived(chunk.arrivals, missing, base.size, marked=True)
    overdue = _arrived(chunk.arrivals, missing, base.size, marked=False)
    swing = INTERVAL * spread * sold / np.sqrt(np.maximum(missing, 1))
    known = base + received
    units, low = np.maximum(known - sold, 0), np.maximum(known - sold - swing, 0)
    high = np.maximum(known + overdue - np.maximum(sold - swing, 0), 0)
    at, least, most = (
        np.floor(np.where(estimated, value, base) + 0.5).astype(np.int64) for value in (units, low, high)
    )
    return Stock(at, least, most, estimated, unknown)


def _last_closing(grid: packed.Grid, missing: Codes) -> Codes:
    """Return (S,) the closing of the last report, UNKNOWN where none tells of the series."""
    column = np.maximum(grid.width - 1 - missing, 0)
    closing = np.take_along_axis(grid.closing, column[:, None], 1)[:, 0].astype(np.int64)
    return np.where(missing > min(MOST_MISSING_WEEKS, grid.width - 1), packed.UNKNOWN, closing)


def _sold_since(history: History, pools: Pools, missing: Codes) -> Amounts:
    """Return (S,) what was expected to sell in the weeks without a report, as it was known at the last one."""
    sold = np.zeros(history.series)
    for count in np.unique(missing):
        if not 0 < count <= min(MOST_MISSING_WEEKS, history.weeks - 1):
            continue
        rows = np.nonzero(missing == count)[0]
        then = history.rows(rows).until(history.weeks - int(count))
        sold[rows] = forecast.forecast(then, horizon_weeks=int(count), pools=pools).mean_units.sum(axis=1)
    return sold


def _arrived(arrivals: Arrivals, missing: Codes, series: int, *, marked: bool) -> Amounts:
    """Return (S,) pieces that arrived after the last report and by the close, as marked or as planned only."""
    since = (arrivals.week <= 0) & (arrivals.week > -missing[arrivals.row]) & (arrivals.marked == marked)
    return _sums(arrivals.row[since], arrivals.units[since], series)


def on_the_road(arrivals: Arrivals, missing: Codes) -> tuple[Amounts, Codes]:
    """
    Return goods on the road: (S, H) by coming week of arrival, and (S,) in all.

    What the last report holds is not on the road, nor what was marked as received since; what
    is overdue without either arrives in the coming week.
    """
    held = arrivals.week <= -missing[arrivals.row]
    open_ = ~held & ~((arrivals.week <= 0) & arrivals.marked)
    row, units, week = arrivals.row[open_], arrivals.units[open_], np.maximum(arrivals.week[open_] - 1, 0)
    near = week < HORIZON_WEEKS
    road = np.zeros((missing.size, HORIZON_WEEKS))
    np.add.at(road, (row[near], week[near]), units[near])
    return road, _sums(row, units, missing.size).astype(np.int64)


def _short_and_above(chunk: Chunk, mean_units: Amounts, sellable: Codes, road: Amounts) -> tuple[Amounts, Amounts]:
    series = mean_units.shape[0]
    found = order.propose(
        mean_units=mean_units,
        on_hand=sellable.astype(np.float64),
        arrivals=road,
        lead_weeks=np.minimum(chunk.lead_weeks, MOST_LEAD_WEEKS)[chunk.distributor],
        review_weeks=REVIEW_WEEKS,
        low_days=chunk.low_days,
        high_days=chunk.high_days,
        units_per_case=np.ones(series, dtype=np.int64),
        min_order_cases=np.zeros(series, dtype=np.int64),
        shelf_life_days=np.full(series, np.nan),
        orderable=np.ones(series, dtype=bool),
    )
    return found.short_units, found.above_units


def _days(units: Codes, per_day: Amounts) -> Amounts:
    days = np.full(per_day.shape, np.nan)
    np.divide(units, per_day, out=days, where=per_day > 0)
    return days


def _sums(place: Codes, amounts: Amounts, count: int) -> Amounts:
    """Return (count,) the amounts added up by place."""
    return np.asarray(np.bincount(place, amounts, minlength=count), dtype=np.float64)


@dataclass(frozen=True)
class Totals:
    """
    (D,) sums over a distributor's products at a close, or over those of a category of it; money in yuan.

    Of the stock `expiring_value` will not sell before its end, so days rest on the rest; with `band_low_value` and
    `band_high_value` of stock every product would lie at the ends of its band (STK-2c).
    """

    products: Codes
    below: Codes
    inside: Codes
    above: Codes
    stock_value: Amounts
    low_stock_value: Amounts
    high_stock_value: Amounts
    expected_value_per_day: Amounts
    trailing_value_per_day: Amounts
    sold_value: Amounts
    short_value: Amounts
    above_value: Amounts
    expiring_value: Amounts
    band_low_value: Amounts
    band_high_value: Amounts


def totals(chunk: Chunk, judged: Judged, kept: Flags) -> Totals:
    """Return the sums per distributor over the series kept (STK-1b's two sides among them)."""
    return _totals(chunk, judged, kept, chunk.distributor, chunk.distributors)


def totals_by_group(chunk: Chunk, judged: Judged, kept: Flags) -> tuple[Codes, Codes, Totals]:
    """Return distributors (N,), groups (N,) and their sums, for every group that a distributor keeps a series of."""
    groups = int(chunk.group.max(initial=0)) + 1
    pairs, place = np.unique((chunk.distributor * groups + chunk.group)[kept], return_inverse=True)
    owner = np.zeros(kept.size, dtype=np.int64)
    owner[kept] = place
    return pairs // groups, pairs % groups, _totals(chunk, judged, kept, owner, pairs.size)


def _totals(chunk: Chunk, judged: Judged, kept: Flags, place: Codes, size: int) -> Totals:
    """Return (size,) the sums over the series kept, by their place (S,)."""
    owner = place[kept]

    def count(chosen: Flags) -> Codes:
        return np.bincount(owner[chosen[kept]], minlength=size).astype(np.int64)

    def value(units: Amounts | Codes) -> Amounts:
        return _sums(owner, units[kept] * chunk.price[kept], size)

    sold = np.where(chunk.grid.reported[:, -1], chunk.grid.sold[:, -1], 0).astype(np.float64)
    return Totals(
        products=count(np.ones(kept.size, dtype=bool)),
        below=count(judged.band == BELOW),
        inside=count(judged.band == INSIDE),
        above=count(judged.band == ABOVE),
        stock_value=value(judged.stock.units),
        low_stock_value=value(judged.stock.low),
        high_stock_value=value(judged.stock.high),
        expected_value_per_day=value(judged.per_day),
        trailing_value_per_day=value(judged.trailing_per_day),
        sold_value=value(sold),
        short_value=value(judged.short_units),
        above_value=value(judged.above_units),
        expiring_value=value(judged.expiring_units),
        band_low_value=value(judged.per_day * chunk.low_days),
        band_high_value=value(judged.per_day * chunk.high_days),
    )


def spread_promotions(
    promotions: Sequence[tuple[date, date, float, npt.NDArray[np.int64]]], *, first_week: date, series: int, width: int
) -> Amounts:
    """
    Return (S, width) the intensity of promotions per week: the part of its days that they run in.

    Args:
        promotions: [starts_on, ends_on), intensity, the rows it holds for.
        first_week: the Monday of column 0.
        series, width: the shape.
    """
    intensity = np.zeros((series, width))
    for starts_on, ends_on, strength, rows in promotions:
        low, high = (starts_on - first_week).days, (ends_on - first_week).days
        columns = range(max(low // 7, 0), min(-(-high // 7), width))
        for column in columns:
            days = min(high, column * 7 + 7) - max(low, column * 7)
            intensity[rows, column] = np.maximum(intensity[rows, column], strength * days / DAYS_PER_WEEK)
    return intensity


def window_of(week: date, width: int) -> date:
    """Return the first week of a window of `width` weeks that ends with `week`."""
    return weeks.shift(week, 1 - width)
