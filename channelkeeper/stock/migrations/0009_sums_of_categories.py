import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("network", "0001_initial"),
        ("stock", "0008_positions_for_ever"),
    ]

    operations = [
        migrations.CreateModel(
            name="CategoryWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(db_index=True)),
                ("products", models.PositiveIntegerField()),
                ("below", models.PositiveIntegerField()),
                ("inside", models.PositiveIntegerField()),
                ("above", models.PositiveIntegerField()),
                ("stock_value", models.DecimalField(decimal_places=2, max_digits=16)),
                ("low_stock_value", models.DecimalField(decimal_places=2, max_digits=16)),
                ("high_stock_value", models.DecimalField(decimal_places=2, max_digits=16)),
                ("expected_value_per_day", models.DecimalField(decimal_places=6, max_digits=20)),
                ("trailing_value_per_day", models.DecimalField(decimal_places=6, max_digits=20)),
                ("sold_value", models.DecimalField(decimal_places=2, max_digits=16)),
                ("short_value", models.DecimalField(decimal_places=2, max_digits=16)),
                ("above_value", models.DecimalField(decimal_places=2, max_digits=16)),
                ("expiring_value", models.DecimalField(decimal_places=2, max_digits=16)),
                ("band_low_value", models.DecimalField(decimal_places=4, max_digits=18)),
                ("band_high_value", models.DecimalField(decimal_places=4, max_digits=18)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.category"
                    ),
                ),
                (
                    "distributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="network.distributor"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("distributor", "week", "category"), name="category_week_once")
                ],
            },
        ),
    ]
