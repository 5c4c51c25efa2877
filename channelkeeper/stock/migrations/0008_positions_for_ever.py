"""Positions of every close, packed, in place of those of the last one; a close of the week fills them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_as_it_is(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Have PostgreSQL not compress the content: it is read and written whole, every week."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE stock_positions ALTER COLUMN content SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("network", "0001_initial"),
        ("stock", "0007_category_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Positions",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField()),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.DeleteModel(name="Position"),
        migrations.AddField(
            model_name="positions",
            name="distributor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="positions", to="network.distributor"
            ),
        ),
        migrations.AddConstraint(
            model_name="positions",
            constraint=models.UniqueConstraint(fields=("distributor", "week"), name="positions_once"),
        ),
        migrations.RunPython(keep_as_it_is, migrations.RunPython.noop),
    ]
