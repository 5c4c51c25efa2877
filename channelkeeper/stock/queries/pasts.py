"""
The weeks that have passed, in arrays, and what each close expected of the next ones.

What happened is read from the packed series; what was expected then is reckoned anew from the weeks before, with the
indices that the close of that week kept and the promotions that were known by then. Nothing later is looked at.
"""

import io
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from channelkeeper.access.rules import Actor
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import weeks
from channelkeeper.engine import season
from channelkeeper.engine.forecast import forecast
from channelkeeper.engine.history import History
from channelkeeper.engine.pools import Pools, fit_pools
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.seasons import queries as seasons
from channelkeeper.stock import judging, packed
from channelkeeper.stock.models import Learned, PackedWeeks

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MOST_WEEKS = 156  # three years, as the close looks back


@dataclass(frozen=True)
class WeekBlock:
    """
    S series of some distributors over W closed weeks, those of a distributor together, by product key.

    Fields:
        first_week: the Monday of column 0.
        distributor_id, product_id: (S,) keys.
        sold, closing, received: (S, W) pieces; NaN where no report tells.
        out: (S, W) weeks in which the product ran out (STK-6).
    """

    first_week: date
    distributor_id: Codes
    product_id: Codes
    sold: Amounts
    closing: Amounts
    received: Amounts
    out: Flags

    @property
    def count(self) -> int:
        """Return W."""
        return int(self.sold.shape[1])

    def column(self, week: date) -> int:
        """Return the place of a week; it may lie outside."""
        return weeks.between(self.first_week, week)


@dataclass(frozen=True)
class Past:
    """
    One distributor's weeks, and what was known at each of their closes.

    Fields:
        block: what happened, up to the last closed week.
        group: (S,) category codes, 0 ..
        price_per_unit: (S,) yuan on the Sunday of the last week, 0 where there is none.
        products: S products.
    """

    block: WeekBlock
    products: tuple[catalog.ProductView, ...]
    group: Codes
    price_per_unit: Amounts
    _planned: Sequence[seasons.Running] = field(repr=False)
    _kept: Mapping[date, bytes] = field(repr=False)

    def expected(self, column: int, horizon_weeks: int) -> Amounts:
        """
        Return (S, H) what the close before a week expected of it and the weeks after; NaN before the first close.

        Args:
            column: the first week expected; all before it are known, 0 .. W.
            horizon_weeks: H.
        """
        if column < 1:
            return np.full((self.block.product_id.size, horizon_weeks), np.nan)
        closed = weeks.shift(self.block.first_week, column - 1)
        history = History(
            self.block.sold[:, :column],
            self.block.out[:, :column],
            self.block.first_week,
            self.group,
            np.arange(self.block.product_id.size),
            self._promotion(closed, column + horizon_weeks),
        )
        pools = self._pools(closed) or fit_pools(history)
        return forecast(history, horizon_weeks=horizon_weeks, pools=pools).mean_units

    def _promotion(self, closed: date, width: int) -> Amounts:
        """Return (S, width) the promotions that were known when the order after a close was placed."""
        by = weeks.sunday_of(closed) + timedelta(days=1)
        places = {key: np.array([row]) for row, key in enumerate(self.block.product_id.tolist())}
        known = [
            (one.starts_on, one.ends_on, float(one.intensity), places[one.product_id])
            for one in self._planned
            if one.known_on <= by and one.product_id in places
        ]
        return judging.spread_promotions(
            known, first_week=self.block.first_week, series=self.block.product_id.size, width=width
        )

    def _pools(self, closed: date) -> Pools | None:
        """Return what was learned at the last close by then, for these products; None where none was kept."""
        kept = sorted(self._kept)
        place = bisect_right(kept, closed)
        return pools_of(self._kept[kept[place - 1]], self.block.product_id) if place else None


def week_block(
    actor: Actor, *, at: datetime, distributor_ids: Collection[int], first_week: date, last_week: date
) -> WeekBlock:
    """Return the weeks of some distributors' products; those out of scope are left out. One query."""
    found = PackedWeeks.objects.filter(distributor__in=visible(actor, at=at), distributor_id__in=distributor_ids)
    rows = bulk.read(found.order_by("distributor_id").values_list("distributor_id", *packed.Block._fields))
    held = packed.unpack([packed.Block(*row[1:]) for row in rows], first_week=first_week, last_week=last_week)
    grid, owner = held.grid, np.repeat(np.array([row[0] for row in rows], dtype=np.int64), held.counts)
    return WeekBlock(
        first_week, owner, held.product_id,
        _known(grid, grid.sold), _known(grid, grid.closing), _known(grid, grid.received),
        np.asarray(grid.out & grid.reported, dtype=np.bool_),
    )  # fmt: skip


def past(actor: Actor, *, at: datetime, distributor_id: int, last_week: date, replayed_weeks: int) -> Past:
    """
    Return a distributor's weeks up to a close, and what was known at the closes of the last of them.

    Six queries, however many weeks and products.

    Args:
        last_week: the last closed week.
        replayed_weeks: of how many weeks before it the expectation will be asked for.
    """
    first = judging.window_of(last_week, MOST_WEEKS)
    block = week_block(actor, at=at, distributor_ids=[distributor_id], first_week=first, last_week=last_week)
    block = _from_first_report(block)
    products = catalog.products_by_id(on=weeks.sunday_of(last_week), ids=block.product_id.tolist())
    shelf = [products[key] for key in block.product_id.tolist()]
    since = weeks.shift(last_week, -replayed_weeks)
    return Past(
        block=block,
        products=tuple(shelf),
        group=np.unique([one.category_id for one in shelf], return_inverse=True)[1].astype(np.int64).reshape(-1),
        price_per_unit=np.array([float(one.price_per_unit or 0) for one in shelf], dtype=np.float64),
        _planned=seasons.running_promotions(
            distributor_ids=[distributor_id],
            product_ids=block.product_id.tolist(),
            starts_on=block.first_week,
            ends_on=weeks.shift(last_week, 1 + judging.HORIZON_WEEKS),
            known_on=weeks.sunday_of(last_week) + timedelta(days=1),
        ),
        _kept=_kept(since, last_week),
    )


def uplift(week: date, product_ids: Codes) -> Amounts | None:
    """
    Return (P,) the natural log by which a full promotion lifts a week of each product, as learned by a close.

    None where no close has learned anything by then. One query.
    """
    last = Learned.objects.filter(week__lte=week).order_by("-week").values_list("content", flat=True).first()
    if last is None:
        return None
    found = pools_of(bytes(last), product_ids).uplift
    return found[:, 0] if found.shape[1] else np.zeros(product_ids.size)


def pools_of(content: bytes, product_ids: Codes) -> Pools:
    """Return what a close kept, for some products in their order; nothing is known of those that came later."""
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        row_of = {key: row for row, key in enumerate(held["products"].tolist())}
        rows = np.array([row_of.get(key, -1) for key in product_ids.tolist()], dtype=np.int64)
        known = rows >= 0

        def chosen(values: Amounts) -> Amounts:
            return np.where(known.reshape(-1, *[1] * (values.ndim - 1)), values[np.maximum(rows, 0)], 0.0)

        indices = season.Indices(chosen(held["season"]), chosen(held["feast"]))
        return Pools(indices, chosen(held["uplift"]), chosen(held["trend"]), float(held["error"][0]))


def _known(grid: packed.Grid, pieces: packed.Pieces) -> Amounts:
    return np.where(grid.reported & (pieces != packed.UNKNOWN), pieces, np.nan)


def _from_first_report(block: WeekBlock) -> WeekBlock:
    """Leave the weeks out before any product was reported: nothing can be learned from them."""
    told = np.isfinite(block.sold).any(axis=0)
    start = min(int(told.argmax()) if told.any() else block.count - 1, block.count - 1)
    return WeekBlock(
        weeks.shift(block.first_week, start),
        block.distributor_id,
        block.product_id,
        block.sold[:, start:],
        block.closing[:, start:],
        block.received[:, start:],
        block.out[:, start:],
    )


def _kept(since: date, until: date) -> dict[date, bytes]:
    """Return what the closes of some weeks learned, and the last one before them."""
    found = dict(Learned.objects.filter(week__gte=since, week__lte=until).values_list("week", "content"))
    if since not in found:
        before = Learned.objects.filter(week__lt=since).order_by("-week").values_list("week", "content").first()
        found |= [before] if before else []
    return {week: bytes(content) for week, content in found.items()}
