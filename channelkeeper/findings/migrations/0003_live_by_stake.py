"""The indexes by which the list of what stands is read: the largest stake first, and what goes well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0002_talks"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="finding", name="finding_by_stake"),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "in_talks"])),
                fields=["-stake"],
                name="finding_live_by_stake",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("severity", 0), ("state__in", ["open", "in_talks"])),
                fields=["distributor"],
                name="finding_live_good",
            ),
        ),
    ]
