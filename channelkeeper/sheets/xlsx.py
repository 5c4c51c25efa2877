"""Workbooks of Excel: values through calamine, the rest through `scan`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

import python_calamine
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeXml

from channelkeeper.sheets import formats, limits, package, scan, sentences
from channelkeeper.sheets.workbook import CellError, Sheet, Unstored, Value, Workbook

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_EXACT_FLOAT = 1e15  # above this a float skips whole numbers


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool
    part: str


def read(data: bytes, filename: str) -> Workbook:
    """
    Return a workbook's sheets.

    Raises:
        Refused: see `package.launder` and `scan.scan`.
    """
    stream = package.launder(data)
    with zipfile.ZipFile(stream) as archive:
        parts = {name.casefold(): name for name in archive.namelist()}
        entries = _entries(archive, parts)
        units = formats.units_by_style(_xml(archive, parts, "xl/styles.xml"))
        scans = [scan.scan(archive.read(parts[entry.part]), sheet=entry.name, styles=units) for entry in entries]
    values = _values(stream, entries)
    sheets = (_sheet(*each, units) for each in zip(entries, scans, values, strict=True))
    return Workbook(filename, "xlsx", tuple(sheets))


def _xml(archive: zipfile.ZipFile, parts: Mapping[str, str], name: str) -> Element | None:
    if name not in parts:
        return None
    try:
        root: Element = SafeXml.fromstring(archive.read(parts[name]), forbid_dtd=True)
    except (SafeXml.ParseError, DefusedXmlException) as error:
        raise sentences.refusal("broken") from error
    return root


def _entries(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> list[_Entry]:
    workbook = _xml(archive, parts, "xl/workbook.xml")
    relations = _relations(_xml(archive, parts, "xl/_rels/workbook.xml.rels"))
    if workbook is None:
        raise sentences.refusal("broken")
    entries: list[_Entry] = []
    for node in workbook.iter():
        if node.tag.endswith("}sheet"):
            part = relations.get(node.get(_RELATION) or node.get(_STRICT_RELATION) or "", "")
            if part in parts:  # charts and dialogues stand elsewhere
                hidden = node.get("state", "visible") != "visible"
                entries.append(_Entry(node.get("name", ""), hidden, part))
    _check_entries(entries)
    return entries


def _check_entries(entries: list[_Entry]) -> None:
    if not entries:
        raise sentences.refusal("empty")
    if len(entries) > limits.SHEETS:
        raise sentences.refusal("too_many_sheets", count=len(entries))
    for each in ("name", "part"):
        if len({getattr(entry, each) for entry in entries}) < len(entries):
            raise sentences.refusal("doubled_parts", part=entries[0].name)


def _relations(root: Element | None) -> dict[str, str]:
    if root is None:
        raise sentences.refusal("broken")
    return {node.get("Id", ""): _target(node.get("Target", "")) for node in root}


def _target(target: str) -> str:
    path = target.replace("\\", "/")
    path = path.lstrip("/") if path.startswith("/") else f"xl/{path.removeprefix('./')}"
    return path.casefold()


def _values(stream: io.BytesIO, entries: list[_Entry]) -> list[list[list[Any]]]:
    stream.seek(0)
    found: list[list[list[Any]]] = []
    places = 0
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        for entry in entries:
            sheet = book.get_sheet_by_name(entry.name)
            places += sheet.total_height * sheet.total_width
            if places > limits.PLACES:
                raise sentences.refusal("too_heavy")
            found.append(sheet.to_python(skip_empty_area=False))
    except (python_calamine.CalamineError, OSError) as error:
        raise sentences.refusal("broken") from error
    return found


def _sheet(entry: _Entry, found: scan.Scan, values: list[list[Any]], units: Mapping[int, str]) -> Sheet:
    rows = _plain_rows(values)
    for place, text in found.errors.items():
        _put(rows, place, CellError(text))
    for place in found.unstored:
        _put(rows, place, Unstored())
    return Sheet(
        name=entry.name,
        rows=rows,
        hidden=entry.hidden,
        merged=tuple(found.merged),
        hidden_rows=frozenset(found.hidden_rows),
        hidden_columns=frozenset(found.hidden_columns),
        units=_units_by_row(found.styles, units),
    )


def _plain_rows(values: list[list[Any]]) -> list[list[Value]]:
    # One object per distinct text: the answer is smaller, and faster to hand over.
    same: dict[str, str] = {"": ""}
    once = same.setdefault
    return [
        [
            (once(cell, cell) or None)
            if type(cell) is str
            else (int(cell) if _is_whole(cell) else number_of(cell))
            if type(cell) is float
            else _other(cell)
            for cell in row
        ]
        for row in values
    ]


def _is_whole(number: float) -> bool:
    return number.is_integer() and -_EXACT_FLOAT < number < _EXACT_FLOAT


def number_of(number: float) -> Value:
    """Return a stored float as the number that Excel shows: 15 digits, whole if it is."""
    if number != number or number in (float("inf"), float("-inf")):
        return CellError("#NUM!")
    exact = Decimal(f"{number:.15g}")
    return int(exact) if exact == exact.to_integral_value() else exact


def _other(value: Any) -> Value:
    if isinstance(value, int | date) or value is None:
        return value
    return value if not isinstance(value, bytes) else None


def _put(rows: list[list[Value]], place: tuple[int, int], value: Value) -> None:
    row, column = place
    while len(rows) <= row:
        rows.append([])
    rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = value


def _units_by_row(styles: Mapping[tuple[int, int], int], units: Mapping[int, str]) -> dict[int, Mapping[int, str]]:
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), style in styles.items():
        by_row.setdefault(row, {})[column] = units[style]
    # Rows of one make share one mapping: 100,000 of them are handed over as one.
    shared: dict[tuple[tuple[int, str], ...], dict[int, str]] = {}
    return {row: shared.setdefault(tuple(marks.items()), marks) for row, marks in by_row.items()}
