"""The sender's own table, with what is to mend marked in place and good rows folded."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from channelkeeper.core import formats
from channelkeeper.sheets.faults import Fault
from channelkeeper.sheets.workbook import column_letters, place_of
from channelkeeper.stock.sheet.records import Candidate, Question, Reading, Remark, RowView, SheetView

MOST_MARKS = 200  # more are shown once these are mended
MOST_ROWS = 2_000  # of the whole table
TITLES_SHOWN = 3


@dataclass(frozen=True)
class Choice:
    """One answer that a question offers, in the reader's language."""

    code: str
    name: str
    why: str
    likeness: int


@dataclass(frozen=True)
class Field:
    """A field to write something else into a cell."""

    label: str
    cell: str
    text: str


@dataclass(frozen=True)
class Mark:
    """One place to look at: what is the matter, and how it can be mended or answered right there."""

    number: int
    holds: bool  # whether it keeps the report from being taken in
    sheet: str
    cell: str
    row: int
    words: str
    kind: str = ""  # of a question
    value: str = ""
    choices: tuple[Choice, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Mended:
    """A cell that a person wrote something else into."""

    sheet: str
    cell: str
    text: str


@dataclass(frozen=True)
class Cell:
    """One cell as it is shown."""

    text: str
    number: bool
    marked: bool
    mended: bool


@dataclass(frozen=True)
class Row:
    """One row, or a fold in place of several (`until` is its last)."""

    number: int
    css: str
    cells: tuple[Cell, ...] = ()
    marks: tuple[Mark, ...] = ()
    until: int = 0

    @property
    def folded(self) -> int:
        """Return how many rows are folded, 0 for a row that is shown."""
        return self.until - self.number + 1 if self.until else 0


@dataclass(frozen=True)
class Table:
    """One sheet of the file."""

    name: str
    letters: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Shown:
    """The file as the page shows it."""

    tables: tuple[Table, ...]
    marks: tuple[Mark, ...]
    loose: tuple[Mark, ...] = field(default=())  # those that no shown cell holds

    @property
    def holding(self) -> int:
        """Return how many places hold the report back."""
        return sum(mark.holds for mark in self.marks)


def shown(found: Reading, language: str, *, everything: bool) -> Shown:
    """
    Return a reading as a page shows it.

    Args:
        everything: whether good rows are shown too.
    """
    marks = tuple(_marks(found, language))
    by_row: dict[tuple[str, int], list[Mark]] = defaultdict(list)
    for mark in marks[:MOST_MARKS]:
        by_row[mark.sheet, mark.row].append(mark)
    tables = tuple(_table(sheet, by_row, everything) for sheet in found.rows)
    placed = {(table.name, mark.number) for table in tables for row in table.rows for mark in row.marks}
    loose = tuple(mark for mark in marks[:MOST_MARKS] if (mark.sheet, mark.number) not in placed)
    return Shown(tables, marks, loose)


def good_lines(found: Reading) -> int:
    """Return how many lines of the file nothing holds back."""
    held = {(sheet, _row(cell)) for sheet, cell in found.places if cell}
    return max(found.lines_read - len(held), 0)


def _marks(found: Reading, language: str) -> Iterator[Mark]:
    """Yield everything to look at, numbered as it stands in the file."""
    heads = {sheet.name: _heads(sheet) for sheet in found.rows}
    order = {sheet.name: place for place, sheet in enumerate(found.rows)}
    things: list[Fault | Question | Remark] = [*found.faults, *found.questions, *found.remarks]
    things.sort(key=lambda one: (order.get(one.sheet, -1), _row(one.cell), _column(one.cell)))
    for number, one in enumerate(things, start=1):
        yield _mark(number, one, heads.get(one.sheet, {}), language)


def _mark(number: int, one: Fault | Question | Remark, heads: dict[str, str], language: str) -> Mark:
    words = one.message_zh if formats.is_chinese(language) else one.message_en
    row = _row(one.cell)
    if isinstance(one, Question):
        choices = tuple(_choice(candidate, language) for candidate in one.candidates)
        return Mark(number, True, one.sheet, one.cell, row, words, one.kind, one.value, choices)
    if isinstance(one, Remark):
        fields = tuple(_field(offer.cell, offer.text, heads) for offer in one.offers)
        return Mark(number, False, one.sheet, one.cell, row, words, fields=fields)
    fields = (_field(one.cell, one.offer or one.value, heads),) if one.cell else ()
    return Mark(number, True, one.sheet, one.cell, row, words, fields=fields)


def _field(cell: str, text: str, heads: dict[str, str]) -> Field:
    return Field(heads.get(column_letters(_column(cell)), "") or cell, cell, text)


def _choice(candidate: Candidate, language: str) -> Choice:
    chinese = formats.is_chinese(language)
    name = candidate.name_zh if chinese else candidate.name_en or candidate.name_zh
    return Choice(candidate.code, name, candidate.why_zh if chinese else candidate.why_en, candidate.likeness)


def _table(sheet: SheetView, by_row: dict[tuple[str, int], list[Mark]], everything: bool) -> Table:
    wanted = sorted(_wanted(sheet, by_row, everything))
    rows: list[Row] = []
    before = 0
    for number in wanted:
        rows += _fold(before + 1, number - 1)
        rows.append(_shown_row(sheet, number, by_row.get((sheet.name, number), [])))
        before = number
    rows += _fold(before + 1, len(sheet.kinds))
    return Table(sheet.name, sheet.letters, tuple(rows))


def _wanted(sheet: SheetView, by_row: dict[tuple[str, int], list[Mark]], everything: bool) -> set[int]:
    """Return the numbers of the rows that are shown: titles, heads, a first line, and all that is marked."""
    marked = {row for name, row in by_row if name == sheet.name and 0 < row <= len(sheet.kinds)}
    if everything:
        return set(range(1, min(len(sheet.kinds), MOST_ROWS) + 1)) | marked
    titles = [row for row in range(1, sheet.header_row) if sheet.kinds[row - 1] == "title"][:TITLES_SHOWN]
    first = next((row for row, kind in enumerate(sheet.kinds, start=1) if kind == "line"), 0)
    heads = {row for row in (sheet.header_row, first) if 0 < row <= len(sheet.kinds)}
    return {*titles, *heads, *marked}


def _fold(first: int, last: int) -> list[Row]:
    return [Row(first, "folded", until=last)] if last >= first else []


def _shown_row(sheet: SheetView, number: int, marks: Sequence[Mark]) -> Row:
    view = sheet.row(number)
    if number == sheet.header_row:
        return Row(number, "heading", _cells(view, marks), tuple(marks))
    return Row(number, "title" if view.kind == "title" else "", _cells(view, marks), tuple(marks))


def _cells(view: RowView, marks: Sequence[Mark]) -> tuple[Cell, ...]:
    marked = {mark.cell for mark in marks}
    figures = {"code", "gtin", "name", "spec", "unit", "batch", "warehouse", ""}
    return tuple(Cell(cell.text, cell.figure not in figures, cell.cell in marked, cell.mended) for cell in view.cells)


def _heads(sheet: SheetView) -> dict[str, str]:
    """Return column letters -> the head as the sender wrote it."""
    if not 0 < sheet.header_row <= len(sheet.kinds):
        return {}
    return {letters: cell.text for letters, cell in zip(sheet.letters, sheet.row(sheet.header_row).cells, strict=False)}


def _row(cell: str) -> int:
    return place_of(cell)[0] + 1 if cell else 0


def _column(cell: str) -> int:
    return place_of(cell)[1] if cell else 0
