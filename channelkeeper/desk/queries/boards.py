"""Monday's board: every distributor in scope with its week, its proposal and its findings, worst first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channelkeeper.access.rules import Actor
from channelkeeper.core import money
from channelkeeper.desk import rules
from channelkeeper.findings import queries as findings
from channelkeeper.findings.queries import Counts
from channelkeeper.network import queries as network
from channelkeeper.network.queries import DistributorView
from channelkeeper.orders import queries as orders
from channelkeeper.orders.queries import OrderRow
from channelkeeper.stock.queries import sums as stock
from channelkeeper.stock.queries.sums import WeekSums
from channelkeeper.stock.rules import Band, inventory_days, judge


@dataclass(frozen=True)
class Shop:
    """A distributor's line: its last closed week, the proposal that rests on it, its findings."""

    place: DistributorView
    sums: WeekSums
    proposal: OrderRow | None
    findings: Counts

    @property
    def first(self) -> bool:
        """Return whether it is to be seen first."""
        return rules.needs_seeing(band=self.sums.band, reported=self.sums.reported)

    @property
    def days_after(self) -> Decimal | None:
        """Return the days of the total after the proposal; None without one."""
        days = self.proposal.days_after if self.proposal else None
        return None if days is None else Decimal(str(days))


@dataclass(frozen=True)
class Totals:
    """Several distributors together; days are of the sum of their stock in value."""

    shops: int
    reported: int
    below: int
    inside: int
    above: int
    short_value: Decimal
    above_value: Decimal
    findings: int
    days: Decimal | None
    days_after: Decimal | None
    orders: int
    order_amount: Decimal

    @property
    def stake(self) -> Decimal:
        """Return what is at stake in all."""
        return self.above_value + self.short_value

    @property
    def band(self) -> Band:
        """Return where the total stands."""
        return judge(self.days)


@dataclass(frozen=True)
class Board:
    """
    All distributors in scope that had a week, worst first.

    Attributes:
        week: the closed week.
        first: to be seen first; rest: the others.
        unweighed: distributors in scope that have no figures for the week: newly served, or before their first report.
    """

    week: date
    first: list[Shop]
    rest: list[Shop]
    unweighed: list[DistributorView]

    @property
    def shops(self) -> list[Shop]:
        """Return all, worst first."""
        return [*self.first, *self.rest]


def board(actor: Actor, *, at: datetime, week: date | None = None) -> Board | None:
    """
    Return the board of a closed week, the last one unless another is asked for; None before the first close.

    Five queries, whatever the number of distributors.
    """
    week = week or stock.last_week(actor, at=at)
    if week is None:
        return None
    places = network.distributors(actor, at=at)
    sums = {row.distributor_id: row for row in stock.week_sums(actor, at=at, week=week)}
    proposals = orders.proposal_summaries(actor, at=at, week=week)
    counts = findings.counts(actor, at=at)
    shops = [
        Shop(place, sums[place.id], proposals.get(place.id), counts.get(place.id, Counts()))
        for place in places
        if place.id in sums
    ]
    ordered = rules.worst_first(shops, first=lambda shop: shop.first, stake=lambda shop: shop.sums.stake)
    return Board(
        week=week,
        first=[shop for shop in ordered if shop.first],
        rest=[shop for shop in ordered if not shop.first],
        unweighed=[place for place in places if place.id not in sums],
    )


def totals(shops: Sequence[Shop]) -> Totals:
    """Return several distributors together."""
    per_day = sum((shop.sums.expected_value_per_day for shop in shops), money.ZERO)
    stock_value = sum((shop.sums.sellable_value for shop in shops), money.ZERO)
    proposals = [shop.proposal for shop in shops if shop.proposal]
    return Totals(
        shops=len(shops),
        reported=sum(shop.sums.reported for shop in shops),
        below=sum(shop.sums.below for shop in shops),
        inside=sum(shop.sums.inside for shop in shops),
        above=sum(shop.sums.above for shop in shops),
        short_value=_sum(shop.sums.short_value for shop in shops),
        above_value=_sum(shop.sums.above_value for shop in shops),
        findings=sum(shop.findings.bad for shop in shops),
        days=inventory_days(stock_units=stock_value, sell_out_per_day=per_day),
        days_after=_days_after(shops),
        orders=len(proposals),
        order_amount=_sum(proposal.amount for proposal in proposals),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, money.ZERO)


def _days_after(shops: Sequence[Shop]) -> Decimal | None:
    """Return the days after all proposals: each distributor's, weighed by what it is expected to sell a day."""
    if not any(shop.proposal for shop in shops):
        return None
    known = [
        (shop.days_after if shop.days_after is not None else shop.sums.days, shop.sums.expected_value_per_day)
        for shop in shops
    ]
    weighed = [(days, weight) for days, weight in known if days is not None]
    weight = _sum(weight for _, weight in weighed)
    return sum((days * weight for days, weight in weighed), Decimal(0)) / weight if weight else None
