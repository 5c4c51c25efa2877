"""The file of closing days: the same columns in and out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.seasons import actions
from channelkeeper.seasons.queries import closing
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column

COLUMNS = (
    Column("distributor", ("经销商编码", "经销商"), ("Distributor code", "Distributor"), "code"),
    Column("starts_on", ("第一天", "开始日期", "开始"), ("First day", "Starts on"), "date", required=True),
    Column("last_on", ("最后一天", "结束日期"), ("Last day", "Until"), "date"),
    Column("label_zh", ("名称", "原因", "节日"), ("Label (Chinese)", "Label", "Why")),
    Column("label_en", ("英文名",), ("Label (English)",)),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of closing days in, whole or not at all.

    Raises:
        NotAllowed: the actor is neither headquarters nor an office manager.
    """
    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def rows_of(shown: Iterable[closing.ClosedView]) -> list[masters.Values]:
    """Return closing days as rows of the file."""
    return [
        {
            "distributor": row.distributor_code or None,
            "starts_on": row.starts_on,
            "last_on": row.last_on,
            "label_zh": row.label_zh,
            "label_en": row.label_en or None,
        }
        for row in shown
    ]


def export(*, by: Actor, at: datetime, language: str = "zh", as_csv: bool = False) -> bytes:
    """Return the closing days that the actor may see as a file that can be taken in again unchanged."""
    rows = rows_of(closing.closed(by, at=at))
    if as_csv:
        return writer.write_csv(COLUMNS, rows, language=language)
    return writer.write_table(COLUMNS, rows, _title(language), language=language)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], _title(language), language=language)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.set_closed_days(rows=values, by=by, at=at, dry_run=dry_run)


def _title(language: str) -> str:
    return "休息日" if language.startswith("zh") else "Closing days"
