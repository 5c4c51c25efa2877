"""Offices, their regions, and who manages them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.actions import _importing
from channelkeeper.network.models import Office, OfficeManager, Region
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Change, Result, Values

NEEDED = ("name_zh", "region")
BLANK: Values = {"name_zh": "", "name_en": "", "region": None, "manager": None}


@transaction.atomic
def import_offices(*, rows: Sequence[Values], by: Actor, at: datetime) -> Result:
    """
    Bring offices to what the rows say: all of them, or none where one has a problem.

    Regions that are named and not there are made. A manager who is not there yet is made a
    user, and holds the office from today; the one before ends today.

    Args:
        rows: code, name_zh, name_en, region, region_en, manager (sign-in name), manager_name.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    _importing.check(by)
    on = BUSINESS.day(at)
    known = {row.code: row for row in Office.objects.select_for_update(of=("self",)).select_related("region")}
    problems = tuple(_importing.own_problems(rows, known.keys(), NEEDED))
    if problems:
        return Result(problems=problems)
    managers = _managers(on)
    result = masters.compare("office", _kept(known, managers), _wanted(rows, managers), BLANK)
    regions = tuple(_region_changes(rows))
    _save(rows, known, result.changes, by=by, at=at)
    done = Result((*regions, *result.changes), result.same)
    _importing.record("offices", done, by=by, at=at)
    return done


def _managers(on: date) -> dict[str, list[str]]:
    """Return who manages each office today, by the office's code, the longest in charge first."""
    running = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    found = OfficeManager.objects.filter(running, starts_on__lte=on).order_by("starts_on", "pk")
    managers: dict[str, list[str]] = {}
    for code, login in found.values_list("office__code", "user__login"):
        managers.setdefault(code, []).append(login)
    return managers


def _kept(known: Mapping[str, Office], managers: Mapping[str, list[str]]) -> dict[str, Values]:
    return {
        code: {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "region": row.region.name_zh,
            "manager": next(iter(managers.get(code, [])), None),
        }
        for code, row in known.items()
    }


def _wanted(rows: Sequence[Values], managers: Mapping[str, list[str]]) -> dict[str, Values]:
    names = {row.code: row.name_zh for row in Region.objects.all()}
    wanted: dict[str, Values] = {}
    for row in rows:
        values = _importing.text_fields(row, ("name_zh", "name_en"))
        if "region" in row:
            values["region"] = names.get(str(row["region"]), row["region"])
        if "manager" in row:
            current = managers.get(str(row["code"]), [])
            # Of several managers any one that the file names is a sign that nothing changed.
            values["manager"] = current[0] if row["manager"] in current else row["manager"]
        wanted[str(row["code"])] = values  # type: ignore[assignment]
    return wanted


def _region_changes(rows: Sequence[Values]) -> Iterator[Change]:
    known = {word for row in Region.objects.all() for word in (row.code, row.name_zh)}
    english = {str(row["region"]): str(row["region_en"]) for row in rows if row.get("region") and row.get("region_en")}
    for word in dict.fromkeys(str(row["region"]) for row in rows if row.get("region")):
        if word not in known:
            yield Change("region", word, {}, {"name_zh": word, "name_en": english.get(word, "")})


def _save(
    rows: Sequence[Values], known: Mapping[str, Office], changes: Sequence[Change], *, by: Actor, at: datetime
) -> None:
    Region.objects.bulk_create([Region(code=new.key[:40], **new.after) for new in _region_changes(rows)])
    regions = {word: row for row in Region.objects.all() for word in (row.name_zh, row.code)}
    touched = {change.key: known.get(change.key) or Office(code=change.key) for change in changes}
    for change in changes:
        office = touched[change.key]
        for name, value in change.after.items():
            if name == "region":
                office.region = regions[str(value)]
            elif name != "manager":
                setattr(office, name, value)
    Office.objects.bulk_create([office for code, office in touched.items() if code not in known])
    changed = [office for code, office in touched.items() if code in known]
    Office.objects.bulk_update(changed, ["name_zh", "name_en", "region"])
    _save_managers(rows, changes, by=by, at=at)


def _save_managers(rows: Sequence[Values], changes: Sequence[Change], *, by: Actor, at: datetime) -> None:
    names = {str(row["manager"]): str(row.get("manager_name") or row["manager"]) for row in rows if row.get("manager")}
    people = [access.NewPerson(login, name) for login, name in names.items()]
    ids = access.ensure_users(people, role=Role.OFFICE_MANAGER, by=by, at=at) if people else {}
    on = BUSINESS.day(at)
    moved = {change.key: change.after["manager"] for change in changes if "manager" in change.after}
    running = OfficeManager.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), office__code__in=moved)
    running.filter(starts_on__gte=on).delete()  # begun today, and already another's
    running.update(ends_on=on)
    offices = dict(Office.objects.filter(code__in=moved).values_list("code", "pk"))
    OfficeManager.objects.bulk_create(
        [
            OfficeManager(office_id=offices[code], user_id=ids[str(login)], starts_on=on)
            for code, login in moved.items()
            if login
        ]
    )
