"""Every line says why, in both languages: stock, expectation and what moves it, order, bound (ORD-3)."""

import math
import string
from dataclasses import replace

import pytest

from channelkeeper.engine import order, sentences

LINE = sentences.Line(
    on_hand=1200,
    road=240,
    until=960,
    days_now=17.5,
    days_after=22.25,
    units=720,
    cases=30,
    short=0,
    bound="none",
    changes={"season": 0.12, "festival": 0.0, "promotion": 0.4, "trend": -0.02, "level": 0.3},
)


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        (
            LINE,
            "库存1,200件，可卖17.5天，在途240件；到下次到货前预计卖960件；促销多40%；订30箱（720件），之后够卖22.3天。",
            "Stock 1,200 lasts 17.5 days, 240 on the road; 960 expected to sell before the delivery after this one; "
            "promotions add 40%; order 30 cases (720), 22.3 days after.",
        ),
        (
            replace(LINE, units=0, cases=0, bound="minimum", days_after=21.0, changes={"trend": -0.2}),
            "库存1,200件，可卖17.5天，在途240件；到下次到货前预计卖960件；卖得慢了，少20%；不订，之后还够卖21.0天；按起订量。",
            "Stock 1,200 lasts 17.5 days, 240 on the road; 960 expected to sell before the delivery after this one; "
            "selling slower, 20% less; order nothing, 21.0 days after; bound by the minimum order.",
        ),
        (
            replace(LINE, on_hand=0, road=0, days_now=0.0, short=480, units=24, cases=1, changes={}),
            "库存0件，可卖0.0天，在途0件；到下次到货前预计卖960件；到货前会缺480件；订1箱（24件），之后够卖22.3天。",
            "Stock 0 lasts 0.0 days, 0 on the road; 960 expected to sell before the delivery after this one; "
            "480 will be missed before it arrives; order 1 case (24), 22.3 days after.",
        ),
        (
            replace(LINE, until=0, days_now=None, days_after=None, units=0, cases=0, bound="retire"),
            "库存1,200件，在途240件；没有预计销量，不订货；即将退市。",
            "Stock 1,200, 240 on the road; nothing is expected to sell; being retired.",
        ),
    ],
)
def test_a_line_says_why_in_both_languages(line: sentences.Line, zh: str, en: str) -> None:
    assert sentences.reason(line, "zh") == zh
    assert sentences.reason(line, "en") == en


def test_a_small_change_is_not_worth_a_word() -> None:
    said = sentences.reason(replace(LINE, changes={"season": 0.04, "trend": -0.049}), "en")
    assert "season" not in said
    assert "selling" not in said


@pytest.mark.parametrize("bound", [name for name in order.BOUND_NAMES if name != "none"])
def test_every_bound_has_its_words(bound: str) -> None:
    plain, bounded = (sentences.reason(replace(LINE, bound=name), "zh") for name in ("none", bound))
    assert bounded.startswith(plain.removesuffix("。") + "；")


@pytest.mark.parametrize("part", ["season", "festival", "promotion", "trend", "level"])
@pytest.mark.parametrize("share", [0.5, -0.5])
def test_every_part_of_a_change_has_its_words(part: str, share: float) -> None:
    for language in ("zh", "en"):
        assert len(sentences.reason(replace(LINE, changes={part: share}), language)) > 20


def test_both_languages_name_the_same_figures() -> None:
    for code, text in sentences.TEXTS.items():
        named = [{field for _, field, _, _ in string.Formatter().parse(said) if field} for said in (text.zh, text.en)]
        assert named[0] | {"case_word"} == named[1] | {"case_word"}, code


def test_figures_stay_figures() -> None:
    assert math.isclose(LINE.days_after or 0.0, 22.25)
