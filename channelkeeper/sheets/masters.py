"""
Master data from files: products, offices, distributors, promotions.

Such a file is compared with what is kept: a record is new, changed or the same, and the file
goes in whole or not at all. A column that the file does not have leaves its field as it is;
a blank cell clears it. What is not in the file stays.

    reading = read(data, filename, COLUMNS)             # values by column, and faults by cell
    return outcome(reading, take_in, dry_run=dry_run)   # problems of the action, put on their cells
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from channelkeeper.core import sentences as core_sentences
from channelkeeper.sheets import columns, guard, sentences
from channelkeeper.sheets.columns import Column, Row, Typed
from channelkeeper.sheets.faults import Fault, Refused
from channelkeeper.sheets.workbook import Workbook, show

Values = Mapping[str, Typed]
Status = Literal["accepted", "checked", "refused"]


@dataclass(frozen=True, slots=True)
class Problem:
    """
    What an action has against a row of values.

    Attributes:
        row: its place among the rows given, from 0.
        column: the name of the column meant.
        code, figures: of a sentence that the room has registered.
    """

    row: int
    column: str
    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A record that an import makes (`before` is empty) or changes; only fields that differ."""

    kind: str
    key: str
    before: Values
    after: Values


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did, or would do; where there are problems it did nothing."""

    changes: tuple[Change, ...] = ()
    same: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def new(self) -> int:
        """Return how many records are made."""
        return sum(not change.before for change in self.changes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a file: the same for page, API and command line."""

    status: Status
    new: int = 0
    changed: int = 0
    same: int = 0
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's rows and what is wrong with it."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def values(self) -> list[Values]:
        """Return each row's values, of the columns that the file has."""
        return [{name: row.cells[name] for name in row.letters} for row in self.rows]


def read(data: bytes, filename: str, wanted: Sequence[Column]) -> Reading:
    """Return the rows of the sheet that holds the wanted columns; a file that is refused is one fault."""
    try:
        workbook = guard.read_workbook(data, filename)
    except Refused as refused:
        return Reading(faults=(_whole_file(filename, refused),))
    return read_sheet(workbook, wanted)


def read_sheet(workbook: Workbook, wanted: Sequence[Column]) -> Reading:
    """As `read`, of a workbook that is read already."""
    table = columns.read_table(workbook, wanted)
    return Reading(tuple(table.rows), tuple(table.faults))


def refused_file(filename: str, refused: Refused) -> Outcome:
    """Return the outcome of a file that is refused whole."""
    return Outcome("refused", faults=(_whole_file(filename, refused),))


def outcome(reading: Reading, take_in: Callable[[Sequence[Values]], Result], *, dry_run: bool) -> Outcome:
    """
    Return what became of a file.

    Args:
        reading: the file's rows.
        take_in: the action; it is not asked where the file has faults, and must do nothing on a dry run.
        dry_run: whether nothing was to be kept.
    """
    if reading.faults:
        return Outcome("refused", faults=reading.faults)
    result = take_in(reading.values)
    if result.problems:
        return Outcome("refused", faults=tuple(faults(reading.rows, result.problems)))
    return Outcome(
        "checked" if dry_run else "accepted",
        new=result.new,
        changed=len(result.changes) - result.new,
        same=result.same,
        changes=result.changes,
    )


def faults(rows: Sequence[Row], problems: Sequence[Problem]) -> Iterator[Fault]:
    """Yield an action's problems as faults on their cells."""
    for problem in problems:
        row = rows[problem.row]
        words = {
            "words_zh": core_sentences.render(problem.code, problem.figures, "zh"),
            "words_en": core_sentences.render(problem.code, problem.figures, "en"),
        }
        yield sentences.fault(
            problem.code,
            sheet=row.sheet,
            cell=row.place(problem.column),
            value=show(row.cells.get(problem.column)),
            row=row.number,
            templates={problem.code: ("{words_zh}", "{words_en}")},
            **words,
        )


def compare(kind: str, known: Mapping[str, Values], wanted: Mapping[str, Values], blank: Values) -> Result:
    """
    Return what bringing records to their wanted values changes.

    Args:
        kind: of the records, as changes name it.
        known: by key, all fields.
        wanted: by key, the fields that the file has.
        blank: what a new record has in fields that the file has not.
    """
    changes: list[Change] = []
    for key, values in wanted.items():
        before = known.get(key, {})
        now = {**(before or blank), **values}
        after = {name: value for name, value in now.items() if not before or before.get(name) != value}
        if after:
            changes.append(Change(kind, key, {name: before[name] for name in after} if before else {}, after))
    return Result(tuple(changes), same=len(wanted) - len(changes))


def doubled(values: Sequence[Values], key: str, code: str) -> Iterator[Problem]:
    """
    Yield a problem for each row whose key an earlier row has.

    Args:
        key: the name of the key's column.
        code: of a sentence with the figure `value`.
    """
    seen: set[Typed] = set()
    for place, row in enumerate(values):
        if row[key] in seen:
            yield Problem(place, key, code, {"value": str(row[key])})
        seen.add(row[key])


def _whole_file(filename: str, refused: Refused) -> Fault:
    return Fault("", "", filename, refused.code, refused.message_zh, refused.message_en)
