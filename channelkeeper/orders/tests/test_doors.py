"""The doors of the orders: pages, API, command line; the same action behind each, the same scope."""

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from channelkeeper.access.models import Token
from channelkeeper.network.tests.cast import AT, Member
from channelkeeper.orders import actions, cli, forms, queries, rules
from channelkeeper.orders.models import Order
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, House, build_house

pytestmark = pytest.mark.django_db
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    """Let the clock stand on the cast's Tuesday."""
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def house() -> House:
    made = build_house()
    seed.propose()
    return made


def as_(member: Member, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


# --- pages -----------------------------------------------------------------------------------------


def test_the_list_shows_the_orders_of_the_newest_week(house: House) -> None:
    page = text(as_(house.cast.manager).get("/orders/"))
    assert "华联商贸" in page
    assert "永盛副食" in page
    assert "鑫达商行" not in page
    assert "第48周：2张订单，合计" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_one_row_as_for_three(house: House, rows: int) -> None:
    Order.objects.exclude(number__in=[NUMBER, "D002-2026W48", "D003-2026W48"][:rows]).delete()
    client = as_(house.cast.headquarters)
    client.get("/orders/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/orders/")
    own = [one["sql"] for one in asked if "orders_order" in one["sql"]]
    assert len(own) == 4


@pytest.mark.parametrize("lines", [1, 3])
def test_an_order_asks_as_often_for_one_line_as_for_three(house: House, lines: int) -> None:
    order = Order.objects.get(number=NUMBER)
    for line in order.lines.order_by("pk")[lines:]:
        line.delete()
    client = as_(house.cast.rep)
    client.get(f"/orders/{NUMBER}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/orders/{NUMBER}/")
    own = [one["sql"] for one in asked if "orders_" in one["sql"]]
    assert len(own) == 4


def test_a_proposal_shows_groups_sentences_and_one_field_a_line(house: House) -> None:
    page = text(as_(house.cast.rep).get(f"/orders/{NUMBER}/"))
    assert "给华联商贸订3个品种：会断货的1个先补，1个先卖后进；到货后3个在带内，现在2个。" in page
    assert "会断货，先补1个" in page
    assert "只够6天，等不到12月1日，促销多40%；订310箱，到货后回到23天。" in page
    assert page.count("data-quantity") == 5
    assert "发给华联商贸" in page


def test_a_proposal_reads_in_english(house: House) -> None:
    page = text(as_(house.cast.rep, "en").get(f"/orders/{NUMBER}/"))
    assert "Order 3 products for Hualian Trading" in page
    assert "Lasts 6 days, not until 1 Dec" in page
    assert "Offer to Hualian Trading" in page


def test_a_draft_keeps_itself_and_answers_with_what_is_others_now(house: House) -> None:
    client = as_(house.cast.rep)
    fields = {"q.M250": "40", "was.M250": "43", "q.T501": "62", "was.T501": "62"}
    answer = client.post(f"/orders/{NUMBER}/edit/", fields, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "建议43箱，改订40箱" in text(answer)
    assert "旺季" not in text(answer)  # the tea beside it was not touched
    assert seed.line("M250").units == 480


def test_a_page_that_is_not_fresh_undoes_nobodys_work(house: House) -> None:
    actions.edit_lines(number=NUMBER, cases={"T501": 50}, by=house.cast.manager.actor, at=AT)
    fields = {"q.M250": "40", "was.M250": "43", "q.T501": "62", "was.T501": "62"}
    as_(house.cast.rep).post(f"/orders/{NUMBER}/edit/", fields)
    assert (seed.line("M250").cases, seed.line("T501").cases) == (40, 50)


def test_a_quantity_above_the_band_asks_for_the_reason_beside_the_field(house: House) -> None:
    client = as_(house.cast.rep)
    answer = client.post(f"/orders/{NUMBER}/edit/", {"q.M250": "60", "was.M250": "43"}, headers={"hx-request": "true"})
    assert "订60箱到货后有27天，高于25天。改到52箱，或写下理由。" in text(answer)
    assert 'name="reason.M250"' in text(answer)
    client.post(f"/orders/{NUMBER}/edit/", {"q.M250": "60", "was.M250": "43", "reason.M250": "元旦团购"})
    assert (seed.line("M250").cases, seed.line("M250").reason) == (60, "元旦团购")


def test_what_is_no_number_stays_in_its_field_with_the_way_out(house: House) -> None:
    page = as_(house.cast.rep).post(f"/orders/{NUMBER}/edit/", {"q.M250": "十箱", "was.M250": "43"})
    assert page.status_code == 422
    assert "“十箱”不是整箱数。写整数，例如12。" in text(page)
    assert 'value="十箱"' in text(page)


@pytest.mark.parametrize(("typed", "cases"), [("12", 12), ("１２", 12), ("1,200", 1200), (" 7 ", 7), ("", 0), ("0", 0)])
def test_cases_are_read_as_people_type_them(typed: str, cases: int) -> None:
    assert forms.whole_cases(typed) == cases


@pytest.mark.parametrize("typed", ["12.5", "-3", "12箱", "=1+1", "1e3", "9999999999"])
def test_what_is_no_whole_number_of_cases_is_refused(typed: str) -> None:
    with pytest.raises(rules.WrongQuantity):
        forms.whole_cases(typed)


def test_offering_takes_the_last_typed_quantity_along_and_can_be_undone(house: House) -> None:
    client = as_(house.cast.rep)
    page = client.post(f"/orders/{NUMBER}/offer/", {"q.M250": "40", "was.M250": "43"}, follow=True)
    assert (seed.kept().state, seed.line("M250").cases) == ("offered", 40)
    assert f'action="/orders/{NUMBER}/withdraw/"' in text(page)
    client.post(f"/orders/{NUMBER}/withdraw/")
    assert seed.kept().state == "proposed"


def test_an_offer_with_a_quantity_that_cannot_stand_is_not_made(house: House) -> None:
    page = as_(house.cast.rep).post(f"/orders/{NUMBER}/offer/", {"q.M250": "60", "was.M250": "43"})
    assert page.status_code == 422
    assert 'value="60"' in text(page)
    assert seed.kept().state == "proposed"


def test_undo_on_the_page_takes_a_step_back(house: House) -> None:
    client = as_(house.cast.rep)
    client.post(f"/orders/{NUMBER}/edit/", {"q.M250": "40", "was.M250": "43"})
    client.post(f"/orders/{NUMBER}/undo/")
    assert seed.line("M250").cases == 43
    assert client.post(f"/orders/{NUMBER}/undo/").status_code == 422


def test_a_distributor_opens_changes_and_the_rep_settles_and_sends(house: House) -> None:
    rep, owner = as_(house.cast.rep), as_(house.cast.distributor_user)
    rep.post(f"/orders/{NUMBER}/offer/")
    page = text(owner.get(f"/orders/{NUMBER}/"))
    assert seed.kept().opened_at == AT
    assert "只够6天" in page
    assert "李伟" in page  # who offered
    assert rep.post(f"/orders/{NUMBER}/withdraw/").status_code == 422
    owner.post(f"/orders/{NUMBER}/change/", {"q.M250": "20", "was.M250": "43", "reason": "仓库放不下"})
    assert (seed.kept().state, seed.line("M250").cases) == ("changed", 20)
    assert "同意对方的改动" in text(rep.get(f"/orders/{NUMBER}/"))
    rep.post(f"/orders/{NUMBER}/settle/")
    rep.post(f"/orders/{NUMBER}/send/")
    assert seed.kept().state == "sent"


def test_a_distributor_accepts_or_declines(house: House) -> None:
    owner = as_(house.cast.distributor_user)
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    assert owner.post(f"/orders/{NUMBER}/decline/", {"reason": ""}).status_code == 422
    owner.post(f"/orders/{NUMBER}/accept/")
    assert seed.kept().state == "accepted"
    assert owner.post(f"/orders/{NUMBER}/decline/", {"reason": "晚了"}).status_code == 422


def test_an_order_is_cancelled_with_its_reason(house: House) -> None:
    client = as_(house.cast.rep)
    assert client.post(f"/orders/{NUMBER}/cancel/", {"reason": ""}).status_code == 422
    client.post(f"/orders/{NUMBER}/cancel/", {"reason": "先不订"})
    assert seed.kept().state == "cancelled"


def test_an_order_on_estimated_stock_says_so_and_is_not_sent(house: House) -> None:
    number, client = "D002-2026W48", as_(house.cast.rep)
    client.post(f"/orders/{number}/offer/")
    client.post(f"/orders/{number}/accept/", {"reason": "电话"})
    assert "库存是估计的" in text(client.get(f"/orders/{number}/"))
    answer = client.post(f"/orders/{number}/send/")
    assert answer.status_code == 422
    assert "用的是估计的库存，不能下单" in text(answer)


def test_the_page_proposes_for_one_or_for_all_in_scope(house: House) -> None:
    Order.objects.all().delete()
    client = as_(house.cast.rep)
    assert client.post("/orders/propose/", {"distributor": "D001"}).headers["location"] == f"/orders/{NUMBER}/"
    page = text(client.post("/orders/propose/", follow=True))
    assert "已建议1家，更新草稿1家" in page
    assert client.post("/orders/propose/", {"distributor": "D003"}).status_code == 404


ROUTES = ("", "excel/", "json/")
POSTS = ("edit", "undo", "offer", "withdraw", "accept", "change", "decline", "settle", "send", "cancel")


@pytest.mark.parametrize("route", ROUTES)
def test_an_outsider_finds_no_order(house: House, route: str) -> None:
    for member in (house.cast.other_rep, house.cast.other_manager, house.cast.other_distributor_user):
        assert as_(member).get(f"/orders/{NUMBER}/{route}").status_code == 404


@pytest.mark.parametrize("step", POSTS)
def test_an_outsider_changes_no_order(house: House, step: str) -> None:
    fields = {"q.M250": "1", "was.M250": "43", "reason": "不"}
    assert as_(house.cast.other_rep).post(f"/orders/{NUMBER}/{step}/", fields).status_code == 404
    assert as_(house.cast.auditor).post(f"/orders/{NUMBER}/{step}/", fields).status_code == 403
    assert (seed.kept().state, seed.line("M250").cases) == ("proposed", 43)


def test_a_distributor_sees_no_draft(house: House) -> None:
    client = as_(house.cast.distributor_user)
    assert client.get(f"/orders/{NUMBER}/").status_code == 404
    assert NUMBER not in text(client.get("/orders/"))
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    assert NUMBER in text(client.get("/orders/"))
    assert "D002-2026W48" not in text(client.get("/orders/"))


def test_a_distributor_does_not_read_what_was_weighed_before_the_offer(house: House) -> None:
    actions.edit_lines(number=NUMBER, cases={"M250": 40}, by=house.cast.rep.actor, at=AT)
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    told = [one.verb for one in queries.story(house.cast.distributor_user.actor, NUMBER, at=AT)]
    assert told == ["offered"]


@pytest.mark.parametrize(("language", "head"), [("zh-hans", "产品编码"), ("en", "Product code")])
def test_an_order_leaves_as_a_workbook_in_either_language(house: House, language: str, head: str) -> None:
    answer = as_(house.cast.rep, language).get(f"/orders/{NUMBER}/excel/")
    assert answer.headers["content-type"] == EXCEL
    assert answer.headers["content-disposition"] == f'attachment; filename="{NUMBER}.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == head
    assert [(row[0], row[2]) for row in rows[2:]] == [("T500", 310), ("T501", 62), ("M250", 43)]
    everything = as_(house.cast.rep, language).get(f"/orders/{NUMBER}/excel/?all=1")
    assert openpyxl.load_workbook(io.BytesIO(everything.content)).active.max_row == 7


def test_an_order_leaves_as_json(house: House) -> None:
    found = as_(house.cast.rep).get(f"/orders/{NUMBER}/json/").json()
    assert (found["number"], found["distributor"], found["week"], found["state"], found["estimated"]) == (
        NUMBER,
        "D001",
        "2026-W47",
        "proposed",
        False,
    )
    assert (found["arrives_on"], found["reading_on"]) == ("2026-12-01", "2026-12-06")
    milk = next(line for line in found["lines"] if line["product"] == "M250")
    assert {name: milk[name] for name in ("proposed_units", "units", "cases", "on_hand_units", "road_units")} == {
        "proposed_units": 516,
        "units": 516,
        "cases": 43,
        "on_hand_units": 1000,
        "road_units": 240,
    }
    assert (milk["expected_until_reading_units"], milk["per_day_after"], milk["days_after"]) == (672.0, 48.0, 22.58)
    assert (milk["price_per_unit"], milk["amount"]) == ("2.5", "1290.00")
    assert milk["reason_zh"].startswith("现有21天；库存83.3箱，在途20箱")
    assert found["amount"] == {"amount": str(seed.kept().amount), "currency": "CNY"}


# --- API -------------------------------------------------------------------------------------------


def program(member: Member) -> Client:
    """Return a client that signs in by a token, as a program does."""
    key = f"key of {member.user.login}"
    Token.objects.get_or_create(
        digest=hashlib.sha256(key.encode()).hexdigest(),
        defaults={"user": member.user, "role": member.actor.role.value, "label": "test", "created_at": AT},
    )
    return Client(headers={"authorization": f"Bearer {key}"})


def call(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/orders{path}", json.dumps(body), content_type="application/json")


def test_a_program_takes_an_order_from_proposal_to_sent(house: House) -> None:
    rep, owner = program(house.cast.rep), program(house.cast.distributor_user)
    proposed = call(rep, "/propose", week="2026-W47").json()
    assert [(one["distributor"], one["result"]) for one in proposed["outcomes"]] == [
        ("D001", "refreshed"),
        ("D002", "refreshed"),
    ]
    assert rep.get("/api/v1/orders?week=2026-W47&state=proposed").json()["count"] == 2
    edited = call(rep, f"/{NUMBER}/edit", cases={"M250": 40}).json()
    assert next(line["units"] for line in edited["lines"] if line["product"] == "M250") == 480
    call(rep, f"/{NUMBER}/undo")
    assert call(rep, f"/{NUMBER}/offer").json()["state"] == "offered"
    assert call(rep, f"/{NUMBER}/withdraw").json()["state"] == "proposed"
    call(rep, f"/{NUMBER}/offer")
    assert owner.get(f"/api/v1/orders/{NUMBER}").json()["state"] == "offered"
    assert seed.kept().opened_at == AT
    assert call(owner, f"/{NUMBER}/change", cases={"M250": 20}, reason="少点").json()["state"] == "changed"
    assert call(rep, f"/{NUMBER}/settle").json()["state"] == "accepted"
    assert call(rep, f"/{NUMBER}/send").json()["state"] == "sent"


def test_a_program_accepts_declines_and_cancels(house: House) -> None:
    rep, owner = program(house.cast.rep), program(house.cast.distributor_user)
    call(rep, f"/{NUMBER}/offer")
    assert call(owner, f"/{NUMBER}/accept").json()["state"] == "accepted"
    assert call(rep, f"/{NUMBER}/cancel", reason="算错").json()["state"] == "cancelled"
    call(rep, "/propose", distributors=["D001"])
    call(rep, f"/{NUMBER}-2/offer")
    assert call(owner, f"/{NUMBER}-2/decline", reason="不要").json()["state"] == "cancelled"


def test_a_refusal_of_the_api_is_a_sentence(house: House) -> None:
    rep = program(house.cast.rep)
    refused = call(rep, f"/{NUMBER}/edit", cases={"M250": 60})
    assert refused.status_code == 422
    assert refused.json()["error"]["message"] == (
        "M250: 60 cases lead to 27 days, above 25. Order 52, or give the reason."
    )
    wrong = call(rep, f"/{NUMBER}/send")
    assert (wrong.status_code, wrong.json()["error"]["message"]) == (
        422,
        f"Order {NUMBER} is proposed; only an accepted order can be sent.",
    )
    assert rep.get("/api/v1/orders?week=nonsense").status_code == 422


def test_the_api_knows_scope_and_roles(house: House) -> None:
    outsider = program(house.cast.other_rep)
    assert outsider.get(f"/api/v1/orders/{NUMBER}").status_code == 404
    assert outsider.get("/api/v1/orders").json()["count"] == 1
    assert call(outsider, f"/{NUMBER}/offer").status_code == 404
    assert call(outsider, "/propose", distributors=["D001"]).status_code == 404
    assert call(program(house.cast.auditor), f"/{NUMBER}/offer").status_code == 403
    assert call(program(house.cast.distributor_user), "/propose").status_code == 403
    assert program(house.cast.distributor_user).get("/api/v1/orders").json()["count"] == 0
    assert Client().get("/api/v1/orders").status_code == 401


# --- command line ----------------------------------------------------------------------------------


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def test_the_command_proposes_and_answers_with_the_orders(house: House) -> None:
    Order.objects.all().delete()
    done = run("propose", "--week", "2026-W47", "--distributor", "D001", "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert answer["week"] == "2026-W47"
    assert [(one["distributor"], one["result"]) for one in answer["outcomes"]] == [("D001", "created")]
    assert [one["number"] for one in answer["orders"]] == [NUMBER]
    assert {line["product"] for line in answer["orders"][0]["lines"]} == {"T500", "T501", "M250", "W550", "T502"}
    again = json.loads(run("propose", "--week", "2026-W47", "--json").stdout)
    assert [one["result"] for one in again["outcomes"]] == ["refreshed", "created", "created"]
    assert run("propose", "--week", "2026-W47").stdout.splitlines()[0] == f"D001\trefreshed\t{NUMBER}\tproposed"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--week", "2026-W47", "--distributor", "D999"], 1, "No distributor D999"),
        (["--week", "2026-W40"], 1, "run the weekly close first"),
        (["--week", "2026-W99"], 2, "is not a week"),
        ([], 2, "Missing option"),
    ],
)
def test_the_command_refuses_with_its_exit_code(house: House, arguments: list[str], code: int, message: str) -> None:
    done = run("propose", *arguments)
    assert done.exit_code == code
    assert message in done.stderr


def test_the_command_lists_and_exports(house: House, tmp_path: Path) -> None:
    rows = json.loads(run("list", "--week", "2026-W47", "--json").stdout)
    assert [one["number"] for one in rows] == [NUMBER, "D002-2026W48", "D003-2026W48"]
    assert run("list", "--distributor", "D001").stdout.startswith(f"{NUMBER}\tproposed\t3\t415\t")
    target = tmp_path / "order.xlsx"
    assert run("export", NUMBER, "--format", "excel", "--out", str(target)).exit_code == 0
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    assert sheet.title == NUMBER
    assert json.loads(run("export", NUMBER, "--format", "json").stdout)["number"] == NUMBER
    run("export", NUMBER, "--format", "json", "--out", str(tmp_path / "order.json"))
    assert json.loads((tmp_path / "order.json").read_text())["distributor"] == "D001"
    assert run("export", "D001-2020W01").exit_code == 1


def test_desk_reads_summaries_lines_and_open_orders_in_sets(house: House, django_assert_num_queries: Any) -> None:
    at: datetime = AT
    with django_assert_num_queries(1):
        found = queries.proposal_summaries(SYSTEM, at=at, week=seed.W47)
    assert {one.distributor_code: one.lines_ordered for one in found.values()} == {"D001": 3, "D002": 1, "D003": 1}
    with django_assert_num_queries(2):
        lines = queries.lines_of(SYSTEM, at=at, code="D001", week=seed.W47)
    assert lines["M250"].cases == 43
    with django_assert_num_queries(1):
        assert [one.number for one in queries.open_orders(SYSTEM, at=at, code="D001")] == [NUMBER]
    with django_assert_num_queries(2):
        assert len(queries.records(SYSTEM, at=at, filters=queries.Filters(week=seed.W47), limit=9)) == 3
