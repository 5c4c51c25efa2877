"""Reads of this room. `visible` is the scope of everything that belongs to a distributor."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.models import Assignment, Distributor, DistributorUser, OfficeManager

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


def _holds(on: date) -> Q:
    """Return the condition that a period [starts_on, ends_on) holds a day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


@dataclass(frozen=True, slots=True)
class DistributorView:
    """
    A distributor as pages and other rooms need it.

    Attributes:
        order_weekday: 0 is Monday.
        min_order_cases: per product line; 0 is none.
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
    order_weekday: int
    min_order_cases: int
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
    "order_weekday",
    "min_order_cases",
    "starts_on",
    "ends_on",
    "rep_code",
    "rep_name",
)


def distributors(
    actor: Actor, *, at: datetime, codes: Collection[str] | None = None, ours: bool = False
) -> list[DistributorView]:
    """
    Return the distributors in scope by code, each with the rep who serves it that day. One statement.

    Args:
        codes: only these; None for all.
        ours: only those that are ours that day: begun and not ended.
    """
    found = visible(actor, at=at)
    if codes is not None:
        found = found.filter(code__in=codes)
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


def _views(found: QuerySet[Distributor], on: date) -> list[DistributorView]:
    serving = Assignment.objects.filter(_holds(on), distributor=OuterRef("pk")).order_by("-starts_on")
    rows = found.annotate(
        rep_code=Coalesce(Subquery(serving.values("rep__code")[:1]), Value("")),
        rep_name=Coalesce(Subquery(serving.values("rep__user__name")[:1]), Value("")),
    )
    return [DistributorView(*row) for row in rows.values_list(*_COLUMNS)]


def _views_of(rows: Iterable[Distributor], on: date) -> list[DistributorView]:
    """Return rows that are loaded already as they are shown, by code."""
    return _views(Distributor.objects.filter(pk__in=[row.pk for row in rows]).order_by("code"), on)


def _either(zh: str, en: str, language: str) -> str:
    return zh if formats.is_chinese(language) else en or zh
