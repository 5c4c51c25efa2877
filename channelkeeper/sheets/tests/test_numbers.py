"""Hazard 14: numbers and dates as people write them, right or named."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channelkeeper.sheets import numbers
from channelkeeper.sheets.numbers import Misread, Part
from channelkeeper.sheets.workbook import CellError, Unstored, Value

READ: list[tuple[str, str]] = [
    ("12", "12"),
    ("１２", "12"),
    ("1,234", "1234"),
    ("1，234", "1234"),
    ("１，２３４．５", "1234.5"),
    ("1,234,567.89", "1234567.89"),
    ("0", "0"),
    ("007", "7"),
    (".5", "0.5"),
    ("12.", "12"),
    ("+5", "5"),
    ("-12", "-12"),
    ("−12", "-12"),
    ("－12", "-12"),
    ("–12", "-12"),
    ("- 12", "-12"),
    ("12-", "-12"),
    ("(12)", "-12"),
    ("（12）", "-12"),
    ("( 1,200 )", "-1200"),
    ("负12", "-12"),
    ("1.2万", "12000"),
    ("3万", "30000"),
    ("-1.5万", "-15000"),
    ("(2万)", "-20000"),
    ("\u00a012\u200b", "12"),
    ("\ufeff7", "7"),
    ("\u300012\u3000", "12"),
    ("0.10", "0.10"),
]

NAMED: list[tuple[str, str]] = [
    ("约100", "approximate"),
    ("100左右", "approximate"),
    ("100多", "approximate"),
    ("100+", "approximate"),
    (">100", "approximate"),
    ("≈100", "approximate"),
    ("近百", "not_a_number"),
    ("about 100", "approximate"),
    ("100-120", "range"),
    ("100~120", "range"),
    ("100～120", "range"),
    ("100至120", "range"),
    ("100 to 120", "range"),
    ("50%", "percent"),
    ("５０％", "percent"),
    ("12.5 %", "percent"),
    ("2026-11-16", "date"),
    ("11/16", "date"),
    ("2026/11/16", "date"),
    ("3月5日", "date"),
    ("2026年11月", "date"),
    ("1.2E+05", "scientific"),
    ("6.90123E+12", "scientific"),
    ("#N/A", "error"),
    ("#REF!", "error"),
    ("#DIV/0!", "error"),
    ("10²", "not_a_number"),
    ("①2", "not_a_number"),
    ("½", "not_a_number"),
    ("٣", "not_a_number"),
    ("十二", "not_a_number"),
    ("12箱", "not_a_number"),
    ("1,23", "not_a_number"),
    ("12,5", "not_a_number"),
    ("1,2345", "not_a_number"),
    ("1 234", "not_a_number"),
    ("1.2.3", "not_a_number"),
    ("--5", "not_a_number"),
    ("(-5)", "not_a_number"),
    ("-5-", "not_a_number"),
    ("(5", "not_a_number"),
    ("5)", "not_a_number"),
    ("1万2", "not_a_number"),
    ("一万", "not_a_number"),
    ("abc", "not_a_number"),
    ("9" * 30, "too_big"),
    ("nan", "not_a_number"),
    ("inf", "not_a_number"),
    ("0x10", "not_a_number"),
    ("1_000", "not_a_number"),
    ("缺货", "not_a_number"),
    ("12:30", "not_a_number"),
    ("", "blank"),
    ("-", "blank"),
    ("—", "blank"),
    ("/", "blank"),
    ("无", "blank"),
    ("  ", "blank"),
]


@pytest.mark.parametrize(("text", "number"), READ)
def test_a_number_is_read_as_written(text: str, number: str) -> None:
    assert numbers.read_number(text) == Decimal(number)


@pytest.mark.parametrize(("text", "code"), NAMED)
def test_what_is_no_exact_number_is_named(text: str, code: str) -> None:
    assert numbers.read_number(text) == Misread(code)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (12, Decimal(12)),
        (-3, Decimal(-3)),
        (Decimal("2.5"), Decimal("2.5")),
        (True, Misread("yes_no")),
        (None, Misread("blank")),
        (CellError("#N/A"), Misread("error")),
        (Unstored(), Misread("unstored")),
        (date(2026, 11, 16), Misread("date")),
        (datetime.fromisoformat("2026-11-16T08:00"), Misread("date")),
        (time(8, 30), Misread("time")),
    ],
)
def test_a_typed_value_is_a_number_or_named(value: Value, read: Decimal | Misread) -> None:
    assert numbers.read_number(value) == read


WRITINGS = {
    "plain": "{}",
    "thousands": "{:,}",
    "wide": "{}",
    "blanks": " {} ",
    "brackets": "({})",
    "behind": "{}-",
    "minus": "−{}",
    "wide_brackets": "（{}）",
}
NEGATIVE = {"brackets", "behind", "minus", "wide_brackets"}
WIDE = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


@given(some.integers(0, 10**9), some.sampled_from(sorted(WRITINGS)))
def test_no_writing_changes_a_number_or_turns_it_positive(number: int, writing: str) -> None:
    text = WRITINGS[writing].format(number)
    text = text.translate(WIDE) if writing == "wide" else text
    assert numbers.read_number(text) == (-number if writing in NEGATIVE else number)


@given(some.decimals(min_value=-(10**6), max_value=10**6, places=3))
def test_decimals_do_not_drift(number: Decimal) -> None:
    assert numbers.read_number(format(number, "f")) == number


@given(some.text(max_size=12))
def test_any_text_is_a_number_or_a_code_with_a_sentence(text: str) -> None:
    from channelkeeper.sheets.sentences import FAULTS

    read = numbers.read_number(text)
    assert isinstance(read, Decimal) or read.code in FAULTS


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12箱", [("12", "箱")]),
        ("１２ 箱", [("12", "箱")]),
        ("3箱5瓶", [("3", "箱"), ("5", "瓶")]),
        ("3箱 5瓶", [("3", "箱"), ("5", "瓶")]),
        ("3箱+5瓶", [("3", "箱"), ("5", "瓶")]),
        ("3箱零5瓶", [("3", "箱"), ("5", "瓶")]),
        ("2.5箱", [("2.5", "箱")]),
        ("1,200瓶", [("1200", "瓶")]),
        ("1万瓶", [("10000", "瓶")]),
        ("-3箱", [("-3", "箱")]),
        ("(3箱5瓶)", [("-3", "箱"), ("-5", "瓶")]),
        ("12 ctns", [("12", "ctns")]),
        ("12CTN 5PCS", [("12", "CTN"), ("5", "PCS")]),
    ],
)
def test_figures_with_units_come_apart(text: str, parts: list[tuple[str, str]]) -> None:
    assert numbers.read_parts(text) == tuple(Part(Decimal(number), word) for number, word in parts)


@pytest.mark.parametrize("text", ["-3箱5瓶", "3箱5", "12箱/件", "约3箱", "3-5箱", "箱12", "3箱5-瓶", "箱"])
def test_figures_with_units_that_may_mean_two_things_are_not_read(text: str) -> None:
    assert isinstance(numbers.read_parts(text), Misread)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-11-16", date(2026, 11, 16)),
        ("2026/1/6", date(2026, 1, 6)),
        ("2026.11.16", date(2026, 11, 16)),
        ("2026年11月16日", date(2026, 11, 16)),
        ("２０２６－１１－１６", date(2026, 11, 16)),
        ("20261116", date(2026, 11, 16)),
        (20261116, date(2026, 11, 16)),
        ("2026-11-16 08:30", date(2026, 11, 16)),
        (date(2026, 11, 16), date(2026, 11, 16)),
        (datetime.fromisoformat("2026-11-16T23:59"), date(2026, 11, 16)),
        ("2026-02-30", Misread("not_a_date")),
        ("11-16", Misread("not_a_date")),
        ("16/11/2026", Misread("not_a_date")),
        (46342, Misread("not_a_date")),
        ("", Misread("blank")),
        (None, Misread("blank")),
        (True, Misread("not_a_date")),
    ],
)
def test_a_date_needs_its_year_and_is_never_guessed(value: Value, read: date | Misread) -> None:
    assert numbers.read_date(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("¥1,200.50", Decimal("1200.50")),
        ("￥12", Decimal(12)),
        ("1200.5元", Decimal("1200.5")),
        ("1.2万元", Decimal(12000)),
        (Decimal("3.14"), Decimal("3.14")),
        ("3.141", Misread("below_fen")),
        ("面议", Misread("not_a_number")),
        (10**300, Misread("too_big")),
        ("9" * 20, Misread("too_big")),
    ],
)
def test_money_is_read_to_the_fen(value: Value, read: Decimal | Misread) -> None:
    assert numbers.read_money(value) == read
