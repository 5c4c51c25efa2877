"""The file of promotions: the same columns in and out."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.seasons import actions, queries
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column

COLUMNS = (
    Column("code", ("促销编号", "编号"), ("Promotion code", "Code"), "code", required=True),
    Column("label_zh", ("促销", "促销名称", "名称"), ("Label (Chinese)", "Promotion", "Label")),
    Column("label_en", ("英文名", "促销英文名"), ("Label (English)",)),
    Column("product", ("货号", "产品编码"), ("Product code", "Product"), "code", required=True),
    Column("distributor", ("经销商编码", "经销商"), ("Distributor code", "Distributor"), "code"),
    Column("starts_on", ("开始日期", "开始"), ("First day", "Starts on"), "date"),
    Column("last_on", ("最后一天", "结束日期"), ("Last day", "Until"), "date"),
    Column("intensity", ("力度",), ("Intensity",), "quantity"),
    Column("known_on", ("通知日期", "知道日期"), ("Known on", "Announced on"), "date"),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of promotions in, whole or not at all.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def export(*, by: Actor, at: datetime, language: str = "zh", as_csv: bool = False) -> bytes:
    """Return the promotions that the actor may see as a file that can be taken in again unchanged."""
    rows: list[masters.Values] = [
        {
            "code": row.code,
            "label_zh": row.label_zh,
            "label_en": row.label_en or None,
            "product": row.product_code,
            "distributor": row.distributor_code or None,
            "starts_on": row.starts_on,
            "last_on": row.last_on,
            "intensity": row.intensity.normalize(),
            "known_on": row.known_on,
        }
        for row in queries.promotions(by, at=at)
    ]
    if as_csv:
        return writer.write_csv(COLUMNS, rows, language=language)
    return writer.write_table(COLUMNS, rows, _title(language), language=language)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], _title(language), language=language)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.import_promotions(rows=values, by=by, at=at, dry_run=dry_run)


def _title(language: str) -> str:
    return "促销" if language.startswith("zh") else "Promotions"
