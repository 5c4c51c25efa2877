"""The file of counts by hand: one row per product counted."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column
from channelkeeper.stock import actions

COLUMNS = (
    Column("distributor", ("经销商编码", "经销商", "客户编码"), ("Distributor", "Customer"), "code", required=True),
    Column("counted_on", ("盘点日期", "日期"), ("Counted on", "Date"), "date", required=True),
    Column("product", ("货号", "产品编码", "商品编码"), ("Product", "Product code", "SKU"), "code", required=True),
    Column("cases", ("盘点箱数", "箱数"), ("Cases counted", "Cases"), "units"),
    Column("units", ("盘点个数", "个数"), ("Pieces counted", "Pieces"), "units"),
    Column("sold_since", ("周日后卖出", "盘前卖出"), ("Sold since Sunday",), "units"),
    Column("received_since", ("周日后收货", "盘前收货"), ("Received since Sunday",), "units"),
    Column("near_expiry", ("临期", "临期个数"), ("Near expiry",), "units"),
    Column("note", ("备注", "说明"), ("Note",)),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, source: str, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of counts in, whole or not at all.

    Raises:
        NotAllowed: the actor may not count.
    """
    take = partial(_take, source=source, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], "盘点" if language.startswith("zh") else "Counts", language=language)


def _take(values: Sequence[masters.Values], *, source: str, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.record_counts(rows=values, source=source, by=by, at=at, dry_run=dry_run)
