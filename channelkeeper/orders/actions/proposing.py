"""Proposing: from the positions of a close to one order per distributor, in chunks that each commit."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from django.db import transaction
from django.db.models import Q

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.catalog.queries import products_by_id
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import actions as jobs
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.orders import rules
from channelkeeper.orders.actions import launching, loading, reckoning
from channelkeeper.orders.models import FormerProposal, Order, OrderChange, OrderLine
from channelkeeper.orders.rules import Cause, State
from channelkeeper.seasons import queries as seasons
from channelkeeper.seasons.rules import OrderPlan
from channelkeeper.stock.queries import for_orders

KIND = "orders.propose"
CHUNK_DISTRIBUTORS = 300
SEEN_WEEKS = 18  # how far ahead a product's retirement is told: the longest lead, the reading, four weeks of cover
Progress = Callable[[int, int], None]

_REFRESHED = (
    "estimated",
    "lead_weeks",
    "review_weeks",
    "order_on",
    "arrives_on",
    "reading_on",
    "truck_pallets",
    "order_limit",
    "min_order_amount",
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
    shelf: loading.Articles


@dataclass(frozen=True)
class _Drafts:
    """
    The lines of a chunk's distributors, before they are written.

    Fields:
        members: by distributor's id, those that have lines, in the order of `lines.segment`.
        times: by distributor's id.
        lines: S lines.
        distributor_id, product_id: (S,) keys.
        estimated, uncertain: (S,).
        units: (S,) as they are to stand: a person's where one has set them.
        kept: by row, the line of the draft before whose quantity a person has set.
    """

    members: dict[int, loading.Member]
    times: Mapping[int, OrderPlan]
    lines: reckoning.Lines
    distributor_id: reckoning.Codes
    product_id: reckoning.Codes
    estimated: reckoning.Flags
    uncertain: reckoning.Flags
    units: reckoning.Codes
    kept: Mapping[int, "_OldLine"]


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
    proposed_at: datetime
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
    work = _Work(week, by, at, loading.articles(products_by_id(on=BUSINESS.day(at))))
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
        with bulk.uncollected(), transaction.atomic():
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
    live, stale = _standing(work, keys)
    settled = {key for key, order in live.items() if order.state != State.PROPOSED}
    old = _old_drafts([order for key, order in live.items() if key not in settled])
    drafts = _drafts(work, [one for one in chunk if one.pk not in settled], old)
    if drafts is None:
        return [_outcome(one, live.get(one.pk), None, {}, {}) for one in chunk]
    old = {key: one for key, one in old.items() if key in drafts.members}
    orders = _write_orders(work, drafts, old)
    differences = _differences(work, drafts, old)
    _keep_former(work, old, differences)
    _write_lines(work, drafts, orders, old)
    _write_changes(work, orders, old, differences)
    _lapse(work, [order.pk for order in stale if order.distributor_id in drafts.members])
    outcomes = [_outcome(one, live.get(one.pk), orders.get(one.pk), old, differences) for one in chunk]
    _audit(work, outcomes)
    return outcomes


def _standing(work: _Work, keys: Sequence[int]) -> tuple[dict[int, Order], list[Order]]:
    """
    Return the live orders of the week by distributor, and the drafts of earlier weeks.

    Locked, as every step locks its order: an edit or an offer made meanwhile is either seen here, or waits until what
    is proposed now stands.
    """
    earlier = Q(week__lt=work.week, state=State.PROPOSED)
    this_week = Q(week=work.week) & ~Q(state=State.CANCELLED)
    found = Order.objects.filter(this_week | earlier, distributor_id__in=keys).order_by("pk").select_for_update()
    live, stale = {}, []
    for order in found:
        if order.week == work.week:
            live[order.distributor_id] = order
        else:
            stale.append(order)
    return live, stale


def _drafts(work: _Work, chosen: Sequence[loading.Member], old: Mapping[int, _Old]) -> _Drafts | None:
    """Return the lines of all distributors that have positions of the week; None where none has."""
    keys = [one.pk for one in chosen]
    block = for_orders.positions_for_orders(work.by, at=work.at, week=work.week, distributor_ids=keys)
    if not block.distributor_id.size:
        return None
    times = loading.timings(chosen, week=work.week, today=BUSINESS.day(work.at))
    plans = seasons.launch_plans(distributor_ids=keys)
    ordered = loading.open_units(work.by, at=work.at, week=work.week, distributor_ids=keys)
    block, fills = launching.widened(block, chosen, times, work.shelf, plans, ordered.keys(), at=work.at)
    lines = reckoning.reckon(loading.stock_of(block, chosen, times, work.shelf, ordered, fills))
    by_key = {one.pk: one for one in chosen}
    kept = _kept(block, lines, old)
    units = lines.units.copy()
    for row, before in kept.items():
        units[row] = before.units
    return _Drafts(
        members={key: by_key[key] for key in np.unique(block.distributor_id).tolist()},
        times=times,
        lines=lines,
        distributor_id=block.distributor_id,
        product_id=block.product_id,
        estimated=block.estimated,
        uncertain=block.uncertain,
        units=units,
        kept=kept,
    )


def _kept(block: for_orders.PositionBlock, lines: reckoning.Lines, old: Mapping[int, _Old]) -> dict[int, _OldLine]:
    """Return by row the lines whose quantity a person has set; not where the case is another by now."""
    edited = {
        (distributor_id, product_id): line
        for distributor_id, one in old.items()
        for product_id, line in one.lines.items()
        if line.edited
    }
    if not edited:
        return {}
    keys = zip(block.distributor_id.tolist(), block.product_id.tolist(), strict=True)
    found = ((row, edited[key]) for row, key in enumerate(keys) if key in edited)
    return {row: line for row, line in found if line.units_per_case == int(lines.case[row])}


def _old_drafts(orders: Sequence[Order]) -> dict[int, _Old]:
    lines: dict[int, dict[int, _OldLine]] = defaultdict(dict)
    found = OrderLine.objects.filter(order__in=orders)
    for order_id, product_id, *line in found.values_list("order_id", "product_id", *_OldLine._fields).iterator():
        lines[order_id][product_id] = _OldLine(*line)
    return {order.distributor_id: _Old(order, order.proposed_at, lines[order.pk]) for order in orders}


def _write_orders(work: _Work, drafts: _Drafts, old: Mapping[int, _Old]) -> dict[int, Order]:
    """Write the orders, new ones and those that stood, and return them by distributor."""
    nth = _orders_before(work, [key for key in drafts.members if key not in old])
    fresh = []
    for (key, member), sums in zip(drafts.members.items(), _sums(drafts), strict=True):
        order = old[key].order if key in old else Order(distributor_id=key, week=work.week)
        for name, value in {**_order_fields(work, member, drafts.times[key]), **sums}.items():
            setattr(order, name, value)
        if key not in old:
            order.number = rules.number_of(distributor_code=member.code, week=work.week, nth=nth.get(key, 0) + 1)
            fresh.append(order)
    bulk.create(fresh)
    keys = dict(Order.objects.filter(number__in=[one.number for one in fresh]).values_list("number", "pk"))
    for order in fresh:
        order.pk = keys[order.number]
    stood = [one.order for one in old.values()]
    bulk.update(Order, _REFRESHED, ([*(getattr(order, name) for name in _REFRESHED), order.pk] for order in stood))
    return {order.distributor_id: order for order in [*fresh, *stood]}


def _orders_before(work: _Work, keys: Sequence[int]) -> Counter[int]:
    """Return how many orders each distributor had for this week already: cancelled ones keep their numbers."""
    return Counter(
        Order.objects.filter(distributor_id__in=keys, week=work.week).values_list("distributor_id", flat=True)
    )


def _order_fields(work: _Work, member: loading.Member, plan: OrderPlan) -> dict[str, Any]:
    return {
        "lead_weeks": plan.lead_weeks,
        "review_weeks": plan.review_weeks,
        "order_on": plan.order_on,
        "arrives_on": plan.arrives_on,
        "reading_on": plan.reading_on,
        "truck_pallets": member.truck_pallets,
        "order_limit": member.order_limit,
        "min_order_amount": member.min_order_amount,
        "proposed_at": work.at,
        "changed_at": work.at,
        "rule_version": rules.VERSION,
    }


def _sums(drafts: _Drafts) -> Iterator[dict[str, Any]]:
    """Yield each order's sums, as `rules.totals` gives them, and whether it rests on an estimate."""
    lines, units, count = drafts.lines, drafts.units, len(drafts.members)
    starts = np.searchsorted(lines.segment, np.arange(count))

    def total(values: reckoning.Codes | reckoning.Flags | reckoning.Amounts) -> list[Any]:
        summed: list[Any] = np.add.reduceat(values, starts).tolist()
        return summed

    price = lines.price / 10**reckoning.PRICE_PLACES
    nows, rates = total(lines.sellable * price), total(lines.per_day_now * price / 10**reckoning.RATE_PLACES)
    afters = total(lines.units_at_reading(units) * price)
    rates_after = total(lines.per_day_after * price / 10**reckoning.RATE_PLACES)
    columns = zip(
        total((drafts.estimated).astype(np.int64)),
        total((units > 0).astype(np.int64)),
        total(units // lines.case),
        total(lines.amounts(units)),
        [now / rate if rate else None for now, rate in zip(nows, rates, strict=True)],
        [after / rate if rate else None for after, rate in zip(afters, rates_after, strict=True)],
        total(lines.inside_now().astype(np.int64)),
        total(lines.inside_after(units).astype(np.int64)),
        strict=True,
    )
    for estimated, ordered, cases, fen, now, after, inside_now, inside_after in columns:
        yield {
            "estimated": estimated > 0,
            "lines_ordered": ordered,
            "cases": cases,
            "amount": Decimal(fen).scaleb(-2),
            "days_now": now,
            "days_after": after,
            "inside_now": inside_now,
            "inside_after": inside_after,
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


def _write_lines(work: _Work, drafts: _Drafts, orders: Mapping[int, Order], old: Mapping[int, _Old]) -> None:
    OrderLine.objects.filter(order__in=[one.order for one in old.values()]).delete()
    bulk.insert_frame(OrderLine, _frame(work, drafts, orders))


def _frame(work: _Work, drafts: _Drafts, orders: Mapping[int, Order]) -> pl.DataFrame:
    """Return the lines as columns of their table."""
    lines, units, place = drafts.lines, drafts.units, work.shelf.places(drafts.product_id)
    order_ids = np.array([orders[key].pk for key in drafts.members], dtype=np.int64)
    reasons, edited = [""] * len(lines), np.zeros(len(lines), dtype=np.bool_)
    for row, before in drafts.kept.items():
        reasons[row], edited[row] = before.reason, True
    retires, successors = _endings(work, drafts, place)
    labels = _labels(work, drafts)
    fixed, units_, rates = bulk.fixed, reckoning.UNIT_PLACES, reckoning.RATE_PLACES
    return pl.DataFrame(
        {
            "order_id": order_ids[lines.segment],
            "product_id": drafts.product_id,
            "proposed_units": lines.units,
            "units": units,
            "wanted_units": lines.wanted,
            "edited": edited,
            "units_per_case": lines.case,
            "min_order_cases": lines.minimum,
            "price_per_unit": fixed(lines.price, reckoning.PRICE_PLACES),
            "on_hand_units": lines.on_hand,
            "expiring_units": lines.expiring,
            "uncertain": drafts.uncertain,
            "road_units": lines.road,
            "expected_until_arrival_units": fixed(lines.until_arrival, units_),
            "expected_until_reading_units": fixed(lines.until_reading, units_),
            "missed_units": fixed(lines.missed, units_),
            "fresh_units": _or_null(fixed(lines.fresh, units_), lines.fresh),
            "capped_by": _names(reckoning.BOUNDS, lines.capped),
            "first_fill_cases": _or_null(pl.Series(lines.first_fill), lines.first_fill),
            "cases_per_pallet": _or_null(pl.Series(lines.pallet), lines.pallet),
            "retires_on": retires,
            "successor": successors,
            "per_day_now": fixed(lines.per_day_now, rates),
            "per_day_after": fixed(lines.per_day_after, rates),
            "days_now": pl.Series(lines.days_now()).fill_nan(None),
            "days_after": pl.Series(lines.days_after(units)).fill_nan(None),
            "low_days": lines.low / 10**reckoning.DAY_PLACES,
            "high_days": lines.high / 10**reckoning.DAY_PLACES,
            "bound_by": _names(reckoning.BOUNDS, lines.bound),
            "group": _names(reckoning.GROUPS, lines.group),
            "cause": _names(reckoning.SAID_CAUSES, lines.cause),
            "change": fixed(lines.change, reckoning.CHANGE_PLACES),
            "cause_label_zh": [one.zh for one in labels],
            "cause_label_en": [one.en for one in labels],
            "cause_starts_on": pl.Series([one.starts_on for one in labels], dtype=pl.Date),
            "cause_ends_on": pl.Series([one.ends_on for one in labels], dtype=pl.Date),
            "reason": reasons,
        }
    )


def _names(words: Sequence[StrEnum], codes: reckoning.Codes) -> pl.Series:
    return pl.Series(np.array([word.value for word in words])[codes])


def _or_null(column: pl.Series, codes: reckoning.Codes) -> pl.Series:
    """Return a column with nothing where its code is NONE."""
    frame = pl.DataFrame({"column": column, "known": codes != reckoning.NONE})
    return frame.select(pl.when("known").then("column"))["column"]


def _endings(work: _Work, drafts: _Drafts, place: reckoning.Codes) -> tuple[pl.Series, list[str]]:
    """Return (S,) when each product retires where that is near enough to touch its line, and its successor's code."""
    near = weeks.shift(work.week, 1 + SEEN_WEEKS).toordinal()
    leaves = work.shelf.retires_on[place]
    days: list[date | None] = [None] * place.size
    heirs = [""] * place.size
    for row in np.nonzero(leaves <= near)[0].tolist():
        product = work.shelf.views[int(place[row])]
        days[row], heirs[row] = product.retires_on, product.successor_code
    return pl.Series(days, dtype=pl.Date), heirs


def _labels(work: _Work, drafts: _Drafts) -> list[loading.Label]:
    """Return (S,) what the promotion or festival behind each line is called."""
    names = loading.Labels(week=work.week, at=work.at, distributor_ids=list(drafts.members))
    found = [loading.NO_LABEL] * len(drafts.lines)
    named = [reckoning.SAID_CAUSES.index(cause) for cause in (Cause.PROMOTION, Cause.FESTIVAL)]
    lines = drafts.lines
    for row in np.nonzero(np.isin(lines.cause, named))[0].tolist():
        cause, change = reckoning.SAID_CAUSES[int(lines.cause[row])], int(lines.change[row])
        found[row] = names.of(cause, change > 0, int(drafts.distributor_id[row]), int(drafts.product_id[row]))
    return found


def _differences(work: _Work, drafts: _Drafts, old: Mapping[int, _Old]) -> dict[int, tuple[Difference, ...]]:
    """Return by distributor the lines whose proposal is another than before, and edits whose line is gone."""
    found: dict[int, tuple[Difference, ...]] = dict.fromkeys(drafts.members, ())
    for place, key in enumerate(drafts.members):
        if key in old:
            rows = range(*np.searchsorted(drafts.lines.segment, [place, place + 1]).tolist())
            now = {int(drafts.product_id[row]): row for row in rows}
            found[key] = tuple(_difference(work, drafts, old[key], now))
    return found


def _difference(work: _Work, drafts: _Drafts, old: _Old, now: Mapping[int, int]) -> Iterator[Difference]:
    for product_id in sorted({*old.lines, *now}):
        before, row = old.lines.get(product_id), now.get(product_id)
        was = before.proposed_units if before else 0
        proposed = 0 if row is None else int(drafts.lines.units[row])
        lost = row is None and before is not None and before.edited
        if was != proposed or lost:
            units = 0 if row is None else int(drafts.units[row])
            yield Difference(work.shelf.view(product_id).code, was, proposed, units)


def _keep_former(work: _Work, old: Mapping[int, _Old], differences: Mapping[int, tuple[Difference, ...]]) -> None:
    """Keep what a draft proposed before, for the lines that come out otherwise now, as it was known then."""
    changed = {
        one.order.pk: {line.product for line in differences[key]} for key, one in old.items() if differences[key]
    }
    if not changed:
        return
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in (
        OrderLine.objects.filter(order__in=changed).select_related("product").order_by("order_id", "product_id")
    ):
        if line.product.code in changed[line.order_id]:
            lines[line.order_id].append({"product": line.product.code, **_told(line)})
    FormerProposal.objects.bulk_create(
        FormerProposal(order=one.order, proposed_at=one.proposed_at, replaced_at=work.at, lines=lines[one.order.pk])
        for one in old.values()
        if one.order.pk in changed
    )


def _told(line: OrderLine) -> dict[str, Any]:
    """Return a line's columns as JSON holds them: exact decimals and days as text."""
    columns = (
        one.attname for one in OrderLine._meta.concrete_fields if one.attname not in ("id", "order_id", "product_id")
    )
    values = {name: getattr(line, name) for name in columns}
    return {name: str(one) if isinstance(one, (Decimal, date)) else one for name, one in values.items()}


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
    bulk.create(rows)


def _lapse(work: _Work, keys: Sequence[int]) -> None:
    """Cancel drafts of earlier weeks that nobody offered: this week's proposal stands in their place."""
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
