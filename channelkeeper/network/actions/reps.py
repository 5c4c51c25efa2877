"""Factory reps: who they are, and their office."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, Role
from channelkeeper.network.actions import _importing
from channelkeeper.network.models import Office, Rep
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Change, Problem, Result, Values

NEEDED = ("name", "login", "office")
BLANK: Values = {"name": "", "login": None, "office": None}


@transaction.atomic
def import_reps(*, rows: Sequence[Values], by: Actor, at: datetime) -> Result:
    """
    Bring reps to what the rows say: all of them, or none where one has a problem.

    A person who is not there yet is made a user; nobody can sign in as them until
    headquarters sets a password.

    Args:
        rows: code, name, login (sign-in name), office (code).

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    _importing.check(by)
    known = {row.code: row for row in Rep.objects.select_for_update(of=("self",)).select_related("user", "office")}
    offices = dict(Office.objects.values_list("code", "pk"))
    problems = tuple(_problems(rows, known, offices))
    if problems:
        return Result(problems=problems)
    wanted = {str(row["code"]): {name: row[name] for name in NEEDED if name in row} for row in rows}
    result = masters.compare("rep", _kept(known), wanted, BLANK)
    _save(known, result.changes, offices, by=by, at=at)
    _importing.record("reps", result, by=by, at=at)
    return result


def _kept(known: Mapping[str, Rep]) -> dict[str, Values]:
    return {
        code: {"name": row.user.name, "login": row.user.login, "office": row.office.code} for code, row in known.items()
    }


def _problems(rows: Sequence[Values], known: Mapping[str, Rep], offices: Mapping[str, int]) -> Iterator[Problem]:
    yield from _importing.own_problems(rows, known.keys(), NEEDED)
    yield from _importing.unknown(rows, "office", offices.keys(), "network.unknown_office")
    owners = {rep.user.login: code for code, rep in known.items()}
    for place, row in enumerate(rows):
        code, login = str(row["code"]), row.get("login")
        if not login:
            continue
        if code in known and known[code].user.login != login:
            figures = {"code": code, "login": known[code].user.login}
            yield Problem(place, "login", "network.rep_changed_person", figures)
        elif owners.setdefault(str(login), code) != code:
            yield Problem(place, "login", "network.rep_is_another", {"value": login, "code": owners[str(login)]})


def _save(
    known: Mapping[str, Rep], changes: Sequence[Change], offices: Mapping[str, int], *, by: Actor, at: datetime
) -> None:
    now = {change.key: {**_kept(known).get(change.key, {}), **change.after} for change in changes}
    people = [access.NewPerson(str(values["login"]), str(values["name"])) for values in now.values()]
    ids = access.ensure_users(people, role=Role.FACTORY_REP, by=by, at=at) if people else {}
    Rep.objects.bulk_create(
        [
            Rep(code=code, user_id=ids[str(values["login"])], office_id=offices[str(values["office"])])
            for code, values in now.items()
            if code not in known
        ]
    )
    moved = [known[code] for code in now if code in known]
    for rep in moved:
        rep.office_id = offices[str(now[rep.code]["office"])]
    Rep.objects.bulk_update(moved, ["office"])
