"""Remarks, notes, mending, answers, the sender's table, and the file as a whole."""

import json
import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from channelkeeper.sheets import reader
from channelkeeper.sheets.columns import Column
from channelkeeper.sheets.faults import Refused
from channelkeeper.sheets.tests import making
from channelkeeper.sheets.workbook import Sheet, Value, Workbook, cell_name
from channelkeeper.sheets.writer import write_csv
from channelkeeper.stock.sheet import FIGURES, Answers, KnownProduct, Sender, answer, read, refused
from channelkeeper.stock.sheet.collected import MOST_FAULTS
from channelkeeper.stock.sheet.sentences import FAULTS, NOTES, QUESTIONS, REMARKS
from channelkeeper.stock.tests.sheet_making import (
    HEADS,
    PRODUCTS,
    SENDER,
    TITLE,
    WEEK,
    faults,
    figures,
    questions,
    reading,
    rows,
    sheet,
    with_units,
)

TEA_ROW: list[Value] = ["YS1011", "冰红茶500ml", "箱", 64, 120, 71, 1, 112, 0]
PICTURE: list[list[Value]] = [
    TEA_ROW,
    ["YS1046", "水蜜桃汁450ml", "箱", 38, 0, "12箱", 0, 26, 0],
    ["YS1140", "红烧牛肉面 桶", "箱", 120, 60, 88, 2, 98, 0],
    ["YS1203", "八宝粥280g", "箱", 45, 24, 31, 0, 47, 6],
    ["YS0873", "冰红茶(新)500*15", "箱", 0, 60, 22, 0, 38, 0],
]


def test_the_report_of_the_design_is_read_as_its_picture_says() -> None:
    found = rows(*PICTURE, sender=replace(SENDER, last_closing={"YS1203": 54 * 24}))
    assert (found.status, found.week, found.lines_read) == ("questions", WEEK, 5)
    assert questions(found) == [("unknown_product", "A7", "YS0873")]
    assert figures(found)["YS1046"][3] == 12 * 15
    balance, opening = found.remarks
    assert (balance.kind, balance.cell, balance.message_zh) == (
        "balance", "H5", "120 + 60 − 88 − 2 = 90，表里结存写98，差8。数错了，还是少记了销售？",
    )  # fmt: skip
    assert [(offer.cell, offer.text) for offer in balance.offers] == [("H5", "90"), ("F5", "80")]
    assert (opening.kind, opening.cell, opening.message_zh) == (
        "opening", "D6", "上周报的结存是54，这里写45，像是两位写反了。用54，这行正好平。",
    )  # fmt: skip
    assert [(offer.cell, offer.text) for offer in opening.offers] == [("D6", "54")]
    assert "(E6" not in opening.message_en


def test_sums_that_do_not_meet_hold_nothing_back() -> None:
    found = rows(["YS1011", None, "箱", 1, 1, 1, 1, 99, 0])
    assert (found.status, len(found.remarks)) == ("accepted", 1)
    assert found.remarks[0].message_en.startswith("1 + 1 − 1 − 1 = 0, the closing is written as 99, off by 99.")


def test_a_remark_is_in_pieces_where_units_differ() -> None:
    found = rows(["YS1011", None, "箱", 1, 0, "3瓶", 0, 1, 0])
    assert found.remarks[0].message_zh.startswith("15 − 3 = 12，表里结存写15，差3。")


def test_without_openings_no_sum_is_held_against_them() -> None:
    found = rows(["YS1011", 1, 9], heads=["货号", "销售", "期末"], sender=replace(SENDER, last_closing={"YS1011": 5}))
    assert found.remarks == ()
    assert found.figures == {"sold", "closing"}
    assert [note.code for note in found.notes] == ["no_unit", "no_opening"]


def test_what_is_hidden_is_read_and_said() -> None:
    heads: list[Value] = ["货号", "期初", "销售", "期末", "期末库存"]
    page = sheet(
        [TITLE], heads, ["YS1011", 10, 1, 99, 9], ["YS1046", 10, 1, 99, 9],
        hidden_rows=frozenset({3, 900}), hidden_columns=frozenset({2, 3, 7}),
    )  # fmt: skip
    found = reading(page)
    assert {line.closing for line in found.lines} == {9}
    assert [note.message_zh for note in found.notes] == [
        "整个文件没写单位，按最小单位算。",
        "“库存周报”有1行隐藏着，照样算了。",
        "“库存周报”的C列隐藏着，照样读了。",
        "“库存周报”的D列隐藏着，没读，读的是没隐藏的那列。",
    ]


def test_a_hidden_sheet_is_read_only_where_there_is_no_other_and_said() -> None:
    shown = sheet([TITLE], HEADS, TEA_ROW)
    hidden = sheet([TITLE], HEADS, [*TEA_ROW[:7], 5, 0], name="旧", hidden=True)
    assert [note.code for note in reading(shown, hidden).notes] == ["hidden_sheet_left"]
    found = reading(hidden)
    assert ([note.code for note in found.notes], found.lines[0].closing) == (["hidden_sheet_read"], 75)


# Mending and answering.


def test_a_cell_mended_in_place_is_read_instead_and_the_file_is_left_alone() -> None:
    page = sheet([TITLE], HEADS, [*TEA_ROW[:5], "约71", *TEA_ROW[6:]])
    assert faults(reading(page)) == [("F3", "approximate")]
    found = reading(page, mended={("库存周报", "F3"): " 71 ", ("别的", "F3"): "5"})
    assert found.status == "accepted"
    assert figures(found)["YS1011"][3] == 1065
    assert page.rows[2][5] == "约71"
    view = found.rows[0].row(3)
    assert [(cell.cell, cell.text) for cell in view.cells if cell.mended] == [("F3", " 71 ".strip())]


def test_mending_can_name_the_product_and_fill_a_cell_beyond_the_row() -> None:
    page = sheet([TITLE], HEADS, ["YS1O11", None, "箱", 64, 120, 71, 1])
    found = reading(page, mended={("库存周报", "A3"): "YS1011", ("库存周报", "H3"): "112"})
    assert figures(found) == {"YS1011": (960, 1800, 0, 1065, 15, 0, 0, 1680, 0)}


def test_mending_to_nothing_is_a_blank() -> None:
    assert faults(rows(TEA_ROW, mended={("库存周报", "H3"): ""})) == [("H3", "closing_blank")]


@pytest.mark.parametrize(("unit", "sold"), [("case", 1065), ("piece", 71)])
def test_a_unit_is_asked_once_and_its_answer_holds(unit: Any, sold: int) -> None:
    lines: list[list[Value]] = [[*TEA_ROW[:2], "提", *TEA_ROW[3:]], ["YS1046", None, "提", 1, 0, 0, 0, 1, 0]]
    asked = rows(*lines)
    assert questions(asked) == [("unknown_unit", "C3", "提")]
    assert set(asked.questions[0].cells) == {"库存周报!C3", "库存周报!C4"}
    assert [candidate.code for candidate in asked.questions[0].candidates] == ["case", "piece"]
    for found in (rows(*lines, answers=Answers(units={"提": unit})), rows(*lines, sender=with_units(提=unit))):
        assert (found.status, figures(found)["YS1011"][3]) == ("accepted", sold)


@pytest.mark.parametrize(
    ("heads", "line", "value"),
    [
        (["货号", "单位", "销售(箱)", "期末(箱)"], ["YS1011", "瓶", 1, 2], "箱/瓶"),
        (["货号", "销售(箱)", "期末"], ["YS1011", 1, 2], "期末"),
        (["货号", "销售", "期末"], ["YS1011", "1箱", 2], "期末"),
    ],
)
def test_units_in_doubt_are_asked_and_their_answer_holds(heads: list[Value], line: list[Value], value: str) -> None:
    assert [question.value for question in rows(line, heads=heads).questions] == [value]
    found = rows(line, heads=heads, answers=Answers(units={value: "case"}))
    assert (found.status, figures(found)["YS1011"][7]) == ("accepted", 30)


def test_zeros_need_no_unit() -> None:
    assert rows(["YS1011", 0, "2箱"], heads=["货号", "销售", "期末"]).status == "accepted"


def test_what_a_sender_calls_a_case_is_a_case() -> None:
    found = rows(["YS1011", None, "包", 1, 0, 0, 0, 1, 0], sender=with_units(包="case"))
    assert figures(found)["YS1011"][7] == 15


@pytest.mark.parametrize("unit", ["件", "箱", "CTN", "cases", "箱(15瓶)", " 箱 ", "Carton"])
def test_words_for_a_case(unit: str) -> None:
    assert figures(rows(["YS1011", None, unit, 1, 0, 0, 0, 1, 0]))["YS1011"][7] == 15


@pytest.mark.parametrize("unit", ["瓶", "桶", "袋", "PCS", "Bottles", "个", "EA"])
def test_words_for_a_piece(unit: str) -> None:
    assert figures(rows(["YS1011", None, unit, 1, 0, 0, 0, 1, 0]))["YS1011"][7] == 1


@pytest.mark.parametrize("unit", ["提", "板", "打", "什么", "箱/瓶"])
def test_words_that_mean_what_each_sender_means(unit: str) -> None:
    assert [question.kind for question in rows(["YS1011", None, unit, 1, 0, 0, 0, 1, 0]).questions] == ["unknown_unit"]


@pytest.mark.parametrize("unit", [24, True])
def test_a_unit_that_is_no_word_is_a_fault(unit: Value) -> None:
    assert faults(rows(["YS1011", None, unit, 1, 0, 0, 0, 1, 0])) == [("C3", "unit_unreadable")]


def test_a_figure_left_blank_in_one_column_is_taken_from_the_other() -> None:
    heads: list[Value] = ["货号", "销售(箱)", "期末(箱)", "期末(瓶)"]
    found = rows(["YS1011", 1, None, 30], ["YS1046", 1, 2, None], heads=heads)
    assert (found.status, [line.closing for line in found.lines]) == ("accepted", [30, 30])
    assert faults(rows(["YS1011", 1, None, None], heads=heads)) == [("C3", "closing_blank")]


def test_an_answer_for_one_place_holds_there_alone() -> None:
    lines: list[list[Value]] = [["X", None, "瓶", 1, 0, 0, 0, 1, 0], ["X", None, "瓶", 2, 0, 0, 0, 2, 0]]
    found = rows(*lines, answers=Answers(products={"库存周报!A3": "YS1011", "库存周报!A4": ""}))
    assert figures(found) == {"YS1011": (1, 0, 0, 0, 0, 0, 0, 1, 0)}
    unknown = rows(*lines, answers=Answers(products={"库存周报!A3": "GONE", "库存周报!A4": ""}))
    assert questions(unknown) == [("unknown_product", "A3", "X")]


def test_a_cell_of_any_length_is_named_shortly() -> None:
    (fault,) = rows(["YS1011", None, "箱", "x" * 30_000, 0, 0, 0, 1, 0]).faults
    assert len(fault.value) == 101
    assert len(fault.message_zh) < 300


def test_the_heads_of_the_first_table_stay_those_of_the_page() -> None:
    second: list[list[Value]] = [["期末", "销售", "货号"], [1, 2, "YS1046"]]
    (view,) = rows(["YS1011", 3, 4], *second, heads=["货号", "销售", "期末"]).rows
    assert (view.header_row, view.figures[0], view.kinds[3]) == (2, "code", "header")


def test_a_second_table_without_the_closing_is_a_fault_and_partial_heads_again_are_not() -> None:
    heads: list[Value] = ["货号", "销售", "期末"]
    assert rows(["YS1011", 3, 4], heads, ["YS1046", 3, 4], heads=heads).status == "accepted"
    assert rows(["YS1011", 3, 4], ["货号", "销售", None], ["YS1046", 3, 4], heads=heads).status == "accepted"
    assert faults(rows(["YS1011", 3, 4], ["销售", "货号"], heads=heads)) == [("A4", "column_missing")]


# The sender's own table.


def test_the_page_gets_the_table_as_the_sender_knows_it() -> None:
    lines: list[list[Value]] = [TEA_ROW, ["茶饮料"], ["合计", None, None, 64, 120, 71, 1, 112, 0], [], ["制表：王"]]
    (view,) = rows(*lines).rows
    assert (view.name, view.header_row, view.letters) == ("库存周报", 2, tuple("ABCDEFGHI"))
    assert view.kinds == ("title", "header", "line", "category", "total", "blank", "note")
    assert view.figures[5] == "sold"
    assert [cell.text for cell in view.row(3).cells] == [str(value) for value in TEA_ROW]
    assert view.row(3).cells[5].figure == "sold"
    assert [row.number for row in view.rows()] == [1, 2, 3, 4, 5, 6, 7]


def test_the_page_knows_which_cells_hold_the_report_back() -> None:
    found = rows(["YS0873", None, "箱", 1, 0, "约1", 0, 1, 0])
    assert found.places == {("库存周报", "F3"), ("库存周报", "A3")}


def test_a_line_knows_its_cells_and_its_rows() -> None:
    heads: list[Value] = ["批号", "货号", "销售", "期末"]
    (line,) = rows(["a", "YS1011", 1, 2], ["b", "YS1011", 1, 2], heads=heads).lines
    assert (line.row, line.rows, line.sheet) == (3, (3, 4), "库存周报")
    assert line.cells == {"sold": "C3", "closing": "D3"}


def test_faults_come_in_the_order_of_the_sheet() -> None:
    found = rows(["YS1011", None, "箱", "a", 0, "b", 0, None, 0], ["YS1046", None, "箱", "c", 0, 0, 0, 1, 0])
    assert [fault.cell for fault in found.faults] == ["D3", "F3", "H3", "D4"]


# The answer of API and command.


def test_the_answer_has_its_fixed_form() -> None:
    accepted = answer(rows(TEA_ROW))
    line = dict(zip(FIGURES, (960, 1800, 0, 1065, 15, 0, 0, 1680, 0), strict=True))
    assert accepted == {
        "status": "accepted", "week": "2026-W47", "faults": [], "questions": [],
        "lines": [{"product": "YS1011"} | line],
    }  # fmt: skip
    doubtful = answer(rows(["YS0873", "冰红茶(新)500*15", "箱", 0, 0, "约1", 0, 0, 0]))
    assert doubtful["status"] == "refused"
    assert doubtful["faults"] == [
        {
            "sheet": "库存周报", "cell": "F3", "value": "约1", "code": "approximate",
            "message_zh": "库存周报第3行“本周销售”：“约1”不是准数。写一个确定的数。",
            "message_en": '库存周报, row 3, column 本周销售: "约1" is not an exact number. Write one number.',
        }
    ]  # fmt: skip
    (question,) = doubtful["questions"]
    assert {"kind", "cell", "value", "candidates"} <= question.keys()
    assert question["candidates"][0]["code"] == "YS1011"
    assert json.loads(json.dumps(doubtful, ensure_ascii=False)) == doubtful


def test_a_file_refused_whole_has_the_same_form() -> None:
    with pytest.raises(Refused) as raised:
        reader.read(b"%PDF-1.7", "x.pdf")
    told = refused(raised.value)
    assert (told["status"], told["week"], told["lines"], told["questions"]) == ("refused", None, [], [])
    assert [fault["code"] for fault in told["faults"]] == ["not_a_workbook"]


def test_every_sentence_stands_in_both_languages() -> None:
    for table in (FAULTS, QUESTIONS, REMARKS, NOTES):
        for zh, en in table.values():
            assert zh.endswith(("。", "？"))
            assert en.endswith((".", "?"))


# The file as a whole.

FIGURE_HEADS = {
    "opening": ["上周结存", "期初库存", "Opening stock"],
    "received": ["本周进货", "入库数量", "Received"],
    "other_in": ["其他入库", "Other in"],
    "sold": ["本周销售", "销量", "Sold"],
    "gifts": ["赠品", "Gifts"],
    "losses": ["损耗", "报损", "Losses"],
    "returns": ["退厂", "Returns to factory"],
    "closing": ["本周结存", "期末", "Closing"],
    "near_expiry": ["临期", "Near expiry"],
}


@some.composite
def reports(draw: some.DrawFn) -> tuple[list[list[Value]], dict[str, tuple[int, ...]]]:
    """Return the rows of a report in some layout, and what it says."""
    chosen = [figure for figure in FIGURES if figure in ("sold", "closing") or draw(some.booleans())]
    heads = {figure: draw(some.sampled_from(FIGURE_HEADS[figure])) for figure in chosen}
    columns = draw(some.permutations(["code", "unit", "note", *chosen]))
    names = {"code": "货号", "unit": "单位", "note": "说明文字"} | heads
    products = draw(some.lists(some.sampled_from(PRODUCTS), unique=True, min_size=1))
    body: list[list[Value]] = []
    said: dict[str, tuple[int, ...]] = {}
    for product in products:
        unit = draw(some.sampled_from(["箱", "瓶", "件", "pcs"]))
        factor = product.units_per_case if unit in ("箱", "件") else 1
        amounts = {figure: draw(some.integers(0, 5_000)) for figure in chosen}
        said[product.code] = tuple(amounts.get(figure, 0) * factor for figure in FIGURES)
        written = {figure: _written(draw, amount) for figure, amount in amounts.items()}
        cells: dict[str, Value] = {"code": product.code, "unit": unit, "note": None, **written}
        body.append([cells[column] for column in columns])
    titles: list[list[Value]] = [["永盛副食"] for _ in range(draw(some.integers(0, 3)))]
    return [*titles, [names[column] for column in columns], *body], said


def _written(draw: some.DrawFn, amount: int) -> Value:
    wide = str(amount).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    ways: list[Value] = [amount, str(amount), f"{amount:,}", wide, f" {amount} "]
    return draw(some.sampled_from(ways))


@settings(max_examples=150, deadline=None)
@given(reports())
def test_any_layout_says_the_same(report: tuple[list[list[Value]], dict[str, tuple[int, ...]]]) -> None:
    written, said = report
    found = reading(Sheet("库存周报", written))
    assert (found.status, figures(found)) == ("accepted", said)


@settings(max_examples=40, deadline=None)
@given(reports(), some.sampled_from(["xlsx", "utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_any_layout_says_the_same_through_a_file(
    report: tuple[list[list[Value]], dict[str, tuple[int, ...]]], kind: str
) -> None:
    written, said = report
    data = making.by_xlsxwriter(written) if kind == "xlsx" else _csv(written).encode(kind)
    found = read(reader.read(data, f"a.{kind}"), sender=SENDER, week_asked=WEEK)
    assert (found.status, figures(found)) == ("accepted", said)


def _csv(written: list[list[Value]]) -> str:
    width = max(len(row) for row in written)
    columns = [Column(str(index), (str(index),), (str(index),)) for index in range(width)]
    cells = [{str(index): None if value is None else str(value) for index, value in enumerate(row)} for row in written]
    return write_csv(columns, cells).decode("utf-8-sig").split("\r\n", 1)[1]


@settings(max_examples=200, deadline=None)
@given(
    some.lists(
        some.lists(
            some.one_of(
                some.none(),
                some.integers(),
                some.text(max_size=8),
                some.booleans(),
                some.dates(),
                some.sampled_from([*HEADS, "箱", "YS1011", "合计", "12箱", "2026年第47周"]),
            ),
            max_size=9,
        ),
        max_size=12,
    )
)
def test_no_sheet_of_any_values_breaks_the_reading(written: list[list[Value]]) -> None:
    found = reading(Sheet("库存周报", [[TITLE], list(HEADS), *written]))
    assert found.status in ("accepted", "refused", "questions")
    assert all(fault.message_zh and fault.message_en for fault in found.faults)


PLANTED: list[tuple[Value, str]] = [
    ("约100", "approximate"),
    ("100-120", "range"),
    ("50%", "percent"),
    (date(2026, 11, 16), "date"),
    ("#N/A", "error"),
    ("1.5瓶", "piece_fraction"),
    ("abc", "not_a_number"),
    (True, "yes_no"),
    ("1,23", "not_a_number"),
    ("7元", "not_a_quantity"),
]


def test_of_20000_rows_exactly_the_200_planted_faults_are_named() -> None:
    chance = random.Random(200)
    products = tuple(KnownProduct(f"P{n:05d}", "", f"品种{n} 500ml", "", 12) for n in range(20_000))
    lines: list[list[Value]] = [[f"P{n:05d}", f"品种{n} 500ml", "箱", 10, 5, 3, 1, 11, 0] for n in range(20_000)]
    planted: dict[tuple[str, str], str] = {}
    for row in chance.sample(range(20_000), 200):
        column = chance.randrange(3, 9)
        value, code = chance.choice(PLANTED)
        lines[row][column] = value
        planted["库存周报", cell_name(row + 2, column)] = code
    found = rows(*lines, sender=Sender(products))
    assert {(fault.sheet, fault.cell): fault.code for fault in found.faults} == planted
    assert len(found.faults) == 200
    assert found.questions == ()
    assert len(found.lines) == 19_800


def test_a_file_of_nothing_but_faults_is_stopped_and_says_so() -> None:
    found = rows(*(["YS1011", None, "箱", "x", "x", "x", "x", "x", "x"] for _ in range(3_000)))
    assert MOST_FAULTS <= len(found.faults) <= 2 * MOST_FAULTS
    assert "too_many_faults" in {fault.code for fault in found.faults}


def test_one_product_on_every_row_is_stopped_and_says_so() -> None:
    same: list[list[Value]] = [["YS1011", None, "箱", 1, 0, 0, 0, 1, 0] for _ in range(6_000)]
    assert len(rows(*same).faults) == MOST_FAULTS


def test_a_file_of_unknown_products_is_asked_about_without_a_slow_search() -> None:
    unknown: list[list[Value]] = [[f"X{n}", f"陌生品种{n} 330ml", "箱", 1, 1, 1, 1, 1, 0] for n in range(1_500)]
    found = rows(*unknown)
    assert len(found.questions) == 1_500


def test_a_workbook_of_no_rows_says_that_it_finds_no_table() -> None:
    assert faults(read(Workbook("a.xlsx", "xlsx", (Sheet("表", []),)), sender=SENDER)) == [("A1", "no_table")]
