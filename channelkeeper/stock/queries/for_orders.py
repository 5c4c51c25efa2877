"""What the next order of many distributors rests on, in arrays: positions and goods on the road by week."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Coalesce

from channelkeeper.access.rules import Actor
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.stock import bands, positions
from channelkeeper.stock.models import Positions, Report, Shipment, ShipmentLine
from channelkeeper.stock.positions import CAUSES as CAUSES
from channelkeeper.stock.positions import PRICE_PLACES
from channelkeeper.stock.queries.counts import counted_weeks

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PositionBlock:
    """
    S series after one close, those of a distributor together, by product key.

    Fields:
        week: the close.
        distributor_id, product_id: (S,) keys.
        on_hand_units: (S,) pieces at the close, >= 0.
        expiring_units: (S,) of them what will expire before its turn: it covers nothing (STK-1c).
        estimated: (S,) whether no report tells of them.
        uncertain: (S,) whether fewer than eight weekly reports make the expectation a guess.
        arrivals: (S, H) pieces on the road by the coming week in which they arrive; overdue ones in the first.
        expected: (S, H) units per coming week.
        low_days, high_days: (S,) the band.
        causes: (S, 5) why the coming four weeks differ from the last four: natural logarithms, as `CAUSES`.
        prices: (S,) 1/10,000 yuan per piece.
    """

    week: date
    distributor_id: Codes
    product_id: Codes
    on_hand_units: Codes
    expiring_units: Codes
    estimated: Flags
    uncertain: Flags
    arrivals: Amounts
    expected: Amounts
    low_days: Amounts
    high_days: Amounts
    causes: Amounts
    prices: Codes

    @property
    def sellable_units(self) -> Codes:
        """Return (S,) pieces that will not expire before their turn."""
        return np.asarray(np.maximum(self.on_hand_units - self.expiring_units, 0), dtype=np.int64)

    @cached_property
    def price_per_unit(self) -> tuple[Decimal, ...]:
        """Return (S,) yuan."""
        exact = {price: Decimal(price).scaleb(-PRICE_PLACES) for price in np.unique(self.prices).tolist()}
        return tuple(exact[price] for price in self.prices.tolist())


def positions_for_orders(actor: Actor, *, at: datetime, week: date, distributor_ids: Collection[int]) -> PositionBlock:
    """
    Return where the products of some distributors stand after a close; those without positions of it are left out.

    Four queries, however many distributors.

    Args:
        at: shipments that have left by this day are on the road.
        week: the close; a distributor that was closed for a later week has no positions of it any more.
    """
    later = Positions.objects.filter(distributor=OuterRef("distributor"), week__gt=week)
    found = Positions.objects.filter(
        ~Exists(later), distributor__in=visible(actor, at=at), distributor_id__in=distributor_ids, week=week
    )
    rows = sorted(bulk.read(found.values_list("distributor_id", "content")))
    records, counts = positions.unpack([content for _, content in rows])
    distributor_id = np.repeat(np.array([key for key, _ in rows], dtype=np.int64), counts)
    product_id = records["product_id"].astype(np.int64)
    return PositionBlock(
        week=week,
        distributor_id=distributor_id,
        product_id=product_id,
        on_hand_units=np.maximum(records["on_hand_units"], 0).astype(np.int64),
        expiring_units=records["expiring_units"].astype(np.int64),
        estimated=records["estimated"],
        uncertain=records["uncertain"],
        arrivals=_arrivals(distributor_id, product_id, records["expected"].shape[1], week, BUSINESS.day(at)),
        expected=records["expected"].astype(np.float64),
        low_days=records["low_days"],
        high_days=records["high_days"],
        causes=np.stack([records[cause] for cause in CAUSES], axis=1).astype(np.float64),
        prices=records["price"],
    )


@dataclass(frozen=True)
class Newcomers:
    """
    N products that begin at a distributor.

    Fields:
        arrivals: (N, H) pieces on the road by coming week, as in `PositionBlock`.
        supplied: (N,) whether any were ever shipped to it.
        low_days, high_days: (N,) the band.
    """

    arrivals: Amounts
    supplied: Flags
    low_days: Amounts
    high_days: Amounts


def newcomers(
    *, at: datetime, week: date, distributor_ids: Codes, product_ids: Codes, width: int, category_ids: Codes
) -> Newcomers:
    """
    Return what is on the road of products that no position tells of yet, and their bands.

    Six queries, however many.

    Args:
        distributor_ids, product_ids: (N,) pairs in the scope of whoever asks.
        category_ids: (N,) of each product.
        width: coming weeks, H.
    """
    owners, products = np.unique(distributor_ids).tolist(), np.unique(product_ids).tolist()
    sent = ShipmentLine.objects.filter(
        shipment__distributor_id__in=owners, product_id__in=products, shipment__shipped_on__lte=BUSINESS.day(at)
    )
    pairs = set(sent.values_list("shipment__distributor_id", "product_id"))
    held = bands.load(distributor_ids=owners)
    low, high = held.of(distributor_ids, product_ids, category_ids, on=weeks.sunday_of(week))
    keys = zip(distributor_ids.tolist(), product_ids.tolist(), strict=True)
    return Newcomers(
        arrivals=_arrivals(distributor_ids, product_ids, width, week, BUSINESS.day(at)),
        supplied=np.array([key in pairs for key in keys], dtype=np.bool_),
        low_days=low,
        high_days=high,
    )


def shipped_order_numbers(actor: Actor, *, at: datetime, distributor_ids: Collection[int], since: date) -> set[str]:
    """Return the numbers of orders that have left for some distributors, as shipments from a day on say. One query."""
    found = Shipment.objects.filter(
        distributor__in=visible(actor, at=at), distributor_id__in=distributor_ids, shipped_on__gte=since
    ).exclude(order_number="")
    return set(found.values_list("order_number", flat=True))


def _arrivals(distributor_id: Codes, product_id: Codes, width: int, week: date, known_on: date) -> Amounts:
    """Return (S, width) goods on the road, as the close itself counts them: see `judging.on_the_road`."""
    arrivals = np.zeros((product_id.size, width))
    keys = zip(distributor_id.tolist(), product_id.tolist(), strict=True)
    places = {key: row for row, key in enumerate(keys)}
    owners = {distributor for distributor, _ in places}
    for owner, product, units, arrived in _on_the_road(owners, week, known_on):
        row = places.get((owner, product))
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
    by_hand = counted_weeks(owners, until=week)
    for distributor_id, product_id, units, arrived, received_on in lines.values_list(*columns):
        held = distributor_id in last and arrived <= weeks.sunday_of(last[distributor_id])
        held_by_hand = arrived <= weeks.sunday_of(by_hand.get((distributor_id, product_id), date.min))
        counted = received_on is not None and arrived <= closed_on  # the estimate has added it
        if not held and not held_by_hand and not counted:
            yield distributor_id, product_id, units, arrived
