"""Weeks behind the shared cast, written straight into the packed series."""

from collections.abc import Sequence
from datetime import date

from channelkeeper.catalog.models import Product
from channelkeeper.core import weeks
from channelkeeper.network.models import Distributor
from channelkeeper.stock import packed
from channelkeeper.stock.tests import standing

Unknown = int | None


def keep(
    distributor: Distributor,
    product: Product,
    *,
    last_week: date,
    sold: Sequence[Unknown],
    closing: Sequence[Unknown],
    received: Sequence[Unknown] | None = None,
) -> None:
    """
    Write the weeks of a product, up to a week; None is a week without a report.

    A week that closes with nothing is out of stock.
    """
    count = len(sold)
    grid = packed.empty(weeks.shift(last_week, 1 - count), 1, count)
    for column, (units, left, came) in enumerate(zip(sold, closing, received or [0] * count, strict=True)):
        if units is None or left is None or came is None:
            continue
        grid.sold[0, column], grid.closing[0, column], grid.received[0, column] = units, left, came
        grid.flags[0, column] = packed.REPORTED | (packed.OUT if left == 0 else 0)
    standing.keep_weeks(distributor, product, grid)


def steady(distributor: Distributor, product: Product, *, last_week: date, count: int, weekly: int, stock: int) -> None:
    """Write weeks that sell, receive and keep the same."""
    keep(
        distributor,
        product,
        last_week=last_week,
        sold=[weekly] * count,
        closing=[stock] * count,
        received=[weekly] * count,
    )
