"""
Many rows at once, inside Django's own transaction and on its own connection.

PostgreSQL takes them by COPY, SQLite by executemany (STACK.md of 2026-11 measured 84,000
to 149,000 and 54,000 to 96,000 rows/s, against 12,000 to 15,000 of bulk_create). Columns that
stand in a frame are written without a loop over rows, and packed ones are read as they lie.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from psycopg import Cursor
from psycopg.pq import Format
from psycopg.types.json import Jsonb

# From so many rows on PostgreSQL copies them aside and updates from there; fewer are updated one by one.
_WORTH_COPYING = 50
# What SQLite keeps as Python has it.
_PLAIN = (
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
    models.ForeignKey,
    models.CharField,
    models.BinaryField,
)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """
    Insert rows of a model.

    Args:
        model: whose table.
        columns: field names (`distributor_id` for a foreign key), in the order of the values.
        rows: one value per column; bytes, dates, Decimals and numbers as Python has them. No
            defaults are filled in: every column without a database default must be named.

    Raises:
        django.db.IntegrityError: a constraint refuses a row; nothing is inserted.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Bulk writes belong inside the action's transaction.")
    fields = [_field(model, column) for column in columns]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({names}) FROM STDIN", rows)
        return
    _execute_many(f"INSERT INTO {table} ({names}) VALUES ({_holes(fields)})", fields, rows)


def create(rows: Sequence[models.Model]) -> None:
    """
    Insert new rows of one model as they stand, defaults included; they learn no keys, which stay to be asked for.

    Raises:
        django.db.IntegrityError: a constraint refuses a row; nothing is inserted.
    """
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not field.primary_key]
    values = ([getattr(row, field.attname) for field in fields] for row in rows)
    insert(type(rows[0]), [field.attname for field in fields], _wrapped(fields, values))


def _wrapped(fields: Sequence[Any], rows: Iterable[list[Any]]) -> Iterable[list[Any]]:
    """Yield rows with JSON as PostgreSQL's COPY takes it; SQLite's writers wrap it themselves."""
    places = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    if connection.vendor != "postgresql" or not places:
        return rows
    return (_converted(row, [(place, Jsonb) for place in places]) for row in rows)


def insert_frame(model: type[models.Model], frame: pl.DataFrame) -> None:
    """
    Insert rows of a model that stand as columns: on PostgreSQL no row is touched one by one.

    Args:
        model: whose table.
        frame: one column per field, named as it is (`distributor_id` for a foreign key); money as `fixed` gives it,
            instants with their zone, JSON as its text, nulls where nothing is known: NaN is a number. No defaults
            are filled in.

    Raises:
        django.db.IntegrityError: a constraint refuses a row; nothing is inserted.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Bulk writes belong inside the action's transaction.")
    fields = [_field(model, column) for column in frame.columns]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        if pl.Binary in frame.dtypes:
            _copy_packed(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", fields, frame)
        else:
            _copy_frame(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)", frame)
        return
    plain = (*_PLAIN, models.JSONField)
    _execute_many(f"INSERT INTO {table} ({names}) VALUES ({_holes(fields)})", fields, frame.iter_rows(), plain)


def fixed(values: npt.NDArray[np.int64], places: int) -> pl.Series:
    """Return whole numbers of 10 ** -places as exact decimals: fen as yuan with two places."""
    return pl.Series(values, dtype=pl.Int64).cast(pl.Decimal(38, places)) * Decimal(1).scaleb(-places)


def read(rows: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """
    Return what `values_list` asks for, with packed columns as bytes, not written out as text on the way.

    On PostgreSQL values come as psycopg reads them; meant for numbers, days, texts and packed columns.
    """
    if connection.vendor != "postgresql":
        return list(rows)
    try:
        statement, given = rows.query.sql_with_params()
    except EmptyResultSet:  # asked of no key at all
        return []
    connection.ensure_connection()
    # Django's own cursor binds on the client's side, which knows no binary answers.
    plain: Any = Cursor(connection.connection)
    plain.format = Format.BINARY
    wrapped = connection.make_debug_cursor(plain) if connection.queries_logged else connection.make_cursor(plain)
    with wrapped as cursor:
        cursor.execute(statement, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def upsert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, key: Sequence[str]
) -> None:
    """
    Insert rows of a model, and where the key stands already, put the other columns in place.

    Args:
        model: whose table.
        columns: field names, in the order of the values; the key among them.
        rows: one value per column, each key at most once.
        key: field names under a unique constraint.

    Raises:
        django.db.IntegrityError: a constraint refuses a row; nothing is written.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Bulk writes belong inside the action's transaction.")
    name = connection.ops.quote_name
    fields = [_field(model, column) for column in columns]
    names = ", ".join(name(field.column) for field in fields)
    keys = ", ".join(name(field.column) for field in fields if field.attname in key)
    sets = ", ".join(
        f"{name(field.column)} = EXCLUDED.{name(field.column)}" for field in fields if field.attname not in key
    )
    table = name(model._meta.db_table)
    on_conflict = f"ON CONFLICT ({keys}) DO UPDATE SET {sets}"
    if connection.vendor == "postgresql":
        _copy_over(table, names, on_conflict, rows)
        return
    _execute_many(f"INSERT INTO {table} ({names}) VALUES ({_holes(fields)}) {on_conflict}", fields, rows)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """
    Update rows of a model by primary key.

    Args:
        model: whose table.
        columns: field names, in the order of the values.
        rows: one value per column, then the primary key.

    Raises:
        django.db.IntegrityError: a constraint refuses a row; nothing is updated.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Bulk writes belong inside the action's transaction.")
    fields = [*(_field(model, column) for column in columns), model._meta.pk]
    # psycopg takes all but JSON as Python has it.
    plain = connection.vendor == "postgresql"
    prepared = [
        (place, _writer(field))
        for place, field in enumerate(fields)
        if (isinstance(field, models.JSONField) if plain else not isinstance(field, _PLAIN))
    ]
    converted = [_converted(row, prepared) for row in rows]
    if not converted:
        return
    name = connection.ops.quote_name
    table, key = name(model._meta.db_table), name(fields[-1].column)
    if connection.vendor == "postgresql" and len(converted) >= _WORTH_COPYING:
        sets = ", ".join(f"{name(field.column)} = bulk_rows.{name(field.column)}" for field in fields[:-1])
        _copy_aside(table, ", ".join(name(field.column) for field in fields), converted)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {sets} FROM bulk_rows WHERE {table}.{key} = bulk_rows.{key}")
        return
    places = ", ".join(f"{name(field.column)} = %s" for field in fields[:-1])
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {places} WHERE {key} = %s", converted)


def _field(model: type[models.Model], column: str) -> Any:
    """Return the field whose attribute is `column`: `week`, or `distributor_id` for a foreign key."""
    for field in model._meta.concrete_fields:
        if field.attname == column:
            return field
    raise ValueError(f"{model.__name__} has no column {column}.")


def _holes(fields: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(fields))


def _execute_many(
    statement: str, fields: Sequence[Any], rows: Iterable[Sequence[Any]], plain: tuple[type, ...] = _PLAIN
) -> None:
    """Run a statement for each row, with Decimals, dates and times as Django writes them."""
    prepared = [(place, _writer(field)) for place, field in enumerate(fields) if not isinstance(field, plain)]

    with connection.cursor() as cursor:
        cursor.executemany(statement, (_converted(row, prepared) for row in rows))  # type: ignore[arg-type]  # SQLite takes any iterable


def _converted(row: Sequence[Any], prepared: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for place, write in prepared:
        values[place] = write(values[place])
    return values


def _writer(field: Any) -> Callable[[Any], Any]:
    """Return how a field's values are written; Decimals that fit a short way, which writes them ten times as fast."""

    def plain(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    if not isinstance(field, models.DecimalField):
        return plain
    places, whole_digits = field.decimal_places, field.max_digits - field.decimal_places

    def decimal(value: Any) -> Any:
        fits = isinstance(value, Decimal) and value.is_finite() and value.adjusted() < whole_digits - 1
        return f"{value:.{places}f}" if fits else plain(value)

    return decimal


def _copy_over(table: str, names: str, on_conflict: str, rows: Iterable[Sequence[Any]]) -> None:
    """Copy aside, and from there over what stands."""
    _copy_aside(table, names, rows)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM bulk_rows {on_conflict}")


def _copy_aside(table: str, names: str, rows: Iterable[Sequence[Any]]) -> None:
    """Copy into a table of these columns that ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.bulk_rows")
        cursor.execute(f"CREATE TEMP TABLE bulk_rows ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")
    _copy(f"COPY bulk_rows ({names}) FROM STDIN", rows)


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_frame(statement: str, frame: pl.DataFrame) -> None:
    """Copy a frame as CSV, as polars writes it and PostgreSQL reads it: an empty text quoted, null as nothing."""
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(frame.write_csv(include_header=False))


def _copy_packed(statement: str, fields: Sequence[Any], frame: pl.DataFrame) -> None:
    """Copy a few rows of packed columns: as bytes, not as text of twice the length."""
    kinds = [field.db_type(connection).partition("(")[0] for field in fields]
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(kinds)
        for row in frame.iter_rows():
            copy.write_row(row)


@contextmanager
def uncollected() -> Iterator[None]:
    """
    Look for no garbage while a chunk is worked on: its arrays and rows go by themselves when it ends.

    A look goes through all that the process holds, a tenth of a second with the compiled kernels loaded.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
