"""The answer that API and command give for a file; its form is fixed."""

from __future__ import annotations

from typing import Any

from channelkeeper.sheets.faults import Fault, Refused
from channelkeeper.stock.sheet.records import FIGURES, Candidate, Line, Question, Reading, week_label


def answer(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain values for JSON; quantities in pieces."""
    return {
        "status": reading.status,
        "week": week_label(reading.week),
        "lines": [_line(line) for line in reading.lines],
        "faults": [_fault(fault) for fault in reading.faults],
        "questions": [_question(question) for question in reading.questions],
    }


def refused(refusal: Refused) -> dict[str, Any]:
    """Return the answer for a file that was refused whole, before any cell was looked at."""
    fault = Fault("", "", "", refusal.code, refusal.message_zh, refusal.message_en)
    return {"status": "refused", "week": None, "lines": [], "faults": [_fault(fault)], "questions": []}


def _line(line: Line) -> dict[str, Any]:
    return {"product": line.product} | {figure: getattr(line, figure) for figure in FIGURES}


def _fault(fault: Fault) -> dict[str, str]:
    names = ("sheet", "cell", "value", "code", "message_zh", "message_en")
    return {name: getattr(fault, name) for name in names}


def _question(question: Question) -> dict[str, Any]:
    names = ("kind", "sheet", "cell", "value", "message_zh", "message_en")
    asked: dict[str, Any] = {name: getattr(question, name) for name in names}
    return asked | {"candidates": [_candidate(candidate) for candidate in question.candidates]}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    names = ("code", "name_zh", "name_en", "likeness", "why_zh", "why_en")
    return {name: getattr(candidate, name) for name in names}
