"""How far a report can be believed: STK-4b, STK-4c, STK-4d, STK-4e, STK-4f, STK-4g."""

from decimal import Decimal

import pytest

from channelkeeper.stock import credibility
from channelkeeper.stock.credibility import Sign
from channelkeeper.stock.rules import Flow


def flow(opening: int, received: int, sold: int, closing: int, *, gifts: int = 0) -> Flow:
    return Flow(
        opening=opening,
        received=received,
        other_in=0,
        sold=sold,
        gifts=gifts,
        losses=0,
        returns=0,
        closing=closing,
    )


@pytest.mark.parametrize(
    ("line", "sales", "negative"),
    [
        (flow(100, 48, 60, 88), 60, False),
        (flow(100, 0, 0, 130), -30, True),  # thirty more than can lie there
        (flow(100, 0, 0, 100), 0, False),
        (flow(100, 48, -5, 153), -5, True),
        (flow(100, 0, -5, 100), 0, True),  # written as negative
        (flow(100, 0, 0, 90, gifts=20), -10, True),
    ],
)
def test_sales_by_the_balance_cannot_be_negative(line: Flow, sales: int, negative: bool) -> None:
    assert credibility.sales_by_balance(line) == sales
    assert credibility.is_negative(line) is negative


@pytest.mark.parametrize(
    ("figures", "heap"),
    [
        ([100, 250, 40, 80, 33, 57, 21, 96], True),  # four of eight
        ([100, 250, 40, 81, 33, 57, 21, 96], False),  # three of eight
        ([100, 250, 40, 80], False),  # too few to tell
        ([10, 10, 10, 10, 0, 0, 0, 0, 21, 33], False),  # small figures tell nothing
        ([], False),
    ],
)
def test_heaps_of_round_numbers_are_seen(figures: list[int], heap: bool) -> None:
    assert credibility.is_heap(figures) is heap


@pytest.mark.parametrize(
    ("line", "beyond"),
    [(flow(100, 50, 150, 0), 0), (flow(100, 50, 163, 0), 13), (flow(100, 50, 20, 130), 0)],
)
def test_sales_beyond_stock_are_counted(line: Flow, beyond: int) -> None:
    assert credibility.sold_beyond_stock(line) == beyond


def test_a_change_is_measured_from_the_median_of_the_weeks_before() -> None:
    assert credibility.change(200, [100, 90, 110, 100, 400]) == pytest.approx(0.6931, abs=1e-4)
    assert credibility.change(0, [100, 100, 100, 100]) == pytest.approx(-3.912, abs=1e-3)
    assert credibility.change(50, [100, 100, 100]) is None
    assert credibility.change(50, [0, 0, 0, 0]) is None


@pytest.mark.parametrize(
    ("own", "own_spread", "neighbours", "left"),
    [
        pytest.param(0.7, 0.05, [0.0, 0.02, -0.03, 0.01], 0.695, id="alone doubled"),
        pytest.param(0.7, 0.05, [0.68, 0.71, 0.66, 0.7], 0.0, id="all doubled: a festival"),
        pytest.param(0.7, 0.25, [0.0, 0.02, -0.03, 0.01], 0.0, id="it always swings so"),
        pytest.param(0.7, 0.05, [0.0, 0.6, -0.5, 0.3], 0.0, id="the neighbours swing"),
        pytest.param(-0.9, 0.05, [0.0, 0.02, -0.03, 0.01], -0.905, id="alone down by more than half"),
        pytest.param(0.7, 0.05, [0.0, 0.02, 0.01], 0.0, id="three neighbours tell nothing"),
        pytest.param(0.41, 0.0, [0.0, 0.0, 0.0, 0.0], 0.0, id="less than 3.5 x 0.12"),
    ],
)
def test_a_jump_is_what_no_neighbour_shows(own: float, own_spread: float, neighbours: list[float], left: float) -> None:
    found = credibility.jump(own=own, own_spread=own_spread, neighbours=neighbours)
    assert found == pytest.approx(left)


def test_the_spread_is_robust() -> None:
    assert credibility.spread([0.0, 0.1, -0.1, 0.05, 9.0]) == pytest.approx(1.4826 * 0.05)
    assert credibility.spread([]) == 0.0


@pytest.mark.parametrize(
    ("signs", "score"),
    [
        ([], 100),
        ([Sign("copied", 1.0)], 40),
        ([Sign("negative_sales", credibility.strength(3, 60))], 75),
        ([Sign("copied", 1.0), Sign("negative_sales", credibility.strength(3, 60))], 30),
        ([Sign(kind, 1.0) for kind in credibility.WEIGHTS], 1),
    ],
)
def test_the_score_takes_each_signs_share_of_what_is_left(signs: list[Sign], score: int) -> None:
    assert credibility.score(signs) == score


def test_a_sign_is_strong_in_a_tenth_of_the_lines() -> None:
    assert [credibility.strength(lines, 60) for lines in (0, 3, 6, 60)] == [0.0, 0.5, 1.0, 1.0]
    assert credibility.strength(0, 0) == 0.0


def test_whom_to_count_goes_by_the_money_in_doubt() -> None:
    big = credibility.doubt_value(stock_value=Decimal(200_000), believed=40)
    small = credibility.doubt_value(stock_value=Decimal(50_000), believed=10)
    assert (big, small) == (Decimal(120_000), Decimal(45_000))
