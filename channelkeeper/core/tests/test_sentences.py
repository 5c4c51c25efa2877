"""Sentences keep both languages and all figures."""

from datetime import date
from decimal import Decimal

import pytest

from channelkeeper.core import formats, sentences
from channelkeeper.core.sentences import Text

LINE = Text(
    zh="只够{now:days}天，等不到{on:day}；订{units:cases}，{amount:money}",
    en="{now:days} days left, not until {on:day}; order {units:cases}, {amount:money}",
)
FIGURES = {"now": "5.8", "on": "2026-12-03", "units": 4320, "units_per_case": 15, "amount": "82828.00"}


def test_one_sentence_in_two_languages_from_the_same_figures() -> None:
    assert LINE.render("zh-hans", FIGURES) == "只够6天，等不到12月3日；订288箱，8.3万元"
    assert LINE.render("en", FIGURES) == "6 days left, not until 3 Dec; order 288 cases, ¥82,828"


def test_a_missing_figure_is_an_error_and_never_a_gap() -> None:
    with pytest.raises(KeyError, match="amount"):
        LINE.render("en", {key: value for key, value in FIGURES.items() if key != "amount"})


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(sentences.UnknownSentence, match=r"nobody\.knows"):
        sentences.render("nobody.knows", {}, "en")


def test_a_code_cannot_be_claimed_by_two_texts() -> None:
    sentences.register({"core.test": Text("甲", "a")})
    sentences.register({"core.test": Text("甲", "a")})
    with pytest.raises(ValueError, match=r"core\.test"):
        sentences.register({"core.test": Text("乙", "b")})


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("9999", "9,999元", "¥9,999"),
        ("10000", "1万元", "¥10,000"),
        ("-82828", "−8.3万元", "−¥82,828"),
        ("0.5", "1元", "¥1"),
    ],
)
def test_short_money(value: str, zh: str, en: str) -> None:
    assert formats.money(Decimal(value), "zh-hans", short=True) == zh
    assert formats.money(Decimal(value), "en", short=True) == en


def test_figures_as_they_are_written() -> None:
    assert formats.signed(Decimal("-1.3"), 1) == "−1.3"
    assert formats.signed(Decimal("3")) == "+3"
    assert formats.signed(Decimal("0.2")) == "0"
    assert formats.percent(Decimal("0.684")) == "68%"
    assert formats.days(None) == "–"
    assert formats.week(date(2026, 11, 16), "zh") == "第47周"
    assert formats.full_day(date(2026, 12, 3), "en") == "3 Dec 2026"
    assert formats.cases(15, 15, "en") == "1 case"
    assert formats.cases(48, 15, "zh") == "3.2箱"
