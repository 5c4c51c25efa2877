"""
The same demo over real sell-out: dunnhumby's "Breakfast at the Frat", read where it lies, never copied.

The shops, sorted by id, are pooled eight at a time into distributors; stock is built up from the
real sales and an ordinary distributor's ordering habit. The weeks are moved by whole weeks so that
the last one is last week; which products sell, and how, is as it was.
"""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from channelkeeper.core import weeks
from demo import company, simulate

POOL = 8  # shops in a distributor
SOURCE = 'dunnhumby, "Breakfast at the Frat": real weekly sell-out of 77 shops, 156 weeks'
OFFICES = [company.Office("F1", "真实数据办事处", "Real data office", "REAL", "陈立群")]
REPS = [company.Rep("F01", "周敏", "F1"), company.Rep("F02", "吴振宇", "F1")]


class NoData(Exception):
    """The folder does not hold the data."""


def build(folder: Path, last_week: date) -> simulate.Company:
    """
    Return the company over real sell-out, its last week moved to `last_week`.

    Args:
        folder: holds `frat/transaction.parquet` and `frat/product.parquet`.
        last_week: a Monday.

    Raises:
        NoData: the files are not below the folder.
    """
    files = [folder / "frat" / f"{name}.parquet" for name in ("transaction", "product")]
    for file in files:
        if not file.exists():
            raise NoData(f"No real sell-out below {folder}: frat/{file.name} is missing.")
    sales, master = _pooled(pl.read_parquet(files[0])), pl.read_parquet(files[1])
    codes = sorted(sales["upc_id"].unique())
    pools = int(sales["pool"].max()) + 1  # type: ignore[arg-type]
    units = _cube(sales, codes, pools, "units")
    promoted, shops = (_cube(sales, codes, pools, name).sum(axis=0) for name in ("promoted", "shops"))
    products = _products(master, sales, codes, units)
    random = np.random.default_rng(company.SEED + 3)
    distributors = [_distributor(index, random) for index in range(pools)]
    ledgers = [_ledger(one, products, units[index], last_week, random) for index, one in enumerate(distributors)]
    categories = {product.category: (product.category.title(), product.category.title()) for product in products}
    first_week = weeks.shift(last_week, 1 - units.shape[1])
    promotions = _promotions(promoted / np.maximum(shops, 1))
    return simulate.Company(
        first_week, OFFICES, REPS, categories, products, distributors, promotions, ledgers, source=SOURCE
    )


def _pooled(transactions: pl.DataFrame) -> pl.DataFrame:
    """Return units, shops and promoted shops per pool, week (index) and product."""
    stores = transactions.select("store_id").unique().sort("store_id").with_row_index("pool")
    stores = stores.with_columns(pl.col("pool") // POOL)
    first = transactions["week_end_date"].min()
    return (
        transactions.join(stores, on="store_id")
        .with_columns(week=((pl.col("week_end_date") - first).dt.total_days() // 7))
        .group_by("pool", "week", "upc_id")
        .agg(
            pl.col("units").sum(),
            pl.col("base_price").mean(),
            pl.len().alias("shops"),
            ((pl.col("feature") + pl.col("display") + pl.col("tpr_only")) > 0).sum().alias("promoted"),
        )
    )


def _cube(sales: pl.DataFrame, codes: list[str], pools: int, column: str) -> NDArray[np.float64]:
    """Return (pools, weeks, products) of a column, 0 where there is no row."""
    place = {code: index for index, code in enumerate(codes)}
    cube = np.zeros((pools, int(sales["week"].max()) + 1, len(codes)))  # type: ignore[arg-type]
    products = sales["upc_id"].replace_strict(place).to_numpy()
    cube[sales["pool"].to_numpy(), sales["week"].to_numpy(), products] = sales[column].to_numpy()
    return cube


def _products(
    master: pl.DataFrame, sales: pl.DataFrame, codes: list[str], units: NDArray[np.float64]
) -> list[company.Product]:
    names = {row["upc_id"]: row for row in master.iter_rows(named=True)}
    prices = dict(sales.group_by("upc_id").agg(pl.col("base_price").mean()).iter_rows())
    made = []
    for index, code in enumerate(codes):
        selling = units[:, :, index][units[:, :, index] > 0]
        case = max(2, round(float(np.median(selling)) / 7 * 3))  # a case is about three days' demand (ENGINE.md)
        row = names[code]
        name = f"{row['description'].title()} {(row['product_size'] or '').strip()} {code[-4:]}"
        made.append(
            company.Product(
                code=f"FR-{code}",
                gtin=company.gtin13(code[:12].rjust(12, "0")),
                name_zh=name,
                name_en=name,
                category=row["category"][:40],
                units_per_case=case,
                price_per_case=round(float(prices[code] or 1.0) * case, 2),
                shelf_life_days=365,
                summer=0.0,
                festival=0.0,
                launched_on=None,
            )
        )
    return made


def _distributor(index: int, random: np.random.Generator) -> company.Distributor:
    return company.Distributor(
        code=f"F{index + 1:03d}",
        name_zh=f"门店组{index + 1:02d}（真实销量）",
        name_en=f"Shop pool {index + 1:02d} (real sell-out)",
        place_zh="",
        place_en="",
        office="F1",
        rep=REPS[index // 5 % len(REPS)].code,
        grade="B",
        lead_time_days=7,
        order_weekdays=(0,),
        size=1.0,
        habit_days=float(random.uniform(20, 30)),
        attention=float(random.uniform(0.7, 1.0)),
        manners="",
        layout=(0, 2, 3, 1)[index % 4],
        first_product=0,
        products=0,
    )


def _ledger(
    one: company.Distributor,
    products: list[company.Product],
    units: NDArray[np.float64],
    last_week: date,
    random: np.random.Generator,
) -> simulate.Ledger:
    """Run the real weeks of a pool over the products that it sold at all."""
    chosen = [index for index in range(len(products)) if (units[:, index] > 0).any()]
    demand = units[:, chosen].astype(np.int64)
    case = np.array([products[index].units_per_case for index in chosen])
    smooth = np.maximum(demand.mean(axis=0), 1) * np.ones(demand.shape)
    trade = simulate.Trade(
        one, chosen, case, demand, smooth, np.zeros(demand.shape, dtype=np.bool_), last_week, real=True
    )
    return simulate.run(trade, random)


def _promotions(promoted: NDArray[np.float64]) -> list[simulate.Promotion]:
    """Return a promotion per product and week in which at least a tenth of the shops promoted it."""
    return [
        simulate.Promotion(
            f"FR{week:03d}-{product:02d}", product, int(week), 1, float(min(1.0, promoted[week, product]))
        )
        for week, product in np.argwhere(promoted >= 0.1)
    ]
