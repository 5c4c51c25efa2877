"""Goods on their way: recorded from a file or a program, marked as received."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.catalog import queries as catalog
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.sheets.masters import Change, Problem, Result, Values
from channelkeeper.stock.models import Shipment, ShipmentLine
from channelkeeper.stock.rules import MOST_UNITS, PERMISSIONS

HEAD = ("distributor", "order_number", "shipped_on", "arrives_on")
LONGEST = {"number": 40, "order_number": 60}  # an order's own number has up to 60
LINE = ("shipment_id", "product_id", "units")


@dataclass(frozen=True)
class _Known:
    """What rows may name: distributors in scope by code (key, lead time), products by code (key, case)."""

    distributors: Mapping[str, tuple[int, int]]
    products: Mapping[str, tuple[int, int]]


@transaction.atomic
def record_shipments(*, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False) -> Result:
    """
    Bring shipments to what the rows say, all or none: one row per product of a shipment.

    A number that is there already is compared: the same again changes nothing, another day of
    arrival or quantity puts it right. A fixed number of statements, however many rows.

    Args:
        rows: number, distributor, product, shipped_on; cases or units; arrives_on (else shipped_on
            and the distributor's lead time) and order_number, which may be missing.
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor may not.
    """
    check(by, "stock.shipment.recorded", PERMISSIONS)
    known = _load(rows, by, at)
    problems = tuple(_problems(rows, known))
    if problems:
        return Result(problems=problems)
    wanted = _wanted(rows, known)
    before = _before(wanted)
    theirs = _foreign(rows, before, known)
    if theirs:
        return Result(problems=theirs)
    changes = [change for number, one in wanted.items() if (change := _change(number, before.get(number), one))]
    if not dry_run and changes:
        _write([wanted[change.key] | {"number": change.key} for change in changes], before, known)
        access.record(
            "stock.shipment.recorded",
            by=by,
            at=at,
            subject=("shipments", len(changes)),
            figures={"numbers": [change.key for change in changes][:100]},
        )
    return Result(tuple(changes), same=len(wanted) - len(changes))


@transaction.atomic
def mark_received(*, number: str, on: date | None, by: Actor, at: datetime) -> None:
    """
    Say on which day a shipment arrived; None takes the mark back.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such shipment, or out of scope.
        ValueError: the day lies before the shipment left, or ahead.
    """
    check(by, "stock.shipment.received", PERMISSIONS)
    shipment = (
        Shipment.objects.select_for_update(of=("self",))
        .select_related("distributor")
        .filter(number=number, distributor__in=visible(by, at=at))
        .first()
    )
    if shipment is None:
        raise NotFound("No such shipment.")
    if on is not None and not shipment.shipped_on <= on <= BUSINESS.day(at):
        raise ValueError(f"{on} is not a day on which {number} can have arrived: it left on {shipment.shipped_on}.")
    before, shipment.received_on = shipment.received_on, on
    shipment.save(update_fields=["received_on"])
    access.record(
        "stock.shipment.received",
        by=by,
        at=at,
        subject=("shipment", number),
        distributor_code=shipment.distributor.code,
        figures={"before": before and before.isoformat(), "received_on": on and on.isoformat()},
    )


def _load(rows: Sequence[Values], by: Actor, at: datetime) -> _Known:
    asked = {str(row["distributor"]) for row in rows}
    found = visible(by, at=at).filter(code__in=asked).values_list("code", "pk", "lead_time_days")
    products = catalog.identities(codes={str(row["product"]) for row in rows})
    return _Known(
        {code: (key, lead) for code, key, lead in found},
        {one.code: (one.id, one.units_per_case) for one in products},
    )


def _problems(rows: Sequence[Values], known: _Known) -> Iterator[Problem]:
    """Yield what is wrong with rows, each by the column to mend."""
    heads: dict[str, tuple[object, ...]] = {}
    seen: set[tuple[str, str]] = set()
    for place, row in enumerate(rows):
        number, product = str(row["number"]), str(row["product"])
        if str(row["distributor"]) not in known.distributors:
            yield Problem(place, "distributor", "stock.no_such_distributor", {"value": str(row["distributor"])})
        if product not in known.products:
            yield Problem(place, "product", "stock.no_such_product", {"value": product})
        for column, length in LONGEST.items():
            if len(str(row.get(column) or "")) > length:
                yield Problem(place, column, "stock.number_too_long", {"length": length})
        yield from _quantity_problem(place, row, known)
        yield from _day_problem(place, row)
        head = tuple(row.get(name) for name in HEAD)
        if heads.setdefault(number, head) != head:
            yield Problem(place, "number", "stock.shipment_differs", {"value": number})
        if (number, product) in seen:
            yield Problem(place, "product", "stock.shipment_product_twice", {"value": product, "number": number})
        seen.add((number, product))


def _quantity_problem(place: int, row: Values, known: _Known) -> Iterator[Problem]:
    cases, units = row.get("cases"), row.get("units")
    if (cases is None) == (units is None):
        yield Problem(place, "cases", "stock.cases_or_units")
        return
    case = known.products.get(str(row["product"]), (0, 1))[1]
    total = _units(row, case)
    if not 0 < total <= MOST_UNITS:
        yield Problem(place, "cases" if units is None else "units", "stock.no_quantity", {"value": total})


def _day_problem(place: int, row: Values) -> Iterator[Problem]:
    shipped, arrives = row["shipped_on"], row.get("arrives_on")
    if isinstance(shipped, date) and isinstance(arrives, date) and arrives < shipped:
        yield Problem(place, "arrives_on", "stock.arrives_before", {"shipped_on": shipped.isoformat()})


def _units(row: Values, units_per_case: int) -> int:
    cases, units = row.get("cases"), row.get("units")
    if isinstance(units, int):
        return units
    return cases * units_per_case if isinstance(cases, int) else 0


def _wanted(rows: Sequence[Values], known: _Known) -> dict[str, dict[str, Any]]:
    """Return shipments by number: the four of `HEAD` and the pieces by product code."""
    wanted: dict[str, dict[str, Any]] = {}
    for row in rows:
        product = str(row["product"])
        shipment = wanted.setdefault(str(row["number"]), _head(row, known) | {"lines": {}})
        shipment["lines"][product] = _units(row, known.products[product][1])
    return wanted


def _head(row: Values, known: _Known) -> dict[str, Any]:
    shipped = row["shipped_on"]
    assert isinstance(shipped, date)
    _, lead_time_days = known.distributors[str(row["distributor"])]
    return {
        "distributor": str(row["distributor"]),
        "order_number": str(row.get("order_number") or ""),
        "shipped_on": shipped,
        "arrives_on": row.get("arrives_on") or shipped + timedelta(days=lead_time_days),
    }


def _before(wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the shipments of these numbers as they are, locked, with their keys."""
    found = Shipment.objects.select_for_update(of=("self",)).select_related("distributor")
    shipments: dict[str, dict[str, Any]] = {
        one.number: {
            "pk": one.pk,
            "distributor": one.distributor.code,
            "order_number": one.order_number,
            "shipped_on": one.shipped_on,
            "arrives_on": one.arrives_on,
            "lines": {},
        }
        for one in found.filter(number__in=list(wanted))
    }
    lines = ShipmentLine.objects.filter(shipment__number__in=list(shipments))
    for number, product, units in lines.values_list("shipment__number", "product__code", "units"):
        shipments[number]["lines"][product] = units
    return shipments


def _foreign(rows: Sequence[Values], before: Mapping[str, Mapping[str, Any]], known: _Known) -> tuple[Problem, ...]:
    """Return a problem for each number that another distributor's shipment has: nothing of it is told."""
    return tuple(
        Problem(place, "number", "stock.number_taken", {"value": str(row["number"])})
        for place, row in enumerate(rows)
        if (old := before.get(str(row["number"]))) and old["distributor"] != str(row["distributor"])
    )


def _change(number: str, before: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> Change | None:
    old = {name: before[name] for name in wanted} if before else {}
    after = {name: value for name, value in wanted.items() if not old or old[name] != value}
    if not after:
        return None
    shown = [{name: _plain(values[name]) for name in after if name in values} for values in (old, after)]
    return Change("shipment", number, shown[0], shown[1])


def _plain(value: Any) -> Any:
    return ", ".join(f"{code} {units}" for code, units in value.items()) if isinstance(value, Mapping) else value


def _write(shipments: Sequence[Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]], known: _Known) -> None:
    rows = (
        (
            one["number"],
            known.distributors[one["distributor"]][0],
            one["order_number"],
            one["shipped_on"],
            one["arrives_on"],
        )
        for one in shipments
    )
    columns = ("number", "distributor_id", "order_number", "shipped_on", "arrives_on")
    bulk.upsert(Shipment, columns, rows, key=("number",))
    keys = dict(Shipment.objects.filter(number__in=[one["number"] for one in shipments]).values_list("number", "pk"))
    ShipmentLine.objects.filter(shipment_id__in=list(keys.values())).delete()
    lines = (
        (keys[one["number"]], known.products[product][0], units)
        for one in shipments
        for product, units in one["lines"].items()
    )
    bulk.insert(ShipmentLine, LINE, lines)
