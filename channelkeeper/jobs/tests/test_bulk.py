"""Bulk writes: what Django would have written, in one statement, inside a transaction only."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from channelkeeper.jobs import bulk
from channelkeeper.jobs.models import Run

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
COLUMNS = ("kind", "key", "state", "done", "total", "last_key", "started_at", "heartbeat_at", "finished_at", "message")


def row(key: str, done: int = 0) -> tuple[object, ...]:
    return ("k", key, "running", done, 9, "", AT, AT, None, "第47周\t\\ 'x'")


@pytest.mark.django_db
def test_rows_are_those_that_django_reads() -> None:
    bulk.insert(Run, COLUMNS, (row(str(number), number) for number in range(3)))
    found = Run.objects.order_by("pk")
    assert [(one.key, one.done, one.started_at, one.finished_at) for one in found] == [
        ("0", 0, AT, None),
        ("1", 1, AT, None),
        ("2", 2, AT, None),
    ]
    assert found[0].message == "第47周\t\\ 'x'"


@pytest.mark.django_db
def test_an_upsert_puts_new_rows_beside_and_changed_ones_in_place() -> None:
    bulk.insert(Run, COLUMNS, [row("a", 1), row("b", 1)])
    before = dict(Run.objects.values_list("key", "pk"))
    for _ in range(2):
        bulk.upsert(Run, COLUMNS, [row("b", 2), row("c", 3)], key=("kind", "key"))
    assert dict(Run.objects.values_list("key", "done")) == {"a": 1, "b": 2, "c": 3}
    assert dict(Run.objects.filter(key__in="ab").values_list("key", "pk")) == before


@pytest.mark.django_db
def test_nothing_to_write_writes_nothing() -> None:
    bulk.insert(Run, COLUMNS, [])
    bulk.upsert(Run, COLUMNS, [], key=("kind", "key"))
    bulk.update(Run, ("done",), [])
    assert Run.objects.count() == 0


@pytest.mark.django_db
def test_rows_are_updated_by_their_key() -> None:
    bulk.insert(Run, COLUMNS, [row("a"), row("b")])
    one = Run.objects.get(key="a")
    bulk.update(Run, ("done", "finished_at"), [(7, AT, one.pk)])
    assert list(Run.objects.order_by("key").values_list("done", "finished_at")) == [(7, AT), (0, None)]


@pytest.mark.django_db
def test_a_constraint_refuses_all_rows() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Run, COLUMNS, [row("a"), row("a")])
    assert Run.objects.count() == 0


@pytest.mark.django_db
def test_an_unknown_column_is_named() -> None:
    with pytest.raises(ValueError, match="Run has no column colour"):
        bulk.insert(Run, ("colour",), [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "write",
    [
        lambda: bulk.insert(Run, COLUMNS, []),
        lambda: bulk.upsert(Run, COLUMNS, [], key=("kind", "key")),
        lambda: bulk.update(Run, ("done",), []),
    ],
)
def test_outside_a_transaction_nothing_is_written(write: Callable[[], None]) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="inside the action's transaction"):
        write()
