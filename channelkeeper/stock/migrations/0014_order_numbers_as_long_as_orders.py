"""A shipment names the order it was sent for by that order's own number, of up to 60 characters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0013_cover_of_past_weeks"),
    ]

    operations = [
        migrations.AlterField("shipment", "order_number", models.CharField(max_length=60, blank=True)),
    ]
