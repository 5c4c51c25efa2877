"""Tables: foreign keys follow the order of the rooms, migrations follow the tables."""

from collections.abc import Iterable
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from channelkeeper.site import rooms
from tests.architecture import tree


def room_of(model: type[models.Model]) -> str | None:
    """Return the room that a table belongs to; None for a library's."""
    package, *rest = model.__module__.split(".")
    return rest[0] if package == "channelkeeper" else None


def upward_keys(tables: Iterable[type[models.Model]], ranks: dict[str, int]) -> list[str]:
    """Return each foreign key from a room to one that does not stand before it."""
    found = []
    for model in tables:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            own, other = room_of(model), room_of(field.related_model) if field.related_model else None
            if own and other and own != other and ranks[other] >= ranks[own]:
                found.append(f"{own}.{model.__name__}.{field.name} points up to {other}")
    return found


def test_foreign_keys_follow_the_order_of_the_rooms() -> None:
    assert upward_keys(apps.get_models(include_auto_created=True), tree.room_ranks()) == []


def test_a_key_that_points_up_is_found() -> None:
    turned_round = {name: -rank for name, rank in tree.room_ranks().items()}
    report = apps.get_model("stock", "Report")
    assert "stock.Report.distributor points up to network" in upward_keys([report], turned_round)


def test_the_list_of_rooms_has_the_order_of_the_contract() -> None:
    ranks = tree.room_ranks()
    listed = [ranks[room.name] for room in rooms.ROOMS]
    assert listed == sorted(listed)


@pytest.mark.django_db
def test_migrations_are_current() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"A table changed without a migration: {said.getvalue()}")
