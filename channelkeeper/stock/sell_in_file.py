"""The file of sell-in: one row per distributor, product and week or month."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column
from channelkeeper.stock import actions

COLUMNS = (
    Column("distributor", ("经销商编码", "经销商", "客户编码"), ("Distributor", "Customer"), "code", required=True),
    Column("product", ("货号", "产品编码", "商品编码"), ("Product", "Product code", "SKU"), "code", required=True),
    Column("week", ("周", "周次"), ("Week",), "code"),
    Column("month", ("月份", "年月"), ("Month",), "code"),
    Column("cases", ("进货箱数", "箱数"), ("Cases",), "units"),
    Column("units", ("进货个数", "个数"), ("Pieces", "Units"), "units"),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of sell-in in, whole or not at all.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], "进货" if language.startswith("zh") else "Sell-in", language=language)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.record_sell_in(rows=values, by=by, at=at, dry_run=dry_run)
