"""Commands that go through several rooms: the weekly run."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.site.actions import Tell, WeeklyRun, run_week


def weekly(
    week: Annotated[str, typer.Option("--week", help="The closed week, 2026-W47; the last one by default.")] = "",
    as_json: files.Json = False,
) -> None:
    """Do what every Monday needs: close the week, propose the orders, score old proposals; broken off, it goes on."""
    at = clock.now()
    chosen = _week(week) if week else BUSINESS.last_closed_week(at)
    with commands.refusals(), _bars() as tell:
        found = run_week(week=chosen, by=commands.operator("weekly"), at=at, tell=tell)
    commands.give(_answer(found), as_json=as_json, text=_words(found))


def _week(text: str) -> date:
    """Return the week that an option names; another text is wrong usage, exit 2."""
    try:
        return weeks.parse(text)
    except weeks.WeekError as error:
        raise typer.BadParameter(str(error)) from error


@contextmanager
def _bars() -> Iterator[Tell]:
    """Show a bar per step on stderr: stdout stays free for the answer."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=None)
            progress.update(tasks[step], completed=done, total=total)

        yield tell


def _answer(found: WeeklyRun) -> dict[str, Any]:
    """Return what a run came to as programs take it; a step that was done before is null."""
    closed, proposed = found.closed, found.proposed
    return {
        "week": weeks.label(found.week),
        "continued": found.continued,
        "closed": closed
        and {"distributors": closed.distributors, "reported": closed.reported, "series": closed.series},
        "proposed": proposed and Counter(one.result.value for one in proposed.outcomes),
        "scored": [
            {"week": weeks.label(one.week), "orders": one.orders, "lines": one.lines, "scored": one.scored}
            for one in found.scored
        ],
    }


def _words(found: WeeklyRun) -> str:
    """Return what a run came to as lines for a person."""
    lines = [weeks.label(found.week)]
    if found.closed:
        closed = found.closed
        lines.append(f"close: {closed.reported} of {closed.distributors} reported, {closed.series} series")
    if found.proposed:
        counted = Counter(one.result.value for one in found.proposed.outcomes)
        lines.append("propose: " + ", ".join(f"{count} {name}" for name, count in sorted(counted.items())))
    lines += [f"score: {weeks.label(one.week)}, {one.scored} of {one.lines} lines" for one in found.scored]
    return "\n".join(lines)
