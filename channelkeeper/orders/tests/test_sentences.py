"""ORD-3: every line explains itself in one sentence in both languages, and its figures recompute the quantity."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from channelkeeper.orders import queries, rules, sentences
from channelkeeper.orders.actions import reckoning
from channelkeeper.orders.queries import LineView
from channelkeeper.orders.rules import Basis, Bound, Cause, Group
from channelkeeper.orders.tests.test_reckoning import random_stock, tight
from channelkeeper.stock.rules import USUAL_BAND, BandLimits

BASIS = Basis(
    on_hand_units=1512,
    road_units=0,
    expected_until_arrival_units=Decimal(2592),
    expected_until_reading_units=Decimal(3629),
    missed_units=Decimal(0),
    per_day_now=Decimal("259.2"),
    per_day_after=Decimal("210.7"),
    band=USUAL_BAND,
    units_per_case=24,
)
TEA = LineView(
    product_id=1,
    product="T500",
    name_zh="冰红茶 500ml",
    name_en="Iced tea 500ml",
    proposed_units=6912,
    units=6912,
    edited=False,
    price_per_unit=Decimal("1.5"),
    basis=BASIS,
    bound_by=Bound.NONE,
    group=Group.RUN_OUT,
    cause="promotion",
    change=Decimal("0.4"),
    cause_label_zh="特价",
    cause_label_en="offer",
    cause_starts_on=date(2026, 12, 1),
    cause_ends_on=date(2026, 12, 7),
    reason="",
    arrives_on=date(2026, 12, 3),
    reading_on=date(2026, 12, 6),
    days_to_arrival=10,
    estimated=False,
    wanted_units=6912,
    uncertain=False,
    retires_on=None,
    successor="",
    cases_per_pallet=None,
)
PLAIN = replace(TEA, cause="", change=Decimal(0), group=Group.HOLD)


def basis(**given: object) -> Basis:
    return replace(BASIS, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        (
            TEA,
            "只够6天，等不到12月3日，特价 12/1–12/7多40%；订288箱，到货后回到23天。",
            "Lasts 6 days, not until 3 Dec, offer 1 Dec–7 Dec adds 40%; order 288 cases, back to 23 days after "
            "arrival.",
        ),
        (
            replace(TEA, basis=basis(on_hand_units=0), cause=""),
            "已经断货，12月3日才到货；订288箱，到货后16天。",
            "Sold out, and nothing arrives before 3 Dec; order 288 cases, 16 days after arrival.",
        ),
        (
            replace(TEA, basis=basis(on_hand_units=3110), cause=""),
            "平时够12天，可到货前卖得更多，等不到12月3日；订288箱，到货后30天。",
            "Lasts 12 days as a rule, but sells faster first and not until 3 Dec; order 288 cases, 30 days after "
            "arrival.",
        ),
        (
            replace(TEA, basis=basis(on_hand_units=3110, road_units=4800), cause="", units=0, proposed_units=0),
            "在途的来得晚，等不到12月3日就断，在途200箱；本次不订，到时20天。",
            "What is on the road comes late: sold out before 3 Dec, 200 cases on the road; no order this time, "
            "20 days then.",
        ),
        (
            replace(PLAIN, group=Group.GROW, cause="season", change=Decimal("0.16")),
            "现有6天，旺季多16%；订288箱，到货后23天，仍在带内。",
            "6 days now, the season adds 16%; order 288 cases, 23 days after arrival, still in band.",
        ),
        (
            replace(PLAIN, basis=basis(road_units=144), cause="trend", change=Decimal("-0.09")),
            "现有6天，卖得慢了，少9%，在途6箱；订288箱，到货后23天。",
            "6 days now, selling slower, 9% less, 6 cases on the road; order 288 cases, 23 days after arrival.",
        ),
        (
            replace(
                PLAIN, group=Group.SELL_DOWN, basis=basis(on_hand_units=20736, per_day_after=Decimal(240)),
                units=0, proposed_units=0, cause="season", change=Decimal("-0.46"),
            ),
            "够卖80天，过季少46%；本次不订，12月6日降到71天，超出25天的货值21,384元。",
            "Lasts 80 days, the season takes 46%; no order this time, 71 days left on 6 Dec, "
            "¥21,384 lies above 25 days.",
        ),
        (
            replace(PLAIN, group=Group.ENOUGH, units=0, proposed_units=0, basis=basis(road_units=7000)),
            "现有6天，在途292箱；本次不订，到时23天。",
            "6 days now, 292 cases on the road; no order this time, 23 days then.",
        ),
        (
            replace(PLAIN, bound_by=Bound.CASE, basis=basis(units_per_case=6912)),
            "现有6天；订1箱，一箱就是33天的量，到货后23天。",
            "6 days now; order 1 case, one case is 33 days of sell-out, 23 days after arrival.",
        ),
        (
            replace(PLAIN, bound_by=Bound.MINIMUM, basis=basis(min_order_cases=288)),
            "现有6天；订288箱，按起订量288箱订，到货后23天。",
            "6 days now; order 288 cases, lifted to the minimum of 288 cases, 23 days after arrival.",
        ),
        (
            replace(
                PLAIN, group=Group.ENOUGH, bound_by=Bound.MINIMUM, units=0, proposed_units=0, wanted_units=0,
                basis=basis(on_hand_units=8253, min_order_cases=10),
            ),
            "现有32天；本次不订，只缺4.9箱，不到起订量10箱，等下次，到时22天。",
            "32 days now; no order this time, short of 4.9 cases, below the minimum of 10 cases: waits, 22 days then.",
        ),
        (
            replace(PLAIN, bound_by=Bound.SHELF_LIFE),
            "现有6天；订288箱，保质期内只卖得完这些，到货后23天。",
            "6 days now; order 288 cases, no more sells before it expires, 23 days after arrival.",
        ),
        (
            replace(PLAIN, bound_by=Bound.RETIRE, units=0, proposed_units=0, basis=basis(on_hand_units=5000)),
            "现有19天；本次不订，已退市，不再订，到时7天。",
            "19 days now; no order this time, leaves the range, not ordered any more, 7 days then.",
        ),
        (
            replace(PLAIN, units=7200, reason="元旦团购"),
            "现有6天；建议288箱，改订300箱，到货后24天，理由：元旦团购。",
            "6 days now; proposed 288 cases, changed to 300 cases, 24 days after arrival, reason: 元旦团购.",
        ),
        (
            replace(
                PLAIN, group=Group.IDLE, units=0, proposed_units=0,
                basis=basis(per_day_now=Decimal(0), per_day_after=Decimal(0)),
            ),
            "没有卖，也不预计卖；本次不订。",
            "Nothing sold and nothing expected; no order this time.",
        ),
    ],
)  # fmt: skip
def test_a_line_says_what_matters_beside_its_columns(line: LineView, zh: str, en: str) -> None:
    assert line.sentence("zh-hans", brief=True) == zh
    assert line.sentence("en", brief=True) == en


def test_the_whole_sentence_carries_the_whole_reckoning() -> None:
    line = replace(TEA, basis=basis(road_units=48, missed_units=Decimal(240)))
    assert line.sentence("zh") == (
        "只够6天，等不到12月3日，特价 12/1–12/7多40%；库存63箱，在途2箱，到12月6日预计出151箱（断货少出10箱），"
        "之后每天8.8箱；订288箱，到货后回到24天。"
    )
    assert line.sentence("en") == (
        "Lasts 6 days, not until 3 Dec, offer 1 Dec–7 Dec adds 40%; stock 63 cases, 2 cases on the road, 151 cases "
        "expected to sell by 6 Dec (10 cases of it lost to the stock-out), 8.8 cases a day after; order 288 cases, "
        "back to 24 days after arrival."
    )


def test_an_estimated_stock_is_called_so() -> None:
    assert "库存估计63箱" in replace(TEA, estimated=True).sentence("zh")
    assert "stock about 63 cases" in replace(TEA, estimated=True).sentence("en")


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.NONE])
@pytest.mark.parametrize("change", ["0.2", "-0.2"])
def test_every_cause_has_words_both_ways(cause: Cause, change: str) -> None:
    line = replace(TEA, cause=cause.value, change=Decimal(change), cause_label_zh="", cause_label_en="")
    for language in ("zh", "en"):
        assert "20%" in sentences.cause_words(line.figures, language)


def test_a_cause_that_hardly_moves_anything_is_not_named() -> None:
    assert sentences.cause_words(replace(TEA, change=Decimal("0.049")).figures, "zh") == ""


LEAVES = date(2026, 12, 20)


def random_lines(seed: int) -> Iterator[LineView]:
    """Yield lines of every kind, as they would be kept."""
    stock = tight(random_stock(seed))
    for index, one in enumerate(reckoning.proposed(reckoning.reckon(stock))):
        yield replace(
            PLAIN,
            basis=one.basis,
            units=one.units,
            proposed_units=one.units,
            wanted_units=one.wanted_units,
            retires_on=LEAVES if one.bound_by is Bound.RETIRE else None,
            successor="T501" if index % 2 else "",
            uncertain=index % 7 == 0,
            bound_by=one.bound_by,
            group=one.group,
            cause=one.cause.value,
            change=one.change,
            days_to_arrival=int(stock.lead_days[index]),
        )


def test_thousands_of_lines_say_something_in_both_languages_and_their_figures_recompute_the_quantity() -> None:
    seen = set()
    lines = [*random_lines(11), *random_lines(12)]
    assert len(lines) >= 10_000
    for line in lines:
        figures = line.figures
        again = Basis(
            on_hand_units=figures["on_hand_units"],
            road_units=figures["road_units"],
            expected_until_arrival_units=Decimal(0),  # says when, not how much
            expected_until_reading_units=figures["expected_until_reading_units"],
            missed_units=figures["missed_units"],
            per_day_now=Decimal(0),
            per_day_after=figures["per_day_after"],
            band=BandLimits(figures["low_days"], figures["high_days"]),
            units_per_case=figures["units_per_case"],
            min_order_cases=figures["min_units"] // figures["units_per_case"],
            fresh_units=line.basis.fresh_units,
            barred_by=line.basis.barred_by,
            expiring_units=figures["expiring_units"],
            first_fill_cases=figures["first_fill_units"] // figures["units_per_case"] or None,
            capped_by=line.basis.capped_by,
        )
        assert rules.quantity(again).units == figures["wanted_units"]
        if figures["units"] == figures["wanted_units"] and line.bound_by is not Bound.MINIMUM:
            assert rules.quantity(again).bound_by is line.bound_by
        assert rules.cover_after(again, figures["units"]) == figures["days_after"]
        for language, stop in (("zh", "。"), ("en", ".")):
            for brief in (True, False):
                said = line.sentence(language, brief=brief)
                assert said.endswith(stop)
                assert "{" not in said
                assert "None" not in said
        seen.add((line.group, line.bound_by))
    assert {group for group, _ in seen} == set(Group)
    assert {bound for _, bound in seen} == set(Bound)


@pytest.mark.parametrize(
    ("counts", "zh", "en"),
    [
        (
            (25, 6, 9),
            "给华联商贸订25个品种：会断货的6个先补，9个先卖后进；到货后46个在带内，现在43个。",
            "Order 25 products for Hualian: 6 that will run out come first, 9 sell down first; "
            "46 in band after arrival, 43 now.",
        ),
        ((1, 1, 1), "给华联商贸订1个品种：会断货的1个先补，1个先卖后进；到货后46个在带内，现在43个。",
         "Order 1 product for Hualian: 1 that will run out comes first, 1 sells down first; "
         "46 in band after arrival, 43 now."),
        ((3, 0, 0), "给华联商贸订3个品种；到货后46个在带内，现在43个。",
         "Order 3 products for Hualian; 46 in band after arrival, 43 now."),
        ((0, 0, 2), "华联商贸这周不用订货；到货后46个在带内，现在43个。",
         "Hualian needs no order this week; 46 in band after arrival, 43 now."),
    ],
)  # fmt: skip
def test_an_order_says_in_one_sentence_what_it_amounts_to(counts: tuple[int, int, int], zh: str, en: str) -> None:
    lines, run_out, sell_down = counts
    figures = {"lines": lines, "run_out": run_out, "sell_down": sell_down, "inside_now": 43, "inside_after": 46}
    assert sentences.headline({**figures, "name": "华联商贸"}, "zh") == zh
    assert sentences.headline({**figures, "name": "Hualian"}, "en") == en


def test_an_order_whose_limits_leave_nothing_says_so_and_not_that_none_is_needed() -> None:
    figures = {"lines": 0, "cut": 2, "run_out": 0, "sell_down": 0, "inside_now": 43, "inside_after": 43}
    zh = sentences.headline({**figures, "name": "华联商贸"}, "zh")
    assert zh == "华联商贸有2个品种该订，这次都没订上；到货后43个在带内，现在43个。"
    en = sentences.headline({**figures, "cut": 1, "name": "Hualian"}, "en")
    assert en == "1 product was due for Hualian, not ordered this time; 43 in band after arrival, 43 now."


def test_every_text_belongs_to_this_room_and_every_refusal_is_said_in_both_languages() -> None:
    assert all(code.startswith("orders.") for code in sentences.TEXTS)
    refusals = [f"orders.cannot_be_{step}" for step in rules.STEPS]
    assert [code for code in refusals if code not in sentences.TEXTS] == []
    assert queries.CURRENCY == "CNY"
