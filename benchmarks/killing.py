"""
A close and its proposals that are killed with -9, at a statement, and started again: nothing missing, nothing doubled.

The process kills itself in the middle of its work, so that PostgreSQL is left with an open transaction and SQLite with
an open log, as after a cut of the power line of the client. What stands in the end is compared with an unkilled run's,
row by row, by a digest of every table that is written.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

from benchmarks.databases import Postgres, Sqlite
from benchmarks.stage import Answer, Stage
from channelkeeper.access.rules import whole
from channelkeeper.findings.models import Finding
from channelkeeper.jobs.models import Run
from channelkeeper.orders.actions import propose, proposing
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.stock.actions import _loading
from channelkeeper.stock.actions.close import close_week
from channelkeeper.stock.models import CategoryWeek, Credibility, DistributorWeek, Learned, OfficeWeek, Positions

# What a week writes, by what it is known by; keys of the tables' own differ from run to run and are left out.
TABLES: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Positions, ("distributor__code", "week")),
    (DistributorWeek, ("distributor__code", "week")),
    (CategoryWeek, ("distributor__code", "category__code", "week")),
    (OfficeWeek, ("office__code", "week")),
    (Credibility, ("distributor__code", "week")),
    (Learned, ("week",)),
    (Finding, ("distributor__code", "rule", "kind", "subject", "week", "state")),
    (Order, ("number",)),
    (OrderLine, ("order__number", "product__code")),
)


def work(*, week: str, at: str, kill_at: int = 0, chunk: int = 0) -> dict[str, Any]:
    """
    Close a week and propose on the database of this process; return the digests of what stands, and how it went.

    Args:
        kill_at: kill this process before that statement; never by default.
        chunk: distributors that are closed and proposed at a time; as the product does it by default.
    """
    if chunk:
        _loading.CHUNK_DISTRIBUTORS = proposing.CHUNK_DISTRIBUTORS = chunk
    asked = 0

    def count(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*call)

    by, monday, instant = whole("benchmark"), date.fromisoformat(week), datetime.fromisoformat(at)
    continued = Run.objects.filter(state="running").exclude(last_key="").count()
    with connection.execute_wrapper(count):
        close_week(week=monday, by=by, at=instant)
        propose(week=monday, by=by, at=instant)
    return {"statements": asked, "continued": continued, "digests": digests()}


def digests() -> dict[str, str]:
    """Return of each table how many rows it has and a digest of them all."""
    return {model.__name__: _digest(model, names) for model, names in TABLES}


def _digest(model: type[models.Model], known_by: Sequence[str]) -> str:
    fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key and not field.is_relation]
    rows = model._default_manager.order_by(*known_by).values_list(*known_by, *fields)
    found, count = hashlib.sha256(), 0
    for row in rows.iterator(chunk_size=2000):
        plain = [bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in row]
        found.update(repr(plain).encode())
        count += 1
    return f"{count} {found.hexdigest()[:16]}"


def killed(
    stage: Stage, kind: Sqlite | Postgres, name: str, *, points: Sequence[float], chunk: int = 0
) -> tuple[Answer, list[Answer]]:
    """
    Return what an unkilled run leaves, and what runs leave that are killed at some points and started again.

    Args:
        name: of a filled database.
        points: parts of the statements of the unkilled run, above 0 to 1.
    """
    given: dict[str, Any] = {"week": stage.week.isoformat(), "at": stage.at.isoformat(), "chunk": chunk}
    whole_run = stage.runs(kind, name, 1, "benchmarks.killing:work", **given)[0]
    answers = []
    for place, point in enumerate(points):
        to = f"{name}_killed{place}"
        address = stage.kept_copy(kind, name, to)
        kill_at = max(int(whole_run["statements"] * point), 1)
        _kill(stage, address, kill_at=kill_at, **given)
        answers.append(stage.call("benchmarks.killing:work", address, **given))
        kind.drop(to)
    return whole_run, answers


def _kill(stage: Stage, address: str, **given: Any) -> None:
    """Run until the process has killed itself; raises AssertionError where it has not."""
    try:
        stage.call("benchmarks.killing:work", address, **given)
    except subprocess.CalledProcessError as error:
        if error.returncode == -signal.SIGKILL:
            return
        raise
    raise AssertionError(f"The run was through before statement {given['kill_at']}.")
