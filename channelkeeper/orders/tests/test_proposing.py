"""Proposing: one order per distributor and week, whatever happens in between (ORD-1, STK-6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed, NotFound
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, queries, rules
from channelkeeper.orders.actions import Difference, Outcome, Result
from channelkeeper.orders.models import Order, OrderChange, OrderLine
from channelkeeper.orders.rules import Bound, Group, State
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, W47, House, build_house
from channelkeeper.seasons.models import Promotion
from channelkeeper.stock.models import Positions
from channelkeeper.stock.tests import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return build_house()


def test_every_distributor_gets_one_order_with_its_lines(house: House) -> None:
    found = seed.propose()
    assert [(one.distributor, one.result, one.number, one.state) for one in found.outcomes] == [
        ("D001", Result.CREATED, "D001-2026W48", "proposed"),
        ("D002", Result.CREATED, "D002-2026W48", "proposed"),
        ("D003", Result.CREATED, "D003-2026W48", "proposed"),
    ]
    order = seed.kept()
    assert (order.order_on, order.arrives_on, order.reading_on) == (
        date(2026, 11, 24),
        date(2026, 12, 1),
        date(2026, 12, 6),
    )
    assert (order.lead_weeks, order.review_weeks, order.estimated) == (1, 1, False)
    assert [(one.product, one.group) for one in seed.see().lines] == [
        ("T500", Group.RUN_OUT),
        ("T501", Group.GROW),
        ("M250", Group.HOLD),
        ("W550", Group.SELL_DOWN),
        ("T502", Group.IDLE),
    ]


def test_a_line_keeps_what_its_quantity_follows_from(house: House) -> None:
    seed.propose()
    milk = seed.line("M250")
    # 672 until 6 December + 22.5 x 48 = 1,752 − 1,000 − 240 on the road = 512: 43 cases of 12 are 516
    assert milk.basis.road_units == 240
    assert milk.basis.expected_until_reading_units == Decimal(672)
    assert milk.basis.expected_until_arrival_units == Decimal(384)  # eight days
    assert milk.units == 516
    assert rules.quantity(milk.basis) == rules.Quantity(516, Bound.NONE)
    assert f"{milk.days_after:.2f}" == "22.58"
    assert milk.amount == Decimal("1290.00")


def test_a_product_that_a_line_names_is_not_deleted(house: House) -> None:
    seed.propose()
    with pytest.raises(ProtectedError):
        house.shelf.tea.delete()


def test_what_is_sold_out_before_arrival_is_not_owed(house: House) -> None:
    seed.propose()
    tea = seed.line("T500")
    # 1,512 of 1,764 in the first week: 252 are lost. 3,528 + 22.5 x 252 − 1,512 − 252 = 7,434: 310 cases
    assert tea.basis.missed_units == Decimal(252)
    assert tea.units == 310 * 24


def test_an_estimated_stock_makes_an_estimated_order(house: House) -> None:
    seed.propose()
    assert (seed.kept("D002-2026W48").estimated, seed.kept("D003-2026W48").estimated) == (True, False)


def test_the_cause_is_kept_with_its_own_share_and_name(house: House) -> None:
    Promotion.objects.create(
        code="P1", label_zh="特价", label_en="offer", product=house.shelf.tea, starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 8), known_on=date(2026, 11, 1), intensity=Decimal("0.5"),
    )  # fmt: skip
    seed.propose()
    tea = seed.line("T500")
    assert (tea.cause, tea.change, tea.cause_label_zh) == ("promotion", Decimal("0.400"), "特价")
    assert (tea.cause_starts_on, tea.cause_ends_on) == (date(2026, 12, 1), date(2026, 12, 7))
    assert (seed.line("M250").cause, seed.line("M250").change) == ("", Decimal(0))


def test_proposing_twice_never_orders_twice(house: House) -> None:
    seed.propose()
    before = [(line.product, line.units) for line in seed.see().lines]
    again = seed.propose()
    assert {one.result for one in again.outcomes} == {Result.REFRESHED}
    assert {one.differences for one in again.outcomes} == {()}
    assert Order.objects.count() == 3
    assert [(line.product, line.units) for line in seed.see().lines] == before
    assert OrderChange.objects.filter(verb="proposed").count() == 3  # nothing new to tell


def test_a_draft_keeps_a_persons_quantity_and_tells_what_differs(house: House) -> None:
    seed.propose()
    actions.edit_lines(number=NUMBER, cases={"T501": 20}, by=house.cast.rep.actor, at=AT)
    standing.change(house.shelf.lemon_tea, on_hand_units=1800)
    standing.change(house.shelf.milk, on_hand_units=880)
    found = seed.propose(codes=["D001"])
    assert found.outcomes == (
        Outcome(
            "D001",
            Result.REFRESHED,
            NUMBER,
            "proposed",
            (Difference("T501", 1488, 1704, 480), Difference("M250", 516, 636, 636)),
        ),
    )
    lemon = seed.line("T501")
    assert (lemon.units, lemon.proposed_units, lemon.edited, lemon.basis.on_hand_units) == (480, 1704, True, 1800)
    assert (
        seed.kept().amount
        == rules.totals(rules.Line(one.basis, one.units, one.price_per_unit) for one in seed.see().lines).amount
    )


def test_an_edit_of_a_product_that_is_gone_is_told(house: House) -> None:
    seed.propose()
    actions.edit_lines(number=NUMBER, cases={"T501": 20}, by=house.cast.rep.actor, at=AT)
    standing.leave_out(house.shelf.lemon_tea)
    found = seed.propose(codes=["D001"])
    assert found.outcomes[0].differences == (Difference("T501", 1488, 0, 0),)
    assert "T501" not in {one.product for one in seed.see().lines}


@pytest.mark.parametrize("state", [State.OFFERED, State.CHANGED, State.ACCEPTED, State.SENT])
def test_an_order_that_was_offered_is_left_alone_and_said_so(house: House, state: State) -> None:
    seed.propose()
    Order.objects.filter(number=NUMBER).update(state=state)
    standing.change(house.shelf.milk, on_hand_units=0)
    found = seed.propose(codes=["D001"])
    assert found.outcomes == (Outcome("D001", Result.UNTOUCHED, NUMBER, state.value),)
    assert seed.line("M250").units == 516


def test_after_a_cancelled_order_the_next_one_has_a_number_of_its_own(house: House) -> None:
    seed.propose()
    actions.cancel(number=NUMBER, by=house.cast.rep.actor, at=AT, reason="一个月后再说")
    assert seed.propose(codes=["D001"]).outcomes[0].number == "D001-2026W48-2"


def test_open_orders_count_until_a_shipment_names_them(house: House) -> None:
    seed.propose()
    Order.objects.filter(number=NUMBER).update(state=State.ACCEPTED)
    after = {"week": date(2026, 11, 23), "at": AT + timedelta(days=7)}
    Positions.objects.all().delete()
    seed.stand(house.cast.hualian, house.shelf.milk, on_hand=664, weekly=336, week=date(2026, 11, 23))
    seed.propose(**after)  # type: ignore[arg-type]
    # 516 of the order before come on 1 December; the 240 of the shipment are overdue
    assert seed.line("M250", "D001-2026W49").basis.road_units == 240 + 516
    seed.ship(house.cast.hualian, house.shelf.milk, 500, arrives_on=date(2026, 12, 1), order_number=NUMBER)
    seed.propose(**after)  # type: ignore[arg-type]
    assert seed.line("M250", "D001-2026W49").basis.road_units == 240 + 500


@pytest.mark.parametrize("state", [State.PROPOSED, State.CANCELLED])
def test_drafts_and_cancelled_orders_bring_nothing(house: House, state: State) -> None:
    seed.propose()
    Order.objects.filter(number=NUMBER).update(state=state)
    Positions.objects.all().delete()
    seed.stand(house.cast.hualian, house.shelf.milk, on_hand=664, weekly=336, week=date(2026, 11, 23))
    seed.propose(date(2026, 11, 23), at=AT + timedelta(days=7))
    assert seed.line("M250", "D001-2026W49").basis.road_units == 240


def test_drafts_of_earlier_weeks_lapse(house: House) -> None:
    seed.propose()
    seed.stand(house.cast.xinda, house.shelf.water, on_hand=10, weekly=3, week=date(2026, 11, 23))
    found = seed.propose(date(2026, 11, 23), at=AT + timedelta(days=7))
    assert [(one.distributor, one.result) for one in found.outcomes] == [
        ("D001", Result.NO_POSITIONS),
        ("D002", Result.NO_POSITIONS),
        ("D003", Result.CREATED),
    ]
    assert (seed.kept("D003-2026W48").state, seed.kept().state) == ("cancelled", "proposed")
    assert queries.story(SYSTEM, "D003-2026W48", at=AT)[0].verb == "lapsed"


def test_an_order_placed_later_in_its_week_arrives_later(house: House) -> None:
    seed.propose(at=AT + timedelta(days=2))  # Thursday
    assert seed.kept().arrives_on == date(2026, 12, 3)
    assert seed.line("T500").days_to_arrival == 10


def test_a_minimum_of_the_distributor_and_bars_of_a_product_are_respected(house: House) -> None:
    house.cast.hualian.min_order_cases = 60
    house.cast.hualian.save()
    house.shelf.lemon_tea.retires_on = date(2026, 12, 1)
    house.shelf.lemon_tea.save()
    seed.propose()
    assert (seed.line("M250").units, seed.line("M250").bound_by) == (0, Bound.MINIMUM)
    assert (seed.line("T501").units, seed.line("T501").bound_by) == (0, Bound.RETIRE)


def test_a_lead_time_beyond_the_known_weeks_goes_on_at_the_last_pace(house: House) -> None:
    house.cast.xinda.lead_time_days = 84
    house.cast.xinda.save()
    seed.propose(codes=["D003"])
    tea = seed.line("T500", "D003-2026W48")
    assert tea.basis.expected_until_reading_units == Decimal(240 * 13)
    assert f"{tea.days_after:.0f}" == "22"


def test_a_rep_proposes_for_its_own_distributors_only(house: House) -> None:
    found = actions.propose(week=W47, by=house.cast.other_rep.actor, at=AT)
    assert [one.distributor for one in found.outcomes] == ["D003"]
    with pytest.raises(NotFound, match="No distributor D001"):
        actions.propose(week=W47, by=house.cast.other_rep.actor, at=AT, distributor_codes=["D001", "D003"])
    assert Order.objects.count() == 1


def test_a_distributor_and_an_auditor_may_not_propose(house: House) -> None:
    for person in (house.cast.distributor_user, house.cast.auditor):
        with pytest.raises(NotAllowed):
            actions.propose(week=W47, by=person.actor, at=AT)
    assert not Order.objects.exists()


def test_proposing_leaves_an_audit_line(house: House) -> None:
    seed.propose()
    audit = AuditLine.objects.get(verb="orders.order.proposed")
    assert (audit.subject_kind, audit.subject_id) == ("week", "2026-W47")
    assert audit.figures == {"created": ["D001-2026W48", "D002-2026W48", "D003-2026W48"], "refreshed": []}


def test_proposing_for_one_or_three_distributors_asks_the_database_as_often(house: House) -> None:
    def count(codes: list[str]) -> int:
        with CaptureQueriesContext(connection) as asked:
            seed.propose(codes=codes)
        return len(asked)

    first = count(["D003"])
    assert count(["D001", "D002"]) == first
    again = count(["D003"])
    assert count(["D001", "D002"]) == again
    assert (first, again) == (23, 22)


def test_a_run_that_was_broken_off_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelkeeper.orders.actions.proposing.CHUNK_DISTRIBUTORS", 1)
    told: list[int] = []

    def progress(done: int, total: int) -> None:
        told.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.propose(week=W47, by=SYSTEM, at=AT, progress=progress)
    assert Order.objects.count() == 2
    found = seed.propose()
    assert [one.distributor for one in found.outcomes] == ["D003"]
    assert Order.objects.count() == 3
    assert OrderLine.objects.count() == 7
