"""
Writes of this room: what the rules of other rooms observed, and what people do about it.

`sync` is the way in for every detector: it takes all observations of a run at once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.core import weeks
from channelkeeper.findings.models import Finding, FindingChange
from channelkeeper.findings.rules import (
    LIVE,
    PERMISSIONS,
    Observation,
    Severity,
    State,
    Track,
    WrongState,
    check_dispute,
    check_step,
    seen,
    unseen,
)
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible

Key = tuple[str, str, int, str]
CLOSED_LOOKED_BACK_WEEKS = 8  # older closed findings cannot be meant by a run of this week
VERBS = {
    State.IN_TALKS: "findings.finding.taken_into_talks",
    State.RESOLVED: "findings.finding.resolved",
    State.DISMISSED: "findings.finding.dismissed",
    State.OPEN: "findings.finding.reopened",
}
_TIME = ("state", "severity", "first_week", "week", "looked_week", "clean_weeks", "changed_at")
_CONTENT = ("rule_version", "certainty", "rests_on_price", "sentence", "figures", "evidence", "stake")


@dataclass(frozen=True)
class Synchronised:
    """How many findings a run opened, saw again, resolved and withdrew."""

    opened: int
    seen_again: int
    resolved: int
    withdrawn: int


@transaction.atomic
def sync(
    *,
    kinds: Collection[tuple[str, str]],
    observations: Iterable[Observation],
    week: date,
    by: Actor,
    at: datetime,
    distributor_ids: Collection[int] | None = None,
) -> Synchronised:
    """
    Bring the findings of some rules up to what a run of a week observed.

    Seven queries and two bulk writes, whatever the number. A rerun of the same week updates
    and never doubles; what was looked for and not observed gets a clean week, or is withdrawn
    where the same week showed it before (its report was corrected).

    Args:
        kinds: (rule, kind) pairs that were looked for; others stay untouched.
        observations: all that was seen, each of one of these kinds and of `week`.
        week: the Monday of the week looked at.
        by: the system, or headquarters.
        at: now.
        distributor_ids: where the run looked, where it did not look everywhere. A distributor
            whose report is missing was not looked at by a rule that reads reports.

    Raises:
        NotAllowed: the actor may not.
        ValueError: an observation of another kind, week or distributor, or two of one key.
    """
    check(by, "findings.synchronised", PERMISSIONS)
    observed = _by_key(observations, kinds=kinds, week=week, distributor_ids=distributor_ids)
    run = _Run(week=week, by=by, at=at)
    for finding in _candidates(kinds, week, distributor_ids):
        run.meet(finding, observed)
    for observation in observed.values():
        run.open(observation)
    done = run.save()
    access.record(
        "findings.synchronised", by=by, at=at, subject=("week", weeks.label(week)), figures=dict(done.__dict__)
    )
    return done


@transaction.atomic
def withdraw_for(*, distributor_id: int, week: date, by: Actor, at: datetime, reason: str) -> int:
    """
    Withdraw what rests on a distributor's report of a week, because the report was corrected.

    What began before that week steps back to the week before. A run over the corrected report
    (`sync`) does the same by itself; this is for a correction that no run follows at once.

    Returns:
        How many findings changed.

    Raises:
        NotAllowed: the actor is neither the system nor headquarters.
    """
    check(by, "findings.finding.withdrawn", PERMISSIONS)
    run = _Run(week=week, by=by, at=at, reason=reason)
    rests = Finding.objects.select_for_update().filter(distributor_id=distributor_id, week=week, state__in=LIVE)
    for finding in rests:
        run.meet(finding, {})
    run.save()
    access.record(
        "findings.finding.withdrawn",
        by=by,
        at=at,
        subject=("distributor", distributor_id),
        reason=reason,
        figures={"week": weeks.label(week), "findings": len(run.changed)},
    )
    return len(run.changed)


@transaction.atomic
def step(*, finding_id: int, to: State, by: Actor, at: datetime, reason: str = "") -> None:
    """
    Take a finding one step on, by a person: into talks, resolved, dismissed, open again.

    Raises:
        NotAllowed: the role may not.
        NotFound: none, or out of scope.
        WrongState: the state does not allow it, or the same was found anew in the meantime.
        ReasonMissing: resolving and dismissing need a reason.
    """
    verb = VERBS.get(to, "")
    check(by, verb, PERMISSIONS)
    finding = _locked(finding_id, by, at)
    before = State(finding.state)
    check_step(before=before, after=to, reason=reason)
    if to is State.OPEN:
        _check_alone(finding)
    finding.state, finding.changed_at = to.value, at
    finding.save(update_fields=["state", "changed_at"])
    _note(finding, before.value, to.value, by, at, reason)
    _audit(finding, verb, by, at, reason, {"before": before.value, "after": to.value})


def take_into_talks(*, finding_id: int, by: Actor, at: datetime, reason: str = "") -> None:
    """Say that the finding is being talked about with the distributor; raises as `step` does."""
    step(finding_id=finding_id, to=State.IN_TALKS, by=by, at=at, reason=reason)


def resolve(*, finding_id: int, by: Actor, at: datetime, reason: str) -> None:
    """Say that what was found is settled, and how; raises as `step` does."""
    step(finding_id=finding_id, to=State.RESOLVED, by=by, at=at, reason=reason)


def dismiss(*, finding_id: int, by: Actor, at: datetime, reason: str) -> None:
    """Say that the finding needs nothing, and why; raises as `step` does."""
    step(finding_id=finding_id, to=State.DISMISSED, by=by, at=at, reason=reason)


def reopen(*, finding_id: int, by: Actor, at: datetime, reason: str = "") -> None:
    """Open a resolved or dismissed finding again; raises as `step` does."""
    step(finding_id=finding_id, to=State.OPEN, by=by, at=at, reason=reason)


@transaction.atomic
def dispute(*, finding_id: int, by: Actor, at: datetime, words: str) -> None:
    """
    Flag the distributor's own finding as disputed, in its words; the state stays.

    Raises:
        NotAllowed: the actor is not a distributor.
        NotFound: none, or not its own.
        WrongState: the finding is closed.
        ReasonMissing: no words.
    """
    check(by, "findings.finding.disputed", PERMISSIONS)
    finding = _locked(finding_id, by, at)
    check_dispute(state=State(finding.state), words=words)
    _flag(finding, disputed=True, mark="disputed", by=by, at=at, reason=words)


@transaction.atomic
def settle_dispute(*, finding_id: int, by: Actor, at: datetime, reason: str) -> None:
    """
    Take the flag off again, saying what came of it.

    Raises:
        NotAllowed: the actor is not staff.
        NotFound: none, or out of scope.
        WrongState: nobody disputes it.
        ReasonMissing: no words.
    """
    check(by, "findings.finding.dispute_settled", PERMISSIONS)
    finding = _locked(finding_id, by, at)
    if not finding.disputed:
        raise WrongState("Nobody disputes this finding.")
    check_dispute(state=State.OPEN, words=reason)
    _flag(finding, disputed=False, mark="dispute_settled", by=by, at=at, reason=reason)


@transaction.atomic
def reply(*, finding_id: int, by: Actor, at: datetime, words: str) -> None:
    """
    Keep what the distributor says to its own finding; state and flags stay as they are.

    Raises:
        NotAllowed: the actor is not a distributor.
        NotFound: none, or not its own.
        WrongState: the finding is closed.
        ReasonMissing: no words.
    """
    check(by, "findings.finding.replied", PERMISSIONS)
    finding = _locked(finding_id, by, at)
    check_dispute(state=State(finding.state), words=words)
    finding.changed_at = at
    finding.save(update_fields=["changed_at"])
    _note(finding, finding.state, "replied", by, at, words)
    _audit(finding, "findings.finding.replied", by, at, words, {})


class _Run:
    """Collects what one run changes, to write it in bulk."""

    def __init__(self, *, week: date, by: Actor, at: datetime, reason: str = "") -> None:
        self.week, self.by, self.at, self.reason = week, by, at, reason
        self.changed: list[Finding] = []
        self.fresh: list[Finding] = []
        self.steps: list[tuple[Finding, str]] = []
        self.seen_again = 0

    def meet(self, finding: Finding, observed: dict[Key, Observation]) -> None:
        """Compare a finding with what was observed; an observation that it takes up is removed."""
        before = _track(finding)
        observation = observed.get(_key(finding))
        if observation is None:
            self._move(finding, before, unseen(before, week=self.week))
            return
        after = seen(before, week=self.week, severity=observation.severity)
        if after is None:
            return
        del observed[_key(finding)]
        self.seen_again += 1
        if self.week >= before.week:
            _take(finding, observation)
        self._move(finding, before, after, always=True)

    def open(self, observation: Observation) -> None:
        """Make a new finding of an observation."""
        finding = Finding(
            kind=observation.kind,
            rule=observation.rule,
            distributor_id=observation.distributor_id,
            subject=observation.subject,
            severity=observation.severity.value,
            week=self.week,
            first_week=self.week,
            looked_week=self.week,
            created_at=self.at,
            changed_at=self.at,
        )
        _take(finding, observation)
        self.fresh.append(finding)

    def save(self) -> Synchronised:
        """Write everything; return how much it was."""
        bulk.update(
            Finding,
            (*_TIME, *_CONTENT),
            ([*(getattr(finding, name) for name in (*_TIME, *_CONTENT)), finding.pk] for finding in self.changed),
        )
        opened = Finding.objects.bulk_create(self.fresh, batch_size=1000)
        self.steps += [(finding, "") for finding in opened]
        bulk.insert(
            FindingChange,
            ("finding_id", "at", "by_id", "by_name", "before", "after", "reason"),
            (self._line(finding, before) for finding, before in self.steps),
        )
        return Synchronised(len(opened), self.seen_again, self._ended(State.RESOLVED), self._ended(State.WITHDRAWN))

    def _move(self, finding: Finding, before: Track, after: Track, *, always: bool = False) -> None:
        if after == before and not always:
            return
        if after.state is not before.state:
            self.steps.append((finding, before.state.value))
            finding.changed_at = self.at
        finding.state = after.state.value
        finding.first_week, finding.week, finding.looked_week = after.first_week, after.week, after.looked_week
        finding.clean_weeks = after.clean_weeks
        finding.severity = after.severity.value
        self.changed.append(finding)

    def _line(self, finding: Finding, before: str) -> list[object]:
        return [finding.pk, self.at, self.by.user_id, self.by.name, before, finding.state, self.reason]

    def _ended(self, state: State) -> int:
        return sum(finding.state == state.value for finding, before in self.steps if before)


def _by_key(
    observations: Iterable[Observation],
    *,
    kinds: Collection[tuple[str, str]],
    week: date,
    distributor_ids: Collection[int] | None,
) -> dict[Key, Observation]:
    """Return the observations by key; raises ValueError where one does not belong to this run."""
    observed: dict[Key, Observation] = {}
    asked, where = set(kinds), None if distributor_ids is None else set(distributor_ids)
    for observation in observations:
        if (observation.rule, observation.kind) not in asked or observation.week != week:
            raise ValueError(f"{observation.key} of {observation.week} was not looked for in this run.")
        if where is not None and observation.distributor_id not in where:
            raise ValueError(f"Distributor {observation.distributor_id} was not looked at in this run.")
        if observed.setdefault(observation.key, observation) is not observation:
            raise ValueError(f"{observation.key} was observed twice in one run.")
    return observed


def _candidates(
    kinds: Collection[tuple[str, str]], week: date, distributor_ids: Collection[int] | None
) -> list[Finding]:
    """Return what a run may touch, locked: of each key the live finding, else the latest closed one."""
    pairs = Q()
    for rule, kind in kinds:
        pairs |= Q(rule=rule, kind=kind)
    if not pairs:
        return []
    recent = Q(state__in=LIVE) | Q(week__gte=weeks.shift(week, -CLOSED_LOOKED_BACK_WEEKS))
    found = Finding.objects.select_for_update(of=("self",)).filter(pairs, recent).order_by("pk")
    if distributor_ids is not None:
        found = found.filter(distributor_id__in=list(distributor_ids))
    latest: dict[Key, Finding] = {}
    for finding in found:
        kept = latest.get(_key(finding))
        if kept is None or kept.state not in LIVE:
            latest[_key(finding)] = finding
    return list(latest.values())


def _key(finding: Finding) -> Key:
    return finding.rule, finding.kind, finding.distributor_id, finding.subject


def _track(finding: Finding) -> Track:
    return Track(
        state=State(finding.state),
        severity=Severity(finding.severity),
        first_week=finding.first_week,
        week=finding.week,
        looked_week=finding.looked_week,
        clean_weeks=finding.clean_weeks,
    )


def _take(finding: Finding, observation: Observation) -> None:
    """Copy what an observation says onto its finding."""
    finding.rule_version = observation.rule_version
    finding.certainty = observation.certainty.value
    finding.rests_on_price = observation.rests_on_price
    finding.sentence = observation.sentence
    finding.figures = dict(observation.figures)
    finding.evidence = [list(item) for item in observation.evidence]
    finding.stake = observation.stake


def _check_alone(finding: Finding) -> None:
    """Pass if no live finding of the same key stands beside it; raises WrongState."""
    same = Finding.objects.filter(
        rule=finding.rule,
        kind=finding.kind,
        distributor_id=finding.distributor_id,
        subject=finding.subject,
        state__in=LIVE,
    )
    if same.exists():
        raise WrongState("The same was found anew in the meantime; look at the newer finding.")


def _flag(finding: Finding, *, disputed: bool, mark: str, by: Actor, at: datetime, reason: str) -> None:
    finding.disputed, finding.changed_at = disputed, at
    finding.save(update_fields=["disputed", "changed_at"])
    _note(finding, finding.state, mark, by, at, reason)
    _audit(finding, f"findings.finding.{mark}", by, at, reason, {})


def _locked(finding_id: int, by: Actor, at: datetime) -> Finding:
    """Return the finding, locked; raises NotFound where it is out of scope."""
    scope = visible(by, at=at)
    found = (
        Finding.objects.select_for_update(of=("self",))
        .select_related("distributor")
        .filter(pk=finding_id, distributor__in=scope)
    )
    finding = found.first()
    if finding is None:
        raise NotFound
    return finding


def _note(finding: Finding, before: str, after: str, by: Actor, at: datetime, reason: str) -> None:
    FindingChange.objects.create(
        finding=finding, at=at, by_id=by.user_id, by_name=by.name, before=before, after=after, reason=reason.strip()
    )


def _audit(finding: Finding, verb: str, by: Actor, at: datetime, reason: str, figures: Mapping[str, Any]) -> None:
    access.record(
        verb,
        by=by,
        at=at,
        subject=("finding", finding.pk),
        distributor_code=finding.distributor.code,
        reason=reason,
        figures={"kind": finding.kind, "rule": finding.rule, **figures},
    )
