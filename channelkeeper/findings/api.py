"""The findings for programs."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Actor, Role
from channelkeeper.findings import actions, queries
from channelkeeper.findings.rules import LIVE, SEEN_BY, Certainty, Severity, State

router = Router(tags=["findings"])
PAGE_LIMIT = 500


class FindingOut(Schema):
    """A finding; `stake` is yuan as text."""

    id: int
    kind: str
    rule: str
    rule_version: int
    distributor: str
    subject: str
    first_week: str
    week: str
    severity: str
    certainty: Certainty
    state: State
    disputed: bool
    rests_on_price: bool
    stake: str
    currency: str = "CNY"
    message_zh: str
    message_en: str
    figures: dict[str, Any]
    evidence: list[list[str | int]]


class ChangeOut(Schema):
    """One step of a finding's life."""

    at: datetime
    by: str
    before: str
    after: str
    reason: str


class DetailOut(Schema):
    """A finding with its history, newest first."""

    finding: FindingOut
    changes: list[ChangeOut]


class ListOut(Schema):
    """One page of findings, what is most at stake first."""

    count: int
    findings: list[FindingOut]


class ListIn(Schema):
    """What the list is narrowed to."""

    state: State | None = None
    kind: str = ""
    distributor: str = ""
    severity: int | None = Field(None, ge=0, le=3)
    disputed: bool = False
    offset: int = Field(0, ge=0)
    limit: int = Field(100, ge=1, le=PAGE_LIMIT)


class StepIn(Schema):
    """A step by a person; dismissing and resolving need a reason."""

    state: State
    reason: str = ""


class WordsIn(Schema):
    """What is disputed, or what came of it, in words."""

    words: str


def detail_out(detail: queries.FindingDetail) -> DetailOut:
    """Return a finding with its history as the API hands it out."""
    return DetailOut.model_validate(detail.record())


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _filters(asked: ListIn) -> queries.Filters:
    return queries.Filters(
        states=LIVE if asked.state is None else frozenset({asked.state}),
        kind=asked.kind,
        distributor=asked.distributor,
        severity=None if asked.severity is None else Severity(asked.severity),
        disputed=asked.disputed,
    )


@router.get("", response=ListOut, summary="Findings in scope")
@doors.endpoint(SEEN_BY)
def list_findings(request: HttpRequest, asked: Query[ListIn]) -> ListOut:
    """Return findings in scope, live ones unless a state is asked for."""
    found = queries.matching(_actor(request), at=doors.at(request), filters=_filters(asked))
    rows = found[asked.offset : asked.offset + asked.limit]
    return ListOut(
        count=found.count(), findings=[FindingOut.model_validate(queries.shown(finding).record()) for finding in rows]
    )


@router.get("/{finding_id}", response=DetailOut, summary="One finding with its history")
@doors.endpoint(SEEN_BY)
def get_finding(request: HttpRequest, finding_id: int) -> DetailOut:
    """Return a finding; 404 where it is out of scope."""
    return detail_out(queries.one(_actor(request), finding_id, at=doors.at(request)))


@router.post("/{finding_id}/state", response=DetailOut, summary="Take a finding one step on")
@doors.endpoint(STAFF)
def step_finding(request: HttpRequest, finding_id: int, step: StepIn) -> DetailOut:
    """Take a finding into talks, resolve, dismiss or reopen it; 422 where its state does not allow it."""
    actor, at = _actor(request), doors.at(request)
    actions.step(finding_id=finding_id, to=step.state, by=actor, at=at, reason=step.reason)
    return detail_out(queries.one(actor, finding_id, at=at))


@router.post("/{finding_id}/dispute", response=DetailOut, summary="Dispute one's own finding")
@doors.endpoint({Role.DISTRIBUTOR})
def dispute_finding(request: HttpRequest, finding_id: int, words: WordsIn) -> DetailOut:
    """Flag the distributor's own finding as disputed."""
    actor, at = _actor(request), doors.at(request)
    actions.dispute(finding_id=finding_id, by=actor, at=at, words=words.words)
    return detail_out(queries.one(actor, finding_id, at=at))


@router.post("/{finding_id}/dispute/settle", response=DetailOut, summary="Say what came of a dispute")
@doors.endpoint(STAFF)
def settle_finding(request: HttpRequest, finding_id: int, words: WordsIn) -> DetailOut:
    """Take the flag off again, with what came of it."""
    actor, at = _actor(request), doors.at(request)
    actions.settle_dispute(finding_id=finding_id, by=actor, at=at, reason=words.words)
    return detail_out(queries.one(actor, finding_id, at=at))
