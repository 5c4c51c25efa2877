"""Quantities set by people: a rep's edits of a draft and their undoing, a distributor's changes of an offer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from channelkeeper.access.rules import Actor, check
from channelkeeper.orders import queries, rules
from channelkeeper.orders.actions import locking
from channelkeeper.orders.models import Order, OrderChange, OrderLine


class RefusedLines(rules.WrongQuantity):
    """Quantities that cannot stand: by product's code the refusal of each. Nothing was saved."""

    def __init__(self, refused: Mapping[str, rules.Refusal]) -> None:
        first = next(iter(refused.values()))
        super().__init__(first.code.removeprefix("orders."), **first.figures)
        self.refused = dict(refused)

    def __str__(self) -> str:
        return " ".join(f"{code}: {one}" for code, one in self.refused.items())


@dataclass(frozen=True)
class Edited:
    """Which products' quantities are others now, and which were refused, each with its sentence."""

    changed: tuple[str, ...] = ()
    refused: Mapping[str, rules.Refusal] = field(default_factory=dict)


@dataclass(frozen=True)
class _Wanted:
    """A line, the pieces wanted of it, and why."""

    line: OrderLine
    units: int
    reason: str


@transaction.atomic
def edit_lines(
    *,
    number: str,
    cases: Mapping[str, int],
    by: Actor,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
    whole: bool = True,
) -> Edited:
    """
    Set quantities of a draft; those of one call are one step for undo.

    Args:
        number: of the order.
        cases: by product's code, in whole cases.
        reasons: by product's code; needed where a quantity lifts cover above the band (ORD-4).
        whole: all or nothing; else those that stand are saved, and the others are handed back.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is no draft.
        RefusedLines: with `whole`, a product is not in it, a quantity is impossible or a reason is missing.
    """
    check(by, "orders.line.edited", rules.PERMISSIONS)
    order = locking.locked(number, by=by, at=at)
    locking.take_step(order, "edited", at=at)
    wanted, refused = _wanted(order, cases, reasons or {}, by=by)
    if refused and whole:
        raise RefusedLines(refused)
    changed = [one for one in wanted if one.units != one.line.units or one.reason != one.line.reason]
    if changed:
        order.steps += 1
        _save(order, changed, "edited", by=by, at=at, step=order.steps)
    return Edited(tuple(one.line.product.code for one in changed), refused)


@transaction.atomic
def undo_edit(*, number: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """
    Take the last step of edits back that is not taken back yet, and return its products' codes.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is no draft.
        WrongQuantity: there is nothing to undo.
    """
    check(by, "orders.line.undone", rules.PERMISSIONS)
    order = locking.locked(number, by=by, at=at)
    locking.take_step(order, "undone", at=at)
    story = list(OrderChange.objects.filter(order=order, step__isnull=False).order_by("pk"))
    standing = _standing(story)
    if not standing:
        raise rules.WrongQuantity("nothing_to_undo", number=number)
    last = max(one.step or 0 for one in standing)
    back = {one.product_id: one.before_units or 0 for one in standing if one.step == last}
    left = [one for one in standing if one.step != last]
    lines = {
        line.product_id: line
        for line in OrderLine.objects.filter(order=order, product__in=back).select_related("product")
    }
    restored = [_restored(line, back[key], left) for key, line in lines.items()]
    order.steps += 1
    _save(order, restored, "undone", by=by, at=at, step=order.steps, undoes=last)
    edited = {one.product_id for one in left}
    OrderLine.objects.filter(order=order, product__in=set(back) - edited).update(edited=False)
    return tuple(sorted(line.product.code for line in lines.values()))


@transaction.atomic
def change(
    *,
    number: str,
    cases: Mapping[str, int],
    reason: str,
    by: Actor,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
) -> Edited:
    """
    Answer an offer with other quantities: by the distributor, or by its rep on its word.

    Args:
        cases: by product's code; products left out keep their quantity.
        reason: why; stands with the order and, where a quantity lifts cover above the band, with its line.
        reasons: by product's code, where lines have their own.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such order in scope.
        WrongState: it is neither offered nor changed.
        ReasonMissing: no reason is given.
        RefusedLines: a product is not in it, or a quantity is impossible.
    """
    check(by, "orders.order.changed", rules.PERMISSIONS)
    order = locking.locked(number, by=by, at=at)
    locking.take_step(order, "changed", at=at)
    why = locking.reason_of(reason)
    wanted, refused = _wanted(order, cases, reasons or dict.fromkeys(cases, why), by=by)
    if refused:
        raise RefusedLines(refused)
    changed = [one for one in wanted if one.units != one.line.units]
    _save(order, changed, "changed", by=by, at=at, reason=why)
    return Edited(tuple(one.line.product.code for one in changed))


def _wanted(
    order: Order, cases: Mapping[str, int], reasons: Mapping[str, str], *, by: Actor
) -> tuple[list[_Wanted], dict[str, rules.Refusal]]:
    """Return the lines as wanted, and the refusals by product's code."""
    found = OrderLine.objects.filter(order=order, product__code__in=list(cases)).select_related("product")
    lines = {line.product.code: line for line in found}
    others = _reasons_of_others(order, lines, reasons, by=by)
    wanted, refused = [], {}
    for code, count in cases.items():
        try:
            one = _one(order, lines.get(code), code, count, reasons.get(code))
            _check_own(one, others)
            wanted.append(one)
        except rules.Refusal as refusal:
            refused[code] = refusal
    return wanted, refused


def _reasons_of_others(
    order: Order, lines: Mapping[str, OrderLine], reasons: Mapping[str, str], *, by: Actor
) -> dict[int, str]:
    """Return by product who gave the reason that stands, where it is handed in again by somebody else. One query."""
    again = {
        line.product_id: line.reason
        for code, line in lines.items()
        if line.reason and _plain(reasons.get(code, "")) == line.reason
    }
    if not again:
        return {}
    story = OrderChange.objects.filter(order=order, product__in=again, verb__in=("edited", "changed")).order_by("pk")
    given = {one.product_id: one for one in story if one.product_id and one.reason == again[one.product_id]}
    return {key or 0: one.by_name for key, one in given.items() if not _is_by(one, by)}


def _is_by(change: OrderChange, actor: Actor) -> bool:
    return change.by_id in actor.persons if change.by_id else not actor.persons and change.by_name == actor.name


def _check_own(one: _Wanted, others: Mapping[int, str]) -> None:
    """
    Pass if a quantity that needs a reason has one of its own author.

    Raises:
        ReasonMissing: it takes over what somebody else said of another quantity.
    """
    line, author = one.line, others.get(one.line.product_id)
    stuffing = rules.is_stuffing(queries.basis_of(line), units=one.units, proposed_units=line.proposed_units)
    if author is not None and one.units != line.units and stuffing:
        raise rules.ReasonMissing("reason_of_another", reason=one.reason, author=author)


def _plain(reason: str) -> str:
    return " ".join(reason.split())[: locking.MOST_REASON]


def _one(order: Order, line: OrderLine | None, code: str, cases: int, given: str | None) -> _Wanted:
    if line is None:
        raise rules.WrongQuantity("not_in_order", number=order.number, product=code)
    basis = queries.basis_of(line)
    units = rules.units_of(basis, cases)
    same = units == line.units
    reason = _plain(given if given is not None else line.reason if same else "")
    stuffing = rules.is_stuffing(basis, units=units, proposed_units=line.proposed_units)
    if stuffing and not reason:
        raise _stuffing(line, basis, units)
    return _Wanted(line, units, reason if stuffing or given else "")


def _stuffing(line: OrderLine, basis: rules.Basis, units: int) -> rules.ReasonMissing:
    """Return the refusal of a quantity above the band: how far above, and the most that needs no reason."""
    cover = rules.cover_after(basis, units)
    figures = {
        "cases": units // basis.units_per_case,
        "most_cases": rules.most_cases(basis, proposed_units=line.proposed_units),
    }
    if cover is None:
        return rules.ReasonMissing("stuffing_nothing_sells", **figures)
    return rules.ReasonMissing("stuffing_reason", **figures, days_after=cover, high_days=basis.band.high_days)


def _restored(line: OrderLine, before_units: int, left: list[OrderChange]) -> _Wanted:
    """Return a line as it stood before the step taken back: as edited earlier, else as proposed by now."""
    earlier = [one for one in left if one.product_id == line.product_id]
    return _Wanted(line, before_units, earlier[-1].reason) if earlier else _Wanted(line, line.proposed_units, "")


def _standing(story: list[OrderChange]) -> list[OrderChange]:
    """Return the edits that are not taken back."""
    undone = {one.undoes for one in story if one.undoes is not None}
    return [one for one in story if one.verb == "edited" and one.step not in undone]


def _save(
    order: Order,
    changed: list[_Wanted],
    verb: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    step: int | None = None,
    undoes: int | None = None,
) -> None:
    """Write quantities, sums, story and audit line."""
    rows = []
    for one in changed:
        line = one.line
        rows.append(
            locking.note(
                order,
                verb,
                by=by,
                at=at,
                reason=one.reason or reason,
                product=line.product,
                before_units=line.units,
                after_units=one.units,
                step=step,
                undoes=undoes,
            )
        )
        line.units, line.reason, line.edited = one.units, one.reason, True
        cover = rules.cover_after(queries.basis_of(line), one.units)
        line.days_after = None if cover is None else float(cover)
    OrderLine.objects.bulk_update([one.line for one in changed], ["units", "reason", "edited", "days_after"])
    locking.sum_up(order)
    locking.finish(order, verb, by=by, at=at, reason=reason, rows=rows)
