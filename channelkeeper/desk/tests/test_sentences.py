from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from channelkeeper.desk import sentences

MONDAY: dict[str, Any] = {
    "shops": 14,
    "first": 3,
    "rest": 11,
    "below": 24,
    "above_value": Decimal("153528"),
    "missing": 0,
    "name": "华联商贸",
    "stake": Decimal("87366"),
    "manages": False,
}
SHOP: dict[str, Any] = {
    "name": "华联商贸",
    "products": 58,
    "below": 6,
    "inside": 43,
    "above": 9,
    "short": 6,
    "above_value": Decimal("82828"),
    "arrives_on": date(2026, 12, 3),
    "reported": True,
}
OWN: dict[str, Any] = {
    **SHOP,
    "report": "",
    "week": date(2026, 11, 16),
    "due_on": date(2026, 11, 23),
    "offer": False,
    "lines": 25,
    "amount": Decimal(67689),
}
OVERVIEW: dict[str, Any] = {
    "who": "",
    "share": Decimal("0.68"),
    "points": 16,
    "falling": [("成都", 4), ("郑州", 3)],
    "lowest": ("成都", Decimal("0.51")),
}


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        (
            {},
            "今天先见3家：24个品种会断货，15.4万元压着。其余11家总天数都在带内。",
            "See 3 first today: 24 products will run out, ¥153,528 lies still. The other 11 are in band in total.",
        ),
        (
            {"manages": True, "below": 1, "above_value": 0, "missing": 2, "rest": 1},
            "先管3家：1个品种会断货，2家周报未到。其余1家总天数在带内。",
            "3 need managing first: 1 product will run out, 2 reports are missing. The other one is in band in total.",
        ),
        (
            {"below": 0, "above_value": 0, "rest": 0},
            "今天先见3家。",
            "See 3 first today.",
        ),
        (
            {"first": 0, "rest": 14},
            "14家总天数都在带内，涉及最多的是华联商贸，8.7万元。",
            "All 14 are in band in total, most is at stake at 华联商贸, ¥87,366.",
        ),
        ({"first": 0, "shops": 1}, "华联商贸总天数在带内。", "华联商贸 is in band in total."),
    ],
)
def test_monday_says_whom_to_see_and_why(more: dict[str, Any], zh: str, en: str) -> None:
    figures = {**MONDAY, **more}
    assert (sentences.monday(figures, "zh-hans"), sentences.monday(figures, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        (
            {},
            "华联商贸：58个品种里6个等不到12月3日到货；8.3万元压在9个品种上。",
            "华联商贸: 6 of 58 products will run out before the delivery of 3 Dec; "
            "¥82,828 lies above the band in 9 products.",
        ),
        (
            {"short": 4, "above": 1},
            "华联商贸：58个品种里6个会断货，其中4个等不到12月3日到货；8.3万元压在1个品种上。",
            "华联商贸: 6 of 58 products are below the band, 4 of them run out before the delivery of 3 Dec; "
            "¥82,828 lies above the band in 1 product.",
        ),
        (
            {"short": 0, "above": 0},
            "华联商贸：58个品种里6个低于带，都等得到12月3日到货。",
            "华联商贸: 6 of 58 products are below the band; all last until the delivery of 3 Dec.",
        ),
        (
            {"below": 0, "short": 0, "above": 0, "inside": 58},
            "华联商贸：58个品种都在带内。",
            "华联商贸: all 58 products are in band.",
        ),
        (
            {"below": 0, "short": 0, "reported": False},
            "华联商贸：周报未到，按上周推算；58个品种里43个在带内，没有会断货的；8.3万元压在9个品种上。",
            "华联商贸: the report is missing, figures are estimated; 43 of 58 products are in band, none will run out; "
            "¥82,828 lies above the band in 9 products.",
        ),
        ({"products": None}, "华联商贸：还没有周报，没有库存天数。", "华联商贸: no report yet, so no inventory days."),
    ],
)
def test_a_distributor_says_what_is_the_matter(more: dict[str, Any], zh: str, en: str) -> None:
    figures = {**SHOP, **more}
    assert (sentences.distributor(figures, "zh-hans"), sentences.distributor(figures, "en")) == (zh, en)


def test_beside_its_name_a_distributor_is_not_named_again() -> None:
    assert sentences.distributor(SHOP, "en", named=False).startswith("6 of 58 products")


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ({"report": "late"}, "第47周的周报还没到。", "The report of week 47 has not come yet."),
        (
            {"report": "due", "offer": True},
            "第47周的周报请在11月23日12点前发来；有一张25行、6.8万元的订货建议等答复。",
            "The report of week 47 is due by noon of 23 Nov; an order of 25 lines, ¥67,689, waits for an answer.",
        ),
        (
            {},
            "58个品种里6个等不到12月3日到货；8.3万元压在9个品种上。",
            "6 of 58 products will run out before the delivery of 3 Dec; ¥82,828 lies above the band in 9 products.",
        ),
    ],
)
def test_a_distributors_own_page_says_what_is_asked_of_it(more: dict[str, Any], zh: str, en: str) -> None:
    figures = {**OWN, **more}
    assert (sentences.own(figures, "zh-hans"), sentences.own(figures, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        (
            {},
            "全国68%的品种在带内，比去年同期高16个百分点；成都连降4周，郑州连降3周，先看这2处。",
            "Country: 68% of the products are in band, 16 points more than a year ago; "
            "成都 has fallen 4 weeks running, 郑州 has fallen 3 weeks running, look there first.",
        ),
        (
            {"who": "江州办事处", "points": -2, "falling": []},
            "江州办事处68%的品种在带内，比去年同期低2个百分点；最低的是成都，51%。",
            "江州办事处: 68% of the products are in band, 2 points less than a year ago; lowest is 成都 with 51%.",
        ),
        (
            {"points": None, "falling": [], "lowest": None},
            "全国68%的品种在带内。",
            "Country: 68% of the products are in band.",
        ),
    ],
)
def test_the_overview_says_how_all_do_and_where_to_look(more: dict[str, Any], zh: str, en: str) -> None:
    figures = {**OVERVIEW, **more}
    assert (sentences.overview(figures, "zh-hans"), sentences.overview(figures, "en")) == (zh, en)


PRODUCT: dict[str, Any] = {
    "on_hand_units": 1512,
    "road_units": 0,
    "per_day_units": 259.2,
    "units_per_case": 24,
    "days": 5.83,
    "band": "below",
    "estimated": False,
    "uncertain": False,
}


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        (
            {},
            "库存63箱，没有在途，每天预计出10.8箱，只够5.8天。",
            "63 cases in stock, none on the road, 10.8 cases a day expected, only enough for 5.8 days.",
        ),
        (
            {"road_units": 144, "days": 22.0, "band": "inside", "uncertain": True},
            "库存63箱，在途6箱，每天预计出10.8箱，够22.0天。周报还不满8周，预计是粗的。",
            "63 cases in stock, 6 cases on the road, 10.8 cases a day expected, enough for 22.0 days. "
            "Fewer than eight reports, so the expectation is rough.",
        ),
        (
            {"days": None, "band": "none", "estimated": True},
            "库存约63箱，没有在途，不预计出货。",
            "About 63 cases in stock, none on the road, no sell-out is expected.",
        ),
    ],
)
def test_a_product_says_how_long_it_lasts(more: dict[str, Any], zh: str, en: str) -> None:
    figures = {**PRODUCT, **more}
    assert (sentences.product(figures, "zh-hans"), sentences.product(figures, "en")) == (zh, en)


@pytest.mark.parametrize("cause", ["season", "festival", "promotion", "trend", "stock_out"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_cause_has_a_word_for_more_and_for_less(cause: str, language: str) -> None:
    more = sentences.why(cause, more=True, language=language)
    less = sentences.why(cause, more=False, language=language)
    assert more
    assert less
    assert more != less


def test_without_a_cause_sell_out_is_steady() -> None:
    assert (sentences.why("", more=True, language="zh"), sentences.why("", more=False, language="en")) == (
        "平稳",
        "steady",
    )
