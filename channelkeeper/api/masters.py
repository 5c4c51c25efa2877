"""The answer of every endpoint that takes in master data, as a file or as JSON."""

from collections.abc import Sequence
from typing import Any

from ninja import Schema, Status

from channelkeeper.core import sentences
from channelkeeper.sheets.masters import Result


class FaultOut(Schema):
    """One thing to mend, by cell, in both languages."""

    sheet: str
    cell: str
    value: str
    code: str
    message_zh: str
    message_en: str


class ChangeOut(Schema):
    """A record that is made (`before` is empty) or changed; only fields that differ."""

    kind: str
    key: str
    before: dict[str, Any]
    after: dict[str, Any]


class OutcomeOut(Schema):
    """What became of a file: accepted, checked (nothing kept) or refused (nothing kept)."""

    status: str
    new: int
    changed: int
    same: int
    changes: list[ChangeOut]
    faults: list[FaultOut]


def outcome(result: Result, given: Sequence[object], *, name: str, dry_run: bool) -> Status[dict[str, Any]]:
    """
    Return the answer to master data that came as JSON: as to a file, faults by where they stand in it; 422 for any.

    Args:
        result: of the action.
        given: the items as they came.
        name: of their list, as in `bands[0].high_days`.
        dry_run: whether nothing was to be kept.
    """
    faults = [
        {
            "sheet": "",
            "cell": f"{name}[{problem.row}].{problem.column}",
            "value": str(getattr(given[problem.row], problem.column, "")),
            "code": problem.code,
            "message_zh": sentences.render(problem.code, problem.figures, "zh"),
            "message_en": sentences.render(problem.code, problem.figures, "en"),
        }
        for problem in result.problems
    ]
    changes = [
        {"kind": one.kind, "key": one.key, "before": dict(one.before), "after": dict(one.after)}
        for one in result.changes
    ]
    counts = {"new": result.new, "changed": len(result.changes) - result.new, "same": result.same}
    status = "refused" if faults else "checked" if dry_run else "accepted"
    return Status(422 if faults else 200, {"status": status, **counts, "changes": changes, "faults": faults})
