"""NET-1: assignments follow each other; days of the week; what a record must be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkeeper.access.rules import Refusal
from channelkeeper.network import rules
from channelkeeper.network.rules import Period

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("given", "settled"),
    [
        ([], []),
        ([Period(JAN, None, "A")], [Period(JAN, None, "A")]),
        ([Period(JAN, None, "A"), Period(MAR, None, "B")], [Period(JAN, MAR, "A"), Period(MAR, None, "B")]),
        ([Period(MAR, None, "B"), Period(JAN, None, "A")], [Period(JAN, MAR, "A"), Period(MAR, None, "B")]),
        ([Period(JAN, FEB, "A"), Period(MAR, None, "B")], [Period(JAN, FEB, "A"), Period(MAR, None, "B")]),
        ([Period(JAN, FEB, "A"), Period(FEB, APR, "B")], [Period(JAN, FEB, "A"), Period(FEB, APR, "B")]),
    ],
)
def test_periods_follow_each_other(given: list[Period], settled: list[Period]) -> None:
    assert rules.settle(given) == settled


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([Period(JAN, MAR, "A"), Period(FEB, None, "B")], "network.assignment_overlaps"),
        ([Period(FEB, FEB, "A")], "network.assignment_ends_before"),
        ([Period(FEB, JAN, "A")], "network.assignment_ends_before"),
    ],
)
def test_what_overlaps_or_ends_before_it_starts_is_refused(given: list[Period], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.settle(given)
    assert refused.value.code == code


@given(st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, max_size=12))
def test_open_periods_cover_every_day_once(first_days: set[date]) -> None:
    settled = rules.settle(Period(day, None, "A") for day in first_days)
    assert [period.ends_on for period in settled] == [*(period.starts_on for period in settled[1:]), None]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        *zip(["周一", "星期二", "礼拜三", "周日", "星期天"], [0, 1, 2, 6, 6], strict=True),
        *zip(["Mon", "tuesday", "SUN", 0, 6], [0, 1, 6, 0, 6], strict=True),
        *((written, None) for written in (7, -1, True, "周八", "周", "Mo", "x", None)),
    ],
)
def test_a_day_of_the_week_is_read_however_it_is_written(written: object, day: int | None) -> None:
    assert rules.weekday_of(written) == day


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_written_is_read_again(language: str) -> None:
    assert [rules.weekday_of(rules.weekday_name(day, language)) for day in range(7)] == list(range(7))


@pytest.mark.parametrize(
    ("values", "flaws"),
    [
        ({"grade": "A", "lead_time_days": 0, "order_weekdays": "周一、周四", "min_order_cases": 0}, []),
        ({"grade": "D"}, [("grade", "network.grade")]),
        ({"lead_time_days": 121}, [("lead_time_days", "network.lead_time")]),
        ({"order_weekdays": "周二、周八"}, [("order_weekdays", "network.weekday")]),
        ({"truck_pallets": Decimal(0)}, [("truck_pallets", "network.sum")]),
        ({"min_order_cases": 10_001}, [("min_order_cases", "network.min_order")]),
        ({"login": "a b"}, [("login", "network.login_with_blank")]),
        ({"name_zh": "x" * 121}, [("name_zh", "network.too_long")]),
        ({"name_zh": None}, [("name_zh", "network.needed")]),
        ({"starts_on": FEB, "ends_on": FEB}, [("ends_on", "network.ends_before_start")]),
    ],
)
def test_what_a_record_must_be(values: dict[str, Any], flaws: list[tuple[str, str]]) -> None:
    found = rules.flaws(values, needed=("name_zh",), is_new=False)
    assert [(column, code) for column, code, _ in found] == flaws
