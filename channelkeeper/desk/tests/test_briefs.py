"""The visit brief: on the phone, beside the list and on paper; three things to ask for."""

import io
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelkeeper.catalog.models import Product
from channelkeeper.core import weeks
from channelkeeper.desk import rules, sentences
from channelkeeper.desk.queries import briefs
from channelkeeper.desk.rules import Ask, Weight
from channelkeeper.desk.tests.seed import WEEK, Company, build_company
from channelkeeper.desk.tests.test_views import HTMX, browse, text
from channelkeeper.findings.models import Finding
from channelkeeper.findings.rules import Severity, State
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders.models import Order
from channelkeeper.stock.models import DistributorWeek
from channelkeeper.stock.tests import standing

pytestmark = pytest.mark.django_db
BRIEF = ("desk:brief", ["D001"])


@pytest.fixture(autouse=True)
def stopped_clock(settings: Any) -> None:
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def company() -> Company:
    return build_company()


def find(company: Company, kind: str, **more: Any) -> Finding:
    """Keep a finding at Hualian that says the first report never came: its words need no figures."""
    kept = {
        "rule": "STK-6",
        "severity": Severity.NOTE.value,
        "sentence": "stock.report_never",
        "week": WEEK,
        "first_week": WEEK,
        "looked_week": WEEK,
        "created_at": AT,
        "changed_at": AT,
    }
    return Finding.objects.create(distributor=company.cast.hualian, kind=kind, **{**kept, **more})


def advise(company: Company, back: int, state: str) -> None:
    """Keep an order of some weeks ago."""
    week = weeks.shift(WEEK, -back)
    Order.objects.create(
        number=f"D001-{back}",
        distributor=company.cast.hualian,
        week=week,
        state=state,
        estimated=False,
        lead_weeks=1,
        review_weeks=1,
        order_on=weeks.shift(week, 1),
        arrives_on=weeks.shift(week, 2),
        reading_on=weeks.sunday_of(weeks.shift(week, 2)),
        lines_ordered=25,
        cases=100,
        amount=Decimal("67689.00"),
        days_now=33.5,
        days_after=24.0,
        inside_now=2,
        inside_after=4,
        proposed_at=AT,
        changed_at=AT,
    )


def test_without_figures_nothing_else_is_asked_first_and_money_decides_the_rest() -> None:
    """DSK-4: a report, then a promise of no money, then 88,000 before 1,452; 900 is a fourth and left out."""
    money = [Ask(kind, Weight.MONEY, Decimal(stake)) for kind, stake in (("a", 900), ("b", 88_000), ("c", 1_452))]
    asks = rules.to_ask_for([*money, Ask("promise", Weight.WORD), Ask("report", Weight.FIGURES)])
    assert [ask.kind for ask in asks] == ["report", "promise", "b"]
    assert [ask.kind for ask in rules.to_ask_for(money)] == ["b", "c", "a"]


def test_a_brief_asks_for_what_money_says(company: Company) -> None:
    found = briefs.brief(company.cast.rep.actor, "D001", at=AT)
    assert [sentences.ask(ask.kind, ask.figures, "en") for ask in found.asks] == [
        "Sell Pure water 550ml before ordering more: it lasts 80 days and holds ¥88,000.",
        "Refill Iced tea 500ml first: it lasts 6 days, not until the delivery of 1 Dec; ¥1,452 may be missed.",
    ]
    assert sentences.ask(found.asks[1].kind, found.asks[1].figures, "zh") == (
        "先补冰红茶 500ml：只够6天，等不到12月1日到货，可能少卖1,452元。"
    )


def test_a_missing_report_and_a_promise_come_first(company: Company) -> None:
    DistributorWeek.objects.filter(distributor=company.cast.hualian, week=WEEK).update(reported=False)
    find(company, "figures_copied", state=State.IN_TALKS.value)
    find(company, "kept_in_band", severity=Severity.GOOD.value)
    found = briefs.brief(company.cast.rep.actor, "D001", at=AT)
    assert [ask.kind for ask in found.asks] == ["report", "promise", "sell_down"]
    assert [view.kind for view in found.promises] == ["figures_copied"]
    assert ([view.kind for view in found.talks], [view.kind for view in found.good]) == ([], ["kept_in_band"])


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            "sent",
            "Last time (week 46): 25 lines, ¥67,689, ordered. The total went from 33.5 to 28.9 days, "
            "24.0 days were expected after it.",
        ),
        ("closed", "Last time (week 46): 25 lines, ¥67,689, not ordered. The total went from 33.5 to 28.9 days."),
    ],
)
def test_a_brief_says_what_became_of_the_last_advice(company: Company, state: str, said: str) -> None:
    advise(company, 1, state if state == "sent" else "proposed")
    advise(company, 2, "sent")
    found = briefs.brief(company.cast.rep.actor, "D001", at=AT)
    assert found.advice is not None
    assert sentences.advice(found.advice.figures, "en") == said


def test_what_expires_is_named_with_what_it_is_worth(company: Company) -> None:
    row = briefs.brief(company.cast.rep.actor, "D001", at=AT).short[0]
    figures = {"name_zh": "茶", "name_en": "Tea", "expiring_units": 240, "units_per_case": 24, "value": Decimal(360)}
    assert sentences.ask("expiring", figures, "en") == (
        "Move what is near expiry of Tea first: 10 cases will not sell in time, worth ¥360."
    )
    assert briefs.expiring_value(row) == Decimal(0)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_brief_takes_the_same_queries_for_one_product_and_three(company: Company, rows: int) -> None:
    standing.leave_out(*Product.objects.exclude(code__in=["T500", "W550", "T501"][:rows]))
    client = browse(company.cast.headquarters)
    client.get(reverse(*BRIEF[:1], args=BRIEF[1]))
    with CaptureQueriesContext(connection) as counted:
        assert client.get(reverse("desk:brief", args=["D001"])).status_code == 200
    assert len(counted) == 16


def test_a_brief_is_a_page_a_part_of_one_and_a_sheet_of_paper(company: Company) -> None:
    client, address = browse(company.cast.rep), reverse("desk:brief", args=["D001"])
    assert "<html" in text(client, address)
    assert "<html" not in text(client, address, headers=HTMX)
    answer = client.get(address, {"format": "pdf"})
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''D001-2026-W47.pdf"
    [page] = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    said = page.extract_text()
    for words in ("Hualian Trading", "now 29 days", "The 2 things to ask for", "Iced tea 500ml", "¥88,000"):
        assert words in said
    drawn = page.get_contents()
    assert drawn is not None
    assert b"0.847059 0.937255 0.921569 rg" in drawn.get_data()  # the gauge's band


def test_a_brief_on_paper_is_chinese_for_a_chinese_reader(company: Company) -> None:
    answer = browse(company.cast.rep, "zh-hans").get(reverse("desk:brief", args=["D001"]), {"format": "pdf"})
    [page] = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    for words in ("华联商贸", "要谈成这2件", "冰红茶 500ml", "8.8万元", "带20至25天"):
        assert words in page.extract_text()


@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "pdf"])
@pytest.mark.parametrize("name", ["desk:distributors", "desk:distributor"])
def test_lists_go_out_as_files_within_the_readers_scope(company: Company, name: str, form: str) -> None:
    arguments = ["D003"] if name == "desk:distributor" else []
    own = browse(company.cast.other_rep).get(reverse(name, args=arguments), {"format": form})
    assert (own.status_code, b"Hualian" in own.content) == (200, False)
    if arguments:
        assert browse(company.cast.rep).get(reverse(name, args=arguments), {"format": form}).status_code == 404


def test_a_reason_names_what_weighs_most_first() -> None:
    figures: dict[str, Any] = {
        "reported": True,
        "on_time": False,
        "below": 6,
        "above": 9,
        "short_value": Decimal("4538"),
        "above_value": Decimal("82828"),
        "band": "above",
        "days": Decimal("28.9"),
        "promises": 1,
    }
    assert sentences.reason(figures, "zh") == (
        "8.3万元压在9个品种上；6个品种会断货，到货前可能少卖4,538元；1件说好的事还没了；周报迟到。"
    )
    missing = {**figures, "reported": False, "short_value": Decimal(0), "above_value": Decimal(0), "promises": 0}
    assert sentences.reason(missing, "en") == "Report missing, figures estimated."
    days = {**missing, "reported": True, "on_time": True}
    assert sentences.reason(days, "en") == "28.9 days in all, too many."
    assert sentences.reason({**days, "band": "inside"}, "en") == ""
