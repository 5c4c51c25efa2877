"""The bands that were set, as they are listed, and the one that a distributor's product has on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import Q, QuerySet

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.stock.models import Band


@dataclass(frozen=True, slots=True)
class BandView:
    """A band as it is listed; what is empty means all."""

    id: int
    product_code: str
    product_zh: str
    product_en: str
    category_code: str
    category_zh: str
    category_en: str
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    starts_on: date
    ends_on: date | None
    low_days: Decimal
    high_days: Decimal
    reason: str
    set_at: datetime
    by_name: str
    state: str  # holds, coming, ended

    @property
    def last_on(self) -> date | None:
        """Return the last day of it; None where it holds for good."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    def product(self, language: str) -> str:
        """Return the product's name; empty where the band is not of one."""
        return _either(self.product_zh, self.product_en, language)

    def category(self, language: str) -> str:
        """Return the category's name; empty where the band is not of one."""
        return _either(self.category_zh, self.category_en, language)

    def distributor(self, language: str) -> str:
        """Return the distributor's name; empty where the band holds at all."""
        return _either(self.distributor_zh, self.distributor_en, language)


def bands(actor: Actor, *, at: datetime) -> list[BandView]:
    """Return all bands that the actor may see, by subject and day. One query."""
    return _views(_visible(actor, at), BUSINESS.day(at))


def band_page(actor: Actor, *, at: datetime, text: str = "", ended: bool = False, page: int = 1) -> "Page[BandView]":
    """
    Return one page of the bands that the actor may see.

    Args:
        text: in a code or a name of product, category or distributor; empty for all.
        ended: also those that hold no more.
        page: from 1.
    """
    found, on = _visible(actor, at), BUSINESS.day(at)
    if not ended:
        found = found.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    if text.strip():
        found = found.filter(_matching(text.strip()))
    return paging.page_of(found, page, lambda rows: _views(rows, on))


def band(actor: Actor, band_id: int, *, at: datetime) -> BandView:
    """
    Return one band.

    Raises:
        NotFound: no such band, or of a distributor out of scope.
    """
    found = _views(_visible(actor, at).filter(pk=band_id), BUSINESS.day(at))
    if not found:
        raise NotFound("No such band.")
    return found[0]


def _visible(actor: Actor, at: datetime) -> QuerySet[Band]:
    mine = Q(distributor__isnull=True) | Q(distributor__in=visible(actor, at=at))
    rows = Band.objects.filter(mine).select_related("product", "category", "distributor")
    return rows.order_by("distributor__code", "category__code", "product__code", "starts_on")


def _matching(text: str) -> Q:
    wanted = Q()
    for subject in ("product", "category", "distributor"):
        for column in ("code", "name_zh", "name_en"):
            wanted |= Q(**{f"{subject}__{column}__icontains": text})
    return wanted


def _views(rows: Iterable[Band], on: date) -> list[BandView]:
    return [_view(row, on) for row in rows]


def _view(row: Band, on: date) -> BandView:
    begun, over = row.starts_on <= on, row.ends_on is not None and row.ends_on <= on
    return BandView(
        row.pk,
        *_names(row.product),
        *_names(row.category),
        *_names(row.distributor),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        low_days=row.low_days,
        high_days=row.high_days,
        reason=row.reason,
        set_at=row.set_at,
        by_name=row.by_name,
        state="ended" if over else "holds" if begun else "coming",
    )


def _names(one: Any) -> tuple[str, str, str]:
    return (one.code, one.name_zh, one.name_en) if one else ("", "", "")


def _either(zh: str, en: str, language: str) -> str:
    return zh if formats.is_chinese(language) else en or zh
