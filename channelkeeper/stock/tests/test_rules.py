"""The rules by tables of cases: STK-1, STK-1b, STK-2, STK-3a, b, STK-4a, STK-5, STK-6."""

from datetime import date
from decimal import Decimal

import pytest

from channelkeeper.stock import rules
from channelkeeper.stock.rules import Band, BandLimits, Flow, Holding

D = Decimal
W47 = date(2026, 11, 16)


def flow(
    opening: int, received: int, sold: int, closing: int, *, other_in: int = 0, gifts: int = 0, losses: int = 0,
    returns: int = 0,
) -> Flow:  # fmt: skip
    return Flow(opening, received, other_in, sold, gifts, losses, returns, closing)


@pytest.mark.parametrize(
    ("stock", "per_day", "days"),
    [
        (D(450), D(20), D("22.5")),
        (D(2504), D(100), D("25.04")),  # STK-1 is not rounded
        (D(0), D(20), D(0)),
        (D(450), D(0), None),  # nothing expected: no figure, never infinity
        (D(0), D(0), None),
    ],
)
def test_days_are_stock_over_what_sells_in_a_day(stock: Decimal, per_day: Decimal, days: Decimal | None) -> None:
    assert rules.inventory_days(stock_units=stock, sell_out_per_day=per_day) == days


@pytest.mark.parametrize(("stock", "per_day"), [(D(-1), D(1)), (D(1), D(-1))])
def test_negative_quantities_have_no_days(stock: Decimal, per_day: Decimal) -> None:
    with pytest.raises(ValueError, match="neither may be negative"):
        rules.inventory_days(stock_units=stock, sell_out_per_day=per_day)


def test_days_of_several_products_weigh_by_price() -> None:
    """STK-1b: (100 x 2 + 50 x 10) ÷ (10 x 2 + 1 x 10) = 700 ÷ 30, not the mean of 10 and 50 days."""
    held = [Holding(D(100), D(10), D(2)), Holding(D(50), D(1), D(10))]
    assert rules.total_days(held) == D(700) / D(30)
    assert rules.total_days([]) is None
    assert rules.total_days([Holding(D(100), D(10), D(0))]) is None


@pytest.mark.parametrize(
    ("weekly", "per_day"),
    [
        ([D(70), D(140), D(70), D(0)], D(10)),
        ([D(70), None, None, D(140)], D(15)),  # unknown weeks count neither way
        ([None, None], None),
        ([], None),
    ],
)
def test_a_mean_per_day_leaves_unknown_weeks_out(weekly: list[Decimal | None], per_day: Decimal | None) -> None:
    assert rules.per_day(weekly) == per_day


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (D("19.99"), Band.BELOW),
        (D(20), Band.INSIDE),
        (D(25), Band.INSIDE),
        (D("25.04"), Band.ABOVE),  # reads 25, is above: STK-2 judges once, not rounded
        (D(0), Band.BELOW),
        (None, Band.NONE),
    ],
)
def test_the_band_is_judged_on_days_that_are_not_rounded(days: Decimal | None, band: Band) -> None:
    assert rules.judge(days) is band


def test_another_band_judges_otherwise() -> None:
    assert rules.judge(D(18), BandLimits(D(10), D(20))) is Band.INSIDE


@pytest.mark.parametrize(("low", "high"), [(D(25), D(20)), (D(20), D(20)), (D(0), D(20))])
def test_a_band_that_holds_nothing_is_refused(low: Decimal, high: Decimal) -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        BandLimits(low, high)


@pytest.mark.parametrize(
    ("moved", "gap"),
    [
        (flow(120, 60, 88, 90, gifts=2), 0),
        (flow(120, 60, 88, 98, gifts=2), 8),
        (flow(100, 0, 30, 60), -10),
        (flow(10, 5, 3, 13, other_in=4, gifts=1, losses=1, returns=1), 0),
    ],
)
def test_what_a_row_leaves_is_its_closing(moved: Flow, gap: int) -> None:
    """STK-3a."""
    assert rules.balance_gap(moved) == gap


@pytest.mark.parametrize(("opening", "last", "gap"), [(45, 54, -9), (54, 54, 0), (45, None, 0)])
def test_an_opening_is_the_closing_of_the_week_before(opening: int, last: int | None, gap: int) -> None:
    """STK-3b."""
    assert rules.opening_gap(opening=opening, last_closing=last) == gap


@pytest.mark.parametrize(
    ("same", "moving", "copied"),
    [(9, 10, True), (10, 10, True), (8, 10, False), (4, 4, False), (5, 5, True), (0, 0, False)],
)
def test_a_report_is_copied_where_nine_in_ten_moving_lines_repeat(same: int, moving: int, copied: bool) -> None:
    """STK-4a."""
    assert rules.is_copied(same=same, moving=moving) is copied


def test_turnover_days_are_mean_stock_over_mean_daily_sell_out() -> None:
    """STK-5: closings 900, 1,100, 1,000 and 140 + 210 sold: 1,000 ÷ (350 ÷ 14) = 40 days."""
    assert rules.turnover_days(closings=[D(900), D(1100), D(1000)], sold=[D(140), D(210)]) == D(40)


@pytest.mark.parametrize(("closings", "sold"), [([], [D(1)]), ([D(1)], []), ([D(100)], [D(0), D(0)])])
def test_without_stock_or_sales_there_is_no_turnover(closings: list[Decimal], sold: list[Decimal]) -> None:
    assert rules.turnover_days(closings=closings, sold=sold) is None


@pytest.mark.parametrize(
    ("moved", "out"),
    [
        (flow(100, 0, 100, 0), True),
        (flow(100, 50, 150, 20), True),  # sold all there was: the closing was counted after a late delivery
        (flow(100, 50, 149, 1), False),
        (flow(0, 0, 0, 0), True),
        (flow(10, 0, 12, 3, other_in=2), True),
        (flow(5, 0, 0, -2), True),
    ],
)
def test_a_product_is_out_where_nothing_is_left_or_all_was_sold(moved: Flow, out: bool) -> None:
    """STK-6."""
    assert rules.ran_out(moved) is out


@pytest.mark.parametrize(
    ("arrives", "received", "reported", "away"),
    [
        (date(2026, 11, 20), None, W47, False),  # arrived in the reported week
        (date(2026, 11, 22), None, W47, False),  # on its Sunday
        (date(2026, 11, 23), None, W47, True),
        (date(2026, 11, 18), None, date(2026, 11, 9), True),  # overdue, no report since: not lost
        (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 9), False),  # marked: carried on in the estimate
        (date(2026, 11, 18), date(2026, 11, 23), W47, True),  # came after the close that was reported
        (date(2026, 11, 18), None, None, True),  # never reported
    ],
)
def test_goods_are_on_the_road_until_a_stock_holds_them(
    arrives: date, received: date | None, reported: date | None, away: bool
) -> None:
    assert rules.is_on_the_road(arrives_on=arrives, received_on=received, reported=reported, closed=W47) is away


@pytest.mark.parametrize(
    ("week", "fault"),
    [
        (W47, ""),
        (date(2026, 11, 23), "week_not_closed"),
        (date(2021, 11, 29), ""),
        (date(2021, 11, 15), "week_too_old"),
    ],
)
def test_a_week_can_be_reported_once_it_has_ended(week: date, fault: str) -> None:
    assert rules.check_reportable(week, last_closed=W47) == fault


def test_a_week_that_goes_on_cannot_be_closed() -> None:
    rules.check_closable(W47, last_closed=W47)
    with pytest.raises(rules.NotClosed, match="2026-W48 ends on 2026-11-29"):
        rules.check_closable(date(2026, 11, 23), last_closed=W47)
