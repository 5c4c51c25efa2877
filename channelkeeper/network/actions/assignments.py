"""Which rep serves which distributor, from when to when."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access import rules as access_rules
from channelkeeper.access.rules import Actor, NotFound, Refusal, Role
from channelkeeper.network import queries, rules
from channelkeeper.network.actions import _importing
from channelkeeper.network.models import Assignment, Distributor, Rep
from channelkeeper.network.rules import Period
from channelkeeper.sheets.masters import Change, Problem, Result, Values


@transaction.atomic
def import_assignments(*, rows: Sequence[Values], by: Actor, at: datetime) -> Result:
    """
    Bring assignments to what the rows say: all of them, or none where one has a problem.

    A row is one period; it is known by its distributor and first day. A period without an end
    is closed by the next one (NET-1).

    Args:
        rows: distributor (code), rep (code), starts_on, ends_on.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    _importing.check(by)
    named = {str(row["distributor"]) for row in rows}
    distributors = _locked({"code__in": named})
    reps = dict(Rep.objects.values_list("code", "pk"))
    problems = tuple(_problems(rows, distributors, reps))
    if problems:
        return Result(problems=problems)
    kept = _kept(distributors)
    wanted, overlaps = _settled(rows, kept)
    if overlaps:
        return Result(problems=tuple(overlaps))
    result = _save(kept, wanted, distributors, reps)
    touched = {change.key for change in result.changes}
    same = sum(_key(row["distributor"], row["starts_on"]) not in touched for row in rows)
    done = Result(result.changes, same)
    _importing.record("assignments", done, by=by, at=at)
    return done


@transaction.atomic
def hand_over(*, distributor_code: str, rep_code: str, starts_on: date, by: Actor, at: datetime) -> Result:
    """
    Give a distributor to a rep from a day on; the rep before ends that day (NET-1).

    Raises:
        NotAllowed: the actor is neither headquarters nor manager.
        NotFound: no such distributor in the actor's scope, or no such rep.
        Refusal: the rep is of an office that the manager does not manage.
    """
    access_rules.check(by, "network.assignment.handed_over", rules.PERMISSIONS)
    if not queries.visible(by, at=at).filter(code=distributor_code).exists():
        raise NotFound(f"No distributor {distributor_code}.")
    rep = Rep.objects.select_related("office").filter(code=rep_code).first()
    if rep is None:
        raise NotFound(f"No rep {rep_code}.")
    if by.role is Role.OFFICE_MANAGER and not queries.visible_offices(by, at=at).filter(pk=rep.office_id).exists():
        raise Refusal("network.rep_outside_office")
    distributors = _locked({"code": distributor_code})
    kept = _kept(distributors)
    periods = {period.starts_on: period for period in kept.get(distributor_code, {}).values()}
    following = min((day for day in periods if day > starts_on), default=None)
    periods[starts_on] = Period(starts_on, following, rep_code)
    settled = {distributor_code: {period.starts_on: period for period in rules.settle(_open(periods, starts_on))}}
    result = _save(kept, settled, distributors, {rep_code: rep.pk})
    if result.changes:
        figures = {"rep": rep_code, "starts_on": starts_on.isoformat()}
        verb, subject = "network.assignment.handed_over", ("distributor", distributor_code)
        access.record(verb, by=by, at=at, subject=subject, distributor_code=distributor_code, figures=figures)
    return result


def _open(periods: Mapping[date, Period], starts_on: date) -> Iterator[Period]:
    """Yield the periods, the one that the hand-over ends without an end of its own."""
    for first_day, period in periods.items():
        runs_then = first_day < starts_on and (period.ends_on is None or period.ends_on > starts_on)
        yield Period(first_day, None, period.rep) if runs_then else period


Periods = dict[str, dict[date, Period]]  # by distributor and first day


def _locked(which: Mapping[str, object]) -> dict[str, int]:
    """Lock the distributors, in one order: two hand-overs of one distributor follow each other."""
    rows = Distributor.objects.select_for_update().filter(**which).order_by("pk")
    return dict(rows.values_list("code", "pk"))


def _kept(distributors: Mapping[str, int]) -> Periods:
    kept: Periods = {}
    rows = Assignment.objects.filter(distributor_id__in=distributors.values()).order_by("starts_on")
    for code, rep, starts_on, ends_on in rows.values_list("distributor__code", "rep__code", "starts_on", "ends_on"):
        kept.setdefault(code, {})[starts_on] = Period(starts_on, ends_on, rep)
    return kept


def _problems(rows: Sequence[Values], distributors: Mapping[str, int], reps: Mapping[str, int]) -> Iterator[Problem]:
    yield from _importing.unknown(rows, "distributor", distributors.keys(), "network.unknown_distributor")
    yield from _importing.unknown(rows, "rep", reps.keys(), "network.unknown_rep")
    seen = set()
    for place, row in enumerate(rows):
        key = row["distributor"], row["starts_on"]
        if key in seen:
            yield Problem(place, "starts_on", "network.assignment_twice", {"starts_on": str(row["starts_on"])})
        seen.add(key)


@dataclass(frozen=True)
class _Asked:
    """A row as a period, and its place in the file."""

    place: int
    period: Period


def _settled(rows: Sequence[Values], kept: Periods) -> tuple[Periods, list[Problem]]:
    """Return each distributor's periods with the rows in them, and the rows that do not fit."""
    asked: dict[str, list[_Asked]] = {}
    for place, row in enumerate(rows):
        asked.setdefault(str(row["distributor"]), []).append(_Asked(place, _period(row)))
    wanted: Periods = {}
    problems = []
    for code, of_distributor in asked.items():
        periods = {**kept.get(code, {}), **{one.period.starts_on: one.period for one in of_distributor}}
        try:
            wanted[code] = {period.starts_on: period for period in rules.settle(periods.values())}
        except Refusal as refusal:
            problems.append(Problem(of_distributor[0].place, "starts_on", refusal.code, refusal.figures))
    return wanted, problems


def _period(row: Values) -> Period:
    starts_on, ends_on = row["starts_on"], row.get("ends_on")
    if not isinstance(starts_on, date):
        raise TypeError("An assignment starts on a date.")
    return Period(starts_on, ends_on if isinstance(ends_on, date) else None, str(row["rep"]))


def _save(kept: Periods, wanted: Periods, distributors: Mapping[str, int], reps: Mapping[str, int]) -> Result:
    """Keep the periods that differ; take out the old ones first: one must be closed before the next one opens."""
    moved = [
        (code, kept.get(code, {}).get(starts_on), period)
        for code, periods in wanted.items()
        for starts_on, period in periods.items()
        if kept.get(code, {}).get(starts_on) != period
    ]
    _delete({(distributors[code], before.starts_on) for code, before, _ in moved if before is not None})
    missing = {period.rep for _, _, period in moved} - reps.keys()
    ids = {**reps, **dict(Rep.objects.filter(code__in=missing).values_list("code", "pk"))}
    Assignment.objects.bulk_create([_row(distributors[code], ids[after.rep], after) for code, _, after in moved])
    return Result(tuple(_change(code, before, after) for code, before, after in moved))


def _row(distributor_id: int, rep_id: int, period: Period) -> Assignment:
    return Assignment(distributor_id=distributor_id, rep_id=rep_id, starts_on=period.starts_on, ends_on=period.ends_on)


def _delete(old: Collection[tuple[int, date]]) -> None:
    rows = Assignment.objects.filter(distributor_id__in={distributor_id for distributor_id, _ in old})
    keys = rows.values_list("pk", "distributor_id", "starts_on")
    gone = [pk for pk, distributor_id, starts_on in keys if (distributor_id, starts_on) in old]
    Assignment.objects.filter(pk__in=gone).delete()


def _key(code: object, starts_on: object) -> str:
    return f"{code} {starts_on}"


def _change(code: str, before: Period | None, after: Period) -> Change:
    shown: Values = {"rep": after.rep, "starts_on": after.starts_on, "ends_on": after.ends_on}
    if before is None:
        return Change("assignment", _key(code, after.starts_on), {}, shown)
    old: Values = {"rep": before.rep, "ends_on": before.ends_on}
    moved = {name: shown[name] for name in old if old[name] != shown[name]}
    return Change("assignment", _key(code, after.starts_on), {name: old[name] for name in moved}, moved)
