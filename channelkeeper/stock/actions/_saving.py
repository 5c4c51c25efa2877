"""Writing what a close found: positions, weeks, and what all series had in common."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from channelkeeper.engine import season
from channelkeeper.engine.pools import Pools
from channelkeeper.jobs import bulk
from channelkeeper.stock import judging, packed
from channelkeeper.stock import positions as packing
from channelkeeper.stock.actions._loading import Loaded
from channelkeeper.stock.models import CategoryWeek, DistributorWeek, Learned, Positions
from channelkeeper.stock.shelf import Shelf

COUNTS = ("products", "below", "inside", "above")
VALUES = (
    "stock_value",
    "low_stock_value",
    "high_stock_value",
    "sold_value",
    "short_value",
    "above_value",
    "expiring_value",
)
BAND_VALUES = ("band_low_value", "band_high_value")
RATES = ("expected_value_per_day", "trailing_value_per_day")


def positions(loaded: Loaded, judged: judging.Judged, kept: judging.Flags, shelf: Shelf) -> None:
    """Put what the chunk's distributors have at this close in place; those of other closes stay."""
    keys = [member.pk for member in loaded.members]
    counts = np.bincount(loaded.chunk.distributor[kept], minlength=len(keys)).tolist()
    contents = packing.pack(_records(loaded, judged, np.nonzero(kept)[0], shelf), counts)
    Positions.objects.filter(distributor_id__in=keys, week=loaded.chunk.week).delete()
    frame = pl.DataFrame({"distributor_id": keys, "content": contents}, schema_overrides={"content": pl.Binary})
    bulk.insert_frame(Positions, frame.with_columns(week=pl.lit(loaded.chunk.week)))


def _records(loaded: Loaded, judged: judging.Judged, rows: judging.Codes, shelf: Shelf) -> packed.Records:
    """Return where the series of some rows stand, as it is kept; rows of a distributor stand together."""
    chunk, stock = loaded.chunk, judged.stock
    columns: dict[str, npt.NDArray[Any]] = {
        "product_id": loaded.product_ids,
        "on_hand_units": stock.units,
        "low_units": stock.low,
        "high_units": stock.high,
        "expiring_units": judged.expiring_units,
        "near_expiry_units": chunk.near_expiry,
        "road_units": judged.road_units,
        "estimated": stock.estimated,
        "uncertain": judged.uncertain,
        "from_sell_in": judged.from_sell_in,
        "band": judged.band,
        "price": shelf.prices_fixed[chunk.product],
        "per_day": judged.per_day,
        "trailing_per_day": judged.trailing_per_day,
        "short_units": judged.short_units,
        "above_units": judged.above_units,
        "low_days": chunk.low_days,
        "high_days": chunk.high_days,
        "spread": judged.spread,
        "expected": judged.expected,
        **judged.parts,
    }
    records = packing.blank(rows.size)
    for name, column in columns.items():
        records[name] = column[rows]
    return records


def distributor_weeks(loaded: Loaded, totals: judging.Totals) -> None:
    """Put the sums of the chunk's distributors for this week in place."""
    keys, week = [member.pk for member in loaded.members], loaded.chunk.week
    told = [loaded.told.get(place) for place in range(len(keys))]
    DistributorWeek.objects.filter(distributor_id__in=keys, week=week).delete()
    columns = {
        "distributor_id": keys,
        "week": [week] * len(keys),
        "reported": [one is not None for one in told],
        "on_time": [one is not None and one.on_time for one in told],
    }
    bulk.insert_frame(DistributorWeek, pl.DataFrame(columns).with_columns(_sums(totals)))


def category_weeks(
    loaded: Loaded, groups: tuple[judging.Codes, judging.Codes, judging.Totals], category_ids: judging.Codes
) -> None:
    """
    Put the sums of the categories of the chunk's distributors for this week in place.

    Args:
        groups: places of distributors, codes of categories, and their sums.
        category_ids: the key of each code.
    """
    keys, week = np.array([member.pk for member in loaded.members], dtype=np.int64), loaded.chunk.week
    owner, group, totals = groups
    CategoryWeek.objects.filter(distributor_id__in=keys.tolist(), week=week).delete()
    frame = pl.DataFrame({"distributor_id": keys[owner], "category_id": category_ids[group]})
    bulk.insert_frame(CategoryWeek, frame.with_columns(_sums(totals), week=pl.lit(week)))


def _sums(totals: judging.Totals) -> list[pl.Series]:
    """Return sums as columns: counts, and money to the digits that are kept."""
    counts = [pl.Series(name, getattr(totals, name)) for name in COUNTS]
    places = [*((name, 2) for name in VALUES), *((name, 4) for name in BAND_VALUES), *((name, 6) for name in RATES)]
    return counts + [_rounded(getattr(totals, name), digits).alias(name) for name, digits in places]


def _rounded(values: judging.Amounts, places: int) -> pl.Series:
    """Return estimates as decimals, rounded half up as they read: what is a half but for its last bits is one."""
    scaled = np.round(values * 10**places, 4)
    return bulk.fixed(np.floor(scaled + 0.5).astype(np.int64), places)


def keep_pools(pools: Pools, product_ids: Sequence[int], *, week: date, at: datetime) -> None:
    """Keep what all series had in common at the close of a week."""
    held = io.BytesIO()
    np.savez_compressed(
        held,
        products=np.array(product_ids, dtype=np.int64),
        season=pools.indices.season,
        feast=pools.indices.feast,
        uplift=pools.uplift,
        trend=pools.trend,
        error=np.array([pools.error]),
    )
    Learned.objects.update_or_create(week=week, defaults={"content": held.getvalue(), "learned_at": at})


def kept_pools(week: date, product_ids: Sequence[int]) -> Pools | None:
    """Return what was kept of a week's close; None where nothing was, or products have come since."""
    found = Learned.objects.filter(week=week).values_list("content", flat=True).first()
    if found is None:
        return None
    with np.load(io.BytesIO(bytes(found)), allow_pickle=False) as held:
        if held["products"].tolist() != list(product_ids):
            return None
        indices = season.Indices(held["season"], held["feast"])
        return Pools(indices, held["uplift"], held["trend"], float(held["error"][0]))
