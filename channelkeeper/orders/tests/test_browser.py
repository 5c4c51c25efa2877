"""The proposal in a real browser: a quantity is typed, kept by itself, needs its reason, is offered, and taken back."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from channelkeeper.network.tests.cast import AT, Member
from channelkeeper.orders import actions
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, House, build_house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(settings: Any) -> House:
    settings.CHANNELKEEPER_NOW = AT
    made = build_house()
    seed.propose()
    return made


def sign_in(context: BrowserContext, live_server: LiveServer, member: Member) -> None:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def test_a_rep_types_gives_the_reason_offers_and_takes_back(
    house: House, page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    sign_in(context, live_server, house.cast.rep)
    page.goto(f"/orders/{NUMBER}/")
    row = page.locator("tr", has=page.locator('input[name="q.M250"]'))
    field, reason = row.locator('input[name="q.M250"]'), row.locator('input[name="reason.M250"]')
    expect(reason).to_be_hidden()

    field.fill("40")
    expect(row.locator("td.after")).to_have_text("22")
    field.blur()
    expect(row.locator(".ck-why summary")).to_contain_text("建议43箱，改订40箱")
    expect(page.locator("#order-kept")).to_contain_text("撤销上一步")

    field.fill("60")
    expect(reason).to_be_visible()
    field.blur()
    expect(row.get_by_role("alert")).to_have_text("订60箱到货后有27天，高于25天。改到52箱，或写下理由。")
    row.locator('input[name="reason.M250"]').fill("元旦团购")
    row.locator('input[name="reason.M250"]').blur()
    expect(row.locator(".ck-why summary")).to_contain_text("理由：元旦团购")
    assert seed.line("M250").cases == 60

    page.locator(".ck-action button").click()
    expect(page.locator(".ck-toast")).to_contain_text("已发给华联商贸，3行")
    assert seed.kept().state == "offered"
    page.locator(".ck-toast button").click()
    expect(page.locator(".ck-crumb")).to_contain_text("草稿")
    assert seed.kept().state == "proposed"


def test_a_pasted_column_is_one_step_to_undo(
    house: House, page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    sign_in(context, live_server, house.cast.rep)
    page.goto(f"/orders/{NUMBER}/")
    page.locator('input[name="q.T500"]').focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text", "300\\n60\\n40\\n");
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }"""
    )
    expect(page.locator('#order-kept button[form="undo"]')).to_be_visible()
    assert [seed.line(code).cases for code in ("T500", "T501", "M250")] == [300, 60, 40]
    page.locator('#order-kept button[form="undo"]').click()
    expect(page.locator('input[name="q.T500"]')).to_have_value("310")
    assert [seed.line(code).cases for code in ("T500", "T501", "M250")] == [310, 62, 43]


def test_a_distributor_answers_on_the_phone(house: House, chromium: Browser, live_server: LiveServer) -> None:
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    phone = chromium.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True
    )
    sign_in(phone, live_server, house.cast.distributor_user)
    page = phone.new_page()
    page.goto(f"/orders/{NUMBER}/")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    expect(page.locator(".ck-action button")).to_contain_text(re.compile("^同意"))
    page.locator('input[name="q.M250"]').fill("20")
    page.locator(".ck-action button").click()
    expect(page.locator(".ck-toast")).to_contain_text("你改了数量")
    assert seed.kept().state == "offered"
    page.locator("#reason").fill("仓库放不下")
    page.get_by_role("button", name="把改动发回").click()
    expect(page.locator(".ck-toast").last).to_contain_text("的改动已记下")
    assert (seed.kept().state, seed.line("M250").cases) == ("changed", 20)
    phone.close()


def test_all_drafts_of_the_page_are_offered_at_once(
    house: House, page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    sign_in(context, live_server, house.cast.rep)
    page.goto("/orders/")
    page.get_by_label("本页草稿全选").check()
    assert page.locator('input[name="number"]:checked').count() == 2
    page.get_by_role("button", name="发出选中的草稿").click()
    expect(page.locator(".ck-toast")).to_contain_text("发出了2张草稿。")
    expect(page.locator("#offer-many")).to_have_count(0)


def test_limit_and_truck_move_as_a_quantity_is_typed(
    house: House, page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    order = seed.kept()
    order.order_limit, order.truck_pallets = order.amount + 100, Decimal(10)
    order.save()
    order.lines.update(cases_per_pallet=50)
    sign_in(context, live_server, house.cast.rep)
    page.goto(f"/orders/{NUMBER}/")
    left, pallets = page.locator('[data-sum="credit"]'), page.locator('[data-sum="pallets"]')
    expect(left).to_have_text("100")
    expect(pallets).to_have_text("8.3")
    page.locator('input[name="q.M250"]').fill("143")  # 100 cases of 30 yuan more
    expect(left).to_have_text("−2,900")
    expect(left).to_have_class("ck-error")
    expect(pallets).to_have_text("10.3")
    expect(pallets).to_have_class("ck-error")
