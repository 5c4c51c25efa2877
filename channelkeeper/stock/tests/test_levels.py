"""Days and turnover above the product: sums by level and week, credited to whom they were held by (STK-1b, STK-5b)."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from typer.testing import CliRunner

from channelkeeper.access import actions as access
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.models import Assignment
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.stock import actions, cli, periods
from channelkeeper.stock.models import CategoryWeek, DistributorWeek
from channelkeeper.stock.queries import levels, turnover
from channelkeeper.stock.queries.levels import Level, Within
from channelkeeper.stock.rules import USUAL_BAND, Band
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row
from channelkeeper.stock.views.trace import traced

pytestmark = pytest.mark.django_db
HANDED_OVER = weeks.shift(WEEK, -2)


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


@pytest.fixture(autouse=True)
def shelf() -> Shelf:
    return build_shelf()


def week_of(distributor: Any, back: int, *, stock: int, sold: int, reported: bool = True, **more: Any) -> None:
    """Keep a week in sums: stock in yuan, sold in yuan; 10 days' worth a week is expected."""
    DistributorWeek.objects.create(
        distributor=distributor,
        week=weeks.shift(WEEK, -back),
        reported=reported,
        on_time=reported,
        **{
            "products": 1,
            "below": 0,
            "inside": 1,
            "above": 0,
            "stock_value": stock,
            "low_stock_value": stock,
            "high_stock_value": stock,
            "expected_value_per_day": 10,
            "trailing_value_per_day": 20,
            "sold_value": sold,
            "short_value": 0,
            "above_value": 0,
            "band_low_value": 200,
            "band_high_value": 250,
            **more,
        },
    )


def days(level: Level, member: Member, count: int = 2, **within: str) -> dict[str, levels.Line]:
    since = weeks.shift(WEEK, 1 - count)
    found = levels.days_by_level(member.actor, at=AT, level=level, since=since, until=WEEK, within=Within(**within))
    return {line.code: line for line in found}


def browse(member: Member, language: str = "en") -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


# ---------------------------------------------------------------- days


def test_distributors_add_up_to_offices_and_regions(cast: Cast) -> None:
    for distributor, stock in ((cast.hualian, 300), (cast.yongsheng, 200), (cast.xinda, 100)):
        week_of(distributor, 0, stock=stock, sold=70)
    by_distributor = days(Level.DISTRIBUTOR, cast.headquarters)
    assert [(code, line.last and line.last.forward) for code, line in by_distributor.items()] == [
        ("D001", Decimal(30)),
        ("D002", Decimal(20)),
        ("D003", Decimal(10)),
    ]
    assert by_distributor["D001"].weeks[0] is None
    east = days(Level.OFFICE, cast.headquarters)["E1"].last
    assert east is not None
    assert (east.forward, east.trailing, east.distributors) == (Decimal(25), Decimal("12.5"), 2)
    assert (east.limits, east.band) == (USUAL_BAND, Band.INSIDE)
    region = days(Level.REGION, cast.headquarters)["R1"].last
    assert region is not None
    assert (region.forward, region.distributors) == (Decimal(20), 3)


def test_what_expires_is_no_cover_above_the_product_either(cast: Cast) -> None:
    week_of(cast.hualian, 0, stock=300, sold=70, expiring_value=100)
    last = days(Level.DISTRIBUTOR, cast.headquarters)["D001"].last
    assert last is not None
    assert (last.forward, last.stock_value) == (Decimal(20), Decimal(300))


def test_a_level_is_narrowed_to_what_the_reader_may_see(cast: Cast) -> None:
    for distributor in (cast.hualian, cast.yongsheng, cast.xinda):
        week_of(distributor, 0, stock=300, sold=70)
    assert days(Level.DISTRIBUTOR, cast.rep).keys() == {"D001", "D002"}
    assert days(Level.DISTRIBUTOR, cast.distributor_user).keys() == {"D001"}
    assert days(Level.OFFICE, cast.other_manager).keys() == {"W1"}
    assert days(Level.DISTRIBUTOR, cast.headquarters, office="E1").keys() == {"D001", "D002"}
    assert days(Level.DISTRIBUTOR, cast.headquarters, rep="Y01").keys() == {"D003"}
    assert days(Level.DISTRIBUTOR, cast.rep, distributor="D003") == {}
    assert days(Level.DISTRIBUTOR, cast.headquarters, region="R2") == {}


def hand_over(cast: Cast, on: date) -> None:
    """Hand yongsheng over from the rep of the east to that of the west."""
    old = Assignment.objects.get(distributor=cast.yongsheng)
    old.ends_on = on
    old.save()
    Assignment.objects.create(rep=cast.other_rep_record, distributor=cast.yongsheng, starts_on=on)


def test_a_week_belongs_to_who_held_the_distributor_on_its_monday(cast: Cast) -> None:
    hand_over(cast, WEEK - timedelta(days=4))  # on a Wednesday
    for distributor, stock in ((cast.hualian, 300), (cast.yongsheng, 500)):
        for back in (1, 0):
            week_of(distributor, back, stock=stock, sold=70)
    reps = days(Level.REP, cast.headquarters)
    assert [week and week.forward for week in reps["J01"].weeks] == [40, 30]
    assert [week and week.forward for week in reps["Y01"].weeks] == [None, 50]
    assert days(Level.DISTRIBUTOR, cast.headquarters, rep="Y01").keys() == {"D002"}


# ---------------------------------------------------------------- realised


def steady(code: str, *, back: int, sold: int = 70, products: tuple[str, ...] = ("T500",)) -> None:
    week = weeks.shift(WEEK, -back)
    report(code, [row(product, 300, sold, sold) for product in products], week=week)
    actions.close_week(week=week, by=SYSTEM, at=monday_after(WEEK))


def sold_after(back: int) -> Decimal | None:
    week = DistributorWeek.objects.get(distributor__code="D001", week=weeks.shift(WEEK, -back))
    return week.sold_after_value


def test_realised_days_are_known_when_four_weeks_have_been_reported(cast: Cast) -> None:
    for back in range(4, 0, -1):
        steady("D001", back=back, products=("T500", "M250"))
    assert sold_after(4) is None
    steady("D001", back=0, sold=140, products=("T500", "M250"))
    # 70 x 3 + 140 pieces of tea at 2.20 and of milk at 2.50.
    assert sold_after(4) == Decimal("1645.00")
    assert sold_after(3) is None
    line = days(Level.DISTRIBUTOR, cast.headquarters, count=5)["D001"]
    assert line.weeks[0] is not None
    assert line.weeks[0].realised == Decimal(300 * Decimal("4.70")) / (Decimal(1645) / 28)
    assert [week.realised for week in line.weeks[1:] if week] == [None] * 4
    assert line.last_realised is line.weeks[0]
    dairy = days(Level.CATEGORY, cast.headquarters, count=5)["DAIRY"].weeks[0]
    assert dairy is not None
    assert dairy.realised == Decimal(750) / (Decimal(875) / 28)


def test_a_missing_week_leaves_realised_unknown_until_its_report_comes(cast: Cast) -> None:
    for back in (4, 3, 2, 0):
        steady("D001", back=back)
    assert sold_after(4) is None
    late = weeks.shift(WEEK, -1)
    actions.close_week(week=late, by=SYSTEM, at=monday_after(WEEK))
    assert sold_after(4) is None
    report("D001", [row("T500", 300, 70, 70)], week=late, at=monday_after(WEEK, 15))
    assert sold_after(4) == Decimal("616.00")
    assert CategoryWeek.objects.get(week=weeks.shift(WEEK, -4), category__code="DRINK").sold_after_value == 616


def test_a_week_closed_anew_keeps_what_came_after_it(cast: Cast) -> None:
    for back in range(4, -1, -1):
        steady("D001", back=back)
    actions.close_week(week=weeks.shift(WEEK, -4), by=SYSTEM, at=monday_after(WEEK))
    assert sold_after(4) == Decimal("616.00")


# ---------------------------------------------------------------- turnover


def turned(level: Level, member: Member, period: str = "2026-11", **within: str) -> dict[str, turnover.Turnover]:
    found = turnover.turnover_by_level(
        member.actor, at=AT, level=level, period=periods.parse(period), until=WEEK, within=Within(**within)
    )
    return {one.code: one for one in found}


def test_turnover_is_that_of_the_rule_with_the_stock_before_as_opening(cast: Cast) -> None:
    # November's weeks begin on the 2nd; 900 before them, then 1,100 and 1,000 with 140 and 210 sold (STK-5).
    for back, stock, sold in ((3, 900, 999), (2, 1100, 140), (1, 1000, 210)):
        week_of(cast.hualian, back, stock=stock, sold=sold)
    week_of(cast.hualian, 0, stock=5, sold=5, reported=False)
    (found,) = turned(Level.DISTRIBUTOR, cast.headquarters).values()
    assert (found.days, found.weeks) == (Decimal(40), 2)
    assert (found.mean_stock, found.sold_per_day) == (Decimal(1000), Decimal(25))


def test_a_rep_is_credited_for_the_weeks_held(cast: Cast) -> None:
    hand_over(cast, HANDED_OVER + timedelta(days=7))
    for back in (3, 2, 1, 0):
        week_of(cast.hualian, back, stock=400, sold=70)
        week_of(cast.yongsheng, back, stock=900 if back >= 2 else 100, sold=70)
    reps = turned(Level.REP, cast.headquarters)
    # The rep of the east: three weeks of hualian at 400, one of yongsheng at 900; both sell 10 a day.
    assert reps["J01"].days == Decimal(3 * 400 + 900) / 40
    # The rep of the west: two weeks of yongsheng, 900 found and 100 left at two closes.
    assert reps["Y01"].days == Decimal(1100) / 3 / 10
    assert (reps["J01"].weeks, reps["J01"].distributors, reps["Y01"].weeks) == (4, 2, 2)
    office = turned(Level.OFFICE, cast.headquarters)["E1"]
    assert office.weeks == 6


def test_turnover_is_narrowed_to_what_the_reader_may_see(cast: Cast) -> None:
    for distributor in (cast.hualian, cast.yongsheng, cast.xinda):
        week_of(distributor, 0, stock=300, sold=70)
    assert turned(Level.DISTRIBUTOR, cast.rep).keys() == {"D001", "D002"}
    assert turned(Level.REP, cast.manager).keys() == {"J01"}
    assert turned(Level.DISTRIBUTOR, cast.headquarters, office="W1").keys() == {"D003"}
    assert turned(Level.DISTRIBUTOR, cast.headquarters, period="2026-03") == {}


def test_categories_and_products_turn_over_too(cast: Cast) -> None:
    for back in (3, 2, 1, 0):
        steady("D001", back=back, products=("T500", "M250"))
    categories = turned(Level.CATEGORY, cast.headquarters)
    assert {code: one.days for code, one in categories.items()} == {"DAIRY": 30, "DRINK": 30}
    assert turned(Level.DISTRIBUTOR, cast.headquarters, category="DAIRY")["D001"].mean_stock == 750
    found = turnover.turnover_of_products(
        cast.rep.actor, at=AT, code="D001", period=periods.parse("2026-11"), until=WEEK
    )
    assert [(one.code, one.days, one.weeks) for one in found] == [
        ("M250", Decimal(30), 3),
        ("T500", Decimal(30), 3),
    ]
    nobody = turnover.turnover_of_products(
        cast.other_rep.actor, at=AT, code="D001", period=periods.parse("2026-11"), until=WEEK
    )
    assert nobody == []


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11", date(2026, 11, 2), date(2026, 11, 23)),
        ("2026-10", date(2026, 9, 28), date(2026, 10, 26)),
        ("2026-Q4", date(2026, 9, 28), date(2026, 12, 28)),
        ("2026", date(2025, 12, 29), date(2026, 12, 28)),
        ("2027", date(2027, 1, 4), date(2027, 12, 27)),
    ],
)
def test_a_week_belongs_to_the_period_of_its_thursday(text: str, first: date, last: date) -> None:
    period = periods.parse(text)
    assert (period.label, period.first_week, period.last_week) == (text, first, last)
    assert periods.containing(first, period.kind) == period
    assert periods.containing(weeks.shift(last, 1), period.kind) == period.next()
    assert period.next(-1).last_week == weeks.shift(first, -1)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-00", "2026-Q5", "26", "2026-11-01", "last"])
def test_another_text_is_no_period(text: str) -> None:
    with pytest.raises(periods.PeriodError):
        periods.parse(text)


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "asked"), [("stock:days", 6), ("stock:turnover", 7)])
def test_pages_take_the_same_queries_for_one_line_and_three(cast: Cast, number: int, name: str, asked: int) -> None:
    for distributor in (cast.hualian, cast.yongsheng, cast.xinda)[:number]:
        week_of(distributor, 0, stock=300, sold=70)
    client = browse(cast.headquarters)
    address = reverse(name) + "?level=distributor"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert text_of(response).count('<tr data-href="') == number
    assert len(queries) == asked


def link(page: str, query: str) -> str:
    """Return the address on a page that asks for this."""
    return next(part for part in page.split('"') if part.startswith("/") and query in part).replace("&amp;", "&")


def test_lines_lead_down_to_the_product(cast: Cast) -> None:
    steady("D001", back=0)
    client = browse(cast.headquarters)
    address, bound = reverse("stock:days"), ""
    for level, of in (("rep", "office=E1"), ("distributor", "rep=J01"), ("category", "distributor=D001")):
        bound += f"&amp;{of}"
        address = link(text_of(client.get(address)), f"level={level}{bound}")
    address = link(text_of(client.get(address)), f"level=product{bound}&amp;category=DRINK")
    page = text_of(client.get(address))
    assert reverse("stock:product_days", args=["D001", "T500"]) in page
    assert "Iced tea" in page


def test_a_products_history_shows_each_week(cast: Cast) -> None:
    for back in (1, 0):
        steady("D001", back=back)
    page = text_of(browse(cast.rep).get(reverse("stock:product_days", args=["D001", "T500"])))
    assert "Iced tea 500ml: 30.0 days, band 20.0 to 25.0" in page
    assert "week 46" in page
    assert "week 47" in page


def test_what_was_to_expire_lasts_no_day_in_a_products_history_either(cast: Cast) -> None:
    for back in range(4, -1, -1):
        week = weeks.shift(WEEK, -back)
        report("D001", [row("M250", 300, 70, 70, near=150)], week=week)
        actions.close_week(week=week, by=SYSTEM, at=monday_after(WEEK))
    (line,) = levels.days_of_products(
        cast.rep.actor, at=AT, code="D001", since=weeks.shift(WEEK, -4), until=WEEK, product="M250"
    )
    assert [week and week.sellable_units for week in line.weeks] == [250] * 5
    assert [week and week.days for week in line.weeks] == pytest.approx([25] * 5)
    assert list(line.realised) == [25, None, None, None, None]


@pytest.mark.parametrize(
    ("code", "product"), [("D003", "T500"), ("D001", "T999"), ("D999", "T500")], ids=["foreign", "product", "none"]
)
def test_a_history_out_of_reach_is_not_found(cast: Cast, code: str, product: str) -> None:
    steady("D001", back=0)
    assert browse(cast.rep).get(reverse("stock:product_days", args=[code, product])).status_code == 404


@pytest.mark.parametrize("name", ["stock:days", "stock:turnover"])
def test_of_a_foreign_distributor_nothing_is_shown(cast: Cast, name: str) -> None:
    for distributor in (cast.hualian, cast.xinda):
        week_of(distributor, 0, stock=300, sold=70)
    page = text_of(browse(cast.rep).get(reverse(name) + "?distributor=D003"))
    assert "Nothing was" in page
    assert "Xinda" not in page


@pytest.mark.parametrize("name", ["stock:days", "stock:turnover"])
def test_before_the_first_close_pages_say_so(cast: Cast, name: str) -> None:
    assert "No close yet" in text_of(browse(cast.headquarters).get(reverse(name)))


@pytest.mark.parametrize("name", ["stock:days", "stock:turnover"])
def test_a_distributor_sees_its_own_alone(cast: Cast, name: str) -> None:
    for distributor in (cast.hualian, cast.xinda):
        week_of(distributor, 0, stock=300, sold=70)
    client = browse(cast.distributor_user)
    page = text_of(client.get(reverse(name) + "?level=distributor"))
    assert "Hualian Trading" in page
    assert "Xinda Store" not in page
    assert "Offices" not in page
    assert "Jiangzhou" not in text_of(client.get(reverse(name) + "?level=office"))


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("name", ["stock:days", "stock:turnover"])
def test_pages_are_taken_along_as_files(cast: Cast, name: str, form: str) -> None:
    week_of(cast.hualian, 0, stock=300, sold=70)
    week_of(cast.xinda, 0, stock=300, sold=70)
    response = browse(cast.rep).get(f"{reverse(name)}?level=distributor&format={form}")
    assert response.status_code == 200
    if form != "xlsx":
        assert "D001" in response.content.decode("utf-8-sig")
        assert "D003" not in response.content.decode("utf-8-sig")


def test_months_quarters_and_years_are_offered(cast: Cast) -> None:
    week_of(cast.hualian, 0, stock=300, sold=70)
    client = browse(cast.headquarters)
    page = text_of(client.get(reverse("stock:turnover")))
    assert "Turnover days in 2026" in page
    assert "period=2026-Q4" in page
    assert "period=2025" in page
    assert "period=2027" not in page
    empty = text_of(client.get(reverse("stock:turnover") + "?period=2025-Q1"))
    assert "Nothing was reported in this time" in empty
    assert "period=2025-Q2" in empty


def test_a_line_breaks_where_a_week_is_missing(cast: Cast) -> None:
    assert traced([]).forward == []
    assert traced([None]).band == ""


# ---------------------------------------------------------------- programs


def test_programs_read_days_and_turnover(cast: Cast) -> None:
    for distributor in (cast.hualian, cast.xinda):
        week_of(distributor, 0, stock=300, sold=70)
    secret = access.create_token(label="p", days=30, by=cast.rep.actor, at=AT)
    client, headers = Client(), {"authorization": f"Bearer {secret}"}
    body = client.get("/api/v1/stock/days?level=office", headers=headers).json()
    assert [(line["code"], line["weeks"][0]["forward_days"]) for line in body["lines"]] == [("E1", "30.00")]
    found = client.get("/api/v1/stock/turnover?period=2026-Q4&level=rep", headers=headers).json()
    assert [(line["code"], line["days"]) for line in found["lines"]] == [("J01", "30.00")]
    assert client.get("/api/v1/stock/turnover", headers=headers).json()["period"] == "2026"
    assert client.get("/api/v1/stock/turnover?period=soon", headers=headers).status_code == 422


def test_commands_show_days_and_turnover(cast: Cast) -> None:
    week_of(cast.hualian, 0, stock=300, sold=70)
    run = CliRunner()
    shown = json.loads(run.invoke(cli.app, ["days", "--level", "rep", "--json"]).stdout)
    assert [(one["code"], one["forward"], one["realised"]) for one in shown] == [("J01", "30.00", None)]
    found = json.loads(run.invoke(cli.app, ["turnover", "2026-11", "--json"]).stdout)
    assert [(one["code"], one["days"], one["weeks"]) for one in found] == [("D001", "30.00", 1)]
    assert run.invoke(cli.app, ["turnover", "soon"]).exit_code == 2
    assert "J01 2026-W47 30.00" in run.invoke(cli.app, ["days", "--level", "rep"]).stdout
