"""What a close observes, one line per rule and distributor: STK-2, STK-3a, STK-4a, STK-6."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from channelkeeper.catalog.models import Price, Product
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import sentences, weeks
from channelkeeper.findings.models import Finding
from channelkeeper.findings.rules import Severity
from channelkeeper.network.tests.cast import Cast, build_cast
from channelkeeper.stock import actions
from channelkeeper.stock.models import Band, DistributorWeek
from channelkeeper.stock.queries import sums
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row

pytestmark = pytest.mark.django_db
AT = monday_after(WEEK)
CODES = ("T500", "T501", "W550", "M250", "T502")


@pytest.fixture
def cast() -> Cast:
    build_shelf()
    return build_cast()


def past(code: str, rows: list[list[object]], *, count: int = 9) -> None:
    for back in range(count, 0, -1):
        report(code, rows, week=weeks.shift(WEEK, -back))


def found(kind: str, code: str = "D001") -> Finding | None:
    return Finding.objects.filter(kind=kind, distributor__code=code).first()


def close(week: date = WEEK) -> None:
    actions.close_week(week=week, by=SYSTEM, at=AT)


def said(finding: Finding) -> tuple[str, str]:
    return tuple(sentences.render(finding.sentence, finding.figures, language) for language in ("zh", "en"))  # type: ignore[return-value]


def test_what_runs_out_before_an_order_arrives_is_found(cast: Cast) -> None:
    past("D001", [row("T500", 100, 70, 70), row("W550", 300, 70, 70)])
    report("D001", [row("T500", 100, 0, 70), row("W550", 300, 0, 70)])
    close()
    finding = found("below_band")
    assert finding is not None
    assert (finding.severity, finding.figures["count"], finding.figures["product"]) == (Severity.URGENT, 1, "T500")
    assert finding.figures["on_hand_units"] == 30
    assert said(finding) == (
        "冰红茶 500ml会断货：只够3天，等不到12月1日。",
        "Iced tea 500ml will run out: it lasts 3 days, not until 1 Dec.",
    )
    assert finding.stake > 0
    assert finding.evidence[0][:2] == ["stock", "report"]


def test_money_above_the_band_is_found_with_the_most_first(cast: Cast) -> None:
    rows = [row("T500", 700, 70, 70), row("T501", 900, 70, 70)]
    past("D001", rows)
    report("D001", rows)
    close()
    finding = found("above_band")
    assert finding is not None
    assert [one["product"] for one in finding.figures["products"]] == ["T501", "T500"]
    assert finding.figures["amount"] == str(finding.stake)
    assert "元压在2个品种上" in said(finding)[0]


def test_stock_above_the_band_is_found_without_prices_too(cast: Cast) -> None:
    Price.objects.all().delete()
    for code, rows in (("D001", ["T500"]), ("D002", ["T500", "T501"])):
        lines = [row(product, 700 + 100 * place, 70, 70) for place, product in enumerate(rows)]
        past(code, lines)
        report(code, lines)
    close()
    one, several = found("above_band"), found("above_band", "D002")
    assert one is not None
    assert several is not None
    assert (one.stake, several.stake) == (Decimal(0), Decimal(0))
    assert said(one)[1].endswith("days; without a price nothing can be said in money.")
    assert said(several)[0].startswith("2个品种压货，")


def test_inside_the_band_nothing_is_found(cast: Cast) -> None:
    rows = [row("T500", 225, 70, 70)]
    past("D001", rows)
    report("D001", rows)
    close()
    assert not Finding.objects.filter(distributor__code="D001").exists()


def test_a_stock_out_is_found(cast: Cast) -> None:
    past("D001", [row("T500", 225, 70, 70), row("W550", 225, 70, 70)])
    report("D001", [row("T500", 70, 0, 70), row("W550", 225, 70, 70)])
    close()
    finding = found("stock_out")
    assert finding is not None
    assert said(finding)[1].startswith("Iced tea 500ml is out of stock, about ¥")


@pytest.mark.parametrize(
    ("last", "sentence", "severity"),
    [(1, "report_missing", Severity.WARNING), (3, "report_missing_long", Severity.URGENT)],
)
def test_a_missing_report_is_found(cast: Cast, last: int, sentence: str, severity: Severity) -> None:
    for back in range(12, last - 1, -1):
        report("D001", [row("T500", 225, 70, 70)], week=weeks.shift(WEEK, -back))
    close()
    finding = found("report_missing")
    assert finding is not None
    assert (finding.sentence, finding.severity, finding.certainty) == (f"stock.{sentence}", severity, "estimated")
    never = found("report_missing", "D002")
    assert never is not None
    assert said(never) == ("还没交过周报。", "No report has ever come.")


def test_a_late_report_is_found(cast: Cast) -> None:
    past("D001", [row("T500", 225, 70, 70)])
    report("D001", [row("T500", 225, 70, 70)], at=monday_after(WEEK, 15))
    close()
    finding = found("report_late")
    assert finding is not None
    assert said(finding)[0] == "第47周的周报迟了，11月23日才到。"


def test_copied_figures_are_found_and_true_ones_are_not(cast: Cast) -> None:
    rows = [row(code, 225, 70 + at, 70 + at) for at, code in enumerate(CODES)]
    for code in ("D001", "D002"):
        past(code, rows, count=1)
    report("D001", rows)
    report("D002", [row(code, 225, 70 + at, 70 + at * 3) for at, code in enumerate(CODES)])
    close()
    finding = found("figures_copied")
    assert finding is not None
    assert (finding.rule, finding.figures["same"], finding.figures["moving"]) == ("STK-4", 5, 5)
    assert found("figures_copied", "D002") is None


def test_rows_that_do_not_meet_are_found(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30, 60), row("W550", 200, 0, 50, 153)])
    close()
    finding = found("does_not_balance")
    assert finding is not None
    assert finding.figures["count"] == 2
    assert said(finding) == (
        "2个品种的账不平：冰红茶 500ml照算该剩70个，报的是60个。",
        "2 do not balance: Iced tea 500ml should have 70 pieces left, the report says 60.",
    )


def test_a_correction_withdraws_what_the_week_showed(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30, 60)])
    close()
    report("D001", [row("T500", 100, 0, 30, 70)], at=monday_after(WEEK, 20))
    finding = found("does_not_balance")
    assert finding is not None
    assert finding.state == "withdrawn"


def test_a_report_that_comes_late_takes_the_missing_one_back(cast: Cast) -> None:
    past("D001", [row("T500", 225, 70, 70)])
    close()
    report("D001", [row("T500", 225, 70, 70)], at=monday_after(WEEK, 15))
    missing = found("report_missing")
    assert missing is not None
    assert missing.state == "withdrawn"
    assert found("report_late") is not None


def test_a_quarter_in_band_is_found_as_something_good(cast: Cast) -> None:
    rows = [row("T500", 225, 70, 70)]
    past("D001", rows)
    report("D001", rows)
    plain: dict[str, Any] = {
        "distributor": cast.hualian,
        "reported": True,
        "on_time": True,
        "products": 4,
        "inside": 3,
        "below": 1,
        "above": 0,
        "stock_value": Decimal(225),
        "expected_value_per_day": Decimal(10),
    }
    money = (
        "low_stock_value",
        "high_stock_value",
        "trailing_value_per_day",
        "sold_value",
        "short_value",
        "above_value",
    )
    for back in range(1, 13):
        stock = Decimal(225) if back > 2 else Decimal(400)
        DistributorWeek.objects.create(
            week=weeks.shift(WEEK, -back), **dict.fromkeys(money, Decimal(0)), **plain | {"stock_value": stock}
        )
    close()
    finding = found("kept_in_band")
    assert finding is not None
    assert (finding.severity, finding.figures["kept"], finding.figures["closes"]) == (Severity.GOOD, 11, 13)
    assert said(finding)[0] == "最近13周里11周总库存在带内，品种有76%在带内。"


def test_goods_that_will_expire_are_found_and_are_no_cover(cast: Cast) -> None:
    past("D001", [row("M250", 300, 70, 70)])
    report("D001", [row("M250", 300, 70, 70, near=150)])
    close()
    finding = found("near_expiry")
    assert finding is not None
    assert (finding.rule, finding.severity, finding.stake) == ("STK-1", Severity.WARNING, Decimal("125.00"))
    assert said(finding) == (
        "纯牛奶 250ml临期150个，照现在卖50个卖不完，共125元；算天数时不算它们。",
        "Milk 250ml: 150 pieces are near expiry, 50 of the stock will not sell in time, ¥125; they are no cover.",
    )
    week = DistributorWeek.objects.get(distributor=cast.hualian, week=WEEK)
    assert (week.stock_value, week.expiring_value) == (Decimal("750.00"), Decimal("125.00"))
    assert finding.figures["days"] == 25


def test_what_sells_in_time_is_not_found(cast: Cast) -> None:
    past("D001", [row("M250", 225, 70, 70)])
    report("D001", [row("M250", 225, 70, 70, near=100)])
    close()
    assert found("near_expiry") is None


def test_slow_stock_is_found_once(cast: Cast) -> None:
    rows = [row("T500", 1500, 70, 70), row("T501", 400, 0, 0), row("W550", 200, 70, 70)]
    past("D001", rows)
    report("D001", rows)
    close()
    finding = found("slow_moving")
    assert finding is not None
    assert [one["product"] for one in finding.figures["products"]] == ["T500", "T501"]
    # 1,500 - 91 x 10 at 2.20, and all 400 at 2.10.
    assert finding.stake == Decimal("2138.00")
    assert said(finding)[0] == "2个品种滞销，压着2,138元：冰红茶 500ml有1,500个，够卖150天。"
    assert found("above_band") is None


def test_stock_that_never_sells_is_said_so(cast: Cast) -> None:
    rows = [row("T501", 400, 0, 0)]
    past("D001", rows)
    report("D001", rows)
    close()
    finding = found("slow_moving")
    assert finding is not None
    assert said(finding)[1] == "Lemon tea 500ml lies still: 400 pieces and none sold in 10 weeks, ¥840."


def test_slow_stock_that_sells_again_is_resolved(cast: Cast) -> None:
    past("D001", [row("T501", 400, 0, 0)])
    actions.close_week(week=weeks.shift(WEEK, -2), by=SYSTEM, at=AT)
    for back in (1, 0):
        report("D001", [row("T501", 400, 0, 70, 150)], week=weeks.shift(WEEK, -back))
        close(weeks.shift(WEEK, -back))
    finding = found("slow_moving")
    assert finding is not None
    assert finding.state == "resolved"


def test_the_band_that_was_set_is_the_one_that_is_judged(cast: Cast) -> None:
    dairy = Product.objects.get(code="M250").category
    Band.objects.create(
        subject=f"c{dairy.pk}", category=dairy, starts_on=WEEK, low_days=7, high_days=10, set_at=AT, by_name="总部"
    )
    rows = [row("M250", 90, 70, 70), row("T500", 225, 70, 70)]
    past("D001", rows)
    report("D001", rows)
    close()
    week = DistributorWeek.objects.get(distributor=cast.hualian, week=WEEK)
    assert (week.below, week.inside, week.above) == (0, 2, 0)
    assert not Finding.objects.filter(distributor__code="D001").exists()
    total = sums.history(SYSTEM, at=AT, code="D001", since=WEEK)[0]
    # 10 a day of each: 25 yuan of milk at 7 to 10, 22 yuan of tea at 20 to 25.
    assert total.limits.low_days == pytest.approx(Decimal(25 * 7 + 22 * 20) / 47, abs=Decimal("0.001"))
    assert total.band == "inside"
