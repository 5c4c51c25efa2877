"""A distributor may order on several days of the week, fills a truck, and has a minimum and a limit in yuan."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def days_as_bits(apps: Any, schema_editor: Any) -> None:
    """Keep each distributor's one day of the week (0 is Monday) as its bit."""
    distributors = apps.get_model("network", "Distributor").objects.all()
    for day in range(7):
        distributors.filter(order_weekday=day).update(order_weekdays=1 << day)


def bits_as_days(apps: Any, schema_editor: Any) -> None:
    """Keep the first of each distributor's days."""
    distributors = apps.get_model("network", "Distributor").objects
    for pk, bits in distributors.values_list("pk", "order_weekdays"):
        first = next(day for day in range(7) if bits >> day & 1)
        distributors.filter(pk=pk).update(order_weekday=first)


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]

    operations = [
        migrations.AddField("distributor", "order_weekdays", models.PositiveSmallIntegerField(default=2)),
        migrations.RunPython(days_as_bits, bits_as_days),
        migrations.RemoveConstraint("distributor", "distributor_order_weekday"),
        migrations.RemoveField("distributor", "order_weekday"),
        migrations.AddConstraint(
            "distributor",
            models.CheckConstraint(
                condition=Q(order_weekdays__gte=1) & Q(order_weekdays__lte=127), name="distributor_order_weekdays"
            ),
        ),
        migrations.AddField(
            "distributor",
            "min_order_amount",
            models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
        ),
        migrations.AddField(
            "distributor", "truck_pallets", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)
        ),
        migrations.AddField(
            "distributor", "order_limit", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)
        ),
    ]
