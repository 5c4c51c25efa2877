"""
What to order, what binds an order, who may take which step in its life.

Exact, for one line each; quantities are pieces, `Decimal` where something is expected. The engine does the same for
the whole network in arrays; a test holds the two together. `docs/algorithms/proposal.md` tells it in worked numbers.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any

from channelkeeper.access.rules import READERS, STAFF, Permissions, Role
from channelkeeper.core import sentences, weeks
from channelkeeper.core.money import to_fen as to_fen
from channelkeeper.seasons.rules import OrderPlan as OrderPlan
from channelkeeper.stock.rules import Band, BandLimits, Holding, inventory_days, judge, total_days

REVIEW_WEEKS = 1  # orders follow the weekly close
VERSION = 2  # of ORD-1 as it stands here; kept with each order
MOST_CASES = 99_999  # more of one product in one order is a slip of the hand
GROWS_FROM = Decimal("0.10")  # a cause that lifts sell-out by less is not what a line is about
NAMED_FROM = Decimal("0.05")  # a cause that moves sell-out by less is not named: forecast error is wider
MOST_CHANGE = Decimal(99)  # a hundredfold is no share any more
MOST_LOG = 4.7  # its logarithm, and a little more
ZERO = Decimal(0)

SETTLERS = STAFF | {Role.DISTRIBUTOR}
SEEN_BY = READERS | {Role.DISTRIBUTOR}
PERMISSIONS: Permissions = {
    "orders.order.proposed": STAFF,
    "orders.line.edited": STAFF,
    "orders.line.undone": STAFF,
    "orders.order.offered": STAFF,
    "orders.order.withdrawn": STAFF,
    "orders.order.opened": frozenset({Role.DISTRIBUTOR}),
    "orders.order.accepted": SETTLERS,
    "orders.order.changed": SETTLERS,
    "orders.order.declined": SETTLERS,
    "orders.order.settled": STAFF,
    "orders.order.sent": STAFF,
    "orders.order.cancelled": STAFF,
    "orders.link.made": STAFF,
    "orders.link.withdrawn": STAFF,
    "orders.link.opened": frozenset({Role.DISTRIBUTOR}),
    "orders.link.used": frozenset({Role.DISTRIBUTOR}),
    "orders.record.scored": frozenset({Role.HEADQUARTERS}),
}


class State(StrEnum):
    """proposed → offered → accepted or changed → sent; cancelled from any but sent."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    CHANGED = "changed"
    ACCEPTED = "accepted"
    SENT = "sent"
    CANCELLED = "cancelled"


OPEN = (State.OFFERED, State.CHANGED, State.ACCEPTED, State.SENT)  # goods that may still come
SHOWN_TO_DISTRIBUTOR = (*OPEN, State.CANCELLED)

# Which states each step may be taken from, and where it leads; None leaves the state as it is.
STEPS: Mapping[str, tuple[frozenset[State], State | None]] = {
    "edited": (frozenset({State.PROPOSED}), None),
    "undone": (frozenset({State.PROPOSED}), None),
    "offered": (frozenset({State.PROPOSED}), State.OFFERED),
    "withdrawn": (frozenset({State.OFFERED}), State.PROPOSED),
    "opened": (frozenset({State.OFFERED}), None),
    "linked": (frozenset({State.OFFERED, State.CHANGED}), None),
    "accepted": (frozenset({State.OFFERED}), State.ACCEPTED),
    "changed": (frozenset({State.OFFERED, State.CHANGED}), State.CHANGED),
    "declined": (frozenset({State.OFFERED, State.CHANGED}), State.CANCELLED),
    "settled": (frozenset({State.CHANGED}), State.ACCEPTED),
    "sent": (frozenset({State.ACCEPTED}), State.SENT),
    "cancelled": (frozenset(State) - {State.SENT, State.CANCELLED}, State.CANCELLED),
}


LINK_DAYS, MOST_LINK_DAYS = 7, 30  # a proposal is about the coming week; after a month nobody knows who holds a link


@dataclass(frozen=True, slots=True)
class LinkLife:
    """
    What decides whether a one-time link opens its order.

    Attributes:
        made_at, expires_at: it lasts in [made_at, expires_at).
        ended_at: when it was spent or withdrawn; None while neither.
        offered_at: of its order, as it stands; None where that is a draft again.
        state: of its order.
    """

    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    offered_at: datetime | None
    state: State


def opens(life: LinkLife, *, at: datetime) -> bool:
    """
    Return whether a one-time link opens its order now.

    A link is one answer to one offer: accepting, changing or declining spends it, and an offer that was taken back and
    made anew is another one.

    Rule: ORD-6.
    """
    if life.ended_at is not None or not life.made_at <= at < life.expires_at:
        return False
    return life.state in STEPS["linked"][0] and life.offered_at is not None and life.offered_at <= life.made_at


def check_link_days(days: int) -> None:
    """
    Pass if a link may last so many days.

    Raises:
        WrongQuantity: it may not.
    """
    if not 1 <= days <= MOST_LINK_DAYS:
        raise WrongQuantity("wrong_link_days", days=days, most=MOST_LINK_DAYS)


class Bound(StrEnum):
    """Which rule bound a quantity; the words of the engine's file `proposals`."""

    NONE = "none"
    CASE = "case"
    MINIMUM = "minimum"
    LIMIT = "limit"
    TRUCK = "truck"
    SHELF_LIFE = "shelf_life"
    LAUNCH = "launch"
    RETIRE = "retire"
    CLOSED = "closed"


BARS = frozenset({Bound.LAUNCH, Bound.RETIRE, Bound.CLOSED})


class Group(StrEnum):
    """What there is to say about a line; `queries.SHOWN_LINES` is the order in which a page shows them."""

    RUN_OUT = "run_out"
    GROW = "grow"
    HOLD = "hold"
    SELL_DOWN = "sell_down"
    CUT = "cut"
    ENOUGH = "enough"
    IDLE = "idle"


class Cause(StrEnum):
    """Why the coming four weeks differ from the last four; the words of a position's columns."""

    NONE = ""
    SEASON = "season"
    FESTIVAL = "festival"
    PROMOTION = "promotion"
    TREND = "trend"
    STOCK_OUT = "stock_out"


class Refusal(ValueError):
    """A step that the rules do not allow: a code and figures, said in either language by `core.sentences`."""

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(code)
        self.code = f"orders.{code}"
        self.figures = figures

    def __str__(self) -> str:
        return sentences.render(self.code, self.figures, "en")


class WrongState(Refusal):
    """The order's state does not allow the step."""


class EstimatedStock(Refusal):
    """The order rests on estimated stock, so it cannot be sent (STK-6)."""


class ReasonMissing(Refusal):
    """The step needs a reason in words, and none was given."""


class WrongQuantity(Refusal):
    """A quantity that cannot be ordered, or a product that the order does not hold."""


@dataclass(frozen=True, slots=True)
class Basis:
    """
    What a line rests on, as it is kept: from this alone its quantity, days and bound follow.

    Attributes:
        on_hand_units: sellable at the close.
        road_units: on the road and on open orders, there by the reading.
        expected_until_arrival_units: sell-out from the close to the day of arrival.
        expected_until_reading_units: sell-out from the close to the reading.
        missed_units: of it, what neither stock nor road can serve before the order arrives: lost, not owed.
        per_day_now: mean of the 28 days after the close.
        per_day_after: mean of the 28 days after the reading.
        band: the days to keep between.
        units_per_case: >= 1.
        min_order_cases: 0 is none.
        fresh_units: the most of this order that sells before it expires; None where goods keep.
        barred_by: LAUNCH, RETIRE or CLOSED where the product may not be ordered.
        expiring_units: of those on hand, what will expire before its turn: it covers nothing (STK-1c).
        first_fill_cases: what a launch plan starts the product with, where this is its first order; else None.
        capped_by: what ends the time that `fresh_units` sell in: SHELF_LIFE, or RETIRE where the product leaves first.
    """

    on_hand_units: int
    road_units: int
    expected_until_arrival_units: Decimal
    expected_until_reading_units: Decimal
    missed_units: Decimal
    per_day_now: Decimal
    per_day_after: Decimal
    band: BandLimits
    units_per_case: int
    min_order_cases: int = 0
    fresh_units: Decimal | None = None
    barred_by: Bound | None = None
    expiring_units: int = 0
    first_fill_cases: int | None = None
    capped_by: Bound = Bound.SHELF_LIFE

    @property
    def sellable_units(self) -> int:
        """Return what is on hand and sells before it expires."""
        return max(self.on_hand_units - self.expiring_units, 0)

    @property
    def left_units(self) -> Decimal:
        """Return what would stand at the reading without an order; negative where sell-out goes unserved."""
        arrived = self.sellable_units + self.road_units
        return arrived - self.expected_until_reading_units + self.missed_units

    @property
    def middle_units(self) -> Decimal:
        """Return the stock that is the middle of the band at the reading."""
        return (self.band.low_days + self.band.high_days) / 2 * self.per_day_after


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many pieces to order, in whole cases, and which rule bound it."""

    units: int
    bound_by: Bound


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands: what it rests on, pieces ordered, yuan per piece."""

    basis: Basis
    units: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What an order amounts to: each line's sum is to the fen, so that lines add up to the amount."""

    lines_ordered: int
    cases: int
    amount: Decimal
    days_now: Decimal | None
    days_after: Decimal | None
    inside_now: int
    inside_after: int


def quantity(basis: Basis) -> Quantity:
    """
    Return the order that brings a product to the middle of its band at the reading, and what bound it.

    Expected sell-out until the reading + the middle of the band x mean per day after it − stock on hand − goods on
    the road and on open orders, not below 0, in the whole cases nearest to it. What is lost before the order arrives
    is not owed. A small order is lifted to the minimum if cover stays in the band, else it waits. The first order of a
    launch is at least its first fill. Nothing is ordered that would expire, or leave the range, before it sells.

    Returns:
        Whole cases in pieces. Bound is CASE only where a case is wider than the band and lands outside it, LAUNCH
        with pieces only where the first fill asked for more.

    Rule: ORD-1c.
    """
    if basis.barred_by is not None:
        return Quantity(0, basis.barred_by)
    cases, bound = _whole_cases(basis)
    cases, bound = _lift_to_minimum(basis, cases, bound)
    if basis.first_fill_cases is not None and cases < basis.first_fill_cases:
        cases, bound = basis.first_fill_cases, Bound.LAUNCH
    cases, bound = _keep_fresh(basis, cases, bound)
    return Quantity(cases * basis.units_per_case, bound)


def ideal_units(basis: Basis) -> Decimal:
    """Return the order before cases, minimum and shelf life: what is missing to the middle of the band."""
    return max(basis.middle_units - basis.left_units, ZERO)


def units_at_reading(basis: Basis, units: int) -> Decimal:
    """Return the stock at the reading after an order; never below 0."""
    return max(basis.left_units + units, ZERO)


def cover_after(basis: Basis, units: int) -> Decimal | None:
    """Return the days of cover at the reading after an order, not rounded; None where nothing is expected then."""
    return inventory_days(stock_units=units_at_reading(basis, units), sell_out_per_day=basis.per_day_after)


def cover_now(basis: Basis) -> Decimal | None:
    """Return the days that the stock on hand lasts, not rounded; None where nothing is expected."""
    return inventory_days(stock_units=Decimal(basis.sellable_units), sell_out_per_day=basis.per_day_now)


def band_after(basis: Basis, units: int) -> Band:
    """Return where an order lands at the reading."""
    return judge(cover_after(basis, units), basis.band)


def risked_units(basis: Basis, units: int) -> Decimal:
    """
    Return what is expected to go unserved between the arrival of an order and its reading.

    What a truck or a limit cut is shown with it: 96 pieces less, of which 40 will be asked for and not be there.

    Rule: ORD-2b.
    """
    return max(-(basis.left_units + units), ZERO)


def runs_out(basis: Basis) -> bool:
    """Return whether stock and road do not last until the day of arrival."""
    there = basis.sellable_units + basis.road_units
    return basis.missed_units > 0 or there < basis.expected_until_arrival_units


def group_of(basis: Basis, units: int, cause: Cause, change: Decimal, *, wanted_units: int | None = None) -> Group:
    """
    Return what there is to say about a line as proposed.

    Args:
        basis: what it rests on.
        units: proposed.
        cause: the largest part of the change of sell-out.
        change: by that cause, as a share: 0.4 is 40% more.
        wanted_units: what ORD-1 asks for, where a truck or a limit left less of it.
    """
    if wanted_units is not None and units < wanted_units:
        return Group.CUT
    if not basis.per_day_now and not basis.per_day_after:
        return Group.IDLE if not units else Group.GROW
    if runs_out(basis):
        return Group.RUN_OUT
    if units:
        return Group.GROW if cause is not Cause.NONE and change >= GROWS_FROM else Group.HOLD
    return Group.SELL_DOWN if judge(cover_now(basis), basis.band) is Band.ABOVE else Group.ENOUGH


def barred_by(
    *, launched_on: date | None, retires_on: date | None, ends_on: date | None, arrives_on: date
) -> Bound | None:
    """
    Return why a product may not be ordered by a distributor; None where it may.

    Args:
        launched_on, retires_on: of the product; it can be had in [launched_on, retires_on).
        ends_on: of the distributor.
        arrives_on: when the goods would arrive.
    """
    if ends_on is not None and ends_on <= arrives_on:
        return Bound.CLOSED
    if launched_on is not None and launched_on > arrives_on:
        return Bound.LAUNCH
    return Bound.RETIRE if retires_on is not None and retires_on <= arrives_on else None


def is_stuffing(basis: Basis, *, units: int, proposed_units: int) -> bool:
    """
    Return whether a person's quantity lifts cover above the band.

    The proposal itself never does, even where a case or a minimum carries it above; neither does less of it. Where
    nothing is expected to sell, every piece lies still.

    Rule: ORD-4.
    """
    if units <= proposed_units:
        return False
    return band_after(basis, units) in (Band.ABOVE, Band.NONE)


def most_cases(basis: Basis, *, proposed_units: int) -> int:
    """Return the most whole cases that need no reason: up to the top of the band, or what was proposed."""
    room = max(basis.band.high_days * basis.per_day_after - basis.left_units, ZERO)
    return max(int(room / basis.units_per_case), proposed_units // basis.units_per_case)


def units_of(basis: Basis, cases: int) -> int:
    """
    Return cases in pieces.

    Raises:
        WrongQuantity: fewer than 0, or more than anybody orders.
    """
    if not 0 <= cases <= MOST_CASES:
        raise WrongQuantity("wrong_cases", cases=cases, most=MOST_CASES)
    return cases * basis.units_per_case


def next_state(*, number: str, state: State, step: str) -> State:
    """
    Return the state after a step.

    Raises:
        WrongState: the step is not open in this state.
    """
    allowed, following = STEPS[step]
    if state not in allowed:
        raise WrongState(f"cannot_be_{step}", number=number, state=state.value)
    return following or state


def check_sendable(*, number: str, estimated: bool, lines_ordered: int) -> None:
    """
    Pass if an order may leave.

    Raises:
        EstimatedStock: it rests on estimated stock.
        WrongQuantity: it orders nothing.
    """
    if estimated:
        raise EstimatedStock("estimated_stock", number=number)
    check_not_empty(number=number, lines_ordered=lines_ordered)


def check_not_empty(*, number: str, lines_ordered: int) -> None:
    """
    Pass if an order orders something.

    Raises:
        WrongQuantity: it does not.
    """
    if not lines_ordered:
        raise WrongQuantity("empty_order", number=number)


def largest_cause(logs: Mapping[Cause, float]) -> tuple[Cause, Decimal]:
    """
    Return what moves the expectation most, and by which share: (PROMOTION, 0.40).

    Args:
        logs: natural logarithm of each cause's factor, the coming four weeks over the last four.

    Returns:
        NONE and 0 where nothing moves it by `NAMED_FROM`.
    """
    cause = max(logs, key=lambda one: abs(logs[one]), default=Cause.NONE)
    change = Decimal(round(math.expm1(min(logs.get(cause, 0.0), MOST_LOG)) * 1000)).scaleb(-3)
    return (cause, min(change, MOST_CHANGE)) if abs(change) >= NAMED_FROM else (Cause.NONE, ZERO)


def number_of(*, distributor_code: str, week: date, nth: int) -> str:
    """
    Return an order's number: the distributor, and the week in which it is placed.

    Args:
        distributor_code: D001.
        week: the closed week it rests on, the one before.
        nth: 1 for the first of that week; later ones, after a cancelled one, carry it.
    """
    year, week_number, _ = weeks.shift(week, 1).isocalendar()
    number = f"{distributor_code}-{year}W{week_number:02d}"
    return number if nth == 1 else f"{number}-{nth}"


def totals(lines: Iterable[Line]) -> Totals:
    """Return what an order amounts to; days are Σ stock x price ÷ Σ per day x price, not rounded (STK-1)."""
    held = list(lines)
    now = [Holding(Decimal(max(one.basis.on_hand_units, 0)), one.basis.per_day_now, one.price) for one in held]
    after = [Holding(units_at_reading(one.basis, one.units), one.basis.per_day_after, one.price) for one in held]
    return Totals(
        lines_ordered=sum(one.units > 0 for one in held),
        cases=sum(one.units // one.basis.units_per_case for one in held),
        amount=sum((line_amount(one.units, one.price) for one in held), Decimal("0.00")),
        days_now=total_days(now),
        days_after=total_days(after),
        inside_now=sum(judge(cover_now(one.basis), one.basis.band) is Band.INSIDE for one in held),
        inside_after=sum(band_after(one.basis, one.units) is Band.INSIDE for one in held),
    )


def line_amount(units: int, price_per_unit: Decimal) -> Decimal:
    """Return what a line costs, to the fen."""
    return to_fen(units * price_per_unit)


def _whole_cases(basis: Basis) -> tuple[int, Bound]:
    """Return the case count nearest the middle; of a case wider than the band, the one that lands inside if any."""
    ideal, case, band = ideal_units(basis) / basis.units_per_case, basis.units_per_case, basis.band
    fewer = int(ideal.to_integral_value(ROUND_FLOOR))
    more = int(ideal.to_integral_value(ROUND_CEILING))
    under, over = units_at_reading(basis, fewer * case), units_at_reading(basis, more * case)
    low, high = band.low_days * basis.per_day_after, band.high_days * basis.per_day_after
    if case <= high - low or not ideal:
        middle = basis.middle_units
        return (more if over - middle < middle - under else fewer), Bound.NONE
    cases = more if over <= high or under < low else fewer
    landed = over if cases == more else under
    return cases, Bound.NONE if low <= landed <= high else Bound.CASE


def _lift_to_minimum(basis: Basis, cases: int, bound: Bound) -> tuple[int, Bound]:
    if not 0 < cases < basis.min_order_cases:
        return cases, bound
    lifted = basis.min_order_cases * basis.units_per_case
    fits = units_at_reading(basis, lifted) <= basis.band.high_days * basis.per_day_after
    return (basis.min_order_cases if fits else 0), Bound.MINIMUM


def _keep_fresh(basis: Basis, cases: int, bound: Bound) -> tuple[int, Bound]:
    if basis.fresh_units is None:
        return cases, bound
    most = int(max(basis.fresh_units, ZERO) / basis.units_per_case)
    if cases <= most:
        return cases, bound
    return (0 if most < basis.min_order_cases else most), basis.capped_by
