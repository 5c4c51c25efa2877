"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.databases import Postgres, Sqlite

PACKAGES = ("Django", "psycopg", "numpy", "numba", "granian", "trytond")


def facts(kinds: Sequence[Sqlite | Postgres], on: date, load: float) -> str:
    """Return one line: day, processor, cores, memory, versions, and how many processes wanted a core before the run."""
    servers = [f"PostgreSQL {kind.version()}" for kind in kinds if isinstance(kind, Postgres)]
    found = [
        on.isoformat(),
        f"{os.cpu_count()} cores of {_processor()}",
        f"{_memory_gib()} GiB",
        f"{platform.system()} {platform.release().partition('-')[0]}",
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        *servers,
        *(f"{name} {number}" for name in PACKAGES if (number := _version(name))),
    ]
    return ", ".join(found) + f"; load before the run {load:.1f}."


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
