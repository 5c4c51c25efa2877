"""
The distributors' clerks: which file each hands in for a week, and when.

Knows no database, so that a process of its own can write ahead.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from demo import messy, workbooks
from demo.simulate import Company

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


def know(company: Company, folder: Path, now: datetime) -> None:
    """Tell this process the company once, so that each week is only a number."""
    _known.append((company, folder, now))


def write_week(index: int) -> list[File]:
    """Write the workbooks of a week in the distributors' own layouts, in the order in which they come in."""
    company, folder, now = _known[-1]
    files = [
        _file(company, place, index, folder, now)
        for place, one in enumerate(company.distributors)
        if not (one.manners == "missing" and index == len(company.ledgers[place].sold) - 1)
    ]
    return sorted(files, key=lambda file: file.received_at)


def _file(company: Company, place: int, index: int, folder: Path, now: datetime) -> File:
    one, total = company.distributors[place], len(company.ledgers[place].sold)
    week, last = company.week(index), index == total - 1
    copied = max(total - 1 - COPIED_WEEKS, 0) if one.manners == "copies" and index > total - 1 - COPIED_WEEKS else index
    lines = _lines(company, place, copied)
    name, content = workbooks.write(one.layout, one.name_zh, one.name_en, week, lines)
    if one.manners == "messy" and last:
        name, content = messy.write(one.name_zh, week, lines)
    target = folder / one.code
    target.mkdir(parents=True, exist_ok=True)
    (target / name).write_bytes(content)
    late = one.manners == "late" and (index * 7 + place) % 3
    monday = instant(weeks.shift(week, 1), 8) + timedelta(minutes=(place * 37 + index * 11) % 230)
    return File(one.code, week, name, content, monday + timedelta(days=2) if late else min(monday, now))


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
