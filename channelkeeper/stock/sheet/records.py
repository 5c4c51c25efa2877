"""What goes into the reading of a weekly report, and what comes out: plain frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from channelkeeper.core import weeks
from channelkeeper.sheets.faults import Fault
from channelkeeper.sheets.workbook import Sheet, show

Unit = Literal["case", "piece"]
Status = Literal["accepted", "refused", "questions"]
QuestionKind = Literal["unknown_product", "unknown_unit", "week"]
RowKind = Literal["title", "header", "line", "total", "category", "note", "blank"]

FIGURES = (
    "opening", "received", "other_in", "sold", "gifts", "losses", "returns", "closing", "near_expiry",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product of the manufacturer's catalogue."""

    code: str
    gtin: str
    name_zh: str
    name_en: str
    units_per_case: int


@dataclass(frozen=True, slots=True)
class Sender:
    """
    What is known of the distributor who sends.

    Attributes:
        products: what it may report.
        own_codes: its code or name -> our product code, as answered before.
        units: its unit words -> case or piece, as answered before.
        last_closing: our product code -> pieces, of the report before; empty if unknown.
    """

    products: tuple[KnownProduct, ...]
    own_codes: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    last_closing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """
    What a person answered to the questions of this file.

    A key is a question's value, or its "sheet!cell" for this one place only.
    """

    products: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    week: date | None = None  # a Monday


@dataclass(frozen=True, slots=True)
class Line:
    """
    One product of the report, in pieces; several batches or warehouses are added up.

    `row` and `cells` are those of its first row (cells: figure -> G14), `rows` all of them.
    """

    product: str
    opening: int
    received: int
    other_in: int
    sold: int
    gifts: int
    losses: int
    returns: int
    closing: int
    near_expiry: int
    row: int
    sheet: str
    cells: Mapping[str, str]
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer that a question offers; `code` is a product, a unit or a week (2026-W47)."""

    code: str
    name_zh: str
    name_en: str
    likeness: int  # 0 to 100
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say; asked once per value, likeliest answer first."""

    kind: QuestionKind
    sheet: str
    cell: str
    value: str
    candidates: tuple[Candidate, ...]
    message_zh: str
    message_en: str
    cells: tuple[str, ...] = ()  # every place of the same value, "sheet!cell"


@dataclass(frozen=True, slots=True)
class Offer:
    """A figure that would make a remark go away: what to write into which cell."""

    figure: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """
    Sums that do not meet: offered for mending, taken in as they are all the same.

    `balance`: opening and what came in less what went out is not the closing;
    `opening`: it is not the closing of the report before.
    Figures are in the unit of the sender's row.
    """

    kind: Literal["balance", "opening"]
    sheet: str
    cell: str
    row: int
    product: str
    written: str
    expected: str
    offers: tuple[Offer, ...]
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something about the file that the sender should know and that changes nothing."""

    code: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell of the sender's table, as the page shows it."""

    cell: str
    text: str
    figure: str = ""  # the figure or identity that its column holds, "" for others
    mended: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the sender's table."""

    number: int
    kind: RowKind
    hidden: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """
    The sender's own table for the page, rows made only when asked for.

    `letters` name the columns; `kinds` tell each row, from the first.
    """

    name: str
    header_row: int  # from 1
    letters: tuple[str, ...]
    kinds: tuple[RowKind, ...]
    figures: Mapping[int, str]  # column from 0 -> figure or identity
    _sheet: Sheet = field(repr=False)
    _mended: frozenset[str] = field(repr=False)

    def row(self, number: int) -> RowView:
        """Return one row, counted from 1."""
        cells = tuple(self._cell(number, column) for column in range(len(self.letters)))
        return RowView(number, self.kinds[number - 1], number - 1 in self._sheet.hidden_rows, cells)

    def rows(self) -> Iterator[RowView]:
        """Yield every row from the first."""
        return (self.row(number) for number in range(1, len(self.kinds) + 1))

    def _cell(self, number: int, column: int) -> CellView:
        cell = f"{self.letters[column]}{number}"
        text = show(self._sheet.value(number - 1, column)) + self._sheet.unit(number - 1, column)
        return CellView(cell, text, self.figures.get(column, ""), cell in self._mended)


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a file says, or everything that keeps it from being taken in.

    Lines are whole only where `status` is accepted.
    """

    week: date | None  # its Monday
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    questions: tuple[Question, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[Note, ...]
    rows: tuple[SheetView, ...]
    figures: frozenset[str]  # the figures that the file has columns for
    lines_read: int  # rows of the file that are lines, faulty ones included

    @property
    def status(self) -> Status:
        """Return what follows: a fault refuses, a question waits."""
        if self.faults:
            return "refused"
        return "questions" if self.questions else "accepted"

    @property
    def places(self) -> frozenset[tuple[str, str]]:
        """Return (sheet, cell) of everything that holds the report back."""
        asked = ((question.sheet, question.cell) for question in self.questions)
        return frozenset({(fault.sheet, fault.cell) for fault in self.faults} | set(asked))


def week_label(week: date | None) -> str | None:
    """Return 2026-W47 for the Monday of that week."""
    return None if week is None else weeks.label(week)
