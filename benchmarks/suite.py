"""
Measures what the project states: `python -m benchmarks [PART ...] [--quick]`.

Without --quick the parts' sections of RESULTS.md are written anew. PostgreSQL is measured
where DATABASE_URL names one on this machine, as `make bench` does.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import accuracy, credibility, databases, intake, machine, pages, proposals, results, stage

RESULTS = Path(__file__).with_name("RESULTS.md")


def parts() -> dict[str, Callable[[stage.Stage], results.Section]]:
    """Return the parts by name, in the order in which they run."""
    return {
        "proposals": proposals.run,
        "intake": intake.run,
        "pages": pages.run,
        "accuracy": accuracy.run,
        "credibility": credibility.run,
    }


def main(words: Sequence[str] | None = None) -> int:
    """Run the parts that a command line names, all by default."""
    arguments = _arguments(words)
    week, at = stage.week_before(datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="channelkeeper-bench-") as folder:
        (Path(folder) / "static").mkdir()  # the server of pages warns where it is missing
        found = databases.kinds(Path(folder), os.environ.get("DATABASE_URL"))
        chosen = [kind for kind in found if arguments.database in (None, kind.label.lower())]
        if not chosen:
            sys.exit(
                "No PostgreSQL is named: run this below `python -m tools.postgres --durable --`, as make bench does."
            )
        place = stage.Stage(Path(folder), chosen, week, at, arguments.quick)
        try:
            for name in arguments.part or parts():
                _run(name, place)
        finally:
            place.clear()
    return 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=", ".join(parts()))
    parser.add_argument("--quick", action="store_true", help="tiny sizes, single runs; nothing is written")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one; all there are by default")
    arguments = parser.parse_args(words)
    if unknown := set(arguments.part) - set(parts()):
        parser.error(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(parts())}.")
    return arguments


def _run(name: str, place: stage.Stage) -> None:
    """Run a part and print its section; write it at once, so that a later part's failure costs only that part."""
    print(f"{name} ...", flush=True)
    started, load = time.monotonic(), os.getloadavg()[0]
    section = parts()[name](place)
    facts = machine.facts(place.kinds, datetime.now(UTC).date(), load)
    print(f"{name}: {time.monotonic() - started:.0f} s\n\n{section.markdown(facts)}\n", flush=True)
    if not place.quick:
        results.write(RESULTS, section, facts)
