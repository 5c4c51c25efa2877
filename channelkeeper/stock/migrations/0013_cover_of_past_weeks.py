"""What past weeks can be told without closing them anew: the usual band, and what the four weeks after really sold."""

from datetime import date, timedelta

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Count, F, OuterRef, Subquery, Sum

AHEAD = 4


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill what is empty."""
    kept = apps.get_model("stock", "DistributorWeek").objects
    usual = {"band_low_value": F("expected_value_per_day") * 20, "band_high_value": F("expected_value_per_day") * 25}
    kept.filter(band_low_value=0).update(**usual)
    weeks: list[date] = list(kept.order_by("week").values_list("week", flat=True).distinct())
    for week in weeks[:-AHEAD]:
        after = kept.filter(
            distributor=OuterRef("distributor"), week__gt=week, week__lte=week + timedelta(weeks=AHEAD), reported=True
        )
        sold = after.order_by().values("distributor").annotate(told=Count("pk"), total=Sum("sold_value"))
        known = kept.filter(week=week, reported=True, sold_after_value__isnull=True)
        known.update(sold_after_value=Subquery(sold.filter(told=AHEAD).values("total")))


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0012_realised_of_categories"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
