"""
Scores belong to an order and a product, no more to a line: lines are written anew when an order is proposed again.

Scores are reckoned, not told: `orders score` makes them again.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_pallets_and_near_expiry"),
        ("network", "0002_order_days_truck_and_limits"),
        ("orders", "0003_lines_say_what_bound_them"),
    ]

    operations = [
        migrations.DeleteModel(name="Score"),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField()),
                ("rep_code", models.CharField(blank=True, max_length=40)),
                ("kind", models.CharField(max_length=10)),
                ("right", models.CharField(max_length=10)),
                ("units_per_case", models.PositiveIntegerField()),
                ("low_days", models.FloatField()),
                ("high_days", models.FloatField()),
                ("at_least", models.BooleanField()),
                ("shown", models.BooleanField()),
                ("proposed_units", models.PositiveIntegerField()),
                ("ordered_units", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("missed_followed", models.FloatField()),
                ("missed_really", models.FloatField()),
                ("excess_followed", models.FloatField()),
                ("excess_really", models.FloatField()),
                ("days_followed", models.FloatField(null=True)),
                ("days_really", models.FloatField(null=True)),
                ("stock_followed", models.FloatField()),
                ("stock_really", models.FloatField()),
                ("missed_value_followed", models.DecimalField(decimal_places=2, max_digits=14)),
                ("missed_value_really", models.DecimalField(decimal_places=2, max_digits=14)),
                ("excess_value_followed", models.DecimalField(decimal_places=2, max_digits=14)),
                ("excess_value_really", models.DecimalField(decimal_places=2, max_digits=14)),
                ("stock_value_followed", models.DecimalField(decimal_places=2, max_digits=14)),
                ("stock_value_really", models.DecimalField(decimal_places=2, max_digits=14)),
                ("scored_at", models.DateTimeField()),
                (
                    "distributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="network.distributor"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="orders.order"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.product"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("order", "product"), name="score_once")],
                "indexes": [
                    models.Index(fields=["week", "distributor"], name="score_by_week"),
                    models.Index(fields=["distributor", "week"], name="score_by_distributor"),
                ],
            },
        ),
    ]
