"""
Part `intake`: weekly reports from workbook to stored rows.

Distributors with two years behind them send workbooks of 300 lines in the five manners of
the demo's clerks, a week at a time. Measured is `stock.actions.intake.import_report` from the bytes
of each file until its report, its lines and the packed series are committed, the guarded
child that reads the file included. One file after the other, as one person sends them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from benchmarks import filling, meter, network, results
from benchmarks.databases import Postgres, Sqlite, postmaster_of
from benchmarks.stage import Answer, Stage, growth, median, per_second
from channelkeeper.access.rules import whole
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.stock.actions.intake import import_report
from channelkeeper.stock.models import ReportLine
from demo import workbooks

LINES, QUICK_LINES = 300, 30
XLSX_LAYOUTS = (0, 1, 2, 3, 5)  # the other one is CSV


@dataclass(frozen=True)
class Size:
    """How many distributors send, for how many weeks, and how often that is measured."""

    distributors: int
    weeks: int
    runs: int


SIZES, QUICK_SIZES = (Size(34, 1, 3), Size(34, 10, 2)), (Size(2, 1, 1),)


def run(stage: Stage) -> results.Section:
    """Measure all sizes on all databases."""
    section = results.Section("Intake of reports", "python -m benchmarks intake" + " --quick" * stage.quick)
    lines = QUICK_LINES if stage.quick else LINES
    sizes = QUICK_SIZES if stage.quick else SIZES
    found = {(kind.label, size): _measured(stage, kind, size, lines) for kind in stage.kinds for size in sizes}
    section.say(
        f"Workbooks of {lines} lines from their bytes to committed rows (file, report, lines, packed series of "
        f"{weeks_known(sizes)} weeks), one after the other; the guarded reading process is counted with the client."
    )
    section.table(
        (
            "database",
            "workbooks",
            "lines",
            "lines per s",
            "lines per CPU s",
            "client CPU s",
            "server CPU s",
            "ms a file",
        ),
        [
            (
                label,
                f"{size.distributors * size.weeks:,}",
                f"{int(median(runs, 'work')):,}",
                results.spread(per_second(runs, "wall")),
                results.spread(per_second(runs, "cpu")),
                results.spread([one["client"] for one in runs]),
                results.spread([one["server"] for one in runs]),
                results.spread([one["wall"] / (size.distributors * size.weeks) * 1000 for one in runs]),
            )
            for (label, size), runs in found.items()
        ],
    )
    if len(sizes) > 1:
        for label in dict.fromkeys(label for label, _ in found):
            section.say(f"{label}: {growth(found[label, sizes[0]], found[label, sizes[-1]], 'lines')}")
    return section


def weeks_known(sizes: tuple[Size, ...]) -> int:
    """Return how many weeks of history stand before the first report."""
    return network.HISTORY_WEEKS - max(size.weeks for size in sizes)


def _measured(stage: Stage, kind: Sqlite | Postgres, size: Size, lines: int) -> list[Answer]:
    name = stage.senders(kind, distributors=size.distributors, lines=lines, weeks_to_come=_most_weeks(stage))
    print(f"  taking in {size.distributors * size.weeks} workbooks on {kind.label} ...", flush=True)
    return stage.runs(
        kind,
        name,
        size.runs,
        "benchmarks.intake:measure",
        distributors=size.distributors,
        lines=lines,
        week=stage.week.isoformat(),
        first=_most_weeks(stage),
        count=size.weeks,
    )


def _most_weeks(stage: Stage) -> int:
    return max(size.weeks for size in (QUICK_SIZES if stage.quick else SIZES))


def measure(*, distributors: int, lines: int, week: str, first: int, count: int) -> dict[str, float]:
    """
    Take workbooks in on the database of this process; answer cost and lines stored.

    Args:
        week: the Monday of the last week that can be reported, as text.
        first, count: from which week back, and how many weeks.
    """
    files = list(_files(distributors, lines, date.fromisoformat(week), first, count))
    by = whole("benchmark")
    server = postmaster_of(os.environ["DATABASE_URL"]) if connection.vendor == "postgresql" else None
    before = ReportLine.objects.count()
    with meter.measure(server) as cost:
        for code, monday, filename, data in files:
            answer = import_report(
                distributor_code=code,
                data=data,
                filename=filename,
                source="command",
                by=by,
                at=BUSINESS.report_due_at(monday),
            )
            if answer.status != "accepted":
                raise AssertionError(f"{filename} of {code} was not taken in: {answer.body}")
    return {
        "work": ReportLine.objects.count() - before,
        "client": cost.client,
        "server": cost.server,
        "cpu": cost.cpu,
        "wall": cost.wall,
    }


def _files(
    distributors: int, lines: int, last_week: date, first: int, count: int
) -> Iterator[tuple[str, date, str, bytes]]:
    """Yield code, week, file name and content of each report, week by week."""
    drawn = filling.senders(distributors=distributors, lines=lines, last_week=last_week, seed=1)
    for column in range(network.HISTORY_WEEKS - first, network.HISTORY_WEEKS - first + count):
        monday = weeks.shift(drawn.first_week, column)
        for place in range(distributors):
            rows = range(place * lines, (place + 1) * lines)
            layout = XLSX_LAYOUTS[place % len(XLSX_LAYOUTS)]
            firm = f"第{place}商贸有限公司", f"Trading {place}"
            filename, data = workbooks.write(layout, *firm, monday, [_line(drawn, row, column) for row in rows])
            yield f"D{place:05}", monday, filename, data


def _line(drawn: network.Network, row: int, column: int) -> workbooks.Line:
    product = int(drawn.product[row])
    zh, en = filling.name_of(product)
    return workbooks.Line(
        code=f"P{product:03}",
        gtin=filling.gtin_of(product),
        name_zh=zh,
        name_en=en,
        category_zh=f"品类{drawn.shelf.category[product]}",
        units_per_case=int(drawn.shelf.units_per_case[product]),
        opening=int(drawn.closing[row, column - 1]),
        received=int(drawn.received[row, column]),
        sold=int(drawn.sold[row, column]),
        gifts=0,
        losses=0,
        closing=int(drawn.closing[row, column]),
        near_expiry=0,
    )
