"""The file of shipments: one row per product of a shipment."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column
from channelkeeper.stock import actions

COLUMNS = (
    Column("number", ("发货单号", "单号", "出库单号", "运单号"), ("Shipment", "Number"), "code", required=True),
    Column("distributor", ("经销商编码", "经销商", "客户编码"), ("Distributor", "Customer"), "code", required=True),
    Column("product", ("货号", "产品编码", "商品编码"), ("Product", "Product code", "SKU"), "code", required=True),
    Column("cases", ("箱数", "发货箱数"), ("Cases",), "units"),
    Column("units", ("个数", "件数(个)", "发货个数"), ("Pieces", "Units"), "units"),
    Column("shipped_on", ("发货日期", "出库日期"), ("Shipped on", "Date"), "date", required=True),
    Column("arrives_on", ("到货日期", "预计到货"), ("Arrives on", "Arrival"), "date"),
    Column("order_number", ("订单号",), ("Order",), "code"),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of shipments in, whole or not at all.

    Raises:
        NotAllowed: the actor is neither headquarters nor an office manager.
    """

    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], "发货" if language.startswith("zh") else "Shipments", language=language)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.record_shipments(rows=values, by=by, at=at, dry_run=dry_run)
