"""
The replay: a distributor's own weeks under the rule, beside what was really ordered.

Both sides meet the same demand, and are judged in the weeks for which a report tells what really stood. What is
expected in a week is reckoned from the weeks before it alone; `docs/algorithms/replay.md` tells it in worked numbers.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from channelkeeper.access.rules import Actor
from channelkeeper.catalog.queries import ProductView
from channelkeeper.core import money, weeks
from channelkeeper.engine import order as engine
from channelkeeper.engine import replay
from channelkeeper.network import queries as network
from channelkeeper.orders import comparisons, rules
from channelkeeper.orders.actions import loading
from channelkeeper.seasons.rules import lead_weeks
from channelkeeper.stock.queries import for_orders, pasts
from channelkeeper.stock.rules import DAYS_PER_WEEK, USUAL_BAND

Amounts = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

USUAL_WEEKS, MOST_WEEKS, LEAST_WEEKS = 26, 52, 4


@dataclass(frozen=True)
class Asked:
    """
    What is replayed; None is as it stands today.

    Attributes:
        weeks: how many, up to the last closed one.
        low_days, high_days: the band of every product.
        lead_time_days: from order to arrival.
    """

    weeks: int = USUAL_WEEKS
    low_days: float | None = None
    high_days: float | None = None
    lead_time_days: int | None = None


@dataclass(frozen=True)
class Side:
    """
    What one way of ordering came to: of a product, or of all of them.

    Attributes:
        judged, inside: product-weeks with a figure, and in band.
        out: product-weeks that ended without stock although there was demand.
        lost_units, lost_value: demand that was not served; pieces of several products are not added up: None.
        days: mean inventory days, of all in value.
        stock_value, above_value: yuan held on average, and of it above the band.
        swing: how strongly orders vary for each unit that demand varies (variances); None where demand never did.
    """

    judged: int
    inside: int
    out: int
    lost_units: float | None
    lost_value: Decimal
    days: float | None
    stock_value: Decimal
    above_value: Decimal
    swing: float | None

    @property
    def share_inside(self) -> Decimal | None:
        """Return the share of judged product-weeks in band, 0 to 1."""
        return Decimal(self.inside) / self.judged if self.judged else None

    def record(self) -> dict[str, Any]:
        """Return it as programs take it; money as text."""
        share = self.share_inside
        return {
            "judged": self.judged,
            "inside": self.inside,
            "share_inside": None if share is None else round(float(share), 4),
            "out": self.out,
            "lost_units": None if self.lost_units is None else round(self.lost_units, 1),
            "lost_value": str(self.lost_value),
            "days": None if self.days is None else round(self.days, 2),
            "stock_value": str(self.stock_value),
            "above_value": str(self.above_value),
            "swing": None if self.swing is None else round(self.swing, 2),
        }


@dataclass(frozen=True)
class ProductSides:
    """A product as it really went, and under the rule."""

    product: ProductView
    really: Side
    rule: Side

    @property
    def gain(self) -> Decimal:
        """Return by how much the rule did better, yuan: sales not missed, and money not lying above the band."""
        missed = self.really.lost_value - self.rule.lost_value
        return missed + self.really.above_value - self.rule.above_value

    def record(self) -> dict[str, Any]:
        """Return it as programs take it."""
        return {
            "product": self.product.code,
            "name_zh": self.product.name_zh,
            "name_en": self.product.name_en,
            "units_per_case": self.product.units_per_case,
            "really": self.really.record(),
            "rule": self.rule.record(),
        }


@dataclass(frozen=True)
class ReplayView:
    """
    A distributor's weeks replayed.

    Attributes:
        low_days, high_days: the band of all products together: of each, weighed by what it sells in value.
        days_really, days_rule: of all products in value, by week; None where no report tells.
        silent_weeks: weeks without a report: demand is what was expected, and neither side is judged.
        expected_weeks: of the last weeks, whose days rest in part on what is still expected.
    """

    distributor: network.DistributorView
    first_week: date
    last_week: date
    low_days: float
    high_days: float
    lead_weeks: int
    really: Side
    rule: Side
    days_really: tuple[float | None, ...]
    days_rule: tuple[float | None, ...]
    products: tuple[ProductSides, ...]
    silent_weeks: int
    expected_weeks: int

    @property
    def count(self) -> int:
        """Return how many weeks."""
        return weeks.between(self.first_week, self.last_week) + 1

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Return what the sentence says."""
        return {
            "weeks": self.count,
            "out_really": self.really.out,
            "out_rule": self.rule.out,
            "above_really": self.really.above_value,
            "above_rule": self.rule.above_value,
            "held_really": self.really.stock_value,
            "held_rule": self.rule.stock_value,
            "inside_really": self.really.share_inside,
            "inside_rule": self.rule.share_inside,
        }

    def sentence(self, language: str) -> str:
        """Return what the rule would have changed."""
        return comparisons.replayed(self.figures, language)

    def record(self) -> dict[str, Any]:
        """Return it as programs and files take it."""
        span = weeks.span(self.first_week, self.last_week)
        pairs = zip(span, self.days_really, self.days_rule, strict=True)
        return {
            "distributor": self.distributor.code,
            "first_week": weeks.label(self.first_week),
            "last_week": weeks.label(self.last_week),
            "low_days": self.low_days,
            "high_days": self.high_days,
            "lead_weeks": self.lead_weeks,
            "silent_weeks": self.silent_weeks,
            "expected_weeks": self.expected_weeks,
            "sentence_zh": self.sentence("zh"),
            "sentence_en": self.sentence("en"),
            "really": self.really.record(),
            "rule": self.rule.record(),
            "weeks": [
                {"week": weeks.label(week), "days_really": _short(really), "days_rule": _short(rule)}
                for week, really, rule in pairs
            ],
            "products": [one.record() for one in self.products],
        }


class NothingToReplay(rules.Refusal):
    """Fewer weeks have been reported than a replay needs."""


@dataclass(frozen=True)
class _Stage:
    """What both sides are played on: N weeks of S series, and what they are measured by."""

    demand: Amounts  # (S, N + 4)
    silent: Flags  # (S, N)
    low: Amounts
    high: Amounts
    price: Amounts

    @property
    def count(self) -> int:
        return int(self.demand.shape[1]) - engine.COVER_WEEKS


def of_distributor(actor: Actor, code: str, *, at: datetime, last_week: date, asked: Asked | None = None) -> ReplayView:
    """
    Return a distributor's own weeks under the rule, beside what was really ordered.

    Args:
        last_week: the last closed week.
        asked: how many weeks, and terms other than today's.

    Raises:
        NotFound: no such distributor in the actor's scope.
        NothingToReplay: there are not enough reported weeks.

    Rule: ORD-5a.
    """
    asked = asked or Asked()
    place = network.distributor(actor, code, at=at)
    past = pasts.past(actor, at=at, distributor_id=place.id, last_week=last_week, replayed_weeks=asked.weeks)
    count = min(asked.weeks, past.block.count - 1)
    if not past.products or count < LEAST_WEEKS:
        raise NothingToReplay("nothing_to_replay", least=LEAST_WEEKS + 1, weeks=max(past.block.count, 0))
    lead = _lead_weeks(actor, place, at=at, last_week=last_week, asked=asked)
    band = _bands(actor, past, at=at, distributor_id=place.id, last_week=last_week, asked=asked)
    stage, terms, expect = _set_up(past, count, lead, place, band)
    really, rule = _really(past, stage), _played(past, stage, terms, expect)
    return _view(place, past, stage, lead, really, rule)


def _lead_weeks(actor: Actor, place: network.DistributorView, *, at: datetime, last_week: date, asked: Asked) -> int:
    """Return Sunday closes between order and arrival, on today's terms."""
    days = place.lead_time_days if asked.lead_time_days is None else asked.lead_time_days
    members = loading.members(actor, at=at, week=last_week, codes=[place.code])
    if not members:  # ours no more: of its weeks there is still something to learn
        return days // DAYS_PER_WEEK
    order_on = loading.timings(members, week=last_week, today=last_week)[place.id].order_on
    return lead_weeks(order_on=order_on, arrives_on=order_on + timedelta(days=days))


def _set_up(
    past: pasts.Past, count: int, lead: int, place: network.DistributorView, band: tuple[Amounts, Amounts]
) -> tuple[_Stage, replay.Terms, replay.Expect]:
    """Return the stage, the rule's terms, and what each week's start expected."""
    block, series = past.block, len(past.products)
    start = block.count - count
    width = lead + rules.REVIEW_WEEKS + engine.COVER_WEEKS
    expectations = [past.expected(start + week, width) for week in range(count + 1)]
    sold, out = block.sold[:, start:], block.out[:, start:]
    coming = np.stack([one[:, 0] for one in expectations[:-1]], axis=1)
    demand = replay.demand(sold=sold, out=out, expected=np.nan_to_num(coming))
    stage = _Stage(
        np.concatenate([demand, np.nan_to_num(expectations[-1][:, : engine.COVER_WEEKS])], axis=1),
        np.isnan(block.closing[:, start:]),
        *band,
        past.price_per_unit,
    )
    terms = replay.Terms(
        low_days=stage.low,
        high_days=stage.high,
        lead_weeks=np.full(series, lead),
        review_weeks=rules.REVIEW_WEEKS,
        units_per_case=np.array([one.units_per_case for one in past.products]),
        min_order_cases=np.full(series, place.min_order_cases),
        shelf_life_days=np.array([one.shelf_life_days or np.nan for one in past.products], dtype=np.float64),
        orderable=_orderable(past, start, lead),
    )
    return stage, terms, lambda week: expectations[week]


def _bands(
    actor: Actor, past: pasts.Past, *, at: datetime, distributor_id: int, last_week: date, asked: Asked
) -> tuple[Amounts, Amounts]:
    """Return (S,) low and high days: as asked, else each product's own of the last close, else the usual."""
    block = for_orders.positions_for_orders(actor, at=at, week=last_week, distributor_ids=[distributor_id])
    stand = zip(block.low_days.tolist(), block.high_days.tolist(), strict=True)
    own = dict(zip(block.product_id.tolist(), stand, strict=True))
    usual = (float(USUAL_BAND.low_days), float(USUAL_BAND.high_days))
    bands = np.array([own.get(one.id, usual) for one in past.products], dtype=np.float64)
    low = bands[:, 0] if asked.low_days is None else np.full(len(bands), asked.low_days)
    high = bands[:, 1] if asked.high_days is None else np.full(len(bands), asked.high_days)
    return low, high


def _orderable(past: pasts.Past, start: int, lead: int) -> Flags:
    """Return (S, N) whether a product was on sale in the week in which an order would arrive."""
    count = past.block.count - start
    arrivals = [weeks.shift(past.block.first_week, start + week + lead) for week in range(count)]
    return np.array([[one.sold_on(day) for day in arrivals] for one in past.products], dtype=np.bool_)


def _played(past: pasts.Past, stage: _Stage, terms: replay.Terms, expect: replay.Expect) -> replay.Path:
    block, start = past.block, past.block.count - stage.count
    path = replay.play(
        demand_units=stage.demand[:, : stage.count],
        opening=block.closing[:, start - 1],
        incoming=np.nan_to_num(block.received[:, start:]),
        lead_weeks=terms.lead_weeks,
        horizon_weeks=terms.horizon_weeks,
        policy=replay.band(terms, expect),
        other=_other(block, start),
        entering=block.closing[:, start:],
    )
    return _told(path, stage)


def _really(past: pasts.Past, stage: _Stage) -> replay.Path:
    """Return what was reported, as a path; what was received stands for what was ordered."""
    block, start = past.block, past.block.count - stage.count
    sold, out = block.sold[:, start:], block.out[:, start:]
    lost = np.where(out, stage.demand[:, : stage.count] - np.nan_to_num(sold), 0)
    received = np.nan_to_num(block.received[:, start:])
    return _told(replay.Path(block.closing[:, start:].copy(), lost, received, received), stage)


def _told(path: replay.Path, stage: _Stage) -> replay.Path:
    """Return a path in the weeks of which a report tells: the others are judged on neither side."""
    return replay.Path(
        np.where(stage.silent, np.nan, path.stock), np.where(stage.silent, 0, path.lost), path.ordered, path.received
    )


def _other(block: pasts.WeekBlock, start: int) -> Amounts:
    """Return (S, N) what moved the reported stock beside receipts and sales: gifts, losses, returns, counts."""
    before, closing = block.closing[:, start - 1 : -1], block.closing[:, start:]
    moved = closing - before - block.received[:, start:] + block.sold[:, start:]
    return np.nan_to_num(moved)


def _view(
    place: network.DistributorView,
    past: pasts.Past,
    stage: _Stage,
    lead: int,
    really: replay.Path,
    rule: replay.Path,
) -> ReplayView:
    both = [
        (path, replay.measure(path, demand_units=stage.demand, low_days=stage.low, high_days=stage.high))
        for path in (really, rule)
    ]
    per_day = replay.following_per_day(stage.demand)
    days = [replay.total_days(path.stock, per_day, stage.price) for path, _ in both]
    sums = [_sum(path, found, stage, total) for (path, found), total in zip(both, days, strict=True)]
    products = [
        ProductSides(one, *(_side(found, stage, row) for _, found in both)) for row, one in enumerate(past.products)
    ]
    shown = [one for one in products if one.really.judged or one.rule.out or one.really.out]
    silent = (stage.silent.all(axis=0)).sum()
    worth = stage.demand.sum(axis=1) * stage.price
    return ReplayView(
        distributor=place,
        first_week=weeks.shift(past.block.first_week, past.block.count - stage.count),
        last_week=weeks.shift(past.block.first_week, past.block.count - 1),
        low_days=_weighed(stage.low, worth),
        high_days=_weighed(stage.high, worth),
        lead_weeks=lead,
        really=sums[0],
        rule=sums[1],
        days_really=_plain(days[0]),
        days_rule=_plain(days[1]),
        products=tuple(sorted(shown, key=lambda one: (-one.gain, one.product.code))),
        silent_weeks=int(silent),
        expected_weeks=min(engine.COVER_WEEKS, stage.count),
    )


def _side(found: replay.Figures, stage: _Stage, row: int) -> Side:
    price = float(stage.price[row])
    return Side(
        judged=int(found.judged[row]),
        inside=int(found.inside[row]),
        out=int(found.out[row]),
        lost_units=float(found.lost_units[row]),
        lost_value=money.from_float(float(found.lost_units[row]) * price),
        days=_figure(found.mean_days[row]),
        stock_value=money.from_float(float(np.nan_to_num(found.mean_units[row])) * price),
        above_value=money.from_float(float(found.above_units[row]) * price),
        swing=_figure(found.swing[row]),
    )


def _sum(path: replay.Path, found: replay.Figures, stage: _Stage, days: Amounts) -> Side:
    price = stage.price
    judged = np.isfinite(days)
    return Side(
        judged=int(found.judged.sum()),
        inside=int(found.inside.sum()),
        out=int(found.out.sum()),
        lost_units=None,
        lost_value=money.from_float(float(found.lost_units @ price)),
        days=float(days[judged].mean()) if judged.any() else None,
        stock_value=money.from_float(float(np.nan_to_num(found.mean_units) @ price)),
        above_value=money.from_float(float(found.above_units @ price)),
        swing=_figure(replay.swing((price @ path.ordered)[None], (price @ stage.demand[:, : stage.count])[None])[0]),
    )


def _weighed(days: Amounts, worth: Amounts) -> float:
    if worth.sum() <= 0 or (days == days[0]).all():
        return float(days[0])
    return float(days @ worth / worth.sum())


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _plain(values: Amounts) -> tuple[float | None, ...]:
    return tuple(_figure(value) for value in values)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
