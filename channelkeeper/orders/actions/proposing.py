"""Proposing: from the positions of a close to one order per distributor, in chunks that each commit."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.catalog.queries import ProductView, products_by_id
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import actions as jobs
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.orders import rules
from channelkeeper.orders.actions import loading, reckoning
from channelkeeper.orders.models import Order, OrderChange, OrderLine
from channelkeeper.orders.rules import State
from channelkeeper.stock.queries import for_orders

KIND = "orders.propose"
CHUNK_DISTRIBUTORS = 100
Progress = Callable[[int, int], None]

LINE = (
    "order_id",
    "product_id",
    "proposed_units",
    "units",
    "edited",
    "units_per_case",
    "min_order_cases",
    "price_per_unit",
    "on_hand_units",
    "road_units",
    "expected_until_arrival_units",
    "expected_until_reading_units",
    "missed_units",
    "fresh_units",
    "per_day_now",
    "per_day_after",
    "days_now",
    "days_after",
    "low_days",
    "high_days",
    "bound_by",
    "group",
    "cause",
    "change",
    "cause_label_zh",
    "cause_label_en",
    "cause_starts_on",
    "cause_ends_on",
    "reason",
)
_REFRESHED = (
    "estimated",
    "lead_weeks",
    "review_weeks",
    "order_on",
    "arrives_on",
    "reading_on",
    "lines_ordered",
    "cases",
    "amount",
    "days_now",
    "days_after",
    "inside_now",
    "inside_after",
    "proposed_at",
    "changed_at",
    "rule_version",
)


class Result(StrEnum):
    """What proposing did for a distributor."""

    CREATED = "created"
    REFRESHED = "refreshed"  # a draft stood already: its figures are new, a person's edits are kept
    UNTOUCHED = "untouched"  # offered or later: nothing was changed
    NO_POSITIONS = "no_positions"  # that week was not closed for it, or another has been since


@dataclass(frozen=True, slots=True)
class Difference:
    """A line whose proposal is another than in the draft before, in pieces; `units` is what stands now."""

    product: str
    before_units: int
    proposed_units: int
    units: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one distributor; `number` is empty where there is no order."""

    distributor: str
    result: Result
    number: str = ""
    state: str = ""
    differences: tuple[Difference, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return it as programs take it."""
        return {**asdict(self), "result": self.result.value, "differences": [asdict(one) for one in self.differences]}


@dataclass(frozen=True)
class ProposedWeek:
    """What came of proposing for a week, by distributor's code."""

    week: date
    outcomes: tuple[Outcome, ...] = ()

    def count(self, result: Result) -> int:
        """Return for how many distributors it came to this."""
        return sum(one.result is result for one in self.outcomes)


@dataclass(frozen=True)
class _Work:
    """What all chunks share."""

    week: date
    by: Actor
    at: datetime
    products: dict[int, ProductView]


@dataclass
class _Draft:
    """One distributor's lines, before they are written."""

    member: loading.Member
    timing: rules.Timing
    estimated: bool = False
    lines: list[tuple[int, reckoning.Proposed]] = field(default_factory=list)  # (product, line)


class _OldLine(NamedTuple):
    """What a new proposal must know of a line that stood."""

    proposed_units: int
    units: int
    edited: bool
    reason: str
    units_per_case: int


@dataclass(frozen=True)
class _Old:
    """A draft that stood already: its order, and its lines by product."""

    order: Order
    lines: dict[int, _OldLine]


def propose(
    *,
    week: date,
    by: Actor,
    at: datetime,
    distributor_codes: Collection[str] | None = None,
    progress: Progress | None = None,
) -> ProposedWeek:
    """
    Propose the order that follows the close of a week, one per distributor.

    Proposing twice never orders twice: a draft gets new figures and keeps a person's quantities,
    an order that was offered is left alone. Drafts of earlier weeks lapse. Killed, it goes on
    behind the last chunk when it is started again.

    Args:
        week: the closed week, a Monday.
        distributor_codes: only these; all in scope by default.
        progress: told (distributors done, distributors in all) after every chunk.

    Raises:
        NotAllowed: the actor may not.
        NotFound: a code names no distributor in scope.
    """
    check(by, "orders.order.proposed", rules.PERMISSIONS)
    chosen = loading.members(by, at=at, week=week, codes=distributor_codes)
    unknown = set(distributor_codes or ()) - {one.code for one in chosen}
    if unknown:
        raise NotFound(f"No distributor {', '.join(sorted(unknown))}.")
    work = _Work(week, by, at, products_by_id())
    if distributor_codes is not None:
        return ProposedWeek(week, tuple(_in_chunks(work, chosen, progress)))
    return _as_run(work, chosen, progress)


def _as_run(work: _Work, chosen: Sequence[loading.Member], progress: Progress | None) -> ProposedWeek:
    """Propose for all in scope as a run that can be followed, and goes on where it was broken off."""
    key = f"{weeks.label(work.week)} {work.by.role.value} {work.by.seen_as_id or ''}".strip()
    run = jobs.start(kind=KIND, key=key, total=len(chosen), at=work.at)
    left = [one for one in chosen if one.code > run.last_key]

    def step(done: int, last: str) -> None:
        jobs.step(run_id=run.run_id, last_key=last, done=run.done + done, at=work.at)

    try:
        outcomes = tuple(_in_chunks(work, left, progress, step))
    except BaseException as error:
        jobs.fail(run_id=run.run_id, at=work.at, message=f"{type(error).__name__}: {error}")
        raise
    jobs.finish(run_id=run.run_id, at=work.at)
    return ProposedWeek(work.week, outcomes)


def _in_chunks(
    work: _Work,
    chosen: Sequence[loading.Member],
    progress: Progress | None,
    step: Callable[[int, str], None] | None = None,
) -> Iterator[Outcome]:
    for start in range(0, len(chosen), CHUNK_DISTRIBUTORS):
        chunk = chosen[start : start + CHUNK_DISTRIBUTORS]
        with transaction.atomic():
            outcomes = _chunk(work, chunk)
            if step:
                step(start + len(chunk), chunk[-1].code)
        if progress:
            progress(start + len(chunk), len(chosen))
        yield from outcomes


def _chunk(work: _Work, chunk: Sequence[loading.Member]) -> list[Outcome]:
    """Propose for a chunk of distributors inside one transaction; a fixed number of queries."""
    keys = [one.pk for one in chunk]
    # Two runs at once propose one after the other: the second finds the drafts of the first. The
    # constraint of one live order a week stands behind it.
    list(visible(work.by, at=work.at).filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values("pk"))
    live = {
        order.distributor_id: order
        for order in Order.objects.filter(distributor_id__in=keys, week=work.week).exclude(state=State.CANCELLED)
    }
    settled = {key for key, order in live.items() if order.state != State.PROPOSED}
    drafts = _drafts(work, [one for one in chunk if one.pk not in settled])
    old = _old_drafts([order for key, order in live.items() if key not in settled and key in drafts])
    orders = _write_orders(work, drafts, old)
    _write_lines(work, drafts, orders, old)
    differences = {key: _differences(work, drafts[key], old.get(key)) for key in drafts}
    _write_changes(work, orders, old, differences)
    _lapse(work, list(drafts))
    outcomes = [_outcome(one, live.get(one.pk), orders.get(one.pk), old, differences) for one in chunk]
    _audit(work, outcomes)
    return outcomes


def _drafts(work: _Work, chosen: Sequence[loading.Member]) -> dict[int, _Draft]:
    """Return the lines of each distributor that has positions of the week."""
    keys = [one.pk for one in chosen]
    block = for_orders.positions_for_orders(work.by, at=work.at, week=work.week, distributor_ids=keys)
    if not block.distributor_id.size:
        return {}
    times = loading.timings(chosen, week=work.week, today=BUSINESS.day(work.at))
    ordered = loading.open_units(work.by, at=work.at, week=work.week, distributor_ids=keys)
    stock = loading.stock_of(block, chosen, times, work.products, ordered)
    by_key = {one.pk: one for one in chosen}
    drafts: dict[int, _Draft] = {}
    places = zip(block.distributor_id.tolist(), block.product_id.tolist(), block.estimated.tolist(), strict=True)
    for (distributor_id, product_id, estimated), line in zip(places, reckoning.reckon(stock), strict=True):
        draft = drafts.get(distributor_id)
        if draft is None:
            draft = drafts[distributor_id] = _Draft(by_key[distributor_id], times[distributor_id])
        draft.estimated = draft.estimated or estimated
        draft.lines.append((product_id, line))
    return drafts


def _old_drafts(orders: Sequence[Order]) -> dict[int, _Old]:
    lines: dict[int, dict[int, _OldLine]] = defaultdict(dict)
    found = OrderLine.objects.filter(order__in=orders)
    for order_id, product_id, *line in found.values_list("order_id", "product_id", *_OldLine._fields).iterator():
        lines[order_id][product_id] = _OldLine(*line)
    return {order.distributor_id: _Old(order, lines[order.pk]) for order in orders}


def _write_orders(work: _Work, drafts: Mapping[int, _Draft], old: Mapping[int, _Old]) -> dict[int, Order]:
    """Write the orders, new ones and those that stood, and return them by distributor."""
    nth = _orders_before(work, [key for key in drafts if key not in old])
    fresh = []
    for key, draft in drafts.items():
        order = old[key].order if key in old else Order(distributor_id=key, week=work.week)
        for name, value in _order_fields(work, draft, old.get(key)).items():
            setattr(order, name, value)
        if key not in old:
            order.number = rules.number_of(distributor_code=draft.member.code, week=work.week, nth=nth.get(key, 0) + 1)
            fresh.append(order)
    Order.objects.bulk_create(fresh)
    stood = (one.order for one in old.values())
    bulk.update(Order, _REFRESHED, ([*(getattr(order, name) for name in _REFRESHED), order.pk] for order in stood))
    return {order.distributor_id: order for order in [*fresh, *(one.order for one in old.values())]}


def _orders_before(work: _Work, keys: Sequence[int]) -> Counter[int]:
    """Return how many orders each distributor had for this week already: cancelled ones keep their numbers."""
    return Counter(
        Order.objects.filter(distributor_id__in=keys, week=work.week).values_list("distributor_id", flat=True)
    )


def _order_fields(work: _Work, draft: _Draft, old: _Old | None) -> dict[str, Any]:
    totals = rules.totals(
        rules.Line(line.basis, _units(old, product_id, line), line.price) for product_id, line in draft.lines
    )
    return {
        "estimated": draft.estimated,
        "lead_weeks": draft.timing.lead_weeks,
        "review_weeks": rules.REVIEW_WEEKS,
        "order_on": draft.timing.order_on,
        "arrives_on": draft.timing.arrives_on,
        "reading_on": draft.timing.reading_on,
        "proposed_at": work.at,
        "changed_at": work.at,
        "rule_version": rules.VERSION,
        **totals_fields(totals),
    }


def totals_fields(totals: rules.Totals) -> dict[str, Any]:
    """Return an order's sums as its columns hold them."""
    return {
        "lines_ordered": totals.lines_ordered,
        "cases": totals.cases,
        "amount": totals.amount,
        "days_now": None if totals.days_now is None else float(totals.days_now),
        "days_after": None if totals.days_after is None else float(totals.days_after),
        "inside_now": totals.inside_now,
        "inside_after": totals.inside_after,
    }


def _kept(old: _Old | None, product_id: int, line: reckoning.Proposed) -> _OldLine | None:
    """Return the line of the draft before whose quantity a person has set; none where its case is another by now."""
    before = old.lines.get(product_id) if old else None
    return before if before and before.edited and before.units_per_case == line.basis.units_per_case else None


def _units(old: _Old | None, product_id: int, line: reckoning.Proposed) -> int:
    kept = _kept(old, product_id, line)
    return line.units if kept is None else kept.units


def _write_lines(
    work: _Work, drafts: Mapping[int, _Draft], orders: Mapping[int, Order], old: Mapping[int, _Old]
) -> None:
    OrderLine.objects.filter(order__in=[one.order for one in old.values()]).delete()
    labels = loading.Labels(week=work.week, at=work.at, distributor_ids=list(drafts))
    bulk.insert(
        OrderLine,
        LINE,
        (
            _row(
                orders[key].pk,
                product_id,
                line,
                _kept(old.get(key), product_id, line),
                labels.of(line.cause, line.change, key, product_id),
            )
            for key, draft in drafts.items()
            for product_id, line in draft.lines
        ),
    )


def _row(
    order_id: int, product_id: int, line: reckoning.Proposed, kept: _OldLine | None, label: loading.Label
) -> tuple[object, ...]:
    basis, units = line.basis, line.units if kept is None else kept.units
    now, after = rules.cover_now(basis), rules.cover_after(basis, units)
    return (
        order_id,
        product_id,
        line.units,
        units,
        kept is not None,
        basis.units_per_case,
        basis.min_order_cases,
        line.price,
        basis.on_hand_units,
        basis.road_units,
        basis.expected_until_arrival_units,
        basis.expected_until_reading_units,
        basis.missed_units,
        basis.fresh_units,
        basis.per_day_now,
        basis.per_day_after,
        None if now is None else float(now),
        None if after is None else float(after),
        float(basis.band.low_days),
        float(basis.band.high_days),
        line.bound_by.value,
        line.group.value,
        line.cause.value,
        line.change,
        label.zh,
        label.en,
        label.starts_on,
        label.ends_on,
        kept.reason if kept else "",
    )


def _differences(work: _Work, draft: _Draft, old: _Old | None) -> tuple[Difference, ...]:
    """Return the lines whose proposal is another than before, and edits whose line is gone."""
    if old is None:
        return ()
    found = []
    lines = dict(draft.lines)
    for product_id in sorted({*old.lines, *lines}):
        before, line = old.lines.get(product_id), lines.get(product_id)
        was, now = before.proposed_units if before else 0, line.units if line else 0
        lost = line is None and before is not None and before.edited
        if was != now or lost:
            units = _units(old, product_id, line) if line else 0
            found.append(Difference(work.products[product_id].code, was, now, units))
    return tuple(found)


def _write_changes(
    work: _Work,
    orders: Mapping[int, Order],
    old: Mapping[int, _Old],
    differences: Mapping[int, tuple[Difference, ...]],
) -> None:
    """Write the story: one row for a new order, one where a proposal of a draft came out otherwise."""
    rows = [
        OrderChange(
            order=order,
            at=work.at,
            by_id=work.by.user_id,
            by_name=work.by.name,
            verb="proposed",
            reason=", ".join(one.product for one in islice(differences[key], 8))[:200],
        )
        for key, order in orders.items()
        if key not in old or differences[key]
    ]
    OrderChange.objects.bulk_create(rows)


def _lapse(work: _Work, distributor_ids: Sequence[int]) -> None:
    """Cancel drafts of earlier weeks that nobody offered: this week's proposal stands in their place."""
    left = Order.objects.filter(distributor_id__in=distributor_ids, week__lt=work.week, state=State.PROPOSED)
    keys = list(left.values_list("pk", flat=True))
    if not keys:
        return
    Order.objects.filter(pk__in=keys).update(state=State.CANCELLED, changed_at=work.at)
    OrderChange.objects.bulk_create(
        OrderChange(order_id=key, at=work.at, by_id=work.by.user_id, by_name=work.by.name, verb="lapsed")
        for key in keys
    )


def _outcome(
    member: loading.Member,
    live: Order | None,
    order: Order | None,
    old: Mapping[int, _Old],
    differences: Mapping[int, tuple[Difference, ...]],
) -> Outcome:
    if order is not None:
        result = Result.REFRESHED if member.pk in old else Result.CREATED
        return Outcome(member.code, result, order.number, order.state, differences[member.pk])
    if live is not None:
        # A draft without positions of its week stays as it is, as does what was offered.
        return Outcome(member.code, Result.UNTOUCHED, live.number, live.state)
    return Outcome(member.code, Result.NO_POSITIONS)


def _audit(work: _Work, outcomes: Sequence[Outcome]) -> None:
    done = [one for one in outcomes if one.result in (Result.CREATED, Result.REFRESHED)]
    if not done:
        return
    access.record(
        "orders.order.proposed",
        by=work.by,
        at=work.at,
        subject=("week", weeks.label(work.week)),
        distributor_code=done[0].distributor if len(done) == 1 else "",
        figures={
            "created": [one.number for one in done if one.result is Result.CREATED],
            "refreshed": [one.number for one in done if one.result is Result.REFRESHED],
        },
    )
