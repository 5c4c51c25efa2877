"""Weekly stock reports, goods on the road, and what follows from both: history, positions, weeks."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from channelkeeper.catalog.models import Category, Product
from channelkeeper.network.models import Distributor, Office


class Intake(models.Model):
    """A file as it came, with what a person answered and mended until it was taken in."""

    class State(models.TextChoices):
        """waiting (faults or questions) → accepted or dropped."""

        WAITING = "waiting"
        ACCEPTED = "accepted"
        DROPPED = "dropped"

    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="intakes")
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=10)  # page, api, command
    week_asked = models.DateField(null=True, blank=True)
    answers = models.JSONField(default=dict)
    mended = models.JSONField(default=dict)  # {"sheet!G14": "12"}
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    report = models.ForeignKey("Report", models.PROTECT, null=True, related_name="+")  # what it was taken in as
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["distributor", "sha256"], name="intake_by_content")]

    def __str__(self) -> str:
        return self.filename


class Report(models.Model):
    """One version of a distributor's stock report for a week; the newest is current, all stay readable."""

    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="reports")
    week = models.DateField()  # its Monday
    version = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="reports")
    received_at = models.DateTimeField()
    on_time = models.BooleanField()  # of the first version: a correction makes no report late
    products = models.PositiveIntegerField()
    gaps = models.PositiveIntegerField()  # lines whose balance does not meet (STK-3)
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["distributor", "week", "version"], name="report_version_once"),
            models.UniqueConstraint(
                fields=["distributor", "week"], condition=Q(current=True), name="report_one_current"
            ),
        ]
        indexes = [models.Index(fields=["week", "current"], name="report_by_week")]

    def __str__(self) -> str:
        return f"{self.distributor} {self.week} v{self.version}"


class ReportLine(models.Model):
    """One product of a report, in pieces, and the row of the sender's file it was read from."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    opening_units = models.IntegerField()
    received_units = models.IntegerField()
    other_in_units = models.IntegerField()
    sold_units = models.IntegerField()
    gifts_units = models.IntegerField()
    losses_units = models.IntegerField()
    returns_units = models.IntegerField()
    closing_units = models.IntegerField()
    near_expiry_units = models.IntegerField()
    sheet = models.CharField(max_length=60)
    row = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "product"], name="report_line_once")]

    def __str__(self) -> str:
        return f"{self.product} {self.closing_units}"


class OwnCode(models.Model):
    """
    What a distributor calls one of our products: its code or name, learned once, ever reused.

    Without a product the name is learned as none of ours: another maker's, a service, a note.
    """

    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="own_codes")
    text = models.CharField(max_length=200)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    learned_at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["distributor", "text"], name="own_code_once")]

    def __str__(self) -> str:
        return self.text


class OwnUnit(models.Model):
    """What a unit word of a distributor means: case or piece."""

    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="own_units")
    word = models.CharField(max_length=20)
    meaning = models.CharField(max_length=10, choices=[("case", "case"), ("piece", "piece")])
    learned_at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["distributor", "word"], name="own_unit_once")]

    def __str__(self) -> str:
        return f"{self.word} = {self.meaning}"


class Shipment(models.Model):
    """Goods sent to a distributor: on the road until a reported close holds them (`rules.is_on_the_road`)."""

    number = models.CharField(max_length=40, unique=True)
    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="shipments")
    order_number = models.CharField(max_length=60, blank=True)  # as long as an order's own
    shipped_on = models.DateField()
    arrives_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(arrives_on__gte=F("shipped_on")), name="shipment_arrives_after")
        ]
        indexes = [models.Index(fields=["distributor", "received_on"], name="shipment_on_the_road")]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """One product of a shipment, in pieces."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "product"], name="shipment_line_once")]

    def __str__(self) -> str:
        return f"{self.product} {self.units}"


class PackedWeeks(models.Model):
    """
    The weeks of all products of a distributor, packed: what the engine reads in bulk.

    `content` has one record per product, by its key: see `packed`. Each column is one integer per
    week from `first_week` on; -1 is unknown (no report). `flags` is one byte per week: 1 reported,
    2 out of stock (STK-6), 4 not named in the report: nothing moved, the closing is the one before;
    8 counted by hand. Derived from the current reports and counts; `stock.actions` keeps it in the
    same transaction.
    """

    distributor = models.OneToOneField(Distributor, models.CASCADE, related_name="packed_weeks")
    first_week = models.DateField()
    products = models.PositiveIntegerField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.distributor} {self.first_week}"


class Positions(models.Model):
    """
    Where the products of a distributor stood at a weekly close (STK-1, STK-2): kept for every close, for ever.

    `content` is one packed record per product, by its key: see `positions`. A close that is run
    again puts its own in place; a distributor without products has an empty one.
    """

    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="positions")
    week = models.DateField()  # the close it rests on
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["distributor", "week"], name="positions_once")]

    def __str__(self) -> str:
        return f"{self.distributor} {self.week}"


class Learned(models.Model):
    """
    What all series had in common at a close (season, festival, uplift …), as the engine learned it.

    Kept so that a distributor whose report comes late, or a close that was killed, goes on
    with the very indices that the others were judged by.
    """

    week = models.DateField(unique=True)
    content = models.BinaryField()  # an .npz archive of plain arrays
    learned_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.week)


class DistributorWeek(models.Model):
    """A distributor's week in sums: what lists, overviews and trends read."""

    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="weeks")
    week = models.DateField(db_index=True)
    reported = models.BooleanField()
    on_time = models.BooleanField()
    products = models.PositiveIntegerField()
    below = models.PositiveIntegerField()
    inside = models.PositiveIntegerField()
    above = models.PositiveIntegerField()
    stock_value = models.DecimalField(max_digits=16, decimal_places=2)
    low_stock_value = models.DecimalField(max_digits=16, decimal_places=2)
    high_stock_value = models.DecimalField(max_digits=16, decimal_places=2)
    expected_value_per_day = models.DecimalField(max_digits=20, decimal_places=6)  # a rate: days are judged on it
    trailing_value_per_day = models.DecimalField(max_digits=20, decimal_places=6)  # a rate: days are judged on it
    sold_value = models.DecimalField(max_digits=16, decimal_places=2)
    short_value = models.DecimalField(max_digits=16, decimal_places=2)
    above_value = models.DecimalField(max_digits=16, decimal_places=2)
    # Of the stock, what will expire before its turn (STK-1c): days rest on the rest.
    expiring_value = models.DecimalField(max_digits=16, decimal_places=2, db_default=0)
    # The stock with which every product would lie at its band's ends (STK-2c); 0 where nothing is expected.
    band_low_value = models.DecimalField(max_digits=18, decimal_places=4, db_default=0)
    band_high_value = models.DecimalField(max_digits=18, decimal_places=4, db_default=0)
    # What the four weeks after really sold, once all four are reported (STK-1, realised).
    sold_after_value = models.DecimalField(max_digits=16, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["distributor", "week"], name="distributor_week_once")]

    def __str__(self) -> str:
        return f"{self.distributor} {self.week}"


class CategoryWeek(models.Model):
    """A category of a distributor's week in sums, as `DistributorWeek` has them of all its products."""

    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    week = models.DateField(db_index=True)
    products = models.PositiveIntegerField()
    below = models.PositiveIntegerField()
    inside = models.PositiveIntegerField()
    above = models.PositiveIntegerField()
    stock_value = models.DecimalField(max_digits=16, decimal_places=2)
    low_stock_value = models.DecimalField(max_digits=16, decimal_places=2)
    high_stock_value = models.DecimalField(max_digits=16, decimal_places=2)
    expected_value_per_day = models.DecimalField(max_digits=20, decimal_places=6)  # a rate: days are judged on it
    trailing_value_per_day = models.DecimalField(max_digits=20, decimal_places=6)  # a rate: days are judged on it
    sold_value = models.DecimalField(max_digits=16, decimal_places=2)
    short_value = models.DecimalField(max_digits=16, decimal_places=2)
    above_value = models.DecimalField(max_digits=16, decimal_places=2)
    expiring_value = models.DecimalField(max_digits=16, decimal_places=2)
    band_low_value = models.DecimalField(max_digits=18, decimal_places=4)
    band_high_value = models.DecimalField(max_digits=18, decimal_places=4)
    sold_after_value = models.DecimalField(max_digits=16, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["distributor", "week", "category"], name="category_week_once"),
        ]

    def __str__(self) -> str:
        return f"{self.distributor} {self.week} {self.category}"


class OfficeWeek(models.Model):
    """
    The distributors that an office had at a close, in counts: what overviews of years read.

    Written with each `DistributorWeek`; a distributor that moves leaves its past weeks where they were.
    """

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    week = models.DateField(db_index=True)
    distributors = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    below = models.PositiveIntegerField()  # products, as in DistributorWeek
    inside = models.PositiveIntegerField()
    above = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "week"], name="office_week_once")]

    def __str__(self) -> str:
        return f"{self.office} {self.week}"


class Credibility(models.Model):
    """How far a report can be believed (STK-4): its signs, and the score that chooses whom to count."""

    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="credibility")
    week = models.DateField(db_index=True)
    score = models.PositiveSmallIntegerField()  # 0 to 100
    signs = models.JSONField(default=list)  # [{"kind": "copied", "strength": 0.5, "figures": {…}}]
    # How far each category's sales are from the usual, for its neighbours to be held against: {"7": [0.69, 0.05]}.
    changes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["distributor", "week"], name="credibility_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="credibility_score_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.distributor} {self.week} {self.score}"


class Count(models.Model):
    """
    Goods counted by hand at a distributor (盘点), standing for one close; kept for ever, at most withdrawn.

    Of several counts of one product for one close the newest stands.
    """

    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="counts")
    week = models.DateField()  # the closed week for whose Sunday it stands
    counted_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10)  # page, file, api, command
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=100, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["distributor", "week"], name="count_by_week")]

    def __str__(self) -> str:
        return f"{self.distributor} {self.counted_on}"


class CountLine(models.Model):
    """
    One product of a count, in pieces: what lay there, and what moved since the Sunday that it stands for.

    `closing_units` is what lay there on that Sunday: counted + sold since − received since.
    """

    count = models.ForeignKey(Count, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    counted_units = models.PositiveIntegerField()
    sold_since_units = models.PositiveIntegerField(default=0)
    received_since_units = models.PositiveIntegerField(default=0)
    closing_units = models.PositiveIntegerField()
    near_expiry_units = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "product"], name="count_line_once"),
            models.CheckConstraint(
                condition=Q(closing_units=F("counted_units") + F("sold_since_units") - F("received_since_units")),
                name="count_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.counted_units}"


class SellIn(models.Model):
    """
    What a distributor bought of a product by week before it reported: what is expected until eight reports are in.

    `units` is one little-endian int32 per week from `first_week` on, in pieces.
    """

    distributor = models.ForeignKey(Distributor, models.CASCADE, related_name="sell_in")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    first_week = models.DateField()
    units = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["distributor", "product"], name="sell_in_once")]

    def __str__(self) -> str:
        return f"{self.distributor} {self.product}"


class Band(models.Model):
    """
    A band in days that was set (STK-2b): of a product, a category or all, at a distributor or everywhere.

    It holds in [starts_on, ends_on). `subject` says the three in one text, so that periods of one
    subject can be kept apart.
    """

    subject = models.CharField(max_length=80)  # "d12 p5": see `bands.subject_of`
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    distributor = models.ForeignKey(Distributor, models.PROTECT, null=True, blank=True, related_name="bands")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    low_days = models.DecimalField(max_digits=5, decimal_places=1)
    high_days = models.DecimalField(max_digits=5, decimal_places=1)
    reason = models.CharField(max_length=200, blank=True)
    set_at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "starts_on"], name="band_starts_once"),
            models.UniqueConstraint(fields=["subject"], condition=Q(ends_on__isnull=True), name="band_one_open"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="band_period"
            ),
            models.CheckConstraint(condition=Q(low_days__gt=0) & Q(high_days__gt=F("low_days")), name="band_ends"),
            models.CheckConstraint(
                condition=~Q(product__isnull=True, category__isnull=True, distributor__isnull=True)
                & (Q(product__isnull=True) | Q(category__isnull=True)),
                name="band_subject",
            ),
        ]
        indexes = [models.Index(fields=["starts_on"], name="band_by_start")]

    def __str__(self) -> str:
        return f"{self.subject} {self.low_days}-{self.high_days}"
