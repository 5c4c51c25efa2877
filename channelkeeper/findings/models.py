"""What was observed and needs managing."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from channelkeeper.findings.rules import Certainty, Outcome, Severity, Side, State, Topic
from channelkeeper.network.models import Distributor

STATES = [(state.value, state.value) for state in State]
SEVERITIES = [(severity.value, severity.name) for severity in Severity]
TOPICS = [(topic.value, topic.value) for topic in Topic]
SIDES = [(side.value, side.value) for side in Side]
OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]
CERTAINTIES = [(certainty.value, certainty.value) for certainty in Certainty]


class Finding(models.Model):
    """
    One rule's observation at one distributor about one subject, with the figures it rests on.

    A rerun updates the row; two clean weeks resolve it. The sentence is the code with its
    figures, rendered in the reader's language.
    """

    kind = models.CharField(max_length=60)  # below_band, above_band, report_late, figures_copied, kept_in_band …
    rule = models.CharField(max_length=20)  # STK-2 …
    rule_version = models.PositiveSmallIntegerField(default=1)
    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="findings")
    subject = models.CharField(max_length=80, blank=True)  # a product's code, or empty for the distributor itself
    week = models.DateField()  # the Monday of the week last seen
    first_week = models.DateField()
    looked_week = models.DateField()  # the last week in which its rule looked, seen or not
    clean_weeks = models.PositiveSmallIntegerField(default=0)
    severity = models.PositiveSmallIntegerField(choices=SEVERITIES)
    certainty = models.CharField(max_length=10, choices=CERTAINTIES, default=Certainty.REPORTED.value)
    state = models.CharField(max_length=12, choices=STATES, default=State.OPEN.value)
    disputed = models.BooleanField(default=False)
    rests_on_price = models.BooleanField(default=False)  # a resale price: may feed no money, supply or score
    sentence = models.CharField(max_length=80)
    figures = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)  # [[room, kind, id], …]
    stake = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "kind", "distributor", "subject"],
                condition=Q(state__in=["open", "in_talks"]),
                name="finding_one_live",
            ),
            models.CheckConstraint(condition=Q(stake__gte=0), name="finding_stake"),
        ]
        indexes = [
            models.Index(fields=["distributor", "state"], name="finding_by_distributor"),
            # What the list shows first, in its order: of thousands that stand, a page reads its own.
            models.Index(fields=["-stake"], condition=Q(state__in=["open", "in_talks"]), name="finding_live_by_stake"),
            models.Index(
                fields=["distributor"],
                condition=Q(severity=Severity.GOOD.value, state__in=["open", "in_talks"]),
                name="finding_live_good",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.distributor} {self.subject}"


class FindingChange(models.Model):
    """One step in a finding's life: by whom, when, from what to what, and why."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=100)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)  # a state, or disputed, dispute_settled, replied
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Talk(models.Model):
    """One talk with a distributor: when, about what, on which findings, and what was said."""

    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="talks")
    topic = models.CharField(max_length=10, choices=TOPICS)
    held_on = models.DateField()
    note = models.TextField(blank=True)  # our own: the distributor does not read it
    findings = models.ManyToManyField(Finding, related_name="talks", blank=True)
    rests_on_price = models.BooleanField(default=False)  # as one of its findings does
    created_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["distributor", "-held_on"], name="talk_by_distributor")]

    def __str__(self) -> str:
        return f"{self.distributor} {self.held_on}"


class Agreement(models.Model):
    """One thing that a talk agreed: what, whose it is, by when, and whether it was kept."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="agreements")
    words = models.CharField(max_length=300)
    whose = models.CharField(max_length=12, choices=SIDES)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=OUTCOMES, default=Outcome.OPEN.value)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="agreement_by_due")]

    def __str__(self) -> str:
        return self.words


class TalkChange(models.Model):
    """One step in a talk's life: held, something agreed, kept or not, and why. Append-only."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="changes")
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=100)
    verb = models.CharField(max_length=20)  # held, agreed, kept, not_kept, cancelled, open
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.verb} {self.at}"
