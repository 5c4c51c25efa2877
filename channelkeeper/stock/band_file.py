"""The file of bands: the same columns in and out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column
from channelkeeper.stock import actions
from channelkeeper.stock.queries import bands

COLUMNS = (
    Column("distributor", ("经销商编码", "经销商"), ("Distributor code", "Distributor"), "code"),
    Column("category", ("品类编码", "品类"), ("Category code", "Category"), "code"),
    Column("product", ("货号", "产品编码"), ("Product code", "Product"), "code"),
    Column("starts_on", ("开始日期", "开始"), ("First day", "Starts on"), "date", required=True),
    Column("last_on", ("最后一天", "结束日期"), ("Last day", "Until"), "date"),
    Column("low_days", ("下限（天）", "下限"), ("From (days)", "Low days"), "quantity", required=True),
    Column("high_days", ("上限（天）", "上限"), ("To (days)", "High days"), "quantity", required=True),
    Column("reason", ("原因", "说明"), ("Reason", "Why")),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of bands in, whole or not at all.

    Raises:
        NotAllowed: the actor is neither headquarters nor an office manager.
    """
    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def rows_of(shown: Iterable[bands.BandView]) -> list[masters.Values]:
    """Return bands as rows of the file."""
    return [
        {
            "distributor": row.distributor_code or None,
            "category": row.category_code or None,
            "product": row.product_code or None,
            "starts_on": row.starts_on,
            "last_on": row.last_on,
            "low_days": row.low_days.normalize(),
            "high_days": row.high_days.normalize(),
            "reason": row.reason or None,
        }
        for row in shown
    ]


def export(*, by: Actor, at: datetime, language: str = "zh", as_csv: bool = False) -> bytes:
    """Return the bands that the actor may see as a file that can be taken in again unchanged."""
    rows = rows_of(bands.bands(by, at=at))
    if as_csv:
        return writer.write_csv(COLUMNS, rows, language=language)
    return writer.write_table(COLUMNS, rows, _title(language), language=language)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], _title(language), language=language)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.set_bands(rows=values, by=by, at=at, dry_run=dry_run)


def _title(language: str) -> str:
    return "带" if language.startswith("zh") else "Bands"
