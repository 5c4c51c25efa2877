"""Quantities of one or more orders that come back from outside: an edited file, or a program's list."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.orders import rules
from channelkeeper.orders.actions import edits, locking
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.orders.rules import State
from channelkeeper.sheets.masters import Change, Problem, Result, Values


@dataclass(frozen=True)
class _Asked:
    """A row that wants a line otherwise; `was` is what its writer saw, None where nobody says."""

    place: int
    product: str
    cases: int
    was: int | None
    reason: str


@dataclass(frozen=True)
class _Now:
    """A line as it stands: cases, and why."""

    cases: int
    reason: str


@transaction.atomic
def set_lines(*, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False) -> Result:
    """
    Set quantities of orders, all or none: edits of a draft, answers to what is on offer.

    A row that asks for what its writer saw is left alone, whatever stands now; one that asks for something else of a
    line that was changed since is a problem. A reason is the writer's own: the one that stands is not taken for it.

    Args:
        rows: order, product, cases; was, the cases that the writer saw; reason.
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor may not.
    """
    check(by, "orders.order.changed", rules.PERMISSIONS)
    changes: list[Change] = []
    problems = list(_doubled(rows))
    for number in sorted({str(row["order"]) for row in rows}):
        asked = [_asked(place, row) for place, row in enumerate(rows) if str(row["order"]) == number]
        done, wrong = _order(number, asked, by=by, at=at)
        changes += done
        problems += wrong
    problems.sort(key=lambda one: one.row)
    if problems or dry_run:
        transaction.set_rollback(True)
    if problems:
        return Result(problems=tuple(problems))
    return Result(tuple(changes), same=len(rows) - len(changes))


def _asked(place: int, row: Values) -> _Asked:
    was = row.get("was")
    return _Asked(
        place,
        str(row["product"]),
        int(str(row["cases"])),
        None if was is None else int(str(was)),
        " ".join(str(row.get("reason") or "").split()),
    )


def _doubled(rows: Sequence[Values]) -> Iterator[Problem]:
    held = Counter((str(row["order"]), str(row["product"])) for row in rows)
    for place, row in enumerate(rows):
        if held[str(row["order"]), str(row["product"])] > 1:
            yield Problem(place, "product", "orders.line_twice", {"product": row["product"]})


def _order(number: str, asked: Sequence[_Asked], *, by: Actor, at: datetime) -> tuple[list[Change], list[Problem]]:
    """Set the lines of one order; return what changes, and what stands against it."""
    try:
        order = locking.locked(number, by=by, at=at)
    except NotFound:
        return [], [Problem(one.place, "order", "orders.no_such_order", {"number": number}) for one in asked[:1]]
    now = _standing(order, asked)
    wanted = {one.product: one for one in asked if one.product not in now or _is_touched(one, now[one.product])}
    problems = [problem for one in wanted.values() if (problem := _stale(one, now.get(one.product))) is not None]
    if problems or not wanted:
        return [], problems
    problems = list(_set(order, wanted, now, by=by, at=at))
    return [_change(number, one, now[one.product]) for one in wanted.values() if not problems], problems


def _standing(order: Order, asked: Sequence[_Asked]) -> dict[str, _Now]:
    found = OrderLine.objects.filter(order=order, product__code__in=[one.product for one in asked])
    values = found.values_list("product__code", "units", "units_per_case", "reason")
    return {code: _Now(units // per_case, reason) for code, units, per_case, reason in values}


def _is_touched(one: _Asked, now: _Now) -> bool:
    """Return whether a row asks for something else than its writer saw, and than stands."""
    if one.cases == now.cases:
        return bool(one.reason) and one.reason != now.reason
    return one.was is None or one.cases != one.was or bool(one.reason)


def _stale(one: _Asked, now: _Now | None) -> Problem | None:
    if now is None or one.was is None or one.was == now.cases or one.cases == now.cases:
        return None
    return Problem(
        one.place, "cases", "orders.line_changed_since", {"was": one.was, "now": now.cases, "asked": one.cases}
    )


def _set(
    order: Order, wanted: Mapping[str, _Asked], now: Mapping[str, _Now], *, by: Actor, at: datetime
) -> Iterator[Problem]:
    """Edit a draft or answer an offer; yield what is refused, on the cell that mends it."""
    cases = {code: one.cases for code, one in wanted.items()}
    reasons = {code: one.reason for code, one in wanted.items()}
    first = next(iter(wanted.values()))
    try:
        if order.state == State.PROPOSED:
            refused = edits.edit_lines(
                number=order.number, cases=cases, reasons=reasons, by=by, at=at, whole=False
            ).refused
        else:
            refused = _answer(order, cases, reasons, now, by=by, at=at)
    except edits.RefusedLines as lines:
        refused = lines.refused
    except rules.Refusal as refusal:
        yield Problem(first.place, "order", refusal.code, refusal.figures)
        return
    for code, one in refused.items():
        yield Problem(wanted[code].place, _column(one), one.code, one.figures)


def _answer(
    order: Order,
    cases: Mapping[str, int],
    reasons: Mapping[str, str],
    now: Mapping[str, _Now],
    *,
    by: Actor,
    at: datetime,
) -> Mapping[str, rules.Refusal]:
    """Answer an offer; each line that is changed says why itself."""
    silent = {
        code: rules.ReasonMissing("reason_missing")
        for code, one in now.items()
        if code in cases and one.cases != cases[code] and not reasons[code]
    }
    if silent:
        return silent
    told = "；".join(dict.fromkeys(reason for reason in reasons.values() if reason))
    edits.change(number=order.number, cases=cases, reason=told, reasons=reasons, by=by, at=at)
    return {}


def _column(refusal: rules.Refusal) -> str:
    if isinstance(refusal, rules.ReasonMissing):
        return "reason"
    return "product" if refusal.code == "orders.not_in_order" else "cases"


def _change(number: str, one: _Asked, now: _Now) -> Change:
    before: Values = {"cases": now.cases, "reason": now.reason}
    return Change("order_line", f"{number} {one.product}", before, {"cases": one.cases, "reason": one.reason})
