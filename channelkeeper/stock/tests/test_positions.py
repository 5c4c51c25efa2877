"""Packed positions: split by distributor and joined again, read by their own names years later."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np

from channelkeeper.core import weeks
from channelkeeper.stock import judging, packed, positions

FIRST = date(2026, 1, 5)


def test_contents_of_several_distributors_are_joined_in_their_order() -> None:
    records = positions.blank(3)
    records["product_id"], records["on_hand_units"], records["per_day"] = [5, 9, 2], [10, 20, 30], [1.5, 0, 4]
    records["expected"] = np.arange(42).reshape(3, 14)
    contents = positions.pack(records, [2, 0, 1])
    found, counts = positions.unpack(contents)
    assert counts == [2, 0, 1]
    assert found.dtype == records.dtype
    assert found.tobytes() == records.tobytes()


def test_nothing_is_no_records() -> None:
    found, counts = positions.unpack([])
    assert (found.size, counts, found["expected"].shape) == (0, [], (0, positions.HORIZON_WEEKS))


def test_days_rest_on_what_can_be_sold() -> None:
    records = positions.blank(3)
    records["on_hand_units"], records["expiring_units"], records["per_day"] = [100, 10, 50], [20, 30, 0], [4, 1, 0]
    assert positions.sellable_units(records).tolist() == [80, 0, 50]
    assert positions.days(records).tolist()[:2] == [20, 0]
    assert np.isnan(positions.days(records)[2])


def test_a_content_of_other_columns_is_read_by_its_own_names() -> None:
    old = np.zeros(1, dtype=[("expected", "<f4", (5,)), ("gone", "<i8"), ("product_id", "<i8"), ("per_day", "<f8")])
    old["product_id"], old["per_day"], old["expected"], old["gone"] = 7, 2.5, [9, 1, 2, 3, 4], 1
    new = positions.blank(1)
    new["product_id"] = 8
    found, counts = positions.unpack([packed.pack_records(old), *positions.pack(new, [1])])
    assert counts == [1, 1]
    assert found["product_id"].tolist() == [7, 8]
    assert (found["per_day"][0], found["expiring_units"][0]) == (2.5, 0)
    assert found["expected"][0].tolist() == [9, 1, 2, 3, 4] + [2.5] * 9  # beyond it at the pace of its last four weeks


def test_bands_and_horizon_are_those_of_the_close() -> None:
    assert positions.BANDS == judging.BANDS
    assert positions.HORIZON_WEEKS == judging.HORIZON_WEEKS


def test_rows_of_products_become_one_row_of_their_distributor() -> None:
    def row(owner: int, product: int, start: int, sold: list[int]) -> Any:
        column = np.array(sold, dtype="<i4").tobytes()
        flags = bytes(0 if value < 0 else 1 for value in sold)
        return SimpleNamespace(
            distributor_id=owner, product_id=product, first_week=weeks.shift(FIRST, start),
            sold=column, closing=column, received=column, flags=flags,
        )  # fmt: skip

    rows = [row(1, 3, 1, [5, -1, 6]), row(1, 4, 0, [70_000]), row(2, 3, 2, [8])]
    kept = SimpleNamespace(order_by=lambda *_: SimpleNamespace(iterator=lambda chunk_size: iter(rows)))
    migration = import_module("channelkeeper.stock.migrations.0010_weeks_by_distributor")
    found = list(migration._blocks(SimpleNamespace(objects=kept)))
    assert [(owner, products) for owner, _, products in found] == [(1, 2), (2, 1)]
    held = packed.unpack([block for _, block, _ in found], first_week=FIRST, last_week=weeks.shift(FIRST, 3))
    assert held.product_id.tolist() == [3, 4, 3]
    assert held.grid.sold.tolist() == [[-1, 5, -1, 6], [70_000, -1, -1, -1], [-1, -1, 8, -1]]
    assert held.grid.flags.tolist() == [[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 1, 0]]
