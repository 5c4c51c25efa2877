"""
What if: the next order of one distributor under other terms, beside today's proposal; nothing is kept.

Both sides come from the same positions and the same reckoning as the proposal itself; a scenario changes what goes in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from channelkeeper.access.rules import Actor
from channelkeeper.catalog.queries import ProductView, products_by_id
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.core.money import to_fen
from channelkeeper.engine import order as engine
from channelkeeper.network import queries as network
from channelkeeper.orders import comparisons, rules
from channelkeeper.orders.actions import launching, loading, reckoning
from channelkeeper.orders.rules import Bound
from channelkeeper.seasons import queries as seasons
from channelkeeper.seasons.rules import OrderPlan
from channelkeeper.stock.queries import for_orders, pasts
from channelkeeper.stock.rules import Band, BandLimits

Amounts = npt.NDArray[np.float64]
_Lines = dict[int, reckoning.Proposed]

_PROMOTION = for_orders.CAUSES.index("promotion")
MOST_LEAD_DAYS, MOST_BAND_DAYS, MOST_LIFT = 60, 120, Decimal(9)


@dataclass(frozen=True)
class Scenario:
    """
    What is otherwise; None is as it is.

    Attributes:
        low_days, high_days: the band of every product.
        lead_time_days: from order to arrival.
        shelf_cases: the most cases of one product that the order may hold.
        limit: the most that the order may cost, yuan.
        promoted: code of a product or of a category that a promotion is planned for; empty for none.
        promotion_week: its Monday.
        lift: by how much it lifts the week's sell-out, 0.4 is 40%; None is what past promotions did.
    """

    low_days: Decimal | None = None
    high_days: Decimal | None = None
    lead_time_days: int | None = None
    shelf_cases: int | None = None
    limit: Decimal | None = None
    promoted: str = ""
    promotion_week: date | None = None
    lift: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is otherwise."""
        return self == Scenario()


@dataclass(frozen=True)
class Outlook:
    """
    A product's next order and what it leads to.

    Attributes:
        units: to order.
        days_after: cover at the reading, not rounded; None where nothing is expected.
        band: the days to keep between.
        missed_units: expected sell-out that is lost before the order arrives.
        stock_units: at the reading.
    """

    units: int
    bound_by: Bound
    days_after: Decimal | None
    band: BandLimits
    band_after: Band
    missed_units: Decimal
    stock_units: Decimal


@dataclass(frozen=True)
class ProductOutlook:
    """A product as proposed today, and in the scenario."""

    product: ProductView
    price: Decimal
    today: Outlook
    then: Outlook

    @property
    def case_change(self) -> int:
        """Return how many cases more are ordered; negative for fewer."""
        return (self.then.units - self.today.units) // self.product.units_per_case

    @property
    def weight(self) -> Decimal:
        """Return how much of a difference it makes, yuan: for the order of the page."""
        moved = abs(self.then.units - self.today.units) + abs(self.then.missed_units - self.today.missed_units)
        return moved * self.price

    def record(self) -> dict[str, Any]:
        """Return it as programs take it."""
        return {
            "product": self.product.code,
            "name_zh": self.product.name_zh,
            "name_en": self.product.name_en,
            "units_per_case": self.product.units_per_case,
            "today": _record(self.today, self.price),
            "then": _record(self.then, self.price),
        }


@dataclass(frozen=True)
class Sum:
    """What an order amounts to and leads to; money in yuan, days of all products in value."""

    lines_ordered: int
    cases: int
    amount: Decimal
    days_after: Decimal | None
    inside_after: int
    missed_value: Decimal
    stock_value: Decimal

    def record(self) -> dict[str, Any]:
        """Return it as programs take it; money as text."""
        return {
            "lines_ordered": self.lines_ordered,
            "cases": self.cases,
            "amount": str(self.amount),
            "days_after": None if self.days_after is None else round(float(self.days_after), 2),
            "inside_after": self.inside_after,
            "missed_value": str(self.missed_value),
            "stock_value": str(self.stock_value),
        }


@dataclass(frozen=True)
class WhatIf:
    """
    A scenario beside today's proposal.

    Attributes:
        week: the close that both rest on.
        timing, timing_then: when the order is placed, arrives and is judged.
        lift: by how much the promotion lifts sell-out where it was asked for; None where there is none, or
            nothing of it is known.
        estimated: whether the stock is an estimate.
    """

    distributor: network.DistributorView
    week: date
    scenario: Scenario
    timing: OrderPlan
    timing_then: OrderPlan
    lift: Decimal | None
    estimated: bool
    today: Sum
    then: Sum
    products: tuple[ProductOutlook, ...]

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Return what the sentence says."""
        return {
            "cases": self.then.cases - self.today.cases,
            "amount": self.then.amount - self.today.amount,
            "days_today": self.today.days_after,
            "days_then": self.then.days_after,
            "inside_today": self.today.inside_after,
            "inside_then": self.then.inside_after,
            "stock": self.then.stock_value - self.today.stock_value,
            "missed": self.then.missed_value - self.today.missed_value,
        }

    def sentence(self, language: str) -> str:
        """Return the difference in one sentence."""
        return comparisons.what_if(self.figures, language)

    def record(self) -> dict[str, Any]:
        """Return it as programs take it."""
        return {
            "distributor": self.distributor.code,
            "week": weeks.label(self.week),
            "estimated": self.estimated,
            "order_on": self.timing_then.order_on.isoformat(),
            "arrives_on": self.timing_then.arrives_on.isoformat(),
            "reading_on": self.timing_then.reading_on.isoformat(),
            "lift": None if self.lift is None else round(float(self.lift), 3),
            "sentence_zh": self.sentence("zh"),
            "sentence_en": self.sentence("en"),
            "today": self.today.record(),
            "then": self.then.record(),
            "products": [one.record() for one in self.products],
        }


class NotHere(rules.Refusal):
    """The distributor has no product, and no product of a category, of that code."""


class NotClosed(rules.Refusal):
    """The distributor has no positions after the week's close."""


@dataclass(frozen=True)
class _Ground:
    """What both sides rest on."""

    actor: Actor
    at: datetime
    week: date
    member: loading.Member
    block: for_orders.PositionBlock
    products: dict[int, ProductView]
    plans: seasons.LaunchPlans
    ordered: dict[tuple[int, int], dict[int, int]]


def ask(actor: Actor, code: str, *, at: datetime, week: date, scenario: Scenario) -> WhatIf:
    """
    Return the next order of a distributor in a scenario, beside the one proposed today.

    Args:
        week: the closed week that the order rests on.
        scenario: what is otherwise.

    Raises:
        NotFound: no such distributor in the actor's scope.
        NotHere: it has nothing of the promoted code.
        NotClosed: it has no positions after that close.

    Rule: ORD-5b.
    """
    place = network.distributor(actor, code, at=at)
    members = loading.members(actor, at=at, week=week, codes=[place.code])
    block = for_orders.positions_for_orders(actor, at=at, week=week, distributor_ids=[place.id])
    if not members or not block.product_id.size:
        raise NotClosed("nothing_to_ask", name_zh=place.name_zh, name_en=place.name("en"), week=week)
    products = products_by_id(on=BUSINESS.day(at))
    plans = seasons.launch_plans(distributor_ids=[place.id])
    ordered = loading.open_units(actor, at=at, week=week, distributor_ids=[place.id])
    ground = _Ground(actor, at, week, members[0], block, products, plans, ordered)
    lifted, lift = _promoted(ground, scenario)
    then = replace(ground, block=lifted, member=_member(ground.member, scenario))
    timing, today = _reckoned(ground)
    timing_then, lines = _reckoned(then, scenario)
    shelved = {key: _on_shelf(line, scenario.shelf_cases) for key, line in lines.items()}
    # A longer way may bring a launch within reach: what one side alone orders has nothing to be held against.
    outlooks = [
        ProductOutlook(products[key], line.price, _outlook(line), _outlook(shelved[key]))
        for key, line in today.items()
        if key in shelved
    ]
    return WhatIf(
        distributor=place,
        week=week,
        scenario=scenario,
        timing=timing,
        timing_then=timing_then,
        lift=lift,
        estimated=bool(block.estimated.any()),
        today=_sum(list(today.values())),
        then=_sum(list(shelved.values())),
        products=tuple(sorted(outlooks, key=lambda one: (-one.weight, one.product.code))),
    )


def _member(member: loading.Member, scenario: Scenario) -> loading.Member:
    lead = member.lead_time_days if scenario.lead_time_days is None else scenario.lead_time_days
    limit = member.order_limit if scenario.limit is None else scenario.limit
    return replace(member, lead_time_days=lead, order_limit=limit)


def _reckoned(ground: _Ground, scenario: Scenario | None = None) -> tuple[OrderPlan, _Lines]:
    """Return when the order comes and its lines by product, as proposing does; in a scenario with its band."""
    member, shelf = ground.member, loading.articles(ground.products)
    times = loading.timings([member], week=ground.week, today=BUSINESS.day(ground.at))
    block, fills = launching.widened(
        ground.block, [member], times, shelf, ground.plans, ground.ordered.keys(), at=ground.at
    )
    stock = loading.stock_of(block, [member], times, shelf, ground.ordered, fills)
    if scenario and scenario.low_days is not None:
        stock = replace(stock, low_days=np.full(block.product_id.size, float(scenario.low_days)))
    if scenario and scenario.high_days is not None:
        stock = replace(stock, high_days=np.full(block.product_id.size, float(scenario.high_days)))
    lines = reckoning.proposed(reckoning.reckon(stock))
    return times[member.pk], dict(zip(block.product_id.tolist(), lines, strict=True))


def _on_shelf(line: reckoning.Proposed, shelf_cases: int | None) -> reckoning.Proposed:
    most = line.units if shelf_cases is None else shelf_cases * line.basis.units_per_case
    return line if line.units <= most else replace(line, units=most, bound_by=Bound.LIMIT)


def _promoted(ground: _Ground, scenario: Scenario) -> tuple[for_orders.PositionBlock, Decimal | None]:
    """Return the positions with a promotion planned, and by how much it lifts the week; None where it is not known."""
    block, week = ground.block, scenario.promotion_week
    if not scenario.promoted or week is None:
        return block, None
    rows = _rows(ground, scenario.promoted)
    column = weeks.between(weeks.shift(ground.week, 1), week)
    factor = _factors(ground, rows, week, scenario)
    if factor is None:
        return block, None
    expected, causes = block.expected.copy(), block.causes.copy()
    if 0 <= column < expected.shape[1]:
        expected[rows, column] *= factor
        causes[rows, _PROMOTION] += _log_change(block.expected[rows], expected[rows])
    lift = Decimal(str(round(float(np.mean(factor)) - 1, 4)))
    return replace(block, expected=expected, causes=causes), lift


def _rows(ground: _Ground, code: str) -> npt.NDArray[np.int64]:
    """
    Return the places of a product, or of a category's products.

    Raises:
        NotHere: the distributor has none of that code.
    """
    found = [
        row
        for row, key in enumerate(ground.block.product_id.tolist())
        if code in (ground.products[key].code, ground.products[key].category_code)
    ]
    if not found:
        raise NotHere("nothing_promoted", what=code)
    return np.array(found, dtype=np.int64)


def _factors(
    ground: _Ground, rows: npt.NDArray[np.int64], week: date, scenario: Scenario
) -> npt.NDArray[np.float64] | None:
    """Return by which factor a promotion lifts each product's week; None where nothing was learned of promotions."""
    if scenario.lift is not None:
        return np.full(rows.size, 1 + float(scenario.lift))
    product_ids = ground.block.product_id[rows]
    uplift = pasts.uplift(ground.week, product_ids)
    if uplift is None:
        return None
    planned = seasons.promotion_intensity(
        distributor_ids=[ground.member.pk],
        product_ids=product_ids.tolist(),
        weeks=[week],
        known_on=BUSINESS.day(ground.at),
    )
    strength = dict.fromkeys(product_ids.tolist(), 0.0)
    for one in planned:
        strength[one.product_id] = max(strength[one.product_id], float(one.intensity))
    missing = 1 - np.array([strength[key] for key in product_ids.tolist()])
    return np.asarray(np.exp(uplift * missing), dtype=np.float64)


def _log_change(before: Amounts, after: Amounts) -> Amounts:
    """Return (S,) the log change of the coming four weeks; 0 where nothing is expected."""
    was, now = (amounts[:, : engine.COVER_WEEKS].sum(1) for amounts in (before, after))
    told = (was > 0) & (now > 0)
    return np.log(np.where(told, now, 1.0) / np.where(told, was, 1.0))


def _outlook(line: reckoning.Proposed) -> Outlook:
    basis, units = line.basis, line.units
    return Outlook(
        units=units,
        bound_by=line.bound_by,
        days_after=rules.cover_after(basis, units),
        band=basis.band,
        band_after=rules.band_after(basis, units),
        missed_units=basis.missed_units,
        stock_units=rules.units_at_reading(basis, units),
    )


def _sum(lines: Sequence[reckoning.Proposed]) -> Sum:
    totals = rules.totals(rules.Line(line.basis, line.units, line.price) for line in lines)
    return Sum(
        lines_ordered=totals.lines_ordered,
        cases=totals.cases,
        amount=totals.amount,
        days_after=totals.days_after,
        inside_after=totals.inside_after,
        missed_value=_value(lines, [line.basis.missed_units for line in lines]),
        stock_value=_value(lines, [rules.units_at_reading(line.basis, line.units) for line in lines]),
    )


def _value(lines: Sequence[reckoning.Proposed], units: Sequence[Decimal]) -> Decimal:
    worth = (amount * line.price for amount, line in zip(units, lines, strict=True))
    return to_fen(sum(worth, Decimal(0)))


def _record(outlook: Outlook, price: Decimal) -> dict[str, Any]:
    return {
        "units": outlook.units,
        "bound_by": outlook.bound_by.value,
        "days_after": None if outlook.days_after is None else round(float(outlook.days_after), 2),
        "band_after": outlook.band_after.value,
        "missed_units": round(float(outlook.missed_units), 1),
        "stock_value": str(to_fen(outlook.stock_units * price)),
    }
