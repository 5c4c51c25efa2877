"""The weekly close: positions and sums, run again the same, broken off and continued, nothing asked row by row."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed, NotFound
from channelkeeper.catalog.models import Product
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.core import weeks
from channelkeeper.findings.models import Finding
from channelkeeper.jobs.models import Run
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import Cast, build_cast
from channelkeeper.stock import actions, rules
from channelkeeper.stock.actions import _loading
from channelkeeper.stock.actions import close as closing
from channelkeeper.stock.models import DistributorWeek, Learned, Positions, Shipment, ShipmentLine
from channelkeeper.stock.queries import for_orders, products, shipments
from channelkeeper.stock.tests import standing
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row

pytestmark = pytest.mark.django_db
AT = monday_after(WEEK)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture(autouse=True)
def shelf() -> Shelf:
    return build_shelf()


def steady(code: str, *, count: int = 10, closing: int = 225, product: str = "T500", last: int = 0) -> None:
    """Report steady weeks of 70 pieces, ten a day, up to `last` weeks before the close."""
    for back in range(count - 1 + last, last - 1, -1):
        week = weeks.shift(WEEK, -back)
        report(code, [row(product, closing, 70, 70, closing)], week=week)


def close(**given: Any) -> actions.ClosedWeek:
    asked: dict[str, Any] = {"week": WEEK, "by": SYSTEM, "at": AT}
    return actions.close_week(**asked | given)


def ship(distributor: Distributor, product: Product, units: int, arrives_on: date, number: str = "F1") -> Shipment:
    shipment = Shipment.objects.create(
        number=number, distributor=distributor, shipped_on=arrives_on - timedelta(days=3), arrives_on=arrives_on
    )
    ShipmentLine.objects.create(shipment=shipment, product=product, units=units)
    return shipment


def kept() -> list[dict[str, Any]]:
    """Return everything a close writes, without keys of its own."""
    tables = (Positions, DistributorWeek)
    return [
        {name: value for name, value in found.items() if name != "id"}
        for table in tables
        for found in table.objects.order_by("distributor_id", "week").values()
    ]


def test_a_position_says_where_a_product_stands(cast: Cast) -> None:
    steady("D001")
    assert close() == actions.ClosedWeek(WEEK, distributors=3, reported=1, series=1, continued=False)
    one = standing.only()
    assert (one.week, one.on_hand_units, one.estimated, one.uncertain) == (WEEK, 225, False, False)
    assert one.per_day == pytest.approx(10, rel=0.02)
    assert one.days == pytest.approx(225 / one.per_day)
    assert one.band == rules.judge(Decimal(repr(one.days)))
    assert (one.trailing_per_day, one.trailing_days) == (10, 22.5)
    assert (one.low_units, one.high_units, one.road_units) == (225, 225, 0)
    assert one.price_per_unit == Decimal("2.2000")  # of the Sunday, after the change in July
    assert len(one.expected) == 14
    week = DistributorWeek.objects.get(distributor=cast.hualian)
    assert (week.reported, week.on_time, week.products, week.inside) == (True, True, 1, 1)
    assert (week.stock_value, week.sold_value) == (Decimal("495.00"), Decimal("154.00"))
    assert week.expected_value_per_day == pytest.approx(Decimal(repr(one.per_day * 2.2)), abs=Decimal("0.000002"))


def test_a_close_run_again_is_the_same(cast: Cast) -> None:
    steady("D001")
    steady("D002", closing=90)
    close()
    first, findings = kept(), Finding.objects.count()
    again = close()
    assert (kept(), Finding.objects.count(), again.continued) == (first, findings, False)
    assert Run.objects.get().state == "done"
    assert AuditLine.objects.filter(verb="stock.week.closed").count() == 2


def test_a_close_that_is_killed_goes_on_behind_the_last_chunk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("D001", "D002", "D003"):
        steady(code)
    close()
    whole = kept()
    for table in (Positions, DistributorWeek, Learned, Run):
        table.objects.all().delete()
    monkeypatch.setattr(_loading, "CHUNK_DISTRIBUTORS", 1)
    said: list[tuple[int, int]] = []

    def killed(done: int, total: int) -> None:
        said.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        close(progress=killed)
    run = Run.objects.get()
    assert (run.state, run.last_key, run.done, run.total) == ("failed", "D002", 2, 3)
    assert len(standing.found()) == 2
    touched = set(Positions.objects.values_list("pk", flat=True))
    assert close(progress=lambda done, total: said.append((done, total))).continued is True
    assert said == [(1, 3), (2, 3), (3, 3)]
    assert touched < set(Positions.objects.values_list("pk", flat=True))  # what was done is not done again
    assert kept() == whole


def test_a_chunk_that_fails_leaves_nothing_of_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    steady("D001")

    def broken(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(closing, "sync_all", broken)
    with pytest.raises(OSError, match="No space"):
        close()
    assert len(standing.found()) == DistributorWeek.objects.count() == 0
    assert Run.objects.get().message == "OSError: No space left on device"


def test_a_missing_report_is_carried_on_and_says_so(cast: Cast, shelf: Shelf) -> None:
    steady("D001", last=1)
    ship(cast.hualian, shelf.tea, 48, date(2026, 11, 18))
    close()
    one = standing.only()
    assert (one.estimated, one.road_units) == (True, 48)  # overdue, unmarked: still on the road
    assert one.on_hand_units == pytest.approx(225 - 7 * one.per_day, abs=2)
    assert one.low_units <= one.on_hand_units
    assert one.high_units >= one.on_hand_units + 48
    week = DistributorWeek.objects.get(distributor=cast.hualian)
    assert (week.reported, week.on_time, week.sold_value) == (False, False, Decimal("0.00"))
    assert week.low_stock_value < week.stock_value < week.high_stock_value


def test_few_reports_are_marked(cast: Cast) -> None:
    steady("D001", count=7)
    close()
    assert standing.only().uncertain is True


def test_the_road_is_the_same_for_close_orders_and_list(cast: Cast, shelf: Shelf) -> None:
    steady("D001")
    ship(cast.hualian, shelf.tea, 24, date(2026, 11, 20), "HELD")
    ship(cast.hualian, shelf.tea, 48, date(2026, 11, 26), "COMING")
    ship(cast.hualian, shelf.tea, 96, date(2026, 12, 2), "LATER")
    ship(cast.hualian, shelf.water, 999, date(2026, 11, 26), "UNKNOWN")
    close(at=AT + timedelta(days=7))
    assert standing.only().road_units == 144
    at = AT + timedelta(days=6)
    block = for_orders.positions_for_orders(SYSTEM, at=at, week=WEEK, distributor_ids=[cast.hualian.pk])
    assert block.arrivals[0, :3].tolist() == [48, 96, 0]
    road = shipments.road(SYSTEM, at=at, distributor_ids=[cast.hualian.pk])
    assert [(one.number, one.units) for one in road] == [("COMING", 48), ("UNKNOWN", 999), ("LATER", 96)]


def test_a_shipment_that_had_not_left_by_the_close_is_not_known_to_it(cast: Cast, shelf: Shelf) -> None:
    steady("D001")
    ship(cast.hualian, shelf.tea, 48, date(2026, 11, 30))
    close()
    assert standing.only().road_units == 0


def test_every_close_keeps_its_positions(cast: Cast) -> None:
    steady("D001")
    before, at = weeks.shift(WEEK, -1), AT + timedelta(hours=1)
    close(week=before, at=AT)
    then = standing.only()
    report("D001", [row("T500", 155, 0, 70)], at=AT)
    close(at=AT)
    assert standing.found("D001", before) == [then]  # what was known then stays
    assert [(one.week, one.on_hand_units) for one in standing.found("D001")] == [(before, 225), (WEEK, 85)]
    (one,) = products.standings(SYSTEM, at=at, code="D001")
    assert (one.week, one.on_hand_units) == (WEEK, 85)  # where it stands now
    past = products.past_days(SYSTEM, at=at, code="D001", until=WEEK, count=3, product="T500")[one.product_id]
    assert past[0] is None
    assert [one and (one.week, one.on_hand_units, one.days, one.band) for one in past[1:]] == [
        (before, 225, then.days, "inside"),
        (WEEK, 85, standing.found("D001", WEEK)[0].days, "below"),
    ]
    assert products.past_days(SYSTEM, at=at, code="D001", until=WEEK, count=3, product="NONE") == {}
    assert products.past_days(cast.other_rep.actor, at=at, code="D001", until=WEEK, count=3) == {}
    block = for_orders.positions_for_orders(SYSTEM, at=at, week=before, distributor_ids=[cast.hualian.pk])
    assert block.product_id.size == 0  # another week has been closed since


def test_a_close_of_an_older_week_leaves_newer_ones_alone(cast: Cast) -> None:
    steady("D001")
    close()
    close(week=weeks.shift(WEEK, -1))
    assert [one.week for one in standing.found()] == [weeks.shift(WEEK, -1), WEEK]
    assert sorted(DistributorWeek.objects.filter(distributor=cast.hualian).values_list("week", flat=True)) == [
        weeks.shift(WEEK, -1),
        WEEK,
    ]


def test_reports_after_the_week_are_not_looked_at(cast: Cast) -> None:
    steady("D001")
    before = weeks.shift(WEEK, -1)
    report("D001", [row("T500", 225, 0, 70, 0)], at=AT)
    close(week=before)
    assert standing.only().on_hand_units == 225


def test_a_product_that_is_gone_has_no_position(cast: Cast, shelf: Shelf) -> None:
    shelf.tea.retires_on = WEEK
    shelf.tea.save()
    steady("D001", closing=0)
    close()
    assert len(standing.found()) == 0


def test_near_expiry_is_carried(cast: Cast) -> None:
    report("D001", [row("T500", 225, 70, 70, 225, near=30)])
    close()
    assert standing.only().near_expiry_units == 30


def test_only_some_distributors_are_closed_again(cast: Cast) -> None:
    steady("D001")
    steady("D002")
    close()
    keys = dict(Positions.objects.values_list("distributor__code", "pk"))
    assert close(distributor_codes=["D002"]).distributors == 1
    after = dict(Positions.objects.values_list("distributor__code", "pk"))
    assert (after["D001"] == keys["D001"], after["D002"] == keys["D002"]) == (True, False)
    with pytest.raises(NotFound):
        close(distributor_codes=["D009"])


def test_a_distributor_of_later_is_not_closed(cast: Cast) -> None:
    Distributor.objects.filter(pk=cast.xinda.pk).update(starts_on=date(2026, 11, 23))
    assert close().distributors == 2


def test_a_week_that_goes_on_is_not_closed(cast: Cast) -> None:
    with pytest.raises(rules.NotClosed):
        close(week=weeks.shift(WEEK, 1))


def test_an_empty_company_is_closed(cast: Cast) -> None:
    assert close().series == 0
    assert len(standing.found()) == 0


@pytest.mark.parametrize("person", ["manager", "rep", "auditor", "distributor_user"])
def test_only_headquarters_closes_a_week(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        close(by=getattr(cast, person).actor)
    assert close(by=cast.headquarters.actor).distributors == 3


def test_a_new_product_makes_the_indices_be_learned_anew(cast: Cast, shelf: Shelf) -> None:
    steady("D001")
    close()
    before = bytes(Learned.objects.get().content)
    close(distributor_codes=["D001"])
    assert bytes(Learned.objects.get().content) == before
    Product.objects.create(
        code="NEW", name_zh="新品", brand=shelf.tea.brand, category=shelf.tea.category, units_per_case=1
    )
    close(distributor_codes=["D001"])
    assert bytes(Learned.objects.get().content) != before


@pytest.mark.parametrize("number", [1, 3])
def test_a_close_takes_the_same_queries_for_one_distributor_and_for_three(cast: Cast, number: int) -> None:
    for code in ("D001", "D002", "D003")[:number]:
        for back in (1, 0):
            rows = [row(product, 725, 70, 70, 725 - back) for product in ("T500", "W550", "M250")[:number]]
            report(code, rows, week=weeks.shift(WEEK, -back))
    with CaptureQueriesContext(connection) as queries:
        close()
    # Copies are no queries on PostgreSQL; findings that open are written where there are any.
    left_out = ("SAVEPOINT", "RELEASE", "INSERT", "COPY")
    asked = [one["sql"] for one in queries if not one["sql"].startswith(left_out) and "times: INSERT" not in one["sql"]]
    assert len(asked) == 38
