"""
From the rows of one table to lines, faults and questions.

A row is known by what it says of its product and unit; that is worked out once per
distinct row head and kept, so that a plain line costs a few microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from channelkeeper.sheets import furniture, numbers
from channelkeeper.sheets.text import clean, fold, narrow
from channelkeeper.sheets.workbook import CellError, Sheet, Unstored, Value, cell_name, column_letters, show
from channelkeeper.stock.sheet import layout as layouts
from channelkeeper.stock.sheet import remarks, vocabulary
from channelkeeper.stock.sheet.collected import Collected, Entry
from channelkeeper.stock.sheet.layout import Head, Layout
from channelkeeper.stock.sheet.products import Catalogue, Identity, Match, pack_of
from channelkeeper.stock.sheet.records import FIGURES, Candidate, KnownProduct, RowKind, Unit
from channelkeeper.stock.sheet.sentences import WHY, pair
from channelkeeper.stock.sheet.units import Units, key

_LARGEST = 1_000_000_000  # pieces; a barcode among figures is caught by it, and a column holds no more
_FLOAT_SLACK = Decimal("1e-9")  # of a case: what 15 stored digits leave of 56/24 cases
_FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_WAREHOUSE_SHEET = re.compile(r"仓|库房|warehouse|depot", re.IGNORECASE)
_SLOT = {figure: index for index, figure in enumerate(FIGURES)}
_CLOSING, _NEAR_EXPIRY = _SLOT["closing"], _SLOT["near_expiry"]
_OPENING = _SLOT["opening"]

REQUIRED = {"sold": ("本周销售", "sold"), "closing": ("本周结存", "closing")}

_UNTOLD = 0  # the factor of a figure whose unit is a question
_TextsOf = Callable[[Sequence[Value]], tuple[Value, ...]]


@dataclass(slots=True)
class Context:
    """What all tables of a file share."""

    collected: Collected
    catalogue: Catalogue
    units: Units
    placed: Mapping[str, str]  # answers for one place: "sheet!cell" -> product code
    unit_is_told: bool = False  # somewhere in the file


@dataclass(frozen=True, slots=True)
class _Known:
    """
    What a row head means.

    Attributes:
        product: None while it is asked.
        factors: pieces per unit of each figure column; `_UNTOLD` where a cell must be looked at.
        told: per figure column, whether a unit is given for it.
        match: what to ask or to fault in each row of this head.
        wrong_case_size: the sender's case size, where it is not ours and the row counts in cases.
    """

    product: KnownProduct | None
    factors: tuple[int, ...]
    told: tuple[bool, ...]
    match: Match | None = None
    wrong_case_size: int | None = None


class Table:
    """The reader of one sheet's table."""

    def __init__(self, sheet: Sheet, layout: Layout, title_unit: str, context: Context) -> None:
        self._sheet = sheet
        self._context = context
        self._collected = context.collected
        self._title_unit = title_unit
        self.kinds: list[RowKind] = [*_titles(layout.row), "header"]
        self._covered: dict[tuple[int, int], int] = {}
        self._untold: list[tuple[int, Head]] = []  # rows and heads of figures without a unit
        self._sum = self._part_sum = Decimal(0)
        self._summed = self._part_summed = 0
        self.first_layout = layout
        self._use(layout)

    def _use(self, layout: Layout) -> None:
        """Read the rows that follow by these heads."""
        self.layout = layout
        groups = list(layout.figures.values())
        self._heads = [group[0] for group in groups]
        self._doubles = [(index, other) for index, group in enumerate(groups) for other in group[1:]]
        self._slots = [_SLOT[head.meaning.figure] for head in self._heads]
        self._closing = self._slots.index(_CLOSING) if _CLOSING in self._slots else 0
        identity = [layout.identity[part].column for part in layout.identity]
        apart = [head.column for head in layout.apart]
        self._identity_of = _picker(identity)
        self._apart_of = _picker(apart)
        self._figures_of = _picker([head.column for head in self._heads])
        doubled = [head.column for _, head in self._doubles]
        self._width = 1 + max([*identity, *apart, *doubled, *(head.column for head in self._heads)])
        self._letters = {head.meaning.figure: column_letters(head.column) for head in reversed(self._heads)}
        self._name_letters = column_letters(layout.name_column())
        self._apart_name = self._sheet.name if _WAREHOUSE_SHEET.search(self._sheet.name) else ""
        self._has_opening = "opening" in layout.parts
        self._known: dict[object, _Known] = {}
        self._factors_kept: dict[object, tuple[tuple[int, ...], tuple[bool, ...]]] = {}

    def read(self, covered: dict[tuple[int, int], int]) -> None:
        """
        Read every row below the heads.

        Args:
            covered: figure cells that a merge with a row above covers -> that row, from 0.
        """
        self._covered = covered
        units = self._sheet.units
        for index in range(self.layout.row + 1, len(self._sheet.rows)):
            row = self._sheet.rows[index]
            if len(row) < self._width:
                row = row + [None] * (self._width - len(row))
            self.kinds.append(self._row(index, row, units.get(index) if units else None))
            if self._collected.is_full:
                self._fault("too_many_faults", index, self._heads[self._closing], "", count=len(self._collected.faults))
                break

    # One row.

    def _row(self, index: int, row: list[Value], formats: Mapping[int, str] | None) -> RowKind:
        identity = self._identity_of(row)
        known = self._known.get((identity, id(formats))) if not self._context.placed else None
        if known is None:
            known_or_kind = self._recognise(index, row, identity, formats)
            if isinstance(known_or_kind, str):
                return known_or_kind
            known = known_or_kind
        self._line(index, row, known)
        return "line"

    def _line(self, index: int, row: list[Value], known: _Known) -> None:
        collected = self._collected
        collected.lines_read += 1
        before = len(collected.faults)
        values = tuple(_plain(value) for value in self._figures_of(row))
        if known.match is not None:
            self._hold_back(index, known.match)
        figures = self._pieces(index, values, known)
        if self._doubles:
            self._compare(index, row, figures, known)
        if known.wrong_case_size is not None:
            self._fault_case_size(index, known)
        if known.product is None:
            return
        totals = [0] * len(FIGURES)
        for slot, pieces in zip(self._slots, figures, strict=True):
            totals[slot] += pieces
        apart = tuple(clean(show(value)) for value in self._apart_of(row)) if self.layout.apart else ()
        entry = Entry(
            known.product, self._sheet.name, index, (self._apart_name, *apart), tuple(totals), self._letters,
            f"{self._name_letters}{index + 1}", _common_unit(values, known.factors),
        )  # fmt: skip
        collected.entries.append(entry)
        if self._has_opening and len(collected.faults) == before and not remarks.meets(entry.figures):
            collected.remark(remarks.balance_remark(entry))

    def _pieces(self, index: int, values: tuple[Value, ...], known: _Known) -> list[int]:
        """Return each figure of a row in pieces, 0 where it is blank or at fault."""
        pieces: list[int] = []
        for at, (value, factor) in enumerate(zip(values, known.factors, strict=True)):
            if type(value) is int and factor and 0 <= value < 1_000_000:
                pieces.append(value * factor)
                if not known.told[at] and value:
                    self._untold.append((index, self._heads[at]))
            else:
                pieces.append(self._figure(index, self._heads[at], at, value, known))
        self._add_up(values[self._closing])
        return pieces

    def _add_up(self, closing: Value) -> None:
        """Keep the running sums of the closing column by which an unnamed total is known."""
        number = closing if type(closing) is int else numbers.read_number(closing)
        if isinstance(number, int | Decimal):
            self._sum += number
            self._part_sum += number
        self._summed += 1
        self._part_summed += 1

    # One figure.

    def _figure(self, index: int, head: Head, at: int, value: Value, known: _Known) -> int:
        """Return a figure in pieces; what it is not becomes a fault or a question, and 0."""
        if value is None and (index, head.column) in self._covered:
            return self._covered_figure(index, head)
        number = numbers.read_number(value)
        if isinstance(number, Decimal):
            return self._number(index, head, at, number, known)
        if number.code == "blank":
            if head.meaning.figure == "closing" and not self._is_given_beside(index, head):
                self._fault("closing_blank", index, head, "")
            return 0
        if number.code == "not_a_number" and isinstance(value, str):
            return self._parts(index, head, value, known)
        self._fault(number.code, index, head, show(value), offer=_offer(value))
        return 0

    def _number(self, index: int, head: Head, at: int, number: Decimal, known: _Known) -> int:
        shown = self._sheet.unit(index, head.column)
        if shown and number and self._context.units.meaning(shown) is None and not _is_a_unit(shown):
            code = "percent" if shown == "%" else "number_format"
            self._fault(code, index, head, f"{_text(number)}{shown}", unit=shown)
            return 0
        factor = known.factors[at]
        if factor == _UNTOLD and number:
            self._ask_unit(index, head, known)
            factor = 1
        if not known.told[at] and number:
            self._untold.append((index, head))
        return self._whole(index, head, number * (factor or 1), _text(number), known)

    def _parts(self, index: int, head: Head, text: str, known: _Known) -> int:
        """Return 3箱5瓶 in pieces."""
        parts = numbers.read_parts(text)
        if isinstance(parts, numbers.Misread):
            self._fault(parts.code, index, head, text, offer=_offer(text))
            return 0
        pieces = Decimal(0)
        for part in parts:
            unit = self._context.units.meaning(part.word)
            if unit is None:
                self._unknown_part(index, head, text, part.word)
                return 0
            self._context.unit_is_told = True
            pieces += part.number * (_per_unit(unit, known.product))
        return self._whole(index, head, pieces, text, known)

    def _unknown_part(self, index: int, head: Head, text: str, word: str) -> None:
        if fold(word) in vocabulary.NO_PACKS:
            self._fault("not_a_quantity", index, head, text, offer=_offer(text))
        else:
            self._ask_word(index, head.column, key(word), "unknown_unit")

    def _whole(self, index: int, head: Head, pieces: Decimal, text: str, known: _Known) -> int:
        nearest = pieces.to_integral_value()
        size = known.product.units_per_case if known.product else 1
        if known.product is not None and abs(pieces - nearest) > _FLOAT_SLACK * size:
            code = "fraction" if pieces == numbers.read_number(text) else "piece_fraction"
            self._fault(code, index, head, text, units_per_case=size, pieces=_text(pieces))
            return 0
        return self._in_range(index, head, int(nearest), text)

    def _in_range(self, index: int, head: Head, pieces: int, text: str) -> int:
        figure = head.meaning.figure
        if abs(pieces) >= _LARGEST:
            self._fault("too_big", index, head, text)
        elif pieces < 0 and figure in ("closing", "near_expiry"):
            self._fault(f"{figure}_negative", index, head, text)
        else:
            return pieces
        return 0

    def _covered_figure(self, index: int, head: Head) -> int:
        """Return 0 for a figure merged over two rows of one product; two products cannot share it."""
        top = self._covered[index, head.column]
        mine, above = (self._product_at(row) for row in (index, top))
        if mine is None or mine != above:
            self._fault("merged_figure", index, head, "", first=top + 1)
        return 0

    def _product_at(self, index: int) -> str | None:
        row = self._sheet.rows[index] + [None] * self._width
        match = self._match(self._identity_of(row))
        return match.product.code if match.product else None

    def _compare(self, index: int, row: list[Value], figures: list[int], known: _Known) -> None:
        """Hold the columns that give one figure twice against each other."""
        for at, other in self._doubles:
            value = row[other.column]
            if numbers.is_nothing(value):
                continue
            pieces = self._other_column(index, other, value, known)
            first = self._heads[at]
            if numbers.is_nothing(row[first.column]):
                figures[at] = pieces
            elif pieces != figures[at] and (self._sheet.name, index) not in self._collected.faulty:
                self._fault(
                    "columns_disagree", index, other, show(value),
                    other=cell_name(index, first.column), other_value=show(row[first.column]),
                )  # fmt: skip

    def _is_given_beside(self, index: int, head: Head) -> bool:
        """Tell whether another column of the same figure holds what this one leaves blank."""
        others = self.layout.figures[head.meaning.part]
        return any(not numbers.is_nothing(self._sheet.value(index, other.column)) for other in others)

    def _other_column(self, index: int, head: Head, value: Value, known: _Known) -> int:
        factor, told = self._factor(head, self._unit_value(index), self._sheet.unit(index, head.column), known.product)
        alone = _Known(known.product, (factor,), (told,))
        return self._figure(index, head, 0, value, alone)

    # What a row is.

    def _recognise(
        self, index: int, row: list[Value], identity: tuple[Value, ...], formats: Mapping[int, str] | None
    ) -> _Known | RowKind:
        named = self._identity(identity)
        if all(numbers.is_nothing(value) for value in (named.code, named.gtin, named.name)):
            return self._nameless(index, row)
        placed = self._placed(index) if self._context.placed else None
        match = placed or self._match(identity)
        if match.skip:
            return "category"
        if match.product is None:
            kind: RowKind | None = "header" if self._is_header(index, row) else self._furniture(row)
            if kind is not None:
                return kind
        known = self._known_row(identity, match, formats)
        if not self._context.placed:
            self._known[identity, id(formats)] = known
        return known

    def _identity(self, identity: tuple[Value, ...]) -> Identity:
        parts = dict(zip(self.layout.identity, identity, strict=False))
        return Identity(parts.get("code"), parts.get("gtin"), parts.get("name"), parts.get("spec"))

    def _match(self, identity: tuple[Value, ...]) -> Match:
        return self._context.catalogue.match(self._identity(identity))

    def _placed(self, index: int) -> Match | None:
        """Return what a person answered for this row alone."""
        for part in ("code", "name", "gtin"):
            head = self.layout.identity.get(part)
            place = f"{self._sheet.name}!{cell_name(index, head.column)}" if head else ""
            if place in self._context.placed:
                return self._context.catalogue.answered(self._context.placed[place])
        return None

    def _is_header(self, index: int, row: list[Value]) -> bool:
        """Tell whether a row is heads again; heads in another order hold for the rows below them."""
        name = row[self.layout.name_column()]
        if not isinstance(name, str) or layouts.read_head(name, 0, frozenset()) is None:
            return False
        found = layouts.at(self._sheet, index, self._context.units.words)
        if found is None or found.row != index:
            return False
        if not _agree(found, self.layout):
            self._change_to(found, index)
        return True

    def _change_to(self, found: Layout, index: int) -> None:
        """Read on by other heads; a second table that is no report cannot be told from one."""
        missing = next((name for name in REQUIRED if name not in found.parts), None)
        if missing is None:
            self._use(found)
            return
        zh, en = REQUIRED[missing]
        self._collected.fault(
            "column_missing",
            sheet=self._sheet.name,
            cell=cell_name(index, 0),
            value="",
            row=index,
            column=zh,
            column_en=en,
        )

    def _nameless(self, index: int, row: list[Value]) -> RowKind:
        """Return what a row without a product is; one with figures must be a total."""
        texts = [value for value in row if isinstance(value, str) and not numbers.is_nothing(value)]
        if all(value is None or numbers.is_nothing(value) for value in self._sheet.rows[index]):
            return "blank"
        if any(furniture.is_total(text) for text in texts):
            return self._total()
        values = self._figures_of(row)
        if not _has_figures(values):
            return "note"
        if self._is_unnamed_total(values):
            return self._total()
        self._collected.lines_read += 1
        head = self.layout.identity.get("name") or next(iter(self.layout.identity.values()))
        self._fault("no_product", index, head, "")
        return "line"

    def _furniture(self, row: list[Value]) -> RowKind | None:
        """Return what a row is whose name is no product's, None if it is a line to ask about."""
        texts = [value for value in row if isinstance(value, str) and not numbers.is_nothing(value)]
        columns = [self.layout.identity[part].column for part in ("code", "name") if part in self.layout.identity]
        named = [row[column] for column in columns]
        if any(isinstance(text, str) and furniture.is_total(text) for text in (*texts[:1], *named)):
            return self._total()
        if texts and furniture.is_note(texts[0]):
            return "note"
        return None if _has_figures(self._figures_of(row)) else "category"

    def _total(self) -> RowKind:
        self._part_sum, self._part_summed = Decimal(0), 0
        return "total"

    def _is_unnamed_total(self, values: tuple[Value, ...]) -> bool:
        closing = numbers.read_number(values[self._closing])
        if not isinstance(closing, Decimal):
            return False
        whole = self._summed > 1 and closing == self._sum
        return whole or (self._part_summed > 1 and closing == self._part_sum)

    # What a row head means.

    def _known_row(self, identity: tuple[Value, ...], match: Match, formats: Mapping[int, str] | None) -> _Known:
        parts = dict(zip(self.layout.identity, identity, strict=False))
        factors, told = self._factors(parts.get("unit"), formats, match.product)
        wrong = _wrong_case_size(parts.get("units_per_case"), match.product, factors)
        return _Known(match.product, factors, told, None if match.product else match, wrong)

    def _factors(
        self, unit: Value, formats: Mapping[int, str] | None, product: KnownProduct | None
    ) -> tuple[tuple[int, ...], tuple[bool, ...]]:
        """Return factor and whether it is told for every figure column; worked out once per unit and case size."""
        kept = (show(unit), id(formats), product.units_per_case if product else 0)
        if kept not in self._factors_kept:
            shown = formats or {}
            pairs = [self._factor(head, unit, shown.get(head.column, ""), product) for head in self._heads]
            self._factors_kept[kept] = (tuple(factor for factor, _ in pairs), tuple(told for _, told in pairs))
        return self._factors_kept[kept]

    def _unit_value(self, index: int) -> Value:
        head = self.layout.identity.get("unit")
        return self._sheet.value(index, head.column) if head else None

    def _factor(self, head: Head, unit: Value, shown: str, product: KnownProduct | None) -> tuple[int, bool]:
        """
        Return the pieces per unit of a figure, and whether its unit is given.

        The nearest word wins where all agree: number format, head, unit column, title.
        Words that disagree are a question.
        """
        if shown and not _is_a_unit(shown) and self._context.units.meaning(shown) is None:
            return _UNTOLD, True  # a percentage, or words that are no unit: each cell is looked at
        words = self._unit_words(head, unit, shown)
        if not words:
            told = self._context.units.told(head.text)
            return (_per_unit(told, product), True) if told else (1, False)
        self._context.unit_is_told = True
        meant = {self._context.units.meaning(word) for word in words}
        if len(meant) > 1 and None not in meant:
            meant = {self._context.units.told("/".join(words))}
        (only,) = meant if len(meant) == 1 else (None,)
        return (_per_unit(only, product) if only else _UNTOLD), True

    def _unit_words(self, head: Head, unit: Value, shown: str) -> list[str]:
        written = "" if numbers.is_nothing(unit) else key(show(unit))
        shown = shown if _is_a_unit(shown) or self._context.units.meaning(shown) else ""
        words = [word for word in (shown, head.unit, written) if word]
        return list(dict.fromkeys(words or ([self._title_unit] if self._title_unit else [])))

    # What holds a row back.

    def _fault(self, code: str, index: int, head: Head, value: str, *, offer: str = "", **figures: object) -> None:
        self._collected.fault(
            code, sheet=self._sheet.name, cell=cell_name(index, head.column), value=value, row=index,
            head=head.text, offer=offer, **figures,
        )  # fmt: skip

    def _hold_back(self, index: int, match: Match) -> None:
        head = self.layout.identity.get(match.part) or next(iter(self.layout.identity.values()))
        if match.code in ("identity_error", "gtin_lost_digits"):
            self._fault(match.code, index, head, match.value)
            return
        asked = self._collected.is_asked("unknown_product", match.value)
        candidates = () if asked else self._context.catalogue.candidates(match)
        self._collected.ask(
            "unknown_product", match.code, sheet=self._sheet.name, cell=cell_name(index, head.column),
            value=match.value, candidates=candidates, count=len(match.sure),
        )  # fmt: skip

    def _fault_case_size(self, index: int, known: _Known) -> None:
        head = self.layout.identity["units_per_case"]
        if known.product is not None:
            self._fault(
                "case_size_differs", index, head, str(known.wrong_case_size),
                product=known.product.name_zh or known.product.code, units_per_case=known.product.units_per_case,
            )  # fmt: skip

    def _ask_unit(self, index: int, head: Head, known: _Known) -> None:
        """Ask about the unit of a figure: an unknown word, or words that disagree."""
        value = self._unit_value(index)
        if isinstance(value, CellError | Unstored | Decimal | int):
            unit_head = self.layout.identity["unit"]
            if (self._sheet.name, index) not in self._collected.faulty:
                self._fault("unit_unreadable", index, unit_head, show(value))
            return
        words = self._unit_words(head, value, self._sheet.unit(index, head.column))
        unknown = next((word for word in words if self._context.units.meaning(word) is None), None)
        column = self._column_of_word(unknown, value, head)
        if unknown is not None:
            self._ask_word(
                index if column != head.column else self._word_row(index, head), column, unknown, "unknown_unit"
            )
        else:
            self._ask_word(index, head.column, "/".join(words), "units_disagree")

    def _column_of_word(self, word: str | None, value: Value, head: Head) -> int:
        written = "unit" in self.layout.identity and word == key(show(value))
        return self.layout.identity["unit"].column if written else head.column

    def _word_row(self, index: int, head: Head) -> int:
        """Return the row where the unit of a figure is written: the head's, or the figure's own."""
        return self.layout.row if head.unit and not self._sheet.unit(index, head.column) else index

    def _ask_word(self, row: int, column: int, word: str, code: str) -> None:
        self._collected.ask(
            "unknown_unit", code, sheet=self._sheet.name, cell=cell_name(row, column), value=word,
            candidates=_UNIT_CANDIDATES,
        )  # fmt: skip

    def ask_untold(self) -> None:
        """Ask for the unit of figures that give none, once all sheets are read and another gives one."""
        if not self._context.unit_is_told:
            return
        unit = self.layout.identity.get("unit")
        if unit is None:
            for head in dict.fromkeys(head for _, head in self._untold):
                self._ask_word(self.layout.row, head.column, key(head.text), "unit_untold")
            return
        for index in dict.fromkeys(index for index, _ in self._untold):
            if not self._collected.is_full:
                self._fault("unit_blank", index, unit, "")

    @property
    def has_untold(self) -> bool:
        """Tell whether figures without any unit were met."""
        return bool(self._untold)


def _titles(count: int) -> Iterator[RowKind]:
    for _ in range(count):
        yield "title"


def _candidates() -> Iterator[Candidate]:
    names: tuple[tuple[Unit, str, str], ...] = (("case", "箱", "case"), ("piece", "最小单位", "piece"))
    for unit, zh, en in names:
        yield Candidate(unit, zh, en, 50, *pair(WHY, unit))


_UNIT_CANDIDATES = tuple(_candidates())


def _picker(columns: list[int]) -> _TextsOf:
    """Return a function that takes these columns out of a row."""
    if len(columns) > 1:
        return itemgetter(*columns)
    if columns:
        only = columns[0]
        return lambda row: (row[only],)
    return lambda row: ()


def _plain(value: Value) -> Value:
    """Return the digits of a CSV cell as the number they are; all else as it is."""
    if type(value) is str and len(value) < 7 and value.isascii() and value.isdigit():
        return int(value)
    return value


def _common_unit(values: tuple[Value, ...], factors: tuple[int, ...]) -> int:
    """Return the pieces per unit that all figures of a row share, 1 where they are written in several."""
    first = factors[0]
    if (
        first > 1
        and factors.count(first) == len(factors)
        and all(value is None or type(value) is int for value in values)
    ):
        return first
    return 1


def _agree(found: Layout, layout: Layout) -> bool:
    """Tell whether heads, as far as they go, say what those of the table say."""
    known = layout.labels()
    return all(known.get(column) == label for column, label in found.labels().items())


def _has_figures(values: tuple[Value, ...]) -> bool:
    """Tell whether any figure cell of a row holds a number, or something that should be one."""
    return any(
        not numbers.is_nothing(value) and (not isinstance(value, str) or any(sign.isdigit() for sign in value))
        for value in values
    )


def _per_unit(unit: Unit, product: KnownProduct | None) -> int:
    return product.units_per_case if unit == "case" and product else 1


def _is_a_unit(word: str) -> bool:
    return bool(word) and vocabulary.is_unit_word(fold(key(word)))


def _wrong_case_size(value: Value, product: KnownProduct | None, factors: tuple[int, ...]) -> int | None:
    if product is None or numbers.is_nothing(value) or product.units_per_case not in factors:
        return None
    number = numbers.read_number(value)
    size = int(number) if isinstance(number, Decimal) else pack_of(f" {clean(show(value))}")
    return size if size and size != product.units_per_case and product.units_per_case > 1 else None


def _offer(value: Value) -> str:
    found = _FIRST_NUMBER.search(narrow(value)) if isinstance(value, str) else None
    return found[0] if found else ""


def _text(number: Decimal) -> str:
    return format(number.normalize(), "f") if number else "0"
