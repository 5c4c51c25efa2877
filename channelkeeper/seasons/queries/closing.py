"""Closing days as they are listed, and which of the coming weeks have any."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nsmallest

from django.core.paginator import Page
from django.db.models import F, Q, QuerySet

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.seasons.models import ClosedDays

WEEKS_AHEAD = 13  # a quarter
NAMED = 3  # distributors of a week that are named; the others are counted


@dataclass(frozen=True, slots=True)
class ClosedView:
    """Closing days as they are listed; of the factory where no distributor is named."""

    id: int
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    starts_on: date
    ends_on: date
    label_zh: str
    label_en: str

    @property
    def last_on(self) -> date:
        """Return the last day of it."""
        return self.ends_on - timedelta(days=1)

    @property
    def days(self) -> int:
        """Return how many days it lasts."""
        return (self.ends_on - self.starts_on).days

    def label(self, language: str) -> str:
        """Return what it is called in the reader's language; Chinese where there is no other."""
        return self.label_zh if formats.is_chinese(language) else self.label_en or self.label_zh

    def distributor(self, language: str) -> str:
        """Return the distributor's name; empty for the factory."""
        return self.distributor_zh if formats.is_chinese(language) else self.distributor_en or self.distributor_zh


def closed(actor: Actor, *, at: datetime) -> list[ClosedView]:
    """Return all closing days that the actor may see, by first day. One statement."""
    return _views(_visible(actor, at))


def closed_page(actor: Actor, *, at: datetime, text: str = "", past: bool = False, page: int = 1) -> "Page[ClosedView]":
    """
    Return one page of the closing days that the actor may see, by first day.

    Args:
        text: in the label, or the code or name of the distributor; empty for all.
        past: also those that are over.
        page: from 1.
    """
    found = _visible(actor, at)
    if not past:
        found = found.filter(ends_on__gt=BUSINESS.day(at))
    if text.strip():
        found = found.filter(_matching(text.strip()))
    return paging.page_of(found, page, _views)


def closed_one(actor: Actor, closed_id: int, *, at: datetime) -> ClosedView:
    """
    Return closing days by their key.

    Raises:
        NotFound: none, or of a distributor out of scope.
    """
    found = _views(_visible(actor, at).filter(pk=closed_id))
    if not found:
        raise NotFound("No such closing days.")
    return found[0]


def closed_id_of(actor: Actor, *, distributor: str, starts_on: date, at: datetime) -> int:
    """
    Return the key of the closing days that begin on a day.

    Args:
        distributor: the code; empty for the factory.

    Raises:
        NotFound: none of it begin that day, or it is out of scope.
    """
    found = _visible(actor, at).filter(starts_on=starts_on)
    found = found.filter(distributor__code=distributor) if distributor else found.filter(distributor__isnull=True)
    key = found.values_list("pk", flat=True).first()
    if key is None:
        raise NotFound("No such closing days.")
    return key


@dataclass(frozen=True, slots=True)
class ClosedWeek:
    """
    A week with closed days.

    Attributes:
        week: its Monday.
        factory: days on which the factory is closed, in order.
        distributors: how many of those in scope are closed on some of its days.
        named: Chinese and English names of the first of them, by code.
    """

    week: date
    factory: tuple[date, ...]
    distributors: int
    named: tuple[tuple[str, str], ...]

    def names(self, language: str) -> list[str]:
        """Return the names of the first distributors in the reader's language."""
        return [zh if formats.is_chinese(language) else en or zh for zh, en in self.named]


def closed_weeks(actor: Actor, *, at: datetime, count: int = WEEKS_AHEAD) -> list[ClosedWeek]:
    """Return which of the coming weeks, this one first, have closed days. Two statements, however many are closed."""
    first = weeks.monday_of(BUSINESS.day(at))
    until = weeks.shift(first, count)
    found = _visible(actor, at).filter(starts_on__lt=until, ends_on__gt=first).order_by("distributor__code")
    alike: dict[tuple[date, date], list[int | None]] = defaultdict(list)  # a festival closes thousands alike
    rank: dict[int | None, int] = {}
    for whose, starts_on, ends_on in found.values_list("distributor_id", "starts_on", "ends_on"):
        alike[max(starts_on, first), min(ends_on, until)].append(whose)
        rank.setdefault(whose, len(rank))
    factory: dict[date, set[date]] = defaultdict(set)
    closed: dict[date, set[int]] = defaultdict(set)
    for (starts_on, ends_on), owners in alike.items():
        for week in weeks.span(weeks.monday_of(starts_on), weeks.monday_of(ends_on - timedelta(days=1))):
            if None in owners:
                factory[week].update(_days(max(starts_on, week), min(ends_on, weeks.shift(week, 1))))
            closed[week].update(key for key in owners if key is not None)
    chosen = {week: nsmallest(NAMED, owners, key=rank.__getitem__) for week, owners in sorted(closed.items())}
    names = _names(actor, {key for keys in chosen.values() for key in keys}, at)
    return [
        ClosedWeek(week, tuple(sorted(factory[week])), len(closed[week]), tuple(names[key] for key in keys))
        for week, keys in chosen.items()
    ]


def _names(actor: Actor, distributor_ids: Collection[int], at: datetime) -> dict[int, tuple[str, str]]:
    rows = visible(actor, at=at).filter(pk__in=distributor_ids)
    return {key: (zh, en) for key, zh, en in rows.values_list("pk", "name_zh", "name_en")}


def _days(starts_on: date, ends_on: date) -> list[date]:
    return [starts_on + timedelta(days=day) for day in range((ends_on - starts_on).days)]


def _visible(actor: Actor, at: datetime) -> QuerySet[ClosedDays]:
    mine = Q(distributor__isnull=True) | Q(distributor__in=visible(actor, at=at))
    rows = ClosedDays.objects.filter(mine).select_related("distributor")
    return rows.order_by("starts_on", F("distributor__code").asc(nulls_first=True))


def _matching(text: str) -> Q:
    wanted = Q(label_zh__icontains=text) | Q(label_en__icontains=text)
    for column in ("code", "name_zh", "name_en"):
        wanted |= Q(**{f"distributor__{column}__icontains": text})
    return wanted


def _views(rows: Iterable[ClosedDays]) -> list[ClosedView]:
    return [_view(row) for row in rows]


def _view(row: ClosedDays) -> ClosedView:
    one = row.distributor
    code, zh, en = (one.code, one.name_zh, one.name_en) if one else ("", "", "")
    return ClosedView(row.pk, code, zh, en, row.starts_on, row.ends_on, row.label_zh, row.label_en)
