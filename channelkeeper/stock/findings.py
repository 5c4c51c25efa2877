"""
What a close observes: pure detection on the arrays of a chunk, one observation per rule and distributor.

Several products of one distributor make one observation that names the worst and lists ten:
a rep reads one line, and a network of 100,000 series stays readable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from channelkeeper.catalog.queries import ProductView
from channelkeeper.core import money, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings.rules import Certainty, Observation, Severity
from channelkeeper.stock import judging
from channelkeeper.stock.rules import DAYS_PER_WEEK, SLOW_DAYS, SLOW_WEEKS, is_copied

# (rule, kind): looked for at every distributor, and only where a report tells.
OF_EVERYONE = (
    ("STK-2", "below_band"),
    ("STK-2", "above_band"),
    ("STK-2", "kept_in_band"),
    ("STK-6", "report_missing"),
    ("STK-7", "slow_moving"),
)
OF_REPORTS = (
    ("STK-1", "near_expiry"),
    ("STK-3", "does_not_balance"),
    ("STK-4", "figures_copied"),
    ("STK-6", "report_late"),
    ("STK-6", "stock_out"),
)
LISTED = 10
# A product that lies twice the band's top is money asleep even where the total is in band.
FAR_ABOVE = 2.0
KEPT_CLOSES = 13  # a quarter
KEPT_LEAST = 11  # two of thirteen weeks may slip: a delivery of whole cases swings a few days
LEAST_SHORT_UNITS = 1.0  # less than a piece is no shortage
URGENT_MISSING_WEEKS = 2


@dataclass(frozen=True)
class Place:
    """A distributor of the chunk, what is known of its reports, and when an order of today arrives."""

    pk: int
    report_id: int | None
    on_time: bool
    received_at: datetime | None
    missing_weeks: int
    never: bool
    arrives_on: date


@dataclass(frozen=True)
class Quarter:
    """A distributor's last thirteen closes: at how many its total was in band, and its products' share inside."""

    kept: int
    closes: int
    share: Decimal


@dataclass(frozen=True)
class Evidence:
    """
    All that observations rest on, for the D distributors and S series of a chunk.

    Fields:
        products: (S,) the product of each series.
        kept: (S,) which series have a position.
        gaps: place of a distributor -> its lines that do not meet: product, expected and written closing.
        quarters: place of a distributor -> its last quarter.
    """

    chunk: judging.Chunk
    judged: judging.Judged
    totals: judging.Totals
    kept: judging.Flags
    places: Sequence[Place]
    products: Sequence[ProductView]
    gaps: Mapping[int, Sequence[tuple[ProductView, int, int]]] = field(default_factory=dict)
    quarters: Mapping[int, Quarter] = field(default_factory=dict)

    @cached_property
    def idle_weeks(self) -> judging.Codes:
        """Return (S,) for how many reported weeks nothing sold though goods were there."""
        return judging.idle_weeks(self.chunk.grid)

    @cached_property
    def out(self) -> judging.Flags:
        """Return (S,) what ran out in the week and lies at nothing."""
        return np.asarray(self.chunk.grid.out[:, -1] & (self.judged.stock.units <= 0), dtype=np.bool_)


def of_everyone(seen: Evidence) -> list[Observation]:
    """Return what is observed at every distributor: below, above, slow, kept in band, reports that are missing."""
    rows = _rows_of(seen)
    slow = judging.slow(seen.chunk, seen.judged)
    found: list[Observation] = []
    for place, distributor in enumerate(seen.places):
        found += _below(seen, distributor, rows[place])
        found += _above(seen, distributor, place, rows[place][~slow[rows[place]]])
        found += _slow(seen, distributor, rows[place][slow[rows[place]]])
        found += _missing(seen, distributor)
        found += _kept(seen, distributor, place)
    return found


def of_reports(seen: Evidence) -> list[Observation]:
    """Return what is observed in reports: late, copied, not balanced, out of stock, near expiry."""
    rows = _rows_of(seen)
    same, moving = copied_lines(seen.chunk)
    found: list[Observation] = []
    for place, distributor in enumerate(seen.places):
        if distributor.report_id is None:
            continue
        found += _late(seen, distributor)
        found += _copied(seen, distributor, int(same[place]), int(moving[place]))
        found += _unbalanced(seen, distributor, seen.gaps.get(place, ()))
        found += _stock_out(seen, distributor, rows[place])
        found += _near_expiry(seen, distributor, rows[place])
    return found


def copied_lines(chunk: judging.Chunk) -> tuple[judging.Codes, judging.Codes]:
    """Return (D,) how many moving lines repeat last week's figures, and how many move (STK-4a)."""
    if chunk.grid.width < 2:
        nothing = np.zeros(chunk.distributors, dtype=np.int64)
        return nothing, nothing
    grid = chunk.grid
    moving = grid.named[:, -1] & ((grid.sold[:, -1] > 0) | (grid.received[:, -1] > 0))
    same = moving & grid.named[:, -2]
    for figure in (grid.sold, grid.received, grid.closing):
        same &= figure[:, -1] == figure[:, -2]
    return (
        np.bincount(chunk.distributor[same], minlength=chunk.distributors),
        np.bincount(chunk.distributor[moving], minlength=chunk.distributors),
    )


def _rows_of(seen: Evidence) -> list[judging.Codes]:
    """Return for each distributor its rows that have a position."""
    kept = np.nonzero(seen.kept)[0]
    owners = seen.chunk.distributor[kept]
    order = np.argsort(owners, kind="stable")
    edges = np.searchsorted(owners[order], np.arange(len(seen.places) + 1))
    return [kept[order[edges[place] : edges[place + 1]]] for place in range(len(seen.places))]


def _below(seen: Evidence, distributor: Place, rows: judging.Codes) -> Iterator[Observation]:
    judged = seen.judged
    chosen = rows[(judged.band[rows] == judging.BELOW) & (judged.short_units[rows] >= LEAST_SHORT_UNITS)]
    if not chosen.size:
        return
    value = judged.short_units[chosen] * seen.chunk.price[chosen]
    yield _on_products(
        seen,
        distributor,
        chosen[np.argsort(-value, kind="stable")],
        kind=("STK-2", "below_band"),
        severity=Severity.URGENT,
        stake=value.sum(),
        more={"arrives_on": distributor.arrives_on.isoformat()},
    )


def _above(seen: Evidence, distributor: Place, place: int, rows: judging.Codes) -> Iterator[Observation]:
    judged, totals = seen.judged, seen.totals
    chosen = rows[judged.band[rows] == judging.ABOVE]
    per_day, sellable = totals.expected_value_per_day[place], totals.stock_value[place] - totals.expiring_value[place]
    total = sellable / per_day if per_day > 0 else float("nan")
    whole = total > totals.band_high_value[place] / per_day if per_day > 0 else False
    if not whole:
        chosen = chosen[judged.days[chosen] > FAR_ABOVE * seen.chunk.high_days[chosen]]
    if not chosen.size:
        return
    value = judged.above_units[chosen] * seen.chunk.price[chosen]
    priced = bool(total == total and value.any())  # without a price nothing can be said in money
    yield _on_products(
        seen,
        distributor,
        chosen[np.argsort(-value, kind="stable")],
        kind=("STK-2", "above_band"),
        severity=Severity.WARNING if whole else Severity.NOTE,
        stake=value.sum(),
        more={"total_days": round(float(total), 2), "amount": str(_yuan(value.sum()))} if priced else {},
        said="above_band" if priced else "above_band_unpriced",
    )


def _slow(seen: Evidence, distributor: Place, rows: judging.Codes) -> Iterator[Observation]:
    """Yield what lies still; what it names, `_above` leaves out: money is counted once."""
    if not rows.size:
        return
    chunk, judged = seen.chunk, seen.judged
    pace = np.maximum(judged.per_day[rows], judged.trailing_per_day[rows])
    idle = seen.idle_weeks[rows]
    lasting = np.where(idle < SLOW_WEEKS, pace * float(SLOW_DAYS), 0)  # none sold: all of it is still
    value = (judged.sellable_units[rows] - lasting) * chunk.price[rows]
    order = np.argsort(-value, kind="stable")
    worst = order[0]
    idles = bool(idle[worst] >= SLOW_WEEKS)
    lasts = judged.sellable_units[rows][worst] / pace[worst] if pace[worst] > 0 else 0
    yield _on_products(
        seen,
        distributor,
        rows[order],
        kind=("STK-7", "slow_moving"),
        severity=Severity.NOTE,
        stake=value.sum(),
        more={
            "idle_weeks": int(idle[worst]),
            "lasts_days": round(float(lasts), 1),
            "amount": str(_yuan(value.sum())),
        },
        said="slow_moving_idle" if idles else "slow_moving",
    )


def _near_expiry(seen: Evidence, distributor: Place, rows: judging.Codes) -> Iterator[Observation]:
    judged = seen.judged
    chosen = rows[judged.expiring_units[rows] > 0]
    if not chosen.size:
        return
    value = judged.expiring_units[chosen] * seen.chunk.price[chosen]
    yield _on_products(
        seen,
        distributor,
        chosen[np.argsort(-value, kind="stable")],
        kind=("STK-1", "near_expiry"),
        severity=Severity.WARNING,
        stake=value.sum(),
        more={"amount": str(_yuan(value.sum()))},
    )


def _stock_out(seen: Evidence, distributor: Place, rows: judging.Codes) -> Iterator[Observation]:
    judged = seen.judged
    chosen = rows[seen.out[rows] & (judged.per_day[rows] * DAYS_PER_WEEK >= LEAST_SHORT_UNITS)]
    if not chosen.size:
        return
    value = judged.per_day[chosen] * DAYS_PER_WEEK * seen.chunk.price[chosen]
    yield _on_products(
        seen,
        distributor,
        chosen[np.argsort(-value, kind="stable")],
        kind=("STK-6", "stock_out"),
        severity=Severity.WARNING,
        stake=value.sum(),
        more={"amount": str(_yuan(value.sum()))},
    )


def _on_products(
    seen: Evidence,
    distributor: Place,
    rows: judging.Codes,
    *,
    kind: tuple[str, str],
    severity: Severity,
    stake: float,
    more: Mapping[str, Any],
    said: str = "",
) -> Observation:
    """Return an observation on several products, the worst first; `said` is its sentence, else the kind's."""
    listed = [_product(seen, int(row)) for row in rows[:LISTED]]
    worst = listed[0]
    figures = {"count": int(rows.size), **worst, **more, "products": listed}
    sentence = f"stock.{said or kind[1]}{'_one' if rows.size == 1 else ''}"
    return _observation(seen, distributor, kind, severity, sentence, figures, stake=stake)


def _product(seen: Evidence, row: int) -> dict[str, Any]:
    """Return what a finding says of one product."""
    product, judged = seen.products[row], seen.judged
    days = float(judged.days[row])
    return {
        "product": product.code,
        "product_zh": product.name_zh,
        "product_en": product.name_en or product.name_zh,
        "days": round(days, 2) if days == days else 0,
        "on_hand_units": int(judged.stock.units[row]),
        "road_units": int(judged.road_units[row]),
        "per_day": round(float(judged.per_day[row]), 2),
        "short_units": round(float(judged.short_units[row]), 1),
        "above_units": round(float(judged.above_units[row]), 1),
        "near_expiry_units": int(seen.chunk.near_expiry[row]),
        "expiring_units": int(judged.expiring_units[row]),
        "low_days": float(seen.chunk.low_days[row]),
        "high_days": float(seen.chunk.high_days[row]),
    }


def _missing(seen: Evidence, distributor: Place) -> Iterator[Observation]:
    if distributor.report_id is not None:
        return
    week = seen.chunk.week
    figures: dict[str, Any] = {"week": week.isoformat(), "missing_weeks": distributor.missing_weeks}
    sentence = "stock.report_never" if distributor.never else "stock.report_missing"
    if not distributor.never:
        figures["last_week"] = weeks.shift(week, -distributor.missing_weeks).isoformat()
        if distributor.missing_weeks >= URGENT_MISSING_WEEKS:
            sentence = "stock.report_missing_long"
    urgent = distributor.never or distributor.missing_weeks >= URGENT_MISSING_WEEKS
    severity = Severity.URGENT if urgent else Severity.WARNING
    yield _observation(seen, distributor, ("STK-6", "report_missing"), severity, sentence, figures)


def _late(seen: Evidence, distributor: Place) -> Iterator[Observation]:
    if distributor.on_time or distributor.received_at is None:
        return
    figures = {
        "week": seen.chunk.week.isoformat(),
        "received_on": BUSINESS.day(distributor.received_at).isoformat(),
        "due_at": BUSINESS.report_due_at(seen.chunk.week).isoformat(),
    }
    yield _observation(seen, distributor, ("STK-6", "report_late"), Severity.NOTE, "stock.report_late", figures)


def _copied(seen: Evidence, distributor: Place, same: int, moving: int) -> Iterator[Observation]:
    if not is_copied(same=same, moving=moving):
        return
    figures = {"same": same, "moving": moving, "week": seen.chunk.week.isoformat()}
    yield _observation(
        seen, distributor, ("STK-4", "figures_copied"), Severity.WARNING, "stock.figures_copied", figures
    )


def _unbalanced(
    seen: Evidence, distributor: Place, gaps: Sequence[tuple[ProductView, int, int]]
) -> Iterator[Observation]:
    if not gaps:
        return
    listed = [
        {
            "product": product.code,
            "product_zh": product.name_zh,
            "product_en": product.name_en or product.name_zh,
            "expected": expected,
            "written": written,
        }
        for product, expected, written in gaps[:LISTED]
    ]
    figures = {"count": len(gaps), **listed[0], "products": listed}
    yield _observation(
        seen, distributor, ("STK-3", "does_not_balance"), Severity.NOTE, "stock.does_not_balance", figures
    )


def _kept(seen: Evidence, distributor: Place, place: int) -> Iterator[Observation]:
    quarter = seen.quarters.get(place)
    if quarter is None or quarter.closes < KEPT_CLOSES or quarter.kept < KEPT_LEAST:
        return
    figures = {"kept": quarter.kept, "closes": quarter.closes, "share": str(quarter.share.quantize(Decimal("0.001")))}
    yield _observation(seen, distributor, ("STK-2", "kept_in_band"), Severity.GOOD, "stock.kept_in_band", figures)


def _observation(
    seen: Evidence,
    distributor: Place,
    kind: tuple[str, str],
    severity: Severity,
    sentence: str,
    figures: Mapping[str, Any],
    *,
    stake: float = 0.0,
) -> Observation:
    report = distributor.report_id
    evidence: tuple[tuple[str, str, int | str], ...] = (("stock", "report", report),) if report else ()
    return Observation(
        kind=kind[1],
        rule=kind[0],
        distributor_id=distributor.pk,
        week=seen.chunk.week,
        severity=severity,
        sentence=sentence,
        figures=figures,
        evidence=evidence,
        stake=_yuan(stake),
        certainty=Certainty.REPORTED if report else Certainty.ESTIMATED,
    )


def _yuan(value: float) -> Decimal:
    return max(money.from_float(float(value)), money.ZERO)
