"""Reads of talks: always for an actor; what a distributor reads leaves out our own notes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings import queries, rules
from channelkeeper.findings.models import Agreement, Finding, Talk, TalkChange
from channelkeeper.findings.rules import Due, Outcome, Side, Topic
from channelkeeper.network.queries import visible


@dataclass(frozen=True)
class Filters:
    """Which talks are asked for; what is empty does not narrow. `due`: only those with something due or overdue."""

    distributor: str = ""
    topic: Topic | None = None
    due: bool = False
    finding: int | None = None


@dataclass(frozen=True)
class AgreementView:
    """Something agreed, with the talk it comes from; `due` as seen today, LATER where it is decided."""

    id: int
    talk_id: int
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    words: str
    whose: Side
    due_on: date
    state: Outcome
    due: Due

    def distributor(self, language: str) -> str:
        """Return the distributor's name; its Chinese one where it has no other."""
        return self.distributor_zh if formats.is_chinese(language) else self.distributor_en or self.distributor_zh

    def record(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "id": self.id,
            "talk": self.talk_id,
            "distributor": self.distributor_code,
            "words": self.words,
            "whose": self.whose.value,
            "due_on": self.due_on.isoformat(),
            "state": self.state.value,
            "due": self.due.value,
        }


@dataclass(frozen=True)
class TalkView:
    """A talk; `note` is empty for the distributor."""

    id: int
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    topic: Topic
    held_on: date
    by_name: str
    note: str
    rests_on_price: bool
    agreements: tuple[AgreementView, ...]
    findings: int

    def distributor(self, language: str) -> str:
        """Return the distributor's name; its Chinese one where it has no other."""
        return self.distributor_zh if formats.is_chinese(language) else self.distributor_en or self.distributor_zh

    def record(self) -> dict[str, Any]:
        """Return the talk for programs."""
        return {
            "id": self.id,
            "distributor": self.distributor_code,
            "topic": self.topic.value,
            "held_on": self.held_on.isoformat(),
            "by": self.by_name,
            "note": self.note,
            "rests_on_price": self.rests_on_price,
            "agreements": [one.record() for one in self.agreements],
        }


@dataclass(frozen=True)
class TalkChangeView:
    """One step in a talk's life; `words` of what it is about, empty for the talk itself."""

    at: datetime
    by_name: str
    verb: str
    words: str
    note: str


@dataclass(frozen=True)
class TalkDetail:
    """A talk with the findings it was about and its history, the newest first."""

    talk: TalkView
    findings: tuple[queries.FindingView, ...]
    changes: tuple[TalkChangeView, ...]


def talk_page(actor: Actor, *, at: datetime, filters: Filters, page: int = 1) -> "Page[TalkView]":
    """Return one page of talks, the newest first. Three queries."""
    return paging.page_of(matching(actor, at=at, filters=filters), page, lambda rows: _views(rows, actor, at))


def matching(actor: Actor, *, at: datetime, filters: Filters) -> QuerySet[Talk]:
    """Return the talks in scope that a filter asks for, the newest first."""
    found = Talk.objects.filter(distributor__in=visible(actor, at=at))
    if filters.distributor:
        found = found.filter(distributor__code=filters.distributor)
    if filters.topic is not None:
        found = found.filter(topic=filters.topic.value)
    if filters.due:
        found = found.filter(pk__in=_due(at).values("talk"))
    if filters.finding is not None:
        found = found.filter(pk__in=Talk.findings.through.objects.filter(finding=filters.finding).values("talk"))
    counted = found.annotate(number=Count("findings"))
    return counted.select_related("distributor").order_by("-held_on", "-pk")


def listed(actor: Actor, *, at: datetime, filters: Filters, limit: int) -> list[TalkView]:
    """Return some talks, the newest first. Two queries."""
    return _views(list(matching(actor, at=at, filters=filters)[:limit]), actor, at)


def one(actor: Actor, talk_id: int, *, at: datetime) -> TalkDetail:
    """
    Return a talk. Four queries.

    Raises:
        NotFound: none in scope.
    """
    found = matching(actor, at=at, filters=Filters()).filter(pk=talk_id).first()
    if found is None:
        raise NotFound(f"No talk {talk_id}.")
    about = Finding.objects.filter(talks=found).select_related("distributor").order_by("-stake", "pk")
    changes = TalkChange.objects.filter(talk=found).select_related("agreement").order_by("-at", "-pk")
    ours = actor.role is not Role.DISTRIBUTOR
    return TalkDetail(
        _views([found], actor, at)[0],
        tuple(queries.shown(finding) for finding in about),
        tuple(
            TalkChangeView(
                line.at,
                line.by_name,
                line.verb,
                line.agreement.words if line.agreement else "",
                line.note if ours else "",
            )
            for line in changes
        ),
    )


def talk_of(actor: Actor, agreement_id: int, *, at: datetime) -> int:
    """
    Return the talk that something was agreed in. One query.

    Raises:
        NotFound: none in scope.
    """
    found = Agreement.objects.filter(pk=agreement_id, talk__distributor__in=visible(actor, at=at))
    talk_id = found.values_list("talk_id", flat=True).first()
    if talk_id is None:
        raise NotFound(f"No agreement {agreement_id}.")
    return talk_id


def due_talks(actor: Actor, *, at: datetime, limit: int | None = None) -> list[AgreementView]:
    """Return what was agreed in scope and is overdue or due this week, the longest overdue first. One query."""
    found = _due(at).filter(talk__distributor__in=visible(actor, at=at))
    rows = found.select_related("talk__distributor").order_by("due_on", "pk")
    today = BUSINESS.day(at)
    return [_agreement(row, row.talk, today) for row in (rows if limit is None else rows[:limit])]


def agreed(actor: Actor, *, at: datetime, limit: int) -> list[AgreementView]:
    """Return what was agreed in scope and is still open, what is due first. One query."""
    found = Agreement.objects.filter(state=Outcome.OPEN.value, talk__distributor__in=visible(actor, at=at))
    rows = found.select_related("talk__distributor").order_by("due_on", "pk")[:limit]
    today = BUSINESS.day(at)
    return [_agreement(row, row.talk, today) for row in rows]


def due_counts(actor: Actor, *, at: datetime) -> tuple[int, int]:
    """Return how many agreements in scope are overdue, and how many are due this week. One query."""
    today = BUSINESS.day(at)
    sums = (
        _due(at)
        .filter(talk__distributor__in=visible(actor, at=at))
        .aggregate(overdue=Count("pk", filter=Q(due_on__lt=today)), every=Count("pk"))
    )
    return sums["overdue"], sums["every"] - sums["overdue"]


def _due(at: datetime) -> QuerySet[Agreement]:
    sunday = weeks.sunday_of(weeks.monday_of(BUSINESS.day(at)))
    return Agreement.objects.filter(state=Outcome.OPEN.value, due_on__lte=sunday)


def _views(rows: Sequence[Talk], actor: Actor, at: datetime) -> list[TalkView]:
    today, agreed = BUSINESS.day(at), defaultdict(list)
    by_key = {row.pk: row for row in rows}
    for one_ in Agreement.objects.filter(talk__in=by_key).order_by("due_on", "pk"):
        agreed[one_.talk_id].append(_agreement(one_, by_key[one_.talk_id], today))
    return [
        TalkView(
            id=row.pk,
            distributor_code=row.distributor.code,
            distributor_zh=row.distributor.name_zh,
            distributor_en=row.distributor.name_en,
            topic=Topic(row.topic),
            held_on=row.held_on,
            by_name=row.by_name,
            note=row.note if actor.role is not Role.DISTRIBUTOR else "",
            rests_on_price=row.rests_on_price,
            agreements=tuple(agreed[row.pk]),
            findings=row.number,  # type: ignore[attr-defined]  # annotated by `matching`
        )
        for row in rows
    ]


def _agreement(row: Agreement, talk: Talk, today: date) -> AgreementView:
    state = Outcome(row.state)
    return AgreementView(
        id=row.pk,
        talk_id=talk.pk,
        distributor_code=talk.distributor.code,
        distributor_zh=talk.distributor.name_zh,
        distributor_en=talk.distributor.name_en,
        words=row.words,
        whose=Side(row.whose),
        due_on=row.due_on,
        state=state,
        due=rules.due(due_on=row.due_on, today=today) if state is Outcome.OPEN else Due.LATER,
    )
