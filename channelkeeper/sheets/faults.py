"""What is wrong with a file, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing to mend, by cell, in words that the sender understands.

    `cell` is empty where the whole sheet is meant, `sheet` where the whole file is.
    `offer` is what a field to mend it may be filled with, "" for nothing.
    """

    sheet: str
    cell: str
    value: str
    code: str
    message_zh: str
    message_en: str
    offer: str = ""


class Refused(ValueError):
    """A file is refused whole: why, in two languages, with the way out."""

    def __init__(self, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(message_en)
        self.code = code
        self.message_zh = message_zh
        self.message_en = message_en
