"""The answer of every endpoint that takes in a file of master data."""

from typing import Any

from ninja import Schema


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
