"""Names that would be scripts are shown as names, on every page (hazard 20)."""

import html
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from channelkeeper.access.models import Token, User
from channelkeeper.catalog.models import Brand, Category, Product
from channelkeeper.findings.models import Finding, FindingChange
from channelkeeper.network.models import Distributor, Office, Region
from channelkeeper.orders.models import OrderChange, OrderLine
from channelkeeper.seasons.models import Promotion
from channelkeeper.stock.models import Intake, OwnCode, OwnUnit, Report, Shipment
from tests import world as worlds
from tests.security import routes, table
from tests.security.asking import BACKEND, arrive, request, text_of
from tests.security.markup import inline
from tests.world import World

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    '" autofocus onfocus=alert(1) x="',
    "javascript:alert(1)//{{7*7}}",
)
# Every text that people write, and that some page shows.
FIELDS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Brand, ("name_zh", "name_en")),
    (Category, ("name_zh", "name_en")),
    (Distributor, ("name_zh", "name_en", "place_zh", "place_en")),
    (FindingChange, ("reason", "by_name")),
    (Intake, ("filename", "by_name")),
    (Office, ("name_zh", "name_en")),
    (OrderChange, ("reason", "by_name")),
    (OrderLine, ("reason", "cause_label_zh", "cause_label_en")),
    (OwnCode, ("text", "by_name")),
    (OwnUnit, ("word",)),
    (Product, ("name_zh", "name_en")),
    (Promotion, ("label_zh", "label_en")),
    (Region, ("name_zh", "name_en")),
    (Report, ("by_name",)),
    (Shipment, ("order_number",)),
    (Token, ("label",)),
    (User, ("name",)),
)
READERS = ("headquarters", "rep", "distributor alpha")


def write_payloads(turn: int) -> None:
    """Let every field of every row hold a payload; each row another, `turn` says which comes first."""
    payloads = islice(cycle(PAYLOADS), turn, None)
    for model, names in FIELDS:
        rows = list(model.objects.order_by("pk"))
        for row in rows:
            for name in names:
                longest = model._meta.get_field(name).max_length or 200
                setattr(row, name, f"{next(payloads)}{row.pk}"[:longest])
        model.objects.bulk_update(rows, names)
    for finding in Finding.objects.all():
        named = {"product_zh": next(payloads), "product_en": next(payloads)}
        listed = [{**one, **named} for one in finding.figures.get("products", [])]
        finding.figures = {**finding.figures, **named, "products": listed}
        finding.save(update_fields=["figures"])


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(len(PAYLOADS)))
def test_a_name_is_text_on_every_page(world: World, turn: int) -> None:
    write_payloads(turn)
    found, told = [], ""
    for visitor in (one for one in table.VISITORS if one.name in READERS[turn % len(READERS) :][:1]):
        client = arrive(world, visitor)
        for language in ("zh-hans", "en"):
            client.cookies["language"] = language
            for probe in table.own_reads(world, visitor, routes.all_routes()):
                answer = request(client, probe)
                if answer.headers["Content-Type"].startswith("text/html"):
                    told += text_of(answer)
                    found += [f"{probe.address} holds {code}" for code in inline(text_of(answer))]
    assert found == []
    assert [payload for payload in PAYLOADS if payload not in html.unescape(told)] == []


@pytest.fixture
def company(settings: Any) -> World:
    settings.CHANNELKEEPER_NOW = worlds.AT
    return worlds.build_world()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_runs_no_name(company: World, chromium: Browser, live_server: LiveServer) -> None:
    write_payloads(0)
    ran: list[str] = []
    context = chromium.new_context(base_url=live_server.url)
    for name in ("headquarters", "distributor alpha"):
        visitor = next(one for one in table.VISITORS if one.name == name)
        client = Client()
        client.force_login(worlds.user_of(visitor.login), backend=BACKEND)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.on("dialog", lambda dialog: ran.append(dialog.message))
        page.on("pageerror", lambda error: ran.append(str(error)))
        page.on("console", lambda said: ran.append(said.text) if said.type == "error" else None)
        for address in addresses(company):
            visit(page, address)
        page.close()
    context.close()
    assert ran == []


def addresses(company: World) -> Iterator[str]:
    """Yield the pages that show most of what people write, and that run scripts over it."""
    theirs = company.alpha
    yield from ("/", "/orders/", "/findings/", "/reports/", "/reports/new/", "/seasons/", "/products/", "/me/")
    yield from (f"/distributors/{theirs.code}/?open=T500", f"/distributors/{theirs.code}/?tab=findings")
    yield from (f"/orders/{theirs.order}/", f"/findings/{theirs.finding}/", f"/reports/intake/{theirs.waiting}/")
    yield from (f"/reports/codes/{theirs.code}/", f"/reports/{theirs.code}/{theirs.week}/", "/search/?q=script")


def visit(page: Page, address: str) -> None:
    """Open a page and let its own scripts end: a chart that is to be drawn is drawn."""
    response = page.goto(address)
    assert response is not None
    assert response.status == 200
    expect(page.locator("[data-chart]:not([data-drawn]):visible")).to_have_count(0)
