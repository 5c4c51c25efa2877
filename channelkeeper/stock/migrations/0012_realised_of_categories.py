from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0011_office_weeks"),
    ]

    operations = [
        migrations.AddField(
            model_name="categoryweek",
            name="sold_after_value",
            field=models.DecimalField(decimal_places=2, max_digits=16, null=True),
        ),
    ]
