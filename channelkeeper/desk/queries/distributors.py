"""One distributor: how it stands, against last week and last year, and every product of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core import money, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings import queries as findings
from channelkeeper.findings.queries import Counts
from channelkeeper.network import queries as network
from channelkeeper.network.queries import DistributorView
from channelkeeper.orders import queries as orders
from channelkeeper.orders.queries import LineView, OrderRow
from channelkeeper.orders.rules import State
from channelkeeper.seasons import queries as seasons
from channelkeeper.stock.queries import products as stock_products
from channelkeeper.stock.queries import sums as stock
from channelkeeper.stock.queries.for_orders import positions_for_orders
from channelkeeper.stock.queries.products import ProductWeeks, Standing
from channelkeeper.stock.queries.sums import WeekSums
from channelkeeper.stock.rules import Band, turnover_days

SPARK_WEEKS = 26
SHORT_FROM_UNITS = 1.0  # less than a piece is no shortage
BAND_ORDER = {Band.BELOW.value: 0, Band.ABOVE.value: 1, Band.INSIDE.value: 2, Band.NONE.value: 3}


@dataclass(frozen=True)
class Turnover:
    """Turnover days so far this year, and over the same weeks of last year; None without figures (STK-5)."""

    this_year: Decimal | None
    last_year: Decimal | None


@dataclass(frozen=True)
class Summary:
    """
    A distributor's strip of figures.

    Attributes:
        sums: the last closed week; None before the first.
        before: the week before it.
        open_orders: how many orders are on their way to being sent, and what they are worth.
        arrives_on: when an order of this week arrives.
    """

    place: DistributorView
    sums: WeekSums | None
    before: WeekSums | None
    turnover: Turnover
    proposal: OrderRow | None
    findings: Counts
    open_orders: int
    open_value: Decimal
    arrives_on: date | None

    @property
    def waits(self) -> bool:
        """Return whether the proposal waits for the distributor's answer."""
        return self.proposal is not None and self.proposal.state is State.OFFERED

    @property
    def days_after(self) -> Decimal | None:
        """Return the days of the total after the proposal; None without one."""
        days = self.proposal.days_after if self.proposal else None
        return None if days is None else Decimal(str(days))


@dataclass(frozen=True)
class ProductRow:
    """A product of a distributor: where it stands, its last 26 weeks, what is proposed."""

    standing: Standing
    weeks: ProductWeeks | None
    line: LineView | None

    @property
    def short(self) -> bool:
        """Return whether it runs out before an order of this week arrives."""
        return self.standing.short_units >= SHORT_FROM_UNITS

    @property
    def days_after(self) -> Decimal | None:
        """Return the days after the proposal; None where there is none."""
        return self.line.days_after if self.line else None


def summary(actor: Actor, code: str, *, at: datetime) -> Summary:
    """
    Return how a distributor stands. A fixed number of queries.

    Raises:
        NotFound: none of that code, or out of scope.
    """
    place = network.distributor(actor, code, at=at)
    history = stock.history(actor, at=at, code=code, since=_two_years_back(at))
    sums = history[-1] if history else None
    proposal, open_orders = None, []
    if sums is not None:
        proposal = orders.proposal_summaries(actor, at=at, week=sums.week, distributor_ids=[place.id]).get(place.id)
        open_orders = orders.open_orders(actor, at=at, code=code)
    return Summary(
        place=place,
        sums=sums,
        before=_before(history),
        turnover=_turnover(history),
        proposal=proposal,
        findings=findings.counts(actor, at=at, distributor_ids=[place.id]).get(place.id, Counts()),
        open_orders=len(open_orders),
        open_value=sum((order.amount for order in open_orders), money.ZERO),
        arrives_on=_arrives_on(place, sums, proposal, at=at),
    )


def products(actor: Actor, summary: Summary, *, at: datetime, drawn: bool = True) -> list[ProductRow]:
    """
    Return a distributor's products: what will run out first, then what lies still, then the others.

    Args:
        drawn: whether their last weeks are wanted too; a brief has no place for them.
    """
    if summary.sums is None:
        return []
    code, week = summary.place.code, summary.sums.week
    lines = orders.lines_of(actor, at=at, code=code, week=week)
    sold = stock_products.product_weeks(actor, at=at, code=code, until=week, count=SPARK_WEEKS) if drawn else {}
    rows = [
        ProductRow(standing, sold.get(standing.product_id), lines.get(standing.code))
        for standing in stock_products.standings(actor, at=at, code=code)
    ]
    return sorted(rows, key=_order)


def product(actor: Actor, summary: Summary, product_code: str, *, at: datetime) -> ProductRow:
    """
    Return one product of a distributor.

    Raises:
        NotFound: it has no such product.
    """
    if summary.sums is None:
        raise NotFound(f"No figures of {summary.place.code} yet.")
    code, week = summary.place.code, summary.sums.week
    standing = next(iter(stock_products.standings(actor, at=at, code=code, product=product_code)), None)
    if standing is None:
        raise NotFound(f"No product {product_code} at {code}.")
    sold = stock_products.product_weeks(actor, at=at, code=code, until=week, count=SPARK_WEEKS, product=product_code)
    lines = orders.lines_of(actor, at=at, code=code, week=week)
    return ProductRow(standing, sold.get(standing.product_id), lines.get(product_code))


def road(actor: Actor, summary: Summary, product_id: int, *, at: datetime) -> list[float]:
    """Return a product's pieces on the road by the coming week in which they arrive; nothing where none is known."""
    if summary.sums is None:
        return []
    block = positions_for_orders(actor, at=at, week=summary.sums.week, distributor_ids=[summary.place.id])
    places = np.nonzero(block.product_id == product_id)[0]
    return [float(units) for units in block.arrivals[places[0]]] if places.size else []


def _order(row: ProductRow) -> tuple[int, float, str]:
    standing = row.standing
    days = standing.days or 0.0
    within = -float(standing.above_value) if standing.band == Band.ABOVE.value else days
    return BAND_ORDER[standing.band], within, standing.code


def _two_years_back(at: datetime) -> date:
    """Return the Monday before the first week of last year: its close begins the turnover of that year."""
    return weeks.shift(date.fromisocalendar(at.year - 1, 1, 1), -1)


def _before(history: Sequence[WeekSums]) -> WeekSums | None:
    if len(history) < 2 or history[-2].week != weeks.shift(history[-1].week, -1):
        return None
    return history[-2]


def _turnover(history: Sequence[WeekSums]) -> Turnover:
    if not history:
        return Turnover(None, None)
    last = history[-1].week
    year, number, _ = last.isocalendar()
    ends = date.fromisocalendar(year - 1, min(number, 52), 1)
    return Turnover(
        _turned(history, date.fromisocalendar(year, 1, 1), last),
        _turned(history, date.fromisocalendar(year - 1, 1, 1), ends),
    )


def _turned(history: Sequence[WeekSums], first: date, last: date) -> Decimal | None:
    """Return the turnover days from one week to another, over the weeks that were reported."""
    opening = weeks.shift(first, -1)
    known = [row for row in history if opening <= row.week <= last and row.reported]
    return turnover_days(
        closings=[row.stock_value for row in known], sold=[row.sold_value for row in known if row.week >= first]
    )


def _arrives_on(
    place: DistributorView, sums: WeekSums | None, proposal: OrderRow | None, *, at: datetime
) -> date | None:
    if proposal is not None:
        return proposal.arrives_on
    if sums is None:
        return None
    terms = seasons.Terms(place.id, place.order_weekdays, place.lead_time_days)
    return seasons.order_plans([terms], week=sums.week, today=BUSINESS.day(at))[place.id].arrives_on
