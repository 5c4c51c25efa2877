"""
The databases that are measured: a SQLite file and a PostgreSQL, each made, copied and dropped.

A filled database is made once and copied before every run, so that each run meets the same rows.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg

PREFIX = f"ck_bench_{os.getpid()}_"


class Kind(Protocol):
    """One kind of database."""

    label: str

    def make(self, name: str) -> str:
        """Make an empty database and return its address."""

    def copy(self, name: str, to: str) -> str:
        """Copy a database that nobody is connected to, and return the copy's address."""

    def drop(self, name: str) -> None:
        """Remove a database, if there is one of that name."""

    def address(self, name: str) -> str:
        """Return the address of a database of that name."""


@dataclass(frozen=True)
class Sqlite:
    """Files in a folder, in write-ahead mode as the product opens them."""

    folder: Path
    label: str = "SQLite"

    def make(self, name: str) -> str:
        """Return the address; the file comes into being when it is first written."""
        return self.address(name)

    def copy(self, name: str, to: str) -> str:
        """Copy the file, its log written back into it before."""
        connection = sqlite3.connect(self._file(name))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self._file(name), self._file(to))
        return self.address(to)

    def drop(self, name: str) -> None:
        """Remove the file and its log."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._file(name)}{ending}").unlink(missing_ok=True)

    def address(self, name: str) -> str:
        """Return the address of one of its databases."""
        return f"sqlite:///{self._file(name)}"

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"


@dataclass(frozen=True)
class Postgres:
    """Databases of the server that an address names; the address's user may create them."""

    url: str
    label: str = "PostgreSQL"

    def make(self, name: str) -> str:
        """Create an empty database."""
        self._run(f'CREATE DATABASE "{PREFIX}{name}"')
        self.hurry(name)
        return self.address(name)

    def hurry(self, name: str) -> None:
        """Let commits return before they reach the disk, while a database is set up; copies do not inherit it."""
        self._run(f'ALTER DATABASE "{PREFIX}{name}" SET synchronous_commit = off')

    def copy(self, name: str, to: str) -> str:
        """Create one after the other's pattern, statistics included, all of it on the disk afterwards."""
        self._run(f'CREATE DATABASE "{PREFIX}{to}" TEMPLATE "{PREFIX}{name}"', "CHECKPOINT")
        return self.address(to)

    def drop(self, name: str) -> None:
        """Drop the database; whoever is still connected is cut off."""
        self._run(f'DROP DATABASE IF EXISTS "{PREFIX}{name}" WITH (FORCE)')

    def address(self, name: str) -> str:
        """Return the address of one of its databases."""
        return urlsplit(self.url)._replace(path=f"/{PREFIX}{name}").geturl()

    def version(self) -> str:
        """Return the server's version, `15.14`."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]).split()[0] if row else "unknown"

    def postmaster(self) -> int:
        """Return the process id of the server's first process."""
        return postmaster_of(self.url)

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def postmaster_of(address: str) -> int:
    """Return the first process of the PostgreSQL server at an address on this machine: the parent of our backend."""
    with psycopg.connect(address) as connection:
        fields = Path(f"/proc/{connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1])


def kinds(folder: Path, url: str | None = None) -> list[Sqlite | Postgres]:
    """
    Return what there is to measure: SQLite always, PostgreSQL where an address of it is given.

    Args:
        folder: for the files of SQLite.
        url: as in DATABASE_URL.
    """
    found: list[Sqlite | Postgres] = [Sqlite(folder)]
    if url and urlsplit(url).scheme in {"postgres", "postgresql", "pgsql"}:
        found.append(Postgres(url))
    return found
