"""
What the charts draw, as plain data for `charts.js`: checked shapes, words already translated.

Quantities are in the unit that the page shows (cases or pieces), weeks are their Mondays.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.core import formats

Range = tuple[float, float]


class Misshapen(ValueError):
    """Series of a chart that do not fit each other."""


def _axis(weeks: Sequence[date]) -> list[str]:
    language = get_language() or "zh-hans"
    return [formats.week_short(week, language) for week in weeks]


def _plain(values: Sequence[Any]) -> list[float | None]:
    return [None if value is None else round(float(value), 2) for value in values]


def _pairs(ranges: Sequence[Range]) -> list[list[float | None]]:
    return [_plain(pair) for pair in ranges]


def _check_lengths(expected: int, **series: Sequence[object]) -> None:
    """
    Pass if all series have the expected length.

    Raises:
        Misshapen: one has not; named, with both lengths.
    """
    for name, values in series.items():
        if len(values) != expected:
            raise Misshapen(f"{name} has {len(values)} weeks, {expected} are needed.")


def product(
    *,
    weeks: Sequence[date],
    stock: Sequence[Any],
    sold: Sequence[Any],
    received: Collection[int],
    out: Collection[int],
    band_low: Sequence[Any],
    band_high: Sequence[Any],
    median: Sequence[Any],
    half: Sequence[Range],
    most: Sequence[Range],
    with_order: Sequence[Any] = (),
    without_order: Sequence[Any] = (),
    flags: Mapping[int, str],
    order_label: str = "",
    unit: str = "",
) -> dict[str, object]:
    """
    Return the chart of one product: how long will it last?

    Args:
        weeks: all weeks shown, past then coming (26 + 6).
        stock: closing stock of the past weeks; None without a report.
        sold: sell-out of the past weeks; None without a report.
        received: places in `weeks` of the weeks with a receipt.
        out: places of the weeks in which it ran out.
        band_low, band_high: both ends of the band in stock (days x expected per day), all weeks.
        median, half, most: forecast of the coming weeks; ranges that hold 50% and 80%.
        with_order, without_order: projected stock from the first coming week on, as far as known.
        flags: place in `weeks` to label: events. Today's flag is drawn at the last past week.
        order_label: what the proposal says, as 订288箱.
        unit: cases or pieces, as written on the axis.

    Raises:
        Misshapen: series do not fit the weeks.
    """
    past = len(sold)
    coming = len(weeks) - past
    _check_lengths(past, stock=stock)
    _check_lengths(len(weeks), band_low=band_low, band_high=band_high)
    _check_lengths(coming, median=median, half=half, most=most)
    if max(len(with_order), len(without_order)) > coming:
        raise Misshapen(f"A projection is longer than the {coming} coming weeks.")
    return {
        "kind": "product",
        "axis": _axis(weeks),
        "past": past,
        "stock": _plain(stock),
        "sold": _plain(sold),
        "received": sorted(received),
        "out": sorted(out),
        "bandLow": _plain(band_low),
        "bandHigh": _plain(band_high),
        "median": _plain(median),
        "half": _pairs(half),
        "most": _pairs(most),
        "withOrder": _plain(with_order),
        "withoutOrder": _plain(without_order),
        "flags": [[place, label] for place, label in sorted(flags.items())],
        "words": {
            "stock": _("Stock"),
            "stockAxis": _("Stock, %(unit)s") % {"unit": unit},
            "soldAxis": _("Sell-out, %(unit)s a week") % {"unit": unit},
            "sold": _("Sell-out"),
            "band": _("Band"),
            "expected": _("Expected"),
            "today": _("today"),
            "order": order_label,
            "none": _("no order"),
            "out": _("out of stock"),
            "received": _("received"),
        },
    }


def shares(
    *,
    weeks: Sequence[date],
    inside: Sequence[Any],
    above: Sequence[Any],
    last_year: Sequence[Any] = (),
    best: float | None = None,
) -> dict[str, object]:
    """
    Return the chart of the overview: which share lies in band?

    Args:
        weeks: the weeks shown.
        inside, above: percent of distributor x product in band and above it; the rest is below.
        last_year: percent in band a year before, per week; empty without one.
        best: percent in band that the best orders in hindsight would have reached.

    Raises:
        Misshapen: series do not fit the weeks.
    """
    _check_lengths(len(weeks), inside=inside, above=above)
    if last_year:
        _check_lengths(len(weeks), last_year=last_year)
    return {
        "kind": "shares",
        "axis": _axis(weeks),
        "inside": _plain(inside),
        "above": _plain(above),
        "lastYear": _plain(last_year),
        "best": best,
        "words": {
            "below": _("Will run out"),
            "above": _("Lies still"),
            "inside": _("In band"),
            "lastYear": _("Last year"),
            "best": _("Best in hindsight"),
        },
    }


def replay(
    *, weeks: Sequence[date], really: Sequence[Any], rule: Sequence[Any], low: float, high: float
) -> dict[str, object]:
    """
    Return the chart of a replay: how would the stock have stood?

    Args:
        weeks: the weeks shown.
        really, rule: inventory days as they were, and under the rule; None where no report tells.
        low, high: the band, days.

    Raises:
        Misshapen: series do not fit the weeks.
    """
    _check_lengths(len(weeks), really=really, rule=rule)
    return {
        "kind": "replay",
        "axis": _axis(weeks),
        "really": _plain(really),
        "rule": _plain(rule),
        "band": _plain((low, high)),
        "words": {"really": _("As it was"), "rule": _("Under the rule"), "days": _("days"), "band": _("Band")},
    }
