"""
From the positions of many distributors to order lines, in columns.

The engine reckons what is expected in floats. What a line rests on is then cut to the digits that are kept, as whole
numbers: pieces to 1/10,000, pieces a day to 1/1,000,000, days to 1/100. From there on everything is exact, and the
same as `rules` decide of one line in Decimal: a test holds the two together, and a line can be recomputed from what
is kept, to the piece.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import limits
from channelkeeper.engine import order as engine
from channelkeeper.orders import rules
from channelkeeper.orders.rules import Basis, Bound, Cause, Group
from channelkeeper.stock.rules import DAYS_PER_WEEK, BandLimits

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CAUSES = (Cause.SEASON, Cause.FESTIVAL, Cause.PROMOTION, Cause.TREND, Cause.STOCK_OUT)
BOUNDS = tuple(Bound(name) for name in engine.BOUND_NAMES)
GROUPS = tuple(Group)
SAID_CAUSES = (Cause.NONE, *CAUSES)
NONE = -1  # in a column of whole numbers: no figure

UNIT_PLACES, RATE_PLACES, DAY_PLACES, PRICE_PLACES, CHANGE_PLACES = 4, 6, 2, 8, 3
# Days x pieces a day, and pieces, in one whole number: 1/100 day x 1/1,000,000, twice, for the middle of the band.
_SCALE = 2 * 10 ** (RATE_PLACES + DAY_PLACES)
_OF_UNITS = _SCALE // 10**UNIT_PLACES


@dataclass(frozen=True)
class Stock:
    """
    What is known of S series of any number of distributors.

    Fields:
        on_hand, expiring: (S,) pieces at the close, >= 0; of them what will expire before its turn.
        mean_units: (S, H) expected sell-out per coming week, H >= longest lead + review + 4.
        arrivals: (S, H) pieces on the road and on open orders, by the coming week in which they arrive.
        lead_weeks: (S,) in which coming week the order arrives.
        review_weeks: (S,) how many weeks end with the reading, the one of arrival included.
        lead_days: (S,) days from the close to the arrival.
        low_days, high_days: (S,) the band.
        units_per_case, min_order_cases: (S,) of the product, of the distributor.
        first_fill_cases: (S,) of a launch that is ordered for the first time; NONE else.
        cases_per_pallet: (S,) NONE where nobody has said.
        days_to_sell: (S,) days from arrival until goods expire or leave the range; NaN where neither.
        leaves_first: (S,) whether they leave the range before they expire.
        barred_by: (S,) int8, why a product may not be ordered, as `engine.LAUNCH`; `engine.NONE` where it may.
        causes: (S, 5) natural logarithms, in the order of `CAUSES`.
        price: (S,) yuan per piece x 10 ** 8.
        segment: (S,) which distributor, 0 .. D-1, ascending.
        limits: of the D distributors.
    """

    on_hand: Codes
    expiring: Codes
    mean_units: Amounts
    arrivals: Amounts
    lead_weeks: Codes
    review_weeks: Codes
    lead_days: Codes
    low_days: Amounts
    high_days: Amounts
    units_per_case: Codes
    min_order_cases: Codes
    first_fill_cases: Codes
    cases_per_pallet: Codes
    days_to_sell: Amounts
    leaves_first: Flags
    barred_by: npt.NDArray[np.int8]
    causes: Amounts
    price: Codes
    segment: Codes
    limits: limits.Limits


@dataclass(frozen=True)
class Lines:
    """
    S order lines as proposed: what each rests on, what to order, what there is to say.

    Fields, (S,) each:
        on_hand, expiring, road: pieces.
        until_arrival, until_reading, missed, fresh: expected pieces x 10 ** 4; `fresh` is NONE where goods keep.
        per_day_now, per_day_after: expected pieces a day x 10 ** 6.
        low, high: days x 100.
        case, minimum, first_fill, pallet: units per case, cases; NONE where there is none.
        barred, capped: int8 bounds, as in `rules.Basis`.
        price: yuan per piece x 10 ** 8.
        segment: which distributor.
        wanted: pieces by ORD-1. units: pieces within the limits of the distributor.
        bound, group, cause: places in BOUNDS, GROUPS, SAID_CAUSES.
        change: of sell-out by the cause, x 1,000.
    """

    on_hand: Codes
    expiring: Codes
    road: Codes
    until_arrival: Codes
    until_reading: Codes
    missed: Codes
    fresh: Codes
    per_day_now: Codes
    per_day_after: Codes
    low: Codes
    high: Codes
    case: Codes
    minimum: Codes
    first_fill: Codes
    pallet: Codes
    barred: Codes
    capped: Codes
    price: Codes
    segment: Codes
    wanted: Codes
    units: Codes
    bound: Codes
    group: Codes
    cause: Codes
    change: Codes

    @property
    def sellable(self) -> Codes:
        """Return pieces on hand that sell before they expire."""
        return np.asarray(np.maximum(self.on_hand - self.expiring, 0), dtype=np.int64)

    @cached_property
    def left(self) -> Codes:
        """Return what would stand at the reading without an order, in 1/`_SCALE` pieces; may be negative."""
        arrived = (self.sellable + self.road) * 10**UNIT_PLACES
        return np.asarray((arrived - self.until_reading + self.missed) * _OF_UNITS, dtype=np.int64)

    @cached_property
    def ends(self) -> tuple[Codes, Codes, Codes]:
        """Return the stock at the reading that is the foot, the middle and the top of the band."""
        rate = self.per_day_after
        return 2 * self.low * rate, (self.low + self.high) * rate, 2 * self.high * rate

    def at_reading(self, units: Codes) -> Codes:
        """Return the stock at the reading after an order, in 1/`_SCALE` pieces; never below 0."""
        return np.asarray(np.maximum(self.left + units * _SCALE, 0), dtype=np.int64)

    def units_at_reading(self, units: Codes) -> Amounts:
        """Return the stock at the reading after an order, in pieces."""
        return np.asarray(self.at_reading(units) / _SCALE, dtype=np.float64)

    def inside_now(self) -> Flags:
        """Return whether the stock on hand lies in the band."""
        held, rate = self.sellable * 10 ** (RATE_PLACES + DAY_PLACES), self.per_day_now
        return np.asarray((rate > 0) & (held >= self.low * rate) & (held <= self.high * rate), dtype=np.bool_)

    def above_now(self) -> Flags:
        """Return whether the stock on hand lies above the band."""
        rate = self.per_day_now
        held = self.sellable * 10 ** (RATE_PLACES + DAY_PLACES)
        return np.asarray((rate > 0) & (held > self.high * rate), dtype=np.bool_)

    def inside_after(self, units: Codes) -> Flags:
        """Return whether an order lands in the band."""
        low, _, high = self.ends
        landed = self.at_reading(units)
        return np.asarray((self.per_day_after > 0) & (landed >= low) & (landed <= high), dtype=np.bool_)

    def days_now(self) -> Amounts:
        """Return the days that the stock lasts, not rounded; NaN where nothing is expected."""
        return _ratio(self.sellable * 10**RATE_PLACES, self.per_day_now)

    def days_after(self, units: Codes) -> Amounts:
        """Return the cover at the reading after an order, not rounded; NaN where nothing is expected then."""
        return _ratio(self.at_reading(units), self.per_day_after * (_SCALE // 10**RATE_PLACES))

    def amounts(self, units: Codes) -> Codes:
        """Return what an order of each line costs, in fen, rounded half up."""
        fen = 10 ** (PRICE_PLACES - 2)
        return np.asarray((units * self.price + fen // 2) // fen, dtype=np.int64)

    def rows(self, chosen: Codes | Flags | slice) -> Self:
        """Return some of the lines."""
        return replace(self, **{one.name: getattr(self, one.name)[chosen] for one in fields(self)})

    def basis(self, row: int) -> Basis:
        """Return what one line rests on, as the rule takes it."""
        fresh = int(self.fresh[row])
        first_fill = int(self.first_fill[row])
        barred = BOUNDS[int(self.barred[row])]
        return Basis(
            on_hand_units=int(self.on_hand[row]),
            road_units=int(self.road[row]),
            expected_until_arrival_units=_exact(self.until_arrival[row], UNIT_PLACES),
            expected_until_reading_units=_exact(self.until_reading[row], UNIT_PLACES),
            missed_units=_exact(self.missed[row], UNIT_PLACES),
            per_day_now=_exact(self.per_day_now[row], RATE_PLACES),
            per_day_after=_exact(self.per_day_after[row], RATE_PLACES),
            band=BandLimits(_exact(self.low[row], DAY_PLACES), _exact(self.high[row], DAY_PLACES)),
            units_per_case=int(self.case[row]),
            min_order_cases=int(self.minimum[row]),
            fresh_units=None if fresh == NONE else _exact(self.fresh[row], UNIT_PLACES),
            barred_by=None if barred is Bound.NONE else barred,
            expiring_units=int(self.expiring[row]),
            first_fill_cases=None if first_fill == NONE else first_fill,
            capped_by=BOUNDS[int(self.capped[row])],
        )

    def __len__(self) -> int:
        return int(self.units.size)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line as proposed: what it rests on, what to order, what there is to say."""

    basis: Basis
    wanted_units: int
    units: int
    bound_by: Bound
    group: Group
    cause: Cause
    change: Decimal
    price: Decimal


def reckon(stock: Stock) -> Lines:
    """Return the line of each series, in order."""
    found = engine.propose(
        mean_units=stock.mean_units,
        on_hand=np.maximum(stock.on_hand - stock.expiring, 0).astype(np.float64),
        arrivals=stock.arrivals,
        lead_weeks=stock.lead_weeks,
        review_weeks=stock.review_weeks,
        low_days=stock.low_days,
        high_days=stock.high_days,
        units_per_case=stock.units_per_case,
        min_order_cases=stock.min_order_cases,
        shelf_life_days=stock.days_to_sell,
        orderable=stock.barred_by == engine.NONE,
        barred_by=stock.barred_by,
    )
    lines = _kept(stock, found)
    wanted, bound = _quantities(lines)
    lines = replace(lines, wanted=wanted, units=wanted, bound=bound)
    units, bound = within_limits(lines, stock.limits)
    cause, change = _causes(stock.causes)
    lines = replace(lines, units=units, bound=bound, cause=cause, change=change)
    return replace(lines, group=_groups(lines))


def proposed(lines: Lines) -> Iterator[Proposed]:
    """Yield the lines one by one, as rules and sentences take them."""
    for row in range(len(lines)):
        yield Proposed(
            basis=lines.basis(row),
            wanted_units=int(lines.wanted[row]),
            units=int(lines.units[row]),
            bound_by=BOUNDS[int(lines.bound[row])],
            group=GROUPS[int(lines.group[row])],
            cause=SAID_CAUSES[int(lines.cause[row])],
            change=_exact(lines.change[row], CHANGE_PLACES),
            price=_exact(lines.price[row], PRICE_PLACES),
        )


def within_limits(lines: Lines, caps: limits.Limits) -> tuple[Codes, Codes]:
    """Return the units that each distributor's limits leave, and what bound them, from kept figures alone."""
    pallet = np.where(lines.pallet > 0, lines.case * lines.pallet, 0)
    fitted, bound = limits.fit(
        limits.Wanted(
            units=lines.wanted.astype(np.float64),
            bound_by=lines.bound.astype(np.int8),
            position_units=lines.left / _SCALE,
            per_day=lines.per_day_after / 10**RATE_PLACES,
            high_days=lines.high / 10**DAY_PLACES,
            units_per_case=lines.case,
            price=lines.price / 10**PRICE_PLACES,
            pallets_per_unit=np.where(pallet > 0, 1 / np.maximum(pallet, 1), 0.0),
            segment=lines.segment,
        ),
        caps,
    )
    return np.rint(fitted).astype(np.int64), bound.astype(np.int64)


def _kept(stock: Stock, found: engine.Order) -> Lines:
    """Return what each line rests on, cut to the digits that are kept."""
    weeks = np.arange(stock.mean_units.shape[1])
    by_reading = weeks < (stock.lead_weeks + stock.review_weeks)[:, None]
    days = np.clip(stock.lead_days[:, None] - weeks * DAYS_PER_WEEK, 0, DAYS_PER_WEEK) / DAYS_PER_WEEK
    nothing = np.zeros(stock.on_hand.size, dtype=np.int64)
    keeps = np.isfinite(found.fresh_units)
    return Lines(
        on_hand=stock.on_hand,
        expiring=stock.expiring,
        road=np.rint(np.where(by_reading, stock.arrivals, 0).sum(1)).astype(np.int64),
        until_arrival=_fixed((days * stock.mean_units).sum(1), UNIT_PLACES),
        until_reading=_fixed(found.expected_until_reading, UNIT_PLACES),
        missed=_fixed(found.short_units, UNIT_PLACES),
        fresh=np.where(keeps, _fixed(np.where(keeps, found.fresh_units, 0), UNIT_PLACES), NONE),
        per_day_now=_fixed(stock.mean_units[:, : engine.COVER_WEEKS].mean(1) / DAYS_PER_WEEK, RATE_PLACES),
        per_day_after=_fixed(found.expected_per_day_after, RATE_PLACES),
        low=_fixed(stock.low_days, DAY_PLACES),
        high=_fixed(stock.high_days, DAY_PLACES),
        case=stock.units_per_case,
        minimum=stock.min_order_cases,
        first_fill=stock.first_fill_cases,
        pallet=stock.cases_per_pallet,
        barred=stock.barred_by.astype(np.int64),
        capped=np.where(stock.leaves_first, engine.RETIRE, engine.SHELF_LIFE).astype(np.int64),
        price=stock.price,
        segment=stock.segment,
        wanted=nothing,
        units=nothing,
        bound=nothing,
        group=nothing,
        cause=nothing,
        change=nothing,
    )


def _quantities(lines: Lines) -> tuple[Codes, Codes]:
    """Return ORD-1c of every line: pieces, and what bound them; `rules.quantity` in whole numbers."""
    cases, bound = _whole_cases(lines)
    _, _, high = lines.ends
    small = (cases > 0) & (cases < lines.minimum)
    fits = lines.at_reading(lines.minimum * lines.case) <= high
    cases = np.where(small, np.where(fits, lines.minimum, 0), cases)
    bound = np.where(small, engine.MINIMUM, bound)
    fill = cases < lines.first_fill
    cases, bound = np.where(fill, lines.first_fill, cases), np.where(fill, engine.LAUNCH, bound)
    most = np.maximum(lines.fresh, 0) // (lines.case * 10**UNIT_PLACES)
    capped = (lines.fresh != NONE) & (cases > most)
    cases = np.where(capped, np.where(most < lines.minimum, 0, most), cases)
    bound = np.where(capped, lines.capped, bound)
    barred = lines.barred != engine.NONE
    return np.where(barred, 0, cases * lines.case), np.where(barred, lines.barred, bound)


def _whole_cases(lines: Lines) -> tuple[Codes, Codes]:
    low, middle, high = lines.ends
    case = lines.case * _SCALE
    ideal = np.maximum(middle - lines.left, 0)
    fewer, more = ideal // case, -(-ideal // case)
    under, over = lines.at_reading(fewer * lines.case), lines.at_reading(more * lines.case)
    wide = (case > high - low) & (ideal > 0)
    nearest = np.where(over - middle < middle - under, more, fewer)
    cases = np.where(wide, np.where((over <= high) | (under < low), more, fewer), nearest)
    landed = np.where(cases == more, over, under)
    flagged = wide & ((landed < low) | (landed > high))
    return cases, np.where(flagged, engine.CASE, engine.NONE).astype(np.int64)


def _causes(logs: Amounts) -> tuple[Codes, Codes]:
    """Return the largest cause of each line and its change x 1,000; `rules.largest_cause` in columns."""
    place = np.abs(logs).argmax(1)
    largest = np.take_along_axis(logs, place[:, None], 1)[:, 0]
    most = float(rules.MOST_LOG)
    change = np.rint(np.expm1(np.minimum(largest, most)) * 10**CHANGE_PLACES).astype(np.int64)
    named = np.abs(change) >= int(rules.NAMED_FROM * 10**CHANGE_PLACES)
    change = np.minimum(change, int(rules.MOST_CHANGE * 10**CHANGE_PLACES))
    return np.where(named, place + 1, 0), np.where(named, change, 0)


def _groups(lines: Lines) -> Codes:
    """Return the group of each line: `rules.group_of` in columns."""
    there = (lines.sellable + lines.road) * 10**UNIT_PLACES
    runs_out = (lines.missed > 0) | (there < lines.until_arrival)
    still = (lines.per_day_now == 0) & (lines.per_day_after == 0)
    grows = (lines.cause > 0) & (lines.change >= int(rules.GROWS_FROM * 10**CHANGE_PLACES))
    chosen = np.select(
        [lines.units < lines.wanted, still & (lines.units == 0), still, runs_out, lines.units > 0],
        [
            GROUPS.index(Group.CUT),
            GROUPS.index(Group.IDLE),
            GROUPS.index(Group.GROW),
            GROUPS.index(Group.RUN_OUT),
            np.where(grows, GROUPS.index(Group.GROW), GROUPS.index(Group.HOLD)),
        ],
        np.where(lines.above_now(), GROUPS.index(Group.SELL_DOWN), GROUPS.index(Group.ENOUGH)),
    )
    return np.asarray(chosen, dtype=np.int64)


def _fixed(values: Amounts, places: int) -> Codes:
    return np.asarray(np.rint(values * 10**places), dtype=np.int64)


def _exact(value: np.int64, places: int) -> Decimal:
    return Decimal(int(value)).scaleb(-places)


def _ratio(above: Codes, below: Codes) -> Amounts:
    days = np.full(above.shape, np.nan)
    np.divide(above, below, out=days, where=below > 0)
    return days
