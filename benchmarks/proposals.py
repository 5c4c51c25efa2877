"""
Part `proposals`: the weekly close and the next orders, from database to database.

Measured are `stock.close_week` and `orders.propose` of one week for the whole network:
packed histories are read, forecast and judged, positions, sums and findings written, and
from the positions orders with explained lines. Beside it, in the same run and on the same
PostgreSQL, Tryton's order points.
"""

from __future__ import annotations

import os
import resource
from datetime import date, datetime

from django.db import connection, transaction

from benchmarks import killing, meter, results, tryton
from benchmarks.databases import Postgres, Sqlite, postmaster_of
from benchmarks.stage import Answer, Stage, growth, median, per_second
from channelkeeper.access.rules import Actor, whole
from channelkeeper.network.models import Distributor
from channelkeeper.orders.actions import propose
from channelkeeper.orders.models import OrderLine
from channelkeeper.stock.actions.close import close_week

SIZES = {"SQLite": (3_000, 100_000), "PostgreSQL": (3_000, 300_000)}
QUICK_SIZES = (200,)
RUNS = {3_000: 5, 100_000: 2, 300_000: 2}
KILLED_SIZE, KILLED_AT = 3_000, (0.2, 0.4, 0.6, 0.8, 0.97)
KILLED_CHUNK = 10  # distributors at a time, so that a small network has several chunks
ORDER_POINTS, QUICK_ORDER_POINTS = (500, 2_000), (50,)
TRYTON_RUNS = 3


def run(stage: Stage) -> results.Section:
    """Measure all sizes on all databases, and the peer."""
    section = results.Section(
        "Proposals, database to database", "python -m benchmarks proposals" + " --quick" * stage.quick
    )
    found = {
        (kind.label, size): _measured(stage, kind, size)
        for kind in stage.kinds
        for size in (QUICK_SIZES if stage.quick else SIZES[kind.label])
    }
    peers = _peers(stage)
    best = max((max(per_second(runs, "cpu")) for runs in peers.values()), default=None)
    section.say(
        "One week of the whole network: packed histories of 104 weeks in, positions, weekly sums, findings, orders and "
        "explained lines out. A proposal is one order line, decided and stored. CPU seconds are those of the "
        "client and of the database server together."
    )
    section.table(
        (
            "database",
            "series",
            "proposals",
            "per CPU s",
            "client CPU s",
            "server CPU s",
            "of it closing",
            "closing, wall s",
            "wall s",
            "MiB at most",
        )
        + (("÷ Tryton",) if best else ()),
        [_row(label, size, runs, best) for (label, size), runs in found.items()],
    )
    for label in dict.fromkeys(label for label, _ in found):
        by_size = {size: runs for (kind, size), runs in found.items() if kind == label}
        if len(by_size) > 1:
            section.say(f"{label}: {growth(by_size[min(by_size)], by_size[max(by_size)], 'proposals')}")
    if peers:
        _tell_peers(section, peers)
    for kind in stage.kinds:
        section.say(_killed(stage, kind))
    return section


def _killed(stage: Stage, kind: Sqlite | Postgres) -> str:
    """Return what came of runs that were killed and started again; raises AssertionError where it is not the same."""
    size, points = (QUICK_SIZES[0], KILLED_AT[2:3]) if stage.quick else (KILLED_SIZE, KILLED_AT)
    print(f"  killing on {kind.label}, {size:,} series ...", flush=True)
    name = stage.filled(kind, size)
    whole_run, answers = killing.killed(stage, kind, name, points=points, chunk=1 if stage.quick else KILLED_CHUNK)
    different = [point for point, one in zip(points, answers, strict=True) if one["digests"] != whole_run["digests"]]
    if different:
        raise AssertionError(f"Killed at {different} and started again, {kind.label} holds something else.")
    return (
        f"{kind.label}: killed with -9 at {', '.join(f'{point:.0%}' for point in points)} of the "
        f"{whole_run['statements']} statements of a close and its proposals ({size:,} series) and started again, "
        "every table it writes holds what an unkilled run leaves, row by row."
    )


def _measured(stage: Stage, kind: Sqlite | Postgres, size: int) -> list[Answer]:
    name = stage.filled(kind, size)
    print(f"  closing and proposing on {kind.label}, {size:,} series ...", flush=True)
    count = 1 if stage.quick else RUNS[size]
    return stage.runs(
        kind, name, count, "benchmarks.proposals:measure", week=stage.week.isoformat(), at=stage.at.isoformat()
    )


def _row(label: str, size: int, runs: list[Answer], peer: float | None) -> tuple[str, ...]:
    rates = per_second(runs, "cpu")
    ratio = (f"{results.figure(median(runs, 'work') / median(runs, 'cpu') / peer)} x",) if peer else ()
    return (
        label,
        f"{size:,}",
        f"{int(median(runs, 'work')):,}",
        results.spread(rates),
        results.spread([one["client"] for one in runs]),
        results.spread([one["server"] for one in runs]),
        f"{median(runs, 'close_cpu') / median(runs, 'cpu'):.0%}",
        results.spread([one["close_wall"] for one in runs]),
        results.spread([one["wall"] for one in runs]),
        results.spread([one["peak_mib"] for one in runs]),
        *ratio,
    )


def _peers(stage: Stage) -> dict[int, list[Answer]]:
    """Measure Tryton on the PostgreSQL of this run; nothing without either."""
    servers = [kind for kind in stage.kinds if isinstance(kind, Postgres)]
    if not servers or not tryton.is_installed():
        return {}
    print("  setting up Tryton ...", flush=True)
    return tryton.run(
        servers[0],
        home=stage.folder,
        sizes=QUICK_ORDER_POINTS if stage.quick else ORDER_POINTS,
        runs=1 if stage.quick else TRYTON_RUNS,
    )


def _tell_peers(section: results.Section, peers: dict[int, list[Answer]]) -> None:
    section.say(
        "Tryton, order points of type purchase in one warehouse, its supply wizard called in process (its best case: "
        "no network protocol, caches warm, one past receipt per product and no other history to count)."
    )
    section.table(
        ("order points", "requests made", "points per CPU s", "client CPU s", "server CPU s", "wall s"),
        [
            (
                f"{size:,}",
                f"{int(median(runs, 'requests')):,}",
                results.spread(per_second(runs, "cpu")),
                results.spread([one["client"] for one in runs]),
                results.spread([one["server"] for one in runs]),
                results.spread([one["wall"] for one in runs]),
            )
            for size, runs in peers.items()
        ],
    )
    section.say(
        "The ratio above divides by Tryton's best run. It forecasts nothing, explains nothing and knows no band, so "
        "it does less for each of its points."
    )


def measure(*, week: str, at: str) -> dict[str, float]:
    """Close a week and propose its orders on the database of this process; the cost of both, and the lines stored."""
    by, monday, instant = whole("benchmark"), date.fromisoformat(week), datetime.fromisoformat(at)
    _practise(monday, by, instant)
    server = postmaster_of(os.environ["DATABASE_URL"]) if connection.vendor == "postgresql" else None
    with meter.measure(server) as closing:
        close_week(week=monday, by=by, at=instant)
    with meter.measure(server) as proposing:
        propose(week=monday, by=by, at=instant)
    lines = OrderLine.objects.filter(order__week=monday).count()
    return {
        "work": lines,
        "client": closing.client + proposing.client,
        "server": closing.server + proposing.server,
        "cpu": closing.cpu + proposing.cpu,
        "wall": closing.wall + proposing.wall,
        "close_cpu": closing.cpu,
        "close_wall": closing.wall,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


@transaction.atomic
def _practise(week: date, by: Actor, at: datetime) -> None:
    """Close and propose for two distributors and take it back, as the peer does: all is loaded that is used weekly."""
    codes = list(Distributor.objects.order_by("code").values_list("code", flat=True)[:2])
    close_week(week=week, by=by, at=at, distributor_codes=codes)
    propose(week=week, by=by, at=at, distributor_codes=codes)
    transaction.set_rollback(True)
