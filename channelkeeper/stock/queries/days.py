"""Days that only time can tell: what a past close's stock really lasted, and how fast stock turned over."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from channelkeeper.access.rules import Actor
from channelkeeper.core import weeks
from channelkeeper.network.queries import visible
from channelkeeper.stock import packed
from channelkeeper.stock.models import DistributorWeek
from channelkeeper.stock.queries.products import grid_of
from channelkeeper.stock.rules import COVER_DAYS, DAYS_PER_WEEK, inventory_days, turnover_days

_AHEAD = COVER_DAYS // DAYS_PER_WEEK


def realised_days(
    actor: Actor, *, at: datetime, code: str, until: date, count: int, product: str = ""
) -> dict[int, tuple[Decimal | None, ...]]:
    """
    Return the days that the stock of past closes really lasted, by product id, oldest close first. One query; two for
    one product.

    Stock at the close ÷ what the four weeks after it sold a day. None where the close or one of
    the four weeks is not known, and where nothing sold.

    Args:
        code: the distributor's.
        until: the last close looked at; its four weeks must have passed to give a figure.
        count: how many closes.
        product: only this one, by its code.
    """
    first, last = weeks.shift(until, 1 - count), weeks.shift(until, _AHEAD)
    grid, places = grid_of(actor, at=at, code=code, first_week=first, last_week=last, product=product)
    return {product_id: _realised(grid, place, count) for product_id, place in places.items()}


def turnover(actor: Actor, *, at: datetime, since: date, until: date) -> dict[int, Decimal | None]:
    """
    Return the turnover days of each distributor in scope over some closed weeks, by its id (STK-5). One query.

    In yuan at ex-factory prices; weeks without a report count neither as stock nor as sales.

    Args:
        since, until: Mondays; the close before `since` is the opening stock.
    """
    span = DistributorWeek.objects.filter(
        distributor__in=visible(actor, at=at), week__gte=weeks.shift(since, -1), week__lte=until, reported=True
    )
    closings: dict[int, list[Decimal]] = defaultdict(list)
    sold: dict[int, list[Decimal]] = defaultdict(list)
    for key, week, stock_value, sold_value in span.values_list("distributor_id", "week", "stock_value", "sold_value"):
        closings[key].append(stock_value)
        if week >= since:
            sold[key].append(sold_value)
    return {key: turnover_days(closings=values, sold=sold[key]) for key, values in closings.items()}


def _realised(grid: packed.Grid, place: int, count: int) -> tuple[Decimal | None, ...]:
    known, closing, sold = grid.reported[place], grid.closing[place], grid.sold[place]
    days: list[Decimal | None] = []
    for column in range(count):
        after = slice(column + 1, column + 1 + _AHEAD)
        if not known[column] or not np.all(known[after]) or known[after].size < _AHEAD:
            days.append(None)
            continue
        per_day = Decimal(int(sold[after].sum())) / COVER_DAYS
        days.append(inventory_days(stock_units=Decimal(int(closing[column])), sell_out_per_day=per_day))
    return tuple(days)
