"""After a close: which reports to doubt, and what of receipts and counts becomes a finding (STK-3c, STK-4)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import sentences, weeks
from channelkeeper.findings.models import Finding
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT, FIRST_DAY, Cast, build_cast
from channelkeeper.stock import actions, doubts
from channelkeeper.stock.actions import doubting
from channelkeeper.stock.models import Count, Credibility, Report
from channelkeeper.stock.rules import Flow
from channelkeeper.stock.tests.books import SYSTEM, WEEK, report, row

pytestmark = pytest.mark.django_db
CODES = ("T500", "T501", "W550", "M250", "T502")


@pytest.fixture
def cast() -> Cast:
    build_shelf()
    return build_cast()


def honest(week: date, *, sold: int = 71, received: int = 71, closing: int = 227) -> list[list[object]]:
    """Return a report's rows in which each product and week has figures of its own."""
    back = weeks.between(week, WEEK) + 1
    rows = []
    for place, code in enumerate(CODES):
        moved = sold + (back * 3 + place * 5) % 7
        rows.append(row(code, closing + 3 * place, received, moved))
    return rows


def past(code: str, count: int = 9, **given: int) -> None:
    for back in range(count, 0, -1):
        week = weeks.shift(WEEK, -back)
        report(code, honest(week, **given), week=week)


def close() -> None:
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)


def doubted(code: str = "D001") -> tuple[int, list[str]]:
    kept = Credibility.objects.get(distributor__code=code, week=WEEK)
    return kept.score, [sign["kind"] for sign in kept.signs]


def found(kind: str, code: str = "D001") -> Finding | None:
    return Finding.objects.filter(kind=kind, distributor__code=code).first()


def shipped(number: str, arrives_on: date, *, product: str = "T500", units: int = 48, code: str = "D001") -> None:
    line: dict[str, Any] = {"number": number, "distributor": code, "product": product, "units": units}
    line |= {"shipped_on": arrives_on - timedelta(days=1), "arrives_on": arrives_on}
    assert not actions.record_shipments(rows=[line], by=SYSTEM, at=AT).problems


def test_an_honest_report_has_no_sign(cast: Cast) -> None:
    past("D001")
    report("D001", honest(WEEK))
    close()
    assert doubted() == (100, [])
    assert not Credibility.objects.filter(distributor__code="D002").exists()


@pytest.mark.parametrize(
    ("rows", "score", "signs"),
    [
        pytest.param([row(code, 300, 70, 70) for code in CODES], 60, ["round"], id="round"),
        pytest.param(
            [*honest(WEEK)[1:], row("T500", 229, 0, 0, 331)], 40, ["negative_sales", "balance"], id="negative"
        ),
        pytest.param([*honest(WEEK)[1:], row("T500", 100, 0, 163, 0)], 40, ["beyond_stock", "balance"], id="beyond"),
        pytest.param([*honest(WEEK)[1:], row("T500", 229, 71, 73, 222)], 80, ["balance"], id="balance"),
    ],
)
def test_each_sign_takes_its_share(cast: Cast, rows: list[list[object]], score: int, signs: list[str]) -> None:
    past("D001")
    report("D001", rows)
    close()
    assert doubted() == (score, signs)


def test_figures_in_cases_are_round_in_cases(cast: Cast) -> None:
    past("D001")
    report("D001", [row(code, 24 * (100 * place + 300), 0, 24 * 30) for place, code in enumerate(CODES)])
    close()
    kept = Credibility.objects.get(distributor__code="D001")
    assert kept.signs[0]["kind"] == "round"
    assert sentences.render("stock.sign_round", kept.signs[0]["figures"], "en") == "8 of 10 figures end in zero"


def test_copied_figures_are_a_sign(cast: Cast) -> None:
    past("D001")
    report("D001", honest(weeks.shift(WEEK, -1)))
    close()
    assert doubted() == (40, ["copied"])


def others(cast: Cast, number: int) -> list[str]:
    made = [
        Distributor(code=f"N{place}", name_zh=f"邻居{place}", office=cast.east, starts_on=FIRST_DAY)
        for place in range(number)
    ]
    Distributor.objects.bulk_create(made)
    return [one.code for one in made]


def all_report(codes: Sequence[str], times: int) -> None:
    for code in codes:
        past(code)
        report(code, honest(WEEK, sold=71 * times, received=71 * times))


def test_a_jump_is_a_sign_only_where_no_neighbour_shows_it(cast: Cast) -> None:
    neighbours = others(cast, 5)
    all_report(neighbours, 1)
    all_report(["D001"], 3)
    close()
    score, signs = doubted()
    assert (score, signs) == (55, ["jump"])
    kept = Credibility.objects.get(distributor__code="D001")
    figures = kept.signs[0]["figures"]
    assert 2.8 <= figures["times"] <= 3.1
    said = sentences.render("stock.sign_jump", figures, "en")
    assert said.startswith(f"{figures['category_en']} sold {figures['times']} times the usual")
    assert doubted(neighbours[0]) == (100, [])


def test_when_all_sell_more_nobody_is_doubted(cast: Cast) -> None:
    codes = [*others(cast, 5), "D001"]
    all_report(codes, 3)
    close()
    assert [doubted(code) for code in codes] == [(100, [])] * 6


def test_a_late_report_is_held_against_its_neighbours_too(cast: Cast) -> None:
    all_report(others(cast, 5), 1)
    past("D001")
    close()
    report("D001", honest(WEEK, sold=213, received=213), at=AT)
    assert doubted() == (55, ["jump"])


def test_comparing_again_comes_to_the_same_in_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    all_report(others(cast, 5), 1)
    all_report(["D001"], 3)
    close()
    before = list(Credibility.objects.order_by("pk").values_list("score", "signs"))
    with django_assert_num_queries(2):
        doubting.compare(week=WEEK, by=SYSTEM, at=AT)
    assert list(Credibility.objects.order_by("pk").values_list("score", "signs")) == before


def test_receipts_that_differ_from_shipments_are_found_with_line_and_shipment(cast: Cast) -> None:
    past("D001", received=0)
    shipped("F1", date(2026, 11, 18))
    report("D001", [row("T500", 100, 0, 7), *honest(WEEK, received=0)[1:]])
    close()
    finding = found("receipts_differ")
    assert finding is not None
    assert (finding.figures["expected"], finding.figures["written"]) == (48, 0)
    assert finding.stake == Decimal("105.60")
    assert [(kind, str(key).split(":")[-1]) for _, kind, key in finding.evidence] == [
        ("line", "T500"),
        ("shipment", "F1"),
    ]
    said = sentences.render(finding.sentence, finding.figures, "zh")
    assert said == "冰红茶 500ml的收货和发货对不上：该收48个，报的是0个，涉及106元。"
    assert doubted() == (70, ["receipts"])


@pytest.mark.parametrize("day", [20, 21, 22, 23, 24])
def test_what_arrives_around_the_sunday_may_be_in_either_report(cast: Cast, day: int) -> None:
    past("D001", received=0)
    shipped("F0", date(2026, 11, 4), product="T501", units=1)
    shipped("F1", date(2026, 11, day))
    for received in (0, 48):
        report("D001", [row("T500", 100, received, 7), *honest(WEEK, received=0)[1:]])
        close()
        assert found("receipts_differ") is None


def test_without_any_shipment_recorded_receipts_are_not_judged(cast: Cast) -> None:
    past("D001")
    report("D001", honest(WEEK))
    close()
    assert found("receipts_differ") is None


def test_less_than_a_case_is_no_difference(cast: Cast) -> None:
    past("D001", received=0)
    shipped("F1", date(2026, 11, 18))
    report("D001", [row("T500", 100, 25, 7), *honest(WEEK, received=0)[1:]])
    close()
    assert found("receipts_differ") is None


def count(units: int, product: str = "T500") -> None:
    line: dict[str, Any] = {"distributor": "D001", "product": product, "units": units}
    line |= {"counted_on": date(2026, 11, 23)}
    assert not actions.record_counts(rows=[line], source="page", by=SYSTEM, at=AT).problems


def test_a_count_that_differs_is_found_and_lowers_the_score(cast: Cast) -> None:
    past("D001")
    report("D001", honest(WEEK))
    close()
    written = 227 + 71 - (71 + 3 % 7)
    count(written - 60)
    finding = found("count_differs")
    assert finding is not None
    assert (finding.figures["expected"], finding.figures["written"]) == (written - 60, written)
    assert finding.stake == Decimal("132.00")
    assert [kind for _, kind, _ in finding.evidence] == ["count", "line"]
    assert doubted() == (50, ["count"])


def test_a_count_that_agrees_finds_nothing_and_a_withdrawn_one_takes_its_finding_along(cast: Cast) -> None:
    past("D001")
    report("D001", honest(WEEK))
    close()
    count(100)
    assert found("count_differs") is not None
    actions.withdraw_count(count_id=Count.objects.get().pk, reason="mistake", by=SYSTEM, at=AT)
    finding = found("count_differs")
    assert finding is not None
    assert finding.state == "withdrawn"
    assert doubted() == (100, [])


def test_the_database_adds_up_what_the_rule_says_of_the_lines(cast: Cast) -> None:
    chance = np.random.default_rng(7)
    for turn in range(12):
        rows = []
        for place, code in enumerate(CODES):
            case = (24, 24, 24, 12, 15)[place]
            step = case if turn % 3 == 0 else (1, 10)[turn % 2]
            opening, received, sold, closing = (int(one) * step for one in chance.integers(0, 400 // step + 30, 4))
            rows.append(row(code, opening, received, sold, closing))
        report("D001", rows, week=weeks.shift(WEEK, -turn))
    for one in Report.objects.prefetch_related("lines__product"):
        lines = [
            (Flow(*(getattr(line, f"{name}_units") for name in Flow.__dataclass_fields__)), line.product.units_per_case)
            for line in one.lines.all()
        ]
        assert doubting._in_reports([one.pk]) == {one.pk: doubts.in_report(lines)}
