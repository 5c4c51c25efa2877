"""
What a piece of work costs: seconds on the clock, and CPU seconds of all who worked on it.

Counted are this process with its threads, every process it started (living or ended), and
for PostgreSQL the whole server: its first process and all its children, those that ended
meanwhile included. Read from /proc, whose unit is a hundredth of a second.
"""

from __future__ import annotations

import os
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """Seconds; filled when the `with` block of `measure` ends."""

    wall: float = 0.0
    client: float = 0.0
    server: float = 0.0

    @property
    def cpu(self) -> float:
        """Return CPU seconds of both sides together."""
        return self.client + self.server


@dataclass(frozen=True)
class Process:
    """One line of /proc/PID/stat: CPU seconds of its own, and of the children that it has seen end."""

    pid: int
    parent: int
    own: float
    ended_children: float


def read_process(pid: int) -> Process | None:
    """Return a process as it stands; None where it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()  # the name before may hold blanks and brackets
    user, system, ended_user, ended_system = (int(value) / TICKS for value in fields[11:15])
    return Process(pid, int(fields[1]), user + system, ended_user + ended_system)


def descendants(pid: int) -> list[Process]:
    """Return the living processes below one, at any depth."""
    children: dict[int, list[Process]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (found := read_process(int(entry.name))):
            children[found.parent].append(found)
    below, ahead = [], list(children[pid])
    while ahead:
        one = ahead.pop()
        below.append(one)
        ahead += children[one.pid]
    return below


def seconds_below() -> float:
    """Return the CPU seconds of all processes that this one started, living or ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(one.own + one.ended_children for one in descendants(os.getpid()))
    return ended.ru_utime + ended.ru_stime + living


def server_seconds(postmaster: int | None) -> float:
    """
    Return the CPU seconds of a PostgreSQL server since it started; 0 without one.

    Raises:
        ProcessLookupError: it runs on another machine, or no longer.
    """
    if postmaster is None:
        return 0.0
    first = read_process(postmaster)
    if first is None:
        raise ProcessLookupError(f"No process {postmaster}: the server must run on this machine to be measured.")
    return first.own + first.ended_children + sum(one.own for one in descendants(postmaster))


@contextmanager
def measure(postmaster: int | None = None) -> Iterator[Cost]:
    """Measure a `with` block, given the first process of the PostgreSQL server that works for it."""
    cost = Cost()
    server, below = server_seconds(postmaster), seconds_below()
    # Looking at all processes of the machine takes its time, too: before the clock starts and after it stops.
    own, clock = time.process_time(), time.perf_counter()
    yield cost
    cost.wall, cost.client = time.perf_counter() - clock, time.process_time() - own
    cost.client += seconds_below() - below
    cost.server = server_seconds(postmaster) - server
