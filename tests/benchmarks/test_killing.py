"""A close and its proposals killed with -9 in the middle, and started again."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from benchmarks import databases, killing, stage

WEEK, AT = date(2026, 11, 16), datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.second  # on SQLite the benchmark's own quick run kills
@pytest.mark.django_db
def test_what_was_killed_in_the_middle_comes_to_the_same(tmp_path: Path) -> None:
    kind = databases.kinds(tmp_path, os.environ.get("DATABASE_URL"))[-1]
    place = stage.Stage(tmp_path, [kind], WEEK, AT, quick=True)
    try:
        whole, again = killing.killed(place, kind, place.filled(kind, 150), points=(0.45, 0.9), chunk=1)
    finally:
        place.clear()
    assert [one["digests"] for one in again] == [whole["digests"]] * 2
    assert [one["continued"] for one in again] == [1, 1]
    assert all(not rows.startswith("0 ") for rows in whole["digests"].values())
