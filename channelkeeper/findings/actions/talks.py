"""Talks: written down, with what was agreed and whether it was kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, Refusal, check
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings import actions, rules
from channelkeeper.findings.models import Agreement, Finding, Talk, TalkChange
from channelkeeper.findings.rules import LIVE, Outcome, Side, State, Topic
from channelkeeper.network.queries import visible


@dataclass(frozen=True)
class Agreed:
    """One thing agreed: what, whose it is, and by when."""

    words: str
    whose: Side
    due_on: date


@transaction.atomic
def hold(
    *,
    distributor_code: str,
    topic: Topic,
    held_on: date,
    by: Actor,
    at: datetime,
    note: str = "",
    finding_ids: Collection[int] = (),
    agreed: Sequence[Agreed] = (),
) -> int:
    """
    Write a talk down; the open findings it was about are in talks from then on. Return its key.

    Args:
        note: what was said; the distributor does not read it.
        finding_ids: live findings of this distributor.
        agreed: what both sides agreed; the distributor reads it.

    Raises:
        NotAllowed: the actor is not staff.
        NotFound: no such distributor in scope.
        Refusal: the day, the words or a finding cannot stand.
    """
    check(by, "findings.talk.held", rules.PERMISSIONS)
    rules.check_talk(held_on=held_on, today=BUSINESS.day(at), note=note)
    distributor = visible(by, at=at).filter(code=distributor_code).first()
    if distributor is None:
        raise NotFound(f"No distributor {distributor_code}.")
    chosen = list(
        Finding.objects.select_for_update(of=("self",))
        .filter(pk__in=finding_ids, distributor=distributor, state__in=LIVE)
        .order_by("pk")
    )
    if len(chosen) != len(set(finding_ids)):
        raise Refusal("findings.not_theirs")
    talk = Talk.objects.create(
        distributor=distributor,
        topic=topic.value,
        held_on=held_on,
        note=note.strip(),
        rests_on_price=any(finding.rests_on_price for finding in chosen),
        created_at=at,
        by_id=by.user_id,
        by_name=by.name,
    )
    talk.findings.set(chosen)
    _told(talk, "held", by=by, at=at)
    _agree(talk, agreed, by=by, at=at)
    for finding in chosen:
        if finding.state == State.OPEN:
            actions.step(finding_id=finding.pk, to=State.IN_TALKS, by=by, at=at)
    _audit(talk, "findings.talk.held", by=by, at=at, findings=[one.pk for one in chosen], agreed=len(agreed))
    return talk.pk


@transaction.atomic
def agree(*, talk_id: int, agreed: Agreed, by: Actor, at: datetime) -> int:
    """
    Add something agreed to a talk, and return its key.

    Raises:
        NotAllowed: the actor is not staff.
        NotFound: no such talk in scope.
        Refusal: there are no words, or the day lies before the talk.
    """
    check(by, "findings.talk.agreed", rules.PERMISSIONS)
    talk = _locked(talk_id, by=by, at=at)
    (made,) = _agree(talk, [agreed], by=by, at=at)
    _audit(talk, "findings.talk.agreed", by=by, at=at, words=agreed.words, due_on=agreed.due_on.isoformat())
    return made.pk


@transaction.atomic
def decide(*, agreement_id: int, outcome: Outcome, by: Actor, at: datetime, note: str = "") -> None:
    """
    Say what came of something agreed: kept, not kept, cancelled, or open again.

    Raises:
        NotAllowed: the actor is not staff.
        NotFound: none in scope.
        Refusal: it says so already, or the reason is missing.
    """
    check(by, "findings.agreement.decided", rules.PERMISSIONS)
    agreement = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("talk__distributor")
        .filter(pk=agreement_id, talk__distributor__in=visible(by, at=at))
        .first()
    )
    if agreement is None:
        raise NotFound(f"No agreement {agreement_id}.")
    before = Outcome(agreement.state)
    rules.check_outcome(before=before, after=outcome, note=note)
    agreement.state = outcome.value
    agreement.save(update_fields=["state"])
    _told(agreement.talk, outcome.value, by=by, at=at, agreement=agreement, note=note)
    figures = {"agreement": agreement.pk, "before": before.value, "after": outcome.value}
    _audit(agreement.talk, "findings.agreement.decided", by=by, at=at, reason=note, **figures)


def _agree(talk: Talk, agreed: Sequence[Agreed], *, by: Actor, at: datetime) -> list[Agreement]:
    made = []
    for one in agreed:
        rules.check_agreement(words=one.words, due_on=one.due_on, held_on=talk.held_on)
        words = " ".join(one.words.split())
        made.append(Agreement.objects.create(talk=talk, words=words, whose=one.whose.value, due_on=one.due_on))
        _told(talk, "agreed", by=by, at=at, agreement=made[-1])
    return made


def _locked(talk_id: int, *, by: Actor, at: datetime) -> Talk:
    found = Talk.objects.select_for_update(of=("self",)).select_related("distributor")
    talk = found.filter(pk=talk_id, distributor__in=visible(by, at=at)).first()
    if talk is None:
        raise NotFound(f"No talk {talk_id}.")
    return talk


def _told(
    talk: Talk, verb: str, *, by: Actor, at: datetime, agreement: Agreement | None = None, note: str = ""
) -> None:
    TalkChange.objects.create(
        talk=talk, agreement=agreement, at=at, by_id=by.user_id, by_name=by.name, verb=verb, note=note.strip()
    )


def _audit(talk: Talk, verb: str, *, by: Actor, at: datetime, reason: str = "", **figures: object) -> None:
    code = talk.distributor.code
    access.record(
        verb, by=by, at=at, subject=("talk", talk.pk), distributor_code=code, reason=reason,
        figures={"topic": talk.topic, **figures},
    )  # fmt: skip
