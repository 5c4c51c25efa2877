"""Stated reasons: counted by what is said, at which distributor, under which rep; for those in charge."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from channelkeeper.network.models import Assignment
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, cli
from channelkeeper.orders.models import OrderChange
from channelkeeper.orders.queries import reasons
from channelkeeper.orders.queries.reasons import By
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, W47, House, build_house
from channelkeeper.orders.tests.test_doors import as_, program, text

pytestmark = pytest.mark.django_db
SECOND, THIRD = "D002-2026W48", "D003-2026W48"


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    """Let the clock stand on the cast's Tuesday."""
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def house() -> House:
    """Two lines raised for the new year, one of them at another distributor too; one offer declined."""
    made = build_house()
    seed.propose()
    rep, west = made.cast.rep.actor, made.cast.other_rep.actor
    raised = {"M250": "元旦团购", "T501": "元旦团购"}
    actions.edit_lines(number=NUMBER, cases={"M250": 60, "T501": 90}, reasons=raised, by=rep, at=AT)
    actions.edit_lines(number=SECOND, cases={"T500": 60}, reasons={"T500": "元旦团购"}, by=rep, at=AT)
    actions.edit_lines(number=SECOND, cases={"T500": 90}, reasons={"T500": "多备点"}, by=rep, at=AT)
    actions.undo_edit(number=SECOND, by=rep, at=AT)
    actions.offer(number=THIRD, by=west, at=AT)
    actions.decline(number=THIRD, by=made.cast.other_distributor_user.actor, at=AT, reason="仓库放不下")
    return made


def counted(by: By, actor: Any = SYSTEM) -> list[tuple[str, str, str, int, int]]:
    found = reasons.stated(actor, at=AT, since=W47, by=by)
    return [(one.reason, one.step, one.code, one.orders, one.lines) for one in found]


def test_reasons_are_counted_and_those_taken_back_are_not(house: House) -> None:
    assert counted(By.REASON) == [("元旦团购", "edited", "", 2, 3), ("仓库放不下", "declined", "", 1, 0)]


def test_reasons_are_counted_by_distributor(house: House) -> None:
    assert counted(By.DISTRIBUTOR) == [
        ("元旦团购", "edited", "D001", 1, 2),
        ("元旦团购", "edited", "D002", 1, 1),
        ("仓库放不下", "declined", "D003", 1, 0),
    ]


def test_a_rep_answers_for_the_weeks_it_served(house: House) -> None:
    held = Assignment.objects.get(distributor=house.cast.yongsheng)
    held.ends_on = date(2026, 11, 23)
    held.save()
    Assignment.objects.create(
        rep=house.cast.other_rep_record, distributor=house.cast.yongsheng, starts_on=date(2026, 11, 23)
    )
    assert counted(By.REP) == [
        ("元旦团购", "edited", "J01", 1, 2),
        ("元旦团购", "edited", "Y01", 1, 1),
        ("仓库放不下", "declined", "Y01", 1, 0),
    ]


def test_an_outsider_sees_the_reasons_of_its_own_distributors(house: House) -> None:
    assert counted(By.REASON, house.cast.other_rep.actor) == [("仓库放不下", "declined", "", 1, 0)]
    page = text(as_(house.cast.other_rep).get("/orders/reasons/?by=distributor"))
    assert ("仓库放不下" in page, "元旦团购" in page, "D001" in page) == (True, False, False)
    assert as_(house.cast.distributor_user).get("/orders/reasons/").status_code == 403


def test_older_weeks_are_left_out(house: House) -> None:
    assert reasons.stated(SYSTEM, at=AT, since=date(2026, 11, 23)) == []


def test_the_page_says_what_is_said_most(house: House) -> None:
    client = as_(house.cast.headquarters)
    assert "说过2种理由；最多的是“元旦团购”，2单。" in text(client.get("/orders/reasons/"))
    english = text(as_(house.cast.headquarters, "en").get("/orders/reasons/?by=rep"))
    assert "2 reasons were given; most often: 元旦团购, in 2 orders." in english
    told = client.get("/orders/reasons/?by=distributor&format=json").json()
    assert next((row["name"], row["reason"], row["orders"]) for row in told["rows"]) == ("华联商贸", "元旦团购", 1)
    assert client.get("/orders/reasons/?format=pdf")["Content-Type"] == "application/pdf"


def test_an_empty_list_says_how_the_first_comes(house: House) -> None:
    OrderChange.objects.all().delete()
    assert "订到带以上、改单、不要或取消，都要写一句理由" in text(as_(house.cast.headquarters).get("/orders/reasons/"))


@pytest.mark.parametrize("by", ["reason", "distributor", "rep"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_one_row_as_for_three(house: House, rows: int, by: str) -> None:
    kept = OrderChange.objects.exclude(reason="").order_by("pk").values_list("pk", flat=True)[:rows]
    OrderChange.objects.exclude(pk__in=list(kept)).delete()
    client = as_(house.cast.headquarters)
    client.get(f"/orders/reasons/?by={by}")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/orders/reasons/?by={by}")
    assert len([one for one in asked if "orders_orderchange" in one["sql"]]) == 1
    assert len([one for one in asked if "network_assignment" in one["sql"]]) == (1 if by == "rep" else 0)


def test_programs_and_commands_get_the_list(house: House) -> None:
    told = program(house.cast.rep).get("/api/v1/orders/reasons?by=rep").json()["reasons"]
    assert [(one["reason"], one["code"], one["orders"], one["last_week"]) for one in told] == [
        ("元旦团购", "J01", 2, "2026-W47")
    ]
    assert program(house.cast.distributor_user).get("/api/v1/orders/reasons").status_code == 403
    done = CliRunner().invoke(cli.app, ["reasons", "--by", "distributor", "--json"])
    assert [one["code"] for one in json.loads(done.stdout)] == ["D001", "D002", "D003"]
    assert CliRunner().invoke(cli.app, ["reasons"]).stdout.splitlines()[0] == "2\t3\tedited\t\t元旦团购"
