"""
The spark: 26 weeks of sell-out as bars, stock-out weeks hatched, the expected week as a tick.

Pure geometry and SVG; colours by class, with the light theme's values for PDF renderers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

BAR_PX, STEP_PX, HEIGHT_PX = 4, 5, 24
TICK_PX = 10
_SPARK, _HATCH, _LINE, _ACCENT = "#838B97", "#BD7A45", "#C9CED5", "#1A4F95"


@dataclass(frozen=True)
class Bar:
    """One week, px; `hatched` is what stands above a bar whose demand was cut short."""

    x: int
    height: float
    hatched: bool


@dataclass(frozen=True)
class Spark:
    """The bars from the oldest week to the newest, and the tick's height where one is expected."""

    bars: list[Bar]
    width: int
    expected: float | None


def layout(sold: Sequence[float | None], out: Sequence[bool], expected: float | None) -> Spark:
    """
    Return the spark's geometry.

    Args:
        sold: units per week, oldest first; None for a week without a report: no bar.
        out: per week, whether the product ran out.
        expected: units expected in a coming week; None without a forecast.
    """
    known = [float(value) for value in sold if value is not None]
    top = max([*known, float(expected or 0), 1.0])
    room = HEIGHT_PX - 2  # the base line and a px of air above the highest bar
    bars = [
        Bar(index * STEP_PX, round(float(value or 0) / top * room, 1), bool(out[index]))
        for index, value in enumerate(sold)
        if value is not None or out[index]
    ]
    tick = None if expected is None else round(float(expected) / top * room, 1)
    return Spark(bars, len(sold) * STEP_PX + TICK_PX + 1, tick)


def svg(spark: Spark, label: str) -> str:
    """Return the spark as one inline SVG; `label` is what it shows, in words."""
    base = HEIGHT_PX - 1
    end = len(spark.bars) and spark.width - TICK_PX - 1
    bars = "".join(f"M{bar.x} {base}v{-bar.height:g}h{BAR_PX}v{bar.height:g}z" for bar in spark.bars if bar.height)
    hatches = "".join(_hatch(bar) for bar in spark.bars if bar.hatched)
    said = escape(label)
    return (
        f'<svg class="ck-spark" viewBox="0 0 {spark.width} {HEIGHT_PX}" width="{spark.width}" height="{HEIGHT_PX}" '
        f'role="img" aria-label="{said}"><title>{said}</title>'
        f'<path class="ck-s-bar" d="{bars}" fill="{_SPARK}"/>'
        f'<path class="ck-s-hatch" d="{hatches}" fill="none" stroke="{_HATCH}" stroke-width="1.6"/>'
        f'<path class="ck-s-base" d="M0 {base + 0.5}H{end}" stroke="{_LINE}" stroke-width="1"/>'
        f"{_tick(spark)}</svg>"
    )


def _tick(spark: Spark) -> str:
    if spark.expected is None:
        return ""
    y = max(HEIGHT_PX - 2 - spark.expected, 0)
    x = spark.width - TICK_PX
    return f'<rect class="ck-s-expected" x="{x}" y="{y:g}" width="{TICK_PX}" height="2" fill="{_ACCENT}"/>'


def _hatch(bar: Bar) -> str:
    """Return rising strokes over the room above the bar, cut at its sides."""
    bottom = HEIGHT_PX - 1 - bar.height - 1
    lines = []
    y = bottom
    while y - BAR_PX >= 0:
        lines.append(f"M{bar.x} {y:g}l{BAR_PX} {-BAR_PX}")
        y -= 4.6  # 1.6 on, 3 off
    return "".join(lines)
