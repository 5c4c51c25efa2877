"""What is cover and what is not, of one product and of many at once: STK-1c, STK-2b, STK-2c, STK-5b, STK-7."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from channelkeeper.stock import bands, judging, rules
from channelkeeper.stock.rules import USUAL_BAND, BandLimits, SetBand, Turned
from channelkeeper.stock.tests.test_judging import chunk, judged

DAY = date(2026, 11, 22)
WEEKLY = [Decimal(70)] * 14


def band(
    low: int,
    *,
    product: int | None = None,
    category: int | None = None,
    distributor: int | None = None,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
) -> SetBand:
    return SetBand(product, category, distributor, starts_on, ends_on, BandLimits(Decimal(low), Decimal(low + 5)))


EVERY_RANK = (
    band(11, distributor=1),
    band(12, category=7),
    band(13, distributor=1, category=7),
    band(14, product=5),
    band(15, distributor=1, product=5),
)


@pytest.mark.parametrize(
    ("distributor", "product_id", "category", "low"),
    [(1, 5, 7, 15), (2, 5, 7, 14), (1, 6, 7, 13), (2, 6, 7, 12), (1, 6, 8, 11), (2, 6, 8, 20)],
)
def test_the_most_special_band_holds(distributor: int, product_id: int, category: int, low: int) -> None:
    found = rules.band_of(EVERY_RANK, product=product_id, category=category, distributor=distributor, on=DAY)
    assert found.low_days == low


def test_a_band_holds_from_its_first_day_until_the_day_before_its_end() -> None:
    spring = band(30, category=7, starts_on=date(2026, 12, 1), ends_on=date(2027, 2, 1))
    held = [
        rules.band_of([spring], product=1, category=7, distributor=1, on=day).low_days
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2027, 1, 31), date(2027, 2, 1))
    ]
    assert held == [20, 30, 30, 20]


def test_bands_in_arrays_are_those_of_the_rule() -> None:
    rows = (
        *EVERY_RANK,
        band(30, distributor=2, product=6, ends_on=DAY),  # over
        band(31, distributor=3, product=5, starts_on=date(2026, 11, 23)),  # to come
        band(32, distributor=3, category=8),
        band(33, product=9),
    )
    asked = list(product((1, 2, 3), (5, 6, 9, 10), (7, 8)))
    keys = np.array(asked, dtype=np.int64)
    low, high = bands.Bands(rows).of(keys[:, 0], keys[:, 1], keys[:, 2], on=DAY)
    exact = [rules.band_of(rows, distributor=one[0], product=one[1], category=one[2], on=DAY) for one in asked]
    assert low.tolist() == [float(one.low_days) for one in exact]
    assert high.tolist() == [float(one.high_days) for one in exact]


def test_without_bands_all_have_the_usual_one() -> None:
    keys = np.arange(3)
    low, high = bands.Bands().of(keys, keys, keys, on=DAY)
    assert (low.tolist(), high.tolist()) == ([20] * 3, [25] * 3)


def test_a_total_lies_at_an_end_where_all_its_products_do() -> None:
    milk, tea = BandLimits(Decimal(7), Decimal(10)), USUAL_BAND
    whole = rules.total_band([(milk, Decimal(100)), (tea, Decimal(300)), (tea, Decimal(0))])
    assert whole == BandLimits(Decimal("16.75"), Decimal("21.25"))
    at_the_top = [
        rules.Holding(Decimal(10 * 100), Decimal(100), Decimal(1)),
        rules.Holding(Decimal(25 * 300), Decimal(300), Decimal(1)),
    ]
    assert rules.total_days(at_the_top) == whole.high_days
    assert rules.total_band([]) == USUAL_BAND


@pytest.mark.parametrize(
    ("own", "life", "days"),
    [
        (30, 365, 30),
        (None, 365, 45),
        (None, 364, 20),
        (None, 180, 20),
        (None, 90, 15),
        (None, 45, 10),
        (None, 16, 5),
        (None, 8, 2),
        (None, 2, 1),
        (None, None, None),
        (12, None, 12),
    ],
)
def test_goods_near_expiry_have_the_days_of_their_shelf_life_left(
    own: int | None, life: int | None, days: int | None
) -> None:
    assert rules.near_days(own_days=own, shelf_life_days=life) == days


@pytest.mark.parametrize(
    ("on_hand", "near", "days", "life", "lost"),
    [
        (300, 150, 10, None, 50),  # 100 sell within the ten days that the 150 have left
        (300, 90, 10, None, 0),
        (300, 400, 10, None, 200),  # no more can be near expiry than there is
        (900, 0, 10, 45, 450),  # however fresh: 450 sell within 45 days
        (900, 600, 10, 45, 500),  # the worse of both
        (900, 600, None, None, 0),  # nobody says when
        (2000, 0, None, 140, 600),  # beyond what is looked ahead over, the mean goes on
        (105, 105, 10, None, 5),
    ],
)
def test_what_does_not_sell_before_its_end_is_no_cover(
    on_hand: int, near: int, days: int | None, life: int | None, lost: int
) -> None:
    found = rules.expiring_units(
        on_hand=Decimal(on_hand),
        near_units=Decimal(near),
        near_days_left=days,
        shelf_life_days=life,
        weekly_units=WEEKLY,
    )
    assert found == lost


def test_nothing_is_said_to_expire_where_nothing_is_expected() -> None:
    nothing = [Decimal(0)] * 14
    found = rules.expiring_units(
        on_hand=Decimal(50), near_units=Decimal(50), near_days_left=10, shelf_life_days=45, weekly_units=nothing
    )
    assert found == 0


def test_what_expires_in_arrays_is_what_the_rule_says() -> None:
    rng = np.random.default_rng(7)
    cases = 400
    one = chunk({row: [(7, 50)] for row in range(cases)})
    one = replace(
        one,
        near_expiry=rng.integers(0, 400, cases),
        near_days=rng.choice([np.nan, 0, 5, 10, 45, 98, 120], cases),
        shelf_life_days=rng.choice([np.nan, 7, 45, 97, 98, 180, 365], cases),
    )
    units = rng.integers(0, 600, cases)
    weekly = rng.integers(0, 60, (cases, judging.HORIZON_WEEKS)).astype(np.float64)
    weekly[:20] = 0
    found = judging.expiring(one, units, weekly)

    def whole(value: float) -> int | None:
        return None if value != value else int(value)

    exact = [
        rules.expiring_units(
            on_hand=Decimal(int(units[row])),
            near_units=Decimal(int(one.near_expiry[row])),
            near_days_left=whole(one.near_days[row]),
            shelf_life_days=whole(one.shelf_life_days[row]),
            weekly_units=[Decimal(int(value)) for value in weekly[row]],
        )
        for row in range(cases)
    ]
    assert np.abs(found - np.array(exact)).max() <= 1  # a half may fall either way in floats
    assert (found == np.array(exact)).mean() > 0.98
    assert (found > 0).sum() > cases / 4


def test_days_and_what_is_above_rest_on_what_will_sell() -> None:
    one = replace(chunk({0: [(70, 500)] * 20}), near_expiry=np.array([300]), near_days=np.array([10.0]))
    found = judged(one)
    assert found.expiring_units.tolist() == [200]
    assert found.sellable_units.tolist() == [300]
    assert found.days == pytest.approx([30])
    assert found.trailing_days == pytest.approx([30])
    assert found.above_units == pytest.approx([50])
    sums = judging.totals(one, found, np.ones(1, dtype=bool))
    assert (sums.stock_value[0], sums.expiring_value[0]) == (500, 200)


def test_a_series_is_judged_against_its_own_band() -> None:
    one = chunk({0: [(70, 120)] * 20, 1: [(70, 120)] * 20}, prices=[1.0, 3.0])
    found = judged(replace(one, low_days=np.array([10.0, 20.0]), high_days=np.array([14.0, 25.0])))
    assert [judging.BANDS[code].value for code in found.band] == ["inside", "below"]
    sums = judging.totals(
        replace(one, low_days=np.array([10.0, 20.0]), high_days=np.array([14.0, 25.0])), found, np.ones(2, dtype=bool)
    )
    exact = rules.total_band(
        [(BandLimits(Decimal(10), Decimal(14)), Decimal(10)), (BandLimits(Decimal(20), Decimal(25)), Decimal(30))]
    )
    ends = [sums.band_low_value[0], sums.band_high_value[0]] / sums.expected_value_per_day[0]
    assert ends == pytest.approx([float(exact.low_days), float(exact.high_days)])


@pytest.mark.parametrize(
    ("stock", "expected", "trailing", "idle", "slow"),
    [
        (100, "0", "0", 8, True),
        (100, "0", "0", 7, False),
        (100, "5", "0", 8, True),  # what is expected of it has not come
        (911, "10", "9", 0, True),
        (910, "10", "9", 0, False),  # a quarter of 91 days is not slow
        (911, "2", "11", 0, False),  # the livelier figure counts
        (0, "0", "0", 20, False),
    ],
)
def test_stock_that_lies_still_is_slow(stock: int, expected: str, trailing: str, idle: int, slow: bool) -> None:
    found = rules.is_slow(
        stock_units=Decimal(stock), per_day=Decimal(expected), trailing_per_day=Decimal(trailing), idle_weeks=idle
    )
    assert found is slow


def run(*parts: tuple[int, int, int]) -> list[tuple[int, int] | None]:
    """Return weeks: so many of them, each with what was sold and what was left."""
    return [(sold, closing) for count, sold, closing in parts for _ in range(count)]


def test_slow_stock_in_arrays_is_that_of_the_rule() -> None:
    sold = {
        0: run((20, 70, 300)),
        1: run((12, 70, 300), (8, 0, 300)),
        2: run((13, 70, 300), (7, 0, 20)),
        3: run((20, 7, 300)),
        4: run((20, 70, 0)),
        5: run((20, 0, 40)),
        6: run((20, 14, 182)),
    }
    one = chunk(sold)
    found = judged(one)
    idle = judging.idle_weeks(one.grid)
    assert idle.tolist() == [0, 8, 7, 0, 0, 20, 0]
    exact = [
        rules.is_slow(
            stock_units=Decimal(int(found.sellable_units[row])),
            per_day=Decimal(repr(float(found.per_day[row]))),
            trailing_per_day=Decimal(repr(float(found.trailing_per_day[row]))),
            idle_weeks=int(idle[row]),
        )
        for row in sold
    ]
    assert judging.slow(one, found).tolist() == exact
    assert exact == [False, True, False, True, False, True, False]


def test_a_week_without_a_report_neither_counts_as_idle_nor_ends_it() -> None:
    told: list[tuple[int, int] | None] = [(7, 40), (0, 40), None, (0, 40), (0, 40)]
    assert judging.idle_weeks(chunk({0: told}).grid).tolist() == [3]
    assert judging.idle_weeks(chunk({0: [(0, 40)] * 3}).grid).tolist() == [3]


def test_each_distributor_counts_for_the_weeks_in_which_it_was_held() -> None:
    # Held all year 40 days of stock, held for a quarter 20: (52 x 4000 + 13 x 1000) ÷ (52 x 100 + 13 x 50).
    parts = [Turned(52, Decimal(4000), Decimal(100)), Turned(13, Decimal(1000), Decimal(50))]
    assert rules.turnover_together(parts) == Decimal(221000) / Decimal(5850)
    assert rules.turnover_together(parts[:1]) == 40
    assert rules.turnover_together([Turned(5, Decimal(10), Decimal(0))]) is None
    assert rules.turnover_together([]) is None
