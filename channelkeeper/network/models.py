"""Who: regions, offices, reps, distributors, and who serves whom from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

PERIOD = Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on"))


class Region(models.Model):
    """A part of the country, made of offices."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name_zh


class Office(models.Model):
    """A branch office: reps and the distributors they serve."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="offices")

    def __str__(self) -> str:
        return self.name_zh


class OfficeManager(models.Model):
    """A user manages an office in [starts_on, ends_on)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="managed_offices")
    office = models.ForeignKey(Office, models.PROTECT, related_name="managers")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=PERIOD, name="manager_period")]

    def __str__(self) -> str:
        return f"{self.user} {self.office}"


class Rep(models.Model):
    """A factory rep, at home in one office."""

    code = models.CharField(max_length=40, unique=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rep")
    office = models.ForeignKey(Office, models.PROTECT, related_name="reps")

    def __str__(self) -> str:
        return str(self.user)


class Distributor(models.Model):
    """An independent firm that buys from the manufacturer and sells to outlets."""

    class Grade(models.TextChoices):
        """Published standing in the yearly evaluation."""

        A = "A"
        B = "B"
        C = "C"

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="distributors")
    grade = models.CharField(max_length=1, choices=Grade.choices, default=Grade.B)
    place_zh = models.CharField(max_length=100, blank=True)
    place_en = models.CharField(max_length=100, blank=True)
    lead_time_days = models.PositiveIntegerField(default=7)
    order_weekdays = models.PositiveSmallIntegerField(default=2)  # a bit a day: 1 Monday, 2 Tuesday .. 64 Sunday
    min_order_cases = models.PositiveIntegerField(default=0)  # per product line, 0 is none
    min_order_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # yuan
    truck_pallets = models.DecimalField(
        max_digits=6, decimal_places=1, null=True, blank=True
    )  # what one delivery holds
    order_limit = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # yuan one order may cost
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    initials = models.CharField(max_length=120, blank=True, db_index=True)  # pinyin, for search

    class Meta:
        constraints = [
            models.CheckConstraint(condition=PERIOD, name="distributor_period"),
            models.CheckConstraint(
                condition=Q(order_weekdays__gte=1) & Q(order_weekdays__lte=127), name="distributor_order_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Assignment(models.Model):
    """A rep serves a distributor in [starts_on, ends_on); periods of one distributor never overlap."""

    rep = models.ForeignKey(Rep, models.PROTECT, related_name="assignments")
    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=PERIOD, name="assignment_period"),
            models.UniqueConstraint(
                fields=["distributor"], condition=Q(ends_on__isnull=True), name="assignment_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep} {self.distributor}"


class DistributorUser(models.Model):
    """A person of the distributor who signs in for it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="distributor_seats")
    distributor = models.ForeignKey(Distributor, models.PROTECT, related_name="users")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "distributor"], name="distributor_user_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.distributor}"
