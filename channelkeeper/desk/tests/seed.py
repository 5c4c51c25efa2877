"""Closed weeks for the shared cast: three distributors, five products, two years, written straight into the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.db.models import Count, Q, Sum

from channelkeeper.catalog.models import Product
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import Cast, build_cast
from channelkeeper.stock import packed
from channelkeeper.stock.models import DistributorWeek, OfficeWeek
from channelkeeper.stock.tests import standing

WEEK = date(2026, 11, 16)  # the last closed one at the cast's Tuesday
YEARS = 104
EXPECTED_WEEKS = 13


@dataclass(frozen=True)
class Company:
    """The cast and its shelf, with closed weeks."""

    cast: Cast
    shelf: Shelf


def build_company() -> Company:
    """
    Make the company as it stands after week 47.

    Hualian: tea runs out in 6 days, water lies still for 80, the others are in band; 29 days in total.
    Yongsheng: the report is missing, about 14 days. Xinda (the other office): in band, 22 days.
    """
    cast, shelf = build_cast(), build_shelf()
    close(cast.hualian, days=Decimal("28.9"), below=1, inside=3, above=1, short="4538.20", held="82828.00")
    close(cast.yongsheng, days=Decimal("14.2"), below=4, inside=1, above=0, short="31400.00", held="0", reported=False)
    close(cast.xinda, days=Decimal("22.4"), below=0, inside=5, above=0, short="0", held="0")
    stand(cast.hualian, shelf.tea, days=5.8, band="below", short_units=660.0, out=(13, 14, 24))
    stand(cast.hualian, shelf.water, days=80.0, band="above", above_units=40000.0, season=-0.616)
    for product in (shelf.lemon_tea, shelf.milk, shelf.new):
        stand(cast.hualian, product, days=22.5, band="inside")
    sum_up_offices()
    return Company(cast, shelf)


def sum_up_offices() -> None:
    """Write the sums of offices of all weeks, as each close does."""
    named = ("distributors", "reported", "on_time", "below", "inside", "above")
    rows = (
        DistributorWeek.objects.order_by()
        .values_list("distributor__office_id", "week")
        .annotate(
            closed=Count("pk"),
            told=Count("pk", filter=Q(reported=True)),
            kept=Count("pk", filter=Q(on_time=True)),
            low=Sum("below"),
            good=Sum("inside"),
            high=Sum("above"),
        )
    )
    OfficeWeek.objects.bulk_create(
        OfficeWeek(office_id=office, week=week, **dict(zip(named, counts, strict=True)))
        for office, week, *counts in rows
    )


def close(
    distributor: Distributor,
    *,
    days: Decimal,
    below: int,
    inside: int,
    above: int,
    short: str,
    held: str,
    reported: bool = True,
    count: int = YEARS,
) -> None:
    """Write a distributor's weeks up to the last: the last as given, those before in band, a day of cover more each."""
    per_day = Decimal(10000)
    rows = [
        DistributorWeek(
            distributor=distributor,
            week=weeks.shift(WEEK, -back),
            reported=reported if not back else True,
            on_time=reported if not back else back % 6 != 0,
            products=below + inside + above,
            below=below if not back else 1,
            inside=inside if not back else below + inside + above - 1,
            above=above if not back else 0,
            stock_value=per_day * (days if not back else days + Decimal(back % 5)),
            low_stock_value=per_day * (days - (0 if reported or back else 5)),
            high_stock_value=per_day * (days + (0 if reported or back else 5)),
            expected_value_per_day=per_day,
            trailing_value_per_day=per_day,
            sold_value=per_day * 7,
            short_value=Decimal(short) if not back else Decimal(0),
            above_value=Decimal(held) if not back else Decimal(0),
        )
        for back in range(count)
    ]
    DistributorWeek.objects.bulk_create(rows)


def stand(
    distributor: Distributor,
    product: Product,
    *,
    days: float,
    band: str,
    short_units: float = 0.0,
    above_units: float = 0.0,
    season: float = 0.0,
    out: Sequence[int] = (),
) -> None:
    """Write where a product stands at 259.2 pieces a day, and its last 26 weeks; `out` are weeks out of stock."""
    per_day = 259.2
    standing.stand(
        distributor,
        product,
        week=WEEK,
        weekly=per_day * 7,
        on_hand_units=round(per_day * days),
        expected_weeks=EXPECTED_WEEKS,
        per_day=per_day,
        trailing_per_day=per_day / float(np.exp(season)),
        band=band,
        short_units=short_units,
        above_units=above_units,
        season=season,
    )
    _series(distributor, product, per_day, days, out)


def _series(distributor: Distributor, product: Product, per_day: float, days: float, out: Sequence[int]) -> None:
    count = 26
    grid = packed.empty(weeks.shift(WEEK, 1 - count), 1, count)
    grid.flags[0], grid.sold[0], grid.closing[0] = packed.REPORTED, round(per_day * 7), round(per_day * days)
    grid.received[0], grid.received[0, ::3] = 0, 5000
    grid.flags[0, list(out)] |= packed.OUT
    grid.sold[0, list(out)] //= 2
    grid.closing[0, list(out)] = 0
    standing.keep_weeks(distributor, product, grid)
