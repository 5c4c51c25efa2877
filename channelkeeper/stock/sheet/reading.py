"""The reading of a weekly report: from a workbook to lines, faults and questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from channelkeeper.sheets import sentences as shared
from channelkeeper.sheets.faults import Fault
from channelkeeper.sheets.workbook import Sheet, Value, Workbook, cell_name, column_letters, covered, place_of
from channelkeeper.stock.sheet import layout as layouts
from channelkeeper.stock.sheet import products, remarks, vocabulary, week
from channelkeeper.stock.sheet.collected import Collected, Entry
from channelkeeper.stock.sheet.layout import Head, Layout
from channelkeeper.stock.sheet.records import Answers, Line, Reading, RowKind, Sender, SheetView, week_label
from channelkeeper.stock.sheet.rows import REQUIRED, Context, Table
from channelkeeper.stock.sheet.sentences import FAULTS
from channelkeeper.stock.sheet.units import Units

Found = tuple[Sheet, Layout]


def read(
    workbook: Workbook,
    *,
    sender: Sender,
    week_asked: date | None = None,
    answers: Answers | None = None,
    mended: Mapping[tuple[str, str], str] | None = None,
) -> Reading:
    """
    Read a weekly stock report.

    Args:
        workbook: as `sheets.guard.read_workbook` returned it; it is not changed.
        sender: what is known of the distributor.
        week_asked: the Monday of the week that the report was asked for, if any.
        answers: what a person answered to questions of this file.
        mended: (sheet, cell) -> text that a person typed in its place.

    Returns:
        Lines in pieces, with every fault and question at once.
    """
    return _Reader(workbook, sender, week_asked, answers or Answers(), mended or {}).read()


class _Reader:
    """One reading and what it is made from."""

    def __init__(
        self,
        workbook: Workbook,
        sender: Sender,
        asked: date | None,
        answers: Answers,
        mended: Mapping[tuple[str, str], str],
    ) -> None:
        self._workbook = workbook
        self._sender = sender
        self._asked = asked
        self._answers = answers
        self._mended = mended
        self._sheets = [_with_mended(sheet, mended) for sheet in workbook.sheets]
        self._units = Units(sender, answers)
        self._collected = Collected(sender)
        self._tables: list[tuple[Sheet, Table]] = []

    def read(self) -> Reading:
        found = self._with_tables()
        if not found:
            return self._refused(self._no_table())
        claims = {sheet.name: week.claims(sheet, layout, self._asked) for sheet, layout in found}
        found = self._of_the_week(found, claims)
        verdict = self._verdict(found, claims)
        self._read_tables(found)
        by_product = self._by_product()
        self._find_doubles(by_product)
        self._note_what_is_hidden(found)
        self._check_lines()
        self._add_opening_remarks(by_product)
        if verdict.several is not None:
            self._fault_several(verdict.several)
        return self._reading(verdict, by_product)

    # Which sheets.

    def _with_tables(self) -> list[Found]:
        """Return the sheets with a table: those that the sender sees, hidden ones only if there is no other."""
        seen = [(sheet, layouts.find(sheet, self._units.words)) for sheet in self._sheets]
        found = [(sheet, layout) for sheet, layout in seen if layout is not None]
        visible = [(sheet, layout) for sheet, layout in found if not sheet.hidden]
        for sheet, _ in found:
            if sheet.hidden:
                self._collected.note("hidden_sheet_left" if visible else "hidden_sheet_read", sheet=sheet.name)
        full = [(sheet, layout) for sheet, layout in visible or found if REQUIRED.keys() <= layout.parts]
        return full or (visible or found)[:1]

    def _of_the_week(self, found: list[Found], claims: Mapping[str, list[week.Claim]]) -> list[Found]:
        """Return the sheets of the week, where a workbook keeps a sheet per week."""
        meant = {sheet.name: _one_week(claims[sheet.name]) for sheet, _ in found}
        wanted = self._answers.week or self._asked
        if len(set(meant.values()) - {None}) < 2 or wanted not in meant.values():
            return found
        for name, of_week in meant.items():
            if of_week not in (None, wanted):
                self._collected.note("other_week_left", sheet=name, week=week_label(of_week))
        return [(sheet, layout) for sheet, layout in found if meant[sheet.name] in (None, wanted)]

    def _verdict(self, found: Sequence[Found], claims: Mapping[str, list[week.Claim]]) -> week.Verdict:
        said = [claim for sheet, _ in found for claim in claims[sheet.name]]
        named = week.claim_of_name(self._workbook.filename, self._asked)
        if named is not None and all(claim.weak for claim in said):
            said.append(replace(named, sheet=found[0][0].name, cell="A1"))
        return week.decide(said, sheet=found[0][0].name, asked=self._asked, answer=self._answers.week)

    def _no_table(self) -> Fault:
        sheet = next((sheet for sheet in self._sheets if not sheet.hidden), self._sheets[0])
        return shared.fault("no_table", sheet=sheet.name, cell="A1", value="", templates=FAULTS)

    def _refused(self, fault: Fault) -> Reading:
        views = tuple(
            SheetView(sheet.name, 0, _letters(sheet), _kinds("title", len(sheet.rows)), {}, sheet, frozenset())
            for sheet in self._sheets
            if not sheet.hidden
        )
        return Reading(None, (), (fault,), (), (), tuple(self._collected.notes), views, frozenset(), 0)

    # The tables.

    def _read_tables(self, found: Sequence[Found]) -> None:
        context = Context(
            self._collected, products.Catalogue(self._sender, self._answers), self._units,
            products.told_places(self._answers),
        )  # fmt: skip
        for sheet, layout in found:
            if not self._has_required(sheet, layout):
                self._tables.append((sheet, Table(sheet, layout, "", context)))
                continue
            spread, below = _spread_down(sheet, layout)
            table = Table(spread, layout, _title_unit(sheet, layout), context)
            table.read(below)
            self._tables.append((sheet, table))
        for _, table in self._tables:
            table.ask_untold()
        if not context.unit_is_told and any(table.has_untold for _, table in self._tables):
            self._collected.note("no_unit")

    def _has_required(self, sheet: Sheet, layout: Layout) -> bool:
        missing = [name for name in REQUIRED if name not in layout.parts]
        for name in missing:
            zh, en = REQUIRED[name]
            self._collected.fault(
                "column_missing", sheet=sheet.name, cell=cell_name(layout.row, 0), value="", row=layout.row,
                column=zh, column_en=en,
            )  # fmt: skip
        return not missing

    # What follows from all lines together.

    def _by_product(self) -> dict[str, list[Entry]]:
        rows: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._collected.entries:
            rows[entry.product.code].append(entry)
        return rows

    def _find_doubles(self, by_product: Mapping[str, list[Entry]]) -> None:
        for rows in by_product.values():
            if len(rows) == 1:
                continue
            seen: dict[tuple[str, ...], Entry] = {}
            for entry in rows:
                first = seen.setdefault(entry.apart, entry)
                if first is not entry and not self._collected.is_full:
                    self._fault_double(first, entry)

    def _fault_double(self, first: Entry, entry: Entry) -> None:
        where = str(first.row + 1) if first.sheet == entry.sheet else f"{first.row + 1}（{first.sheet}）"
        column = place_of(entry.identity_cell)[1]
        text = next(sheet for sheet in self._sheets if sheet.name == entry.sheet).value(entry.row, column)
        self._collected.fault(
            "product_twice", sheet=entry.sheet, cell=entry.identity_cell, value=str(text or ""), row=entry.row,
            product=entry.product.name_zh or entry.product.code, first=where,
        )  # fmt: skip

    def _check_lines(self) -> None:
        if self._collected.lines_read or self._collected.faults:
            return
        sheet, table = self._tables[0]
        row = table.layout.row
        self._collected.fault("no_lines", sheet=sheet.name, cell=cell_name(row, 0), value="", row=row)

    def _add_opening_remarks(self, by_product: Mapping[str, list[Entry]]) -> None:
        collected = self._collected
        sound = {
            code: rows
            for code, rows in by_product.items()
            if code in self._sender.last_closing and not any((row.sheet, row.row) in collected.faulty for row in rows)
        }
        openings = remarks.opening_remarks(sound, self._sender.last_closing)
        # An opening that sets the row right says all that the row's sum would say.
        settled = {
            (rows[0].sheet, rows[0].row + 1)
            for code, rows in sound.items()
            if len(rows) == 1 and remarks.is_settled_by(rows[0], self._sender.last_closing[code])
        }
        balances = [remark for remark in collected.remarks if (remark.sheet, remark.row) not in settled]
        collected.remarks[:] = balances + openings

    def _fault_several(self, claim: week.Claim) -> None:
        sheet = claim.sheet or self._tables[0][0].name
        cell = claim.cell or "A1"
        self._collected.fault("several_weeks", sheet=sheet, cell=cell, value=claim.text, row=place_of(cell)[0])

    def _note_what_is_hidden(self, found: Sequence[Found]) -> None:
        for sheet, layout in found:
            rows = [row for row in sheet.hidden_rows if layout.row < row < len(sheet.rows)]
            if rows:
                self._collected.note("hidden_rows", sheet=sheet.name, count=len(rows))
            self._note_hidden_columns(sheet, layout)
            if "opening" not in layout.parts:
                self._collected.note("no_opening")
        if self._workbook.encoding == "gb18030":
            self._collected.note("gb18030")

    def _note_hidden_columns(self, sheet: Sheet, layout: Layout) -> None:
        read = [head for head in _heads(layout) if head.column in sheet.hidden_columns]
        for heads, how, how_en in (
            (read, "照样读了", "read"),
            (layout.dropped, "没读，读的是没隐藏的那列", "left out"),
        ):
            if heads:
                columns = "、".join(column_letters(head.column) for head in heads)
                self._collected.note("hidden_columns", sheet=sheet.name, columns=columns, how=how, how_en=how_en)

    # The result.

    def _reading(self, verdict: week.Verdict, by_product: Mapping[str, list[Entry]]) -> Reading:
        collected = self._collected
        questions = collected.questions()
        if verdict.question is not None:
            questions = (verdict.question, *questions)
        return Reading(
            week=verdict.week,
            lines=tuple(self._lines(by_product)),
            faults=tuple(sorted(collected.faults, key=self._order)),
            questions=questions,
            remarks=tuple(collected.remarks),
            notes=tuple(collected.notes),
            rows=tuple(self._view(sheet, table) for sheet, table in self._tables),
            figures=frozenset(part for _, table in self._tables for part in table.layout.parts),
            lines_read=collected.lines_read,
        )

    def _order(self, fault: Fault) -> tuple[int, int, int]:
        names = [sheet.name for sheet in self._sheets]
        sheet = names.index(fault.sheet) if fault.sheet in names else -1
        return (sheet, *(place_of(fault.cell) if fault.cell else (-1, -1)))

    def _lines(self, by_product: Mapping[str, list[Entry]]) -> Iterator[Line]:
        faulty = self._collected.faulty
        for rows in by_product.values():
            if faulty and any((row.sheet, row.row) in faulty for row in rows):
                continue
            first = rows[0]
            figures = first.figures
            if len(rows) > 1:
                figures = tuple(sum(column) for column in zip(*(row.figures for row in rows), strict=True))
            yield _line(first, figures, tuple(row.row + 1 for row in rows))

    def _view(self, sheet: Sheet, table: Table) -> SheetView:
        kinds = (*table.kinds, *_kinds("note", len(sheet.rows) - len(table.kinds)))
        mended = frozenset(cell for name, cell in self._mended if name == sheet.name)
        return SheetView(
            sheet.name, table.first_layout.row + 1, _letters(sheet), kinds, table.first_layout.labels(), sheet, mended
        )


def _line(first: Entry, figures: tuple[int, ...], rows: tuple[int, ...]) -> Line:
    opening, received, other_in, sold, gifts, losses, returns, closing, near_expiry = figures
    return Line(
        first.product.code, opening, received, other_in, sold, gifts, losses, returns, closing, near_expiry,
        first.row + 1, first.sheet, Cells(first.letters, first.row + 1), rows,
    )  # fmt: skip


def _kinds(kind: RowKind, count: int) -> tuple[RowKind, ...]:
    return (kind,) * count


class Cells(Mapping[str, str]):
    """Figure -> cell of one row, made when asked for: a file has many rows and few faults."""

    __slots__ = ("_letters", "_row")

    def __init__(self, letters: Mapping[str, str], row: int) -> None:
        self._letters = letters
        self._row = row

    def __getitem__(self, figure: str) -> str:
        return f"{self._letters[figure]}{self._row}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._letters)

    def __len__(self) -> int:
        return len(self._letters)


def _with_mended(sheet: Sheet, mended: Mapping[tuple[str, str], str]) -> Sheet:
    """Return a sheet with the texts that a person typed in place, in new rows."""
    places = {place_of(cell): text for (name, cell), text in mended.items() if name == sheet.name}
    if not places:
        return sheet
    rows = list(sheet.rows)
    for (row, column), text in places.items():
        while len(rows) <= row:
            rows.append([])
        changed = list(rows[row])
        changed.extend([None] * (column + 1 - len(changed)))
        changed[column] = text.strip() or None
        rows[row] = changed
    return replace(sheet, rows=rows)


def _spread_down(sheet: Sheet, layout: Layout) -> tuple[Sheet, dict[tuple[int, int], int]]:
    """
    Return a sheet whose merged names stand in each row they cover, and which figures are covered.

    A name, unit or batch merged over several rows is meant for each of them; a figure is not.
    """
    figures = {head.column for group in layout.figures.values() for head in group}
    texts = {head.column for head in (*layout.identity.values(), *layout.apart)}
    rows: list[list[Value]] | None = None
    below: dict[tuple[int, int], int] = {}
    for (row, column), (top, left) in covered(sheet).items():
        if row <= layout.row or top == row or left != column:
            continue
        if column in figures and sheet.value(top, left) is not None:
            below[row, column] = top
        elif column in texts:
            rows = rows if rows is not None else [list(each) for each in sheet.rows]
            rows[row].extend([None] * (column + 1 - len(rows[row])))
            rows[row][column] = sheet.value(top, left)
    return (sheet if rows is None else replace(sheet, rows=rows)), below


def _title_unit(sheet: Sheet, layout: Layout) -> str:
    for row in sheet.rows[: layout.row]:
        for value in row:
            word = vocabulary.unit_in_title(value) if isinstance(value, str) else ""
            if word:
                return word
    return ""


def _one_week(found: Sequence[week.Claim]) -> date | None:
    meant = {monday for claim in found if not claim.weak for monday in claim.weeks}
    return meant.pop() if len(meant) == 1 else None


def _heads(layout: Layout) -> list[Head]:
    return [*layout.identity.values(), *layout.apart, *(head for group in layout.figures.values() for head in group)]


def _letters(sheet: Sheet) -> tuple[str, ...]:
    width = max((len(row) for row in sheet.rows), default=0)
    return tuple(column_letters(column) for column in range(width))
