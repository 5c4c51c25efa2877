"""Who comes first: DSK-1 and DSK-2."""

from decimal import Decimal

import pytest

from channelkeeper.desk import rules
from channelkeeper.stock.rules import Band


@pytest.mark.parametrize(
    ("band", "reported", "first"),
    [
        (Band.BELOW, True, True),
        (Band.ABOVE, True, True),
        (Band.INSIDE, True, False),
        (Band.NONE, True, False),
        (Band.INSIDE, False, True),
        (Band.NONE, False, True),
    ],
)
def test_who_is_out_of_band_or_silent_is_seen_first_dsk_1(band: Band, reported: bool, first: bool) -> None:
    assert rules.needs_seeing(band=band, reported=reported) is first


def test_first_come_those_to_see_then_the_others_each_by_stake_dsk_2() -> None:
    rows = [("calm", False, 900), ("small", True, 10), ("large", True, 500), ("quiet", False, 900), ("none", False, 0)]
    ordered = rules.worst_first(rows, first=lambda row: row[1], stake=lambda row: Decimal(row[2]))
    assert [row[0] for row in ordered] == ["large", "small", "calm", "quiet", "none"]


def test_a_change_counts_from_the_first_known_to_the_last_known() -> None:
    values = [None, Decimal("0.5"), None, Decimal("0.62")]
    assert rules.change(values) == Decimal("0.12")
    assert rules.change([None, Decimal("0.5")]) is None


@pytest.mark.parametrize(
    ("values", "steps"),
    [([5, 4, 3], 2), ([3, 4, 3], 1), ([3, 4], 0), ([4, None, 3], 0), ([], 0), ([4, 4], 0)],
)
def test_a_fall_is_counted_as_long_as_it_is_unbroken(values: list[int | None], steps: int) -> None:
    assert rules.falling_for([None if value is None else Decimal(value) for value in values]) == steps
