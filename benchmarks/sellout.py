"""Real sell-out as the engine takes it, from the folder CHANNELKEEPER_DATA; nothing of it is kept here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from channelkeeper.core import weeks
from channelkeeper.engine.history import History

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

POOL = 8  # shops to a distributor, by id: the setting in which ordering policies of the field were compared
KINDS = ("feature", "display", "discount")


class NoData(Exception):
    """The folder does not hold the data."""


@dataclass(frozen=True)
class Set:
    """A real data set: its history, and the origins (weeks known) from which forecasts are judged."""

    name: str
    what: str
    history: History
    origins: tuple[int, ...]


def folder() -> Path:
    """
    Return where the data lies.

    Raises:
        NoData: there is no such folder.
    """
    found = Path(os.environ.get("CHANNELKEEPER_DATA", "../shared/data"))
    if not found.is_dir():
        raise NoData(f"No real sell-out: {found} is not a folder. Name it in CHANNELKEEPER_DATA.")
    return found


def sets() -> list[Set]:
    """Return the data sets on which forecasts are judged, four weeks ahead."""
    shops, pooled, dealers, shelf = frat(pooled=False), frat(pooled=True), teddy(), vn2()
    some = _complete(shops, 400)
    promised = f"{some.series} shop x product series, 156 weeks"
    return [
        Set("frat", promised, _without_promotions(some), _origins(156, 6, 8)),
        Set("frat, promotions known", promised, some, _origins(156, 6, 8)),
        Set("frat-dist, promotions known", f"its shops {POOL} to a distributor, {pooled.series}", pooled,
            _origins(156, 6, 8)),
        Set("vn2", f"{shelf.series} shop x product series with stock-outs, 157 weeks", shelf, _origins(157, 12, 4)),
        Set("teddy", f"{dealers.series} region x item series of a Chinese maker, 171 weeks", dealers,
            (124, 125, 128, 129, 132, 140, 148, 156, 164)),
    ]  # fmt: skip


def frat(*, pooled: bool) -> History:
    """Return dunnhumby's Breakfast at the Frat, by shop or pooled into distributors, with its promotions."""
    sales = pl.read_parquet(folder() / "frat" / "transaction.parquet")
    shops = sales.select("store_id").unique().sort("store_id").with_row_index("shop")
    divisor = POOL if pooled else 1
    discount = (1 - pl.col("price") / pl.col("base_price")).clip(0, 1).fill_null(0).fill_nan(0)
    cells = sales.join(shops.with_columns(seller=pl.col("shop") // divisor), on="store_id")
    mean = pl.col("units").mean().over("store_id", "upc_id")
    cells = cells.with_columns(discount=discount, weight=mean)
    keys = cells.select("seller", "upc_id").unique().sort("seller", "upc_id").with_row_index("row")
    cells = cells.join(keys, on=["seller", "upc_id"])
    return _frat_arrays(cells, keys.height)


def _frat_arrays(cells: pl.DataFrame, series: int) -> History:
    first = cells["week_end_date"].min()
    week = ((cells["week_end_date"] - first).dt.total_days() // 7).to_numpy()
    row, width = cells["row"].to_numpy(), int(week.max()) + 1
    sold, seen, whole = np.zeros((series, width)), np.zeros((series, width), dtype=np.bool_), np.zeros((series, 1))
    np.add.at(sold, (row, week), cells["units"].to_numpy())
    seen[row, week] = True
    sold[np.arange(width)[None, :] < seen.argmax(1)[:, None]] = np.nan
    share = cells.group_by("row", "store_id").agg(pl.col("weight").first()).group_by("row").agg(pl.col("weight").sum())
    whole[share["row"].to_numpy(), 0] = share["weight"].to_numpy()
    promotion = np.zeros((len(KINDS), series, width))
    for kind, name in enumerate(KINDS):
        np.add.at(promotion[kind], (row, week), (cells[name] * cells["weight"]).to_numpy())
    products = pl.read_parquet(folder() / "frat" / "product.parquet").select("upc_id", "category")
    named = cells.group_by("row").agg(pl.col("upc_id").first()).sort("row")
    named = named.join(products, on="upc_id", how="left", maintain_order="left")
    # Weeks end on Wednesdays; the Monday within is six days before the Sunday that the week is named for here.
    monday = weeks.monday_of(_day(first))
    return History(sold, np.zeros(sold.shape, dtype=np.bool_), monday, _codes(named["category"]),
                   _codes(named["upc_id"]), promotion / np.maximum(whole, 1e-9), None)  # fmt: skip


def vn2() -> History:
    """Return the history of the VN2 challenge; weeks out of stock are marked."""
    sales, stock, master = (pl.read_csv(folder() / "vn2" / f"{name}.csv") for name in ("sales", "in_stock", "master"))
    days = sales.columns[2:]
    return History(sales.select(days).to_numpy().astype(np.float64), ~stock.select(days).to_numpy(),
                   date.fromisoformat(days[0]), *_one_group_each(master["Department"], master["Product"]),
                   None, None)  # fmt: skip


def teddy() -> History:
    """Return a large Chinese manufacturer's shipments to its dealers, by region and item."""
    lines = pl.read_csv(folder() / "teddy" / "order_train0.csv", schema_overrides={"item_price": pl.Float64})
    lines = lines.with_columns(week=pl.col("order_date").str.to_date(strict=False).dt.truncate("1w"))
    keys = lines.select("sales_region_code", "item_code").unique().sort("sales_region_code", "item_code")
    keys = keys.with_row_index("row")
    cells = lines.join(keys, on=["sales_region_code", "item_code"])
    first = _day(cells["week"].min())
    week = ((cells["week"] - first).dt.total_days() // 7).to_numpy()
    sold = np.zeros((keys.height, int(week.max()) + 1))
    np.add.at(sold, (cells["row"].to_numpy(), week), cells["ord_qty"].to_numpy().astype(np.float64))
    sold = np.maximum(sold, 0.0)
    sold[np.arange(sold.shape[1])[None, :] < (sold > 0).argmax(1)[:, None]] = np.nan
    named = cells.group_by("row").agg(pl.col("first_cate_code", "item_code").first()).sort("row")
    whole = sold[:, 1:-1]  # the first and the last week are cut off
    return History(whole, np.zeros(whole.shape, dtype=np.bool_), first + timedelta(weeks=1),
                   *_one_group_each(named["first_cate_code"], named["item_code"]), None, "CN")  # fmt: skip


def _complete(history: History, most: int) -> History:
    """Return some series that are known throughout and sold before the first origin, drawn from a seed."""
    sold = np.isfinite(history.sold_units).all(1) & (np.nan_to_num(history.sold_units[:, :100]).sum(1) > 0)
    drawn = np.random.default_rng(0).permutation(np.nonzero(sold)[0])[:most]
    return history.rows(np.sort(drawn))


def _without_promotions(history: History) -> History:
    return History(history.sold_units, history.censored, history.first_week, history.group, history.product,
                   None, history.calendar)  # fmt: skip


def _origins(width: int, count: int, gap: int) -> tuple[int, ...]:
    return tuple(width - 4 - gap * back for back in range(count - 1, -1, -1))


def _one_group_each(group: pl.Series, product: pl.Series) -> tuple[Codes, Codes]:
    """Return codes of groups and products; a product of several groups counts to its first."""
    groups, products = _codes(group), _codes(product)
    _, first = np.unique(products, return_index=True)
    return groups[first][products], products


def _codes(names: pl.Series) -> Codes:
    return np.unique(names.to_numpy(), return_inverse=True)[1].astype(np.int64)


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise NoData(f"{value} is not a date.")
    return date(value.year, value.month, value.day)
