"""Tables are found by their heads wherever they stand; every fault is named by cell, all at once."""

import doctest
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channelkeeper.sheets import columns, furniture
from channelkeeper.sheets.columns import Column, Kind, Table, read_table
from channelkeeper.sheets.sentences import FAULTS
from channelkeeper.sheets.workbook import Area, CellError, Sheet, Unstored, Value, Workbook

PRODUCTS = (
    Column("code", ("货号", "编码"), ("code", "item code"), "code", required=True),
    Column("name", ("品名", "名称"), ("name",), required=True),
    Column("units_per_case", ("箱规",), ("units per case",), "units", required=True),
    Column("price", ("出厂价", "单价"), ("ex-factory price",), "money"),
    Column("launched_on", ("上市日期",), ("launched",), "date"),
    Column("sole", ("独家",), ("sole",), "yes_no"),
)


def read(*rows: list[Value], **marks: object) -> Table:
    sheet = Sheet("产品", list(rows), **marks)  # type: ignore[arg-type]
    return read_table(Workbook("a.xlsx", "xlsx", (sheet,)), PRODUCTS)


HEADS: list[Value] = ["货号", "品名", "箱规", "出厂价", "上市日期", "独家"]
GOOD: list[Value] = ["YS1", "冰红茶", 15, Decimal("2.5"), date(2026, 1, 5), "是"]
CELLS = {
    "code": "YS1", "name": "冰红茶", "units_per_case": 15, "price": Decimal("2.5"), "launched_on": date(2026, 1, 5),
    "sole": True,
}  # fmt: skip


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(columns) == doctest.TestResults(failed=0, attempted=3)


def test_a_plain_table_is_read_with_the_place_of_every_cell() -> None:
    table = read(HEADS, GOOD)
    assert table.faults == []
    assert table.rows[0].cells == CELLS
    assert table.rows[0]["price"] == Decimal("2.5")
    assert table.rows[0].place("price") == "D2"
    assert table.header_row == 1


@pytest.mark.parametrize(
    "heads",
    [
        ["货 号", "品　名", "箱规（瓶/箱）", "出厂价*", "上市日期", "独家"],
        ["Code", "NAME", "Units per Case", "Ex-Factory Price", "Launched", "Sole"],
        ["item_code", "名称", "箱规:", "单价(元)", "【上市日期】", "独家？"],
        ["ＣＯＤＥ", "品名\n", "箱规", "出厂价", "上市日期", "独家"],
    ],
)
def test_heads_are_known_in_both_languages_however_they_are_typed(heads: list[Value]) -> None:
    assert read(heads, GOOD).rows[0].cells == CELLS


@given(some.permutations(range(6)), some.integers(0, 5), some.integers(0, 3))
def test_order_title_rows_and_columns_between_change_nothing(order: list[int], titles: int, shift: int) -> None:
    before: list[list[Value]] = [["产品目录"] + [None] * 5 for _ in range(titles)]
    blanks: list[Value] = ["备注"] * shift
    heads = [*blanks, *(HEADS[i] for i in order)]
    row = [*blanks, *(GOOD[i] for i in order)]
    assert read(*before, heads, row).rows[0].cells == CELLS


def test_the_table_is_found_on_any_sheet_and_visible_ones_come_first() -> None:
    cover, data = Sheet("封面", [["说明"]]), Sheet("数据", [HEADS, GOOD])
    hidden = Sheet("旧", [HEADS, ["OLD", *GOOD[1:]]], hidden=True)
    table = read_table(Workbook("a.xlsx", "xlsx", (cover, hidden, data)), PRODUCTS)
    assert (table.sheet, table.rows[0]["code"]) == ("数据", "YS1")
    assert read_table(Workbook("a.xlsx", "xlsx", (cover, hidden)), PRODUCTS).rows[0]["code"] == "OLD"


def test_blank_rows_repeated_heads_totals_and_notes_are_no_rows() -> None:
    table = read(
        HEADS, GOOD, [None] * 6, HEADS, ["YS2", *GOOD[1:]], ["合计", None, 30, None, None, None], ["备注：含税"]
    )
    assert [row["code"] for row in table.rows] == ["YS1", "YS2"]
    assert [row.number for row in table.rows] == [2, 5]
    assert table.faults == []


def test_a_merged_text_stands_in_every_row_it_covers() -> None:
    table = read(HEADS, GOOD, [None, *GOOD[1:]], merged=(Area(1, 0, 2, 0),))
    assert [row["code"] for row in table.rows] == ["YS1", "YS1"]


@pytest.mark.parametrize(
    ("head", "value", "code"),
    [
        ("货号", None, "blank"), ("货号", CellError("#N/A"), "error"), ("货号", Unstored(), "unstored"),
        ("箱规", "十五", "not_a_number"), ("箱规", "15瓶", "not_a_number"), ("箱规", Decimal("1.5"), "not_whole"),
        ("箱规", -1, "negative"), ("箱规", "(15)", "negative"), ("箱规", 6901234567892, "too_big"),
        ("箱规", "约15", "approximate"), ("箱规", "15%", "percent"), ("箱规", date(2026, 1, 5), "date"),
        ("箱规", True, "yes_no"), ("出厂价", "2.505", "below_fen"), ("出厂价", "面议", "not_a_number"),
        ("上市日期", "明年", "not_a_date"), ("上市日期", 46000, "not_a_date"), ("独家", "也许", "not_yes_no"),
    ],
)  # fmt: skip
def test_each_fault_names_its_cell_its_value_and_the_way_out(head: str, value: Value, code: str) -> None:
    row = list(GOOD)
    row[HEADS.index(head)] = value
    (fault,) = read(["产品目录"], HEADS, row).faults
    letter = "ABCDEF"[HEADS.index(head)]
    assert (fault.sheet, fault.cell, fault.code) == ("产品", f"{letter}3", code)
    assert fault.message_zh.startswith(f"产品第3行“{head}”：")
    assert fault.message_en.startswith(f"产品, row 3, column {head}: ")


def test_all_faults_come_at_once_and_good_rows_beside_them() -> None:
    bad: list[Value] = [None, None, "x", "y", "z", "w"]
    table = read(HEADS, GOOD, bad)
    assert [fault.cell for fault in table.faults] == ["A3", "B3", "C3", "D3", "E3", "F3"]
    assert [row["code"] for row in table.rows] == ["YS1"]


def test_a_missing_required_column_is_named_and_an_optional_one_is_nothing() -> None:
    table = read(["货号", "品名"], ["YS1", "冰红茶"])
    assert [(fault.code, fault.cell) for fault in table.faults] == [("column_missing", "A1")]
    assert "“箱规”" in table.faults[0].message_zh
    assert '"units per case"' in table.faults[0].message_en
    assert read(HEADS[:3], GOOD[:3]).rows[0].cells == CELLS | {"price": None, "launched_on": None, "sole": None}


def test_two_columns_of_one_meaning_are_a_fault_unless_one_is_hidden() -> None:
    heads = [*HEADS, "名称"]
    row: list[Value] = [*GOOD, "别的"]
    (fault,) = read(heads, row).faults
    assert (fault.code, fault.cell) == ("column_twice", "G1")
    assert read(heads, row, hidden_columns=frozenset({6})).rows[0]["name"] == "冰红茶"
    assert read(heads, row, hidden_columns=frozenset({1})).rows[0]["name"] == "别的"


def test_without_heads_the_file_says_what_it_needs() -> None:
    (fault,) = read(["a", "b"], [1, 2]).faults
    assert fault.code == "no_table"
    assert "货号、品名、箱规" in fault.message_zh
    assert "code, name, units per case" in fault.message_en


@pytest.mark.parametrize(
    ("value", "read"),
    [(1046, "1046"), (Decimal("1046.5"), "1046.5"), (" Ａ１ ", "A1"), ("00123", "00123"), (True, "TRUE")],
)
def test_a_code_is_its_digits_as_text(value: Value, read: str) -> None:
    assert columns.typed(value, PRODUCTS[0]) == read


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("yes_no", "是", True), ("yes_no", "No", False), ("yes_no", 1, True), ("yes_no", 0, False),
        ("yes_no", "√", True),
        ("yes_no", False, False), ("quantity", "-1,200", Decimal(-1200)), ("quantity", "1.5万", Decimal(15000)),
        ("text", 12, "12"), ("text", date(2026, 1, 5), "2026-01-05"), ("yes_no", "", None), ("date", None, None),
    ],
)  # fmt: skip
def test_a_value_is_read_by_the_kind_of_its_column(kind: Kind, value: Value, read: object) -> None:
    assert columns.typed(value, Column("x", ("x",), ("x",), kind)) == read


@pytest.mark.parametrize(
    "text", ["合计", "总计：", "小 计", "茶饮料小计", "Total", "Grand Total", "subtotal", "本页合计", "累计"]
)
def test_a_total_is_known(text: str) -> None:
    assert furniture.is_total(text)


@pytest.mark.parametrize("text", ["冰红茶", "计算器", "会计用纸", "小计数器500ml"[3:], "Tea", "共享装"])
def test_a_product_is_no_total(text: str) -> None:
    assert not furniture.is_total(text)


@pytest.mark.parametrize(
    "text", ["制表人：王", "打印日期 2026-11-23", "备注：无", "联系电话0571", "Printed by", "注：含赠品"]
)
def test_a_note_is_known(text: str) -> None:
    assert furniture.is_note(text)


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    for zh, en in FAULTS.values():
        assert zh.endswith("。")
        assert en.endswith(".")
