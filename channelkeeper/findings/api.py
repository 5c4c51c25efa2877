"""The findings for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Actor, Role
from channelkeeper.findings import actions, queries
from channelkeeper.findings.actions import talks
from channelkeeper.findings.queries import talks as talk_queries
from channelkeeper.findings.rules import LIVE, SEEN_BY, Certainty, Due, Outcome, Severity, Side, State, Topic

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
    looked_week: str
    clean_weeks: int
    resolved_itself: bool
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
    office: str = ""
    rep: str = ""
    stake: Decimal | None = Field(None, ge=0)
    positive: bool | None = None
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


class AgreementOut(Schema):
    """Something agreed: whose word it is (us, distributor), by when, and what came of it."""

    id: int
    talk: int
    distributor: str
    words: str
    whose: Side
    due_on: date
    state: Outcome
    due: Due


class TalkOut(Schema):
    """A talk with what it agreed; `note` is empty for the distributor."""

    id: int
    distributor: str
    topic: Topic
    held_on: date
    by: str
    note: str
    rests_on_price: bool
    agreements: list[AgreementOut]


class TalksOut(Schema):
    """One page of talks, the newest first; `pages` says how many there are."""

    talks: list[TalkOut]
    page: int
    pages: int


class AgreementIn(Schema):
    """Something agreed."""

    words: str
    whose: Side = Side.DISTRIBUTOR
    due_on: date


class TalkIn(Schema):
    """A talk to be written down; `findings` by their numbers."""

    distributor: str
    topic: Topic
    held_on: date
    note: str = ""
    findings: list[int] = []
    agreements: list[AgreementIn] = []


class OutcomeIn(Schema):
    """What came of something agreed; a reason is needed unless it was kept."""

    outcome: Outcome
    note: str = ""


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _filters(asked: ListIn) -> queries.Filters:
    return queries.Filters(
        states=LIVE if asked.state is None else frozenset({asked.state}),
        kind=asked.kind,
        distributor=asked.distributor,
        office=asked.office,
        rep=asked.rep,
        stake=asked.stake,
        positive=asked.positive,
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


@router.get("/{int:finding_id}", response=DetailOut, summary="One finding with its history")
@doors.endpoint(SEEN_BY)
def get_finding(request: HttpRequest, finding_id: int) -> DetailOut:
    """Return a finding; 404 where it is out of scope."""
    return detail_out(queries.one(_actor(request), finding_id, at=doors.at(request)))


@router.post("/{int:finding_id}/state", response=DetailOut, summary="Take a finding one step on")
@doors.endpoint(STAFF)
def step_finding(request: HttpRequest, finding_id: int, step: StepIn) -> DetailOut:
    """Take a finding into talks, resolve, dismiss or reopen it; 422 where its state does not allow it."""
    actor, at = _actor(request), doors.at(request)
    actions.step(finding_id=finding_id, to=step.state, by=actor, at=at, reason=step.reason)
    return detail_out(queries.one(actor, finding_id, at=at))


@router.post("/{int:finding_id}/dispute", response=DetailOut, summary="Dispute one's own finding")
@doors.endpoint({Role.DISTRIBUTOR})
def dispute_finding(request: HttpRequest, finding_id: int, words: WordsIn) -> DetailOut:
    """Flag the distributor's own finding as disputed."""
    actor, at = _actor(request), doors.at(request)
    actions.dispute(finding_id=finding_id, by=actor, at=at, words=words.words)
    return detail_out(queries.one(actor, finding_id, at=at))


@router.post("/{int:finding_id}/reply", response=DetailOut, summary="Reply to one's own finding")
@doors.endpoint({Role.DISTRIBUTOR})
def reply_to_finding(request: HttpRequest, finding_id: int, words: WordsIn) -> DetailOut:
    """Keep the distributor's own words with its finding; 422 where the finding is closed or nothing is said."""
    actor, at = _actor(request), doors.at(request)
    actions.reply(finding_id=finding_id, by=actor, at=at, words=words.words)
    return detail_out(queries.one(actor, finding_id, at=at))


@router.post("/{int:finding_id}/dispute/settle", response=DetailOut, summary="Say what came of a dispute")
@doors.endpoint(STAFF)
def settle_finding(request: HttpRequest, finding_id: int, words: WordsIn) -> DetailOut:
    """Take the flag off again, with what came of it."""
    actor, at = _actor(request), doors.at(request)
    actions.settle_dispute(finding_id=finding_id, by=actor, at=at, reason=words.words)
    return detail_out(queries.one(actor, finding_id, at=at))


@router.get("/talks", response=TalksOut, summary="Talks in scope, the newest first, 50 a page")
@doors.endpoint(SEEN_BY)
def list_talks(
    request: HttpRequest, distributor: str = "", topic: Topic | None = None, due: bool = False, page: int = 1
) -> dict[str, object]:
    """List talks; with `due` only those with something due this week or overdue."""
    filters = talk_queries.Filters(distributor=distributor, topic=topic, due=due)
    shown = talk_queries.talk_page(_actor(request), at=doors.at(request), filters=filters, page=page)
    return {"talks": [one.record() for one in shown], "page": shown.number, "pages": shown.paginator.num_pages}


@router.get("/talks/{int:talk_id}", response=TalkOut, summary="One talk")
@doors.endpoint(SEEN_BY)
def get_talk(request: HttpRequest, talk_id: int) -> dict[str, Any]:
    """Return a talk; 404 where it is out of scope."""
    return talk_queries.one(_actor(request), talk_id, at=doors.at(request)).talk.record()


@router.post("/talks", response=TalkOut, summary="Write a talk down")
@doors.endpoint(STAFF)
def hold_talk(request: HttpRequest, asked: TalkIn) -> dict[str, Any]:
    """Write a talk down; its findings are in talks from then on; 422 where a day, a word or a finding cannot stand."""
    actor, at = _actor(request), doors.at(request)
    pk = talks.hold(
        distributor_code=asked.distributor,
        topic=asked.topic,
        held_on=asked.held_on,
        note=asked.note,
        finding_ids=asked.findings,
        agreed=[talks.Agreed(one.words, one.whose, one.due_on) for one in asked.agreements],
        by=actor,
        at=at,
    )
    return talk_queries.one(actor, pk, at=at).talk.record()


@router.post("/talks/{int:talk_id}/agreements", response=TalkOut, summary="Add something agreed to a talk")
@doors.endpoint(STAFF)
def add_agreement(request: HttpRequest, talk_id: int, asked: AgreementIn) -> dict[str, Any]:
    """Add something agreed; 422 where it says nothing or is due before the talk."""
    actor, at = _actor(request), doors.at(request)
    talks.agree(talk_id=talk_id, agreed=talks.Agreed(asked.words, asked.whose, asked.due_on), by=actor, at=at)
    return talk_queries.one(actor, talk_id, at=at).talk.record()


@router.post("/agreements/{int:agreement_id}", response=TalkOut, summary="Say what came of something agreed")
@doors.endpoint(STAFF)
def decide_agreement(request: HttpRequest, agreement_id: int, asked: OutcomeIn) -> dict[str, Any]:
    """Say that it was kept, not kept, cancelled, or is open again."""
    actor, at = _actor(request), doors.at(request)
    talks.decide(agreement_id=agreement_id, outcome=asked.outcome, note=asked.note, by=actor, at=at)
    talk_id = talk_queries.talk_of(actor, agreement_id, at=at)
    return talk_queries.one(actor, talk_id, at=at).talk.record()
