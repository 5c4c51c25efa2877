"""Hazard 12: what is written stays what it is; nothing becomes a formula, numbers are numbers."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from channelkeeper.sheets import reader
from channelkeeper.sheets.columns import Column, Typed, read_table
from channelkeeper.sheets.writer import csv_text, sheet_name, write_csv, write_table

COLUMNS = (
    Column("code", ("货号",), ("code",), "code", required=True),
    Column("name", ("品名",), ("name",)),
    Column("cases", ("箱数",), ("cases",), "units"),
    Column("price", ("单价",), ("price",), "money"),
    Column("on", ("日期",), ("date",), "date"),
    Column("change", ("变化",), ("change",), "quantity"),
)
ROW: dict[str, Typed] = {
    "code": "00123", "name": "冰红茶", "cases": 288, "price": Decimal("2.50"), "on": date(2026, 11, 16),
    "change": Decimal("-1.5"),
}  # fmt: skip
PREFIXES = ["=", "+", "-", "@", "\t", "\x00", "\r", "\n"]


def test_a_table_comes_back_as_it_was_written() -> None:
    data = write_table(COLUMNS, [ROW], "订货建议")
    table = read_table(reader.read(data, "x.xlsx"), COLUMNS)
    assert table.sheet == "订货建议"
    assert [row.cells for row in table.rows] == [ROW]


def test_types_widths_and_frozen_heads_are_those_of_the_columns() -> None:
    page = openpyxl.load_workbook(io.BytesIO(write_table(COLUMNS, [ROW], "订货", language="en", note="第47周"))).active
    assert page["A1"].value == "第47周"
    assert [cell.value for cell in page[2]] == ["code", "name", "cases", "price", "date", "change"]
    assert page.freeze_panes == "A3"
    assert page["A3"].data_type == "s"
    assert page["A3"].number_format == "@"
    assert (page["C3"].value, page["C3"].number_format) == (288, "#,##0")
    assert page["D3"].number_format == "#,##0.00"
    assert page["E3"].is_date


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("column", [0, 1])
def test_no_text_becomes_a_formula_in_a_workbook(prefix: str, column: int) -> None:
    name = COLUMNS[column].name
    text = f"{prefix}cmd|' /C calc'!A0"
    data = write_table(COLUMNS, [ROW | {name: text}], "表")
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    value = openpyxl.load_workbook(io.BytesIO(data)).active.cell(2, column + 1)
    assert value.data_type == "s"
    assert value.value.lstrip("\n") == text.lstrip("\x00\r\n")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_no_text_becomes_a_formula_in_a_csv(prefix: str) -> None:
    data = write_csv(COLUMNS, [ROW | {"name": f"{prefix}1+1"}])
    cells = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1]
    assert cells[1] == f"'{prefix}1+1".replace("\x00", "")


def test_numbers_in_a_csv_stay_numbers() -> None:
    data = write_csv(COLUMNS, [ROW], language="en").decode("utf-8-sig")
    assert data == "code,name,cases,price,date,change\r\n00123,冰红茶,288,2.50,2026-11-16,-1.5\r\n"


@settings(max_examples=100)
@given(some.text(max_size=40))
@example("\ufffe\uffff\ud800茶")
def test_any_text_survives_a_workbook_or_loses_only_what_no_xml_holds(text: str) -> None:
    data = write_table(COLUMNS, [{"code": "x", "name": text}], text)
    value = openpyxl.load_workbook(io.BytesIO(data)).active["B2"].value or ""
    seen = [sign for sign in text if sign.isprintable()]
    assert [sign for sign in value if sign.isprintable()] == seen


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a/b:c", "a b c"),
        ("", "Sheet1"),
        ("'x'", "x"),
        ("长" * 40, "长" * 31),
        ("𐀀" * 16, "𐀀" * 15),
        ("History", "History_"),
    ],
)
def test_any_title_names_a_sheet(title: str, name: str) -> None:
    assert sheet_name(title) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "TRUE"),
        (False, "FALSE"),
        (Decimal("1E+3"), "1000"),
        (-5, "-5"),
        (date(2026, 1, 5), "2026-01-05"),
    ],
)
def test_a_value_is_written_in_a_csv(value: Typed, text: str) -> None:
    assert csv_text(value) == text
