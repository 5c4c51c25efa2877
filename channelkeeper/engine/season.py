"""
The course of the year and of the Spring Festival, from weekly sums: first per group, then what products add to it.

A pattern is trusted as far as it came back: each year is compared with the other years, and the part that repeated
is the part that is used. One year alone cannot show that, so then half of it is used.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import festival
from channelkeeper.engine.history import History, slots

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

SLOTS = 52
# Fewer weeks than this show too little of a year to tell season from trend.
LEAST_WEEKS = 40
# Chosen on rolling origins, see docs/algorithms/forecast.md: a week leans on its neighbours; an empty slot is damped;
# what a single year of a group and of a product is worth; how many typical series the common trust weighs.
NEIGHBOUR = 0.2
DAMPING = 0.05
GROUP_TRUST, PRODUCT_TRUST = 0.5, 0.25
COMMON_WEIGHT = 1.0
# Below this a festival is not seen in the figures (other countries, goods that no feast needs).
LEAST_FESTIVAL_TRUST = 0.2


@dataclass(frozen=True)
class Calendar:
    """Where each of W weeks stands: (W,) place in the year, 0 .. 51; (W,) week of the festival season, or AWAY."""

    slot: Codes
    festival: Codes

    @staticmethod
    def of(history: History, start: int, weeks: int) -> "Calendar":
        """Return the calendar of `weeks` weeks from column `start`, which may lie beyond the history."""
        first = history.first_week + timedelta(weeks=start)
        away = np.full(weeks, festival.AWAY, dtype=np.int64)
        return Calendar(slots(first, weeks), festival.columns(first, weeks) if history.calendar == "CN" else away)


@dataclass(frozen=True)
class Indices:
    """Natural logs: season (N, 52) by place in the year, feast (N, OFFSETS) by week from the festival."""

    season: Amounts
    feast: Amounts

    @staticmethod
    def flat(count: int) -> "Indices":
        """Return `count` indices without any effect."""
        return Indices(np.zeros((count, SLOTS)), np.zeros((count, festival.OFFSETS)))

    def seasons(self, calendar: Calendar) -> Amounts:
        """Return (N, W) the multiplier of the season."""
        return np.asarray(np.exp(self.season[:, calendar.slot]), dtype=np.float64)

    def feasts(self, calendar: Calendar) -> Amounts:
        """Return (N, W) the multiplier of the festival, 1 outside its season."""
        padded = np.concatenate([self.feast, np.zeros((self.feast.shape[0], 1))], 1)
        return np.asarray(np.exp(padded[:, calendar.festival]), dtype=np.float64)

    def factors(self, calendar: Calendar) -> Amounts:
        """Return (N, W) season x festival."""
        # In one layout: choosing columns may leave them turned, and each layout would be compiled anew.
        return np.ascontiguousarray(self.seasons(calendar) * self.feasts(calendar))


def learn(over: Amounts, under: Amounts, home: Codes, groups: int, calendar: Calendar) -> Indices:
    """
    Return the indices of each product.

    Args:
        over: (P, W) what sold, without promotions, weighted over the product's series.
        under: (P, W) what the same series would have sold at their level, with the same weights.
        home: (P,) the group of each product.
        groups: how many groups.
        calendar: of the W weeks.
    """
    found = _layered(over, under, home, groups, calendar)
    if found is not None:
        return found
    plain = Calendar(calendar.slot, np.full_like(calendar.festival, festival.AWAY))
    without = _layered(over, under, home, groups, plain)
    return Indices.flat(home.size) if without is None else without


def _layered(over: Amounts, under: Amounts, home: Codes, groups: int, calendar: Calendar) -> Indices | None:
    """Learn group by group, then product by product what is left; None where the festival is not seen."""
    group_over, group_under = np.zeros((groups, over.shape[1])), np.zeros((groups, over.shape[1]))
    np.add.at(group_over, home, over)
    np.add.at(group_under, home, under)
    shared, trust = _indices(group_over, group_under, calendar, GROUP_TRUST)
    if trust < LEAST_FESTIVAL_TRUST and (calendar.festival != festival.AWAY).any():
        return None
    own, _ = _indices(over, under * shared.factors(calendar)[home], calendar, PRODUCT_TRUST)
    return Indices(shared.season[home] + own.season, shared.feast[home] + own.feast)


def _indices(over: Amounts, under: Amounts, calendar: Calendar, single: float) -> tuple[Indices, float]:
    """Return the indices of N rows, season and festival each from its own weeks, and the trust in the festival."""
    feasting = calendar.festival != festival.AWAY
    season = _season(over, np.where(feasting, 0.0, under), calendar.slot, single)
    if not feasting.any():
        return Indices(season, np.zeros((over.shape[0], festival.OFFSETS))), 0.0
    feast, trust = _feast(over, under * np.exp(season)[:, calendar.slot], calendar.festival, single)
    return Indices(season, feast), trust


def _season(over: Amounts, under: Amounts, slot: Codes, single: float) -> Amounts:
    rows, weeks = over.shape
    if weeks < LEAST_WEEKS:
        return np.zeros((rows, SLOTS))
    # Years are counted back from the last week, so that the latest year is whole.
    year = (weeks - 1 - np.arange(weeks)) // SLOTS
    place = year * SLOTS + slot
    shape = (rows, int(year.max()) + 1, SLOTS)
    sold = _smooth(_sum_by(place, np.where(under > 0, over, 0.0), shape))
    usual = _smooth(_sum_by(place, under, shape))
    log, _ = _repeated(sold, usual, single)
    seen = usual.sum(1) > 0
    return _centred(_bridge(log, seen))


def _feast(over: Amounts, under: Amounts, column: Codes, single: float) -> tuple[Amounts, float]:
    weeks = np.nonzero(column != festival.AWAY)[0]
    # A new feast begins wherever the weeks jump.
    feast = np.cumsum(np.diff(weeks, prepend=weeks[0]) > 1)
    place = feast * festival.OFFSETS + column[weeks]
    shape = (over.shape[0], int(feast.max()) + 1, festival.OFFSETS)
    return _repeated(_sum_by(place, over[:, weeks], shape), _sum_by(place, under[:, weeks], shape), single)


def _sum_by(place: Codes, amounts: Amounts, shape: tuple[int, int, int]) -> Amounts:
    """Return (N, times, places) the sums of (N, W) amounts by place."""
    sums = np.zeros((shape[0], shape[1] * shape[2]))
    np.add.at(sums.T, place, amounts.T)
    return sums.reshape(shape)


def _smooth(sums: Amounts) -> Amounts:
    """Let each week lean on the weeks beside it; the year is a ring."""
    return (1 - 2 * NEIGHBOUR) * sums + NEIGHBOUR * (np.roll(sums, 1, -1) + np.roll(sums, -1, -1))


def _repeated(over: Amounts, under: Amounts, single: float) -> tuple[Amounts, float]:
    """
    Return the part of a pattern that comes back.

    Args:
        over, under: (N, times, places) sums; each time is one year or one feast.
        single: the trust in a pattern seen once.

    Returns:
        (N, places) natural logs, and the trust common to all rows.
    """
    damping = DAMPING * under.mean((1, 2), keepdims=True)
    whole = _log_ratio(over.sum(1), under.sum(1), damping[:, 0])
    trust, common = _trust(over, under, damping, single)
    return whole * trust[:, None], common


def _trust(over: Amounts, under: Amounts, damping: Amounts, single: float) -> tuple[Amounts, float]:
    """Return (N,) how much of a pattern over all times will come back, and the same over all rows."""
    times = over.shape[1]
    each = _log_ratio(over, under, damping)
    others = _log_ratio(over.sum(1, keepdims=True) - over, under.sum(1, keepdims=True) - under, damping)
    seen = (under > 0) & (under.sum(1, keepdims=True) - under > 0)
    both = np.where(seen, each * others, 0.0).sum((1, 2))
    power = np.where(seen, others * others, 0.0).sum((1, 2))
    typical = power.mean()
    if times < 2 or typical <= 0:
        return np.full(over.shape[0], single), single
    common = both.sum() / power.sum()
    own = (both + COMMON_WEIGHT * typical * common) / (power + COMMON_WEIGHT * typical)
    return _of_all_times(own, times), float(_of_all_times(np.array([common]), times)[0])


def _of_all_times(slope: Amounts, times: int) -> Amounts:
    """Return what a slope found with one time left out says about all times: the noise of the mean is smaller."""
    bounded = np.clip(slope, 0.0, 1.0)
    return np.asarray(times * bounded / (times * bounded + (times - 1) * (1 - bounded)), dtype=np.float64)


def _log_ratio(over: Amounts, under: Amounts, damping: Amounts) -> Amounts:
    """Return the log of over / under, 0 where nothing is known; damped, so that an empty week is not minus infinity."""
    known = under > 1e-12
    ratio = np.where(known, over + damping, 1.0) / np.where(known, under + damping, 1.0)
    return np.asarray(np.log(ratio), dtype=np.float64)


def _bridge(log: Amounts, seen: npt.NDArray[np.bool_]) -> Amounts:
    """Fill weeks that were never seen (festival weeks taken out) on a straight line between their neighbours."""
    filled = np.where(seen.any(1, keepdims=True), log, 0.0)
    gapped = np.nonzero(~seen.all(1) & seen.any(1))[0]
    if not gapped.size:
        return filled
    # Most rows lack the same weeks: one line is drawn for all of them.
    patterns, which = np.unique(seen[gapped], axis=0, return_inverse=True)
    weeks = np.arange(SLOTS)
    for number, pattern in enumerate(patterns):
        rows, there = gapped[which.reshape(-1) == number], np.nonzero(pattern)[0]
        known = np.concatenate([there[-1:] - SLOTS, there, there[:1] + SLOTS])
        height = log[rows][:, known % SLOTS]
        left = np.searchsorted(known, weeks, side="right") - 1
        slope = (height[:, left + 1] - height[:, left]) / (known[left + 1] - known[left])
        filled[rows] = slope * (weeks - known[left]) + height[:, left]
    return filled


def _centred(log: Amounts) -> Amounts:
    """Make the year's mean multiplier 1, so that the level stays the level."""
    return np.asarray(log - np.log(np.exp(log).mean(1, keepdims=True)), dtype=np.float64)
