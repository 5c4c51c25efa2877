"""The gauge's geometry: every row of its picture, and what holds for all."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkeeper.web import gauge
from channelkeeper.web.gauge import Arrow, Circle, Layout

TOKENS = Path(gauge.__file__).parent / "static" / "channelkeeper" / "tokens.css"


def drawn(now: float | None, after: float | None = None, **more: object) -> Layout:
    """Return a layout of plain numbers."""
    days = {name: None if value is None else Decimal(str(value)) for name, value in (("now", now), ("after", after))}
    return gauge.layout(**days, **more)  # type: ignore[arg-type]


def dot(x: float, state: gauge.State, r: float = 4, *, halo: bool = False) -> Circle:
    return Circle(x, r, state, halo=halo)


def ring(x: float, state: gauge.State) -> Circle:
    return Circle(x, 3.5, state, 1.5)


def around(x: float, state: gauge.State) -> Circle:
    return Circle(x, 5.5, state, 1, filled=False)


@pytest.mark.parametrize(
    ("now", "after", "left", "right", "arrow"),
    [
        (6, 23, dot(16.8, "below"), ring(47.4, "in"), Arrow(22.3, 42.15)),  # lifted into the band
        (14, 22, dot(31.2, "below"), ring(45.6, "in"), None),  # too short for an arrow
        (20, 20, dot(42, "in", 3.5), around(42, "in"), None),  # unchanged: the ring goes round the dot
        (24, 22, dot(49.2, "in", 3.5), around(45.6, "in"), None),  # a small change: a little beside
        (39, 34, dot(76.2, "above", halo=True), ring(67.2, "above"), None),  # near: the dot lies over the ring
        (53, 43, dot(101.4, "above"), ring(83.4, "above"), Arrow(95.9, 88.65)),  # to be sold down
        (74, 44, None, ring(85.2, "above"), None),  # beyond the scale: a chevron for the dot
        (80, 70, None, None, None),  # both beyond: no ring
        (0, 21, dot(6, "below"), ring(43.8, "in"), Arrow(11.5, 38.55)),  # out of stock
        (22, None, dot(45.6, "in"), None, None),  # no proposal
        (None, None, None, None, None),  # no sales, no figure
    ],
)
def test_each_row_of_the_picture(
    now: float | None, after: float | None, left: Circle | None, right: Circle | None, arrow: Arrow | None
) -> None:
    found = drawn(now, after)
    assert (found.dot, found.ring, found.arrow) == (left, right, arrow)


def test_band_and_track_stand_where_the_scale_says() -> None:
    found = drawn(6, 23)
    assert (found.band, found.track, found.dashed) == ((42, 51), (6, 114), False)


def test_without_sales_the_track_is_dashed() -> None:
    assert drawn(None).dashed


def test_an_estimate_has_its_range() -> None:
    found = drawn(14, 22, estimated_low=Decimal(9), estimated_high=Decimal(19))
    assert found.interval == (22.2, 40.2, "below")


@pytest.mark.parametrize(("now", "after"), [(22.6, 23.4), (23.4, 22.6), (20.4, 19.6)])
def test_what_reads_the_same_but_differs_has_no_ring(now: float, after: float) -> None:
    found = drawn(now, after)
    assert (found.ring, found.dot) == (None, dot(found.dot.x if found.dot else 0, gauge.state_of(*band(now))))


def band(days: float) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(str(days)), Decimal(20), Decimal(25)


def test_a_figure_beyond_the_scale_cuts_the_track_beneath_its_number() -> None:
    found = drawn(74, 44)
    assert found.overflow == gauge.Overflow("74", 107, 90, 114, "above", True)
    assert (found.track, found.end_tick) == ((6, 90), False)


def test_a_ring_that_would_lie_under_the_number_is_left_out() -> None:
    assert drawn(80, 52).ring is None


@pytest.mark.parametrize(
    ("now", "number", "track_end"),
    [(30, "70", 90), (50, "", 108)],  # where the dot stands, the number makes room
)
def test_an_order_beyond_the_scale_is_marked_in_regular_weight(now: float, number: str, track_end: float) -> None:
    found = drawn(now, 70)
    assert found.overflow == gauge.Overflow(number, 107, track_end, 114, "above", False)
    assert found.track == (6, track_end)


def test_a_dot_at_the_end_of_the_scale_leaves_no_room_for_a_chevron() -> None:
    assert (drawn(58, 65).overflow, drawn(58, 65).dot) == (None, dot(110.4, "above"))


@pytest.mark.parametrize(
    ("days", "state"), [("19.99", "below"), ("20", "in"), ("25", "in"), ("25.04", "above"), ("0", "below")]
)
def test_the_band_is_judged_on_unrounded_days(days: str, state: str) -> None:
    """STK-2: 25.04 is above."""
    assert gauge.state_of(Decimal(days), Decimal(20), Decimal(25)) == state


def test_a_judgement_on_unrounded_days_wins_over_the_rounded_ones() -> None:
    found = drawn(25, 25, state="above", after_state="in")
    assert (found.dot, found.ring) == (dot(51, "above", 3.5), around(51, "in"))


def test_the_wide_gauge_has_its_own_measures() -> None:
    found = drawn(6, 23, size="M")
    assert list(found.band) == [122, 150.5]
    drawn_apart = (dot(42.2, "below", 5), Circle(139.1, 4.25, "in", 2), Arrow(48.7, 132.85))
    assert (found.dot, found.ring, found.arrow) == drawn_apart


def test_the_wide_gauge_rings_the_dot_for_one_day() -> None:
    assert drawn(29, 28, size="M").ring == Circle(167.6, 7.25, "above", 1.25, filled=False)


def test_a_narrower_place_narrows_the_scale_and_not_the_dots() -> None:
    found = drawn(30, size="M", width=300)
    assert (found.track, found.dot) == ((8, 292), dot(150, "above", 5))


def test_another_band_stands_elsewhere() -> None:
    found = drawn(12, low=Decimal(10), high=Decimal(15))
    assert (found.band, found.dot and found.dot.state) == ((24, 33), "in")


days = st.decimals(min_value=0, max_value=200, places=1)


@given(now=days, after=st.none() | days, size=st.sampled_from(["S", "M"]))
def test_whatever_the_days_nothing_leaves_its_place(now: Decimal, after: Decimal | None, size: gauge.Size) -> None:
    found = gauge.layout(now=now, after=after, size=size)
    for circle in (found.dot, found.ring):
        if circle is not None:
            assert circle.x - circle.edge >= 0
            assert circle.x + circle.edge <= found.measures.width
    if found.arrow:
        assert abs(found.arrow.tip - found.arrow.tail) >= gauge.ARROW_LEAST_PX - 0.02  # rounded to 0.01 px
    if found.overflow and found.ring:
        assert found.ring.x + found.ring.edge <= found.overflow.start
    assert (found.dot is None) == (now > gauge.SCALE_DAYS)


@given(now=days, after=days)
def test_an_arrow_points_from_now_to_after(now: Decimal, after: Decimal) -> None:
    found = gauge.layout(now=now, after=after)
    if found.arrow and found.dot:
        assert (found.arrow.tip > found.arrow.tail) == (after > now)


def test_the_drawing_says_what_it_shows_and_escapes_it() -> None:
    written = gauge.svg(drawn(6, 23), '6 <b> & "23"')
    assert written.count("6 &lt;b&gt; &amp; &quot;23&quot;") == 2  # aria-label and title
    assert "<b>" not in written


def test_the_drawing_keeps_its_order() -> None:
    """Band, track, edges, interval, arrow, ring, dot."""
    estimated = {"estimated_low": Decimal(1), "estimated_high": Decimal(11)}
    shapes = re.findall(r'class="(ck-g-[a-z]+)', gauge.svg(drawn(6, 23, **estimated), ""))
    assert shapes == [
        *("ck-g-band", "ck-g-track", "ck-g-tick", "ck-g-tick", "ck-g-edge", "ck-g-edge"),
        *("ck-g-fill", "ck-g-arrow", "ck-g-head", "ck-g-ring", "ck-g-dot"),
    ]


def test_a_printed_gauge_has_the_light_theme_s_colours() -> None:
    light = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})", TOKENS.read_text().split("@media")[0]))
    for state in ("below", "in", "above"):
        assert (gauge.MARKS[state], gauge.TEXTS[state]) == (light[f"{state}-mark"], light[f"{state}-text"])
    assert tuple(light[name] for name in ("track", "in-tint", "in-edge", "ink-2", "bg")) == (
        gauge.TRACK,
        gauge.TINT,
        gauge.EDGE,
        gauge.INK_2,
        gauge.PAPER,
    )
