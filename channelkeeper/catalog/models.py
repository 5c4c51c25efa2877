"""What is sold: brands, categories, products, ex-factory prices."""

from django.db import models
from django.db.models import Q


class Brand(models.Model):
    """A brand of the manufacturer."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name_zh


class Category(models.Model):
    """A group of products that sell alike; seasons are shared within it."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name_zh


class Product(models.Model):
    """One article, counted in pieces (the base unit) and shipped in cases."""

    code = models.CharField(max_length=40, unique=True)
    gtin = models.CharField(max_length=14, null=True, blank=True, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    units_per_case = models.PositiveIntegerField()
    cases_per_layer = models.PositiveIntegerField(null=True, blank=True)
    layers_per_pallet = models.PositiveIntegerField(null=True, blank=True)
    shelf_life_days = models.PositiveIntegerField(null=True, blank=True)
    near_expiry_days = models.PositiveIntegerField(null=True, blank=True)  # blank: by its shelf life
    launched_on = models.DateField(null=True, blank=True)
    retires_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    initials = models.CharField(max_length=120, blank=True, db_index=True)  # pinyin, for search

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(units_per_case__gte=1), name="product_case_of_one")]

    def __str__(self) -> str:
        return self.name_zh


class Price(models.Model):
    """
    The ex-factory price of a product from a date on, yuan per piece with VAT.

    Prices are agreed by the case. Eight decimals keep the piece of a case of 24 at ¥50 (2.08333333) so
    that any order of cases comes to the fen.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="prices")
    starts_on = models.DateField()
    price_per_unit = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "starts_on"], name="price_once_a_day"),
            models.CheckConstraint(condition=Q(price_per_unit__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.price_per_unit}"
