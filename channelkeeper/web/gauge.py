"""
The gauge: inventory days on a fixed scale from 0 to 60, the band shaded.

`layout` is pure geometry (design of the pages, "Gauge"); `svg` writes it out. `app.js` holds
a twin of `layout` for quantities being typed; a browser test holds the two together.

Colours come from the stylesheet by class. They also stand as presentation attributes in the
light theme's values, because a PDF renderer does not apply the page's stylesheet inside an SVG.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from html import escape
from typing import Literal

State = Literal["below", "in", "above"]
Size = Literal["S", "M"]
SCALE_DAYS = 60

# tokens.css, light theme; a test compares them with the stylesheet
MARKS = {"below": "#D9650A", "in": "#0D8B7B", "above": "#7A4FD6"}
TEXTS = {"below": "#A94600", "in": "#0A6B5E", "above": "#6438B8"}
TRACK, TINT, EDGE, INK_2, PAPER = "#C3C9D1", "#D8EFEB", "#43988B", "#4F5660", "#FFFFFF"


@dataclass(frozen=True)
class Measures:
    """What differs between the small gauge of tables and the wide one of details, in px."""

    width: float
    height: float
    pad: float
    band: float  # height of the band
    dot: float
    ring: float
    ring_stroke: float
    near_dot: float
    near_ring: float
    near_stroke: float
    head_long: float
    head_high: float
    text: float  # size of the number beside the chevron
    digit: float  # width of one of its digits
    chevron: float  # the tip's reach in x and in y
    near: float  # below this gap of dot and ring, the ring goes round the dot


S = Measures(120, 16, 6, 12, 4, 3.5, 1.5, 3.5, 5.5, 1, 4, 5, 11, 6.5, 4, 5)
M = Measures(358, 20, 8, 16, 5, 4.25, 2, 4.5, 7.25, 1.25, 6, 7, 14, 8.25, 5, 6.25)
ARROW_LEAST_PX = 5.5


@dataclass(frozen=True)
class Circle:
    """A dot (no stroke) or a ring."""

    x: float
    r: float
    state: State
    stroke: float = 0.0
    filled: bool = True
    halo: bool = False

    @property
    def edge(self) -> float:
        """Return how far it reaches from its centre, half its stroke included."""
        return self.r + self.stroke / 2


@dataclass(frozen=True)
class Arrow:
    """From the dot to the ring; the head's tip lies at `tip`."""

    tail: float
    tip: float


@dataclass(frozen=True)
class Overflow:
    """A figure beyond the scale: its number and the chevron behind it."""

    number: str
    number_end: float
    start: float  # where the track is cut, so that the number stands clear of it
    tip: float
    state: State
    bold: bool


@dataclass(frozen=True)
class Layout:
    """What is drawn, in drawing order; x in px from the left."""

    measures: Measures
    band: tuple[float, float]
    track: tuple[float, float]
    dashed: bool = False
    end_tick: bool = True
    interval: tuple[float, float, State] | None = None
    arrow: Arrow | None = None
    ring: Circle | None = None
    dot: Circle | None = None
    overflow: Overflow | None = None


def state_of(days: Decimal, low: Decimal, high: Decimal) -> State:
    """Return where unrounded days lie to the band, both ends inside. Rule: STK-2."""
    if days < low:
        return "below"
    return "above" if days > high else "in"


def rounded(days: Decimal) -> int:
    """Return days as the reader sees them in a list, half up."""
    return int(days.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def measures_of(size: Size, width: float | None) -> Measures:
    """Return the size's measures, the wide one stretched to `width` px where given."""
    if size == "S":
        return S
    return M if width is None else Measures(**{**M.__dict__, "width": float(width)})


def layout(
    *,
    now: Decimal | None,
    after: Decimal | None = None,
    low: Decimal = Decimal(20),
    high: Decimal = Decimal(25),
    size: Size = "S",
    width: float | None = None,
    estimated_low: Decimal | None = None,
    estimated_high: Decimal | None = None,
    state: State | None = None,
    after_state: State | None = None,
) -> Layout:
    """
    Return the gauge's geometry.

    Args:
        now: inventory days, >= 0; None where nothing is sold and nothing expected.
        after: days after the proposed order; None without a proposal.
        low, high: the band.
        size: S 120 x 16 px for tables, M 358 x 20 px for details and the phone.
        width: px of an M gauge in a place of another width.
        estimated_low, estimated_high: where the report is missing, the range of the estimate.
        state, after_state: where the days given are rounded, what was judged on unrounded ones.

    Returns:
        Primitives. Beyond 60 a chevron with the number stands for the dot. Where now and after
        read the same there is no ring, unless they are the same: then a ring round the dot.
    """
    measures = measures_of(size, width)
    scale = _Scale(measures)
    band, track = (scale.x(low), scale.x(high)), (scale.x(Decimal(0)), scale.x(Decimal(SCALE_DAYS)))
    if now is None:
        return Layout(measures, band, track, dashed=True)
    now_state = state or state_of(now, low, high)
    ring_state = None if after is None else after_state or state_of(after, low, high)
    interval = _interval(scale, estimated_low, estimated_high, now_state)
    if now > SCALE_DAYS:
        beyond = _beyond(measures, now, now_state, bold=True)
        ring = _clear_ring(scale, after, ring_state, beyond)
        return Layout(measures, band, (track[0], beyond.start), False, False, interval, ring=ring, overflow=beyond)
    if after is not None and ring_state is not None and after > SCALE_DAYS:
        dot = Circle(scale.x(now), measures.dot, now_state)
        stuffed = _clear_number(_beyond(measures, after, ring_state, bold=False), dot)
        if stuffed is None:
            return Layout(measures, band, track, interval=interval, dot=dot)
        arrow = _arrow(dot, stuffed.start - 1)
        return Layout(
            measures, band, (track[0], stuffed.start), False, False, interval, arrow, dot=dot, overflow=stuffed
        )
    shown_after = None if after is None or _reads_same(now, after) else after
    dot, pair_ring, arrow = _pair(scale, now, shown_after, now_state, ring_state)
    return Layout(measures, band, track, interval=interval, arrow=arrow, ring=pair_ring, dot=dot)


@dataclass(frozen=True)
class _Scale:
    """Days to px."""

    measures: Measures

    def x(self, days: Decimal) -> float:
        per_day = (self.measures.width - 2 * self.measures.pad) / SCALE_DAYS
        inside = min(max(float(days), 0.0), float(SCALE_DAYS))
        return round(self.measures.pad + per_day * inside, 2)


def _reads_same(now: Decimal, after: Decimal) -> bool:
    return now != after and rounded(now) == rounded(after)


def _interval(
    scale: _Scale, low: Decimal | None, high: Decimal | None, state: State
) -> tuple[float, float, State] | None:
    if low is None or high is None:
        return None
    return scale.x(low), scale.x(high), state


def _beyond(measures: Measures, days: Decimal, state: State, *, bold: bool) -> Overflow:
    """Return chevron and number of a figure beyond the scale."""
    tip = measures.width - measures.pad
    number, end = str(rounded(days)), tip - measures.chevron - 3
    return Overflow(number, end, round(end - measures.digit * len(number) - 4, 2), tip, state, bold)


def _clear_ring(scale: _Scale, after: Decimal | None, state: State | None, beyond: Overflow) -> Circle | None:
    """Return the ring of an order after which cover is on the scale; none where it would cover the number."""
    if after is None or state is None or after > SCALE_DAYS:
        return None
    ring = Circle(scale.x(after), scale.measures.ring, state, scale.measures.ring_stroke)
    return ring if ring.x + ring.edge <= beyond.start else None


def _clear_number(beyond: Overflow, dot: Circle) -> Overflow | None:
    """Return the chevron without its number where the dot stands there, none where even that has no room."""
    if dot.x + dot.edge + 1 <= beyond.start:
        return beyond
    start = beyond.number_end + 1
    return replace(beyond, number="", start=start) if dot.x + dot.edge + 1 <= start else None


def _pair(
    scale: _Scale, now: Decimal, after: Decimal | None, state: State, after_state: State | None
) -> tuple[Circle, Circle | None, Arrow | None]:
    """Return dot, ring and arrow for two figures on the scale, by the gap between them."""
    measures, x = scale.measures, scale.x(now)
    far = Circle(x, measures.dot, state)
    if after is None or after_state is None:
        return far, None, None
    ring = Circle(scale.x(after), measures.ring, after_state, measures.ring_stroke)
    gap = abs(ring.x - x)
    if gap < measures.near:
        near = Circle(ring.x, measures.near_ring, after_state, measures.near_stroke, filled=False)
        return Circle(x, measures.near_dot, state), near, None
    if gap <= far.edge + ring.edge + 1:
        return Circle(x, measures.dot, state, halo=True), ring, None
    away = 1 if x > ring.x else -1
    return far, ring, _arrow(far, ring.x + away * (ring.edge + 1))


def _arrow(dot: Circle, tip: float) -> Arrow | None:
    """Return the arrow from dot edge + 1.5 to the tip; none where it would be too short."""
    side = 1 if tip > dot.x else -1
    tail = dot.x + side * (dot.r + 1.5)
    return Arrow(round(tail, 2), round(tip, 2)) if side * (tip - tail) >= ARROW_LEAST_PX else None


def svg(drawn: Layout, label: str, identity: str = "") -> str:
    """
    Return the layout as one inline SVG.

    Args:
        drawn: from `layout`.
        label: what the gauge says, in the reader's language; becomes title and aria-label.
        identity: further attributes of the svg element, already escaped.
    """
    measures, middle = drawn.measures, drawn.measures.height / 2
    size = "s" if measures.height == S.height else "m"
    said = escape(label)
    parts = [_band(drawn, middle), _track(drawn, middle), _edges(drawn, middle)]
    parts += [_interval_svg(drawn, middle), _arrow_svg(drawn, middle)]
    parts += [_circle_svg(drawn.ring, middle), _circle_svg(drawn.dot, middle), _overflow_svg(drawn, middle)]
    box = f"{_n(measures.width)} {_n(measures.height)}"
    return (
        f'<svg class="ck-gauge ck-gauge-{size}" viewBox="0 0 {box}" width="{_n(measures.width)}" '
        f'height="{_n(measures.height)}" role="img" aria-label="{said}"{identity}><title>{said}</title>'
        f"{''.join(parts)}</svg>"
    )


def _n(value: float) -> str:
    """Return a coordinate with no more than two decimals and no trailing zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rect(shape: str, x: float, y: float, width: float, height: float, fill: str, more: str = "") -> str:
    return (
        f'<rect class="{shape}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"{more}/>'
    )


def _band(drawn: Layout, middle: float) -> str:
    left, right = drawn.band
    high = drawn.measures.band
    return _rect("ck-g-band", left, middle - high / 2, right - left, high, TINT)


def _track(drawn: Layout, middle: float) -> str:
    left, right = drawn.track
    dash = ' stroke-dasharray="2 3"' if drawn.dashed else ""
    y, tick = _n(middle), middle - 3
    line = f'<path class="ck-g-track" d="M{_n(left)} {y}H{_n(right)}" stroke="{TRACK}" stroke-width="2"{dash}/>'
    ticks = _rect("ck-g-tick", left, tick, 1, 6, TRACK)
    if drawn.end_tick:
        ticks += _rect("ck-g-tick", right - 1, tick, 1, 6, TRACK)
    return line + ticks


def _edges(drawn: Layout, middle: float) -> str:
    left, right = drawn.band
    high = drawn.measures.band
    return "".join(_rect("ck-g-edge", x, middle - high / 2, 1, high, EDGE) for x in (left, right - 1))


def _interval_svg(drawn: Layout, middle: float) -> str:
    if drawn.interval is None:
        return ""
    left, right, state = drawn.interval
    more = ' rx="3" fill-opacity=".35"'
    return _rect(f"ck-g-fill-{state}", left, middle - 3, right - left, 6, MARKS[state], more)


def _arrow_svg(drawn: Layout, middle: float) -> str:
    if drawn.arrow is None:
        return ""
    measures, tail, tip = drawn.measures, drawn.arrow.tail, drawn.arrow.tip
    base = tip - measures.head_long if tip > tail else tip + measures.head_long
    half, y = measures.head_high / 2, _n(middle)
    return (
        f'<path class="ck-g-arrow" d="M{_n(tail)} {y}H{_n(base)}" stroke="{INK_2}" stroke-width="2"/>'
        f'<path class="ck-g-head" d="M{_n(tip)} {y}L{_n(base)} {_n(middle - half)}V{_n(middle + half)}Z" '
        f'fill="{INK_2}"/>'
    )


def _circle_svg(circle: Circle | None, middle: float) -> str:
    if circle is None:
        return ""
    at = f'cx="{_n(circle.x)}" cy="{_n(middle)}"'
    mark = MARKS[circle.state]
    if not circle.stroke:
        halo = f'<circle class="ck-g-paper" {at} r="{_n(circle.r + 1)}" fill="{PAPER}"/>' if circle.halo else ""
        return f'{halo}<circle class="ck-g-dot ck-g-fill-{circle.state}" {at} r="{_n(circle.r)}" fill="{mark}"/>'
    kind, fill = ("ck-g-ring", PAPER) if circle.filled else ("ck-g-near", "none")
    return (
        f'<circle class="{kind} ck-g-line-{circle.state}" {at} r="{_n(circle.r)}" fill="{fill}" '
        f'stroke="{mark}" stroke-width="{_n(circle.stroke)}"/>'
    )


def _overflow_svg(drawn: Layout, middle: float) -> str:
    beyond, measures = drawn.overflow, drawn.measures
    if beyond is None:
        return ""
    reach, tip = measures.chevron, beyond.tip
    chevron = f"M{_n(tip - reach)} {_n(middle - reach)}L{_n(tip)} {_n(middle)}L{_n(tip - reach)} {_n(middle + reach)}"
    weight = 600 if beyond.bold else 400
    return (
        f'<text class="ck-g-text-{beyond.state}" x="{_n(beyond.number_end)}" y="{_n(middle + measures.text * 0.36)}" '
        f'text-anchor="end" font-size="{_n(measures.text)}" font-weight="{weight}" fill="{TEXTS[beyond.state]}">'
        f"{beyond.number}</text>"
        f'<path class="ck-g-line-{beyond.state}" d="{chevron}" fill="none" stroke="{MARKS[beyond.state]}" '
        f'stroke-width="2"/>'
    )


cached_layout = lru_cache(maxsize=8192)(layout)
