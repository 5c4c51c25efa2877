"""An order on the distributor's phone by a one-time link, in a real browser: made, opened, changed, spent."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from channelkeeper.access.models import AuditLine
from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order, OrderLink
from channelkeeper.stock import actions as stock
from tests import world as worlds
from tests.journeys.hand import Hand, at_screen
from tests.journeys.test_the_loop import NUMBER, PHONE, WIDE, line_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PRODUCT = "T500"


@pytest.fixture
def offered(settings: Any) -> None:
    """The company, with an order on offer to the distributor."""
    settings.CHANNELKEEPER_NOW = worlds.AT
    people = worlds.build_company()
    worlds.send_report("zqalpha", people["zqalpha"], worlds.WEEK)
    stock.close_week(week=worlds.WEEK, by=worlds.SYSTEM, at=worlds.AT)
    orders.propose(week=worlds.WEEK, by=worlds.SYSTEM, at=worlds.AT)
    orders.offer(number=NUMBER, by=people["rep"].actor, at=worlds.AT)


@pytest.fixture
def rep(chromium: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Hand]:
    with at_screen(chromium, live_server.url, language=request.param, **WIDE) as hand:
        yield hand


@pytest.fixture
def owner(chromium: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Hand]:
    """The distributor, on a phone that has never signed in."""
    with at_screen(chromium, live_server.url, language=request.param, **PHONE) as hand:
        yield hand


WORDS = {
    "zh-hans": {
        "links": "给经销商发手机链接",
        "make": "生成链接",
        "copy": "复制这句话",
        "copied": "已复制",
        "open": "打开订单",
        "send": "把改动发回",
        "kept": "你的答复已记下",
        "above": "高于25天",
    },
    "en": {
        "links": "Link for the distributor's phone",
        "make": "Make a link",
        "copy": "Copy the sentence",
        "copied": "Copied",
        "open": "Open the order",
        "send": "Send my quantities",
        "kept": "Your answer is kept",
        "above": "Above 25 days",
    },
}


@pytest.mark.parametrize(("rep", "owner"), [("zh-hans", "zh-hans"), ("en", "en")], indirect=True, ids=["zh", "en"])
def test_a_distributor_answers_by_a_link(offered: None, rep: Hand, owner: Hand, request: Any) -> None:
    words = WORDS[request.node.callspec.params["rep"]]
    address = make_link(rep, words)
    page = owner.page
    page.goto(address)
    owner.look()
    assert AuditLine.objects.filter(verb="orders.link.opened").count() == 0
    owner.follow(page.get_by_role("button", name=words["open"]), "**/orders/link/*/")
    row = line_of(owner, PRODUCT)
    row.locator(f'input[name="q.{PRODUCT}"]').fill("300")
    page.locator("#reason").fill("仓库放不下")
    owner.look()
    owner.click(page.get_by_role("button", name=words["send"]))
    expect(page.locator("h1")).to_contain_text(words["kept"])
    owner.look()
    order, link = Order.objects.get(number=NUMBER), OrderLink.objects.get()
    assert (order.state, order.lines.get(product__code=PRODUCT).units) == ("changed", 300 * 24)
    assert (link.opened_times, link.spent_on) == (1, "changed")
    rep.page.goto(address)
    assert rep.page.get_by_text("这个链接已经不能用了").count() == 1
    assert (rep.faults, owner.faults) == ([], [])
    assert owner.clicks == 2


def make_link(rep: Hand, words: dict[str, str]) -> str:
    """Let the rep make a link and copy what goes into the chat; return its address."""
    rep.sign_in("rep")
    page = rep.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/orders/{NUMBER}/")
    rep.click(page.locator("#links summary"))
    rep.click(page.get_by_role("button", name=words["make"]))
    address = page.locator("#link-address").input_value()
    expect(page.locator(".ck-link-made img")).to_be_visible()
    rep.click(page.get_by_role("button", name=words["copy"]))
    rep.say(words["copied"])
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(address)
    return address
