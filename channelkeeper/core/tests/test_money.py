"""Hazard 8: rounding and splitting, to the fen and to the piece."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channelkeeper.core import money, quantities

FENS = some.integers(-10_000_000_000, 10_000_000_000).map(lambda fen: Decimal(fen) / 100)
WEIGHTS = some.lists(some.integers(0, 10_000).map(Decimal), min_size=1, max_size=40).filter(any)


@given(FENS, WEIGHTS)
def test_the_parts_add_up_to_the_whole_and_none_is_a_fen_off_its_share(amount: Decimal, weights: list[Decimal]) -> None:
    parts = money.split(amount, weights)
    assert sum(parts) == amount
    assert all(
        abs(part - amount * weight / sum(weights)) < money.FEN for part, weight in zip(parts, weights, strict=True)
    )


def test_a_hundred_yuan_by_three() -> None:
    assert money.split(Decimal("100.00"), [Decimal(1)] * 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(1), Decimal(-1)]])
def test_weights_that_share_nothing_are_refused(weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="Weights"):
        money.split(Decimal("1.00"), weights)


def test_an_amount_with_parts_of_a_fen_is_refused() -> None:
    with pytest.raises(ValueError, match="parts of a fen"):
        money.split(Decimal("0.001"), [Decimal(1)])


@pytest.mark.parametrize(
    ("estimate", "fen"),
    [(0.005, "0.01"), (2.675, "2.68"), (-0.005, "-0.01"), (1e9, "1000000000.00"), (0.1 + 0.2, "0.30")],
)
def test_an_estimate_becomes_money_half_up_as_it_is_written(estimate: float, fen: str) -> None:
    assert money.from_float(estimate) == Decimal(fen)


@pytest.mark.parametrize("estimate", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_becomes_neither_money_nor_goods(estimate: float) -> None:
    with pytest.raises(ValueError, match="no amount"):
        money.from_float(estimate)
    with pytest.raises(ValueError, match="no quantity"):
        quantities.from_float(estimate)


@pytest.mark.parametrize(("units", "case", "cases"), [(48, 24, "2"), (60, 24, "2.5"), (50, 24, "2.1"), (0, 12, "0")])
def test_pieces_as_cases(units: int, case: int, cases: str) -> None:
    assert quantities.cases_of(units, case) == Decimal(cases)
