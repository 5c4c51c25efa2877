"""Shipments and what of them is on the road."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page
from django.db.models import Max
from django.db.models.functions import Coalesce

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.stock.models import Report, Shipment, ShipmentLine
from channelkeeper.stock.queries.counts import counted_weeks
from channelkeeper.stock.rules import is_on_the_road


@dataclass(frozen=True)
class ShipmentView:
    """A shipment in a list; `on_the_road` says whether no reported stock holds it yet."""

    number: str
    code: str
    name_zh: str
    name_en: str
    order_number: str
    shipped_on: date
    arrives_on: date
    received_on: date | None
    on_the_road: bool
    overdue: bool
    products: int
    units: int
    cases: str

    def name(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


@dataclass(frozen=True)
class OnTheRoad:
    """Pieces of a product on their way to a distributor, and the day on which they arrive."""

    distributor_id: int
    product_id: int
    number: str
    arrives_on: date
    units: int


def shipment_page(
    actor: Actor, *, at: datetime, code: str = "", only_road: bool = False, page: int = 1
) -> "Page[ShipmentView]":
    """
    Return one page of the shipments in scope, the latest to leave first. Four queries.

    Args:
        code: one distributor's; empty for all in scope.
        only_road: leave out what was marked as received.
    """
    rows = Shipment.objects.filter(distributor__in=visible(actor, at=at)).select_related("distributor")
    if code:
        rows = rows.filter(distributor__code=code)
    if only_road:
        rows = rows.filter(received_on__isnull=True)
    return paging.page_of(rows.order_by("-shipped_on", "-pk"), page, lambda shown: _views(shown, at))


def places(actor: Actor, *, at: datetime, numbers: Collection[str]) -> dict[str, str]:
    """Return the distributor's code of the shipments in scope, by number. One query."""
    found = Shipment.objects.filter(number__in=numbers, distributor__in=visible(actor, at=at))
    return dict(found.values_list("number", "distributor__code"))


def road(actor: Actor, *, at: datetime, distributor_ids: Collection[int]) -> list[OnTheRoad]:
    """Return what is on the road to some distributors at the last close, by day of arrival. Four queries."""
    closed = BUSINESS.last_closed_week(at)
    ours = list(visible(actor, at=at).filter(pk__in=distributor_ids).values_list("pk", flat=True))
    reported, counted = _reported(ours, closed), counted_weeks(ours, until=closed)
    lines = (
        ShipmentLine.objects.filter(shipment__distributor_id__in=ours, shipment__shipped_on__lte=BUSINESS.day(at))
        .annotate(arrived=Coalesce("shipment__received_on", "shipment__arrives_on"))
        .order_by("arrived", "pk")
    )
    columns = ("shipment__distributor_id", "product_id", "shipment__number", "shipment__arrives_on", "units")
    return [
        OnTheRoad(*row)
        for *row, received_on in lines.values_list(*columns, "shipment__received_on")
        if is_on_the_road(
            arrives_on=row[3],
            received_on=received_on,
            reported=max(filter(None, (reported.get(row[0]), counted.get((row[0], row[1])))), default=None),
            closed=closed,
        )
    ]


def _reported(distributors: Sequence[int], closed: date) -> dict[int, date]:
    """Return each distributor's last week with a report."""
    told = Report.objects.filter(distributor_id__in=distributors, current=True, week__lte=closed)
    return dict(told.values_list("distributor_id").annotate(newest=Max("week")))


def _views(shown: Sequence[Shipment], at: datetime) -> list[ShipmentView]:
    closed, today = BUSINESS.last_closed_week(at), BUSINESS.day(at)
    reported = _reported([one.distributor_id for one in shown], closed)
    loads = _loads([one.pk for one in shown])
    return [_view(one, loads[one.pk], reported.get(one.distributor_id), closed, today) for one in shown]


def _loads(keys: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Return (pieces, pieces per case) of each shipment's lines."""
    loads: dict[int, list[tuple[int, int]]] = defaultdict(list)
    lines = ShipmentLine.objects.filter(shipment_id__in=keys)
    for key, units, case in lines.values_list("shipment_id", "units", "product__units_per_case"):
        loads[key].append((units, case))
    return loads


def _view(
    one: Shipment, load: Sequence[tuple[int, int]], reported: date | None, closed: date, today: date
) -> ShipmentView:
    away = is_on_the_road(arrives_on=one.arrives_on, received_on=one.received_on, reported=reported, closed=closed)
    cases = sum(units / case for units, case in load)
    return ShipmentView(
        number=one.number,
        code=one.distributor.code,
        name_zh=one.distributor.name_zh,
        name_en=one.distributor.name_en,
        order_number=one.order_number,
        shipped_on=one.shipped_on,
        arrives_on=one.arrives_on,
        received_on=one.received_on,
        on_the_road=away and one.received_on is None,
        overdue=away and one.received_on is None and one.arrives_on < today,
        products=len(load),
        units=sum(units for units, _ in load),
        cases=f"{cases:,.1f}".removesuffix(".0"),
    )
