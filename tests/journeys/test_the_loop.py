"""The whole loop in a real browser: a distributor's own workbook comes in, and the next order leaves as a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django.live_server_helper import LiveServer

from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.stock import actions as stock
from channelkeeper.stock.models import Report, ReportLine
from tests import world as worlds
from tests.journeys.hand import Hand, at_screen
from tests.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CODE, NUMBER, LABEL = "KQA7155", "KQA7155-2026W48", "2026-W47"
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def people(settings: Any) -> dict[str, Person]:
    settings.CHANNELKEEPER_NOW = worlds.AT
    return worlds.build_company()


@pytest.fixture
def clerk(chromium: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Hand]:
    """The distributor's clerk, before a screen of the test's language and size."""
    with at_screen(chromium, live_server.url, **request.param) as hand:
        yield hand


@pytest.fixture
def rep(chromium: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Hand]:
    """The distributor's rep, before another."""
    with at_screen(chromium, live_server.url, **request.param) as hand:
        yield hand


def screens(language: str, size: dict[str, int]) -> pytest.MarkDecorator:
    """Give both the same kind of screen."""
    kind = {"language": language, **size}
    return pytest.mark.parametrize(("clerk", "rep"), [(kind, kind)], indirect=True, ids=[f"{language} {size['width']}"])


@screens("zh-hans", PHONE)
def test_from_a_faulty_workbook_to_the_order_as_a_file(
    people: dict[str, Person], clerk: Hand, rep: Hand, tmp_path: Path
) -> None:
    clerk.sign_in("zqalpha")
    send_workbook(clerk, faulty_workbook(tmp_path))
    close_and_propose()
    rep.sign_in("rep")
    open_proposal(rep)
    edit_above_the_band(rep)
    answer_with_fewer(clerk)
    settle_and_send(rep)
    check_workbook(
        rep.save(rep.page.get_by_role("link", name="导出 Excel"), tmp_path), ("产品编码", "箱数", "件数（个）")
    )
    assert (clerk.faults, rep.faults) == ([], [])
    assert (clerk.clicks, rep.clicks) == (9, 7)


def faulty_workbook(folder: Path) -> Path:
    """Return a week in which one figure is no number, and one product goes by a name nobody has heard."""
    rows = worlds.report_rows("zqalpha")
    rows[0][6] = "约1680"
    rows[3][:2] = ["", "清川纯牛奶 盒装"]
    file = folder / "进销存周报.xlsx"
    file.write_bytes(worlds.workbook(rows))
    return file


def send_workbook(clerk: Hand, file: Path) -> None:
    """Upload the week, mend the figure in place, say which product is meant, and take it in."""
    page = clerk.page
    clerk.follow(page.get_by_role("link", name="传第47周周报"), "**/reports/new/")
    page.locator("#id_file").set_input_files(file)
    clerk.follow(page.get_by_role("button", name="看文件"), "**/reports/intake/*/")
    take_in = page.get_by_role("button", name="收下周报")
    expect(take_in).to_be_disabled()
    figure = page.locator('form:has(input[name="cell"][value="G3"]) input[name="text"]')
    figure.fill("1680")
    clerk.click(page.locator('form:has(input[name="cell"][value="G3"]) button'))
    expect(page.locator('input[name="cell"][value="G3"][type="hidden"] ~ label')).to_have_count(0)
    asked = page.locator("form", has=page.get_by_text("清川纯牛奶 盒装"))
    clerk.click(asked.get_by_role("radio", name="M250"))
    clerk.click(asked.get_by_role("button", name="就是它"))
    expect(take_in).to_be_enabled()
    clerk.look()
    clerk.follow(take_in, f"**/reports/{CODE}/{LABEL}/")
    page.goto("/")
    expect(page.get_by_role("link", name="传第47周周报")).to_have_count(0)
    report = Report.objects.get(distributor__code=CODE, week=worlds.WEEK)
    sold = dict(ReportLine.objects.filter(report=report).values_list("product__code", "sold_units"))
    assert sold == worlds.SOLD


def close_and_propose() -> None:
    """Do what Monday's runs do."""
    stock.close_week(week=worlds.WEEK, by=worlds.SYSTEM, at=worlds.AT)
    orders.propose(week=worlds.WEEK, by=worlds.SYSTEM, at=worlds.AT)


def open_proposal(rep: Hand) -> None:
    """Go from Monday by the distributor to its proposal."""
    page = rep.page
    rep.follow(page.locator("main").get_by_role("link", name="zqalphaname").first, f"**/distributors/{CODE}/")
    rep.follow(page.get_by_role("link", name="看订货建议"), f"**/orders/{NUMBER}/")


def edit_above_the_band(rep: Hand) -> None:
    """Order more of a product than the band takes: it needs a reason before it can be offered."""
    page, row = rep.page, line_of(rep, "T500")
    row.locator('input[name="q.T500"]').fill("999")
    row.locator('input[name="q.T500"]').blur()
    expect(row.get_by_role("alert")).to_contain_text("高于25天")
    assert OrderLine.objects.get(order__number=NUMBER, product__code="T500").reason == ""
    row.locator('input[name="reason.T500"]').fill("元旦团购已谈定")
    row.locator('input[name="reason.T500"]').blur()
    expect(row.get_by_role("alert")).to_have_count(0)
    rep.look()
    rep.click(page.locator(".ck-action button"))
    rep.say("已发给zqalphaname商贸")
    kept = OrderLine.objects.get(order__number=NUMBER, product__code="T500")
    assert (kept.units, kept.reason, kept.order.state) == (999 * 24, "元旦团购已谈定", "offered")


def line_of(hand: Hand, product: str) -> Locator:
    """Return the row of a product."""
    return hand.page.locator("tr", has=hand.page.locator(f'input[name="q.{product}"]'))


def answer_with_fewer(clerk: Hand) -> None:
    """Open the offer, ask for less of the product, and say why."""
    page = clerk.page
    page.goto("/")
    clerk.look()
    clerk.follow(page.get_by_role("link", name="答复订货建议"), f"**/orders/{NUMBER}/")
    line_of(clerk, "T500").locator('input[name="q.T500"]').fill("300")
    page.locator("#reason").fill("仓库放不下")
    clerk.click(page.get_by_role("button", name="把改动发回"))
    clerk.say("的改动已记下")


def settle_and_send(rep: Hand) -> None:
    """Agree to what was changed, and send."""
    rep.page.reload()
    rep.look()
    rep.click(rep.page.get_by_role("button", name="同意对方的改动"))
    rep.say("按改动")
    rep.click(rep.page.get_by_role("button", name="下单"))
    rep.say("已下单")
    order = Order.objects.get(number=NUMBER)
    assert (order.state, order.lines.get(product__code="T500").units) == ("sent", 300 * 24)


def check_workbook(file: Path, heads: tuple[str, str, str]) -> None:
    """Compare the file's cells with the order."""
    sheet = openpyxl.load_workbook(file).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    places = [rows[0].index(head) for head in heads]
    told = [tuple(row[place] for place in places) for row in rows[1:]]
    lines = OrderLine.objects.filter(order__number=NUMBER, units__gt=0).select_related("product")
    kept = {(line.product.code, line.units // line.units_per_case, line.units) for line in lines}
    assert file.name == f"{NUMBER}.xlsx"
    assert (len(told), set(told)) == (len(kept), kept)


@screens("en", WIDE)
def test_an_order_in_english_at_a_desk(people: dict[str, Person], clerk: Hand, rep: Hand, tmp_path: Path) -> None:
    worlds.send_report("zqalpha", people["zqalpha"], worlds.WEEK)
    close_and_propose()
    rep.sign_in("rep")
    rep.follow(rep.page.locator("#panel").get_by_role("link", name="Review order"), f"**/orders/{NUMBER}/")
    rep.click(rep.page.get_by_role("button", name="Offer to zqalphaname Trading"))
    rep.say("Offered to zqalphaname Trading")
    clerk.sign_in("zqalpha")
    clerk.follow(clerk.page.get_by_role("link", name="Answer the order"), f"**/orders/{NUMBER}/")
    clerk.click(clerk.page.get_by_role("button", name="Accept"))
    clerk.say("is accepted")
    rep.page.reload()
    rep.click(rep.page.get_by_role("button", name="Send the order"))
    rep.say("is sent")
    check_workbook(
        rep.save(rep.page.get_by_role("link", name="Take along as Excel"), tmp_path),
        ("Product code", "Cases", "Pieces"),
    )
    assert (clerk.faults, rep.faults) == ([], [])
    assert (clerk.clicks, rep.clicks) == (3, 5)
