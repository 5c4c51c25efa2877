from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkeeper.core import weeks
from channelkeeper.stock import packed
from channelkeeper.stock.packed import OUT, REPORTED, UNKNOWN, UNNAMED, Named

FIRST = date(2026, 1, 5)
Reports = Mapping[int, Mapping[int, Named]]


def named(sold: int, closing: int, received: int = 0) -> Named:
    return Named(sold, closing, received, closing <= 0)


def put_all(reports: Reports, order: list[int], series: int, width: int) -> list[packed.Row | None]:
    """Put reports in, packing and unpacking between any two, as the tables do."""
    rows: dict[int, packed.Row] = {}
    for week in order:
        date_of = weeks.shift(FIRST, week)
        first, last = packed.span_of(rows.values(), date_of)
        grid = packed.empty(first, series, weeks.between(first, last) + 1)
        places = list(rows)
        known = packed.unpack([rows[place] for place in places], first_week=first, last_week=last)
        for name in ("sold", "closing", "received", "flags"):
            getattr(grid, name)[places] = getattr(known, name)
        packed.put_report(grid, date_of, reports[week])
        rows = {place: row for place, row in enumerate(packed.pack(grid)) if row is not None}
    return [rows.get(place) for place in range(series)]


def slowly(reports: Reports, series: int) -> list[list[tuple[int, int, int, int]]]:
    """Return each series' weeks from its first naming on, one by one: the twin of `put_report`."""
    result = []
    last = max(reports)
    for place in range(series):
        told = [week for week in sorted(reports) if place in reports[week]]
        weekly: list[tuple[int, int, int, int]] = []
        stock = 0
        for week in range(told[0], last + 1) if told else ():
            if week not in reports:
                weekly.append((UNKNOWN, UNKNOWN, UNKNOWN, 0))
            elif place in reports[week]:
                one = reports[week][place]
                stock = max(one.closing, 0)
                weekly.append((max(one.sold, 0), stock, max(one.received, 0), REPORTED | (OUT if one.out else 0)))
            else:
                weekly.append((0, stock, 0, REPORTED | UNNAMED | (OUT if stock == 0 else 0)))
        result.append(weekly)
    return result


def plainly(rows: list[packed.Row | None]) -> list[list[tuple[int, int, int, int]]]:
    plain: list[list[tuple[int, int, int, int]]] = []
    for row in rows:
        if row is None:
            plain.append([])
            continue
        columns = [np.frombuffer(bytes(getattr(row, name)), "<i4").tolist() for name in ("sold", "closing", "received")]
        plain.append(list(zip(*columns, list(bytes(row.flags)), strict=True)))
    return plain


units = st.integers(-3, 40)
report_of = st.dictionaries(
    st.integers(0, 3), st.builds(named, units, units, st.integers(0, 9)), min_size=1, max_size=4
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.integers(0, 8), report_of, min_size=1, max_size=7), st.randoms())
def test_reports_in_any_order_pack_what_the_slow_twin_says(reports: Reports, random: object) -> None:
    order = list(reports)
    random.shuffle(order)  # type: ignore[attr-defined]
    assert plainly(put_all(reports, order, 4, 9)) == slowly(reports, 4)


def test_a_correction_takes_the_place_of_what_stood_there() -> None:
    first = {0: {0: named(5, 20)}, 1: {0: named(6, 14), 1: named(1, 9)}, 2: {0: named(7, 7)}}
    corrected = {**first, 1: {0: named(4, 16)}}
    grid = packed.empty(FIRST, 2, 3)
    for week, lines in first.items():
        packed.put_report(grid, weeks.shift(FIRST, week), lines)
    packed.put_report(grid, weeks.shift(FIRST, 1), corrected[1])
    assert plainly(list(packed.pack(grid))) == slowly(corrected, 2)
    assert grid.sold[1].tolist() == [UNKNOWN] * 3


def test_a_product_that_is_not_named_keeps_its_stock() -> None:
    grid = packed.empty(FIRST, 2, 3)
    packed.put_report(grid, FIRST, {0: named(5, 20), 1: named(3, 0)})
    packed.put_report(grid, weeks.shift(FIRST, 2), {})
    assert grid.closing.tolist() == [[20, UNKNOWN, 20], [0, UNKNOWN, 0]]
    assert grid.flags.tolist() == [[1, 0, 5], [3, 0, 7]]


def test_a_window_cuts_rows_at_both_ends() -> None:
    grid = packed.empty(FIRST, 1, 6)
    for week in range(6):
        packed.put_report(grid, weeks.shift(FIRST, week), {0: named(week, 10)})
    rows = [row for row in packed.pack(grid) if row is not None]
    cut = packed.unpack(rows, first_week=weeks.shift(FIRST, 2), last_week=weeks.shift(FIRST, 3))
    assert cut.sold.tolist() == [[2, 3]]
    around = packed.unpack(rows, first_week=weeks.shift(FIRST, -1), last_week=weeks.shift(FIRST, 6))
    assert around.sold.tolist() == [[UNKNOWN, 0, 1, 2, 3, 4, 5, UNKNOWN]]
    outside = packed.unpack(rows, first_week=weeks.shift(FIRST, 10), last_week=weeks.shift(FIRST, 11))
    assert outside.flags.tolist() == [[0, 0]]


@pytest.mark.parametrize("length", [1, 104])
def test_a_packed_week_takes_thirteen_bytes(length: int) -> None:
    grid = packed.empty(FIRST, 1, length)
    for week in range(length):
        packed.put_report(grid, weeks.shift(FIRST, week), {0: named(1, 1)})
    (row,) = packed.pack(grid)
    assert row is not None
    assert sum(len(bytes(column)) for column in row[1:]) == 13 * length
