"""The cells behind a figure: the sender's own row of a report's line, read once more from the kept file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.stock import reading
from channelkeeper.stock.models import Report, ReportLine
from channelkeeper.stock.sheet import FIGURES, Reading, SheetView


@dataclass(frozen=True)
class OwnCell:
    """
    One cell of the sender's table.

    Attributes:
        cell: its place, G14.
        text: as the sender wrote it, or as it was mended.
        figure: what its column was read as: a figure, an identity, or empty.
    """

    cell: str
    text: str
    figure: str
    mended: bool

    @property
    def counts(self) -> bool:
        """Return whether a figure was read from it."""
        return self.figure in FIGURES


@dataclass(frozen=True)
class OwnRow:
    """
    Where a line of a report stands in the sender's file.

    Attributes:
        heads: the sender's headings, column by column.
        rows: (number, cells) of the rows that were added up to the line; empty where the file,
            read today, has no such row any more.
        units: what was read, in pieces, by figure.
    """

    product: str
    filename: str
    sheet: str
    row: int
    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[OwnCell, ...]], ...]
    units: dict[str, int]

    @property
    def last_row(self) -> int:
        """Return the last of its rows."""
        return self.rows[-1][0] if self.rows else self.row

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Return each heading with whether a figure was read from its column."""
        figures = [cell.counts for cell in self.rows[0][1]] if self.rows else []
        return list(zip(self.heads, figures, strict=False))

    @property
    def read_as(self) -> list[tuple[OwnCell | None, int | None]]:
        """Return for each column its cell and the pieces read, where its figure has a column."""
        cells = self.rows[0][1] if self.rows else ()
        return [(cell, self.units[cell.figure] if cell.counts else None) for cell in cells]


def own_row(actor: Actor, *, at: datetime, code: str, week: date, product: str, version: int | None = None) -> OwnRow:
    """
    Return where a product's line stands in the file that a report came in. Reads the file once more.

    Args:
        version: of the report; the current one by default.

    Raises:
        NotFound: no such report or line, or out of scope.
    """
    reports = Report.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code, week=week)
    chosen = reports.filter(current=True) if version is None else reports.filter(version=version)
    report = chosen.select_related("intake").first()
    line = ReportLine.objects.filter(report=report, product__code=product).first() if report else None
    if report is None or line is None:
        raise NotFound(f"No line of {product} in such a report.")
    intake = report.intake
    file = reading.File(
        intake.distributor_id,
        bytes(intake.content),
        intake.filename,
        week,
        intake.answers,
        intake.mended,
    )
    found = reading.read(file, last_closed=BUSINESS.last_closed_week(at))
    sheet = next((one for one in found.rows if one.name.startswith(line.sheet)), None)
    return OwnRow(
        product=product,
        filename=intake.filename,
        sheet=line.sheet,
        row=line.row,
        heads=_heads(sheet),
        rows=tuple(_rows(sheet, _numbers(found, product, line.row))),
        units={figure: getattr(line, f"{figure}_units") for figure in FIGURES},
    )


def _numbers(found: Reading, product: str, row: int) -> Sequence[int]:
    """Return the rows that were added up: several batches or warehouses of one product."""
    line = next((one for one in found.lines if one.product == product and one.row == row), None)
    return (line.rows or (row,)) if line else (row,)


def _heads(sheet: SheetView | None) -> tuple[str, ...]:
    if sheet is None or not 0 < sheet.header_row <= len(sheet.kinds):
        return ()
    return tuple(cell.text for cell in sheet.row(sheet.header_row).cells)


def _rows(sheet: SheetView | None, numbers: Sequence[int]) -> Iterator[tuple[int, tuple[OwnCell, ...]]]:
    for number in numbers:
        if sheet is not None and 0 < number <= len(sheet.kinds):
            cells = sheet.row(number).cells
            yield number, tuple(OwnCell(one.cell, one.text, one.figure, one.mended) for one in cells)
