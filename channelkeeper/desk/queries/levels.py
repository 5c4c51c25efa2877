"""The network by its lines, one level at a time: offices, an office's reps, a rep's distributors, one's products."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import formats, money, weeks
from channelkeeper.desk import rules
from channelkeeper.network import queries as network
from channelkeeper.network.queries import OfficeName
from channelkeeper.stock.queries import levels, ranks, turnover
from channelkeeper.stock.queries import products as stock_products
from channelkeeper.stock.queries.levels import CountedWeek, LevelWeek, Within
from channelkeeper.stock.queries.products import PastDays
from channelkeeper.stock.queries.sums import Cell
from channelkeeper.stock.rules import Band, BandLimits

OFFICE, REP, DISTRIBUTOR, PRODUCT = "office", "rep", "distributor", "product"
WEEKS = 12  # how far back lines are compared


@dataclass(frozen=True)
class Step:
    """A part of the network that the reader went into: an office, a rep or a distributor."""

    kind: str
    code: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


@dataclass(frozen=True)
class Place:
    """
    What part of the network is looked at.

    Attributes:
        by: office, rep, distributor or product: what its lines are.
        within: its bounds; a rep's are those of the weeks it held.
        trail: the steps that lead here, the widest first; none at the top.
    """

    by: str
    within: Within
    trail: tuple[Step, ...] = ()

    @property
    def last(self) -> Step | None:
        """Return the part that is looked at; None where it is all in scope."""
        return self.trail[-1] if self.trail else None


@dataclass(frozen=True)
class Group:
    """A line: an office, a rep or a distributor; its code is empty for what nobody held."""

    kind: str
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Trend:
    """
    A line over the last weeks.

    Attributes:
        counts: of each week, oldest first; None where nothing was closed.
        now: the last week in sums; None where the line had none.
    """

    group: Group
    counts: tuple[CountedWeek | None, ...]
    now: LevelWeek | None = None

    @cached_property
    def shares(self) -> tuple[Decimal | None, ...]:
        """Return the share of products in band per week, 0 to 1; None without a figure."""
        return tuple(share(one.inside, one.below + one.inside + one.above) if one else None for one in self.counts)

    @property
    def on_time(self) -> Decimal | None:
        """Return the share of reports on time over these weeks; None without any."""
        known = [one for one in self.counts if one]
        return share(sum(one.on_time for one in known), sum(one.weeks for one in known))

    @property
    def missing(self) -> int:
        """Return how many distributors' report of the last week is missing."""
        last = self.counts[-1]
        return last.weeks - last.reported if last else 0

    @property
    def distributors(self) -> int:
        """Return how many distributors closed the last week."""
        return self.counts[-1].weeks if self.counts[-1] else 0

    @property
    def change(self) -> Decimal | None:
        """Return the change over the weeks shown."""
        return rules.change(self.shares)

    @property
    def falling_weeks(self) -> int:
        """Return over how many weeks the share has fallen without a break."""
        return rules.falling_for(self.shares)

    @property
    def stake(self) -> Decimal:
        """Return what is at stake, yuan."""
        return self.now.short_value + self.now.above_value if self.now else money.ZERO


@dataclass(frozen=True)
class ProductNow:
    """A distributor's product at a close, as it was known then; prices of its Sunday."""

    code: str
    name_zh: str
    name_en: str
    price_per_unit: Decimal
    past: PastDays

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def days(self) -> Decimal | None:
        """Return inventory days."""
        return None if self.past.days is None else Decimal(repr(self.past.days))

    @property
    def limits(self) -> BandLimits:
        """Return the band that held."""
        return BandLimits(Decimal(repr(self.past.low_days)), Decimal(repr(self.past.high_days)))

    @property
    def band(self) -> Band:
        """Return where it lay."""
        return Band(self.past.band)

    @property
    def short_value(self) -> Decimal:
        """Return the sales that might be missed before an order arrives, yuan."""
        return money.to_fen(Decimal(repr(self.past.short_units)) * self.price_per_unit)

    @property
    def above_value(self) -> Decimal:
        """Return the money above the band, yuan."""
        return money.to_fen(Decimal(repr(self.past.above_units)) * self.price_per_unit)

    @property
    def stock_value(self) -> Decimal:
        """Return the stock in yuan."""
        return money.to_fen(self.past.on_hand_units * self.price_per_unit)


@dataclass(frozen=True)
class Standing:
    """
    The lines of a level at a week.

    Attributes:
        weeks: over which lines are compared, oldest first.
        trends: offices, reps or distributors; empty where the lines are products.
        products: of one distributor.
        whole: all lines together; None where the week was not closed here.
    """

    weeks: tuple[date, ...]
    trends: list[Trend]
    products: list[ProductNow]
    whole: Trend | None


def place(actor: Actor, *, at: datetime, office: str = "", rep: str = "", distributor: str = "") -> Place:
    """
    Return the part of the network that some codes name. At most three queries.

    Headquarters and auditors begin with offices, a manager with reps, a rep with its distributors,
    whose weeks count while it held them (STK-5b).

    Raises:
        NotFound: one of them does not exist, or is out of scope.
    """
    steps = [
        *([_office(actor, at, office)] if office else []),
        *([_rep(actor, at, rep)] if rep else []),
        *([_distributor(actor, at, distributor)] if distributor else []),
    ]
    own = _own_code(actor, at) if actor.role is Role.FACTORY_REP else ""
    within = Within(office=office, rep=rep or own, distributor=distributor)
    return Place(_lines_of(actor, within), within, tuple(steps))


def standing(actor: Actor, *, at: datetime, place: Place, week: date) -> Standing:
    """Return the lines of a part of the network, with their last twelve weeks. At most six queries."""
    span = tuple(weeks.span(weeks.shift(week, 1 - WEEKS), week))
    if place.by == PRODUCT:
        whole = _trends(actor, at, DISTRIBUTOR, place.within, span)
        return Standing(span, [], _products(actor, at, place, week), whole[0] if whole else None)
    trends = _trends(actor, at, place.by, place.within, span)
    if place.by == REP:
        trends += _nobodys(_trends(actor, at, OFFICE, place.within, span), trends, span)
    return Standing(span, trends, [], _together(trends, span))


def turnovers(actor: Actor, *, at: datetime, place: Place, week: date) -> Mapping[str, Decimal | None]:
    """Return turnover days of the year up to a week by the code of each line; weeks count for who held them."""
    period = turnover.year_of(week)
    if place.by == PRODUCT:
        code = place.within.distributor
        rows = turnover.turnover_of_products(actor, at=at, code=code, period=period, until=week)
    else:
        level = levels.Level(place.by)
        rows = turnover.turnover_by_level(actor, at=at, level=level, period=period, until=week, within=place.within)
    return {row.code: row.days for row in rows}


def share(inside: int, judged: int) -> Decimal | None:
    """Return the share in band, 0 to 1; None where nothing was judged."""
    return Decimal(inside) / judged if judged else None


def _lines_of(actor: Actor, within: Within) -> str:
    if within.distributor:
        return PRODUCT
    if within.rep:
        return DISTRIBUTOR
    top = {Role.OFFICE_MANAGER: REP, Role.FACTORY_REP: DISTRIBUTOR}.get(actor.role, OFFICE)
    return REP if within.office and top == OFFICE else top


def _office(actor: Actor, at: datetime, code: str) -> Step:
    for one in network.office_names(actor, at=at):
        if one.code == code:
            return Step(OFFICE, code, one.name_zh, one.name_en)
    raise NotFound(f"No office {code}.")


def _rep(actor: Actor, at: datetime, code: str) -> Step:
    name = dict(network.rep_names(actor, at=at)).get(code)
    if name is None:
        raise NotFound(f"No rep {code}.")
    return Step(REP, code, name, name)


def _distributor(actor: Actor, at: datetime, code: str) -> Step:
    found = network.distributor(actor, code, at=at)
    return Step(DISTRIBUTOR, code, found.name_zh, found.name_en)


def _own_code(actor: Actor, at: datetime) -> str:
    codes = network.rep_names(actor, at=at)
    return codes[0][0] if len(codes) == 1 else ""


def _trends(actor: Actor, at: datetime, kind: str, within: Within, span: Sequence[date]) -> list[Trend]:
    """Return lines over some weeks, the best first by their last share. Two queries; three of all offices."""
    level = levels.Level(kind)
    last = levels.days_by_level(actor, at=at, level=level, since=span[-1], until=span[-1], within=within)
    now = {line.code: line.last for line in last}
    counted: dict[str, dict[date, CountedWeek]] = defaultdict(dict)
    for one in _counts(actor, at, kind, within, span):
        counted[one.code][one.week] = one
    trends = [_trend(kind, found, span, now.get(code)) for code, found in counted.items()]
    return sorted(trends, key=lambda trend: (-(trend.shares[-1] or Decimal(0)), trend.group.code))


def _counts(actor: Actor, at: datetime, kind: str, within: Within, span: Sequence[date]) -> Iterable[CountedWeek]:
    since, until = span[0], span[-1]
    if kind != OFFICE or within != levels.EVERYWHERE:
        return levels.counts_by_level(actor, at=at, level=levels.Level(kind), since=since, until=until, within=within)
    # Of all offices the sums that each close keeps are read: a few rows, whatever the number of distributors.
    names = {one.code: one for one in network.office_names(actor, at=at)}
    offices = network.visible_offices(actor, at=at).values("pk")
    cells = ranks.office_cells(office_ids=offices, since=since, until=until)
    return [_named(one, names[one.group]) for one in cells]


def _named(cell: Cell, office: OfficeName) -> CountedWeek:
    return CountedWeek(office.code, office.name_zh, office.name_en, *astuple(cell)[1:])


def _trend(kind: str, found: Mapping[date, CountedWeek], span: Sequence[date], now: LevelWeek | None) -> Trend:
    one = next(iter(found.values()))
    return Trend(Group(kind, one.code, one.name_zh, one.name_en), tuple(found.get(week) for week in span), now)


def _nobodys(offices: Sequence[Trend], reps: Sequence[Trend], span: Sequence[date]) -> list[Trend]:
    """Return the line of the weeks that no rep held, where there are any (DSK-3). No query."""
    whole = _together(offices, span)
    if whole is None:
        return []
    rest = tuple(_rest(one, [rep.counts[place] for rep in reps]) for place, one in enumerate(whole.counts))
    if not any(rest):
        return []
    held = [rep.now for rep in reps if rep.now]
    now = levels.without(whole.now, levels.together(span[-1], held)) if whole.now and held else whole.now
    return [Trend(Group(REP, "", "", ""), rest, now if rest[-1] else None)]


def _rest(whole: CountedWeek | None, parts: Iterable[CountedWeek | None]) -> CountedWeek | None:
    if whole is None:
        return None
    left = rules.left_over(_counted(whole), [_counted(one) for one in parts if one])
    rest = CountedWeek("", "", "", whole.week, *left)
    return rest if rest.weeks else None


def _together(trends: Sequence[Trend], span: Sequence[date]) -> Trend | None:
    """Return all lines as one; None where there are none."""
    if not trends:
        return None
    counts = tuple(_sum([one for one in column if one]) for column in zip(*(row.counts for row in trends), strict=True))
    parts = [trend.now for trend in trends if trend.now]
    now = levels.together(span[-1], parts) if parts else None
    return Trend(Group(trends[0].group.kind, "", "", ""), counts, now)


def _sum(parts: Sequence[CountedWeek]) -> CountedWeek | None:
    if not parts:
        return None
    return CountedWeek("", "", "", parts[0].week, *(sum(column) for column in zip(*map(_counted, parts), strict=True)))


def _counted(one: CountedWeek) -> tuple[int, ...]:
    return astuple(one)[4:]


def _products(actor: Actor, at: datetime, place: Place, week: date) -> list[ProductNow]:
    """Return a distributor's products at a close, what is most at stake first. Two queries."""
    past = stock_products.past_days(actor, at=at, code=place.within.distributor, until=week, count=1)
    shelf = catalog.products_by_id(on=weeks.sunday_of(week), ids=list(past))
    found = [
        ProductNow(one.code, one.name_zh, one.name_en, one.price_per_unit or money.ZERO, then)
        for key, one in shelf.items()
        if (then := past[key][0]) is not None
    ]
    return sorted(found, key=lambda row: (-(row.short_value + row.above_value), row.code))
