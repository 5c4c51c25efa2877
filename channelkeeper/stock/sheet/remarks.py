"""Sums that do not meet: said, offered for mending, and taken in as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from channelkeeper.core.formats import MINUS
from channelkeeper.stock.sheet.collected import Entry
from channelkeeper.stock.sheet.records import FIGURES, Offer, Remark
from channelkeeper.stock.sheet.sentences import REMARKS, pair

_SIGNS = (1, 1, 1, -1, -1, -1, -1)  # of the first seven FIGURES towards the closing
_OPENING, _SOLD, _CLOSING = FIGURES.index("opening"), FIGURES.index("sold"), FIGURES.index("closing")


def expected_closing(figures: tuple[int, ...]) -> int:
    """Return opening and all that came in less all that went out, in pieces."""
    return sum(sign * figure for sign, figure in zip(_SIGNS, figures, strict=False))


def meets(figures: tuple[int, ...]) -> bool:
    """Tell whether a row's closing is what its other figures leave."""
    opening, received, other_in, sold, gifts, losses, returns, closing, _ = figures
    return opening + received + other_in - sold - gifts - losses - returns == closing


def balance_remark(entry: Entry) -> Remark:
    """Return what to say of a row whose sums do not meet, in the unit of the row."""
    unit = entry.unit
    expected, written = expected_closing(entry.figures), entry.figures[_CLOSING]
    gap = written - expected
    sold = entry.figures[_SOLD] - gap
    offers = [_offer(entry, "closing", expected // unit)] if expected >= 0 else []
    if sold >= 0:
        offers.append(_offer(entry, "sold", sold // unit))
    messages = pair(
        REMARKS, "balance", sum=_sum(entry.figures, unit), expected=expected // unit, written=written // unit,
        gap=abs(gap) // unit,
    )  # fmt: skip
    return _remark("balance", entry, "closing", written // unit, expected // unit, offers, messages)


def _remark(
    kind: Literal["balance", "opening"], entry: Entry, figure: str, written: int, expected: int,
    offers: list[Offer], messages: tuple[str, str],
) -> Remark:  # fmt: skip
    cell = f"{entry.letters[figure]}{entry.row + 1}"
    return Remark(
        kind,
        entry.sheet,
        cell,
        entry.row + 1,
        entry.product.code,
        str(written),
        str(expected),
        tuple(offers),
        *messages,
    )


def _sum(figures: tuple[int, ...], unit: int) -> str:
    """Return 120 + 60 − 88 − 2; the opening always, others where they are not 0."""
    text = str(figures[0] // unit)
    for sign, figure in zip(_SIGNS[1:], figures[1:], strict=False):
        if figure:
            added = (sign > 0) == (figure > 0)
            text += f" {'+' if added else MINUS} {abs(figure) // unit}"
    return text


def _offer(entry: Entry, figure: str, units: int) -> Offer:
    return Offer(figure, f"{entry.letters[figure]}{entry.row + 1}", str(units))


def opening_remarks(entries: Mapping[str, list[Entry]], last_closing: Mapping[str, int]) -> list[Remark]:
    """
    Return what to say of products whose opening is not the closing of the report before.

    Args:
        entries: product code -> its rows.
        last_closing: product code -> pieces.
    """
    found: list[Remark] = []
    for product, rows in entries.items():
        closed = last_closing.get(product)
        opening = sum(row.figures[_OPENING] for row in rows)
        if closed is not None and closed != opening and "opening" in rows[0].letters:
            found.append(_opening_remark(rows, opening, closed))
    return found


def _opening_remark(rows: list[Entry], opening: int, closed: int) -> Remark:
    row, alone = rows[0], len(rows) == 1
    unit = row.unit if all(other.unit == row.unit for other in rows) and closed % row.unit == 0 else 1
    written, expected = opening // unit, closed // unit
    swapped = sorted(str(written)) == sorted(str(expected))
    zh, en = pair(REMARKS, "opening_swapped" if swapped else "opening", expected=expected, written=written)
    if alone and is_settled_by(row, closed):
        meets_zh, meets_en = pair(REMARKS, "opening_meets", expected=expected)
        zh, en = f"{zh}{meets_zh}", f"{en} {meets_en}"
    offers = [_offer(row, "opening", expected)] if alone else []
    return _remark("opening", row, "opening", written, expected, offers, (zh, en))


def is_settled_by(row: Entry, closed: int) -> bool:
    """Tell whether a row meets once its opening is the closing of the report before."""
    return expected_closing(row.figures) - row.figures[_OPENING] + closed == row.figures[_CLOSING]
