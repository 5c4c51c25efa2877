"""
Which week a file says it is for.

It may say so in its title, a cell, a column, a sheet's name or its own name; as a week's
number or as days. The day on which it was printed is not its week, and today never is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from channelkeeper.core import weeks
from channelkeeper.sheets import text as texts
from channelkeeper.sheets.workbook import Sheet, Value, cell_name
from channelkeeper.stock.sheet.layout import Layout
from channelkeeper.stock.sheet.records import Candidate, Question
from channelkeeper.stock.sheet.sentences import QUESTIONS, WHY, pair

_TAIL_ROWS = 8  # below the last line notes say when, too
_LONGEST = 200  # characters of a title that are looked at
_DISTINCT = 20  # values of a column that are looked at
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_PRINTED = r"(?:打印|制表|制单|导出|填表|填报|填写|生成|审核|创建|上报|提交|printed|created|exported|prepared)"
_DAY = r"(?:(?P<y{0}>\d{{4}})\s*[年\-/.]\s*)?(?P<m{0}>\d{{1,2}})\s*[月\-/.]\s*(?P<d{0}>\d{{1,2}})\s*[日号]?"
_PRINT_DATE = re.compile(
    rf"{_PRINTED}[^\d]{{0,10}}\d{{4}}\s*[年\-/.]\s*\d{{1,2}}\s*[月\-/.]\s*\d{{1,2}}\s*日?(?:\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?",
    re.I,
)
_PRINT_LABEL = re.compile(_PRINTED, re.I)
_WEEKDAY = re.compile(r"[(\[]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)\]]?")
_RANGE = re.compile(
    rf"(?<![\d.]){_DAY.format(1)}\s*(?:-+|~|〜|至|到|\bto\b|\buntil\b)\s*(?:{_DAY.format(2)}|(?P<last>\d{{1,2}})\s*[日号]?)(?![\d.])",
    re.I,
)
_PACKED_RANGE = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})\s*(?:-+|~|至|到)\s*(20\d{2})(\d{2})(\d{2})(?!\d)")
_SINGLE = re.compile(rf"(?<![\d.]){_DAY.format(1)}(?![\d.])")
_LABELLED = re.compile(
    r"截至|截止|统计|报告期|报告日|所属|起始|周末|week\s*(?:ending|of|beginning|commencing|starting)|w/e|as\s+of", re.I
)
_WEEK_WITH_YEAR = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*年?\s*[-/]?\s*第?\s*(?P<w>\d{1,2})\s*周"),
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*[-/ ]?\s*W(?:eek|k)?\s*[-.]?\s*(?P<w>\d{1,2})(?!\d)", re.I),
    re.compile(r"\bW(?:eek|k)?\s*(?P<w>\d{1,2})\s*[,/ -]\s*(?P<y>\d{4})(?!\d)", re.I),
)
_WEEK_OF_MONTH = re.compile(r"\d{1,2}\s*月\s*(?:份)?\s*第\s*(?:\d|[一二三四五])\s*周")
_WEEK_ALONE = (
    re.compile(r"第\s*(?P<w>\d{1,2})\s*周"),
    re.compile(r"(?<![\d.])(?P<w>\d{1,2})\s*周(?!转|年|岁|一|二|三|四|五|六|日)"),
    re.compile(r"\bW(?:eek|k)?\s*(?P<w>\d{1,2})(?!\d)", re.I),
)
_CHINESE_WEEK = re.compile(r"第\s*([一二三四五六七八九十]{1,3})\s*周")
_MONTHLY = re.compile(r"月报|月度|季报|季度|年报|monthly|quarterly", re.I)
_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*(?:年|[-/.]\d)")


@dataclass(frozen=True, slots=True)
class Claim:
    """
    What one place says of the week.

    Attributes:
        weeks: the Mondays it may mean; one where it is sure, none where it is unclear.
        several: it covers more than a week.
        weak: a day that stands there without a word of what it is.
    """

    sheet: str
    cell: str
    text: str
    weeks: tuple[date, ...] = ()
    several: bool = False
    weak: bool = False


def claims(sheet: Sheet, layout: Layout, asked: date | None) -> list[Claim]:
    """Return everything that a sheet says of its week, in its name, around its table and in a column."""
    places = [*_around(sheet, layout), *_column(sheet, layout)]
    years = {int(year) for _, text in places for year in _YEAR.findall(_without_print_dates(text))}
    year = years.pop() if len(years) == 1 else None
    found = [_claim(sheet.name, cell, text, year, asked) for cell, text in places]
    named = _claim(sheet.name, "", sheet.name, year, asked)
    return [claim for claim in (*found, named) if claim is not None and not (claim is named and claim.weak)]


def claim_of_name(filename: str, asked: date | None) -> Claim | None:
    """Return what the file's own name says; a lone day in it says nothing."""
    found = _claim("", "", filename, None, asked)
    return None if found is None or found.weak else found


def _around(sheet: Sheet, layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield cell and text of everything above the heads, and of the last rows."""
    below = range(max(layout.row + 1, len(sheet.rows) - _TAIL_ROWS), len(sheet.rows))
    figures = layout.labels()
    for row in (*range(layout.row), *below):
        for column, value in enumerate(sheet.rows[row]):
            if row > layout.row and column in figures and not isinstance(value, str):
                continue  # a date in a table is a batch, or a fault
            text = _text(value)
            if text and not _is_print_date(sheet, row, column):
                yield cell_name(row, column), text


def _text(value: Value) -> str:
    if isinstance(value, date):
        return f"{value.year}-{value.month}-{value.day}"
    return texts.narrow(value[:_LONGEST]) if isinstance(value, str) else ""


def _is_print_date(sheet: Sheet, row: int, column: int) -> bool:
    """Tell whether the cell before says that this one is when the sheet was printed."""
    before = [value for value in sheet.rows[row][:column] if value is not None]
    return bool(before) and isinstance(before[-1], str) and bool(_PRINT_LABEL.search(before[-1]))


def _column(sheet: Sheet, layout: Layout) -> Iterator[tuple[str, str]]:
    if layout.week is None:
        return
    seen: set[str] = set()
    for row in range(layout.row + 1, len(sheet.rows)):
        value = sheet.value(row, layout.week.column)
        text = f"第{value}周" if isinstance(value, int) and not isinstance(value, bool) else _text(value)
        if text and text not in seen and len(seen) < _DISTINCT:
            seen.add(text)
            yield cell_name(row, layout.week.column), f"第{text}周" if text.isdigit() else text


def _without_print_dates(text: str) -> str:
    return _PRINT_DATE.sub(" ", text)


def _claim(sheet: str, cell: str, text: str, year: int | None, asked: date | None) -> Claim | None:
    """Return what one text says; days say more than a number, a number more than a lone day."""
    plain = _WEEKDAY.sub(" ", _without_print_dates(texts.narrow(text)))
    if _MONTHLY.search(plain):
        return Claim(sheet, cell, text, several=True)
    if _WEEK_OF_MONTH.search(plain):
        return Claim(sheet, cell, text)
    ranges = list(_ranges(plain, year, asked))
    numbers = list(_numbers(plain, year, asked))
    if ranges or numbers:
        return _combined(sheet, cell, text, ranges, numbers)
    return _single(sheet, cell, text, plain, year, asked)


_Days = tuple[date, date] | None


def _combined(sheet: str, cell: str, text: str, ranges: list[_Days], numbers: list[date | None]) -> Claim:
    if any(days is not None and (days[1] - days[0]).days >= 7 for days in ranges):
        return Claim(sheet, cell, text, several=True)
    if None in ranges or None in numbers:
        return Claim(sheet, cell, text)
    meant = {week for week in numbers if week is not None}
    for days in ranges:
        if days is not None:
            meant |= {weeks.monday_of(days[0]), weeks.monday_of(days[1])}
    return Claim(sheet, cell, text, tuple(sorted(meant)))


def _ranges(text: str, year: int | None, asked: date | None) -> Iterator[_Days]:
    """Yield first and last day of each range, None for one that is no range of days."""
    for packed in _PACKED_RANGE.finditer(text):
        numbers = [int(part) for part in packed.groups()]
        yield _days(_day(*numbers[:3]), _day(*numbers[3:]))
    for found in _RANGE.finditer(text):
        first_month, first_day = int(found["m1"]), int(found["d1"])
        last_month = int(found["m2"] or first_month)
        last_day = int(found["d2"] or found["last"])
        stated = found["y1"] or found["y2"]
        begins = int(stated) if stated else year or _year_near(asked, first_month, first_day)
        if begins is None:
            yield None
            continue
        if found["y2"] and not found["y1"] and last_month < first_month:
            begins -= 1  # 12月28日至2027年1月3日
        ends = int(found["y2"]) if found["y2"] else begins + (last_month < first_month)
        yield _days(_day(begins, first_month, first_day), _day(ends, last_month, last_day))


def _days(first: date | None, last: date | None) -> _Days:
    return (first, last) if first and last and first <= last else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year_near(asked: date | None, month: int, day: int) -> int | None:
    """Return the year that brings a day nearest to the week asked for."""
    if asked is None:
        return None
    near = [found for year in (asked.year - 1, asked.year, asked.year + 1) if (found := _day(year, month, day))]
    return min(near, key=lambda found: abs((found - asked).days)).year if near else None


def _numbers(text: str, year: int | None, asked: date | None) -> Iterator[date | None]:
    """Yield the Monday of each week named by number, None for one that does not exist or lacks its year."""
    years = {year} - {None}
    for pattern in _WEEK_WITH_YEAR:
        for found in pattern.finditer(text):
            years.add(int(found["y"]))
            yield _monday(int(found["y"]), int(found["w"]))
        text = pattern.sub(" ", text)
    alone = [int(found["w"]) for found in _WEEK_ALONE[0].finditer(text)]
    alone = alone or [int(found["w"]) for pattern in _WEEK_ALONE[1:] for found in pattern.finditer(text)]
    alone += [_chinese(found) for found in _CHINESE_WEEK.findall(text)]
    only_year = years.pop() if len(years) == 1 else None
    for number in alone:
        yield _of_number(number, only_year, asked)


def _chinese(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    digits = "〇一二三四五六七八九"
    return (digits.find(tens or "一") * 10 if ten else 0) + (digits.find(ones) if ones else 0)


def _of_number(number: int, year: int | None, asked: date | None) -> date | None:
    if year is not None:
        return _monday(year, number)
    if asked is None:
        return None
    near = [_monday(asked.isocalendar().year + shift, number) for shift in (-1, 0, 1)]
    return min((week for week in near if week), key=lambda week: abs((week - asked).days), default=None)


def _monday(year: int, number: int) -> date | None:
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:
        return None


def _single(sheet: str, cell: str, text: str, plain: str, year: int | None, asked: date | None) -> Claim | None:
    found = _SINGLE.search(plain)
    if found is None:
        return None
    stated = int(found["y1"]) if found["y1"] else year or _year_near(asked, int(found["m1"]), int(found["d1"]))
    day = _day(stated, int(found["m1"]), int(found["d1"])) if stated else None
    if day is None:
        return None
    return Claim(sheet, cell, text, (weeks.monday_of(day),), weak=not _LABELLED.search(plain))


# From claims to a week, or a question.


@dataclass(frozen=True, slots=True)
class Verdict:
    """The week, or what to ask; `several` is the claim of more than a week."""

    week: date | None = None
    question: Question | None = None
    several: Claim | None = None


def decide(found: Sequence[Claim], *, sheet: str, asked: date | None, answer: date | None) -> Verdict:
    """
    Return the week of a file.

    Args:
        found: what its places say.
        sheet: where to ask if nothing is said.
        asked: the Monday of the week that was asked for, if any.
        answer: what a person answered; it settles all but a report over several weeks.
    """
    several = next((claim for claim in found if claim.several), None)
    if several is not None:
        return Verdict(answer, several=several)
    if answer is not None:
        return Verdict(answer)
    strong = [claim for claim in found if not claim.weak]
    unclear = next((claim for claim in strong if len(claim.weeks) != 1), None)
    meant = sorted({week for claim in strong for week in claim.weeks})
    if unclear is not None or len(meant) > 1:
        return Verdict(question=_ask("week_unclear", unclear or strong[0], meant, asked))
    if not meant:
        return _unsaid(found, sheet, asked)
    if asked is not None and meant[0] != asked:
        return Verdict(question=_ask("week_differs", strong[0], meant, asked))
    return Verdict(meant[0])


def _unsaid(found: Sequence[Claim], sheet: str, asked: date | None) -> Verdict:
    if asked is not None:
        return Verdict(asked)
    maybe = [claim for claim in found if claim.weak]
    near = {week for claim in maybe for week in claim.weeks}
    near |= {week - timedelta(days=7) for week in near}
    place = maybe[0] if maybe else Claim(sheet, "A1", "")
    return Verdict(question=_ask("week_unclear" if maybe else "week_missing", place, sorted(near), None))


def _ask(code: str, claim: Claim, meant: Iterable[date], asked: date | None) -> Question:
    candidates = [_candidate(week, "week_file") for week in meant if week != asked]
    if asked is not None:
        candidates.append(_candidate(asked, "week_asked"))
    asked_zh, asked_en = (_name(asked, "zh"), _name(asked, "en")) if asked else ("", "")
    zh, _ = pair(QUESTIONS, code, value=claim.text, asked=asked_zh)
    _, en = pair(QUESTIONS, code, value=claim.text, asked=asked_en)
    return Question("week", claim.sheet, claim.cell or "A1", claim.text, tuple(candidates), zh, en)


def _candidate(week: date, why: str) -> Candidate:
    why_zh, why_en = pair(WHY, why)
    return Candidate(weeks.label(week), _name(week, "zh"), _name(week, "en"), 50, why_zh, why_en)


def _name(week: date, language: str) -> str:
    last = weeks.sunday_of(week)
    number = week.isocalendar()
    if language == "zh":
        month = "" if last.month == week.month else f"{last.month}月"
        return f"{number.year}年第{number.week}周（{week.month}月{week.day}日至{month}{last.day}日）"
    first = f"{week.day} {_MONTHS[week.month - 1]}" if last.month != week.month else f"{week.day}"
    return f"{weeks.label(week)} ({first} to {last.day} {_MONTHS[last.month - 1]})"
