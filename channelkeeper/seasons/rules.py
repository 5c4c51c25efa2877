"""What promotions are worth to a week, when orders are placed and arrive, and what is wrong with figures."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import lunardate

from channelkeeper.access.rules import Permissions, Role
from channelkeeper.core import weeks
from channelkeeper.engine import festival

_HEADQUARTERS = frozenset({Role.HEADQUARTERS})
_IN_CHARGE = frozenset({Role.HEADQUARTERS, Role.OFFICE_MANAGER})
PERMISSIONS: Permissions = {
    "seasons.promotion.imported": _HEADQUARTERS,
    "seasons.festival.filled": _HEADQUARTERS,
    # An office manager those of own distributors only; the factory's, and what is for all, is headquarters' alone.
    "seasons.closed_days.set": _IN_CHARGE,
    "seasons.closed_days.removed": _IN_CHARGE,
    "seasons.launch_plan.set": _IN_CHARGE,
    "seasons.launch_plan.removed": _IN_CHARGE,
}
DAYS_A_WEEK = 7


def days_in_week(*, starts_on: date, ends_on: date, week: date) -> int:
    """Return how many days of the week from Monday `week` lie in [starts_on, ends_on)."""
    first, end = max(starts_on, week), min(ends_on, week + timedelta(days=DAYS_A_WEEK))
    return max((end - first).days, 0)


def weeks_touched(*, starts_on: date, ends_on: date) -> list[date]:
    """Return the Mondays of the weeks that [starts_on, ends_on) touches."""
    return weeks.span(weeks.monday_of(starts_on), weeks.monday_of(ends_on - timedelta(days=1)))


def intensity_of_week(*, running: Sequence[tuple[Decimal, int]]) -> Decimal:
    """
    Return how strongly a product is promoted in a week.

    Args:
        running: of each promotion that touches the week its intensity, 0 to 1, and its days in
            the week, 0 to 7.

    Returns:
        The largest intensity x days ÷ 7; 0 where none runs. Two offers on one product share the
        same shelf and the same buyers, so they do not add up.

    Rule: SEA-1.
    """
    return max((intensity * days / DAYS_A_WEEK for intensity, days in running), default=Decimal(0))


@dataclass(frozen=True)
class FestivalDay:
    """A festival on its day of a year."""

    code: str
    name_zh: str
    name_en: str
    on: date


def festivals_of(year: int) -> list[FestivalDay]:
    """
    Return the festivals around which people buy otherwise, by day.

    The Spring Festival is the first day of the first lunar month, as the engine counts it; the
    Mid-Autumn Festival is the fifteenth of the eighth.

    Raises:
        ValueError: the year is outside 2000 to 2099.
    """
    days = [
        FestivalDay("spring_festival", "春节", "Spring Festival", festival.spring_festival(year)),
        FestivalDay("mid_autumn", "中秋节", "Mid-Autumn Festival", lunardate.LunarDate(year, 8, 15).to_solar_date()),
        FestivalDay("national_day", "国庆节", "National Day", date(year, 10, 1)),
    ]
    return sorted(days, key=lambda day: day.on)


LONGEST_CLOSING_DAYS = 60  # nobody plans past a longer closing: the first day after it is taken
Closed = Callable[[date], bool]


def _never(day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """
    When an order is placed, arrives and is judged.

    Attributes:
        order_on: the day of the order.
        arrives_on: the day its goods arrive.
        reading_on: the Sunday at whose close cover is judged.
        lead_weeks: Sunday closes between order and arrival.
        arrival_week: in which coming week the goods arrive; 0 is the one after the closed week.
        review_weeks: how many weeks, the one of the arrival included, end with the reading; at least 1.
    """

    order_on: date
    arrives_on: date
    reading_on: date
    lead_weeks: int
    arrival_week: int
    review_weeks: int


def plan_order(
    *,
    week: date,
    order_weekdays: Sequence[int],
    lead_time_days: int,
    today: date,
    orders_closed: Closed = _never,
    arrivals_closed: Closed = _never,
) -> OrderPlan:
    """
    Return when the order that follows a closed week is placed, arrives and is judged.

    Args:
        week: the Monday of the closed week.
        order_weekdays: on which the distributor orders, 0 is Monday; at least one.
        lead_time_days: from order to arrival, >= 0.
        today: the business day of planning.
        orders_closed: whether no order can be placed on a day, either side being closed.
        arrivals_closed: whether nobody takes goods in on a day.
    """
    placed = order_on(week=week, order_weekdays=order_weekdays, today=today, orders_closed=orders_closed)
    arrives = arrives_on(order_on=placed, lead_time_days=lead_time_days, arrivals_closed=arrivals_closed)
    following = _next_open(weeks.shift(weeks.monday_of(placed), 1), frozenset(order_weekdays), orders_closed)
    delivery = arrives_on(order_on=following, lead_time_days=lead_time_days, arrivals_closed=arrivals_closed)
    reading = reading_on(arrives_on=arrives, next_delivery_on=delivery)
    coming = weeks.shift(week, 1)
    arrival_week = weeks.between(coming, weeks.monday_of(arrives))
    return OrderPlan(
        order_on=placed,
        arrives_on=arrives,
        reading_on=reading,
        lead_weeks=lead_weeks(order_on=placed, arrives_on=arrives),
        arrival_week=arrival_week,
        review_weeks=weeks.between(coming, weeks.monday_of(reading)) + 1 - arrival_week,
    )


def order_on(*, week: date, order_weekdays: Sequence[int], today: date, orders_closed: Closed = _never) -> date:
    """
    Return the day of the order that follows a closed week.

    The first open one of the distributor's weekdays in the week after. Once all have passed within that week, today:
    goods ordered later arrive later. Where neither is open, the first open weekday of order after it.

    Rule: ORD-1d.
    """
    coming, days = weeks.shift(week, 1), frozenset(order_weekdays)
    within = weeks.monday_of(today) == coming
    start = today if within else coming
    left = [coming + timedelta(days=day) for day in sorted(days) if coming + timedelta(days=day) >= start]
    open_ = [day for day in left if not orders_closed(day)]
    if open_:
        return open_[0]
    if within and not left and not orders_closed(today):
        return today
    return _next_open(start, days, orders_closed)


def arrives_on(*, order_on: date, lead_time_days: int, arrivals_closed: Closed = _never) -> date:
    """Return the day on which goods ordered on a day arrive: the lead time later, or the first open day after that."""
    planned = order_on + timedelta(days=lead_time_days)
    later = (planned + timedelta(days=day) for day in range(LONGEST_CLOSING_DAYS))
    return next((day for day in later if not arrivals_closed(day)), planned)


def lead_weeks(*, order_on: date, arrives_on: date) -> int:
    """
    Return how many Sunday closes lie between order and arrival.

    A Sunday's close ends the day: an order of a Sunday lies before it, and so do goods that arrive on one.

    Rule: ORD-1a.
    """
    return weeks.between(weeks.monday_of(order_on), weeks.monday_of(arrives_on))


def reading_on(*, arrives_on: date, next_delivery_on: date) -> date:
    """
    Return the reading: the last Sunday close before the delivery after this one arrives.

    Never before the close of the week in which this one arrives, even where the next comes in the same week, as two
    orders do that wait for the end of one holiday.

    Rule: ORD-1b.
    """
    return max(weeks.monday_of(next_delivery_on) - timedelta(days=1), weeks.sunday_of(weeks.monday_of(arrives_on)))


def _next_open(start: date, order_weekdays: Collection[int], orders_closed: Closed) -> date:
    """Return the first open weekday of order from a day on; where none is for long, the first open day at all."""
    days = [start + timedelta(days=day) for day in range(LONGEST_CLOSING_DAYS)]
    wanted = (day for day in days if day.weekday() in order_weekdays and not orders_closed(day))
    return next(wanted, next((day for day in days if not orders_closed(day)), start))


NEEDED = ("label_zh", "starts_on", "last_on", "intensity")
LONGEST = {"code": 40, "label_zh": 60, "label_en": 60}
LONGEST_PROMOTION_DAYS = 366

Flaw = tuple[str, str, dict[str, Any]]  # column, code of the sentence, its figures


def flaws(values: Mapping[str, Any], *, is_new: bool) -> Iterator[Flaw]:
    """
    Yield what is wrong with a promotion's own figures.

    Args:
        values: by column, those that were given; None is a blank.
        is_new: whether the promotion must be complete.
    """
    for column in NEEDED:
        if values.get(column) in (None, "") and (is_new or column in values):
            yield column, "seasons.needed", {}
    for column, length in LONGEST.items():
        if len(str(values.get(column) or "")) > length:
            yield column, "seasons.too_long", {"length": length}
    strength = values.get("intensity")
    if strength is not None and not 0 <= strength <= 1:
        yield "intensity", "seasons.intensity", {"value": f"{strength:f}"}
    starts_on, last_on = values.get("starts_on"), values.get("last_on")
    if starts_on and last_on and not 0 <= (last_on - starts_on).days < LONGEST_PROMOTION_DAYS:
        yield "last_on", "seasons.period", {"days": LONGEST_PROMOTION_DAYS}


def closing_flaws(values: Mapping[str, Any], *, is_new: bool) -> Iterator[Flaw]:
    """
    Yield what is wrong with the figures of closing days.

    Args:
        values: by column, those that were given; None is a blank.
        is_new: whether they must be complete.
    """
    for column in ("label_zh", "last_on"):
        if values.get(column) in (None, "") and (is_new or column in values):
            yield column, "seasons.closing_needed", {}
    for column in ("label_zh", "label_en"):
        if len(str(values.get(column) or "")) > LONGEST[column]:
            yield column, "seasons.too_long", {"length": LONGEST[column]}
    starts_on, last_on = values.get("starts_on"), values.get("last_on")
    if starts_on and last_on and not 0 <= (last_on - starts_on).days < LONGEST_CLOSING_DAYS:
        yield "last_on", "seasons.closing_period", {"days": LONGEST_CLOSING_DAYS}


def overlapping(periods: Sequence[tuple[date, date]]) -> list[tuple[int, int]]:
    """
    Return which closings of one side share a day: each, by its place, with the one before it that ends last.

    Every day is closed for one reason, so that what is put right or removed leaves nothing behind.

    Args:
        periods: [first day, day after the last).

    Rule: SEA-2b.
    """
    order = sorted(range(len(periods)), key=lambda place: (periods[place][0], place))
    found: list[tuple[int, int]] = []
    longest: int | None = None  # of those before, the place of the one that ends last
    for place in order:
        if longest is not None and periods[place][0] < periods[longest][1]:
            found.append((place, longest))
        if longest is None or periods[place][1] > periods[longest][1]:
            longest = place
    return found


PLANNED_WEEKS = 13  # a quarter: from then on a product's own weeks say more than any plan
MOST_FILL_CASES = 100_000
MOST_WEEKLY_UNITS = 10_000_000


def launch_flaws(values: Mapping[str, Any], *, is_new: bool) -> Iterator[Flaw]:
    """
    Yield what is wrong with the figures of a launch plan.

    Args:
        values: first_fill_cases, and week_1 to week_13 (expected pieces of each week from the launch on), those that
            were given; None is a blank.
        is_new: whether the plan must be complete.
    """
    fill, given = values.get("first_fill_cases"), weeks_given(values)
    if fill is None and (is_new or "first_fill_cases" in values):
        yield "first_fill_cases", "seasons.launch_needed", {}
    if fill is not None and not 0 <= fill <= MOST_FILL_CASES:
        yield "first_fill_cases", "seasons.fill", {"most": MOST_FILL_CASES}
    last = max((place for place, units in enumerate(given) if units is not None), default=-1)
    for place, units in enumerate(given[: last + 1]):
        if units is None:
            yield f"week_{place + 1}", "seasons.week_missing", {"week": last + 1}
        elif not 0 <= units <= MOST_WEEKLY_UNITS:
            yield f"week_{place + 1}", "seasons.week_units", {"value": f"{units:f}"}
    if fill == 0 and last < 0:
        yield "first_fill_cases", "seasons.launch_of_nothing", {}


def weeks_given(values: Mapping[str, Any]) -> list[Decimal | None]:
    """Return the expected pieces of each planned week as they were given, blanks too."""
    return [values.get(f"week_{number}") for number in range(1, PLANNED_WEEKS + 1)]
