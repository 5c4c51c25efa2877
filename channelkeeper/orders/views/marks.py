"""What the pages of this room that compare have in common: figures against their base, words of the gauge."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language

from channelkeeper.core import formats
from channelkeeper.stock.rules import Band

GAUGE_STATES = {Band.BELOW: "below", Band.INSIDE: "in", Band.ABOVE: "above", Band.NONE: ""}


def language() -> str:
    """Return the reader's language."""
    return get_language() or "zh-hans"


@dataclass(frozen=True)
class Figure:
    """A figure of the strip: what it is, how much, in what, against what."""

    label: str
    value: str
    unit: str
    base: str


def worth(amount: Decimal, language: str) -> str:
    """Return a sum in short: 8.3万元, ¥82,828."""
    return formats.money(amount.quantize(Decimal(1), ROUND_HALF_UP), language, short=True)


def money(label: str, amount: Decimal, other: Decimal, base: str, language: str) -> Figure:
    """Return a sum beside the one it is held against; `base` holds %(value)s."""
    return Figure(label, worth(amount, language), "", base % {"value": worth(other, language)})


def figure(label: str, value: str, unit: str, other: str, base: str) -> Figure:
    """Return a figure beside the one it is held against; `base` holds %(value)s."""
    return Figure(label, value, unit, base % {"value": other})


def days(value: float | None) -> str:
    """Return days, or a ratio, to a tenth."""
    return formats.days(None if value is None else Decimal(str(value)), 1)
