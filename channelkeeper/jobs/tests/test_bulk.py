"""Bulk writes: what Django would have written, in one statement, inside a transaction only."""

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from channelkeeper.access.models import AuditLine
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


def frame(*texts: str) -> pl.DataFrame:
    """Return runs as columns, one for each message."""
    count = len(texts)
    alike = {name: [value] * count for name, value in zip(COLUMNS, row(""), strict=True)}
    kinds = {"finished_at": pl.Datetime("us", "UTC"), "started_at": pl.Datetime("us", "UTC")}
    changed = {"key": [str(place) for place in range(count)], "message": list(texts)}
    return pl.DataFrame(alike | changed, schema_overrides=kinds)


@pytest.mark.django_db
def test_a_frame_is_written_as_rows_are() -> None:
    texts = ("", "a,b", '"quoted"', "two\nlines", "\\N", "\\.", "第47周\t'x'", "NULL")
    bulk.insert_frame(Run, frame(*texts))
    found = Run.objects.order_by("pk")
    assert [one.message for one in found] == list(texts)
    assert {(one.kind, one.done, one.total, one.last_key) for one in found} == {("k", 0, 9, "")}
    assert {(one.started_at, one.heartbeat_at, one.finished_at) for one in found} == {(AT, AT, None)}


@pytest.mark.django_db
def test_a_frame_takes_json_as_its_text() -> None:
    texts = {name: [""] for name in ("actor_name", "role", "verb", "subject_kind", "subject_id", "distributor_code")}
    columns = texts | {"at": [AT], "reason": [""], "figures": ['{"days": [1, 2.5]}'], "stands_in_for_id": [None]}
    bulk.insert_frame(AuditLine, pl.DataFrame(columns))
    assert AuditLine.objects.get().figures == {"days": [1, 2.5]}


@pytest.mark.django_db
def test_a_frame_that_a_constraint_refuses_leaves_nothing() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert_frame(Run, frame("a", "b").with_columns(key=pl.lit("same")))
    assert Run.objects.count() == 0


def test_whole_numbers_are_exact_decimals() -> None:
    values = np.array([0, 1, -1, 22000, 999999999999, -123456789012], dtype=np.int64)
    assert bulk.fixed(values, 4).to_list() == [Decimal(value).scaleb(-4) for value in values.tolist()]
    assert bulk.fixed(values[:0], 2).to_list() == []


@pytest.mark.django_db
def test_read_gives_what_django_reads(django_assert_num_queries: Callable[[int], AbstractContextManager[None]]) -> None:
    bulk.insert(Run, COLUMNS, [row("a", 3), row("b")])
    rows = Run.objects.order_by("key").values_list("pk", "key", "done", "started_at", "finished_at")
    with django_assert_num_queries(1):
        found = bulk.read(rows)
    assert found == list(rows)


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
def test_many_rows_are_updated_at_once_and_others_left_alone() -> None:
    bulk.insert(Run, COLUMNS, (row(str(number), number) for number in range(300)))
    keys = dict(Run.objects.values_list("key", "pk"))
    changed = [(number + 1, None if number % 2 else AT, "\\.\t", keys[str(number)]) for number in range(200)]
    for _ in range(2):
        bulk.update(Run, ("done", "finished_at", "message"), changed)
    found = {int(one.key): (one.done, one.finished_at, one.message) for one in Run.objects.all()}
    assert found[1] == (2, None, "\\.\t")
    assert found[198] == (199, AT, "\\.\t")
    assert found[200] == (200, None, row("")[-1])


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
        lambda: bulk.insert_frame(Run, frame("a")),
        lambda: bulk.upsert(Run, COLUMNS, [], key=("kind", "key")),
        lambda: bulk.update(Run, ("done",), []),
    ],
)
def test_outside_a_transaction_nothing_is_written(write: Callable[[], None]) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="inside the action's transaction"):
        write()


@pytest.mark.django_db
def test_rows_are_created_with_their_defaults_and_json() -> None:
    line = AuditLine(at=AT, actor_name="系统", role="headquarters", verb="jobs.tried", subject_kind="week",
                     subject_id="2026-W47", distributor_code="", reason="", figures={"多少": [1, "2"]})  # fmt: skip
    bulk.create([line])
    bulk.create([])
    assert AuditLine.objects.get(verb="jobs.tried").figures == {"多少": [1, "2"]}
    bulk.create([Run(kind="k", key="new", total=3, started_at=AT, heartbeat_at=AT)])
    found = Run.objects.get(key="new")
    assert (found.state, found.done, found.last_key, found.message) == (Run.State.RUNNING, 0, "", "")


def test_nobody_looks_for_garbage_meanwhile_and_all_is_as_before() -> None:
    with bulk.uncollected():
        assert not gc.isenabled()
        with bulk.uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
