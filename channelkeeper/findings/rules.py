"""
What a finding is and how it lives: seen again, clean, taken into talks, dismissed, withdrawn.

Times are weeks, each the date of its Monday. Nothing here punishes anyone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from channelkeeper.access.rules import READERS, STAFF, Permissions, Refusal, Role
from channelkeeper.core import weeks

CLEAN_WEEKS_TO_RESOLVE = 2  # one clean week may be chance, two are a change (DOMAIN.md, "The loop")


class State(StrEnum):
    """open → in talks → resolved or dismissed; withdrawn when its report is corrected."""

    OPEN = "open"
    IN_TALKS = "in_talks"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({State.OPEN, State.IN_TALKS})


class Severity(IntEnum):
    """How urgent; `GOOD` is a positive finding, which earns."""

    GOOD = 0
    NOTE = 1
    WARNING = 2
    URGENT = 3


class Certainty(StrEnum):
    """What the figures rest on: a report, an estimate where the report is missing, a likelihood."""

    REPORTED = "reported"
    ESTIMATED = "estimated"
    LIKELY = "likely"


class Topic(StrEnum):
    """What a talk is about."""

    FUNDS = "funds"
    PRICE = "price"
    OUTLETS = "outlets"
    PROMOTION = "promotion"
    STOCK = "stock"


class Side(StrEnum):
    """Whose word it is."""

    US = "us"
    DISTRIBUTOR = "distributor"


class Outcome(StrEnum):
    """What came of something agreed."""

    OPEN = "open"
    KEPT = "kept"
    NOT_KEPT = "not_kept"
    CANCELLED = "cancelled"


class Due(StrEnum):
    """When something agreed is due, seen from a day."""

    LATER = "later"
    SOON = "soon"
    OVERDUE = "overdue"


class WrongState(ValueError):
    """The finding's state does not allow the step."""


class ReasonMissing(ValueError):
    """The step needs a reason in words, and none was given."""


PERMISSIONS: Permissions = {
    "findings.synchronised": frozenset({Role.HEADQUARTERS}),
    "findings.finding.withdrawn": frozenset({Role.HEADQUARTERS}),
    "findings.finding.taken_into_talks": STAFF,
    "findings.finding.resolved": STAFF,
    "findings.finding.dismissed": STAFF,
    "findings.finding.reopened": STAFF,
    "findings.finding.disputed": frozenset({Role.DISTRIBUTOR}),
    "findings.finding.dispute_settled": STAFF,
    "findings.finding.replied": frozenset({Role.DISTRIBUTOR}),
    "findings.talk.held": STAFF,
    "findings.talk.agreed": STAFF,
    "findings.agreement.decided": STAFF,
}
TALKS_AGO_DAYS = 60  # a talk that nobody wrote down for two months is not remembered any more
AGREED_AHEAD_DAYS = 730
LONGEST_WORDS = 300
LONGEST_NOTE = 2000
SEEN_BY = READERS | {Role.DISTRIBUTOR}

# What a person may do from each state. The system alone withdraws, and resolves what stays clean.
STEPS: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.IN_TALKS, State.RESOLVED, State.DISMISSED}),
    State.IN_TALKS: frozenset({State.RESOLVED, State.DISMISSED}),
    State.RESOLVED: frozenset({State.OPEN}),
    State.DISMISSED: frozenset({State.OPEN}),
    State.WITHDRAWN: frozenset(),
}
NEEDS_REASON = frozenset({State.DISMISSED, State.RESOLVED})


@dataclass(frozen=True)
class Observation:
    """
    What a rule saw at one distributor about one subject in one week.

    Attributes:
        kind: below_band, above_band, report_late, figures_copied, kept_in_band …
        rule: the rule's number, STK-2.
        rule_version: of the rule, so that an old finding says by which it was found.
        distributor_id: at whom.
        subject: a product's code; empty for the distributor itself.
        week: the Monday of the week it was seen in.
        severity: how urgent.
        sentence: code of a registered sentence, `stock.finding_below_band`.
        figures: what the sentence and the page show, JSON-able.
        evidence: what it rests on, each as (room, kind, id): ("stock", "report", 12).
        stake: yuan at stake, >= 0.
        rests_on_price: on a resale price: passed on to all that is built on it.
        certainty: what the figures rest on.
    """

    kind: str
    rule: str
    distributor_id: int
    week: date
    severity: Severity
    sentence: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[tuple[str, str, int | str], ...] = ()
    stake: Decimal = Decimal("0.00")
    subject: str = ""
    rule_version: int = 1
    rests_on_price: bool = False
    certainty: Certainty = Certainty.REPORTED

    def __post_init__(self) -> None:
        """Refuse a negative stake and a week that is no Monday."""
        if self.stake < 0:
            raise ValueError(f"The stake of {self.kind} is {self.stake}; it must be 0 or more.")
        if self.week != weeks.monday_of(self.week):
            raise ValueError(f"{self.week} is no Monday.")

    @property
    def positive(self) -> bool:
        """Return whether it is something good."""
        return self.severity is Severity.GOOD

    @property
    def key(self) -> tuple[str, str, int, str]:
        """Return what makes it one finding: rule, kind, distributor, subject."""
        return self.rule, self.kind, self.distributor_id, self.subject


@dataclass(frozen=True)
class Track:
    """
    Where a finding stands in time.

    Attributes:
        state: as it is.
        severity: as last seen.
        first_week: first seen.
        week: last seen.
        looked_week: last week in which its rule looked, seen or not.
        clean_weeks: weeks looked at since it was last seen.
    """

    state: State
    severity: Severity
    first_week: date
    week: date
    looked_week: date
    clean_weeks: int = 0


def seen(track: Track, *, week: date, severity: Severity) -> Track | None:
    """
    Return where a finding stands after its rule saw it in a week.

    A rerun of the same week changes nothing in time; an older week never turns a newer one
    back, it only moves the beginning. What was dismissed stays so while it goes on and grows
    no worse. What was withdrawn stands again when the corrected week shows it after all; if two
    weeks have been clean since, it is resolved by the same.

    Returns:
        None where the old one is closed for good and a new finding is due.

    Rule: FND-1.
    """
    if track.state not in LIVE and _is_over(track, week, severity):
        return None
    first = min(track.first_week, week)
    if week < track.week:
        return replace(track, first_week=first)
    looked = max(track.looked_week, week)
    clean = min(track.clean_weeks, weeks.between(week, looked)) if week > track.week else track.clean_weeks
    state = track.state
    if state is State.WITHDRAWN:
        # It stands after all; but if two weeks have been clean since, it is over as well.
        state = State.RESOLVED if clean >= CLEAN_WEEKS_TO_RESOLVE else State.OPEN
    return Track(state, severity, first, week, looked, clean)


def unseen(track: Track, *, week: date) -> Track:
    """
    Return where a finding stands after its rule looked in a week and did not see it.

    A newer week is a clean one, and two of them resolve what is live. In the very week in
    which it was last seen, the report was corrected: what began there is withdrawn, what
    began before steps back a week. Older weeks change nothing.

    Rule: FND-2.
    """
    if week == track.week:
        return _corrected(track)
    if week <= track.looked_week:
        return track
    clean = track.clean_weeks + 1
    done = track.state in LIVE and clean >= CLEAN_WEEKS_TO_RESOLVE
    return replace(track, looked_week=week, clean_weeks=clean, state=State.RESOLVED if done else track.state)


def check_step(*, before: State, after: State, reason: str) -> None:
    """
    Pass if a person may take a finding from one state to another.

    Dismissing and resolving need a reason: it is read by whoever looks at the finding later.

    Raises:
        WrongState: there is no such step.
        ReasonMissing: the step needs words.

    Rule: FND-3.
    """
    if after not in STEPS[before]:
        raise WrongState(f"A finding that is {before.value} cannot become {after.value}.")
    if after in NEEDS_REASON and not reason.strip():
        raise ReasonMissing(f"Say in a few words why the finding is {after.value}.")


def check_dispute(*, state: State, words: str) -> None:
    """
    Pass if a distributor may dispute a finding: while it is live, and in words.

    Raises:
        WrongState: it is closed.
        ReasonMissing: no words.
    """
    if state not in LIVE:
        raise WrongState(f"A finding that is {state.value} cannot be disputed.")
    if not words.strip():
        raise ReasonMissing("Say in a few words what is not right.")


def _is_over(track: Track, week: date, severity: Severity) -> bool:
    """Return whether what was closed stays closed and a sight in `week` is a new finding."""
    if track.state is State.WITHDRAWN:
        return week != track.week
    if week <= track.week:
        return False
    if track.state is State.DISMISSED:
        return severity > track.severity or track.clean_weeks >= CLEAN_WEEKS_TO_RESOLVE
    return True


def _corrected(track: Track) -> Track:
    """Return a finding whose last sighting does not stand."""
    if track.state not in LIVE:
        return track
    if track.first_week == track.week:
        return replace(track, state=State.WITHDRAWN)
    week = weeks.shift(track.week, -1)
    clean = max(track.clean_weeks, 1)
    done = clean >= CLEAN_WEEKS_TO_RESOLVE
    return replace(track, week=week, clean_weeks=clean, state=State.RESOLVED if done else track.state)


def due(*, due_on: date, today: date) -> Due:
    """
    Return when something agreed is due: overdue from the day after, soon in the week of its day and from Monday on.

    Rule: FND-4.
    """
    if due_on < today:
        return Due.OVERDUE
    return Due.SOON if weeks.monday_of(due_on) == weeks.monday_of(today) else Due.LATER


def check_talk(*, held_on: date, today: date, note: str) -> None:
    """
    Pass if a talk can be written down.

    Raises:
        Refusal: it lies ahead, or too far back, or its note is too long.
    """
    if held_on > today:
        raise Refusal("findings.talk_ahead", held_on=held_on)
    if held_on < today - timedelta(days=TALKS_AGO_DAYS):
        raise Refusal("findings.talk_long_ago", held_on=held_on, days=TALKS_AGO_DAYS)
    if len(note) > LONGEST_NOTE:
        raise Refusal("findings.too_long", most=LONGEST_NOTE)


def check_agreement(*, words: str, due_on: date, held_on: date) -> None:
    """
    Pass if something agreed says what, and by when.

    Raises:
        Refusal: there are no words or too many, or the day lies before the talk or too far ahead.
    """
    if not words.strip():
        raise Refusal("findings.nothing_agreed")
    if len(words) > LONGEST_WORDS:
        raise Refusal("findings.too_long", most=LONGEST_WORDS)
    if due_on < held_on:
        raise Refusal("findings.due_before_talk", due_on=due_on, held_on=held_on)
    if due_on > held_on + timedelta(days=AGREED_AHEAD_DAYS):
        raise Refusal("findings.due_too_late", due_on=due_on)


def check_outcome(*, before: Outcome, after: Outcome, note: str) -> None:
    """
    Pass if what came of something agreed can be written down: a word that was not kept, or is taken back, needs a why.

    Raises:
        Refusal: it says so already, or the reason is missing.

    Rule: FND-5.
    """
    if before is after:
        raise Refusal("findings.already_so")
    if after is not Outcome.KEPT and not note.strip():
        raise Refusal("findings.why_missing")
