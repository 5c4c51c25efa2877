"""Distributors: who they are, their terms, and who signs in for them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access import rules as access_rules
from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.core import pinyin
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries, rules
from channelkeeper.network.actions import _importing
from channelkeeper.network.models import Distributor, DistributorUser, Office
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Change, Problem, Result, Values

NEEDED = ("name_zh", "office")
TEXTS = ("name_zh", "name_en", "place_zh", "place_en")
SUMS = ("min_order_amount", "truck_pallets", "order_limit")  # blank: none
TERMS = ("grade", "lead_time_days", "order_weekdays", "min_order_cases", *SUMS)
FIELDS = (*TEXTS, "office", *TERMS, "starts_on", "ends_on")
DEFAULTS: Values = {"grade": "B", "lead_time_days": 7, "order_weekdays": rules.mask_of([1]), "min_order_cases": 0}


@transaction.atomic
def import_distributors(*, rows: Sequence[Values], by: Actor, at: datetime) -> Result:
    """
    Bring distributors to what the rows say: all of them, or none where one has a problem.

    Args:
        rows: code, name_zh, name_en, office (code), grade, place_zh, place_en, lead_time_days,
            order_weekdays (周二、周五, or Tue, Fri, or (1, 4)), min_order_cases, min_order_amount, truck_pallets,
            order_limit, starts_on, ends_on, and login and contact: a person of the distributor who is
            to sign in for it. A blank term is the usual one; a new distributor without a first day
            starts today. A login is added, never taken away.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    _importing.check(by)
    known = {row.code: row for row in Distributor.objects.select_for_update(of=("self",)).select_related("office")}
    offices = dict(Office.objects.values_list("code", "pk"))
    problems = tuple(_problems(rows, known, offices))
    if problems:
        return Result(problems=problems)
    blank: Values = {**dict.fromkeys(FIELDS), **dict.fromkeys(TEXTS, ""), **DEFAULTS, "starts_on": BUSINESS.day(at)}
    wanted = {str(row["code"]): _wanted(row, blank) for row in rows}
    result = masters.compare("distributor", {code: _kept(row) for code, row in known.items()}, wanted, blank)
    _save(known, result.changes, offices)
    seats = _seat(rows, by=by, at=at)
    done = Result((*result.changes, *seats), result.same)
    _importing.record("distributors", done, by=by, at=at)
    return done


@transaction.atomic
def change_terms(*, code: str, terms: Mapping[str, Any], by: Actor, at: datetime) -> Result:
    """
    Change a distributor's grade, lead time, order days, minimum order, truck and limit.

    Args:
        terms: `grade`, `lead_time_days`, `order_weekdays` (0 is Monday), `min_order_cases`, and `min_order_amount`,
            `truck_pallets`, `order_limit` (None for none); those left out stay.

    Raises:
        NotAllowed: the actor is neither headquarters nor manager.
        NotFound: no such distributor in the actor's scope.
    """
    access_rules.check(by, "network.distributor.changed", rules.PERMISSIONS)
    found = queries.visible(by, at=at).filter(code=code).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound(f"No distributor {code}.")
    problems = tuple(Problem(0, column, flaw, figures) for column, flaw, figures in rules.terms_flaws(terms))
    if problems:
        return Result(problems=problems)
    wanted = {name: terms[name] for name in TERMS if name in terms}
    if "order_weekdays" in wanted:
        wanted["order_weekdays"] = _mask(wanted["order_weekdays"])
    before = {name: getattr(found, name) for name in TERMS}
    result = masters.compare("distributor", {code: before}, {code: wanted}, {})
    for change in result.changes:
        Distributor.objects.filter(pk=found.pk).update(**change.after)
        figures = {name: [_told(name, change.before[name]), _told(name, value)] for name, value in change.after.items()}
        verb, subject = "network.distributor.changed", ("distributor", code)
        access.record(verb, by=by, at=at, subject=subject, distributor_code=code, figures=figures)
    return result


def _told(name: str, value: Any) -> Any:
    """Return a term as the audit book tells it."""
    if name == "order_weekdays":
        return list(rules.days_in(value))
    return f"{value:f}" if isinstance(value, Decimal) else value


def _problems(
    rows: Sequence[Values], known: Mapping[str, Distributor], offices: Mapping[str, int]
) -> Iterator[Problem]:
    yield from _importing.own_problems(rows, known.keys(), NEEDED)
    yield from _importing.unknown(rows, "office", offices.keys(), "network.unknown_office")


def _kept(row: Distributor) -> Values:
    return {
        **{name: getattr(row, name) for name in (*TEXTS, *TERMS, "starts_on", "ends_on")},
        "office": row.office.code,
    }


def _wanted(row: Values, blank: Values) -> Values:
    """Return a row's fields as they are to be kept: a blank is what a new record would have."""
    values = {name: row[name] for name in FIELDS if name in row}
    free = ("ends_on", *SUMS)
    filled = {name: blank[name] if value is None and name not in free else value for name, value in values.items()}
    if values.get("order_weekdays") is not None:
        filled["order_weekdays"] = _mask(values["order_weekdays"])
    if row.get("starts_on") is None:
        filled.pop("starts_on", None)  # blank: stays, and is today for a new one
    return filled


def _mask(days: object) -> int:
    return rules.mask_of(rules.weekdays_of(days) or ())


def _save(known: Mapping[str, Distributor], changes: Sequence[Change], offices: Mapping[str, int]) -> None:
    touched = {change.key: known.get(change.key) or Distributor(code=change.key) for change in changes}
    for change in changes:
        distributor = touched[change.key]
        for name, value in change.after.items():
            if name == "office":
                distributor.office_id = offices[str(value)]
            else:
                setattr(distributor, name, value)
        distributor.initials = pinyin.initials(distributor.name_zh)[:120]
    Distributor.objects.bulk_create([row for code, row in touched.items() if code not in known])
    Distributor.objects.bulk_update([row for code, row in touched.items() if code in known], [*FIELDS, "initials"])


def _seat(rows: Sequence[Values], *, by: Actor, at: datetime) -> list[Change]:
    """Let the people named sign in for their distributor; return those who are new there."""
    named = {str(row["code"]): str(row["login"]) for row in rows if row.get("login")}
    if not named:
        return []
    names = {str(row["login"]): str(row.get("contact") or row["login"]) for row in rows if row.get("login")}
    people = [access.NewPerson(login, name) for login, name in names.items()]
    ids = access.ensure_users(people, role=Role.DISTRIBUTOR, by=by, at=at)
    distributors = dict(Distributor.objects.filter(code__in=named).values_list("code", "pk"))
    seated = set(
        DistributorUser.objects.filter(distributor__code__in=named).values_list("distributor__code", "user__login")
    )
    fresh = [(code, login) for code, login in named.items() if (code, login) not in seated]
    DistributorUser.objects.bulk_create(
        [DistributorUser(distributor_id=distributors[code], user_id=ids[login]) for code, login in fresh]
    )
    return [Change("distributor_user", f"{code} {login}", {}, {"login": login}) for code, login in fresh]
