"""Where on a sheet each figure stands: the heads of a report, read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from channelkeeper.sheets.text import clean, fold
from channelkeeper.sheets.workbook import Sheet, Value
from channelkeeper.stock.sheet import vocabulary
from channelkeeper.stock.sheet.records import FIGURES

_HEAD_ROWS = 60  # title rows above a table are fewer
_HEAD_LENGTH = 40  # a longer text is a note
_COUNTED = re.compile(r"(?:数量|数)$")
_JOINT = "/-_ 按"
_UNIT_LENGTH = 4  # of the longest unit word that stands behind a head without brackets
_UNIT_LABEL = re.compile(r"^(?:单位|计量单位|unit)\s*[:：]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """One column with a meaning: its place from 0, its head as written, the unit in the head."""

    column: int
    text: str
    meaning: vocabulary.Meaning
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """
    The columns of a table.

    Attributes:
        row: of the heads, from 0; of the lower one where heads take two rows.
        figures: part -> its visible columns, in the order of FIGURES.
        identity, apart: what names a product, and what tells two lines of it apart.
        week: the column that names the week, if any.
        dropped: hidden columns that a visible one stands for.
    """

    row: int
    figures: Mapping[str, tuple[Head, ...]]
    identity: Mapping[str, Head]
    apart: tuple[Head, ...]
    week: Head | None
    dropped: tuple[Head, ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        """Return the figures that have a column."""
        return frozenset(heads[0].meaning.figure for heads in self.figures.values())

    def name_column(self) -> int:
        """Return the column where a line says which product it is."""
        first = next(self.identity[part] for part in ("code", "name", "gtin") if part in self.identity)
        return first.column

    def labels(self) -> dict[int, str]:
        """Return column -> figure or identity, for the page."""
        heads = [*self.identity.values(), *self.apart]
        heads += [head for group in self.figures.values() for head in group]
        return {head.column: head.meaning.figure for head in heads}


def find(sheet: Sheet, units: frozenset[str]) -> Layout | None:
    """
    Return the fullest row of heads near the top of a sheet, None where there is none.

    Args:
        units: folded unit words of this sender, beside the usual ones.
    """
    rows = range(min(len(sheet.rows), _HEAD_ROWS))
    found = [layout for row in rows if (layout := at(sheet, row, units)) is not None]
    return max(found, key=lambda layout: (_fullness(layout), -layout.row), default=None)


def at(sheet: Sheet, row: int, units: frozenset[str]) -> Layout | None:
    """Return what one row names if it is a row of heads: a product and at least one figure."""
    if not _may_be_heads(sheet.rows[row]):
        return None
    layout = _arranged(row, list(_heads(sheet, row, units)), sheet.hidden_columns)
    if not layout.figures or not {"code", "name", "gtin"} & layout.identity.keys():
        return None
    below = _two_rows(sheet, row, units)
    return below if below is not None and _fullness(below) >= _fullness(layout) else layout


def _fullness(layout: Layout) -> int:
    return len(layout.figures) + len(layout.identity)


def _may_be_heads(values: list[Value]) -> bool:
    texts = [value for value in values if value is not None]
    return len(texts) >= 2 and all(isinstance(value, str) and len(value) <= _HEAD_LENGTH for value in texts)


def _heads(sheet: Sheet, row: int, units: frozenset[str]) -> Iterator[Head]:
    for column, value in enumerate(sheet.rows[row]):
        if isinstance(value, str):
            head = read_head(value, column, units)
            if head is not None:
                yield head


def read_head(text: str, column: int, units: frozenset[str]) -> Head | None:
    """Return what a head means, None where it means nothing here; 本周销售(箱) carries a unit."""
    text = clean(text)
    bare, inside = vocabulary.bracketed(text)
    if vocabulary.ELSEWHERE.search(text):
        return None
    unit = _UNIT_LABEL.sub("", inside.strip())
    unit = unit if _is_unit(unit, units) else ""
    meaning = vocabulary.HEADS.get(fold(bare))
    if meaning is not None:
        return Head(column, text, meaning, unit)
    return _with_trailing_unit(bare, text, column, units)


def _is_unit(word: str, units: frozenset[str]) -> bool:
    folded = fold(word)
    return vocabulary.is_unit_word(folded) or folded in units


def _with_trailing_unit(bare: str, text: str, column: int, units: frozenset[str]) -> Head | None:
    """Return what 销售箱数, 期末-瓶 and their like mean."""
    counted = _COUNTED.sub("", bare.strip())
    for length in range(_UNIT_LENGTH, 0, -1):
        stem, unit = counted[:-length].rstrip(_JOINT), counted[-length:].lstrip(_JOINT)
        meaning = vocabulary.HEADS.get(fold(stem)) if stem and _is_unit(unit, units) else None
        if meaning is not None and meaning.figure in FIGURES:
            return Head(column, text, meaning, unit)
    return None


def _two_rows(sheet: Sheet, row: int, units: frozenset[str]) -> Layout | None:
    """Return the layout of heads in two rows: a group (本周进货) over its parts (箱, 瓶)."""
    if row + 1 >= len(sheet.rows) or not _lower_row(sheet.rows[row + 1], units):
        return None
    upper, lower = _spread(sheet, row), sheet.rows[row + 1]
    heads: list[Head] = []
    for column in range(max(len(upper), len(lower))):
        over = upper[column] if column < len(upper) else None
        under = lower[column] if column < len(lower) else None
        head = _joined(over, under, column, units)
        if head is not None:
            heads.append(head)
    layout = _arranged(row + 1, heads, sheet.hidden_columns)
    return layout if layout.figures and {"code", "name", "gtin"} & layout.identity.keys() else None


def _lower_row(values: list[Value], units: frozenset[str]) -> bool:
    texts = [value for value in values if value is not None]
    return bool(texts) and all(
        isinstance(value, str) and (_is_unit(clean(value), units) or read_head(value, 0, units) is not None)
        for value in texts
    )


def _spread(sheet: Sheet, row: int) -> list[Value]:
    """Return a row with the value of each merged range in all of its columns."""
    values = list(sheet.rows[row])
    for area in sheet.merged:
        if area.top == row and area.left < len(values):
            last = min(area.right, len(values) - 1)
            values[area.left : last + 1] = [values[area.left]] * (last + 1 - area.left)
    return values


def _joined(over: Value, under: Value, column: int, units: frozenset[str]) -> Head | None:
    upper = over if isinstance(over, str) else ""
    if not isinstance(under, str):
        return read_head(upper, column, units)
    head = read_head(upper, column, units)
    if _is_unit(clean(under), units):
        return replace(head, unit=clean(under), text=f"{head.text} {clean(under)}") if head else None
    return read_head(upper + under, column, units) or read_head(under, column, units)


def _arranged(row: int, heads: list[Head], hidden: frozenset[int]) -> Layout:
    by_part: dict[str, list[Head]] = {}
    for head in heads:
        by_part.setdefault(head.meaning.part, []).append(head)
    dropped: list[Head] = []
    for part, group in by_part.items():
        by_part[part] = _chosen(group, hidden, dropped)
    order = {figure: index for index, figure in enumerate(FIGURES)}
    figures = [group for group in by_part.values() if group[0].meaning.figure in order]
    figures.sort(key=lambda group: order[group[0].meaning.figure])
    return Layout(
        row,
        {group[0].meaning.part: tuple(group) for group in figures},
        {part: by_part[part][0] for part in vocabulary.IDENTITY if part in by_part},
        tuple(by_part[part][0] for part in vocabulary.APART if part in by_part),
        by_part["week"][0] if "week" in by_part else None,
        tuple(dropped),
    )


def _chosen(group: list[Head], hidden: frozenset[int], dropped: list[Head]) -> list[Head]:
    """Return the columns that count: strong heads before weak ones, visible before hidden."""
    strong = [head for head in group if not head.meaning.weak] or group
    seen = [head for head in strong if head.column not in hidden]
    if seen:
        dropped += [head for head in strong if head.column in hidden]
    return seen or strong
