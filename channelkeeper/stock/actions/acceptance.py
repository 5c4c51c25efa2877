"""Taking a reading in: report, lines, packed weeks and learned codes in one transaction, whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import bulk
from channelkeeper.stock import packed
from channelkeeper.stock.models import CountLine, Intake, OwnCode, OwnUnit, PackedWeeks, Report, ReportLine
from channelkeeper.stock.rules import Flow, balance_gap, ran_out
from channelkeeper.stock.sheet import FIGURES, Line, Reading

UNITS = tuple(f"{figure}_units" for figure in FIGURES)
LINE = ("report_id", "product_id", *UNITS, "sheet", "row")
_LONGEST_TEXT, _LONGEST_WORD, _LONGEST_SHEET = 200, 20, 60


def accept(intake: Intake, reading: Reading, *, distributor_code: str, by: Actor, at: datetime) -> Report:
    """
    Take a reading without faults and questions in; the distributor is locked by the caller.

    A report with the very figures of the current one makes no new version.

    Returns:
        The report that counts now.

    Raises:
        ValueError: the reading is not whole.
    """
    if reading.status != "accepted" or reading.week is None:
        raise ValueError("Only a whole reading is taken in.")
    ids = {one.code: one.id for one in catalog.identities(codes=[line.product for line in reading.lines])}
    current = Report.objects.filter(distributor_id=intake.distributor_id, week=reading.week, current=True).first()
    report = current if current and _same(current, reading.lines, ids) else None
    if report is None:
        report = _new_version(intake, reading, current, by, at)
        _write_lines(report, reading.lines, ids)
        put_series(intake.distributor_id, reading.week, _named(reading.lines, ids))
    _learn(intake, by, at)
    intake.state, intake.report = Intake.State.ACCEPTED, report
    intake.save(update_fields=["state", "report"])
    access.record(
        "stock.report.accepted",
        by=by,
        at=at,
        subject=("report", report.pk),
        distributor_code=distributor_code,
        figures=_told(intake, report),
    )
    return report


def put_series(
    distributor_id: int, week: date, named: Mapping[int, packed.Named] | None, *, counts_anew: bool = False
) -> None:
    """
    Put a week's report into the packed weeks of the distributor, and what was counted by hand over all: two reads.

    Args:
        named: what the report says, by product; None leaves the week's report as it is, or as missing.
        counts_anew: whether a count of the week was withdrawn; the week's report, if any, must be given.
    """
    kept = PackedWeeks.objects.filter(distributor_id=distributor_id)
    blocks = [packed.Block(*row) for row in bulk.read(kept.values_list(*packed.Block._fields))]
    counted = _counted(distributor_id)
    first, last = packed.span_of(blocks, week)
    first, last = min([first, *(at for _, at in counted)]), max([last, *(at for _, at in counted)])
    found = packed.unpack(blocks, first_week=first, last_week=last)
    products = list(
        dict.fromkeys([*found.product_id.tolist(), *(named or ()), *(product_id for product_id, _ in counted)])
    )
    grid = _widened(found.grid, len(products))
    places = {product_id: place for place, product_id in enumerate(products)}
    if counts_anew:
        packed.take_counts_back(grid, week)
    if named is not None:
        packed.put_report(grid, week, {places[product_id]: one for product_id, one in named.items()})
    packed.put_counts(
        grid, {(places[product_id], weeks.between(first, at)): units for (product_id, at), units in counted.items()}
    )
    keep_series(distributor_id, packed.pack(grid, products))


def keep_series(distributor_id: int, block: packed.Block | None) -> None:
    """Put the packed weeks of a distributor in place; none where nothing is known any more."""
    if block is None:
        PackedWeeks.objects.filter(distributor_id=distributor_id).delete()
        return
    products = packed.read_records(block.content).size
    row = PackedWeeks(distributor_id=distributor_id, products=products, **block._asdict())
    PackedWeeks.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["distributor"],
        update_fields=["products", *packed.Block._fields],
    )


def named_of(report: Report) -> dict[int, packed.Named]:
    """Return what a report that was taken in says, by product."""
    rows = report.lines.values_list("product_id", *(f"{name}_units" for name in Flow.__dataclass_fields__))
    flows = {product_id: Flow(*figures) for product_id, *figures in rows}
    return {
        product_id: packed.Named(flow.sold, flow.closing, flow.received, ran_out(flow))
        for product_id, flow in flows.items()
    }


def _counted(distributor_id: int) -> dict[tuple[int, date], int]:
    """Return the closings that were counted by hand, by product and week: the newest count of each stands."""
    lines = CountLine.objects.filter(count__distributor_id=distributor_id, count__withdrawn_at=None).order_by("pk")
    return {
        (product_id, week): units
        for product_id, week, units in lines.values_list("product_id", "count__week", "closing_units")
    }


def _widened(grid: packed.Grid, series: int) -> packed.Grid:
    """Return a grid with blank series behind its own, for products that are new."""
    blank = packed.empty(grid.first_week, series - grid.sold.shape[0], grid.width)
    sold, closing, received, flags = (
        np.concatenate([getattr(grid, name), getattr(blank, name)]) for name in ("sold", "closing", "received", "flags")
    )
    return replace(grid, sold=sold, closing=closing, received=received, flags=flags)


def flow_of(line: Line) -> Flow:
    """Return a line's movement."""
    return Flow(**{name: getattr(line, name) for name in Flow.__dataclass_fields__})


def _named(lines: Sequence[Line], ids: Mapping[str, int]) -> dict[int, packed.Named]:
    return {
        ids[line.product]: packed.Named(line.sold, line.closing, line.received, ran_out(flow_of(line)))
        for line in lines
    }


def _same(report: Report, lines: Sequence[Line], ids: Mapping[str, int]) -> bool:
    """Return whether a report has the very figures of these lines."""
    kept = {row[0]: row[1:] for row in report.lines.values_list("product_id", *UNITS)}
    sent = {ids[line.product]: tuple(getattr(line, figure) for figure in FIGURES) for line in lines}
    return kept == sent


def _new_version(intake: Intake, reading: Reading, current: Report | None, by: Actor, at: datetime) -> Report:
    """Make the next version of the week's report, and leave the one before readable."""
    on_time = current.on_time if current else at <= BUSINESS.report_due_at(_week(reading))
    if current:
        Report.objects.filter(pk=current.pk).update(current=False)
    return Report.objects.create(
        distributor_id=intake.distributor_id,
        week=_week(reading),
        version=current.version + 1 if current else 1,
        intake=intake,
        received_at=at,
        on_time=on_time,
        products=len(reading.lines),
        gaps=sum(balance_gap(flow_of(line)) != 0 for line in reading.lines),
        by_name=by.name,
    )


def _week(reading: Reading) -> date:
    assert reading.week is not None
    return reading.week


def _write_lines(report: Report, lines: Sequence[Line], ids: Mapping[str, int]) -> None:
    rows = (
        (
            report.pk,
            ids[line.product],
            *(getattr(line, figure) for figure in FIGURES),
            line.sheet[:_LONGEST_SHEET],
            line.row,
        )
        for line in lines
    )
    bulk.insert(ReportLine, LINE, rows)


def _learn(intake: Intake, by: Actor, at: datetime) -> None:
    """Keep what was answered for ever, but for answers that were meant for one place only."""
    told = {text: code for text, code in intake.answers.get("products", {}).items() if "!" not in text}
    if told:
        ids = {one.code: one.id for one in catalog.identities(codes=[code for code in told.values() if code])}
        OwnCode.objects.bulk_create(
            [
                OwnCode(
                    distributor_id=intake.distributor_id,
                    text=text[:_LONGEST_TEXT],
                    product_id=ids[code] if code else None,
                    learned_at=at,
                    by_name=by.name,
                )
                for text, code in told.items()
            ],
            update_conflicts=True,
            unique_fields=["distributor", "text"],
            update_fields=["product", "learned_at", "by_name"],
        )
    words = {word: meaning for word, meaning in intake.answers.get("units", {}).items() if "!" not in word}
    if words:
        OwnUnit.objects.bulk_create(
            [
                OwnUnit(
                    distributor_id=intake.distributor_id,
                    word=word[:_LONGEST_WORD],
                    meaning=meaning,
                    learned_at=at,
                    by_name=by.name,
                )
                for word, meaning in words.items()
            ],
            update_conflicts=True,
            unique_fields=["distributor", "word"],
            update_fields=["meaning", "learned_at", "by_name"],
        )


def _told(intake: Intake, report: Report) -> dict[str, Any]:
    return {
        "week": weeks.label(report.week),
        "version": report.version,
        "products": report.products,
        "gaps": report.gaps,
        "file": intake.filename,
        "sha256": intake.sha256,
        "mended": len(intake.mended),
        "on_time": report.on_time,
    }
