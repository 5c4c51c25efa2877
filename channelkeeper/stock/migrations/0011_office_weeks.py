"""The sums of offices by week, filled from the distributors' weeks that there are."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Count, Q, Sum

COUNTS = ("distributors", "reported", "on_time", "below", "inside", "above")


def sum_up(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add up what there is."""
    rows = (
        apps.get_model("stock", "DistributorWeek")
        .objects.order_by()
        .values_list("distributor__office_id", "week")
        .annotate(
            closed=Count("pk"),
            told=Count("pk", filter=Q(reported=True)),
            kept=Count("pk", filter=Q(on_time=True)),
            low=Sum("below"),
            good=Sum("inside"),
            high=Sum("above"),
        )
    )
    kept = apps.get_model("stock", "OfficeWeek")
    kept.objects.bulk_create(
        (
            kept(office_id=office, week=week, **dict(zip(COUNTS, counts, strict=True)))
            for office, week, *counts in rows.iterator()
        ),
        batch_size=2000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0001_initial"),
        ("stock", "0010_weeks_by_distributor"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficeWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(db_index=True)),
                ("distributors", models.PositiveIntegerField()),
                ("reported", models.PositiveIntegerField()),
                ("on_time", models.PositiveIntegerField()),
                ("below", models.PositiveIntegerField()),
                ("inside", models.PositiveIntegerField()),
                ("above", models.PositiveIntegerField()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="network.office"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("office", "week"), name="office_week_once")],
            },
        ),
        migrations.RunPython(sum_up, migrations.RunPython.noop),
    ]
