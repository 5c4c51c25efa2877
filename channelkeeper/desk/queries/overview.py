"""The overview: how much lies in band, who reports on time, who is getting better; by office, rep or distributor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channelkeeper.access.rules import Actor, Role
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.desk.queries import boards, levels
from channelkeeper.desk.queries.boards import Asked, Board, Shop
from channelkeeper.desk.queries.levels import Place, Standing, Trend
from channelkeeper.network import queries as network
from channelkeeper.stock.queries import levels as stock_levels
from channelkeeper.stock.queries import ranks
from channelkeeper.stock.queries.levels import CountedWeek, Level
from channelkeeper.stock.queries.sums import Shares

CHART_WEEKS = 52
WORST = 10


@dataclass(frozen=True)
class Overview:
    """
    All that the overview shows of a part of the network at a closed week.

    Attributes:
        chart: products by band over a year, and the year before it.
        standing: its lines, the best first by their last share.
        outside: distributors to be seen first by their line's code; empty where the lines are not groups of them.
        board: with the distributors that have the most at stake.
    """

    week: date
    place: Place
    board: Board
    chart: list[Shares]
    year_before: list[Shares]
    standing: Standing
    outside: Mapping[str, int]

    @property
    def by(self) -> str:
        """Return what the lines are."""
        return self.place.by

    @property
    def weeks(self) -> tuple[date, ...]:
        """Return the weeks over which lines are compared."""
        return self.standing.weeks

    @property
    def trends(self) -> list[Trend]:
        """Return the lines that are offices, reps or distributors."""
        return self.standing.trends

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
        asked = weeks.shift(self.week, -CHART_WEEKS)
        return next((share_of(row) for row in self.year_before if row.week == asked), None)


def overview(actor: Actor, *, at: datetime, place: Place | None = None, week: date | None = None) -> Overview | None:
    """
    Return the overview of a part of the network; None before the first close. A fixed number of queries.

    Args:
        place: as `levels.place` returns it; all in scope by default.
        week: a closed one; the last by default.
    """
    place = place or levels.place(actor, at=at)
    within = place.within
    narrowed = "" if actor.role is Role.FACTORY_REP else within.rep
    asked = Asked(text=within.distributor, office=within.office, rep=narrowed, sort="stake", week=week)
    board = boards.board(actor, at=at, asked=asked, size=WORST)
    if board is None:
        return None
    two_years = _shares(actor, at, place, since=weeks.shift(board.week, 1 - 2 * CHART_WEEKS), until=board.week)
    turn = weeks.shift(board.week, -CHART_WEEKS)
    return Overview(
        week=board.week,
        place=place,
        board=board,
        chart=[row for row in two_years if row.week > turn],
        year_before=[row for row in two_years if row.week <= turn],
        standing=levels.standing(actor, at=at, place=place, week=board.week),
        outside=_outside(at, board, place.by),
    )


def share_of(row: Shares) -> Decimal | None:
    """Return the share of judged products in band."""
    return levels.share(row.inside, row.below + row.inside + row.above)


def _shares(actor: Actor, at: datetime, place: Place, *, since: date, until: date) -> list[Shares]:
    """Return products by band per week: of offices from the sums kept of them, however many distributors they have."""
    within = place.within
    if within.distributor or within.rep or actor.role is Role.FACTORY_REP:
        level = Level.DISTRIBUTOR if within.distributor or not within.rep else Level.REP
        return _added(stock_levels.counts_by_level(actor, at=at, level=level, since=since, until=until, within=within))
    offices = network.visible_offices(actor, at=at)
    chosen = offices.filter(code=within.office) if within.office else offices
    return ranks.office_shares(office_ids=chosen.values("pk"), since=since, until=until)


def _added(rows: Iterable[CountedWeek]) -> list[Shares]:
    """Return weeks in counts, all lines together, oldest first."""
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for place, number in enumerate((row.below, row.inside, row.above)):
            sums[row.week][place] += number
    return [Shares(week, *sums[week]) for week in sorted(sums)]


def _outside(at: datetime, board: Board, by: str) -> Mapping[str, int]:
    """Return how many distributors are to be seen first by the code of their office, or of who serves them now."""
    if by == levels.OFFICE:
        return ranks.outside(board.scope, week=board.week)
    if by != levels.REP:
        return {}
    rows = ranks.ranked(board.scope, week=board.week, state="out")
    serving = network.reps_on([row.distributor_id for row in rows], day=BUSINESS.day(at))
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.distributor_id in serving:
            counts[serving[row.distributor_id].code] += 1
    return counts
