"""Who may change the network, and how assignments follow each other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from channelkeeper.access.rules import Permissions, Refusal, Role

_HEADQUARTERS = frozenset({Role.HEADQUARTERS})
_IN_CHARGE = frozenset({Role.HEADQUARTERS, Role.OFFICE_MANAGER})
PERMISSIONS: Permissions = {
    "network.imported": _HEADQUARTERS,
    "network.distributor.changed": _IN_CHARGE,
    "network.assignment.handed_over": _IN_CHARGE,
    "network.substitute.arranged": _IN_CHARGE,
    "network.substitute.ended": _IN_CHARGE,
}
GRADES = ("A", "B", "C")
LONGEST_LEAD_TIME_DAYS = 120
MOST_MIN_ORDER_CASES = 10_000
SUMS = (
    ("min_order_amount", Decimal(0), Decimal(100_000_000)),
    ("truck_pallets", Decimal("0.1"), Decimal(1_000)),
    ("order_limit", Decimal(0), Decimal(1_000_000_000)),
)
LONGEST = {
    "code": 40,
    "office": 40,
    "name_zh": 120,
    "name_en": 120,
    "place_zh": 100,
    "place_en": 100,
    "region": 100,
    "region_en": 100,
    "name": 100,
    "contact": 100,
    "manager_name": 100,
    "login": 150,
    "manager": 150,
}
_DAY_MARKS = re.compile(r"\s*[、，,/;；和]\s*")
_WEEKDAYS_ZH, _WEEKDAYS_EN = "一二三四五六日", ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Flaw = tuple[str, str, dict[str, Any]]  # column, code of the sentence, its figures


@dataclass(frozen=True, order=True)
class Period:
    """A rep serves a distributor in [starts_on, ends_on); None is until further notice."""

    starts_on: date
    ends_on: date | None
    rep: str


def settle(periods: Iterable[Period]) -> list[Period]:
    """
    Return a distributor's periods so that they follow each other without overlap.

    A period without an end is closed on the day the next one starts: that is a hand-over.
    One with an end of its own is never cut short in silence.

    Args:
        periods: of one distributor, in any order, no two with the same first day.

    Returns:
        By first day.

    Raises:
        Refusal: an end lies before its start, or reaches into the next period.

    Rule: NET-1.
    """
    ordered = sorted(periods, key=lambda period: period.starts_on)
    settled = []
    for period, following in zip(ordered, [*ordered[1:], None], strict=False):
        end = period.ends_on
        if end is not None and end <= period.starts_on:
            raise Refusal("network.assignment_ends_before", starts_on=period.starts_on.isoformat())
        if following is not None and end is not None and end > following.starts_on:
            raise Refusal("network.assignment_overlaps", starts_on=period.starts_on.isoformat(), other=following.rep)
        closes = following.starts_on if following is not None and end is None else end
        settled.append(replace(period, ends_on=closes))
    return settled


def weekday_of(value: object) -> int | None:
    """Return the day of the week that 周二, 星期二, Tue, Tuesday or 1 means, Monday is 0; None for none of them."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value <= 6 else None
    text = str(value).strip().lower()
    for prefix in ("周", "星期", "礼拜"):
        if text.startswith(prefix) and len(text) == len(prefix) + 1:
            place = "一二三四五六日".find(text[-1].replace("天", "日"))
            return place if place >= 0 else None
    return next((day for day, name in enumerate(_WEEKDAYS_EN) if len(text) >= 3 and text.startswith(name)), None)


def weekdays_of(value: object) -> tuple[int, ...] | None:
    """
    Return the days of the week that 周二、周五 or Tue, Fri or (1, 4) mean, in order; None where one is none of them.

    Args:
        value: a text with 、 or a comma or a slash between days, one number, or several; 0 is Monday.
    """
    several = isinstance(value, (list, tuple, set, frozenset))
    parts = list(value) if several else _DAY_MARKS.split(value.strip()) if isinstance(value, str) else [value]  # type: ignore[call-overload]
    found = {weekday_of(part) for part in parts}
    return tuple(sorted(day for day in found if day is not None)) if found and None not in found else None


def mask_of(days: Iterable[int]) -> int:
    """Return days of the week as they are kept, a bit each: (1, 4) is 2 + 16 = 18."""
    return sum(1 << day for day in set(days))


def days_in(mask: int) -> tuple[int, ...]:
    """Return the days of the week that a kept number holds, in order; 0 is Monday."""
    return tuple(day for day in range(7) if mask >> day & 1)


def weekdays_text(days: Iterable[int], language: str) -> str:
    """Return 周二、周五 or Tue, Fri: what `weekdays_of` reads."""
    return ("、" if language.startswith("zh") else ", ").join(weekday_name(day, language) for day in days)


def weekday_name(day: int, language: str) -> str:
    """Return 周二 or Tue."""
    return f"周{_WEEKDAYS_ZH[day]}" if language.startswith("zh") else _WEEKDAYS_EN[day].capitalize()


def flaws(values: Mapping[str, Any], *, needed: Iterable[str], is_new: bool) -> Iterator[Flaw]:
    """
    Yield what is wrong with a record's own figures.

    Args:
        values: by column, those that were given; None is a blank.
        needed: columns that a new record must have, and a known one may not lose.
        is_new: whether the record must be complete.
    """
    for column in needed:
        if values.get(column) in (None, "") and (is_new or column in values):
            yield column, "network.needed", {}
    for column, length in LONGEST.items():
        if len(str(values.get(column) or "")) > length:
            yield column, "network.too_long", {"length": length}
    for column in ("login", "manager"):
        if values.get(column) and str(values[column]).split() != [values[column]]:
            yield column, "network.login_with_blank", {}
    yield from terms_flaws(values)
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on and ends_on <= starts_on:
        yield "ends_on", "network.ends_before_start", {}


def terms_flaws(values: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what is wrong with a distributor's grade, lead time, order days, minimum, truck and limit."""
    if values.get("grade") is not None and values["grade"] not in GRADES:
        yield "grade", "network.grade", {"value": values["grade"]}
    lead = values.get("lead_time_days")
    if lead is not None and not 0 <= lead <= LONGEST_LEAD_TIME_DAYS:
        yield "lead_time_days", "network.lead_time", {"most": LONGEST_LEAD_TIME_DAYS}
    if values.get("order_weekdays") is not None and weekdays_of(values["order_weekdays"]) is None:
        yield "order_weekdays", "network.weekday", {"value": values["order_weekdays"]}
    least = values.get("min_order_cases")
    if least is not None and not 0 <= least <= MOST_MIN_ORDER_CASES:
        yield "min_order_cases", "network.min_order", {"most": MOST_MIN_ORDER_CASES}
    for column, smallest, most in SUMS:
        if values.get(column) is not None and not smallest <= values[column] <= most:
            yield column, "network.sum", {"least": f"{smallest:f}", "most": f"{most:f}"}
