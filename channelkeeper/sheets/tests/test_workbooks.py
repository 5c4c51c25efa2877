"""Hazard 11: what stands in a workbook is read as its sender sees it, or marked."""

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as some
from openpyxl.utils import get_column_letter

from channelkeeper.sheets import reader, scan
from channelkeeper.sheets.faults import Refused
from channelkeeper.sheets.tests import making
from channelkeeper.sheets.workbook import Area, CellError, Sheet, Unstored, Value, cell_name, covered, place_of, show


def only_sheet(data: bytes) -> Sheet:
    return reader.read(data, "file.xlsx").sheets[0]


def first_row(body: str) -> list[Value]:
    return only_sheet(making.raw_workbook(body)).rows[0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>12</v></c>', 12),
        ('<c r="A1"><v>-12</v></c>', -12),
        ('<c r="A1"><v>2.5</v></c>', Decimal("2.5")),
        ('<c r="A1"><v>0.30000000000000004</v></c>', Decimal("0.3")),
        ('<c r="A1"><v>59.999999999999993</v></c>', 60),
        ('<c r="A1"><v>6901234567892</v></c>', 6901234567892),
        ('<c r="A1"><v>6.901234567892E+12</v></c>', 6901234567892),
        ('<c r="A1"><v>NaN</v></c>', CellError("#NUM!")),
        ('<c r="A1"><v>1e999</v></c>', CellError("#NUM!")),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="inlineStr"><is><t>冰红茶</t></is></c>', "冰红茶"),
        ('<c r="A1" t="inlineStr"><is><r><t>冰红</t></r><r><t>茶</t></r></is></c>', "冰红茶"),
        ('<c r="A1" t="str"><f>B1&amp;"x"</f><v>abc</v></c>', "abc"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', CellError("#N/A")),
        ('<c r="A1" t="e"><f>VLOOKUP(1,B:C,2)</f><v>#N/A</v></c>', CellError("#N/A")),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', CellError("#DIV/0!")),
        ("<c r='A1' t='e'><v>#REF!</v></c>", CellError("#REF!")),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="A1"><f>1+1</f><v></v></c>', Unstored()),
        ('<c r="A1"><f>1+1</f><v/></c>', Unstored()),
        ('<c r="A1"><f>1+1</f></c>', Unstored()),
        ('<c r="A1"><f t="shared" si="0"/></c>', Unstored()),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', None),
    ],
)
def test_a_stored_value_is_read_and_what_is_none_is_marked(cell: str, value: Value) -> None:
    row = first_row(f'<row r="1">{cell}<c r="B1"><v>7</v></c></row>')
    assert row == [value, 7]
    assert type(row[0]) is type(value)


def dated(style: str, epoch_1904: bool = False) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "date_1904": epoch_1904}) as book:
        book.add_worksheet().write_datetime(
            0, 0, datetime.fromisoformat("2026-11-16"), book.add_format({"num_format": style})
        )
    return target.getvalue()


@pytest.mark.parametrize("epoch_1904", [False, True])
@pytest.mark.parametrize("style", ["yyyy-mm-dd", "yyyy年m月d日", "m/d/yy", "dd.mm.yyyy"])
def test_dates_are_dates_in_both_epochs(style: str, epoch_1904: bool) -> None:
    value = only_sheet(dated(style, epoch_1904)).rows[0][0]
    assert isinstance(value, date)
    assert (value.year, value.month, value.day) == (2026, 11, 16)


def test_times_and_durations_are_no_numbers() -> None:
    def fill(book: Any) -> None:
        book.active["A1"] = time(8, 30)

    assert isinstance(only_sheet(making.by_openpyxl(fill)).rows[0][0], time)


@pytest.mark.parametrize(
    ("style", "unit"),
    [
        ('0"箱"', "箱"),
        ("0箱", "箱"),
        ("0\\箱", "箱"),
        ('#,##0.0" 瓶"', "瓶"),
        ('0"箱";-0"箱"', "箱"),
        ('[Red]0"件"', "件"),
        ('_ * #,##0"箱"_ ', "箱"),
        ("0%", "%"),
        ("0.00%", "%"),
        ('0"万"', "万"),
        ('0!.0,"万"', ""),
        ("#,##0.00", ""),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', ""),
        ('"¥"#,##0', ""),
        ("0.00_);(0.00)", ""),
        ("General", ""),
        ("@", ""),
    ],
)
def test_a_unit_in_a_number_format_is_seen(style: str, unit: str) -> None:
    def fill(book: Any) -> None:
        book.active["B2"] = 12
        book.active["B2"].number_format = style

    sheet = only_sheet(making.by_openpyxl(fill))
    assert sheet.value(1, 1) == 12
    assert sheet.unit(1, 1) == unit


def test_hidden_rows_columns_and_sheets_are_read_and_marked() -> None:
    def fill(book: Any) -> None:
        page = book.active
        for row in range(1, 5):
            for column in range(1, 5):
                page.cell(row, column, row * column)
        page.row_dimensions[2].hidden = True
        page.column_dimensions["C"].hidden = True
        book.create_sheet("藏").sheet_state = "hidden"
        book.create_sheet("深藏").sheet_state = "veryHidden"

    book = reader.read(making.by_openpyxl(fill), "file.xlsx")
    assert [sheet.hidden for sheet in book.sheets] == [False, True, True]
    assert book.sheets[0].hidden_rows == {1}
    assert book.sheets[0].hidden_columns == {2}
    assert book.sheets[0].rows[1] == [2, 4, 6, 8]


def test_a_merged_range_is_known_and_holds_its_value_once() -> None:
    def fill(book: Any) -> None:
        book.active["A1"] = "冰红茶"
        book.active.merge_cells("A1:B3")
        book.active["C3"] = 1

    sheet = only_sheet(making.by_openpyxl(fill))
    assert sheet.merged == (Area(0, 0, 2, 1),)
    assert str(sheet.merged[0]) == "A1:B3"
    assert covered(sheet) == {(0, 1): (0, 0), (1, 0): (0, 0), (1, 1): (0, 0), (2, 0): (0, 0), (2, 1): (0, 0)}


def test_rows_start_at_the_first_even_where_it_is_empty() -> None:
    sheet = only_sheet(making.raw_workbook('<row r="5"><c r="C5"><v>9</v></c></row>'))
    assert sheet.value(4, 2) == 9
    assert [place for place in ((r, c) for r in range(5) for c in range(3)) if sheet.value(*place) is not None] == [
        (4, 2)
    ]


def test_cells_without_their_names_are_placed_by_order() -> None:
    sheet = only_sheet(
        making.raw_workbook('<row><c><v>1</v></c><c><v>2</v></c></row><row><c t="e"><v>#N/A</v></c></row>')
    )
    assert sheet.rows == [[1, 2], [CellError("#N/A"), None]]


def test_a_chart_sheet_is_passed_over() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_chartsheet("图")
        book.add_worksheet("表").write(0, 0, 5)
    found = reader.read(target.getvalue(), "file.xlsx").sheets
    assert [(sheet.name, sheet.rows) for sheet in found] == [("表", [[5]])]


def test_parts_named_with_backslashes_and_absolute_targets_are_found() -> None:
    named = making.parts('<row r="1"><c r="A1"><v>5</v></c></row>')
    named["xl/_rels/workbook.xml.rels"] = named["xl/_rels/workbook.xml.rels"].replace(
        'Target="worksheets', 'Target="/xl/worksheets'
    )
    slashed = {name.replace("/", "\\"): content for name, content in named.items()}
    assert only_sheet(making.zipped(slashed)).rows == [[5]]


def test_a_prefixed_main_namespace_is_read_the_same() -> None:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="{making.MAIN}"><x:sheetData>'
        '<x:row r="1" hidden="1"><x:c r="A1" t="e"><x:v>#N/A</x:v></x:c>'
        '<x:c r="B1"><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    sheet = only_sheet(making.raw_workbook("", sheet=body))
    assert sheet.rows == [[CellError("#N/A"), 3]]
    assert sheet.hidden_rows == {0}


def test_styled_empty_cells_far_to_the_right_refuse_nothing() -> None:
    body = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="1048576"><c r="B1048576" s="0"/></row>'
    assert only_sheet(making.raw_workbook(body)).rows[0][0] == 1


# The two ways of `scan` see the same.

CELLS = [
    '<c r="{at}"><v>5</v></c>',
    '<c r="{at}" s="1"><v>5</v></c>',
    '<c r="{at}" s="2" t="n"><v>0.5</v></c>',
    '<c r="{at}" t="e"><v>#N/A</v></c>',
    '<c r="{at}" s="1" t="e"><f>A1</f><v>#REF!</v></c>',
    '<c r="{at}"><f>1+1</f></c>',
    '<c r="{at}"><f>1+1</f><v>2</v></c>',
    '<c r="{at}"><f ca="1">A1</f><v></v></c>',
    '<c r="{at}" t="str"><f>""</f><v></v></c>',
    '<c r="{at}" s="2"/>',
    '<c r="{at}" t="inlineStr"><is><t>a &lt;f> t="e"</t></is></c>',
    '<c r="{at}" s="1" t="b"><v>1</v></c>',
    '<c r="{at}" s="12"><v>1</v></c>',
    '<c r="{at}"><f t="shared" ref="A1:A9" si="0"/><v>4</v></c>',
    '<c r="{at}" cm="1" s="1"><v>5</v></c>',
    '<c r="{at}" t="str"><v>text</v></c>',
]


@some.composite
def sheets(draw: some.DrawFn) -> str:
    rows = ""
    for number in sorted(draw(some.sets(some.integers(1, 30), max_size=6))):
        columns = sorted(draw(some.sets(some.integers(1, 90), max_size=8)))
        cells = "".join(
            draw(some.sampled_from(CELLS)).replace("{at}", f"{get_column_letter(column)}{number}") for column in columns
        )
        hidden = draw(some.sampled_from(["", ' hidden="1"', ' hidden="0"', ' spans="1:9" hidden="true"', ' ht="15"']))
        rows += f'<row r="{number}"{hidden}>{cells}</row>'
    columns_part = draw(some.sampled_from(["", '<cols><col min="2" max="4" width="9" hidden="1"/></cols>']))
    merges = draw(
        some.sampled_from(["", '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="D4"/></mergeCells>'])
    )
    xml = making.sheet_xml(rows, before=columns_part, after=merges)
    return xml.replace("><", ">\n  <") if draw(some.booleans()) else xml


@settings(max_examples=300, deadline=None)
@given(sheets())
def test_searching_a_usual_sheet_finds_what_parsing_it_finds(xml: str) -> None:
    data = xml.encode()
    assert scan._is_usual(data)
    styles = {1, 2}
    assert scan.search(data, sheet="s", styles=styles) == scan.parse(data, sheet="s", styles=styles)


@pytest.mark.parametrize(
    "body",
    [
        "<row r='1'><c r='A1'><v>1</v></c></row>",
        '<row r="1"><c  r="A1"><v>1</v></c></row>',
        '<row r="1"><c s="1" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r = "A1"><v>1</v></c></row>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
        '<row r="1"><c><v>1</v></c></row>',
        '<row><c r="A1"><v>1</v></c></row>',
        '<row r="1"><!-- x --><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        '<row r="1"><c r="&#65;1"><v>1</v></c></row>',
    ],
)
def test_an_unusual_sheet_is_parsed(body: str) -> None:
    assert not scan._is_usual(making.sheet_xml(body).encode())


@pytest.mark.parametrize(
    ("row", "column", "name"), [(0, 0, "A1"), (13, 6, "G14"), (0, 25, "Z1"), (0, 26, "AA1"), (1, 99, "CV2")]
)
def test_places_have_names_and_names_have_places(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name
    assert place_of(name) == (row, column)


@pytest.mark.parametrize("name", ["", "A", "14", "1A", "表1", "A1B", "A-1"])
def test_a_text_that_names_no_place_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a cell"):
        place_of(name)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (12, "12"),
        (Decimal("2.50"), "2.50"),
        (True, "TRUE"),
        (date(2026, 11, 16), "2026-11-16"),
        (datetime.fromisoformat("2026-11-16T08:00"), "2026-11-16 08:00:00"),
        (CellError("#N/A"), "#N/A"),
        (Unstored(), "="),
        ("a", "a"),
    ],
)
def test_a_value_is_shown_as_the_sender_knows_it(value: Value, text: str) -> None:
    assert show(value) == text


def test_a_real_workbook_by_openpyxl_and_by_xlsxwriter_reads_the_same() -> None:
    rows: list[list[Any]] = [["品名", "数量"], ["冰红茶", 12], ["八宝粥", 2.5]]

    def fill(book: Any) -> None:
        for row in rows:
            book.active.append(row)

    expected = [["品名", "数量"], ["冰红茶", 12], ["八宝粥", Decimal("2.5")]]
    assert only_sheet(making.by_openpyxl(fill)).rows == expected
    assert only_sheet(making.by_xlsxwriter(rows)).rows == expected
    assert openpyxl.load_workbook(io.BytesIO(making.by_xlsxwriter(rows))).active["B2"].value == 12


def test_a_workbook_without_a_sheet_is_refused() -> None:
    book = f'<workbook xmlns="{making.MAIN}"><sheets/></workbook>'
    with pytest.raises(Refused) as refused:
        reader.read(making.raw_workbook("", book=book), "file.xlsx")
    assert refused.value.code == "empty"
