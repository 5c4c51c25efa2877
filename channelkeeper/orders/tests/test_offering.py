"""Several drafts offered at once: each for itself, and what could not be offered said one by one."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, cli
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, House, build_house
from channelkeeper.orders.tests.test_doors import as_, call, program, text

pytestmark = pytest.mark.django_db
SECOND, THIRD = "D002-2026W48", "D003-2026W48"


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    """Let the clock stand on the cast's Tuesday."""
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def house() -> House:
    made = build_house()
    seed.propose()
    return made


def states() -> dict[str, str]:
    return dict(Order.objects.order_by("number").values_list("number", "state"))


def empty(number: str) -> None:
    """Let an order order nothing."""
    cases = {line.product.code: 0 for line in OrderLine.objects.filter(order__number=number).select_related("product")}
    actions.edit_lines(number=number, cases=cases, by=SYSTEM, at=AT)


def test_each_draft_is_offered_for_itself(house: House) -> None:
    empty(SECOND)
    done = actions.offer_many(numbers=[NUMBER, SECOND, THIRD, NUMBER, "D9"], by=house.cast.rep.actor, at=AT)
    assert [(one.number, str(one.refusal or "")) for one in done] == [
        (NUMBER, ""),
        (SECOND, f"Order {SECOND} orders nothing: there is nothing to offer or send."),
        (THIRD, f"There is no order {THIRD}, or it is not yours to change."),
        ("D9", "There is no order D9, or it is not yours to change."),
    ]
    assert states() == {NUMBER: "offered", SECOND: "proposed", THIRD: "proposed"}
    assert AuditLine.objects.filter(verb="orders.order.offered").count() == 1


@pytest.mark.parametrize("person", ["auditor", "distributor_user"])
def test_only_staff_offer_drafts(house: House, person: str) -> None:
    member = getattr(house.cast, person)
    with pytest.raises(NotAllowed):
        actions.offer_many(numbers=[NUMBER], by=member.actor, at=AT)
    assert as_(member).post("/orders/offer/", {"number": NUMBER}).status_code == 403
    assert "offer-many" not in text(as_(member).get("/orders/"))


def test_the_list_offers_what_is_chosen(house: House) -> None:
    client = as_(house.cast.rep)
    assert text(client.get("/orders/")).count('form="offer-many"') == 4  # two drafts, wide and on the phone
    page = client.post("/orders/offer/?week=2026-W47", {"number": [NUMBER, SECOND]}, follow=True)
    assert (page.redirect_chain[0][0], "发出了2张草稿。" in text(page)) == ("/orders/?week=2026-W47", True)
    assert "offer-many" not in text(page)


def test_the_list_says_one_by_one_what_could_not_be_offered(house: House) -> None:
    empty(SECOND)
    client = as_(house.cast.rep)
    page = client.post("/orders/offer/", {"number": [NUMBER, SECOND]})
    told = text(page)
    assert (page.status_code, "发出了1张草稿。" in told, "1张草稿没发出去" in told) == (200, True, True)
    assert f"{SECOND}一个品种也没订，没有可发的。" in told
    again = client.post("/orders/offer/", {"number": [NUMBER, THIRD]})
    told = text(again)
    assert (again.status_code, f"{NUMBER}已经发过或已取消" in told, f"没有订单{THIRD}" in told) == (422, True, True)
    nothing = client.post("/orders/offer/")
    assert (nothing.status_code, "没有选草稿" in text(nothing)) == (422, True)


def test_a_program_offers_several(house: House) -> None:
    rep = program(house.cast.rep)
    done = call(rep, "/offer", numbers=[NUMBER, THIRD])
    assert (done.status_code, done.json()["offered"]) == (200, [NUMBER])
    assert [(one["number"], one["code"]) for one in done.json()["refused"]] == [(THIRD, "orders.no_such_order")]
    assert call(rep, "/offer", numbers=[THIRD]).status_code == 422
    assert call(program(house.cast.distributor_user), "/offer", numbers=[NUMBER]).status_code == 403


def test_the_command_offers_a_week(house: House) -> None:
    empty(SECOND)
    done = CliRunner().invoke(cli.app, ["offer", "--week", "2026-W47", "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, told["offered"]) == (1, [NUMBER, THIRD])
    assert [one["number"] for one in told["refused"]] == [SECOND]
    assert CliRunner().invoke(cli.app, ["offer"]).exit_code == 1
    assert CliRunner().invoke(cli.app, ["offer", NUMBER]).stdout.startswith(f"{NUMBER}\tOrder {NUMBER} is offered")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_after_offering_asks_as_often_for_one_as_for_three(house: House, rows: int) -> None:
    Order.objects.exclude(number__in=[NUMBER, SECOND, THIRD][:rows]).delete()
    client = as_(house.cast.headquarters)
    with CaptureQueriesContext(connection) as asked:
        client.post("/orders/offer/", {"number": ["D8", "D9"]})
    assert len([one for one in asked if "orders_order" in one["sql"]]) == 2 + 4
