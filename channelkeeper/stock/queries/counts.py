"""Counts by hand: those that were made, one beside the report of its week, and what there is to count."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Count as Number
from django.db.models import Max

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.stock import counting
from channelkeeper.stock.models import Count, CountLine, ReportLine
from channelkeeper.stock.queries import products


@dataclass(frozen=True)
class CountView:
    """A count in a list."""

    pk: int
    code: str
    name_zh: str
    name_en: str
    week: date
    counted_on: date
    recorded_at: datetime
    by_name: str
    note: str
    withdrawn: bool
    products: int

    def name(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


@dataclass(frozen=True)
class CountedLine:
    """
    A product of a count, in pieces, beside what the report says.

    Attributes:
        counted: on the day of the count.
        closing: what that makes of the Sunday it stands for.
        reported: the report's closing; None where no report names the product.
    """

    code: str
    name_zh: str
    name_en: str
    units_per_case: int
    counted: int
    sold_since: int
    received_since: int
    closing: int
    near_expiry: int | None
    note: str
    reported: int | None

    def name(self, language: str) -> str:
        """Return the product's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def gap(self) -> int:
        """Return by how many pieces the report exceeds the count; 0 where they agree (STK-4i)."""
        return 0 if self.reported is None else counting.count_gap(counted=self.closing, reported=self.reported)


@dataclass(frozen=True)
class CountDetail:
    """One count with its lines."""

    view: CountView
    withdrawn_by_name: str
    withdrawn_reason: str
    lines: tuple[CountedLine, ...]

    @property
    def differing(self) -> int:
        """Return how many products differ from the report."""
        return sum(line.gap != 0 for line in self.lines)


@dataclass(frozen=True)
class ToFill:
    """A product that there is to count at a distributor."""

    code: str
    name_zh: str
    name_en: str
    units_per_case: int

    def name(self, language: str) -> str:
        """Return the product's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def count_page(actor: Actor, *, at: datetime, code: str = "", page: int = 1) -> "Page[CountView]":
    """Return one page of the counts in scope, the newest first, of one distributor where asked. Two queries."""
    rows = Count.objects.filter(distributor__in=visible(actor, at=at)).select_related("distributor")
    if code:
        rows = rows.filter(distributor__code=code)
    rows = rows.annotate(products=Number("lines"))
    return paging.page_of(rows.order_by("-recorded_at", "-pk"), page, lambda shown: [_view(one) for one in shown])


def count(actor: Actor, *, at: datetime, pk: int) -> CountDetail:
    """
    Return one count beside the report of its week. Three queries.

    Raises:
        NotFound: none, or out of scope.
    """
    found = (
        Count.objects.filter(pk=pk, distributor__in=visible(actor, at=at))
        .select_related("distributor")
        .annotate(products=Number("lines"))
        .first()
    )
    if found is None:
        raise NotFound("No such count.")
    reported = dict(
        ReportLine.objects.filter(
            report__distributor_id=found.distributor_id, report__week=found.week, report__current=True
        ).values_list("product_id", "closing_units")
    )
    lines = CountLine.objects.filter(count=found).select_related("product").order_by("product__code")
    return CountDetail(
        _view(found),
        found.withdrawn_by_name,
        found.withdrawn_reason,
        tuple(_line(line, reported.get(line.product_id)) for line in lines),
    )


def to_fill(actor: Actor, *, at: datetime, code: str, every: bool = False) -> list[ToFill]:
    """
    Return what there is to count at a distributor: what lies or is expected there, the dearest stock first.

    Where nothing is known of it yet, or all is asked for: every product on sale.
    """
    standings = [] if every else products.standings(actor, at=at, code=code)
    if standings:
        standings.sort(key=lambda one: (-one.on_hand_units * one.price_per_unit, one.code))
        return [ToFill(one.code, one.name_zh, one.name_en, one.units_per_case) for one in standings]
    on = BUSINESS.day(at)
    shelf = catalog.products_by_code(on=on).values()
    return [
        ToFill(one.code, one.name_zh, one.name_en, one.units_per_case)
        for one in sorted(shelf, key=lambda one: one.code)
        if one.sold_on(on)
    ]


def last_counted(distributor_ids: Collection[int]) -> dict[int, date]:
    """Return the day of each distributor's last count that stands; scope is the caller's. One query."""
    found = Count.objects.filter(distributor_id__in=distributor_ids, withdrawn_at=None)
    return dict(found.values_list("distributor_id").annotate(newest=Max("counted_on")))


def counted_weeks(distributor_ids: Collection[int], *, until: date) -> dict[tuple[int, int], date]:
    """Return by distributor and product the last week that a count stands for; scope is the caller's. One query."""
    lines = CountLine.objects.filter(
        count__distributor_id__in=distributor_ids, count__week__lte=until, count__withdrawn_at=None
    )
    found = lines.values_list("count__distributor_id", "product_id").annotate(newest=Max("count__week"))
    return {(owner, product): week for owner, product, week in found}


def places(actor: Actor, *, at: datetime, keys: Collection[int]) -> dict[int, tuple[str, date]]:
    """Return distributor's code and day of the counts in scope, by key. One query."""
    found = Count.objects.filter(pk__in=keys, distributor__in=visible(actor, at=at))
    return {pk: (code, day) for pk, code, day in found.values_list("pk", "distributor__code", "counted_on")}


def _view(one: Any) -> CountView:
    return CountView(
        pk=one.pk,
        code=one.distributor.code,
        name_zh=one.distributor.name_zh,
        name_en=one.distributor.name_en,
        week=one.week,
        counted_on=one.counted_on,
        recorded_at=one.recorded_at,
        by_name=one.by_name,
        note=one.note,
        withdrawn=one.withdrawn_at is not None,
        products=one.products,
    )


def _line(line: CountLine, reported: int | None) -> CountedLine:
    product = line.product
    return CountedLine(
        code=product.code,
        name_zh=product.name_zh,
        name_en=product.name_en,
        units_per_case=product.units_per_case,
        counted=line.counted_units,
        sold_since=line.sold_since_units,
        received_since=line.received_since_units,
        closing=line.closing_units,
        near_expiry=line.near_expiry_units,
        note=line.note,
        reported=reported,
    )
