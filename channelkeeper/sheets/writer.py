"""Tables out: workbooks with typed columns, and CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from channelkeeper.sheets.columns import Column, Typed

NO_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 (the same rows make the same file, whenever it is written)

_FORMATS = {"units": "#,##0", "quantity": "#,##0.##", "money": "#,##0.00", "date": "yyyy-mm-dd"}
_WIDTHS = {"text": 24, "code": 14, "units": 10, "quantity": 10, "money": 12, "date": 12, "yes_no": 8}
_NUMERIC = frozenset({"units", "quantity", "money"})
# Chinese and Japanese spreadsheets take the wide forms as well.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
# No XML can hold them.
_UNSEEN = dict.fromkeys([*range(0x9), 0xB, 0xC, *range(0xE, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
_SHEET_NAME_LENGTH = 31  # Excel's limit
_NO_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Cells = Mapping[str, Typed]


def write_table(
    columns: Sequence[Column],
    rows: Iterable[Cells],
    title: str,
    *,
    language: str = "zh",
    note: str = "",
) -> bytes:
    """
    Return a workbook of one sheet: heads frozen, columns typed, nothing a formula.

    Args:
        columns: in the order to write.
        rows: values by column name; a missing one is blank.
        title: names the sheet.
        language: of the heads.
        note: a row of text above the heads; "" for none.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": NO_MOMENT})
        sheet = book.add_worksheet(sheet_name(title))
        formats = _formats(book)
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, _text(note))
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width or _WIDTHS[column.kind], formats.get(column.kind))
            sheet.write_string(top, index, column.head(language), formats["head"])
        sheet.freeze_panes(top + 1, 0)
        for number, cells in enumerate(rows, top + 1):
            for index, column in enumerate(columns):
                _write(sheet, number, index, cells.get(column.name), formats.get(column.kind))
    return target.getvalue()


def sheet_name(title: str) -> str:
    """Return a title as Excel takes it for a sheet."""
    name = _text(title).translate(_NO_SHEET_NAME).strip()
    # Excel counts in units of UTF-16, of which a rare sign takes two.
    name = name.encode("utf-16-le")[: 2 * _SHEET_NAME_LENGTH].decode("utf-16-le", "ignore")
    return f"{name}_" if name.casefold() == "history" else name or "Sheet1"  # Excel keeps that word for itself


def _formats(book: Any) -> dict[str, Any]:
    formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
    formats["head"] = book.add_format({"bold": True, "bottom": 1})
    # Text stays text when somebody edits it: 00123 keeps its zeros.
    formats["code"] = book.add_format({"num_format": "@"})
    return formats


def _write(sheet: Any, row: int, column: int, value: Typed, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, _naive(value), look)
    else:
        sheet.write_string(row, column, _text(value), look)


def _naive(value: date) -> date:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN)


def write_csv(columns: Sequence[Column], rows: Iterable[Cells], *, language: str = "zh") -> bytes:
    """
    Return a CSV in UTF-8 with its mark, as Excel opens it rightly.

    Text that a spreadsheet would take for a formula gets an apostrophe before it;
    the project's own reader takes it off again.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([column.head(language) for column in columns])
    for cells in rows:
        writer.writerow([csv_text(cells.get(column.name)) for column in columns])
    return target.getvalue().encode("utf-8-sig")


def csv_text(value: Typed) -> str:
    """Return one value as a CSV cell that stays what it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        quoted = f"'{value}" if value.startswith(_STARTS_FORMULA) else value
        return quoted.replace("\x00", "")
    return str(value)


def write_json(
    columns: Sequence[Column], rows: Iterable[Cells], title: str, *, language: str = "zh", note: str = ""
) -> bytes:
    """
    Return a table for programs: rows by column name, heads beside them; quantities exact, so as texts.

    Money is a text in yuan, `currency` says so.
    """
    names = [column.name for column in columns]
    said = {
        "title": title,
        "note": note,
        "currency": "CNY",
        "columns": {column.name: column.head(language) for column in columns},
        "rows": [{name: _json_value(cells.get(name)) for name in names} for cells in rows],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _json_value(value: Typed) -> str | int | bool | None:
    if value is None or isinstance(value, bool | int):
        return value
    return format(value, "f") if isinstance(value, Decimal) else value if isinstance(value, str) else value.isoformat()
