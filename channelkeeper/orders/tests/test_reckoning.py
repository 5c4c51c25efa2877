"""The rule in Decimal, its columns in whole numbers and the engine in floats are one: ORD-1 on thousands of lines."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from channelkeeper.engine import limits
from channelkeeper.engine import order as engine
from channelkeeper.orders import rules
from channelkeeper.orders.actions import reckoning
from channelkeeper.orders.rules import Bound
from channelkeeper.stock.rules import Band, BandLimits, judge

SERIES, WEEKS = 6_000, 14


def random_stock(seed: int, series: int = SERIES, **changes: Any) -> reckoning.Stock:
    """Return series of every kind: fast and slow, short and full, with wide cases, minimums, bars, launches."""
    chance = np.random.default_rng(seed)
    pace = np.exp(chance.uniform(-2, 7, series))
    mean = pace[:, None] * np.exp(chance.normal(0, 0.5, (series, WEEKS)))
    mean[chance.random(series) < 0.03] = 0
    lead_weeks = chance.integers(0, 5, series)
    arrivals = np.where(chance.random((series, WEEKS)) < 0.15, np.rint(pace[:, None] * chance.random((series, 1))), 0)
    low = chance.choice([10.0, 17.5, 20.0, 30.0], series)
    on_hand = np.rint(pace * chance.uniform(0, 9, series)).astype(np.int64)
    segment = np.sort(chance.integers(0, max(series // 60, 1), series))
    _, segment = np.unique(segment, return_inverse=True)
    count = int(segment.max()) + 1
    bars = [engine.NONE] * 30 + [engine.LAUNCH, engine.RETIRE, engine.CLOSED]
    stock = reckoning.Stock(
        on_hand=on_hand,
        expiring=np.rint(on_hand * chance.choice([0.0, 0.0, 0.0, 0.2], series)).astype(np.int64),
        mean_units=mean,
        arrivals=arrivals,
        lead_weeks=lead_weeks,
        review_weeks=chance.choice([1, 1, 1, 2, 3], series),
        lead_days=lead_weeks * 7 + chance.integers(0, 7, series),
        low_days=low,
        high_days=low + chance.choice([2.5, 5.0, 10.0], series),
        units_per_case=np.maximum(1, np.rint(pace * chance.uniform(0.01, 1.5, series))).astype(np.int64),
        min_order_cases=chance.choice([0, 0, 3, 12], series),
        first_fill_cases=chance.choice([reckoning.NONE] * 20 + [10], series),
        cases_per_pallet=chance.choice([reckoning.NONE, 40, 60], series),
        days_to_sell=chance.choice([np.nan, np.nan, 21.0, 45.0, 180.0], series),
        leaves_first=chance.random(series) < 0.2,
        barred_by=chance.choice(bars, series).astype(np.int8),
        causes=chance.normal(0, 0.2, (series, 5)),
        price=chance.integers(10**7, 10**10, series),
        segment=segment.astype(np.int64),
        limits=limits.Limits(np.full(count, np.nan), np.full(count, np.nan), np.full(count, np.nan)),
    )
    return replace(stock, **changes)


def tight(stock: reckoning.Stock) -> reckoning.Stock:
    """Return the stock with trucks, limits and minimum amounts that bind about half of its distributors."""
    free = reckoning.reckon(stock)
    count = stock.limits.order_limit.size
    amount = np.bincount(free.segment, free.amounts(free.units) / 100, minlength=count)
    share = np.random.default_rng(9).choice([np.nan, 0.4, 0.8, 1.3], count)
    pallets = np.where(free.pallet > 0, free.units / np.maximum(free.case * free.pallet, 1), 0)
    caps = limits.Limits(
        truck_pallets=np.bincount(free.segment, pallets, minlength=count) * np.roll(share, 1),
        order_limit=amount * share,
        min_order_amount=np.asarray(amount * np.roll(np.where(share > 1, 1.02, np.nan), 2), dtype=np.float64),
    )
    return replace(stock, limits=caps)


@pytest.mark.parametrize("seed", [1, 2])
def test_columns_and_rule_are_the_same_to_the_piece(seed: int) -> None:
    stock = random_stock(seed)
    lines = reckoning.reckon(stock)
    bounds = set()
    for row, line in enumerate(reckoning.proposed(lines)):
        logs = dict(zip(reckoning.CAUSES, stock.causes[row].tolist(), strict=True))
        assert rules.quantity(line.basis) == rules.Quantity(line.units, line.bound_by), row
        assert rules.largest_cause(logs) == (line.cause, line.change), row
        assert rules.group_of(line.basis, line.units, line.cause, line.change) is line.group, row
        assert bool(lines.inside_now()[row]) is (judge(rules.cover_now(line.basis), line.basis.band) is Band.INSIDE), (
            row
        )
        assert bool(lines.inside_after(lines.units)[row]) is (
            rules.band_after(line.basis, line.units) is Band.INSIDE
        ), row
        bounds.add(line.bound_by)
    assert bounds >= {
        Bound.NONE, Bound.CASE, Bound.MINIMUM, Bound.SHELF_LIFE, Bound.RETIRE, Bound.LAUNCH, Bound.CLOSED
    }  # fmt: skip


def test_days_and_amounts_are_those_of_the_rule() -> None:
    lines = reckoning.reckon(random_stock(3, 2_000))
    now, after, amounts = lines.days_now().tolist(), lines.days_after(lines.units).tolist(), lines.amounts(lines.units)
    for row, line in enumerate(reckoning.proposed(lines)):
        for found, exact in (
            (now[row], rules.cover_now(line.basis)),
            (after[row], rules.cover_after(line.basis, line.units)),
        ):
            assert np.isnan(found) if exact is None else found == pytest.approx(float(exact), rel=1e-12), row
        assert Decimal(int(amounts[row])).scaleb(-2) == rules.line_amount(line.units, line.price), row


def test_engine_and_rule_agree_on_quantity_and_bound_but_for_ties_within_the_digits_kept() -> None:
    stock = random_stock(
        4, leaves_first=np.zeros(SERIES, dtype=np.bool_), first_fill_cases=np.full(SERIES, reckoning.NONE)
    )
    lines = reckoning.reckon(stock)
    found = engine.propose(
        mean_units=stock.mean_units,
        on_hand=np.maximum(stock.on_hand - stock.expiring, 0).astype(np.float64),
        arrivals=stock.arrivals,
        lead_weeks=stock.lead_weeks,
        review_weeks=stock.review_weeks,
        low_days=stock.low_days,
        high_days=stock.high_days,
        units_per_case=stock.units_per_case,
        min_order_cases=stock.min_order_cases,
        shelf_life_days=stock.days_to_sell,
        orderable=stock.barred_by == engine.NONE,
        barred_by=stock.barred_by,
    )
    same = (found.units == lines.units) & (found.bound_by == lines.bound)
    assert same.mean() > 0.999
    assert (np.abs(found.units - lines.units) <= lines.case).mean() > 0.999


def test_a_hundred_thousand_lines_are_whole_cases_and_above_the_band_only_where_the_line_says_why() -> None:
    lines = reckoning.reckon(tight(random_stock(5, 100_000)))
    assert not (lines.units % lines.case).any()
    _, _, top = lines.ends
    bound = np.array([one.value for one in reckoning.BOUNDS])[lines.bound]
    above = (lines.units > 0) & (lines.at_reading(lines.units) > top)
    # A case wider than the band, the first fill of a launch, or what a shelf life, a truck or a limit left of these.
    assert {"case", "launch"} <= set(bound[above].tolist())
    assert not set(bound[above].tolist()) & {"none", "minimum"}
    assert {"truck", "limit", "minimum", "shelf_life", "retire", "none"} <= set(bound.tolist())
    assert (lines.units <= lines.wanted)[np.isin(bound, ["truck", "limit"])].all()


def test_what_the_limits_left_follows_again_from_the_kept_lines_and_limits() -> None:
    stock = tight(random_stock(6, 3_000))
    lines = reckoning.reckon(stock)
    quantities = [rules.quantity(lines.basis(row)) for row in range(len(lines))]
    again = replace(
        lines,
        wanted=np.array([one.units for one in quantities]),
        bound=np.array([reckoning.BOUNDS.index(one.bound_by) for one in quantities]),
    )
    units, bound = reckoning.within_limits(again, stock.limits)
    assert units.tolist() == lines.units.tolist()
    assert bound.tolist() == lines.bound.tolist()


def test_no_product_starves_where_a_limit_does_not_reach() -> None:
    """ORD-2: of two products that were cut, neither stands more than a case below the other."""
    stock = tight(random_stock(7, 3_000))
    lines = reckoning.reckon(stock)
    limited = reckoning.BOUNDS.index(Bound.LIMIT)
    for segment in np.unique(lines.segment[lines.bound == limited])[:20].tolist():
        rows = np.nonzero((lines.segment == segment) & (lines.bound == limited) & (lines.per_day_after > 0))[0]
        cover = lines.left[rows] / lines.per_day_after[rows] + lines.units[rows] / lines.per_day_after[rows] * 2e8
        with_one_more = cover + lines.case[rows] / lines.per_day_after[rows] * 2e8
        given = lines.units[rows] > 0
        if given.any():
            dearest = stock.price[rows] * lines.case[rows]
            cheap = dearest <= dearest[given].min()
            assert cover[given].max() - (lines.case[rows] / lines.per_day_after[rows] * 2e8)[given].max() <= (
                with_one_more[cheap].min() if cheap.any() else np.inf
            )


def test_sell_out_until_the_day_of_arrival_counts_the_days_of_its_week() -> None:
    stock = random_stock(6)
    one = next(index for index in range(SERIES) if stock.lead_days[index] == 10 and stock.mean_units[index].any())
    weeks = stock.mean_units[one]
    expected = reckoning.reckon(stock).basis(one).expected_until_arrival_units
    assert expected == round(Decimal(float(weeks[0] + weeks[1] * 3 / 7)), 4)


def test_bands_keep_their_exact_ends() -> None:
    lines = reckoning.reckon(random_stock(8))
    bands = {lines.basis(row).band for row in range(200)}
    assert BandLimits(Decimal("17.5"), Decimal("22.5")) in bands
    assert judge(Decimal("22.5"), BandLimits(Decimal("17.5"), Decimal("22.5"))) is Band.INSIDE
