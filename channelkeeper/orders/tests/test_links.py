"""One-time links: what they open and to whom, how often, for how long, and what the book says of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed, NotFound, Role
from channelkeeper.network.queries import visible
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, cli, queries, rules
from channelkeeper.orders.models import Order, OrderChange, OrderLink
from channelkeeper.orders.queries import links
from channelkeeper.orders.rules import LinkLife, State
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import LATER, NUMBER, House, build_house
from channelkeeper.orders.tests.test_doors import as_, call, program, text

pytestmark = pytest.mark.django_db
GONE = "这个链接已经不能用了"
WEEK_LATER = AT + timedelta(days=7)


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    """Let the clock stand on the cast's Tuesday."""
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def house() -> House:
    made = build_house()
    seed.propose()
    actions.offer(number=NUMBER, by=made.cast.rep.actor, at=AT)
    return made


def make(house: House, *, at: datetime = AT, days: int = 7) -> str:
    return actions.make_link(number=NUMBER, by=house.cast.rep.actor, at=at, days=days).token


def at_link(token: str, step: str = "") -> str:
    return f"/orders/link/{token}/{step}/" if step else f"/orders/link/{token}/"


def phone(token: str, *, opened: bool = True) -> Client:
    """Return a browser that nobody has signed in to, with the link opened or not."""
    client = Client()
    if opened:
        client.post(at_link(token, "open"))
    return client


# --- the rule ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "at", "opens"),
    [
        ({}, AT, True),
        ({}, WEEK_LATER - timedelta(seconds=1), True),
        ({}, WEEK_LATER, False),
        ({}, AT - timedelta(seconds=1), False),
        ({"ended_at": AT}, AT, False),
        ({"state": State.CHANGED}, AT, True),
        ({"state": State.PROPOSED, "offered_at": None}, AT, False),
        ({"state": State.ACCEPTED}, AT, False),
        ({"state": State.SENT}, AT, False),
        ({"state": State.CANCELLED}, AT, False),
        # Taken back and offered anew: another offer.
        ({"offered_at": AT + timedelta(minutes=1)}, LATER, False),
    ],
)
def test_a_link_opens_one_offer_until_it_ends(changed: dict[str, Any], at: datetime, opens: bool) -> None:
    """ORD-6."""
    life = {"made_at": AT, "expires_at": WEEK_LATER, "ended_at": None, "offered_at": AT, "state": State.OFFERED}
    assert rules.opens(LinkLife(**{**life, **changed}), at=at) is opens


@pytest.mark.parametrize("days", [0, 31, -1])
def test_a_link_lasts_a_day_to_a_month(house: House, days: int) -> None:
    with pytest.raises(rules.WrongQuantity, match=f"1 to 30 days; {str(days).replace('-', '−')} do not do"):
        make(house, days=days)


# --- making and withdrawing ----------------------------------------------------------------------------


def test_only_a_hash_of_the_token_is_kept(house: House) -> None:
    token = make(house)
    kept = OrderLink.objects.get()
    assert (len(token), len(kept.digest), token in str(kept.__dict__)) == (32, 64, False)
    assert (kept.expires_at, kept.made_by, kept.made_by_name) == (WEEK_LATER, house.cast.rep.user, "李伟")
    assert not AuditLine.objects.filter(figures__icontains=token).exists()


def test_a_new_link_takes_the_place_of_the_one_before(house: House) -> None:
    first = make(house)
    second = make(house, at=LATER)
    with pytest.raises(NotFound):
        links.actor_of(first, at=LATER)
    assert links.actor_of(second, at=LATER).name == "华联商贸"


@pytest.mark.parametrize("person", ["auditor", "distributor_user"])
def test_only_staff_make_and_withdraw_links(house: House, person: str) -> None:
    actor = getattr(house.cast, person).actor
    with pytest.raises(NotAllowed):
        actions.make_link(number=NUMBER, by=actor, at=AT)
    make(house)
    with pytest.raises(NotAllowed):
        actions.withdraw_link(number=NUMBER, by=actor, at=AT)


def test_an_outsider_finds_no_order_to_make_a_link_for(house: House) -> None:
    other = house.cast.other_rep
    with pytest.raises(NotFound):
        actions.make_link(number=NUMBER, by=other.actor, at=AT)
    assert as_(other).post(f"/orders/{NUMBER}/link/").status_code == 404
    assert as_(other).post(f"/orders/{NUMBER}/link/withdraw/").status_code == 404
    assert links.links(other.actor, NUMBER, at=AT) == []


def test_a_draft_has_no_link(house: House) -> None:
    actions.withdraw_offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    with pytest.raises(rules.WrongState, match="waits for the distributor's answer"):
        make(house)


def test_there_is_nothing_to_withdraw_without_a_link(house: House) -> None:
    with pytest.raises(rules.WrongQuantity, match="no link that still works"):
        actions.withdraw_link(number=NUMBER, by=house.cast.rep.actor, at=AT)


def test_the_page_shows_a_link_once_with_its_picture_and_words(house: House) -> None:
    client = as_(house.cast.rep)
    page = text(client.post(f"/orders/{NUMBER}/link/", {"days": "3"}))
    found = re.search(r"http://testserver/orders/link/([\w-]{32})/", page)
    assert found is not None
    assert 'src="data:image/svg+xml' in page
    assert "华联商贸第48周的订货建议：3个品种" in page
    assert "11月27日10:00前" in page
    assert found[1] not in text(client.get(f"/orders/{NUMBER}/"))
    assert "有效到11月27日10:00" in text(client.get(f"/orders/{NUMBER}/"))


def test_the_page_of_a_link_refuses_what_the_rule_refuses(house: House) -> None:
    client = as_(house.cast.rep)
    refused = client.post(f"/orders/{NUMBER}/link/", {"days": "99"})
    assert (refused.status_code, "链接有效1到30天，99天不行。" in text(refused)) == (422, True)
    nothing = client.post(f"/orders/{NUMBER}/link/withdraw/")
    assert (nothing.status_code, "没有还能用的链接" in text(nothing)) == (422, True)


def test_the_page_withdraws_a_link(house: House) -> None:
    token = make(house)
    as_(house.cast.rep).post(f"/orders/{NUMBER}/link/withdraw/")
    assert Client().get(at_link(token)).status_code == 404


# --- what it opens ---------------------------------------------------------------------------------------


def test_looking_at_an_address_changes_and_tells_nothing(house: House) -> None:
    token = make(house)
    before = AuditLine.objects.count()
    page = Client().get(at_link(token))
    told = text(page)
    assert (page.status_code, AuditLine.objects.count(), seed.kept().opened_at) == (200, before, None)
    assert OrderLink.objects.get().opened_times == 0
    assert [word for word in ("华联", NUMBER, "冰红茶", "D001", "20,") if word in told] == []
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    assert "no-store" in page["Cache-Control"]


def test_an_opened_link_shows_what_the_rep_sees(house: House) -> None:
    token = make(house)
    theirs = text(phone(token).get(at_link(token)))
    ours = text(as_(house.cast.rep).get(f"/orders/{NUMBER}/"))
    rows = re.compile(r'data-gauge-now="[^>]*>|<summary>[^<]*</summary><p>[^<]*</p>')
    assert len(rows.findall(theirs)) == 10
    assert rows.findall(theirs) == rows.findall(ours)


def test_each_browser_opens_it_for_itself_and_the_book_counts(house: House) -> None:
    token = make(house)
    first = phone(token)
    first.get(at_link(token))
    first.get(at_link(token))
    assert "冰红茶" not in text(Client().get(at_link(token)))
    phone(token)
    kept = OrderLink.objects.get()
    assert (kept.opened_times, kept.opened_at, seed.kept().opened_at) == (2, AT, AT)
    lines = AuditLine.objects.filter(verb="orders.link.opened").order_by("pk")
    assert [(one.figures["times"], one.role, one.actor, one.actor_name) for one in lines] == [
        (1, "distributor", None, "华联商贸"),
        (2, "distributor", None, "华联商贸"),
    ]


def test_the_holder_sees_one_order_and_nothing_else(house: House) -> None:
    actions.offer(number="D003-2026W48", by=house.cast.other_rep.actor, at=AT)
    holder = links.actor_of(make(house), at=AT)
    assert (holder.role, holder.user_id) == (Role.DISTRIBUTOR, None)
    assert list(visible(holder, at=AT)) == []
    everything = queries.Filters()
    assert [one.number for one in queries.listed(holder, at=AT, filters=everything, limit=9)] == [NUMBER]
    with pytest.raises(NotFound):
        queries.order(holder, "D003-2026W48", at=AT)
    with pytest.raises(NotFound):
        actions.accept(number="D003-2026W48", by=holder, at=AT)
    with pytest.raises(NotAllowed):
        actions.offer(number=NUMBER, by=holder, at=AT)
    other = rules.State(seed.kept("D003-2026W48").state)
    assert (other, actions.open_offer(number=NUMBER, by=holder, at=AT)) == (State.OFFERED, True)


# --- answering ---------------------------------------------------------------------------------------------


def test_accepting_spends_the_link(house: House) -> None:
    token = make(house)
    client = phone(token)
    done = client.post(at_link(token, "accept"), follow=True)
    assert (done.status_code, "你的答复已记下" in text(done)) == (200, True)
    assert (seed.kept().state, OrderLink.objects.get().spent_on) == ("accepted", "accepted")
    again = client.post(at_link(token, "decline"), {"reason": "不要"})
    assert (seed.kept().state, again.status_code) == ("accepted", 200)
    assert Client().get(at_link(token)).status_code == 404


def test_changing_needs_the_reason_and_keeps_what_was_typed(house: House) -> None:
    token = make(house)
    client = phone(token)
    refused = client.post(at_link(token, "change"), {"q.M250": "20", "was.M250": "43"})
    assert (refused.status_code, 'name="q.M250" value="20"' in text(refused)) == (422, True)
    wrong = client.post(at_link(token, "change"), {"q.M250": "2.5", "reason": "少点"})
    assert (wrong.status_code, "不是整箱数" in text(wrong)) == (422, True)
    assert OrderLink.objects.get().spent_at is None
    client.post(at_link(token, "change"), {"q.M250": "20", "was.M250": "43", "reason": "仓库放不下"})
    assert (seed.kept().state, seed.line("M250").cases) == ("changed", 20)
    change = OrderChange.objects.get(verb="changed")
    assert (change.by, change.by_name, change.link, change.reason) == (
        None,
        "华联商贸",
        OrderLink.objects.get(),
        "仓库放不下",
    )
    assert "华联商贸 用链接" in text(as_(house.cast.rep).get(f"/orders/{NUMBER}/"))


def test_declining_needs_the_reason(house: House) -> None:
    token = make(house)
    client = phone(token)
    assert client.post(at_link(token, "decline")).status_code == 422
    client.post(at_link(token, "decline"), {"reason": "这周不进货"})
    assert (seed.kept().state, OrderLink.objects.get().spent_on) == ("cancelled", "declined")


def test_an_answer_stands_in_the_book_with_its_link(house: House) -> None:
    token = make(house)
    phone(token).post(at_link(token, "accept"))
    link = OrderLink.objects.get().pk
    told = AuditLine.objects.filter(figures__link=link).order_by("pk").values_list("verb", "distributor_code")
    assert list(told) == [
        ("orders.link.opened", "D001"),
        ("orders.order.opened", "D001"),
        ("orders.link.used", "D001"),
        ("orders.order.accepted", "D001"),
    ]


def test_what_was_not_opened_is_not_answered(house: House) -> None:
    token = make(house)
    asked = Client().post(at_link(token, "accept"))
    assert (asked.status_code, asked["Location"], seed.kept().state) == (302, at_link(token), "offered")


def test_another_site_cannot_press_the_buttons(house: House) -> None:
    token = make(house)
    client = Client(enforce_csrf_checks=True)
    page = text(client.get(at_link(token)))
    assert client.post(at_link(token, "open")).status_code == 403
    key = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert key is not None
    assert client.post(at_link(token, "open"), {"csrfmiddlewaretoken": key[1]}).status_code == 302
    assert client.post(at_link(token, "accept")).status_code == 403
    assert seed.kept().state == "offered"


def test_a_link_signs_nobody_in_and_nobody_out(house: House) -> None:
    token = make(house)
    client = phone(token)
    assert "sign-in" in client.get("/orders/")["Location"]
    rep = as_(house.cast.rep)
    for step in ("open", "accept", "change", "decline"):
        assert rep.post(at_link(token, step))["Location"] == f"/orders/{NUMBER}/"
    assert rep.get(at_link(token))["Location"] == f"/orders/{NUMBER}/"
    assert rep.get("/orders/").status_code == 200
    assert (seed.kept().state, OrderLink.objects.get().opened_times) == ("offered", 1)
    for said in (as_(house.cast.other_rep).get(at_link(token)), as_(house.cast.other_rep).post(at_link(token, "open"))):
        assert (said.status_code, GONE in text(said)) == (404, True)


@pytest.mark.parametrize("step", ["", "open", "accept", "change", "decline"])
@pytest.mark.parametrize("why", ["unknown", "spent", "withdrawn", "expired", "offered anew", "cancelled"])
def test_a_link_that_opens_nothing_says_one_sentence_whatever_the_reason(
    house: House, settings: Any, why: str, step: str
) -> None:
    rep, token = house.cast.rep.actor, make(house)
    client = phone(token) if why == "expired" else Client()
    if why == "unknown":
        token = token[::-1]
    elif why == "spent":
        actions.accept_by_link(token=token, at=AT)
    elif why == "withdrawn":
        actions.withdraw_link(number=NUMBER, by=rep, at=AT)
    elif why == "expired":
        settings.CHANNELKEEPER_NOW = WEEK_LATER
    elif why == "offered anew":
        actions.withdraw_offer(number=NUMBER, by=rep, at=AT)
        actions.offer(number=NUMBER, by=rep, at=AT + timedelta(seconds=1))
        settings.CHANNELKEEPER_NOW = LATER
    else:
        actions.cancel(number=NUMBER, by=rep, at=AT, reason="算错")
    before = (AuditLine.objects.count(), seed.kept().state)
    page = client.post(at_link(token, step), {"reason": "x"}) if step else client.get(at_link(token))
    told = text(page)
    assert (page.status_code, GONE in told, "does not work any more" in told) == (404, True, True)
    assert "华联" not in told
    assert (AuditLine.objects.count(), seed.kept().state) == before


@pytest.mark.parametrize("lines", [1, 3])
def test_a_link_asks_as_often_for_one_line_as_for_three(house: House, lines: int) -> None:
    token = make(house)
    for line in Order.objects.get(number=NUMBER).lines.order_by("pk")[lines:]:
        line.delete()
    client = phone(token)
    with CaptureQueriesContext(connection) as asked:
        client.get(at_link(token))
    assert len([one for one in asked if "orders_" in one["sql"]]) == 4


# --- programs and commands -----------------------------------------------------------------------------


def test_a_program_makes_and_withdraws_a_link(house: House) -> None:
    rep = program(house.cast.rep)
    made = call(rep, f"/{NUMBER}/link", days=2).json()
    assert made["address"].startswith("http://testserver/orders/link/")
    assert datetime.fromisoformat(made["expires_at"]) == AT + timedelta(days=2)
    assert Client().get(made["address"]).status_code == 200
    assert call(rep, f"/{NUMBER}/link/withdraw").json()["state"] == "offered"
    assert Client().get(made["address"]).status_code == 404
    assert call(rep, f"/{NUMBER}/link/withdraw").status_code == 422
    assert call(program(house.cast.other_rep), f"/{NUMBER}/link").status_code == 404
    assert call(program(house.cast.distributor_user), f"/{NUMBER}/link").status_code == 403


def test_a_token_of_a_link_is_none_of_the_api(house: House) -> None:
    holder = Client(headers={"authorization": f"Bearer {make(house)}"})
    assert holder.get("/api/v1/orders").status_code == 401


def test_the_command_makes_and_withdraws_a_link(house: House) -> None:
    run = CliRunner()
    done = run.invoke(cli.app, ["link", NUMBER, "--site", "https://channel.example.com/"])
    assert done.stdout.startswith("https://channel.example.com/orders/link/")
    path = done.stdout.strip().removeprefix("https://channel.example.com")
    assert Client().get(path).status_code == 200
    assert run.invoke(cli.app, ["link", NUMBER, "--withdraw"]).exit_code == 0
    assert Client().get(path).status_code == 404
    refused = run.invoke(cli.app, ["link", "D001-2020W01"])
    assert (refused.exit_code, "No order" in refused.stderr) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_a_link_at_once_one_is_heard(house: House) -> None:
    token, barrier, clients = make(house), Barrier(6), 6

    def use(index: int) -> object:
        barrier.wait()
        try:
            if index % 2:
                return actions.accept_by_link(token=token, at=AT)
            return actions.decline_by_link(token=token, at=AT, reason="不要")
        except NotFound as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(use, range(clients)))
    assert sum(isinstance(one, NotFound) for one in found) == clients - 1
    assert OrderChange.objects.filter(verb__in=("accepted", "declined")).count() == 1
    assert AuditLine.objects.filter(verb="orders.link.used").count() == 1
