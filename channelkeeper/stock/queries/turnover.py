"""Turnover days of a month, quarter or year (STK-5, STK-5b), by product, distributor, rep, office, region, category."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Sum

from channelkeeper.access.rules import Actor
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import formats, weeks
from channelkeeper.stock import packed
from channelkeeper.stock.models import CategoryWeek, DistributorWeek
from channelkeeper.stock.periods import Period, containing
from channelkeeper.stock.queries.levels import COLUMNS, EVERYWHERE, Level, Within, within_scope
from channelkeeper.stock.queries.products import grid_of
from channelkeeper.stock.rules import DAYS_PER_WEEK, Turned, turnover_days, turnover_together


@dataclass(frozen=True)
class Turnover:
    """
    The turnover of one line in a period.

    Attributes:
        days: not rounded; None where nothing sold.
        mean_stock, sold_per_day: of an average week held, all its distributors together; yuan, pieces for a product.
        weeks: distributor-weeks that count: reported, and held where a rep is meant.
        distributors: how many had one.
    """

    code: str
    name_zh: str
    name_en: str
    days: Decimal | None
    mean_stock: Decimal
    sold_per_day: Decimal
    weeks: int
    distributors: int

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def year_of(week: date) -> Period:
    """Return the year that a week belongs to: that of its Thursday."""
    return containing(week, "year")


def turnover_by_level(
    actor: Actor, *, at: datetime, level: Level, period: Period, until: date, within: Within = EVERYWHERE
) -> list[Turnover]:
    """
    Return the turnover of all lines of a level that the actor may see, the slowest first. Two queries.

    In yuan at the ex-factory prices of each week's Sunday; weeks without a report count neither
    as stock nor as sales. The opening stock of a distributor is its close before the first week
    that counts, whoever held it then.

    Args:
        period: its weeks; those after `until`, the last closed one, have not come.
    """
    rows = _rows(actor, at, level, within)
    last = min(period.last_week, until)
    names, parts = _parts(rows, level, period.first_week, last, within.category)
    found = [_together(code, *names[code], held) for code, held in parts.items()]
    return sorted(found, key=lambda one: (one.days is None, -(one.days or 0), one.code))


def turnover_of_products(
    actor: Actor, *, at: datetime, code: str, period: Period, until: date, category: str = ""
) -> list[Turnover]:
    """
    Return the turnover of a distributor's products in pieces, the slowest first; none out of scope. Two queries.

    Args:
        code: the distributor's.
        category: only products of it, by its code.
    """
    last = min(period.last_week, until)
    if last < period.first_week:
        return []
    grid, places = grid_of(actor, at=at, code=code, first_week=weeks.shift(period.first_week, -1), last_week=last)
    shelf = catalog.products_by_id(ids=list(places))
    found = [
        _product(grid, place, shelf[key])
        for key, place in places.items()
        if grid.reported[place, 1:].any() and (not category or shelf[key].category_code == category)
    ]
    return sorted(found, key=lambda one: (one.days is None, -(one.days or 0), one.code))


def _product(grid: packed.Grid, place: int, product: catalog.ProductView) -> Turnover:
    known = grid.reported[place]
    closings = [Decimal(value) for value in grid.closing[place][known].tolist()]
    sold = [Decimal(value) for value in grid.sold[place, 1:][known[1:]].tolist()]
    return Turnover(
        code=product.code,
        name_zh=product.name_zh,
        name_en=product.name_en,
        days=turnover_days(closings=closings, sold=sold),
        mean_stock=sum(closings, Decimal(0)) / len(closings),
        sold_per_day=sum(sold, Decimal(0)) / (DAYS_PER_WEEK * len(sold)),
        weeks=len(sold),
        distributors=1,
    )


def _rows(actor: Actor, at: datetime, level: Level, within: Within) -> QuerySet[Any]:
    """Return reported weeks in scope, of distributors or of their categories."""
    if level is Level.CATEGORY or within.category:
        told = DistributorWeek.objects.filter(distributor=OuterRef("distributor"), week=OuterRef("week"), reported=True)
        rows: QuerySet[Any] = CategoryWeek.objects.filter(Exists(told))
    else:
        rows = DistributorWeek.objects.filter(reported=True)
    return within_scope(rows, actor, at, within, by_rep=level is Level.REP)


Held = tuple[int, int, Decimal, Decimal, date]  # distributor, weeks, Σ stock, Σ sold, first week


def _parts(
    rows: QuerySet[Any], level: Level, first: date, last: date, category: str
) -> tuple[Mapping[str, tuple[str, str]], Mapping[str, list[Turned]]]:
    """Return names by code, and each distributor's part by code."""
    columns = COLUMNS[level]
    sums = rows.filter(week__gte=first, week__lte=last).order_by().values_list(*columns, "distributor_id")
    held: dict[str, list[Held]] = defaultdict(list)
    names: dict[str, tuple[str, str]] = {}
    for code, zh, en, *figures in sums.annotate(
        told=Count("pk"), stock=Sum("stock_value"), sold=Sum("sold_value"), begun=Min("week")
    ):
        names[code] = (zh, en)
        held[code].append((figures[0], *figures[1:]))
    openings = _openings(rows.model, held)

    def opening(code: str, one: Held) -> Decimal | None:
        of_category = code if level is Level.CATEGORY else category
        return openings.get((of_category, one[0], one[4]))

    return names, {code: [_turned(one, opening(code, one)) for one in parts] for code, parts in held.items()}


def _openings(table: Any, held: Mapping[str, Iterable[Held]]) -> dict[tuple[str, int, date], Decimal]:
    """Return the stock at the close before the first week, by category ("" for all), distributor and that week."""
    wanted = {(one[0], weeks.shift(one[4], -1)) for parts in held.values() for one in parts}
    rows = DistributorWeek.objects.filter(
        distributor_id__in={key for key, _ in wanted}, week__in={week for _, week in wanted}, reported=True
    )
    if table is DistributorWeek:
        found = rows.values_list("distributor_id", "week", "stock_value")
        return {("", key, weeks.shift(week, 1)): stock for key, week, stock in found}
    told = rows.filter(distributor=OuterRef("distributor"), week=OuterRef("week"))
    parts = table.objects.filter(Exists(told)).values_list("category__code", "distributor_id", "week", "stock_value")
    return {(code, key, weeks.shift(week, 1)): stock for code, key, week, stock in parts}


def _turned(held: Held, opening: Decimal | None) -> Turned:
    _, told, stock, sold, _ = held
    closings = told + (opening is not None)
    return Turned(told, (stock + (opening or 0)) / closings, sold / (DAYS_PER_WEEK * told))


def _together(code: str, name_zh: str, name_en: str, parts: list[Turned]) -> Turnover:
    told = sum(part.weeks for part in parts)
    longest = max(part.weeks for part in parts)
    return Turnover(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        days=turnover_together(parts),
        mean_stock=sum((part.mean_stock * part.weeks for part in parts), Decimal(0)) / longest,
        sold_per_day=sum((part.sold_per_day * part.weeks for part in parts), Decimal(0)) / longest,
        weeks=told,
        distributors=len(parts),
    )
