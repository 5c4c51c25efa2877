"""Replay, what-if and record: pages, API and commands over the same answers, in the same scope."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, cli
from channelkeeper.orders.actions import record as scoring
from channelkeeper.orders.models import Order, Score
from channelkeeper.orders.queries import record
from channelkeeper.orders.tests import ledgers, seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, W47, House, build_house
from channelkeeper.orders.tests.test_doors import as_, program, text

pytestmark = pytest.mark.django_db
TOLD = 6  # weeks behind the close until the orders of week 47 can be scored: there in 49, then four more
LATER = AT + timedelta(weeks=TOLD)
LAST = weeks.shift(W47, TOLD)


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    """Let the clock stand on the cast's Tuesday."""
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def house() -> House:
    """Return the house with twenty weeks behind tea and lemon tea at Hualian."""
    made = build_house()
    for product in (made.shelf.tea, made.shelf.lemon_tea, made.shelf.water):
        ledgers.steady(made.cast.hualian, product, last_week=W47, count=20, weekly=1680, stock=9600)
    return made


def _told(house: House, *, received: int = 0) -> None:
    """Let the weeks of week 47's orders pass: lemon tea sells 672 a week from 2,016, and gets this in week 49."""
    closing = [2016, 1344, 672 + received]
    closing += [closing[-1] - 672 * week for week in range(1, 5)]
    ledgers.keep(
        house.cast.hualian,
        house.shelf.lemon_tea,
        last_week=LAST,
        sold=[672] * 7,
        closing=[max(units, 1) for units in closing],
        received=[0, 0, received, 0, 0, 0, 0],
    )


def _send(cases: dict[str, int] | None = None) -> None:
    actions.offer(number=NUMBER, by=SYSTEM, at=AT, cases=cases or {}, reasons={})
    actions.accept(number=NUMBER, by=SYSTEM, at=AT, reason="by phone")
    actions.send(number=NUMBER, by=SYSTEM, at=AT)


# --- replay ----------------------------------------------------------------------------------------


def test_the_replay_is_a_sentence_a_picture_and_a_table(house: House) -> None:
    page = text(as_(house.cast.rep).get("/orders/replay/D001/?weeks=8"))
    assert "照这套规则，过去8周" in page
    assert 'data-chart="replay-chart"' in page
    assert "冰红茶 500ml" in page


def test_a_distributor_sees_its_own_replay_and_nobody_else_s(house: House) -> None:
    assert as_(house.cast.distributor_user).get("/orders/replay/D001/").status_code == 200
    for address in ("/orders/replay/D001/", "/orders/record/D001/"):
        assert as_(house.cast.other_distributor_user).get(address).status_code == 404
        assert as_(house.cast.other_rep).get(address).status_code == 404


def test_a_replay_without_weeks_says_so(house: House) -> None:
    response = as_(house.cast.rep).get("/orders/replay/D002/")
    assert response.status_code == 200
    assert "至少要5周才能回放" in text(response)


def test_a_wrong_field_is_said_beside_it(house: House) -> None:
    response = as_(house.cast.rep).get("/orders/replay/D001/?low=30&high=20")
    assert response.status_code == 422
    assert "带到20天就完了，却从30天开始。" in text(response)


@pytest.mark.parametrize(("form", "start"), [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")])
@pytest.mark.parametrize("address", ["/orders/replay/D001/", "/orders/what-if/D001/", "/orders/record/D001/"])
def test_tables_leave_as_files(house: House, address: str, form: str, start: bytes) -> None:
    response = as_(house.cast.rep).get(f"{address}?format={form}")
    assert response.status_code == 200
    assert response.content.startswith(start)


# --- what if ---------------------------------------------------------------------------------------


def test_a_scenario_stands_in_the_address(house: House) -> None:
    page = text(as_(house.cast.rep).get("/orders/what-if/D001/?low=10&high=15"))
    assert "比今天的建议少订" in page
    assert 'value="10"' in page
    assert Order.objects.count() == 0


def test_a_change_of_a_field_is_answered_with_the_part_of_the_page(house: House) -> None:
    client = as_(house.cast.rep)
    part = text(client.get("/orders/what-if/D001/?lead=14", headers={"hx-request": "true"}))
    assert part.count('id="ask-says" hx-swap-oob="true"') == 1
    assert "<html" not in part


def test_what_nobody_sells_there_is_said_beside_the_field(house: House) -> None:
    response = as_(house.cast.rep).get("/orders/what-if/D001/?promoted=T999&week=2026-W49&lift=40")
    assert response.status_code == 422
    assert "这家没有编码为T999的品种或品类。" in text(response)


def test_what_the_manufacturer_weighs_is_not_the_distributor_s(house: House) -> None:
    assert as_(house.cast.distributor_user).get("/orders/what-if/D001/").status_code == 403
    assert as_(house.cast.other_rep).get("/orders/what-if/D001/").status_code == 404


# --- the record ------------------------------------------------------------------------------------


def test_an_order_that_was_followed_is_even_in_both_courses(house: House) -> None:
    seed.propose()
    _send()
    lemon = next(one for one in seed.see().lines if one.product == "T501")
    _told(house, received=lemon.units)
    found = scoring.score(week=W47, by=SYSTEM, at=LATER)
    score = Score.objects.get(product=house.shelf.lemon_tea)
    assert (found.scored, score.kind, score.right) == (1, "followed", "even")
    assert score.ordered_units == score.proposed_units == lemon.units
    assert score.days_followed == score.days_really == pytest.approx(22.5, abs=0.3)
    assert score.rep_code == "J01"


def test_a_declined_proposal_keeps_its_reason_and_is_held_against_what_came(house: House) -> None:
    seed.propose()
    actions.offer(number=NUMBER, by=SYSTEM, at=AT, cases={}, reasons={})
    actions.decline(number=NUMBER, by=house.cast.distributor_user.actor, at=AT, reason="仓库满了")
    _told(house)
    scoring.score(week=W47, by=SYSTEM, at=LATER)
    score = Score.objects.get(product=house.shelf.lemon_tea)
    assert (score.kind, score.reason, score.ordered_units) == ("declined", "仓库满了", 0)
    assert score.days_really == pytest.approx(7, abs=0.1)
    assert score.right == "even"  # 672 were there when the next delivery came: nothing was missed until then
    shown = record.listed(SYSTEM, at=LATER, filters=record.Filters(), limit=9)[0]
    assert shown.sentence("zh").startswith("建议62箱，对方拒绝，实际0箱；")
    assert shown.sentence("zh").endswith("不相上下；当时的理由：仓库满了。")


def test_scoring_again_comes_to_the_same(house: House) -> None:
    seed.propose()
    _send()
    _told(house, received=1488)
    first = scoring.score(week=W47, by=SYSTEM, at=LATER)
    assert scoring.score(week=W47, by=SYSTEM, at=LATER) == first
    assert Score.objects.count() == 1
    assert AuditLine.objects.filter(verb="orders.record.scored").count() == 2


def test_a_week_is_due_when_its_four_weeks_are_over(house: House) -> None:
    seed.propose()
    _send()
    assert scoring.due_weeks(by=SYSTEM, at=AT + timedelta(weeks=5)) == []
    assert scoring.due_weeks(by=SYSTEM, at=LATER) == [W47]


def test_a_rep_may_not_score(house: House) -> None:
    with pytest.raises(NotAllowed):
        scoring.score(week=W47, by=house.cast.rep.actor, at=LATER)


@pytest.mark.parametrize("orders", [1, 3])
def test_scoring_asks_as_often_for_one_distributor_as_for_three(house: House, orders: int) -> None:
    seed.propose()
    Order.objects.exclude(number__in=[NUMBER, "D002-2026W48", "D003-2026W48"][:orders]).delete()
    with CaptureQueriesContext(connection) as asked:
        scoring.score(week=W47, by=SYSTEM, at=LATER)
    own = [one["sql"] for one in asked if '"orders_' in one["sql"] and one["sql"].startswith(("SELECT", "DELETE"))]
    assert len(own) == 7


def _score(house: House, right: str = "proposal", *, shown: bool = True, product: Any = None, **more: Any) -> Score:
    order = Order.objects.get(number=NUMBER)
    line = order.lines.get(product=product or house.shelf.lemon_tea)
    given: dict[str, Any] = {
        "missed_followed": 0, "missed_really": 240, "excess_followed": 0, "excess_really": 0, "days_followed": 22.0,
        "days_really": 5.0, "stock_followed": 2000, "stock_really": 400, "missed_value_followed": 0,
        "missed_value_really": Decimal("504.00"), "excess_value_followed": 0, "excess_value_really": 0,
        "stock_value_followed": 4200, "stock_value_really": 840,
    }  # fmt: skip
    return Score.objects.create(
        order=order, distributor=order.distributor, product=line.product, week=order.week, rep_code="J01",
        kind="changed", right=right, at_least=True, shown=shown, proposed_units=1488, ordered_units=240, reason="",
        units_per_case=24, low_days=20, high_days=25, scored_at=AT,
        **(given | more),
    )  # fmt: skip


def test_the_record_says_who_was_right_in_both_languages(house: House) -> None:
    seed.propose()
    _score(house)
    _score(house, "order", product=house.shelf.tea, missed_value_really=0, excess_value_followed=Decimal("300.00"))
    zh = "2行建议有了结果：照订0行，另订2行；另订的里面，建议对1行，对方对1行；没照建议至少多丢504元生意，少压300元。"
    en = (
        "2 proposed lines have shown what they came to: 0 followed, 2 ordered otherwise; of these the proposal was "
        "right in 1, the other side in 1; at least ¥504 more sales missed than as proposed, ¥300 less above the band."
    )
    for language, said in (("zh-hans", zh), ("en", en)):
        assert said in text(as_(house.cast.manager, language).get("/orders/record/"))


@pytest.mark.parametrize("by", list(record.By))
@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_asks_as_often_for_one_row_as_for_three(house: House, by: record.By, rows: int) -> None:
    seed.propose()
    for product in (house.shelf.tea, house.shelf.lemon_tea, house.shelf.milk)[:rows]:
        _score(house, product=product)
    for address, count in ((f"/orders/record/?by={by}", 2), ("/orders/record/D001/", 3)):
        client = as_(house.cast.headquarters)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len([one for one in asked if "orders_score" in one["sql"]]) == count


def test_the_record_of_reps_names_them(house: House) -> None:
    seed.propose()
    _score(house)
    (found,) = record.tallies(house.cast.manager.actor, at=AT, filters=record.Filters(), by=record.By.REP)
    name = house.cast.rep.user.name
    assert (found.code, found.name("zh"), found.name("en")) == ("J01", name, name)


def test_a_distributor_s_record_holds_what_was_offered_to_it_alone(house: House) -> None:
    seed.propose()
    _score(house)
    _score(house, product=house.shelf.tea, shown=False)
    page = text(as_(house.cast.distributor_user).get("/orders/record/D001/"))
    assert "柠檬茶 500ml" in page
    assert "冰红茶 500ml" not in page
    assert as_(house.cast.distributor_user).get("/orders/record/").status_code == 403


def test_the_empty_record_teaches_how_it_comes(house: House) -> None:
    page = text(as_(house.cast.rep).get("/orders/record/"))
    assert "盘点后再过四周" in page


# --- programs and commands -------------------------------------------------------------------------


def test_programs_get_the_same_answers(house: House) -> None:
    seed.propose()
    _score(house)
    client = program(house.cast.rep)
    replayed = client.get("/api/v1/orders/replay/D001?weeks=8").json()
    assert (replayed["first_week"], replayed["last_week"], len(replayed["weeks"])) == ("2026-W40", "2026-W47", 8)
    asked = client.get("/api/v1/orders/what-if/D001?low=10&high=15").json()
    assert asked["then"]["cases"] < asked["today"]["cases"]
    groups = client.get("/api/v1/orders/record/groups?by=rep").json()
    assert [row["code"] for row in groups["groups"]] == ["J01"]
    lines = client.get("/api/v1/orders/record/lines/D001").json()
    assert [row["product"] for row in lines["lines"]] == ["T501"]


def test_programs_are_refused_with_the_field(house: House) -> None:
    response = program(house.cast.rep).get("/api/v1/orders/what-if/D001?low=x")
    assert response.status_code == 422
    assert response.json()["error"]["message"].startswith("low: ")


def test_the_command_replays_and_asks(house: House) -> None:
    seen = CliRunner().invoke(cli.app, ["replay", "D001", "--weeks", "8", "--json"])
    assert json.loads(seen.stdout)["first_week"] == "2026-W40"
    asked = CliRunner().invoke(cli.app, ["what-if", "D001", "--low", "10", "--high", "15"])
    assert asked.stdout.startswith("比今天的建议少订")
    assert CliRunner().invoke(cli.app, ["replay", "D009"]).exit_code == 1
    assert CliRunner().invoke(cli.app, ["what-if", "D001", "--low", "30"]).exit_code == 2


def test_the_command_scores_what_is_due_and_shows_the_record(house: House, settings: Any) -> None:
    seed.propose()
    _send()
    _told(house, received=1488)
    settings.CHANNELKEEPER_NOW = LATER
    scored = CliRunner().invoke(cli.app, ["score", "--json"])
    assert json.loads(scored.stdout)[0]["scored"] == 1
    assert CliRunner().invoke(cli.app, ["score", "--week", "2026-W47"]).stdout.startswith("2026-W47\t")
    shown = json.loads(CliRunner().invoke(cli.app, ["record", "--by", "product", "--json"]).stdout)
    assert [row["code"] for row in shown["rows"]] == ["T501"]
    lines = json.loads(CliRunner().invoke(cli.app, ["record", "--distributor", "D001", "--json"]).stdout)
    assert lines["rows"][0]["kind"] == "followed"


def test_the_day_of_the_reading_is_the_one_that_was_planned(house: House) -> None:
    seed.propose()
    assert Order.objects.get(number=NUMBER).reading_on == date(2026, 12, 6)
