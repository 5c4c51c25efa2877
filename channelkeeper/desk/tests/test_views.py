import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from channelkeeper.catalog.models import Product
from channelkeeper.core import weeks
from channelkeeper.desk.tests.seed import WEEK, Company, build_company, stand
from channelkeeper.desk.views import own
from channelkeeper.network.tests.cast import AT, Member, build_cast
from channelkeeper.stock.models import DistributorWeek
from channelkeeper.stock.tests import standing

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def stopped_clock(settings: Any) -> None:
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def company() -> Company:
    return build_company()


def browse(member: Member, language: str = "en") -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, **more: Any) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == 200
    return str(answer.content.decode())


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def leave_one(company: Company) -> None:
    """Leave only Hualian with figures."""
    others = [company.cast.yongsheng, company.cast.xinda]
    DistributorWeek.objects.filter(distributor__in=others).delete()


# ------------------------------------------------------------------ Monday


@pytest.mark.parametrize("rows", [1, 3])
def test_monday_takes_the_same_queries_for_one_row_and_three(company: Company, rows: int) -> None:
    if rows == 1:
        leave_one(company)
    client = browse(company.cast.headquarters)
    assert text(client, reverse("desk:monday")).count("<tr data-href") == rows
    assert queries_of(client, reverse("desk:monday")) == 27


def test_monday_says_whom_to_see_with_which_figures(company: Company) -> None:
    page = text(browse(company.cast.rep), reverse("desk:monday"))
    for said in (
        "See 2 first today: 5 products will run out, ¥82,828 lies still, 1 report is missing.",
        "Tue 24 Nov",
        "87,366",
        "about 14",
        "1 in",
        "2 in all",
        "1 of 5 products will run out before the delivery of 1 Dec; ¥82,828 lies above the band in 1 product.",
    ):
        assert said in page
    chinese = text(browse(company.cast.rep, "zh-hans"), reverse("desk:monday"))
    for said in ("今天先见2家：5个品种会断货，8.3万元压着，1家周报未到。", "11月24日 周二", "先看华联商贸"):
        assert said in chinese


def test_the_opened_brief_stands_in_the_address(company: Company) -> None:
    page = text(browse(company.cast.rep), reverse("desk:monday") + "?open=D002")
    panel = page[page.index('id="panel"') :]
    assert "Yongsheng Foods" in panel
    assert "now about 14 days" in panel
    unknown = text(browse(company.cast.rep), reverse("desk:monday") + "?open=D003")
    assert "Hualian Trading" in unknown[unknown.index('id="panel"') :]
    assert "Xinda" not in unknown


def test_monday_answers_htmx_with_its_rows(company: Company) -> None:
    fragment = text(browse(company.cast.rep), reverse("desk:monday"), headers=HTMX)
    assert "<html" not in fragment
    assert fragment.count("<tr data-href") == 2


def test_without_distributors_and_before_the_first_close_monday_says_what_to_do() -> None:
    cast = build_cast()
    page = text(browse(cast.rep), reverse("desk:monday"))
    assert "No week is closed yet." in page
    assert "Send a report" in page
    cast.other_rep_record.assignments.all().delete()
    assert "No distributor is assigned to you." in text(browse(cast.other_rep), reverse("desk:monday"))


def test_a_distributor_without_figures_is_named_below(company: Company) -> None:
    leave_one(company)
    assert "1 distributor has no figures for week 47 yet." in text(browse(company.cast.rep), reverse("desk:monday"))


@pytest.mark.parametrize("name", ["other_rep", "other_manager"])
def test_the_brief_of_a_foreign_distributor_is_not_found(company: Company, name: str) -> None:
    assert browse(getattr(company.cast, name)).get(reverse("desk:brief", args=["D001"])).status_code == 404


def test_briefs_are_not_for_distributors(company: Company) -> None:
    assert browse(company.cast.distributor_user).get(reverse("desk:brief", args=["D001"])).status_code == 403


# ------------------------------------------------------------------ a distributor's own page


def test_a_distributor_starts_at_its_own_stock(company: Company) -> None:
    page = text(browse(company.cast.distributor_user), reverse("desk:monday"))
    for said in ("1 of 5 products will run out before the delivery of 1 Dec", "Iced tea 500ml", "28.9"):
        assert said in page
    assert "Yongsheng" not in page


def test_a_missing_report_is_asked_for_first(company: Company) -> None:
    DistributorWeek.objects.filter(distributor=company.cast.hualian, week=WEEK).update(reported=False)
    page = text(browse(company.cast.distributor_user), reverse("desk:monday"))
    assert "The report of week 47 has not come yet." in page
    assert "Send the report of week 47" in page


def test_before_the_first_report_a_distributor_is_told_how_it_comes() -> None:
    page = text(browse(build_cast().distributor_user), reverse("desk:monday"))
    assert "The report of week 47 is due by noon of 23 Nov." in page
    assert "No figures yet" in page


# ------------------------------------------------------------------ a distributor


@pytest.mark.parametrize("rows", [1, 3])
def test_a_distributor_takes_the_same_queries_for_one_product_and_three(company: Company, rows: int) -> None:
    keep = ["T500", "W550", "T501"][:rows]
    standing.leave_out(*Product.objects.exclude(code__in=keep))
    client = browse(company.cast.rep)
    address = reverse("desk:distributor", args=["D001"])
    assert text(client, address).count("<tr data-panel") == rows
    assert queries_of(client, address) == 18


def test_a_distributor_shows_its_figures_against_their_base(company: Company) -> None:
    page = text(browse(company.cast.rep), reverse("desk:distributor", args=["D001"]))
    for said in (
        "Hualian Trading: 1 of 5 products will run out before the delivery of 1 Dec",
        "−1.0 days on last week (29.9)",
        "60%, −1 on last week (4)",
        "−0.2 days on the same weeks of last year (31.0)",
        "−46% off season",
        "steady",
        "10.8",
        "Report of week 47",
    ):
        assert said in page
    chinese = text(browse(company.cast.rep, "zh-hans"), reverse("desk:distributor", args=["D001"]))
    for said in (
        "华联商贸：5个品种里1个等不到12月1日到货；8.3万元压在1个品种上。",
        "比上周−1.0天（29.9）",
        "过季",
        "平稳",
    ):
        assert said in chinese


def test_products_narrow_by_band_and_open_in_the_address(company: Company) -> None:
    client = browse(company.cast.rep)
    address = reverse("desk:distributor", args=["D001"])
    below = text(client, address + "?band=below", headers=HTMX)
    assert (below.count("<tr data-panel"), "<html" in below) == (1, False)
    assert "No product is like that" in text(client, address + "?band=none")
    opened = text(client, address + "?open=T500")
    assert 'data-chart-url="/distributors/D001/products/T500/chart.json"' in opened
    assert "62.6 cases in stock, none on the road, 10.8 cases a day expected, only enough for 5.8 days." in opened
    assert "3 weeks" in opened


def test_a_long_shelf_is_folded_until_asked_for(company: Company) -> None:
    brand, category = company.shelf.tea.brand, company.shelf.tea.category
    for number in range(20):
        product = brand.products.create(
            code=f"X{number:02d}", name_zh=f"品种{number}", category=category, units_per_case=12
        )
        stand(company.cast.hualian, product, days=22.0, band="inside")
    client, address = browse(company.cast.rep), reverse("desk:distributor", args=["D001"])
    folded = text(client, address)
    assert folded.count("<tr data-panel") == 20
    assert "5 more products" in folded
    assert text(client, address + "?all=1").count("<tr data-panel") == 25
    assert text(client, address + "?open=X19").count("<tr data-panel") == 25


@pytest.mark.parametrize(
    ("tab", "said"),
    [("order", "No order yet"), ("reports", "week 47"), ("findings", "No findings"), ("unknown", "Iced tea")],
)
def test_each_tab_has_its_content_or_says_how_it_comes(company: Company, tab: str, said: str) -> None:
    assert said in text(browse(company.cast.rep), reverse("desk:distributor", args=["D001"]) + f"?tab={tab}")


def test_a_distributor_before_its_first_report_says_so() -> None:
    cast = build_cast()
    page = text(browse(cast.rep), reverse("desk:distributor", args=["D001"]))
    assert "Hualian Trading: no report yet, so no inventory days." in page
    assert "No report yet" in text(browse(cast.rep), reverse("desk:distributor", args=["D001"]) + "?tab=reports")


ADDRESSES = [
    ("desk:distributor", ["D001"]),
    ("desk:chart", ["D001", "T500"]),
]


@pytest.mark.parametrize(("name", "arguments"), ADDRESSES)
@pytest.mark.parametrize("outsider", ["other_rep", "other_manager", "other_distributor_user"])
def test_a_foreign_distributor_is_not_found(company: Company, name: str, arguments: list[str], outsider: str) -> None:
    assert browse(getattr(company.cast, outsider)).get(reverse(name, args=arguments)).status_code == 404


@pytest.mark.parametrize(("name", "arguments"), ADDRESSES)
@pytest.mark.parametrize("insider", ["rep", "manager", "headquarters", "auditor", "distributor_user"])
def test_those_in_scope_may_look(company: Company, name: str, arguments: list[str], insider: str) -> None:
    assert browse(getattr(company.cast, insider)).get(reverse(name, args=arguments)).status_code == 200


def test_the_chart_comes_as_plain_data_in_cases(company: Company) -> None:
    drawn = browse(company.cast.rep).get(reverse("desk:chart", args=["D001", "T500"])).json()
    assert (drawn["kind"], drawn["past"], len(drawn["axis"])) == ("product", 26, 32)
    assert (drawn["stock"][-1], drawn["sold"][-1], drawn["out"]) == (62.62, 75.58, [13, 14, 24])
    assert drawn["withOrder"] == []


def test_a_chart_of_a_product_that_is_not_there_is_not_found(company: Company) -> None:
    assert browse(company.cast.rep).get(reverse("desk:chart", args=["D001", "NONE"])).status_code == 404


def test_products_go_out_as_a_workbook(company: Company) -> None:
    answer = browse(company.cast.rep).get(reverse("desk:distributor", args=["D001"]) + "?format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert (answer["Content-Disposition"], len(rows)) == ("attachment; filename*=UTF-8''D001-2026-W47.xlsx", 6)
    assert rows[1][:4] == ("T500", "Iced tea 500ml", "will run out", 5.8)


# ------------------------------------------------------------------ the list


# With one row, two more say who has no figures yet.
@pytest.mark.parametrize(("rows", "queries"), [(1, 14), (3, 12)])
def test_the_list_takes_the_same_queries_for_one_row_and_three(company: Company, rows: int, queries: int) -> None:
    if rows == 1:
        leave_one(company)
    client = browse(company.cast.headquarters)
    assert text(client, reverse("desk:distributors")).count("<tr data-href") == rows
    assert queries_of(client, reverse("desk:distributors")) == queries


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["D001", "D002", "D003"]),
        ("?state=below", ["D002"]),
        ("?state=above", ["D001"]),
        ("?state=in", ["D003"]),
        ("?state=missing", ["D002"]),
        ("?state=out", ["D001", "D002"]),
        ("?state=nonsense", ["D001", "D002", "D003"]),
        ("?office=W1", ["D003"]),
        ("?rep=J01", ["D001", "D002"]),
        ("?q=xdsh", ["D003"]),
        ("?q=永盛", ["D002"]),
        ("?sort=name", ["D001", "D002", "D003"]),
        ("?sort=days", ["D001", "D003", "D002"]),
        ("?sort=missed", ["D002", "D001", "D003"]),
        ("?sort=below&office=E1", ["D002", "D001"]),
    ],
)
def test_the_list_narrows_and_sorts_as_the_address_says(company: Company, asked: str, codes: list[str]) -> None:
    page = text(browse(company.cast.headquarters), reverse("desk:distributors") + asked, headers=HTMX)
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    found = [part.split("/")[0] for part in table.split('data-href="/distributors/')[1:]]
    assert found == codes


def test_nothing_found_offers_to_clear(company: Company) -> None:
    page = text(browse(company.cast.headquarters), reverse("desk:distributors") + "?q=nobody")
    assert "No distributor is like that" in page
    assert 'href="/distributors/">Show all</a>' in page


def test_an_older_week_is_listed_as_it_was(company: Company) -> None:
    week = weeks.label(weeks.shift(WEEK, -1))
    page = text(browse(company.cast.headquarters), reverse("desk:distributors") + f"?week={week}")
    assert "week 46" in page
    assert "to the last week" in page
    assert "week 47" in text(browse(company.cast.headquarters), reverse("desk:distributors") + "?week=nonsense")


def test_who_has_no_figures_yet_is_listed_apart(company: Company) -> None:
    leave_one(company)
    page = text(browse(company.cast.headquarters), reverse("desk:distributors") + "?state=none")
    assert "<tr data-href" not in page
    assert "Xinda Store" in page


def test_the_list_goes_out_as_a_workbook_as_it_is_narrowed(company: Company) -> None:
    answer = browse(company.cast.headquarters).get(reverse("desk:distributors") + "?office=E1&format=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["Distributor code", "D001", "D002"]
    assert rows[1][4] == 28.9


def test_an_empty_company_still_hands_out_an_empty_workbook() -> None:
    answer = browse(build_cast().headquarters).get(reverse("desk:distributors") + "?format=xlsx")
    assert len(list(load_workbook(io.BytesIO(answer.content)).active.iter_rows())) == 1


@pytest.mark.parametrize("name", ["desk:distributors", "desk:overview"])
def test_lists_and_overview_are_not_for_distributors(company: Company, name: str) -> None:
    assert browse(company.cast.distributor_user).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["desk:distributors", "desk:overview", "desk:monday"])
def test_an_outsider_sees_nothing_of_a_foreign_distributor(company: Company, name: str) -> None:
    answer = browse(company.cast.other_rep).get(reverse(name))
    assert b"Hualian" not in answer.content


# ------------------------------------------------------------------ the overview


@pytest.mark.parametrize("rows", [1, 3])
def test_the_overview_takes_the_same_queries_for_one_distributor_and_three(company: Company, rows: int) -> None:
    if rows == 1:
        leave_one(company)
    assert queries_of(browse(company.cast.headquarters), reverse("desk:overview")) == 16


def test_the_overview_says_how_all_do_and_leads_to_the_lists(company: Company) -> None:
    page = text(browse(company.cast.headquarters), reverse("desk:overview"))
    for said in (
        "Country: 60% of the products are in band, 20 points less than a year ago",
        "lowest is Jiangzhou office with 40%.",
        "See 2 of Jiangzhou office out of band",
        'href="/distributors/?office=E1&amp;week=2026-W47"',
        'href="/distributors/?office=E1&amp;state=missing"',
        "Which office is getting better?",
        "87,366",
    ):
        assert said in page


def test_a_manager_sees_reps_and_a_rep_distributors(company: Company) -> None:
    manager = text(browse(company.cast.manager), reverse("desk:overview"))
    assert "Whose distributors are getting better?" in manager
    assert 'href="/distributors/?rep=J01&amp;week=2026-W47"' in manager
    rep = text(browse(company.cast.rep), reverse("desk:overview"))
    assert "Your distributors: 40% of the products are in band" in rep
    assert "Which distributor is getting better?" in rep


def test_the_overview_before_the_first_close_says_so() -> None:
    assert "No week is closed yet." in text(browse(build_cast().headquarters), reverse("desk:overview"))


# ------------------------------------------------------------------ search


def test_search_suggests_while_one_types_and_lists_on_enter(company: Company) -> None:
    client = browse(company.cast.rep)
    fragment = text(client, reverse("desk:search") + "?q=hlsm", headers=HTMX)
    assert 'href="/distributors/D001/"' in fragment
    assert "<html" not in fragment
    page = text(client, reverse("desk:search") + "?q=茶")
    assert "Iced tea 500ml" in page
    assert "Nothing is called “zzz”." in text(client, reverse("desk:search") + "?q=zzz")
    assert "Find a distributor or a product." in text(client, reverse("desk:search"))


def test_a_code_opens_its_distributor_at_once(company: Company) -> None:
    answer = browse(company.cast.rep).get(reverse("desk:search") + "?q=d001")
    assert (answer.status_code, answer["Location"]) == (302, "/distributors/D001/")


def test_search_finds_nothing_of_a_foreign_distributor(company: Company) -> None:
    assert b"Hualian" not in browse(company.cast.other_rep).get(reverse("desk:search") + "?q=D001").content


def test_a_distributors_search_leads_to_its_own_products(company: Company) -> None:
    fragment = text(browse(company.cast.distributor_user), reverse("desk:search") + "?q=T500", headers=HTMX)
    assert 'href="/distributors/D001/?open=T500"' in fragment


def test_a_cause_is_named_by_what_moves_the_whole_most() -> None:
    assert own.cause_of({"season": -0.5, "trend": 0.2, "stock_out": 0.9})[1] == "season"
    assert own.cause_of({"season": 0.1, "promotion": 0.3})[1] == "promotion"
    assert own.cause_of({"season": 0.0}) == (0.0, "")


# ------------------------------------------------------------------ where a distributor's page leads


@pytest.mark.parametrize(
    ("name", "there", "missing"),
    [
        ("rep", ["Brief", "What if", "Bands", "Replay", "Expert record", "Talks", "Write a talk down"], ["calendar"]),
        ("auditor", ["Brief", "What if", "Bands", "Talks"], ["Write a talk down"]),
        ("distributor_user", ["Days week by week", "Turnover", "Replay", "Counts"], ["Brief", "What if", "Bands"]),
    ],
)
def test_a_distributors_page_leads_to_all_that_is_kept_of_it(
    company: Company, name: str, there: list[str], missing: list[str]
) -> None:
    page = text(browse(getattr(company.cast, name)), reverse("desk:distributor", args=["D001"]))
    ways = page.partition('<p class="ck-ways">')[2].partition("</p>")[0]
    assert [label for label in there if f">{label}</a>" not in ways] == []
    assert [label for label in missing if f">{label}</a>" in ways] == []
    assert 'href="/reports/days/?level=product&amp;distributor=D001"' in ways


def test_an_auditor_is_not_asked_to_send_a_report() -> None:
    page = text(browse(build_cast().auditor), reverse("desk:distributor", args=["D001"]))
    assert "No report yet" in page
    assert 'href="/reports/new/"' not in page
