from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0006_cover_of_weeks"),
    ]

    operations = [
        migrations.AddField(
            model_name="credibility",
            name="changes",
            field=models.JSONField(default=dict),
        ),
    ]
