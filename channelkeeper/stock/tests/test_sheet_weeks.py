"""The week is what the file says or what a person says: never the day of printing, never today."""

from datetime import date

import pytest

from channelkeeper.sheets.workbook import Value
from channelkeeper.stock.sheet import Answers, Reading
from channelkeeper.stock.tests.sheet_making import WEEK, faults, reading, sheet

HEADS: list[Value] = ["货号", "销售", "期末"]
LINE: list[Value] = ["YS1011", 1, 2]
W46, W48 = date(2026, 11, 9), date(2026, 11, 23)


def titled(
    *titles: Value,
    asked: date | None = None,
    name: str = "Sheet1",
    filename: str = "a.xlsx",
    answer: date | None = None,
) -> Reading:
    page = sheet(*([title] for title in titles), HEADS, LINE, name=name)
    return reading(page, asked=asked, filename=filename, answers=Answers(week=answer))


SAID: list[Value] = [
    "2026年第47周",
    "2026年47周",
    "进销存周报（2026年第47周）",
    "2026-W47",
    "2026W47",
    "2026 W47",
    "W47 2026",
    "Week 47, 2026",
    "2026 week 47",
    "２０２６年第４７周",
    "2026年11月16日至22日",
    "2026年11月16日-11月22日",
    "2026年11月16日至2026年11月22日",
    "2026-11-16至2026-11-22",
    "2026/11/16~2026/11/22",
    "2026.11.16-2026.11.22",
    "2026.11.16—11.22",
    "20261116-20261122",
    "2026-11-16 to 2026-11-22",
    "2026年11月16日（周一）至11月22日（周日）",
    "统计日期：2026-11-18",
    "截至2026年11月22日",
    "week ending 2026-11-22",
    "2026年第47周（11月16日至22日）",
    "2026年11月16日～11月21日",
    "2026年第四十七周",
]


@pytest.mark.parametrize("title", SAID)
def test_the_files_own_week_is_read(title: Value) -> None:
    found = titled(title)
    assert found.questions == ()
    assert found.week == WEEK


@pytest.mark.parametrize("title", SAID)
def test_the_files_own_week_against_the_week_asked_for_is_a_question(title: Value) -> None:
    (question,) = titled(title, asked=W46).questions
    assert (question.kind, question.cell) == ("week", "A1")
    assert [candidate.code for candidate in question.candidates] == ["2026-W47", "2026-W46"]
    assert "2026年第46周（11月9日至15日）" in question.message_zh
    assert titled(title, asked=W46, answer=WEEK).week == WEEK


@pytest.mark.parametrize("title", ["第47周", "47周", "W47", "week 47", "11月16日至22日", "11.16-11.22", "第四十七周"])
def test_a_week_without_its_year_is_that_nearest_to_the_week_asked_for_or_a_question(title: str) -> None:
    assert titled(title, asked=WEEK).week == WEEK
    assert [question.kind for question in titled(title, asked=W46).questions] == ["week"]
    assert [question.kind for question in titled(title).questions] == ["week"]
    assert titled("2026年进销存", title).week == WEEK


@pytest.mark.parametrize(
    "title",
    [
        "打印日期：2026-11-16",
        "制表日期 2026年11月16日",
        "打印时间：2026-11-16 08:30:15",
        "导出于2026/11/16",
        "Printed on 2026-11-16",
        "Exported: 2026-11-16",
    ],
)
def test_a_day_of_printing_is_no_week(title: str) -> None:
    assert titled(title, asked=W46).week == W46
    (question,) = titled(title).questions
    assert (question.kind, question.value, question.candidates) == ("week", "", ())


def test_a_day_of_printing_in_the_next_cell_is_no_week() -> None:
    page = sheet(["打印日期", date(2026, 11, 23)], HEADS, LINE, name="Sheet1")
    assert reading(page, asked=WEEK).week == WEEK
    assert [question.value for question in reading(page, asked=None).questions] == [""]


def test_a_day_beside_the_week_of_a_title_does_not_disturb_it() -> None:
    assert titled("2026年第47周 打印日期:2026-11-23").week == WEEK
    assert titled("2026年第47周", "2026-11-23").week == WEEK


@pytest.mark.parametrize("title", ["库存周报 2026-11-22", "2026年11月22日", date(2026, 11, 22)])
def test_a_day_without_a_word_is_asked_about_and_contradicts_nothing(title: Value) -> None:
    assert titled(title, asked=W48).week == W48
    (question,) = titled(title).questions
    assert [candidate.code for candidate in question.candidates] == ["2026-W46", "2026-W47"]


def test_without_any_week_it_is_asked_and_never_guessed() -> None:
    found = titled("永盛副食 进销存")
    assert found.status == "questions"
    assert found.week is None
    (question,) = found.questions
    assert (question.kind, question.sheet, question.cell, question.candidates) == ("week", "Sheet1", "A1", ())
    assert titled("永盛副食 进销存", asked=WEEK).week == WEEK
    assert titled("永盛副食 进销存", answer=WEEK).week == WEEK


@pytest.mark.parametrize(
    "title",
    [
        "2026年第54周",
        "2025年第53周",
        "2026年第0周",
        "2026年11月第3周",
        "2026年11月18日至24日",
        "2026年13月1日至7日",
        "2026年第46周（11月16日至22日）",
        "2026年第46周、第47周",
    ],
)
def test_a_week_that_is_none_or_two_is_asked_about(title: str) -> None:
    for asked in (None, WEEK):
        (question,) = titled(title, asked=asked).questions
        assert (question.kind, question.cell) == ("week", "A1")


@pytest.mark.parametrize(
    ("title", "week"),
    [
        ("2026年第53周", date(2026, 12, 28)),
        ("2026年12月28日至2027年1月3日", date(2026, 12, 28)),
        ("2026年12月28日至1月3日", date(2026, 12, 28)),
        ("2027年第1周", date(2027, 1, 4)),
        ("2027-01-01至2027-01-03", date(2026, 12, 28)),
        ("2020年第53周", date(2020, 12, 28)),
    ],
)
def test_the_turn_of_the_year_keeps_its_weeks(title: str, week: date) -> None:
    assert titled(title).week == week


@pytest.mark.parametrize(
    "title",
    [
        "2026年11月月报",
        "2026年11月1日至30日",
        "2026年11月9日至22日",
        "2026-11-01~2026-11-30",
        "Monthly report",
        "季度进销存",
    ],
)
def test_more_than_a_week_is_a_fault(title: str) -> None:
    assert faults(titled(title, asked=WEEK)) == [("A1", "several_weeks")]


def test_the_week_may_be_the_sheets_name_or_the_files_or_a_column() -> None:
    assert titled("进销存", name="2026-W47").week == WEEK
    assert titled("进销存", filename="永盛 2026年第47周.xlsx").week == WEEK
    assert titled("进销存", filename="永盛 20261123.xlsx").questions[0].value == ""
    column = sheet(["周次", *HEADS], ["2026-W47", *LINE])
    assert reading(column, asked=None).week == WEEK
    numbers = sheet(["周次", *HEADS], [47, *LINE])
    assert reading(numbers, asked=WEEK).week == WEEK
    assert [question.cell for question in reading(numbers, asked=W46).questions] == ["A2"]


def test_the_files_name_is_not_asked_where_the_sheet_speaks() -> None:
    assert titled("2026年第47周", filename="永盛 2026年第46周.xlsx").week == WEEK


def test_of_a_sheet_per_week_the_one_asked_for_is_read() -> None:
    old = sheet(["2026年第46周"], HEADS, ["YS1011", 8, 9], name="上周")
    new = sheet(["2026年第47周"], HEADS, LINE, name="本周")
    found = reading(old, new, asked=WEEK)
    assert (found.week, [line.sold for line in found.lines]) == (WEEK, [1])
    assert [note.code for note in found.notes] == ["other_week_left", "no_unit", "no_opening"]
    (question,) = reading(old, new, asked=None).questions
    assert [candidate.code for candidate in question.candidates] == ["2026-W46", "2026-W47"]


def test_a_batch_of_dates_below_the_table_is_no_week() -> None:
    page = sheet(["2026年第47周"], ["货号", "生产日期", "销售", "期末"], ["YS1011", date(2026, 10, 2), 1, 2])
    assert reading(page, asked=None).week == WEEK
