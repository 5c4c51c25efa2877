"""Shipments: recorded from rows by number, once; received; seen by those they are for."""

from datetime import date
from typing import Any

import pytest

from channelkeeper.access.rules import NotAllowed, NotFound
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.stock import actions, shipment_file
from channelkeeper.stock.models import Shipment, ShipmentLine
from channelkeeper.stock.queries import shipments
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row

pytestmark = pytest.mark.django_db
LEFT = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def cast() -> Cast:
    build_shelf()
    return build_cast()


def line(number: str = "F1", product: str = "T500", **more: Any) -> dict[str, Any]:
    return {"number": number, "distributor": "D001", "product": product, "cases": 10, "shipped_on": LEFT} | more


def record(*rows: dict[str, Any], **given: Any) -> Any:
    asked: dict[str, Any] = {"rows": list(rows), "by": SYSTEM, "at": AT}
    return actions.record_shipments(**asked | given)


def test_cases_become_pieces_and_the_lead_time_the_arrival() -> None:
    result = record(line(), line(product="M250", cases=None, units=7))
    assert (result.new, result.same) == (1, 0)
    shipment = Shipment.objects.get()
    assert (shipment.arrives_on, shipment.received_on) == (date(2026, 11, 25), None)
    assert dict(shipment.lines.values_list("product__code", "units")) == {"T500": 240, "M250": 7}


def test_a_number_counts_once_and_is_put_right() -> None:
    record(line(), line("F2"))
    again = record(line(), line("F2", cases=12, arrives_on=date(2026, 11, 30)))
    assert (again.new, len(again.changes), again.same) == (0, 1, 1)
    (change,) = again.changes
    assert (change.key, change.before["lines"], change.after["lines"]) == ("F2", "T500 240", "T500 288")
    assert ShipmentLine.objects.count() == 2
    assert Shipment.objects.get(number="F2").arrives_on == date(2026, 11, 30)


def test_a_shipment_names_the_longest_number_that_an_order_can_have() -> None:
    record(line(order_number="D" * 60))
    assert Shipment.objects.get().order_number == "D" * 60


def test_a_dry_run_keeps_nothing() -> None:
    assert record(line(), dry_run=True).new == 1
    assert Shipment.objects.count() == 0


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([line(distributor="D009")], [(0, "distributor", "stock.no_such_distributor")]),
        ([line(product="NO")], [(0, "product", "stock.no_such_product")]),
        ([line(cases=None)], [(0, "cases", "stock.cases_or_units")]),
        ([line(units=5)], [(0, "cases", "stock.cases_or_units")]),
        ([line(cases=0)], [(0, "cases", "stock.no_quantity")]),
        ([line(arrives_on=date(2026, 11, 17))], [(0, "arrives_on", "stock.arrives_before")]),
        ([line(), line(product="M250", distributor="D002")], [(1, "number", "stock.shipment_differs")]),
        ([line(), line(cases=3)], [(1, "product", "stock.shipment_product_twice")]),
        ([line("F" * 41)], [(0, "number", "stock.number_too_long")]),
        ([line(order_number="D" * 61)], [(0, "order_number", "stock.number_too_long")]),
    ],
)
def test_rows_with_a_problem_keep_all_out(rows: list[dict[str, Any]], problems: list[tuple[int, str, str]]) -> None:
    result = record(line("GOOD", "W550"), *rows)
    assert [(one.row - 1, one.column, one.code) for one in result.problems] == problems
    assert Shipment.objects.count() == 0


def test_a_number_of_another_distributor_is_taken() -> None:
    record(line())
    assert [one.code for one in record(line(distributor="D002")).problems] == ["stock.number_taken"]


def test_a_foreign_distributor_does_not_exist(cast: Cast) -> None:
    result = record(line(), by=cast.other_manager.actor)
    assert [one.code for one in result.problems] == ["stock.no_such_distributor"]


@pytest.mark.parametrize("person", ["rep", "auditor", "distributor_user"])
def test_only_headquarters_and_managers_record(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        record(line(), by=getattr(cast, person).actor)


@pytest.mark.parametrize("person", ["headquarters", "manager", "rep", "distributor_user"])
def test_a_shipment_is_marked_as_received(cast: Cast, person: str) -> None:
    record(line())
    by = getattr(cast, person).actor
    actions.mark_received(number="F1", on=date(2026, 11, 23), by=by, at=AT)
    assert Shipment.objects.get().received_on == date(2026, 11, 23)
    actions.mark_received(number="F1", on=None, by=by, at=AT)
    assert Shipment.objects.get().received_on is None


def test_a_mark_needs_a_possible_day_and_one_who_may(cast: Cast) -> None:
    record(line())
    for on in (date(2026, 11, 17), date(2026, 11, 25)):
        with pytest.raises(ValueError, match="is not a day on which F1 can have arrived"):
            actions.mark_received(number="F1", on=on, by=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        actions.mark_received(number="F1", on=LEFT, by=cast.other_rep.actor, at=AT)
    with pytest.raises(NotAllowed):
        actions.mark_received(number="F1", on=LEFT, by=cast.auditor.actor, at=AT)


def test_a_list_says_where_a_shipment_is(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 10)], at=monday_after(WEEK))
    record(
        line("HELD", arrives_on=date(2026, 11, 20)),
        line("COMING", arrives_on=date(2026, 11, 27)),
        line("OVERDUE", arrives_on=date(2026, 11, 23)),
        line("CAME", arrives_on=date(2026, 11, 23)),
    )
    actions.mark_received(number="CAME", on=date(2026, 11, 24), by=SYSTEM, at=AT)
    page = shipments.shipment_page(cast.rep.actor, at=AT)
    assert {one.number: (one.on_the_road, one.overdue) for one in page} == {
        "HELD": (False, False),
        "COMING": (True, False),
        "OVERDUE": (True, True),
        "CAME": (False, False),
    }
    assert page.object_list[0].cases == "10"
    assert len(shipments.shipment_page(cast.rep.actor, at=AT, only_road=True).object_list) == 3
    assert not shipments.shipment_page(cast.other_rep.actor, at=AT).object_list
    assert not shipments.road(cast.other_rep.actor, at=AT, distributor_ids=[cast.hualian.pk])


def test_a_file_of_shipments_comes_in_and_faults_are_named_by_cell() -> None:
    head = "发货单号,经销商编码,货号,箱数,发货日期,到货日期\n"
    good = (head + "F1,D001,T500,10,2026-11-18,2026-11-25\nF1,D001,W550,4,2026-11-18,2026-11-25\n").encode()
    taken = shipment_file.take_in(data=good, filename="a.csv", dry_run=False, by=SYSTEM, at=AT)
    assert (taken.status, taken.new) == ("accepted", 1)
    bad = (head + "F2,D001,NO,10,2026-11-18,\n").encode()
    refused = shipment_file.take_in(data=bad, filename="a.csv", dry_run=False, by=SYSTEM, at=AT)
    assert [(fault.cell, fault.code) for fault in refused.faults] == [("C2", "stock.no_such_product")]
