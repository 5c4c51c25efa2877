"""Reads of this room: always for an actor, narrowed to the distributors in its scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.core import formats, weeks
from channelkeeper.network.queries import Scope, visible
from channelkeeper.orders import rules, sentences
from channelkeeper.orders.models import FormerProposal, Order, OrderChange, OrderLine
from channelkeeper.orders.rules import Basis, Bound, Group, State
from channelkeeper.stock.rules import Band, BandLimits, judge

CURRENCY = "CNY"
# The order of a page: what was cut stands beside what will run out, for it may.
SHOWN_LINES = (Group.RUN_OUT, Group.CUT, *(group for group in Group if group not in (Group.RUN_OUT, Group.CUT)))


@dataclass(frozen=True)
class OrderRow:
    """An order as a list shows it; money in yuan, days of the distributor's total in value, not rounded."""

    number: str
    distributor_id: int
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    week: date
    state: State
    estimated: bool
    order_on: date
    arrives_on: date
    reading_on: date
    lines_ordered: int
    cases: int
    amount: Decimal
    days_now: float | None
    days_after: float | None
    inside_now: int
    inside_after: int
    proposed_at: datetime
    changed_at: datetime
    offered_at: datetime | None
    opened_at: datetime | None
    settled_at: datetime | None
    sent_at: datetime | None
    steps: int
    truck_pallets: Decimal | None
    order_limit: Decimal | None
    min_order_amount: Decimal | None

    @property
    def version(self) -> str:
        """Return what is another after every change: what was typed on an older page is not put back."""
        return f"{self.changed_at.isoformat()} {self.steps}"

    @property
    def ordering_week(self) -> date:
        """Return the Monday of the week in which it is placed."""
        return weeks.shift(self.week, 1)

    @property
    def waits_for_us(self) -> bool:
        """Return whether the next step is the manufacturer's."""
        return self.state in (State.PROPOSED, State.CHANGED, State.ACCEPTED)

    def distributor(self, language: str) -> str:
        """Return the distributor's name; its Chinese one where it has no other."""
        return self.distributor_zh if formats.is_chinese(language) else self.distributor_en or self.distributor_zh


@dataclass(frozen=True)
class LineView:
    """
    A line with all that its sentence rests on; quantities are pieces.

    Attributes:
        basis: what the rule recomputes it from.
        days_to_arrival: days of sell-out between the close and the arrival.
        estimated: whether the stock is an estimate.
        wanted_units: what ORD-1 asks for, before what truck, limit or minimum left of it.
        uncertain: whether fewer than eight reports make the expectation a guess.
        cases_per_pallet: None where nobody has said.
        retires_on, successor: where the product leaves the range before long, and the code of what follows it.
    """

    product_id: int
    product: str
    name_zh: str
    name_en: str
    proposed_units: int
    units: int
    edited: bool
    price_per_unit: Decimal
    basis: Basis
    bound_by: Bound
    group: Group
    cause: str
    change: Decimal
    cause_label_zh: str
    cause_label_en: str
    cause_starts_on: date | None
    cause_ends_on: date | None
    reason: str
    arrives_on: date
    reading_on: date
    days_to_arrival: int
    estimated: bool
    wanted_units: int
    uncertain: bool
    retires_on: date | None
    successor: str
    cases_per_pallet: int | None

    def name(self, language: str) -> str:
        """Return the product's name; its Chinese one where it has no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def cases(self) -> int:
        """Return what is ordered, in cases."""
        return self.units // self.basis.units_per_case

    @property
    def amount(self) -> Decimal:
        """Return what it costs, to the fen."""
        return rules.line_amount(self.units, self.price_per_unit)

    @property
    def price_per_case(self) -> Decimal:
        """Return the ex-factory price of a case, to the fen."""
        return rules.line_amount(self.basis.units_per_case, self.price_per_unit)

    @property
    def days_now(self) -> Decimal | None:
        """Return the days that the stock lasts, not rounded."""
        return rules.cover_now(self.basis)

    @property
    def days_after(self) -> Decimal | None:
        """Return the cover at the reading with this order, not rounded."""
        return rules.cover_after(self.basis, self.units)

    @property
    def band_now(self) -> Band:
        """Return where the stock stands to the band."""
        return judge(self.days_now, self.basis.band)

    @property
    def band_after(self) -> Band:
        """Return where the order lands."""
        return rules.band_after(self.basis, self.units)

    @property
    def cases_per_day(self) -> Decimal:
        """Return what is expected to sell a day over the coming 28, in cases."""
        return self.basis.per_day_now / self.basis.units_per_case

    @property
    def net_expected_units(self) -> Decimal:
        """Return what stock and road really lose until the reading: expected, less what is missed."""
        return self.basis.expected_until_reading_units - self.basis.missed_units

    @property
    def risked_units(self) -> Decimal:
        """Return what is expected to go unserved between arrival and reading with this order."""
        return rules.risked_units(self.basis, self.units)

    @property
    def risked_value(self) -> Decimal:
        """Return what that is worth, yuan to the fen."""
        return rules.to_fen(self.risked_units * self.price_per_unit)

    @property
    def above_value(self) -> Decimal:
        """Return the money that lies above the band now, yuan to the fen."""
        units = max(self.basis.sellable_units - self.basis.band.high_days * self.basis.per_day_now, Decimal(0))
        return (units * self.price_per_unit).quantize(Decimal("0.01"))

    @property
    def figures(self) -> dict[str, Any]:
        """Return what the sentence says, as plain values; from them the quantity can be recomputed."""
        basis = self.basis
        per_day = basis.per_day_after
        return {
            "group": self.group.value,
            "bound_by": self.bound_by.value,
            "units": self.units,
            "proposed_units": self.proposed_units,
            "units_per_case": basis.units_per_case,
            "min_units": basis.min_order_cases * basis.units_per_case,
            "wanted_units": self.wanted_units,
            "risked_units": self.risked_units,
            "first_fill_units": (basis.first_fill_cases or 0) * basis.units_per_case,
            "retires_on": self.retires_on,
            "successor": self.successor,
            "uncertain": self.uncertain,
            "on_hand_units": basis.on_hand_units,
            "expiring_units": basis.expiring_units,
            "road_units": basis.road_units,
            "estimated": self.estimated,
            "expected_until_reading_units": basis.expected_until_reading_units,
            "missed_units": basis.missed_units,
            "per_day_after": per_day,
            "ideal_units": rules.ideal_units(basis),
            "case_days": basis.units_per_case / per_day if per_day else None,
            "days_now": self.days_now,
            "days_after": self.days_after,
            "low_days": basis.band.low_days,
            "high_days": basis.band.high_days,
            "inside_after": self.band_after is Band.INSIDE,
            "above_value": self.above_value.quantize(Decimal(1)),
            "arrives_on": self.arrives_on,
            "reading_on": self.reading_on,
            "days_to_arrival": self.days_to_arrival,
            "cause": self.cause,
            "change": self.change,
            "cause_label_zh": self.cause_label_zh,
            "cause_label_en": self.cause_label_en,
            "cause_starts_on": self.cause_starts_on,
            "cause_ends_on": self.cause_ends_on,
            "reason": self.reason,
        }

    def sentence(self, language: str, *, brief: bool = False) -> str:
        """Return why it orders what it orders (ORD-3)."""
        return sentences.explain(self.figures, language, brief=brief)

    def record(self) -> dict[str, Any]:
        """Return the line as programs and files take it; money as text."""
        return {
            "product": self.product,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "proposed_units": self.proposed_units,
            "units": self.units,
            "cases": self.cases,
            "units_per_case": self.basis.units_per_case,
            "wanted_units": self.wanted_units,
            "risked_units": float(self.risked_units),
            "on_hand_units": self.basis.on_hand_units,
            "expiring_units": self.basis.expiring_units,
            "uncertain": self.uncertain,
            "road_units": self.basis.road_units,
            "expected_until_reading_units": float(self.basis.expected_until_reading_units),
            "missed_units": float(self.basis.missed_units),
            "per_day_after": float(self.basis.per_day_after),
            "days_now": _days(self.days_now),
            "days_after": _days(self.days_after),
            "band": self.band_after.value,
            "group": self.group.value,
            "bound_by": self.bound_by.value,
            "reason": self.reason,
            "reason_zh": self.sentence("zh"),
            "reason_en": self.sentence("en"),
            "price_per_unit": f"{self.price_per_unit.normalize():f}",
            "amount": str(self.amount),
        }


@dataclass(frozen=True)
class GroupView:
    """The lines of an order about which there is the same to say, with their sums."""

    group: Group
    lines: tuple[LineView, ...]

    @property
    def ordered(self) -> int:
        """Return how many of them are ordered."""
        return sum(line.units > 0 for line in self.lines)

    @property
    def cases(self) -> int:
        """Return their cases."""
        return sum(line.cases for line in self.lines)

    @property
    def amount(self) -> Decimal:
        """Return their sum, yuan."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def above_value(self) -> Decimal:
        """Return the money that lies above the band, yuan."""
        return sum((line.above_value for line in self.lines), Decimal("0.00"))

    @property
    def cut_cases(self) -> int:
        """Return how many cases fewer are proposed than ORD-1 asks for."""
        return sum(max(line.wanted_units - line.proposed_units, 0) // line.basis.units_per_case for line in self.lines)

    @property
    def risked_cases(self) -> Decimal:
        """Return how many cases may go unserved until the reading with what is ordered now."""
        return sum((line.risked_units / line.basis.units_per_case for line in self.lines), Decimal(0))

    @property
    def risked_value(self) -> Decimal:
        """Return what that is worth, yuan."""
        return sum((line.risked_value for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True)
class Holds:
    """
    What holds an order's lines together, and how much of it is used.

    Attributes:
        limit, limit_left: yuan that an order may come to, and what is left of it; below 0 where it is passed.
        minimum_short: yuan that are missing to the least an order must come to; 0 where it does.
        truck_pallets, pallets: what a truck holds, and what is ordered; of products whose pallet is known.
        unknown_pallets: lines ordered whose pallet nobody has said.
    """

    limit: Decimal | None
    limit_left: Decimal | None
    minimum: Decimal | None
    minimum_short: Decimal
    truck_pallets: Decimal | None
    pallets: Decimal
    unknown_pallets: int


@dataclass(frozen=True)
class ChangeView:
    """One step of an order's story; quantities in pieces."""

    at: datetime
    by: str
    by_link: bool
    verb: str
    reason: str
    product: str
    name_zh: str
    name_en: str
    units_per_case: int
    before_units: int | None
    after_units: int | None


@dataclass(frozen=True)
class OrderView:
    """An order with its lines, in the order of the page."""

    row: OrderRow
    lines: tuple[LineView, ...]
    can_undo: bool

    @property
    def groups(self) -> tuple[GroupView, ...]:
        """Return the lines by what there is to say; empty groups are left out."""
        held = {group: tuple(line for line in self.lines if line.group is group) for group in SHOWN_LINES}
        return tuple(GroupView(group, lines) for group, lines in held.items() if lines)

    @property
    def holds(self) -> Holds:
        """Return limit, minimum and truck, and what the order as it stands leaves of them."""
        row, ordered = self.row, [line for line in self.lines if line.units]
        known = [line for line in ordered if line.cases_per_pallet]
        minimum = row.min_order_amount
        return Holds(
            limit=row.order_limit,
            limit_left=None if row.order_limit is None else row.order_limit - row.amount,
            minimum=minimum,
            minimum_short=Decimal(0) if minimum is None or not ordered else max(minimum - row.amount, Decimal(0)),
            truck_pallets=row.truck_pallets,
            pallets=sum((Decimal(line.cases) / (line.cases_per_pallet or 1) for line in known), Decimal(0)),
            unknown_pallets=len(ordered) - len(known),
        )

    @property
    def launched(self) -> tuple[LineView, ...]:
        """Return the lines of products at their beginning: ordered for the first time, by a launch plan."""
        return tuple(line for line in self.lines if line.basis.first_fill_cases is not None)

    @property
    def leaving(self) -> tuple[LineView, ...]:
        """Return the lines of products that leave the range before long, the first to go first."""
        gone = [line for line in self.lines if line.retires_on is not None]
        return tuple(sorted(gone, key=lambda line: (line.retires_on or line.arrives_on, line.product)))

    def figures(self, language: str) -> dict[str, Any]:
        """Return what the headline says."""
        counts = {group: sum(line.group is group for line in self.lines) for group in Group}
        return {
            "name": self.row.distributor(language),
            "lines": self.row.lines_ordered,
            "run_out": sum(line.group is Group.RUN_OUT and line.units > 0 for line in self.lines),
            "cut": counts[Group.CUT],
            "sell_down": counts[Group.SELL_DOWN],
            "inside_now": self.row.inside_now,
            "inside_after": self.row.inside_after,
        }

    def headline(self, language: str, *, short: bool = False) -> str:
        """Return what the order amounts to in one sentence."""
        return sentences.headline(self.figures(language), language, short=short)

    def record(self) -> dict[str, Any]:
        """Return the order as programs and files take it."""
        return {**record_of(self.row), "lines": [line.record() for line in self.lines]}


@dataclass(frozen=True)
class Filters:
    """Which orders are asked for; what is empty does not narrow."""

    week: date | None = None
    states: Collection[State] = field(default_factory=tuple)
    distributor: str = ""


@dataclass(frozen=True)
class Tally:
    """How many orders of a week stand in a state, and what they are worth."""

    orders: int
    lines: int
    amount: Decimal


def orders(actor: Actor, *, at: datetime, filters: Filters) -> QuerySet[Order]:
    """Return the orders that the actor may see, the newest week first, then by distributor."""
    found = _shown(actor, at)
    if filters.week is not None:
        found = found.filter(week=filters.week)
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    if filters.distributor:
        found = found.filter(distributor__code=filters.distributor)
    return found.select_related("distributor").order_by("-week", "distributor__code", "-pk")


def order_page(actor: Actor, *, at: datetime, filters: Filters, page: int = 1) -> "Page[OrderRow]":
    """Return one page of orders. Two queries."""
    return paging.page_of(orders(actor, at=at, filters=filters), page, lambda rows: [_row(one) for one in rows])


def listed(actor: Actor, *, at: datetime, filters: Filters, limit: int, offset: int = 0) -> list[OrderRow]:
    """Return some orders. One query."""
    return [_row(one) for one in orders(actor, at=at, filters=filters)[offset : offset + limit]]


def tally(actor: Actor, *, at: datetime, week: date | None) -> dict[State, Tally]:
    """Return how many orders stand in which state. One query."""
    found = _shown(actor, at)
    if week is not None:
        found = found.filter(week=week)
    rows = found.order_by().values_list("state").annotate(Count("pk"), Sum("lines_ordered"), Sum("amount"))
    return {State(state): Tally(count, lines, amount) for state, count, lines, amount in rows}


def order_weeks(actor: Actor, *, at: datetime, limit: int = 6) -> list[date]:
    """Return the closed weeks that there are orders on, the newest first. One query."""
    return list(_shown(actor, at).order_by("-week").values_list("week", flat=True).distinct()[:limit])


def order(actor: Actor, number: str, *, at: datetime) -> OrderView:
    """
    Return an order with its lines. Three queries.

    Raises:
        NotFound: no such order in the actor's scope.
    """
    found = _shown(actor, at).filter(number=number).select_related("distributor").first()
    if found is None:
        raise NotFound(f"No order {number}.")
    row = _row(found)
    return OrderView(row, tuple(_lines_of([row], {row.number: found.pk})[row.number]), _can_undo(found))


def numbers_seen(actor: Actor, *, at: datetime, numbers: Collection[str]) -> list[str]:
    """Return which of some orders the actor may see. One query."""
    return list(_shown(actor, at).filter(number__in=numbers).values_list("number", flat=True))


def story(actor: Actor, number: str, *, at: datetime) -> list[ChangeView]:
    """Return the steps of an order's life, the newest first; none where it is out of scope. One query."""
    found = OrderChange.objects.filter(order__in=_shown(actor, at).filter(number=number))
    if actor.role is Role.DISTRIBUTOR:
        # What the manufacturer weighed before it offered is its own.
        found = found.exclude(verb__in=("proposed", "edited", "undone", "withdrawn", "lapsed", "linked", "unlinked"))
    return [_change(one) for one in found.select_related("product").order_by("-pk")]


@dataclass(frozen=True)
class Differs:
    """A line that was proposed otherwise before; cases. `now` is None where it is not in the order any more."""

    product: str
    before: int
    now: LineView | None

    @property
    def proposed(self) -> int:
        """Return what is proposed now."""
        return self.now.proposed_units // self.now.basis.units_per_case if self.now else 0


@dataclass(frozen=True)
class Reproposed:
    """How often a draft was proposed anew, and what the last time came out otherwise."""

    times: int
    replaced_at: datetime
    lines: tuple[Differs, ...]


def reproposed(actor: Actor, view: OrderView, *, at: datetime) -> Reproposed | None:
    """Return what came out otherwise when a draft was proposed anew; None for a distributor. One query."""
    if actor.role is Role.DISTRIBUTOR:
        return None
    found = FormerProposal.objects.filter(order__in=_shown(actor, at).filter(number=view.row.number))
    kept = list(found.order_by("-pk"))
    if not kept:
        return None
    now = {line.product: line for line in view.lines}
    lines = [
        Differs(one["product"], one["proposed_units"] // one["units_per_case"], now.get(one["product"]))
        for one in kept[0].lines
    ]
    return Reproposed(len(kept), kept[0].replaced_at, tuple(sorted(lines, key=lambda one: one.product)))


def proposal_summaries(
    actor: Actor, *, at: datetime, week: date, distributor_ids: Collection[int] | None = None
) -> dict[int, OrderRow]:
    """Return the live order of a closed week by distributor's key, for lists of distributors. One query."""
    found = _shown(actor, at).filter(week=week).exclude(state=State.CANCELLED.value)
    if distributor_ids is not None:
        found = found.filter(distributor_id__in=distributor_ids)
    return {one.distributor_id: _row(one) for one in found.select_related("distributor")}


@dataclass(frozen=True)
class Weighed:
    """
    The live orders of a week together.

    Attributes:
        after_value: days after each, times what is expected to sell a day, in yuan.
        sellable_value: the stock before, of the same distributors.
    """

    after_value: Decimal
    sellable_value: Decimal


def weighed(scope: Scope, *, week: date) -> Weighed | None:
    """Return the live orders of some distributors on a closed week together; None without any. One query."""
    found = Order.objects.filter(distributor__in=scope, week=week, distributor__weeks__week=week, days_after__gte=0)
    rate = F("distributor__weeks__expected_value_per_day")
    stock = F("distributor__weeks__stock_value") - F("distributor__weeks__expiring_value")
    sums = found.exclude(state=State.CANCELLED.value).aggregate(
        after=Sum(F("days_after") * Cast(rate, FloatField())), before=Sum(Cast(stock, FloatField()))
    )
    if sums["after"] is None:
        return None
    return Weighed(Decimal(str(sums["after"])), Decimal(str(sums["before"])))


def open_orders(actor: Actor, *, at: datetime, code: str) -> list[OrderRow]:
    """Return a distributor's orders that are neither sent nor cancelled, the newest first. One query."""
    found = orders(actor, at=at, filters=Filters(distributor=code))
    return [_row(one) for one in found.exclude(state__in=(State.SENT.value, State.CANCELLED.value))]


def lines_of(actor: Actor, *, at: datetime, code: str, week: date) -> dict[str, LineView]:
    """Return the lines of a distributor's live order of a closed week by product's code. Two queries."""
    found = _shown(actor, at).filter(week=week, distributor__code=code).exclude(state=State.CANCELLED.value)
    one = found.select_related("distributor").first()
    if one is None:
        return {}
    row = _row(one)
    return {line.product: line for line in _lines_of([row], {row.number: one.pk})[row.number]}


def records(actor: Actor, *, at: datetime, filters: Filters, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Return orders with their lines as programs take them. Two queries, however many."""
    found = list(orders(actor, at=at, filters=filters)[offset : offset + limit])
    rows = [_row(one) for one in found]
    lines = _lines_of(rows, {one.number: one.pk for one in found})
    return [{**record_of(row), "lines": [line.record() for line in lines[row.number]]} for row in rows]


def record_of(row: OrderRow) -> dict[str, Any]:
    """Return an order without its lines as programs and files take it."""
    return {
        "number": row.number,
        "distributor": row.distributor_code,
        "week": weeks.label(row.week),
        "order_on": row.order_on.isoformat(),
        "arrives_on": row.arrives_on.isoformat(),
        "reading_on": row.reading_on.isoformat(),
        "state": row.state.value,
        "estimated": row.estimated,
        "lines_ordered": row.lines_ordered,
        "cases": row.cases,
        "days_now": _days(row.days_now),
        "days_after": _days(row.days_after),
        "amount": {"amount": str(row.amount), "currency": CURRENCY},
    }


def basis_of(line: OrderLine) -> Basis:
    """Return what a kept line rests on."""
    bound = Bound(line.bound_by)
    return Basis(
        on_hand_units=line.on_hand_units,
        road_units=line.road_units,
        expected_until_arrival_units=line.expected_until_arrival_units,
        expected_until_reading_units=line.expected_until_reading_units,
        missed_units=line.missed_units,
        per_day_now=line.per_day_now,
        per_day_after=line.per_day_after,
        band=BandLimits(Decimal(str(line.low_days)), Decimal(str(line.high_days))),
        units_per_case=line.units_per_case,
        min_order_cases=line.min_order_cases,
        fresh_units=line.fresh_units,
        barred_by=bound if bound in rules.BARS and not line.wanted_units else None,
        expiring_units=line.expiring_units,
        first_fill_cases=line.first_fill_cases,
        capped_by=Bound(line.capped_by),
    )


def is_shown(order: Order) -> bool:
    """Return whether the order's distributor may see it: from its offer on."""
    return order.offered_at is not None and order.state != State.PROPOSED


def in_scope(actor: Actor, *, at: datetime) -> QuerySet[Order]:
    """Return the orders of the distributors in scope; for the holder of a one-time link, the one it opens."""
    if actor.one is not None:
        return Order.objects.filter(number=actor.one.key) if actor.one.kind == "order" else Order.objects.none()
    return Order.objects.filter(distributor__in=visible(actor, at=at))


def _shown(actor: Actor, at: datetime) -> QuerySet[Order]:
    found = in_scope(actor, at=at)
    if actor.role is not Role.DISTRIBUTOR:
        return found
    return found.filter(offered_at__isnull=False).exclude(state=State.PROPOSED.value)


def _can_undo(order: Order) -> bool:
    if order.state != State.PROPOSED or not order.steps:
        return False
    steps = OrderChange.objects.filter(order=order, step__isnull=False)
    edited = set(steps.filter(verb="edited").values_list("step", flat=True))
    return bool(edited - set(steps.filter(verb="undone").values_list("undoes", flat=True)))


def _lines_of(rows: Sequence[OrderRow], keys: Mapping[str, int]) -> dict[str, list[LineView]]:
    """Return the lines by order's number, in the order of the page: what is worth most first."""
    by_key = {keys[row.number]: row for row in rows}
    found = OrderLine.objects.filter(order_id__in=list(by_key)).select_related("product")
    lines: dict[str, list[LineView]] = {row.number: [] for row in rows}
    for line in found:
        row = by_key[line.order_id]
        lines[row.number].append(_line(line, row))
    for held in lines.values():
        held.sort(key=_place)
    return lines


def _place(line: LineView) -> tuple[int, Decimal, Decimal, str]:
    """Order lines by group; what is ordered by money as proposed, what lies still by the money in it."""
    worth = rules.line_amount(line.proposed_units, line.price_per_unit)
    return SHOWN_LINES.index(line.group), -worth, -line.above_value, line.product


def _line(line: OrderLine, row: OrderRow) -> LineView:
    return LineView(
        product_id=line.product_id,
        product=line.product.code,
        name_zh=line.product.name_zh,
        name_en=line.product.name_en,
        proposed_units=line.proposed_units,
        units=line.units,
        edited=line.edited,
        price_per_unit=line.price_per_unit,
        basis=basis_of(line),
        bound_by=Bound(line.bound_by),
        group=Group(line.group),
        cause=line.cause,
        change=line.change,
        cause_label_zh=line.cause_label_zh,
        cause_label_en=line.cause_label_en,
        cause_starts_on=line.cause_starts_on,
        cause_ends_on=line.cause_ends_on,
        reason=line.reason,
        arrives_on=row.arrives_on,
        reading_on=row.reading_on,
        days_to_arrival=(row.arrives_on - row.ordering_week).days,
        estimated=row.estimated,
        wanted_units=line.wanted_units,
        uncertain=line.uncertain,
        retires_on=line.retires_on,
        successor=line.successor,
        cases_per_pallet=line.cases_per_pallet,
    )


def _change(one: OrderChange) -> ChangeView:
    return ChangeView(
        at=one.at,
        by=one.by_name,
        by_link=one.link_id is not None,
        verb=one.verb,
        reason=one.reason,
        product=one.product.code if one.product else "",
        name_zh=one.product.name_zh if one.product else "",
        name_en=one.product.name_en if one.product else "",
        units_per_case=one.product.units_per_case if one.product else 1,
        before_units=one.before_units,
        after_units=one.after_units,
    )


def _row(one: Order) -> OrderRow:
    return OrderRow(
        number=one.number,
        distributor_id=one.distributor_id,
        distributor_code=one.distributor.code,
        distributor_zh=one.distributor.name_zh,
        distributor_en=one.distributor.name_en,
        week=one.week,
        state=State(one.state),
        estimated=one.estimated,
        order_on=one.order_on,
        arrives_on=one.arrives_on,
        reading_on=one.reading_on,
        lines_ordered=one.lines_ordered,
        cases=one.cases,
        amount=one.amount,
        days_now=one.days_now,
        days_after=one.days_after,
        inside_now=one.inside_now,
        inside_after=one.inside_after,
        proposed_at=one.proposed_at,
        changed_at=one.changed_at,
        offered_at=one.offered_at,
        opened_at=one.opened_at,
        settled_at=one.settled_at,
        sent_at=one.sent_at,
        steps=one.steps,
        truck_pallets=one.truck_pallets,
        order_limit=one.order_limit,
        min_order_amount=one.min_order_amount,
    )


def _days(value: Decimal | float | None) -> float | None:
    """Return days as programs take them, to 0.01; the band was judged on unrounded ones."""
    return None if value is None else round(float(value), 2)
