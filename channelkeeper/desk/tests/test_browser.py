"""The desk in a real browser: the brief beside the list, a product that opens, search as one types, axe."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from channelkeeper.desk.tests.seed import Company, build_company
from channelkeeper.network.tests.cast import AT, Member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def company(settings: Any) -> Company:
    settings.CHANNELKEEPER_NOW = AT
    return build_company()


def enter(context: BrowserContext, live_server: LiveServer, member: Member) -> None:
    """Let the visitor be signed in as a member."""
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def test_a_row_opens_its_brief_beside_the_list_and_in_the_address(
    page: Page, context: BrowserContext, live_server: LiveServer, company: Company
) -> None:
    enter(context, live_server, company.cast.rep)
    page.goto("/")
    expect(page.locator("#panel h2")).to_have_text("华联商贸")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("永盛副食")
    assert page.url.endswith("?open=D002")
    page.reload()
    expect(page.locator("#panel h2")).to_have_text("永盛副食")


def test_a_product_opens_to_its_chart_in_place_and_closes_again(
    page: Page, context: BrowserContext, live_server: LiveServer, company: Company
) -> None:
    enter(context, live_server, company.cast.rep)
    page.goto("/distributors/D001/")
    page.get_by_role("link", name="冰红茶 500ml").first.click()
    expect(page.locator(".ck-open-row [data-drawn=true] svg")).to_be_visible(timeout=30_000)
    assert page.url.endswith("?open=T500")
    page.get_by_role("link", name="冰红茶 500ml").first.click()
    expect(page.locator(".ck-open-row")).to_have_count(0)
    page.get_by_role("link", name="压货 1").click()
    expect(page.locator("tr[data-panel]")).to_have_count(1)
    page.go_back()
    expect(page.locator("tr[data-panel]")).to_have_count(5)


def test_search_suggests_while_one_types(
    page: Page, context: BrowserContext, live_server: LiveServer, company: Company
) -> None:
    enter(context, live_server, company.cast.rep)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("ysfs")
    page.get_by_role("link", name="永盛副食 D002").click()
    page.wait_for_url("**/distributors/D002/")


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("rep", "/"),
        ("rep", "/distributors/D001/?open=T500"),
        ("rep", "/distributors/D001/?tab=reports"),
        ("headquarters", "/distributors/"),
        ("headquarters", "/overview/"),
        ("distributor_user", "/"),
        ("rep", "/search/?q=茶"),
        ("rep", "/findings/"),
    ],
)
def test_every_page_fits_its_screen_and_reads_without_eyes(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    company: Company,
    who: str,
    address: str,
    size: tuple[int, int],
) -> None:
    enter(context, live_server, getattr(company.cast, who))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    found = Axe().run(page).response["violations"]
    assert [
        (one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")
    ] == []
