"""
The distributors' clerks: which file each hands in for a week, and when.

Several clerks work at once, each a process of its own, as senders do on a Monday morning.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import django

from channelkeeper.access.rules import whole
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from demo import messy, workbooks
from demo.simulate import Company, Ledger

COPIED_WEEKS = 4  # how long the one who copies has handed in the same figures

_known: list[tuple[Company, Path, datetime]] = []


@dataclass(frozen=True)
class File:
    """A distributor's report of a week, as written."""

    code: str
    week: date
    name: str
    content: bytes
    received_at: datetime


@dataclass(frozen=True)
class Task:
    """
    What a clerk hands in: a week's workbooks of some distributors.

    Attributes:
        index: of the week.
        desk, desks: which clerk, and how many there are: every `desks`-th distributor is theirs.
        after, until: only what is received in (after, until]; None is from the beginning.
        live: the weeks of those who follow the proposals, by place: they come out of what was ordered.
    """

    index: int
    desk: int
    desks: int
    after: datetime | None
    until: datetime
    live: dict[int, Ledger] = field(default_factory=dict)


def know(company: Company, folder: Path, now: datetime) -> None:
    """Tell this process the company once, so that each task is only a few numbers."""
    django.setup()
    _known.append((company, folder, now))


def hand_in(task: Task) -> list[str]:
    """
    Write a week's workbooks of some distributors and hand them in.

    Returns:
        What was not taken in; empty where all was.
    """
    company, folder, now = _known[-1]
    for place, ledger in task.live.items():
        company.ledgers[place] = ledger
    sent = [
        (place, received_at)
        for place in range(task.desk, len(company.distributors), task.desks)
        if _reports(company, place, task.index)
        and (received_at := _received_at(company, place, task.index, now)) <= task.until
        and (task.after is None or received_at > task.after)
    ]
    files = (_file(company, place, task.index, folder, received_at) for place, received_at in sent)
    return [fault for file in sorted(files, key=lambda file: file.received_at) if (fault := _send(file))]


def _reports(company: Company, place: int, index: int) -> bool:
    """Return whether a distributor reports a week at all: since it joined, and not where it forgets the last one."""
    one, total = company.distributors[place], company.weeks
    joined = total - one.reported_weeks if one.reported_weeks else 0
    return index >= joined and not (one.manners == "missing" and index == total - 1)


def _send(file: File) -> str:
    """Send a file by the intake that everybody uses; the faulty one waits for its page."""
    from channelkeeper.stock import actions as stock  # a spawned process has no models before it knows the company

    common = {"distributor_code": file.code, "data": file.content, "filename": file.name, "week": file.week}
    by = whole("filling the demo")
    if messy.FAULTY in file.name:
        stock.hold(**common, source="page", by=by, at=file.received_at)  # type: ignore[arg-type]
        return ""
    answer = stock.import_report(**common, source="command", by=by, at=file.received_at)  # type: ignore[arg-type]
    return (
        ""
        if answer.status == "accepted"
        else f"{file.name}: {answer.body['faults'][:2]} {answer.body['questions'][:2]}"
    )


def _received_at(company: Company, place: int, index: int, now: datetime) -> datetime:
    late = company.distributors[place].manners == "late" and (index * 7 + place) % 3
    monday = instant(weeks.shift(company.week(index), 1), 8) + timedelta(minutes=(place * 37 + index * 11) % 230)
    return monday + timedelta(days=2) if late else min(monday, now)


def _file(company: Company, place: int, index: int, folder: Path, received_at: datetime) -> File:
    one, total = company.distributors[place], company.weeks
    week, last = company.week(index), index == total - 1
    copied = max(total - 1 - COPIED_WEEKS, 0) if one.manners == "copies" and index > total - 1 - COPIED_WEEKS else index
    lines = _lines(company, place, copied)
    name, content = workbooks.write(one.layout, one.name_zh, one.name_en, week, lines)
    if one.manners == "messy" and last:
        name, content = messy.write(one.name_zh, week, lines)
    target = folder / one.code
    target.mkdir(parents=True, exist_ok=True)
    (target / name).write_bytes(content)
    return File(one.code, week, name, content, received_at)


def _lines(company: Company, place: int, index: int) -> list[workbooks.Line]:
    ledger = company.ledgers[place]
    return [
        workbooks.Line(
            product.code,
            product.gtin,
            product.name_zh,
            product.name_en,
            company.categories[product.category][0],
            product.units_per_case,
            *(
                int(column[index, row])
                for column in (
                    ledger.opening,
                    ledger.received,
                    ledger.sold,
                    ledger.gifts,
                    ledger.losses,
                    ledger.closing,
                    ledger.near_expiry,
                )
            ),
        )
        for row, product in enumerate(company.products[number] for number in ledger.products)
        if product.launched_on is None or product.launched_on <= company.week(index)
    ]


def instant(day: date, hour: int) -> datetime:
    """Return the business instant of an hour of a day."""
    return datetime.combine(day, time(hour), ZoneInfo(BUSINESS.zone))
