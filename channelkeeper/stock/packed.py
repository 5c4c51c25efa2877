"""
The packed weeks of series: from bytes to matrices (series x weeks) and back.

A block has one record per product: its key, and per week pieces (-1 where unknown) and flags.
Nothing here knows the database.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from channelkeeper.core import weeks

UNKNOWN = -1
REPORTED, OUT, UNNAMED, COUNTED = 1, 2, 4, 8

Pieces = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]

Buffer = bytes | bytearray | memoryview
Records = npt.NDArray[np.void]


class Block(NamedTuple):
    """The packed weeks of all products of a distributor."""

    first_week: date
    content: Buffer


class Named(NamedTuple):
    """What a report says of one product, in pieces; out where it ran out (STK-6)."""

    sold: int
    closing: int
    received: int
    out: bool


@dataclass
class Grid:
    """
    Series over the same weeks.

    Fields:
        first_week: the Monday of column 0.
        sold, closing, received: (S, W) pieces, UNKNOWN where no report tells.
        flags: (S, W) REPORTED, OUT, UNNAMED, COUNTED added together; 0 where nothing tells. A counted closing
            stands in place of the reported one, and where no report tells at all.
    """

    first_week: date
    sold: Pieces
    closing: Pieces
    received: Pieces
    flags: Flags

    @property
    def width(self) -> int:
        """Return how many weeks."""
        return int(self.sold.shape[1])

    @property
    def reported(self) -> npt.NDArray[np.bool_]:
        """Return (S, W) where a report tells."""
        return (self.flags & REPORTED) > 0

    @property
    def named(self) -> npt.NDArray[np.bool_]:
        """Return (S, W) where a report names the product."""
        return np.asarray((self.flags & (REPORTED | UNNAMED)) == REPORTED, dtype=np.bool_)

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """Return (S, W) where the closing was counted by hand."""
        return (self.flags & COUNTED) > 0

    @property
    def out(self) -> npt.NDArray[np.bool_]:
        """Return (S, W) where the product ran out (STK-6)."""
        return (self.flags & OUT) > 0


def empty(first_week: date, series: int, width: int) -> Grid:
    """Return a grid in which nothing is known."""
    sold, closing, received = (np.full((series, width), UNKNOWN, dtype=np.int32) for _ in range(3))
    return Grid(first_week, sold, closing, received, np.zeros((series, width), dtype=np.uint8))


@dataclass(frozen=True)
class Unpacked:
    """The series of several blocks, one block after the other: their weeks, (S,) product keys, how many each has."""

    grid: Grid
    product_id: npt.NDArray[np.int64]
    counts: list[int]


def unpack(blocks: Sequence[Block], *, first_week: date, last_week: date) -> Unpacked:
    """Return packed series as a grid from `first_week` to `last_week`; weeks outside a block are unknown."""
    found = [read_records(block.content) for block in blocks]
    counts = [one.size for one in found]
    grid = empty(first_week, sum(counts), weeks.between(first_week, last_week) + 1)
    start = 0
    for block, records in zip(blocks, found, strict=True):
        _copy(grid, records, start, weeks.between(first_week, block.first_week))
        start += records.size
    keys = [one["product_id"].astype(np.int64) for one in found]
    return Unpacked(grid, np.concatenate(keys) if keys else np.zeros(0, dtype=np.int64), counts)


def _copy(grid: Grid, records: Records, start: int, offset: int) -> None:
    """Copy a block into the rows from `start` on; `offset` is its first column, negative where it is cut off."""
    length = records.dtype["flags"].shape[0]
    low, high = max(offset, 0), min(offset + length, grid.width)
    if low >= high:
        return
    rows, part = slice(start, start + records.size), slice(low - offset, high - offset)
    for name in ("sold", "closing", "received", "flags"):
        getattr(grid, name)[rows, low:high] = records[name][:, part]


def pack(grid: Grid, product_ids: Sequence[int]) -> Block | None:
    """
    Return a distributor's series as a block that begins with the first week named or counted.

    A series that nothing tells of is left out; None where none is left. Pieces take two bytes where all fit.

    Args:
        grid: of the one distributor.
        product_ids: (S,) its products.
    """
    told = np.asarray(grid.named | grid.counted, dtype=np.bool_)
    first, keys = told.argmax(axis=1), np.asarray(product_ids, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    rows = order[np.take(told.any(axis=1), order)]
    if not rows.size:
        return None
    start = int(first[rows].min())
    before = np.arange(start, grid.width) < first[rows][:, None]
    columns = {
        name: np.where(before, UNKNOWN, getattr(grid, name)[rows, start:]) for name in ("sold", "closing", "received")
    }
    records = np.zeros(
        rows.size, dtype=_series_type(grid.width - start, max(int(one.max()) for one in columns.values()))
    )
    records["product_id"] = keys[rows]
    for name, values in columns.items():
        records[name] = values
    records["flags"] = np.where(before, 0, grid.flags[rows, start:])
    return Block(weeks.shift(grid.first_week, start), pack_records(records))


def _series_type(width: int, most: int) -> np.dtype[np.void]:
    pieces = "<i2" if most <= np.iinfo(np.int16).max else "<i4"
    columns = [(name, pieces, (width,)) for name in ("sold", "closing", "received")]
    return np.dtype([("product_id", "<i4"), *columns, ("flags", "|u1", (width,))])


def span_of(blocks: Iterable[Block], week: date) -> tuple[date, date]:
    """Return the first and the last week that blocks and a report's week cover together."""
    first = last = week
    for block in blocks:
        length = read_records(block.content).dtype["flags"].shape[0]
        first = min(first, block.first_week)
        last = max(last, weeks.shift(block.first_week, length - 1))
    return first, last


def put_report(grid: Grid, week: date, named: Mapping[int, Named]) -> None:
    """
    Put a distributor's report of a week in place of what stood there.

    The grid holds all series of the one distributor. A product that the report does not name
    sold nothing, and its stock is what it was at the close before: so say the weeks after too,
    as far as reports do not name it.

    Args:
        grid: changed in place.
        week: of the report.
        named: by row of the grid.
    """
    column = weeks.between(grid.first_week, week)
    told = np.asarray(grid.reported.any(axis=0), dtype=np.bool_)
    told[column] = True
    names = grid.named
    names[:, column] = False
    for index, one in named.items():
        names[index, column] = True
        grid.sold[index, column], grid.closing[index, column] = max(one.sold, 0), max(one.closing, 0)
        grid.received[index, column] = max(one.received, 0)
        grid.flags[index, column] = REPORTED | (OUT if one.out else 0)
    _carry(grid, told, names, column)


def put_counts(grid: Grid, counted: Mapping[tuple[int, int], int]) -> None:
    """
    Put closings that were counted by hand in place; what reports after them do not name follows.

    The grid holds all series of the one distributor.

    Args:
        grid: changed in place.
        counted: pieces by row and column.
    """
    told, names = np.asarray(grid.reported.any(axis=0), dtype=np.bool_), grid.named
    for (row, column), units in sorted(counted.items()):
        _close(grid, row, column, units, int(grid.flags[row, column]) | COUNTED)
        for after in range(column + 1, grid.width):
            if names[row, after]:
                break
            if told[after]:
                grid.sold[row, after] = grid.received[row, after] = 0
                _close(grid, row, after, units, REPORTED | UNNAMED)
            if (row, after) in counted:
                break


def take_counts_back(grid: Grid, week: date) -> None:
    """
    Forget what was counted by hand for a week; where a report tells of the week, put it in place anew afterwards.

    Args:
        grid: of the one distributor, changed in place.
    """
    column = weeks.between(grid.first_week, week)
    alone = grid.counted[:, column] & ~grid.reported[:, column]
    grid.closing[alone, column] = UNKNOWN
    grid.flags[alone, column] = 0
    grid.flags[:, column] &= ~np.uint8(COUNTED)
    _carry(grid, np.asarray(grid.reported.any(axis=0), dtype=np.bool_), grid.named, column)


def _close(grid: Grid, row: int, column: int, units: int, flags: int) -> None:
    grid.closing[row, column] = units
    grid.flags[row, column] = flags | OUT if units == 0 else flags & ~OUT


def _carry(grid: Grid, told: npt.NDArray[np.bool_], names: npt.NDArray[np.bool_], start: int) -> None:
    """Fill the weeks from `start` on of the products that a report does not name."""
    stock = _stock_before(grid, names, start)
    for column in range(start, grid.width):
        carried = ~names[:, column] & (stock != UNKNOWN) & told[column]
        blank = ~names[:, column] & ~carried
        grid.sold[carried, column] = grid.received[carried, column] = 0
        grid.closing[carried, column] = stock[carried]
        grid.flags[carried, column] = REPORTED | UNNAMED | np.where(stock[carried] == 0, OUT, 0)
        for pieces in (grid.sold, grid.closing, grid.received):
            pieces[blank, column] = UNKNOWN
        grid.flags[blank, column] = 0
        if told[column]:
            stock = grid.closing[:, column].copy()


def _stock_before(grid: Grid, names: npt.NDArray[np.bool_], column: int) -> Pieces:
    """Return (S,) the last known closing before a column, UNKNOWN before the first naming."""
    stock = np.full(names.shape[0], UNKNOWN, dtype=np.int32)
    for before in range(column - 1, -1, -1):
        if grid.reported[:, before].any():
            stock = grid.closing[:, before].copy()
            break
    return stock


# Records: one structure per row, behind a head that says which version, how many rows and which columns, so that a
# content written years ago is read by its own names. Everything is little-endian.
_RECORDS = struct.Struct("<4sHHI")  # mark, version, length of the columns' text, rows
_MARK, _VERSION = b"CKrc", 1


def pack_records(records: Records) -> bytes:
    """Return records as bytes that name their columns."""
    columns = _columns_of(records.dtype)
    return _RECORDS.pack(_MARK, _VERSION, len(columns), records.size) + columns + records.tobytes()


def read_records(content: Buffer) -> Records:
    """
    Return packed records as an array over the very bytes; nothing is copied.

    Raises:
        ValueError: the content is none of ours, of a later version, or cut off.
    """
    if len(content) < _RECORDS.size:
        raise ValueError("The records are cut off.")
    mark, version, length, rows = _RECORDS.unpack_from(content)
    if mark != _MARK or version != _VERSION:
        raise ValueError("These are no records of a version that is known here.")
    start = _RECORDS.size + length
    kind = _type_of(bytes(memoryview(content)[_RECORDS.size : start]))
    if len(content) != start + rows * kind.itemsize:
        raise ValueError("The records are cut off.")
    return np.frombuffer(content, dtype=kind, count=rows, offset=start)


@lru_cache(maxsize=1024)
def _columns_of(kind: np.dtype[np.void]) -> bytes:
    """Return the columns of a record as text: a name, a kind, and how many where there are several."""
    return json.dumps([[name, *_kind_of(kind[name])] for name in kind.names or ()], separators=(",", ":")).encode()


def _kind_of(kind: np.dtype[Any]) -> tuple[Any, ...]:
    return (kind.str,) if kind.subdtype is None else (kind.subdtype[0].str, *kind.shape)


@lru_cache(maxsize=1024)
def _type_of(columns: bytes) -> np.dtype[np.void]:
    return np.dtype(
        [(name, kind, tuple(shape)) if shape else (name, kind) for name, kind, *shape in json.loads(columns)]
    )
