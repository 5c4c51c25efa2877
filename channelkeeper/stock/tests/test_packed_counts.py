"""Counts by hand in the packed weeks: they stand in place of reported closings, whatever comes in which order."""

from collections.abc import Mapping
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from channelkeeper.core import weeks
from channelkeeper.stock import packed
from channelkeeper.stock.packed import COUNTED, OUT, REPORTED, UNKNOWN, UNNAMED, Named

FIRST = date(2026, 1, 5)
SERIES, WIDTH = 3, 6
Reports = Mapping[int, Mapping[int, Named]]
Counts = Mapping[tuple[int, int], int]


def made(reports: Reports, counts: Counts) -> packed.Grid:
    grid = packed.empty(FIRST, SERIES, WIDTH)
    for week, named in reports.items():
        packed.put_report(grid, weeks.shift(FIRST, week), named)
    packed.put_counts(grid, counts)
    return grid


def cells(grid: packed.Grid, row: int) -> list[tuple[int, int, int]]:
    columns = (grid.sold[row].tolist(), grid.closing[row].tolist(), grid.flags[row].tolist())
    return list(zip(*columns, strict=True))


def test_a_count_stands_in_place_of_the_closing_and_sales_stay() -> None:
    grid = made({0: {0: Named(10, 90, 0, False)}}, {(0, 0): 85})
    assert cells(grid, 0)[0] == (10, 85, REPORTED | COUNTED)


def test_a_count_without_a_report_tells_the_stock_alone() -> None:
    grid = made({0: {0: Named(10, 90, 0, False)}}, {(0, 1): 70, (1, 1): 0})
    assert cells(grid, 0)[:2] == [(10, 90, REPORTED), (UNKNOWN, 70, COUNTED)]
    assert cells(grid, 1)[:2] == [(UNKNOWN, UNKNOWN, 0), (UNKNOWN, 0, COUNTED | OUT)]


def test_a_counted_stock_is_carried_on_by_reports_that_do_not_name_it() -> None:
    grid = made(
        {0: {0: Named(10, 0, 0, True)}, 1: {1: Named(1, 1, 0, False)}, 2: {0: Named(5, 7, 0, False)}}, {(0, 0): 12}
    )
    assert cells(grid, 0)[:3] == [(10, 12, REPORTED | COUNTED), (0, 12, REPORTED | UNNAMED), (5, 7, REPORTED)]


def test_what_was_only_counted_is_packed_too() -> None:
    grid = made({}, {(2, 3): 40})
    block = packed.pack(grid, range(grid.sold.shape[0]))
    assert block is not None
    assert block.first_week == weeks.shift(FIRST, 3)
    assert packed.read_records(block.content)["product_id"].tolist() == [2]


_NAMED = st.builds(lambda sold, closing: Named(sold, closing, 0, closing == 0), st.integers(0, 9), st.integers(0, 9))
_REPORTS = st.dictionaries(
    st.integers(0, WIDTH - 1), st.dictionaries(st.integers(0, SERIES - 1), _NAMED, min_size=1), max_size=WIDTH
)
_COUNTS = st.dictionaries(st.tuples(st.integers(0, SERIES - 1), st.integers(0, WIDTH - 1)), st.integers(0, 9))


@given(_REPORTS, _COUNTS, st.randoms(use_true_random=False))
def test_the_order_in_which_reports_come_does_not_matter(reports: Reports, counts: Counts, chance: Random) -> None:
    order = list(reports)
    chance.shuffle(order)
    grid = packed.empty(FIRST, SERIES, WIDTH)
    for week in order:
        packed.put_report(grid, weeks.shift(FIRST, week), reports[week])
        packed.put_counts(grid, counts)
    packed.put_counts(grid, counts)
    assert [cells(grid, row) for row in range(SERIES)] == [cells(made(reports, counts), row) for row in range(SERIES)]


@given(_REPORTS, _COUNTS, st.integers(0, WIDTH - 1))
def test_what_is_taken_back_leaves_no_trace(reports: Reports, counts: Counts, week: int) -> None:
    grid = made(reports, counts)
    kept = {place: units for place, units in counts.items() if place[1] != week}
    packed.take_counts_back(grid, weeks.shift(FIRST, week))
    if week in reports:
        packed.put_report(grid, weeks.shift(FIRST, week), reports[week])
    packed.put_counts(grid, kept)
    assert [cells(grid, row) for row in range(SERIES)] == [cells(made(reports, kept), row) for row in range(SERIES)]
