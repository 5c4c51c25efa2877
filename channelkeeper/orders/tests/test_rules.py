"""ORD-1a, b, c and ORD-4: when goods arrive, when cover is read, how much to order, what needs a reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkeeper.orders import rules
from channelkeeper.orders.rules import Basis, Bound, Cause, Group, State
from channelkeeper.stock.rules import USUAL_BAND, Band, BandLimits

W47 = date(2026, 11, 16)
LAUNCHED = {
    "on_hand_units": 0,
    "expected_until_arrival_units": Decimal(0),
    "expected_until_reading_units": Decimal(96) * 4 / 7,
    "per_day_now": Decimal(96) / 7,
    "per_day_after": Decimal(96) / 7,
}


def basis(**given: object) -> Basis:
    """Return a line that sells 240 pieces a week, ten cases: nothing on the road, an order away by a week."""
    usual = Basis(
        on_hand_units=600,
        road_units=0,
        expected_until_arrival_units=Decimal(308),
        expected_until_reading_units=Decimal(480),
        missed_units=Decimal(0),
        per_day_now=Decimal(240) / 7,
        per_day_after=Decimal(240) / 7,
        band=USUAL_BAND,
        units_per_case=24,
    )
    return replace(usual, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "given", "units", "bound", "days_after"),
    [
        # 480 + 22.5 x 34.29 = 1,251.4 − 600 = 651.4; 27 cases of 24 are 648
        ("to the middle", {}, 648, Bound.NONE, "22.4"),
        ("goods on the road count", {"road_units": 240}, 408, Bound.NONE, "22.4"),
        ("what is lost is not owed", {"on_hand_units": 120, "missed_units": Decimal(120)}, 1008, Bound.NONE, "22.4"),
        ("enough by itself", {"on_hand_units": 1300}, 0, Bound.NONE, "23.9"),
        ("far too much", {"on_hand_units": 3000}, 0, Bound.NONE, "73.5"),
        ("nothing expected", {"per_day_after": Decimal(0), "expected_until_reading_units": Decimal(0)}, 0,
         Bound.NONE, None),
        # 480 expected, none after: what sells until the reading is ordered, nothing to keep
        ("sells out for good", {"per_day_after": Decimal(0), "on_hand_units": 300}, 168, Bound.NONE, None),
        ("minimum lifts", {"on_hand_units": 1200, "min_order_cases": 4}, 96, Bound.MINIMUM, "23.8"),
        ("minimum waits", {"on_hand_units": 1200, "min_order_cases": 10}, 0, Bound.MINIMUM, "21.0"),
        ("a large order knows no minimum", {"min_order_cases": 10}, 648, Bound.NONE, "22.4"),
        ("shelf life caps", {"fresh_units": Decimal(400)}, 384, Bound.SHELF_LIFE, "14.7"),
        ("shelf life below the minimum waits", {"fresh_units": Decimal(100), "min_order_cases": 5}, 0,
         Bound.SHELF_LIFE, "3.5"),
        # 480 + 771.4 − 500 that sell in time = 751.4
        ("what expires is no stock", {"expiring_units": 100}, 744, Bound.NONE, "22.3"),
        ("a run-out caps", {"fresh_units": Decimal(400), "capped_by": Bound.RETIRE}, 384, Bound.RETIRE, "14.7"),
        # 96 a week, launched on the day of arrival: 54.9 + 22.5 x 13.71 = 363.4
        ("a launch by itself", LAUNCHED, 360, Bound.NONE, "22.2"),
        ("a first fill", {**LAUNCHED, "first_fill_cases": 20}, 480, Bound.LAUNCH, "31.0"),
        ("a first fill that is less", {**LAUNCHED, "first_fill_cases": 10}, 360, Bound.NONE, "22.2"),
        ("not launched", {"barred_by": Bound.LAUNCH}, 0, Bound.LAUNCH, "3.5"),
        # a case of 240 is 7 days: 2 cases land at 17.5, 3 at 24.5
        ("a wide case that fits", {"units_per_case": 240}, 720, Bound.NONE, "24.5"),
        # a case of 480 is 14 days: 1 lands at 17.5, 2 at 31.5: above, so that it does not run out
        ("a case wider than the band", {"units_per_case": 480}, 960, Bound.CASE, "31.5"),
        ("a case too wide to need", {"units_per_case": 480, "on_hand_units": 1230}, 0, Bound.NONE, "21.9"),
    ],
)  # fmt: skip
def test_the_quantity_follows_from_what_a_line_rests_on(
    case: str, given: dict[str, object], units: int, bound: Bound, days_after: str | None
) -> None:
    line = basis(**given)
    assert rules.quantity(line) == rules.Quantity(units, bound)
    cover = rules.cover_after(line, units)
    assert (None if cover is None else f"{cover:.1f}") == days_after


def test_a_cut_says_what_is_expected_to_go_unserved_until_the_reading() -> None:
    """ORD-2b: nobody can serve the 68 before the arrival; of the 172 after it four cases serve 96."""
    line = basis(on_hand_units=240, missed_units=Decimal(68))
    assert rules.quantity(line).units == 39 * 24
    assert rules.risked_units(line, 96) == 76
    assert rules.risked_units(line, 192) == 0


def test_the_band_is_judged_on_unrounded_days() -> None:
    line = basis(per_day_after=Decimal(100), expected_until_reading_units=Decimal(0), units_per_case=1)
    assert rules.band_after(replace(line, on_hand_units=0), 2500) is Band.INSIDE
    assert rules.band_after(replace(line, on_hand_units=0), 2504) is Band.ABOVE  # 25.04 reads 25 and is above


@pytest.mark.parametrize(
    ("given", "units", "cause", "change", "group"),
    [
        # 300 on hand, 308 until Thursday: short by eight pieces on the last day
        ({"on_hand_units": 300}, 648, Cause.NONE, "0", Group.RUN_OUT),
        ({"on_hand_units": 300, "road_units": 24}, 624, Cause.NONE, "0", Group.HOLD),
        ({"on_hand_units": 900, "missed_units": Decimal(3)}, 0, Cause.NONE, "0", Group.RUN_OUT),
        ({}, 648, Cause.SEASON, "0.16", Group.GROW),
        ({}, 648, Cause.SEASON, "0.09", Group.HOLD),
        ({}, 648, Cause.SEASON, "-0.3", Group.HOLD),
        ({"on_hand_units": 3000}, 0, Cause.SEASON, "-0.46", Group.SELL_DOWN),
        ({"on_hand_units": 400, "road_units": 900}, 0, Cause.NONE, "0", Group.ENOUGH),
        ({"per_day_now": Decimal(0), "per_day_after": Decimal(0)}, 0, Cause.NONE, "0", Group.IDLE),
    ],
)
def test_lines_are_grouped_by_what_there_is_to_say(
    given: dict[str, object], units: int, cause: Cause, change: str, group: Group
) -> None:
    assert rules.group_of(basis(**given), units, cause, Decimal(change)) is group


@pytest.mark.parametrize(
    ("launched_on", "retires_on", "ends_on", "bound"),
    [
        (None, None, None, None),
        (date(2026, 12, 3), date(2026, 12, 4), date(2026, 12, 4), None),
        (date(2026, 12, 4), None, None, Bound.LAUNCH),
        (None, date(2026, 12, 3), None, Bound.RETIRE),
        (None, date(2026, 12, 3), date(2026, 12, 1), Bound.CLOSED),
    ],
)
def test_goods_are_ordered_only_while_they_can_be_had(
    launched_on: date | None, retires_on: date | None, ends_on: date | None, bound: Bound | None
) -> None:
    found = rules.barred_by(
        launched_on=launched_on, retires_on=retires_on, ends_on=ends_on, arrives_on=date(2026, 12, 3)
    )
    assert found is bound


def test_the_most_that_needs_no_reason_reaches_the_top_of_the_band_or_the_proposal() -> None:
    assert rules.most_cases(basis(), proposed_units=648) == 30  # 24.5 days; 31 lead to 25.2
    assert rules.most_cases(basis(units_per_case=480), proposed_units=960) == 2  # 31.5 days, as proposed
    assert rules.most_cases(basis(per_day_after=Decimal(0)), proposed_units=0) == 0


@pytest.mark.parametrize(
    ("given", "units", "proposed", "stuffing"),
    [
        ({}, 720, 648, False),  # 24.5 days
        ({}, 744, 648, True),  # 25.2 days
        ({}, 0, 648, False),  # less is never stuffing
        ({"units_per_case": 480}, 960, 960, False),  # 31.5 days, but so proposed: the case bound it
        ({"units_per_case": 480}, 480, 960, False),
        ({"units_per_case": 480}, 1440, 960, True),
        ({"per_day_after": Decimal(0)}, 24, 0, True),  # nothing sells: all of it lies still
    ],
)
def test_raising_above_the_band_is_stuffing_and_a_case_is_not(
    given: dict[str, object], units: int, proposed: int, stuffing: bool
) -> None:
    """ORD-4."""
    assert rules.is_stuffing(basis(**given), units=units, proposed_units=proposed) is stuffing


def test_cases_are_turned_into_pieces_and_slips_refused() -> None:
    assert rules.units_of(basis(), 12) == 288
    for cases in (-1, 100_000):
        with pytest.raises(rules.WrongQuantity, match="run from 0 to 99,999"):
            rules.units_of(basis(), cases)


def test_the_life_of_an_order_is_closed() -> None:
    open_steps = {state: {step for step, (allowed, _) in rules.STEPS.items() if state in allowed} for state in State}
    assert open_steps == {
        State.PROPOSED: {"edited", "undone", "offered", "cancelled"},
        State.OFFERED: {"withdrawn", "linked", "opened", "accepted", "changed", "declined", "cancelled"},
        State.CHANGED: {"linked", "changed", "declined", "settled", "cancelled"},
        State.ACCEPTED: {"sent", "cancelled"},
        State.SENT: set(),
        State.CANCELLED: set(),
    }


@pytest.mark.parametrize("step", sorted(rules.STEPS))
@pytest.mark.parametrize("state", sorted(State))
def test_a_step_that_is_not_open_is_refused_with_a_sentence(step: str, state: State) -> None:
    allowed, following = rules.STEPS[step]
    if state in allowed:
        assert rules.next_state(number="D001-2026W48", state=state, step=step) is (following or state)
        return
    with pytest.raises(rules.WrongState) as refused:
        rules.next_state(number="D001-2026W48", state=state, step=step)
    assert str(refused.value).startswith("Order D001-2026W48 is ")


def test_an_order_on_estimated_stock_cannot_be_sent() -> None:
    with pytest.raises(rules.EstimatedStock, match="rests on estimated stock: get a count or a report first"):
        rules.check_sendable(number="D001-2026W48", estimated=True, lines_ordered=3)
    with pytest.raises(rules.WrongQuantity, match="orders nothing"):
        rules.check_sendable(number="D001-2026W48", estimated=False, lines_ordered=0)


@pytest.mark.parametrize(
    ("logs", "cause", "change"),
    [
        ({Cause.SEASON: 0.02, Cause.PROMOTION: 0.3365}, Cause.PROMOTION, "0.400"),
        ({Cause.SEASON: -0.6162, Cause.TREND: 0.1}, Cause.SEASON, "-0.460"),
        ({Cause.SEASON: 0.03}, Cause.NONE, "0"),
        ({}, Cause.NONE, "0"),
    ],
)
def test_the_largest_cause_is_named_with_its_own_share(logs: dict[Cause, float], cause: Cause, change: str) -> None:
    assert rules.largest_cause(logs) == (cause, Decimal(change))


def test_an_orders_number_names_the_week_it_is_placed_in() -> None:
    assert rules.number_of(distributor_code="D001", week=W47, nth=1) == "D001-2026W48"
    assert rules.number_of(distributor_code="D001", week=date(2026, 12, 28), nth=2) == "D001-2027W01-2"


def test_an_order_amounts_to_its_lines() -> None:
    price = Decimal("2.1236")
    lines = [
        rules.Line(basis(), 648, price),  # 17.5 → 22.4 days
        rules.Line(basis(on_hand_units=720, units_per_case=25), 525, price),  # 21 → 22.3 days
        rules.Line(basis(on_hand_units=3000), 0, Decimal(1)),  # 87.5 → 73.5 days
    ]
    found = rules.totals(lines)
    assert (found.lines_ordered, found.cases) == (2, 27 + 21)
    assert found.amount == Decimal("1376.09") + Decimal("1114.89")
    assert (found.inside_now, found.inside_after) == (1, 2)
    # (600 + 720) x 2.1236 + 3,000 = 5,803.15 over 34.29 x (2 x 2.1236 + 1) = 179.90 a day
    assert found.days_now is not None
    assert f"{found.days_now:.2f}" == "32.26"
    # (768 + 765) x 2.1236 + 2,520 = 5,775.48 over the same
    assert found.days_after is not None
    assert f"{found.days_after:.2f}" == "32.10"


def test_an_order_of_nothing_has_no_days() -> None:
    assert rules.totals([]) == rules.Totals(0, 0, Decimal("0.00"), None, None, 0, 0)


units = st.integers(0, 20_000)
amounts = st.decimals(0, 20_000, places=3)
bands = st.tuples(st.integers(5, 40), st.integers(1, 20)).map(
    lambda pair: BandLimits(Decimal(pair[0]), Decimal(pair[0] + pair[1]))
)


@st.composite
def bases(draw: st.DrawFn) -> Basis:
    return Basis(
        on_hand_units=draw(units),
        road_units=draw(units),
        expected_until_arrival_units=draw(amounts),
        expected_until_reading_units=draw(amounts),
        missed_units=draw(st.just(Decimal(0)) | amounts),
        per_day_now=draw(st.decimals(0, 500, places=4)),
        per_day_after=draw(st.decimals(0, 500, places=4)),
        band=draw(bands),
        units_per_case=draw(st.integers(1, 500)),
        min_order_cases=draw(st.integers(0, 20)),
        fresh_units=draw(st.none() | amounts),
        barred_by=draw(st.none() | st.none() | st.sampled_from(sorted(rules.BARS))),
    )


@settings(max_examples=500, deadline=None)
@given(bases())
def test_a_proposal_is_whole_cases_and_above_the_band_only_where_its_bound_says_why(line: Basis) -> None:
    found = rules.quantity(line)
    assert found.units >= 0
    assert found.units % line.units_per_case == 0
    assert not found.units or found.units >= line.min_order_cases * line.units_per_case
    assert not rules.is_stuffing(line, units=found.units, proposed_units=found.units)
    if found.units and rules.band_after(line, found.units) is Band.ABOVE:
        assert found.bound_by is Bound.CASE


@st.composite
def free_bases(draw: st.DrawFn) -> Basis:
    """Draw a line that no minimum, shelf life or bar binds, of a case no wider than its band."""
    line = draw(bases())
    per_day = max(line.per_day_after, Decimal(1))
    width = int((line.band.high_days - line.band.low_days) * per_day)
    return replace(
        line,
        per_day_after=per_day,
        units_per_case=draw(st.integers(1, width)),
        min_order_cases=0,
        fresh_units=None,
        barred_by=None,
    )


@settings(max_examples=500, deadline=None)
@given(free_bases())
def test_one_case_more_or_less_never_lands_nearer_the_middle(line: Basis) -> None:
    found = rules.quantity(line)
    assert found.bound_by is Bound.NONE

    def distance(pieces: int) -> Decimal:
        return abs(line.left_units + pieces - line.middle_units)

    assert distance(found.units) <= distance(found.units + line.units_per_case)
    if found.units:
        assert distance(found.units) <= distance(found.units - line.units_per_case)


@settings(max_examples=300, deadline=None)
@given(free_bases(), st.integers(0, 3000))
def test_more_stock_never_raises_the_order(line: Basis, more: int) -> None:
    fuller = replace(line, on_hand_units=line.on_hand_units + more)
    assert rules.quantity(fuller).units <= rules.quantity(line).units
