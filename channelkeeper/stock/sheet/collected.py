"""What the reading of a file has found so far, on all of its sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channelkeeper.sheets import sentences as shared
from channelkeeper.sheets.faults import Fault
from channelkeeper.stock.sheet.records import Candidate, KnownProduct, Note, Question, QuestionKind, Remark, Sender
from channelkeeper.stock.sheet.sentences import FAULTS, NOTES, QUESTIONS, pair

# A file with more to mend is another file; beyond these nothing more is kept.
MOST_FAULTS = 5_000
MOST_QUESTIONS = 2_000
MOST_PLACES = 1_000  # of one question
MOST_REMARKS = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the file that is a line: figures in pieces, in the order of FIGURES."""

    product: KnownProduct
    sheet: str
    row: int  # from 0
    apart: tuple[str, ...]  # batch and warehouse
    figures: tuple[int, ...]
    letters: Mapping[str, str]  # figure -> letters of its column
    identity_cell: str
    unit: int = 1  # pieces in the unit that the row's figures are written in, 1 where they differ


@dataclass(slots=True)
class _Asked:
    """A question while its places are still being found."""

    kind: QuestionKind
    sheet: str
    cell: str
    value: str
    candidates: tuple[Candidate, ...]
    messages: tuple[str, str]
    cells: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Collected:
    """Faults, questions, lines and notes; every question once."""

    sender: Sender
    faults: list[Fault] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    faulty: set[tuple[str, int]] = field(default_factory=set)  # sheet and row, from 0
    remarks: list[Remark] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    lines_read: int = 0
    _asked: dict[tuple[str, str], _Asked] = field(default_factory=dict)

    def fault(
        self, code: str, *, sheet: str, cell: str, value: str, row: int, head: str = "", offer: str = "",
        **figures: object,
    ) -> None:  # fmt: skip
        """
        Keep a fault.

        Args:
            row: from 0; that row gives no line.
        """
        self.faulty.add((sheet, row))
        self.faults.append(
            shared.fault(
                code, sheet=sheet, cell=cell, value=value, head=head, row=row + 1, offer=offer,
                templates=FAULTS, **figures,
            )
        )  # fmt: skip

    def is_asked(self, kind: QuestionKind, value: str) -> bool:
        """Tell whether a value is asked about already."""
        return (kind, value) in self._asked

    def ask(
        self, kind: QuestionKind, code: str, *, sheet: str, cell: str, value: str,
        candidates: tuple[Candidate, ...] = (), **figures: object,
    ) -> None:  # fmt: skip
        """Keep a question, or add a place to the one that asks the same."""
        asked = self._asked.get((kind, value))
        if asked is None:
            messages = pair(QUESTIONS, code, value=value, **figures)
            asked = self._asked[kind, value] = _Asked(kind, sheet, cell, value, candidates, messages)
        if len(asked.cells) < MOST_PLACES:
            asked.cells.append(f"{sheet}!{cell}")

    def remark(self, remark: Remark) -> None:
        """Keep a remark."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(remark)

    @property
    def is_full(self) -> bool:
        """Tell whether there is more to mend than anybody will mend in place."""
        return len(self.faults) >= MOST_FAULTS or len(self._asked) >= MOST_QUESTIONS

    def note(self, code: str, **figures: object) -> None:
        """Keep a note."""
        self.notes.append(Note(code, *pair(NOTES, code, **figures)))

    def questions(self) -> tuple[Question, ...]:
        """Return the questions in the order in which their first places were met."""
        return tuple(
            Question(
                asked.kind, asked.sheet, asked.cell, asked.value, asked.candidates, *asked.messages, tuple(asked.cells)
            )
            for asked in self._asked.values()
        )
