"""Days over weeks as lines of one inline picture: geometry alone, drawn by the template."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Protocol

WIDTH, HEIGHT, EDGE = 900, 180, 4
LEAST_TOP = 30.0  # days: a calm product is not drawn as a wild one


class Week(Protocol):
    """A week's days, and the band then."""

    @property
    def forward(self) -> Decimal | None:
        """Days by what was expected."""

    @property
    def trailing(self) -> Decimal | None:
        """Days by what had sold."""

    @property
    def realised(self) -> Decimal | None:
        """Days by what came to be sold."""

    @property
    def low(self) -> Decimal:
        """The band's low end."""

    @property
    def high(self) -> Decimal:
        """The band's high end."""


@dataclass(frozen=True)
class Trace:
    """
    A picture of WIDTH x HEIGHT px.

    Attributes:
        forward, trailing, realised: pieces of line as SVG points; a line breaks where a figure is missing.
        band: the band as SVG points, once around.
        top: days at the upper edge.
    """

    forward: list[str]
    trailing: list[str]
    realised: list[str]
    band: str
    top: int
    width: int = WIDTH
    height: int = HEIGHT


def traced(weeks: Sequence[Week | None]) -> Trace:
    """Return the picture of some weeks, oldest first; None where none was closed."""
    known = [week for week in weeks if week]
    figures = [
        one for week in known for one in (week.forward, week.trailing, week.realised, week.high) if one is not None
    ]
    top = max([LEAST_TOP, *map(float, figures)])
    step = (WIDTH - 2 * EDGE) / max(len(weeks) - 1, 1)

    def at(place: int, days: Decimal) -> str:
        return f"{EDGE + place * step:.1f},{HEIGHT - EDGE - float(days) / top * (HEIGHT - 2 * EDGE):.1f}"

    def line(name: str) -> list[str]:
        values = [(place, getattr(week, name) if week else None) for place, week in enumerate(weeks)]
        return [" ".join(at(place, days) for place, days in part) for part in _runs(values)]

    ends = [(place, week) for place, week in enumerate(weeks) if week]
    around = [at(place, week.high) for place, week in ends] + [at(place, week.low) for place, week in reversed(ends)]
    return Trace(line("forward"), line("trailing"), line("realised"), " ".join(around), round(top))


def _runs(values: Sequence[tuple[int, Decimal | None]]) -> Iterator[list[tuple[int, Decimal]]]:
    """Yield unbroken runs of known values."""
    for known, part in groupby(values, key=lambda one: one[1] is not None):
        if known:
            yield [(place, days) for place, days in part if days is not None]
