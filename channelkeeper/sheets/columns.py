"""
Tables found on sheets by their heads, and read into typed rows.

A room declares the columns it wants; the sender's sheet may hold them in any order,
under any of their names, below title rows, on any sheet, between other columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from channelkeeper.sheets import furniture, numbers, sentences
from channelkeeper.sheets.faults import Fault
from channelkeeper.sheets.text import clean, fold
from channelkeeper.sheets.workbook import Sheet, Value, Workbook, cell_name, covered, show

Kind = Literal["text", "code", "quantity", "units", "money", "date", "yes_no"]
Typed = str | int | Decimal | date | bool | None

_HEAD_ROWS = 60  # title rows above a table are fewer
_LARGEST = 1_000_000_000  # a barcode in a column of quantities is caught by it
_NOTE_IN_HEAD = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]|[*＊]")
_YES = frozenset({"是", "有", "对", "y", "yes", "true", "1", "√", "✓"})
_NO = frozenset({"否", "无", "不", "n", "no", "false", "0", "×", "✗", ""})


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column as a room declares it.

    `zh` and `en` are its names, the one that is written first; all of them are read.
    Kinds: `text`; `code` (text, 1046.0 read as 1046); `quantity` (Decimal, may be
    negative); `units` (int >= 0); `money` (Decimal yuan to the fen); `date`; `yes_no`.
    """

    name: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    kind: Kind = "text"
    required: bool = False
    width: int = 0  # characters when written; 0 for what the kind needs

    def head(self, language: str = "zh") -> str:
        """Return the head as it is written."""
        return (self.zh if language.startswith("zh") else self.en)[0]

    @property
    def known_as(self) -> frozenset[str]:
        """Return every head that means this column, folded."""
        return frozenset(fold(head) for head in (*self.zh, *self.en, self.name))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: typed values by column name, and where they stand."""

    sheet: str
    number: int  # as the sender counts, from 1
    cells: Mapping[str, Typed]
    letters: Mapping[str, int] = field(repr=False)  # column name -> column, from 0

    def place(self, name: str) -> str:
        """Return the cell that holds a column's value, "" where the sheet has no such column."""
        return cell_name(self.number - 1, self.letters[name]) if name in self.letters else ""

    def __getitem__(self, name: str) -> Typed:
        return self.cells[name]


@dataclass(frozen=True, slots=True)
class Table:
    """What a sheet holds; it is whole only where there are no faults."""

    sheet: str
    header_row: int  # from 1; 0 where none was found
    rows: list[Row]
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class Header:
    """A row of heads: which column holds what, from 0, and the heads as written."""

    row: int
    columns: Mapping[str, int]
    heads: Mapping[str, str]
    twice: tuple[tuple[str, int, int], ...] = ()


def read_table(workbook: Workbook, columns: Sequence[Column]) -> Table:
    """
    Return the rows of the one sheet that holds the columns, and every fault at once.

    Rows with a fault are left out of `rows`. Blank rows, repeated heads, totals and
    notes are no rows. A column that is not required may be missing: its value is None.

    >>> sheet = Sheet("产品", [["产品目录"], ["品名", "货号", "箱规"], ["冰红茶500ml", "YS1011", "１５"]])
    >>> table = read_table(Workbook("a.xlsx", "xlsx", (sheet,)), [
    ...     Column("code", ("货号", "编码"), ("code",), "code", required=True),
    ...     Column("units_per_case", ("箱规",), ("units per case",), "units", required=True)])
    >>> table.rows[0].cells, table.rows[0].place("units_per_case")
    ({'code': 'YS1011', 'units_per_case': 15}, 'C3')
    """
    best = max(_headers(workbook, columns), key=lambda found: len(found[1].columns), default=None)
    if best is None:
        return _no_table(workbook, columns)
    sheet, header = best
    faults = [*_missing(sheet, header, columns), *_doubled(sheet, header, columns)]
    if faults:
        return Table(sheet.name, header.row + 1, [], faults)
    return _read_rows(sheet, header, columns)


def _no_table(workbook: Workbook, columns: Sequence[Column]) -> Table:
    sheet = next(iter(workbook.visible()), workbook.sheets[0])
    wanted = [column for column in columns if column.required] or list(columns)
    fault = sentences.fault(
        "no_table",
        sheet=sheet.name,
        cell="A1",
        value="",
        columns="、".join(column.head() for column in wanted),
        columns_en=", ".join(column.head("en") for column in wanted),
    )
    return Table(sheet.name, 0, [], [fault])


def _headers(workbook: Workbook, columns: Sequence[Column]) -> Iterator[tuple[Sheet, Header]]:
    """Yield the fullest row of heads of each sheet, those that the sender sees first."""
    for sheet in sorted(workbook.sheets, key=lambda sheet: sheet.hidden):
        found = [find_header(sheet, row, columns) for row in range(min(len(sheet.rows), _HEAD_ROWS))]
        enough = [header for header in found if len(header.columns) >= min(2, len(columns))]
        if enough:
            yield sheet, max(enough, key=lambda header: (len(header.columns), -header.row))


def find_header(sheet: Sheet, row: int, columns: Sequence[Column]) -> Header:
    """Return what the cells of one row name, read as heads."""
    known = {head: column.name for column in columns for head in column.known_as}
    places: dict[str, int] = {}
    heads: dict[str, str] = {}
    twice: list[tuple[str, int, int]] = []
    for index, value in enumerate(sheet.rows[row]):
        name = _named(value, known)
        if name is None:
            continue
        if name not in places or places[name] in sheet.hidden_columns:
            places[name], heads[name] = index, clean(str(value))
        elif index not in sheet.hidden_columns:
            twice.append((name, places[name], index))
    return Header(row, places, heads, tuple(twice))


def _named(value: Value, known: Mapping[str, str]) -> str | None:
    if not isinstance(value, str):
        return None
    return known.get(fold(value)) or known.get(fold(_NOTE_IN_HEAD.sub("", value)))


def _missing(sheet: Sheet, header: Header, columns: Sequence[Column]) -> Iterator[Fault]:
    for column in columns:
        if column.required and column.name not in header.columns:
            yield sentences.fault(
                "column_missing",
                sheet=sheet.name,
                cell=cell_name(header.row, 0),
                value="",
                row=header.row + 1,
                column=column.head(),
                column_en=column.head("en"),
            )


def _doubled(sheet: Sheet, header: Header, columns: Sequence[Column]) -> Iterator[Fault]:
    heads = {column.name: column for column in columns}
    for name, first, second in header.twice:
        yield sentences.fault(
            "column_twice",
            sheet=sheet.name,
            cell=cell_name(header.row, second),
            value=show(sheet.rows[header.row][second]),
            row=header.row + 1,
            column=heads[name].head(),
            column_en=heads[name].head("en"),
            other=cell_name(header.row, first),
        )


def _read_rows(sheet: Sheet, header: Header, columns: Sequence[Column]) -> Table:
    rows: list[Row] = []
    faults: list[Fault] = []
    anchors = covered(sheet)
    for index in range(header.row + 1, len(sheet.rows)):
        values = _values(sheet, index, header, anchors)
        if _is_furniture(sheet, index, values, header):
            continue
        row, wrong = _typed_row(sheet, index, values, header, columns)
        faults += wrong
        if not wrong:
            rows.append(row)
    return Table(sheet.name, header.row + 1, rows, faults)


def _values(
    sheet: Sheet, index: int, header: Header, anchors: Mapping[tuple[int, int], tuple[int, int]]
) -> dict[str, Value]:
    places = {name: (index, column) for name, column in header.columns.items()}
    if anchors:
        places = {name: anchors.get(place, place) for name, place in places.items()}
    return {name: sheet.value(*place) for name, place in places.items()}


def _is_furniture(sheet: Sheet, index: int, values: Mapping[str, Value], header: Header) -> bool:
    filled = [value for value in sheet.rows[index] if not numbers.is_nothing(value)]
    if not filled or all(numbers.is_nothing(value) for value in values.values()):
        return True
    first = filled[0]
    partial = any(value == first or numbers.is_nothing(value) for value in values.values())
    if partial and isinstance(first, str) and (furniture.is_total(first) or furniture.is_note(first)):
        return True
    return all(isinstance(value, str) and clean(value) == header.heads[name] for name, value in values.items())


def _typed_row(
    sheet: Sheet, index: int, values: Mapping[str, Value], header: Header, columns: Sequence[Column]
) -> tuple[Row, list[Fault]]:
    cells: dict[str, Typed] = {}
    faults: list[Fault] = []
    for column in columns:
        value = values.get(column.name)
        read = typed(value, column)
        if isinstance(read, numbers.Misread):
            at = header.columns[column.name]
            faults.append(
                sentences.fault(
                    read.code,
                    sheet=sheet.name,
                    cell=cell_name(index, at),
                    value=show(value),
                    head=header.heads[column.name],
                    row=index + 1,
                )
            )
        else:
            cells[column.name] = read
    return Row(sheet.name, index + 1, cells, header.columns), faults


def typed(value: Value, column: Column) -> Typed | numbers.Misread:
    """Return a cell's value as its column wants it, or why it is not that."""
    read = _READ[column.kind](value)
    if isinstance(read, numbers.Misread) and read.code == "blank":
        return read if column.required else None
    return read


def read_text(value: Value) -> str | numbers.Misread:
    """Return a cell as clean text; a whole number is its digits."""
    if value is None or (isinstance(value, str) and not clean(value)):
        return numbers.Misread("blank")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool | int | Decimal | date):
        return show(value)
    failed = numbers.read_number(value)
    return failed if isinstance(failed, numbers.Misread) else show(value)


def read_quantity(value: Value) -> Decimal | numbers.Misread:
    """Return an exact number below a billion, of either sign."""
    number = numbers.read_number(value)
    if isinstance(number, Decimal) and abs(number) >= _LARGEST:
        return numbers.Misread("too_big")
    return number


def read_units(value: Value) -> int | numbers.Misread:
    """Return a whole number, 0 or more."""
    number = read_quantity(value)
    if isinstance(number, numbers.Misread):
        return number
    if number != number.to_integral_value():
        return numbers.Misread("not_whole")
    return int(number) if number >= 0 else numbers.Misread("negative")


def read_yes_no(value: Value) -> bool | numbers.Misread:
    """Return what 是, 否, yes, no, √ and their like say."""
    if isinstance(value, bool):
        return value
    word = clean(show(value)).casefold()
    if word in _YES:
        return True
    return numbers.Misread("blank" if not word else "not_yes_no") if word not in _NO or not word else False


_READ = {
    "text": read_text,
    "code": read_text,
    "quantity": read_quantity,
    "units": read_units,
    "money": numbers.read_money,
    "date": numbers.read_date,
    "yes_no": read_yes_no,
}
