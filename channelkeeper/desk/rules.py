"""What comes first: which distributors are to be seen, in which order, and who may open which page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import Any, TypeVar

from channelkeeper.access.rules import READERS, Role
from channelkeeper.stock.rules import Band

SEEN_BY = READERS | {Role.DISTRIBUTOR}
MOST_ASKS = 3
T = TypeVar("T")


def needs_seeing(*, band: Band, reported: bool) -> bool:
    """
    Return whether a distributor is to be seen first: its total lies outside the band, or its report is missing.

    A distributor of which nothing is expected has no cover and is not seen for it.

    Rule: DSK-1.
    """
    return not reported or band in (Band.BELOW, Band.ABOVE)


def worst_first(rows: Iterable[T], *, first: Callable[[T], bool], stake: Callable[[T], Decimal]) -> list[T]:
    """
    Return the rows to see first, then the others, each by what is at stake; equals stay in the order given.

    Rule: DSK-2.
    """
    return sorted(rows, key=lambda row: (not first(row), -stake(row)))


def change(values: Sequence[Decimal | None]) -> Decimal | None:
    """Return how far the last known value lies from the first known; None with fewer than two."""
    known = [value for value in values if value is not None]
    return known[-1] - known[0] if len(known) > 1 else None


def left_over(whole: Sequence[int], parts: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """
    Return the counts of an office's week that belong to none of its reps: the whole less all of its parts.

    A distributor that nobody serves is not lost: an office is always the sum of its lines.

    Rule: DSK-3.
    """
    return tuple(all_ - sum(some) for all_, *some in zip(whole, *parts, strict=True))


def falling_for(values: Sequence[Decimal | None]) -> int:
    """Return over how many steps, up to the last, a figure has fallen every time."""
    steps = 0
    for before, after in zip(reversed(values[:-1]), reversed(values), strict=False):
        if before is None or after is None or after >= before:
            break
        steps += 1
    return steps


class Weight(IntEnum):
    """Why something is asked for before another: without figures nothing can be talked about, and a word binds."""

    FIGURES = 0
    WORD = 1
    MONEY = 2


@dataclass(frozen=True)
class Ask:
    """
    One thing to ask a distributor for, and the argument for it.

    Attributes:
        kind: report, promise, refill, sell_down, expiring or finding: names its sentence.
        stake: yuan that the argument names; 0 where it names none.
        figures: of the sentence.
        link: (room, kind, id) of what it rests on; None where the figures of the page are it.
    """

    kind: str
    weight: Weight
    stake: Decimal = Decimal(0)
    figures: Mapping[str, Any] = field(default_factory=dict)
    link: tuple[str, str, int | str] | None = None


def to_ask_for(asks: Iterable[Ask]) -> list[Ask]:
    """
    Return the three things to ask for: a report that is missing, what was promised, then by what is at stake.

    Rule: DSK-4.
    """
    return sorted(asks, key=lambda ask: (ask.weight, -ask.stake))[:MOST_ASKS]
