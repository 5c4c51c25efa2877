"""Counts by hand: recorded from a page, a file or a program, withdrawn with a reason; the close follows at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check, whole
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.sheets.masters import Change, Problem, Result, Values
from channelkeeper.stock import counting
from channelkeeper.stock.actions import acceptance, close
from channelkeeper.stock.actions.intake import WrongState
from channelkeeper.stock.counting import Counted
from channelkeeper.stock.models import Count, CountLine, Report
from channelkeeper.stock.rules import MOST_UNITS, PERMISSIONS

LINE = (
    "count_id",
    "product_id",
    "counted_units",
    "sold_since_units",
    "received_since_units",
    "closing_units",
    "near_expiry_units",
    "note",
)
LONGEST_NOTE = 200


@dataclass(frozen=True)
class _Known:
    """What rows may name: distributors in scope by code (key), products by code (key, pieces per case)."""

    distributors: Mapping[str, int]
    products: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class _Line:
    """A row as it is kept."""

    product: str
    product_id: int
    counted: Counted
    near_expiry: int | None
    note: str


@dataclass(frozen=True)
class _Count:
    """The lines of one distributor and day."""

    distributor: str
    distributor_id: int
    week: date
    counted_on: date
    lines: tuple[_Line, ...]


def record_counts(
    *, rows: Sequence[Values], source: str, by: Actor, at: datetime, note: str = "", dry_run: bool = False
) -> Result:
    """
    Record what was counted by hand, all rows or none; the closes they stand for are done once more.

    A count stands in place of the reported closing; the report stays as it came. The very figures
    that stand already change nothing, so a file sent twice counts once.

    Args:
        rows: distributor, product, counted_on; cases, units or both, which are added; sold_since,
            received_since (since the Sunday it stands for), near_expiry, all in pieces; note.
        source: page, file, api or command.
        note: on the whole count.
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor may not.
    """
    check(by, "stock.count.recorded", PERMISSIONS)
    last_closed = BUSINESS.last_closed_week(at)
    known = _load(rows, by, at)
    problems = tuple(_problems(rows, known, last_closed=last_closed, today=BUSINESS.day(at)))
    if problems:
        return Result(problems=problems)
    wanted = _wanted(rows, known, last_closed)
    with transaction.atomic():
        _lock([one.distributor_id for one in wanted], by, at)
        changes, same, new = _compare(wanted)
        if dry_run or not changes:
            return Result(tuple(changes), same=same)
        for one in new:
            _write(one, source, note, by, at)
    for one in new:
        _refresh(one.distributor_id, one.distributor, one.week, at)
    return Result(tuple(changes), same=same)


def withdraw_count(*, count_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Withdraw a count that was a mistake: the report's closing stands again; the count stays readable.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such count, or out of scope.
        WrongState: it is withdrawn already, or no reason is given.
    """
    check(by, "stock.count.withdrawn", PERMISSIONS)
    count = Count.objects.select_related("distributor").filter(pk=count_id, distributor__in=visible(by, at=at)).first()
    if count is None:
        raise NotFound("No such count.")
    if not reason.strip():
        raise WrongState("count_reason_missing")
    code = count.distributor.code
    with transaction.atomic():
        _lock([count.distributor_id], by, at)
        withdrawn = Count.objects.filter(pk=count_id, withdrawn_at=None).update(
            withdrawn_at=at, withdrawn_by_name=by.name, withdrawn_reason=reason.strip()[:LONGEST_NOTE]
        )
        if not withdrawn:
            raise WrongState("count_withdrawn")
        report = Report.objects.filter(distributor_id=count.distributor_id, week=count.week, current=True).first()
        named = acceptance.named_of(report) if report else None
        acceptance.put_series(count.distributor_id, count.week, named, counts_anew=True)
        access.record(
            "stock.count.withdrawn",
            by=by,
            at=at,
            subject=("count", count_id),
            distributor_code=code,
            reason=reason.strip()[:LONGEST_NOTE],
            figures={"week": weeks.label(count.week), "counted_on": count.counted_on.isoformat()},
        )
    _refresh(count.distributor_id, code, count.week, at)


def _load(rows: Sequence[Values], by: Actor, at: datetime) -> _Known:
    asked = {str(row["distributor"]) for row in rows}
    products = catalog.identities(codes={str(row["product"]) for row in rows})
    return _Known(
        dict(visible(by, at=at).filter(code__in=asked).values_list("code", "pk")),
        {one.code: (one.id, one.units_per_case) for one in products},
    )


def _problems(rows: Sequence[Values], known: _Known, *, last_closed: date, today: date) -> Iterator[Problem]:
    """Yield what is wrong with rows, each by the column to mend."""
    seen: set[tuple[str, str]] = set()
    for place, row in enumerate(rows):
        distributor, product = str(row["distributor"]), str(row["product"])
        if distributor not in known.distributors:
            yield Problem(place, "distributor", "stock.no_such_distributor", {"value": distributor})
        if product not in known.products:
            yield Problem(place, "product", "stock.no_such_product", {"value": product})
        if (distributor, product) in seen:
            yield Problem(place, "product", "stock.count_product_twice", {"value": product})
        seen.add((distributor, product))
        yield from _day_problem(place, row, last_closed, today)
        yield from _quantity_problem(place, row, known.products.get(product, (0, 1))[1])


def _day_problem(place: int, row: Values, last_closed: date, today: date) -> Iterator[Problem]:
    counted_on = row["counted_on"]
    assert isinstance(counted_on, date)
    week = counting.stands_for(counted_on, last_closed=last_closed)
    if counted_on > today:
        yield Problem(place, "counted_on", "stock.count_ahead", {"value": counted_on.isoformat()})
    elif weeks.between(week, last_closed) > counting.OLDEST_WEEKS:
        yield Problem(place, "counted_on", "stock.count_too_old", {"value": counted_on.isoformat()})
    elif counting.needs_movement(counted_on, week):
        sunday = weeks.sunday_of(week).isoformat()
        for column in ("sold_since", "received_since"):
            if row.get(column) is None:
                yield Problem(place, column, "stock.count_movement_missing", {"sunday": sunday})


def _quantity_problem(place: int, row: Values, case: int) -> Iterator[Problem]:
    if row.get("cases") is None and row.get("units") is None:
        yield Problem(place, "units", "stock.count_nothing_counted")
        return
    counted = _counted(row, case)
    if max(counted.counted, counted.sold_since, counted.received_since) > MOST_UNITS:
        yield Problem(place, "units", "stock.too_many_units", {"units": counted.counted})
    elif counted.closing < 0:
        figures = {"counted": counted.counted, "received": counted.received_since}
        yield Problem(place, "received_since", "stock.count_below_zero", figures)
    if _number(row, "near_expiry") > counted.counted:
        yield Problem(place, "near_expiry", "stock.count_near_expiry", {"counted": counted.counted})


def _number(row: Values, name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0


def _counted(row: Values, case: int) -> Counted:
    pieces = _number(row, "cases") * case + _number(row, "units")
    return Counted(pieces, _number(row, "sold_since"), _number(row, "received_since"))


def _wanted(rows: Sequence[Values], known: _Known, last_closed: date) -> list[_Count]:
    """Return the rows as counts, one per distributor and day."""
    lines: dict[tuple[str, date], list[_Line]] = defaultdict(list)
    for row in rows:
        counted_on, product = row["counted_on"], str(row["product"])
        assert isinstance(counted_on, date)
        key, case = known.products[product]
        near = row.get("near_expiry")
        line = _Line(
            product,
            key,
            _counted(row, case),
            near if isinstance(near, int) else None,
            str(row.get("note") or "")[:LONGEST_NOTE],
        )
        lines[str(row["distributor"]), counted_on].append(line)
    return [
        _Count(code, known.distributors[code], counting.stands_for(on, last_closed=last_closed), on, tuple(found))
        for (code, on), found in sorted(lines.items())
    ]


def _lock(distributor_ids: Sequence[int], by: Actor, at: datetime) -> None:
    """Lock the distributors' rows: a report that is being taken in waits, or is waited for."""
    list(visible(by, at=at).filter(pk__in=distributor_ids).order_by("pk").select_for_update(of=("self",)))


def _compare(wanted: Sequence[_Count]) -> tuple[list[Change], int, list[_Count]]:
    """Return what differs from the counts that stand, how many lines do not, and the counts with what differs."""
    standing = _standing(wanted)
    changes, same, new = [], 0, []
    for one in wanted:
        fresh = []
        for line in one.lines:
            before = standing.get((one.distributor_id, one.week, line.product_id))
            if before == _figures(one, line):
                same += 1
                continue
            fresh.append(line)
            changes.append(Change("count", f"{one.distributor} {line.product}", before or {}, _figures(one, line)))
        if fresh:
            new.append(_Count(one.distributor, one.distributor_id, one.week, one.counted_on, tuple(fresh)))
    return changes, same, new


def _figures(one: _Count, line: _Line) -> dict[str, Any]:
    return {
        "counted_on": one.counted_on,
        "counted": line.counted.counted,
        "sold_since": line.counted.sold_since,
        "received_since": line.counted.received_since,
        "near_expiry": line.near_expiry,
    }


def _standing(wanted: Sequence[_Count]) -> dict[tuple[int, date, int], dict[str, Any]]:
    """Return the newest figures of each product that was counted for these closes. One query."""
    rows = (
        CountLine.objects.filter(
            count__distributor_id__in=[one.distributor_id for one in wanted],
            count__week__in={one.week for one in wanted},
            count__withdrawn_at=None,
        )
        .order_by("pk")
        .values_list(
            "count__distributor_id",
            "count__week",
            "product_id",
            "count__counted_on",
            "counted_units",
            "sold_since_units",
            "received_since_units",
            "near_expiry_units",
        )
    )
    names = ("counted_on", "counted", "sold_since", "received_since", "near_expiry")
    return {
        (distributor_id, week, product_id): dict(zip(names, figures, strict=True))
        for distributor_id, week, product_id, *figures in rows
    }


def _write(one: _Count, source: str, note: str, by: Actor, at: datetime) -> None:
    count = Count.objects.create(
        distributor_id=one.distributor_id,
        week=one.week,
        counted_on=one.counted_on,
        note=note.strip()[:LONGEST_NOTE],
        source=source,
        recorded_at=at,
        by_id=by.user_id,
        by_name=by.name,
    )
    rows = (
        (
            count.pk,
            line.product_id,
            line.counted.counted,
            line.counted.sold_since,
            line.counted.received_since,
            line.counted.closing,
            line.near_expiry,
            line.note,
        )
        for line in one.lines
    )
    bulk.insert(CountLine, LINE, rows)
    acceptance.put_series(one.distributor_id, one.week, None)
    access.record(
        "stock.count.recorded",
        by=by,
        at=at,
        subject=("count", count.pk),
        distributor_code=one.distributor,
        figures={
            "week": weeks.label(one.week),
            "counted_on": one.counted_on.isoformat(),
            "products": len(one.lines),
            "closing_units": {line.product: line.counted.closing for line in one.lines[:100]},
        },
    )


def _refresh(distributor_id: int, code: str, week: date, at: datetime) -> None:
    """Close the week, and the last one, once more for a distributor that was counted after the close."""
    for one in sorted({week, BUSINESS.last_closed_week(at)}):
        if close.is_closed(one):
            system = whole(f"count at {code} after the close")
            close.refresh(distributor_id=distributor_id, week=one, by=system, at=at)
