"""
What a report, a stock and a week are worth: inventory days, the band, turnover, what ran out, what does not meet.

Exact, for one case each. `close` asks the same of the whole network in arrays; a test holds the two together.
Weeks are the dates of their Mondays; quantities are pieces.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from channelkeeper.access.rules import READERS, STAFF, Permissions, Role
from channelkeeper.core import weeks

SENDERS = STAFF | {Role.DISTRIBUTOR}
BAND_SETTERS = frozenset({Role.HEADQUARTERS, Role.OFFICE_MANAGER})  # a manager sets those of own distributors
COUNTERS = READERS  # an auditor changes nothing else but records of checks and counts

PERMISSIONS: Permissions = {
    "stock.report.held": SENDERS,
    "stock.report.accepted": SENDERS,
    "stock.intake.answered": SENDERS,
    "stock.intake.mended": SENDERS,
    "stock.intake.dropped": SENDERS,
    "stock.code.withdrawn": SENDERS,
    "stock.shipment.recorded": frozenset({Role.HEADQUARTERS, Role.OFFICE_MANAGER}),
    "stock.shipment.received": SENDERS,
    "stock.week.closed": frozenset({Role.HEADQUARTERS}),
    "stock.band.set": BAND_SETTERS,
    "stock.band.ended": BAND_SETTERS,
    "stock.count.recorded": COUNTERS,
    "stock.count.withdrawn": COUNTERS,
    "stock.sell_in.recorded": frozenset({Role.HEADQUARTERS}),
}

COVER_DAYS = 28  # four whole weeks, so that the weekday pattern cancels (STK-1)
DAYS_PER_WEEK = 7
LEAST_REPORTS = 8  # with fewer weekly reports the expectation is marked as uncertain (DOMAIN, cold start)
COPIED_LEAST_LINES = 5  # two small shops' weeks can be alike by chance, five moving lines hardly
OLDEST_WEEKS = 260  # a report older than five years is a slip of the week, not a report
MOST_UNITS = 100_000_000  # a hundred million pieces of one product in a week is a slip of the hand


class Band(StrEnum):
    """Where a cover stands against the band; none where there is no figure."""

    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"
    NONE = "none"


@dataclass(frozen=True)
class BandLimits:
    """
    The band in days, both ends inside.

    Raises:
        ValueError: the ends are the wrong way round, or not above 0.
    """

    low_days: Decimal
    high_days: Decimal

    def __post_init__(self) -> None:
        """Refuse a band that nothing can lie in."""
        if not 0 < self.low_days < self.high_days:
            raise ValueError(f"A band from {self.low_days} to {self.high_days} days holds nothing.")


USUAL_BAND = BandLimits(Decimal(20), Decimal(25))
MOST_BAND_DAYS = Decimal(180)  # who plans to hold half a year does not plan by the week
# How near its end food must be sold first, by shelf life (both in days): the periods of Beijing's system for food
# near its date (临近保质期食品), 2012, which trade elsewhere in China took over.
NEAR_EXPIRY_DAYS = ((365, 45), (180, 20), (90, 15), (30, 10), (16, 5))
SLOW_WEEKS = 8  # two months with goods on the shelf and none sold
SLOW_DAYS = Decimal(91)  # a quarter


@dataclass(frozen=True)
class SetBand:
    """
    A band that someone set: of a product or a category or all products, at a distributor or everywhere.

    Fields:
        product, category, distributor: keys; None for all. Never a product and a category together, and at least
            one of the three.
        starts_on, ends_on: it holds in [starts_on, ends_on); for good where the end is None.
    """

    product: int | None
    category: int | None
    distributor: int | None
    starts_on: date
    ends_on: date | None
    limits: BandLimits

    def holds(self, on: date) -> bool:
        """Return whether it holds on a day."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)

    @property
    def rank(self) -> int:
        """Return how special it is: distributor 1, category 2, both 3, product 4, product and distributor 5."""
        of_what = 4 if self.product is not None else 2 if self.category is not None else 0
        return of_what + (self.distributor is not None)


@dataclass(frozen=True)
class Flow:
    """One product's week as reported, in pieces."""

    opening: int
    received: int
    other_in: int
    sold: int
    gifts: int
    losses: int
    returns: int
    closing: int

    @property
    def came_in(self) -> int:
        """Return all that came in."""
        return self.received + self.other_in

    @property
    def went_out(self) -> int:
        """Return all that went out."""
        return self.sold + self.gifts + self.losses + self.returns


@dataclass(frozen=True)
class Holding:
    """One product of a sum over products: pieces, pieces per day, yuan per piece on the day of reading."""

    stock_units: Decimal
    per_day: Decimal
    price_per_unit: Decimal


class NotClosed(ValueError):
    """The week has not ended yet."""


def inventory_days(*, stock_units: Decimal, sell_out_per_day: Decimal) -> Decimal | None:
    """
    Return for how many days the stock lasts.

    Forward with the mean expected per day over the coming 28 days, trailing with the mean of
    the last 28, realised with what the 28 days after the close really sold.

    Args:
        stock_units: sellable on hand at the Sunday close, >= 0.
        sell_out_per_day: units/day, >= 0.

    Returns:
        Days, not rounded: the band is judged on them. None where nothing sells.

    Raises:
        ValueError: a quantity is negative.

    Rule: STK-1.
    """
    if stock_units < 0 or sell_out_per_day < 0:
        raise ValueError(f"Days of {stock_units} pieces at {sell_out_per_day} a day: neither may be negative.")
    return stock_units / sell_out_per_day if sell_out_per_day else None


def total_days(holdings: Iterable[Holding]) -> Decimal | None:
    """
    Return the days of several products together: Σ stock x price ÷ Σ per day x price.

    Both sides at the ex-factory price of the day of reading, so that a price change moves neither.

    Returns:
        Days, not rounded; None where nothing sells, or nothing has a price.

    Rule: STK-1b.
    """
    held = list(holdings)
    stock = sum((one.stock_units * one.price_per_unit for one in held), Decimal(0))
    per_day = sum((one.per_day * one.price_per_unit for one in held), Decimal(0))
    return inventory_days(stock_units=stock, sell_out_per_day=per_day)


def per_day(weekly_units: Sequence[Decimal | None]) -> Decimal | None:
    """Return the mean units/day of some weeks; unknown weeks (None) count neither way; None where all are unknown."""
    known = [units for units in weekly_units if units is not None]
    return sum(known, Decimal(0)) / (DAYS_PER_WEEK * len(known)) if known else None


def judge(days: Decimal | None, band: BandLimits = USUAL_BAND) -> Band:
    """
    Return where a cover stands: judged once, on days that are not rounded; both ends are inside.

    Rule: STK-2.
    """
    if days is None:
        return Band.NONE
    if days < band.low_days:
        return Band.BELOW
    return Band.ABOVE if days > band.high_days else Band.INSIDE


def band_of(bands: Iterable[SetBand], *, product: int, category: int, distributor: int, on: date) -> BandLimits:
    """
    Return the band of a product at a distributor on a day: the most special that was set, else the usual one.

    Distributor and product before product, before distributor and category, before category,
    before distributor.

    Args:
        bands: those that were set; periods of one subject do not overlap.

    Rule: STK-2b.
    """
    fitting = [
        band
        for band in bands
        if band.holds(on)
        and band.product in (None, product)
        and band.category in (None, category)
        and band.distributor in (None, distributor)
    ]
    return max(fitting, key=lambda band: band.rank).limits if fitting else USUAL_BAND


@dataclass(frozen=True)
class Span:
    """A band of one subject in [starts_on, ends_on), for good where the end is None, and why it was set."""

    starts_on: date
    ends_on: date | None
    limits: BandLimits
    reason: str = ""


class BandOverlaps(ValueError):
    """
    A band would cover another of its subject that begins after it.

    Attributes:
        starts_on: when that one begins.
    """

    def __init__(self, starts_on: date) -> None:
        super().__init__(f"A band of the same begins on {starts_on}.")
        self.starts_on = starts_on


def laid_over(spans: Iterable[Span], new: Span) -> list[Span]:
    """
    Return the periods of one subject with a new one laid over them, by first day; none overlap.

    One that begins on the same day is put right by it. One that holds then is cut, and goes on
    after it where it reached further. Without an end it holds until the next one begins.

    Raises:
        BandOverlaps: it has an end, and another begins before that.
    """
    kept = [span for span in spans if span.starts_on != new.starts_on]
    following = min((span.starts_on for span in kept if span.starts_on > new.starts_on), default=None)
    if new.ends_on is None:
        new = replace(new, ends_on=following)
    elif following is not None and following < new.ends_on:
        raise BandOverlaps(following)
    result = [new]
    for span in kept:
        cut = span.starts_on < new.starts_on and (span.ends_on is None or span.ends_on > new.starts_on)
        result.append(replace(span, ends_on=new.starts_on) if cut else span)
        if cut and new.ends_on is not None and (span.ends_on is None or span.ends_on > new.ends_on):
            result.append(replace(span, starts_on=new.ends_on))
    return sorted(result, key=lambda span: span.starts_on)


def total_band(parts: Iterable[tuple[BandLimits, Decimal]]) -> BandLimits:
    """
    Return the band of several products together: their bands' ends, weighted by what each is expected to sell.

    So weighted a total lies at an end exactly where all its products do.

    Args:
        parts: each product's band, and yuan/day that it is expected to sell.

    Returns:
        The usual band where nothing is expected, or nothing has a price.

    Rule: STK-2c.
    """
    weighted = [(band, weight) for band, weight in parts if weight > 0]
    whole = sum((weight for _, weight in weighted), Decimal(0))
    if not whole:
        return USUAL_BAND
    return BandLimits(
        sum((band.low_days * weight for band, weight in weighted), Decimal(0)) / whole,
        sum((band.high_days * weight for band, weight in weighted), Decimal(0)) / whole,
    )


def near_days(*, own_days: int | None, shelf_life_days: int | None) -> int | None:
    """
    Return how many days goods that are reported as near expiry have left at most.

    Args:
        own_days: the product's own figure, if it has one.
        shelf_life_days: None where it keeps for ever.

    Returns:
        Its own days, else by its shelf life: 45 from a year on, 20 from half a year, 15 from 90 days, 10 from 30,
        5 from 16, else a quarter of it. None where neither is known: then nothing is said to expire.
    """
    if own_days is not None or shelf_life_days is None:
        return own_days
    by_life = next((days for life, days in NEAR_EXPIRY_DAYS if shelf_life_days >= life), None)
    return max(shelf_life_days // 4, 1) if by_life is None else by_life


def expiring_units(
    *,
    on_hand: Decimal,
    near_units: Decimal,
    near_days_left: int | None,
    shelf_life_days: int | None,
    weekly_units: Sequence[Decimal],
) -> int:
    """
    Return how many pieces will expire before their turn: they are not cover, sellable is the rest.

    What is near its end sells first. Of the goods near expiry, what does not sell within the days they have left
    expires; of all goods, what does not sell within a whole shelf life does, however fresh they are.

    Args:
        on_hand: pieces at the close, >= 0.
        near_units: those reported as near expiry, at most all of them count.
        near_days_left: see `near_days`; None where it is not known.
        shelf_life_days: None where goods keep for ever.
        weekly_units: expected per coming week; after the last of them the mean of all goes on.

    Returns:
        Whole pieces, halves up, 0 to `on_hand`. 0 where nothing is expected: that is slow stock (STK-7), and no
        days rest on it.

    Rule: STK-1c.
    """
    if not sum(weekly_units):
        return 0
    near = min(near_units, on_hand)
    bounds = [(near, near_days_left), (on_hand, shelf_life_days)]
    left = [units - sold_within(days, weekly_units) for units, days in bounds if days is not None]
    return int(max([Decimal(0), *left]).quantize(Decimal(1), ROUND_HALF_UP))


def sold_within(days: int, weekly_units: Sequence[Decimal]) -> Decimal:
    """Return what sells within some days from the close on, a week's days alike; beyond the last week as on average."""
    whole, rest = divmod(days, DAYS_PER_WEEK)
    mean = sum(weekly_units, Decimal(0)) / len(weekly_units)
    ahead = [*weekly_units, *([mean] * max(whole + 1 - len(weekly_units), 0))]
    return sum(ahead[:whole], Decimal(0)) + ahead[whole] * rest / DAYS_PER_WEEK


def is_slow(*, stock_units: Decimal, per_day: Decimal, trailing_per_day: Decimal, idle_weeks: int) -> bool:
    """
    Return whether stock lies still: none sold in eight weeks with goods there, or more than a quarter's worth.

    Args:
        stock_units: sellable at the close.
        per_day, trailing_per_day: expected over the coming 28 days, and sold over the last 28; the livelier counts,
            so that neither a lull nor a new beginning makes stock slow.
        idle_weeks: how many reported weeks up to the close sold nothing with goods there.

    Rule: STK-7.
    """
    if stock_units <= 0:
        return False
    return idle_weeks >= SLOW_WEEKS or stock_units > SLOW_DAYS * max(per_day, trailing_per_day) > 0


def balance_gap(flow: Flow) -> int:
    """
    Return by how many pieces the closing exceeds what the row's own figures leave: 0 where they meet.

    Opening + received + other in − sold − gifts, losses and returns = closing. A row that does
    not meet is taken in as it is and becomes a finding.

    Rule: STK-3a.
    """
    return flow.closing - (flow.opening + flow.came_in - flow.went_out)


def opening_gap(*, opening: int, last_closing: int | None) -> int:
    """
    Return by how many pieces the opening exceeds last week's closing; 0 where that is not known.

    Rule: STK-3b.
    """
    return 0 if last_closing is None else opening - last_closing


def is_copied(*, same: int, moving: int) -> bool:
    """
    Return whether a report repeats last week's figures: at least nine in ten of its moving lines, and five.

    A line in which nothing moved is the same by itself and tells nothing.

    Args:
        same: moving lines whose received, sold and closing are last week's.
        moving: lines in which something was received or sold.

    Rule: STK-4a.
    """
    return same >= COPIED_LEAST_LINES and same * 10 >= moving * 9


def turnover_days(*, closings: Sequence[Decimal], sold: Sequence[Decimal]) -> Decimal | None:
    """
    Return the turnover days of a period: mean stock ÷ mean daily sell-out.

    Args:
        closings: stock at each known weekly close, the one before the period included, in
            pieces or in yuan.
        sold: sell-out of each known week, in the same unit.

    Returns:
        Days, not rounded; None where a side is not known or nothing sold.

    Rule: STK-5.
    """
    if not closings or not sold or not sum(sold):
        return None
    mean_stock = sum(closings, Decimal(0)) / len(closings)
    return mean_stock / (sum(sold, Decimal(0)) / (DAYS_PER_WEEK * len(sold)))


@dataclass(frozen=True)
class Turned:
    """
    A distributor's part of a turnover: how many weeks it counts for, its mean stock, its mean sell-out a day.

    Both in pieces, or both in yuan.
    """

    weeks: int
    mean_stock: Decimal
    sold_per_day: Decimal


def turnover_together(parts: Iterable[Turned]) -> Decimal | None:
    """
    Return the turnover days of several distributors: each counts for the weeks in which it was held.

    Σ weeks x mean stock ÷ Σ weeks x mean daily sell-out: a rep who had a distributor for a
    quarter of the year answers for a quarter of it, and for none of its other weeks.

    Returns:
        Days, not rounded; None where nothing sold.

    Rule: STK-5b.
    """
    held = list(parts)
    stock = sum((part.mean_stock * part.weeks for part in held), Decimal(0))
    sold = sum((part.sold_per_day * part.weeks for part in held), Decimal(0))
    return inventory_days(stock_units=stock, sell_out_per_day=sold)


def ran_out(flow: Flow) -> bool:
    """
    Return whether the product was out of stock: closing 0, or sold at least all there was.

    What such a week sold is the least that was wanted, never all of it.

    Rule: STK-6.
    """
    return flow.closing <= 0 or flow.sold >= flow.opening + flow.came_in


def is_on_the_road(*, arrives_on: date, received_on: date | None, reported: date | None, closed: date) -> bool:
    """
    Return whether a shipment is on the road at a close, rather than in the stock.

    It is in the stock last reported if it arrived (the day marked, else the day planned) by the
    Sunday of that report's week; it is in a stock carried on from there if a person marked it as
    received by the Sunday of the close. One whose planned day has passed without a report and
    without a mark stays on the road: it must not get lost between two figures.

    Args:
        arrives_on: planned.
        received_on: as marked by a person.
        reported: the last week with a report, at most `closed`; None before the first.
        closed: the week of the close.
    """
    if reported is not None and (received_on or arrives_on) <= weeks.sunday_of(reported):
        return False
    return received_on is None or received_on > weeks.sunday_of(closed)


def check_reportable(week: date, *, last_closed: date) -> str:
    """Return the fault of a week: `week_not_closed`, `week_too_old`, or an empty text."""
    if week > last_closed:
        return "week_not_closed"
    return "week_too_old" if weeks.between(week, last_closed) > OLDEST_WEEKS else ""


def check_closable(week: date, *, last_closed: date) -> None:
    """
    Pass if a week can be closed.

    Raises:
        NotClosed: it has not ended yet.
    """
    if week > last_closed:
        raise NotClosed(
            f"{weeks.label(week)} ends on {weeks.sunday_of(week)}; the last week that has ended is "
            f"{weeks.label(last_closed)}."
        )
