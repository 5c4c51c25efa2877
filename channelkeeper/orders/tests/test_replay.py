"""The replay of own weeks (ORD-5a): both sides by hand, what was not known stays unknown, the sentence is honest."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelkeeper.access.rules import NotFound
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import comparisons, replay
from channelkeeper.orders.tests import ledgers
from channelkeeper.orders.tests.seed import SYSTEM, W47, House, build_house
from channelkeeper.seasons.models import Promotion
from channelkeeper.stock.queries import pasts

COUNT = 20


@pytest.fixture
def house() -> House:
    return build_house()


def _seen(house: House, code: str = "D001", **asked: object) -> replay.ReplayView:
    return replay.of_distributor(
        SYSTEM,
        code,
        at=AT,
        last_week=W47,
        asked=replay.Asked(**({"weeks": 8} | asked)),  # type: ignore[arg-type]
    )


@pytest.mark.django_db
def test_a_shop_that_held_forty_days_holds_the_middle_of_its_band_under_the_rule(house: House) -> None:
    # 168 a week are 24 a day; 960 are 40 days, and 25 days of them 600: 360 lie above, at 2.20 yuan 792.
    ledgers.steady(house.cast.hualian, house.shelf.tea, last_week=W47, count=COUNT, weekly=168, stock=960)
    seen = _seen(house)
    [tea] = seen.products
    assert (tea.really.judged, tea.really.inside, tea.really.out) == (8, 0, 0)
    assert tea.really.above_value == Decimal("792.00")
    assert tea.really.days == pytest.approx(40, abs=0.1)
    # Goods on the road come as they did for one more week; then nothing is ordered until 22.5 days are left.
    assert seen.days_rule[0] == pytest.approx(40, abs=0.1)
    assert seen.days_rule[-1] == pytest.approx(22.5, abs=1)
    assert tea.rule.inside > tea.really.inside
    assert tea.rule.above_value < tea.really.above_value
    assert seen.rule.stock_value < seen.really.stock_value


@pytest.mark.django_db
def test_a_week_that_ran_out_counts_as_missed_by_what_was_expected_of_it(house: House) -> None:
    # Nothing came for four weeks: 432, 264, 96 were left, then 96 sold where 168 were expected. The rule orders.
    sold, closing, received = [168] * COUNT, [600] * COUNT, [168] * COUNT
    sold[-3] = 96
    closing[-6:] = [432, 264, 96, 0, 432, 264]
    received[-6:] = [0, 0, 0, 0, 600, 0]
    ledgers.keep(house.cast.hualian, house.shelf.tea, last_week=W47, sold=sold, closing=closing, received=received)
    [tea] = _seen(house).products
    assert (tea.really.out, tea.rule.out) == (1, 0)
    assert tea.really.lost_units == pytest.approx(72, abs=2)
    assert tea.rule.lost_units == 0
    assert tea.gain > 0


@pytest.mark.django_db
def test_a_week_without_a_report_is_judged_on_neither_side(house: House) -> None:
    sold: list[int | None] = [168] * COUNT
    closing: list[int | None] = [600] * COUNT
    sold[-4] = closing[-4] = None
    ledgers.keep(house.cast.hualian, house.shelf.tea, last_week=W47, sold=sold, closing=closing)
    seen = _seen(house)
    assert seen.silent_weeks == 1
    assert (seen.really.judged, seen.rule.judged) == (7, 7)
    assert seen.days_really[4] is None
    assert seen.days_rule[4] is None


@pytest.mark.django_db
def test_another_band_and_lead_time_are_played_too(house: House) -> None:
    ledgers.steady(house.cast.hualian, house.shelf.tea, last_week=W47, count=COUNT, weekly=168, stock=540)
    lower = _seen(house, weeks=12, low_days=10.0, high_days=15.0)
    assert (lower.low_days, lower.high_days) == (10.0, 15.0)
    assert lower.days_rule[-1] == pytest.approx(12.5, abs=1)
    assert _seen(house, lead_time_days=21).lead_weeks == 3


@pytest.mark.django_db
def test_nothing_later_than_a_week_is_looked_at_in_it(house: House) -> None:
    ledgers.steady(house.cast.hualian, house.shelf.tea, last_week=W47, count=COUNT, weekly=168, stock=540)
    before = _expected(house)
    sold = [168] * COUNT
    sold[-4:] = [900, 900, 900, 900]
    ledgers.keep(house.cast.hualian, house.shelf.tea, last_week=W47, sold=sold, closing=[540] * COUNT)
    Promotion.objects.create(
        code="P1",
        label_zh="特价",
        product=house.shelf.tea,
        starts_on=weeks.shift(W47, -3),
        ends_on=weeks.shift(W47, 2),
        known_on=weeks.shift(W47, -1),
        intensity=1,
    )
    assert _expected(house) == before


def _expected(house: House) -> list[float]:
    past = pasts.past(SYSTEM, at=AT, distributor_id=house.cast.hualian.pk, last_week=W47, replayed_weeks=8)
    found: list[float] = past.expected(COUNT - 4, 6)[0].tolist()
    return found


@pytest.mark.django_db
def test_what_follows_a_promotion_that_was_known_is_expected_to_be_lifted(house: House) -> None:
    sold = [168] * COUNT
    for week in (3, 8, 13):
        sold[week] = 336
        Promotion.objects.create(
            code=f"P{week}",
            label_zh="特价",
            product=house.shelf.tea,
            starts_on=weeks.shift(W47, week - COUNT + 1),
            ends_on=weeks.shift(W47, week - COUNT + 2),
            known_on=date(2026, 1, 1),
            intensity=1,
        )
    ledgers.keep(house.cast.hualian, house.shelf.tea, last_week=W47, sold=sold, closing=[540] * COUNT)
    past = pasts.past(SYSTEM, at=AT, distributor_id=house.cast.hualian.pk, last_week=W47, replayed_weeks=8)
    promoted, after = past.expected(13, 2)[0].tolist()
    assert promoted > 1.2 * after


@pytest.mark.django_db
def test_too_few_weeks_cannot_be_replayed(house: House) -> None:
    ledgers.steady(house.cast.hualian, house.shelf.tea, last_week=W47, count=4, weekly=168, stock=540)
    with pytest.raises(replay.NothingToReplay, match="Only 4 weeks are reported; a replay needs 5"):
        _seen(house)


@pytest.mark.django_db
def test_a_foreign_distributor_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        replay.of_distributor(house.cast.other_rep.actor, "D001", at=AT, last_week=W47)


@pytest.mark.django_db
@pytest.mark.parametrize("products", [1, 3])
def test_it_asks_as_often_for_one_product_as_for_three(house: House, products: int) -> None:
    for product in house.shelf.products[:products]:
        ledgers.steady(house.cast.hualian, product, last_week=W47, count=COUNT, weekly=168, stock=540)
    with CaptureQueriesContext(connection) as asked:
        _seen(house)
    assert len(asked) == 13


FIGURES = {
    "weeks": 26,
    "out_really": 14,
    "out_rule": 3,
    "above_really": Decimal(182000),
    "above_rule": Decimal(100000),
    "held_really": Decimal(300000),
    "held_rule": Decimal(318000),
    "inside_really": Decimal("0.33"),
    "inside_rule": Decimal("0.71"),
}


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        (
            {},
            "照这套规则，过去26周断货从14次降到3次，压货平均少8.2万元，库存平均多占1.8万元；在带内的占71%，实际33%。",
            "Under this rule, over the past 26 weeks: stock-outs 3 instead of 14, ¥82,000 less above the band on "
            "average, ¥18,000 more held in stock; 71% of product-weeks in band, really 33%.",
        ),
        (
            {"out_rule": 15, "above_rule": Decimal(182000), "held_rule": Decimal(300000)},
            "照这套规则，过去26周断货从14次升到15次，压货一样多；在带内的占71%，实际33%；这段时间实际订得更好。",
            "Under this rule, over the past 26 weeks: stock-outs 15, more than the 14 there were, as much above the "
            "band; 71% of product-weeks in band, really 33%; what was really ordered did better.",
        ),
        (
            {"out_really": 0, "out_rule": 0, "above_rule": Decimal(192000), "inside_rule": None},
            "照这套规则，过去26周同样没有断货，压货平均多1万元，库存平均多占1.8万元；这段时间实际订得更好。",
            "Under this rule, over the past 26 weeks: no stock-outs, as there really were none, ¥10,000 more above the "
            "band on average, ¥18,000 more held in stock; what was really ordered did better.",
        ),
        (
            {"out_rule": 14, "held_rule": Decimal(200000)},
            "照这套规则，过去26周断货同样是14次，压货平均少8.2万元，库存平均少占10万元；在带内的占71%，实际33%。",
            "Under this rule, over the past 26 weeks: stock-outs 14 either way, ¥82,000 less above the band on "
            "average, ¥100,000 less held in stock; 71% of product-weeks in band, really 33%.",
        ),
    ],
)
def test_the_sentence_says_what_would_have_changed_either_way(changed: dict[str, object], zh: str, en: str) -> None:
    figures = FIGURES | changed
    assert comparisons.replayed(figures, "zh") == zh
    assert comparisons.replayed(figures, "en") == en
