"""Reads of this room: always for an actor, narrowed to the distributors in its scope."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core import formats, money, sentences, weeks
from channelkeeper.findings.models import Finding, FindingChange
from channelkeeper.findings.rules import CLEAN_WEEKS_TO_RESOLVE, LIVE, Certainty, Severity, State
from channelkeeper.network.queries import Scope, narrowed, visible


@dataclass(frozen=True)
class Filters:
    """
    Which findings are asked for; what is empty does not narrow.

    Attributes:
        states: which states.
        kind: below_band …
        distributor: a distributor's code.
        office, rep: codes; a rep's are those it serves that day.
        stake: least stake, yuan.
        severity: least severity; None takes all.
        positive: only good ones, or only those that need managing; None takes both.
        disputed: only those that their distributor disputes.
    """

    states: frozenset[State] = LIVE
    kind: str = ""
    distributor: str = ""
    office: str = ""
    rep: str = ""
    stake: Decimal | None = None
    severity: Severity | None = None
    positive: bool | None = None
    disputed: bool = False


@dataclass(frozen=True)
class FindingView:
    """A finding as it is shown; weeks are Mondays, the stake is in yuan."""

    id: int
    kind: str
    rule: str
    rule_version: int
    distributor_id: int
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    subject: str
    first_week: date
    week: date
    looked_week: date
    clean_weeks: int
    severity: Severity
    certainty: Certainty
    state: State
    disputed: bool
    rests_on_price: bool
    sentence: str
    figures: Mapping[str, Any]
    evidence: tuple[tuple[str, str, int | str], ...]
    stake: Decimal
    changed_at: datetime

    @property
    def positive(self) -> bool:
        """Return whether it is something good."""
        return self.severity is Severity.GOOD

    @property
    def live(self) -> bool:
        """Return whether it still stands."""
        return self.state in LIVE

    @property
    def resolved_itself(self) -> bool:
        """Return whether nobody closed it: the weeks up to `looked_week` were clean, and so it was over (FND-2)."""
        return self.state is State.RESOLVED and self.clean_weeks >= CLEAN_WEEKS_TO_RESOLVE

    @property
    def weeks_seen(self) -> int:
        """Return over how many weeks it has been seen, first and last included."""
        return weeks.between(self.first_week, self.week) + 1

    def record(self) -> dict[str, Any]:
        """Return the finding for programs: JSON-able, weeks by their ISO names, the sentence in both languages."""
        return {
            "id": self.id,
            "kind": self.kind,
            "rule": self.rule,
            "rule_version": self.rule_version,
            "distributor": self.distributor_code,
            "subject": self.subject,
            "first_week": weeks.label(self.first_week),
            "week": weeks.label(self.week),
            "looked_week": weeks.label(self.looked_week),
            "clean_weeks": self.clean_weeks,
            "resolved_itself": self.resolved_itself,
            "severity": self.severity.name.lower(),
            "certainty": self.certainty.value,
            "state": self.state.value,
            "disputed": self.disputed,
            "rests_on_price": self.rests_on_price,
            "stake": str(self.stake),
            "currency": "CNY",
            "message_zh": self.said("zh"),
            "message_en": self.said("en"),
            "figures": dict(self.figures),
            "evidence": [list(item) for item in self.evidence],
        }

    def said(self, language: str) -> str:
        """Return the finding as a sentence."""
        return sentences.render(self.sentence, self.figures, language)

    def distributor_name(self, language: str) -> str:
        """Return the distributor's name; its Chinese one where it has no other."""
        return self.distributor_zh if formats.is_chinese(language) else self.distributor_en or self.distributor_zh


@dataclass(frozen=True)
class ChangeView:
    """One step of a finding's life; `before` is empty where it was found."""

    at: datetime
    by_name: str
    before: str
    after: str
    reason: str

    def record(self) -> dict[str, str]:
        """Return the step for programs."""
        return {
            "at": self.at.isoformat(),
            "by": self.by_name,
            "before": self.before,
            "after": self.after,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class FindingDetail:
    """A finding and its history, newest first."""

    finding: FindingView
    changes: list[ChangeView] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return finding and history for programs."""
        return {"finding": self.finding.record(), "changes": [line.record() for line in self.changes]}


@dataclass(frozen=True)
class Tally:
    """How many live findings a filter's choices would show, and what is at stake."""

    bad: int
    good: int
    in_talks: int
    disputed: int
    stake: Decimal
    distributors: int

    @property
    def live(self) -> int:
        """Return all that stand."""
        return self.bad + self.good


@dataclass(frozen=True)
class Counts:
    """A distributor's live findings."""

    bad: int = 0
    good: int = 0
    urgent: int = 0
    stake: Decimal = money.ZERO
    in_talks: int = 0


def matching(actor: Actor, *, at: datetime, filters: Filters) -> QuerySet[Finding]:
    """
    Return the findings in scope that a filter asks for, ready for paging.

    What needs managing comes first, by what is at stake; good findings follow. `shown` makes
    plain views of a page of them.
    """
    found = _narrowed(actor, at, filters).filter(state__in=filters.states)
    if filters.positive is not None:
        found = found.filter(_is_good(filters.positive))
    if filters.disputed:
        found = found.filter(disputed=True)
    good_last = Case(When(severity=Severity.GOOD.value, then=Value(1)), default=Value(0), output_field=IntegerField())
    # Where one side alone is asked for, the index of stakes gives the order.
    first = (good_last,) if filters.positive is None else ()
    return found.select_related("distributor").order_by(*first, "-stake", "-severity", "first_week", "pk")


def _narrowed(actor: Actor, at: datetime, filters: Filters) -> QuerySet[Finding]:
    """Return the findings of the distributors, of the kind and the weight that a filter asks for, in any state."""
    scope = narrowed(actor, at=at, office=filters.office, rep=filters.rep)
    asked: dict[str, Any] = {
        "kind": filters.kind,
        "distributor__code": filters.distributor,
        "stake__gte": filters.stake,
        "severity__gte": filters.severity.value if filters.severity is not None else None,
    }
    wanted = {name: value for name, value in asked.items() if value not in ("", None)}
    return Finding.objects.filter(distributor__in=scope, **wanted)


def shown(finding: Finding) -> FindingView:
    """Return a finding, its distributor loaded, as plain data."""
    return FindingView(
        id=finding.pk,
        kind=finding.kind,
        rule=finding.rule,
        rule_version=finding.rule_version,
        distributor_id=finding.distributor_id,
        distributor_code=finding.distributor.code,
        distributor_zh=finding.distributor.name_zh,
        distributor_en=finding.distributor.name_en,
        subject=finding.subject,
        first_week=finding.first_week,
        week=finding.week,
        looked_week=finding.looked_week,
        clean_weeks=finding.clean_weeks,
        severity=Severity(finding.severity),
        certainty=Certainty(finding.certainty),
        state=State(finding.state),
        disputed=finding.disputed,
        rests_on_price=finding.rests_on_price,
        sentence=finding.sentence,
        figures=finding.figures,
        evidence=tuple((str(room), str(kind), key) for room, kind, key in finding.evidence),
        stake=finding.stake,
        changed_at=finding.changed_at,
    )


def listed(
    actor: Actor, *, at: datetime, filters: Filters | None = None, limit: int | None = None
) -> list[FindingView]:
    """Return findings in scope, what is most at stake first, good ones last; at most `limit`."""
    found = matching(actor, at=at, filters=filters or Filters())
    return [shown(finding) for finding in (found if limit is None else found[:limit])]


def one(actor: Actor, finding_id: int, *, at: datetime) -> FindingDetail:
    """
    Return a finding with its history.

    Raises:
        NotFound: none, or out of scope.
    """
    scope = visible(actor, at=at)
    finding = Finding.objects.select_related("distributor").filter(pk=finding_id, distributor__in=scope).first()
    if finding is None:
        raise NotFound
    changes = FindingChange.objects.filter(finding=finding).order_by("-at", "-pk")
    history = [ChangeView(line.at, line.by_name, line.before, line.after, line.reason) for line in changes]
    return FindingDetail(shown(finding), history)


def tally(actor: Actor, *, at: datetime, filters: Filters | None = None) -> Tally:
    """Return how many live findings a filter's choices would show, whatever state or side it asks for. One query."""
    live = _narrowed(actor, at, filters or Filters()).filter(state__in=LIVE)
    sums = live.aggregate(
        bad=Count("pk", filter=_is_good(False)),
        good=Count("pk", filter=_is_good(True)),
        in_talks=Count("pk", filter=Q(state=State.IN_TALKS.value)),
        disputed=Count("pk", filter=Q(disputed=True)),
        stake=Sum("stake", filter=_is_good(False), default=money.ZERO),
        distributors=Count("distributor", filter=_is_good(False), distinct=True),
    )
    return Tally(**{**sums, "stake": money.to_fen(sums["stake"])})


def kinds(actor: Actor, *, at: datetime, filters: Filters | None = None) -> list[tuple[str, int]]:
    """Return the kinds among live findings that a filter leaves, with how many there are, most first. One query."""
    live = _narrowed(actor, at, replace(filters or Filters(), kind="")).filter(state__in=LIVE)
    counted = live.order_by().values_list("kind").annotate(number=Count("pk")).order_by("-number", "kind")
    return [(kind, number) for kind, number in counted]


def number(scope: Scope) -> int:
    """Return how many live findings of some distributors need managing. One query."""
    return Finding.objects.filter(_is_good(False), distributor__in=scope, state__in=LIVE).count()


def counts(actor: Actor, *, at: datetime, distributor_ids: Collection[int] | None = None) -> dict[int, Counts]:
    """Return each distributor's live findings in numbers, by its id; one without any is not in it. One query."""
    live = Finding.objects.filter(distributor__in=visible(actor, at=at), state__in=LIVE)
    if distributor_ids is not None:
        live = live.filter(distributor_id__in=distributor_ids)
    rows = (
        live.values("distributor_id")
        .annotate(
            bad=Count("pk", filter=_is_good(False)),
            good=Count("pk", filter=_is_good(True)),
            urgent=Count("pk", filter=Q(severity=Severity.URGENT.value)),
            at_stake=Sum("stake", filter=_is_good(False), default=money.ZERO),
            talked=Count("pk", filter=Q(state=State.IN_TALKS.value)),
        )
        .order_by()
    )
    return {
        row["distributor_id"]: Counts(
            row["bad"], row["good"], row["urgent"], money.to_fen(row["at_stake"]), row["talked"]
        )
        for row in rows
    }


def _is_good(good: bool) -> Q:
    severity = Q(severity=Severity.GOOD.value)
    return severity if good else ~severity


def is_live(distributor_id: int, rule: str, kind: str) -> bool:
    """Return whether a rule's finding stands open at a distributor: for the rule's own room, which shows nobody's."""
    live = Finding.objects.filter(distributor_id=distributor_id, rule=rule, kind=kind, state__in=LIVE)
    return live.exists()
