"""How figures are written for a reader of each language."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from channelkeeper.core import formats


@pytest.mark.parametrize(
    ("value", "short", "chinese", "english"),
    [
        ("82828", False, "82,828元", "¥82,828"),
        ("82828", True, "8.3万元", "¥82,828"),
        ("9999.60", True, "1万元", "¥10,000"),
        ("9999.40", True, "9,999元", "¥9,999"),
        ("20000", True, "2万元", "¥20,000"),
        ("12345678", True, "1,234.6万元", "¥12,345,678"),
        ("230000000", True, "2.3亿元", "¥230,000,000"),
        ("99996000", True, "9,999.6万元", "¥99,996,000"),
        ("99999600", True, "1亿元", "¥99,999,600"),
        ("-82828", True, "−8.3万元", "−¥82,828"),
        ("36.5", False, "36.50元", "¥36.50"),
        ("0", False, "0元", "¥0"),
        ("-0.4", True, "0元", "¥0"),
    ],
)
def test_money_is_short_in_sentences_and_full_in_tables(value: str, short: bool, chinese: str, english: str) -> None:
    amount = Decimal(value)
    written = [formats.money(amount, language, short=short) for language in ("zh-hans", "en")]
    assert written == [chinese, english]


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [("29.5", 0, "30"), ("25.04", 0, "25"), ("28.94", 1, "28.9"), ("1234", 0, "1,234"), ("0.04", 1, "0.0")],
)
def test_days_are_rounded_half_up(value: str, places: int, written: str) -> None:
    assert formats.days(Decimal(value), places) == written


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [("3", 0, "+3"), ("-1.3", 1, "−1.3"), ("0", 0, "0"), ("0.2", 0, "0"), ("-0.2", 0, "0"), ("1234.5", 1, "+1,234.5")],
)
def test_a_change_shows_its_sign(value: str, places: int, written: str) -> None:
    assert formats.signed(Decimal(value), places) == written


@pytest.mark.parametrize(
    ("units", "per_case", "written"),
    [(6912, 24, "288"), (76, 24, "3.2"), (0, 24, "0"), (2412, 24, "101"), (-24, 24, "−1")],
)
def test_pieces_are_written_as_cases(units: int, per_case: int, written: str) -> None:
    assert formats.cases(units, per_case, "zh", unit=False) == written


def test_cases_carry_their_unit_in_both_languages() -> None:
    assert [formats.cases(24, 24, language) for language in ("zh", "en")] == ["1箱", "1 case"]
    assert [formats.cases(48, 24, language) for language in ("zh", "en")] == ["2箱", "2 cases"]


def test_shares_are_written_in_whole_percent() -> None:
    assert [formats.percent(Decimal(share)) for share in ("0.684", "0.685", "1")] == ["68%", "69%", "100%"]


@pytest.mark.parametrize(
    ("write", "chinese", "english"),
    [
        (formats.day, "12月3日", "3 Dec"),
        (formats.full_day, "2026年12月3日", "3 Dec 2026"),
        (formats.weekday, "周四", "Thu"),
        (formats.week, "第49周", "week 49"),
        (formats.week_short, "49周", "W49"),
    ],
)
def test_days_and_weeks_read_in_both_languages(
    write: Callable[[date | None, str], str], chinese: str, english: str
) -> None:
    on = date(2026, 12, 3)
    assert [write(on, language) for language in ("zh-hans", "en")] == [chinese, english]


def test_the_first_of_january_2027_lies_in_week_53() -> None:
    assert formats.week(date(2027, 1, 1), "en") == "week 53"


def test_a_moment_is_day_and_time() -> None:
    at = datetime(2026, 11, 22, 21, 40)  # noqa: DTZ001  already where the reader is
    assert [formats.moment(at, language) for language in ("zh", "en")] == ["11月22日21:40", "22 Nov 21:40"]


@pytest.mark.parametrize(
    "write",
    [
        formats.whole,
        formats.days,
        formats.percent,
        formats.signed,
        formats.yuan,
        lambda value: formats.money(value, "en"),
    ],
)
def test_no_figure_is_an_en_dash(write: Callable[[None], str]) -> None:
    assert write(None) == "–"


@pytest.mark.parametrize("write", [formats.day, formats.full_day, formats.weekday, formats.week, formats.week_short])
def test_no_date_is_an_en_dash(write: Callable[[date | None, str], str]) -> None:
    assert write(None, "zh-hans") == "–"
