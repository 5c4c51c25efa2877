"""The overview: how much lies in band, who reports on time, who is getting better; by office, rep or distributor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channelkeeper.access.rules import Actor, Role
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.desk import rules
from channelkeeper.desk.queries import boards
from channelkeeper.desk.queries.boards import Asked, Board, Shop
from channelkeeper.network import queries as network
from channelkeeper.network.queries import Served
from channelkeeper.stock.queries import ranks
from channelkeeper.stock.queries import sums as stock
from channelkeeper.stock.queries.sums import Cell, Shares

CHART_WEEKS = 52
HEAT_WEEKS = 12
WORST = 10


@dataclass(frozen=True)
class Group:
    """A row of the overview: an office, a rep or a distributor; `kind` names which, `code` its code."""

    kind: str
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Trend:
    """
    A group over the last weeks.

    Attributes:
        shares: share of products in band per week, 0 to 1; None without a figure.
        on_time: share of reports on time over these weeks; None without any.
        missing: distributors whose report of the last week is missing.
    """

    group: Group
    shares: tuple[Decimal | None, ...]
    on_time: Decimal | None
    missing: int
    distributors: int

    @property
    def change(self) -> Decimal | None:
        """Return the change over the weeks shown."""
        return rules.change(self.shares)

    @property
    def falling_weeks(self) -> int:
        """Return over how many weeks the share has fallen without a break."""
        return rules.falling_for(self.shares)


@dataclass(frozen=True)
class Overview:
    """
    All that the overview shows.

    Attributes:
        by: office, rep or distributor: what the groups are.
        weeks: of the heat table.
        chart: products by band over a year, and the year before it.
        trends: the groups, best first by their last share.
        outside: distributors to be seen first by their group's code; empty where the groups are distributors.
        board: with the distributors that have the most at stake.
    """

    board: Board
    by: str
    weeks: tuple[date, ...]
    chart: list[Shares]
    year_before: list[Shares]
    trends: list[Trend]
    outside: Mapping[str, int]

    @property
    def worst(self) -> list[Shop]:
        """Return the distributors with the most at stake."""
        return self.board.shops

    @property
    def share(self) -> Decimal | None:
        """Return the share of products in band in the last week."""
        return share_of(self.chart[-1]) if self.chart else None

    @property
    def share_a_year_ago(self) -> Decimal | None:
        """Return the share in the same week of the year before."""
        asked = weeks.shift(self.board.week, -CHART_WEEKS)
        return next((share_of(row) for row in self.year_before if row.week == asked), None)


def overview(actor: Actor, *, at: datetime) -> Overview | None:
    """
    Return the overview of all in scope; None before the first close.

    Headquarters and auditors see offices, a manager reps, a rep its distributors. A rep is
    credited with a distributor's weeks while it served it (DSK-3).
    """
    board = boards.board(actor, at=at, asked=Asked(sort="stake"), size=WORST)
    if board is None:
        return None
    last, by = board.week, _kind(actor)
    span = tuple(weeks.span(weeks.shift(last, 1 - HEAT_WEEKS), last))
    two_years = _shares(actor, at, by, since=weeks.shift(last, 1 - 2 * CHART_WEEKS), until=last)
    turn = weeks.shift(last, -CHART_WEEKS)
    return Overview(
        board=board,
        by=by,
        weeks=span,
        chart=[row for row in two_years if row.week > turn],
        year_before=[row for row in two_years if row.week <= turn],
        trends=_trends(_cells(actor, at, by, span), span),
        outside=_outside(actor, at, board, by),
    )


def share_of(row: Shares | Cell) -> Decimal | None:
    """Return the share of judged products in band."""
    return _share(row.inside, row.below + row.inside + row.above)


def _share(inside: int, judged: int) -> Decimal | None:
    return Decimal(inside) / judged if judged else None


def _kind(actor: Actor) -> str:
    return {Role.OFFICE_MANAGER: "rep", Role.FACTORY_REP: "distributor"}.get(actor.role, "office")


def _shares(actor: Actor, at: datetime, by: str, *, since: date, until: date) -> list[Shares]:
    """Return products by band per week: of offices from the sums kept of them, however many distributors they have."""
    if by == "distributor":
        return stock.shares(actor, at=at, since=since, until=until)
    offices = network.visible_offices(actor, at=at).values("pk")
    return ranks.office_shares(office_ids=offices, since=since, until=until)


def _cells(actor: Actor, at: datetime, by: str, span: Sequence[date]) -> list[tuple[Group, Cell]]:
    """Return each group's weeks."""
    if by == "office":
        named = {one.code: Group(by, one.code, one.name_zh, one.name_en) for one in network.office_names(actor, at=at)}
        offices = network.visible_offices(actor, at=at).values("pk")
        found = ranks.office_cells(office_ids=offices, since=span[0], until=span[-1])
        return [(named[cell.group], cell) for cell in found]
    cells = stock.cells(actor, at=at, since=span[0], until=span[-1], by_office=False)
    if by == "distributor":
        places = {one.code: Group(by, one.code, one.name_zh, one.name_en) for one in network.distributors(actor, at=at)}
        return [(places[cell.group], cell) for cell in cells if cell.group in places]
    return _credited(cells, network.served(actor, at=at, since=span[0], until=weeks.sunday_of(span[-1])))


def _credited(cells: Iterable[Cell], served: Iterable[Served]) -> list[tuple[Group, Cell]]:
    """
    Return distributors' weeks by the rep who served it at the week's close.

    Rule: DSK-3.
    """
    periods: dict[str, list[Served]] = defaultdict(list)
    for one in served:
        periods[one.distributor_code].append(one)
    found = []
    for cell in cells:
        sunday = weeks.sunday_of(cell.week)
        rep = next((one for one in periods[cell.group] if one.holds(sunday)), None)
        code, name = (rep.rep_code, rep.rep_name) if rep else ("", "")
        found.append((Group("rep", code, name, name), cell))
    return found


def _outside(actor: Actor, at: datetime, board: Board, by: str) -> Mapping[str, int]:
    """Return how many distributors are to be seen first by the code of their office, or of who serves them now."""
    if by == "office":
        return ranks.outside(board.scope, week=board.week)
    if by == "distributor":
        return {}
    rows = ranks.ranked(board.scope, week=board.week, state="out")
    serving = network.reps_on([row.distributor_id for row in rows], day=BUSINESS.day(at))
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.distributor_id in serving:
            counts[serving[row.distributor_id].code] += 1
    return counts


def _trends(cells: Iterable[tuple[Group, Cell]], span: Sequence[date]) -> list[Trend]:
    rows: dict[Group, list[Cell]] = defaultdict(list)
    for group, cell in cells:
        rows[group].append(cell)
    trends = [_trend(group, found, span) for group, found in rows.items()]
    return sorted(trends, key=lambda trend: (-(trend.shares[-1] or Decimal(0)), trend.group.code))


def _trend(group: Group, cells: Sequence[Cell], span: Sequence[date]) -> Trend:
    sums: Mapping[date, list[int]] = {week: [0, 0] for week in span}
    for cell in cells:
        sums[cell.week][0] += cell.inside
        sums[cell.week][1] += cell.below + cell.inside + cell.above
    last = [cell for cell in cells if cell.week == span[-1]]
    return Trend(
        group=group,
        shares=tuple(_share(*sums[week]) for week in span),
        on_time=_share(sum(cell.on_time for cell in cells), sum(cell.weeks for cell in cells)),
        missing=sum(cell.weeks - cell.reported for cell in last),
        distributors=sum(cell.weeks for cell in last),
    )
