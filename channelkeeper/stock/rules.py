"""
What a report, a stock and a week are worth: inventory days, the band, turnover, what ran out, what does not meet.

Exact, for one case each. `close` asks the same of the whole network in arrays; a test holds the two together.
Weeks are the dates of their Mondays; quantities are pieces.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from channelkeeper.access.rules import STAFF, Permissions, Role
from channelkeeper.core import weeks

SENDERS = STAFF | {Role.DISTRIBUTOR}

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


def order_on(week: date, order_weekday: int) -> date:
    """Return the day of the order that follows a closed week."""
    return weeks.shift(week, 1) + timedelta(days=order_weekday)


def lead_weeks(*, week: date, order_weekday: int, lead_time_days: int) -> int:
    """
    Return how many Sunday closes lie between the order that follows a closed week and its arrival.

    Args:
        week: the closed week.
        order_weekday: 0 is Monday.
        lead_time_days: from order to arrival, >= 0.
    """
    arrives_on = order_on(week, order_weekday) + timedelta(days=lead_time_days)
    return weeks.between(weeks.shift(week, 1), weeks.monday_of(arrives_on))


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
