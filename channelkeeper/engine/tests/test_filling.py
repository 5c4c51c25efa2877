"""ORD-2: what does not reach is shared by raising every product's cover together, from the lowest up."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from channelkeeper.engine import order


def asked(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "position_units": [0.0, 50.0, 100.0],
        "per_day": [10.0, 10.0, 10.0],
        "order_units": [240.0, 180.0, 120.0],
        "units_per_case": [10, 10, 10],
        "cost_per_unit": [1.0, 1.0, 1.0],
        "segment": [0, 0, 0],
        "capacity": [540.0],
    }
    return {name: np.array(value) for name, value in (base | changes).items()}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, [240, 180, 120]),
        ({"capacity": [math.nan]}, [240, 180, 120]),
        ({"capacity": [0.0]}, [0, 0, 0]),
        # 50 go to the lowest alone, the rest to both as they stand level at 5 days.
        ({"capacity": [50.0]}, [50, 0, 0]),
        ({"capacity": [110.0]}, [80, 30, 0]),
        # All three level at 10 days after 150, then together.
        ({"capacity": [240.0]}, [130, 80, 30]),
        # A dear product takes more of the capacity.
        ({"capacity": [60.0], "cost_per_unit": [2.0, 1.0, 1.0]}, [30, 0, 0]),
        # What the lowest cannot use goes to the next whose case fits.
        ({"capacity": [25.0], "units_per_case": [30, 10, 10]}, [0, 20, 0]),
        # A product without expected sell-out comes last.
        ({"capacity": [400.0], "per_day": [0.0, 10.0, 10.0]}, [100, 180, 120]),
    ],
)
def test_cover_rises_together_from_the_lowest_up(changes: dict[str, Any], wanted: list[int]) -> None:
    assert order.water_fill(**asked(**changes)).tolist() == wanted


def test_each_distributor_fills_its_own_truck() -> None:
    given_ = order.water_fill(**asked(segment=[0, 1, 1], capacity=[100.0, 60.0], position_units=[0.0, 0.0, 0.0]))
    assert given_.tolist() == [100, 30, 30]


def drawn(seed: int) -> dict[str, Any]:
    chance = np.random.default_rng(seed)
    size, case = 30, chance.integers(1, 8, 30)
    return asked(
        position_units=chance.integers(-40, 120, size).astype(float),
        per_day=chance.integers(0, 9, size).astype(float),
        order_units=(case * chance.integers(0, 10, size)).astype(float),
        units_per_case=case,
        cost_per_unit=chance.integers(0, 4, size).astype(float),
        segment=chance.integers(0, 4, size),
        capacity=np.where(chance.random(4) < 0.2, math.nan, chance.integers(0, 300, 4)),
    )


def slow(terms: dict[str, Any]) -> list[float]:
    """Return the same by handing out one case at a time to whoever stands lowest and still fits."""
    size = terms["order_units"].size
    given_, left = [0.0] * size, terms["capacity"].tolist()
    for place, room in enumerate(left):
        rows = [row for row in range(size) if terms["segment"][row] == place]
        if math.isnan(room) or sum(terms["order_units"][row] * terms["cost_per_unit"][row] for row in rows) <= room:
            for row in rows:
                given_[row] = float(terms["order_units"][row])
            continue
        open_ = [row for row in rows if terms["order_units"][row] > 0]
        while open_:
            row = min(open_, key=lambda row: (cover(terms, row, given_[row]), row))
            case = terms["units_per_case"][row]
            if case * terms["cost_per_unit"][row] <= room:
                room -= case * terms["cost_per_unit"][row]
                given_[row] += case
            if given_[row] == terms["order_units"][row] or case * terms["cost_per_unit"][row] > room:
                open_.remove(row)
    return given_


def cover(terms: dict[str, Any], row: int, units: float) -> float:
    per_day = terms["per_day"][row]
    return float((terms["position_units"][row] + units) / per_day) if per_day > 0 else math.inf


@settings(deadline=None, max_examples=100)
@given(some.integers(0, 1_000_000))
def test_one_sort_gives_what_one_case_at_a_time_gives(seed: int) -> None:
    terms = drawn(seed)
    assert order.water_fill(**terms).tolist() == slow(terms)


@settings(deadline=None, max_examples=100)
@given(some.integers(0, 1_000_000))
def test_nobody_gets_more_than_wanted_no_truck_is_overloaded_and_no_room_is_left(seed: int) -> None:
    terms = drawn(seed)
    given_ = order.water_fill(**terms)
    assert (given_ >= 0).all()
    assert (given_ <= terms["order_units"]).all()
    assert not (given_ % terms["units_per_case"]).any()
    used = np.bincount(terms["segment"], given_ * terms["cost_per_unit"], minlength=4)
    room = np.where(np.isnan(terms["capacity"]), np.inf, terms["capacity"] - used)
    assert (room >= 0).all()
    next_case = terms["units_per_case"] * terms["cost_per_unit"]
    assert (next_case[given_ < terms["order_units"]] > room[terms["segment"]][given_ < terms["order_units"]]).all()


@settings(deadline=None, max_examples=50)
@given(some.integers(0, 1_000_000), some.integers(1, 200))
def test_a_larger_truck_never_takes_from_the_lowest(seed: int, more: int) -> None:
    # With cases of one piece and equal cost, water never falls anywhere when more is poured in.
    terms = drawn(seed) | {"units_per_case": np.ones(30, dtype=np.int64), "cost_per_unit": np.ones(30)}
    larger = terms | {"capacity": terms["capacity"] + more}
    assert (order.water_fill(**larger) >= order.water_fill(**terms)).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"order_units": [245.0, 180.0, 120.0]}, r"order_units\[0\] is 245.0, not whole cases of 10"),
        ({"order_units": [-10.0, 180.0, 120.0]}, r"order_units\[0\] is -10.0"),
        ({"units_per_case": [10, 0, 10]}, r"units_per_case\[1\] is 0"),
        ({"position_units": [0.0, math.nan, 0.0]}, r"position_units\[1\] is nan"),
        ({"per_day": [0.0, 1.0]}, r"per_day has shape \(2,\)"),
        ({"segment": [0, 0, 1]}, "segment 1 has no capacity"),
        ({"capacity": [-1.0]}, r"capacity\[0\] is -1.0"),
    ],
)
def test_impossible_terms_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        order.water_fill(**asked(**changes))
