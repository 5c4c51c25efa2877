"""The overview: how much lies in band, who reports on time, who is getting better; by office, rep or distributor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channelkeeper.access.rules import Actor, Role
from channelkeeper.core import weeks
from channelkeeper.desk import rules
from channelkeeper.desk.queries import boards
from channelkeeper.desk.queries.boards import Board, Shop
from channelkeeper.network.queries import DistributorView
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
        weeks: of the heat table.
        chart: products by band over a year, and the year before it.
        trends: the groups, best first by their last share.
        worst: the distributors with the most at stake.
    """

    board: Board
    by: str
    weeks: tuple[date, ...]
    chart: list[Shares]
    year_before: list[Shares]
    trends: list[Trend]
    worst: list[Shop]

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
    credited with a distributor's weeks as it serves it now.
    """
    board = boards.board(actor, at=at)
    if board is None:
        return None
    last = board.week
    span = tuple(weeks.span(weeks.shift(last, 1 - HEAT_WEEKS), last))
    two_years = stock.shares(actor, at=at, since=weeks.shift(last, 1 - 2 * CHART_WEEKS), until=last)
    turn = weeks.shift(last, -CHART_WEEKS)
    by = _kind(actor)
    cells = stock.cells(actor, at=at, since=span[0], until=last, by_office=by == "office")
    return Overview(
        board=board,
        by=by,
        weeks=span,
        chart=[row for row in two_years if row.week > turn],
        year_before=[row for row in two_years if row.week <= turn],
        trends=_trends(by, [shop.place for shop in board.shops], cells, span),
        worst=sorted(board.shops, key=lambda shop: -shop.sums.stake)[:WORST],
    )


def share_of(row: Shares | Cell) -> Decimal | None:
    """Return the share of judged products in band."""
    return _share(row.inside, row.below + row.inside + row.above)


def _share(inside: int, judged: int) -> Decimal | None:
    return Decimal(inside) / judged if judged else None


def _kind(actor: Actor) -> str:
    return {Role.OFFICE_MANAGER: "rep", Role.FACTORY_REP: "distributor"}.get(actor.role, "office")


def _group(by: str, place: DistributorView) -> Group:
    if by == "office":
        return Group(by, place.office_code, place.office_zh, place.office_en)
    if by == "rep":
        return Group(by, place.rep_code, place.rep_name, place.rep_name)
    return Group(by, place.code, place.name_zh, place.name_en)


def _trends(by: str, places: Iterable[DistributorView], cells: Iterable[Cell], span: Sequence[date]) -> list[Trend]:
    group_of = {place.office_code if by == "office" else place.code: _group(by, place) for place in places}
    rows: dict[Group, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.group in group_of:
            rows[group_of[cell.group]].append(cell)
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
