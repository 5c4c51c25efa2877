from collections.abc import Callable, Mapping
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


def put_all(reports: Reports, order: list[int], series: int, width: int) -> packed.Block | None:
    """Put reports in, packing and unpacking between any two, as the tables do; products are keyed 100 on."""
    block: packed.Block | None = None
    for week in order:
        date_of = weeks.shift(FIRST, week)
        blocks = [block] if block else []
        first, last = packed.span_of(blocks, date_of)
        grid = packed.empty(first, series, weeks.between(first, last) + 1)
        known = packed.unpack(blocks, first_week=first, last_week=last)
        for name in ("sold", "closing", "received", "flags"):
            getattr(grid, name)[known.product_id - 100] = getattr(known.grid, name)
        packed.put_report(grid, date_of, reports[week])
        block = packed.pack(grid, range(100, 100 + series))
    return block


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


def plainly(block: packed.Block | None, series: int) -> list[list[tuple[int, int, int, int]]]:
    """Return each series' weeks from its first known one on; products are keyed 100 on."""
    plain: list[list[tuple[int, int, int, int]]] = [[] for _ in range(series)]
    for record in packed.read_records(block.content) if block else ():
        columns = [record[name].tolist() for name in ("sold", "closing", "received", "flags")]
        cells = list(zip(*columns, strict=True))
        first = next(place for place, cell in enumerate(cells) if cell[-1])
        assert set(cells[:first]) <= {(UNKNOWN, UNKNOWN, UNKNOWN, 0)}
        plain[record["product_id"] - 100] = cells[first:]
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
    assert plainly(put_all(reports, order, 4, 9), 4) == slowly(reports, 4)


def test_a_correction_takes_the_place_of_what_stood_there() -> None:
    first = {0: {0: named(5, 20)}, 1: {0: named(6, 14), 1: named(1, 9)}, 2: {0: named(7, 7)}}
    corrected = {**first, 1: {0: named(4, 16)}}
    grid = packed.empty(FIRST, 2, 3)
    for week, lines in first.items():
        packed.put_report(grid, weeks.shift(FIRST, week), lines)
    packed.put_report(grid, weeks.shift(FIRST, 1), corrected[1])
    assert plainly(packed.pack(grid, [100, 101]), 2) == slowly(corrected, 2)
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
    block = packed.pack(grid, [7])
    assert block is not None
    cut = packed.unpack([block], first_week=weeks.shift(FIRST, 2), last_week=weeks.shift(FIRST, 3))
    assert cut.grid.sold.tolist() == [[2, 3]]
    around = packed.unpack([block], first_week=weeks.shift(FIRST, -1), last_week=weeks.shift(FIRST, 6))
    assert around.grid.sold.tolist() == [[UNKNOWN, 0, 1, 2, 3, 4, 5, UNKNOWN]]
    outside = packed.unpack([block], first_week=weeks.shift(FIRST, 10), last_week=weeks.shift(FIRST, 11))
    assert outside.grid.flags.tolist() == [[0, 0]]


@pytest.mark.parametrize(("most", "size"), [(32_767, 7), (32_768, 13)])
def test_a_packed_week_takes_seven_bytes_and_thirteen_where_pieces_are_many(most: int, size: int) -> None:
    grid = packed.empty(FIRST, 2, 104)
    for week in range(104):
        lines = {0: named(1, 1), 1: named(most, 1)}
        packed.put_report(grid, weeks.shift(FIRST, week), lines)
    block = packed.pack(grid, [7, 5])
    assert block is not None
    assert packed.read_records(block.content).dtype.itemsize == 4 + size * 104
    read = packed.unpack([block, block], first_week=FIRST, last_week=FIRST)
    assert (read.product_id.tolist(), read.counts) == ([5, 7, 5, 7], [2, 2])
    assert read.grid.sold.tolist() == [[most], [1], [most], [1]]


def test_nothing_is_packed_as_nothing() -> None:
    assert packed.pack(packed.empty(FIRST, 2, 3), [1, 2]) is None
    assert packed.unpack([], first_week=FIRST, last_week=FIRST).product_id.tolist() == []


RECORDS = np.array([(1, 2.5, (3, 4)), (-5, np.inf, (6, -7))], dtype=[("a", "<i4"), ("b", "<f8"), ("c", "<i2", (2,))])


def test_records_are_read_by_their_own_names_without_a_copy() -> None:
    content = packed.pack_records(RECORDS)
    found = packed.read_records(content)
    assert found.dtype == RECORDS.dtype
    assert all(np.array_equal(found[name], RECORDS[name]) for name in ("a", "b", "c"))
    assert not found.flags.owndata
    assert packed.read_records(memoryview(packed.pack_records(RECORDS[:0]))).size == 0


@pytest.mark.parametrize(
    "spoil",
    [lambda c: c[:-1], lambda c: c + b"x", lambda c: b"XXXX" + c[4:], lambda c: c[:4] + b"\x02" + c[5:], lambda c: b""],
)
def test_records_that_are_cut_off_or_of_another_make_are_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match=r"cut off|no records"):
        packed.read_records(spoil(packed.pack_records(RECORDS)))
