"""
The bands that were set, loaded once and asked for many products at once; `rules.band_of` says the same of one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from channelkeeper.stock.models import Band
from channelkeeper.stock.rules import USUAL_BAND, BandLimits, SetBand

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

_SPREAD = 1 << 31  # two keys in one number: no table of ours has two thousand million rows


@dataclass(frozen=True)
class Bands:
    """The bands that were set, of all subjects and periods."""

    rows: tuple[SetBand, ...] = field(default=())

    def of(
        self, distributor_ids: Codes, product_ids: Codes, category_ids: Codes, *, on: date
    ) -> tuple[Amounts, Amounts]:
        """
        Return (S,) the low and the high end of each product's band on a day (STK-2b).

        Args:
            distributor_ids, product_ids, category_ids: (S,) keys of the tables.
            on: the day.
        """
        low = np.full(distributor_ids.shape, float(USUAL_BAND.low_days))
        high = np.full(distributor_ids.shape, float(USUAL_BAND.high_days))
        held = [row for row in self.rows if row.holds(on)]
        for rank in sorted({row.rank for row in held}):  # the more special overwrites
            chosen = [row for row in held if row.rank == rank]
            asked = _asked(chosen[0], distributor_ids, product_ids, category_ids)
            _put(chosen, asked, low, high)
        return low, high


def load(*, distributor_ids: Collection[int] | None = None) -> Bands:
    """Return the bands set everywhere and at some distributors, all by default. One query."""
    found = Band.objects.order_by("pk")
    if distributor_ids is not None:
        found = found.filter(Q(distributor__isnull=True) | Q(distributor_id__in=distributor_ids))
    columns = ("product_id", "category_id", "distributor_id", "starts_on", "ends_on", "low_days", "high_days")
    return Bands(
        tuple(
            SetBand(product, category, distributor, starts_on, ends_on, BandLimits(low, high))
            for product, category, distributor, starts_on, ends_on, low, high in found.values_list(*columns)
        )
    )


def subject_of(*, distributor_id: int | None, product_id: int | None, category_id: int | None) -> str:
    """Return what a band is of as one text, "d12 p5": periods of one subject must not overlap."""
    keys = (("d", distributor_id), ("p", product_id), ("c", category_id))
    return " ".join(f"{letter}{key}" for letter, key in keys if key is not None)


def _asked(like: SetBand, distributor_ids: Codes, product_ids: Codes, category_ids: Codes) -> Codes:
    """Return (S,) each product as one number, as far as bands of this rank tell products apart."""
    what = product_ids if like.product is not None else category_ids
    if like.product is None and like.category is None:
        what = np.zeros_like(product_ids)
    where = np.zeros_like(distributor_ids) if like.distributor is None else distributor_ids
    return where * _SPREAD + what


def _put(rows: Iterable[SetBand], asked: Codes, low: Amounts, high: Amounts) -> None:
    """Write the ends of bands of one rank where they fit."""
    ends = {(row.distributor or 0) * _SPREAD + (row.product or row.category or 0): row.limits for row in rows}
    keys = np.array(sorted(ends), dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, asked), keys.size - 1)
    fits = keys[place] == asked
    for out, end in ((low, "low_days"), (high, "high_days")):
        values = np.array([float(getattr(ends[int(key)], end)) for key in keys])
        out[fits] = values[place[fits]]
