"""What a proposed line came to (LEV-1a, LEV-1b, LEV-1c), by tables worked by hand."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from channelkeeper.orders import scoring
from channelkeeper.orders.scoring import Right
from channelkeeper.stock.queries.pasts import WeekBlock

W47 = date(2026, 11, 16)
NAN = float("nan")


@dataclass(frozen=True)
class Case:
    """
    One line: proposed on week 0, there in week 2, read at its close; the weeks 3 to 6 show how long that lasted.

    240 sell a week as a rule, 600 are left at the close before the arrival. Proposed are 648, a case is 24.
    """

    units: int = 648
    sent: bool = True
    sold: tuple[float, ...] = (240, 240, 240, 240, 240, 240, 240)
    closing: tuple[float, ...] = (840, 600, 1008, 768, 528, 288, 48)
    received: tuple[float, ...] = (0, 0, 648, 0, 0, 0, 0)
    out: tuple[int, ...] = ()
    road: float = 0
    expected: float = 240


def _scored(case: Case) -> tuple[scoring.Scored, Right]:
    out = np.zeros((1, 7), dtype=bool)
    out[0, list(case.out)] = True
    block = WeekBlock(
        W47,
        np.array([1]),
        np.array([1]),
        np.array([case.sold], dtype=np.float64),
        np.array([case.closing], dtype=np.float64),
        np.array([case.received], dtype=np.float64),
        out,
    )
    one = np.ones(1)
    lines = scoring.Lines(
        row=np.array([0]),
        first=1,
        arrival=np.array([2]),
        reading=np.array([2]),
        proposed=one * 648,
        units=one * case.units,
        sent=np.array([case.sent]),
        road=one * case.road,
        expected=one * case.expected,
        expected_after=one * case.expected,
        high_days=one * 25,
        case=one * 24,
    )
    found = scoring.score(lines, block)
    return found, scoring.right(lines, found)[0]


def _course(course: scoring.Course) -> tuple[float, float, float, float]:
    return tuple(  # type: ignore[return-value]
        round(float(getattr(course, name)[0]), 1) for name in ("missed", "stock", "excess", "days")
    )


# Per course: missed, stock at the reading, above 25 days (857.1 at 34.29 a day), days.
AS_PROPOSED = (0.0, 1008.0, 150.9, 29.4)
TABLE = [
    pytest.param(Case(), 648, AS_PROPOSED, AS_PROPOSED, Right.EVEN, id="followed: both courses are one"),
    pytest.param(
        # Half of it: 600 + 336 - 240 are left, 20.3 days; the proposal would have lain 151 above the band.
        Case(units=336, closing=(840, 600, 696, 456, 216, 0, 0), received=(0, 0, 336, 0, 0, 0, 0)),
        336, AS_PROPOSED, (0.0, 696.0, 0.0, 20.3), Right.ORDER, id="less was right",
    ),
    pytest.param(
        # Twice as much: 499 more above the band than as proposed.
        Case(units=1296, closing=(840, 600, 1656, 1416, 1176, 936, 696), received=(0, 0, 1296, 0, 0, 0, 0)),
        1296, AS_PROPOSED, (0.0, 1656.0, 798.9, 48.3), Right.PROPOSAL, id="more lay still",
    ),
    pytest.param(
        # It left as proposed and came a week late: followed, it would have come late too.
        Case(closing=(840, 600, 360, 768, 528, 288, 48), received=(0, 0, 0, 648, 0, 0, 0)),
        648, (0.0, 360.0, 0.0, 10.5), (0.0, 360.0, 0.0, 10.5), Right.EVEN, id="late is nobody's order",
    ),
    pytest.param(
        # Declined, and nothing came: 120 were there, 240 expected, so at least 120 were missed.
        Case(sent=False, closing=(360, 120, 0, 0, 0, 0, 0), received=(0,) * 7, sold=(240, 240, 120, 0, 0, 0, 0),
             out=(2, 3, 4, 5, 6)),
        0, (0.0, 528.0, 0.0, 15.4), (120.0, 0.0, 0.0, 0.0), Right.PROPOSAL, id="declined and ran out",
    ),
    pytest.param(
        # Not sent; 480 came by another way in its place.
        Case(sent=False, closing=(840, 600, 840, 600, 360, 120, 0), received=(0, 0, 480, 0, 0, 0, 0)),
        480, AS_PROPOSED, (0.0, 840.0, 0.0, 24.5), Right.ORDER, id="their own order was better",
    ),
    pytest.param(
        # Of 480 that came, 240 had been on the road before: 240 took the proposal's place, 240 + 648 would have come.
        Case(sent=False, road=240, closing=(840, 600, 840, 600, 360, 120, 0), received=(0, 0, 480, 0, 0, 0, 0)),
        240, (0.0, 1248.0, 390.9, 36.4), (0.0, 840.0, 0.0, 24.5), Right.ORDER, id="the road comes either way",
    ),
    pytest.param(
        # Twelve pieces less above the band are less than a case of 24.
        Case(units=636, closing=(840, 600, 996, 756, 516, 276, 36), received=(0, 0, 636, 0, 0, 0, 0)),
        636, AS_PROPOSED, (0.0, 996.0, 138.9, 29.1), Right.EVEN, id="within a case both are even",
    ),
    pytest.param(
        # Gifts took 60 in the week of arrival, on either course.
        Case(units=336, closing=(840, 600, 636, 396, 156, 0, 0), received=(0, 0, 336, 0, 0, 0, 0)),
        336, (0.0, 948.0, 90.9, 27.7), (0.0, 636.0, 0.0, 18.6), Right.ORDER, id="what else moved moves both",
    ),
    pytest.param(
        # Demand doubled: half the order ran out of 264, all of it would have lain 72 short, but above afterwards.
        Case(units=0, closing=(840, 600, 0, 0, 0, 0, 0), received=(0,) * 7, sold=(240, 240, 600, 240, 240, 10, 10),
             expected=720, out=(2,)),
        0, (0.0, 528.0, 81.6, 29.6), (120.0, 0.0, 0.0, 0.0), Right.MIXED, id="missed less, lay stiller",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("case", "ordered", "followed", "really", "right"), TABLE)
def test_a_line_is_scored_as_worked_by_hand(
    case: Case,
    ordered: float,
    followed: tuple[float, float, float, float],
    really: tuple[float, float, float, float],
    right: Right,
) -> None:
    found, judged = _scored(case)
    assert found.known[0]
    assert found.ordered[0] == ordered
    assert _course(found.followed) == followed
    assert _course(found.really) == really
    assert judged is right
    assert bool(found.at_least[0]) is bool(case.out)


@pytest.mark.parametrize("week", range(1, 7))
def test_a_week_without_a_report_leaves_the_line_without_a_score(week: int) -> None:
    sold = list(Case().sold)
    sold[week] = NAN
    closing, received = list(Case().closing), list(Case().received)
    if week < 3:
        closing[week] = received[week] = NAN
    found, _ = _scored(Case(sold=tuple(sold), closing=tuple(closing), received=tuple(received)))
    assert not found.known[0]


def test_a_line_whose_weeks_are_not_over_has_no_score() -> None:
    sold, closing, received = (np.full((1, 6), 10.0) for _ in range(3))
    block = WeekBlock(W47, np.array([1]), np.array([1]), sold, closing, received, np.zeros((1, 6), dtype=bool))
    one = np.ones(1)
    lines = scoring.Lines(
        np.array([0]), 1, np.array([2]), np.array([2]), one, one, np.array([True]), one, one, one, one, one
    )
    assert not scoring.score(lines, block).known[0]
