"""What the pages do in a real browser: keys, typed quantities, drafts, charts; seen by axe, and quiet."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from channelkeeper.web import gauge

pytestmark = pytest.mark.browser

PAGES = ["monday", "distributor", "proposal", "upload", "overview", "states", "gauges", "signin", "nowhere", "sparse"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def address(gallery: Any) -> Iterator[str]:
    """The gallery, served: started after its settings, for a server keeps the frame it was started with."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@contextmanager
def reader(chromium: Browser, address: str, *, size: Any, language: str, theme: Any) -> Iterator[Page]:
    """A reader of one kind; errors on the console, of scripts and of the content policy, fail the test."""
    context = chromium.new_context(base_url=address, viewport=size, color_scheme=theme)
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "404" not in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def desk(address: str, chromium: Browser) -> Iterator[Page]:
    """A Chinese reader at a wide screen."""
    with reader(chromium, address, size=WIDE, language="zh-hans", theme="light") as page:
        yield page


@pytest.fixture
def seen(address: str, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A reader of the kind that the test names."""
    size, language, theme = request.param
    with reader(chromium, address, size=size, language=language, theme=theme) as page:
        yield page


def readers() -> list[Any]:
    """Return four kinds of reader that hold every pair of size, language and theme once."""
    kinds = [(WIDE, "zh-hans", "light"), (WIDE, "en", "dark"), (PHONE, "zh-hans", "dark"), (PHONE, "en", "light")]
    return [pytest.param(kind, id=f"{kind[0]['width']}-{kind[1]}-{kind[2]}") for kind in kinds]


@pytest.mark.parametrize("seen", readers(), indirect=True)
def test_every_page_is_accessible_and_fits(seen: Page) -> None:
    faults = []
    for name in PAGES:
        seen.goto(f"/{name}/")
        expect(seen.locator("[data-chart]:not([data-drawn]):visible")).to_have_count(0)
        found = Axe().run(seen).response["violations"]
        faults += [f"{name}: {fault['id']} {node['target']}" for fault in found for node in fault["nodes"]]
        wider = seen.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults += [f"{name}: {wider} px too wide"] * (wider > 0)
    assert faults == []


def cases() -> list[dict[str, Any]]:
    days = [None, 0, 3.4, 5.8, 14, 19.96, 20, 22.3, 22.6, 24, 25.04, 28.9, 39, 44.3, 53, 58, 60, 60.04, 74, 112.5]
    return [
        {"now": now, "after": after, "size": size, "width": width, "low": 20, "high": 25, **interval}
        for now, after, (size, width) in product(days, days, (("S", None), ("M", None), ("M", 300)))
        for interval in ({"estimatedLow": None, "estimatedHigh": None}, {"estimatedLow": 9, "estimatedHigh": 19})
        if now is not None or after is None
    ]


def by_server(case: dict[str, Any]) -> str:
    """Return what the server draws inside the svg element."""
    figures = {
        name: None if value is None else Decimal(str(value))
        for name, value in case.items()
        if name not in ("size", "width")
    }
    drawn = gauge.layout(
        now=figures["now"],
        after=figures["after"],
        low=figures["low"] or Decimal(0),
        high=figures["high"] or Decimal(0),
        estimated_low=figures["estimatedLow"],
        estimated_high=figures["estimatedHigh"],
        size=case["size"],
        width=case["width"],
    )
    return gauge.svg(drawn, "").split("</title>")[1].removesuffix("</svg>")


def test_the_browser_draws_the_gauge_as_the_server_does(desk: Page) -> None:
    desk.goto("/gauges/")
    table = cases()
    drawn = desk.evaluate("cases => cases.map(each => ckGauge.inner(ckGauge.layout(each)))", table)
    differing = [case for case, found in zip(table, drawn, strict=True) if found != by_server(case)]
    assert (len(table), differing) == (2_286, [])


def test_a_typed_quantity_moves_the_ring_and_the_sums(desk: Page) -> None:
    desk.goto("/proposal/")
    row = desk.locator("tr.ck-reasons").first
    before = row.locator(".gauge circle.ck-g-ring").get_attribute("cx")
    row.locator("[data-quantity]").fill("200")
    after = row.locator(".gauge circle.ck-g-ring").get_attribute("cx")
    # 22.5 days with 288 cases, 88 cases less at 10.8 a day
    assert (before, after) == ("46.5", "31.83")
    expect(row.locator(".after")).to_have_text("14")
    expect(row.locator("[data-gauge-amount]")).to_have_text("7,200")
    expect(desk.locator("[data-sum=amount][data-of=below]")).to_have_text("32,639")
    expect(desk.locator(".ck-foot [data-sum=amount]")).to_have_text("42,451")
    expect(desk.locator("[data-sum=credit]")).to_have_text("73,849")


@pytest.mark.parametrize(("typed", "shown"), [("1,000", "36,000"), ("１００", "3,600"), ("", "–")])
def test_a_quantity_may_be_typed_as_people_type(desk: Page, typed: str, shown: str) -> None:
    desk.goto("/proposal/")
    desk.locator("[data-quantity]").first.fill(typed)
    expect(desk.locator("[data-gauge-amount]").first).to_have_text(shown)


def test_what_is_no_quantity_is_marked_and_moves_nothing(desk: Page) -> None:
    desk.goto("/proposal/")
    field = desk.locator("[data-quantity]").first
    field.fill("-5")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(desk.locator("[data-gauge-amount]").first).to_have_text("10,368")


def test_an_order_above_the_band_says_so_beside_the_line(desk: Page) -> None:
    desk.goto("/proposal/")
    note = desk.locator("[data-gauge-above]").first
    expect(note).to_be_hidden()
    desk.locator("[data-quantity]").first.fill("688")
    expect(note).to_be_visible()


def test_credit_that_is_gone_turns_red(desk: Page) -> None:
    desk.goto("/proposal/")
    desk.locator("[data-quantity]").first.fill("5000")
    expect(desk.locator("[data-sum=credit]")).to_have_class(re.compile("ck-error"))
    expect(desk.locator("[data-sum=credit]")).to_have_text("−98,951")


def paste(desk: Page, text: str) -> None:
    desk.locator("[data-quantity]").first.evaluate(
        """(field, text) => { const clipboardData = new DataTransfer(); clipboardData.setData("text", text);
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })); }""",
        text,
    )


def quantities(desk: Page, count: int) -> list[str]:
    return [field.input_value() for field in desk.locator("[data-quantity]").all()[:count]]


def test_a_column_from_excel_fills_the_quantities_and_can_be_taken_back(desk: Page) -> None:
    desk.goto("/proposal/")
    paste(desk, "10\t冰红茶\r\n1,200\t面\r\n30\r\n")
    assert quantities(desk, 4) == ["10", "1200", "30", "92"]
    expect(desk.locator(".ck-toast")).to_contain_text("已粘贴3个数")
    desk.locator(".ck-toast button").click()
    assert quantities(desk, 4) == ["288", "154", "50", "92"]


def test_a_column_that_is_too_long_says_what_was_left(desk: Page) -> None:
    desk.goto("/proposal/")
    paste(desk, "\n".join(["1"] * 15))
    expect(desk.locator(".ck-toast")).to_contain_text("已粘贴13个数，多出2个没有用")


def test_a_draft_outlives_the_page_until_it_is_taken_back(desk: Page) -> None:
    desk.goto("/proposal/")
    desk.locator("[data-quantity]").first.fill("77")
    desk.locator("[data-quantity]").nth(1).click()
    expect(desk.locator("[data-draft-note]")).to_contain_text("草稿已存")
    desk.reload()
    assert quantities(desk, 2) == ["77", "154"]
    expect(desk.locator("[data-gauge-amount]").first).to_have_text("2,772")
    desk.locator("[data-quantity]").nth(1).fill("9")
    desk.locator("[data-quantity]").nth(2).click()
    desk.locator("[data-draft-undo]").click()
    assert quantities(desk, 2) == ["77", "154"]


def test_a_draft_of_an_older_version_is_dropped(desk: Page) -> None:
    desk.goto("/proposal/")
    desk.evaluate(
        "localStorage.setItem('ck-draft:order-48-hl', JSON.stringify({base: '0', values: {'q-QM-1011': '5'}, at: 1}))"
    )
    desk.reload()
    assert quantities(desk, 1) == ["288"]
    assert desk.evaluate("localStorage.getItem('ck-draft:order-48-hl')") is None


def test_enter_and_arrows_walk_down_the_quantities(desk: Page) -> None:
    desk.goto("/proposal/")
    desk.locator("[data-quantity]").first.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("[data-quantity]").nth(1)).to_be_focused()


def test_keys_walk_the_rows_and_open_the_brief_beside_the_list(desk: Page) -> None:
    desk.goto("/monday/")
    for key in ("j", "j", "k"):
        desk.keyboard.press(key)
    expect(desk.locator("tr[aria-current] th")).to_have_text("金桥食品商行")
    desk.locator("#panel").evaluate("panel => panel.replaceChildren()")
    desk.keyboard.press("Enter")
    expect(desk.locator("#panel h2")).to_have_text("华联商贸")
    assert desk.url.split("?")[1] == "open=%E9%87%91%E6%A1%A5%E9%A3%9F%E5%93%81%E5%95%86%E8%A1%8C"


def test_a_click_on_a_row_opens_it_and_its_name_leads_to_its_page(desk: Page) -> None:
    desk.goto("/monday/")
    desk.locator("tr[data-panel] td.quiet").nth(3).click()
    expect(desk.locator("tr[aria-current]")).to_have_count(1)
    desk.locator("tr[data-panel] th a").first.click()
    expect(desk).to_have_url(re.compile("/distributor/$"))


def test_back_finds_the_row_again(desk: Page) -> None:
    desk.goto("/distributor/")
    desk.goto("/thousand/")
    desk.goto("/monday/")
    desk.keyboard.press("j")
    desk.locator("tr[aria-current] th a").click()
    desk.wait_for_url("**/distributor/")
    desk.go_back()
    expect(desk.locator("tr[aria-current] th")).to_have_text("金桥食品商行")


def test_slash_searches_question_mark_helps_and_typing_is_left_alone(desk: Page) -> None:
    desk.goto("/monday/")
    desk.keyboard.press("/")
    expect(desk.locator("[data-search]")).to_be_focused()
    desk.keyboard.type("j?")
    expect(desk.locator("[data-search]")).to_have_value("j?")
    expect(desk.locator("#help")).to_be_hidden()
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    expect(desk.locator("#help")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#help")).to_be_hidden()


def test_e_edits_the_quantity_of_the_row(desk: Page) -> None:
    desk.goto("/proposal/")
    desk.keyboard.press("e")
    expect(desk.locator("[data-quantity]").first).to_be_focused()


def test_without_signal_one_line_says_what_is_kept(desk: Page) -> None:
    desk.goto("/proposal/")
    expect(desk.locator("#offline")).to_be_hidden()
    desk.locator("[data-quantity]").first.fill("77")
    desk.locator("[data-quantity]").nth(1).click()
    desk.context.set_offline(True)
    expect(desk.locator("#offline")).to_have_text("没有信号，已存在这台设备，1条待发")
    desk.context.set_offline(False)
    expect(desk.locator("#offline")).to_be_hidden()


def test_the_chart_comes_after_the_words_and_follows_the_theme(desk: Page) -> None:
    desk.goto("/distributor/")
    expect(desk.locator("[data-chart][data-drawn] svg")).to_have_count(1)
    expect(desk.locator("[data-chart] path[stroke='#1A4F95']").first).to_be_attached()
    desk.emulate_media(color_scheme="dark")
    expect(desk.locator("[data-chart] path[stroke='#8AB6F2']").first).to_be_attached()


def test_the_chart_says_what_a_week_held(desk: Page) -> None:
    desk.goto("/distributor/")
    chart = desk.locator("[data-chart][data-drawn]")
    box = chart.bounding_box()
    assert box
    desk.mouse.move(box["x"] + 46 + (box["width"] - 70) * 24.5 / 32, box["y"] + 240)
    words = chart.locator("text")
    for said in ("47周", "断货", "新包装"):
        expect(words.filter(has_text=said).first).to_be_attached()


def test_charts_are_fetched_only_where_a_page_draws(desk: Page) -> None:
    fetched: list[str] = []
    desk.on("request", lambda request: fetched.append(request.url))
    desk.goto("/monday/")
    desk.wait_for_load_state("networkidle")
    assert [url for url in fetched if "echarts" in url] == []


def test_a_long_choice_is_searched_by_typing(desk: Page) -> None:
    desk.goto("/sparse/")
    desk.locator(".ts-control input").click()
    desk.keyboard.type("核桃")
    desk.keyboard.press("Enter")
    expect(desk.locator("select[name=which]")).to_have_value("QM-1235")


def test_choosing_dark_and_wide_rows_keeps_the_place(desk: Page) -> None:
    desk.goto("/monday/")
    desk.locator(".ck-top .ck-more summary").click()
    desk.locator(".ck-top button[value=comfortable]").click()
    expect(desk.locator("html")).to_have_attribute("data-density", "comfortable")
    desk.locator(".ck-top .ck-more summary").click()
    desk.locator(".ck-top button[value=dark]").click()
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    expect(desk).to_have_url(re.compile("/monday/$"))
    heights = desk.evaluate(
        "[...document.querySelectorAll('tr[data-panel]')].map(row => row.getBoundingClientRect().height)"
    )
    assert set(heights) == {44}


def test_the_gauge_in_a_list_is_as_large_as_designed(desk: Page) -> None:
    desk.goto("/monday/")
    box = desk.locator("td.gauge svg").first.bounding_box()
    row = desk.locator("tr[data-panel]").first.bounding_box()
    assert box
    assert row
    assert (box["width"], box["height"], row["height"]) == (120, 16, 34)


def test_one_field_and_one_action_on_the_phone(desk: Page) -> None:
    desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    desk.goto("/proposal/")
    field, button = desk.locator("[data-quantity]").first.bounding_box(), desk.locator(".ck-action .btn").bounding_box()
    assert field
    assert button
    assert (field["width"], field["height"], button["height"]) == (88, 44, 48)
    gauge_box = desk.locator(".ck-at-m svg").first.bounding_box()
    assert gauge_box
    assert (gauge_box["width"], gauge_box["height"]) == (358, 20)


def test_nothing_is_stored_on_the_device_but_drafts_and_places(desk: Page) -> None:
    for name in ("monday", "proposal", "upload", "signin"):
        desk.goto(f"/{name}/")
    stored = json.loads(desk.evaluate("JSON.stringify([...Object.keys(localStorage), ...Object.keys(sessionStorage)])"))
    assert [key for key in stored if not key.startswith(("ck-draft:", "ck-row:"))] == [
        "htmx-current-path-for-history"  # where one is, for the way back
    ]
