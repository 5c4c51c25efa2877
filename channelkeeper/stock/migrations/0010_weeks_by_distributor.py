"""The packed weeks of a distributor's products in one row, in place of a row per product."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import django.db.models.deletion
import numpy as np
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from channelkeeper.stock import packed

AT_ONCE = 2000


def bring_together(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Pack the rows of each distributor into one."""
    if schema_editor.connection.vendor == "postgresql":
        # It is read and written whole, every week: not worth compressing.
        schema_editor.execute("ALTER TABLE stock_packedweeks ALTER COLUMN content SET STORAGE EXTERNAL")
    kept = apps.get_model("stock", "PackedWeeks")
    for distributor_id, block, products in _blocks(apps.get_model("stock", "Series")):
        kept.objects.create(
            distributor_id=distributor_id, first_week=block.first_week, products=products, content=block.content
        )


def _blocks(series: Any) -> Iterator[tuple[int, packed.Block, int]]:
    rows = series.objects.order_by("distributor_id", "product_id").iterator(chunk_size=AT_ONCE)
    for distributor_id, group in groupby(rows, key=attrgetter("distributor_id")):
        found = list(group)
        first = min(row.first_week for row in found)
        last = max(row.first_week + timedelta(weeks=len(row.flags) - 1) for row in found)
        grid = packed.empty(first, len(found), (last - first).days // 7 + 1)
        for place, row in enumerate(found):
            _unpack(grid, place, row, first)
        block = packed.pack(grid, [row.product_id for row in found])
        if block is not None:
            yield distributor_id, block, packed.read_records(block.content).size


def _unpack(grid: packed.Grid, place: int, row: Any, first: date) -> None:
    start = (row.first_week - first).days // 7
    part = slice(start, start + len(row.flags))
    for name in ("sold", "closing", "received"):
        getattr(grid, name)[place, part] = np.frombuffer(bytes(getattr(row, name)), dtype="<i4")
    grid.flags[place, part] = np.frombuffer(bytes(row.flags), dtype="u1")


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0001_initial"),
        ("stock", "0009_sums_of_categories"),
    ]

    operations = [
        migrations.CreateModel(
            name="PackedWeeks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_week", models.DateField()),
                ("products", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "distributor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packed_weeks",
                        to="network.distributor",
                    ),
                ),
            ],
        ),
        migrations.RunPython(bring_together, migrations.RunPython.noop),
        migrations.DeleteModel(name="Series"),
    ]
