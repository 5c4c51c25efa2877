"""Positions and weeks for tests: written product by product into their packed contents, and read back one by one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from channelkeeper.catalog.models import Product
from channelkeeper.core import weeks
from channelkeeper.network.models import Distributor
from channelkeeper.stock import packed, positions
from channelkeeper.stock.actions import acceptance
from channelkeeper.stock.models import PackedWeeks, Positions
from channelkeeper.stock.packed import Records


@dataclass(frozen=True)
class Position:
    """One product of a distributor at a close, as it is kept, with what follows from it."""

    distributor: str
    product: str
    week: date
    on_hand_units: int
    low_units: int
    high_units: int
    expiring_units: int
    near_expiry_units: int
    road_units: int
    estimated: bool
    uncertain: bool
    band: str
    price_per_unit: Decimal
    per_day: float
    trailing_per_day: float
    short_units: float
    above_units: float
    low_days: float
    high_days: float
    days: float | None
    trailing_days: float | None
    expected: tuple[float, ...]


def stand(distributor: Distributor, product: Product, *, week: date, weekly: float, **figures: Any) -> None:
    """
    Write where a product stands at a close: the same is expected of every coming week.

    Args:
        weekly: units.
        figures: by name as `positions` has them; `band` a word, `price_per_unit` yuan.
    """
    horizon = int(figures.pop("expected_weeks", positions.HORIZON_WEEKS))
    record = positions.blank(1, horizon_weeks=horizon)
    given = {
        "product_id": product.pk,
        "low_units": figures.get("on_hand_units", 0),
        "high_units": figures.get("on_hand_units", 0),
        "per_day": weekly / 7,
        "trailing_per_day": weekly / 7,
        "low_days": 20.0,
        "high_days": 25.0,
        "spread": 0.2,
        "expected": weekly,
        "price_per_unit": "2.2000",
    } | figures
    record["price"] = int(Decimal(given.pop("price_per_unit")).scaleb(positions.PRICE_PLACES))
    record["band"] = [band.value for band in positions.BANDS].index(given.pop("band", "inside"))
    for name, value in given.items():
        record[name] = value
    others = _records(distributor, week)
    others = others[others["product_id"] != product.pk] if others.size else others
    _put(distributor, week, _together(others, record))


def change(product: Product, **figures: Any) -> None:
    """Change figures of a product in every content that has it."""
    for row in Positions.objects.all():
        records = positions.unpack([row.content])[0]
        for name, value in figures.items():
            records[name][records["product_id"] == product.pk] = value
        _put(row.distributor, row.week, records)


def leave_out(*products: Product) -> None:
    """Take products out of every content."""
    for row in Positions.objects.all():
        records = positions.unpack([row.content])[0]
        _put(row.distributor, row.week, records[~np.isin(records["product_id"], [one.pk for one in products])])


def found(distributor: str = "", week: date | None = None) -> list[Position]:
    """Return all positions that are kept, by distributor's code, week and product's code."""
    codes = dict(Product.objects.values_list("pk", "code"))
    rows = Positions.objects.select_related("distributor").order_by("distributor__code", "week")
    return [
        _position(row, record, codes)
        for row in rows
        if distributor in {"", row.distributor.code} and week in {None, row.week}
        for record in sorted(positions.unpack([row.content])[0], key=lambda one: codes[one["product_id"]])
    ]


def only() -> Position:
    """Return the one position there is."""
    (one,) = found()
    return one


def keep_weeks(distributor: Distributor, product: Product, grid: packed.Grid) -> None:
    """Put the weeks of a product beside those of others of its distributor."""
    row = PackedWeeks.objects.filter(distributor=distributor).first()
    blocks = [packed.Block(row.first_week, row.content)] if row else []
    last = weeks.shift(grid.first_week, grid.width - 1)
    first, last = packed.span_of(blocks, grid.first_week)[0], packed.span_of(blocks, last)[1]
    held = packed.unpack(blocks, first_week=first, last_week=last)
    rows = np.nonzero(held.product_id != product.pk)[0]
    together = packed.empty(first, rows.size + 1, held.grid.width)
    start = weeks.between(first, grid.first_week)
    for name in ("sold", "closing", "received", "flags"):
        getattr(together, name)[:-1] = getattr(held.grid, name)[rows]
        getattr(together, name)[-1, start : start + grid.width] = getattr(grid, name)[0]
    acceptance.keep_series(distributor.pk, packed.pack(together, [*held.product_id[rows].tolist(), product.pk]))


def series(code: str) -> dict[str, list[int]]:
    """Return what was sold of each product of a distributor, by its code, from its first known week on."""
    row = PackedWeeks.objects.filter(distributor__code=code).first()
    codes = dict(Product.objects.values_list("pk", "code"))
    return {
        codes[record["product_id"]]: record["sold"][record["flags"].nonzero()[0].min() :].tolist()
        for record in (packed.read_records(row.content) if row else ())
    }


def _position(row: Positions, record: Any, codes: dict[int, str]) -> Position:
    one = np.array([record])
    plain = {
        name: record[name].tolist() for name in Position.__dataclass_fields__ if name in (record.dtype.names or ())
    }
    forward, back = (float(positions.days(one, pace)[0]) for pace in ("per_day", "trailing_per_day"))
    return Position(
        **plain
        | {
            "distributor": row.distributor.code,
            "product": codes[record["product_id"]],
            "week": row.week,
            "band": positions.BANDS[record["band"]].value,
            "price_per_unit": Decimal(int(record["price"])).scaleb(-positions.PRICE_PLACES),
            "days": None if np.isnan(forward) else forward,
            "trailing_days": None if np.isnan(back) else back,
            "expected": tuple(record["expected"].tolist()),
        }
    )


def _records(distributor: Distributor, week: date) -> Records:
    row = Positions.objects.filter(distributor=distributor, week=week).first()
    return positions.unpack([row.content] if row else [])[0]


def _together(others: Records, record: Records) -> Records:
    if not others.size:
        return record
    records, _ = positions.unpack([*positions.pack(others, [others.size]), *positions.pack(record, [1])])
    return records[np.argsort(records["product_id"])]


def _put(distributor: Distributor, week: date, records: Records) -> None:
    content = positions.pack(records, [records.size])[0]
    Positions.objects.update_or_create(distributor=distributor, week=week, defaults={"content": content})
