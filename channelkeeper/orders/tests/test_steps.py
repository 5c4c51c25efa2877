"""The life of an order: edits and their reasons (ORD-4), undo, offer, answer, sending; who may, and when not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor, NotAllowed, NotFound
from channelkeeper.findings.models import Finding
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, queries, rules
from channelkeeper.orders.models import Order, OrderChange
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, House, build_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    made = build_house()
    seed.propose()
    return made


def edit(house: House, cases: dict[str, int], **more: Any) -> actions.Edited:
    return actions.edit_lines(number=NUMBER, cases=cases, by=house.cast.rep.actor, at=AT, **more)


def offered(house: House) -> None:
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)


def test_an_edit_changes_quantity_sums_and_story(house: House) -> None:
    before = seed.kept()
    assert edit(house, {"M250": 40}).changed == ("M250",)
    after = seed.kept()
    assert (seed.line("M250").units, seed.line("M250").edited) == (480, True)
    assert before.amount - after.amount == 36 * seed.line("M250").price_per_unit
    assert before.cases - after.cases == 3
    told = OrderChange.objects.get(verb="edited")
    assert (told.by_name, told.before_units, told.after_units, told.step) == ("李伟", 516, 480, 1)
    audit = AuditLine.objects.get(verb="orders.line.edited")
    assert (audit.subject_id, audit.distributor_code) == (NUMBER, "D001")
    assert audit.figures["edits"] == [["M250", 516, 480]]


def test_the_same_quantity_again_is_no_edit(house: House) -> None:
    assert edit(house, {"M250": 43}).changed == ()
    assert not OrderChange.objects.filter(verb="edited").exists()


def test_raising_above_the_band_needs_a_reason(house: House) -> None:
    """ORD-4."""
    with pytest.raises(actions.RefusedLines) as refused:
        edit(house, {"M250": 60})
    assert str(refused.value) == ("M250: 60 cases lead to 27 days, above 25. Order 52, or give the reason.")
    assert seed.line("M250").units == 516
    edit(house, {"M250": 52})  # 24.8 days
    edit(house, {"M250": 60}, reasons={"M250": "元旦团购"})
    assert (seed.line("M250").units, seed.line("M250").reason) == (720, "元旦团购")
    assert "元旦团购" in seed.line("M250").sentence("zh")


def test_what_does_not_sell_needs_a_reason_for_every_piece(house: House) -> None:
    with pytest.raises(actions.RefusedLines, match="No sell-out is expected: 2 cases would lie still"):
        edit(house, {"T502": 2})


def test_lowering_and_going_back_to_the_proposal_need_no_reason(house: House) -> None:
    edit(house, {"M250": 0, "W550": 0})
    edit(house, {"M250": 43})
    assert seed.line("M250").units == 516


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ({"M250": -1}, "run from 0 to 99,999"),
        ({"M250": 100_000}, "run from 0 to 99,999"),
        ({"T999": 1}, "Order D001-2026W48 holds no product T999"),
    ],
)
def test_one_impossible_quantity_refuses_the_whole_edit(house: House, cases: dict[str, int], message: str) -> None:
    with pytest.raises(actions.RefusedLines, match=message):
        edit(house, {"T501": 50, **cases})
    assert seed.line("T501").units == 1488


def test_a_draft_that_saves_itself_keeps_what_stands_and_hands_the_rest_back(house: House) -> None:
    found = edit(house, {"T501": 50, "M250": 60, "T999": 1}, whole=False)
    assert (found.changed, sorted(found.refused)) == (("T501",), ["M250", "T999"])
    assert (seed.line("T501").units, seed.line("M250").units) == (1200, 516)


def test_undo_takes_back_step_by_step_a_pasted_column_as_one(house: House) -> None:
    rep = house.cast.rep.actor
    edit(house, {"M250": 40})
    edit(house, {"M250": 30, "T501": 50})
    assert seed.see().can_undo
    assert actions.undo_edit(number=NUMBER, by=rep, at=AT) == ("M250", "T501")
    assert (seed.line("M250").units, seed.line("T501").units) == (480, 1488)
    assert (seed.line("M250").edited, seed.line("T501").edited) == (True, False)
    actions.undo_edit(number=NUMBER, by=rep, at=AT)
    assert (seed.line("M250").units, seed.line("M250").edited) == (516, False)
    assert not seed.see().can_undo
    with pytest.raises(rules.WrongQuantity, match="no edit"):
        actions.undo_edit(number=NUMBER, by=rep, at=AT)
    edit(house, {"M250": 20})
    actions.undo_edit(number=NUMBER, by=rep, at=AT)
    assert seed.line("M250").units == 516


def test_undo_brings_the_reason_before_back(house: House) -> None:
    edit(house, {"M250": 60}, reasons={"M250": "元旦团购"})
    edit(house, {"M250": 20})
    assert seed.line("M250").reason == ""
    actions.undo_edit(number=NUMBER, by=house.cast.rep.actor, at=AT)
    assert (seed.line("M250").units, seed.line("M250").reason) == (720, "元旦团购")


def test_an_offer_can_be_withdrawn_until_it_is_opened(house: House) -> None:
    rep = house.cast.rep.actor
    offered(house)
    assert seed.kept().state == "offered"
    actions.withdraw_offer(number=NUMBER, by=rep, at=AT)
    assert (seed.kept().state, seed.kept().offered_at) == ("proposed", None)
    offered(house)
    assert actions.open_offer(number=NUMBER, by=house.cast.distributor_user.actor, at=AT + timedelta(minutes=1))
    assert not actions.open_offer(number=NUMBER, by=house.cast.distributor_user.actor, at=AT + timedelta(minutes=9))
    assert seed.kept().opened_at == AT + timedelta(minutes=1)
    with pytest.raises(rules.WrongState, match="has opened order D001-2026W48"):
        actions.withdraw_offer(number=NUMBER, by=rep, at=AT)


def test_an_order_of_nothing_is_not_offered(house: House) -> None:
    edit(house, dict.fromkeys(["T500", "T501", "M250"], 0))
    with pytest.raises(rules.WrongQuantity, match="orders nothing"):
        offered(house)


def test_a_distributor_accepts_and_the_order_is_sent(house: House) -> None:
    offered(house)
    actions.accept(number=NUMBER, by=house.cast.distributor_user.actor, at=AT)
    actions.send(number=NUMBER, by=house.cast.rep.actor, at=AT)
    assert (seed.kept().state, seed.kept().settled_at, seed.kept().sent_at) == ("sent", AT, AT)
    told = [one.verb for one in queries.story(house.cast.rep.actor, NUMBER, at=AT)]
    assert told == ["sent", "accepted", "offered", "proposed"]
    audits = AuditLine.objects.filter(subject_id=NUMBER).order_by("pk").values_list("verb", flat=True)
    assert list(audits) == ["orders.order.offered", "orders.order.accepted", "orders.order.sent"]


def test_a_rep_accepts_on_the_distributors_word_and_says_how(house: House) -> None:
    offered(house)
    with pytest.raises(rules.ReasonMissing):
        actions.accept(number=NUMBER, by=house.cast.rep.actor, at=AT)
    actions.accept(number=NUMBER, by=house.cast.rep.actor, at=AT, reason="王老板电话里同意")
    assert queries.story(house.cast.rep.actor, NUMBER, at=AT)[0].reason == "王老板电话里同意"


def test_a_distributor_changes_and_the_rep_settles(house: House) -> None:
    owner = house.cast.distributor_user.actor
    offered(house)
    found = actions.change(number=NUMBER, cases={"M250": 20, "T501": 62}, reason="仓库放不下", by=owner, at=AT)
    assert found.changed == ("M250",)
    assert (seed.kept().state, seed.line("M250").units) == ("changed", 240)
    actions.change(number=NUMBER, cases={"M250": 60}, reason="元旦团购", by=owner, at=AT)
    assert (seed.line("M250").units, seed.line("M250").reason) == (720, "元旦团购")
    actions.settle(number=NUMBER, by=house.cast.rep.actor, at=AT)
    assert seed.kept().state == "accepted"


def test_a_change_needs_a_reason_and_possible_quantities(house: House) -> None:
    owner = house.cast.distributor_user.actor
    offered(house)
    with pytest.raises(rules.ReasonMissing):
        actions.change(number=NUMBER, cases={"M250": 20}, reason="  ", by=owner, at=AT)
    with pytest.raises(actions.RefusedLines):
        actions.change(number=NUMBER, cases={"M250": -2}, reason="少点", by=owner, at=AT)
    assert seed.kept().state == "offered"


def test_a_declined_order_is_cancelled_with_its_reason(house: House) -> None:
    offered(house)
    with pytest.raises(rules.ReasonMissing):
        actions.decline(number=NUMBER, by=house.cast.distributor_user.actor, at=AT, reason="")
    actions.decline(number=NUMBER, by=house.cast.distributor_user.actor, at=AT, reason="这周不进货")
    assert seed.kept().state == "cancelled"


def test_an_order_on_estimated_stock_is_offered_but_never_sent(house: House) -> None:
    """STK-6."""
    rep, number = house.cast.rep.actor, "D002-2026W48"
    actions.offer(number=number, by=rep, at=AT)
    actions.accept(number=number, by=rep, at=AT, reason="电话")
    with pytest.raises(rules.EstimatedStock, match="rests on estimated stock: get a count or a report first"):
        actions.send(number=number, by=rep, at=AT)
    assert seed.kept(number).state == "accepted"


def test_cancelling_needs_a_reason_and_ends_with_sending(house: House) -> None:
    rep = house.cast.rep.actor
    with pytest.raises(rules.ReasonMissing):
        actions.cancel(number=NUMBER, by=rep, at=AT, reason=" ")
    offered(house)
    actions.accept(number=NUMBER, by=house.cast.distributor_user.actor, at=AT)
    actions.send(number=NUMBER, by=rep, at=AT)
    with pytest.raises(rules.WrongState, match="cannot be cancelled"):
        actions.cancel(number=NUMBER, by=rep, at=AT, reason="错了")


Act = Callable[[Actor], object]
ACTS: dict[str, Act] = {
    "edited": lambda by: actions.edit_lines(number=NUMBER, cases={"M250": 1}, by=by, at=AT),
    "undone": lambda by: actions.undo_edit(number=NUMBER, by=by, at=AT),
    "offered": lambda by: actions.offer(number=NUMBER, by=by, at=AT),
    "withdrawn": lambda by: actions.withdraw_offer(number=NUMBER, by=by, at=AT),
    "opened": lambda by: actions.open_offer(number=NUMBER, by=by, at=AT),
    "accepted": lambda by: actions.accept(number=NUMBER, by=by, at=AT, reason="电话"),
    "changed": lambda by: actions.change(number=NUMBER, cases={"M250": 1}, reason="少点", by=by, at=AT),
    "declined": lambda by: actions.decline(number=NUMBER, by=by, at=AT, reason="不要"),
    "settled": lambda by: actions.settle(number=NUMBER, by=by, at=AT),
    "sent": lambda by: actions.send(number=NUMBER, by=by, at=AT),
    "cancelled": lambda by: actions.cancel(number=NUMBER, by=by, at=AT, reason="不要"),
}
STAFF_ONLY = ("edited", "undone", "offered", "withdrawn", "settled", "sent", "cancelled")


def state_for(step: str) -> str:
    """Return a state from which a step is open."""
    return sorted(rules.STEPS[step][0])[0].value


def put(state: str) -> None:
    Order.objects.filter(number=NUMBER).update(state=state, offered_at=AT)


@pytest.mark.parametrize("step", sorted(ACTS))
def test_an_auditor_may_take_no_step(house: House, step: str) -> None:
    put(state_for(step))
    with pytest.raises(NotAllowed):
        ACTS[step](house.cast.auditor.actor)
    assert seed.kept().state == state_for(step)


@pytest.mark.parametrize("step", STAFF_ONLY)
def test_a_distributor_may_not_take_the_manufacturers_steps(house: House, step: str) -> None:
    put(state_for(step))
    with pytest.raises(NotAllowed):
        ACTS[step](house.cast.distributor_user.actor)


@pytest.mark.parametrize("step", sorted(set(ACTS) - {"opened"}))
def test_a_rep_of_another_office_finds_no_order(house: House, step: str) -> None:
    put(state_for(step))
    with pytest.raises(NotFound):
        ACTS[step](house.cast.other_rep.actor)
    assert seed.kept().state == state_for(step)


@pytest.mark.parametrize("step", ["opened", "accepted", "changed", "declined"])
def test_another_distributor_finds_no_order(house: House, step: str) -> None:
    put(state_for(step))
    with pytest.raises(NotFound):
        ACTS[step](house.cast.other_distributor_user.actor)


@pytest.mark.parametrize("step", ["opened", "accepted", "changed", "declined"])
def test_a_distributor_does_not_see_a_draft(house: House, step: str) -> None:
    with pytest.raises(NotFound):
        ACTS[step](house.cast.distributor_user.actor)


@pytest.mark.parametrize("step", sorted(set(ACTS) - {"opened"}))
def test_a_step_in_a_wrong_state_is_refused(house: House, step: str) -> None:
    put("sent")
    with pytest.raises(rules.WrongState):
        ACTS[step](house.cast.rep.actor)


def above(number: str = NUMBER) -> list[tuple[str, str, str]]:
    """Return the findings of cover above the band: product, who raised it, state."""
    found = Finding.objects.filter(kind="order_above_band").order_by("pk")
    return [(one.subject, one.figures["raised_by"], one.state) for one in found if one.figures["number"] == number]


def test_an_offer_above_the_band_is_a_finding_of_whoever_raised_it_last(house: House) -> None:
    """ORD-4: the rep's reason and name stand in it; 31 cases would need none as a draft that nobody has seen."""
    edit(house, {"M250": 60}, reasons={"M250": "过年备货"})
    assert above() == []
    offered(house)
    assert above() == [("M250", "李伟", "open")]
    finding = Finding.objects.get(kind="order_above_band")
    # 516 were proposed; 720 leave 568 + 720 − ... above 25 days of 48: what lies above is at stake
    top = 25 * 48 + 672 - 1000 - 240
    assert finding.stake == (720 - top) * seed.line("M250").price_per_unit
    assert (finding.figures["cases"], finding.figures["proposed_cases"], finding.figures["reason"]) == (
        60,
        43,
        "过年备货",
    )
    assert finding.evidence == [["orders", "order", NUMBER]]


def test_what_the_distributor_raises_counts_for_the_distributor(house: House) -> None:
    offered(house)
    actions.change(number=NUMBER, cases={"M250": 70}, reason="开学", by=house.cast.distributor_user.actor, at=AT)
    assert above() == [("M250", house.cast.distributor_user.actor.name, "open")]


def test_a_withdrawn_offer_leaves_no_finding(house: House) -> None:
    edit(house, {"M250": 60}, reasons={"M250": "过年备货"})
    offered(house)
    actions.withdraw_offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    assert [state for _, _, state in above()] == ["withdrawn"]


def test_a_proposal_is_no_stuffing_whatever_bound_it(house: House) -> None:
    offered(house)
    assert not Finding.objects.filter(kind="order_above_band").exists()


def test_a_reason_is_its_authors_own(house: House) -> None:
    manager, rep = house.cast.manager.actor, house.cast.rep.actor
    actions.edit_lines(number=NUMBER, cases={"M250": 60}, reasons={"M250": "元旦团购"}, by=manager, at=AT)
    with pytest.raises(actions.RefusedLines, match="is what 周明 said of another quantity"):
        actions.edit_lines(number=NUMBER, cases={"M250": 70}, reasons={"M250": " 元旦团购 "}, by=rep, at=AT)
    actions.edit_lines(number=NUMBER, cases={"M250": 60}, reasons={"M250": "元旦团购"}, by=rep, at=AT)
    actions.edit_lines(number=NUMBER, cases={"M250": 65}, reasons={"M250": "元旦团购"}, by=manager, at=AT)
    actions.edit_lines(number=NUMBER, cases={"M250": 70}, reasons={"M250": "又谈了一家"}, by=rep, at=AT)
    assert (seed.line("M250").cases, seed.line("M250").reason) == (70, "又谈了一家")
    # Less than the band needs no reason, whoever said one before.
    actions.edit_lines(number=NUMBER, cases={"M250": 40}, reasons={"M250": "又谈了一家"}, by=manager, at=AT)
    assert seed.line("M250").cases == 40
