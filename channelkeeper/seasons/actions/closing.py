"""Closing days set, put right and removed: the factory's and each distributor's."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Role, check
from channelkeeper.network.queries import visible
from channelkeeper.seasons import rules
from channelkeeper.seasons.models import ClosedDays
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Change, Problem, Result, Values

FIELDS = ("starts_on", "last_on", "label_zh", "label_en")
LISTED = 100  # changes that an audit line names
Key = tuple[str, date]  # code of the distributor ("" for the factory), first day


@transaction.atomic
def set_closed_days(
    *, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False, instead_of: int | None = None
) -> Result:
    """
    Bring closing days to what the rows say: all of them, or none where one has a problem.

    A row is known by whose it is and its first day; the same again changes nothing.

    Args:
        rows: distributor (code, blank for the factory), starts_on, last_on, label_zh; label_en may be missing.
        dry_run: only say what would change.
        instead_of: closing days that the only row puts right, its first day too; whose they are stays.

    Raises:
        NotAllowed: the actor may not; an office manager sets those of own distributors only.
        NotFound: no such closing days, or of a distributor out of scope.
    """
    check(by, "seasons.closed_days.set", rules.PERMISSIONS)
    changed = _one(instead_of, by, at) if instead_of is not None else None
    whose = {"distributor": _code(changed)} if changed else {}
    rows = [{**row, "distributor": str(row.get("distributor") or ""), **whose} for row in rows]
    known = _distributors([str(row["distributor"]) for row in rows], by, at)
    kept = {key: one for key, one in _locked(known).items() if one.pk != instead_of}
    problems = tuple(_problems(rows, kept, known, by, is_new=changed is None))
    if problems:
        return Result(problems=problems)
    if changed is not None:
        kept[_code(changed), rows[0]["starts_on"]] = changed  # type: ignore[index]  # a row without one is a problem
    result = _compared(rows, kept)
    if not dry_run and result.changes:
        _save(_by_name(rows), result.changes, kept, known)
        _tell("set", result.changes, _only_distributor(rows), by, at)
    return result


@transaction.atomic
def remove_closed_days(*, closed_id: int, by: Actor, at: datetime) -> None:
    """
    Remove closing days.

    Raises:
        NotAllowed: the actor may not; an office manager removes those of own distributors only.
        NotFound: no such closing days, or of a distributor out of scope.
    """
    check(by, "seasons.closed_days.removed", rules.PERMISSIONS)
    found = _one(closed_id, by, at)
    values = _values(found)
    found.delete()
    change = Change("closed days", _name((_code(found), found.starts_on)), values, {})
    _tell("removed", [change], _code(found), by, at)


def _one(closed_id: int, by: Actor, at: datetime) -> ClosedDays:
    """Return closing days that the actor may change, locked."""
    found = ClosedDays.objects.select_for_update(of=("self",)).select_related("distributor").filter(pk=closed_id)
    one = found.first()
    if one is None or (one.distributor_id and not visible(by, at=at).filter(pk=one.distributor_id).exists()):
        raise NotFound("No such closing days.")
    if by.role is Role.OFFICE_MANAGER and one.distributor_id is None:
        raise NotAllowed("An office manager changes the closing days of own distributors only.")
    return one


def _distributors(codes: Sequence[str], by: Actor, at: datetime) -> dict[str, int]:
    """Return the keys of distributors in scope by code, locked: whoever else sets their days waits."""
    found = visible(by, at=at).filter(code__in=set(codes) - {""}).order_by("pk").select_for_update(of=("self",))
    return dict(found.values_list("code", "pk"))


def _locked(distributors: Mapping[str, int]) -> dict[Key, ClosedDays]:
    """Return what the factory and these distributors have, locked in one order."""
    rows = ClosedDays.objects.select_for_update(of=("self",)).select_related("distributor").order_by("pk")
    found = [*rows.filter(distributor__isnull=True), *rows.filter(distributor_id__in=list(distributors.values()))]
    return {(_code(one), one.starts_on): one for one in found}


def _problems(
    rows: Sequence[Values],
    kept: Mapping[Key, ClosedDays],
    distributors: Mapping[str, int],
    by: Actor,
    *,
    is_new: bool,
) -> Iterator[Problem]:
    seen: set[Key] = set()
    for place, row in enumerate(rows):
        code, starts_on = str(row["distributor"]), row.get("starts_on")
        if code and code not in distributors:
            yield Problem(place, "distributor", "seasons.unknown_distributor", {"value": code})
        if not code and by.role is Role.OFFICE_MANAGER:
            yield Problem(place, "distributor", "seasons.closing_of_factory")
        if not isinstance(starts_on, date):
            yield Problem(place, "starts_on", "seasons.closing_needed")
            continue
        key = code, starts_on
        for column, flaw, figures in rules.closing_flaws(_full(row, kept.get(key)), is_new=is_new and key not in kept):
            yield Problem(place, column, flaw, figures)
        if key in seen:
            yield Problem(place, "starts_on", "seasons.closing_twice", {"value": starts_on})
        if not is_new and key in kept:
            yield Problem(place, "starts_on", "seasons.closing_overlaps", _days(kept[key]))
        seen.add(key)
    yield from _overlaps(rows, kept)


def _full(row: Values, kept: ClosedDays | None) -> Values:
    """Return a row with the last day that is kept where it gives none: the two days are judged together."""
    return row if kept is None or "last_on" in row else {**row, "last_on": kept.ends_on - timedelta(days=1)}


@dataclass(frozen=True)
class _Period:
    """Closing days as a row gives them, or as they are kept (no row)."""

    starts_on: date
    ends_on: date
    row: int | None


def _overlaps(rows: Sequence[Values], kept: Mapping[Key, ClosedDays]) -> Iterator[Problem]:
    """Yield the rows that share a day with others of the same side (SEA-2b)."""
    for periods in _periods(rows, kept).values():
        for later, earlier in rules.overlapping([(one.starts_on, one.ends_on) for one in periods]):
            mine, other = periods[later], periods[earlier]
            if mine.row is None:
                mine, other = other, mine
            if mine.row is not None and mine.starts_on != other.starts_on:
                yield Problem(mine.row, "starts_on", "seasons.closing_overlaps", _days(other))


def _days(one: ClosedDays | _Period) -> dict[str, date]:
    return {"starts_on": one.starts_on, "last_on": one.ends_on - timedelta(days=1)}


def _periods(rows: Sequence[Values], kept: Mapping[Key, ClosedDays]) -> dict[str, list[_Period]]:
    """Return by distributor all that would be kept after; a row stands before what is kept of its first day."""
    found: dict[str, dict[date, _Period]] = defaultdict(dict)
    for key, one in kept.items():
        found[key[0]][one.starts_on] = _Period(one.starts_on, one.ends_on, None)
    for place, row in enumerate(rows):
        code, starts_on, last_on = str(row["distributor"]), row.get("starts_on"), row.get("last_on")
        if isinstance(starts_on, date) and isinstance(last_on, date):
            found[code][starts_on] = _Period(starts_on, last_on + timedelta(days=1), place)
    return {whose: list(periods.values()) for whose, periods in found.items()}


def _compared(rows: Sequence[Values], kept: Mapping[Key, ClosedDays]) -> Result:
    blank: Values = {"starts_on": None, "last_on": None, "label_zh": "", "label_en": ""}
    wanted = {name: _wanted(row) for name, row in _by_name(rows).items()}
    return masters.compare("closed days", {_name(key): _values(one) for key, one in kept.items()}, wanted, blank)


def _by_name(rows: Sequence[Values]) -> dict[str, Values]:
    """Return rows by the name that a change goes by; each has a first day."""
    return {_name((str(row["distributor"]), row["starts_on"])): row for row in rows}  # type: ignore[arg-type]


def _name(key: Key) -> str:
    return f"{key[0]} {key[1].isoformat()}".strip()


def _code(one: ClosedDays) -> str:
    return one.distributor.code if one.distributor else ""


def _values(one: ClosedDays) -> Values:
    last_on = one.ends_on - timedelta(days=1)
    return {"starts_on": one.starts_on, "last_on": last_on, "label_zh": one.label_zh, "label_en": one.label_en}


def _wanted(row: Values) -> Values:
    given: dict[str, Any] = {name: row[name] for name in FIELDS if name in row}
    if given.get("label_en", "") is None:
        given["label_en"] = ""
    return given


def _save(
    rows: Mapping[str, Values],
    changes: Sequence[Change],
    kept: Mapping[Key, ClosedDays],
    distributors: Mapping[str, int],
) -> None:
    named = {_name(key): one for key, one in kept.items()}
    fresh, changed = [], []
    for change in changes:
        one = named.get(change.key)
        if one is None:
            code = str(rows[change.key]["distributor"])
            fresh.append(_filled(ClosedDays(distributor_id=distributors.get(code)), change.after))
        else:
            changed.append(_filled(one, change.after))
    # The same days sent twice at once, as by a button pressed twice, are kept once.
    ClosedDays.objects.bulk_create(fresh, ignore_conflicts=True)
    ClosedDays.objects.bulk_update(changed, ["starts_on", "ends_on", "label_zh", "label_en"])


def _filled(one: ClosedDays, values: Values) -> ClosedDays:
    for name, value in values.items():
        if name == "last_on" and isinstance(value, date):
            one.ends_on = value + timedelta(days=1)
        else:
            setattr(one, name, value)
    return one


def _only_distributor(rows: Sequence[Values]) -> str:
    """Return the code of the distributor that all rows are of; empty where there are several."""
    codes = {str(row["distributor"]) for row in rows}
    return codes.pop() if len(codes) == 1 else ""


def _tell(what: str, changes: Sequence[Change], distributor: str, by: Actor, at: datetime) -> None:
    figures = {"closed_days": [_line(change) for change in changes[:LISTED]]}
    access.record(
        f"seasons.closed_days.{what}",
        by=by,
        at=at,
        subject=("closed days", changes[0].key if len(changes) == 1 else len(changes)),
        distributor_code=distributor,
        figures=figures,
    )


def _line(change: Change) -> dict[str, Any]:
    plain = {
        side: {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in getattr(change, side).items()
        }
        for side in ("before", "after")
    }
    return {"of": change.key, **plain}
