"""What the next order of many distributors rests on, in arrays: positions and goods on the road by week."""

from collections.abc import Collection, Mapping
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
Days = npt.NDArray[np.datetime64]


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
    """
    Return (S, width) goods on the road, as the close itself counts them: see `judging.on_the_road`.

    Args:
        distributor_id, product_id: (S,) keys, ascending together.
    """
    arrivals = np.zeros((product_id.size, width))
    owners = set(np.unique(distributor_id).tolist())
    told = dict(
        Report.objects.filter(distributor_id__in=owners, current=True, week__lte=week)
        .values_list("distributor_id")
        .annotate(newest=Max("week"))
    )
    since = min(told.values(), default=week) if len(told) == len(owners) else None
    owner, product, units, arrived, received = _sent(owners, since, known_on)
    row = _rows(distributor_id, product_id, owner, product)
    coming = np.datetime64(weeks.shift(week, 1), "D")
    column = np.maximum((arrived - coming).astype(np.int64) // weeks.WEEK.days, 0)
    held_until = _held_until(distributor_id, product_id, told, counted_weeks(owners, until=week))
    # The estimate has added what a person marked; what a report or a count came after is in its stock.
    open_ = (row >= 0) & (column < width) & ~(received & (arrived < coming))
    open_[open_] = arrived[open_] > held_until[row[open_]]
    np.add.at(arrivals, (row[open_], column[open_]), units[open_])
    return arrivals


def _rows(distributor_id: Codes, product_id: Codes, owner: Codes, product: Codes) -> Codes:
    """Return (L,) the places of pairs of keys among others that ascend; -1 for those that are none of them."""
    if not product_id.size:
        return np.full(product.shape, -1, dtype=np.int64)
    stride = int(max(product_id.max(), product.max(initial=0))) + 1
    keys, wanted = distributor_id * stride + product_id, owner * stride + product
    row = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where(keys[row] == wanted, row, -1).astype(np.int64)


def _held_until(
    distributor_id: Codes, product_id: Codes, told: Mapping[int, date], counted: Mapping[tuple[int, int], date]
) -> Days:
    """Return (S,) the Sunday up to which a report, or a count of the product, holds what arrived."""
    owners, place = np.unique(distributor_id, return_inverse=True)
    sundays = [weeks.sunday_of(told[owner]) if owner in told else date.min for owner in owners.tolist()]
    until = np.array(sundays, dtype="datetime64[D]")[place]
    pairs = np.array(list(counted), dtype=np.int64).reshape(-1, 2)
    rows = _rows(distributor_id, product_id, pairs[:, 0], pairs[:, 1])
    by_hand = np.array([weeks.sunday_of(one) for one in counted.values()], dtype="datetime64[D]")
    np.maximum.at(until, rows[rows >= 0], by_hand[rows >= 0])
    return until


def _sent(owners: set[int], since: date | None, known_on: date) -> tuple[Codes, Codes, Amounts, Days, Flags]:
    """
    Return of what was shipped by a day (L,) distributor, product, pieces, day of arrival, whether marked.

    Args:
        since: what arrived by this week's Sunday is in every stock; None where some never reported.
    """
    lines = ShipmentLine.objects.filter(shipment__distributor_id__in=owners, shipment__shipped_on__lte=known_on)
    lines = lines.annotate(arrived=Coalesce("shipment__received_on", "shipment__arrives_on"))
    if since is not None:
        lines = lines.filter(arrived__gt=weeks.sunday_of(since))
    columns = ("shipment__distributor_id", "product_id", "units", "arrived", "shipment__received_on")
    found = bulk.read(lines.values_list(*columns))
    owner, product, units, arrived, received = zip(*found, strict=True) if found else ((),) * 5
    return (
        np.array(owner, dtype=np.int64),
        np.array(product, dtype=np.int64),
        np.array(units, dtype=np.float64),
        np.array(arrived, dtype="datetime64[D]"),
        np.array([one is not None for one in received], dtype=np.bool_),
    )
