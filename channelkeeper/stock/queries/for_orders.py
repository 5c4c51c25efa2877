"""What the next order of many distributors rests on, in arrays: positions and goods on the road by week."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from django.db.models import Max
from django.db.models.functions import Coalesce

from channelkeeper.access.rules import Actor
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.stock.models import Position, Report, Shipment, ShipmentLine

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

CAUSES = ("season", "festival", "promotion", "trend", "stock_out")
_EXPECTED = np.dtype("<f4")
_NUMBERS = ("distributor_id", "product_id", "on_hand_units", "estimated", "low_days", "high_days", *CAUSES)


@dataclass(frozen=True)
class PositionBlock:
    """
    S series after one close, those of a distributor together, by product key.

    Fields:
        week: the close.
        distributor_id, product_id: (S,) keys.
        on_hand_units: (S,) pieces at the close, >= 0.
        estimated: (S,) whether no report tells of them.
        arrivals: (S, H) pieces on the road by the coming week in which they arrive; overdue ones in the first.
        expected: (S, H) units per coming week.
        low_days, high_days: (S,) the band.
        causes: (S, 5) why the coming four weeks differ from the last four: natural logarithms, as `CAUSES`.
        price_per_unit: (S,) yuan.
    """

    week: date
    distributor_id: Codes
    product_id: Codes
    on_hand_units: Codes
    estimated: npt.NDArray[np.bool_]
    arrivals: Amounts
    expected: Amounts
    low_days: Amounts
    high_days: Amounts
    causes: Amounts
    price_per_unit: tuple[Decimal, ...]


def positions_for_orders(actor: Actor, *, at: datetime, week: date, distributor_ids: Collection[int]) -> PositionBlock:
    """
    Return where the products of some distributors stand after a close; those without positions of it are left out.

    Three queries, however many distributors.

    Args:
        at: shipments that have left by this day are on the road.
        week: the close; a distributor that was closed for a later week has no positions of it any more.
    """
    found = Position.objects.filter(
        distributor__in=visible(actor, at=at), distributor_id__in=distributor_ids, week=week
    ).order_by("distributor_id", "product_id")
    rows = list(found.values_list(*_NUMBERS, "expected", "price_per_unit"))
    numbers = np.array([row[: len(_NUMBERS)] for row in rows], dtype=np.float64).reshape(len(rows), len(_NUMBERS))
    expected = np.frombuffer(b"".join(bytes(row[-2]) for row in rows), dtype=_EXPECTED)
    expected = expected.reshape(len(rows), -1) if rows else np.zeros((0, 1), dtype=_EXPECTED)
    keys = numbers[:, :2].astype(np.int64)
    return PositionBlock(
        week=week,
        distributor_id=keys[:, 0],
        product_id=keys[:, 1],
        on_hand_units=np.maximum(numbers[:, 2], 0).astype(np.int64),
        estimated=numbers[:, 3] > 0,
        arrivals=_arrivals(keys, expected.shape[1], week, BUSINESS.day(at)),
        expected=expected.astype(np.float64),
        low_days=numbers[:, 4],
        high_days=numbers[:, 5],
        causes=numbers[:, 6:],
        price_per_unit=tuple(row[-1] for row in rows),
    )


def shipped_order_numbers(actor: Actor, *, at: datetime, distributor_ids: Collection[int], since: date) -> set[str]:
    """Return the numbers of orders that have left for some distributors, as shipments from a day on say. One query."""
    found = Shipment.objects.filter(
        distributor__in=visible(actor, at=at), distributor_id__in=distributor_ids, shipped_on__gte=since
    ).exclude(order_number="")
    return set(found.values_list("order_number", flat=True))


def _arrivals(keys: Codes, width: int, week: date, known_on: date) -> Amounts:
    """Return (S, width) goods on the road, as the close itself counts them: see `judging.on_the_road`."""
    arrivals = np.zeros((keys.shape[0], width))
    places = {(int(distributor), int(product)): row for row, (distributor, product) in enumerate(keys)}
    owners = {distributor for distributor, _ in places}
    for distributor_id, product_id, units, arrived in _on_the_road(owners, week, known_on):
        row = places.get((distributor_id, product_id))
        column = max(weeks.between(weeks.shift(week, 1), weeks.monday_of(arrived)), 0)
        if row is not None and column < width:
            arrivals[row, column] += units
    return arrivals


def _on_the_road(owners: set[int], week: date, known_on: date) -> Iterator[tuple[int, int, int, date]]:
    """Yield (distributor, product, pieces, day of arrival) of what neither stock nor estimate holds."""
    told = Report.objects.filter(distributor_id__in=owners, current=True, week__lte=week)
    last = dict(told.values_list("distributor_id").annotate(newest=Max("week")))
    lines = ShipmentLine.objects.filter(shipment__distributor_id__in=owners, shipment__shipped_on__lte=known_on)
    lines = lines.annotate(arrived=Coalesce("shipment__received_on", "shipment__arrives_on"))
    if len(last) == len(owners):
        lines = lines.filter(arrived__gt=weeks.sunday_of(min(last.values(), default=week)))
    columns = ("shipment__distributor_id", "product_id", "units", "arrived", "shipment__received_on")
    closed_on = weeks.sunday_of(week)
    for distributor_id, product_id, units, arrived, received_on in lines.values_list(*columns):
        held = distributor_id in last and arrived <= weeks.sunday_of(last[distributor_id])
        counted = received_on is not None and arrived <= closed_on  # the estimate has added it
        if not held and not counted:
            yield distributor_id, product_id, units, arrived
