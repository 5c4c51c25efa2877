"""What is known ahead: promotions and festivals."""

from django.db import models
from django.db.models import F, Q

from channelkeeper.catalog.models import Product
from channelkeeper.network.models import Distributor


class Promotion(models.Model):
    """A product is promoted in [starts_on, ends_on), at one distributor or at all."""

    code = models.CharField(max_length=40)
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60, blank=True)
    product = models.ForeignKey(Product, models.CASCADE, related_name="promotions")
    distributor = models.ForeignKey(Distributor, models.CASCADE, null=True, blank=True, related_name="promotions")
    starts_on = models.DateField()
    ends_on = models.DateField()
    known_on = models.DateField()  # before this date no forecast may read it
    intensity = models.DecimalField(max_digits=4, decimal_places=3)  # 0 to 1: share of outlets x depth of offer

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "product", "distributor"], name="promotion_once"),
            models.UniqueConstraint(
                fields=["code", "product"], condition=Q(distributor__isnull=True), name="promotion_once_for_all"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="promotion_period"),
            models.CheckConstraint(condition=Q(intensity__gte=0) & Q(intensity__lte=1), name="promotion_intensity"),
        ]

    def __str__(self) -> str:
        return f"{self.label_zh} {self.product}"


class Festival(models.Model):
    """A festival around which people buy otherwise, on its day of a year."""

    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "on"], name="festival_once")]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.on}"


class ClosedDays(models.Model):
    """A distributor, or the factory where none is named, is closed in [starts_on, ends_on): no order, no arrival."""

    distributor = models.ForeignKey(Distributor, models.CASCADE, null=True, blank=True, related_name="closed_days")
    starts_on = models.DateField()
    ends_on = models.DateField()
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["distributor", "starts_on"], name="closed_days_once"),
            models.UniqueConstraint(
                fields=["starts_on"], condition=Q(distributor__isnull=True), name="closed_days_once_for_factory"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="closed_days_period"),
        ]

    def __str__(self) -> str:
        return f"{self.label_zh} {self.starts_on}"


class LaunchPlan(models.Model):
    """What a new product is to start with, at one distributor or at all: the first fill, and the weeks after it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="launch_plans")
    distributor = models.ForeignKey(Distributor, models.CASCADE, null=True, blank=True, related_name="launch_plans")
    first_fill_cases = models.PositiveIntegerField()
    weekly_units = models.JSONField(default=list)  # expected pieces of each week from the launch on, as numbers

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "distributor"], name="launch_plan_once"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(distributor__isnull=True), name="launch_plan_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.first_fill_cases}"
