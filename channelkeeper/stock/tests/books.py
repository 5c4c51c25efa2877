"""Workbooks and weeks that tests of this room share."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO

import openpyxl

from channelkeeper.access.rules import Actor, whole
from channelkeeper.core import weeks
from channelkeeper.stock import actions

# The week that the cast of 24 November 2026 has just closed, and that Monday's morning.
WEEK = date(2026, 11, 16)
HEADS = ("货号", "品名", "单位", "期初", "进货", "其他入库", "销售", "赠品", "损耗", "退货", "期末", "临期")
SYSTEM = whole("test")


def monday_after(week: date, hour: int = 9) -> datetime:
    """Return an hour (Shanghai) of the Monday after a week: reports are on time until noon."""
    monday = weeks.shift(week, 1)
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC) + timedelta(hours=hour - 8)


def row(
    code: str, opening: int, received: int, sold: int, closing: int | None = None, *, near: int = 0
) -> list[object]:
    """Return a row in pieces that meets, unless another closing is given."""
    left = opening + received - sold if closing is None else closing
    return [code, "", "瓶", opening, received, 0, sold, 0, 0, 0, left, near]


def workbook(rows: Sequence[Sequence[object]], *, week: date | None = WEEK) -> bytes:
    """Return a weekly report as a distributor writes it, titled by its week; the same rows are the same file."""
    return _made(tuple(map(tuple, rows)), week)


@cache
def _made(rows: tuple[tuple[object, ...], ...], week: date | None) -> bytes:
    # Kept, for a workbook holds the second in which it was written.
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if week is not None:
        year, number, _ = week.isocalendar()
        sheet.append([f"进销存周报（{year}年第{number}周）"])
    sheet.append(list(HEADS))
    for values in rows:
        sheet.append(list(values))
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def report(
    code: str,
    rows: Sequence[Sequence[object]],
    *,
    week: date = WEEK,
    by: Actor = SYSTEM,
    at: datetime | None = None,
) -> actions.Answer:
    """Send a report and return its answer."""
    return actions.import_report(
        distributor_code=code,
        data=workbook(rows, week=week),
        filename=f"{weeks.label(week)}.xlsx",
        source="command",
        by=by,
        at=at or monday_after(week),
    )
