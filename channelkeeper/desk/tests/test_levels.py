"""From the country to the cell: each level of the overview, its sums, where it leads, and who may look."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelkeeper.core import weeks
from channelkeeper.desk import rules
from channelkeeper.desk.queries import levels
from channelkeeper.desk.queries.levels import Standing
from channelkeeper.desk.tests.seed import WEEK, Company, build_company, stand
from channelkeeper.findings.models import Finding
from channelkeeper.findings.rules import Severity
from channelkeeper.network.models import Assignment, Rep
from channelkeeper.network.tests.cast import AT, Member
from channelkeeper.stock.models import DistributorWeek, Report
from channelkeeper.stock.tests.books import report, row

pytestmark = pytest.mark.django_db
OVERVIEW = "/overview/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def company(settings: Any) -> Company:
    settings.CHANNELKEEPER_NOW = AT
    return build_company()


def browse(member: Member, language: str = "en") -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(member: Member, asked: str = "", **more: Any) -> str:
    answer = browse(member).get(OVERVIEW + asked, **more)
    assert answer.status_code == 200
    return str(answer.content.decode())


def standing(member: Member, **codes: str) -> Standing:
    place = levels.place(member.actor, at=AT, **codes)
    return levels.standing(member.actor, at=AT, place=place, week=WEEK)


def hand_over(company: Company, day: date, *, to: Rep | None = None) -> None:
    """Take Hualian from its rep on a day, and give it to another, or to nobody."""
    company.cast.rep_record.assignments.filter(distributor=company.cast.hualian).update(ends_on=day)
    if to is not None:
        Assignment.objects.create(distributor=company.cast.hualian, rep=to, starts_on=day)


def test_each_line_leads_one_level_down_to_the_cell_of_the_workbook(company: Company) -> None:
    hq = company.cast.headquarters
    assert 'href="/overview/?office=E1"' in page(hq)
    assert 'href="/overview/?office=E1&amp;rep=J01"' in page(hq, "?office=E1")
    assert 'href="/overview/?office=E1&amp;rep=J01&amp;distributor=D001"' in page(hq, "?office=E1&rep=J01")
    products = page(hq, "?office=E1&rep=J01&distributor=D001")
    assert 'href="/reports/D001/2026-W47/?line=T500#line"' in products
    for crumb in ('href="/overview/"', 'href="/overview/?office=E1"', 'href="/overview/?office=E1&amp;rep=J01"'):
        assert crumb in products


def test_where_no_report_is_in_a_product_leads_to_its_days_week_by_week(company: Company) -> None:
    stand(company.cast.yongsheng, company.shelf.tea, days=8, band="below")
    assert 'href="/reports/days/D002/T500/"' in page(company.cast.rep, "?distributor=D002")


@pytest.mark.parametrize(
    ("name", "codes", "by", "found"),
    [
        ("headquarters", {}, "office", ["W1", "E1"]),
        ("auditor", {"office": "E1"}, "rep", ["J01"]),
        ("manager", {}, "rep", ["J01"]),
        ("manager", {"rep": "J01"}, "distributor", ["D001", "D002"]),
        ("rep", {}, "distributor", ["D001", "D002"]),
    ],
)
def test_everyone_begins_with_what_they_manage(
    company: Company, name: str, codes: dict[str, str], by: str, found: list[str]
) -> None:
    member = getattr(company.cast, name)
    assert levels.place(member.actor, at=AT, **codes).by == by
    assert [trend.group.code for trend in standing(member, **codes).trends] == found


def test_a_distributors_lines_are_its_products_with_the_figures_of_the_close(company: Company) -> None:
    found = standing(company.cast.rep, distributor="D001")
    assert [one.code for one in found.products][:2] == ["W550", "T500"]
    assert found.whole is not None
    assert found.whole.now is not None
    assert found.whole.now.short_value == Decimal("4538.20")
    water, tea = found.products[:2]
    assert (water.band.value, tea.band.value) == ("above", "below")
    assert water.above_value == 40000 * water.price_per_unit
    assert round(tea.days or 0, 1) == Decimal("5.8")


def test_an_office_is_the_sum_of_its_lines_whoever_held_them(company: Company) -> None:
    """DSK-3: what no rep held on the week's Monday is a line of its own."""
    hand_over(company, WEEK)
    hq = company.cast.headquarters
    office = next(trend for trend in standing(hq).trends if trend.group.code == "E1")
    below = standing(hq, office="E1")
    assert [trend.group.code for trend in below.trends] == ["J01", ""]
    assert below.whole is not None
    assert below.whole.counts == tuple(
        one and type(one)("", "", "", *[getattr(one, name) for name in list(vars(one))[3:]]) for one in office.counts
    )
    assert below.whole.now == office.now
    nobodys = below.trends[1]
    assert [share is None for share in nobodys.shares] == [True] * 11 + [False]
    assert nobodys.now is not None
    assert nobodys.now.above_value == Decimal("82828.00")
    assert "nobody&#x27;s" in page(hq, "?office=E1")


def test_what_no_rep_held_is_the_rest() -> None:
    """DSK-3: of 10 in band at the office 6 and 3 are its reps', 1 is nobody's."""
    assert rules.left_over((15, 10), [(8, 6), (4, 3)]) == (3, 1)
    assert rules.left_over((15, 10), []) == (15, 10)


def test_turnover_is_credited_to_who_held_the_weeks(company: Company) -> None:
    """STK-5b: the stock of the weeks before the handover stays with the rep before."""
    cast = company.cast
    after = Rep.objects.create(code="J09", user=cast.auditor.user, office=cast.east)
    hand_over(company, weeks.shift(WEEK, -1), to=after)
    place = levels.place(cast.manager.actor, at=AT)
    days = levels.turnovers(cast.manager.actor, at=AT, place=place, week=WEEK)
    # Two closes of 28.9 and 29.9 days' worth, with the one before of 30.9 as their opening, sold 10,000 yuan a day.
    assert days["J09"] == (Decimal("28.9") + Decimal("29.9") + Decimal("30.9")) / 3
    assert set(days) == {"J01", "J09"}


def test_turnover_of_offices_and_reps_comes_after_the_page(company: Company) -> None:
    hq = company.cast.headquarters
    first = page(hq)
    assert 'hx-get="/overview/?turnover=1" hx-trigger="load"' in first
    assert re.search(r"Turnover \d+", first)
    part = page(hq, "?turnover=1", headers=HTMX)
    assert "<html" not in part
    assert "turnover 24.3 days" in part
    for whole in (page(hq, "?turnover=1"), page(company.cast.rep)):
        assert 'hx-trigger="load"' not in whole


@pytest.mark.parametrize("asked", ["?office=W1", "?rep=Y01", "?distributor=D003", "?office=nope", "?distributor=nope"])
@pytest.mark.parametrize("name", ["manager", "rep"])
def test_an_outsider_finds_nothing_at_any_level(company: Company, name: str, asked: str) -> None:
    assert browse(getattr(company.cast, name)).get(OVERVIEW + asked).status_code == 404


def test_a_foreign_distributor_below_an_own_rep_is_not_found(company: Company) -> None:
    asked = "?office=E1&rep=J01&distributor=D003&format=json"
    assert browse(company.cast.manager).get(OVERVIEW + asked).status_code == 404


@pytest.mark.parametrize(
    ("asked", "queries"), [("", 16), ("?office=E1", 19), ("?office=E1&rep=J01", 18), ("?distributor=D001", 20)]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_level_takes_the_same_queries_for_one_line_and_three(
    company: Company, asked: str, queries: int, rows: int
) -> None:
    if rows == 1:
        others = [company.cast.yongsheng, company.cast.xinda]
        DistributorWeek.objects.filter(distributor__in=others).delete()
    client = browse(company.cast.headquarters)
    client.get(OVERVIEW + asked)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(OVERVIEW + asked).status_code == 200
    assert len(counted) == queries


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["D001", "D002"]),
        ("&sort=days", ["D002", "D001"]),
        ("&sort=share", ["D002", "D001"]),
        ("&sort=missing", ["D002", "D001"]),
        ("&sort=stock", ["D001", "D002"]),
        ("&sort=name", ["D001", "D002"]),
        ("&sort=nonsense", ["D001", "D002"]),
    ],
)
def test_lines_go_out_as_a_file_in_the_order_asked_for(company: Company, asked: str, codes: list[str]) -> None:
    answer = browse(company.cast.manager).get(f"{OVERVIEW}?rep=J01&format=json{asked}")
    told = json.loads(answer.content)
    assert [line["code"] for line in told["rows"]] == codes
    hualian = next(line for line in told["rows"] if line["code"] == "D001")
    assert (hualian["days"], hualian["share"], hualian["stock_value"]) == ("28.9", "60", "289000.00")


@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf"])
def test_every_level_goes_out_in_every_form(company: Company, form: str) -> None:
    answer = browse(company.cast.headquarters).get(f"{OVERVIEW}?office=E1&format={form}")
    assert answer.status_code == 200
    assert "overview-2026-W47" in answer["Content-Disposition"]


def test_an_older_week_shows_its_own_lines_and_leads_on_in_it(company: Company) -> None:
    older = page(company.cast.headquarters, "?office=E1&week=2026-W40")
    assert 'href="/overview/?office=E1&amp;rep=J01&amp;week=2026-W40"' in older
    assert 'href="/overview/?office=E1&amp;week=2026-W41"' in older
    assert "week 40" in older


def test_before_the_first_close_the_file_is_empty(settings: Any) -> None:
    settings.CHANNELKEEPER_NOW = AT
    company = build_company()
    DistributorWeek.objects.all().delete()
    answer = browse(company.cast.headquarters).get(reverse("desk:overview") + "?format=json")
    assert json.loads(answer.content)["rows"] == []


def test_a_findings_products_open_their_rows_of_the_workbook(company: Company) -> None:
    """From what lies outside the band to the cell: the report that the finding rests on, the row of each product."""
    cast, tea = company.cast, company.shelf.tea
    report("D001", [row(tea.code, 100, 0, 10)])
    sent = Report.objects.get(distributor=cast.hualian)
    figures = {"products": [{"product": tea.code, "product_zh": "冰红茶", "product_en": "Iced tea", "days": 5.8}]}
    finding = Finding.objects.create(
        distributor=cast.hualian,
        kind="below_band",
        rule="STK-2",
        severity=Severity.WARNING.value,
        sentence="findings.kind_below_band",
        figures=figures,
        evidence=[["stock", "report", sent.pk]],
        week=WEEK,
        first_week=WEEK,
        looked_week=WEEK,
        created_at=AT,
        changed_at=AT,
    )
    shown = browse(cast.rep).get(f"/findings/{finding.pk}/").content.decode()
    assert f'href="/reports/D001/2026-W47/?version=1&amp;line={tea.code}#line"' in shown
    assert "A name opens the row of the workbook" in shown
    there = browse(cast.rep).get(f"/reports/D001/2026-W47/?version=1&line={tea.code}").content.decode()
    assert 'id="line"' in there
