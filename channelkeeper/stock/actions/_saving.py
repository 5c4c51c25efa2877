"""Writing what a close found: positions, weeks, and what all series had in common."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from channelkeeper.core import money
from channelkeeper.engine import season
from channelkeeper.engine.pools import Pools
from channelkeeper.jobs import bulk
from channelkeeper.stock import judging
from channelkeeper.stock.actions._loading import Loaded
from channelkeeper.stock.models import DistributorWeek, Learned, Position
from channelkeeper.stock.shelf import Shelf

POSITION = (
    "distributor_id",
    "product_id",
    "week",
    "on_hand_units",
    "estimated",
    "uncertain",
    "low_units",
    "high_units",
    "road_units",
    "near_expiry_units",
    "expected",
    "spread",
    "per_day",
    "trailing_per_day",
    "days",
    "trailing_days",
    "band",
    "low_days",
    "high_days",
    "price_per_unit",
    "short_units",
    "above_units",
    "season",
    "festival",
    "promotion",
    "trend",
    "stock_out",
)
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
_RATE = Decimal("0.000001")
_BAND = Decimal("0.0001")


def positions(loaded: Loaded, judged: judging.Judged, kept: judging.Flags, shelf: Shelf) -> None:
    """
    Put positions in place of those that the chunk's distributors had at this close or before.

    A distributor that was closed for a later week keeps its positions: they say where it stands now.
    """
    keys = [member.pk for member in loaded.members]
    week = loaded.chunk.week
    newer = Position.objects.filter(distributor_id__in=keys, week__gt=week)
    later = set(newer.values_list("distributor_id", flat=True))
    stay = np.array([key in later for key in keys], dtype=bool)
    Position.objects.filter(distributor_id__in=[key for key in keys if key not in later]).delete()
    rows = np.nonzero(kept & ~stay[loaded.chunk.distributor])[0]
    bulk.insert(Position, POSITION, _rows(loaded, judged, rows, shelf))


def _rows(loaded: Loaded, judged: judging.Judged, rows: judging.Codes, shelf: Shelf) -> Iterator[Sequence[object]]:
    chunk = loaded.chunk
    keys = [member.pk for member in loaded.members]
    expected = judged.expected.astype("<f4")
    bands = [judging.BANDS[code].value for code in range(len(judging.BANDS))]
    columns = zip(
        rows.tolist(),
        chunk.distributor[rows].tolist(),
        chunk.product[rows].tolist(),
        judged.band[rows].tolist(),
        _plain(rows, judged.stock.units, judged.stock.estimated, judged.uncertain),
        _plain(rows, judged.stock.low, judged.stock.high, judged.road_units, chunk.near_expiry),
        _plain(rows, judged.spread, judged.per_day, judged.trailing_per_day, judged.days, judged.trailing_days),
        _plain(rows, chunk.low_days, chunk.high_days),
        _plain(rows, judged.short_units, judged.above_units, *judged.parts.values()),
        strict=True,
    )
    for row, owner, product, band, stock, interval, pace, ends, rest in columns:
        yield (
            keys[owner], loaded.product_ids[row], chunk.week, *stock, *interval, expected[row].tobytes(), *pace,
            bands[band], *ends, shelf.exact_prices[product], *rest,
        )  # fmt: skip


def _plain(rows: judging.Codes, *columns: npt.NDArray[np.generic]) -> Iterator[tuple[object, ...]]:
    """Return rows of plain Python values; NaN, no figure, becomes None."""
    chosen = (column[rows].tolist() for column in columns)
    return zip(*([None if value != value else value for value in values] for values in chosen), strict=True)


def distributor_weeks(loaded: Loaded, totals: judging.Totals) -> None:
    """Put the sums of the chunk's distributors for this week in place."""
    keys = [member.pk for member in loaded.members]
    DistributorWeek.objects.filter(distributor_id__in=keys, week=loaded.chunk.week).delete()
    rows = (
        (
            key,
            loaded.chunk.week,
            place in loaded.told,
            place in loaded.told and loaded.told[place].on_time,
            *(int(getattr(totals, name)[place]) for name in COUNTS),
            *(money.from_float(float(getattr(totals, name)[place])) for name in VALUES),
            *(_rate(getattr(totals, name)[place]) for name in RATES),
            *(_rate(getattr(totals, name)[place], _BAND) for name in BAND_VALUES),
        )
        for place, key in enumerate(keys)
    )
    bulk.insert(
        DistributorWeek, ("distributor_id", "week", "reported", "on_time", *COUNTS, *VALUES, *RATES, *BAND_VALUES), rows
    )


def _rate(value: float, step: Decimal = _RATE) -> Decimal:
    """Return yuan a day, fine enough that days judged on it are those of the unrounded figure."""
    return Decimal(repr(float(value))).quantize(step)


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
