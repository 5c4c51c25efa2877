"""Replay, what-if and the record on the command line."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from channelkeeper.access import clock
from channelkeeper.access.rules import NotFound, whole
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.orders import asking, replay, whatif
from channelkeeper.orders.actions import record as scoring
from channelkeeper.orders.queries import record
from channelkeeper.orders.rules import Refusal
from channelkeeper.stock.queries import sums

SYSTEM = whole("command line: orders")
LEAST_OF_ALL = 1_000_000
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Code = Annotated[str, typer.Argument(help="The distributor's code, D001.")]
Low = Annotated[str, typer.Option(help="Band from, days; as it is where left out.")]
High = Annotated[str, typer.Option(help="Band to, days.")]
Lead = Annotated[str, typer.Option(help="Days from order to arrival.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the room's own."""
    app.command("replay")(replay_weeks)
    app.command("what-if")(what_if)
    app.command("score")(score)
    app.command("record")(show_record)


def replay_weeks(
    code: Code,
    weeks_: Annotated[int, typer.Option("--weeks", min=4, max=52, help="How many weeks.")] = 26,
    low: Low = "",
    high: High = "",
    lead: Lead = "",
    as_json: Json = False,
) -> None:
    """Replay a distributor's own weeks under the rule, beside what was really ordered."""
    form = asking.ReplayForm({"weeks": str(weeks_), "low": low, "high": high, "lead": lead})
    asked = form.asked()
    _check(form.said())

    def found() -> replay.ReplayView:
        at = clock.now()
        return replay.of_distributor(SYSTEM, code, at=at, last_week=_last_week(), asked=asked)

    _tell(found, as_json)


def what_if(
    code: Code,
    low: Low = "",
    high: High = "",
    lead: Lead = "",
    shelf: Annotated[str, typer.Option(help="The most cases of one product.")] = "",
    limit: Annotated[str, typer.Option(help="The most that the order may cost, yuan.")] = "",
    promoted: Annotated[str, typer.Option(help="Code of a product or category that is promoted.")] = "",
    week: Annotated[str, typer.Option(help="The week of the promotion, 2026-W49.")] = "",
    lift: Annotated[str, typer.Option(help="By how much it lifts the week, %; as before where left out.")] = "",
    as_json: Json = False,
) -> None:
    """Say what a distributor's next order would be under other terms; nothing is kept."""
    given = {"low": low, "high": high, "lead": lead, "shelf": shelf, "limit": limit}
    form = asking.WhatIfForm({**given, "promoted": promoted, "week": week, "lift": lift})
    scenario = form.scenario()
    _check(form.said())

    def found() -> whatif.WhatIf:
        return whatif.ask(SYSTEM, code, at=clock.now(), week=_last_week(), scenario=scenario)

    _tell(found, as_json)


def score(
    week: Annotated[str, typer.Option(help="The closed week of the orders, 2026-W40; all due ones without it.")] = "",
    as_json: Json = False,
) -> None:
    """Score what proposed lines came to, once four weeks behind their reading are told; again comes to the same."""
    at = clock.now()
    chosen = [_week(week)] if week else scoring.due_weeks(by=SYSTEM, at=at)
    found = [_scored(one, quiet=as_json) for one in chosen]
    if as_json:
        typer.echo(json.dumps([_counts(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{weeks.label(one.week)}\t{one.orders}\t{one.lines}\t{one.scored}")


def show_record(
    by: Annotated[record.By, typer.Option(help="What it is added up by.")] = record.By.DISTRIBUTOR,
    distributor: Annotated[str, typer.Option(help="Only this one, line by line, by its code.")] = "",
    weeks_: Annotated[int, typer.Option("--weeks", min=1, max=260, help="Proposed in the last so many weeks.")] = 26,
    as_json: Json = False,
) -> None:
    """Show what proposals were worth: had they been followed, and as it was ordered."""
    at = clock.now()
    since = record.since(BUSINESS.last_closed_week(at), weeks_)
    filters = record.Filters(since=since, distributor=distributor)
    total = record.total(SYSTEM, at=at, filters=filters)
    if distributor:
        lines = record.listed(SYSTEM, at=at, filters=filters, limit=LEAST_OF_ALL)
        rows: list[Mapping[str, Any]] = [one.record() for one in lines]
    else:
        rows = [one.record() for one in record.tallies(SYSTEM, at=at, filters=filters, by=by)]
    if as_json:
        typer.echo(json.dumps({"total": total.record(), "rows": rows}, ensure_ascii=False))
        return
    typer.echo(total.sentence("zh"))
    for row in rows:
        typer.echo("\t".join(str(value) for value in row.values()))


def _tell(found: Callable[[], replay.ReplayView | whatif.WhatIf], as_json: bool) -> None:
    """Print an answer, or the refusal with exit 1."""
    try:
        view = found()
    except (NotFound, Refusal) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    typer.echo(json.dumps(view.record(), ensure_ascii=False) if as_json else view.sentence("zh"))
    if not as_json:
        typer.echo(view.sentence("en"))


def _check(faults: Mapping[str, str]) -> None:
    if faults:
        raise typer.BadParameter("; ".join(f"{name}: {fault}" for name, fault in faults.items()))


def _last_week() -> date:
    at = clock.now()
    return sums.last_week(SYSTEM, at=at) or BUSINESS.last_closed_week(at)


def _week(text: str) -> date:
    try:
        return weeks.parse(text)
    except weeks.WeekError as error:
        raise typer.BadParameter(str(error)) from error


def _scored(week: date, *, quiet: bool) -> scoring.ScoredWeek:
    """Score a week with a bar on standard error, so that standard output stays the answer."""
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task(weeks.label(week), total=None)
        return scoring.score(
            week=week,
            by=SYSTEM,
            at=clock.now(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _counts(one: scoring.ScoredWeek) -> dict[str, Any]:
    return {"week": weeks.label(one.week), "orders": one.orders, "lines": one.lines, "scored": one.scored}
