"""
From the bytes of a file to a reading of it, with what is known of its sender.

The interpretation itself (`stock.sheet`) knows no tables; here it is given the catalogue, the
sender's own codes and units, and the closing of the week before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from channelkeeper.catalog import queries as catalog
from channelkeeper.core import sentences, weeks
from channelkeeper.sheets import guard
from channelkeeper.sheets.faults import Fault, Refused
from channelkeeper.stock import sheet
from channelkeeper.stock.models import CountLine, OwnCode, OwnUnit, ReportLine
from channelkeeper.stock.rules import MOST_UNITS, check_reportable
from channelkeeper.stock.sheet import Answers, KnownProduct, Line, Reading, Sender, Unit

NOTHING = Reading(
    week=None,
    lines=(),
    faults=(),
    questions=(),
    remarks=(),
    notes=(),
    rows=(),
    figures=frozenset(),
    lines_read=0,
)


@dataclass(frozen=True)
class File:
    """A file as it came, and what a person answered and mended."""

    distributor_id: int
    content: bytes
    filename: str
    week_asked: date | None
    answers: Mapping[str, Any]
    mended: Mapping[str, str]


def read(file: File, *, last_closed: date) -> Reading:
    """
    Return what a file says; a file that is refused whole is a reading with one fault.

    Args:
        last_closed: the last week that has ended: later ones cannot be reported.
    """
    try:
        workbook = guard.read_workbook(file.content, file.filename)
    except Refused as refused:
        return replace(NOTHING, faults=(_refusal(file.filename, refused),))
    guess = file.week_asked or _answers(file.answers).week or last_closed

    def told(week: date) -> Reading:
        return sheet.read(
            workbook,
            sender=sender(file.distributor_id, week),
            week_asked=file.week_asked,
            answers=_answers(file.answers),
            mended={_place(key): text for key, text in file.mended.items()},
        )

    found = told(guess)
    if found.week is not None and found.week != guess:
        found = told(found.week)  # its openings belong beside the closings of the week before it
    return _with_own_faults(found, last_closed)


def sender(distributor_id: int, week: date) -> Sender:
    """Return what is known of a distributor that reports a week, a count before the report; five queries."""
    codes = OwnCode.objects.filter(distributor_id=distributor_id).values_list("text", "product__code")
    words = OwnUnit.objects.filter(distributor_id=distributor_id).values_list("word", "meaning")
    units: dict[str, Unit] = {word: "case" if meaning == "case" else "piece" for word, meaning in words}
    closing = ReportLine.objects.filter(
        report__distributor_id=distributor_id, report__week=weeks.shift(week, -1), report__current=True
    ).values_list("product__code", "closing_units")
    counted = CountLine.objects.filter(
        count__distributor_id=distributor_id, count__week=weeks.shift(week, -1), count__withdrawn_at=None
    )
    newest = counted.order_by("pk").values_list("product__code", "closing_units")
    return Sender(
        products=tuple(
            KnownProduct(one.code, one.gtin, one.name_zh, one.name_en, one.units_per_case)
            for one in catalog.identities()
        ),
        own_codes={text: code or sheet.NO_PRODUCT for text, code in codes},
        units=units,
        last_closing=dict(closing) | dict(newest),
    )


def fault(code: str, figures: Mapping[str, Any], *, value: str = "", sheet: str = "", cell: str = "") -> Fault:
    """Return a fault of this room in both languages."""
    zh, en = (sentences.render(f"stock.{code}", figures, language) for language in ("zh", "en"))
    return Fault(sheet, cell, value, code, zh, en)


def _refusal(filename: str, refused: Refused) -> Fault:
    return Fault("", "", filename, refused.code, refused.message_zh, refused.message_en)


def _answers(kept: Mapping[str, Any]) -> Answers:
    week = kept.get("week")
    return Answers(
        products=kept.get("products", {}),
        units=kept.get("units", {}),
        week=date.fromisoformat(week) if week else None,
    )


def _place(key: str) -> tuple[str, str]:
    """Return sheet and cell of a key as `sheet!G14`; a sheet's name may itself hold a !."""
    name, _, cell = key.rpartition("!")
    return name, cell


def _with_own_faults(found: Reading, last_closed: date) -> Reading:
    own = [_too_many(line) for line in found.lines if _largest(line) > MOST_UNITS]
    if found.week is not None and (code := check_reportable(found.week, last_closed=last_closed)):
        figures = {
            "week": found.week.isoformat(),
            "label": weeks.label(found.week),
            "sunday": weeks.sunday_of(found.week).isoformat(),
        }
        own.append(fault(code, figures, value=weeks.label(found.week)))
    return replace(found, faults=(*found.faults, *own)) if own else found


def _largest(line: Line) -> int:
    return max(abs(int(getattr(line, figure))) for figure in sheet.FIGURES)


def _too_many(line: Line) -> Fault:
    units = _largest(line)
    figure = next(name for name in sheet.FIGURES if abs(getattr(line, name)) == units)
    return fault(
        "too_many_units", {"units": units}, value=str(units), sheet=line.sheet, cell=line.cells.get(figure, "")
    )
