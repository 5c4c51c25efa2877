"""One distributor's products: where each stands, and its weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from channelkeeper.access.rules import Actor
from channelkeeper.core import formats, weeks
from channelkeeper.network.queries import visible
from channelkeeper.stock import packed
from channelkeeper.stock.models import Position, Series

_EXPECTED = np.dtype("<f4")
CAUSES = ("season", "festival", "promotion", "trend", "stock_out")


@dataclass(frozen=True)
class Standing:
    """
    Where a product of a distributor stands after the last close. Quantities are pieces.

    Attributes:
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
class ProductWeeks:
    """Some closed weeks of a product, oldest first, in pieces; None where no report tells; `out` are places."""

    sold: tuple[int | None, ...]
    closing: tuple[int | None, ...]
    received: tuple[int | None, ...]
    out: tuple[int, ...]


def standings(actor: Actor, *, at: datetime, code: str, product: str = "") -> list[Standing]:
    """
    Return where a distributor's products stand; none where it is out of scope. One query.

    Args:
        code: the distributor's.
        product: only this one, by its code.
    """
    found = Position.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code)
    if product:
        found = found.filter(product__code=product)
    return [_standing(position) for position in found.select_related("product__category")]


def product_weeks(
    actor: Actor, *, at: datetime, code: str, until: date, count: int, product: str = ""
) -> dict[int, ProductWeeks]:
    """
    Return the last weeks of a distributor's products by product id. One query.

    Args:
        code: the distributor's.
        until: the last week.
        count: how many weeks.
        product: only this one, by its code.
    """
    found = Series.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code)
    if product:
        found = found.filter(product__code=product)
    columns = ("product_id", "first_week", "sold", "closing", "received", "flags")
    rows = {row[0]: packed.Row(*row[1:]) for row in found.values_list(*columns)}
    grid = packed.unpack(list(rows.values()), first_week=weeks.shift(until, 1 - count), last_week=until)
    return {product_id: _weeks_of(grid, place) for place, product_id in enumerate(rows)}


def _standing(position: Position) -> Standing:
    product = position.product
    return Standing(
        product_id=product.pk,
        code=product.code,
        name_zh=product.name_zh,
        name_en=product.name_en,
        units_per_case=product.units_per_case,
        category=product.category.code,
        week=position.week,
        on_hand_units=position.on_hand_units,
        estimated=position.estimated,
        uncertain=position.uncertain,
        low_units=position.low_units,
        high_units=position.high_units,
        road_units=position.road_units,
        near_expiry_units=position.near_expiry_units,
        expected_units=tuple(float(value) for value in np.frombuffer(position.expected, dtype=_EXPECTED)),
        spread=position.spread,
        per_day=position.per_day,
        trailing_per_day=position.trailing_per_day,
        days=position.days,
        trailing_days=position.trailing_days,
        band=position.band,
        low_days=position.low_days,
        high_days=position.high_days,
        price_per_unit=position.price_per_unit,
        short_units=position.short_units,
        above_units=position.above_units,
        causes={cause: getattr(position, cause) for cause in CAUSES},
    )


def _weeks_of(grid: packed.Grid, place: int) -> ProductWeeks:
    def known(row: packed.Pieces) -> tuple[int | None, ...]:
        return tuple(None if value == packed.UNKNOWN else value for value in row.tolist())

    out = tuple(np.nonzero(grid.out[place])[0].tolist())
    return ProductWeeks(known(grid.sold[place]), known(grid.closing[place]), known(grid.received[place]), out)
