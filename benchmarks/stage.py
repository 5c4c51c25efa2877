"""Where the parts of a run work: the databases, a folder, and the filled networks that they share."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import child
from benchmarks.databases import Postgres, Sqlite
from channelkeeper.core.calendar import BUSINESS

Answer = dict[str, Any]


@dataclass
class Stage:
    """
    One run's place of work.

    Fields:
        folder: temporary; SQLite's files and the product's home lie in it.
        kinds: which databases are measured.
        week: the Monday of the week that is closed; the last one that has ended.
        at: when it is closed, the Monday morning after it.
        quick: small sizes and single runs, to see that all works.
    """

    folder: Path
    kinds: list[Sqlite | Postgres]
    week: date
    at: datetime
    quick: bool = False
    _made: set[tuple[str, str]] = field(default_factory=set)

    def call(self, function: str, address: str, **arguments: float | str | bool) -> Answer:
        """Run one of the product's measured functions on a database, in a process of its own."""
        return child.call(function, environment={"DATABASE_URL": address}, home=self.folder, **arguments)

    def filled(self, kind: Sqlite | Postgres, series: int) -> str:
        """Return the name of a database with a network of so many series before its last close; made on first use."""
        name = f"filled_{series}"
        if (kind.label, name) not in self._made:
            print(f"  filling {kind.label} with {series:,} series x 104 weeks ...", flush=True)
            address = kind.make(name)
            self._made.add((kind.label, name))
            self.call(
                "benchmarks.filling:fill", address, series=series, week=self.week.isoformat(), at=self.at.isoformat()
            )
        return name

    def senders(self, kind: Sqlite | Postgres, *, distributors: int, lines: int, weeks_to_come: int) -> str:
        """Return the name of a database of distributors whose last weeks are still to be reported."""
        name = f"senders_{distributors}_{lines}_{weeks_to_come}"
        if (kind.label, name) not in self._made:
            print(f"  filling {kind.label} with {distributors} distributors of {lines} products ...", flush=True)
            address = kind.make(name)
            self._made.add((kind.label, name))
            self.call(
                "benchmarks.filling:fill_senders",
                address,
                distributors=distributors,
                lines=lines,
                week=self.week.isoformat(),
                weeks_to_come=weeks_to_come,
            )
        return name

    def kept_copy(self, kind: Sqlite | Postgres, name: str, to: str) -> str:
        """Copy a database for work that goes on with it, and return the copy's address; it is dropped at the end."""
        self._made.add((kind.label, to))
        return kind.copy(name, to)

    def runs(self, kind: Sqlite | Postgres, name: str, times: int, function: str, **arguments: Any) -> list[Answer]:
        """Measure so many times, each time in a fresh copy of a database."""
        answers = []
        for run in range(times):
            copy = f"{name}_run{run}"
            address = kind.copy(name, copy)
            try:
                answers.append(self.call(function, address, **arguments))
            finally:
                kind.drop(copy)
        return answers

    def clear(self) -> None:
        """Drop all databases that were made."""
        for kind in self.kinds:
            for label, name in self._made:
                if label == kind.label:
                    kind.drop(name)


def week_before(now: datetime) -> tuple[date, datetime]:
    """Return the last week that has ended, and ten o'clock of the Monday after it in the business zone."""
    week = BUSINESS.last_closed_week(now)
    return week, BUSINESS.report_due_at(week) - timedelta(hours=2)


def per_second(answers: list[Answer], cost: str, work: str = "work") -> list[float]:
    """Return work per second of each run: of `cpu`, `wall`, `client`."""
    return [answer[work] / answer[cost] for answer in answers]


def median(answers: list[Answer], key: str) -> float:
    """Return the median of one figure over runs."""
    return float(statistics.median(answer[key] for answer in answers))


def growth(small: list[Answer], large: list[Answer], what: str) -> str:
    """
    State how the CPU seconds grow with the work, between two sizes.

    It is called worse than linear where even the cheapest large run costs more per piece than the dearest small one.
    """
    work = median(large, "work") / median(small, "work")
    cost = median(large, "cpu") / median(small, "cpu")
    least, most = min(per_second(small, "cpu")), max(per_second(large, "cpu"))
    within = "no worse than linear" if cost <= work else "linear within the spread of the runs"
    verdict = "worse than linear" if most < least else within
    return f"{work:.1f} times the {what} cost {cost:.1f} times the CPU seconds, {verdict}."
