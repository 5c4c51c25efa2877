"""Proposals and orders: one row from proposal to the file that leaves."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from channelkeeper.catalog.models import Product
from channelkeeper.network.models import Distributor
from channelkeeper.orders import rules

STATES = [(state.value, state.value) for state in rules.State]


class Order(models.Model):
    """
    The next order of a distributor, proposed on a weekly close and settled between both sides.

    One live order per distributor and week: proposing twice never orders twice.
    """

    number = models.CharField(max_length=60, unique=True)
    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="orders")
    week = models.DateField()  # the Monday of the closed week it rests on
    state = models.CharField(max_length=10, choices=STATES, default=rules.State.PROPOSED.value)
    estimated = models.BooleanField()  # rests on estimated stock: cannot be sent (STK-6)
    lead_weeks = models.PositiveSmallIntegerField()  # Sunday closes between order and arrival
    review_weeks = models.PositiveSmallIntegerField()  # that end with the reading, the one of arrival included
    order_on = models.DateField()
    arrives_on = models.DateField()
    reading_on = models.DateField()  # the Sunday close at which cover is judged (ORD-1)
    truck_pallets = models.DecimalField(max_digits=6, decimal_places=1, null=True)  # what held its lines together
    order_limit = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    min_order_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    lines_ordered = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    days_now = models.FloatField(null=True)  # of the distributor's total, in value
    days_after = models.FloatField(null=True)
    inside_now = models.PositiveIntegerField()
    inside_after = models.PositiveIntegerField()
    steps = models.PositiveIntegerField(default=0)  # edits and their undoing so far, for undo
    proposed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)  # first seen by the distributor: no undo after
    settled_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    rule_version = models.PositiveSmallIntegerField(default=rules.VERSION)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["distributor", "week"],
                condition=~Q(state=rules.State.CANCELLED.value),
                name="order_one_live_a_week",
            )
        ]
        indexes = [models.Index(fields=["week", "state"], name="order_by_week")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """
    One product of an order, with everything its sentence rests on as it was known then.

    From these inputs alone the rule recomputes days, band and quantity years later.

    Lines come by the hundred thousand, always of a whole order, and are read by order: `order_line_once` finds them.
    Neither is indexed by itself, nor is the product looked up again for each line: it comes from a position, and
    who deletes a product is stopped by PROTECT.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    proposed_units = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    wanted_units = models.PositiveIntegerField(default=0)  # by ORD-1, before what truck, limit or minimum left of it
    edited = models.BooleanField(default=False)  # a person set the quantity: a new proposal keeps it
    units_per_case = models.PositiveIntegerField()
    min_order_cases = models.PositiveIntegerField()
    price_per_unit = models.DecimalField(max_digits=18, decimal_places=8)
    on_hand_units = models.IntegerField()
    expiring_units = models.IntegerField(default=0)  # of them what expires before its turn: no cover
    uncertain = models.BooleanField(default=False)  # fewer than eight reports: the expectation is a guess
    road_units = models.IntegerField()  # shipped and open orders that arrive by the reading
    expected_until_arrival_units = models.DecimalField(max_digits=16, decimal_places=4)
    expected_until_reading_units = models.DecimalField(max_digits=16, decimal_places=4)
    missed_units = models.DecimalField(max_digits=16, decimal_places=4)  # lost before arrival, never refilled
    fresh_units = models.DecimalField(max_digits=16, decimal_places=4, null=True)  # sells before it expires; null keeps
    capped_by = models.CharField(max_length=12, default="shelf_life")  # or retire: what ends the time to sell
    first_fill_cases = models.PositiveIntegerField(null=True)  # of a launch, where this is the first order
    cases_per_pallet = models.PositiveIntegerField(null=True)
    retires_on = models.DateField(null=True)
    successor = models.CharField(max_length=40, blank=True)  # its code, where the product retires
    per_day_now = models.DecimalField(max_digits=16, decimal_places=6)
    per_day_after = models.DecimalField(max_digits=16, decimal_places=6)  # mean of the 28 days after the reading
    days_now = models.FloatField(null=True)
    days_after = models.FloatField(null=True)
    low_days = models.FloatField()
    high_days = models.FloatField()
    bound_by = models.CharField(max_length=12)  # none, case, minimum, shelf_life, launch, retire, closed …
    group = models.CharField(max_length=10)  # run_out, grow, hold, sell_down, cut, enough, idle
    cause = models.CharField(max_length=12, blank=True)  # the largest part of the change: season, festival …
    change = models.DecimalField(max_digits=8, decimal_places=3)  # by that cause, coming 28 days ÷ last 28 days − 1
    cause_label_zh = models.CharField(max_length=60, blank=True)  # of the promotion or festival
    cause_label_en = models.CharField(max_length=60, blank=True)
    cause_starts_on = models.DateField(null=True, blank=True)
    cause_ends_on = models.DateField(null=True, blank=True)  # the last day
    reason = models.CharField(max_length=200, blank=True)  # of the last person who changed the quantity

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "product"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.product} {self.units}"


class OrderLink(models.Model):
    """
    A one-time link with which a distributor answers one order on its phone; only its SHA-256 is kept.

    It is worth nothing once it is spent, withdrawn or past its time, or the offer was taken back since.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # null: system
    made_by_name = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # first
    opened_times = models.PositiveIntegerField(default=0)
    spent_at = models.DateTimeField(null=True, blank=True)
    spent_on = models.CharField(max_length=10, blank=True)  # accepted, changed, declined
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="order_link_lasts"),
            models.CheckConstraint(condition=Q(spent_at=None) | Q(withdrawn_at=None), name="order_link_one_end"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.made_at}"


class OrderChange(models.Model):
    """
    One step in an order's life: who did what, when, why; a quantity's before and after. Append-only.

    Edits made together share a `step`; the row that takes a step back names it in `undoes`.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="changes")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=100)
    link = models.ForeignKey(OrderLink, models.RESTRICT, null=True, related_name="+")  # where one was used
    verb = models.CharField(max_length=40)  # proposed, offered, edited, accepted, changed, sent, cancelled, undone …
    before_units = models.PositiveIntegerField(null=True)
    after_units = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    step = models.PositiveIntegerField(null=True)
    undoes = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["order", "step"], name="order_change_by_step")]

    def __str__(self) -> str:
        return self.verb


class FormerProposal(models.Model):
    """
    What an order proposed before it was proposed anew, as it was known then: the lines that came out otherwise.

    Each line is kept with all the columns of `OrderLine`, so that its sentence can still be said.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="former")
    proposed_at = models.DateTimeField()
    replaced_at = models.DateTimeField()
    lines = models.JSONField()  # [{"product": code, "wanted_units": …, …}, …]

    def __str__(self) -> str:
        return f"{self.order} {self.proposed_at}"


class Score(models.Model):
    """
    What a proposed line came to, weeks later: had it been followed, and as it was ordered (LEV-1).

    The order's line holds what was known then. Reckoned anew when a report is corrected.
    Lines of which nothing was proposed nor ordered have none.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="scores")
    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    week = models.DateField()  # the closed week that it was proposed on
    rep_code = models.CharField(max_length=40, blank=True)  # who served the distributor on the day of the order
    kind = models.CharField(max_length=10)  # followed, edited, changed, declined, not_sent
    right = models.CharField(max_length=10)  # proposal, order, even, mixed
    units_per_case = models.PositiveIntegerField()
    low_days = models.FloatField()
    high_days = models.FloatField()
    at_least = models.BooleanField()  # a week ran out: demand is known from below only
    shown = models.BooleanField()  # the distributor saw the proposal
    proposed_units = models.PositiveIntegerField()
    ordered_units = models.PositiveIntegerField()  # what really took its place
    reason = models.CharField(max_length=200, blank=True)  # why it was ordered otherwise
    missed_followed = models.FloatField()  # pieces of demand not served from arrival to reading
    missed_really = models.FloatField()
    excess_followed = models.FloatField()  # pieces above the top of the band at the reading
    excess_really = models.FloatField()
    days_followed = models.FloatField(null=True)  # realised at the reading
    days_really = models.FloatField(null=True)
    stock_followed = models.FloatField()  # pieces at the reading
    stock_really = models.FloatField()
    missed_value_followed = models.DecimalField(max_digits=14, decimal_places=2)  # yuan, as are those below
    missed_value_really = models.DecimalField(max_digits=14, decimal_places=2)
    excess_value_followed = models.DecimalField(max_digits=14, decimal_places=2)
    excess_value_really = models.DecimalField(max_digits=14, decimal_places=2)
    stock_value_followed = models.DecimalField(max_digits=14, decimal_places=2)
    stock_value_really = models.DecimalField(max_digits=14, decimal_places=2)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "product"], name="score_once")]
        indexes = [
            models.Index(fields=["week", "distributor"], name="score_by_week"),
            models.Index(fields=["distributor", "week"], name="score_by_distributor"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.product} {self.right}"
