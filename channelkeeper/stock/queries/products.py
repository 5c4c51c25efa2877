"""One distributor's products: where each stands, and its weeks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import QuerySet

from channelkeeper.access.rules import Actor
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import formats, weeks
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.stock import packed, positions
from channelkeeper.stock.models import PackedWeeks, Positions
from channelkeeper.stock.positions import CAUSES

_FIGURES = (
    "on_hand_units",
    "expiring_units",
    "estimated",
    "uncertain",
    "from_sell_in",
    "low_units",
    "high_units",
    "road_units",
    "near_expiry_units",
    "spread",
    "per_day",
    "trailing_per_day",
    "low_days",
    "high_days",
    "short_units",
    "above_units",
)


@dataclass(frozen=True)
class Standing:
    """
    Where a product of a distributor stands after the last close. Quantities are pieces.

    Attributes:
        uncertain: whether fewer than eight weekly reports make the expectation a guess.
        from_sell_in: whether it comes from what was bought before the reports.
        expiring_units: of those at hand, what will expire before its turn: days rest on the others.
        expected_units: per coming week.
        spread: relative error of a week's expectation.
        causes: why the coming four weeks differ from the last four, as natural logarithms.
    """

    product_id: int
    code: str
    name_zh: str
    name_en: str
    units_per_case: int
    category: str
    week: date
    on_hand_units: int
    estimated: bool
    uncertain: bool
    from_sell_in: bool
    low_units: int
    high_units: int
    road_units: int
    near_expiry_units: int
    expected_units: tuple[float, ...]
    spread: float
    per_day: float
    trailing_per_day: float
    days: float | None
    trailing_days: float | None
    band: str
    low_days: float
    high_days: float
    price_per_unit: Decimal
    short_units: float
    above_units: float
    causes: Mapping[str, float]
    expiring_units: int = 0

    @property
    def sellable_units(self) -> int:
        """Return the pieces at hand that will not expire before their turn (STK-1c)."""
        return max(self.on_hand_units - self.expiring_units, 0)

    def name(self, language: str) -> str:
        """Return the product's name; its Chinese one where it has no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def short_value(self) -> Decimal:
        """Return the sales that may be missed before an order of today arrives, yuan."""
        return Decimal(str(self.short_units)) * self.price_per_unit

    @property
    def above_value(self) -> Decimal:
        """Return the money that lies above the band, yuan."""
        return Decimal(str(self.above_units)) * self.price_per_unit


@dataclass(frozen=True)
class PastDays:
    """Where a product stood at a past close, as known then: pieces, days on both paces, its band, what lay outside."""

    product_id: int
    week: date
    on_hand_units: int
    estimated: bool
    days: float | None
    trailing_days: float | None
    band: str
    low_days: float
    high_days: float
    expiring_units: int = 0
    short_units: float = 0.0
    above_units: float = 0.0

    @property
    def sellable_units(self) -> int:
        """Return the pieces at hand that were not to expire before their turn (STK-1c)."""
        return max(self.on_hand_units - self.expiring_units, 0)


@dataclass(frozen=True)
class ProductWeeks:
    """Some closed weeks of a product, oldest first, in pieces; None where no report tells; `out` are places."""

    sold: tuple[int | None, ...]
    closing: tuple[int | None, ...]
    received: tuple[int | None, ...]
    out: tuple[int, ...]


def standings(actor: Actor, *, at: datetime, code: str, product: str = "") -> list[Standing]:
    """
    Return where a distributor's products stand; none where it is out of scope. Two queries.

    Args:
        code: the distributor's.
        product: only this one, by its code.
    """
    held = _closes(actor, at, code).order_by("-week")[:1]
    week, content = next(iter(bulk.read(held.values_list("week", "content"))), (None, b""))
    if week is None:
        return []
    records, _ = positions.unpack([content])
    shelf = catalog.products_by_id(ids=records["product_id"].tolist())
    chosen = {key: one for key, one in shelf.items() if not product or one.code == product}
    days, trailing = positions.days(records), positions.days(records, "trailing_per_day")
    return [
        _standing(week, record, chosen[record["product_id"]], forward, back)
        for record, forward, back in zip(records, days.tolist(), trailing.tolist(), strict=True)
        if record["product_id"] in chosen
    ]


def past_days(
    actor: Actor, *, at: datetime, code: str, until: date, count: int, product: str = ""
) -> dict[int, tuple[PastDays | None, ...]]:
    """
    Return where a distributor's products stood at past closes, as it was known then, oldest first, by product id.

    None where that week was not closed, or the product had no position. At most two queries.

    Args:
        code: the distributor's.
        until: the last close.
        count: how many closes.
        product: only this one, by its code.
    """
    first = weeks.shift(until, 1 - count)
    held = bulk.read(_closes(actor, at, code).filter(week__gte=first, week__lte=until).values_list("week", "content"))
    only = catalog.products_by_code(codes=[product]) if product and held else {}
    key = only[product].id if only else None
    found: dict[int, list[PastDays | None]] = defaultdict(lambda: [None] * count)
    for week, content in held:
        records, _ = positions.unpack([content])
        for one in _past(week, records[records["product_id"] == key] if product else records):
            found[one.product_id][weeks.between(first, week)] = one
    return {product_id: tuple(past) for product_id, past in found.items()}


def product_weeks(
    actor: Actor, *, at: datetime, code: str, until: date, count: int, product: str = ""
) -> dict[int, ProductWeeks]:
    """
    Return the last weeks of a distributor's products by product id. One query; two for one product.

    Args:
        code: the distributor's.
        until: the last week.
        count: how many weeks.
        product: only this one, by its code.
    """
    first = weeks.shift(until, 1 - count)
    grid, places = grid_of(actor, at=at, code=code, first_week=first, last_week=until, product=product)
    return {product_id: _weeks_of(grid, place) for product_id, place in places.items()}


def grid_of(
    actor: Actor, *, at: datetime, code: str, first_week: date, last_week: date, product: str = ""
) -> tuple[packed.Grid, dict[int, int]]:
    """
    Return some weeks of a distributor's products, and the row of each product id. One query; two for one product.

    Args:
        code: the distributor's.
        product: only this one, by its code.
    """
    found = PackedWeeks.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code)
    blocks = [packed.Block(*row) for row in bulk.read(found.values_list(*packed.Block._fields))]
    held = packed.unpack(blocks, first_week=first_week, last_week=last_week)
    places = {key: place for place, key in enumerate(held.product_id.tolist())}
    if not product:
        return held.grid, places
    chosen = catalog.products_by_code(codes=[product]).get(product)
    return held.grid, {key: place for key, place in places.items() if chosen and key == chosen.id}


def _closes(actor: Actor, at: datetime, code: str) -> QuerySet[Positions]:
    return Positions.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code)


def _past(week: date, records: packed.Records) -> Iterator[PastDays]:
    """Yield where products stood at a close."""
    columns = (
        records["product_id"],
        records["on_hand_units"],
        records["estimated"],
        positions.days(records),
        positions.days(records, "trailing_per_day"),
        records["band"],
        records["low_days"],
        records["high_days"],
        records["expiring_units"],
        records["short_units"],
        records["above_units"],
    )
    for key, units, estimated, forward, back, band, *ends in zip(*(one.tolist() for one in columns), strict=True):
        judged = positions.BANDS[band].value
        yield PastDays(key, week, units, estimated, _known(forward), _known(back), judged, *ends)


def _standing(week: date, record: Any, product: catalog.ProductView, days: float, trailing: float) -> Standing:
    figures = {name: record[name].item() for name in _FIGURES}
    return Standing(
        product_id=product.id,
        code=product.code,
        name_zh=product.name_zh,
        name_en=product.name_en,
        units_per_case=product.units_per_case,
        category=product.category_code,
        week=week,
        expected_units=tuple(record["expected"].tolist()),
        days=_known(days),
        trailing_days=_known(trailing),
        band=positions.BANDS[record["band"]].value,
        price_per_unit=Decimal(int(record["price"])).scaleb(-positions.PRICE_PLACES),
        causes={cause: record[cause].item() for cause in CAUSES},
        **figures,
    )


def _known(value: float) -> float | None:
    """Return None for NaN, no figure."""
    return None if value != value else value


def _weeks_of(grid: packed.Grid, place: int) -> ProductWeeks:
    def known(row: packed.Pieces) -> tuple[int | None, ...]:
        return tuple(None if value == packed.UNKNOWN else value for value in row.tolist())

    out = tuple(np.nonzero(grid.out[place])[0].tolist())
    return ProductWeeks(known(grid.sold[place]), known(grid.closing[place]), known(grid.received[place]), out)
