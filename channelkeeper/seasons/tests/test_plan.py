"""ORD-1a, b, d: when an order is placed, arrives and is judged, with weekdays and closed days on either side."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkeeper.core import weeks
from channelkeeper.seasons import rules
from channelkeeper.seasons.rules import OrderPlan

W47 = date(2026, 11, 16)
TUESDAY = (1,)


def closed(first: date, last: date) -> Callable[[date], bool]:
    """Return a calendar that is closed from one day to another."""
    return lambda day: first <= day <= last


@pytest.mark.parametrize(
    ("weekday", "lead_time_days", "order_on", "arrives_on", "lead_weeks", "reading_on"),
    [
        # a Tuesday, nine days: there on Thursday of the week after, read on that week's Sunday
        (1, 9, date(2026, 11, 24), date(2026, 12, 3), 1, date(2026, 12, 6)),
        (1, 0, date(2026, 11, 24), date(2026, 11, 24), 0, date(2026, 11, 29)),
        # goods of a Sunday are there before its close
        (1, 5, date(2026, 11, 24), date(2026, 11, 29), 0, date(2026, 11, 29)),
        (1, 6, date(2026, 11, 24), date(2026, 11, 30), 1, date(2026, 12, 6)),
        # an order of a Sunday lies before that day's close
        (6, 1, date(2026, 11, 29), date(2026, 11, 30), 1, date(2026, 12, 6)),
        (1, 21, date(2026, 11, 24), date(2026, 12, 15), 3, date(2026, 12, 20)),
    ],
)
def test_lead_weeks_are_sunday_closes_and_the_reading_precedes_the_next_delivery(
    weekday: int, lead_time_days: int, order_on: date, arrives_on: date, lead_weeks: int, reading_on: date
) -> None:
    found = rules.plan_order(week=W47, order_weekdays=(weekday,), lead_time_days=lead_time_days, today=W47)
    assert found == OrderPlan(order_on, arrives_on, reading_on, lead_weeks, lead_weeks, 1)


def test_a_plan_runs_over_the_end_of_a_year_with_53_weeks() -> None:
    found = rules.plan_order(week=date(2026, 12, 21), order_weekdays=TUESDAY, lead_time_days=7, today=W47)
    assert (found.arrives_on, found.reading_on) == (date(2027, 1, 5), date(2027, 1, 10))


@pytest.mark.parametrize(
    ("weekdays", "today", "expected"),
    [
        (TUESDAY, date(2026, 11, 23), date(2026, 11, 24)),  # Monday: the distributor orders on Tuesdays
        (TUESDAY, date(2026, 11, 26), date(2026, 11, 26)),  # Thursday: Tuesday has passed, so today
        (TUESDAY, date(2026, 12, 10), date(2026, 11, 24)),  # another week: as planned
        ((1, 4), date(2026, 11, 23), date(2026, 11, 24)),
        ((1, 4), date(2026, 11, 26), date(2026, 11, 27)),  # Thursday: Friday is still to come
    ],
)
def test_an_order_is_placed_on_a_weekday_of_its_or_later_in_that_week(
    weekdays: tuple[int, ...], today: date, expected: date
) -> None:
    assert rules.order_on(week=W47, order_weekdays=weekdays, today=today) == expected


def test_no_order_is_planned_on_a_closed_day() -> None:
    shut = closed(date(2026, 11, 24), date(2026, 11, 24))
    assert rules.order_on(week=W47, order_weekdays=(1, 4), today=W47, orders_closed=shut) == date(2026, 11, 27)
    assert rules.order_on(week=W47, order_weekdays=TUESDAY, today=W47, orders_closed=shut) == date(2026, 12, 1)
    thursday = date(2026, 11, 26)
    late = rules.order_on(week=W47, order_weekdays=TUESDAY, today=thursday, orders_closed=closed(thursday, thursday))
    assert late == date(2026, 12, 1)


def test_no_arrival_is_planned_on_a_closed_day_of_the_distributor() -> None:
    found = rules.plan_order(
        week=W47, order_weekdays=TUESDAY, lead_time_days=7, today=W47,
        arrivals_closed=closed(date(2026, 12, 1), date(2026, 12, 8)),
    )  # fmt: skip
    # There on 9 December; the next delivery, due on the 8th, comes that day too: read at the close of that week.
    assert (found.arrives_on, found.reading_on, found.arrival_week, found.review_weeks) == (
        date(2026, 12, 9), date(2026, 12, 13), 2, 1
    )  # fmt: skip


def test_an_order_before_a_long_closing_is_to_last_until_the_delivery_after_it() -> None:
    """Spring Festival: the factory takes no orders from 1 to 16 February 2027."""
    found = rules.plan_order(
        week=date(2027, 1, 18), order_weekdays=TUESDAY, lead_time_days=7, today=date(2027, 1, 25),
        orders_closed=closed(date(2027, 2, 1), date(2027, 2, 16)),
    )  # fmt: skip
    assert (found.order_on, found.arrives_on) == (date(2027, 1, 26), date(2027, 2, 2))
    # The next order can be placed on 23 February, there on 2 March: four weeks to last instead of one.
    assert (found.reading_on, found.review_weeks) == (date(2027, 2, 28), 4)


def test_where_all_is_closed_for_long_a_day_is_still_named() -> None:
    found = rules.plan_order(
        week=W47, order_weekdays=TUESDAY, lead_time_days=7, today=W47,
        orders_closed=lambda day: True, arrivals_closed=lambda day: True,
    )  # fmt: skip
    assert found.arrives_on == found.order_on + timedelta(days=7)
    assert weeks.sunday_of(weeks.monday_of(found.arrives_on)) <= found.reading_on


days = st.integers(0, 120).map(lambda day: date(2027, 1, 18) + timedelta(days=day))
closings = st.lists(st.tuples(days, st.integers(1, 14)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found))),
    lead=st.integers(0, 30),
    later=st.integers(0, 13),
    factory=closings,
    own=closings,
)
def test_a_plan_keeps_to_the_days_on_which_both_are_there(
    weekdays: tuple[int, ...],
    lead: int,
    later: int,
    factory: list[tuple[date, int]],
    own: list[tuple[date, int]],
) -> None:
    """Ordered when both are there, taken in when the distributor is, read at or after the arrival."""
    week, today = date(2027, 1, 18), date(2027, 1, 25) + timedelta(days=later)

    def held(spans: list[tuple[date, int]], day: date) -> bool:
        return any(first <= day < first + timedelta(days=length) for first, length in spans)

    found = rules.plan_order(
        week=week,
        order_weekdays=weekdays,
        lead_time_days=lead,
        today=today,
        orders_closed=lambda day: held(factory + own, day),
        arrivals_closed=lambda day: held(own, day),
    )
    assert not held(factory + own, found.order_on)
    assert not held(own, found.arrives_on)
    assert found.arrives_on >= found.order_on + timedelta(days=lead)
    assert found.reading_on.weekday() == 6
    assert found.reading_on >= found.arrives_on
    coming = weeks.shift(week, 1)
    assert weeks.shift(coming, found.arrival_week) == weeks.monday_of(found.arrives_on)
    assert weeks.sunday_of(weeks.shift(coming, found.arrival_week + found.review_weeks - 1)) == found.reading_on
    if found.order_on.weekday() not in weekdays:
        assert found.order_on == today  # all weekdays of the week have passed
