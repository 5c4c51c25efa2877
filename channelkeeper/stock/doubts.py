"""
The doubts about the reports of a chunk: signs in arrays and sums, and what of them becomes a finding.

Pure: `actions.doubting` reads and writes. Quantities are pieces, money is yuan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from channelkeeper.catalog.queries import ProductView
from channelkeeper.core import money
from channelkeeper.findings.rules import Observation, Severity
from channelkeeper.stock import credibility, judging, packed, receipts
from channelkeeper.stock.credibility import Sign
from channelkeeper.stock.rules import Flow, balance_gap, is_copied

RECEIPTS_DIFFER = ("STK-3", "receipts_differ")
COUNT_DIFFERS = ("STK-4", "count_differs")
LISTED = 10
NUMBERS_LISTED = 5


@dataclass(frozen=True)
class InReport:
    """What a report's own lines amount to: how many there are, and in how many of them something cannot be."""

    lines: int
    unbalanced: int
    negative: int
    beyond: int
    figures: int  # sold and closing of at least 20 in the sender's unit
    round: int  # of these, how many end in 0


@dataclass(frozen=True)
class Shipped:
    """
    What arrived of the series of a chunk, one entry per shipment line, the oldest first.

    Fields:
        row: (L,) which series.
        units: (L,) pieces.
        arrived: (L,) days.
        numbers: L shipments.
    """

    row: judging.Codes
    units: judging.Codes
    arrived: npt.NDArray[np.datetime64]
    numbers: Sequence[str]

    def near(self, row: int) -> tuple[str, ...]:
        """Return the last shipments of one series."""
        found = dict.fromkeys(self.numbers[line] for line in np.nonzero(self.row == row)[0].tolist())
        return tuple(found)[-NUMBERS_LISTED:]


@dataclass(frozen=True)
class Difference:
    """A product whose report differs from what was shipped or counted."""

    product: ProductView
    expected: int
    written: int
    value: Decimal
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class LastCount:
    """
    The newest count of a distributor beside the report of its week.

    Attributes:
        freshness: 1 in the week of the count, falling to 0: what it says of reports wears off.
    """

    count_id: int
    counted_on: date
    week: date
    products: int
    differing: int
    freshness: float = 1.0


@dataclass(frozen=True)
class Seen:
    """
    What is known of one report.

    Attributes:
        same, moving: lines that repeat last week's figures, lines in which something moved.
        receipts: how many products were received otherwise than shipped.
        last_count: of the last weeks.
    """

    report: InReport
    same: int = 0
    moving: int = 0
    receipts: int = 0
    last_count: LastCount | None = None
    jumps: Sequence[Sign] = field(default=())


def in_report(lines: Sequence[tuple[Flow, int]]) -> InReport:
    """
    Return what a report's lines amount to.

    Args:
        lines: each with its pieces per case. A sender that counts in cases has hardly a closing
            that is none: its figures are round in cases, not in pieces.
    """
    lying = [(flow, case) for flow, case in lines if flow.closing > 0]
    in_cases = bool(lying) and sum(flow.closing % case == 0 for flow, case in lying) * 10 >= len(lying) * 9
    figures = [
        (units, case if in_cases else 1)
        for flow, case in lines
        for units in (flow.closing, flow.sold)
        if units >= credibility.ROUND_LEAST_FIGURE * (case if in_cases else 1)
    ]
    return InReport(
        lines=len(lines),
        unbalanced=sum(balance_gap(flow) != 0 for flow, _ in lines),
        negative=sum(credibility.is_negative(flow) for flow, _ in lines),
        beyond=sum(credibility.sold_beyond_stock(flow) > 0 for flow, _ in lines),
        figures=len(figures),
        round=sum(units % (10 * unit) == 0 for units, unit in figures),
    )


def signs_of(seen: Seen) -> list[Sign]:
    """Return the signs against a report, the strongest first; none for one that nothing speaks against."""
    report = seen.report
    found = [
        *_in_lines("negative_sales", report.negative, report.lines),
        *_in_lines("beyond_stock", report.beyond, report.lines),
        *_in_lines("receipts", seen.receipts, report.lines),
        *_in_lines("balance", report.unbalanced, report.lines),
        *seen.jumps,
    ]
    if is_copied(same=seen.same, moving=seen.moving):
        found.append(Sign("copied", 1.0, {"same": seen.same, "moving": seen.moving}))
    if report.figures >= credibility.ROUND_LEAST and report.round >= credibility.ROUND_SHARE * report.figures:
        found.append(Sign("round", 1.0, {"round": report.round, "told": report.figures}))
    if seen.last_count is not None and seen.last_count.differing:
        count = seen.last_count
        figures = {"counted_on": count.counted_on.isoformat(), "lines": count.differing, "of": count.products}
        strength = credibility.strength(count.differing, count.products) * count.freshness
        found.append(Sign("count", strength, figures))
    return sorted(found, key=lambda sign: -credibility.WEIGHTS[sign.kind] * sign.strength)


def _in_lines(kind: str, lines: int, of: int) -> Iterator[Sign]:
    if lines:
        yield Sign(kind, credibility.strength(lines, of), {"lines": lines, "of": of})


def receipt_differences(
    chunk: judging.Chunk,
    products: Sequence[ProductView],
    shipped: Shipped,
    known: judging.Flags,
) -> dict[int, list[Difference]]:
    """
    Return by place of the distributor the products whose receipts differ by at least a case (STK-3c), the most first.

    Args:
        products: of the whole company, as the codes of the chunk name them.
        shipped: what arrived in the window or around the Sunday before it.
        known: (D,) of which distributors shipments are recorded at all: without any there is
            nothing to hold a receipt against.
    """
    width = min(receipts.WINDOW_WEEKS, chunk.grid.width)
    reported = np.where(chunk.grid.reported, chunk.grid.received, receipts.UNKNOWN)[:, -width:].astype(np.int64)
    sure, either = np.zeros((2, reported.shape[0], width + 1), dtype=np.int64)
    column, around = receipts.columns(shipped.arrived, judging.window_of(chunk.week, width + 1))
    inside = (column >= 0) & (column <= width)
    for sums, chosen in ((sure, inside & ~around), (either, inside & around)):
        np.add.at(sums, (shipped.row[chosen], column[chosen]), shipped.units[chosen])
    gaps = receipts.receipt_gaps(reported, sure, either)
    cases = np.array([product.units_per_case for product in products], dtype=np.int64)[chunk.product]
    rows = np.nonzero((np.abs(gaps) >= cases) & known[chunk.distributor])[0]
    found: dict[int, list[Difference]] = {}
    for row in rows.tolist():
        written, gap = int(reported[row, -1]), int(gaps[row])
        value = money.from_float(abs(gap) * float(chunk.price[row]))
        product = products[int(chunk.product[row])]
        difference = Difference(product, written - gap, written, value, shipped.near(row))
        found.setdefault(int(chunk.distributor[row]), []).append(difference)
    for differences in found.values():
        differences.sort(key=lambda one: (-one.value, one.product.code))
    return found


def category_changes(
    grid: packed.Grid, *, distributor: judging.Codes, group: judging.Codes, price: judging.Amounts, distributors: int
) -> dict[int, dict[int, tuple[float, float]]]:
    """
    Return by place of the distributor and category code how far the week's sales are from the usual, and their spread.

    In yuan at the prices of the close, so that products of a category add up; weeks that no
    report tells are left out, categories without four of them, and what ran out in the week: it
    sold less for a reason of its own (STK-6).

    Args:
        grid: (S, W) weeks, the last one is judged.
        distributor, group, price: (S,) place, category code, yuan per piece.
        distributors: how many.
    """
    width = min(credibility.USUAL_WEEKS + 1, grid.width)
    sold = np.where(grid.reported & ~grid.out[:, -1:], np.maximum(grid.sold, 0), 0)[:, -width:] * price[:, None]
    groups = int(group.max()) + 1 if group.size else 1
    place = distributor * groups + group
    sums = [np.bincount(place, sold[:, column], minlength=distributors * groups) for column in range(width)]
    value = np.stack(sums, axis=1)
    told = judging.any_of(grid.reported[:, -width:], distributor, distributors)
    pairs = np.unique(place)
    known = told[pairs // groups]
    pairs = pairs[known[:, -1] & (known[:, :-1].sum(axis=1) >= credibility.USUAL_LEAST)]
    changes, spreads = _from_the_usual(value[pairs], told[pairs // groups])
    found: dict[int, dict[int, tuple[float, float]]] = {}
    for pair, own, spread in zip(pairs.tolist(), changes.tolist(), spreads.tolist(), strict=True):
        if own == own:  # not where nothing sells
            found.setdefault(pair // groups, {})[pair % groups] = (round(own, 4), round(spread, 4))
    return found


def _from_the_usual(value: judging.Amounts, known: judging.Flags) -> tuple[judging.Amounts, judging.Amounts]:
    """
    Return (P,) `credibility.change` of the last week, NaN where nothing sells, and the spread of those before.

    Args:
        value: (P, W) sales.
        known: (P, W) at least four weeks before the last, and the last.
    """
    if not value.size:
        return np.zeros(0), np.zeros(0)
    before = np.where(known[:, :-1], value[:, :-1], np.nan)
    usual = np.nanmedian(before, axis=1, keepdims=True)
    usual[usual <= 0] = np.nan
    sold = np.concatenate([before, value[:, -1:]], axis=1)
    changes = np.log(np.maximum(sold, credibility.SMALLEST_PART * usual) / usual)
    # A row of which nothing is usual has no spread either; unknown throughout it would be warned of.
    past = np.where(np.isnan(usual), 0, changes[:, :-1])
    return changes[:, -1], credibility.spreads(past)


def jumps(changes: Mapping[int, tuple[float, float]], neighbours: Mapping[int, Sequence[float]]) -> dict[int, float]:
    """
    Return by category the part of the changes that no neighbour shows (STK-4e).

    Args:
        changes: of one distributor, by category: how far from the usual, and the spread.
        neighbours: by category, the changes of the others.
    """
    found = {}
    for category, (own, own_spread) in changes.items():
        left = credibility.jump(own=own, own_spread=own_spread, neighbours=neighbours.get(category, ()))
        if left:
            found[category] = left
    return found


def differences_found(
    differences: Sequence[Difference],
    *,
    kind: tuple[str, str],
    distributor_id: int,
    week: date,
    evidence: tuple[tuple[str, str, int | str], ...],
    more: Mapping[str, Any],
) -> Observation:
    """Return what differs as one observation: the dearest product named, ten listed."""
    listed = [
        {
            "product": one.product.code,
            "product_zh": one.product.name_zh,
            "product_en": one.product.name_en or one.product.name_zh,
            "expected": one.expected,
            "written": one.written,
            "value": str(one.value),
            "numbers": list(one.numbers),
        }
        for one in differences[:LISTED]
    ]
    stake = sum((one.value for one in differences), money.ZERO)
    figures = {"count": len(differences), **listed[0], "amount": str(stake), **more, "products": listed}
    return Observation(
        kind=kind[1],
        rule=kind[0],
        distributor_id=distributor_id,
        week=week,
        severity=Severity.NOTE if kind is RECEIPTS_DIFFER else Severity.WARNING,
        sentence=f"stock.{kind[1]}{'_one' if len(differences) == 1 else ''}",
        figures=figures,
        evidence=evidence,
        stake=stake,
    )
