"""Reads of this room. `visible` is the scope of everything that belongs to a distributor."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django.core.paginator import Page
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import rules
from channelkeeper.network.models import Assignment, Distributor, DistributorUser, Office, OfficeManager, Rep

Scope: TypeAlias = QuerySet[Distributor]
ALL = frozenset({Role.HEADQUARTERS, Role.AUDITOR, Role.SERVICE})


def visible(actor: Actor, *, at: datetime) -> QuerySet[Distributor]:
    """
    Return the distributors that the actor may see at that time; none for a role not named here.

    Every read of what belongs to a distributor narrows through this, as in
    `.filter(distributor__in=visible(actor, at=at))`.

    Args:
        actor: who asks; one that stands in sees what the absent person would.
        at: when; a rep sees its distributors only while assigned.
    """
    distributors = Distributor.objects.all()
    if actor.role in ALL:
        return distributors
    person, on = actor.seen_as_id, BUSINESS.day(at)
    if person is None:
        return distributors.none()
    if actor.role is Role.OFFICE_MANAGER:
        offices = OfficeManager.objects.filter(_holds(on), user_id=person).values("office_id")
        return distributors.filter(office_id__in=offices)
    if actor.role is Role.FACTORY_REP:
        served = Assignment.objects.filter(_holds(on), rep__user_id=person).values("distributor_id")
        return distributors.filter(pk__in=served)
    if actor.role is Role.DISTRIBUTOR:
        own = DistributorUser.objects.filter(user_id=person).values("distributor_id")
        return distributors.filter(pk__in=own)
    return distributors.none()


def visible_offices(actor: Actor, *, at: datetime) -> QuerySet[Office]:
    """Return the offices that the actor may see: all, those managed, or the rep's own; none for other roles."""
    offices = Office.objects.all()
    if actor.role in ALL:
        return offices
    person, on = actor.seen_as_id, BUSINESS.day(at)
    if person is None:
        return offices.none()
    if actor.role is Role.OFFICE_MANAGER:
        return offices.filter(pk__in=OfficeManager.objects.filter(_holds(on), user_id=person).values("office_id"))
    if actor.role is Role.FACTORY_REP:
        return offices.filter(pk__in=Rep.objects.filter(user_id=person).values("office_id"))
    return offices.none()


def visible_reps(actor: Actor, *, at: datetime) -> QuerySet[Rep]:
    """Return the reps that the actor may see: all, those of the offices managed, or oneself."""
    reps = Rep.objects.filter(office__in=visible_offices(actor, at=at))
    if actor.role is Role.FACTORY_REP:
        return reps.filter(user_id=actor.seen_as_id or 0)
    return reps


def in_charge_of(actor: Actor, *, at: datetime) -> frozenset[int] | None:
    """
    Return the users that the actor is in charge of: the reps of the offices managed.

    Returns:
        User ids; None for headquarters and the system, who are in charge of all; empty for others.
    """
    if actor.role in (Role.HEADQUARTERS, Role.SERVICE):
        return None
    if actor.role is not Role.OFFICE_MANAGER:
        return frozenset()
    return frozenset(visible_reps(actor, at=at).values_list("user_id", flat=True))


def _holds(on: date) -> Q:
    """Return the condition that a period [starts_on, ends_on) holds a day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


@dataclass(frozen=True, slots=True)
class DistributorView:
    """
    A distributor as pages and other rooms need it.

    Attributes:
        order_weekdays: on which it orders, in order; 0 is Monday.
        min_order_cases: per product line; 0 is none.
        min_order_amount, order_limit: yuan that an order must and may come to; None is none.
        truck_pallets: what a delivery holds; None where nothing caps it.
        starts_on, ends_on: ours in [starts_on, ends_on).
        rep_code, rep_name: who serves it on the day asked for; empty where nobody does.
    """

    id: int
    code: str
    name_zh: str
    name_en: str
    office_code: str
    office_zh: str
    office_en: str
    grade: str
    place_zh: str
    place_en: str
    lead_time_days: int
    order_weekdays: tuple[int, ...]
    min_order_cases: int
    min_order_amount: Decimal | None
    truck_pallets: Decimal | None
    order_limit: Decimal | None
    starts_on: date
    ends_on: date | None
    rep_code: str
    rep_name: str

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return _either(self.name_zh, self.name_en, language)

    def office(self, language: str) -> str:
        """Return the office's name."""
        return _either(self.office_zh, self.office_en, language)

    def place(self, language: str) -> str:
        """Return where it is; may be empty."""
        return _either(self.place_zh, self.place_en, language)


_COLUMNS = (
    "pk",
    "code",
    "name_zh",
    "name_en",
    "office__code",
    "office__name_zh",
    "office__name_en",
    "grade",
    "place_zh",
    "place_en",
    "lead_time_days",
    "order_weekdays",
    "min_order_cases",
    "min_order_amount",
    "truck_pallets",
    "order_limit",
    "starts_on",
    "ends_on",
    "rep_code",
    "rep_name",
)


def narrowed(actor: Actor, *, at: datetime, text: str = "", office: str = "", rep: str = "") -> Scope:
    """
    Return the distributors in scope that a list asks for, to be counted and ranked by the rooms above.

    Args:
        text: searched as in `matching`.
        office: the code of one; empty for all.
        rep: the code of who serves them that day; empty for all.
    """
    found = visible(actor, at=at).filter(matching(text))
    if office:
        found = found.filter(office__code=office)
    if rep:
        served = Assignment.objects.filter(_holds(BUSINESS.day(at)), rep__code=rep)
        found = found.filter(pk__in=served.values("distributor_id"))
    return found


def distributors(
    actor: Actor,
    *,
    at: datetime,
    codes: Collection[str] | None = None,
    ids: Collection[int] | None = None,
    ours: bool = False,
) -> list[DistributorView]:
    """
    Return the distributors in scope by code, each with the rep who serves it that day. One statement.

    Args:
        codes, ids: only these; None for all.
        ours: only those that are ours that day: begun and not ended.
    """
    found = visible(actor, at=at)
    if codes is not None:
        found = found.filter(code__in=codes)
    if ids is not None:
        found = found.filter(pk__in=ids)
    if ours:
        found = found.filter(_holds(BUSINESS.day(at)))
    return _views(found.order_by("code"), BUSINESS.day(at))


def distributor(actor: Actor, code: str, *, at: datetime) -> DistributorView:
    """
    Return one distributor.

    Raises:
        NotFound: none of that code, or out of scope.
    """
    found = distributors(actor, at=at, codes=[code])
    if not found:
        raise NotFound(f"No distributor {code}.")
    return found[0]


def names(actor: Actor, *, at: datetime) -> list[tuple[str, str, str]]:
    """Return (code, Chinese name, English name) of the distributors in scope that have not ended. One statement."""
    on = BUSINESS.day(at)
    ours = visible(actor, at=at).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return list(ours.order_by("code").values_list("code", "name_zh", "name_en"))


def choices(actor: Actor, *, at: datetime, language: str) -> list[tuple[str, str]]:
    """Return code and "name code" of the distributors in scope that are ours that day, to choose from in a form."""
    return [(one.code, f"{one.name(language)} {one.code}") for one in distributors(actor, at=at, ours=True)]


def distributor_page(
    actor: Actor, *, at: datetime, text: str = "", office: str = "", page: int = 1
) -> "Page[DistributorView]":
    """
    Return one page of the distributors in scope, by code.

    Args:
        text: searched as in `matching`.
        office: the code of one; empty for all.
        page: from 1.
    """
    found = visible(actor, at=at).filter(matching(text)).order_by("code")
    if office:
        found = found.filter(office__code=office)
    on = BUSINESS.day(at)
    return paging.page_of(found, page, lambda rows: _views_of(rows, on))


def matching(text: str) -> Q:
    """Return the condition that a distributor's code, name or pinyin initials hold the text."""
    wanted = text.strip()
    if not wanted:
        return Q()
    initials = Q(initials__contains=wanted.upper().replace(" ", ""))
    return initials | Q(name_zh__icontains=wanted) | Q(name_en__icontains=wanted) | Q(code__icontains=wanted)


def search(actor: Actor, text: str, *, at: datetime, limit: int = 8) -> list[DistributorView]:
    """Return the first distributors in scope that match by name, pinyin initials or code; none for an empty text."""
    if not text.strip():
        return []
    found = visible(actor, at=at).filter(matching(text)).order_by("code")[:limit]
    return _views_of(found, BUSINESS.day(at))


@dataclass(frozen=True, slots=True)
class RepOfDay:
    """Who serves a distributor on a day."""

    code: str
    name: str
    user_id: int


def reps_on(distributor_ids: Iterable[int], *, day: date) -> dict[int, RepOfDay]:
    """Return by distributor who serves it on a day; those that nobody serves are left out."""
    rows = Assignment.objects.filter(_holds(day), distributor_id__in=list(distributor_ids))
    columns = rows.values_list("distributor_id", "rep__code", "rep__user__name", "rep__user_id")
    return {distributor_id: RepOfDay(code, name, user_id) for distributor_id, code, name, user_id in columns}


def rep_on(distributor_id: int, *, day: date) -> RepOfDay | None:
    """Return who serves a distributor on a day; None where nobody does."""
    return reps_on([distributor_id], day=day).get(distributor_id)


def offices_of(distributor_ids: Collection[int]) -> QuerySet[Office]:
    """Return the offices of some distributors, to be locked by the rooms above; in one order, so that nobody waits."""
    return Office.objects.filter(
        pk__in=Distributor.objects.filter(pk__in=distributor_ids).values("office_id")
    ).order_by("pk")


@dataclass(frozen=True, slots=True)
class OfficeName:
    """An office by name."""

    code: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in the reader's language."""
        return _either(self.name_zh, self.name_en, language)


def office_names(actor: Actor, *, at: datetime) -> list[OfficeName]:
    """Return the offices in scope by code, without what they have. One statement."""
    rows = visible_offices(actor, at=at).order_by("code").values_list("code", "name_zh", "name_en")
    return [OfficeName(*row) for row in rows]


def rep_names(actor: Actor, *, at: datetime, office: str = "") -> list[tuple[str, str]]:
    """Return code and name of the reps in scope, of one office or of all, by code. One statement."""
    rows = visible_reps(actor, at=at).order_by("code")
    return list((rows.filter(office__code=office) if office else rows).values_list("code", "user__name"))


@dataclass(frozen=True, slots=True)
class Served:
    """Who served a distributor in [starts_on, ends_on)."""

    distributor_code: str
    rep_code: str
    rep_name: str
    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """Return whether a day lies in it."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


def served(actor: Actor, *, at: datetime, since: date, until: date) -> list[Served]:
    """Return who served the distributors in scope from one day to another. One statement."""
    touching = Q(starts_on__lte=until) & (Q(ends_on__isnull=True) | Q(ends_on__gt=since))
    rows = Assignment.objects.filter(touching, distributor__in=visible(actor, at=at)).order_by("starts_on")
    return [
        Served(*row)
        for row in rows.values_list("distributor__code", "rep__code", "rep__user__name", "starts_on", "ends_on")
    ]


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office, who manages it today, and how many it has: reps, distributors that are ours today."""

    code: str
    name_zh: str
    name_en: str
    region_zh: str
    region_en: str
    managers: tuple[str, ...]
    manager_logins: tuple[str, ...]
    reps: int
    distributors: int

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return _either(self.name_zh, self.name_en, language)

    def region(self, language: str) -> str:
        """Return the region's name."""
        return _either(self.region_zh, self.region_en, language)


def offices(actor: Actor, *, at: datetime) -> list[OfficeView]:
    """Return the offices in scope by code. Four statements, however many."""
    on = BUSINESS.day(at)
    rows = list(visible_offices(actor, at=at).select_related("region").order_by("code"))
    keys = [row.pk for row in rows]
    reps = _counts(Rep.objects.filter(office_id__in=keys), "office_id")
    ours = _counts(Distributor.objects.filter(_holds(on), office_id__in=keys), "office_id")
    managers: dict[int, list[tuple[str, str]]] = {}
    held = OfficeManager.objects.filter(_holds(on), office_id__in=keys).order_by("starts_on", "pk")
    for office_id, name, login in held.values_list("office_id", "user__name", "user__login"):
        managers.setdefault(office_id, []).append((name, login))
    return [
        OfficeView(
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            region_zh=row.region.name_zh,
            region_en=row.region.name_en,
            managers=tuple(name for name, _ in managers.get(row.pk, [])),
            manager_logins=tuple(login for _, login in managers.get(row.pk, [])),
            reps=reps.get(row.pk, 0),
            distributors=ours.get(row.pk, 0),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class RepView:
    """A rep, and how many distributors they serve today."""

    code: str
    name: str
    login: str
    office_code: str
    office_zh: str
    office_en: str
    distributors: int

    def office(self, language: str) -> str:
        """Return the office's name."""
        return _either(self.office_zh, self.office_en, language)


def reps(actor: Actor, *, at: datetime) -> list[RepView]:
    """Return the reps in scope by code. Two statements, however many."""
    rows = list(visible_reps(actor, at=at).select_related("user", "office").order_by("code"))
    running = Assignment.objects.filter(_holds(BUSINESS.day(at)), rep_id__in=[row.pk for row in rows])
    served = _counts(running, "rep_id")
    return [
        RepView(
            code=row.code,
            name=row.user.name,
            login=row.user.login,
            office_code=row.office.code,
            office_zh=row.office.name_zh,
            office_en=row.office.name_en,
            distributors=served.get(row.pk, 0),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """A rep serves a distributor in [starts_on, ends_on)."""

    distributor_code: str
    distributor_zh: str
    distributor_en: str
    rep_code: str
    rep_name: str
    starts_on: date
    ends_on: date | None

    def distributor(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return _either(self.distributor_zh, self.distributor_en, language)


def assignment_page(
    actor: Actor, *, at: datetime, text: str = "", past: bool = False, page: int = 1
) -> "Page[AssignmentView]":
    """
    Return one page of the assignments of distributors in scope, by distributor, the latest first.

    Args:
        text: in the code or name of distributor or rep.
        past: whether periods that have ended are shown too.
        page: from 1.
    """
    rows = _assignments(actor, at, past=past)
    wanted = text.strip()
    if wanted:
        by_distributor = Q(distributor__in=Distributor.objects.filter(matching(wanted)))
        rows = rows.filter(by_distributor | Q(rep__code__icontains=wanted) | Q(rep__user__name__icontains=wanted))
    return paging.page_of(rows, page, _assignment_views)


def assignments(actor: Actor, *, at: datetime, distributor_code: str = "") -> list[AssignmentView]:
    """Return all assignments of distributors in scope, or of one of them, past ones too."""
    rows = _assignments(actor, at, past=True)
    return _assignment_views(rows.filter(distributor__code=distributor_code) if distributor_code else rows)


def _assignments(actor: Actor, at: datetime, *, past: bool) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(distributor__in=visible(actor, at=at))
    if not past:
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=BUSINESS.day(at)))
    return rows.select_related("distributor", "rep__user").order_by("distributor__code", "-starts_on")


def _assignment_views(rows: Iterable[Assignment]) -> list[AssignmentView]:
    return [
        AssignmentView(
            distributor_code=row.distributor.code,
            distributor_zh=row.distributor.name_zh,
            distributor_en=row.distributor.name_en,
            rep_code=row.rep.code,
            rep_name=row.rep.user.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        for row in rows
    ]


def first_users(actor: Actor, *, at: datetime) -> dict[str, tuple[str, str]]:
    """Return by distributor in scope the sign-in name and name of the first person who signs in for it."""
    rows = DistributorUser.objects.filter(distributor__in=visible(actor, at=at)).order_by("-pk")
    return {
        code: (login, name) for code, login, name in rows.values_list("distributor__code", "user__login", "user__name")
    }


def _counts(rows: QuerySet[Any], column: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(column).annotate(number=Count("pk")))


def _views(found: QuerySet[Distributor], on: date) -> list[DistributorView]:
    serving = Assignment.objects.filter(_holds(on), distributor=OuterRef("pk")).order_by("-starts_on")
    rows = found.annotate(
        rep_code=Coalesce(Subquery(serving.values("rep__code")[:1]), Value("")),
        rep_name=Coalesce(Subquery(serving.values("rep__user__name")[:1]), Value("")),
    )
    return [_view(row) for row in rows.values_list(*_COLUMNS)]


def _view(row: tuple[Any, ...]) -> DistributorView:
    named = dict(zip(_COLUMNS, row, strict=True))
    named["order_weekdays"] = rules.days_in(named["order_weekdays"])
    return DistributorView(*named.values())


def _views_of(rows: Iterable[Distributor], on: date) -> list[DistributorView]:
    """Return rows that are loaded already as they are shown, by code."""
    return _views(Distributor.objects.filter(pk__in=[row.pk for row in rows]).order_by("code"), on)


def _either(zh: str, en: str, language: str) -> str:
    return zh if formats.is_chinese(language) else en or zh
