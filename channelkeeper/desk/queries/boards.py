"""Monday's board: distributors in scope with their week, their proposal and their findings, worst first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from channelkeeper.access.rules import Actor
from channelkeeper.core import money
from channelkeeper.desk import rules
from channelkeeper.findings import queries as findings
from channelkeeper.findings.queries import Counts
from channelkeeper.network import queries as network
from channelkeeper.network.queries import DistributorView, Scope
from channelkeeper.orders import queries as orders
from channelkeeper.orders.queries import OrderRow
from channelkeeper.stock.queries import ranks
from channelkeeper.stock.queries import sums as stock
from channelkeeper.stock.queries.ranks import Counted, States
from channelkeeper.stock.queries.sums import WeekSums
from channelkeeper.stock.rules import Band, inventory_days, judge

BY_FINDINGS = "findings"


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
class Asked:
    """
    Which distributors a list asks for; what is empty narrows nothing.

    Attributes:
        text: in name, pinyin initials or code.
        office, rep: codes.
        state: below, in, above, missing, out or none (no figures yet).
        sort: one of SORTS.
        week: a closed one; None for the last.
    """

    text: str = ""
    office: str = ""
    rep: str = ""
    state: str = ""
    sort: str = ""
    week: date | None = None

    @property
    def narrowed(self) -> bool:
        """Return whether anything is left out."""
        return bool(self.text or self.office or self.rep or self.state)


@dataclass(frozen=True)
class Totals:
    """
    Several distributors together; days are of the sum of their stock in value.

    Attributes:
        counted: their week in sums.
        findings: live ones that need managing.
        days_after: after all proposals; None without any.
    """

    counted: Counted
    findings: int = 0
    days_after: Decimal | None = None

    @property
    def days(self) -> Decimal | None:
        """Return the days of the total."""
        sellable = max(self.counted.sellable_value, money.ZERO)
        return inventory_days(stock_units=sellable, sell_out_per_day=self.counted.expected_value_per_day)

    @property
    def band(self) -> Band:
        """Return where the total stands."""
        return judge(self.days)


@dataclass(frozen=True)
class Board:
    """
    A page of the distributors that had a week.

    Attributes:
        week: the closed week.
        scope: all that are asked for but for their state.
        shops: of this page, in the order asked for.
        states: of all in scope, in sums by their state.
        asked: of those of the state asked for.
        unweighed: how many in scope have no figures for the week: newly served, or before their first report.
    """

    week: date
    scope: Scope = field(repr=False)
    shops: list[Shop]
    states: States
    asked: Counted
    unweighed: int
    page: int = 1

    @cached_property
    def every(self) -> Counted:
        """Return the sums of all in scope, whatever their state."""
        return self.states.of()


def board(
    actor: Actor, *, at: datetime, asked: Asked | None = None, page: int = 1, size: int | None = None
) -> Board | None:
    """
    Return a page of the board of a closed week; None before the first close.

    A fixed number of queries, and of the database's rows only those of the page.

    Args:
        page: from 1; one behind the last shows the last.
        size: distributors of a page; None for all on one.
    """
    asked = asked or Asked()
    week = asked.week or stock.last_week(actor, at=at)
    if week is None:
        return None
    scope = network.narrowed(actor, at=at, text=asked.text, office=asked.office, rep=asked.rep)
    states = ranks.counted(scope, week=week)
    chosen = states.of(asked.state)
    page = min(page, max(-(-chosen.shops // size), 1)) if size else 1
    part = slice((page - 1) * size, page * size) if size else slice(0, None)
    shops = _shops(actor, at, week, _rows(actor, at, scope, week, asked, part))
    unweighed = ranks.unweighed(scope, week=week).count()
    return Board(week, scope, shops, states, chosen, unweighed, page)


def first_of(board: Board) -> Counted:
    """Return those to see first together. No query."""
    return board.states.of("out")


def holds(board: Board, code: str) -> bool:
    """Return whether a distributor is among those asked for. One query."""
    return board.scope.filter(code=code).exists()


def totals(board: Board) -> Totals:
    """Return all of a board together, with what their proposals and findings come to. Two queries."""
    return Totals(board.every, findings.number(board.scope), _days_after(board))


def unweighed(actor: Actor, board: Board, *, at: datetime, limit: int) -> list[DistributorView]:
    """Return those without figures for the week, at most `limit`. Two queries."""
    keys = list(ranks.unweighed(board.scope, week=board.week).order_by("code").values_list("pk", flat=True)[:limit])
    return network.distributors(actor, at=at, ids=keys) if keys else []


def _rows(actor: Actor, at: datetime, scope: Scope, week: date, asked: Asked, part: slice) -> list[WeekSums]:
    if asked.state == "none":
        return []
    if asked.sort != BY_FINDINGS:
        return ranks.ranked(scope, week=week, state=asked.state, sort=asked.sort, part=part)
    # Findings stand below stock and know no weeks: their numbers are laid beside the rows here.
    counts = findings.counts(actor, at=at)
    rows = ranks.ranked(scope, week=week, state=asked.state, sort="name")
    return sorted(rows, key=lambda row: -counts.get(row.distributor_id, Counts()).bad)[part]


def _shops(actor: Actor, at: datetime, week: date, rows: Sequence[WeekSums]) -> list[Shop]:
    keys: Collection[int] = [row.distributor_id for row in rows]
    places = {place.id: place for place in network.distributors(actor, at=at, ids=keys)}
    proposals = orders.proposal_summaries(actor, at=at, week=week, distributor_ids=keys)
    counts = findings.counts(actor, at=at, distributor_ids=keys)
    return [
        Shop(places[key], row, proposals.get(key), counts.get(key, Counts()))
        for row in rows
        if (key := row.distributor_id) in places
    ]


def _days_after(board: Board) -> Decimal | None:
    """Return the days after all proposals: each distributor's, weighed by what it is expected to sell a day."""
    weighed, every = orders.weighed(board.scope, week=board.week), board.every
    if weighed is None or not every.expected_value_per_day:
        return None
    rest = every.sellable_value - weighed.sellable_value
    return (weighed.after_value + rest) / every.expected_value_per_day
