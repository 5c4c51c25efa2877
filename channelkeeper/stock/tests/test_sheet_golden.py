"""Hazard 11: golden workbooks as senders write them: the right figures, or a fault that names the cell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import pytest
from openpyxl.styles import numbers

from channelkeeper.stock.sheet import Reading
from channelkeeper.stock.tests.sheet_making import HEADS, TITLE, faults, figures, from_file, questions

TEA_ROW = ["YS1011", "冰红茶500ml", "箱", 64, 120, 71, 1, 112, 0]
TEA: dict[str, tuple[int, ...]] = {"YS1011": (960, 1800, 0, 1065, 15, 0, 0, 1680, 0)}
PEACH_ROW = ["YS1046", "水蜜桃汁450ml", "箱", 38, 0, 12, 0, 26, 0]
PEACH: dict[str, tuple[int, ...]] = {"YS1046": (570, 0, 0, 180, 0, 0, 0, 390, 0)}


@dataclass(frozen=True)
class Golden:
    """A workbook and what it must be read as."""

    fill: Callable[[Any], None]
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str, str]] = field(default_factory=list)


def plain(*rows: list[Any], after: Callable[[Any], None] | None = None) -> Callable[[Any], None]:
    def fill(book: Any) -> None:
        for row in rows:
            book.active.append(row)
        if after is not None:
            after(book)

    return fill


def report(*rows: list[Any], after: Callable[[Any], None] | None = None) -> Callable[[Any], None]:
    return plain([TITLE], list(HEADS), *rows, after=after)


def cell(name: str, value: Any) -> Callable[[Any], None]:
    return lambda book: book.active.__setitem__(name, value)


def style(name: str, code: str) -> Callable[[Any], None]:
    return lambda book: setattr(book.active[name], "number_format", code)


def hide_row(number: int) -> Callable[[Any], None]:
    return lambda book: setattr(book.active.row_dimensions[number], "hidden", True)


def hide_column(letter: str) -> Callable[[Any], None]:
    return lambda book: setattr(book.active.column_dimensions[letter], "hidden", True)


def titled(name: str) -> Callable[[Any], None]:
    return lambda book: setattr(book.active, "title", name)


def both(*acts: Callable[[Any], None]) -> Callable[[Any], None]:
    def fill(book: Any) -> None:
        for act in acts:
            act(book)

    return fill


def merge(*areas: str) -> Callable[[Any], None]:
    def fill(book: Any) -> None:
        for area in areas:
            book.active.merge_cells(area)

    return fill


def pieces(*figures: Any) -> list[Any]:
    return ["YS1011", "冰红茶500ml", "瓶", *figures]


def with_cell(index: int, value: Any, row: list[Any] = TEA_ROW) -> list[Any]:
    return [*row[:index], value, *row[index + 1 :]]


def second_sheet(name: str, *rows: list[Any], hidden: bool = False) -> Callable[[Any], None]:
    def fill(book: Any) -> None:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        if hidden:
            page.sheet_state = "hidden"

    return fill


GOLDEN: dict[str, Golden] = {
    "plain": Golden(report(TEA_ROW), TEA),
    "heads in the first row": Golden(plain(list(HEADS), TEA_ROW), TEA),
    "twelve title rows": Golden(plain([TITLE], *[["仓管 王"]] * 11, list(HEADS), TEA_ROW), TEA),
    "a merged title": Golden(report(TEA_ROW, after=merge("A1:I1")), TEA),
    "an empty column before": Golden(plain([None, TITLE], [None, *HEADS], [None, *TEA_ROW]), TEA),
    "English heads": Golden(
        plain(
            [TITLE],
            ["Product code", "Product name", "UoM", "Opening", "Received", "Sold", "Gifts", "Closing", "Near expiry"],
            with_cell(2, "case"),
        ),
        TEA,
    ),
    "heads in another order": Golden(plain([TITLE], HEADS[::-1], TEA_ROW[::-1]), TEA),
    "heads with blanks and full-width signs": Golden(
        plain(
            [TITLE],
            ["货　号", " 品名 ", "单 位", "上周\n结存", "本周进货（箱）", "本周销售：", "赠品/损耗", *HEADS[7:]],
            TEA_ROW,
        ),
        TEA,
    ),
    "other synonyms": Golden(
        plain(
            [TITLE],
            ["商品编码", "商品名称", "计量单位", "期初库存", "入库数量", "销售数量", "搭赠", "期末库存", "临期库存"],
            TEA_ROW,
        ),
        TEA,
    ),
    "an accounting layout": Golden(
        plain(
            [TITLE],
            ["存货编码", "存货名称", "单位", "期初结存", "收入", "发出", "其他出库", "结存数量"],
            ["YS1011", "冰红茶500ml", "箱", 64, 120, 71, 1, 112],
        ),
        {"YS1011": (960, 1800, 0, 1065, 0, 15, 0, 1680, 0)},
    ),
    "columns of money between": Golden(
        plain(
            [TITLE],
            ["货号", "品名", "单位", "上周结存", "单价", "本周进货", "销售金额", "本周销售", "本周结存"],
            ["YS1011", "冰红茶500ml", "箱", 64, 36.5, 120, 2591.5, 71, 113],
        ),
        {"YS1011": (960, 1800, 0, 1065, 0, 0, 0, 1695, 0)},
    ),
    "figures of the last year and month left alone": Golden(
        plain(
            [TITLE],
            ["品名", "单位", "上月销售", "去年同期销售", "本周销售", "累计销售", "期末"],
            ["冰红茶500ml", "箱", 300, 280, 71, 3000, 112],
        ),
        {"YS1011": (0, 0, 0, 1065, 0, 0, 0, 1680, 0)},
    ),
    "every figure": Golden(
        plain(
            [TITLE],
            [
                "货号",
                "单位",
                "期初",
                "进货",
                "其他入库",
                "调入",
                "销售",
                "赠品",
                "损耗",
                "盘亏",
                "退厂",
                "期末",
                "临期",
            ],
            ["YS1011", "瓶", 100, 50, 3, 4, 60, 5, 2, 1, 7, 82, 9],
        ),
        {"YS1011": (100, 50, 7, 60, 5, 3, 7, 82, 9)},
    ),
    "pieces": Golden(report(pieces(960, 1800, 1065, 15, 1680, 0)), TEA),
    "no unit anywhere": Golden(
        plain([TITLE], ["货号", "销售", "期末"], ["YS1011", 71, 112]), {"YS1011": (0, 0, 0, 71, 0, 0, 0, 112, 0)}
    ),
    "the unit in the title": Golden(
        plain([TITLE], ["单位：箱"], ["货号", "销售", "期末"], ["YS1011", 71, 112]),
        {"YS1011": (0, 0, 0, 1065, 0, 0, 0, 1680, 0)},
    ),
    "a firm in the title is no unit": Golden(
        plain([TITLE], ["填报单位：永盛副食"], ["货号", "销售", "期末"], ["YS1011", 71, 112]),
        {"YS1011": (0, 0, 0, 71, 0, 0, 0, 112, 0)},
    ),
    "the unit in the heads": Golden(
        plain([TITLE], ["货号", "销售(箱)", "期末（瓶）"], ["YS1011", 71, 1680]),
        {"YS1011": (0, 0, 0, 1065, 0, 0, 0, 1680, 0)},
    ),
    "the unit behind the head": Golden(
        plain([TITLE], ["货号", "销售箱数", "期末-瓶"], ["YS1011", 71, 1680]),
        {"YS1011": (0, 0, 0, 1065, 0, 0, 0, 1680, 0)},
    ),
    "the unit in a number format": Golden(
        plain(
            [TITLE],
            ["货号", "销售", "期末"],
            ["YS1011", 71, 1680],
            after=both(style("B3", '0"箱"'), style("C3", '0"瓶"')),
        ),
        {"YS1011": (0, 0, 0, 1065, 0, 0, 0, 1680, 0)},
    ),
    "the unit in the cell": Golden(report(with_cell(5, "71箱")), TEA),
    "cases and pieces in one cell": Golden(report(with_cell(7, "111箱15瓶")), TEA),
    "pieces in a row of cases": Golden(report(with_cell(6, "15瓶")), TEA),
    "a fraction of a case that is whole pieces": Golden(
        report(["YS1203", "八宝粥280g", "箱", 2.5, 0, 0, 0, 2.5, 0]), {"YS1203": (60, 0, 0, 0, 0, 0, 0, 60, 0)}
    ),
    "cases worked out from pieces": Golden(
        report(["YS1203", "八宝粥280g", "箱", 56 / 24, 0, 0, 0, 56 / 24, 0]), {"YS1203": (56, 0, 0, 0, 0, 0, 0, 56, 0)}
    ),
    "numbers typed as text": Golden(
        report(["YS1011", "冰红茶500ml", "箱", "６４", "1,20", "71", "", "１１２", "-"]), {}, [("E3", "not_a_number")]
    ),
    "full-width digits and separators": Golden(
        report(["YS1011", "冰红茶500ml", "瓶", "９６０", "1,800", "1，065", "15", "1680", "—"]), TEA
    ),
    "ten thousands": Golden(
        report(pieces("1.2万", 0, 0, 0, "1.2万", 0)), {"YS1011": (12000, 0, 0, 0, 0, 0, 0, 12000, 0)}
    ),
    "sold below zero is a return": Golden(
        report(pieces(10, 0, "(2)", 0, 12, 0)), {"YS1011": (10, 0, 0, -2, 0, 0, 0, 12, 0)}
    ),
    "a minus behind": Golden(report(pieces(10, 0, "2-", 0, 12, 0)), {"YS1011": (10, 0, 0, -2, 0, 0, 0, 12, 0)}),
    "a true minus": Golden(report(pieces(10, 0, "−2", 0, 12, 0)), {"YS1011": (10, 0, 0, -2, 0, 0, 0, 12, 0)}),
    "blank optional cells": Golden(
        report(["YS1011", None, "箱", None, None, None, None, 3, None]), {"YS1011": (0, 0, 0, 0, 0, 0, 0, 45, 0)}
    ),
    "a stored formula": Golden(report(TEA_ROW), TEA),
    "several warehouses": Golden(
        plain(
            [TITLE],
            ["仓库", "货号", "单位", "销售", "期末"],
            ["东仓", "YS1011", "箱", 1, 10],
            ["西仓", "YS1011", "箱", 2, 20],
        ),
        {"YS1011": (0, 0, 0, 45, 0, 0, 0, 450, 0)},
    ),
    "a sheet per warehouse": Golden(
        plain(
            [TITLE],
            ["货号", "单位", "销售", "期末"],
            ["YS1011", "箱", 1, 10],
            after=both(titled("东仓"), second_sheet("西仓", ["货号", "单位", "销售", "期末"], ["YS1011", "箱", 2, 20])),
        ),
        {"YS1011": (0, 0, 0, 45, 0, 0, 0, 450, 0)},
    ),
    "several batches": Golden(
        plain(
            [TITLE],
            ["货号", "批号", "单位", "销售", "期末"],
            ["YS1011", 20261002, "箱", 1, 10],
            ["YS1011", 20261009, "箱", 2, 20],
        ),
        {"YS1011": (0, 0, 0, 45, 0, 0, 0, 450, 0)},
    ),
    "batches below a merged product": Golden(
        plain(
            [TITLE],
            ["货号", "生产日期", "单位", "销售", "期末"],
            ["YS1011", date(2026, 10, 2), "箱", 1, 10],
            [None, date(2026, 10, 9), "箱", 2, 20],
            after=merge("A3:A4"),
        ),
        {"YS1011": (0, 0, 0, 45, 0, 0, 0, 450, 0)},
    ),
    "a figure merged over two batches": Golden(
        plain(
            [TITLE],
            ["货号", "批号", "单位", "销售", "期末"],
            ["YS1011", "a", "箱", 3, 10],
            ["YS1011", "b", "箱", None, 20],
            after=merge("D3:D4"),
        ),
        {"YS1011": (0, 0, 0, 45, 0, 0, 0, 450, 0)},
    ),
    "a figure merged over two products": Golden(
        report(TEA_ROW, with_cell(7, None, PEACH_ROW), after=merge("H3:H4")), TEA, [("H4", "merged_figure")]
    ),
    "totals, subtotals, notes, blanks, repeated heads": Golden(
        report(
            ["茶饮料"],
            TEA_ROW,
            ["小计", None, None, 64, 120, 71, 1, 112, 0],
            [],
            list(HEADS),
            ["果汁"],
            PEACH_ROW,
            [None, "小 计", None, 38, 0, 12, 0, 26, 0],
            ["总计", "", "", 102, 120, 83, 1, 138, 0],
            ["制表人：王", None, "审核：李", None, None, "打印日期：2026-11-23"],
            ["备注：YS1046破了2瓶"],
        ),
        TEA | PEACH,
    ),
    "a total above the lines": Golden(
        report(["合计", None, None, 102, 120, 83, 1, 138, 0], TEA_ROW, PEACH_ROW), TEA | PEACH
    ),
    "a total without a name": Golden(
        report(TEA_ROW, PEACH_ROW, [None, None, None, 102, 120, 83, 1, 138, 0]), TEA | PEACH
    ),
    "an error in a total": Golden(
        report(TEA_ROW, after=lambda book: book.active.append(["合计", None, None, "#REF!"])), TEA
    ),
    "figures without a product": Golden(
        report(TEA_ROW, [None, None, "箱", 5, 5, 5, 5, 5, 5]), TEA, [("B4", "no_product")]
    ),
    "a second table with its own heads": Golden(
        report(
            TEA_ROW, [], ["品名", "货号", "单位", "期末", "销售", "期初"], ["水蜜桃汁450ml", "YS1046", "箱", 26, 12, 38]
        ),
        TEA | PEACH,
    ),
    "hidden rows count": Golden(report(TEA_ROW, PEACH_ROW, after=hide_row(4)), TEA | PEACH),
    "the visible of two columns counts": Golden(
        plain(
            [TITLE],
            ["货号", "单位", "销售", "期末", "期末库存"],
            ["YS1011", "箱", 1, 99, 10],
            after=hide_column("D"),
        ),
        {"YS1011": (0, 0, 0, 15, 0, 0, 0, 150, 0)},
    ),
    "two columns that agree": Golden(
        plain([TITLE], ["货号", "销售(箱)", "期末(箱)", "期末(瓶)"], ["YS1011", 1, 10, 150]),
        {"YS1011": (0, 0, 0, 15, 0, 0, 0, 150, 0)},
    ),
    "two columns that disagree": Golden(
        plain([TITLE], ["货号", "销售(箱)", "期末(箱)", "期末(瓶)"], ["YS1011", 1, 10, 151]),
        {},
        [("D3", "columns_disagree")],
    ),
    "heads in two rows": Golden(
        plain(
            [TITLE],
            ["货号", "品名", "本周", None, "结存"],
            [None, None, "进货", "销售", "箱"],
            ["YS1011", "冰红茶500ml", 30, 15, 10],
            after=merge("A2:A3", "B2:B3", "C2:D2"),
        ),
        {},
        [],
        [("unknown_unit", "C3", "本周进货"), ("unknown_unit", "D3", "本周销售")],
    ),
    "a report on the second sheet": Golden(
        plain(["说明：填黄色格"], after=second_sheet("数据", [TITLE], list(HEADS), TEA_ROW)), TEA
    ),
    "a hidden sheet beside a visible one": Golden(
        report(TEA_ROW, after=second_sheet("模板", [TITLE], list(HEADS), PEACH_ROW, hidden=True)), TEA
    ),
    "last week's sheet beside this one's": Golden(
        plain(
            ["2026年第46周"], list(HEADS), PEACH_ROW, after=second_sheet("本周", ["2026年第47周"], list(HEADS), TEA_ROW)
        ),
        TEA,
    ),
    "a blank closing": Golden(report(with_cell(7, None)), {}, [("H3", "closing_blank")]),
    "a dash for the closing": Golden(report(with_cell(7, "-")), {}, [("H3", "closing_blank")]),
    "an error": Golden(report(with_cell(5, "#N/A")), {}, [("F3", "error")]),
    "a formula without a value": Golden(report(with_cell(5, "=40+31")), {}, [("F3", "unstored")]),
    "a percentage": Golden(report(with_cell(5, 0.5), after=style("F3", "0%")), {}, [("F3", "percent")]),
    "a percentage that is a whole number": Golden(
        report(with_cell(5, 1), after=style("F3", "0%")), {}, [("F3", "percent")]
    ),
    "a percentage as text": Golden(report(with_cell(5, "50%")), {}, [("F3", "percent")]),
    "a date": Golden(report(with_cell(5, date(2026, 11, 16))), {}, [("F3", "date")]),
    "a figure shown as a date": Golden(
        report(with_cell(5, 71), after=style("F3", numbers.FORMAT_DATE_YYYYMMDD2)), {}, [("F3", "date")]
    ),
    "a time": Golden(report(with_cell(5, time(8, 30))), {}, [("F3", "time")]),
    "about a hundred": Golden(report(with_cell(5, "约100")), {}, [("F3", "approximate")]),
    "a range": Golden(report(with_cell(5, "100-120")), {}, [("F3", "range")]),
    "true": Golden(report(with_cell(5, True)), {}, [("F3", "yes_no")]),
    "a barcode among figures": Golden(report(with_cell(5, 6901234567892)), {}, [("F3", "too_big")]),
    "ten thousands in the format alone": Golden(
        report(with_cell(5, 3), after=style("F3", '0"万"')), {}, [("F3", "number_format")]
    ),
    "half a bottle": Golden(report(pieces(10, 0, 0.5, 0, 9.5, 0)), {}, [("F3", "fraction"), ("H3", "fraction")]),
    "a case that does not part": Golden(report(with_cell(5, "2.51箱")), {}, [("F3", "piece_fraction")]),
    "money in a figure": Golden(report(with_cell(5, "71元")), {}, [("F3", "not_a_quantity")]),
    "a negative closing": Golden(report(with_cell(7, -3)), {}, [("H3", "closing_negative")]),
    "minus before cases and pieces": Golden(report(with_cell(5, "-3箱5瓶")), {}, [("F3", "not_a_number")]),
    "one product twice": Golden(report(TEA_ROW, TEA_ROW), {}, [("A4", "product_twice")]),
    "one batch twice": Golden(
        plain(
            [TITLE],
            ["货号", "批号", "销售", "期末"],
            ["YS1011", "a", 1, 2],
            ["YS1011", "b", 1, 2],
            ["YS1011", "a", 1, 2],
        ),
        {},
        [("A5", "product_twice")],
    ),
    "one product on two sheets": Golden(
        report(TEA_ROW, after=second_sheet("副本", list(HEADS), TEA_ROW)), {}, [("A2", "product_twice")]
    ),
    "another case size": Golden(
        plain(
            [TITLE],
            ["货号", "箱规", "单位", "销售", "期末"],
            ["YS1011", 12, "箱", 1, 10],
            ["YS1046", "1*15", "箱", 1, 10],
        ),
        {"YS1046": (0, 0, 0, 15, 0, 0, 0, 150, 0)},
        [("B3", "case_size_differs")],
    ),
    "no column of sales": Golden(plain([TITLE], ["货号", "期末"], ["YS1011", 10]), {}, [("A2", "column_missing")]),
    "no table": Golden(plain(["大家好"], ["本周销售不错"]), {}, [("A1", "no_table")]),
    "no line": Golden(report(), {}, [("A2", "no_lines")]),
    "a unit only some rows have": Golden(report(TEA_ROW, with_cell(2, None, PEACH_ROW)), TEA, [("C4", "unit_blank")]),
    "an unknown unit": Golden(
        report(with_cell(2, "提"), with_cell(2, "提", PEACH_ROW)), TEA | PEACH, [], [("unknown_unit", "C3", "提")]
    ),
    "an unknown unit in a cell": Golden(report(with_cell(5, "7提")), TEA, [], [("unknown_unit", "F3", "提")]),
    "units that disagree": Golden(
        plain([TITLE], ["货号", "单位", "销售(箱)", "期末(箱)"], ["YS1011", "瓶", 1, 10]),
        {"YS1011": (0, 0, 0, 1, 0, 0, 0, 10, 0)},
        [],
        [("unknown_unit", "C3", "箱/瓶")],
    ),
    "a product by name alone": Golden(
        plain([TITLE], ["品名", "单位", "销售", "期末"], ["冰红茶 500ML", "箱", 71, 112]),
        {"YS1011": (0, 0, 0, 1065, 0, 0, 0, 1680, 0)},
    ),
    "a product by barcode": Golden(
        plain([TITLE], ["条码", "单位", "销售", "期末"], [6901234567892, "箱", 71, 112]),
        {"YS1011": (0, 0, 0, 1065, 0, 0, 0, 1680, 0)},
    ),
    "a code that lost its zeros": Golden(
        plain([TITLE], ["货号", "单位", "销售", "期末"], [301, "箱", 1, 10]), {"00301": (0, 0, 0, 24, 0, 0, 0, 240, 0)}
    ),
}


def stored_values(found: Reading, golden: Golden) -> dict[str, tuple[int, ...]]:
    """Return the lines where they are final; with an open question figures may still change."""
    return figures(found) if not golden.questions else golden.lines


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_workbook_is_read_right_or_its_cell_is_named(name: str) -> None:
    golden = GOLDEN[name]
    found = from_file(golden.fill)
    assert faults(found) == golden.faults
    assert questions(found) == golden.questions
    assert stored_values(found, golden) == golden.lines
    expected = "refused" if golden.faults else "questions" if golden.questions else "accepted"
    assert found.status == expected


def test_there_are_sixty_golden_workbooks() -> None:
    assert len(GOLDEN) >= 60
