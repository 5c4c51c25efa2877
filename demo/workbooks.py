"""
The files as the distributors' clerks write them: six layouts, in their own order and words.

What is written is a real workbook or a real GB18030 file; it comes in by the same door as a user's.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from channelkeeper.core import weeks


@dataclass(frozen=True)
class Line:
    """One product of a week, in pieces."""

    code: str
    gtin: str
    name_zh: str
    name_en: str
    category_zh: str
    units_per_case: int
    opening: int
    received: int
    sold: int
    gifts: int
    losses: int
    closing: int
    near_expiry: int


Row = list[Any]


def write(layout: int, firm_zh: str, firm_en: str, week: date, lines: list[Line]) -> tuple[str, bytes]:
    """
    Return file name and content of a distributor's weekly report.

    Args:
        layout: 0 to 5, which clerk's manner.
        firm_zh, firm_en: the distributor's names, for the title.
        week: its Monday.
        lines: what happened in it.
    """
    rows = LAYOUTS[layout](firm_zh, firm_en, week, lines)
    name = f"{firm_zh}-进销存-{weeks.label(week)}"
    if layout == 4:
        return f"{name}.csv", _csv(rows)
    return f"{name}.xlsx", _xlsx(rows)


def _span(week: date) -> str:
    last = weeks.sunday_of(week)
    return f"{week.year}年{week.month}月{week.day}日至{last.month}月{last.day}日"


def _number(week: date) -> str:
    year, number, _ = week.isocalendar()
    return f"{year}年第{number}周"


def _plain(firm_zh: str, firm_en: str, week: date, lines: list[Line]) -> Iterable[Row]:
    yield [f"{firm_zh} 进销存周报（{_number(week)}）"]
    yield ["货号", "品名", "单位", "上周结存", "本周进货", "本周销售", "赠品", "报损", "本周结存", "临期"]
    for line in lines:
        yield [line.code, line.name_zh, "瓶", line.opening, line.received, line.sold, line.gifts, line.losses,
               line.closing, line.near_expiry]  # fmt: skip


def _english(firm_zh: str, firm_en: str, week: date, lines: list[Line]) -> Iterable[Row]:
    yield [f"{firm_en}, weekly stock report {weeks.label(week)}"]
    yield []
    yield ["GTIN", "Product", "Opening", "Received", "Sold", "Gifts", "Losses", "Closing", "Near expiry"]
    for line in lines:
        yield [line.gtin, line.name_en, line.opening, line.received, line.sold, line.gifts, line.losses,
               line.closing, line.near_expiry]  # fmt: skip


def _barcodes(firm_zh: str, firm_en: str, week: date, lines: list[Line]) -> Iterable[Row]:
    yield [firm_zh]
    yield [f"商品收发存汇总表 {_span(week)}"]
    yield ["商品条码", "商品名称", "期初数量", "入库数量", "出库数量", "赠送数量", "损耗数量", "期末数量"]
    for line in lines:
        yield [line.gtin, line.name_zh, line.opening, line.received, line.sold, line.gifts, line.losses, line.closing]
    totals = [sum(getattr(line, name) for line in lines)
              for name in ("opening", "received", "sold", "gifts", "losses", "closing")]  # fmt: skip
    yield ["合计", "", *totals]


def _in_cases(units: int, units_per_case: int) -> str:
    cases, pieces = divmod(units, units_per_case)
    return f"{cases}箱{pieces}瓶" if cases and pieces else f"{cases}箱" if cases else f"{pieces}瓶"


def _cases(firm_zh: str, firm_en: str, week: date, lines: list[Line]) -> Iterable[Row]:
    yield [f"{firm_zh}库存周报 {_number(week)}"]
    yield ["品名", "货号", "箱规", "期末库存", "期初库存", "进货", "销售", "赠品", "损耗"]
    for line in lines:
        figures = (line.closing, line.opening, line.received, line.sold, line.gifts, line.losses)
        yield [line.name_zh, line.code, line.units_per_case,
               *(_in_cases(units, line.units_per_case) for units in figures)]  # fmt: skip


def _export(firm_zh: str, firm_en: str, week: date, lines: list[Line]) -> Iterable[Row]:
    yield ["周次", "商品编码", "商品名称", "期初", "购进", "销售", "赠品", "报损", "期末"]
    for line in lines:
        yield [weeks.label(week), line.code, line.name_zh, line.opening, line.received, line.sold, line.gifts,
               line.losses, line.closing]  # fmt: skip


def _by_category(firm_zh: str, firm_en: str, week: date, lines: list[Line]) -> Iterable[Row]:
    yield [f"{firm_zh}"]
    yield [f"进销存周报 {_span(week)}"]
    yield ["商品名称", "上期结存", "本期进货", "本期销售", "赠品", "损耗", "本期结存"]
    category = ""
    for line in sorted(lines, key=lambda line: (line.category_zh, line.code)):
        if line.category_zh != category:
            category = line.category_zh
            yield [category]
        yield [line.name_zh, line.opening, line.received, line.sold, line.gifts, line.losses, line.closing]
    yield ["备注：数量单位为最小销售单位"]


LAYOUTS: tuple[Callable[[str, str, date, list[Line]], Iterable[Row]], ...] = (
    _plain,
    _english,
    _barcodes,
    _cases,
    _export,
    _by_category,
)


def _xlsx(rows: Iterable[Row]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("进销存")
        sheet.set_column(0, 1, 22)
        bold = workbook.add_format({"bold": True})
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row, bold if index < 2 else None)
    return buffer.getvalue()


def _csv(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("gb18030")
