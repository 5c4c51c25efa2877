"""
Inventory days by week above the product: of categories, distributors, reps, offices and regions (STK-1b, STK-2c).

Everything is added up by the database from the sums that the closes kept. A week belongs to the
rep whose distributor it was on its Monday; offices are those that distributors belong to today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Model, Q, QuerySet, Sum

from channelkeeper.access.rules import Actor
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import formats, weeks
from channelkeeper.network.queries import visible
from channelkeeper.stock.models import CategoryWeek, DistributorWeek
from channelkeeper.stock.queries.days import realised_days
from channelkeeper.stock.queries.products import PastDays, past_days
from channelkeeper.stock.queries.sums import limits_of
from channelkeeper.stock.rules import COVER_DAYS, Band, BandLimits, inventory_days, judge


class Level(StrEnum):
    """Over what stock is added up."""

    REGION = "region"
    OFFICE = "office"
    REP = "rep"
    DISTRIBUTOR = "distributor"
    CATEGORY = "category"


_OFFICE, _REP = "distributor__office", "distributor__assignments__rep"
COLUMNS: Mapping[Level, tuple[str, str, str]] = {
    Level.REGION: (f"{_OFFICE}__region__code", f"{_OFFICE}__region__name_zh", f"{_OFFICE}__region__name_en"),
    Level.OFFICE: (f"{_OFFICE}__code", f"{_OFFICE}__name_zh", f"{_OFFICE}__name_en"),
    Level.REP: (f"{_REP}__code", f"{_REP}__user__name", f"{_REP}__user__name"),
    Level.DISTRIBUTOR: ("distributor__code", "distributor__name_zh", "distributor__name_en"),
    Level.CATEGORY: ("category__code", "category__name_zh", "category__name_en"),
}


@dataclass(frozen=True)
class Within:
    """What part of all is looked at, by codes; empty for no bound."""

    region: str = ""
    office: str = ""
    rep: str = ""
    distributor: str = ""
    category: str = ""


EVERYWHERE = Within()
_COUNTED = 3  # the last of the sums are numbers of products


@dataclass(frozen=True)
class LevelWeek:
    """
    A closed week of one line, in sums; yuan at the ex-factory prices of its Sunday.

    Attributes:
        realised_stock_value, realised_sold_value: of the distributors whose next four weeks are all reported; sales at
            the prices of the weeks in which they sold.
        short_value: expected to be missed before an order of today arrives; above_value: of what lies above the band.
        below, inside, above: products by band, each once per distributor.
    """

    week: date
    distributors: int
    stock_value: Decimal
    expiring_value: Decimal
    expected_value_per_day: Decimal
    trailing_value_per_day: Decimal
    band_low_value: Decimal
    band_high_value: Decimal
    realised_stock_value: Decimal
    realised_sold_value: Decimal
    short_value: Decimal = Decimal(0)
    above_value: Decimal = Decimal(0)
    below: int = 0
    inside: int = 0
    above: int = 0

    @property
    def sellable_value(self) -> Decimal:
        """Return the value of the stock that will not expire before its turn."""
        return max(self.stock_value - self.expiring_value, Decimal(0))

    @property
    def forward(self) -> Decimal | None:
        """Return days by what was expected of the 28 days after the close, not rounded."""
        return inventory_days(stock_units=self.sellable_value, sell_out_per_day=self.expected_value_per_day)

    @property
    def trailing(self) -> Decimal | None:
        """Return days by what the 28 days before the close sold."""
        return inventory_days(stock_units=self.sellable_value, sell_out_per_day=self.trailing_value_per_day)

    @property
    def realised(self) -> Decimal | None:
        """Return days by what the 28 days after the close really sold; None until they are all reported."""
        per_day = self.realised_sold_value / COVER_DAYS
        return inventory_days(stock_units=max(self.realised_stock_value, Decimal(0)), sell_out_per_day=per_day)

    @property
    def limits(self) -> BandLimits:
        """Return the band of its products together."""
        return limits_of(self.band_low_value, self.band_high_value, self.expected_value_per_day)

    @property
    def band(self) -> Band:
        """Return where it stands against that band."""
        return judge(self.forward, self.limits)


@dataclass(frozen=True)
class Line:
    """One category, distributor, rep, office or region over some weeks, oldest first; None where none was closed."""

    code: str
    name_zh: str
    name_en: str
    weeks: Sequence[LevelWeek | None] = field(default=())

    @property
    def last(self) -> LevelWeek | None:
        """Return the newest week that was closed."""
        return next((week for week in reversed(self.weeks) if week), None)

    @property
    def last_realised(self) -> LevelWeek | None:
        """Return the newest week whose realised days are known."""
        return next((week for week in reversed(self.weeks) if week and week.realised is not None), None)

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def days_by_level(
    actor: Actor, *, at: datetime, level: Level, since: date, until: date, within: Within = EVERYWHERE
) -> list[Line]:
    """
    Return days by week of all lines of a level that the actor may see, the most stock first. One query.

    Args:
        since, until: Mondays of the first and the last week.
        within: only a part of it.
    """
    found = _rows(actor, at, level, within).filter(week__gte=since, week__lte=until)
    columns = COLUMNS[level]
    sums = found.order_by().values_list(*columns, "week").annotate(**_sums(found.model))
    count = weeks.between(since, until) + 1
    kept: dict[str, tuple[str, str, list[LevelWeek | None]]] = {}
    for code, name_zh, name_en, week, *figures in sums:
        _, _, line = kept.setdefault(code, (name_zh, name_en, [None] * count))
        line[weeks.between(since, week)] = _week_of(week, figures)
    lines = [Line(code, zh, en, tuple(line)) for code, (zh, en, line) in kept.items()]
    return sorted(lines, key=lambda line: (-(line.last.stock_value if line.last else 0), line.code))


def _week_of(week: date, figures: Sequence[Any]) -> LevelWeek:
    values: list[Any] = [one or Decimal(0) for one in figures[1:-_COUNTED]]
    return LevelWeek(week, figures[0], *values, *(one or 0 for one in figures[-_COUNTED:]))


def held_on_monday() -> Q:
    """Return the condition that an assignment of the distributor holds on the Monday of the row's week."""
    open_ended = Q(distributor__assignments__ends_on__isnull=True)
    begun = Q(distributor__assignments__starts_on__lte=F("week"))
    return begun & (open_ended | Q(distributor__assignments__ends_on__gt=F("week")))


def together(week: date, parts: Iterable[LevelWeek]) -> LevelWeek:
    """Return the week of several lines, one at least, as one: everything is a sum, so nothing else has to be asked."""
    sums: list[Any] = [sum(column) for column in zip(*map(_figures, parts), strict=True)]
    return LevelWeek(week, *sums)


def without(whole: LevelWeek, part: LevelWeek) -> LevelWeek:
    """Return what is left of a week without a part of it."""
    return LevelWeek(whole.week, *(one - other for one, other in zip(_figures(whole), _figures(part), strict=True)))


def _figures(week: LevelWeek) -> tuple[Any, ...]:
    return astuple(week)[1:]


def within_scope(rows: QuerySet[Any], actor: Actor, at: datetime, within: Within, *, by_rep: bool) -> QuerySet[Any]:
    """Return the rows of distributors in scope and within bounds; joined with who held them where reps are told."""
    found = rows.filter(distributor__in=visible(actor, at=at))
    if by_rep or within.rep:
        held = held_on_monday()
        found = found.filter(held & Q(distributor__assignments__rep__code=within.rep) if within.rep else held)
    bounds = {
        "distributor__office__region__code": within.region,
        "distributor__office__code": within.office,
        "distributor__code": within.distributor,
        "category__code": within.category,
    }
    return found.filter(**{name: code for name, code in bounds.items() if code})


def _rows(actor: Actor, at: datetime, level: Level, within: Within) -> QuerySet[Any]:
    table: type[Model] = CategoryWeek if level is Level.CATEGORY or within.category else DistributorWeek
    rows: QuerySet[Any] = table._default_manager.all()
    return within_scope(rows, actor, at, within, by_rep=level is Level.REP)


def _sums(table: type[Model]) -> dict[str, Any]:
    known = Q(sold_after_value__isnull=False)
    # A distributor has one row of a week, but one for each of its categories: only then must equal ones be told apart.
    shops = Count("distributor", distinct=True) if table is CategoryWeek else Count("pk")
    return {
        "shops": shops,
        "stock": Sum("stock_value"),
        "expiring": Sum("expiring_value"),
        "expected": Sum("expected_value_per_day"),
        "trailing": Sum("trailing_value_per_day"),
        "low": Sum("band_low_value"),
        "high": Sum("band_high_value"),
        "lasting": Sum(F("stock_value") - F("expiring_value"), filter=known),
        "sold": Sum("sold_after_value", filter=known),
        "short": Sum("short_value"),
        "held": Sum("above_value"),
        "low_products": Sum("below"),
        "good_products": Sum("inside"),
        "high_products": Sum("above"),
    }


@dataclass(frozen=True)
class CountedWeek:
    """A line's closed week in counts: products by band; distributors that closed it, whose report is in, in time."""

    code: str
    name_zh: str
    name_en: str
    week: date
    below: int
    inside: int
    above: int
    weeks: int
    reported: int
    on_time: int


def counts_by_level(
    actor: Actor, *, at: datetime, level: Level, since: date, until: date, within: Within = EVERYWHERE
) -> list[CountedWeek]:
    """
    Return weeks in counts of all lines of a level that the actor may see, in no order. One query.

    Args:
        level: not of categories: reports are told by distributor.
        since, until: Mondays of the first and the last week.
        within: only a part of it; no category.
    """
    found = within_scope(DistributorWeek.objects.all(), actor, at, within, by_rep=level is Level.REP)
    rows = found.filter(week__gte=since, week__lte=until).order_by().values_list(*COLUMNS[level], "week")
    counted = rows.annotate(
        low=Sum("below"),
        good=Sum("inside"),
        high=Sum("above"),
        closed=Count("pk"),
        told=Count("pk", filter=Q(reported=True)),
        kept=Count("pk", filter=Q(on_time=True)),
    )
    return [CountedWeek(*row) for row in counted]


@dataclass(frozen=True)
class ProductLine:
    """
    A product of a distributor over some closes, oldest first: as it was known then, and what really came.

    Attributes:
        weeks: None where the week was not closed, or the product had no position.
        realised: None until the four weeks after the close are reported.
    """

    code: str
    name_zh: str
    name_en: str
    price_per_unit: Decimal
    weeks: Sequence[PastDays | None]
    realised: Sequence[Decimal | None]

    @property
    def last(self) -> PastDays | None:
        """Return the newest close that it had a position at."""
        return next((week for week in reversed(self.weeks) if week), None)

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def days_of_products(
    actor: Actor, *, at: datetime, code: str, since: date, until: date, category: str = "", product: str = ""
) -> list[ProductLine]:
    """
    Return days by week of a distributor's products, the most stock first; none out of scope. At most five queries.

    Args:
        code: the distributor's.
        since, until: Mondays of the first and the last week.
        category, product: only these, by code.
    """
    count = weeks.between(since, until) + 1
    past = past_days(actor, at=at, code=code, until=until, count=count, product=product)
    came = realised_days(actor, at=at, code=code, until=until, count=count, product=product)
    shelf = catalog.products_by_id(on=weeks.sunday_of(until), ids=list(past))
    unknown = (None,) * count
    lines = [
        ProductLine(
            one.code,
            one.name_zh,
            one.name_en,
            one.price_per_unit or Decimal(0),
            past[key],
            [_of_sellable(real, then) for real, then in zip(came.get(key, unknown), past[key], strict=True)],
        )
        for key, one in shelf.items()
        if not category or one.category_code == category
    ]
    return sorted(lines, key=lambda line: (-_value(line), line.code))


def _of_sellable(realised: Decimal | None, then: PastDays | None) -> Decimal | None:
    """Return realised days of what could be sold, from those of all that lay there."""
    if realised is None or then is None or not then.expiring_units:
        return realised
    return realised * then.sellable_units / then.on_hand_units


def _value(line: ProductLine) -> Decimal:
    return line.price_per_unit * (line.last.on_hand_units if line.last else 0)
