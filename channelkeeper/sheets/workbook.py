"""What a file of rows is once read: plain values on sheets, with places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache


@dataclass(frozen=True, slots=True)
class CellError:
    """An error that a cell shows instead of a value, as `#N/A`."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Unstored:
    """A formula whose value the sender's program never stored."""

    def __str__(self) -> str:
        return "="


Value = str | int | Decimal | bool | date | datetime | time | timedelta | CellError | Unstored | None


@dataclass(frozen=True, slots=True)
class Area:
    """A merged range; rows and columns count from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{cell_name(self.top, self.left)}:{cell_name(self.bottom, self.right)}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    One sheet, dense from A1; rows and columns count from 0.

    `units` gives, by row and column, the words that a number format adds to a
    figure: `0"箱"` reads 箱, `0%` reads %. Numbers are int where whole, else Decimal
    at the 15 digits that Excel keeps.
    """

    name: str
    rows: list[list[Value]]
    hidden: bool = False
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    units: Mapping[int, Mapping[int, str]] = field(default_factory=dict)

    def value(self, row: int, column: int) -> Value:
        """Return the value at a place, None outside the sheet."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def unit(self, row: int, column: int) -> str:
        """Return the unit that the number format shows, "" for none."""
        return self.units.get(row, {}).get(column, "")


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read: its sheets in order, what it was, how its text was encoded."""

    filename: str
    kind: str  # xlsx or csv
    sheets: tuple[Sheet, ...]
    encoding: str = ""  # of a csv: utf-8, gb18030 or utf-16

    def visible(self) -> Iterator[Sheet]:
        """Yield the sheets that the sender sees."""
        return (sheet for sheet in self.sheets if not sheet.hidden)


@cache
def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 27 is AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return the name of a place counted from 0: (13, 6) is G14."""
    return f"{column_letters(column)}{row + 1}"


def place_of(cell: str) -> tuple[int, int]:
    """
    Return row and column, from 0, of a cell's name: G14 is (13, 6).

    Raises:
        ValueError: the text is no cell's name.
    """
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    if not (letters.isascii() and letters.isalpha() and digits):
        raise ValueError(f"{cell!r} is not the name of a cell.")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1


def show(value: Value) -> str:
    """Return a value as the sender knows it, on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def covered(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Return, for each place that a merged range covers, the place holding its value."""
    height = len(sheet.rows)
    width = max((len(row) for row in sheet.rows), default=0)
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for area in sheet.merged:
        for row in range(area.top, min(area.bottom + 1, height)):
            for column in range(area.left, min(area.right + 1, width)):
                places[row, column] = (area.top, area.left)
    for area in sheet.merged:
        places.pop((area.top, area.left), None)
    return places
