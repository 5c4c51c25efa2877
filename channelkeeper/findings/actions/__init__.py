"""
Writes of this room: what the rules of other rooms observed, and what people do about it.

`sync` is the way in for every detector: it takes all observations of a run at once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

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


@dataclass(frozen=True)
class Look:
    """
    What some rules of a run saw, and where they looked.

    Attributes:
        kinds: (rule, kind) pairs that were looked for; others stay untouched.
        observations: all that was seen, each of one of these kinds and of the run's week.
        distributor_ids: where the run looked, None where it looked everywhere. A distributor
            whose report is missing was not looked at by a rule that reads reports.
    """

    kinds: Collection[tuple[str, str]]
    observations: Iterable[Observation]
    distributor_ids: Collection[int] | None = None

    def covers(self, distributor_id: int) -> bool:
        """Return whether it looked at a distributor."""
        return self.where is None or distributor_id in self.where

    @cached_property
    def where(self) -> frozenset[int] | None:
        """Return at which distributors; None for all."""
        return None if self.distributor_ids is None else frozenset(self.distributor_ids)


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
    Bring the findings of some rules up to what a run of a week observed: one look, see `sync_all`.

    Raises:
        NotAllowed: the actor may not.
        ValueError: an observation of another kind, week or distributor, or two of one key.
    """
    return sync_all([Look(kinds, observations, distributor_ids)], week=week, by=by, at=at)


@transaction.atomic
def sync_all(looks: Sequence[Look], *, week: date, by: Actor, at: datetime) -> Synchronised:
    """
    Bring the findings of some rules up to what a run of a week observed.

    One read and four bulk writes at most, whatever the number. A rerun of the same week updates
    and never doubles; what was looked for and not observed gets a clean week, or is withdrawn
    where the same week showed it before (its report was corrected).

    Args:
        looks: of no kind more than one.
        week: the Monday of the week looked at.
        by: the system, or headquarters.
        at: now.

    Raises:
        NotAllowed: the actor may not.
        ValueError: an observation of another kind, week or distributor, two of one key, or two looks of one kind.
    """
    check(by, "findings.synchronised", PERMISSIONS)
    looked = _by_kind(looks)
    observed = _by_key(looks, week=week)
    run = _Run(week=week, by=by, at=at)
    for met in _candidates(looked, week):
        run.meet(met, observed)
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
    for met in _read(rests):
        run.meet(met, {})
    run.save()
    access.record(
        "findings.finding.withdrawn",
        by=by,
        at=at,
        subject=("distributor", distributor_id),
        reason=reason,
        figures={"week": weeks.label(week), "findings": run.changed},
    )
    return run.changed


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


class _Met(NamedTuple):
    """What a run must know of a finding that stands; what it shows is written anew, not read."""

    pk: int
    rule: str
    kind: str
    distributor_id: int
    subject: str
    state: str
    severity: int
    first_week: date
    week: date
    looked_week: date
    clean_weeks: int
    changed_at: datetime

    @property
    def key(self) -> Key:
        """Return what makes it one finding, as `Observation.key`."""
        return self.rule, self.kind, self.distributor_id, self.subject

    @property
    def track(self) -> Track:
        """Return where it stands in time."""
        return Track(
            state=State(self.state),
            severity=Severity(self.severity),
            first_week=self.first_week,
            week=self.week,
            looked_week=self.looked_week,
            clean_weeks=self.clean_weeks,
        )


class _Run:
    """Collects what one run changes, to write it in bulk."""

    def __init__(self, *, week: date, by: Actor, at: datetime, reason: str = "") -> None:
        self.week, self.by, self.at, self.reason = week, by, at, reason
        self.moved: list[list[Any]] = []  # what is not seen now: values of _TIME, key
        self.taken: list[list[Any]] = []  # what is: values of _TIME and _CONTENT, key
        self.fresh: list[Finding] = []
        self.steps: list[tuple[int, str, str]] = []
        self.seen_again = 0

    @property
    def changed(self) -> int:
        """Return how many findings that stood are others now."""
        return len(self.moved) + len(self.taken)

    def meet(self, met: _Met, observed: dict[Key, Observation]) -> None:
        """Compare a finding with what was observed; an observation that it takes up is removed."""
        before = met.track
        observation = observed.get(met.key)
        if observation is None:
            after = unseen(before, week=self.week)
            if after != before:
                self.moved.append([*self._time(met, before, after), met.pk])
            return
        sighted = seen(before, week=self.week, severity=observation.severity)
        if sighted is None:
            return
        del observed[met.key]
        self.seen_again += 1
        time = self._time(met, before, sighted)
        if self.week >= before.week:
            self.taken.append([*time, *_content(observation), met.pk])
        else:
            self.moved.append([*time, met.pk])

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
            **dict(zip(_CONTENT, _content(observation), strict=True)),
        )
        self.fresh.append(finding)

    def save(self) -> Synchronised:
        """Write everything; return how much it was."""
        bulk.update(Finding, _TIME, self.moved)
        bulk.update(Finding, (*_TIME, *_CONTENT), self.taken)
        bulk.create(self.fresh)
        self.steps += [(pk, "", State.OPEN.value) for pk in self._opened()]
        bulk.insert(
            FindingChange,
            ("finding_id", "at", "by_id", "by_name", "before", "after", "reason"),
            [[pk, self.at, self.by.user_id, self.by.name, *step, self.reason] for pk, *step in self.steps],
        )
        return Synchronised(len(self.fresh), self.seen_again, self._ended(State.RESOLVED), self._ended(State.WITHDRAWN))

    def _opened(self) -> list[int]:
        """Return the keys of what was opened: of each live key there is one finding."""
        if not self.fresh:
            return []
        keys = {(one.rule, one.kind, one.distributor_id, one.subject) for one in self.fresh}
        live = Finding.objects.filter(week=self.week, first_week=self.week, state=State.OPEN.value)
        live = live.filter(distributor_id__in={one.distributor_id for one in self.fresh}).order_by("pk")
        found = live.values_list("pk", "rule", "kind", "distributor_id", "subject")
        return [pk for pk, *key in found if tuple(key) in keys]

    def _time(self, met: _Met, before: Track, after: Track) -> list[Any]:
        """Return the values of `_TIME` after a step, and keep the step."""
        changed_at = met.changed_at
        if after.state is not before.state:
            self.steps.append((met.pk, before.state.value, after.state.value))
            changed_at = self.at
        dates = (after.first_week, after.week, after.looked_week)
        return [after.state.value, after.severity.value, *dates, after.clean_weeks, changed_at]

    def _ended(self, state: State) -> int:
        return sum(after == state.value for _, before, after in self.steps if before)


def _by_kind(looks: Iterable[Look]) -> dict[tuple[str, str], Look]:
    """Return each kind's look; raises ValueError where a kind has two."""
    looked: dict[tuple[str, str], Look] = {}
    for look in looks:
        for kind in look.kinds:
            if looked.setdefault(kind, look) is not look:
                raise ValueError(f"{kind} was looked for twice in one run.")
    return looked


def _by_key(looks: Iterable[Look], *, week: date) -> dict[Key, Observation]:
    """Return the observations by key; raises ValueError where one does not belong to its look."""
    observed: dict[Key, Observation] = {}
    for look in looks:
        asked = set(look.kinds)
        for observation in look.observations:
            kind = observation.rule, observation.kind
            if kind not in asked or observation.week != week:
                raise ValueError(f"{kind} of {observation.week} was not looked for in this run.")
            if not look.covers(observation.distributor_id):
                raise ValueError(f"Distributor {observation.distributor_id} was not looked at in this run.")
            if observed.setdefault(observation.key, observation) is not observation:
                raise ValueError(f"{observation.key} was observed twice in one run.")
    return observed


def _candidates(looked: Mapping[tuple[str, str], Look], week: date) -> list[_Met]:
    """Return what a run may touch, locked: of each key the live finding, else the latest closed one."""
    if not looked:
        return []
    pairs = Q()
    for rule, kind in looked:
        pairs |= Q(rule=rule, kind=kind)
    recent = Q(state__in=LIVE) | Q(week__gte=weeks.shift(week, -CLOSED_LOOKED_BACK_WEEKS))
    found = Finding.objects.select_for_update(of=("self",)).filter(pairs, recent).order_by("pk")
    places = [look.where for look in looked.values()]
    if None not in places:
        found = found.filter(distributor_id__in=set[int]().union(*(place for place in places if place is not None)))
    latest: dict[Key, _Met] = {}
    for met in _read(found):
        if not looked[met.rule, met.kind].covers(met.distributor_id):
            continue
        kept = latest.get(met.key)
        if kept is None or kept.state not in LIVE:
            latest[met.key] = met
    return list(latest.values())


def _read(found: QuerySet[Finding]) -> list[_Met]:
    columns: Any = ("pk", *_Met._fields[1:])
    return [_Met(*row) for row in found.values_list(*columns)]


def _content(observation: Observation) -> list[Any]:
    """Return what an observation says, as the columns of `_CONTENT` hold it."""
    return [
        observation.rule_version,
        observation.certainty.value,
        observation.rests_on_price,
        observation.sentence,
        dict(observation.figures),
        [list(item) for item in observation.evidence],
        observation.stake,
    ]


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
