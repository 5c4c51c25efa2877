from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0005_bands"),
    ]

    operations = [
        migrations.AddField(
            model_name="distributorweek",
            name="band_high_value",
            field=models.DecimalField(db_default=0, decimal_places=4, max_digits=18),
        ),
        migrations.AddField(
            model_name="distributorweek",
            name="band_low_value",
            field=models.DecimalField(db_default=0, decimal_places=4, max_digits=18),
        ),
        migrations.AddField(
            model_name="distributorweek",
            name="expiring_value",
            field=models.DecimalField(db_default=0, decimal_places=2, max_digits=16),
        ),
        migrations.AddField(
            model_name="distributorweek",
            name="sold_after_value",
            field=models.DecimalField(decimal_places=2, max_digits=16, null=True),
        ),
    ]
